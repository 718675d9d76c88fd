/* tmpl_walk.h - a node and a state -> HTML in pieces of any size.
 *
 * Layer:     tmpl (includes base).
 * Memory:    the caller's: a struct tmpl_walk (its size is constant), a window for each piece, a
 *            scratch buffer. Nothing is kept elsewhere; any number of walks may be in progress.
 * Ownership: a walk holds copies of the context's pointers. The states that they point to must not
 *            change until the walk has ended; give it a frozen copy when they might.
 * Blocking:  never.
 * Re-entry:  the functions of a template must not start a walk on the same buffers.
 * Cost:      linear in the output, plus at most three extra renderings of one slot per window.
 * Limits:    WICK_NODE_DEPTH_MAX nested nodes; wickc refuses deeper templates. A single slot's text
 *            must fit into the scratch buffer, else WICK_E_FULL.
 *
 * Marks: on request the renderer writes "<!---->" before and "<!--/-->" after each slot in element
 * content. wick.js finds the slots of a page by them. They are no part of the statics.
 */
#ifndef WICK_TMPL_WALK_H
#define WICK_TMPL_WALK_H

#include "tmpl/tmpl.h"

/* An open node and the slot at which the cursor stands in it. */
struct tmpl_level {
    const struct tmpl_node *node;
    uint16_t slot; /* < node->slot_count; == : at the end of the node */
};

/* A place in the tree of nodes that a state selects: the open nodes, and the current row of each
 * list around. Branches and rows are entered by the functions below, left by tmpl_cursor_leave().
 */
struct tmpl_cursor {
    struct tmpl_ctx ctx;
    uint16_t depth;    /* levels in use */
    uint8_t last_rows; /* bit d: the current row of the list at row depth d ends it ({{break}}) */
    struct tmpl_rows rows[WICK_ROW_DEPTH_MAX]; /* of the lists around */
    struct tmpl_level level[WICK_NODE_DEPTH_MAX];
};

struct tmpl_walk {
    struct tmpl_cursor at;
    size_t off;     /* bytes of the present gap or slot that earlier windows have taken */
    bool has_rest;  /* the window before ended inside of a gap or slot, or before one */
    bool is_inside; /* has_rest: of a slot; the gap before it was written */
    uint8_t marked; /* the place whose slots get marks; 0xff: none */
};

enum tmpl_marks { TMPL_UNMARKED, TMPL_MARKED };

/** Prepare a walk over everything that node shows in ctx. */
void tmpl_walk_start(struct tmpl_walk *walk, const struct tmpl_node *node,
                     const struct tmpl_ctx *ctx, enum tmpl_marks marks);

/** Append the next bytes to out, as many as fit.
 *
 * @param out      a window of any size. Its free bytes are filled up to the last one.
 * @param scratch  room for one slot that does not fit into the rest of the window; its content is
 *                 overwritten. NULL: such a slot is an error instead.
 *
 * @return true: the window is full and there is more, or out->err is WICK_E_FULL: a slot does not
 *         fit into scratch (then nothing of it was written, the walk stands before it).
 *         false: the walk has ended.
 */
bool tmpl_walk_next(struct tmpl_walk *walk, struct buf *out, struct buf *scratch);

#define TMPL_LENGTH_UNKNOWN UINT64_MAX

/** Bytes that a walk would give: a walk that writes into scratch alone. @return
 * TMPL_LENGTH_UNKNOWN when a slot does not fit into scratch. */
uint64_t tmpl_length(const struct tmpl_node *node, const struct tmpl_ctx *ctx,
                     enum tmpl_marks marks, struct buf *scratch);

/* --- cursor: for whoever turns the same tree into something else (src/diff) ------------------- */

/** Stand at the first slot of node, the only open one. */
void tmpl_cursor_start(struct tmpl_cursor *at, const struct tmpl_node *node,
                       const struct tmpl_ctx *ctx);

/** The innermost open node. @pre depth > 0. */
static inline struct tmpl_level *tmpl_cursor_top(struct tmpl_cursor *at)
{
    return &at->level[at->depth - 1];
}

/** Stand at the first slot of node, which is inside of the present slot. */
void tmpl_cursor_enter(struct tmpl_cursor *at, const struct tmpl_node *node);
/** Close the innermost node; the slot that it stands in stays the present one. */
void tmpl_cursor_leave(struct tmpl_cursor *at);
/** Make the first row of list, or the one after the present row, the current one in ctx.
 * @return false: there is none. */
bool tmpl_cursor_first_row(struct tmpl_cursor *at, const struct tmpl_list *list);
bool tmpl_cursor_next_row(struct tmpl_cursor *at, const struct tmpl_list *list);

#endif
