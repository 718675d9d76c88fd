/* wick_limits.h - every capacity, and what happens when it is reached.
 *
 * Layer: base. The profile (board/profile/<name>/wick_profile.h) sets what differs by machine; the
 * rest is derived here; the dashboard's own are in src/dash/dash_limits.h. `make sizes` prints them
 * all, the page About shows them (toolchain/limits.awk reads these comments: "what it is; more:
 * ...").
 */
#ifndef WICK_LIMITS_H
#define WICK_LIMITS_H

#include "wick_profile.h" /* WICK_CONN_MAX, WICK_RING_CAP, WICK_RING_MAX, WICK_UPDATE_CAP, WICK_FROZEN_MAX, WICK_FROZEN_CAP, WICK_SEND_CAP */

enum {
    /* base */
    JSON_DEPTH_MAX = 16,     /* arrays and objects inside each other; more: the text is refused */
    LOG_LINES_PER_S = 50,    /* lines of the log in a second; more: left out and counted */
    LOG_LINE_LEN_MAX = 512,  /* bytes of a line of the log; more: cut, with an ellipsis */
    LOG_VALUE_LEN_MAX = 160, /* bytes of a value in the log; more: cut, with an ellipsis */

    /* os */
    OS_WATCH_MAX = 8,  /* descriptors of sources and children; more: refused, said in the log */
    OS_GROUP_MAX = 2,  /* ports that run at once; more: an assertion fails at start */
    OS_EVENT_MAX = 64, /* events of one pass; more: they wait for the next pass */
    OS_PATH_LEN_MAX =
        191, /* bytes of the path of a file of /proc or /sys; more: it reads as absent */
    OS_ROOT_LEN_MAX = 255, /* bytes of the folder that stands for the machine; more: refused */

    /* store */
    STORE_CAP = 4096,           /* bytes of all settings; more: refused, nothing is changed */
    STORE_NAME_LEN_MAX = 31,    /* bytes of the name of a setting; more: refused */
    STORE_VALUE_LEN_MAX = 1024, /* bytes of a setting; more: refused, nothing is changed */

    /* tmpl */
    TMPL_FORM_ERRORS = 4,      /* messages of one form; more: they are not shown */
    TMPL_FORM_DRAFTS = 6,      /* typed texts of a refused form; more: the stored value is shown */
    TMPL_NAME_LEN_MAX = 23,    /* bytes of the name of a field; more does not compile */
    TMPL_MESSAGE_LEN_MAX = 95, /* bytes of a message beside a field; more: cut */
    TMPL_DRAFT_LEN_MAX = 127,  /* bytes of a typed text that is shown again; more: it is not */
    TMPL_SPARK_MAX = 240,      /* points of a small graph; more: every n-th is drawn */
    TMPL_KEEP_LEN_MAX = 511,   /* bytes of a text in a variable that is set; more: cut */
    TMPL_COUNT_MAX = 4096,     /* rows of a range over a number; more: the rest is left out */

    /* net, live */
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
    WICK_PERIODS = 3, /* update intervals a viewer may choose: 1, 5 and 30 s; others are ignored */
};

_Static_assert(WICK_SEND_CAP <= WICK_RING_CAP / 2, "a frame must fit into half a ring");

#endif
