/* tree_priv.h - between tree.c (the whole), tree_build.c (nodes and slots), tree_tag.c (tags,
 * attributes, elements), tree_token.c (the tokens of a tag) and flow.c. */
#ifndef WICKC_TREE_PRIV_H
#define WICKC_TREE_PRIV_H

#include "wickc/tree/flow.h"
#include "wickc/tree/tree.h"

enum {
    ELEM_DEPTH_MAX = 500, /* browsers cut trees that are deeper than 512 */
    TAG_ATTRS_MAX = 200
};

/* An element whose end tag has not come yet. */
struct elem {
    struct str name;
    struct pos pos;
    struct tag *tag;
    bool is_live;      /* its content is the live part */
    bool is_action;    /* form with an action */
    bool has_other;    /* something besides one LIST is in it */
    bool is_excused;   /* its end tag was found at a wrong place */
    bool is_told;      /* what is wrong with it was said */
    struct elem *text; /* around this place, or itself: browsers read its content as text */
    unsigned lists, depth;
    struct elem *up;
};

/* The pieces of a composite slot that is being collected. */
struct pieces {
    struct piece *first, **end;
};

/* A part of a tag, as it was written. Tokens of one attribute stand together: its name, the text up
 * to the value, the value with its quotes and slots. */
struct tag_token {
    struct tag_attr *attr;  /* it belongs to this one; NULL: between attributes */
    bool is_name;           /* of attr */
    struct sb text;         /* of a token that is no slot */
    struct tslot *slot;     /* NULL: text */
    struct attr_part *part; /* slot in a value: the text before it */
};

/* The tag that is being read. */
struct open_tag {
    struct tag *tag;         /* NULL: between tags */
    struct tag_token *token; /* [count], printed at its end */
    unsigned count, cap;
    struct tag_attr *attr, **attr_end; /* attr: the one that is not finished */
    unsigned attr_count;
    bool in_value;
    struct sb text;           /* of the value: since it began, or since its last slot */
    struct attr_value *value; /* the value has slots; NULL: none so far */
    struct pieces
        *slot; /* an attribute with a dynamic name: it goes there until it ends; or NULL */
};

/* The content of <title>, <textarea>, <script>, <style>: text, or one slot if it has actions. */
struct raw_text {
    struct str name;     /* of the element; len 0: elsewhere */
    struct sb text;      /* before the first action */
    struct pieces *slot; /* from there on; NULL: no action so far */
};

/* What the node of a row needs to be found by its key. */
struct row_facts {
    unsigned elements;                 /* outermost ones */
    bool in_first, has_text, has_list; /* in_first: in the start tag of the first element */
    int key_data, key_id;              /* slot in data-key, id of the first element; -1: none */
};

/* What fills one node of the tree. */
struct builder {
    struct wc *wc;
    struct tree *tree;
    struct tnode *node;    /* being filled */
    bool is_live;          /* it belongs to the live part */
    struct builder *up;    /* of the branch or range around this one; NULL: the document */
    const struct arm *arm; /* of that branch or range */
    struct str half;       /* an element that a branch in here opened and did not close */
    struct elem *elem;     /* innermost open element of this builder */
    struct open_tag now;
    struct raw_text raw;
    struct row_facts row;
    bool is_fresh;           /* nothing stands between the ">" of a start tag and here */
    struct tag *last;        /* the start tag that was closed last */
    struct tag **tag_end;    /* of tree->tag */
    struct elem *left;       /* a branch before did not close it; NULL: none */
    struct elem *left_by;    /* one of the branches of the present slot did not */
    bool has_begun;          /* something stands in it ... */
    const struct tag *first; /* ... and this is the first: a start tag */
};

/* tree_build.c */
/** is_live: it belongs to the table of nodes. */
struct tnode *build_tnode(struct wc *wc, struct tree *tree, bool is_live, struct pos pos);
void build_list(struct builder *builder, const struct node *list);
void build_put(struct builder *builder, const char *text, size_t len);
/** A slot that build_add_slot() puts into a node later. */
struct tslot *build_new_slot(struct wc *wc, unsigned kind, unsigned place, struct pos pos);
/** Ends the present static; the next one begins. */
void build_add_slot(struct builder *builder, struct tslot *slot);
struct pieces *build_pieces(struct builder *builder);
struct sb *build_static(struct builder *builder);
struct piece *build_piece(struct builder *builder, struct pieces *pieces, struct str text,
                          const struct node *node);
/** The element around the present place, also outside of a branch; NULL: none. */
const struct elem *build_around(const struct builder *builder);
/** The form with an action around the present place, or NULL. */
const struct elem *build_form(const struct builder *builder);

/* tree_place.c */
/** An element is opened inside of around, or of none. */
void place_elem(struct elem *elem, const struct elem *around);
/** A value, branch or list stands here: not in what browsers read as text. */
void place_slot(struct builder *builder, struct pos pos);
/** Text, or a tag, follows: it must not go into an element that a branch before left open. */
void place_text(struct builder *builder);
void place_tag(struct builder *builder, const struct tag *tag);
/** The end of a branch; open: its outermost element that was not closed, or NULL. */
void place_leave(struct builder *builder, struct elem *open);
/** The end tag closes the open element, too. */
bool place_ends(struct str end, struct str open);

/* tree_token.c */
/** Text of the present tag, or of its attribute that is not finished. */
void token_text(struct builder *builder, struct str text);
/** The name of an attribute; builder->now.attr is the attribute. */
void token_name(struct builder *builder, struct str name);
/** What was written after the name of the present attribute belongs to it: a value follows. */
void token_begin_value(struct builder *builder);
/** part: of the value before it; NULL: the slot stands in no value. */
void token_slot(struct builder *builder, struct tslot *slot, struct attr_part *part);
/** Take the name of the present attribute back, if it is the last token. @return len 0: it is not
 */
struct str token_take_name(struct builder *builder);
/** Write the tokens into the node; attributes that have something else instead with that. */
void token_print(struct builder *builder);

/* tree_tag.c */
void tag_text(struct builder *builder, const struct node *node);
/** The content of a <script> ... is complete. */
void tag_finish_raw(struct builder *builder, struct pos pos);
/** The attribute before this place is complete. */
void tag_finish_attr(struct builder *builder);
/** The present tag has the attributes of these nodes in some states. */
void tag_maybe(struct builder *builder, const struct node *list);
/** The end of a branch or of the document: elements that must have been closed. */
void tag_check_open(struct builder *builder);

#endif
