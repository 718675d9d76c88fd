/* app_class.c - the classes that style sheets have, and those that pages use.
 *
 * A class counts as known when a style sheet of the application has it in a selector, a script has
 * it in quotes or as ".name", or a comment of either lists it: wick:classes name name.
 */
#include "wickc/app/app.h"

#include <string.h>

static bool is_name_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '-' || byte == '_' || (byte & 0x80) != 0;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r' || byte == '\f';
}

/* --- style sheets ----------------------------------------------------------------------------- */

static void add_class(struct app *app, struct str name, struct pos pos)
{
    const struct app_name *same = app->class;
    while (same != NULL && !(same->pos.src == pos.src && str_eq(same->name, name))) {
        same = same->next;
    }
    if (same == NULL) {
        struct app_name *added = wc_take(app->wc, sizeof *added);
        *added = (struct app_name){ name, pos, app->class };
        app->class = added;
    }
}

/* "wick:classes a b c" in a comment */
static void read_comment(struct app *app, const struct source *src, struct str comment)
{
    static const char word[] = "wick:classes";
    const char *at = comment.ptr;
    const char *end = comment.ptr + comment.len;
    while (at + sizeof word - 1 <= end && memcmp(at, word, sizeof word - 1) != 0) {
        at++;
    }
    for (at += sizeof word - 1; at < end;) {
        size_t len = 0;
        while (at + len < end && is_name_byte(at[len])) {
            len++;
        }
        if (len > 0) {
            add_class(app, (struct str){ at, len }, pos_of(src, (size_t)(at - src->text), len));
        }
        at += len > 0 ? len : 1;
    }
}

/* ".name", with "\:" and the like in it. @return bytes that it takes */
static size_t read_class(struct app *app, const struct source *src, size_t at)
{
    struct sb name = { 0 };
    size_t start = at;
    while (is_name_byte(src->text[at]) || (src->text[at] == '\\' && at + 1 < src->len)) {
        at += src->text[at] == '\\';
        sb_put_u8(app->wc, &name, src->text[at++]);
    }
    bool is_number = name.len > 0 && name.ptr[0] >= '0' && name.ptr[0] <= '9';
    if (name.len > 0 && !is_number) {
        add_class(app, sb_str(&name), pos_of(src, start, at - start));
    }
    return at - start;
}

static size_t comment_len(const struct source *src, size_t at)
{
    const char *end = strstr(src->text + at + 2, "*/");
    return end == NULL ? src->len - at : (size_t)(end - src->text) + 2 - at;
}

static size_t string_len(const struct source *src, size_t at)
{
    size_t len = 1;
    while (at + len < src->len && src->text[at + len] != src->text[at]) {
        len += src->text[at + len] == '\\' ? 2 : 1;
    }
    return at + len < src->len ? len + 1 : src->len - at;
}

/* What follows "url(". @return bytes up to its ")" */
static size_t read_url(struct app *app, const struct source *src, size_t at)
{
    size_t len = strcspn(src->text + at, ")");
    struct str link = str_trim((struct str){ src->text + at, len }, " \t\r\n\f\"'");
    app_check_sheet_link(app, link, pos_of(src, (size_t)(link.ptr - src->text), link.len));
    return len;
}

void app_read_sheet(struct app *app, const struct source *src)
{
    for (size_t at = 0; at < src->len;) {
        const char *text = src->text + at;
        if (strncmp(text, "/*", 2) == 0) {
            size_t len = comment_len(src, at);
            read_comment(app, src, (struct str){ text, len });
            at += len;
        } else if (*text == '"' || *text == '\'') {
            at += string_len(src, at);
        } else if (strncmp(text, "url(", 4) == 0) {
            at += 4 + read_url(app, src, at + 4);
        } else if (*text == '.') {
            at += 1 + read_class(app, src, at + 1);
        } else {
            at++;
        }
    }
}

/* --- pages ------------------------------------------------------------------------------------ */

/* 'name', "a name", .name in a script, or in its comment that lists classes */
static bool is_in_script(const struct app *app, struct str name)
{
    for (unsigned idx = 0; idx < app->sheet_count; idx++) {
        const struct source *src = app->sheet[idx].src;
        if (src == NULL || !wc_ends(app->sheet[idx].name, ".js")) {
            continue;
        }
        for (size_t at = 1; at + name.len < src->len; at++) {
            const char *text = src->text + at;
            if (*text == *name.ptr && memcmp(text, name.ptr, name.len) == 0 &&
                strchr("\"'`. ", text[-1]) != NULL &&
                strchr("\"'`. :)[,", text[name.len]) != NULL) {
                return true;
            }
        }
    }
    return false;
}

/* The page loads the style sheet that has this class. */
static bool is_loaded(const struct app_page *page, const struct app_name *class)
{
    struct str sheet = str_of(wc_file_name(class->pos.src->path));
    return page->has_dynamic_sheet || app_find(page->sheet, sheet) != NULL;
}

/* A class of the style sheets that the page loads. @return NULL: there is none; *other_out then is
 * one of another sheet, if there is one */
static const struct app_name *find_class(const struct app *app, const struct app_page *page,
                                         struct near *near, const struct app_name **other_out)
{
    for (const struct app_name *class = app->class; class != NULL; class = class->next) {
        bool is_same = str_eq(class->name, near->name);
        if (is_same && is_loaded(page, class)) {
            return class;
        }
        *other_out = is_same ? class : *other_out;
        if (is_loaded(page, class)) {
            near_try(near, class->name);
        }
    }
    return NULL;
}

static void check_class(struct app *app, struct app_page *page, struct str name, struct pos pos)
{
    struct wc *wc = &page->wc;
    struct near near = { .name = name };
    const struct app_name *other = NULL;
    if (find_class(app, page, &near, &other) != NULL || is_in_script(app, name)) {
        return;
    }
    const char *text =
        wc_format(wc, "no style sheet has the class \"%.*s\"", (int)name.len, name.ptr);
    if (other != NULL) {
        text = wc_format(wc, "the class \"%.*s\" is one of %s, which this page does not load",
                         (int)name.len, name.ptr, wc_file_name(other->pos.src->path));
    } else if (near.best.ptr != NULL && name.len > 2) {
        text = wc_format(wc, "%s; did you mean \"%.*s\"?", text, (int)near.best.len, near.best.ptr);
    } else {
        text = wc_format(wc,
                         "%s, and no script names it; if it is meant for something else, list it "
                         "in a comment of a style sheet: /* wick:classes %.*s */",
                         text, (int)name.len, name.ptr);
    }
    wc_say(wc, pos, false, "unknown-class", text);
}

/* How an action {{...}} goes with the text around it. */
enum part { PART_VALUE, PART_BEGIN, PART_ELSE, PART_END };

static enum part action_of(struct str action)
{
    static const struct {
        const char *word;
        enum part action;
    } table[] = { { "if", PART_BEGIN },
                  { "with", PART_BEGIN },
                  { "range", PART_BEGIN },
                  { "else", PART_ELSE },
                  { "end", PART_END } };

    action = str_trim(action, " \t\r\n-{}");
    size_t len = 0;
    while (len < action.len && is_name_byte(action.ptr[len])) {
        len++;
    }
    for (size_t idx = 0; idx < WICK_COUNT_OF(table); idx++) {
        if (str_eq((struct str){ action.ptr, len }, str_of(table[idx].word))) {
            return table[idx].action;
        }
    }
    return PART_VALUE;
}

static size_t action_len(struct str rest)
{
    size_t len = 2;
    while (len + 1 < rest.len && !(rest.ptr[len] == '}' && rest.ptr[len + 1] == '}')) {
        len++;
    }
    return len + 2 < rest.len ? len + 2 : rest.len;
}

static bool is_action(struct str text, size_t at)
{
    return at + 1 < text.len && text.ptr[at] == '{' && text.ptr[at + 1] == '{';
}

/* After the {{else}} or {{end}} of the branch that a place is in. */
static size_t skip_branch(struct str text, size_t at, bool *is_end_out)
{
    unsigned depth = 0;
    while (at < text.len) {
        size_t len =
            is_action(text, at) ? action_len((struct str){ text.ptr + at, text.len - at }) : 0;
        enum part action = len == 0 ? PART_VALUE : action_of((struct str){ text.ptr + at, len });
        at += len == 0 ? 1 : len;
        *is_end_out = action == PART_END;
        if (depth == 0 && (action == PART_ELSE || action == PART_END)) {
            return at;
        }
        depth += action == PART_BEGIN;
        depth -= action == PART_END;
    }
    *is_end_out = true;
    return at;
}

/* A word ends at this place, whatever branches are shown. */
/* NOLINTNEXTLINE(misc-no-recursion): *steps counts down */
static bool ends_here(struct str text, size_t at, unsigned *steps)
{
    if (at >= text.len || is_blank(text.ptr[at]) || *steps == 0) {
        return *steps > 0;
    }
    if (!is_action(text, at)) {
        return false;
    }
    (*steps)--;
    size_t len = action_len((struct str){ text.ptr + at, text.len - at });
    enum part action = action_of((struct str){ text.ptr + at, len });
    bool is_end = action == PART_END;
    bool is_good = action != PART_VALUE;
    bool has_else = false;
    at += len;
    while (action != PART_VALUE && !is_end && is_good) { /* each branch, or to its {{end}} */
        is_good = action == PART_ELSE || ends_here(text, at, steps);
        at = skip_branch(text, at, &is_end);
        has_else = has_else || !is_end;
    }
    return is_good && ((action == PART_BEGIN && has_else) || ends_here(text, at, steps));
}

/* The words of class="..." that are complete in the template: no action adds to them. */
static void check_value(struct app *app, struct app_page *page, const struct tag_attr *attr)
{
    struct str text = attr->source;
    bool is_open[WC_DEPTH_MAX] = { false }; /* a word goes on at the start of the branch */
    unsigned depth = 0;
    bool is_glued = false;
    for (size_t at = 0; at < text.len;) {
        if (is_action(text, at)) {
            size_t len = action_len((struct str){ text.ptr + at, text.len - at });
            enum part action = action_of((struct str){ text.ptr + at, len });
            if (action == PART_BEGIN && depth + 1 < WC_DEPTH_MAX) {
                is_open[++depth] =
                    is_glued || (at > 0 && !is_blank(text.ptr[at - 1]) && text.ptr[at - 1] != '}');
            }
            is_glued = action == PART_BEGIN || action == PART_ELSE ? is_open[depth] : true;
            depth -= action == PART_END && depth > 0;
            at += len;
        } else if (is_blank(text.ptr[at])) {
            is_glued = false;
            at++;
        } else {
            size_t len = 0;
            while (at + len < text.len && !is_blank(text.ptr[at + len]) &&
                   !is_action(text, at + len)) {
                len++;
            }
            struct str name = { text.ptr + at, len };
            unsigned steps = 100;
            if (!is_glued && ends_here(text, at + len, &steps) &&
                memchr(name.ptr, '&', len) == NULL) {
                check_class(app, page, name,
                            pos_of(attr->value_pos.src, attr->value_pos.off + at, len));
            }
            at += len;
        }
    }
}

void app_check_classes(struct app *app, struct app_page *page)
{
    const struct tree *tree = page->job.tree;
    if (page->sheet == NULL && !page->has_dynamic_sheet) {
        return; /* it has no style */
    }
    for (const struct tag *tag = tree->tag; tag != NULL; tag = tag->next) {
        const struct tag_attr *attr = tag->is_end ? NULL : tag_find(tag, "class");
        if (attr != NULL && attr->source.len > 0) {
            check_value(app, page, attr);
        }
    }
}
