/* walk_test.c - pages rendered in windows of every size give the bytes of the page rendered at
 * once, with and without marks. The pages are those of golden_test.c (equal to Go) and sample.html;
 * generated trees: tests/diff/pieces_test.c.
 */
#include "t.h"
#include "tests/tmpl/cases.h"
#include "tests/tmpl/pages/control.html.h"
#include "tests/tmpl/pages/escape.html.h"
#include "tests/tmpl/pages/language.html.h"
#include "tests/tmpl/pages/printf.html.h"
#include "tests/tmpl/pages/safe.html.h"
#include "tests/tmpl/pages/sample.html.h"
#include "tmpl/tmpl_walk.h"

enum { PAGE_CAP = 1 << 17, GUARD = 16 };

static uint8_t whole_mem[PAGE_CAP], joined_mem[PAGE_CAP], window_mem[PAGE_CAP],
    scratch_mem[PAGE_CAP];

static const struct cases cases = {
    .s = "<&>'\"",
    .t = "abc",
    .n = 7,
    .big = UINT64_MAX,
    .b = true,
    .l = { "l1", "<l2>", "l+3" },
    .o = { .x = "ox", .in = { 3 } },
    .rows = { .len = 3,
              .v = { { "r1", 1, true, { .len = 2, .v = { 1, 2 } } },
                     { .name = "r2", .n = 2 },
                     { "r&3", -3, true, { .len = 1, .v = { 9 } } } } },
    .nums = { 5, 6, 7, 0 },
};
static const struct sample_device device = {
    .name = "R&D <1>",
    .uptime_s = 300000,
    .is_on = true,
    .history = { 1, 2, 3, 4 },
    .fan = { .len = 2,
             .v = { { "f1",
                      900,
                      { .len = 2, .v = { { 1, "eth0", true, 100 }, { 2, "eth1", false, 10 } } } },
                    { .id = "f2", .rpm = 4000 } } },
};
static const struct sample_view view = { .period = 5, .theme = "dark" };
static const struct tmpl_form form = { .action = "rename", .error = { { "name", "Too short." } } };

static const struct tmpl_ctx of_cases = { .part = { &cases } };
static const struct tmpl_ctx of_sample = { .part = { &device, &view, &form } };

static const struct {
    const struct tmpl *tmpl;
    const struct tmpl_ctx *ctx;
} page[] = {
    { &tmpl_escape_page, &of_cases }, { &tmpl_language, &of_cases }, { &tmpl_safe, &of_cases },
    { &tmpl_printf, &of_cases },      { &tmpl_control, &of_cases },  { &tmpl_sample, &of_sample },
};

static struct buf rendered(const struct tmpl_node *node, const struct tmpl_ctx *ctx,
                           enum tmpl_marks marks)
{
    struct buf out;
    buf_init(&out, whole_mem, sizeof whole_mem);
    (marks == TMPL_MARKED ? tmpl_render_marked : tmpl_render)(&out, node, ctx);
    T_EQ_INT(out.err, WICK_OK);
    return out;
}

/* All windows are full but the last one; nothing is written past a window. */
static void windows_join_to_the_page(const struct tmpl_node *node, const struct tmpl_ctx *ctx,
                                     enum tmpl_marks marks, size_t size)
{
    struct buf whole = rendered(node, ctx, marks);
    struct buf joined;
    struct buf scratch;
    struct tmpl_walk walk;
    bool has_more = true;
    buf_init(&joined, joined_mem, sizeof joined_mem);
    buf_init(&scratch, scratch_mem, sizeof scratch_mem);
    tmpl_walk_start(&walk, node, ctx, marks);
    while (has_more && joined.len <= whole.len) {
        struct buf window;
        memset(window_mem, 0xee, size + GUARD);
        buf_init(&window, window_mem, size);
        has_more = tmpl_walk_next(&walk, &window, &scratch);
        T_EQ_INT(window.err, WICK_OK);
        T_CHECK(!has_more || window.len == size);
        for (size_t at = window.len; at < size + GUARD; at++) {
            T_CHECK(at < size || window_mem[at] == 0xee);
        }
        buf_put_str(&joined, buf_str(&window));
    }
    T_EQ_TEXT(joined.ptr, joined.len, (const char *)buf_cstr(&whole));
    T_EQ_INT(joined.len, whole.len);
}

static void pages_come_in_windows(void)
{
    static const size_t sizes[] = { 1, 2, 3, 7, 8, 64, 1000, 4096, PAGE_CAP - GUARD };
    for (size_t idx = 0; idx < WICK_COUNT_OF(page); idx++) {
        const struct tmpl_node *root = page[idx].tmpl->root;
        for (size_t size = 0; size < WICK_COUNT_OF(sizes); size++) {
            windows_join_to_the_page(root, page[idx].ctx, TMPL_UNMARKED, sizes[size]);
            windows_join_to_the_page(root, page[idx].ctx, TMPL_MARKED, sizes[size]);
        }
    }
    size_t len = rendered(tmpl_sample.root, &of_sample, TMPL_MARKED).len;
    for (size_t size = 1; size <= len + 1; size++) {
        windows_join_to_the_page(tmpl_sample.root, &of_sample, TMPL_MARKED, size);
    }
}

static void the_length_is_known_before(void)
{
    for (size_t idx = 0; idx < WICK_COUNT_OF(page); idx++) {
        const struct tmpl_node *root = page[idx].tmpl->root;
        for (unsigned marks = TMPL_UNMARKED; marks <= TMPL_MARKED; marks++) {
            size_t len = rendered(root, page[idx].ctx, (enum tmpl_marks)marks).len;
            static const size_t sizes[] = { 4096, 5000, PAGE_CAP };
            for (size_t size = 0; size < WICK_COUNT_OF(sizes); size++) {
                struct buf scratch;
                buf_init(&scratch, scratch_mem, sizes[size]);
                T_EQ_INT(tmpl_length(root, page[idx].ctx, (enum tmpl_marks)marks, &scratch), len);
            }
        }
    }
}

/* sample.html has a slot of 8 characters and none of more than 100. */
static void a_slot_that_fits_nowhere_is_said(void)
{
    struct buf whole = rendered(tmpl_sample.root, &of_sample, TMPL_MARKED);
    struct buf window;
    struct buf scratch;
    struct tmpl_walk walk;
    size_t len = 0;
    buf_init(&scratch, scratch_mem, 4);
    T_CHECK(tmpl_length(tmpl_sample.root, &of_sample, TMPL_MARKED, &scratch) ==
            TMPL_LENGTH_UNKNOWN);
    tmpl_walk_start(&walk, tmpl_sample.root, &of_sample, TMPL_MARKED);
    do {
        buf_init(&window, window_mem, 4);
        T_CHECK(tmpl_walk_next(&walk, &window, &scratch));
        T_CHECK(memcmp(whole.ptr + len, window.ptr, window.len) == 0);
        len += window.len;
    } while (window.err == WICK_OK && len < whole.len);
    T_EQ_INT(window.err, WICK_E_FULL);
    buf_init(&scratch, scratch_mem, 200); /* the walk stands before the slot and can go on */
    buf_init(&window, window_mem, sizeof window_mem);
    T_CHECK(!tmpl_walk_next(&walk, &window, &scratch));
    T_EQ_TEXT(window.ptr, window.len, buf_cstr(&whole) + len);
}

static void a_page_that_does_not_fit_is_said(void)
{
    struct buf whole = rendered(tmpl_sample.root, &of_sample, TMPL_MARKED);
    for (size_t cap = 0; cap < whole.len; cap++) {
        struct buf out;
        buf_init(&out, window_mem, cap);
        tmpl_render_marked(&out, tmpl_sample.root, &of_sample);
        T_EQ_INT(out.err, WICK_E_FULL);
        T_CHECK(memcmp(whole.ptr, out.ptr, out.len) == 0);
    }
}

/* Marks apart the page is the same, and each slot in content has a pair of them. */
static void marks_are_all_that_differs(void)
{
    for (size_t idx = 0; idx < WICK_COUNT_OF(page); idx++) {
        struct buf whole = rendered(page[idx].tmpl->root, page[idx].ctx, TMPL_MARKED);
        size_t len = 0;
        unsigned open = 0;
        unsigned count = 0;
        for (size_t at = 0; at < whole.len;) {
            bool opens = whole.len - at >= 7 && memcmp(whole.ptr + at, "<!---->", 7) == 0;
            bool closes = whole.len - at >= 8 && memcmp(whole.ptr + at, "<!--/-->", 8) == 0;
            if (opens || closes) {
                T_CHECK(opens || open > 0);
                open += opens ? 1 : -1u;
                count += opens;
                at += opens ? 7 : 8;
            } else {
                joined_mem[len++] = whole.ptr[at++];
            }
        }
        T_EQ_INT(open, 0);
        T_CHECK(count > 0);
        struct buf plain = rendered(page[idx].tmpl->root, page[idx].ctx, TMPL_UNMARKED);
        T_EQ_TEXT(joined_mem, len, (const char *)buf_cstr(&plain));
    }
}

int main(void)
{
    pages_come_in_windows();
    the_length_is_known_before();
    a_slot_that_fits_nowhere_is_said();
    a_page_that_does_not_fit_is_said();
    marks_are_all_that_differs();
    return t_done();
}
