/* options.h - the command lines of wickc and its subcommands, each described by one table.
 *
 * In: argv and a table of options. Out: the variables that the table points to, and the files that
 * are named. Errors go to wc->err as one line; the caller prints its usage after it.
 */
#ifndef WICKC_OPTIONS_H
#define WICKC_OPTIONS_H

#include "wickc/wickc.h"

/* One option. Exactly one of flag, text and list is set; the option has a value unless it is a
 * flag. A value may follow as the next argument, directly (-Idir) or after "=" (--dump=c). */
struct option {
    const char *word; /* "-I", "--json" */
    bool *flag;       /* becomes flag_value */
    bool flag_value;
    const char **text;        /* becomes the value */
    const char *const *among; /* [among_count] the values that text may have; NULL: any */
    size_t among_count;
    const char **list; /* [list_max] the value is added at *list_count */
    unsigned *list_count;
    unsigned list_max;
};

/* -I dir, which all that read a page have. */
#define OPTION_INCLUDE(wc)                                                                         \
    {                                                                                              \
        .word = "-I", .list = (wc)->include, .list_count = &(wc)->include_count,                   \
        .list_max = WC_INCLUDE_MAX                                                                 \
    }

/* Arguments that are no options. */
struct option_files {
    const char **path; /* [max] */
    unsigned *count;
    unsigned max;
};

/** Read argv[1] and what follows. @return false: it was said what is wrong. */
bool options_read(struct wc *wc, const struct option *table, size_t count,
                  struct option_files files, char **argv);

#endif
