/* wickc.c - command line, the list of passes, files. */
#include "wickc/app/app.h"
#include "wickc/check/check.h"
#include "wickc/cost/cost.h"
#include "wickc/emit/emit.h"
#include "wickc/escape/escape.h"
#include "wickc/job.h"
#include "wickc/lint/lint.h"
#include "wickc/load.h"
#include "wickc/options.h"
#include "wickc/preview/preview.h"
#include "wickc/read/pages.h"

#include <string.h>

/* --- passes ----------------------------------------------------------------------------------- */

static bool pass_read(struct job *job)
{
    load_files(job);
    return true;
}

static bool pass_expand(struct job *job)
{
    expand(job->wc, &job->ast);
    return true;
}

static bool pass_escape(struct job *job)
{
    unsigned before = job->wc->errors;
    if (!job->ast.is_cut) {
        escape(job->wc, job->ast.root);
    }
    job->wc->has_contexts = !job->ast.is_cut && job->wc->errors == before;
    return true;
}

static bool pass_types(struct job *job)
{
    struct wc *wc = job->wc;
    job->types.wc = wc;
    const char *own = wc_find(wc, "tmpl/tmpl_fn.h", "");
    const char *path = wc->dir.types == NULL ? NULL : wc_find(wc, wc->dir.types, job->path);
    if (own == NULL || (wc->dir.types != NULL && path == NULL)) {
        wc_error(wc, wc->dir.at, "cannot find %s (look at -I)",
                 own == NULL ? "tmpl/tmpl_fn.h" : wc->dir.types);
        wc->is_blind = true;
        return true;
    }
    struct source *src = wc_read(wc, own, wc->dir.at);
    if (src != NULL) {
        types_read(&job->types, src, 0);
    }
    src = path == NULL ? NULL : wc_read(wc, path, wc->dir.at);
    if (src != NULL) {
        types_read(&job->types, src, 0);
    }
    if (job->inferred != NULL) {
        types_read(&job->types, job->inferred, 0);
    }
    return true;
}

static bool pass_check(struct job *job)
{
    unsigned loops;
    check(job->wc, &job->types, job->ast.root, &loops);
    if (job->wc->is_strict) {
        job->wc->pass = "lint";
        lint_flow(job->wc, &job->ast);
    }
    return true;
}

static bool pass_tree(struct job *job)
{
    if (!job->wc->has_contexts) {
        return false; /* nothing that follows makes sense */
    }
    job->tree = tree_build(job->wc, job->ast.root);
    return true;
}

static bool pass_forms(struct job *job)
{
    job->forms = forms_read(job->wc, job->tree);
    forms_bind(job->wc, job->tree, job->forms);
    return true;
}

static bool pass_lint(struct job *job)
{
    if (job->wc->is_strict) {
        lint_tags(job->wc, job->tree);
        lint_nesting(job->wc, job->tree);
        lint_inline(job->wc, job->tree);
        lint_fields(job->wc, job->tree, job->forms);
        lint_urls(job->wc, job->tree);
        lint_keys(job->wc, job->tree);
        lint_actions(job->wc, job->tree, job->forms);
        lint_script(job->wc, job->tree);
    }
    return true;
}

/* The profile's budgets, from its header; not there: nothing is said. */
static struct cost_budget read_budget(struct job *job)
{
    struct types profile = { .wc = job->wc };
    struct cost_budget budget = { 0 };
    const char *path = wc_find(job->wc, "wick_profile.h", "");
    const struct source *src = path == NULL ? NULL : wc_read(job->wc, path, (struct pos){ 0 });
    if (src != NULL) {
        types_read(&profile, src, 0);
        (void)types_number(&profile, STR("WICK_PAGE_BUDGET"), &budget.page);
        (void)types_number(&profile, STR("WICK_UPDATE_CAP"), &budget.text);
    }
    return budget;
}

static bool pass_cost(struct job *job)
{
    struct wc *wc = job->wc;
    if (wc->errors > 0 || !job->wants_sizes) {
        return true;
    }
    struct cost cost;
    struct cost_budget budget = read_budget(job);
    cost_of(wc, job->tree, job->forms, &job->types, &cost);
    cost_warn(wc, &cost, &budget);
    wc_flush(wc, job->out);
    (void)fprintf(job->out, "page %-20s %s\n", wc->base, cost_text(wc, &cost));
    return true;
}

/* For make: the two files are old when one of these changes. */
static void put_rule(struct wc *wc, const char *target, struct sb *out)
{
    struct sb phony = { 0 };
    sb_putf(wc, out, "%s.c %s.h:", target, target);
    for (const struct source *src = wc->source; src != NULL; src = src->next) {
        sb_putf(wc, out, " %s", src->path);
        sb_putf(wc, &phony, "%s:\n", src->path);
    }
    sb_putf(wc, out, "\n%s", sb_text(&phony));
}

static bool pass_emit(struct job *job)
{
    struct wc *wc = job->wc;
    if (wc->errors > 0) {
        return false;
    }
    if (job->wants_sizes) {
        return true;
    }
    struct sb rule = { 0 };
    struct sb lines = { 0 };
    const char *target = wc_format(wc, "%s/%s", wc->out_dir, wc->base);
    emit(wc, job->tree, job->forms, &job->c, &job->header);
    if (job->inferred != NULL) {
        return true;
    }
    emit_lines(wc, &job->c, wc_format(wc, "%s.c", target), &lines);
    if (wc->dump != NULL) {
        if (strcmp(wc->dump, "c") == 0) {
            (void)fputs(sb_text(&lines), job->out);
        }
        return true;
    }
    if (wc->is_json) {
        return true;
    }
    put_rule(wc, target, &rule);
    return wc_write(wc, wc_format(wc, "%s.c", target), &lines) &&
           wc_write(wc, wc_format(wc, "%s.h", target), &job->header) &&
           wc_write(wc, wc_format(wc, "%s.d", target), &rule);
}

/* name: of --dump, after the pass; code: of what it reports */
static const struct pass {
    const char *name, *code;
    bool (*run)(struct job *job);
} passes[] = {
    { "parse", "read", pass_read },      { "ast", "template", pass_expand },
    { "escape", "escape", pass_escape }, { "types", "types", pass_types },
    { "check", "check", pass_check },    { "tree", "structure", pass_tree },
    { "forms", "form", pass_forms },     { "lint", "lint", pass_lint },
    { "cost", "cost", pass_cost },       { "emit", "emit", pass_emit },
};

/* --- command line ----------------------------------------------------------------------------- */

static const char usage[] =
    "usage: wickc [-I dir]... [-o outdir] [--pages pages.list] [--dump=lex|ast|check|tree|c] "
    "[--json] [--sizes] [--no-marks] page.html [more.html ...]\n"
    "  Compiles a page template to <outdir>/page.html.c, .h and .d; further files give "
    "{{define}}s.\n"
    "  -I: where the types= header is searched. --pages: what {{range pages}} shows. --dump: "
    "prints what that pass made.\n"
    "  --json: only says what is wrong, one JSON object per line. --sizes: only says how long "
    "document, snapshot and update may become, and the slot that costs most.\n"
    "  --no-marks: plain HTML, no lints.\n"
    "  Exit status: 0, 1 errors, 64 options, 74 cannot write.\n" PREVIEW_USAGE PAGES_USAGE APP_USAGE
    "See docs/templates.md.\n";

static bool read_options(struct job *job, char **argv)
{
    static const char *const dumps[] = { "lex", "ast", "check", "tree", "c" };
    struct wc *wc = job->wc;
    bool is_plain = false;
    const struct option table[] = {
        OPTION_INCLUDE(wc),
        { .word = "-o", .text = &wc->out_dir },
        { .word = "--pages", .text = &job->page_list },
        { .word = "--dump",
          .text = &wc->dump,
          .among = dumps,
          .among_count = WICK_COUNT_OF(dumps) },
        { .word = "--json", .flag = &wc->is_json, .flag_value = true },
        { .word = "--sizes", .flag = &job->wants_sizes, .flag_value = true },
        { .word = "--no-marks", .flag = &is_plain, .flag_value = true },
    };
    struct option_files files = { job->page, &job->page_count, WC_PAGES_MAX };
    bool is_good = options_read(wc, table, WICK_COUNT_OF(table), files, argv);
    if (is_plain) {
        wc->is_strict = false;
    }
    if (is_good && job->page_count == 0) {
        (void)fputs("wickc: no page is given\n", wc->err);
    }
    return is_good && job->page_count > 0;
}

/* After the pass that --dump names; lex and c write by themselves. */
static void dump_pass(const struct job *job)
{
    if (strcmp(job->wc->dump, "ast") == 0) {
        dump_nodes(job->out, job->ast.root, 0);
    } else if (strcmp(job->wc->dump, "check") == 0) {
        dump_values(job->wc, job->out, job->ast.root, 0);
    } else if (strcmp(job->wc->dump, "tree") == 0) {
        dump_tree(job->out, job->tree);
    }
}

static bool run_passes(struct job *job, bool may_write)
{
    struct wc *wc = job->wc;
    wc->base = wc_file_name(job->page[0]);
    const char *library = preview_library(wc);
    wc->own_include = library == NULL ? NULL : wc_format(wc, "%s/include", library);
    bool is_good = true;
    for (size_t idx = 0; idx < WICK_COUNT_OF(passes) && is_good; idx++) {
        if (passes[idx].run == pass_emit && !may_write) {
            continue;
        }
        wc->pass = passes[idx].code;
        is_good = passes[idx].run(job);
        if (is_good && wc->dump != NULL && strcmp(wc->dump, passes[idx].name) == 0) {
            dump_pass(job);
        }
    }
    return is_good;
}

bool job_passes(struct job *job)
{
    bool is_good = run_passes(job, true);
    wc_flush(job->wc, job->out);
    return is_good;
}

bool job_check(struct job *job)
{
    return run_passes(job, false);
}

int wickc_run(int argc, char **argv, FILE *out, FILE *err)
{
    const struct wc_memory none = { 0 };
    return wickc_run_in(&none, argc, argv, out, err);
}

int wickc_run_in(const struct wc_memory *memory, int argc, char **argv, FILE *out, FILE *err)
{
    struct wc wc = { .out_dir = ".",
                     .is_strict = true,
                     .err = err,
                     .file = memory->file,
                     .file_count = memory->count,
                     .out = out };
    struct job job = { .wc = &wc, .out = out };
    char **arg = wc_take(&wc, ((size_t)argc + 1) * sizeof *arg); /* ended by NULL */
    int status = 64;
    memcpy(arg, argv, (size_t)argc * sizeof *arg);
    bool is_asked =
        argc > 1 && (strcmp(argv[argc - 1], "--help") == 0 || strcmp(argv[argc - 1], "-h") == 0);
    if (is_asked) {
        (void)fputs(usage, out);
        status = 0;
    } else if (argc > 1 && strcmp(argv[1], "preview") == 0) {
        status = preview(&job, arg + 1);
    } else if (argc > 1 && strcmp(argv[1], "pages") == 0) {
        status = pages_run(&wc, arg + 1);
    } else if (argc > 1 && strcmp(argv[1], "app") == 0) {
        status = app_run(&wc, arg + 1);
    } else if (read_options(&job, arg)) {
        bool is_good = job_passes(&job);
        status = is_good ? 0 : 74;
        if (wc.errors > 0) {
            status = 1;
        }
    } else {
        (void)fputs(usage, err);
    }
    wc_flush(&wc, out);
    wc_close(&wc);
    return status;
}
