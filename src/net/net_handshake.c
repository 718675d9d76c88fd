/* net_handshake.c - opening a stream: the WebSocket handshake (RFC 6455 section 4.2), and
 * text/event-stream.
 *
 * permessage-deflate is declined by not answering it.
 */
#include "base/clk.h"
#include "base/hash.h"
#include "net/net_priv.h"

#include <string.h>

enum { KEY_LEN = 24 };

/* base64 of 16 bytes: 22 letters, the last of which has 4 zero bits, and "==" */
static bool is_key(struct str key)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (key.len != KEY_LEN || key.ptr[22] != '=' || key.ptr[23] != '=' ||
        memchr("AQgw", key.ptr[21], 4) == NULL) {
        return false;
    }
    for (size_t i = 0; i < 22; i++) {
        if (memchr(letters, key.ptr[i], 64) == NULL) {
            return false;
        }
    }
    return true;
}

static size_t header_count(const struct http_req *req, struct str name)
{
    size_t count = 0;
    for (size_t i = 0; i < req->header_count; i++) {
        count += str_eq_nocase(req->header[i].name, name);
    }
    return count;
}

unsigned ws_handshake_status(const struct http_req *req, const struct http_parse *p)
{
    if (req->method != HTTP_GET) {
        return 405;
    }
    if (p->minor != 1 || (p->options & HTTP_OPT_UPGRADE) == 0 || p->body_len > 0) {
        return 400;
    }
    if (header_count(req, STR("sec-websocket-version")) != 1 ||
        !str_eq(http_header(req, STR("sec-websocket-version")), STR("13"))) {
        return 426;
    }
    if (header_count(req, STR("sec-websocket-key")) != 1 ||
        !is_key(http_header(req, STR("sec-websocket-key")))) {
        return 400;
    }
    return 0;
}

static void accept_key(struct str key, char out[static 29])
{
    char text[KEY_LEN + 36];
    uint8_t digest[20];
    memcpy(text, key.ptr, KEY_LEN);
    memcpy(text + KEY_LEN, "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", 36);
    hash_sha1(text, sizeof text, digest);
    (void)hash_base64(digest, sizeof digest, out);
}

static struct net_conn *begin(net_conn_id conn)
{
    struct net_conn *c = conn_find(conn);
    return c != NULL && c->state == CONN_ANSWER && !c->is_answered && !conn_is_blocked(c) ? c
                                                                                          : NULL;
}

static void open_stream(struct net_conn *c, enum net_kind kind, struct str head)
{
    c->is_answered = true;
    c->has_stream = true;
    c->kind = (uint8_t)kind;
    c->moved_ms = (uint32_t)clk_ms();
    out_give(c);
    send_now(c, head.ptr, head.len);
    conn_enter(c, kind == NET_WS ? CONN_WS : CONN_SSE);
}

enum wick_err net_ws_accept(net_conn_id conn, const struct http_req *req, struct str protocol)
{
    static uint8_t mem[512];
    struct net_conn *c = begin(conn);
    struct buf head;
    char key[29];
    if (c == NULL) {
        return WICK_E_CLOSED;
    }
    WICK_ASSERT(req->is_upgrade);
    accept_key(http_header(req, STR("sec-websocket-key")), key);
    buf_init(&head, mem, sizeof mem);
    buf_put_str(&head, STR("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
                           "Upgrade\r\nSec-WebSocket-Accept: "));
    buf_put_text(&head, key);
    if (protocol.len > 0) {
        buf_put_str(&head, STR("\r\nSec-WebSocket-Protocol: "));
        buf_put_str(&head, protocol);
    }
    buf_put_str(&head, STR("\r\n\r\n"));
    if (head.err != WICK_OK) {
        return head.err;
    }
    open_stream(c, NET_WS, buf_str(&head));
    return WICK_OK;
}

enum wick_err net_sse_begin(net_conn_id conn, bool once)
{
    static uint8_t mem[1024];
    struct net_conn *c = begin(conn);
    struct buf head;
    if (c == NULL) {
        return WICK_E_CLOSED;
    }
    buf_init(&head, mem, sizeof mem);
    buf_put_str(
        &head,
        STR("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"));
    buf_put_str(&head, net_security_headers);
    buf_put_str(&head, STR("Connection: close\r\n\r\n"));
    WICK_ASSERT(head.err == WICK_OK);
    open_stream(c, NET_SSE, buf_str(&head));
    c->is_once = once;
    return WICK_OK;
}

void net_close(net_conn_id conn, uint16_t code, struct str reason)
{
    struct net_conn *c = conn_find(conn);
    if (c == NULL) {
        return;
    }
    if (c->state == CONN_WS) {
        ws_close(c, code, reason);
    } else if (c->state == CONN_ANSWER) {
        c->is_closing = true;
    } else if (c->state < CONN_DRAIN) {
        conn_end(c);
    }
}
