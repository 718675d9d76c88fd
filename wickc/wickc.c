/* wickc.c - command line, the list of passes, files. */
#include "wickc/check/check.h"
#include "wickc/emit/emit.h"
#include "wickc/html/escape.h"
#include "wickc/job.h"
#include "wickc/lint/lint.h"
#include "wickc/preview/preview.h"

#include <string.h>

/* --- the directive ---------------------------------------------------------------------------- */

static const char **directive_slot(struct directive *dir, struct str key)
{
    const struct {
        const char *name;
        const char **slot;
    } table[] = {
        { "path", &dir->path },   { "name", &dir->name },     { "title", &dir->title },
        { "types", &dir->types }, { "device", &dir->device }, { "device_var", &dir->device_var },
        { "view", &dir->view },   { "client", &dir->client }, { "hooks", &dir->hooks },
        { "marks", &dir->marks }, { "wires", &dir->wires },
    };

    for (size_t idx = 0; idx < WICK_COUNT_OF(table); idx++) {
        if (str_eq(key, str_of(table[idx].name))) {
            return table[idx].slot;
        }
    }
    return NULL;
}

bool wc_is_name(const char *text)
{
    size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
    return len > 0 && text[len] == '\0' && (text[0] < '0' || text[0] > '9');
}

/* key="value" ... behind wick:page */
static void read_pairs(struct wc *wc, struct str rest, const struct source *src)
{
    for (;;) {
        rest = str_trim(rest, " \t\r\n");
        if (rest.len == 0) {
            return;
        }
        struct pos pos = pos_of(src, (size_t)(rest.ptr - src->text), 1);
        struct str key = str_cut(&rest, '=');
        const char **slot = directive_slot(&wc->dir, key);
        pos.len = (uint32_t)key.len;
        if (slot == NULL || rest.len == 0 || rest.ptr[0] != '"' ||
            memchr(rest.ptr + 1, '"', rest.len - 1) == NULL) {
            wc_error(wc, pos,
                     slot == NULL ? "unknown word in the directive; there are path, name, title, "
                                    "types, device, device_var, view, client, wires, hooks, marks"
                                  : "a value in double quotes is wanted behind \"=\"");
            return;
        }
        rest = (struct str){ rest.ptr + 1, rest.len - 1 };
        struct str value = str_cut(&rest, '"');
        *slot = wc_copy(wc, value.ptr, value.len);
    }
}

/* client="x" names the wire of the page's path, wires="x y" all of them. */
static void read_wires(struct wc *wc, const char *word, const char *names)
{
    struct directive *dir = &wc->dir;
    struct str rest = str_of(names);
    while (rest.len > 0) {
        struct str name = str_cut(&rest, ' ');
        const struct wire *wire = name.len > 0 ? wire_find(name) : NULL;
        bool is_known = false;
        for (unsigned idx = 0; idx < dir->wire_count; idx++) {
            is_known = is_known || dir->wire[idx] == wire;
        }
        if (name.len > 0 && wire == NULL) {
            struct sb all = { 0 };
            for (unsigned idx = 0; wire_at(idx) != NULL; idx++) {
                sb_putf(wc, &all, idx == 0 ? "%s" : " and %s", wire_at(idx)->name);
            }
            wc_error(wc, dir->at, "%s=\"%.*s\": there are %s", word, (int)name.len, name.ptr,
                     sb_text(&all));
        } else if (wire != NULL && !is_known) {
            dir->wire[dir->wire_count++] = wire;
        }
    }
}

/* A client that renders from statics needs no marks. */
static bool wires_have_marks(const struct directive *dir)
{
    bool has_marks = false;
    for (unsigned idx = 0; idx < dir->wire_count; idx++) {
        has_marks = has_marks || dir->wire[idx]->has_marks;
    }
    return has_marks;
}

static const char *with_struct(struct wc *wc, const char *text)
{
    return text == NULL || strncmp(text, "struct ", 7) == 0 ? text
                                                            : wc_format(wc, "struct %s", text);
}

static void read_directive(struct job *job, const struct tokens *tokens, const struct source *src)
{
    struct wc *wc = job->wc;
    struct directive *dir = &wc->dir;
    dir->at = pos_of(src, 0, 1);
    if (tokens->directive.len > 0) {
        struct str rest = tokens->directive;
        size_t len = strcspn(rest.ptr, " \t\r\n*");
        struct str word = { rest.ptr, len < rest.len ? len : rest.len };
        dir->at = tokens->directive_pos;
        dir->at.len = (uint32_t)word.len;
        dir->is_page = str_eq(word, STR("wick:page"));
        if (!dir->is_page && !str_eq(word, STR("wick:tmpl"))) {
            wc_error(wc, dir->at, "the directive is wick:page or wick:tmpl");
        }
        read_pairs(wc, (struct str){ rest.ptr + word.len, rest.len - word.len }, src);
    }
    if (job->inferred !=
        NULL) { /* a template over the data alone: no page, no state of the program */
        dir->is_page = false;
        dir->types = dir->view = dir->device_var = dir->hooks = NULL;
        dir->name = dir->device = job->inferred_name;
        dir->client = job->client == NULL ? dir->client : job->client;
    }
    if (dir->name == NULL) {
        dir->name = wc_format(wc, "%.*s", (int)strcspn(wc->base, "."), wc->base);
    }
    if (!wc_is_name(dir->name)) {
        wc_error(wc, dir->at, "name=\"%s\" is not a C identifier", dir->name);
    }
    if (dir->is_page && dir->client == NULL && dir->wires == NULL) {
        dir->client = "wick";
    }
    read_wires(wc, "client", dir->client);
    read_wires(wc, "wires", dir->wires);
    if (dir->is_page && (dir->path == NULL || dir->path[0] != '/')) {
        wc_error(wc, dir->at,
                 "a page needs its path=\"/...\"; wick:tmpl makes a template without a page");
    }
    if (dir->is_page && (dir->device == NULL) != (dir->device_var == NULL)) {
        wc_error(wc, dir->at, "device= (its type) and device_var= (the variable) belong together");
    }
    dir->device = with_struct(wc, dir->device);
    dir->view = with_struct(wc, dir->view);
    if (dir->marks != NULL && strcmp(dir->marks, "no") == 0) { /* as --no-marks */
        wc->has_marks = wc->is_strict = false;
    }
    if (dir->wire_count > 0 && !wires_have_marks(dir)) {
        wc->has_marks = false;
    }
}

/* --- passes ----------------------------------------------------------------------------------- */

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/* The page is the first file with a directive, else the first file: so a page can stand behind the
 * frame whose blocks it fills. */
static bool pass_read(struct job *job)
{
    struct wc *wc = job->wc;
    const struct source *page = NULL;
    struct tokens page_tokens = { 0 };
    for (unsigned idx = 0; idx < job->page_count; idx++) {
        struct source *src = wc_read(wc, job->page[idx], (struct pos){ 0 });
        if (src == NULL) {
            continue;
        }
        struct tokens tokens = { 0 };
        wc->pass = "lex";
        lex(wc, src, &tokens);
        if (wc->dump != NULL && strcmp(wc->dump, "lex") == 0) {
            dump_tokens(job->out, &tokens);
        }
        if (page == NULL || (page_tokens.directive.len == 0 && tokens.directive.len > 0)) {
            page = src;
            page_tokens = tokens;
            job->page_idx = idx;
            wc->base = file_name(job->page[idx]);
        }
        wc->pass = "parse";
        parse(wc, &tokens, &job->ast, idx == 0);
    }
    wc->pass = "page";
    if (page != NULL) {
        read_directive(job, &page_tokens, page);
    }
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
    const char *path =
        wc->dir.types == NULL ? NULL : wc_find(wc, wc->dir.types, job->page[job->page_idx]);
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
    return true;
}

static bool pass_lint(struct job *job)
{
    if (job->wc->is_strict) {
        lint_tags(job->wc, job->tree);
        lint_urls(job->wc, job->tree);
        lint_keys(job->wc, job->tree);
        lint_actions(job->wc, job->tree, job->forms);
    }
    return true;
}

bool wc_write(struct wc *wc, const char *path, const struct sb *text)
{
    if (wc->file != NULL) {
        return fwrite(sb_text(text), 1, text->len, wc->out) == text->len;
    }
    FILE *file = fopen(path, "wb");
    bool is_good = file != NULL && fwrite(sb_text(text), 1, text->len, file) == text->len;
    is_good = file != NULL && fclose(file) == 0 && is_good;
    if (!is_good) {
        (void)fprintf(wc->err, "wickc: cannot write %s\n", path);
    }
    return is_good;
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

/* name: of --dump, behind the pass; code: of what it reports */
static const struct pass {
    const char *name, *code;
    bool (*run)(struct job *job);
} passes[] = {
    { "parse", "read", pass_read },      { "ast", "template", pass_expand },
    { "escape", "escape", pass_escape }, { "types", "types", pass_types },
    { "check", "check", pass_check },    { "tree", "structure", pass_tree },
    { "forms", "form", pass_forms },     { "lint", "lint", pass_lint },
    { "emit", "emit", pass_emit },
};

/* --- command line ----------------------------------------------------------------------------- */

static const char usage[] =
    "usage: wickc [-I dir]... [-o outdir] [--dump=lex|ast|check|tree|c] [--json] [--no-marks] "
    "page.html [more.html ...]\n"
    "  Compiles a page template to <outdir>/page.html.c, .h and .d; further files give "
    "{{define}}s.\n"
    "  -I: where the types= header is searched. --dump: prints what that pass made. --json: only "
    "says what is wrong,\n"
    "  one JSON object per line. --no-marks: plain HTML, no lints. Exit status: 0, 1 errors, 64 "
    "options, 74 cannot write.\n" PREVIEW_USAGE "See docs/templates.md.\n";

const char *option_value(char **argv, int argc, int *idx_inout, const char *option)
{
    const char *arg = argv[*idx_inout];
    size_t len = strlen(option);
    WICK_ASSERT(arg != NULL); /* below argc */
    if (strncmp(arg, option, len) != 0 || (len > 2 && arg[len] != '\0')) {
        return NULL;
    }
    if (arg[len] != '\0') {
        return arg + len;
    }
    return *idx_inout + 1 < argc ? argv[++*idx_inout] : NULL;
}

static bool is_dump(const char *name)
{
    static const char *const known[] = { "lex", "ast", "check", "tree", "c" };
    for (size_t idx = 0; idx < WICK_COUNT_OF(known); idx++) {
        if (strcmp(name, known[idx]) == 0) {
            return true;
        }
    }
    return false;
}

static bool read_options(struct job *job, int argc, char **argv)
{
    struct wc *wc = job->wc;
    for (int idx = 1; idx < argc; idx++) {
        const char *arg = argv[idx];
        const char *include = option_value(argv, argc, &idx, "-I");
        const char *out_dir = include != NULL ? NULL : option_value(argv, argc, &idx, "-o");
        if (include != NULL && wc->include_count < WC_INCLUDE_MAX) {
            wc->include[wc->include_count++] = include;
        } else if (out_dir != NULL) {
            wc->out_dir = out_dir;
        } else if (strncmp(arg, "--dump=", 7) == 0 && is_dump(arg + 7)) {
            wc->dump = arg + 7;
        } else if (strcmp(arg, "--json") == 0) {
            wc->is_json = true;
        } else if (strcmp(arg, "--no-marks") == 0) {
            wc->has_marks = wc->is_strict = false;
        } else if (arg[0] != '-' && job->page_count < WICK_COUNT_OF(job->page)) {
            job->page[job->page_count++] = arg;
        } else {
            (void)fprintf(wc->err,
                          arg[0] == '-' ? "wickc: there is no option %s, or its value is missing\n"
                                        : "wickc: too many files: %s\n",
                          arg);
            return false;
        }
    }
    if (job->page_count == 0) {
        (void)fputs("wickc: no page is given\n", wc->err);
    }
    return job->page_count > 0;
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

bool job_passes(struct job *job)
{
    struct wc *wc = job->wc;
    wc->base = file_name(job->page[0]);
    const char *library = preview_library(wc);
    wc->own_include = library == NULL ? NULL : wc_format(wc, "%s/include", library);
    bool is_good = true;
    for (size_t idx = 0; idx < WICK_COUNT_OF(passes) && is_good; idx++) {
        wc->pass = passes[idx].code;
        is_good = passes[idx].run(job);
        if (is_good && wc->dump != NULL && strcmp(wc->dump, passes[idx].name) == 0) {
            dump_pass(job);
        }
    }
    wc_flush(wc, job->out);
    return is_good;
}

int wickc_run(int argc, char **argv, FILE *out, FILE *err)
{
    const struct wc_memory none = { 0 };
    return wickc_run_in(&none, argc, argv, out, err);
}

int wickc_run_in(const struct wc_memory *memory, int argc, char **argv, FILE *out, FILE *err)
{
    struct wc wc = { .out_dir = ".",
                     .has_marks = true,
                     .is_strict = true,
                     .err = err,
                     .file = memory->file,
                     .file_count = memory->count,
                     .out = out };
    struct job job = { .wc = &wc, .out = out };
    int status = 64;
    bool is_asked =
        argc > 1 && (strcmp(argv[argc - 1], "--help") == 0 || strcmp(argv[argc - 1], "-h") == 0);
    if (is_asked) {
        (void)fputs(usage, out);
        status = 0;
    } else if (argc > 1 && strcmp(argv[1], "preview") == 0) {
        status = preview(&job, argc - 1, argv + 1);
    } else if (read_options(&job, argc, argv)) {
        bool is_good = job_passes(&job);
        status = wc.errors > 0 ? 1 : is_good ? 0 : 74;
    } else {
        (void)fputs(usage, err);
    }
    wc_flush(&wc, out);
    wc_close(&wc);
    return status;
}
