/* pages.c - see pages.h. A line of pages.list: path, name, title and icon between tabs. */
#include "wickc/read/pages.h"

#include "wickc/options.h"
#include "wickc/read/directive.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { PAGES_MAX = 256 };

struct listed {
    struct directive dir;
    const char *path; /* of the file */
};

/* --- addresses -------------------------------------------------------------------------------- */

struct str pages_href(struct wc *wc, struct str from, struct str to)
{
    struct sb href = { 0 };
    size_t folder = 0; /* after the last "/" that both have */
    for (size_t at = 0; at < from.len && at < to.len && from.ptr[at] == to.ptr[at]; at++) {
        folder = from.ptr[at] == '/' ? at + 1 : folder;
    }
    for (size_t at = folder; at < from.len; at++) {
        if (from.ptr[at] == '/') {
            sb_puts(wc, &href, "../");
        }
    }
    struct str rest = { to.ptr + folder, to.len - folder };
    if (href.len == 0 && (rest.len == 0 || memchr(rest.ptr, ':', rest.len) != NULL)) {
        sb_puts(wc, &href, "./"); /* "" is this page with its query; "a:b" would have a scheme */
    }
    sb_put(wc, &href, rest.ptr, rest.len);
    return sb_str(&href);
}

/* --- for one page ----------------------------------------------------------------------------- */

static void add_item(struct wc *wc, struct page_item ***end, struct page_item item)
{
    struct page_item *copy = wc_take(wc, sizeof *copy);
    struct str own = str_of(wc->dir.path);
    *copy = item;
    copy->is_current = str_eq(item.path, own);
    copy->href = pages_href(wc, own, item.path);
    **end = copy;
    *end = &copy->next;
}

void pages_read(struct wc *wc, const char *list, struct pos at)
{
    struct page_item *first = NULL;
    struct page_item **end = &first;
    const struct directive *dir = &wc->dir;
    struct source *src = list == NULL ? NULL : wc_read(wc, list, at);
    struct str rest = { "", 0 };
    if (!dir->is_page || dir->path == NULL) {
        return;
    }
    if (src != NULL) {
        rest = (struct str){ src->text, src->len };
    } else if (dir->nav == NULL) {
        add_item(wc, &end,
                 (struct page_item){ .path = str_of(dir->path),
                                     .name = str_of(dir->name),
                                     .title = str_of(dir->title != NULL ? dir->title : dir->name),
                                     .icon = str_of(dir->icon) });
    }
    while (rest.len > 0) {
        struct str line = str_cut(&rest, '\n');
        struct page_item item = { 0 };
        item.path = str_cut(&line, '\t');
        item.name = str_cut(&line, '\t');
        item.title = str_cut(&line, '\t');
        item.icon = str_cut(&line, '\t');
        add_item(wc, &end, item);
    }
    wc->page_item = first;
}

/* --- wickc pages ------------------------------------------------------------------------------ */

static int compare(const void *a, const void *b)
{
    const struct directive *left = &((const struct listed *)a)->dir;
    const struct directive *right = &((const struct listed *)b)->dir;
    unsigned long order[2] = { left->order == NULL ? ULONG_MAX : strtoul(left->order, NULL, 10),
                               right->order == NULL ? ULONG_MAX : strtoul(right->order, NULL, 10) };
    if ((left->nav == NULL) != (right->nav == NULL)) {
        return left->nav == NULL ? -1 : 1;
    }
    if (order[0] != order[1]) {
        return order[0] < order[1] ? -1 : 1;
    }
    return strcmp(left->path, right->path);
}

/* Two pages of one address or one name would be found out late, or never. */
static void check_unique(struct wc *wc, const struct listed *page, unsigned count)
{
    for (unsigned idx = 0; idx < count; idx++) {
        for (unsigned other = 0; other < idx; other++) {
            const struct directive *a = &page[other].dir;
            const struct directive *b = &page[idx].dir;
            bool is_path = strcmp(a->path, b->path) == 0;
            if (!is_path && strcmp(a->name, b->name) != 0) {
                continue;
            }
            const char *word = is_path ? "path" : "name";
            struct pos pos = b->of[is_path ? DIR_PATH : DIR_NAME];
            wc_error(wc, pos.src != NULL ? pos : b->at, "another page has the %s \"%s\"", word,
                     is_path ? b->path : b->name);
            wc_note(wc, a->at, "it is this one");
        }
    }
}

/* Read the directive of one file. @return false: it is no page, or was reported */
static bool read_one(struct wc *wc, const char *path, struct listed *out)
{
    struct tokens tokens = { 0 };
    unsigned before = wc->errors;
    wc->pass = "page";
    struct source *src = wc_read(wc, path, (struct pos){ 0 });
    if (src == NULL) {
        return false;
    }
    lex_directive(wc, src, &tokens);
    if (!directive_is_page(&tokens)) {
        return false;
    }
    wc->base = wc_file_name(path);
    directive_read(wc, src, &tokens, &wc->dir);
    directive_check(wc);
    *out = (struct listed){ wc->dir, path };
    return wc->errors == before;
}

/* How much of the paths is one folder. */
static size_t common_folder(const struct listed *page, unsigned count)
{
    size_t len = count == 0 ? 0 : (size_t)(wc_file_name(page[0].path) - page[0].path);
    for (unsigned idx = 1; idx < count; idx++) {
        while (len > 0 && strncmp(page[0].path, page[idx].path, len) != 0) {
            do {
                len--;
            } while (len > 0 && page[0].path[len - 1] != '/');
        }
    }
    return len;
}

static bool is_same_file(struct wc *wc, const char *path, const struct sb *text)
{
    FILE *file = wc->file != NULL ? NULL : fopen(path, "rb");
    char *old = wc_take(wc, text->len + 1);
    size_t len = file == NULL ? 0 : fread(old, 1, text->len + 1, file);
    bool is_same = file != NULL && len == text->len && memcmp(old, sb_text(text), len) == 0;
    if (file != NULL) {
        (void)fclose(file);
    }
    return is_same;
}

static bool write_changed(struct wc *wc, const char *path, const struct sb *text)
{
    return is_same_file(wc, path, text) || wc_write(wc, path, text);
}

static bool write_all(struct wc *wc, const struct listed *page, unsigned count)
{
    struct sb list = { 0 };
    struct sb header = { 0 };
    size_t folder = common_folder(page, count);
    sb_puts(wc, &header,
            "/* pages.h - made by wickc from the directives of the pages; changes here are lost. "
            "*/\n#ifndef WICK_PAGES\n\n");
    for (unsigned idx = 0; idx < count; idx++) {
        const struct directive *dir = &page[idx].dir;
        if (dir->nav == NULL) {
            sb_putf(wc, &list, "%s\t%s\t%s\t%s\n", dir->path, dir->name,
                    dir->title != NULL ? dir->title : dir->name,
                    dir->icon != NULL ? dir->icon : "");
        }
        sb_putf(wc, &header, "#include \"%s.h\"\n", page[idx].path + folder);
    }
    sb_puts(wc, &header,
            "\n/* For an array of const struct wick_page *, in the order of "
            "navigation. */\n#define WICK_PAGES");
    for (unsigned idx = 0; idx < count; idx++) {
        sb_putf(wc, &header, "%s &page_%s", idx == 0 ? "" : ",", page[idx].dir.name);
    }
    sb_puts(wc, &header, "\n\n#endif\n");
    return write_changed(wc, wc_format(wc, "%s/pages.list", wc->out_dir), &list) &&
           write_changed(wc, wc_format(wc, "%s/pages.h", wc->out_dir), &header);
}

int pages_run(struct wc *wc, char **argv)
{
    const char **path = wc_take(wc, PAGES_MAX * sizeof *path);
    struct listed *page = wc_take(wc, PAGES_MAX * sizeof *page);
    unsigned file_count = 0;
    unsigned count = 0;
    const struct option table[] = { { .word = "-o", .text = &wc->out_dir } };
    struct option_files files = { path, &file_count, PAGES_MAX };
    if (!options_read(wc, table, WICK_COUNT_OF(table), files, argv) || file_count == 0) {
        (void)fputs(PAGES_USAGE, wc->err);
        return 64;
    }
    for (unsigned idx = 0; idx < file_count; idx++) {
        count += read_one(wc, path[idx], &page[count]);
    }
    check_unique(wc, page, count);
    if (wc->errors > 0) {
        return 1;
    }
    qsort(page, count, sizeof *page, compare);
    return write_all(wc, page, count) ? 0 : 74;
}
