/* diff.h - two states of a template -> patch operations.
 *
 * Layer: diff (includes base, tmpl). Memory: the caller's struct diff (ops and bytes); nothing is
 * kept between calls.
 *
 * A tree is the state as last sent: a plain copy, so its size is sizeof the state. diff_update()
 * compares the bytes that each slot reads, and renders a slot (from both states) only where they
 * differ; a slot is sent only if its text differs. Operations are a flat list in document order; an
 * encoder is one pass over it.
 */
#ifndef WICK_DIFF_H
#define WICK_DIFF_H

#include "tmpl/tmpl.h"

/* X(name, meaning). Texts, keys and anchors are slices of diff.bytes. A ROW inside LIST has no key:
 * nobody needs it. */
#define DIFF_OPS(X)                                                                                \
    X(TEXT, "slot has a new text")                                                                 \
    X(EMPTY, "slot has nothing now (a branch was switched off)")                                   \
    X(NODE, "slot has a new node: every one of its slots follows, then END")                       \
    X(INTO, "slot keeps its node: its changed slots follow, then END")                             \
    X(LIST, "slot has a new list (or its else node): ROW operations or one ELSE follow, then END") \
    X(ELSE, "inside LIST: the else node: every one of its slots follows, then END")                \
    X(EDIT, "slot keeps its list: DROP, then ROW, KEEP and MOVE in the new order, at most one "    \
            "ORDER, then END")                                                                     \
    X(DROP, "row key is removed")                                                                  \
    X(ROW,                                                                                         \
      "row key is new, behind row after (none: first): every one of its slots follows, then END")  \
    X(KEEP, "row key stays and changed: its changed slots follow, then END")                       \
    X(MOVE,                                                                                        \
      "row key now stands behind row after (none: first); a minimal set, to be done in order")     \
    X(ORDER, "only after a MOVE: text is the keys of all rows in their new order, each behind "    \
             "its length (2 bytes, low first)")                                                    \
    X(END, "closes the innermost open operation")

#define DIFF_OP_ENUM(name, meaning) DIFF_##name,

enum diff_op_kind { DIFF_OPS(DIFF_OP_ENUM) };

#undef DIFF_OP_ENUM

enum diff_was {
    DIFF_WAS_NOTHING,
    DIFF_WAS_TEXT,
    DIFF_WAS_NODE,
    DIFF_WAS_LIST
}; /* what NODE, LIST, EMPTY replace */

struct diff_op {
    uint8_t kind;  /* enum diff_op_kind */
    uint8_t was;   /* enum diff_was */
    uint16_t slot; /* of the innermost open node or row */
    bool has_list; /* NODE, ROW, ELSE: a LIST follows somewhere inside */
    uint32_t old_idx,
        new_idx; /* rows: DROP old, ROW new, KEEP and MOVE both; LIST: new_idx = rows; EDIT: old and
                  * new counts; NODE: old_idx = 1 + index of the branch that it replaces, 0: none */
    uint32_t text, text_len;      /* TEXT, ORDER */
    uint32_t key, key_len;        /* rows of an EDIT */
    uint32_t after, after_len;    /* ROW, MOVE; after_len 0: first */
    const struct tmpl_node *node; /* NODE, INTO, ROW, KEEP, ELSE: whose slots follow */
    const struct tmpl_slot *at;   /* the slot's description; rows: NULL */
};

enum {
    DIFF_DEPTH_MAX =
        24, /* operations open at once: a node counts 1, a list 2; deeper: WICK_E_FULL */
    DIFF_MAP_PER_ROW = 8, /* words of diff.map for each row of the longest list, and 3 more for each
                             row of the lists around it */
    DIFF_ROWS_MAX = 1 << 19,
};

struct diff {
    struct diff_op *op; /* [op_cap] */
    uint32_t op_cap, op_len;
    struct buf bytes;   /* texts and keys */
    struct buf scratch; /* one rendered slot or two keys: WICK_SLOT_LEN_MAX; a slot that does not
                           fit counts as changed */
    uint32_t *map;      /* [map_cap] working space for row matching, see DIFF_MAP_PER_ROW */
    uint32_t map_cap;
    enum wick_err
        err; /* WICK_E_FULL: a limit was reached; the operations are useless, send a snapshot */
};

enum diff_scope {
    DIFF_SHARED,  /* only slots that depend on the device alone: published to all viewers */
    DIFF_PRIVATE, /* only the others: for one view */
    DIFF_WHOLE,   /* all */
};

/** Forget the operations of the last run (keeps the memory). */
void diff_reset(struct diff *diff);
/** Append the operations that lead from state was to state is. None appended: nothing to send.
 *  The scope is decided at the slots of the root node; below a root slot everything belongs to it.
 */
WICK_MUST_CHECK enum wick_err diff_update(struct diff *diff, const struct tmpl_node *root,
                                          const struct tmpl_ctx *was, const struct tmpl_ctx *is,
                                          enum diff_scope scope);
/** Append the operations of the whole tree: one for every slot of root, as if there had been
 * nothing. */
WICK_MUST_CHECK enum wick_err diff_snapshot(struct diff *diff, const struct tmpl_node *root,
                                            const struct tmpl_ctx *is);

#endif
