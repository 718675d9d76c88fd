/* escape_priv.h - between escape.c and escape_text.c. */
#ifndef WICKC_ESCAPE_PRIV_H
#define WICKC_ESCAPE_PRIV_H

#include "wickc/read/ast.h"

struct range_ctx {
    struct range_ctx *outer;
    struct html_ctx left; /* join of the contexts at every break and continue */
    bool is_left;
};

struct escaper {
    struct wc *wc;
    unsigned dry;
    struct range_ctx *range;
    struct pos tag, value; /* where the last tag and the last attribute value began */
};

/** The context after an error, in the content of this element or in none. */
struct html_ctx escape_lost(enum html_element element);
/** Rewrite the static text of a node as Go does, and note where tags and attributes begin in it.
 * @return the context after it */
struct html_ctx escape_text(struct escaper *escaper, struct html_ctx ctx, struct node *node);

#endif
