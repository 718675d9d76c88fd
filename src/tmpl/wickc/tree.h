/* tree.h - the page as nodes, statics and slots: what tmpl.h describes, before it is written as C. */
#ifndef WICKC_TREE_H
#define WICKC_TREE_H

#include "tmpl/wickc/check.h"

/* A piece of a TEXT slot: static text or an action, branch or range of the template. */
struct piece {
    struct str text;
    const struct node *node; /* NULL: text */
    struct piece *next;
};

/* The value of an attribute with slots: static text, slot, text, slot ... text; entities decoded. */
struct attr_part {
    struct sb text;
    int slot; /* behind text; -1: the last part */
    struct attr_part *next;
};
struct attr_value {
    struct str name;
    struct attr_part *part, *last;
};

struct tbranch {
    const struct node *node;  /* IF, WITH whose condition decides; NULL: the final else */
    struct tnode *tree;
    struct tbranch *next;
};

struct tslot {
    unsigned kind, place, flags;  /* of tmpl.h */
    struct pos pos;
    struct piece *piece;          /* TEXT */
    struct attr_value *attr;      /* place TMPL_IN_ATTR */
    struct tbranch *branch;       /* COND */
    const struct node *range;     /* LIST */
    struct tnode *row, *otherwise;
    int key_slot;                 /* LIST: -1: none */
    const struct elem *parent;    /* LIST: the element around it */
    struct tslot *next;
};

struct tnode {
    unsigned id;           /* in the table of nodes; of head and tail: unused */
    unsigned serial;       /* unique in the generated C */
    struct tslot *slot, **slot_end;
    unsigned slot_count;
    struct sb *statics;    /* [slot_count + 1] */
    unsigned statics_cap;
    uint64_t fingerprint;
};

/* What forms.c wants to know: the tags of the page in order, with their static attributes. */
struct tag_attr {
    struct str name, value; /* value as written, entities decoded */
    struct pos pos, value_pos;
    bool has_value, is_dynamic; /* has slots: the value is not known */
    struct tag_attr *next;
};
struct tag {
    struct str name;        /* lower case */
    struct pos pos;
    bool is_end, is_conditional; /* inside a branch or range */
    bool has_slots;         /* dynamic attributes */
    struct tag_attr *attr;
    struct sb text;         /* static text directly behind it, up to the next tag */
    struct tag *next;
};

struct tree {
    struct tnode *head, *root, *tail;   /* head and tail NULL: there is no live element */
    struct tnode *node[4096];           /* [node_count] by id; node[0] is root */
    unsigned node_count, serial_count;
    const char *live_name; /* the element whose content is live; "": the one with wick-live */
    struct tag *tag;
};

void dump_tree(FILE *out, const struct tree *tree); /* --dump=tree */
struct tree *tree_build(struct wc *wc, const struct node *root);
const struct tag_attr *tag_find(const struct tag *tag, const char *name); /* NULL: it has no such attribute */

#endif
