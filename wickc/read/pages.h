/* pages.h - the pages of an application: what {{range pages}} shows, and `wickc pages`.
 *
 * In: the directives of all pages. Out: pages.list, one line per page in order, which every page is
 * compiled with (option --pages); pages.h, which gives the application its list of pages. Both are
 * left alone when they would not change, so that nothing is built again.
 */
#ifndef WICKC_PAGES_H
#define WICKC_PAGES_H

#include "wickc/wickc.h"

struct page_item {
    struct str path, name, title, icon;
    struct str href; /* of that page, relative to the page that is compiled: "about", "./" */
    bool is_current; /* it is the page that is compiled */
    struct page_item *next;
};

#define PAGES_USAGE                                                                                \
    "usage: wickc pages -o outdir page.html...\n"                                                  \
    "  Writes pages.list (for --pages) and pages.h (struct wick_page *const[]) of an "             \
    "application.\n"

/** Fill wc->page_item from a list; without one it holds the page itself, if it is a page. */
void pages_read(struct wc *wc, const char *list, struct pos at);
/** The whole subcommand; argv[0] is its name. @return exit status, as wickc */
int pages_run(struct wc *wc, char **argv);
/** The relative address that leads from one page to another: "/a/b", "/about" -> "../about". */
struct str pages_href(struct wc *wc, struct str from, struct str to);

#endif
