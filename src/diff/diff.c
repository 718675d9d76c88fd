/* diff.c - nodes, texts and branches of two states -> operations. Lists: diff_list.c. */
#include "base/mem.h"
#include "diff/diff_priv.h"

#include <string.h>

void diff_fail(struct diff *diff)
{
    WICK_ASSERT_DEBUG(diff->err == WICK_OK || diff->err == WICK_E_FULL);
    if (diff->err == WICK_OK) {
        diff->err = WICK_E_FULL;
    }
}

struct diff_op *diff_put(struct diff *diff, enum diff_op_kind kind, uint16_t slot_no,
                         const struct tmpl_slot *at)
{
    struct diff_op *op = &diff->spare;
    WICK_ASSERT(diff->op_len <= diff->op_cap);
    WICK_ASSERT_DEBUG(kind <= DIFF_END);
    WICK_ASSERT_DEBUG((at != NULL) == (kind <= DIFF_LIST || kind == DIFF_EDIT));
    if (diff->op_len < diff->op_cap) {
        op = &diff->op[diff->op_len++];
    } else {
        diff_fail(diff);
    }
    memset(op, 0, sizeof *op);
    op->kind = (uint8_t)kind;
    op->slot = slot_no;
    op->at = at;
    return op;
}

void diff_put_text(struct diff *diff, const struct tmpl_slot *slot, uint16_t slot_no, size_t start)
{
    struct buf *bytes = &diff->bytes;
    WICK_ASSERT_DEBUG(slot->kind == TMPL_TEXT);
    WICK_ASSERT_DEBUG(start <= bytes->len && bytes->len <= bytes->cap);
    if (bytes->err != WICK_OK || bytes->len > UINT32_MAX) {
        diff_fail(diff);
        return;
    }
    struct diff_op *op = diff_put(diff, DIFF_TEXT, slot_no, slot);
    op->text = (uint32_t)start;
    op->text_len = (uint32_t)(bytes->len - start);
}

struct diff_open diff_begin(struct diff_run *run, enum diff_op_kind kind, uint16_t slot_no,
                            const struct tmpl_slot *at)
{
    struct diff_open open = { .op_len = run->diff->op_len, .bytes_len = run->diff->bytes.len };
    WICK_ASSERT_DEBUG(diff_opens((uint8_t)kind));
    open.op = diff_put(run->diff, kind, slot_no, at);
    run->depth++;
    WICK_ASSERT(run->depth <= DIFF_DEPTH_MAX); /* wickc bounds the depth of templates */
    return open;
}

void diff_end(struct diff_run *run)
{
    WICK_ASSERT(run->depth > 0);
    WICK_ASSERT_DEBUG(run->diff->op_len > 0 || run->diff->err != WICK_OK);
    run->depth--;
    diff_put(run->diff, DIFF_END, 0, NULL);
}

void diff_retract(struct diff_run *run, const struct diff_open *open)
{
    WICK_ASSERT(run->depth > 0);
    WICK_ASSERT_DEBUG(open->op_len <= run->diff->op_len && open->bytes_len <= run->diff->bytes.len);
    run->depth--;
    if (run->diff->err == WICK_OK) { /* else the operations are useless anyway */
        run->diff->op_len = open->op_len;
        buf_cut(&run->diff->bytes, open->bytes_len);
    }
}

bool diff_is_bare(const struct diff_run *run, const struct diff_open *open)
{
    WICK_ASSERT_DEBUG(run->diff->op_len > open->op_len || run->diff->err != WICK_OK);
    return run->diff->op_len == open->op_len + 1;
}

bool diff_opens(uint8_t kind)
{
    WICK_ASSERT_DEBUG(kind <= DIFF_END);
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

/* --- compared --------------------------------------------------------------------------------- */

static void diff_text(struct diff_run *run, const struct tmpl_slot *slot, uint16_t slot_no)
{
    struct buf *bytes = &run->diff->bytes;
    struct buf *scratch = &run->diff->scratch;
    size_t start = bytes->len;
    buf_cut(scratch, 0);
    slot->put(scratch, &run->was);
    slot->put(bytes, &run->is);
    WICK_ASSERT_DEBUG(bytes->len >= start && scratch->len <= scratch->cap);
    size_t len = bytes->len - start;
    bool is_same = bytes->err == WICK_OK && scratch->err == WICK_OK && len == scratch->len &&
                   mem_eq(bytes->ptr + start, scratch->ptr, len);
    if (is_same) {
        buf_cut(bytes, start);
    } else {
        diff_put_text(run->diff, slot, slot_no, start);
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
    unsigned was = slot->pick(&run->was);
    unsigned is = slot->pick(&run->is);
    WICK_ASSERT_DEBUG(was <= slot->branch_count && is <= slot->branch_count);
    if (was != is) {
        if (was == 0 || is == 0 || !is_same_text(slot->branch[was - 1], slot->branch[is - 1])) {
            struct diff_place place = { slot_no, was == 0 ? DIFF_WAS_NOTHING : DIFF_WAS_NODE, was };
            diff_put_slot(run->diff, slot, &run->is, place);
        }
        return;
    }
    if (is == 0) {
        return;
    }
    WICK_ASSERT(is <= slot->branch_count);
    struct diff_open open = diff_begin(run, DIFF_INTO, slot_no, slot);
    open.op->was = DIFF_WAS_NODE;
    open.op->node = slot->branch[is - 1];
    WICK_ASSERT_DEBUG(open.op->node != NULL);
    diff_node(run, slot->branch[is - 1]);
    if (diff_is_bare(run, &open)) {
        diff_retract(run, &open);
    } else {
        diff_end(run);
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): bounded by DIFF_DEPTH_MAX, which stops the run */
static void diff_slot(struct diff_run *run, const struct tmpl_slot *slot, uint16_t slot_no)
{
    WICK_ASSERT_DEBUG(slot->kind <= TMPL_LIST && run->map_used <= run->diff->map_cap);
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
    uint32_t depth __attribute__((unused)) = run->depth;
    uint32_t map_used __attribute__((unused)) = run->map_used;
    for (uint16_t slot_no = 0; slot_no < node->slot_count && run->diff->err == WICK_OK; slot_no++) {
        diff_slot(run, &node->slot[slot_no], slot_no);
    }
    WICK_ASSERT_DEBUG(run->depth == depth || run->diff->err != WICK_OK);
    WICK_ASSERT_DEBUG(run->map_used == map_used);
}

/* --- entries ---------------------------------------------------------------------------------- */

void diff_reset(struct diff *diff)
{
    WICK_ASSERT_DEBUG(diff->op != NULL || diff->op_cap == 0);
    WICK_ASSERT_DEBUG(diff->map != NULL || diff->map_cap == 0);
    diff->op_len = 0;
    diff->err = WICK_OK;
    buf_cut(&diff->bytes, 0);
    buf_cut(&diff->scratch, 0);
}

static bool is_in_scope(const struct tmpl_slot *slot, enum diff_scope scope)
{
    bool is_private = (slot->flags & TMPL_PRIVATE) != 0;
    WICK_ASSERT_DEBUG(scope <= DIFF_WHOLE);
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
    WICK_ASSERT_DEBUG(run.depth == 0 || diff->err != WICK_OK);
    WICK_ASSERT_DEBUG(run.map_used == 0);
    return diff->err;
}
