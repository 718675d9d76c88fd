/* job.h - one run of the compiler: what wickc.c does with the pages, for itself and for `wickc
 * preview`. */
#ifndef WICKC_JOB_H
#define WICKC_JOB_H

#include "wickc/ctypes/types.h"
#include "wickc/form/form.h"
#include "wickc/read/ast.h"
#include "wickc/tree/tree.h"

enum { WC_PAGES_MAX = 64 };

struct job {
    struct wc *wc;
    const char *page[WC_PAGES_MAX];
    unsigned page_count;
    const char *path;      /* of the page: the file with the directive, else the first one */
    const char *page_list; /* what `wickc pages` made of the application; NULL: this page alone */
    struct ast ast;
    struct types types;
    struct tree *tree;
    struct forms *forms;
    FILE *out;
    bool wants_sizes; /* --sizes: nothing is written */
    /* preview: types and name that replace those of the directive; then the C is kept here and no
     * file is written */
    const struct source *inferred; /* NULL: an ordinary run */
    const char *inferred_name;
    const char *client;  /* NULL: that of the directive */
    struct sb c, header; /* the C, \1 for #line */
};

/** All passes, in order. @return false: one could not go on; errors are counted in job->wc. */
bool job_passes(struct job *job);
/** The passes that find mistakes; nothing is written or printed. @return false: as above */
bool job_check(struct job *job);
#endif
