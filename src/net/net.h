/* net.h - the loop, connections, HTTP/1.1 and WebSocket; what the layers above may call.
 *
 * Layer: net (includes base, hub). Memory: static pools of WICK_CONN_MAX connections and
 * WICK_OUT_MAX out buffers. Threads: none. Every function is called from the loop's thread, most of
 * them from inside a hook. A connection is named by its handle (index + generation, never 0); a
 * call with a stale handle does nothing and says WICK_E_CLOSED. All input and output goes through
 * lwIP's altcp API; on kernel sockets its implementation is altcp_kernel.c.
 *
 * One turn: wait -> input (requests and messages reach the hooks) -> hook turn (act, diff, publish)
 * -> write -> reap.
 */
#ifndef WICK_NET_H
#define WICK_NET_H

#include "base/buf.h"
#include "hub/hub.h"

typedef uint32_t net_conn_id;

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

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_OTHER };

struct http_header {
    struct str name, value;
};

/* One whole request. All slices point into the connection's input buffer: valid during the hook
 * only. */
struct http_req {
    enum http_method method;
    struct str target; /* as sent */
    struct str path;   /* percent-decoded, no "..", starts with '/' */
    struct str query;  /* behind '?', raw */
    struct str body;   /* POST: at most WICK_BODY_LEN_MAX bytes */
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
 * into scratch.
 *  @return false at the end; a malformed escape is WICK_E_SYNTAX in scratch->err. */
bool http_pair(struct str *rest_inout, struct buf *scratch, struct str *name_out,
               struct str *value_out);

/* What the application layer plugs in; set once before net_run(). */
struct net_hooks {
    /* A whole request has arrived. The hook answers before it returns (net_respond...,
     * net_ws_accept, net_sse_begin). */
    void (*request)(net_conn_id conn, const struct http_req *req);
    /* A whole text message (valid UTF-8, <= WICK_BODY_LEN_MAX) of an accepted WebSocket. bytes are
     * valid during the call. */
    void (*message)(net_conn_id conn, struct str text);
    /* The connection is gone; its handle dies when the hook returns. Called once for each stream
     * (WebSocket, SSE). */
    void (*closed)(net_conn_id conn);
    /* Frames for this stream were lost (ring overtaken, or a private frame had no room): it is
     * writable again, send a snapshot. */
    void (*lagged)(net_conn_id conn);
    /* Once per turn behind the input: act, diff, publish. @return the time (clk_ms) of its next
     * deadline, UINT64_MAX for none. */
    uint64_t (*turn)(void);
    const struct net_asset
        *asset; /* [asset_count], served by net itself (GET, HEAD, ETag, Accept-Encoding) */
    size_t asset_count;
};

enum { NET_LISTENER_MAX = 4 };

struct net_port; /* net/port.h */
/** Begin, with everything empty, on that port. net_listen() does it with net_port_kernel unless it
 * was done before. @return WICK_E_IO: the port could not start. */
WICK_MUST_CHECK enum wick_err net_start(const struct net_port *port);
/** End at once: connections, listeners, port, and the watches of os_poll.h. The server may then be
 * started again. */
void net_end(void);

/** address: "127.0.0.1:8080", "[::1]:8080", "8080" (loopback). Port 0 takes any. May be called
 * NET_LISTENER_MAX times.
 *  @return WICK_E_SYNTAX, WICK_E_FULL (in use: EADDRINUSE), WICK_E_DENIED (EACCES), WICK_E_IO. */
WICK_MUST_CHECK enum wick_err net_listen(const char *address, uint16_t *port_out);
/** Answer to this host name too; IP addresses, localhost, the machine's name and that with .local
 * always are. Others are refused with
 *  421, for nobody else shall make browsers take us for their own (DNS rebinding).
 *  @return WICK_E_FULL: more than 8, or longer than 63 bytes. WICK_E_SYNTAX: it is no name, or has
 * a port. */
WICK_MUST_CHECK enum wick_err net_allow_host(const char *host);
/** Run until net_stop(). Then open streams are closed with 1001, the last answers are sent (at most
 * 2 s), and everything ends as with net_end(). */
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
    struct str body;    /* copied or sent before the call returns */
    bool close;         /* Connection: close */
};

void net_respond(net_conn_id conn, const struct http_res *res);
/** Plain-text error page: status, one sentence for a person. */
void net_respond_error(net_conn_id conn, unsigned status, struct str sentence);
/** For a rendered body: an out buffer to write into (NULL: none left, 503 was sent); then
 * net_respond_end with status, type
 *  and headers (res->body is ignored). A sticky error in the buffer becomes a 500. */
struct buf *net_respond_begin(net_conn_id conn);
void net_respond_end(net_conn_id conn, const struct http_res *res);

/* --- streams: WebSocket, server-sent events --------------------------------------------------- */

enum net_kind { NET_HTTP, NET_WS, NET_SSE };

/** Answer an upgrade with 101. protocol: the subprotocol to name, or empty. @pre req->is_upgrade */
WICK_MUST_CHECK enum wick_err net_ws_accept(net_conn_id conn, const struct http_req *req,
                                            struct str protocol);
/** Start a text/event-stream answer. once: the answer ends behind the first events (long poll). */
WICK_MUST_CHECK enum wick_err net_sse_begin(net_conn_id conn, bool once);
void net_close(
    net_conn_id conn, uint16_t code,
    struct str reason); /* close code of RFC 6455 section 7.4; plain close for HTTP, SSE */
enum net_kind net_kind(net_conn_id conn);

/** A message for this stream alone: write the payload into the buffer, then end. Private messages
 * and the frames of the ring
 *  keep their order. NULL or WICK_E_AGAIN: no room now; the message is dropped and hook lagged()
 * will be called. */
struct buf *net_frame_begin(net_conn_id conn);
WICK_MUST_CHECK enum wick_err net_frame_end(net_conn_id conn);
/** Frame a payload for a ring: head and tail for WebSocket text (RFC 6455 5.2) or SSE ("data: " ...
 * "\n\n"; the payload has no
 *  line feed). head_mem has 16 bytes. */
void net_frame_wrap(enum net_kind kind, size_t payload_len, char head_mem[static 16],
                    struct str *head_out, struct str *tail_out);

/** Follow (channel, wire): frames of its ring are sent as they come. One subscription per stream; a
 * second call replaces it. */
WICK_MUST_CHECK enum wick_err net_follow(net_conn_id conn, uint32_t channel, uint8_t wire);
WICK_MUST_CHECK enum wick_err net_rewind(net_conn_id conn,
                                         uint32_t seq); /* hub_rewind() for its cursor */
void net_unfollow(net_conn_id conn);
/** Before a snapshot: forget what waits in the ring, the snapshot contains it. */
void net_jump(net_conn_id conn);

/** A word of the application's per connection (its view), 0 at the start. */
void net_set_user(net_conn_id conn, uint32_t user);
uint32_t net_user(net_conn_id conn);

#endif
