/* emit.h - the tree as C: one small function per slot, tables around them.
 *
 * In: the tree, the actions, the types. Out: the texts of the .c and the .h file and the statics as
 * JSON; wickc.c writes them. Errors: values that C cannot hold are reported.
 *
 * Values are computed by statements before the place where they are used. A word of the
 * template stands alone on its line, at its own column, after a #line: what only the C compiler
 * can see is reported there.
 */
#ifndef WICKC_EMIT_H
#define WICKC_EMIT_H

#include "base/wick_limits.h"
#include "wickc/form/form.h"
#include "wickc/tree/tree.h"

/* Ranges of bytes that something reads, as C text: { part, offset, size }. */
struct deps {
    struct dep {
        const char *text;
        unsigned part;
        struct dep *next;
    } *first;

    unsigned count;
    unsigned index_mask; /* depths of rows whose index is read */
};

/* A range over rows that is written as a loop of C at present, although elsewhere it is a slot. */
struct local {
    const struct loop *loop;
    const struct local *up;
};

struct emitter {
    struct wc *wc;
    struct tree *tree;
    struct forms *forms;
    const struct local *local;
    uint64_t keeps;             /* the variables (bits by id) whose texts have a place */
    struct sb c;                /* the C file; a line of \1 alone stands for a #line back into it */
    const char *name;           /* of the page, a C identifier */
    const char *part[TMPL_ROW]; /* type of each part, "struct x"; NULL: the page has it not */
};

/* A function being written. */
struct code {
    struct emitter *em;
    struct sb text;
    unsigned temps;
    bool uses_part[TMPL_ROW], uses_row[WICK_ROW_DEPTH_MAX];
    const struct loop *row[WICK_ROW_DEPTH_MAX]; /* whose row that is */
    bool uses_ctx;
    bool took;       /* texts were put after what out holds, to be dropped at the end */
    bool needs_out;  /* it did so anywhere */
    bool has_room;   /* the function has an out of its own */
    uint64_t vars;   /* the variables (bits by id) that are in C here */
    uint64_t keeps;  /* those that hold texts of functions */
    uint64_t wanted; /* is_silent: those whose values are asked for */
    bool is_silent;  /* only what sets them is written */
    unsigned loops;  /* loops of C around the present place */
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

bool loop_is_local(const struct emitter *em, const struct loop *loop);

/* emit_var.c: what variables that change hold at a node of the template, computed from the nodes
 * before it */
uint64_t vars_of_nodes(const struct node *list); /* that are read in the nodes and below */
uint64_t vars_of_val(const struct val *val);
/** The node sets what is wanted, or leaves a loop of C around it. */
uint64_t vars_of_piece(const struct piece *piece);
bool node_matters(const struct node *node, uint64_t wanted, bool is_in_loop);

/** Statements after which code->vars holds what is wanted, as it is before node, or at the
 * begin of a row of the range node. */
enum enter { ENTER_BEFORE, ENTER_ROW };

void code_enter(struct code *code, const struct node *node, uint64_t wanted, enum enter where);
/** What that reads. */
void deps_of_entry(struct emitter *em, struct deps *deps, const struct node *node, uint64_t wanted,
                   enum enter where);
/** The variables that the node sets get its value. */
void code_set(struct code *code, const struct node *node);
/** Those of a range, for the present element. */
void code_set_row(struct code *code, const struct node *node);
struct cval code_var(struct code *code, const struct var *var);
const char *code_node_truth(struct code *code, const struct node *node); /* of if and with */

/* emit_op.c */
struct cval code_op(struct code *code, const struct val *val);
/** A C expression: is it true as {{if}} sees it? */
const char *code_truth_of(struct code *code, struct cval val);
/** A number of any type as int64_t. */
const char *code_i64(struct code *code, const struct cval *val);

/* emit_composite.c */
/** Statements that append what join and spark make of a list. */
void code_put_list(struct code *code, const struct val *val, const struct cval *arg);
void code_put_composite(struct code *code, struct cval is, struct pos pos, unsigned how);

/* emit_print.c */
/** Statements that append a value that is no list and no struct, escaped. */
void code_put_plain(struct code *code, struct cval is, struct pos pos, unsigned how);
/** { type: function, ... } for everything that can be printed; anything else does not compile. */
const char *code_generic(const char *what, const char *prefix, struct wc *wc);
/** Statements that append the value, escaped, to out. */
void code_put(struct code *code, const struct val *val, unsigned how);
/** How a value of a safe type is escaped in a place where others are escaped by how. */
unsigned how_of_safe(enum safe safe, unsigned how);
/** Statements that append the text of a value of which val_writes() is true. @return the variable
 * that holds where in out it begins */
const char *code_write(struct code *code, const struct val *val);

/** Statements follow whose texts are not needed after them. */
struct taking {
    struct sb text; /* what was written before */
    bool took;
};

struct taking code_take(struct code *code);
/** The statements are complete: if they put texts after what out held before, drop those up to the
 * position mark. */
void code_drop(struct code *code, struct taking before, const char *mark);

/* emit_deps.c */
void deps_of_val(struct emitter *em, struct deps *deps, const struct val *val);
void deps_of_nodes(struct emitter *em, struct deps *deps, const struct node *list);
void deps_add(struct wc *wc, struct deps *deps, const struct deps *more, int except_depth);
void deps_of_slot(struct emitter *em, const struct tslot *slot, struct deps *own, struct deps *all);

/** C expression of a place without statements, for offsetof and typeof. @return NULL: it is no
 * plain place */
struct cpath {
    const char *type;
    const char *path;
    unsigned part;
};

bool path_of(struct emitter *em, const struct val *val, struct cpath *out);
/** "TMPL_DEVICE", and the variable that points to it in generated functions. */
const char *part_word(unsigned part);
const char *part_variable(unsigned part);

/* emit_code.c */
void code_pieces(struct code *code, const struct piece *piece);
void code_nodes(struct code *code, const struct node *list);
/** A loop over the rows of a range up to the condition, its body open: "}" ends it. */
void code_loop(struct code *code, const struct node *node, const char *end);
void code_rows(struct code *code, const struct loop *loop, const char **base_out,
               const char **len_out);
void code_function(struct code *code, const char *head);
/** For functions that have no out: room for texts that are needed on the way. */
void code_room(struct code *code);

/* emit_flow.c */
void emit_flow(struct emitter *em, const struct tslot *slot, const char *name);
void deps_of_flow(struct emitter *em, struct deps *deps, const struct tslot *slot);

/** First row and number of rows of a list or array as C. */
void code_list(struct code *code, struct cval val, const char **base_out, const char **len_out);

/* emit_tree.c */
void emit_node(struct emitter *em, const struct tnode *node);
const char *emit_node_name(struct emitter *em, const struct tnode *node);
const char *emit_list_type(struct emitter *em, const struct val *list);

/** An expression with the type of a place, for typeof and sizeof only. */
const char *type_expr(struct emitter *em, const struct val *val);

/* emit_json.c */
void json_statics_file(struct wc *wc, const struct tree *tree, struct sb *out);
void json_statics(struct wc *wc, const struct tnode *node, struct sb *out);

/* emit_form.c */
/** What every action needs, in the C file and in the header. */
void emit_forms(struct emitter *em, struct sb *header);

/* emit_page.c */
void emit_page(struct emitter *em, struct sb *header);

/* emit.c */
/** _Static_assert at a place of the template; pos.src NULL: nothing. */
void emit_assert(struct emitter *em, struct pos pos, const char *condition, const char *message);
/** Write the C file and the header of a template; both are complete but for the #line directives.
 */
void emit(struct wc *wc, struct tree *tree, struct forms *forms, struct sb *c, struct sb *header);
/** Replace the lines of \1 by #line directives. */
void emit_lines(struct wc *wc, const struct sb *text, const char *path, struct sb *out);

#endif
