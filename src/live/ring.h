/* ring.h - the channels of pages: one for each page and period, with a ring for each wire and
 * framing in use.
 *
 * Layer:  live. Memory: small tables here; the rings are the hub's.
 * Format: a ring holds finished frames, so its key is (channel, format): the wire's place in the
 *         page's list, and how its transport frames.
 * Errors: no ring left: ring_follow() closes the stream with 1013.
 */
#ifndef LIVE_RING_H
#define LIVE_RING_H

#include "live/state.h"
#include "live/view.h"

enum {
    RING_FRAMINGS = 2, /* WebSocket; server-sent events and long polls */
    RING_FORMATS = LIVE_PAGE_WIRES * RING_FRAMINGS,
};

void ring_init(void);
bool ring_is_followed(unsigned page_idx, unsigned period_idx);
/** Somebody follows a page at this period. */
bool ring_is_period_used(unsigned period_idx);
/** Ring of a format, HUB_NO_RING: nobody follows it. */
uint16_t ring_of(unsigned page_idx, unsigned period_idx, unsigned format);
unsigned ring_format(const struct view *view);
/** How frames of that format are framed. */
enum net_transport ring_kind(unsigned format);
/** The view's stream follows the channel of its page and period. The first follower refreshes the
 * shadows that no other page uses. shows_shadow: its client shows them already, so they stay.
 *  @return false: no ring is left; the stream is being closed. */
WICK_MUST_CHECK bool ring_follow(struct view *view, bool shows_shadow);
void ring_unfollow(struct view *view);
/** Its next frame is the one after due.seq. @return WICK_E_STALE: the ring no longer has it. */
WICK_MUST_CHECK enum wick_err ring_rewind(struct view *view);
/** Newest frame of the ring that the view follows, or would follow; 1 when there is none: no frame
 * has that number. */
uint32_t ring_seq(const struct view *view);
/** The frame that the ring got last leads to the shadows of that number. */
void ring_set_newest(unsigned page_idx, unsigned period_idx, unsigned format, uint32_t gen);

/** When the period was published last, or began to be followed. */
uint64_t ring_published_ms(unsigned period_idx);
void ring_set_published(unsigned period_idx);
/** Call before rendering for a client without a stream: shadows that no stream uses become the
 * present states. */
void ring_refresh(const struct view *view);

/* How a client that comes back is brought up to date. */
enum ring_resume {
    RING_SNAPSHOT,
    RING_REWIND,  /* by the frames after due.seq, if the ring has them */
    RING_CURRENT, /* it has everything */
};

enum ring_resume ring_resume(const struct view *view);

#endif
