/* diff.c - nodes, texts and branches of two states -> operations. Lists: diff_list.c. */
#include "base/mem.h"
#include "diff/diff_priv.h"

#include <string.h>

void diff_fail(struct diff_run *run)
{
    if (run->diff->err == WICK_OK) {
        run->diff->err = WICK_E_FULL;
    }
}

struct diff_op *diff_push(struct diff_run *run, enum diff_op_kind kind, uint16_t slot_no,
                          const struct tmpl_slot *at)
{
    struct diff *diff = run->diff;
    struct diff_op *op = &run->spare;
    if (diff->op_len < diff->op_cap) {
        op = &diff->op[diff->op_len++];
    } else {
        diff_fail(run);
    }
    memset(op, 0, sizeof *op);
    op->kind = (uint8_t)kind;
    op->slot = slot_no;
    op->at = at;
    return op;
}

struct diff_open diff_begin(struct diff_run *run, enum diff_op_kind kind, uint16_t slot_no,
                            const struct tmpl_slot *at)
{
    const struct diff_open before = { .op_len = run->diff->op_len,
                                      .bytes_len = run->diff->bytes.len,
                                      .list_count = run->list_count };
    struct diff_open open = before;
    open.op = diff_push(run, kind, slot_no, at);
    if (++run->depth > DIFF_DEPTH_MAX) {
        diff_fail(run);
    }
    return open;
}

void diff_end(struct diff_run *run, const struct diff_open *open)
{
    open->op->has_list = run->list_count != open->list_count;
    run->depth--;
    diff_push(run, DIFF_END, 0, NULL);
}

void diff_retract(struct diff_run *run, const struct diff_open *open)
{
    if (run->diff->err != WICK_OK) {
        return; /* useless anyway; depth stays too high, which only ends the run */
    }
    run->diff->op_len = open->op_len;
    buf_cut(&run->diff->bytes, open->bytes_len);
    run->list_count = open->list_count;
    run->depth--;
}

bool diff_is_bare(const struct diff_run *run, const struct diff_open *open)
{
    return run->diff->op_len == open->op_len + 1;
}

bool diff_opens(uint8_t kind)
{
    switch ((enum diff_op_kind)kind) {
    case DIFF_NODE:
    case DIFF_INTO:
    case DIFF_LIST:
    case DIFF_ELSE:
    case DIFF_EDIT:
    case DIFF_ROW:
    case DIFF_KEEP:
        return true;
    case DIFF_TEXT:
    case DIFF_EMPTY:
    case DIFF_DROP:
    case DIFF_MOVE:
    case DIFF_ORDER:
    case DIFF_END:
        return false;
    }
    return false;
}

/* --- complete --------------------------------------------------------------------------------- */

static void put_text(struct diff_run *run, const struct tmpl_slot *slot, uint16_t slot_no,
                     size_t start)
{
    struct buf *bytes = &run->diff->bytes;
    if (bytes->err != WICK_OK || bytes->len > UINT32_MAX) {
        diff_fail(run);
        return;
    }
    struct diff_op *op = diff_push(run, DIFF_TEXT, slot_no, slot);
    op->text = (uint32_t)start;
    op->text_len = (uint32_t)(bytes->len - start);
}

/* NOLINTNEXTLINE(misc-no-recursion): bounded by DIFF_DEPTH_MAX, which stops the run */
static void put_branch(struct diff_run *run, const struct tmpl_slot *slot, uint16_t slot_no,
                       enum diff_was was, unsigned was_pick)
{
    const unsigned pick = slot->pick(&run->is);
    WICK_ASSERT(pick <= slot->branch_count);
    if (pick == 0) {
        diff_push(run, DIFF_EMPTY, slot_no, slot)->was = (uint8_t)was;
        return;
    }
    const struct tmpl_node *node = slot->branch[pick - 1];
    const struct diff_open open = diff_begin(run, DIFF_NODE, slot_no, slot);
    open.op->was = (uint8_t)was;
    open.op->old_idx = was_pick;
    open.op->node = node;
    diff_put_node(run, node);
    diff_end(run, &open);
}

/* NOLINTNEXTLINE(misc-no-recursion): bounded by DIFF_DEPTH_MAX, which stops the run */
static void put_slot(struct diff_run *run, const struct tmpl_slot *slot, uint16_t slot_no)
{
    switch ((enum tmpl_slot_kind)slot->kind) {
    case TMPL_TEXT: {
        const size_t start = run->diff->bytes.len;
        slot->put(&run->diff->bytes, &run->is);
        put_text(run, slot, slot_no, start);
        return;
    }
    case TMPL_COND:
        put_branch(run, slot, slot_no, DIFF_WAS_NOTHING, 0);
        return;
    case TMPL_LIST:
        diff_put_list(run, slot, slot_no, DIFF_WAS_NOTHING);
        return;
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): bounded by DIFF_DEPTH_MAX, which stops the run */
void diff_put_node(struct diff_run *run, const struct tmpl_node *node)
{
    for (uint16_t slot_no = 0; slot_no < node->slot_count && run->diff->err == WICK_OK; slot_no++) {
        put_slot(run, &node->slot[slot_no], slot_no);
    }
}

/* --- compared --------------------------------------------------------------------------------- */

static void diff_text(struct diff_run *run, const struct tmpl_slot *slot, uint16_t slot_no)
{
    struct buf *bytes = &run->diff->bytes;
    struct buf *scratch = &run->diff->scratch;
    const size_t start = bytes->len;
    buf_cut(scratch, 0);
    slot->put(scratch, &run->was);
    slot->put(bytes, &run->is);
    const size_t len = bytes->len - start;
    const bool is_same = bytes->err == WICK_OK && scratch->err == WICK_OK && len == scratch->len &&
                         mem_eq(bytes->ptr + start, scratch->ptr, len);
    if (is_same) {
        buf_cut(bytes, start);
    } else {
        put_text(run, slot, slot_no, start);
    }
}

/* Two branches without slots that read alike. */
static bool is_same_text(const struct tmpl_node *a, const struct tmpl_node *b)
{
    return a->slot_count == 0 && b->slot_count == 0 && str_eq(a->statics[0], b->statics[0]);
}

/* NOLINTNEXTLINE(misc-no-recursion): bounded by DIFF_DEPTH_MAX, which stops the run */
static void diff_branch(struct diff_run *run, const struct tmpl_slot *slot, uint16_t slot_no)
{
    const unsigned was = slot->pick(&run->was);
    const unsigned is = slot->pick(&run->is);
    if (was != is) {
        if (was == 0 || is == 0 || !is_same_text(slot->branch[was - 1], slot->branch[is - 1])) {
            put_branch(run, slot, slot_no, was == 0 ? DIFF_WAS_NOTHING : DIFF_WAS_NODE, was);
        }
        return;
    }
    if (is == 0) {
        return;
    }
    WICK_ASSERT(is <= slot->branch_count);
    const struct diff_open open = diff_begin(run, DIFF_INTO, slot_no, slot);
    open.op->was = DIFF_WAS_NODE;
    open.op->node = slot->branch[is - 1];
    diff_node(run, slot->branch[is - 1]);
    if (diff_is_bare(run, &open)) {
        diff_retract(run, &open);
    } else {
        diff_end(run, &open);
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): bounded by DIFF_DEPTH_MAX, which stops the run */
static void diff_slot(struct diff_run *run, const struct tmpl_slot *slot, uint16_t slot_no)
{
    if (!tmpl_differs(&slot->all, &run->was, &run->is)) {
        return;
    }
    switch ((enum tmpl_slot_kind)slot->kind) {
    case TMPL_TEXT:
        diff_text(run, slot, slot_no);
        return;
    case TMPL_COND:
        diff_branch(run, slot, slot_no);
        return;
    case TMPL_LIST:
        diff_list(run, slot, slot_no);
        return;
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): bounded by DIFF_DEPTH_MAX, which stops the run */
void diff_node(struct diff_run *run, const struct tmpl_node *node)
{
    for (uint16_t slot_no = 0; slot_no < node->slot_count && run->diff->err == WICK_OK; slot_no++) {
        diff_slot(run, &node->slot[slot_no], slot_no);
    }
}

/* --- entries ---------------------------------------------------------------------------------- */

void diff_reset(struct diff *diff)
{
    diff->op_len = 0;
    diff->err = WICK_OK;
    buf_cut(&diff->bytes, 0);
    buf_cut(&diff->scratch, 0);
}

static bool is_in_scope(const struct tmpl_slot *slot, enum diff_scope scope)
{
    const bool is_private = (slot->flags & TMPL_PRIVATE) != 0;
    switch (scope) {
    case DIFF_SHARED:
        return !is_private;
    case DIFF_PRIVATE:
        return is_private;
    case DIFF_WHOLE:
        return true;
    }
    return true;
}

enum wick_err diff_update(struct diff *diff, const struct tmpl_node *root,
                          const struct tmpl_ctx *was, const struct tmpl_ctx *is,
                          enum diff_scope scope)
{
    struct diff_run run = { .diff = diff, .was = *was, .is = *is };
    for (uint16_t slot_no = 0; slot_no < root->slot_count && diff->err == WICK_OK; slot_no++) {
        if (is_in_scope(&root->slot[slot_no], scope)) {
            diff_slot(&run, &root->slot[slot_no], slot_no);
        }
    }
    return diff->err;
}

enum wick_err diff_snapshot(struct diff *diff, const struct tmpl_node *root,
                            const struct tmpl_ctx *is)
{
    struct diff_run run = { .diff = diff, .was = *is, .is = *is };
    diff_put_node(&run, root);
    return diff->err;
}
