/* app_code.c - names of fields and actions in the application's C.
 *
 * The C is read as tokens, without its preprocessor. A field that is named by a string is looked
 * for in the forms; one that is computed is looked at when the program runs (src/live/turn.c).
 */
#include "wickc/app/app.h"
#include "wickc/ctypes/cdecl.h"

#include <string.h>

/* A function of the application that is defined somewhere. */
struct defined {
    struct str name;
    struct pos pos;
    bool is_action; /* it takes a struct <name>_fields */
    struct defined *next;
};

struct reader {
    struct app *app;
    struct cdecl cdecl;
    struct defined *function; /* all so far */
    struct defined *now;      /* whose body this is; NULL: none */
};

static struct pos here(const struct cdecl *cdecl)
{
    return pos_of(cdecl->src, (size_t)(cdecl->tok.ptr - cdecl->src->text), cdecl->tok.len);
}

/* --- fields ----------------------------------------------------------------------------------- */

static const char *c_function(struct app_page *page, const struct action *action)
{
    char *name =
        wc_format(&page->wc, "%s_%.*s", page->wc.dir.name, (int)action->name.len, action->name.ptr);
    for (char *at = name; *at != '\0'; at++) {
        *at = (char)(*at == '-' ? '_' : *at);
    }
    return name;
}

/* The action whose function is being read. */
static const struct action *action_now(const struct reader *reader)
{
    for (struct app_page *page = reader->app->page; page != NULL && reader->now != NULL;
         page = page->next) {
        for (const struct action *action = page->job.forms->action; action != NULL;
             action = action->next) {
            if (str_eq(reader->now->name, str_of(c_function(page, action)))) {
                return action;
            }
        }
    }
    return NULL;
}

static bool has_field(const struct action *action, struct str name, struct near *near)
{
    for (const struct field *field = action->field; field != NULL; field = field->next) {
        if (str_eq(field->name, name)) {
            return true;
        }
        near_try(near, field->name);
    }
    return false;
}

static bool is_known_field(const struct app *app, struct str name, struct near *near)
{
    for (const struct app_page *page = app->page; page != NULL; page = page->next) {
        for (const struct action *action = page->job.forms->action; action != NULL;
             action = action->next) {
            if (has_field(action, name, near)) {
                return true;
            }
        }
    }
    return false;
}

static const char *fields_of(struct wc *wc, const struct action *action)
{
    struct sb all = { 0 };
    for (const struct field *field = action->field; field != NULL; field = field->next) {
        sb_putf(wc, &all, "%s\"%.*s\"", all.len == 0 ? "" : ", ", (int)field->name.len,
                field->name.ptr);
    }
    return all.len == 0 ? "no fields" : sb_text(&all);
}

/* wick_is_current(turn, "x", ...) compares x with the hidden field was-x. */
static void check_was(const struct reader *reader, struct str name, struct pos pos)
{
    struct wc *wc = reader->app->wc;
    const char *was = wc_format(wc, "was-%.*s", (int)name.len, name.ptr);
    for (const struct app_page *page = reader->app->page; page != NULL; page = page->next) {
        for (const struct tag *tag = page->job.tree->tag; tag != NULL; tag = tag->next) {
            const struct tag_attr *attr = tag->is_end ? NULL : tag_find(tag, "name");
            if (attr != NULL && str_eq(attr->value, str_of(was))) {
                return;
            }
        }
    }
    wc_say(wc, pos, true, "unknown-field",
           wc_format(wc,
                     "no form has a hidden field \"%s\" to compare with, so this is always true: "
                     "write <input type=\"hidden\" name=\"%s\" value=\"{{...}}\"> into the form",
                     was, was));
}

static void check_field(const struct reader *reader, struct str name, struct pos pos,
                        struct str function)
{
    struct wc *wc = reader->app->wc;
    struct near near = { .name = name };
    struct near own = { .name = name };
    const struct action *action = action_now(reader);
    if (name.len == 0) {
        return; /* about the whole form */
    }
    if (!is_known_field(reader->app, name, &near)) {
        const char *what = wc_format(wc, "no form of this application has a field \"%.*s\"",
                                     (int)name.len, name.ptr);
        if (near.best.ptr != NULL) {
            what = wc_format(wc, "%s; did you mean \"%.*s\"?", what, (int)near.best.len,
                             near.best.ptr);
        } else if (action != NULL) {
            what = wc_format(wc, "%s; that of action \"%.*s\" has %s", what, (int)action->name.len,
                             action->name.ptr, fields_of(wc, action));
        } else {
            what = wc_format(wc, "%s, so its message is shown nowhere", what);
        }
        wc_say(wc, pos, true, "unknown-field", what);
    } else if (action != NULL && !has_field(action, name, &own)) {
        wc_say(wc, pos, false, "unknown-field",
               wc_format(wc, "\"%.*s\" is a field of another form; that of action \"%.*s\" has %s",
                         (int)name.len, name.ptr, (int)action->name.len, action->name.ptr,
                         fields_of(wc, action)));
    } else if (!str_eq(function, STR("wick_error"))) {
        check_was(reader, name, pos);
    }
}

/* A string, with the ones that follow it directly. Escapes mean that it is no name: it is left as
 * it is written. */
static struct str read_string(struct cdecl *cdecl)
{
    struct sb text = { 0 };
    while (cdecl->tok.len >= 2 && cdecl->tok.ptr[0] == '"') {
        sb_put(cdecl->wc, &text, cdecl->tok.ptr + 1, cdecl->tok.len - 2);
        cdecl_next(cdecl);
    }
    return sb_str(&text);
}

/* After "(": the second argument, "x" or c ? "x" : "y". */
static void read_field_argument(struct reader *reader, struct str function)
{
    struct cdecl *cdecl = &reader->cdecl;
    unsigned depth = 0;
    unsigned argument = 1;
    bool is_start = false;
    while (cdecl->tok.len > 0 && argument <= 2) {
        char byte = cdecl->tok.ptr[0];
        if (argument == 2 && is_start && byte == '"') {
            struct pos pos = here(cdecl);
            struct str name = read_string(cdecl);
            check_field(reader, name, pos, function);
            is_start = false;
            continue;
        }
        if (byte == ')' && depth == 0) {
            return;
        }
        depth += byte == '(' || byte == '[' || byte == '{';
        depth -= (byte == ')' || byte == ']' || byte == '}') && depth > 0;
        bool is_next = byte == ',' && depth == 0;
        argument += is_next;
        is_start =
            is_next || ((byte == '?' || byte == ':') && depth == 0) || (byte == '(' && is_start);
        cdecl_next(cdecl);
    }
}

/* --- functions -------------------------------------------------------------------------------- */

/* After "name (": is it a definition? Its parameters are read. */
static void read_parameters(struct reader *reader, struct str name, struct pos pos)
{
    struct cdecl *cdecl = &reader->cdecl;
    const char *fields = wc_format(reader->app->wc, "%.*s_fields", (int)name.len, name.ptr);
    bool is_action = false;
    for (unsigned depth = 1; depth > 0 && cdecl->tok.len > 0; cdecl_next(cdecl)) {
        char byte = cdecl->tok.ptr[0];
        is_action = is_action || cdecl_is(cdecl, fields);
        depth += byte == '(';
        depth -= byte == ')';
    }
    if (cdecl_is(cdecl, "{")) {
        struct defined *defined = wc_take(reader->app->wc, sizeof *defined);
        *defined = (struct defined){ name, pos, is_action, reader->function };
        reader->function = reader->now = defined;
    }
}

static void read_file(struct reader *reader, const struct source *src)
{
    static const char *const named[] = { "wick_error", "wick_is_current", "wick_is_current_int" };
    struct types *types = wc_take(reader->app->wc, sizeof *types);
    struct cdecl *cdecl = &reader->cdecl;
    types->wc = reader->app->wc;
    *cdecl = (struct cdecl){ .types = types, .wc = types->wc, .src = src, .include_depth = 1000 };
    unsigned depth = 0;
    for (cdecl_next(cdecl); cdecl->tok.len > 0;) {
        struct str name = cdecl->tok;
        struct pos pos = here(cdecl);
        bool is_name = cdecl_is_name(cdecl);
        depth += cdecl_is(cdecl, "{");
        depth -= cdecl_is(cdecl, "}") && depth > 0;
        reader->now = depth == 0 ? NULL : reader->now;
        cdecl_next(cdecl);
        if (!is_name || !cdecl_eat(cdecl, "(")) {
            continue;
        }
        if (depth == 0) {
            read_parameters(reader, name, pos);
            continue;
        }
        for (size_t idx = 0; idx < WICK_COUNT_OF(named); idx++) {
            if (str_eq(name, str_of(named[idx]))) {
                read_field_argument(reader, name);
            }
        }
    }
}

/* --- actions ---------------------------------------------------------------------------------- */

static const struct defined *find_defined(const struct defined *list, struct str name)
{
    while (list != NULL && !str_eq(list->name, name)) {
        list = list->next;
    }
    return list;
}

/* The word occurs in some C file, so a macro may define the function. */
static bool is_mentioned(const struct app *app, struct str name)
{
    for (unsigned idx = 0; idx < app->code_count; idx++) {
        const struct source *src = app->code[idx].src;
        if (src != NULL && strstr(src->text, name.ptr) != NULL) {
            return true;
        }
    }
    return false;
}

static void check_function(struct reader *reader, struct app_page *page,
                           const struct action *action)
{
    struct str name = str_of(c_function(page, action));
    struct near near = { .name = name };
    if (find_defined(reader->function, name) != NULL || is_mentioned(reader->app, name)) {
        return;
    }
    for (const struct defined *at = reader->function; at != NULL; at = at->next) {
        near_try(&near, at->name);
    }
    const struct defined *other =
        near.best.ptr == NULL ? NULL : find_defined(reader->function, near.best);
    struct wc *wc = &page->wc;
    const char *view = wc->dir.view == NULL ? "" : wc_format(wc, "%s *view, ", wc->dir.view);
    wc_say(wc, action->pos, false, "unknown-action",
           wc_format(wc,
                     "action \"%.*s\" calls %s(), which no C file of this application defines: "
                     "bool %s(struct wick_turn *turn, %sconst struct %s_fields *in)",
                     (int)action->name.len, action->name.ptr, name.ptr, name.ptr, view, name.ptr));
    if (other != NULL) {
        wc_note(wc, other->pos, "did you mean this one?");
    }
}

/* Functions that look like those of an action which no page has. */
static void check_callers(struct reader *reader)
{
    struct wc *wc = reader->app->wc;
    for (const struct defined *at = reader->function; at != NULL; at = at->next) {
        struct near near = { .name = at->name };
        bool is_called = !at->is_action;
        for (struct app_page *page = reader->app->page; page != NULL; page = page->next) {
            for (const struct action *action = page->job.forms->action; action != NULL;
                 action = action->next) {
                const char *name = c_function(page, action);
                is_called = is_called || str_eq(at->name, str_of(name));
                near_try(&near, str_of(name));
            }
        }
        if (!is_called) {
            const char *what = wc_format(wc, "no page has an action that calls %.*s()",
                                         (int)at->name.len, at->name.ptr);
            wc_say(wc, at->pos, true, "unknown-action",
                   near.best.ptr == NULL
                       ? wc_format(wc,
                                   "%s: it takes wick-action=\"...\" or a button with "
                                   "name=\"...\" allow=\"...\"",
                                   what)
                       : wc_format(wc, "%s; did you mean %.*s()?", what, (int)near.best.len,
                                   near.best.ptr));
        }
    }
}

void app_check_code(struct app *app)
{
    struct reader reader = { .app = app };
    for (unsigned idx = 0; idx < app->code_count; idx++) {
        if (app->code[idx].src != NULL) {
            read_file(&reader, app->code[idx].src);
        }
    }
    for (struct app_page *page = app->page; page != NULL && app->code_count > 0;
         page = page->next) {
        for (const struct action *action = page->job.forms->action; action != NULL;
             action = action->next) {
            check_function(&reader, page, action);
        }
    }
    check_callers(&reader);
}
