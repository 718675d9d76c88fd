/* diff_priv.h - what the files of src/diff share.
 *
 * Layer: diff.   Memory: struct diff_run lives for one call of diff_update() or diff_snapshot().
 */
#ifndef WICK_DIFF_PRIV_H
#define WICK_DIFF_PRIV_H

#include "diff/diff.h"

/* One call: two states, and where we are in them. */
struct diff_run {
    struct diff *diff;
    struct tmpl_ctx was, is; /* our copies: the rows of the ranges we are in */
    uint32_t depth;          /* operations open */
    uint32_t map_used;       /* words of diff->map that belong to the lists around */
};

/* An operation that was opened, and the way back to the moment before it. */
struct diff_open {
    struct diff_op *op;
    uint32_t op_len;  /* before it */
    size_t bytes_len; /* before it */
};

/* Which slot an operation is about, and what it replaces there. */
struct diff_place {
    uint16_t slot_no;
    enum diff_was was;
    unsigned was_pick; /* DIFF_WAS_NODE: 1 + index of the branch; else 0 */
};

struct diff_slice { /* of diff->bytes */
    uint32_t off, len;
};

/* The rows of a list: its elements, or those of them that its flow function lets through. */
struct diff_rows {
    const uint8_t *base;
    uint32_t len;
    const uint32_t *shown; /* [len] index of the element of each row; NULL: they are the same */
    bool is_else;          /* the list has no elements: {{else}} stands there instead */
};

/* A LIST slot in both states. */
struct diff_list {
    const struct tmpl_slot *slot;
    const struct tmpl_list *list;
    uint16_t slot_no;
    struct diff_rows was, is;
};

/* How the rows of a list found each other. */
struct diff_match {
    uint32_t head, tail; /* rows with equal keys at both ends */
    uint32_t *from;      /* [is.len - head - tail] DIFF_ROW_NEW or old index, with DIFF_ROW_MOVED */
    uint32_t *kept;      /* [was.len - head - tail] bool */
    uint32_t kept_count; /* without both ends */
};

#define DIFF_ROW_NEW   UINT32_MAX
#define DIFF_ROW_MOVED 0x80000000u

/* diff.c */
void diff_fail(struct diff *diff);
/** Append an operation, all zero but these. Without room: diff->err, and one that does not count.
 */
struct diff_op *diff_put(struct diff *diff, enum diff_op_kind kind, uint16_t slot_no,
                         const struct tmpl_slot *at);
/** Append TEXT: what stands in diff->bytes from start on. */
void diff_put_text(struct diff *diff, const struct tmpl_slot *slot, uint16_t slot_no, size_t start);
struct diff_open diff_begin(struct diff_run *run, enum diff_op_kind kind, uint16_t slot_no,
                            const struct tmpl_slot *at);
void diff_end(struct diff_run *run);
/** As if it had never been begun. */
void diff_retract(struct diff_run *run, const struct diff_open *open);
/** Nothing stands in it. */
bool diff_is_bare(const struct diff_run *run, const struct diff_open *open);
bool diff_opens(uint8_t kind);                                      /* an END belongs to it */
void diff_node(struct diff_run *run, const struct tmpl_node *node); /* its changed slots */

/* diff_walk.c */
/** Append one slot as a whole. */
void diff_put_slot(struct diff *diff, const struct tmpl_slot *slot, const struct tmpl_ctx *is,
                   struct diff_place place);

/* diff_list.c */
void diff_list(struct diff_run *run, const struct tmpl_slot *slot, uint16_t slot_no);

/* diff_rows.c */
/** The rows of a list in a state. Their map is taken from run->map, which the caller gives back. */
struct diff_rows diff_rows_of(struct diff_run *run, const struct tmpl_list *list,
                              struct tmpl_ctx *ctx);
void diff_row_set(struct tmpl_ctx *ctx, const struct tmpl_list *list, struct diff_rows rows,
                  uint32_t idx);
const uint8_t *diff_row_ptr(const struct tmpl_list *list, struct diff_rows rows, uint32_t idx);
/** The next count words of the map after the *used ones that are taken. NULL, and diff->err: there
 * are not enough. */
uint32_t *diff_take_map(struct diff_run *run, uint32_t *used, uint32_t count);

/* diff_match.c */
/** Old row was_idx and new row is_idx have the same key bytes. Leaves the context at these rows. */
bool diff_row_key_same(struct diff_run *run, const struct diff_list *list, uint32_t was_idx,
                       uint32_t is_idx);
/** Pair the rows by key, mark the moved ones. false: keys are not usable (empty, twice, not UTF-8)
 * or diff->err is set. */
bool diff_match_rows(struct diff_run *run, const struct diff_list *list, struct diff_match *match);
/** Are the keys of the KEEP operations after open usable, that is, has no other row one of them? */
bool diff_keys_unique(struct diff_run *run, const struct diff_list *list,
                      const struct diff_open *open);

#endif
