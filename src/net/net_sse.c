/* net_sse.c - text/event-stream (WHATWG HTML, section 9.2): server-sent events, and the long poll
 * which is the same and ends early.
 *
 * A payload has no line feed: one event is one "data:" line and an empty one. A comment keeps
 * proxies awake, and shows in the end that the peer is gone. The client has nothing to say here.
 */
#include "net/net_priv.h"

#include <string.h>

static size_t sse_head(size_t payload_len, char mem[static NET_FRAME_HEAD])
{
    (void)payload_len;
    memcpy(mem, "data: ", 6);
    return 6;
}

static bool sse_open(struct net_conn *c, const struct http_req *req, struct str protocol)
{
    static uint8_t mem[1024];
    struct buf head;
    (void)req;
    (void)protocol;
    buf_init(&head, mem, sizeof mem);
    buf_put_str(&head, STR("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                           "Cache-Control: no-store\r\n"));
    buf_put_str(&head, net_security_headers);
    buf_put_str(&head, STR("Connection: close\r\n\r\n"));
    WICK_ASSERT(head.err == WICK_OK);
    send_now(c, head.ptr, head.len);
    return true;
}

const struct transport net_transport_sse = {
    .name = "sse",
    .heartbeat = STR_INIT(": \n\n"),
    .tail = STR_INIT("\n\n"),
    .head = sse_head,
    .open = sse_open,
    .close = transport_close,
};

const struct transport net_transport_poll = {
    .name = "poll",
    .is_once = true,
    .heartbeat = STR_INIT(": \n\n"),
    .tail = STR_INIT("\n\n"),
    .head = sse_head,
    .open = sse_open,
    .close = transport_close,
};
