/* diff_walk.c - everything that a node shows -> operations, as if nothing had been shown before.
 *
 * A walk stands at one operation. diff_walk_op() appends it without moving, diff_walk_advance()
 * goes to the next one; so a caller without room for an operation can ask for it again later.
 */
#include "diff/diff_priv.h"

#include <string.h>

/* The operation at which a walk stands. */
enum {
    AT_SLOT,     /* of the present slot; past the last slot: the END of the node */
    AT_ROW,      /* ROW of the list in the present slot */
    AT_ELSE,     /* its ELSE */
    AT_LIST_END, /* its END */
};

static const struct tmpl_slot *slot_at(const struct diff_walk *walk)
{
    WICK_ASSERT_DEBUG(walk->at.depth > 0 && walk->at.depth <= WICK_NODE_DEPTH_MAX);
    const struct tmpl_level *level = &walk->at.level[walk->at.depth - 1];
    WICK_ASSERT(level->slot < level->node->slot_count);
    return &level->node->slot[level->slot];
}

/* At the next slot of the innermost node. The end of the outermost one has no operation. */
static void next_slot(struct diff_walk *walk)
{
    struct tmpl_level *level = tmpl_cursor_top(&walk->at);
    WICK_ASSERT_DEBUG(level->slot < level->node->slot_count);
    level->slot++;
    walk->stand = AT_SLOT;
    if (walk->at.depth == 1 && level->slot == level->node->slot_count) {
        tmpl_cursor_leave(&walk->at);
    }
}

void diff_walk_start(struct diff_walk *walk, const struct tmpl_node *root,
                     const struct tmpl_ctx *is)
{
    WICK_ASSERT_DEBUG(root->slot != NULL || root->slot_count == 0);
    tmpl_cursor_start(&walk->at, root, is);
    walk->stand = AT_SLOT;
    if (root->slot_count == 0) {
        tmpl_cursor_leave(&walk->at);
    }
}

bool diff_walk_is_done(const struct diff_walk *walk)
{
    WICK_ASSERT_DEBUG(walk->at.depth <= WICK_NODE_DEPTH_MAX);
    return walk->at.depth == 0;
}

/* --- the present operation -------------------------------------------------------------------- */

/* Is there a LIST in what node shows? */
/* NOLINTNEXTLINE(misc-no-recursion): WICK_NODE_DEPTH_MAX */
static bool holds_list(const struct tmpl_node *node, const struct tmpl_ctx *ctx)
{
    for (uint16_t slot_no = 0; slot_no < node->slot_count; slot_no++) {
        const struct tmpl_slot *slot = &node->slot[slot_no];
        if (slot->kind == TMPL_LIST) {
            return true;
        }
        unsigned pick = slot->kind == TMPL_COND ? slot->pick(ctx) : 0;
        WICK_ASSERT_DEBUG(pick <= slot->branch_count);
        if (pick > 0 && holds_list(slot->branch[pick - 1], ctx)) {
            return true;
        }
    }
    return false;
}

/* Has the list a row that is shown? */
static bool has_row(const struct tmpl_list *list, const struct tmpl_ctx *ctx)
{
    struct tmpl_rows rows = list->rows(ctx);
    WICK_ASSERT_DEBUG(rows.len <= list->cap && list->depth < WICK_ROW_DEPTH_MAX);
    if (list->flow == NULL) {
        return rows.len > 0;
    }
    struct tmpl_ctx at = *ctx;
    for (uint32_t idx = 0; idx < rows.len; idx++) {
        at.row[list->depth] = (const uint8_t *)rows.base + (size_t)idx * list->row_size;
        at.idx[list->depth] = idx;
        enum tmpl_row_is row_is = list->flow(&at);
        if (row_is != TMPL_ROW_SKIPPED) {
            return row_is != TMPL_ROW_STOP;
        }
    }
    return false;
}

static void put_slot_op(const struct diff_walk *walk, struct diff *diff)
{
    const struct tmpl_ctx *ctx = &walk->at.ctx;
    const struct tmpl_slot *slot = slot_at(walk);
    uint16_t slot_no = walk->at.level[walk->at.depth - 1].slot;
    switch ((enum tmpl_slot_kind)slot->kind) {
    case TMPL_TEXT: {
        size_t start = diff->bytes.len;
        slot->put(&diff->bytes, ctx);
        diff_put_text(diff, slot, slot_no, start);
        return;
    }
    case TMPL_COND: {
        unsigned pick = slot->pick(ctx);
        WICK_ASSERT(pick <= slot->branch_count);
        struct diff_op *op = diff_put(diff, pick == 0 ? DIFF_EMPTY : DIFF_NODE, slot_no, slot);
        if (pick > 0) {
            op->node = slot->branch[pick - 1];
            WICK_ASSERT_DEBUG(op->node != NULL);
            op->has_list = holds_list(op->node, ctx);
        }
        return;
    }
    case TMPL_LIST:
        diff_put(diff, DIFF_LIST, slot_no, slot)->new_idx = has_row(slot->list, ctx);
        return;
    }
}

void diff_walk_op(const struct diff_walk *walk, struct diff *diff)
{
    WICK_ASSERT(walk->at.depth > 0);
    const struct tmpl_level *level = &walk->at.level[walk->at.depth - 1];
    struct diff_op *op = NULL;
    WICK_ASSERT_DEBUG(walk->stand <= AT_LIST_END);
    switch (walk->stand) {
    case AT_ROW:
        op = diff_put(diff, DIFF_ROW, 0, NULL);
        op->node = slot_at(walk)->list->row;
        return;
    case AT_ELSE:
        op = diff_put(diff, DIFF_ELSE, 0, NULL);
        op->node = slot_at(walk)->list->otherwise;
        WICK_ASSERT_DEBUG(op->node != NULL);
        op->has_list = holds_list(op->node, &walk->at.ctx);
        return;
    case AT_LIST_END:
        diff_put(diff, DIFF_END, 0, NULL);
        return;
    default:
        if (level->slot < level->node->slot_count) {
            put_slot_op(walk, diff);
        } else {
            diff_put(diff, DIFF_END, 0, NULL);
        }
    }
}

/* --- the next one ----------------------------------------------------------------------------- */

/* Past the END of a node: the next row of its list, its list's END, or the slot after it. */
static void leave_node(struct diff_walk *walk)
{
    WICK_ASSERT_DEBUG(walk->at.depth > 1); /* the outermost node was left by next_slot() */
    const struct tmpl_node *node = tmpl_cursor_top(&walk->at)->node;
    tmpl_cursor_leave(&walk->at);
    const struct tmpl_slot *slot = slot_at(walk);
    if (slot->kind != TMPL_LIST) {
        next_slot(walk);
    } else if (node == slot->list->row && tmpl_cursor_next_row(&walk->at, slot->list)) {
        walk->stand = AT_ROW;
    } else {
        walk->stand = AT_LIST_END;
    }
}

static void enter_slot(struct diff_walk *walk, const struct tmpl_slot *slot)
{
    if (slot->kind == TMPL_COND) {
        unsigned pick = slot->pick(&walk->at.ctx);
        WICK_ASSERT_DEBUG(pick <= slot->branch_count);
        if (pick > 0) {
            tmpl_cursor_enter(&walk->at, slot->branch[pick - 1]);
        } else {
            next_slot(walk);
        }
    } else if (slot->kind == TMPL_TEXT) {
        next_slot(walk);
    } else if (tmpl_cursor_first_row(&walk->at, slot->list)) {
        walk->stand = AT_ROW;
    } else {
        bool is_else = walk->at.rows[slot->list->depth].len == 0 && slot->list->otherwise != NULL;
        walk->stand = is_else ? AT_ELSE : AT_LIST_END;
    }
}

void diff_walk_advance(struct diff_walk *walk)
{
    WICK_ASSERT(walk->at.depth > 0);
    const struct tmpl_level *level = tmpl_cursor_top(&walk->at);
    uint8_t stand = walk->stand;
    WICK_ASSERT_DEBUG(stand <= AT_LIST_END);
    walk->stand = AT_SLOT;
    if (stand == AT_ROW) {
        tmpl_cursor_enter(&walk->at, slot_at(walk)->list->row);
    } else if (stand == AT_ELSE) {
        tmpl_cursor_enter(&walk->at, slot_at(walk)->list->otherwise);
    } else if (stand == AT_LIST_END) {
        next_slot(walk);
    } else if (level->slot == level->node->slot_count) {
        leave_node(walk);
    } else {
        enter_slot(walk, slot_at(walk));
    }
    WICK_ASSERT_DEBUG(walk->at.depth > 0 || walk->stand == AT_SLOT);
}

bool diff_walk_next(struct diff_walk *walk, struct diff *diff)
{
    WICK_ASSERT(diff->err == WICK_OK);
    uint32_t start = diff->op_len;
    while (!diff_walk_is_done(walk)) {
        uint32_t op_len = diff->op_len;
        size_t bytes_len = diff->bytes.len;
        diff_walk_op(walk, diff);
        WICK_ASSERT_DEBUG(diff->op_len <= op_len + 1 && diff->bytes.len >= bytes_len);
        if (diff->err != WICK_OK) {
            diff->op_len = op_len;
            buf_cut(&diff->bytes, bytes_len);
            diff->err = op_len > start ? WICK_OK : WICK_E_FULL;
            return true;
        }
        diff_walk_advance(walk);
    }
    return false;
}

enum wick_err diff_snapshot(struct diff *diff, const struct tmpl_node *root,
                            const struct tmpl_ctx *is)
{
    struct diff_walk walk;
    diff_walk_start(&walk, root, is);
    if (diff->err == WICK_OK && diff_walk_next(&walk, diff)) {
        diff->err = WICK_E_FULL;
    }
    WICK_ASSERT_DEBUG(diff->err != WICK_OK || diff_walk_is_done(&walk));
    return diff->err;
}

void diff_put_slot(struct diff *diff, const struct tmpl_slot *slot, const struct tmpl_ctx *is,
                   struct diff_place place)
{
    /* a node that has nothing but this slot */
    struct tmpl_node node = { .slot_count = 1, .slot = slot };
    uint32_t start = diff->op_len;
    if (diff_snapshot(diff, &node, is) == WICK_OK) {
        WICK_ASSERT(diff->op_len > start);
        struct diff_op *op = &diff->op[start];
        WICK_ASSERT_DEBUG(op->at == slot && op->kind <= DIFF_LIST);
        op->slot = place.slot_no;
        op->was = (uint8_t)place.was;
        op->old_idx = place.was_pick;
    }
}
