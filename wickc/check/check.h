/* check.h - what an expression of the template means: values with their types, the parts of the
 * state that they read.
 *
 * In: the nodes with their places in the document, the C types, the directive. Out: node->means of
 * every node; the parts of the state that a value reads. Ownership: all is in the arena of wc.
 * Errors: reported with wc_error(); a value that is wrong is NULL, and what uses it says nothing
 * more.
 *
 * A value is a tree. Variables, dot and what {{with}} and {{template}} set are replaced by the
 * value that they stand for, so a value can be computed anywhere; functions are pure, so computing
 * it twice gives the same.
 */
#ifndef WICKC_CHECK_H
#define WICKC_CHECK_H

#include "wickc/ctypes/types.h"
#include "wickc/read/ast.h"

/* A range. In element content it is a LIST slot, which sets ctx->row[depth]; elsewhere a loop
 * inside one C function. */
struct loop {
    unsigned id;
    bool is_slot;
    bool is_count;    /* over the numbers below list, which is one; an element is its index */
    unsigned depth;   /* is_slot: of ctx->row */
    struct val *list; /* what it runs over */
    const struct type *elem;
};

/* A variable that is more than a name for a value: it is set at several places, or to something
 * that was read from such a one. What it holds follows from the nodes between its declaration and
 * the place where it is read (emit_var.c). */
enum { VAR_MAX = 64 };

struct var {
    unsigned id;      /* below VAR_MAX */
    struct str name;  /* with $; len 0: dot of {{with}} or {{template}} */
    struct type type; /* of numbers and texts: what all that is put into it fits in */
    bool is_place;    /* it stands for a part of the state: in C a pointer */
    bool has_signed,
        has_u64;             /* numbers that may be below zero, above INT64_MAX, were put into it */
    const struct val *first; /* what it is declared with */
};

enum val_kind {
    VAL_ROOT,   /* the members of device and view together: only a member of it is a value */
    VAL_PART,   /* part: the struct of the device, the view */
    VAL_ROW,    /* loop: the element */
    VAL_INDEX,  /* loop: the index of the element */
    VAL_VAR,    /* var: what it holds at the node that is being written */
    VAL_MEMBER, /* arg[0].name */
    VAL_ITEM,   /* item: a page of the application; only its members are values */
    VAL_INT,
    VAL_BOOL,
    VAL_TEXT, /* literals, and members of an ITEM */
    VAL_CALL, /* func(args) */
    VAL_OP    /* op(args) */
};

/* X(name, word in the template, least number of arguments, greatest) ; NOT is and() of nothing else
 * but truth */
#define CHECK_OPS(X)                                                                               \
    X(AND, "and", 1, 16)                                                                           \
    X(OR, "or", 1, 16)                                                                             \
    X(NOT, "not", 1, 1)                                                                            \
    X(EQ, "eq", 2, 16)                                                                             \
    X(NE, "ne", 2, 2)                                                                              \
    X(LT, "lt", 2, 2)                                                                              \
    X(LE, "le", 2, 2)                                                                              \
    X(GT, "gt", 2, 2)                                                                              \
    X(GE, "ge", 2, 2)                                                                              \
    X(LEN, "len", 1, 1)                                                                            \
    X(AT, "index", 1, 16)                                                                          \
    X(SLICE, "slice", 1, 3)                                                                        \
    X(HTML, "html", 0, 16)                                                                         \
    X(JS, "js", 0, 16)                                                                             \
    X(URLQUERY, "urlquery", 0, 16)                                                                 \
    X(PRINT, "print", 0, 16)                                                                       \
    X(PRINTLN, "println", 0, 16)                                                                   \
    X(PRINTF, "printf", 1, 16)                                                                     \
    X(ERROR, "error", 1, 1)                                                                        \
    X(PICKED, "picked", 3, 3)                                                                      \
    X(DRAFT, "draft", 2, 2)                                                                        \
    X(JOIN, "join", 2, 2)                                                                          \
    X(SPARK, "spark", 1, 1)
#define CHECK_OP_ENUM(name, word, min, max) OP_##name,

enum check_op { CHECK_OPS(CHECK_OP_ENUM) };

#undef CHECK_OP_ENUM

/* About what was sent with a form. */
static inline bool op_is_form(enum check_op op)
{
    return op == OP_ERROR || op == OP_DRAFT || op == OP_PICKED;
}

enum { VAL_ARG_MAX = 16, VAL_SIZE_MAX = 200 };

struct val {
    enum val_kind kind;
    struct pos pos; /* of the word in the template */
    const struct type *type;
    unsigned part;                /* PART: enum tmpl_part */
    struct loop *loop;            /* ROW, INDEX */
    struct var *var;              /* VAR */
    struct str text;              /* MEMBER: name; TEXT */
    bool is_joined;               /* MEMBER: the name follows that of arg[0] in the same word */
    int64_t number;               /* INT, BOOL; OP picked: which option */
    bool is_given;                /* INT, BOOL, TEXT: not written here but a member of an ITEM */
    const struct page_item *item; /* ITEM */
    bool is_float; /* INT: written as a float64 of Go: it can be printed and passed to functions of
                      C */
    const struct func *func;             /* CALL */
    const struct directive_item *format; /* OP of printf: its format */
    enum check_op op;                    /* OP */
    const struct form_place *form; /* OP error, draft, picked: the form around it; NULL: none. What
                                      names its record are further arguments */
    bool is_truth; /* AND, OR of values of different types: it can be tested, not printed */
    struct val *arg[VAL_ARG_MAX];
    unsigned arg_count;
    unsigned size; /* values in this tree */
};

struct vars {
    struct str name; /* with $ */
    struct val *val; /* NULL: its definition was wrong; anything may be done with it */
    struct vars *next;
};

struct checker {
    struct wc *wc;
    struct types *types;
    const struct type *part[TMPL_ROW]; /* of the states and the view; NULL: the page has it not */
    struct val *dot, *dollar;          /* NULL: wrong or nil */
    struct vars *vars;
    struct name *assigned; /* the names of all variables that {{$x = ...}} sets anywhere */
    unsigned loop_count, slot_depth, var_count;
    bool is_in_else;   /* of a range, and in no range inside it */
    bool is_stateless; /* it was said that the template has no state */
};

/** Fills val and loop of all nodes. */
void check(struct wc *wc, struct types *types, struct node *root, unsigned *loop_count_out);

/* check_pipe.c */
/** Follows "a text has no members" in a preview whose data say nothing about the type. */
extern const char check_nothing[];
/** @return NULL: reported. */
struct val *check_pipe(struct checker *checker, const struct pipe *pipe);
struct val *val_new(struct checker *checker, enum val_kind kind, struct pos pos,
                    const struct type *type);
/** Member of a value; reports unknown ones. */
struct val *check_member(struct checker *checker, struct val *base, struct str name,
                         struct pos pos);

/** A struct, or a list of them, is used as a whole: all that is in it is part of the state.
 * @return false: reported */
bool check_whole(struct checker *checker, const struct val *val);

/* check_name.c */
void check_unknown_member(struct checker *checker, const struct type *type, const struct val *name);
void check_unknown_func(struct checker *checker, const struct expr *word);
/** A function in place of an argument, that needs arguments itself; reported. */
bool check_is_bare_call(struct checker *checker, const struct expr *arg);

/* check_var.c */
void check_assigned(struct checker *checker, const struct node *list);
/** {{$x := ...}} and {{$x = ...}}: val for the variable name, the which-th of node. */
void check_set(struct checker *checker, struct node *node, unsigned which, const struct name *name,
               struct val *val);
/** name stands for val, which does not change. */
void check_bind(struct checker *checker, const struct name *name, struct val *val);
/** val as it is now: a hidden variable when it was read from variables that may change. NULL stays
 * NULL. */
struct val *check_freeze(struct checker *checker, struct node *node, struct val *val);

/* check_item.c: {{range pages}} */
/** A member of an ITEM. @return NULL: reported */
struct val *check_item_member(struct checker *checker, const struct val *base, struct str name,
                              struct pos pos);
struct val *check_item(struct checker *checker, const struct node *group);
/** The condition of a branch is known because of an ITEM: what is shown takes its place. */
void check_fold_branch(struct node *node);
/** The text of an action is known because of an ITEM: it becomes part of the static text. */
void check_fold_action(struct checker *checker, struct node *node);

/* check_op.c */
struct val *check_op_call(struct checker *checker, enum check_op op, struct val *call);
bool check_op_named(struct str name, enum check_op *op_out);
void check_near_op(struct near *near);

/* check_call.c */
struct val *check_func_call(struct checker *checker, struct val *call);

/** The values of the nodes, one line each (--dump=check). */
void dump_values(struct wc *wc, FILE *out, const struct node *node, int depth);

/* What a value is for the purpose of comparing and printing. */
bool val_is_text(const struct val *val);
bool val_is_int(const struct val *val);
bool val_is_list(const struct val *val);
/** A list or array that can be walked: a place, or a part of one. */
bool val_is_rows(const struct val *val);
/** It has an address: a part, a row or a member of one, an element. */
bool val_is_place(const struct val *val);
/** The value of one of several arguments of different types: which one is known at run time. It can
 * be printed, and tested. */
bool val_is_choice(const struct val *val);
/** A list, an array or a struct of which every part is known: it is printed as Go does, [a b] or {a
 * b}, in scripts as JSON. */
bool val_is_composite(const struct val *val);
/** What a value is that cannot stand here, for messages. */
const char *val_word(struct wc *wc, const struct val *val);
/** It can be written into the page, in one piece. */
bool val_is_printable(const struct val *val);

#endif
