/* preview_table.h - what `wickc preview` writes: a template with data sets as constants. Included
 * by its C and by what runs it.
 *
 * Host only: toolchain/preview.c runs one, tests link hundreds of them (option --c).
 */
#ifndef WICKC_PREVIEW_TABLE_H
#define WICKC_PREVIEW_TABLE_H

#include "tmpl/tmpl.h"

struct preview_table {
    const struct tmpl *tmpl;
    const struct tmpl_node *head, *tail; /* around the live element: head, ">", root, tail; NULL:
                                            there is none, everything is live */
    const void *const *data;             /* [data_count] states, as part TMPL_DEVICE */
    unsigned data_count;
    bool has_marks; /* HTML as a page with wick.js is served: comments around slots */
};

#endif
