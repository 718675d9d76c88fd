/* hub.h - channels over byte rings: a frame is encoded once per wire and appended once; a
 * subscriber is a cursor.
 *
 * Layer: hub (includes base). Memory: WICK_RING_MAX rings of WICK_RING_CAP bytes, static; lent to a
 * (channel, wire) while it has subscribers. The hub carries bytes; it knows neither trees nor
 * sockets. A slow subscriber never delays the publisher: what it has not read is overwritten, and
 * it is told so (WICK_E_STALE).
 */
#ifndef WICK_HUB_H
#define WICK_HUB_H

#include "base/err.h"
#include "base/str.h"
#include "base/wick_limits.h"

enum {
    HUB_NO_RING = 0xffff,
    HUB_FRAMES =
        WICK_RING_CAP /
        64 /* frames that a ring holds and finds by sequence number; one more: the oldest goes */
};

struct hub_cursor {
    uint16_t ring; /* index, or HUB_NO_RING: not subscribed */
    uint16_t lap;  /* how often pos has wrapped: a cursor that slept for 4 GiB is not taken for a
                      fresh one (2^48 bytes would be) */
    uint32_t pos; /* wrapping byte position of the next byte to send; always the start of a frame */
};

/** Empty all rings and choose the run's epoch. Cursors from before mean nothing. */
void hub_init(void);
/** Subscribe member (the caller's index < WICK_CONN_MAX, one subscription each) to (channel, wire),
 * behind the newest frame.
 *  @return WICK_E_FULL: no ring is left; cursor_out is not subscribed. */
WICK_MUST_CHECK enum wick_err hub_subscribe(uint16_t member, uint32_t channel, uint8_t wire,
                                            struct hub_cursor *cursor_out);
/** Move an existing subscription back so that the next frame is the one after seq (resume). Seq
 * must be of the same channel,
 *  wire and epoch. Sequence numbers of a channel are not used again when all have left and
 *  somebody comes back.
 *  @return WICK_E_STALE when that frame is no longer there (nothing changes: send a snapshot). */
WICK_MUST_CHECK enum wick_err hub_rewind(struct hub_cursor *cursor, uint32_t seq);
void hub_unsubscribe(
    uint16_t member,
    struct hub_cursor *cursor); /* does nothing for a cursor that is not subscribed */

/** The ring of (channel, wire) if it has subscribers, else HUB_NO_RING: then there is nothing to
 * encode. */
uint16_t hub_ring(uint32_t channel, uint8_t wire);
uint32_t hub_seq(uint16_t ring); /* of the newest frame; the next one gets a greater one (hub_seq()
                                    + 1, but never 0) */
/** Random per run: a sequence number of another run means nothing. */
uint32_t hub_epoch(void);
/** Append one frame (head, body, tail are joined, at least one byte), give it the next sequence
 * number and mark the ring as fresh.
 *  The slices must not lie in a ring.
 *  @return WICK_E_FULL: longer than WICK_SEND_CAP; nothing was appended, resynchronise the
 * subscribers instead. */
WICK_MUST_CHECK enum wick_err hub_append(uint16_t ring, struct str head, struct str body,
                                         struct str tail);

/** Bytes to send now: whole frames only, as many as fit into max, in one or two pieces (the ring's
 * end). piece[1].len may be 0.
 *  The pieces are valid until the next hub_append() to this ring.
 *  @return bytes; 0 when nothing is due or the next frame is longer than max (never so with max >=
 *  WICK_SEND_CAP).
 *  *err_out is WICK_E_STALE when frames were lost: jump and send a snapshot; else WICK_OK. */
size_t hub_peek(const struct hub_cursor *cursor, size_t max, struct str piece[static 2],
                enum wick_err *err_out);
void hub_skip(struct hub_cursor *cursor,
              size_t len); /* len bytes, as hub_peek() said, were taken over by the connection */
void hub_jump(struct hub_cursor *cursor); /* to behind the newest frame */

/* Walk the rings that got frames since the last call, and their members (in no particular order):
 * for (r = hub_fresh(); r != HUB_NO_RING; r = hub_fresh()) for (m = hub_first(r); m != HUB_NO_RING;
 * m = hub_next(m)) ... The member m may be unsubscribed meanwhile (no other one); to subscribe it
 * anew, take hub_next(m) before. */
uint16_t hub_fresh(void);
uint16_t hub_first(uint16_t ring);
uint16_t hub_next(uint16_t member);
uint16_t hub_member_count(uint32_t channel); /* over all wires */

#endif
