/* net_priv.h - connections: their states, their buffers, and who may do what with them. Only for
 * src/net and its tests.
 *
 *   accept -> IDLE -> HEAD -> BODY -> ANSWER -> IDLE
 *   a request at a time, answers in order
 *                                     ANSWER -> WS -> CLOSING
 *                                     RFC 6455; CLOSING: our close frame is out, the peer's is
 *                                     awaited
 *                                     ANSWER -> SSE
 *   any of them -> DRAIN -> LINGER -> DEAD
 *   the last bytes go, FIN, what still comes is thrown away
 *
 * A whole request in one read goes IDLE -> ANSWER -> IDLE at once. Facts per state (checked by
 * conn_check()):
 *   IDLE     no input buffer, nothing to send          HEAD, BODY
 *                                                      an input buffer with the beginning of one
 *                                                      request
 *   ANSWER   the request is with the application, or its answer is not completely taken over by
 *            the transport
 *   WS, SSE  has_stream; an input buffer only inside a message    DEAD
 *                                                                 freed at the end of the turn
 */
#ifndef WICK_NET_PRIV_H
#define WICK_NET_PRIV_H

#include "base/buf.h"
#include "base/stat.h"
#include "base/utf8.h"
#include "lwip/altcp.h"
#include "lwip/ip_addr.h"
#include "net/http_parse.h"
#include "net/net.h"
#include "net/port.h"

#include <sys/types.h>
#include <wslay/wslay.h>

enum {
    NET_NONE = 0xffff,
    NET_IN_CAP = WICK_HEAD_LEN_MAX + WICK_BODY_LEN_MAX, /* one request; also the receive window */
    NET_IN_MAX = WICK_CONN_MAX < 48
                     ? 12
                     : WICK_CONN_MAX /
                           4, /* connections inside a request or message; full: the oldest goes */
    NET_OUT_ROOM = 1024,      /* in front of a body, for its head */
    NET_OUT_TAIL = 16,        /* behind it */
    NET_ADDR_CAP = IPADDR_STRLEN_MAX,
    NET_ALLOW_MAX = 8,
    NET_CONTROL_LEN_MAX = 125, /* payload of a control frame, RFC 6455 section 5.5 */

    NET_HEAD_MS = 10000,  /* for a whole head, counted from the first byte (or from accept) */
    NET_BODY_MS = 20000,  /* for a whole body */
    NET_IDLE_MS = 75000,  /* between two requests */
    NET_STALL_MS = 30000, /* an answer of which nothing more goes */
    NET_PING_MS = 25000,  /* a stream from which nothing came */
    NET_PONG_MS = 20000,  /* the answer to a ping */
    NET_CLOSE_MS = 3000,  /* the peer's close frame */
    NET_LINGER_MS = 2000, /* throwing input away after FIN */
    NET_STOP_MS = 2000,   /* all of it, when the server stops */
};

#define CONN_STATES(X)                                                                             \
    X(FREE)                                                                                        \
    X(IDLE)                                                                                        \
    X(HEAD)                                                                                        \
    X(BODY)                                                                                        \
    X(ANSWER)                                                                                      \
    X(WS)                                                                                          \
    X(CLOSING)                                                                                     \
    X(SSE)                                                                                         \
    X(DRAIN)                                                                                       \
    X(LINGER)                                                                                      \
    X(DEAD)
#define CONN_ENUM(name) CONN_##name,

enum conn_state { CONN_STATES(CONN_ENUM) };

#undef CONN_ENUM

struct net_conn {
    struct altcp_pcb *pcb; /* NULL: the transport is gone */
    const uint8_t *pend; /* [pend_len] of an answer or frame, not yet taken over by the transport */
    struct hub_cursor cursor;
    uint32_t pend_len;
    uint32_t user;
    uint32_t heard_ms;  /* last input */
    uint32_t moved_ms;  /* last time a blocked connection could send again */
    uint16_t out, in;   /* index of its out buffer and input buffer, or NET_NONE */
    uint16_t unsettled; /* bytes received for which the window was not opened again */
    uint16_t gen;
    uint8_t state;    /* enum conn_state: only conn_enter() writes it */
    uint8_t kind;     /* enum net_kind */
    bool has_stream;  /* closed() is owed */
    bool is_answered; /* the application has answered the present request */
    bool is_closing;  /* Connection: close behind the present answer */
    bool is_head;     /* the present request is HEAD: no body */
    bool is_once;     /* SSE: ends behind the first events */
    bool is_lost;     /* frames were lost: lagged() is owed */
    bool is_pinged;   /* our ping is not answered yet */
    bool has_eof;     /* the peer sends nothing more */
};

struct ws_rx { /* a WebSocket between two pieces of input; the message so far lies in the input
                  buffer */
    uint64_t payload_len, payload_off;
    uint8_t istate, ireqread; /* wslay's own */
    uint8_t fin, opcode, rsv, is_masked;
    uint8_t mask[4];
    uint8_t rest_len, rest[14]; /* header bytes not looked at yet */
    bool is_checked;            /* the header of the present frame is legal */
    bool in_message;            /* a text message is open (fragments, or a part of the first one) */
    uint8_t control_len, control[NET_CONTROL_LEN_MAX];
    struct utf8 utf8;
};

struct net_in { /* what a connection needs only inside a request or message */
    uint16_t len;
    uint32_t since_ms;
    uint16_t owner;
    bool is_ws; /* ws is valid, not parse */
    struct http_parse parse;
    struct ws_rx ws;
    uint8_t mem[NET_IN_CAP];
};

struct net_out {
    uint32_t since_ms; /* last progress */
    uint16_t owner;
    uint8_t mem[NET_OUT_ROOM + WICK_OUT_CAP + NET_OUT_TAIL];
};

struct net_set { /* connections that have something to do later in this turn */
    uint64_t bit[(NET_SLOT_MAX + 63) / 64];
    bool is_used;
};

/* --- net_conn.c: connections and their buffers ------------------------------------------------ */

extern struct net_conn net_conns[NET_SLOT_MAX];
extern struct net_set net_to_flush; /* may be able to send more */
extern struct net_set net_to_tell;  /* lagged() is owed and they are writable */
extern const struct net_hooks *net_hooks_now;
extern const struct net_port *net_port_now;
bool net_is_stopping(void);

uint16_t conn_index(const struct net_conn *c);
net_conn_id conn_id(const struct net_conn *c);
struct net_conn *conn_find(net_conn_id id); /* NULL when stale */
void conn_enter(struct net_conn *c, enum conn_state state);
void conn_settle(struct net_conn *c); /* open the window for what is no longer kept */
bool conn_is_blocked(const struct net_conn *c);
void conn_end(struct net_conn *c);  /* orderly: what is pending goes first */
void conn_kill(struct net_conn *c); /* at once */
void conn_start(const struct net_port *port);
void conn_end_all(void);        /* at once */
unsigned conn_free_count(void); /* connections that may be accepted in this pass */
err_t conn_accept(void *arg, struct altcp_pcb *pcb, err_t err);
void conn_reap(void);
uint16_t conn_count(void);
uint64_t conn_deadline(void);
void conn_expire(void);
void conn_set_deadline(struct net_conn *c, uint64_t at_ms);

struct net_in *in_of(const struct net_conn *c);
struct net_in *in_take(struct net_conn *c); /* NULL: none left */
void in_give(struct net_conn *c);
struct net_out *out_of(const struct net_conn *c);
struct net_out *out_take(struct net_conn *c);
void out_give(struct net_conn *c);

void set_add(struct net_set *set, uint16_t idx);
void set_move(struct net_set *set, struct net_set *to); /* *to gets all members, *set is empty */
uint16_t set_pop(struct net_set *set); /* cut off the lowest member; NET_NONE when it is empty */

/* --- net_addr.c ------------------------------------------------------------------------------- */

bool addr_read(struct str text, ip_addr_t *ip_out); /* "192.0.2.1", "::1", "[::1]" */
const char *addr_text(const ip_addr_t *ip, char mem[static NET_ADDR_CAP]);

/* --- net_send.c: what goes out ---------------------------------------------------------------- */

/** Hand over small bytes at once. @pre !conn_is_blocked(c) and len <= WICK_SEND_CAP. */
void send_now(struct net_conn *c, const void *bytes, size_t len);
/** Send as much of c->pend as the transport takes. @return true when all of it is gone. */
bool send_pend(struct net_conn *c);
void send_flush(struct net_conn *c); /* whatever the connection has to send */
void send_rings(void);               /* write phase */
void send_lagged(void);

/* --- net_http.c, net_answer.c, net_asset.c ---------------------------------------------------- */

void http_input(struct net_conn *c, uint8_t *bytes, size_t len);
void answer_pushed(
    struct net_conn *c); /* the answer was taken over completely: next request, or close */
void answer_error(struct net_conn *c, unsigned status, struct str sentence, struct str headers);
bool asset_serve(struct net_conn *c, const struct http_req *req);
bool host_is_allowed(struct str host);
void answer_send(struct net_conn *c, const struct http_res *res, bool is_static);
extern const struct str net_security_headers;
struct str http_date_line(void); /* "Date: ...\r\n", empty while the time is not known */

/* --- net_ws.c, net_handshake.c ---------------------------------------------------------------- */

void ws_input(struct net_conn *c, uint8_t *bytes, size_t len);
void ws_control(struct net_conn *c, uint8_t opcode, const void *payload, size_t len);
void ws_close(struct net_conn *c, uint16_t code, struct str reason);
/** Is the upgrade a valid opening handshake? @return 0, or the status to refuse it with. */
unsigned ws_handshake_status(const struct http_req *req, const struct http_parse *p);

extern struct stat_counter net_stat_full, net_stat_requests, net_stat_refused, net_stat_messages,
    net_stat_lagged, net_stat_dropped;

#endif
