/* tmpl.c - see tmpl.h: a node as HTML; do two states differ in what a slot reads? */
#include "tmpl/tmpl.h"

#include "base/mem.h"

#include <string.h>

enum { RENDER_DEPTH_MAX = 96 }; /* wickc refuses templates that nest deeper than 64 */

struct render {
    struct buf *out;
    struct tmpl_ctx ctx;
    unsigned depth;
};

static void render_node(struct render *render, const struct tmpl_node *node);

/* NOLINTNEXTLINE(misc-no-recursion): RENDER_DEPTH_MAX */
static void render_list(struct render *render, const struct tmpl_list *list)
{
    struct tmpl_rows rows = list->rows(&render->ctx);
    WICK_ASSERT(list->depth < WICK_ROW_DEPTH_MAX);
    for (uint32_t idx = 0; idx < rows.len && render->out->err == WICK_OK; idx++) {
        render->ctx.row[list->depth] = (const uint8_t *)rows.base + (size_t)idx * list->row_size;
        render->ctx.idx[list->depth] = idx;
        enum tmpl_row_is row_is = list->flow == NULL ? TMPL_ROW_SHOWN : list->flow(&render->ctx);
        if (row_is == TMPL_ROW_STOP) {
            return;
        }
        if (row_is != TMPL_ROW_SKIPPED) {
            render_node(render, list->row);
        }
        if (row_is == TMPL_ROW_LAST) {
            return;
        }
    }
    if (rows.len == 0 && list->otherwise != NULL) {
        render_node(render, list->otherwise);
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): RENDER_DEPTH_MAX */
static void render_slot(struct render *render, const struct tmpl_slot *slot)
{
    switch ((enum tmpl_slot_kind)slot->kind) {
    case TMPL_TEXT:
        slot->put(render->out, &render->ctx);
        return;
    case TMPL_COND: {
        unsigned pick = slot->pick(&render->ctx);
        WICK_ASSERT(pick <= slot->branch_count);
        if (pick > 0) {
            render_node(render, slot->branch[pick - 1]);
        }
        return;
    }
    case TMPL_LIST:
        render_list(render, slot->list);
        return;
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): RENDER_DEPTH_MAX */
static void render_node(struct render *render, const struct tmpl_node *node)
{
    WICK_ASSERT(render->depth < RENDER_DEPTH_MAX);
    render->depth++;
    buf_put_str(render->out, node->statics[0]);
    for (uint16_t slot = 0; slot < node->slot_count; slot++) {
        render_slot(render, &node->slot[slot]);
        buf_put_str(render->out, node->statics[slot + 1]);
    }
    render->depth--;
}

void tmpl_render(struct buf *out, const struct tmpl_node *node, const struct tmpl_ctx *ctx)
{
    struct render render = { .out = out, .ctx = *ctx };
    render_node(&render, node);
}

bool tmpl_differs(const struct tmpl_deps *deps, const struct tmpl_ctx *was,
                  const struct tmpl_ctx *is)
{
    if (deps->has_index && memcmp(was->idx, is->idx, sizeof was->idx) != 0) {
        return true;
    }
    for (uint16_t idx = 0; idx < deps->count; idx++) {
        const struct tmpl_dep *dep = &deps->dep[idx];
        bool is_row = dep->part >= TMPL_ROW;
        const uint8_t *a = is_row ? was->row[dep->part - TMPL_ROW] : was->part[dep->part];
        const uint8_t *b = is_row ? is->row[dep->part - TMPL_ROW] : is->part[dep->part];
        if (a != b && (a == NULL || b == NULL || !mem_eq(a + dep->off, b + dep->off, dep->size))) {
            return true;
        }
    }
    return false;
}
