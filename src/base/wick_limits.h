/* wick_limits.h - every capacity, and what happens when it is reached.
 *
 * Layer: base. The profile (board/profile/<name>/wick_profile.h) sets what differs by machine; the
 * rest is derived here.
 */
#ifndef WICK_LIMITS_H
#define WICK_LIMITS_H

#include "wick_profile.h" /* WICK_CONN_MAX, WICK_RING_CAP, WICK_RING_MAX, WICK_UPDATE_CAP, WICK_FROZEN_MAX, WICK_FROZEN_CAP, WICK_SEND_CAP */

enum {
    WICK_VIEW_MAX = 2 * WICK_CONN_MAX, /* views, connected or waiting for their client; full: the
                                          oldest waiting one goes */
    WICK_STREAM_MAX = WICK_CONN_MAX + WICK_CONN_MAX / 2, /* streams: views and clients of the hub,
                                                            one connection may carry several; full:
                                                            503 or a refused join */
    WICK_SUB_MAX = 2 * WICK_CONN_MAX, /* subscriptions of streams; full: refused */
    WICK_HEAD_LEN_MAX = 4096,         /* request line + headers; more: 431 */
    WICK_HEADER_MAX = 48,             /* header lines; more: 431 */
    WICK_BODY_LEN_MAX = 8192,         /* body of a POST, message of a WebSocket; more: 413, 1009 */
    WICK_VIEW_STATE_MAX = 256,        /* bytes of a page's view state; more does not compile */
    WICK_FIELD_MAX = 24,              /* fields of one form; more does not compile */
    WICK_ROW_DEPTH_MAX = 4,           /* nested ranges; more does not compile */
    WICK_NODE_DEPTH_MAX = 32, /* branches and rows inside each other in element content, the page
                                 itself counted; more does not compile */
    WICK_SLOT_LEN_MAX =
        4096,         /* bytes of one slot that can be compared with what was sent; a longer
                         text is never truncated, but sent at each change of what it reads */
    WICK_PERIODS = 3, /* update intervals a viewer may choose: 1 s, 5 s, 30 s */
};

_Static_assert(WICK_SEND_CAP <= WICK_RING_CAP / 2, "a frame must fit into half a ring");

#endif
