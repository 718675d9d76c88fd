/* net.h - the loop, connections, HTTP/1.1 and streams; what the layers above may call.
 *
 * Layer: net (includes base, os, hub). Memory: static pools of WICK_CONN_MAX connections,
 * WICK_STREAM_MAX streams and NET_IN_MAX input buffers. Threads: none; every function is called
 * from the loop's thread, most of them from inside a hook. Nothing blocks. A connection or stream
 * is named by a handle (index + generation, never 0); a call with a stale handle does nothing and
 * says WICK_E_CLOSED, 0, NULL or false. Text that is given to a call is borrowed for the call.
 *
 * One pass of the loop, in fixed phases that are never re-entered:
 *   wait    for events, until the next deadline
 *   input   bytes -> hooks lagged, request, message. The application changes its state, refuses,
 *           accepts a stream, or says net_later(). Nothing is evicted or freed here.
 *   settle  hook settle: publish to rings, hand messages to streams; then hook answer for each
 *           request that waits
 *   write   streams from their rings, answers and messages from their sources; bounded per pass
 *   reap    hook closed; connections end; who gives way is decided
 */
#ifndef WICK_NET_H
#define WICK_NET_H

#include "base/buf.h"
#include "hub/hub.h"

typedef uint32_t net_conn_id;
typedef uint32_t net_stream_id;

/* One embedded file, made by toolchain/pack.c. What is not kept is empty; identity or gzip is
 * there. */
struct net_asset {
    struct str path; /* URL path: "/wick.css" */
    struct str type; /* "text/css; charset=utf-8" */
    struct str etag; /* with its quotes */
    struct str identity, gzip, brotli;
    bool is_immutable; /* the name contains a fingerprint: cached for ever */
};
/* The table that the build makes of www/ (a smaller one for examples/hello). */
extern const struct net_asset wick_asset[];
extern const size_t wick_asset_count;

/* --- requests --------------------------------------------------------------------------------- */

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_OTHER };

struct http_header {
    struct str name, value;
};

/* One whole request. Its slices are valid during the hook only. */
struct http_req {
    enum http_method method;
    struct str target; /* as sent */
    struct str path;   /* percent-decoded, no "..", starts with '/' */
    struct str query;  /* after '?', raw */
    struct str body;   /* at most WICK_BODY_LEN_MAX bytes */
    struct http_header header[WICK_HEADER_MAX];
    uint8_t header_count;
    bool is_upgrade; /* a valid WebSocket opening handshake (RFC 6455 section 4.2.1) */
    struct str peer; /* address as text */
};

/** Value of the first header of that name (any case); ptr NULL when absent. */
struct str http_header(const struct http_req *req, struct str name);
/** Value of a cookie, or ptr NULL. */
struct str http_cookie(const struct http_req *req, struct str name);
/** Cut the next name=value pair off *rest_inout (query or urlencoded body), decoded ('+' and %XX)
 *  into scratch.
 *  @return false at the end; a malformed escape is WICK_E_SYNTAX in scratch->err. */
bool http_pair(struct str *rest_inout, struct buf *scratch, struct str *name_out,
               struct str *value_out);

/* --- what the application layer plugs in; set once before net_run() ----------------------------
 */

struct net_hooks {
    /* A whole request has arrived. The hook answers it (net_respond...), opens a stream, or says
     * net_later(); else it is answered with 500. */
    void (*request)(net_conn_id conn, const struct http_req *req);
    /* The same request again, after settle(), because of net_later(). NULL if that is never said.
     */
    void (*answer)(net_conn_id conn, const struct http_req *req);
    /* A whole text message (valid UTF-8, <= WICK_BODY_LEN_MAX) of a WebSocket; text is valid during
     * the call. @return true: the next message may come in this pass; false: in the next pass. */
    bool (*message)(net_conn_id conn, struct str text);
    /* The connection of this stream has ended; the handle dies when the hook returns. Once for
     * each stream that was not dropped. */
    void (*closed)(net_stream_id stream);
    /* Frames for this stream were lost (its ring has overtaken it, or a message had no room) and it
     * can be written again: settle() must send a snapshot. Called at the start of a pass. */
    void (*lagged)(net_stream_id stream);
    /* Once per pass after the input. @return the time (clk_ms) of its next deadline, UINT64_MAX for
     * none. */
    uint64_t (*settle)(void);
    const struct net_asset
        *asset; /* [asset_count], served by net itself (GET, HEAD, ETag, Accept-Encoding) */
    size_t asset_count;
};

struct net_port; /* net/port.h */
/** Begin, with everything empty, on that port. net_listen() does it with net_port_kernel unless it
 *  was done before. @return WICK_E_IO: the port could not start. */
WICK_MUST_CHECK enum wick_err net_start(const struct net_port *port);
/** End at once: connections, listeners, port, and the watches of os_poll.h. The server may then be
 *  started again. */
void net_end(void);

/** address: "127.0.0.1:8080", "[::1]:8080", "8080" (loopback). Port 0 takes any. May be called
 *  NET_LISTENER_MAX times.
 *  @return WICK_E_SYNTAX, WICK_E_FULL (in use: EADDRINUSE), WICK_E_DENIED (EACCES), WICK_E_IO. */
WICK_MUST_CHECK enum wick_err net_listen(const char *address, uint16_t *port_out);
/** Answer to this host name too; IP addresses, localhost, the machine's name and that with .local
 *  always are. Others are refused with 421: it prevents DNS rebinding.
 *  @return WICK_E_FULL: more than 8, or longer than 63 bytes. WICK_E_SYNTAX: it is no name, or has
 *  a port. */
WICK_MUST_CHECK enum wick_err net_allow_host(const char *host);
/** Run until net_stop(). Then open streams are closed with 1001, the last answers are sent (at most
 *  2 s), and everything ends as with net_end(). */
void net_run(const struct net_hooks *hooks);
void net_stop(void); /* safe in a signal handler */
/** One pass that waits at most wait_ms: what net_run() repeats; for tests and simulations. */
void net_pass(const struct net_hooks *hooks, unsigned wait_ms);

/* --- answers to a request --------------------------------------------------------------------- */

struct http_res {
    unsigned status;    /* 200, 303, 404... */
    struct str type;    /* Content-Type; empty: none */
    struct str headers; /* further header lines, each with its CRLF; the security headers are added
                           by net itself */
    struct str body;    /* with its head at most WICK_SEND_CAP bytes, unless it is_static */
    bool is_static;     /* the body stays where it is until it is sent: constant data */
    bool close;         /* Connection: close */
};

enum { NET_BODY_MAX = WICK_SEND_CAP - 4096 }; /* fits, whatever the head */

/** HEAD requests get the head alone, here and below. An answer that is too long for its kind is
 *  logged and becomes a 500. */
void net_respond(net_conn_id conn, const struct http_res *res);
/** Plain-text error page: status, one sentence for a person. */
void net_respond_error(net_conn_id conn, unsigned status, struct str sentence);
/** In hook request or answer: hook answer will be called for this request, after settle(). */
void net_later(net_conn_id conn);
/** The request of a connection between net_later() and its answer; NULL when there is none. Valid
 *  until the next call of net. */
const struct http_req *net_request(net_conn_id conn);

/* What makes a long answer or message in pieces. */
struct net_source {
    /* Write at most cap bytes, at least one unless it is the end. Called in the write phase, when
     * the connection can take more. */
    size_t (*pull)(void *arg, uint8_t *to, size_t cap, bool *is_end_out);
    /* Exactly once, whatever happened: complete, connection lost, or not even accepted. */
    void (*done)(void *arg);
    void *arg;
};

#define NET_LEN_UNKNOWN UINT64_MAX /* chunked; the connection's end for HTTP/1.0 */

/** Answer with a body of exactly len bytes from source. res->body is ignored.
 *  @return false: there is no such request; done() was called. */
bool net_respond_source(net_conn_id conn, const struct http_res *res, uint64_t len,
                        const struct net_source *source);

/* --- streams -----------------------------------------------------------------------------------
 */

enum net_transport { NET_WS, NET_SSE, NET_POLL }; /* rows of net_transport.c */

/** Answer a request by a connection that carries streams, with a first stream on it.
 *  NET_WS: pre req->is_upgrade; protocol: the subprotocol to name, or empty. NET_SSE: a
 *  text/event-stream. NET_POLL: the same, which ends after the first pass in which something was
 *  sent.
 *  @return 0: refused, and answered if it could be. */
WICK_MUST_CHECK net_stream_id net_stream_open(net_conn_id conn, const struct http_req *req,
                                              enum net_transport transport, struct str protocol);
/** A further stream on the same connection. @return 0: none is left. */
WICK_MUST_CHECK net_stream_id net_stream_add(net_conn_id conn);
/** End this stream alone; closed() is not called. The connection stays, even without streams. */
void net_stream_drop(net_stream_id id);
/** Close the whole connection: code of RFC 6455 section 7.4 and a reason, where the transport has
 *  them. closed() follows for each of its streams. */
void net_stream_close(net_stream_id id, uint16_t code, struct str reason);
void net_close(net_conn_id conn, uint16_t code, struct str reason);
/** End a connection at once: what is on its way is lost. Its sources are done at the end of the
 *  pass. */
void net_abort(net_conn_id conn);

net_conn_id net_stream_conn(net_stream_id id);
net_stream_id net_stream_first(net_conn_id conn); /* the newest one; 0: it carries none */
net_stream_id net_stream_next(net_stream_id id);
enum net_transport net_stream_transport(net_stream_id id);
/** A word of the application's (its view), 0 at the start. */
void net_stream_set_owner(net_stream_id id, uint32_t owner);
uint32_t net_stream_owner(net_stream_id id);

/* What surrounds every payload of a stream, for wires that need it. */
struct net_wrap {
    struct str end; /* after each payload */
    /* Several payloads that travel together are one message of the transport: begin, payloads with
     * separator between them, end. All empty: each payload is a message. Each at most 8 bytes. */
    struct str batch_begin, batch_separator, batch_end;
};

enum { NET_PREFIX_CAP = 64, NET_WRAP_ROOM = 128 }; /* for all that surrounds a payload */

/** From now on each payload, of its rings and of messages, is sent as prefix, payload, wrap->end.
 *  Its rings hold bare payloads, framed when they are sent; at most WICK_SEND_CAP - NET_WRAP_ROOM
 *  bytes each (more: the stream lags). prefix is copied. wrap is constant data and stays.
 *  @return WICK_E_FULL: the prefix is longer than NET_PREFIX_CAP. */
WICK_MUST_CHECK enum wick_err net_stream_set_wrap(net_stream_id id, struct str prefix,
                                                  const struct net_wrap *wrap);

/** From now on payload is sent as a message when nothing else was sent on this stream for
 *  NET_BEAT_MS (at most a quarter of a second later), so that its client can tell a quiet server
 *  from a dead one. It is in no ring. A long poll ends with it. payload is constant data of at most
 *  NET_WRAP_ROOM bytes and stays; NULL: no heartbeat, as at the start. */
void net_stream_set_beat(net_stream_id id, const struct str *payload);

/** Follow a channel: the frames of ring (channel, format) are sent as they come. A second call for
 *  the same channel replaces the first one. @return WICK_E_FULL: no subscription or ring is left.
 */
WICK_MUST_CHECK enum wick_err net_follow(net_stream_id id, uint32_t channel, uint8_t format);
void net_unfollow(net_stream_id id, uint32_t channel);
/** hub_rewind() for its cursor on that channel. */
WICK_MUST_CHECK enum wick_err net_rewind(net_stream_id id, uint32_t channel, uint32_t seq);
/** Before a snapshot: forget what waits in the stream's rings, the snapshot contains it. */
void net_jump(net_stream_id id);

/** A message for this stream alone: write the payload into the buffer, then end. Messages and the
 *  frames of its rings keep their order. At most WICK_SEND_CAP - NET_WRAP_ROOM bytes.
 *  NULL: no room now; the message is dropped and hook lagged() will be called. */
struct buf *net_message_begin(net_stream_id id);
/** @return WICK_E_FULL: too long, nothing was sent: use net_stream_source(). */
WICK_MUST_CHECK enum wick_err net_message_end(net_stream_id id);
/** A message of exactly len bytes, made in pieces. What comes later for this connection waits.
 *  @return false: no room now, as with net_message_begin(); done() was called. */
WICK_MUST_CHECK bool net_stream_source(net_stream_id id, uint64_t len,
                                       const struct net_source *source);
/** Frame a payload for a ring of finished frames. head_mem has 16 bytes. */
void net_frame_wrap(enum net_transport transport, size_t payload_len, char head_mem[static 16],
                    struct str *head_out, struct str *tail_out);

/* --- who gives way -----------------------------------------------------------------------------
 */

/* When connections or input buffers run out, the one of the least worth goes; among equals the one
 * that made progress longest ago. Viewers never give way to newcomers: no stream is opened when
 * there are none but viewers. */
enum net_worth {
    NET_WORTH_STALLED = 0, /* has not moved for a while, whatever it was */
    NET_WORTH_IDLE = 10,   /* between two requests */
    NET_WORTH_NEWCOMER = 20,
    NET_WORTH_REQUEST = 30, /* a request in progress */
    NET_WORTH_VIEWER = 40,  /* carries a stream */
    NET_WORTH_KNOWN = 50,   /* signed in */
};

/** Until the connection ends; 0: net judges by what it does. */
void net_set_worth(net_conn_id conn, uint8_t worth);

#endif
