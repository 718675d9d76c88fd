/* preview.c - see preview.h: options, the order of things. */
#include "wickc/preview/preview.h"

#include "wickc/emit/emit.h"

#include <string.h>

struct options {
    const char *data[PREVIEW_SETS_MAX];
    unsigned data_count;
    const char *diff, *c, *name;
};

static bool is_data(const char *path)
{
    size_t len = strlen(path);
    return len > 5 && strcmp(path + len - 5, ".json") == 0;
}

static bool read_options(struct job *job, struct options *options, int argc, char **argv)
{
    struct wc *wc = job->wc;
    for (int idx = 1; idx < argc; idx++) {
        const char *arg = argv[idx];

        const struct {
            const char *word;
            const char **value;
        } with_value[] = {
            { "-I", &wc->include[wc->include_count] },
            { "--diff", &options->diff },
            { "--c", &options->c },
            { "--name", &options->name },
        };

        size_t row = 0;
        const char *value = NULL;
        while (row < WICK_COUNT_OF(with_value) &&
               (value = option_value(argv, argc, &idx, with_value[row].word)) == NULL) {
            row++;
        }
        if (value != NULL) {
            *with_value[row].value = value;
            wc->include_count += row == 0;
        } else if (strcmp(arg, "--no-marks") == 0) {
            wc->has_marks = wc->is_strict = false;
        } else if (arg[0] != '-' && is_data(arg) && options->data_count < PREVIEW_SETS_MAX) {
            options->data[options->data_count++] = arg;
        } else if (arg[0] != '-' && !is_data(arg) && job->page_count < WC_PAGES_MAX) {
            job->page[job->page_count++] = arg;
        } else {
            (void)fprintf(wc->err,
                          arg[0] == '-'
                              ? "wickc preview: there is no option %s, or its value is missing\n"
                              : "wickc preview: too many files: %s\n",
                          arg);
            return false;
        }
        if (wc->include_count == WC_INCLUDE_MAX) {
            return false;
        }
    }
    bool is_file = options->c != NULL;
    return job->page_count > 0 && options->data_count > 0 && is_file == (options->name != NULL) &&
           (is_file || options->data_count == 1) && !(is_file && options->diff != NULL);
}

int preview(struct job *job, int argc, char **argv)
{
    struct wc *wc = job->wc;
    struct options options = { 0 };
    if (!read_options(job, &options, argc, argv) ||
        (options.name != NULL && !wc_is_name(options.name))) {
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
