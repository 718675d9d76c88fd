/* escape.h - the pass that finds out for every action where in the document it stands and how its
 * value is escaped.
 *
 * In: the expanded nodes. Out: node->html of every node. Errors: a place where no value may stand,
 * and branches that end in different places, are reported with wc_error().
 */
#ifndef WICKC_ESCAPE_H
#define WICKC_ESCAPE_H

#include "wickc/read/ast.h"

/** Fills out, event, before, after and how of the nodes. */
void escape(struct wc *wc, struct node *root);

#endif
