/* preview.c - see preview.h: options, the order of things. */
#include "wickc/preview/preview.h"

#include "wickc/emit/emit.h"
#include "wickc/options.h"

#include <string.h>

struct options {
    const char *data[PREVIEW_SETS_MAX];
    unsigned data_count;
    const char *diff, *c, *name;
};

static bool is_data(const char *path)
{
    return wc_ends(str_of(path), ".json");
}

/* Files are told apart by their names. @return false: too many */
static bool sort_files(struct job *job, struct options *options, const char *const *path,
                       unsigned count)
{
    for (unsigned idx = 0; idx < count; idx++) {
        bool has_room = is_data(path[idx]) ? options->data_count < PREVIEW_SETS_MAX
                                           : job->page_count < WC_PAGES_MAX;
        if (!has_room) {
            (void)fprintf(job->wc->err, "wickc preview: too many files: %s\n", path[idx]);
            return false;
        }
        if (is_data(path[idx])) {
            options->data[options->data_count++] = path[idx];
        } else {
            job->page[job->page_count++] = path[idx];
        }
    }
    return true;
}

static bool read_options(struct job *job, struct options *options, char **argv)
{
    enum { FILES_MAX = PREVIEW_SETS_MAX + WC_PAGES_MAX };
    struct wc *wc = job->wc;
    const char **path = wc_take(wc, FILES_MAX * sizeof *path);
    unsigned count = 0;
    bool is_plain = false;
    const struct option table[] = {
        OPTION_INCLUDE(wc),
        { .word = "--diff", .text = &options->diff },
        { .word = "--c", .text = &options->c },
        { .word = "--name", .text = &options->name },
        { .word = "--no-marks", .flag = &is_plain, .flag_value = true },
    };
    struct option_files files = { path, &count, FILES_MAX };
    if (!options_read(wc, table, WICK_COUNT_OF(table), files, argv) ||
        !sort_files(job, options, path, count)) {
        return false;
    }
    if (is_plain) {
        wc->is_strict = false;
    }
    bool is_file = options->c != NULL;
    return job->page_count > 0 && options->data_count > 0 && is_file == (options->name != NULL) &&
           (is_file || options->data_count == 1) && !(is_file && options->diff != NULL);
}

int preview(struct job *job, char **argv)
{
    struct wc *wc = job->wc;
    struct options options = { 0 };
    if (!read_options(job, &options, argv) || (options.name != NULL && !wc_is_name(options.name))) {
        (void)fputs(PREVIEW_USAGE, wc->err);
        return 64;
    }
    struct preview *preview = wc_take(wc, sizeof *preview);
    preview->wc = wc;
    preview->name = options.name == NULL ? "data" : options.name;
    for (unsigned idx = 0; idx < options.data_count; idx++) {
        preview_read(preview, options.data[idx]);
    }
    if (options.diff != NULL) {
        preview_read(preview, options.diff);
        job->client = "livetemplate";
    }
    if (wc->errors > 0) {
        return 1;
    }
    preview_types(preview);
    wc->is_inferred = true;
    job->inferred =
        wc_source(wc, "the types of the data", sb_text(&preview->types), preview->types.len);
    job->inferred_name = preview->name;
    if (!job_passes(job) || wc->errors > 0) {
        return 1;
    }
    struct sb c = { 0 };
    preview_file(preview, job, options.c == NULL ? "preview.c" : options.c, &c);
    if (options.c != NULL) {
        return wc_write(wc, options.c, &c) ? 0 : 74;
    }
    return preview_run(wc, &c, options.diff != NULL ? "diff" : "html", job->out);
}
