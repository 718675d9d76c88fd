/* app.c - see app.h: the command line, reading all files, the order of the checks. */
#include "wickc/app/app.h"

#include "wickc/options.h"

#include <string.h>

struct settings {
    const char *file[APP_FILES_MAX];
    unsigned count;
    const char *page_list, *stamp;
};

const struct app_name *app_find(const struct app_name *list, struct str name)
{
    while (list != NULL && !str_eq(list->name, name)) {
        list = list->next;
    }
    return list;
}

void app_add(struct wc *wc, struct app_name **list, struct str name, struct pos pos)
{
    if (app_find(*list, name) == NULL) {
        struct app_name *added = wc_take(wc, sizeof *added);
        *added = (struct app_name){ name, pos, *list };
        *list = added;
    }
}

static bool is_text(const char *path)
{
    static const char *const ends[] = { ".css", ".js", ".svg" };
    for (size_t idx = 0; idx < WICK_COUNT_OF(ends); idx++) {
        if (wc_ends(str_of(path), ends[idx])) {
            return true;
        }
    }
    return false;
}

/* --- pages ------------------------------------------------------------------------------------ */

/* The frame of pages that have neither a <body> nor frame=, as app.mk gives it to them. */
static const char *frame_of(const struct settings *settings)
{
    for (unsigned idx = 0; idx < settings->count; idx++) {
        if (strcmp(wc_file_name(settings->file[idx]), "frame.html") == 0) {
            return settings->file[idx];
        }
    }
    return NULL;
}

static bool wants_frame(const struct source *src)
{
    const char *end = strstr(src->text, "*/");
    const char *frame = strstr(src->text, "frame=");
    return strstr(src->text, "<body") == NULL && (frame == NULL || end == NULL || frame > end);
}

/* @return NULL: the file is no page but a part of one, or it was said what is wrong */
static struct app_page *read_page(struct app *app, const struct settings *settings,
                                  const char *path)
{
    struct wc *wc = app->wc;
    struct source *src = wc_read(wc, path, (struct pos){ 0 });
    if (src == NULL || !str_starts((struct str){ src->text, src->len }, STR("{{/* wick:page"))) {
        return NULL;
    }
    struct app_page *page = wc_take(wc, sizeof *page);
    const char *frame = frame_of(settings);
    page->wc = (struct wc){ .out_dir = ".",
                            .is_strict = true,
                            .err = wc->err,
                            .out = wc->out,
                            .file = wc->file,
                            .file_count = wc->file_count,
                            .is_json = wc->is_json,
                            .include_count = wc->include_count };
    memcpy(page->wc.include, wc->include, sizeof wc->include);
    page->job = (struct job){ .wc = &page->wc, .out = wc->out, .page_list = settings->page_list };
    if (frame != NULL && wants_frame(src)) {
        page->job.page[page->job.page_count++] = frame;
    }
    page->job.page[page->job.page_count++] = path;
    (void)job_check(&page->job);
    if (page->wc.errors == 0) {
        page->wc.said = NULL; /* its warnings were said when it was compiled */
        page->wc.warnings = 0;
        page->wc.pass = "app";
        app_read_names(page);
    }
    return page;
}

static void read_files(struct app *app, const struct settings *settings)
{
    struct app_page **end = &app->page;
    for (unsigned idx = 0; idx < settings->count; idx++) {
        struct str path = str_of(settings->file[idx]);
        struct app_file file = { .name = str_of(wc_file_name(settings->file[idx])) };
        if (wc_ends(path, ".html")) {
            *end = read_page(app, settings, path.ptr);
            end = *end == NULL ? end : &(*end)->next;
        } else if (wc_ends(path, ".c") || wc_ends(path, ".h")) {
            file.src = wc_read(app->wc, path.ptr, (struct pos){ 0 });
            app->code[app->code_count++] = file;
        } else {
            file.src = is_text(path.ptr) ? wc_read(app->wc, path.ptr, (struct pos){ 0 }) : NULL;
            app->sheet[app->sheet_count++] = file;
        }
    }
}

static unsigned errors_of(const struct app *app)
{
    unsigned errors = app->wc->errors;
    for (const struct app_page *page = app->page; page != NULL; page = page->next) {
        errors += page->wc.errors;
    }
    return errors;
}

static void check_all(struct app *app)
{
    for (unsigned idx = 0; idx < app->sheet_count; idx++) {
        if (wc_ends(app->sheet[idx].name, ".css") && app->sheet[idx].src != NULL) {
            app_read_sheet(app, app->sheet[idx].src);
        }
    }
    for (struct app_page *page = app->page; page != NULL; page = page->next) {
        app_check_links(app, page);
        app_check_classes(app, page);
    }
    app_check_code(app);
}

static bool read_settings(struct wc *wc, struct settings *settings, char **argv)
{
    const struct option table[] = {
        OPTION_INCLUDE(wc),
        { .word = "--pages", .text = &settings->page_list },
        { .word = "--stamp", .text = &settings->stamp },
        { .word = "--json", .flag = &wc->is_json, .flag_value = true },
    };
    struct option_files files = { settings->file, &settings->count, APP_FILES_MAX };
    return options_read(wc, table, WICK_COUNT_OF(table), files, argv) && settings->count > 0;
}

int app_run(struct wc *wc, char **argv)
{
    struct settings *settings = wc_take(wc, sizeof *settings);
    struct app *app = wc_take(wc, sizeof *app);
    if (!read_settings(wc, settings, argv)) {
        (void)fputs(APP_USAGE, wc->err);
        return 64;
    }
    app->wc = wc;
    wc->pass = "app";
    read_files(app, settings);
    if (errors_of(app) == 0) { /* else much would be said that is not so */
        check_all(app);
    }
    for (struct app_page *page = app->page; page != NULL; page = page->next) {
        wc_flush(&page->wc, wc->out);
    }
    int status = errors_of(app) == 0 ? 0 : 1;
    wc_flush(wc, wc->out);
    for (struct app_page *page = app->page; page != NULL; page = page->next) {
        wc_close(&page->wc);
    }
    if (status == 0 && settings->stamp != NULL) {
        struct sb text = { 0 };
        status = wc_write(wc, settings->stamp, &text) ? 0 : 74;
    }
    return status;
}
