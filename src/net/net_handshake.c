/* net_handshake.c - the WebSocket handshake (RFC 6455 section 4.2).
 *
 * permessage-deflate is declined by not answering it.
 */
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

bool ws_accept(struct net_conn *c, const struct http_req *req, struct str protocol)
{
    static uint8_t mem[512];
    struct buf head;
    char key[29];
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
        return false;
    }
    send_now(c, head.ptr, head.len);
    return true;
}
