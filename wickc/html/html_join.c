/* html_join.c - contexts between texts: of actions, after branches, at the ends of texts. */
#include "wickc/html/html.h"

#include <string.h>

bool html_is_comment(enum html_state state)
{
    return state == HTML_COMMENT || state == HTML_JS_BLOCK_COMMENT ||
           state == HTML_JS_LINE_COMMENT || state == HTML_JS_OPEN_COMMENT ||
           state == HTML_JS_CLOSE_COMMENT || state == HTML_CSS_BLOCK_COMMENT ||
           state == HTML_CSS_LINE_COMMENT;
}

bool html_is_literal(enum html_state state)
{
    return state == HTML_JS_DQ || state == HTML_JS_SQ || state == HTML_JS_TMPL ||
           state == HTML_JS_REGEXP;
}

/* --- actions ---------------------------------------------------------------------------------- */

struct html_ctx html_nudge(struct html_ctx ctx)
{
    if (ctx.state == HTML_TAG) {
        ctx.state = HTML_ATTR_NAME; /* <foo {{.}} : an attribute */
        ctx.is_hollow = true;
    } else if (ctx.state == HTML_BEFORE_VALUE) {
        ctx.state = html_value_state(ctx.attr); /* <foo bar={{.}} : a value without quotes */
        ctx.delim = DELIM_SPACE;
        ctx.attr = ATTR_PLAIN;
        ctx.is_hollow = true;
    } else if (ctx.state == HTML_AFTER_NAME) {
        ctx.state = HTML_ATTR_NAME; /* <foo bar {{.}} */
        ctx.attr = ATTR_PLAIN;
        ctx.is_prefix = false;
        ctx.is_hollow = true;
    }
    return ctx;
}

const char *html_refuses_value(const struct html_ctx *ctx)
{
    bool is_style = ctx->delim == DELIM_NONE && ctx->element == ELEMENT_STYLE;
    if (ctx->state == HTML_ATTR_NAME && !ctx->is_prefix && !ctx->is_hollow) {
        return "an attribute name stands in one piece: only what begins with \"data-\", \"aria-\" "
               "or "
               "\"on\" may have values inside";
    }
    if (ctx->state == HTML_URL && ctx->is_code_url) {
        return "a value in an address that begins with \"javascript:\", \"vbscript:\" or \"data:\" "
               "could run as code: put it into a data- attribute, and read that in your script";
    }
    if (ctx->state == HTML_SRCDOC && ctx->has_markup) {
        return "after a tag in a srcdoc it is not known how a value must be escaped: the whole "
               "document can be one value of a function that returns html";
    }
    if (is_style && (ctx->glue & GLUE_LESS) != 0) {
        return "a value after \"<\" could become an end tag: put something between them";
    }
    return NULL;
}

struct html_ctx html_after_value(struct html_ctx ctx)
{
    if (ctx.state == HTML_JS) { /* a slash after a value divides */
        ctx.js = JS_DIV_NEXT;
        ctx.token = TOKEN_VALUE;
        ctx.is_unsure = false;
        ctx.is_newline = false;
    }
    ctx.has_value = ctx.has_value || !ctx.is_past_scheme;
    ctx.is_partial = true;
    ctx.is_hollow = false;
    ctx.glue &= GLUE_DOLLAR; /* a value in a template literal may be empty */
    return ctx;
}

/* --- the ends of texts ------------------------------------------------------------------------ */

struct html_ctx html_begin(struct html_ctx ctx, struct str text)
{
    char first = str_at(text, 0);
    bool is_code = ctx.state == HTML_JS;
    unsigned glue = ctx.glue;
    ctx.glue = 0;
    if (first == '\0') {
        return ctx;
    }
    bool is_name = html_is_js_name(first);
    bool is_cut =
        ((glue & GLUE_SLASH) != 0 && (first == '*' || (is_code && first == '/'))) ||
        ((glue & GLUE_MINUS) != 0 && is_code && (first == '-' || first == '>')) ||
        ((glue & GLUE_HASH) != 0 && is_code && first == '!') ||
        ((glue & GLUE_DOLLAR) != 0 && ctx.state == HTML_JS_TMPL && first == '{') ||
        ((glue & GLUE_LESS) != 0 && (is_name || first == '!' || first == '-' || first == '/'));
    if (is_cut) {
        return html_fail("a script or style is cut here inside of a token: what stands before the "
                         "action and this belong together",
                         0);
    }
    ctx.glue = is_code && is_name ? glue & GLUE_WORD : 0;
    return ctx;
}

/* Does text end with a part of what ends or hides the end of its element? Whole ones were escaped
 * in the strings of scripts. */
static bool ends_with_less(struct str text, enum html_element element)
{
    static const char *const in_script[] = { "</script", "<script", "<!--" };
    static const char *const in_style[] = { "</style " };
    const char *const *tag = element == ELEMENT_STYLE ? in_style : in_script;
    size_t count = element == ELEMENT_STYLE ? WICK_COUNT_OF(in_style) : WICK_COUNT_OF(in_script);
    for (size_t idx = 0; idx < count; idx++) {
        for (size_t len = strlen(tag[idx]) - 1; len > 0; len--) {
            if (text.len >= len && str_eq_nocase((struct str){ text.ptr + text.len - len, len },
                                                 (struct str){ tag[idx], len })) {
                return true;
            }
        }
    }
    return false;
}

struct html_ctx html_end(struct html_ctx ctx, struct str text)
{
    bool is_raw = ctx.delim == DELIM_NONE &&
                  (ctx.element == ELEMENT_SCRIPT || ctx.element == ELEMENT_STYLE) &&
                  !html_is_comment(ctx.state);
    bool is_code = ctx.state == HTML_JS;
    unsigned glue = 0;
    if (text.len == 0) {
        return ctx;
    }
    char last = text.ptr[text.len - 1];
    glue |= is_raw && ends_with_less(text, ctx.element) ? GLUE_LESS : 0;
    glue |= last == '/' && (is_code || ctx.state == HTML_JS_REGEXP) ? GLUE_SLASH : 0;
    glue |= last == '-' && is_code ? GLUE_MINUS : 0;
    glue |= last == '#' && is_code ? GLUE_HASH : 0;
    glue |= last == '$' && ctx.state == HTML_JS_TMPL ? GLUE_DOLLAR : 0;
    glue |= html_is_js_name(last) && is_code ? GLUE_WORD : 0;
    ctx.glue = (uint8_t)glue;
    return ctx;
}

/* --- comparing -------------------------------------------------------------------------------- */

bool html_same(struct html_ctx a, struct html_ctx b)
{
    return a.state == b.state && a.delim == b.delim && a.url == b.url && a.js == b.js &&
           a.attr == b.attr && a.element == b.element && a.literals == b.literals &&
           memcmp(a.brace, b.brace, a.literals) == 0;
}

/* The worse of what two contexts know that are the same for Go. */
static struct html_ctx worse(struct html_ctx ctx, const struct html_ctx *b)
{
    if (ctx.parens != b->parens || ctx.controls != b->controls) {
        ctx.parens = HTML_PARENS_LOST;
    }
    ctx.is_unsure =
        ctx.is_unsure || b->is_unsure || (ctx.token == TOKEN_DOT) != (b->token == TOKEN_DOT);
    ctx.token = ctx.token == b->token ? ctx.token : TOKEN_OTHER;
    ctx.is_newline = ctx.is_newline || b->is_newline;
    ctx.glue |= b->glue;
    ctx.has_value = ctx.has_value || b->has_value;
    ctx.is_past_scheme = ctx.is_past_scheme && b->is_past_scheme;
    ctx.is_code_url = ctx.is_code_url || b->is_code_url;
    ctx.has_markup = ctx.has_markup || b->has_markup;
    ctx.is_partial = ctx.is_partial || b->is_partial;
    ctx.is_hollow =
        ctx.state == HTML_ATTR_NAME ? ctx.is_hollow && b->is_hollow : ctx.is_hollow || b->is_hollow;
    ctx.is_name_open = ctx.is_name_open || b->is_name_open;
    ctx.is_prefix = ctx.is_prefix && b->is_prefix;
    ctx.has_type = ctx.has_type || b->has_type;
    return ctx;
}

struct html_ctx html_join(struct html_ctx a, struct html_ctx b)
{
    for (unsigned pass = 0; pass < 2; pass++) {
        if (a.state == HTML_ERROR || b.state == HTML_DEAD) {
            return a;
        }
        if (b.state == HTML_ERROR || a.state == HTML_DEAD) {
            return b;
        }
        if (html_same(a, b)) {
            return worse(a, &b);
        }
        struct html_ctx ctx = a;
        ctx.url = b.url;
        if (html_same(ctx, b)) {
            ctx.url = URL_UNKNOWN;
            return worse(ctx, &b);
        }
        ctx = a;
        ctx.js = b.js;
        if (html_same(ctx, b)) {
            ctx.js = JS_UNKNOWN;
            return worse(ctx, &b);
        }
        a = html_nudge(a);
        b = html_nudge(b);
    }
    return html_fail(NULL, 0);
}
