/* tree.h - the page as nodes, statics and slots: what tmpl.h describes, before it is written as C.
 *
 * In: the checked nodes. Out: struct tree: its nodes with statics and slots, and the tags of the
 * page in order, which forms and lints read. Ownership: all is in the arena of wc. Errors: markup
 * that is not balanced, branches that do not hold whole elements, and limits are reported.
 */
#ifndef WICKC_TREE_H
#define WICKC_TREE_H

#include "wickc/check/check.h"

/* A piece of a TEXT slot: static text or an action, branch or range of the template. */
struct piece {
    struct str text;
    const struct node *node; /* NULL: text */
    bool only_sets; /* node is a {{template}} whose content stands in the pieces after: only its
                       dot is set */
    struct piece *next;
};

/* The value of an attribute with slots: static text, slot, text, slot ... text; entities decoded.
 */
struct attr_part {
    struct sb text;
    int slot; /* after text; -1: the last part */
    struct attr_part *next;
};

struct attr_value {
    struct str name;
    struct attr_part *part, *last;
};

struct tbranch {
    const struct node *node; /* IF, WITH whose condition decides; NULL: the final else */
    struct tnode *tree;
    struct tbranch *next;
};

struct tslot {
    unsigned kind, place, flags; /* of tmpl.h */
    struct pos pos;
    struct piece *piece;      /* TEXT */
    struct attr_value *attr;  /* place TMPL_IN_ATTR */
    struct tbranch *branch;   /* COND */
    const struct node *range; /* LIST */
    bool has_flow;            /* LIST: {{break}} or {{continue}} decide which rows are shown */
    struct tnode *row, *otherwise;
    int key_slot;              /* LIST: -1: none */
    const struct elem *parent; /* LIST: the element around it */
    struct tslot *next;
};

struct tnode {
    unsigned id;     /* in the table of nodes; of head and tail: unused */
    unsigned serial; /* unique in the generated C */
    struct tslot *slot, **slot_end;
    unsigned slot_count;
    struct sb *statics; /* [slot_count + 1] */
    unsigned statics_cap;
    uint64_t fingerprint;
};

/* In which arm of a branch or range something stands; NULL: always in the page. */
struct arm {
    const struct tslot *slot;
    unsigned idx;
    bool is_row; /* it may be in the page several times */
    const struct arm *up;
};

/* What forms.c and lint.c want to know: the tags of the page in order, with their static
 * attributes. */
struct tag_attr {
    struct str name, value; /* value as written, entities decoded */
    struct str source; /* the value in the template; len 0: it begins and ends in different files */
    struct pos pos, value_pos;
    const struct node *node; /* the action that is the whole value; NULL: none, or there is more */
    bool has_value, is_dynamic; /* has slots: the value is not known */
    const struct sb *instead;   /* what is printed in its place; NULL: it is the browser's */
    struct tag_attr *next;
};

struct tag {
    struct str name; /* lower case */
    struct pos pos;
    bool is_end, is_conditional; /* inside a branch or range */
    bool is_closed;              /* its end tag is there */
    bool has_text;               /* text that counts stands directly in it */
    bool has_slots;              /* dynamic attributes */
    bool has_unknown;            /* an attribute whose name is dynamic */
    const struct tag *around;    /* the element that it stands in, NULL: none */
    const struct arm *arm;
    struct tag_attr *attr, *maybe; /* maybe: names of those that stand in a branch inside the tag */
    const struct node *node;       /* the first action of what stands in a <textarea> */
    struct sb text;                /* static text directly after it, up to the next tag */
    struct tag *next;
};

/* What the template computes inside of a form with an action. */
struct form_node {
    const struct node *node;
    const struct tag *form;
    struct form_node *next;
};

struct tree {
    bool is_too_deep;                 /* elements nest too deep: it was said */
    bool is_nested_too_deep;          /* nodes do: it was said */
    const struct node *source;        /* what it was made from */
    struct tnode *head, *root, *tail; /* head and tail NULL: there is no live element */
    struct tnode *node[4096];         /* [node_count] by id; node[0] is root */
    unsigned node_count, serial_count;
    bool is_full;          /* reported: too many nodes */
    const char *live_name; /* the element whose content is live; "": the one with wick-live */
    struct tag *tag;
    struct form_node *in_form;
};

void dump_tree(FILE *out, const struct tree *tree); /* --dump=tree */
struct tree *tree_build(struct wc *wc, const struct node *root);
const struct tag_attr *tag_find(const struct tag *tag,
                                const char *name); /* NULL: it has no such attribute */
/** It has this attribute at least in some states of the page. */
bool tag_may_have(const struct tag *tag, const char *name);
/** One of them is in the page only when the other is not. */
bool arms_exclude(const struct arm *a, const struct arm *b);

#endif
