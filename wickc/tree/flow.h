/* flow.h - {{break}} and {{continue}} in the body of a live list.
 *
 * In: the checked nodes of a range. Out: whether the body decides which elements are rows, and a
 * copy of it without {{break}} and {{continue}}, in which each row is a tree of its own.
 */
#ifndef WICKC_FLOW_H
#define WICKC_FLOW_H

#include "wickc/check/check.h"

bool flow_leaves(const struct node *list);
/** Report a {{break}} or {{continue}} that would leave a <script> open. is_in_script: the list
 * begins inside one. @return it ends inside one */
bool flow_check(struct wc *wc, const struct node *list, bool is_in_script);
bool flow_node_leaves(const struct node *node); /* in a branch */
/** The body decides which elements are rows of the list. */
bool flow_chooses(const struct wc *wc, const struct node *body);
bool flow_may_filter(const struct wc *wc,
                     const struct node *node); /* a branch that shows something in one case only */
struct node *flow_as_branch(struct wc *wc, const struct node *node);
/** A copy of the body of a range in which {{break}} and {{continue}} have become branches. */
struct node *flow_unfold(struct wc *wc, const struct node *body);
/** Every path through the list leaves the row, and nothing is written first. */
bool flow_is_exit(const struct wc *wc, const struct node *list);
/** It writes nothing that counts: white space does not, in a live page. */
bool flow_is_blank(const struct wc *wc, const struct node *node);
/** The nodes set variables and write nothing that counts: a running total. */
bool flow_only_sets(const struct wc *wc, const struct node *list);

#endif
