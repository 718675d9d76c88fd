/* directive.h - the first comment of a page: wick:page path="/" title="Overview" and so on.
 *
 * In: the text of the comment. Out: wc->dir, checked as far as it can be without the C header.
 */
#ifndef WICKC_DIRECTIVE_H
#define WICKC_DIRECTIVE_H

#include "wickc/read/lex.h"

/** Read the directive of src into dir. Without one dir->at is the start of the file. */
void directive_read(struct wc *wc, const struct source *src, const struct tokens *tokens,
                    struct directive *dir);
/** Fill in what is absent and report what does not fit together; names wc->base. */
void directive_check(struct wc *wc);
/** A page has the directive wick:page. @return false: the file is a frame, a part, a template */
bool directive_is_page(const struct tokens *tokens);

#endif
