/* lint_url.c - a page loads nothing from elsewhere and leads nowhere else: absolute addresses in
 * attributes and styles.
 *
 * Only what stands in the template is seen; a value of the state is the application's.
 */
#include "wickc/lint/lint.h"

#include <string.h>

struct finder {
    struct wc *wc;
    const struct source *src;
    size_t off;   /* where the text that is looked at begins in src */
    bool is_link; /* it is followed, not loaded */
};

/* "http://", "https://", "//x" at the start. @return bytes that belong to the address, 0: it is
 * none */
static size_t absolute_len(struct str text)
{
    bool is_absolute =
        str_eq_nocase((struct str){ text.ptr, text.len < 7 ? text.len : 7 }, STR("http://")) ||
        str_eq_nocase((struct str){ text.ptr, text.len < 8 ? text.len : 8 }, STR("https://")) ||
        (text.len > 2 && str_starts(text, STR("//")));
    size_t len = 0;
    while (is_absolute && len < text.len && strchr(" \t\r\n\"'<>),{", text.ptr[len]) == NULL) {
        len++;
    }
    return len;
}

static void report(const struct finder *finder, size_t at, struct str url)
{
    struct pos pos = pos_of(finder->src, finder->off + at, url.len);
    if (finder->is_link) {
        lint_say(finder->wc, LINT_URL, pos,
                 "\"%.*s\" is an absolute address: a device's page must work without the net, "
                 "so write a relative one, or one action with the whole address",
                 (int)url.len, url.ptr);
    } else {
        lint_say(finder->wc, LINT_URL, pos,
                 "\"%.*s\" is an absolute address: a device's page must work without the net, "
                 "so bring the file along and write a relative one",
                 (int)url.len, url.ptr);
    }
}

/* After blanks at at: is there an address? */
static void look(const struct finder *finder, struct str text, size_t at)
{
    while (at < text.len && strchr(" \t\r\n\f", text.ptr[at]) != NULL) {
        at++;
    }
    struct str rest = { text.ptr + at, text.len - at };
    size_t len = absolute_len(rest);
    if (len > 0) {
        report(finder, at, (struct str){ rest.ptr, len });
    }
}

static bool starts_nocase(struct str text, struct str word)
{
    return text.len >= word.len && str_eq_nocase((struct str){ text.ptr, word.len }, word);
}

/* url(x), url("x"), @import "x" */
static void look_css(const struct finder *finder, struct str text)
{
    for (size_t at = 0; at < text.len; at++) {
        struct str rest = { text.ptr + at, text.len - at };
        size_t word = 0;
        if (starts_nocase(rest, STR("url("))) {
            word = 4;
        } else if (starts_nocase(rest, STR("@import"))) {
            word = 7;
        }
        if (word == 0) {
            continue;
        }
        at += word;
        while (at < text.len && strchr(" \t\r\n\f\"'", text.ptr[at]) != NULL) {
            at++;
        }
        look(finder, text, at);
    }
}

/* At the start, and after actions and the separators of a list of addresses. */
static void look_value(const struct finder *finder, struct str text, const char *separators)
{
    look(finder, text, 0);
    for (size_t at = 0; at < text.len; at++) {
        bool is_after_action = at >= 2 && text.ptr[at - 1] == '}' && text.ptr[at - 2] == '}';
        if (is_after_action && text.ptr[at] == 'h') { /* "//" after an action is a path */
            look(finder, text, at);
        } else if (strchr(separators, text.ptr[at]) != NULL) {
            look(finder, text, at + 1);
        }
    }
}

static void check_attr(struct wc *wc, const struct tag_attr *attr, bool is_link)
{
    bool is_meta = str_eq(attr->name, STR("content"));
    enum html_kind kind = html_attr_kind(attr->name);
    bool is_name = str_starts(attr->name, STR("xmlns")); /* no address, only looks like one */
    if (attr->value_pos.src == NULL || attr->source.len == 0 || is_name ||
        (kind != KIND_URL && kind != KIND_SRCSET && kind != KIND_CSS && !is_meta)) {
        return;
    }
    struct finder finder = { wc, attr->value_pos.src, attr->value_pos.off,
                             is_link && kind == KIND_URL };
    if (kind == KIND_CSS) {
        look_css(&finder, attr->source);
    } else {
        const char *others = is_meta ? "=" : "";
        look_value(&finder, attr->source, kind == KIND_SRCSET ? "," : others);
    }
    if (!attr->is_dynamic && kind == KIND_URL &&
        absolute_len(str_trim(attr->value, " \t\r\n\f")) > 0) { /* also written with entities */
        look(&finder, attr->value, 0);
    }
}

/* Styles in the page: what stands in the source between <style> and </style>. */
static void check_style(struct wc *wc, const struct tag *tag)
{
    const struct tag *end = tag->next;
    if (end == NULL || tag->pos.src == NULL || end->pos.src != tag->pos.src ||
        end->pos.off < tag->pos.off) {
        return;
    }
    struct finder finder = { wc, tag->pos.src, tag->pos.off, false };
    look_css(&finder,
             (struct str){ tag->pos.src->text + tag->pos.off, end->pos.off - tag->pos.off });
}

void lint_urls(struct wc *wc, const struct tree *tree)
{
    for (const struct tag *tag = tree->tag; tag != NULL; tag = tag->next) {
        for (const struct tag_attr *attr = tag->is_end ? NULL : tag->attr; attr != NULL;
             attr = attr->next) {
            check_attr(wc, attr, str_eq(tag->name, STR("a")) || str_eq(tag->name, STR("area")));
        }
        if (!tag->is_end && str_eq(tag->name, STR("style"))) {
            check_style(wc, tag);
        }
    }
}
