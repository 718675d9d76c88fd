/* diff_bench.c - what a change costs: two states -> operations -> one message of wire wick (and of
 * livetemplate); what rendering a page costs.
 *
 * One line of JSON for each case: time of one diff and encoding (best of 20 runs), bytes on the
 * wires.
 *   page_100    100 text slots, one number changed
 *   list_1000   1,000 rows of 64 bytes with a number as key, another number of one row changed
 *   list_1000_computed
 *   the same, but the key is a computed text, which is rendered to see that it is unique
 *   list_1000_append     one row more at the end
 *   render_100, render_1000  the whole pages as HTML with the marks of wire wick
 * Instructions: valgrind --tool=callgrind --toggle-collect=turn diff_bench 1 page_100 (one round,
 * one case); of the last two --toggle-collect=render_page
 */
#include "tests/bench/pages/computed.html.h"
#include "tests/bench/pages/rows.html.h"
#include "wire/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROWS = BENCH_ROWS, RUNS = 20, PAGE_CAP = 1 << 17 };

#define PUT(n)                                                                                     \
    static void put_##n(struct buf *out, const struct tmpl_ctx *ctx)                               \
    {                                                                                              \
        buf_put_u64(out, ((const struct bench_state *)ctx->part[0])->num[n]);                      \
    }
#define DEP(n)                                                                                     \
    { TMPL_DEVICE, offsetof(struct bench_state, num) + (n) * sizeof(uint32_t), sizeof(uint32_t) },
#define SLOT(n)                                                                                    \
    { .kind = TMPL_TEXT,                                                                           \
      .place = TMPL_IN_ELEMENT,                                                                    \
      .own = { &dep[n], 1, false },                                                                \
      .all = { &dep[n], 1, false },                                                                \
      .put = put_##n },
#define EMPTY_STR(n) STR_INIT("<td>"),
#define TEN(X, n)                                                                                  \
    X(n##0)                                                                                        \
    X(n##1)                                                                                        \
    X(n##2)                                                                                        \
    X(n##3)                                                                                        \
    X(n##4)                                                                                        \
    X(n##5)                                                                                        \
    X(n##6)                                                                                        \
    X(n##7)                                                                                        \
    X(n##8)                                                                                        \
    X(n##9)
#define HUNDRED(X)                                                                                 \
    TEN(X, )                                                                                       \
    TEN(X, 1) TEN(X, 2) TEN(X, 3) TEN(X, 4) TEN(X, 5) TEN(X, 6) TEN(X, 7) TEN(X, 8) TEN(X, 9)
HUNDRED(PUT)
static const struct tmpl_dep dep[] = { HUNDRED(DEP) };
static const struct tmpl_slot page_slots[] = { HUNDRED(SLOT) };
static const struct str statics[] = { HUNDRED(EMPTY_STR) STR_INIT("") };
static const struct tmpl_node page = {
    .slot_count = 100, .slot = page_slots, .statics = statics, .statics_json = STR_INIT("[]")
};

static struct bench_state was, is;
static struct diff_op op[64];
static uint8_t bytes[1 << 16], scratch[WICK_SLOT_LEN_MAX], out_mem[PAGE_CAP];
static uint32_t map[ROWS * DIFF_MAP_PER_ROW];
static struct diff diff = {
    .op = op, .op_cap = WICK_COUNT_OF(op), .map = map, .map_cap = WICK_COUNT_OF(map)
};

/* One diff and one message. @return its bytes. */
__attribute__((noinline)) static size_t turn(const struct tmpl_node *root, const struct wire *wire)
{
    const struct tmpl_ctx from = { .part = { &was, NULL, NULL } },
                          to = { .part = { &is, NULL, NULL } };
    const struct wire_meta meta = { .seq = 1234 };
    struct buf out;
    buf_init(&out, out_mem, sizeof out_mem);
    diff_reset(&diff);
    if (diff_update(&diff, root, &from, &to, DIFF_WHOLE) != WICK_OK) {
        exit(1);
    }
    wire_put_message(wire, &out, root, &diff, &meta);
    return out.len;
}

/* @return the bytes of the page. */
__attribute__((noinline)) static size_t render_page(const struct tmpl_node *root)
{
    const struct tmpl_ctx ctx = { .part = { &is, NULL, NULL } };
    struct buf out;
    buf_init(&out, out_mem, sizeof out_mem);
    tmpl_render_marked(&out, root, &ctx);
    if (out.err != WICK_OK) {
        exit(1);
    }
    return out.len;
}

static uint64_t now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static const char *only; /* this case, or NULL for all */

static void bench(const char *name, const struct tmpl_node *root, uint32_t rounds)
{
    if (only != NULL && strcmp(only, name) != 0) {
        return;
    }
    uint64_t best = UINT64_MAX;
    size_t len = 0;
    for (uint32_t run = 0; run < (rounds == 1 ? 1 : RUNS); run++) {
        const uint64_t start = now_ns();
        for (uint32_t round = 0; round < rounds; round++) {
            len = turn(root, &wire_wick);
        }
        const uint64_t ns = (now_ns() - start) / rounds;
        best = ns < best ? ns : best;
    }
    printf("{\"bench\":\"diff\",\"case\":\"%s\",\"ns\":%llu,\"wick_bytes\":%zu", name,
           (unsigned long long)best, len);
    if (rounds != 1) {
        printf(",\"livetemplate_bytes\":%zu", turn(root, &wire_livetemplate));
    }
    puts("}");
}

static void bench_render(const char *name, const struct tmpl_node *root, uint32_t rounds)
{
    if (only != NULL && strcmp(only, name) != 0) {
        return;
    }
    uint64_t best = UINT64_MAX;
    size_t len = 0;
    for (uint32_t run = 0; run < (rounds == 1 ? 1 : RUNS); run++) {
        const uint64_t start = now_ns();
        for (uint32_t round = 0; round < rounds; round++) {
            len = render_page(root);
        }
        const uint64_t ns = (now_ns() - start) / rounds;
        best = ns < best ? ns : best;
    }
    printf("{\"bench\":\"diff\",\"case\":\"%s\",\"ns\":%llu,\"bytes\":%zu}\n", name,
           (unsigned long long)best, len);
}

int main(int argc, char **argv)
{
    const uint32_t rounds = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 0;
    only = argc > 2 ? argv[2] : NULL;
    buf_init(&diff.bytes, bytes, sizeof bytes);
    buf_init(&diff.scratch, scratch, sizeof scratch);
    was.row.len = ROWS - 1;
    for (uint32_t idx = 0; idx < ROWS; idx++) {
        was.row.v[idx] =
            (struct bench_row){ .id = 10000 + idx, .load = idx % 100, .name = "process" };
    }
    is = was;
    is.num[57] = 42;
    bench("page_100", &page, rounds == 0 ? 20000 : rounds);
    is = was;
    is.row.v[571].load = 123;
    if (!tmpl_rows.root->slot[0].list->is_key_exact ||
        tmpl_computed.root->slot[0].list->is_key_exact) {
        return 1; /* the compiler sees which keys are plain integers */
    }
    bench("list_1000", tmpl_rows.root, rounds == 0 ? 2000 : rounds);
    bench("list_1000_computed", tmpl_computed.root, rounds == 0 ? 2000 : rounds);
    bench_render("render_100", &page, rounds == 0 ? 20000 : rounds);
    bench_render("render_1000", tmpl_rows.root, rounds == 0 ? 2000 : rounds);
    is = was;
    is.row.len++;
    bench("list_1000_append", tmpl_rows.root, rounds == 0 ? 500 : rounds);
    return 0;
}
