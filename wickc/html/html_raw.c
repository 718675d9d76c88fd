/* html_raw.c - transitions inside URLs, scripts, styles and comments. */
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

struct html_ctx html_step_url(struct html_ctx ctx, struct str text, size_t *used_out)
{
    *used_out = text.len;
    if (find_any(text, 0, "#?") < text.len) {
        ctx.url = URL_QUERY;
    } else if (ctx.url == URL_START && strspn(text.ptr, " \t\n\f\r") < text.len) {
        ctx.url = URL_PRE_QUERY;
    }
    return ctx;
}

struct html_ctx html_step_comment(struct html_ctx ctx, struct str text, size_t *used_out)
{
    *used_out = text.len;
    bool is_line = ctx.state == HTML_JS_LINE_COMMENT || ctx.state == HTML_CSS_LINE_COMMENT;
    if (is_line) { /* the end of the line belongs to what follows */
        bool is_js = ctx.state == HTML_JS_LINE_COMMENT;
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
    bool is_html = ctx.state == HTML_COMMENT;
    size_t end = find(text, is_html ? "-->" : "*/");
    if (end == SIZE_MAX) {
        return ctx;
    }
    *used_out = end + (is_html ? 3 : 2);
    if (is_html) {
        return (struct html_ctx){ .state = HTML_TEXT };
    }
    ctx.state = ctx.state == HTML_JS_BLOCK_COMMENT ? HTML_JS : HTML_CSS;
    return ctx;
}

/* --- JavaScript ------------------------------------------------------------------------------- */

static bool is_js_ident(char byte)
{
    return byte == '$' || byte == '_' || (byte >= '0' && byte <= '9') ||
           (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

/* White space and U+2028/2029 at the end do not count. */
static struct str trim_js(struct str text)
{
    for (;;) {
        if (text.len > 0 && strchr("\t\n\f\r ", text.ptr[text.len - 1]) != NULL &&
            text.ptr[text.len - 1] != '\0') {
            text.len--;
        } else if (text.len >= 3 && (memcmp(text.ptr + text.len - 3, "\xe2\x80\xa8", 3) == 0 ||
                                     memcmp(text.ptr + text.len - 3, "\xe2\x80\xa9", 3) == 0)) {
            text.len -= 3;
        } else {
            return text;
        }
    }
}

/* Does a slash behind these tokens begin a regular expression or a division? */
static enum html_js next_js(struct str text, enum html_js before)
{
    static const char *const keyword[] = { "break", "case",    "continue", "delete",     "do",
                                           "else",  "finally", "in",       "instanceof", "return",
                                           "throw", "try",     "typeof",   "void" };
    text = trim_js(text);
    if (text.len == 0) {
        return before;
    }
    size_t len = text.len;
    char last = text.ptr[len - 1];
    if (last == '+' || last == '-') { /* ++ and -- are postfix as a rule */
        size_t start = len - 1;
        while (start > 0 && text.ptr[start - 1] == last) {
            start--;
        }
        return ((len - start) & 1) == 1 ? JS_REGEXP_NEXT : JS_DIV_NEXT;
    }
    if (last == '.') {
        return len != 1 && text.ptr[len - 2] >= '0' && text.ptr[len - 2] <= '9' ? JS_DIV_NEXT
                                                                                : JS_REGEXP_NEXT;
    }
    if (last != '\0' && strchr(",<>=*%&|^?!~([:;{}", last) != NULL) {
        return JS_REGEXP_NEXT;
    }
    size_t start = len;
    while (start > 0 && is_js_ident(text.ptr[start - 1])) {
        start--;
    }
    for (size_t idx = 0; idx < WICK_COUNT_OF(keyword); idx++) {
        if (str_eq((struct str){ text.ptr + start, len - start }, str_of(keyword[idx]))) {
            return JS_REGEXP_NEXT;
        }
    }
    return JS_DIV_NEXT;
}

static struct html_ctx step_js_tokens(struct html_ctx ctx, struct str text, size_t *used_out)
{
    size_t at = find_any(text, 0, "\"`'/");
    ctx.js = next_js((struct str){ text.ptr, at }, ctx.js);
    *used_out = at < text.len ? at + 1 : at;
    if (at == text.len) {
        return ctx;
    }
    char next = str_at(text, at + 1);
    if (text.ptr[at] != '/') {
        ctx.state = text.ptr[at] == '"'    ? HTML_JS_DQ
                    : text.ptr[at] == '\'' ? HTML_JS_SQ
                                           : HTML_JS_BQ;
        ctx.js = JS_REGEXP_NEXT;
    } else if (next == '/' || next == '*') {
        ctx.state = next == '/' ? HTML_JS_LINE_COMMENT : HTML_JS_BLOCK_COMMENT;
        *used_out = at + 2;
    } else if (ctx.js == JS_REGEXP_NEXT) {
        ctx.state = HTML_JS_REGEXP;
    } else if (ctx.js == JS_DIV_NEXT) {
        ctx.js = JS_REGEXP_NEXT;
    } else {
        return html_fail("\"/\" could start a division or a regular expression here, depending on "
                         "the branch taken before",
                         at);
    }
    return ctx;
}

struct html_ctx html_step_js(struct html_ctx ctx, struct str text, size_t *used_out)
{
    if (ctx.state == HTML_JS) {
        return step_js_tokens(ctx, text, used_out);
    }
    const char *specials = ctx.state == HTML_JS_DQ   ? "\\\""
                           : ctx.state == HTML_JS_SQ ? "\\'"
                           : ctx.state == HTML_JS_BQ ? "`\\"
                                                     : "\\/[]";
    bool is_in_set = false;
    *used_out = text.len;
    for (size_t at = 0; (at = find_any(text, at, specials)) < text.len; at++) {
        char byte = text.ptr[at];
        if (byte == '\\') {
            if (++at == text.len) {
                return html_fail("nothing may stand between a backslash and what it escapes: here "
                                 "JavaScript is cut by an action or the end",
                                 at - 1);
            }
        } else if (byte == '[' || byte == ']') {
            is_in_set = byte == '[';
        } else if (!is_in_set) {
            ctx.state = HTML_JS;
            ctx.js = JS_DIV_NEXT;
            *used_out = at + 1;
            return ctx;
        }
    }
    return is_in_set
               ? html_fail("this [set] of a regular expression is cut by an action or the end", 0)
               : ctx;
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
            ctx.state = quote == '"'    ? HTML_CSS_DQ_URL
                        : quote == '\'' ? HTML_CSS_SQ_URL
                                        : HTML_CSS_URL;
            *used_out = at + (quote == '"' || quote == '\'');
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
    const char *ends = is_double ? "\\\"" : is_single ? "\\'" : "\\\t\n\f\r )";
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
