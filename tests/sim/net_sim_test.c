/* net_sim_test.c - the whole of net over a TCP of random pieces and delays: what must hold, holds
 * for every seed. The server is started and ended in this process for each of them.
 *
 * Askers send requests of all kinds, several at once, in pieces: each gets its answers, whole and
 * in order. Viewers follow a channel of numbered frames, some of them slowly: what each gets is the
 * numbers in order, and where some are missing, a snapshot that makes up for them. Some leave in
 * the middle. Seeds: "net_sim_test <first> <count>".
 */
#include "t.h"
#include "tests/kit/kit.h"

#include <stdlib.h>

enum {
    ASKERS = 12,
    VIEWERS = 12,
    REQUESTS = 24,
    STEPS = 400,
    CHANNEL = 1,
    FORMAT = 1,
    LONG_BODY = 60000,
};

static unsigned newest, heard_in_pass[1 << 16];
static uint64_t current_seed;
static struct kit_client clients[ASKERS + VIEWERS];

/* --- the server ------------------------------------------------------------------------------- */

static struct supply {
    bool is_used;
    size_t left;
} supplies[2 * (ASKERS + VIEWERS)];

static size_t pull(void *arg, uint8_t *to, size_t cap, bool *is_end_out)
{
    struct supply *supply = arg;
    size_t len = 1 + kit_random((uint32_t)(supply->left < cap ? supply->left : cap));
    memset(to, 'x', len);
    supply->left -= len;
    *is_end_out = supply->left == 0;
    return len;
}

static void done(void *arg)
{
    struct supply *supply = arg;
    T_CHECK(supply->is_used);
    supply->is_used = false;
}

static struct net_source source_of(size_t len)
{
    for (size_t idx = 0;; idx++) {
        if (!supplies[idx].is_used) {
            supplies[idx] = (struct supply){ true, len };
            return (struct net_source){ pull, done, &supplies[idx] };
        }
    }
}

static size_t length_of(struct str path)
{
    char text[32];
    (void)str_copy(text, sizeof text, (struct str){ path.ptr + 3, path.len - 3 });
    return (size_t)strtoul(text, NULL, 10);
}

/* /s/<n>: n bytes at once (n is small); /l/<n>: n bytes from a source; POST: its body; each of
 * them now or later */
static void answer(net_conn_id conn, const struct http_req *req)
{
    static char bytes[4096];
    struct http_res res = { .status = 200, .type = STR("text/plain") };
    memset(bytes, 'x', sizeof bytes);
    if (req->method == HTTP_POST) {
        res.body = req->body;
        net_respond(conn, &res);
    } else if (str_starts(req->path, STR("/l/"))) {
        struct net_source source = source_of(length_of(req->path));
        (void)net_respond_source(conn, &res, length_of(req->path), &source);
    } else {
        res.body = (struct str){ bytes, length_of(req->path) };
        net_respond(conn, &res);
    }
}

static void on_request(net_conn_id conn, const struct http_req *req)
{
    if (req->is_upgrade) {
        net_stream_id stream = net_stream_open(conn, req, NET_WS, STR(""));
        T_CHECK(stream != 0 && net_follow(stream, CHANNEL, FORMAT) == WICK_OK);
    } else if (kit_random(3) == 0) {
        net_later(conn);
    } else {
        answer(conn, req);
    }
}

static void on_answer(net_conn_id conn, const struct http_req *req)
{
    if (kit_random(4) == 0) {
        net_later(conn);
    } else {
        answer(conn, req);
    }
}

static bool on_message(net_conn_id conn, struct str text)
{
    net_stream_id stream = net_stream_first(conn);
    T_EQ_INT(heard_in_pass[conn & 0xffff]++, 0); /* one for each pass */
    struct buf *out = net_message_begin(stream);
    if (out != NULL) {
        buf_put_str(out, text);
        T_EQ_INT(net_message_end(stream), WICK_OK);
    }
    return false;
}

static void on_closed(net_stream_id stream)
{
    T_CHECK(net_stream_conn(stream) != 0);
}

static void on_lagged(net_stream_id stream)
{
    struct buf *out = net_message_begin(stream);
    if (out != NULL) {
        buf_put_text(out, "snapshot ");
        buf_put_u64(out, newest);
        T_EQ_INT(net_message_end(stream), WICK_OK);
    }
}

static uint64_t on_settle(void)
{
    return UINT64_MAX;
}

static const struct net_hooks hooks = { .request = on_request,
                                        .answer = on_answer,
                                        .message = on_message,
                                        .closed = on_closed,
                                        .lagged = on_lagged,
                                        .settle = on_settle };

static void pass(unsigned ms)
{
    memset(heard_in_pass, 0, sizeof heard_in_pass);
    kit_pass(ms);
}

static void publish(void)
{
    static char text[6000];
    char head_mem[16];
    struct str head;
    struct str tail;
    uint16_t ring = hub_ring(CHANNEL, FORMAT);
    if (ring == HUB_NO_RING) {
        return;
    }
    size_t len = (size_t)snprintf(text, sizeof text, "%u ", ++newest);
    size_t more = kit_random(3) == 0 ? kit_random(5000) : 5;
    memset(text + len, 'y', more);
    net_frame_wrap(NET_WS, len + more, head_mem, &head, &tail);
    T_EQ_INT(hub_append(ring, head, (struct str){ text, len + more }, tail), WICK_OK);
}

/* --- askers ----------------------------------------------------------------------------------- */

static struct asker {
    struct kit_client *client;
    unsigned count;        /* requests sent */
    size_t want[REQUESTS]; /* lengths of the bodies */
} askers[ASKERS];

static void ask(struct asker *asker)
{
    static char text[9000];
    size_t len;
    if (asker->count == REQUESTS) {
        return;
    }
    size_t *want = &asker->want[asker->count++];
    switch (kit_random(3)) {
    case 0:
        *want = kit_random(4000);
        len = (size_t)snprintf(text, sizeof text, "GET /s/%zu HTTP/1.1\r\nHost: localhost\r\n\r\n",
                               *want);
        break;
    case 1:
        *want = 1 + kit_random(LONG_BODY);
        len = (size_t)snprintf(text, sizeof text, "GET /l/%zu HTTP/1.1\r\nHost: localhost\r\n\r\n",
                               *want);
        break;
    default:
        *want = 1 + kit_random(3000);
        len = (size_t)snprintf(text, sizeof text,
                               "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %zu\r\n\r\n",
                               *want);
        memset(text + len, 'x', *want);
        len += *want;
    }
    kit_send(asker->client, text, len);
}

/* Cut one answer off. @return the length of its body, SIZE_MAX: it is not whole or not 200 */
static size_t next_answer(struct kit_client *client)
{
    const char *end = memmem(client->mem, client->len, "\r\n\r\n", 4);
    const char *length = memmem(client->mem, client->len, "Content-Length: ", 16);
    if (end == NULL || length == NULL || strncmp(client->mem, "HTTP/1.1 200 ", 13) != 0) {
        return SIZE_MAX;
    }
    size_t head_len = (size_t)(end + 4 - client->mem);
    size_t len = (size_t)strtoul(length + 16, NULL, 10);
    if (client->len < head_len + len) {
        return SIZE_MAX;
    }
    for (size_t at = 0; at < len; at++) {
        if (end[4 + at] != 'x') {
            return SIZE_MAX;
        }
    }
    kit_drop(client, head_len + len);
    return len;
}

static void check_asker(struct asker *asker)
{
    for (unsigned idx = 0; idx < asker->count; idx++) {
        T_EQ_INT(next_answer(asker->client), asker->want[idx]);
    }
    T_EQ_INT(asker->client->len, 0);
    T_CHECK(!asker->client->is_reset);
}

/* --- viewers ---------------------------------------------------------------------------------- */

static struct viewer {
    struct kit_client *client;
    unsigned sent;
    bool is_gone;
} viewers[VIEWERS];

static const char upgrade[] =
    "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

static void say(struct viewer *viewer)
{
    uint8_t frame[300];
    uint8_t payload[256];
    uint32_t len = 1 + kit_random(200);
    memset(payload, 'm', len);
    if (viewer->sent < 30) {
        viewer->sent++;
        kit_send(viewer->client, frame, kit_frame(frame, 0x81, payload, len));
    }
}

static void check_viewer(struct viewer *viewer)
{
    struct kit_client *client = viewer->client;
    const char *end = memmem(client->mem, client->len, "\r\n\r\n", 4);
    T_CHECK(end != NULL && strncmp(client->mem, "HTTP/1.1 101 ", 13) == 0);
    const uint8_t *at = (const uint8_t *)(end != NULL ? end + 4 : client->mem);
    const uint8_t *limit = (const uint8_t *)client->mem + client->len;
    unsigned number = 0;
    bool has_number = false;
    while (limit - at >= 2) {
        size_t len = at[1];
        size_t head = len == 126 ? 4 : 2;
        len = len == 126 ? (size_t)at[2] << 8 | at[3] : len;
        if (at[0] == 0x89 || (size_t)(limit - at) < head + len) {
            break;
        }
        char text[64];
        (void)str_copy(text, sizeof text, (struct str){ (const char *)at + head, len });
        T_EQ_INT(at[0], 0x81);
        if (strncmp(text, "snapshot ", 9) == 0) {
            number = (unsigned)strtoul(text + 9, NULL, 10);
            has_number = true;
        } else if (text[0] != 'm') {
            unsigned next = (unsigned)strtoul(text, NULL, 10);
            T_CHECK(!has_number || next == number + 1);
            number = next;
            has_number = true;
        }
        at += head + len;
    }
    T_EQ_INT(limit - at, 0);
    T_CHECK(number == newest || !has_number);
}

/* --- a run ------------------------------------------------------------------------------------ */

static void begin(void)
{
    newest = 0;
    memset(supplies, 0, sizeof supplies);
    for (unsigned idx = 0; idx < ASKERS; idx++) {
        askers[idx] = (struct asker){ .client = &clients[idx] };
        kit_open(askers[idx].client);
    }
    for (unsigned idx = 0; idx < VIEWERS; idx++) {
        viewers[idx] = (struct viewer){ .client = &clients[ASKERS + idx] };
        kit_open(viewers[idx].client);
        kit_text(viewers[idx].client, upgrade);
    }
}

static void step(void)
{
    switch (kit_random(6)) {
    case 0:
        ask(&askers[kit_random(ASKERS)]);
        break;
    case 1:
        publish();
        break;
    case 2:
        say(&viewers[1 + kit_random(VIEWERS - 1)]);
        break;
    case 3:
        viewers[kit_random(VIEWERS)].client->is_lazy = kit_random(2) == 0;
        break;
    default:
        break;
    }
    if (kit_random(150) == 0) {
        struct viewer *viewer = &viewers[1 + kit_random(VIEWERS - 1)];
        if (!viewer->is_gone) {
            kit_abort(viewer->client);
            viewer->is_gone = true;
        }
    }
    pass(kit_random(4));
}

static void finish(void)
{
    for (unsigned idx = 0; idx < VIEWERS; idx++) {
        viewers[idx].client->is_lazy = false;
    }
    for (unsigned quiet = 0, passes = 0; quiet < 20 && passes < 20000; passes++) {
        pass(5);
        quiet = kit_is_quiet() ? quiet + 1 : 0;
    }
    T_CHECK(kit_is_quiet());
    for (unsigned idx = 0; idx < ASKERS; idx++) {
        check_asker(&askers[idx]);
    }
    for (unsigned idx = 0; idx < VIEWERS; idx++) {
        if (!viewers[idx].is_gone) {
            check_viewer(&viewers[idx]);
        }
    }
    kit_end();
    for (size_t idx = 0; idx < sizeof supplies / sizeof *supplies; idx++) {
        T_CHECK(!supplies[idx].is_used);
    }
}

int main(int argc, char **argv)
{
    uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    uint64_t count = argc > 2 ? strtoull(argv[2], NULL, 10) : 200;
    for (current_seed = first; current_seed < first + count && t_failed == 0; current_seed++) {
        struct kit_options options = { .hooks = &hooks,
                                       .seed = current_seed,
                                       .delay_ms = current_seed % 4 * 3,
                                       .piece = current_seed % 3 == 0 ? 0 : 700 };
        (void)kit_start(&options);
        begin();
        for (unsigned at = 0; at < STEPS; at++) {
            step();
        }
        finish();
        if (t_failed > 0) {
            fprintf(stderr, "seed %llu\n", (unsigned long long)current_seed);
        }
    }
    return t_done();
}
