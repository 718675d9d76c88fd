/* app_link.c - addresses in pages and style sheets that lead to nothing: no page, no file, no id.
 *
 * Only what is written in the template is looked at. An address that begins with text and goes on
 * with an action is looked at up to its "?" or "#".
 */
#include "wickc/app/app.h"
#include "wickc/lint/lint.h"
#include "wickc/read/pages.h"

#include <string.h>

/* --- ids -------------------------------------------------------------------------------------- */

/* "css/own.css?v=2" -> "own.css" */
static struct str name_of(struct str link)
{
    link = str_cut(&link, '?');
    while (memchr(link.ptr, '/', link.len) != NULL) {
        (void)str_cut(&link, '/');
    }
    return link;
}

static void read_sheet(struct app_page *page, const struct tag *tag)
{
    const struct tag_attr *rel = tag_find(tag, "rel");
    const struct tag_attr *href = tag_find(tag, "href");
    bool is_sheet =
        str_eq(tag->name, STR("link")) && href != NULL &&
        (rel == NULL || rel->is_dynamic || str_eq_nocase(rel->value, STR("stylesheet")));
    if (is_sheet && href->is_dynamic) {
        page->has_dynamic_sheet = true;
    } else if (is_sheet) {
        app_add(&page->wc, &page->sheet, name_of(href->value), href->pos);
    }
}

void app_read_names(struct app_page *page)
{
    for (const struct tag *tag = page->job.tree->tag; tag != NULL; tag = tag->next) {
        const struct tag_attr *id = tag->is_end ? NULL : tag_find(tag, "id");
        if (!tag->is_end) {
            read_sheet(page, tag);
        }
        if (id != NULL && !id->is_dynamic) {
            app_add(&page->wc, &page->id, id->value, id->pos);
        } else if (!tag->is_end && tag_may_have(tag, "id")) {
            page->has_dynamic_ids = true;
        }
    }
}

static void warn_id(struct app_page *page, const struct app_page *target, struct str id,
                    struct pos pos)
{
    if (id.len == 0 || target->has_dynamic_ids || app_find(target->id, id) != NULL ||
        str_eq_nocase(id, STR("top"))) {
        return;
    }
    struct near near = { .name = id };
    for (const struct app_name *name = target->id; name != NULL; name = name->next) {
        near_try(&near, name->name);
    }
    struct wc *wc = &page->wc;
    const char *what =
        wc_format(wc, "no element of %s has the id \"%.*s\"",
                  target == page ? "this page" : wc_format(wc, "page \"%s\"", target->wc.dir.path),
                  (int)id.len, id.ptr);
    wc_say(wc, pos, false, "unknown-id",
           near.best.ptr == NULL ? what
                                 : wc_format(wc, "%s; did you mean \"#%.*s\"?", what,
                                             (int)near.best.len, near.best.ptr));
}

/* Fragments of an SVG: <use href="icons.svg#gear">. */
static void check_svg_id(struct app_page *page, const struct app_file *file, struct str id,
                         struct pos pos)
{
    struct near near = { .name = id };
    bool is_there = file->src == NULL || id.len == 0 || !wc_ends(file->name, ".svg");
    const char *at = is_there ? NULL : strstr(file->src->text, " id=\"");
    while (at != NULL && !is_there) {
        struct str name = { at + 5, strcspn(at + 5, "\"") };
        is_there = str_eq(name, id);
        near_try(&near, name);
        at = strstr(at + 5, " id=\"");
    }
    struct wc *wc = &page->wc;
    if (!is_there) {
        const char *what = wc_format(wc, "%.*s has no element with the id \"%.*s\"",
                                     (int)file->name.len, file->name.ptr, (int)id.len, id.ptr);
        wc_say(wc, pos, true, "unknown-file",
               near.best.ptr == NULL ? what
                                     : wc_format(wc, "%s; did you mean \"%.*s\"?", what,
                                                 (int)near.best.len, near.best.ptr));
    }
}

/* --- addresses -------------------------------------------------------------------------------- */

/* "/a/b" and "../c?x" -> "/c", as browsers do */
static struct str resolve(struct wc *wc, struct str base, struct str link)
{
    struct sb path = { 0 };
    if (link.len == 0) {
        return base;
    }
    if (link.ptr[0] != '/') {
        size_t folder = base.len;
        while (folder > 0 && base.ptr[folder - 1] != '/') {
            folder--;
        }
        sb_put(wc, &path, base.ptr, folder);
    }
    while (link.len > 0) {
        bool is_last = memchr(link.ptr, '/', link.len) == NULL;
        struct str part = str_cut(&link, '/');
        bool is_up = str_eq(part, STR(".."));
        if (is_up && path.len > 1) {
            sb_cut(&path, path.len - 1);
            while (path.len > 0 && path.ptr[path.len - 1] != '/') {
                sb_cut(&path, path.len - 1);
            }
        } else if (!is_up && !str_eq(part, STR("."))) {
            sb_put(wc, &path, part.ptr, part.len);
            sb_puts(wc, &path, is_last ? "" : "/");
        }
    }
    return path.len == 0 ? STR("/") : sb_str(&path);
}

static bool has_scheme(struct str link)
{
    for (size_t at = 0; at < link.len; at++) {
        if (strchr("/?#{", link.ptr[at]) != NULL) {
            return false;
        }
        if (link.ptr[at] == ':') {
            return at > 0;
        }
    }
    return false;
}

/* What wick serves besides pages and files: src/live/probe.c, src/live/request.c. */
static bool is_built_in(struct str path)
{
    static const char *const paths[] = { "/healthz", "/readyz", "/metrics", "/licenses.txt" };
    for (size_t idx = 0; idx < WICK_COUNT_OF(paths); idx++) {
        if (str_eq(path, str_of(paths[idx]))) {
            return true;
        }
    }
    return str_starts(path, STR("/tree/"));
}

static struct app_page *find_page(struct app *app, struct str path, struct near *near)
{
    struct str plain = path;
    const char *tilde = memchr(path.ptr, '~', path.len); /* path~wire */
    plain.len = tilde == NULL ? path.len : (size_t)(tilde - path.ptr);
    for (struct app_page *page = app->page; page != NULL; page = page->next) {
        if (str_eq(str_of(page->wc.dir.path), plain)) {
            return page;
        }
        near_try(near, str_of(page->wc.dir.path));
    }
    return str_eq(path, STR("/")) ? app->page : NULL; /* the first one is shown for it */
}

static const struct app_file *find_file(const struct app *app, struct str path, struct near *near)
{
    for (unsigned idx = 0; idx < app->sheet_count; idx++) {
        const struct app_file *file = &app->sheet[idx];
        if (str_eq(file->name, (struct str){ path.ptr + 1, path.len - 1 })) {
            return file;
        }
        near_try(near, file->name);
    }
    return NULL;
}

/* An address and what it is for. */
struct link {
    struct str text;
    struct pos pos;
    bool is_file; /* it is loaded, not followed */
};

/* "/", "/about" */
static const char *paths_of(const struct app *app, struct wc *wc)
{
    enum { SHOWN_MAX = 8 };

    struct sb all = { 0 };
    unsigned count = 0;
    for (const struct app_page *page = app->page; page != NULL; page = page->next) {
        if (count++ < SHOWN_MAX) {
            sb_putf(wc, &all, "%s%s", count == 1 ? "" : ", ", page->wc.dir.path);
        }
    }
    return count > SHOWN_MAX ? wc_format(wc, "%s and others", sb_text(&all)) : sb_text(&all);
}

static void say_missing(const struct app *app, struct wc *wc, const struct link *link,
                        struct str path, struct str near)
{
    const char *what = wc_format(wc, "there is no %s \"%.*s\" in this application",
                                 link->is_file ? "file" : "page or file", (int)path.len, path.ptr);
    if (near.ptr != NULL) {
        what = wc_format(wc, "%s; did you mean \"%.*s\"?", what, (int)near.len, near.ptr);
    } else if (link->is_file) {
        what = wc_format(wc,
                         "%s: files with the endings css js svg png ico woff2 beside its pages are "
                         "served",
                         what);
    } else {
        what = wc_format(wc, "%s; its pages are %s", what, paths_of(app, wc));
    }
    wc_say(wc, link->pos, link->is_file, "unknown-file", what);
}

static void check_link(struct app *app, struct app_page *page, const struct link *link)
{
    struct str rest = str_trim(link->text, " \t\r\n\f");
    if (has_scheme(rest) || str_starts(rest, STR("//"))) {
        return;
    }
    struct str fragment = rest;
    struct str path = str_cut(&fragment, '#');
    bool is_cut = strstr(wc_copy(&page->wc, path.ptr, path.len), "{{") != NULL;
    path = str_cut(&path, '?');
    bool is_known = strstr(wc_copy(&page->wc, path.ptr, path.len), "{{") == NULL;
    bool has_fragment = strstr(wc_copy(&page->wc, fragment.ptr, fragment.len), "{{") == NULL;
    if (!is_known || (is_cut && path.len == 0)) {
        return;
    }
    path = resolve(&page->wc, str_of(page->wc.dir.path), path);
    struct near near = { .name = path };
    struct near near_file = { .name = { path.ptr + 1, path.len - 1 } };
    struct app_page *target = find_page(app, path, &near);
    const struct app_file *file = target == NULL ? find_file(app, path, &near_file) : NULL;
    if (target != NULL && !link->is_file) {
        warn_id(page, target, has_fragment ? fragment : (struct str){ "", 0 }, link->pos);
    } else if (file != NULL) {
        check_svg_id(page, file, has_fragment ? fragment : (struct str){ "", 0 }, link->pos);
    } else if (target == NULL && !is_built_in(path)) {
        struct str best = near.best.ptr != NULL && !link->is_file ? near.best : near_file.best;
        say_missing(app, &page->wc, link, link->is_file ? near_file.name : path, best);
    }
}

/* --- where addresses stand -------------------------------------------------------------------- */

static void check_attr(struct app *app, struct app_page *page, const struct tag *tag,
                       const struct tag_attr *attr)
{
    static const char followed[] = " a area form button input ";
    bool is_list = wc_is_among(attr->name, " srcset imagesrcset ");
    bool is_link = wc_is_among(tag->name, followed) && !str_eq(attr->name, STR("src"));
    struct str text = attr->is_dynamic ? attr->source : attr->value;
    struct pos pos = attr->value_pos.src == NULL ? attr->pos : attr->value_pos;
    pos.len = (uint32_t)attr->source.len;
    if (is_list && attr->is_dynamic) {
        return;
    }
    if (!is_list) {
        if (text.len > 0 || (is_link && attr->has_value)) {
            check_link(app, page, &(struct link){ text, pos, !is_link });
        }
        return;
    }
    while (text.len > 0) {
        struct str one = str_trim(str_cut(&text, ','), " \t\r\n\f");
        size_t len = strcspn(one.ptr, " \t\r\n\f");
        one.len = len < one.len ? len : one.len;
        if (one.len > 0) {
            check_link(app, page, &(struct link){ one, pos, true });
        }
    }
}

void app_check_links(struct app *app, struct app_page *page)
{
    static const char names[] =
        " href src action formaction srcset imagesrcset poster data xlink:href ";
    const struct tree *tree = page->job.tree;
    for (const struct tag *tag = tree->tag; tag != NULL; tag = tag->next) {
        if (!tag->is_end && str_eq(tag->name, STR("base"))) {
            return; /* the addresses are relative to something else */
        }
    }
    for (const struct tag *tag = tree->tag; tag != NULL; tag = tag->next) {
        for (const struct tag_attr *attr = tag->is_end ? NULL : tag->attr; attr != NULL;
             attr = attr->next) {
            bool is_data = str_eq(attr->name, STR("data")) && !str_eq(tag->name, STR("object"));
            if (wc_is_among(attr->name, names) && !is_data) {
                check_attr(app, page, tag, attr);
            }
        }
    }
}

void app_check_sheet_link(struct app *app, struct str link, struct pos pos)
{
    struct near near = { 0 };
    struct str path = link;
    if (link.len == 0 || has_scheme(link) || link.ptr[0] == '#') {
        return;
    }
    path = str_cut(&path, '#');
    path = resolve(app->wc, STR("/"), str_cut(&path, '?'));
    near.name = (struct str){ path.ptr + 1, path.len - 1 };
    if (find_file(app, path, &near) == NULL) {
        say_missing(app, app->wc, &(struct link){ link, pos, true }, near.name, near.best);
    }
}
