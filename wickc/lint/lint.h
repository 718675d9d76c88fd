/* lint.h - what compiles but is wrong in a page: markup, addresses, keys, actions, code that never
 * runs.
 *
 * In: the nodes, the tree, the actions. Out: errors and warnings only; nothing is changed.
 */
#ifndef WICKC_LINT_H
#define WICKC_LINT_H

#include "wickc/form/form.h"

/* X(name, code, is_error): what makes a page wrong or unusable for some is an error, what is only
 * suspicious is a warning */
#define LINTS(X)                                                                                   \
    X(LABEL, "label", true)                                                                        \
    X(ALT, "alt", true)                                                                            \
    X(ID, "duplicate-id", true)                                                                    \
    X(REFERENCE, "unknown-id", false)                                                              \
    X(URL, "absolute-url", true)                                                                   \
    X(NESTING, "nesting", true)                                                                    \
    X(INLINE, "inline-code", true)                                                                 \
    X(SCRIPT, "not-live", false)                                                                   \
    X(FIELD, "unknown-field", true)                                                                \
    X(KEY, "key", true)                                                                            \
    X(KEY_INDEX, "key-index", false)                                                               \
    X(KEY_UNUSED, "key-unused", false)                                                             \
    X(ACTION, "unknown-action", true)                                                              \
    X(BLOCK, "unknown-block", true)                                                                \
    X(UNUSED, "unused-template", false)                                                            \
    X(UNREACHABLE, "unreachable", false)
#define LINT_ENUM(name, code, is_error) LINT_##name,

enum lint { LINTS(LINT_ENUM) };

#undef LINT_ENUM

WICK_PRINTF(4, 5)
void lint_say(struct wc *wc, enum lint lint, struct pos pos, const char *format, ...);

void lint_tags(struct wc *wc, const struct tree *tree);    /* labels, alt, ids */
void lint_nesting(struct wc *wc, const struct tree *tree); /* what browsers' parsers repair */
void lint_inline(struct wc *wc, const struct tree *tree);  /* code that the CSP blocks */
void lint_script(struct wc *wc, const struct tree *tree);  /* is the page live? */
/** The fields that error, draft name. */
void lint_fields(struct wc *wc, const struct tree *tree, const struct forms *forms);
void lint_urls(struct wc *wc, const struct tree *tree); /* absolute addresses */
void lint_keys(struct wc *wc, const struct tree *tree); /* of the rows of lists */
void lint_actions(struct wc *wc, const struct tree *tree, const struct forms *forms);
void lint_flow(struct wc *wc,
               const struct ast *ast); /* unused templates, branches that are never taken */

#endif
