/* tmpl_walk.c - see tmpl_walk.h.
 *
 * The output of a node alternates between gaps and slots. The gap before slot k consists of the
 * closing mark of slot k - 1, static k and the opening mark of slot k; the last gap is what follows
 * the last slot. put_texts() writes gaps and TEXT slots straight into the window while they fit;
 * only the one at a window's end goes through put_gap_part() or put_slot_part(). A slot that does
 * not fit is rendered into the scratch buffer and copied in part; the next window renders it again
 * and skips what was taken.
 */
#include "tmpl/tmpl_walk.h"

#include "base/mem.h"

#include <string.h>

#define MARK_OPEN  "<!---->"
#define MARK_CLOSE "<!--/-->"

enum { MARK_OPEN_LEN = sizeof MARK_OPEN - 1, MARK_CLOSE_LEN = sizeof MARK_CLOSE - 1 };

enum { NOWHERE = 0xff }; /* no place: nothing gets marks */

/* --- cursor ----------------------------------------------------------------------------------- */

void tmpl_cursor_start(struct tmpl_cursor *at, const struct tmpl_node *node,
                       const struct tmpl_ctx *ctx)
{
    at->ctx = *ctx;
    at->depth = 1;
    at->last_rows = 0;
    at->level[0].node = node;
    at->level[0].slot = 0;
}

void tmpl_cursor_enter(struct tmpl_cursor *at, const struct tmpl_node *node)
{
    WICK_ASSERT(at->depth > 0 && at->depth < WICK_NODE_DEPTH_MAX);
    struct tmpl_level *level = &at->level[at->depth++];
    level->node = node;
    level->slot = 0;
}

void tmpl_cursor_leave(struct tmpl_cursor *at)
{
    WICK_ASSERT(at->depth > 0);
    at->depth--;
}

/* The first row that is shown, from element idx on. */
static bool show_row(struct tmpl_cursor *at, const struct tmpl_list *list, uint32_t idx)
{
    const struct tmpl_rows *rows = &at->rows[list->depth];
    for (; idx < rows->len; idx++) {
        at->ctx.row[list->depth] = (const uint8_t *)rows->base + (size_t)idx * list->row_size;
        at->ctx.idx[list->depth] = idx;
        if (list->flow == NULL) {
            return true;
        }
        switch (list->flow(&at->ctx)) {
        case TMPL_ROW_SHOWN:
            return true;
        case TMPL_ROW_LAST:
            at->last_rows |= (uint8_t)(1u << list->depth);
            return true;
        case TMPL_ROW_STOP:
            return false;
        case TMPL_ROW_SKIPPED:
            break;
        }
    }
    return false;
}

bool tmpl_cursor_first_row(struct tmpl_cursor *at, const struct tmpl_list *list)
{
    WICK_ASSERT(list->depth < WICK_ROW_DEPTH_MAX);
    at->rows[list->depth] = list->rows(&at->ctx);
    at->last_rows &= (uint8_t) ~(1u << list->depth);
    return show_row(at, list, 0);
}

static inline bool next_row(struct tmpl_cursor *at, const struct tmpl_list *list)
{
    uint8_t depth = list->depth;
    uint32_t idx = at->ctx.idx[depth] + 1;
    if (list->flow != NULL) {
        bool is_last = (at->last_rows >> depth & 1) != 0;
        return !is_last && show_row(at, list, idx);
    }
    if (idx >= at->rows[depth].len) {
        return false;
    }
    at->ctx.idx[depth] = idx;
    at->ctx.row[depth] = (const uint8_t *)at->ctx.row[depth] + list->row_size;
    return true;
}

bool tmpl_cursor_next_row(struct tmpl_cursor *at, const struct tmpl_list *list)
{
    return next_row(at, list);
}

/* --- walk ------------------------------------------------------------------------------------- */

void tmpl_walk_start(struct tmpl_walk *walk, const struct tmpl_node *node,
                     const struct tmpl_ctx *ctx, enum tmpl_marks marks)
{
    tmpl_cursor_start(&walk->at, node, ctx);
    walk->off = 0;
    walk->has_rest = false;
    walk->is_inside = false;
    walk->marked = marks == TMPL_MARKED ? TMPL_IN_CONTENT : NOWHERE;
}

/* Append what fits of text, which begins at *start of the present gap or slot; walk->off bytes of
 * that were taken by earlier windows. @return false: the window is full. */
static bool put_part(struct tmpl_walk *walk, struct buf *out, struct str text, size_t *start)
{
    size_t end = *start + text.len;
    if (walk->off < end) {
        size_t rest = end - walk->off;
        size_t room = out->cap - out->len;
        size_t len = rest < room ? rest : room;
        buf_put(out, text.ptr + (text.len - rest), len);
        walk->off += len;
    }
    *start = end;
    return walk->off >= end;
}

/* The gap at which level stands, at the end of a window or at the begin of the next one. @return
 * false: the window is full. */
static bool put_gap_part(struct tmpl_walk *walk, const struct tmpl_level *level, struct buf *out)
{
    const struct tmpl_node *node = level->node;
    uint16_t slot_no = level->slot;
    size_t start = 0;
    if (slot_no > 0 && node->slot[slot_no - 1].place == walk->marked &&
        !put_part(walk, out, STR(MARK_CLOSE), &start)) {
        return false;
    }
    if (!put_part(walk, out, node->statics[slot_no], &start)) {
        return false;
    }
    if (slot_no < node->slot_count && node->slot[slot_no].place == walk->marked &&
        !put_part(walk, out, STR(MARK_OPEN), &start)) {
        return false;
    }
    walk->off = 0;
    return true;
}

/* A gap, if it fits as a whole. */
__attribute__((always_inline)) static inline bool put_gap(struct buf *out, struct str text,
                                                          bool closes, bool opens)
{
    size_t room = out->cap - out->len;
    uint8_t *to = out->ptr + out->len;
    if (!closes && !opens) {
        if (text.len > room) {
            return false;
        }
        mem_copy(to, text.ptr, text.len);
        out->len += text.len;
        return true;
    }
    size_t len = text.len + (closes ? MARK_CLOSE_LEN : 0) + (opens ? MARK_OPEN_LEN : 0);
    if (len > room) {
        return false;
    }
    if (closes) {
        memcpy(to, MARK_CLOSE, MARK_CLOSE_LEN);
        to += MARK_CLOSE_LEN;
    }
    mem_copy(to, text.ptr, text.len);
    if (opens) {
        memcpy(to + text.len, MARK_OPEN, MARK_OPEN_LEN);
    }
    out->len += len;
    return true;
}

/* The TEXT slot at which level stands, or the part of it that fits. @return false: the window is
 * full, or out->err is set. */
static bool put_slot_part(struct tmpl_walk *walk, const struct tmpl_slot *slot, struct buf *out,
                          struct buf *scratch)
{
    if (walk->off == 0) {
        size_t before = out->len;
        slot->put(out, &walk->at.ctx);
        if (out->err == WICK_OK) {
            return true;
        }
        buf_cut(out, before);
    }
    if (scratch != NULL) {
        buf_cut(scratch, 0);
        slot->put(scratch, &walk->at.ctx);
    }
    if (scratch == NULL || scratch->err != WICK_OK) {
        buf_fail(out, WICK_E_FULL);
        return false;
    }
    WICK_ASSERT(walk->off <= scratch->len); /* the state has not changed since */
    size_t start = 0;
    if (!put_part(walk, out, buf_str(scratch), &start)) {
        return false;
    }
    walk->off = 0;
    return true;
}

/* Gaps and TEXT slots from where level stands, as long as they fit. @return true: the gap before a
 * COND or LIST slot or the last gap of the node was written, too; false: what comes next does not
 * fit as a whole. */
static bool put_texts(struct tmpl_walk *walk, struct tmpl_level *level, struct buf *out)
{
    const struct tmpl_node *node = level->node;
    const struct str *text = &node->statics[level->slot];
    uint16_t count = node->slot_count;
    if (count == 0) {
        return put_gap(out, *text, false, false);
    }
    const struct tmpl_slot *slot = &node->slot[level->slot];
    const struct tmpl_slot *end = &node->slot[count];
    bool closes = level->slot > 0 && slot[-1].place == walk->marked;
    while (slot < end) {
        bool opens = slot->place == walk->marked;
        bool has_fit = put_gap(out, *text, closes, opens);
        if (!has_fit || slot->kind != TMPL_TEXT) {
            level->slot = (uint16_t)(text - node->statics);
            return has_fit;
        }
        size_t before = out->len;
        slot->put(out, &walk->at.ctx);
        if (out->err != WICK_OK) {
            buf_cut(out, before);
            walk->is_inside = true;
            level->slot = (uint16_t)(text - node->statics);
            return false;
        }
        closes = opens;
        slot++;
        text++;
    }
    level->slot = count;
    return put_gap(out, *text, closes, false);
}

/* At the end of a node: the next row of its list, else back to the slot that it stands in. */
static inline void end_node(struct tmpl_cursor *at, struct tmpl_level *level)
{
    if (at->depth > 1) {
        struct tmpl_level *up = level - 1;
        const struct tmpl_slot *slot = &up->node->slot[up->slot];
        if (slot->kind == TMPL_LIST && level->node == slot->list->row && next_row(at, slot->list)) {
            level->slot = 0;
            return;
        }
        up->slot++;
    }
    tmpl_cursor_leave(at);
}

/* Into the node that a COND or LIST slot shows, past the slot when it shows none. */
static void enter_slot(struct tmpl_cursor *at, struct tmpl_level *level,
                       const struct tmpl_slot *slot)
{
    const struct tmpl_node *node = NULL;
    if (slot->kind == TMPL_COND) {
        unsigned pick = slot->pick(&at->ctx);
        WICK_ASSERT(pick <= slot->branch_count);
        node = pick > 0 ? slot->branch[pick - 1] : NULL;
    } else if (tmpl_cursor_first_row(at, slot->list)) {
        node = slot->list->row;
    } else if (at->rows[slot->list->depth].len == 0) {
        node = slot->list->otherwise;
    }
    if (node != NULL) {
        tmpl_cursor_enter(at, node);
    } else {
        level->slot++;
    }
}

/* From the end of a node, or a COND or LIST slot, to where there is something to write again. */
static inline void move_on(struct tmpl_cursor *at, struct tmpl_level *level)
{
    if (level->slot == level->node->slot_count) {
        end_node(at, level);
    } else {
        enter_slot(at, level, &level->node->slot[level->slot]);
    }
}

/* What put_texts() could not write as a whole. @return false: the window is full, or out->err is
 * set. */
static bool put_rest(struct tmpl_walk *walk, struct tmpl_level *level, struct buf *out,
                     struct buf *scratch)
{
    const struct tmpl_node *node = level->node;
    walk->has_rest = true;
    if (!walk->is_inside && !put_gap_part(walk, level, out)) {
        return false;
    }
    walk->is_inside = true;
    if (level->slot < node->slot_count && node->slot[level->slot].kind == TMPL_TEXT) {
        if (!put_slot_part(walk, &node->slot[level->slot], out, scratch)) {
            return false;
        }
        level->slot++;
    } else {
        move_on(&walk->at, level);
    }
    walk->has_rest = false;
    walk->is_inside = false;
    return true;
}

bool tmpl_walk_next(struct tmpl_walk *walk, struct buf *out, struct buf *scratch)
{
    WICK_ASSERT(scratch == NULL || scratch->ptr != out->ptr);
    struct tmpl_cursor *at = &walk->at;
    if (out->err != WICK_OK) {
        return at->depth > 0;
    }
    while (at->depth > 0) {
        struct tmpl_level *level = tmpl_cursor_top(at);
        if (!walk->has_rest && put_texts(walk, level, out)) {
            move_on(at, level);
        } else if (!put_rest(walk, level, out, scratch)) {
            return true;
        }
    }
    return false;
}

/* --- whole ------------------------------------------------------------------------------------ */

uint64_t tmpl_length(const struct tmpl_node *node, const struct tmpl_ctx *ctx,
                     enum tmpl_marks marks, struct buf *scratch)
{
    struct tmpl_walk walk;
    uint64_t len = 0;
    bool has_more = true;
    tmpl_walk_start(&walk, node, ctx, marks);
    while (has_more) {
        buf_cut(scratch, 0);
        has_more = tmpl_walk_next(&walk, scratch, NULL);
        if (has_more && scratch->len == 0) {
            return TMPL_LENGTH_UNKNOWN; /* a slot does not fit even into an empty window */
        }
        len += scratch->len;
    }
    return len;
}

static void render_as(struct buf *out, const struct tmpl_node *node, const struct tmpl_ctx *ctx,
                      enum tmpl_marks marks)
{
    struct tmpl_walk walk;
    tmpl_walk_start(&walk, node, ctx, marks);
    if (tmpl_walk_next(&walk, out, NULL)) {
        buf_fail(out, WICK_E_FULL);
    }
}

void tmpl_render(struct buf *out, const struct tmpl_node *node, const struct tmpl_ctx *ctx)
{
    render_as(out, node, ctx, TMPL_UNMARKED);
}

void tmpl_render_marked(struct buf *out, const struct tmpl_node *node, const struct tmpl_ctx *ctx)
{
    render_as(out, node, ctx, TMPL_MARKED);
}
