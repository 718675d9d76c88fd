/* flow_test.c - pages/flow.html: {{break}}, {{continue}}, set variables and numbers in live lists,
 * rendered and as updates. */
#include "t.h"
#include "tests/diff/pages/flow.html.h"
#include "tests/tmpl/cases.h"
#include "wire/wire.h"

static const struct cases start = {
    .n = 2,
    .rows = { .len = 3,
              .v = { { .name = "a", .n = 1 },
                     { .name = "b", .n = 2, .b = true },
                     { .name = "c", .n = 3 } } },
};

static void equals(const char *got, const char *want)
{
    T_EQ_TEXT(got, strlen(got), want);
}

static struct tmpl_ctx ctx_of(const struct cases *state)
{
    return (struct tmpl_ctx){ .part = { state, NULL, NULL } };
}

static const char *page_of(const struct cases *state)
{
    static uint8_t mem[4096];
    struct tmpl_ctx ctx = ctx_of(state);
    struct buf out;
    buf_init(&out, mem, sizeof mem);
    tmpl_render(&out, tmpl_flow.root, &ctx);
    T_EQ_INT(out.err, WICK_OK);
    return buf_cstr(&out);
}

/* What wire wick sends for a change. */
static const char *update_of(const struct cases *was, const struct cases *is)
{
    static struct diff_op op[200];
    static uint32_t map[200];
    static uint8_t bytes[4096];
    static uint8_t scratch[1024];
    static uint8_t mem[4096];
    struct tmpl_ctx from = ctx_of(was);
    struct tmpl_ctx to = ctx_of(is);
    struct diff diff = {
        .op = op, .op_cap = WICK_COUNT_OF(op), .map = map, .map_cap = WICK_COUNT_OF(map)
    };
    struct buf out;
    buf_init(&diff.bytes, bytes, sizeof bytes);
    buf_init(&diff.scratch, scratch, sizeof scratch);
    buf_init(&out, mem, sizeof mem);
    T_EQ_INT(diff_update(&diff, tmpl_flow.root, &from, &to, DIFF_WHOLE), WICK_OK);
    wire_put_message(&wire_wick, &out, tmpl_flow.root, &diff,
                     &(struct wire_meta){ .is_answer = false });
    return buf_cstr(&out);
}

static void rows_are_left_out(void)
{
    struct cases state = start;
    equals(
        page_of(&state),
        "<ul><li data-key=\"a\">1 after -</li><li data-key=\"c\">3 after a!</li></ul><p>3 c!</p>"
        "<i data-key=\"i0\">0</i><i data-key=\"i1\">1</i><b>zero</b><p title=\"012a0a1\"></p>\n");
    state.rows.v[0].n = 99; /* the list ends after it */
    state.n = -5;
    equals(page_of(&state), "<ul><li data-key=\"a\">99 after -big</li></ul><p>99 "
                            "a!</p><b>no</b><b>zero</b><p title=\"012none\"></p>\n");
    memcpy(state.rows.v[0].name, "stop", 5); /* in front of it */
    state.n = 9;
    state.zero = 1;
    equals(page_of(&state), "<ul></ul><p>0 -</p><i data-key=\"i0\">0</i><i data-key=\"i1\">1</i><i "
                            "data-key=\"i2\">2</i><i data-key=\"i3\">3</i>"
                            "<i data-key=\"i4\">4</i><i data-key=\"i5\">5</i><i "
                            "data-key=\"i6\">6</i><i data-key=\"i7\">7</i><i data-key=\"i8\">8</i>"
                            "<i data-key=\"z0\"></i><p title=\"012a0a1\"></p>\n");
    state.rows.len = 0;
    state.n = 0;
    state.zero = INT64_MIN;
    equals(page_of(&state),
           "<ul><li>none</li></ul><p>0 -</p><b>no</b><b>zero</b><p title=\"012none\"></p>\n");
}

static void updates_are_minimal(void)
{
    struct cases was = start;
    struct cases is = start;
    equals(update_of(&was, &is), "{\"t\":{}}");
    is.rows.v[1].n = 7; /* of a row that is not shown */
    equals(update_of(&was, &is), "{\"t\":{}}");
    is.rows.v[1].b = false; /* now it is, and the row after it follows another one */
    equals(
        update_of(&was, &is),
        "{\"t\":{\"0\":[[\"+\",\"a\",[\"b\",\"7\",\"a!\",null]],[\"=\",\"c\",{\"2\":\"b!\"}]]}}");
}

int main(void)
{
    rows_are_left_out();
    updates_are_minimal();
    return t_done();
}
