/* net_fuzz.h - the real server over the kit's simulation, for fuzzers: the same input, cut into
 * pieces in two ways, must give the same bytes back.
 */
#ifndef NET_FUZZ_H
#define NET_FUZZ_H

#include "net/net_priv.h"
#include "tests/kit/kit.h"

#include <string.h>

static void fuzz_request(net_conn_id conn, const struct http_req *req)
{
    if (req->is_upgrade) {
        WICK_ASSERT(net_stream_open(conn, req, NET_WS, STR("")) != 0);
        return;
    }
    WICK_ASSERT(req->path.len > 0 && req->path.ptr[0] == '/' && req->body.len <= WICK_BODY_LEN_MAX);
    net_respond(conn, &(struct http_res){ .status = 200,
                                          .type = STR("text/plain"),
                                          .body = req->body.len > 0 ? req->body : req->path });
}

static bool fuzz_message(net_conn_id conn, struct str text)
{
    net_stream_id stream = net_stream_first(conn);
    struct buf *buf = net_message_begin(stream);
    WICK_ASSERT(buf != NULL && utf8_is_valid(text) && text.len <= WICK_BODY_LEN_MAX);
    buf_put_str(buf, text);
    WICK_ASSERT(net_message_end(stream) == WICK_OK);
    return text.len % 2 == 0; /* some of them are the last one in their pass */
}

static void fuzz_nothing(net_stream_id stream)
{
    (void)stream;
}

static uint64_t fuzz_settle(void)
{
    return UINT64_MAX;
}

static const struct net_hooks fuzz_hooks = {
    .request = fuzz_request,
    .message = fuzz_message,
    .closed = fuzz_nothing,
    .lagged = fuzz_nothing,
    .settle = fuzz_settle,
};

static void fuzz_start(void)
{
    static bool is_started;
    if (!is_started) {
        is_started = true;
        (void)kit_start(&(struct kit_options){ .hooks = &fuzz_hooks, .seed = 1 });
    }
}

/* Passes until the server has read, answered and sent all. It always does: nobody is slow. */
static void fuzz_settle_down(void)
{
    enum { PASSES_MAX = 20000 };

    unsigned passes = 0;
    do {
        kit_pass(0);
        WICK_ASSERT(passes++ < PASSES_MAX);
    } while (!kit_is_quiet() || net.to_read.is_used || net.to_flush.is_used);
}

/* step 0: whole; else pieces of pseudo-random length up to step. Head is sent first, whole. */
static void fuzz_run(struct kit_client *client, const char *head, const uint8_t *bytes, size_t len,
                     unsigned step)
{
    unsigned random = step * 2654435761u + 1;
    kit_open(client);
    kit_text(client, head);
    fuzz_settle_down();
    for (size_t at = 0; at < len && !client->is_closed;) {
        random = random * 1103515245u + 12345;
        size_t piece = step == 0 ? len : 1 + (random >> 16) % step;
        piece = piece < len - at ? piece : len - at;
        kit_send(client, bytes + at, piece);
        kit_pass(0);
        at += piece;
    }
    fuzz_settle_down();
    kit_shut(client);
    fuzz_settle_down();
    kit_passes(2);
    kit_close(client);
    kit_passes(2);
    WICK_ASSERT(conn_count() == 0);
}

/* Forget what says that the body may come: it depends on the pieces. */
static void fuzz_cut_continue(struct kit_client *client)
{
    static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";
    char *at;
    while ((at = memmem(client->mem, client->len, text, sizeof text - 1)) != NULL) {
        size_t after = (size_t)(client->mem + client->len - at) - (sizeof text - 1);
        memmove(at, at + sizeof text - 1, after);
        client->len -= sizeof text - 1;
    }
}

static void fuzz_compare(const char *head, const uint8_t *bytes, size_t len)
{
    static struct kit_client whole;
    static struct kit_client cut;
    if (len == 0) {
        return;
    }
    fuzz_start();
    fuzz_run(&whole, head, bytes + 1, len - 1, 0);
    fuzz_run(&cut, head, bytes + 1, len - 1, 1u + bytes[0]);
    fuzz_cut_continue(&whole);
    fuzz_cut_continue(&cut);
    WICK_ASSERT(whole.len == cut.len && memcmp(whole.mem, cut.mem, cut.len) == 0 &&
                whole.is_closed == cut.is_closed);
}

#endif
