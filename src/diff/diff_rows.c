/* diff_rows.c - the rows of a list in one state: which elements they are, where they lie. */
#include "diff/diff_priv.h"

uint32_t *diff_take_map(struct diff_run *run, uint32_t *used, uint32_t count)
{
    WICK_ASSERT(*used <= run->diff->map_cap);
    if (count > run->diff->map_cap - *used) {
        diff_fail(run->diff);
        return NULL;
    }
    uint32_t *words = run->diff->map + *used;
    *used += count;
    WICK_ASSERT_DEBUG(*used <= run->diff->map_cap);
    return words;
}

const uint8_t *diff_row_ptr(const struct tmpl_list *list, struct diff_rows rows, uint32_t idx)
{
    WICK_ASSERT_DEBUG(idx < rows.len);
    return rows.base + (size_t)(rows.shown == NULL ? idx : rows.shown[idx]) * list->row_size;
}

void diff_row_set(struct tmpl_ctx *ctx, const struct tmpl_list *list, struct diff_rows rows,
                  uint32_t idx)
{
    WICK_ASSERT(idx < rows.len);
    WICK_ASSERT_DEBUG(list->depth < WICK_ROW_DEPTH_MAX);
    ctx->row[list->depth] = diff_row_ptr(list, rows, idx);
    ctx->idx[list->depth] = rows.shown == NULL ? idx : rows.shown[idx];
}

struct diff_rows diff_rows_of(struct diff_run *run, const struct tmpl_list *list,
                              struct tmpl_ctx *ctx)
{
    struct tmpl_rows all = list->rows(ctx);
    struct diff_rows rows = { .base = all.base, .len = all.len, .is_else = all.len == 0 };
    WICK_ASSERT(list->depth < WICK_ROW_DEPTH_MAX && all.len <= list->cap);
    WICK_ASSERT(all.len == 0 || all.base != NULL || list->row_size == 0);
    if (list->flow == NULL) {
        return rows;
    }
    uint32_t *shown = diff_take_map(run, &run->map_used, all.len);
    uint32_t count = 0;
    for (uint32_t idx = 0; shown != NULL && idx < all.len; idx++) {
        diff_row_set(ctx, list, rows, idx);
        enum tmpl_row_is row_is = list->flow(ctx);
        if (row_is == TMPL_ROW_SHOWN || row_is == TMPL_ROW_LAST) {
            shown[count++] = idx;
        }
        if (row_is == TMPL_ROW_LAST || row_is == TMPL_ROW_STOP) {
            break;
        }
    }
    WICK_ASSERT(count <= all.len);
    WICK_ASSERT_DEBUG(run->map_used <= run->diff->map_cap);
    rows.len = count;
    rows.shown = shown;
    return rows;
}
