/* construct.c - for construct.mjs: renders and diffs its pages one after another; callgrind counts
 * what is inside of turn(). */
#include "diff/diff.h"
#include "pages.h" /* made by construct.mjs: the pages, rows and shared state of each */

#include <stdio.h>
#include <stdlib.h>

static struct diff_op op[1024];
static uint8_t bytes[1 << 16], scratch[WICK_SLOT_LEN_MAX], out_mem[1 << 16];
static uint32_t map[64 * DIFF_MAP_PER_ROW];
static struct diff diff = {
    .op = op, .op_cap = WICK_COUNT_OF(op), .map = map, .map_cap = WICK_COUNT_OF(map)
};

static struct construct state(uint32_t rows, bool is_other)
{
    struct construct state = { .row.len = rows };
    struct construct_use use = { .num = is_other ? 4321 : 1234,
                                 .text = "fish & chips 1",
                                 .is_on = is_other,
                                 .big = is_other ? 9754321 : 7654320 };
    use.text[13] = is_other ? '2' : '1';
    for (struct construct_use *at = &state.u0; at <= &state.u31; at++) {
        *at = use;
    }
    for (uint32_t idx = 0; idx < rows; idx++) {
        state.row.v[idx] =
            (struct construct_row){ .id = 1000 + idx, .num = use.num, .name = "port 00" };
        state.row.v[idx].name[5] = (char)('0' + idx / 10);
        state.row.v[idx].name[6] = (char)('0' + idx % 10);
    }
    return state;
}

__attribute__((noinline)) static size_t turn(const struct tmpl *tmpl, const struct construct *was,
                                             const struct construct *is)
{
    const struct tmpl_ctx from = { .part = { was } }, to = { .part = { is } };
    struct buf out;
    buf_init(&out, out_mem, sizeof out_mem);
    if (was == NULL) {
        tmpl_render(&out, tmpl->root, &to);
        return out.err == WICK_OK ? out.len : 0;
    }
    diff_reset(&diff);
    return diff_update(&diff, tmpl->root, &from, &to, DIFF_WHOLE) == WICK_OK ? diff.op_len + 1 : 0;
}

int main(void)
{
    buf_init(&diff.bytes, bytes, sizeof bytes);
    buf_init(&diff.scratch, scratch, sizeof scratch);
    for (size_t idx = 0; idx < WICK_COUNT_OF(pages); idx++) {
        const struct construct was = state(pages[idx].rows, false);
        const struct construct is = state(pages[idx].rows, true);
        const size_t rendered = turn(pages[idx].tmpl, NULL, &was);
        const size_t same = turn(pages[idx].tmpl, &was, &was);
        const size_t changed = turn(pages[idx].tmpl, &was, &is);
        if (rendered == 0 || same != 1 || changed <= pages[idx].slots) {
            (void)printf("%s: rendered %zu, unchanged %zu, changed %zu\n", pages[idx].tmpl->name,
                         rendered, same, changed);
            return 1;
        }
    }
    return 0;
}
