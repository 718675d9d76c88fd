/* harness.c - see harness.h. */
#include "harness.h"

#include "base/log.h"
#include "base/num.h"
#include "base/stat.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

unsigned h_request_count, h_message_count, h_closed_count, h_lagged_count;
net_conn_id h_last;
net_stream_id h_stream;
char h_last_path[256];
char h_last_peer[64];
void (*h_on_lagged)(net_stream_id stream);
const struct kit_tcp *h_tcp;
unsigned h_later_passes, h_source_count;
bool h_is_slow;

static char big[1 << 18];

static void must(bool ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "harness: %s\n", what);
        exit(2);
    }
}

static size_t number_after(struct str path, struct str prefix)
{
    uint64_t value = 0;
    if (num_u64((struct str){ path.ptr + prefix.len, path.len - prefix.len }, sizeof big, &value) !=
        WICK_OK) {
        return 0;
    }
    return (size_t)value;
}

/* --- a source of as many bytes as the path says --- */

static struct supply {
    bool is_used;
    size_t left;
} supplies[NET_SLOT_MAX];

static size_t pull(void *arg, uint8_t *to, size_t cap, bool *is_end_out)
{
    struct supply *supply = arg;
    size_t len = supply->left < cap ? supply->left : cap;
    must(supply->is_used && (len > 0 || supply->left == 0), "a pull that makes sense");
    memset(to, 'x', len);
    supply->left -= len;
    *is_end_out = supply->left == 0;
    return len;
}

static void done(void *arg)
{
    struct supply *supply = arg;
    must(supply->is_used, "done once");
    supply->is_used = false;
    h_source_count--;
}

struct net_source h_source(size_t len)
{
    for (size_t idx = 0; idx < WICK_COUNT_OF(supplies); idx++) {
        if (!supplies[idx].is_used) {
            supplies[idx] = (struct supply){ true, len };
            h_source_count++;
            return (struct net_source){ pull, done, &supplies[idx] };
        }
    }
    must(false, "a free source");
    return (struct net_source){ 0 };
}

static void open_stream(net_conn_id conn, const struct http_req *req)
{
    enum net_transport transport = str_eq(req->path, STR("/poll")) ? NET_POLL : NET_SSE;
    transport = req->is_upgrade ? NET_WS : transport;
    struct str protocol = http_header(req, STR("sec-websocket-protocol"));
    h_stream = net_stream_open(conn, req, transport, protocol);
    if (h_stream != 0 && !req->is_upgrade) { /* 0: it was refused, and answered */
        must(net_follow(h_stream, H_CHANNEL, H_FORMAT_SSE) == WICK_OK, "net_follow");
    }
}

static void on_request(net_conn_id conn, const struct http_req *req)
{
    struct http_res res = { .status = 200, .type = STR("text/plain"), .body = STR("hello\n") };
    h_request_count++;
    h_last = conn;
    (void)str_copy(h_last_path, sizeof h_last_path, req->path);
    (void)str_copy(h_last_peer, sizeof h_last_peer, req->peer);
    if (req->is_upgrade || str_eq(req->path, STR("/sse")) || str_eq(req->path, STR("/poll"))) {
        open_stream(conn, req);
    } else if (str_starts(req->path, STR("/big/"))) {
        res.body = (struct str){ big, number_after(req->path, STR("/big/")) };
        res.is_static = true;
        net_respond(conn, &res);
    } else if (str_starts(req->path, STR("/copy/"))) {
        res.body = (struct str){ big, number_after(req->path, STR("/copy/")) };
        net_respond(conn, &res);
    } else if (str_starts(req->path, STR("/page/"))) {
        size_t len = number_after(req->path, STR("/page/"));
        struct net_source source = h_source(len);
        (void)net_respond_source(conn, &res, len, &source);
    } else if (str_starts(req->path, STR("/chunked/"))) {
        struct net_source source = h_source(number_after(req->path, STR("/chunked/")));
        (void)net_respond_source(conn, &res, NET_LEN_UNKNOWN, &source);
    } else if (str_starts(req->path, STR("/later"))) {
        net_later(conn);
    } else if (str_eq(req->path, STR("/404"))) {
        net_respond_error(conn, 404, STR("There is nothing here."));
    } else if (!str_eq(req->path, STR("/mute"))) {
        if (req->method == HTTP_POST) {
            res.body = req->body;
        }
        net_respond(conn, &res);
    }
}

/* /later: the path comes back, after h_later_passes passes; /later/mute: nothing */
static void on_answer(net_conn_id conn, const struct http_req *req)
{
    if (h_later_passes > 0) {
        h_later_passes--;
        net_later(conn);
    } else if (!str_eq(req->path, STR("/later/mute"))) {
        net_respond(conn, &(struct http_res){ .status = 200,
                                              .type = STR("text/plain"),
                                              .body = req->body.len > 0 ? req->body : req->path });
    }
}

static bool on_message(net_conn_id conn, struct str text)
{
    h_message_count++;
    h_last = conn;
    h_stream = net_stream_first(conn);
    if (str_eq(text, STR("close"))) {
        net_stream_close(h_stream, 4000, STR("as you wish"));
    } else if (str_eq(text, STR("follow"))) {
        must(net_follow(h_stream, H_CHANNEL, H_FORMAT_WS) == WICK_OK, "net_follow");
    } else {
        struct buf *buf = net_message_begin(h_stream);
        if (buf != NULL) {
            buf_put_str(buf, text);
            must(net_message_end(h_stream) == WICK_OK, "net_message_end");
        }
    }
    return !h_is_slow;
}

static void on_closed(net_stream_id stream)
{
    must(net_stream_conn(stream) != 0, "the handle is valid in closed()");
    h_closed_count++;
}

static void on_lagged(net_stream_id stream)
{
    h_lagged_count++;
    if (h_on_lagged != NULL) {
        h_on_lagged(stream);
    }
}

static uint64_t on_settle(void)
{
    return UINT64_MAX;
}

struct net_hooks h_hooks = { .request = on_request,
                             .answer = on_answer,
                             .message = on_message,
                             .closed = on_closed,
                             .lagged = on_lagged,
                             .settle = on_settle };

void h_start(const struct kit_tcp *tcp)
{
    log_set_level(LOG_DEBUG); /* refusals are what is tested */
    memset(big, 'x', sizeof big);
    kit_wall_ms = 0;
    h_tcp = tcp;
    (void)kit_start(&(struct kit_options){ .tcp = tcp, .hooks = &h_hooks, .seed = 1 });
    kit_passes(1);
}

void h_on_both(void (*tests)(void))
{
    static const struct kit_tcp *const kinds[] = { &kit_loopback, &kit_simulation };
    for (size_t idx = 0; idx < WICK_COUNT_OF(kinds); idx++) {
        h_start(kinds[idx]);
        tests();
        kit_stop();
    }
}

void h_advance(uint64_t ms)
{
    kit_skip_ms(ms);
    kit_passes(3);
}

void h_open_with(struct kit_client *c, bool is_narrow)
{
    kit_prepare(c, is_narrow);
    kit_connect(c);
    kit_passes(2);
}

void h_open(struct kit_client *c)
{
    h_open_with(c, false);
}

void h_shut(struct kit_client *c)
{
    kit_close(c);
    kit_passes(3);
}

void h_forget(struct kit_client *c)
{
    c->len = 0;
}

bool h_is(struct kit_client *c, const char *text)
{
    return c->len == strlen(text) && memcmp(c->mem, text, c->len) == 0;
}

bool h_has(struct kit_client *c, const char *text)
{
    return memmem(c->mem, c->len, text, strlen(text)) != NULL;
}

int h_status(const struct kit_client *c)
{
    if (c->len < 12 || memcmp(c->mem, "HTTP/1.1 ", 9) != 0) {
        return 0;
    }
    return (c->mem[9] - '0') * 100 + (c->mem[10] - '0') * 10 + (c->mem[11] - '0');
}

unsigned h_count(const struct kit_client *c, const char *text)
{
    unsigned count = 0;
    const char *at = c->mem;
    for (;;) {
        at = memmem(at, (size_t)(c->mem + c->len - at), text, strlen(text));
        if (at == NULL) {
            return count;
        }
        count++;
        at += strlen(text);
    }
}

void h_upgrade(struct kit_client *c)
{
    kit_text(c,
             "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    kit_pump(c);
    must(h_status(c) == 101, "the handshake");
    h_forget(c);
}

void h_publish(const char *text)
{
    static const struct {
        uint8_t format;
        enum net_transport transport;
    } formats[] = { { H_FORMAT_WS, NET_WS }, { H_FORMAT_SSE, NET_SSE } };

    for (size_t i = 0; i < 2; i++) {
        char mem[16];
        struct str head;
        struct str tail;
        uint16_t ring = hub_ring(H_CHANNEL, formats[i].format);
        if (ring == HUB_NO_RING) {
            continue;
        }
        net_frame_wrap(formats[i].transport, strlen(text), mem, &head, &tail);
        must(hub_append(ring, head, str_of(text), tail) == WICK_OK, "hub_append");
    }
}

void h_expect_empty(const char *file, int line)
{
    static const char *const names[] = { "wick_net_connections", "wick_net_in_buffers",
                                         "wick_net_streams", "wick_hub_subscriptions" };
    for (size_t i = 0; i < 4; i++) {
        if (kit_stat(names[i]) != 0) {
            fprintf(stderr, "%s:%d: %s is %llu, not 0\n", file, line, names[i],
                    (unsigned long long)kit_stat(names[i]));
            exit(1);
        }
    }
    if (h_source_count != 0) {
        fprintf(stderr, "%s:%d: %u sources are not done\n", file, line, h_source_count);
        exit(1);
    }
    if (kit_socket_count() > 1) {
        fprintf(stderr, "%s:%d: sockets other than the listener are in use\n", file, line);
        exit(1);
    }
}
