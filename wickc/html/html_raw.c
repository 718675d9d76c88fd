/* html_raw.c - transitions inside addresses, comments and styles. Scripts: html_js.c. */
#include "base/utf8.h"
#include "wickc/html/html.h"

#include <string.h>

/* Offset of the first byte of text from at on that is in set; text.len: none. */
static size_t find_any(struct str text, size_t at, const char *set)
{
    while (at < text.len && (text.ptr[at] == '\0' || strchr(set, text.ptr[at]) == NULL)) {
        at++;
    }
    return at;
}

static size_t find(struct str text, const char *what)
{
    size_t len = strlen(what);
    for (size_t at = 0; at + len <= text.len; at++) {
        if (memcmp(text.ptr + at, what, len) == 0) {
            return at;
        }
    }
    return SIZE_MAX;
}

/* --- addresses -------------------------------------------------------------------------------- */

/* Browsers ignore blanks and control characters before a scheme, and line ends inside it. */
static size_t skip_ignored(struct str text, size_t at)
{
    while (at < text.len && (unsigned char)text.ptr[at] <= ' ') {
        at++;
    }
    return at;
}

static bool is_scheme(struct str text, const char *scheme)
{
    size_t at = 0;
    while (*scheme != '\0') {
        at = skip_ignored(text, at);
        if (at == text.len || (text.ptr[at++] | 0x20) != *scheme++) {
            return false;
        }
    }
    return skip_ignored(text, at) == text.len;
}

static const char value_as_scheme[] =
    "the scheme of an address cannot be a value, and here it could become one: write the scheme as "
    "text, or the whole address as one value";

/* After "data:": a complete image type that cannot run scripts (so not SVG). */
static bool is_picture(struct str text, size_t at)
{
    static const struct str kind = STR_INIT("image/");
    static const struct str svg = STR_INIT("image/svg");
    struct str rest = { text.ptr + at, text.len - at };
    bool is_image = rest.len > svg.len && str_eq_nocase((struct str){ rest.ptr, kind.len }, kind);
    return is_image && !str_eq_nocase((struct str){ rest.ptr, svg.len }, svg) &&
           memchr(rest.ptr, ',', rest.len) != NULL;
}

/* What a static text says about the scheme of an address. @return an error, or NULL */
static const char *find_scheme(struct html_ctx *ctx, struct str text, size_t *at_out)
{
    size_t end = find_any(text, 0, ":/?#");
    *at_out = end;
    if (end == text.len) {
        return NULL;
    }
    ctx->is_past_scheme = true;
    if (text.ptr[end] != ':') {
        return NULL;
    }
    if (ctx->has_value) {
        return value_as_scheme;
    }
    struct str scheme = { text.ptr, end };
    ctx->is_code_url = is_scheme(scheme, "javascript") || is_scheme(scheme, "vbscript") ||
                       (is_scheme(scheme, "data") && !is_picture(text, end + 1));
    return NULL;
}

struct html_ctx html_step_url(struct html_ctx ctx, struct str text, size_t *used_out)
{
    *used_out = text.len;
    if (ctx.state == HTML_TARGET) { /* each value is checked alone, and must not become a scheme */
        size_t at = find_any(text, 0, ":");
        return ctx.has_value && at < text.len ? html_fail(value_as_scheme, at) : ctx;
    }
    if (ctx.state == HTML_URL && !ctx.is_past_scheme) {
        size_t at = 0;
        const char *error = find_scheme(&ctx, text, &at);
        if (error != NULL) {
            return html_fail(error, at);
        }
    }
    if (find_any(text, 0, "#?") < text.len) {
        ctx.url = URL_QUERY;
    } else if (ctx.url == URL_START && skip_ignored(text, 0) < text.len) {
        ctx.url = URL_PRE_QUERY;
    }
    return ctx;
}

/* content="0; url=...": the address is checked up to the next ";". */
struct html_ctx html_step_meta(struct html_ctx ctx, struct str text, size_t *used_out)
{
    *used_out = text.len;
    if (ctx.state == HTML_META_URL) {
        size_t at = find_any(text, 0, ";");
        if (at < text.len) {
            ctx.state = HTML_META;
            *used_out = at + 1;
        }
        return ctx;
    }
    for (size_t at = 0; at + 3 < text.len; at++) {
        if (str_eq_nocase((struct str){ text.ptr + at, 3 }, STR("url"))) {
            size_t next = at + 3;
            while (next < text.len && strchr(" \t\n\f\r", text.ptr[next]) != NULL) {
                next++;
            }
            if (str_at(text, next) == '=') {
                ctx.state = HTML_META_URL;
                *used_out = next + 1;
                return ctx;
            }
        }
    }
    return ctx;
}

/* --- comments --------------------------------------------------------------------------------- */

struct html_ctx html_step_comment(struct html_ctx ctx, struct str text, size_t *used_out)
{
    *used_out = text.len;
    bool is_js = ctx.state != HTML_CSS_LINE_COMMENT && ctx.state != HTML_CSS_BLOCK_COMMENT;
    bool is_block = ctx.state == HTML_JS_BLOCK_COMMENT || ctx.state == HTML_CSS_BLOCK_COMMENT;
    if (ctx.state == HTML_COMMENT || is_block) {
        size_t end = find(text, is_block ? "*/" : "-->");
        if (end == SIZE_MAX) {
            return ctx;
        }
        *used_out = end + (is_block ? 2 : 3);
        if (!is_block) {
            return (struct html_ctx){ .state = HTML_TEXT };
        }
        ctx.state = is_js ? HTML_JS : HTML_CSS;
        return ctx;
    }
    /* the end of the line belongs to what follows */
    size_t end = find_any(text, 0, is_js ? "\n\r" : "\n\f\r");
    const char *const separator[] = { "\xe2\x80\xa8", "\xe2\x80\xa9" };
    for (unsigned idx = 0; is_js && idx < 2; idx++) {
        size_t at = find(text, separator[idx]);
        end = at < end ? at : end;
    }
    if (end < text.len) {
        ctx.state = is_js ? HTML_JS : HTML_CSS;
        *used_out = end;
    }
    return ctx;
}

/* --- CSS -------------------------------------------------------------------------------------- */

static bool is_css_name(char byte)
{
    return (unsigned char)byte >= 0x80 || byte == '-' || byte == '_' ||
           (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z');
}

static bool is_css_blank(char byte)
{
    return byte == '\t' || byte == '\n' || byte == '\f' || byte == '\r' || byte == ' ';
}

static bool ends_with_url(struct str text)
{
    while (text.len > 0 && is_css_blank(text.ptr[text.len - 1])) {
        text.len--;
    }
    if (text.len < 3 || !str_eq_nocase((struct str){ text.ptr + text.len - 3, 3 }, STR("url"))) {
        return false;
    }
    text.len -= 3;
    bool is_no_character =
        text.len >= 3 && (memcmp(text.ptr + text.len - 3, "\xef\xbf\xbe", 3) == 0 ||
                          memcmp(text.ptr + text.len - 3, "\xef\xbf\xbf", 3) == 0);
    return text.len == 0 || is_no_character || !is_css_name(text.ptr[text.len - 1]);
}

static struct html_ctx step_css_tokens(struct html_ctx ctx, struct str text, size_t *used_out)
{
    for (size_t at = 0; (at = find_any(text, at, "(\"'/")) < text.len; at++) {
        char byte = text.ptr[at];
        char next = str_at(text, at + 1);
        if (byte == '"' || byte == '\'') {
            ctx.state = byte == '"' ? HTML_CSS_DQ : HTML_CSS_SQ;
            *used_out = at + 1;
            return ctx;
        }
        if (byte == '/' && (next == '/' || next == '*')) {
            ctx.state = next == '/' ? HTML_CSS_LINE_COMMENT : HTML_CSS_BLOCK_COMMENT;
            *used_out = at + 2;
            return ctx;
        }
        if (byte == '(' && ends_with_url((struct str){ text.ptr, at })) {
            for (at++; at < text.len && is_css_blank(text.ptr[at]);) {
                at++;
            }
            char quote = str_at(text, at);
            bool is_quoted = quote == '"' || quote == '\'';
            ctx.state = HTML_CSS_URL;
            if (is_quoted) {
                ctx.state = quote == '"' ? HTML_CSS_DQ_URL : HTML_CSS_SQ_URL;
            }
            *used_out = at + is_quoted;
            return ctx;
        }
    }
    *used_out = text.len;
    return ctx;
}

/* CSS escapes decoded: "\41 b" -> "Ab". */
static struct str decode_css(struct wc *wc, struct str text)
{
    struct sb out = { 0 };
    for (size_t at = 0; at < text.len;) {
        if (text.ptr[at] != '\\') {
            sb_put_u8(wc, &out, text.ptr[at++]);
            continue;
        }
        uint32_t code = 0;
        size_t digit = at + 1;
        for (; digit < text.len && digit < at + 7; digit++) {
            char byte = text.ptr[digit];
            char lower = (char)(byte | 0x20);
            bool is_digit = byte >= '0' && byte <= '9';
            if (!is_digit && (lower < 'a' || lower > 'f')) {
                break;
            }
            code = code * 16 + (uint32_t)(is_digit ? byte - '0' : lower - 'a' + 10);
        }
        if (digit == at + 1) { /* a single character; it is copied as it is */
            at++;
            if (at < text.len) {
                sb_put_u8(wc, &out, text.ptr[at++]);
            }
            continue;
        }
        char utf8[4];
        sb_put(wc, &out, utf8, utf8_put(code > 0x10ffff ? 0xfffd : code, utf8));
        at = digit + (digit < text.len && is_css_blank(text.ptr[digit]));
    }
    return sb_str(&out);
}

struct html_ctx html_step_css(struct wc *wc, struct html_ctx ctx, struct str text, size_t *used_out)
{
    if (ctx.state == HTML_CSS) {
        return step_css_tokens(ctx, text, used_out);
    }
    bool is_double = ctx.state == HTML_CSS_DQ || ctx.state == HTML_CSS_DQ_URL;
    bool is_single = ctx.state == HTML_CSS_SQ || ctx.state == HTML_CSS_SQ_URL;
    const char *ends = "\\\t\n\f\r )";
    if (is_double || is_single) {
        ends = is_double ? "\\\"" : "\\'";
    }
    size_t start = 0;
    size_t unused;
    *used_out = text.len;
    for (size_t at = 0; (at = find_any(text, at, ends)) < text.len; at++) {
        if (text.ptr[at] != '\\') {
            ctx.state = HTML_CSS;
            *used_out = at + 1;
            return ctx;
        }
        if (++at == text.len) {
            return html_fail("nothing may stand between a backslash and what it escapes: here CSS "
                             "is cut by an action or the end",
                             at - 1);
        }
        ctx = html_step_url(ctx, decode_css(wc, (struct str){ text.ptr, at + 1 }), &unused);
        start = at + 1;
    }
    struct str rest = decode_css(wc, (struct str){ text.ptr + start, text.len - start });
    return html_step_url(ctx, rest, &unused);
}
