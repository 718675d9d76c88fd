/* net_priv.h - connections: their states, their buffers, and who may do what with them. Only for
 * src/net and its tests.
 *
 *   accept -> IDLE -> HEAD -> BODY -> ANSWER -> IDLE      one request at a time, answers in order
 *                                     ANSWER -> OPEN      it carries streams
 *                                               OPEN -> CLOSING   our close frame is out, the
 *                                                                 peer's is awaited (WebSocket)
 *   any of them -> DRAIN -> LINGER -> DEAD                the last bytes go, then FIN, then what
 *                                                         still comes is thrown away
 *
 * A whole request in one read goes IDLE -> ANSWER -> IDLE at once. What holds in a state
 * (conn_check()):
 *   IDLE        nothing to send; no input buffer, or one whose bytes are read in the next pass
 *   HEAD, BODY  an input buffer with the beginning of one request
 *   ANSWER      the request is with the application (is_waiting: in the input buffer, until after
 *               settle), or its answer is not completely taken over by the transport
 *   OPEN        an input buffer only inside a message, or with bytes for the next pass
 *   DEAD        freed at the end of the pass
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
    NET_ADDR_CAP = IPADDR_STRLEN_MAX,
    NET_CONTROL_LEN_MAX = 125, /* payload of a control frame, RFC 6455 section 5.5 */
    NET_FRAME_HEAD = 16,       /* room for the head that a transport puts before a payload */
    NET_PULL_TAIL = 32,        /* what follows the last piece of a source */
};

#define CONN_STATES(X)                                                                             \
    X(FREE)                                                                                        \
    X(IDLE)                                                                                        \
    X(HEAD)                                                                                        \
    X(BODY)                                                                                        \
    X(ANSWER)                                                                                      \
    X(OPEN)                                                                                        \
    X(CLOSING)                                                                                     \
    X(DRAIN)                                                                                       \
    X(LINGER)                                                                                      \
    X(DEAD)
#define CONN_ENUM(name) CONN_##name,

enum conn_state { CONN_STATES(CONN_ENUM) };

#undef CONN_ENUM

struct net_conn {
    struct altcp_pcb *pcb; /* NULL: the transport is gone */
    const uint8_t *pend;   /* [pend_len] constant data that the transport has not yet taken */
    uint32_t pend_len;
    uint32_t heard_ms;     /* last input */
    uint32_t moved_ms;     /* last time a blocked connection could send again */
    uint16_t in;           /* index of its input buffer, or NET_NONE */
    uint16_t stream_first; /* its streams, or NET_NONE */
    uint16_t unsettled;    /* bytes received for which the window was not opened again */
    uint16_t gen;
    uint8_t state;     /* enum conn_state: only conn_enter() writes it */
    uint8_t transport; /* enum net_transport, in OPEN and CLOSING */
    uint8_t worth;     /* said by the layer above; 0: not said */
    bool is_once;      /* OPEN: its transport ends after the first writing */
    bool is_served;    /* it has had an answer */
    bool is_answered;  /* the application has answered the present request */
    bool is_waiting;   /* the present request is in the input buffer until it is answered */
    bool is_closing;   /* Connection: close after the present answer */
    bool is_head;      /* the present request is HEAD: no body */
    bool is_old;       /* the present request is HTTP/1.0: nothing is chunked */
    bool is_pulling;   /* net_pulls[] has a source for it */
    bool is_full;      /* no message more in this pass */
    bool is_pinged;    /* our ping is not answered yet */
    bool has_eof;      /* the peer sends nothing more */
};

struct net_stream {
    const struct str *beat; /* the payload of its heartbeat, or NULL */
    uint32_t owner;
    uint32_t sent_ms;   /* last time something was sent on it */
    uint16_t conn;      /* index; NET_NONE: free */
    uint16_t next;      /* of its connection, or of the free list */
    uint16_t sub_first; /* its subscriptions, or HUB_NONE */
    uint16_t gen;
    bool is_lost;    /* frames were lost: lagged() is owed */
    bool is_wrapped; /* net_wraps[] is valid: its rings hold bare payloads */
};

struct net_wrapping { /* of a stream with a prefix */
    const struct net_wrap *wrap;
    uint8_t prefix_len;
    char prefix[NET_PREFIX_CAP];
};

struct net_pull { /* an answer or message that is made in pieces */
    struct net_source source;
    uint64_t left;    /* bytes, or NET_LEN_UNKNOWN */
    bool is_chunked;  /* each piece gets its length in front (RFC 9112 section 7.1) */
    uint8_t tail_len; /* what follows the last piece */
    char tail[NET_PULL_TAIL];
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

struct net_in {       /* what a connection needs only inside a request or message */
    uint16_t len;     /* of the request, or of the message so far */
    uint16_t raw_len; /* WebSocket: bytes at the start of mem that wait for the next pass; len is 0
                         then */
    uint16_t owner;   /* index of the connection, or NET_NONE */
    bool is_ws;       /* ws is valid, not parse */
    struct http_parse parse;
    struct ws_rx ws;
    uint8_t mem[NET_IN_CAP];
};

struct net_set { /* connections that have something to do later */
    uint64_t bit[(NET_SLOT_MAX + 63) / 64];
    bool is_used;
};

/* A way to carry streams: one row and one file each. */
struct transport {
    const char *name;
    bool is_once;         /* it ends after the first pass in which something was sent */
    bool has_pong;        /* its heartbeat is answered: silence ends the connection */
    struct str heartbeat; /* sent when nothing came for NET_PING_MS */
    struct str tail;      /* after each payload */
    /* What comes before a payload. @return its length */
    size_t (*head)(size_t payload_len, char mem[static NET_FRAME_HEAD]);
    /* Answer the request that opens it. @return false: it cannot be. */
    bool (*open)(struct net_conn *c, const struct http_req *req, struct str protocol);
    void (*read)(struct net_conn *c, uint8_t *bytes, size_t len); /* NULL: input is thrown away */
    void (*resume)(struct net_conn *c); /* read what waited for this pass; NULL without read */
    void (*close)(struct net_conn *c, uint16_t code, struct str reason);
};

extern const struct transport net_transport_ws, net_transport_sse, net_transport_poll;
const struct transport *transport_of(const struct net_conn *c);
void transport_close(struct net_conn *c, uint16_t code,
                     struct str reason); /* those without words */

/* --- net_conn.c: connections -------------------------------------------------------------------
 */

struct net_state { /* what the files of net share; reset by conn_start() */
    const struct net_hooks *hooks;
    const struct net_port *port;
    struct net_set to_read;   /* have input for the next pass */
    struct net_set to_answer; /* requests that wait */
    struct net_set to_flush;  /* may be able to send more */
    struct net_set to_tell;   /* one of its streams is lost and it can be written */
    struct net_set to_end;    /* end after this pass's writing */
    struct net_set to_reap;
};

extern struct net_state net;
extern struct net_conn net_conns[NET_SLOT_MAX];
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
void conn_end_all(void); /* at once */
err_t conn_accept(void *arg, struct altcp_pcb *pcb, err_t err);
void conn_resume(void); /* start of the input: what waited for this pass */
void conn_reap(void);
uint16_t conn_count(void);
unsigned conn_free_count(void); /* connections that may be accepted in this pass */
uint64_t conn_deadline(void);
void conn_expire(void);
void conn_set_deadline(struct net_conn *c, uint64_t at_ms);

void set_add(struct net_set *set, uint16_t idx);
void set_move(struct net_set *set, struct net_set *to); /* *to gets all members, *set is empty */
uint16_t set_pop(struct net_set *set); /* cut off the lowest member; NET_NONE when it is empty */

/* --- net_room.c: input buffers, and who gives way --------------------------------------------- */

void room_start(void);
struct net_in *in_of(const struct net_conn *c);
/** @pre room_has_in(c) when the present bytes were accepted: one is always left then. */
struct net_in *in_take(struct net_conn *c);
void in_give(struct net_conn *c);
/** May input of this connection be taken? If not, another connection will give way for it. */
bool room_has_in(const struct net_conn *c);
/** May this connection become one with a stream? Only if others can give way for it. */
bool room_has_viewer(const struct net_conn *c);
void room_make(void);          /* reap phase */
void room_no_descriptor(void); /* the port has none for a newcomer */

/* --- net_addr.c ------------------------------------------------------------------------------- */

bool addr_read(struct str text, ip_addr_t *ip_out); /* "192.0.2.1", "::1", "[::1]" */
const char *addr_text(const ip_addr_t *ip, char mem[static NET_ADDR_CAP]);

/* --- net_stream.c ------------------------------------------------------------------------------
 */

extern struct net_stream net_streams[WICK_STREAM_MAX];
extern struct net_wrapping net_wraps[WICK_STREAM_MAX];
void stream_start(void);
net_stream_id stream_id(const struct net_stream *s);
void stream_end_all(struct net_conn *c); /* closed() for each */
void stream_lose(struct net_stream *s);  /* lagged() is owed */
void stream_beats(void);                 /* write phase, after the rings */
uint64_t stream_deadline(void);          /* of the next heartbeat */

/* --- net_send.c: what goes out ---------------------------------------------------------------- */

/** The window through which everything made by net goes: messages, pieces of sources. It is free
 *  again after altcp_output(). */
extern uint8_t net_window[WICK_SEND_CAP];
/** Hand over small bytes at once. @pre !conn_is_blocked(c) and len <= WICK_SEND_CAP. */
void send_now(struct net_conn *c, const void *bytes, size_t len);
/** Send as much of c->pend as the transport takes. @return true when all of it is gone. */
bool send_pend(struct net_conn *c);
/** What the stream's rings hold for it. @return true when that is all gone. */
bool send_stream(struct net_stream *s);
void send_rings(void);  /* write phase */
void send_lagged(void); /* start of the input */

/* --- net_pull.c: answers and messages in pieces ----------------------------------------------- */

/** @pre !c->is_pulling. The head of it was sent. */
void pull_begin(struct net_conn *c, uint64_t len, const struct net_source *source);
/** @return true when nothing more is to come. */
bool pull_more(struct net_conn *c);
void pull_cancel(struct net_conn *c);
extern struct net_pull net_pulls[NET_SLOT_MAX];

/* --- net_http.c, net_answer.c, net_asset.c ---------------------------------------------------- */

void http_input(struct net_conn *c, uint8_t *bytes, size_t len);
void http_answers(void); /* hook answer for the requests that wait */
/* The answer was taken over completely: next request, or close. */
void answer_pushed(struct net_conn *c);
void answer_error(struct net_conn *c, unsigned status, struct str sentence, struct str headers);
bool asset_serve(struct net_conn *c, const struct http_req *req);
void answer_send(struct net_conn *c, const struct http_res *res);
extern const struct str net_security_headers;
struct str http_date_line(void); /* "Date: ...\r\n", empty while the time is not known */

/* --- net_host.c: which names this server answers to -------------------------------------------- */

/** May a request name this host in its Host header, with or without a port? */
bool host_is_known(struct str host_port);
/** Same origin: scheme http or https, then exactly what Host says. */
bool host_is_origin(struct str origin, struct str host_port);

/* --- the end of the server ---------------------------------------------------------------------- */

/* Forget the last peer, the table of files, the names. */
void http_end(void);
void asset_end(void);
void host_end(void);

/* --- net_ws.c, net_handshake.c ---------------------------------------------------------------- */

/** Bytes that follow the request which opened the connection: read in the next pass. */
void ws_keep(struct net_conn *c, const uint8_t *bytes, size_t len);
bool ws_accept(struct net_conn *c, const struct http_req *req, struct str protocol);
/** Is the upgrade a valid opening handshake? @return 0, or the status to refuse it with. */
unsigned ws_handshake_status(const struct http_req *req, const struct http_parse *p);

extern struct stat_value net_stat_full, net_stat_requests, net_stat_refused, net_stat_messages,
    net_stat_lagged, net_stat_dropped;

#endif
