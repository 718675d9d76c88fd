/* large_test.c - documents and snapshots many times longer than any buffer of the server: over
 * HTTP, WebSocket, events and long poll, to quick and to slow readers. What arrives is, byte for
 * byte, the state when it was asked for.
 */
#include "live/frozen.h"
#include "tests/live/pages/large.html.h"
#include "tests/live/rig.h"

#include <stdlib.h>

enum { BIG = 1 << 23, OPS = 40000, PAGE_MIN = 4 * WICK_UPDATE_CAP };

static const struct wick_page *const pages[] = { &page_large };

enum { METRIC_LINES = 5 * WICK_FROZEN_CAP / 20 };

static void put_metric(struct buf *out, uint64_t idx)
{
    buf_put_text(out, "large_row{row=\"");
    buf_put_u64(out, idx);
    buf_put_text(out, "\"} 1\n");
}

/* As many whole lines as fit; METRIC_LINES of them. */
static bool put_metrics(struct buf *out, uint64_t *at_inout)
{
    for (; *at_inout < METRIC_LINES; (*at_inout)++) {
        size_t start = out->len;
        put_metric(out, *at_inout);
        if (out->err != WICK_OK) {
            buf_cut(out, start);
            return true;
        }
    }
    return false;
}

static uint64_t stuck_at = UINT64_MAX; /* from this line on nothing fits */

static bool put_or_stick(struct buf *out, uint64_t *at_inout)
{
    if (*at_inout >= stuck_at) {
        for (unsigned idx = 0; out->err == WICK_OK && idx <= WICK_FROZEN_CAP; idx++) {
            buf_put_u8(out, 'x');
        }
        return true;
    }
    return put_metrics(out, at_inout);
}

static const struct wick_app app = {
    .name = "large", .version = "1", .page = pages, .page_count = 1, .metrics = put_or_stick
};

struct text {
    size_t len;
    char mem[BIG];
};

static struct text got, want, other;
static struct kit_client a, b;

/* --- what is right ------------------------------------------------------------------------------
 */

static void set_rows(unsigned count)
{
    large.row.len = count;
    for (uint32_t idx = 0; idx < count; idx++) {
        char text[100];
        snprintf(text, sizeof text, "row %u <%u> of a page that no buffer can hold as a whole", idx,
                 idx * 7919u);
        large.row.v[idx].id = idx + 1;
        (void)wick_set(large.row.v[idx].text, sizeof large.row.v[idx].text, str_of(text));
    }
}

static struct tmpl_ctx context(void)
{
    static struct large_view view;
    return (struct tmpl_ctx){ .part = { &large, &view, &view_no_form } };
}

/* The live part of the document. */
static void want_document(bool has_marks)
{
    struct buf out;
    struct tmpl_ctx ctx = context();
    buf_init(&out, want.mem, sizeof want.mem);
    if (has_marks) {
        tmpl_render_marked(&out, page_large.tmpl->root, &ctx);
    } else {
        tmpl_render(&out, page_large.tmpl->root, &ctx);
    }
    T_EQ_INT(out.err, WICK_OK);
    T_CHECK(out.len > PAGE_MIN);
    want.len = out.len;
}

/* "t":{...} of a snapshot. */
static void want_tree(void)
{
    static struct diff_op op[OPS];
    static uint8_t bytes[BIG], scratch[WICK_SLOT_LEN_MAX];
    static uint32_t map[64];
    struct diff diff = { .op = op, .op_cap = OPS, .map = map, .map_cap = WICK_COUNT_OF(map) };
    struct wire_meta meta = { 0 };
    struct tmpl_ctx ctx = context();
    struct buf out;
    buf_init(&diff.bytes, bytes, sizeof bytes);
    buf_init(&diff.scratch, scratch, sizeof scratch);
    T_EQ_INT(diff_snapshot(&diff, page_large.tmpl->root, &ctx), WICK_OK);
    buf_init(&out, want.mem, sizeof want.mem);
    wire_put_message(&wire_wick, &out, page_large.tmpl->root, &diff, &meta);
    T_EQ_INT(out.err, WICK_OK);
    want.len = out.len - 1; /* without the last brace: more members follow */
    memmove(want.mem, want.mem + 1, --want.len);
}

static bool contains(const struct text *text, const struct text *part)
{
    return part->len > 0 && memmem(text->mem, text->len, part->mem, part->len) != NULL;
}

static bool has_text(const struct text *text, const char *part)
{
    return memmem(text->mem, text->len, part, strlen(part)) != NULL;
}

/* --- reading ------------------------------------------------------------------------------------
 */

/* Read at most step bytes in each pass, until nothing more comes for a while or there are enough.
 */
static void read_some(struct kit_client *client, struct text *to, size_t step, size_t enough)
{
    while (to->len < enough) {
        size_t room = enough - to->len;
        room = room < KIT_CLIENT_CAP ? room : KIT_CLIENT_CAP;
        kit_pump_some(client, step, room);
        size_t len = client->len;
        memcpy(to->mem + to->len, client->mem, len);
        to->len += len;
        kit_drop(client, len);
        if (len < room) {
            break;
        }
    }
    to->mem[to->len] = '\0';
}

static void read_all(struct kit_client *client, struct text *to)
{
    to->len = 0;
    read_some(client, to, 65536, BIG - 1);
}

static void ask_as(struct kit_client *client, bool is_narrow, const char *target,
                   const char *headers)
{
    char request[512];
    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n", target,
             headers);
    kit_prepare(client, is_narrow);
    kit_connect(client);
    kit_text(client, request);
}

static void ask(struct kit_client *client, const char *target, const char *headers)
{
    ask_as(client, false, target, headers);
}

/* The whole answer is as long as its head says. */
static bool is_complete(const struct text *text)
{
    const char *head_end = memmem(text->mem, text->len, "\r\n\r\n", 4);
    const char *length = memmem(text->mem, text->len, "Content-Length: ", 16);
    return head_end != NULL && length != NULL && length < head_end &&
           (size_t)(text->mem + text->len - head_end - 4) == strtoul(length + 16, NULL, 10);
}

/* Payloads of WebSocket frames, each followed by a line feed; whole frames only. */
static void unframe(const struct text *from, struct text *to)
{
    to->len = 0;
    for (size_t at = 0; at + 2 <= from->len;) {
        const uint8_t *in = (const uint8_t *)from->mem + at;
        size_t len = in[1] & 0x7f, head = 2;
        if (len == 126) {
            len = (size_t)in[2] << 8 | in[3];
            head = 4;
        } else if (len == 127) {
            len = (size_t)in[6] << 24 | (size_t)in[7] << 16 | (size_t)in[8] << 8 | in[9];
            head = 10;
        }
        if (at + head + len > from->len) {
            break;
        }
        memcpy(to->mem + to->len, in + head, len);
        to->len += len;
        to->mem[to->len++] = '\n';
        at += head + len;
    }
}

static const char *new_token(void)
{
    static char token[40];
    ask(&b, "/", "");
    read_all(&b, &other);
    snprintf(token, sizeof token, "%s", attribute(other.mem, "data-wick"));
    rig_close(&b);
    return token;
}

/* --- tests --------------------------------------------------------------------------------------
 */

static void a_document_comes_whole(void)
{
    want_document(true);
    ask(&a, "/", "");
    read_all(&a, &got);
    T_EQ_INT(http_status(got.mem), 200);
    T_CHECK(is_complete(&got) && contains(&got, &want));
    rig_close(&a);
    want_document(false);
    ask(&a, "/~livetemplate", "Accept: text/html\r\n");
    read_all(&a, &got);
    T_CHECK(is_complete(&got) && contains(&got, &want));
    rig_close(&a);
    T_EQ_INT(kit_stat("wick_frozen"), 0);
}

static void a_slow_reader_gets_what_it_asked_for(void)
{
    want_document(true);
    ask_as(&a, true, "/", "");
    got.len = 0;
    read_some(&a, &got, 1000, 20000);
    T_EQ_INT(kit_stat("wick_frozen"), 1); /* most of it is not made yet */
    (void)wick_set(large.row.v[LARGE_ROWS - 1].text, 100, STR("changed meanwhile"));
    kit_passes(3);
    ask(&b, "/", ""); /* somebody else sees the new state at once */
    read_all(&b, &other);
    T_CHECK(is_complete(&other) && has_text(&other, "changed meanwhile"));
    rig_close(&b);
    read_some(&a, &got, 65536, BIG - 1);
    T_CHECK(is_complete(&got) && contains(&got, &want));
    T_CHECK(!has_text(&got, "changed meanwhile"));
    rig_close(&a);
    T_EQ_INT(kit_stat("wick_frozen"), 0);
}

static void open_socket(struct kit_client *client, bool is_narrow)
{
    char target[80];
    snprintf(target, sizeof target, "/?v=%s", new_token());
    ask_as(client, is_narrow, target,
           "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: "
           "13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: "
           "wick.1\r\n");
}

/* The head of the handshake goes. */
static void cut_head(struct text *text)
{
    char *end = memmem(text->mem, text->len, "\r\n\r\n", 4);
    T_CHECK(end != NULL);
    if (end != NULL) {
        text->len -= (size_t)(end + 4 - text->mem);
        memmove(text->mem, end + 4, text->len);
    }
}

static void a_socket_gets_its_snapshot_then_changes(void)
{
    open_socket(&a, false);
    want_tree();
    read_all(&a, &got);
    cut_head(&got);
    unframe(&got, &other);
    T_CHECK(has_text(&other, "{\"hello\":") && contains(&other, &want));
    T_CHECK(has_text(&other, "\"x\":true"));
    large.ticks++;
    rig_skip_ms(1000);
    read_all(&a, &got);
    unframe(&got, &other);
    T_CHECK(other.len < 100 && has_text(&other, "{\"0\":\"1\"}"));
    ws_send(&a, "{\"a\":5,\"do\":\"click\"}");
    read_all(&a, &got);
    unframe(&got, &other);
    T_CHECK(other.len < 100 && has_text(&other, "\"a\":5,\"ok\":true"));
    rig_close(&a);
}

/* It falls behind while it reads: whatever it gets leads to the last state. */
static void a_slow_socket_ends_with_the_last_state(void)
{
    open_socket(&a, true);
    got.len = 0;
    read_some(&a, &got, 2000, 30000);
    T_EQ_INT(kit_stat("wick_frozen"), 1);
    for (unsigned round = 0; round < 5; round++) {
        large.ticks = 100 + round;
        rig_skip_ms(1000);
        read_some(&a, &got, 2000, got.len + 20000);
    }
    read_some(&a, &got, 65536, BIG - 1);
    cut_head(&got);
    unframe(&got, &other);
    T_CHECK(has_text(&other, "\"x\":true") && has_text(&other, "\"104\""));
    T_EQ_INT(kit_stat("wick_frozen"), 0);
    rig_close(&a);
}

static void events_and_polls_get_it_too(void)
{
    static const char *const kind[] = { "1", "poll" };
    for (size_t idx = 0; idx < WICK_COUNT_OF(kind); idx++) {
        char target[100];
        snprintf(target, sizeof target, "/?v=%s&stream=%s", new_token(), kind[idx]);
        want_tree();
        ask(&a, target, "Accept: text/event-stream\r\n");
        read_all(&a, &got);
        T_CHECK(has_text(&got, "data: {\"hello\":") && contains(&got, &want));
        T_CHECK(has_text(&got, "\"x\":true"));
        T_EQ_INT(a.is_closed, idx == 1);
        rig_close(&a);
    }
}

static void an_answer_may_be_a_long_snapshot(void)
{
    char request[512];
    static const char body[] = "{\"a\":9,\"do\":\"click\"}";
    const char *token = new_token();
    snprintf(request, sizeof request,
             "POST /?v=%s HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
             "application/json\r\nContent-Length: %zu\r\n\r\n%s",
             token, strlen(body), body);
    kit_open(&a);
    kit_text(&a, request);
    read_all(&a, &got);
    T_CHECK(is_complete(&got) && has_text(&got, "\"a\":9,\"ok\":true"));
    T_CHECK(has_text(&got, "\"1\":\"1\"") && got.len > PAGE_MIN);
    rig_close(&a);
}

/* The chunks of an answer without its head, put together. @return its last chunk was there. */
static bool join_chunks(const struct text *from, struct text *to)
{
    const char *end = from->mem + from->len;
    const char *at = memmem(from->mem, from->len, "\r\n\r\n", 4);
    to->len = 0;
    for (at = at == NULL ? end : at + 4; at < end;) {
        char *line_end;
        size_t len = strtoul(at, &line_end, 16);
        at = line_end + 2;
        if (len == 0) {
            return end - at == 2;
        }
        if (len + 2 > (size_t)(end - at)) {
            return false;
        }
        memcpy(to->mem + to->len, at, len);
        to->len += len;
        at += len + 2;
    }
    return false;
}

static void metrics_may_be_longer_than_a_copy(void)
{
    struct buf out;
    buf_init(&out, want.mem, sizeof want.mem);
    for (uint64_t idx = 0; idx < METRIC_LINES; idx++) {
        put_metric(&out, idx);
    }
    want.len = out.len;
    T_CHECK(want.len > 4 * WICK_FROZEN_CAP);
    for (unsigned round = 0; round < 2; round++) { /* slow, then quick */
        ask_as(&a, round == 0, "/metrics", "Accept: text/plain\r\n");
        got.len = 0;
        read_some(&a, &got, round == 0 ? 1000 : 65536, round == 0 ? 3 * WICK_FROZEN_CAP : BIG - 1);
        T_EQ_INT(http_status(got.mem), 200);
        T_EQ_INT(kit_stat("wick_frozen"), round == 0 ? 1 : 0);
        read_some(&a, &got, 65536, BIG - 1);
        T_CHECK(join_chunks(&got, &other));
        T_CHECK(other.len == want.len && memcmp(other.mem, want.mem, want.len) == 0);
        rig_close(&a);
        T_EQ_INT(kit_stat("wick_frozen"), 0);
    }
}

/* A fault of the application: it ends this answer, and nothing else. */
static void a_line_that_never_fits_ends_the_answer(void)
{
    stuck_at = 0;
    ask(&a, "/metrics", "");
    read_all(&a, &got);
    T_EQ_INT(http_status(got.mem), 500);
    rig_close(&a);
    stuck_at = 1;
    ask(&a, "/metrics", "");
    read_all(&a, &got);
    T_EQ_INT(http_status(got.mem), 200);
    T_CHECK(!join_chunks(&got, &other) && a.is_closed);
    rig_close(&a);
    stuck_at = UINT64_MAX;
    T_EQ_INT(kit_stat("wick_frozen"), 0);
    ask(&a, "/metrics", "");
    read_all(&a, &got);
    T_CHECK(join_chunks(&got, &other) && other.len == want.len);
    rig_close(&a);
}

/* Readers that stand still hold all copies: the next one waits, then one of them gives way. */
static void those_who_stand_still_give_way(void)
{
    static struct kit_client idle[WICK_FROZEN_MAX];
    uint64_t evicted = kit_stat("wick_frozen_evicted_total");
    for (size_t idx = 0; idx < WICK_FROZEN_MAX; idx++) {
        ask_as(&idle[idx], true, "/", "");
        kit_passes(2);
    }
    T_EQ_INT(kit_stat("wick_frozen"), WICK_FROZEN_MAX);
    want_document(true);
    ask(&a, "/", "");
    kit_passes(4);
    T_EQ_INT(kit_stat("wick_frozen_evicted_total"), evicted); /* they have just begun */
    rig_skip_ms(2500);
    read_all(&a, &got);
    T_EQ_INT(http_status(got.mem), 200);
    T_CHECK(is_complete(&got) && contains(&got, &want));
    T_EQ_INT(kit_stat("wick_frozen_evicted_total"), evicted + 1);
    rig_close(&a);
    for (size_t idx = 0; idx < WICK_FROZEN_MAX; idx++) {
        rig_close(&idle[idx]);
    }
    kit_passes(10);
    T_EQ_INT(kit_stat("wick_frozen"), 0);
}

int main(void)
{
    log_set_level(LOG_ERROR);
    set_rows(LARGE_ROWS);
    rig_start_app(&app);
    a_document_comes_whole();
    a_slow_reader_gets_what_it_asked_for();
    a_socket_gets_its_snapshot_then_changes();
    a_slow_socket_ends_with_the_last_state();
    events_and_polls_get_it_too();
    an_answer_may_be_a_long_snapshot();
    metrics_may_be_longer_than_a_copy();
    a_line_that_never_fits_ends_the_answer();
    those_who_stand_still_give_way();
    return t_done();
}
