/* hub.h - channels over byte rings: a frame is encoded once per format and appended once; a
 * subscription is a cursor.
 *
 * Layer: hub (includes base, os). Memory: static: WICK_RING_MAX rings of WICK_RING_CAP bytes, each
 * lent to a (channel, format) while it has subscribers; WICK_SUB_MAX subscriptions. The hub carries
 * bytes: it knows neither trees nor sockets. Nothing blocks and nothing calls back. A slow
 * subscriber never delays the publisher: what it has not read is overwritten, and it is told so
 * (WICK_E_STALE). Slices that hub_peek() returns point into a ring and are valid until the next
 * hub_append() to it.
 *
 * A format is a number of the publisher's: one encoding, together with the framing if the ring
 * holds finished frames.
 */
#ifndef WICK_HUB_H
#define WICK_HUB_H

#include "base/err.h"
#include "base/str.h"
#include "base/wick_limits.h"

enum {
    HUB_NONE = 0xffff, /* no ring, no subscription */
    HUB_NO_RING = HUB_NONE,
    HUB_FRAMES = WICK_RING_CAP / 64, /* frames that a ring holds and finds by sequence number; one
                                        more: the oldest goes */
};

struct hub_cursor {
    uint16_t ring; /* index, or HUB_NO_RING */
    uint16_t lap;  /* how often pos has wrapped: a cursor 4 GiB behind is not mistaken for a current
                      one (a cursor 2^48 bytes behind would be) */
    uint32_t pos; /* wrapping byte position of the next byte to send; always the start of a frame */
};

struct hub_sub { /* read it through the functions below */
    struct hub_cursor cursor;
    uint16_t next, prev; /* in the list of its ring */
    uint16_t owner;      /* the subscriber's own number */
    uint16_t link;       /* the next subscription of that owner; the owner keeps the first one */
};

extern struct hub_sub hub_subs[WICK_SUB_MAX];

/** Empty all rings, end all subscriptions and choose the run's epoch. */
void hub_init(void);

/* --- subscriptions, each named by its index ----------------------------------------------------
 */

/** Subscribe to (channel, format), after the newest frame. link is stored: see struct hub_sub.
 *  @return WICK_E_FULL: no subscription or no ring is left; *sub_out is HUB_NONE. */
WICK_MUST_CHECK enum wick_err hub_subscribe(uint16_t owner, uint32_t channel, uint8_t format,
                                            uint16_t *sub_out);
void hub_unsubscribe(uint16_t idx);
/** Move back so that the next frame is the one after seq (resume). seq must be of the same channel,
 * format and epoch. The sequence numbers of a channel are not used again, even if every subscriber
 * leaves and one returns.
 *  @return WICK_E_STALE: that frame is no longer there; nothing changes: send a snapshot. */
WICK_MUST_CHECK enum wick_err hub_rewind(struct hub_cursor *cursor, uint32_t seq);
void hub_jump(struct hub_cursor *cursor); /* to after the newest frame */

static inline struct hub_cursor *hub_cursor(uint16_t sub)
{
    return &hub_subs[sub].cursor;
}

static inline uint16_t hub_owner(uint16_t sub)
{
    return hub_subs[sub].owner;
}

/* --- publishing --------------------------------------------------------------------------------
 */

/** The ring of (channel, format) if it has subscribers, else HUB_NO_RING: then there is nothing to
 *  encode. */
uint16_t hub_ring(uint32_t channel, uint8_t format);
uint32_t hub_channel(uint16_t ring);
uint32_t hub_seq(uint16_t ring); /* of the newest frame; the next one gets a greater one (hub_seq()
                                    + 1, but never 0) */
/** Random per run: a sequence number of another run means nothing. */
uint32_t hub_epoch(void);
/** Append one frame (head, body, tail are joined, at least one byte), give it the next sequence
 *  number and mark the ring as fresh. The slices must not lie in a ring.
 *  @return WICK_E_FULL: longer than WICK_SEND_CAP; nothing was appended: resynchronise the
 *  subscribers instead. */
WICK_MUST_CHECK enum wick_err hub_append(uint16_t ring, struct str head, struct str body,
                                         struct str tail);
uint16_t hub_sub_count(uint32_t channel); /* over all formats */

/* --- reading -----------------------------------------------------------------------------------
 */

/** Bytes to send now: whole frames only, as many as fit into max, in one or two pieces (the ring's
 *  end). piece[1].len may be 0.
 *  @return bytes; 0 when nothing is due or the next frame is longer than max (never so with max >=
 *  WICK_SEND_CAP). *err_out is WICK_E_STALE when frames were lost: jump and send a snapshot. */
size_t hub_peek(const struct hub_cursor *cursor, size_t max, struct str piece[static 2],
                enum wick_err *err_out);
/** The same for the next frame alone. */
size_t hub_peek_one(const struct hub_cursor *cursor, struct str piece[static 2],
                    enum wick_err *err_out);
/** len bytes, as peeked, were taken over by the connection. */
void hub_skip(struct hub_cursor *cursor, size_t len);

/* Walk the rings that got frames since the last call, and their subscriptions, in no particular
 * order. The subscription s may be ended meanwhile, no other one.
 *
 *     for (r = hub_fresh(); r != HUB_NO_RING; r = hub_fresh())
 *         for (s = hub_first(r); s != HUB_NONE; s = hub_next(s)) ...
 */
uint16_t hub_fresh(void);
uint16_t hub_first(uint16_t ring);

static inline uint16_t hub_next(uint16_t sub)
{
    return hub_subs[sub].next;
}

#endif
