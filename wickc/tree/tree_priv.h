/* tree_priv.h - between tree.c (the whole), tree_build.c (nodes and slots), tree_tag.c (tags,
 * attributes, elements) and flow.c. */
#ifndef WICKC_TREE_PRIV_H
#define WICKC_TREE_PRIV_H

#include "wickc/tree/flow.h"
#include "wickc/tree/tree.h"

enum {
    ELEM_DEPTH_MAX = 500,
    TAG_ATTRS_MAX = 200
}; /* browsers cut trees that are deeper than 512 */

/* An element whose end tag has not come yet. */
struct elem {
    struct str name;
    struct pos pos;
    struct tag *tag;
    bool is_live;    /* its content is the live part */
    bool is_action;  /* form with an action */
    bool has_other;  /* something besides one LIST is in it */
    bool is_excused; /* its end tag was found at a wrong place */
    unsigned lists, depth;
    struct elem *up;
};

/* The pieces of a composite slot that is being collected. */
struct pieces {
    struct piece *first, **end;
};

struct builder {
    struct wc *wc;
    struct tree *tree;
    struct tnode *node; /* being filled */
    bool is_live;       /* it belongs to the live part */
    bool is_row;
    struct builder *up;    /* of the branch or range around this one; NULL: the document */
    struct str half;       /* an element that a branch in here opened and did not close */
    const struct arm *arm; /* of that branch or range */
    struct elem *elem;     /* innermost open element of this builder */

    /* the present tag; offsets into the present static */
    struct tag *tag;                   /* NULL: between tags */
    struct tag_attr *attr, **attr_end; /* attr: the one that is not finished */
    unsigned attr_count;
    size_t attr_off, attr_stop, value_off;
    bool in_value;
    const char *quote;        /* that ends the present value */
    struct attr_value *value; /* the present value has slots */
    struct pieces
        *tag_slot; /* an attribute with a dynamic name: everything goes there until it ends */

    struct str
        raw_name; /* in the content of <title>, <textarea>, <script>, <style>; len 0: elsewhere */
    size_t raw_off;
    struct pieces *raw; /* it has actions */

    bool is_fresh;        /* nothing stands between the ">" of a start tag and here */
    struct tag *last;     /* the start tag that was closed last */
    struct tag **tag_end; /* of tree->tag */

    /* rows */
    unsigned elements;                 /* outermost ones */
    bool in_first, has_text, has_list; /* in_first: in the start tag of the first element */
    int key_data, key_id;              /* slot in data-key, id of the first element; -1 */
};

/* tree_build.c */
/** is_live: it belongs to the table of nodes. */
struct tnode *build_tnode(struct wc *wc, struct tree *tree, bool is_live, struct pos pos);
void build_list(struct builder *builder, const struct node *list);
void build_put(struct builder *builder, const char *text, size_t len);
struct tslot *build_slot(struct builder *builder, unsigned kind, unsigned place, struct pos pos);
struct sb *build_static(struct builder *builder);
struct piece *build_piece(struct builder *builder, struct pieces *pieces, struct str text,
                          const struct node *node);
/** The element around the present place, also outside of a branch; NULL: none. */
const struct elem *build_around(const struct builder *builder);

/* tree_tag.c */
void tag_text(struct builder *builder, const struct node *node);
/** The attribute before this place is complete. */
void tag_finish_attr(struct builder *builder);
/** The present tag has the attributes of these nodes in some states. */
void tag_maybe(struct builder *builder, const struct node *list);
/** Elements that must have been closed at the end of a branch. */
void tag_check_open(struct builder *builder);

#endif
