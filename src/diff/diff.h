/* diff.h - two states of a template -> patch operations; one state -> all of them.
 *
 * Layer:     diff (includes base, tmpl).
 * Memory:    the caller's struct diff (operations, texts, working space) and struct diff_walk;
 *            nothing is kept between calls.
 * Ownership: operations point into the template's constant tables and, by offset, into diff->bytes.
 *            States are borrowed for the length of a call; those of a walk until it has ended.
 * NULL:      a part of a context that the template does not read may be NULL.
 * Limits:    the caller's: op_cap, the capacities of bytes and scratch, map_cap.
 * Errors:    WICK_E_FULL, kept in diff->err until diff_reset(): an update needs more room; send a
 *            snapshot instead. A walk never fails for lack of room as long as one operation fits.
 * Blocking:  never. Re-entry: on different struct diff only.
 *
 * What a client shows is a state as last sent: a plain copy, so its size is sizeof the state.
 * diff_update() compares the bytes that each slot reads, and renders a slot (from both states) only
 * where they differ; a slot is sent only if its text differs. Operations are a flat list in
 * document order; an encoder (src/wire) is one pass over it.
 */
#ifndef WICK_DIFF_H
#define WICK_DIFF_H

#include "tmpl/tmpl_walk.h"

/* X(name, meaning). Texts, keys and anchors are slices of diff.bytes. A ROW inside LIST has neither
 * key nor anchor. */
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
      "row key is new, after row after (none: first): every one of its slots follows, then END")   \
    X(KEEP, "row key stays and changed: its changed slots follow, then END")                       \
    X(MOVE, "row key now follows row after (none: first); a minimal set, to be done in order")     \
    X(ORDER, "only after a MOVE: text is the keys of all rows in their new order, each after "     \
             "its length (2 bytes, low first)")                                                    \
    X(END, "closes the innermost open operation")

#define DIFF_OP_ENUM(name, meaning) DIFF_##name,

enum diff_op_kind { DIFF_OPS(DIFF_OP_ENUM) };

#undef DIFF_OP_ENUM

/* What NODE, LIST and EMPTY replace. */
enum diff_was { DIFF_WAS_NOTHING, DIFF_WAS_TEXT, DIFF_WAS_NODE, DIFF_WAS_LIST };

struct diff_op {
    uint8_t kind;  /* enum diff_op_kind */
    uint8_t was;   /* enum diff_was */
    uint16_t slot; /* number within the innermost open node or row */
    bool has_list; /* NODE, ELSE: a LIST follows somewhere inside */
    /* DROP: old index; ROW of an EDIT: new index; KEEP, MOVE: both; EDIT: old and new number of
     * rows; LIST: new_idx 0: no ROW follows; NODE: old_idx 1 + index of the branch that it
     * replaces, 0: none */
    uint32_t old_idx, new_idx;
    uint32_t text, text_len;      /* TEXT, ORDER */
    uint32_t key, key_len;        /* rows of an EDIT */
    uint32_t after, after_len;    /* ROW and MOVE of an EDIT; after_len 0: first */
    const struct tmpl_node *node; /* NODE, INTO, ROW, KEEP, ELSE: whose slots follow */
    const struct tmpl_slot *at;   /* the slot's description; rows: NULL */
};

enum {
    /* operations that can be open at once: one for each node, one more for each list */
    DIFF_DEPTH_MAX = WICK_NODE_DEPTH_MAX + WICK_ROW_DEPTH_MAX,
    /* words of diff.map for each row of the longest list, and 3 more for each row of the lists
     * around it */
    DIFF_MAP_PER_ROW = 8,
};

struct diff {
    struct diff_op *op; /* [op_cap] */
    uint32_t op_cap, op_len;
    struct buf bytes;   /* texts and keys */
    struct buf scratch; /* one rendered slot or two keys: WICK_SLOT_LEN_MAX; a slot that does not
                           fit counts as changed. A walk needs none. */
    uint32_t *map;      /* [map_cap] working space for matching rows, see DIFF_MAP_PER_ROW */
    uint32_t map_cap;
    enum wick_err err;    /* WICK_E_FULL: a limit was reached, the operations are useless */
    struct diff_op spare; /* written instead of an operation that there is no room for */
};

enum diff_scope {
    DIFF_SHARED,  /* only slots that read nothing private: published to all viewers */
    DIFF_PRIVATE, /* only the others: for one view */
    DIFF_WHOLE,   /* all */
};

/** Forget the operations of the last run (keeps the memory). */
void diff_reset(struct diff *diff);
/** Append the operations that lead from state was to state is. None appended: nothing to send.
 *  The scope is decided at the slots of the root node: a root slot is sent as a whole with
 *  everything that is in it. */
WICK_MUST_CHECK enum wick_err diff_update(struct diff *diff, const struct tmpl_node *root,
                                          const struct tmpl_ctx *was, const struct tmpl_ctx *is,
                                          enum diff_scope scope);
/** Append the operations of the whole tree: one for every slot of root, as if there had been
 * nothing before. */
WICK_MUST_CHECK enum wick_err diff_snapshot(struct diff *diff, const struct tmpl_node *root,
                                            const struct tmpl_ctx *is);

/* --- the same in portions -----------------------------------------------------------------------
 */

/* A place in the operations of diff_snapshot(). It is all that is kept between two portions. */
struct diff_walk {
    struct tmpl_cursor at;
    uint8_t stand; /* which operation of the present slot or row comes next */
};

/** Prepare a walk. @pre the states that is points to do not change until it has ended. */
void diff_walk_start(struct diff_walk *walk, const struct tmpl_node *root,
                     const struct tmpl_ctx *is);
/** Append operations until op_cap or the capacity of bytes is reached. Before the next call the
 *  caller uses them and resets diff.
 *  @return true: there are more, or diff->err is WICK_E_FULL: not even one fits; false: that was
 *  all. */
bool diff_walk_next(struct diff_walk *walk, struct diff *diff);

/** One operation at a time: append the next one (diff->err: it does not fit) and stay; go past it.
 *  @pre not done. */
void diff_walk_op(const struct diff_walk *walk, struct diff *diff);
void diff_walk_advance(struct diff_walk *walk);
bool diff_walk_is_done(const struct diff_walk *walk);

#endif
