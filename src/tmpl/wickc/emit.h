/* emit.h - the tree as C: one small function per slot, tables around them.
 *
 * Values are computed by statements in front of the place where they are used. A word of the template stands alone on its
 * line, at its own column, behind a #line: what only the C compiler can see is reported there.
 */
#ifndef WICKC_EMIT_H
#define WICKC_EMIT_H

#include "base/wick_limits.h"
#include "tmpl/wickc/form.h"
#include "tmpl/wickc/tree.h"

/* Ranges of bytes that something reads, as C text: { part, offset, size }. */
struct deps {
    struct dep { const char *text; unsigned part; struct dep *next; } *first;
    unsigned count;
    unsigned index_mask; /* depths of rows whose index is read */
};

struct emitter {
    struct wc *wc;
    struct tree *tree;
    struct forms *forms;
    struct sb c;         /* the C file; a line of \1 alone stands for a #line back into it */
    const char *name;    /* of the page, a C identifier */
    const char *device, *view; /* "struct x", NULL: none */
};

/* A function being written. */
struct code {
    struct emitter *em;
    struct sb text;
    unsigned temps;
    bool uses_part[3], uses_row[WICK_ROW_DEPTH_MAX];
    const struct loop *row[WICK_ROW_DEPTH_MAX]; /* whose row that is */
    bool uses_ctx;
    bool took;           /* texts were put behind what out holds, to be dropped at the end */
};

/* A value in C: what stands for it, and the pointer to it if it has an address. */
struct cval {
    const char *text, *ptr; /* ptr NULL: a plain value */
    const struct type *type;
};

struct cval code_val(struct code *code, const struct val *val);
const char *code_truth(struct code *code, const struct val *val); /* a C condition */
/** It appends its text to out, so it has to be written before it can be used. */
bool val_writes(const struct val *val);
/** The call of a C function; what its arguments need is written before. */
const char *code_call(struct code *code, const struct val *val);
const char *code_str(struct code *code, struct cval val); /* as struct str */
const char *code_temp(struct code *code);
WICK_PRINTF(2, 3) void code_line(struct code *code, const char *format, ...);
/** text alone on its line, at the column of pos */
void code_at(struct code *code, struct pos pos, const char *text);

/* emit_op.c */
struct cval code_op(struct code *code, const struct val *val);

/* emit_composite.c */
void code_put_composite(struct code *code, struct cval is, struct pos pos, unsigned how);

/* emit_print.c */
/** Statements that append a value that is no list and no struct, escaped. */
void code_put_plain(struct code *code, struct cval is, struct pos pos, unsigned how);
/** { type: function, ... } for everything that can be printed; there is no default, so anything else does not compile. */
const char *code_generic(const char *what, const char *prefix, struct wc *wc);
/** Statements that append the value, escaped, to out. */
void code_put(struct code *code, const struct val *val, unsigned how);
/** Statements that append the text of a value of which val_writes() is true. @return the variable that holds where in out it begins */
const char *code_write(struct code *code, const struct val *val);
/** Texts were taken since code->text.len was head: drop from out what stands between there and the position mark. */
void code_drop(struct code *code, size_t head, const char *mark);

/* emit_deps.c */
void deps_of_val(struct emitter *em, struct deps *deps, const struct val *val);
void deps_add(struct wc *wc, struct deps *deps, const struct deps *more, int except_depth);
void deps_of_slot(struct emitter *em, const struct tslot *slot, struct deps *own, struct deps *all);
/** C expression of a place without statements, for offsetof and typeof. @return NULL: it is no plain place */
struct cpath { const char *type; const char *path; unsigned part; };
bool path_of(struct emitter *em, const struct val *val, struct cpath *out);

/* emit_code.c */
void code_pieces(struct code *code, const struct piece *piece);
void code_rows(struct code *code, const struct val *list, const char **base_out, const char **len_out);
void code_function(struct code *code, const char *head);

/* emit_tree.c */
void emit_node(struct emitter *em, const struct tnode *node);
const char *emit_node_name(struct emitter *em, const struct tnode *node);
const char *emit_list_type(struct emitter *em, const struct val *list);

/** An expression with the type of a place, for typeof and sizeof only. */
const char *type_expr(struct emitter *em, const struct val *val);

/* emit_json.c */
void json_statics_file(struct wc *wc, const struct tree *tree, struct sb *out);
void json_statics(struct wc *wc, const struct tnode *node, struct sb *out);

/* emit_page.c */
void emit_page(struct emitter *em, struct sb *header);
void emit(struct wc *wc, struct tree *tree, struct forms *forms, struct sb *c, struct sb *header);
/** Replace the lines of \1 by #line directives. */
void emit_lines(struct wc *wc, const struct sb *text, const char *path, struct sb *out);

#endif
