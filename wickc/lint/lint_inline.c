/* lint_inline.c - scripts and styles inside of a page. Pages are served with a
 * Content-Security-Policy that allows files of the application and nothing else, so a browser would
 * leave them out without a word on the page.
 */
#include "wickc/lint/lint.h"

#include <string.h>

/* A <script> that is data or a template is not run, so it is not blocked. */
static bool is_data(const struct tag *tag)
{
    const struct tag_attr *type = tag_find(tag, "type");
    if (type == NULL || type->is_dynamic) {
        return false;
    }
    struct str value = str_trim(type->value, " \t\r\n\f");
    if (str_eq_nocase(value, STR("application/json")) ||
        str_eq_nocase(value, STR("application/ld+json"))) {
        return true; /* Go escapes it as a script */
    }
    return value.len > 0 && !html_is_js_type(value) && !str_eq_nocase(value, STR("module")) &&
           !str_eq_nocase(value, STR("importmap")) &&
           !str_eq_nocase(value, STR("speculationrules"));
}

static void check_tag(struct wc *wc, const struct tag *tag)
{
    bool is_script = str_eq(tag->name, STR("script"));
    if (is_script && !tag_may_have(tag, "src") && !is_data(tag)) {
        lint_say(wc, LINT_INLINE, tag->pos,
                 "the page's Content-Security-Policy blocks inline scripts: put it into a file and "
                 "write <script src=\"...\" defer></script>; data for it can stand in <script "
                 "type=\"application/json\">");
    }
    if (str_eq(tag->name, STR("style"))) {
        lint_say(
            wc, LINT_INLINE, tag->pos,
            "the page's Content-Security-Policy blocks inline styles: put them into a file and "
            "write <link rel=\"stylesheet\" href=\"...\">");
    }
}

static bool is_handler(struct str name)
{
    return name.len > 2 && str_starts(name, STR("on")) && memchr(name.ptr, '-', name.len) == NULL &&
           memchr(name.ptr, ':', name.len) == NULL;
}

static void check_attr(struct wc *wc, const struct tag_attr *attr)
{
    if (str_eq(attr->name, STR("style"))) {
        lint_say(wc, LINT_INLINE, attr->pos,
                 "the page's Content-Security-Policy blocks style=\"\": use a class; for a value "
                 "<meter>, <progress> or the attributes of SVG, width=\"{{.x}}\"");
    } else if (is_handler(attr->name)) {
        lint_say(wc, LINT_INLINE, attr->pos,
                 "the page's Content-Security-Policy blocks %.*s=\"\": for an action write <button "
                 "name=\"...\" allow=\"...\">, else add the listener in a script file",
                 (int)attr->name.len, attr->name.ptr);
    } else if (html_attr_kind(attr->name) == KIND_URL && !attr->is_dynamic) {
        struct str value = str_trim(attr->value, " \t\r\n\f");
        struct str scheme = { value.ptr, value.len < 11 ? value.len : 11 };
        if (str_eq_nocase(scheme, STR("javascript:"))) {
            lint_say(wc, LINT_INLINE, attr->value_pos.src != NULL ? attr->value_pos : attr->pos,
                     "the page's Content-Security-Policy blocks javascript: addresses: use a "
                     "<button> and a script file");
        }
    }
}

void lint_inline(struct wc *wc, const struct tree *tree)
{
    if (!wc->dir.is_page) {
        return; /* a template alone may be shown by something else */
    }
    for (const struct tag *tag = tree->tag; tag != NULL; tag = tag->next) {
        if (tag->is_end) {
            continue;
        }
        check_tag(wc, tag);
        for (const struct tag_attr *attr = tag->attr; attr != NULL; attr = attr->next) {
            check_attr(wc, attr);
        }
        for (const struct tag_attr *attr = tag->maybe; attr != NULL; attr = attr->next) {
            check_attr(wc, attr);
        }
    }
}

/* --- is the page live? ------------------------------------------------------------------------ */

void lint_script(struct wc *wc, const struct tree *tree)
{
    bool is_ours = false;
    for (unsigned idx = 0; idx < wc->dir.wire_count; idx++) {
        is_ours = is_ours || wc->dir.wire[idx] == &wire_wick;
    }
    if (!is_ours || !wc->dir.is_page || tree->head == NULL || wc->errors > 0) {
        return;
    }
    for (const struct tag *tag = tree->tag; tag != NULL; tag = tag->next) {
        const struct tag_attr *src =
            tag->is_end || !str_eq(tag->name, STR("script")) ? NULL : tag_find(tag, "src");
        if (src != NULL && (src->is_dynamic || wc_ends(src->value, "wick.js"))) {
            return;
        }
    }
    lint_say(wc, LINT_SCRIPT, wc->dir.at,
             "this page loads no wick.js, so it shows what was true when it was loaded: write "
             "<script src=\"wick.js\" defer></script> into its <head>");
}
