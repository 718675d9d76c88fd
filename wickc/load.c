/* load.c - see load.h: which file is what, and the files that a template names. */
#include "wickc/load.h"

#include "wickc/read/directive.h"
#include "wickc/read/pages.h"

#include <string.h>

struct file {
    const struct source *src; /* NULL: it could not be read, reported */
    struct tokens tokens;
    struct node *text; /* what stands outside of its {{define}}s */
};

static void lex_file(struct job *job, const char *path, struct pos at, struct file *out)
{
    struct wc *wc = job->wc;
    out->src = wc_read(wc, path, at);
    if (out->src == NULL) {
        return;
    }
    wc->pass = "lex";
    lex(wc, out->src, &out->tokens);
    if (wc->dump != NULL && strcmp(wc->dump, "lex") == 0) {
        dump_tokens(job->out, &out->tokens);
    }
}

static struct node *parse_file(struct job *job, const struct file *file, enum file_role role)
{
    job->wc->pass = "parse";
    return file->src == NULL ? NULL : parse(job->wc, &file->tokens, &job->ast, role);
}

/* --- the page --------------------------------------------------------------------------------- */

/* Which file is the page? Further directives are refused: they would be ignored. */
static unsigned find_page(struct job *job, const struct file *file)
{
    unsigned page = job->page_count;
    for (unsigned idx = 0; idx < job->page_count; idx++) {
        if (file[idx].src == NULL || file[idx].tokens.directive.len == 0) {
            continue;
        }
        if (page == job->page_count) {
            page = idx;
        } else {
            wc_error(job->wc, file[idx].tokens.directive_pos,
                     "only one file of a page has a directive, and %s has one already",
                     file[page].src->path);
        }
    }
    return page < job->page_count ? page : 0;
}

/* A preview shows a template over data alone: it is no page and has no state of the program. */
static void as_preview(struct job *job)
{
    struct directive *dir = &job->wc->dir;
    dir->is_page = false;
    dir->types = dir->view = dir->device_var = dir->hooks = NULL;
    dir->name = dir->device = job->inferred_name;
    dir->client = job->client == NULL ? dir->client : job->client;
}

/* A directive that was meant and is not read. */
static void check_unread(struct wc *wc, const struct file *file)
{
    static const char *const meant[] = { "wick:page", "wick:tmpl", "wick-page",
                                         "wick page", "wickpage",  "wick_page" };
    const char *text = file->src->text;
    const char *at = NULL;
    for (size_t idx = 0; idx < WICK_COUNT_OF(meant) && at == NULL; idx++) {
        at = wc->dir.is_there ? NULL : strstr(text, meant[idx]);
        if (at != NULL && idx > 1 && at > text + strcspn(text, "\n")) {
            at = NULL; /* words of the text */
        }
    }
    if (at == NULL) {
        return;
    }
    size_t before = strspn(text, " \t\r\n");
    if (at == text + strlen("{{/* ") && strncmp(at, "wick:", 5) == 0) {
        return; /* it is the first thing, and could not be read: that was said */
    }
    wc_error(wc, pos_of(file->src, (size_t)(at - text), strlen("wick:page")),
             "this directive is not read: the file must begin with {{/* wick:page ... */ -}}");
    if (text + before + strlen("{{/* ") < at) {
        wc_note(wc, pos_of(file->src, before, 1), "this stands before it");
    } else if (before > 0) {
        wc_note(wc, pos_of(file->src, 0, 1), "blanks stand before it");
    }
    wc->is_blind = true;
}

/* --- the frame -------------------------------------------------------------------------------- */

/* What stands outside of the {{define}}s of a page is not in the frame, so nobody would see it. */
static void check_outside(struct wc *wc, const struct node *list)
{
    for (const struct node *node = list; node != NULL; node = node->next) {
        struct str text = node->kind == NODE_TEXT ? str_trim(node->text, " \t\r\n") : node->text;
        if (node->kind == NODE_TEXT && text.len == 0) {
            continue;
        }
        struct pos pos = node->pos;
        if (node->kind == NODE_TEXT) {
            size_t len = strcspn(text.ptr, "\r\n{");
            pos = pos_of(pos.src, (size_t)(text.ptr - pos.src->text),
                         len < text.len ? len : text.len);
        }
        wc_error(wc, pos,
                 "this is never shown: the page fills the blocks of its frame, so everything "
                 "stands in a {{define \"...\"}}");
        return;
    }
}

static struct node *load_frame(struct job *job)
{
    struct wc *wc = job->wc;
    struct pos at = wc->dir.of[DIR_FRAME];
    const char *path = wc_find(wc, wc->dir.frame, job->path);
    struct file frame = { 0 };
    if (path == NULL) {
        wc->pass = "page";
        wc_error(wc, at, "there is no frame \"%s\": it is looked for beside the page and along -I",
                 wc->dir.frame);
        job->ast.is_cut = true;
        return NULL;
    }
    lex_file(job, path, at, &frame);
    if (frame.src != NULL && frame.tokens.directive.len > 0) {
        wc->pass = "page";
        wc_error(wc, at, "%s is a page, not a frame", path);
        wc_note(wc, frame.tokens.directive_pos, "a frame has no directive");
    }
    return parse_file(job, &frame, FILE_GIVEN);
}

/* --- {{template "file.html"}} ------------------------------------------------------------------
 */

static bool is_defined(const struct ast *ast, struct str name)
{
    for (const struct define *define = ast->define; define != NULL; define = define->next) {
        if (str_eq(define->name, name)) {
            return true;
        }
    }
    return false;
}

/* Read the files that the templates name but the command line does not. @return one was read, so
 * look again */
/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static bool load_named(struct job *job, const struct node *list)
{
    bool is_more = false;
    for (const struct node *node = list; node != NULL; node = node->next) {
        bool is_name = node->kind == NODE_TEMPLATE && memchr(node->text.ptr, '.', node->text.len) &&
                       memchr(node->text.ptr, '/', node->text.len) == NULL;
        if (is_name && !is_defined(&job->ast, node->text)) {
            const char *path =
                wc_find(job->wc, wc_copy(job->wc, node->text.ptr, node->text.len), job->path);
            struct file file = { 0 };
            if (path != NULL) {
                lex_file(job, path, node->pos, &file);
                (void)parse_file(job, &file, FILE_FOUND);
                is_more = is_more || file.src != NULL;
            }
        }
        is_more = load_named(job, node->body) || is_more;
        is_more = load_named(job, node->otherwise) || is_more;
    }
    return is_more;
}

static void load_all_named(struct job *job)
{
    bool is_more = true;
    while (is_more) {
        is_more = load_named(job, job->ast.root);
        for (const struct define *define = job->ast.define; define != NULL && !is_more;
             define = define->next) {
            is_more = load_named(job, define->body);
        }
    }
}

void load_files(struct job *job)
{
    struct wc *wc = job->wc;
    struct file *file = wc_take(wc, job->page_count * sizeof *file);
    WICK_ASSERT(job->page_count > 0); /* checked when the options were read */
    for (unsigned idx = 0; idx < job->page_count; idx++) {
        lex_file(job, job->page[idx], (struct pos){ 0 }, &file[idx]);
    }
    unsigned page = find_page(job, file);
    job->path = job->page[page];
    wc->base = wc_file_name(job->path);
    wc->pass = "page";
    if (file[page].src != NULL) {
        directive_read(wc, file[page].src, &file[page].tokens, &wc->dir);
        check_unread(wc, &file[page]);
        if (job->inferred != NULL) {
            as_preview(job);
        }
        directive_check(wc);
        wc->is_strict = wc->is_strict && wc->dir.marks == NULL;
        pages_read(wc, job->page_list, wc->dir.of[DIR_PATH]);
    }
    job->ast.root = wc->dir.frame == NULL ? NULL : load_frame(job);
    for (unsigned idx = 0; idx < job->page_count; idx++) {
        file[idx].text = parse_file(job, &file[idx], idx == page ? FILE_PAGE : FILE_GIVEN);
    }
    if (wc->dir.frame == NULL) {
        job->ast.root = file[0].text;
    }
    if (wc->dir.frame != NULL || page > 0) {
        wc->pass = "page";
        check_outside(wc, file[page].text);
    }
    load_all_named(job);
}
