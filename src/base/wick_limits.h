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

    /* diff, wire */
    DIFF_ROWS_MAX = 1 << 19, /* rows of one list; more: a snapshot is sent instead of changes */
    WIRE_ROWS_MAX = 8,       /* languages of clients; more does not compile */
    WIRE_PAIR_MAX = 64,      /* names in one submission, buttons included; more: refused */
    WIRE_TOKENS_MAX = 256,   /* JSON tokens of one message; more: refused */

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
    WICK_SLOT_LEN_MAX = 4096, /* bytes of one slot that can be compared with what was sent; a longer
                         text is never truncated, but sent at each change of what it reads */
    WICK_PERIODS = 3, /* update periods a viewer may choose: 1, 5 and 30 s; others are ignored */

    /* net: connections */
    NET_LISTENER_MAX = 4, /* addresses to listen on; more: refused at start */
    NET_ALLOW_MAX = 8,    /* names by --host; more: refused at start */
    NET_SPARE = 4, /* connections beyond WICK_CONN_MAX until somebody gives way; more: they wait */
    NET_IN_CAP = WICK_HEAD_LEN_MAX + WICK_BODY_LEN_MAX, /* bytes of one request; more: 413 or 431 */
    NET_IN_MAX = WICK_CONN_MAX < 48 ? 12 : WICK_CONN_MAX / 4, /* connections inside a request or
                                                                 message; more: the least gives way,
                                                                 or they wait in the kernel */
    NET_HEAD_MS = 10000,                                      /* ms for a whole head; later: 408 */
    NET_BODY_MS = 20000,                                      /* ms for a whole body; later: 408 */
    NET_IDLE_MS = 75000, /* ms between two requests; later: the connection is closed */
    NET_STALL_MS =
        30000, /* ms in which no byte of an answer is taken; later: the connection is cut */
    NET_PING_MS = 25000,  /* ms without a word from a stream; later: it is asked */
    NET_PONG_MS = 20000,  /* ms for the answer to that; later: the stream is cut */
    NET_BEAT_MS = 2000,   /* ms in which nothing is sent on a stream; later: its heartbeat goes */
    NET_CLOSE_MS = 3000,  /* ms for the peer's close frame; later: the connection is closed */
    NET_LINGER_MS = 2000, /* ms in which input is thrown away after FIN; later: it is cut */
    NET_NEW_MS = 250,     /* ms in which a newcomer may make a request although all is full; later:
                             it gives way */
    NET_GIVE_MS = 500,    /* the same, for a connection that gave way; later: it is cut */
    NET_STOP_MS = 2000,   /* ms for the last answers when the server stops; later: they are cut */

    /* live: pages and views */
    LIVE_PAGE_MAX = 32,  /* pages of an application; more: an assertion fails at start */
    LIVE_PAGE_WIRES = 4, /* wires of one page; more: an assertion fails at start */
    LIVE_TIMER_MAX = 16, /* timers of an application; more: an assertion fails at start */
    LIVE_RECENT_MAX = 8, /* references that a view remembers; more: the oldest is forgotten */
    LIVE_FORM_MAX = WICK_CONN_MAX / 8 < 8 ? 8 : WICK_CONN_MAX / 8, /* tabs with messages or drafts;
                                                                      more: they are in the answer
                                                                      only */
    LIVE_OP_MAX = WICK_UPDATE_CAP / 32, /* operations of one update; more: a snapshot is sent */
    LIVE_WAIT_NEW_MS = 30000,        /* ms that a page waits for its script; later: it is dropped */
    LIVE_WAIT_MS = 60000,            /* ms that a tab is kept without a stream; later: dropped */
    LIVE_WAIT_PLAIN_MS = 15 * 60000, /* ms between two posts without script; later: dropped */
};

_Static_assert(WICK_SEND_CAP <= WICK_RING_CAP / 2, "a frame must fit into half a ring");

#endif
