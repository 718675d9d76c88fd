/* app.h - `wickc app`: the names that an application's files use of each other.
 *
 * In: all files of an application: pages and frames, C, style sheets, scripts, other served files.
 * Out: errors and warnings about links and files that are not there, classes that no style sheet
 * has, fields that the C names and no form has, actions without their function. Each page is
 * compiled up to its lints, but nothing is written; what is wrong in a page alone is said when it
 * is compiled. Memory: one arena for each page, and one for the other files.
 */
#ifndef WICKC_APP_H
#define WICKC_APP_H

#include "wickc/job.h"

#define APP_USAGE                                                                                  \
    "usage: wickc app [-I dir]... [--pages pages.list] [--json] [--stamp file] file...\n"          \
    "  Checks the names that the files of an application use of each other: pages, *.c, *.h, "     \
    "*.css, *.js, images.\n"                                                                       \
    "  --stamp: a file that is written when there is no error.\n"

enum { APP_FILES_MAX = 1024 };

struct app_name {
    struct str name;
    struct pos pos;
    struct app_name *next;
};

struct app_page {
    struct wc wc;
    struct job job;
    struct app_name *id;    /* of elements */
    bool has_dynamic_ids;   /* and others that are not known */
    struct app_name *sheet; /* style sheets that it loads */
    bool has_dynamic_sheet;
    struct app_page *next;
};

/* A file under the name that it is served with, or a C file. */
struct app_file {
    struct str name;
    const struct source *src; /* NULL: not a text */
};

struct app {
    struct wc *wc;                        /* of everything that is no page */
    struct app_page *page;                /* in the order given */
    struct app_file sheet[APP_FILES_MAX]; /* the served ones, style sheets too */
    unsigned sheet_count;
    struct app_file code[APP_FILES_MAX];
    unsigned code_count;
    struct app_name *class; /* of all style sheets */
};

/** The whole subcommand; argv[0] is its name. @return exit status, as wickc */
int app_run(struct wc *wc, char **argv);

/** A name of the list. @return NULL: it is not there */
const struct app_name *app_find(const struct app_name *list, struct str name);
void app_add(struct wc *wc, struct app_name **list, struct str name, struct pos pos);

/* app_class.c */
/** The classes of a style sheet, and what its url() name. */
void app_read_sheet(struct app *app, const struct source *src);
void app_check_classes(struct app *app, struct app_page *page);
/* app_link.c */
/** Ids and style sheets of a page. */
void app_read_names(struct app_page *page);
void app_check_links(struct app *app, struct app_page *page);
/** url(...) of a style sheet, which is served as name. */
void app_check_sheet_link(struct app *app, struct str link, struct pos pos);
/* app_code.c */
void app_check_code(struct app *app);

#endif
