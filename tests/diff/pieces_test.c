/* pieces_test.c - over random templates and states: HTML in windows, operations in portions and
 * whole messages in windows of every size are the same bytes as at once. And a list of 10,000 rows.
 */
#include "frames.h"
#include "gen.h"
#include "t.h"
#include "wire/wire_pull.h"

enum { OUT = 1 << 22 };

static struct gen_state state;
static uint8_t whole_mem[OUT], joined_mem[OUT], window_mem[OUT], scratch_mem[1 << 16];

static void expect_joined(const struct buf *joined, const struct buf *whole, size_t size)
{
    size_t at = 0;
    while (at < joined->len && at < whole->len && joined->ptr[at] == whole->ptr[at]) {
        at++;
    }
    if (at < joined->len || at < whole->len) {
        t_failed++;
        fprintf(stderr, "windows of %zu: %zu bytes instead of %zu, they differ at %zu\n", size,
                joined->len, whole->len, at);
    }
}

static void html_comes_in_windows(const struct tmpl_node *root, const struct tmpl_ctx *ctx,
                                  size_t size)
{
    enum tmpl_marks marks = size % 2 == 0 ? TMPL_MARKED : TMPL_UNMARKED;
    struct buf whole;
    struct buf joined;
    struct buf scratch;
    struct tmpl_walk walk;
    bool has_more = true;
    buf_init(&whole, whole_mem, OUT);
    buf_init(&joined, joined_mem, OUT);
    buf_init(&scratch, scratch_mem, 100);
    (marks == TMPL_MARKED ? tmpl_render_marked : tmpl_render)(&whole, root, ctx);
    T_EQ_INT(whole.err, WICK_OK);
    tmpl_walk_start(&walk, root, ctx, marks);
    while (has_more && joined.len <= whole.len) {
        struct buf window;
        buf_init(&window, window_mem, size);
        has_more = tmpl_walk_next(&walk, &window, &scratch);
        T_CHECK(window.err == WICK_OK && (!has_more || window.len == size));
        buf_put_str(&joined, buf_str(&window));
    }
    expect_joined(&joined, &whole, size);
    T_EQ_INT(tmpl_length(root, ctx, marks, &scratch), whole.len);
}

/* A snapshot encoded from portions of op_cap operations and bytes_cap bytes. */
static void operations_come_in_portions(const struct tmpl *tmpl, const struct tmpl_ctx *ctx,
                                        const struct wire *wire, uint32_t op_cap)
{
    const struct wire_meta meta = { .is_snapshot = true, .seq = 3 };
    struct diff diff = frames_diff();
    struct diff_walk walk;
    struct wire_put put;
    struct buf whole;
    struct buf joined;
    bool has_more = true;
    buf_init(&whole, whole_mem, OUT);
    buf_init(&joined, joined_mem, OUT);
    T_CHECK(diff_snapshot(&diff, tmpl->root, ctx) == WICK_OK);
    wire_put_message(wire, &whole, tmpl->root, &diff, &meta);
    diff.op_cap = op_cap;
    diff.bytes.cap = 40 + gen_random(60); /* no slot is longer */
    diff_walk_start(&walk, tmpl->root, ctx);
    wire_put_init(&put, &joined, tmpl->root, &meta);
    wire->begin(&put);
    while (has_more) {
        diff_reset(&diff);
        has_more = diff_walk_next(&walk, &diff);
        T_EQ_INT(diff.err, WICK_OK);
        T_CHECK(diff.op_len <= op_cap && (!has_more || diff.op_len > 0));
        if (diff.err != WICK_OK) {
            return;
        }
        wire->operations(&put, &diff);
    }
    T_CHECK(diff_walk_is_done(&walk));
    wire->end(&put);
    expect_joined(&joined, &whole, op_cap);
}

static void messages_come_in_windows(const struct tmpl *tmpl, const struct tmpl_ctx *ctx,
                                     const struct wire *wire, size_t size)
{
    const struct wire_meta meta = {
        .is_snapshot = true, .is_answer = true, .seq = 3, .ref = 9, .part = 4, .form = &state.form
    };
    struct diff diff = frames_diff();
    struct wire_pull pull;
    struct wire_pull counted;
    struct buf whole;
    struct buf joined;
    bool has_more = true;
    buf_init(&whole, whole_mem, OUT);
    buf_init(&joined, joined_mem, OUT);
    T_CHECK(diff_snapshot(&diff, tmpl->root, ctx) == WICK_OK);
    wire_put_message(wire, &whole, tmpl->root, &diff, &meta);
    T_EQ_INT(whole.err, WICK_OK);
    diff.op_cap = 1;
    diff.scratch.cap = 0;
    wire_pull_start(&counted, wire, tmpl->root, ctx, &meta);
    T_EQ_INT(wire_pull_length(&counted, &diff), whole.len);
    wire_pull_start(&pull, wire, tmpl->root, ctx, &meta);
    while (has_more && joined.len <= whole.len) {
        struct buf window;
        struct wire_pull moved = pull; /* it has no pointer into itself */
        memset(&pull, 0xee, sizeof pull);
        pull = moved;
        buf_init(&window, window_mem, size);
        has_more = wire_pull_next(&pull, &window, &diff);
        T_CHECK(window.err == WICK_OK && (!has_more || window.len == size));
        buf_put_str(&joined, buf_str(&window));
    }
    expect_joined(&joined, &whole, size);
}

/* What does not fit is said, whatever the window. */
static void an_operation_that_does_not_fit_is_said(const struct tmpl *tmpl,
                                                   const struct tmpl_ctx *ctx)
{
    const struct wire_meta meta = { .is_snapshot = true };
    struct diff diff = frames_diff();
    struct wire_pull pull;
    struct buf window;
    diff.bytes.cap = 4; /* less than the begin of a message */
    wire_pull_start(&pull, &wire_wick, tmpl->root, ctx, &meta);
    T_CHECK(wire_pull_length(&pull, &diff) == WIRE_LENGTH_UNKNOWN);
    wire_pull_start(&pull, &wire_wick, tmpl->root, ctx, &meta);
    buf_init(&window, window_mem, 3);
    T_CHECK(wire_pull_next(&pull, &window, &diff));
    T_EQ_INT(window.err, WICK_E_FULL);
    T_EQ_INT(window.len, 0);
}

int main(void)
{
    static const size_t sizes[] = { 1, 2, 3, 7, 64, 500 };
    gen_seed(11);
    for (uint32_t round = 0; round < 150 && t_failed == 0; round++) {
        const struct tmpl *tmpl = gen_template();
        gen_fill(&state, GEN_DIRTY);
        for (uint32_t change = 0; change < 3 && t_failed == 0; change++) {
            const struct tmpl_ctx ctx = gen_ctx(&state);
            const struct wire *wire = wire_at(gen_random(2));
            size_t size =
                gen_random(3) == 0 ? 1 + gen_random(5000) : sizes[gen_random(WICK_COUNT_OF(sizes))];
            html_comes_in_windows(tmpl->root, &ctx, size);
            operations_come_in_portions(tmpl, &ctx, wire, 1 + gen_random(20));
            messages_come_in_windows(tmpl, &ctx, wire, size);
            gen_change(&state, GEN_DIRTY);
        }
        const struct tmpl_ctx ctx = gen_ctx(&state);
        an_operation_that_does_not_fit_is_said(tmpl, &ctx);
    }
    return t_done();
}
