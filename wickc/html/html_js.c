/* html_js.c - transitions inside scripts: strings, template literals, regular expressions,
 * comments, and what a slash begins.
 *
 * Go decides the last one from the token before the slash. Where that token does not tell, a value
 * would be escaped for the wrong place and could run. So parentheses are followed here ("if (a)
 * /x/" is a regular expression, "(a) / x" a division), and where the answer is still a guess
 * (after "}", "of" and "await") the context is unsure: values are written such that they are
 * harmless either way, and what cannot be made harmless is an error.
 */
#include "wickc/html/html.h"

#include <string.h>

bool html_is_js_name(char byte)
{
    return byte == '$' || byte == '_' || (byte >= '0' && byte <= '9') ||
           (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static struct str rest_of(struct str text, size_t at)
{
    return (struct str){ text.ptr + at, text.len - at };
}

/* Bytes of the white space of ECMAScript at a place: of the character class \s. @return 0: none */
static size_t space_at(struct str text, size_t at)
{
    static const char *const wide[] = {
        "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x81", "\xe2\x80\x82",
        "\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86", "\xe2\x80\x87",
        "\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8", "\xe2\x80\xa9",
        "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80", "\xef\xbb\xbf"
    };
    char byte = text.ptr[at];
    if (byte == ' ' || (byte >= '\t' && byte <= '\r')) {
        return 1;
    }
    if ((unsigned char)byte < 0x80) {
        return 0;
    }
    for (size_t idx = 0; idx < WICK_COUNT_OF(wide); idx++) {
        if (str_starts(rest_of(text, at), str_of(wide[idx]))) {
            return strlen(wide[idx]);
        }
    }
    return 0;
}

static bool is_line_end(struct str text, size_t at)
{
    return text.ptr[at] == '\n' || text.ptr[at] == '\r' ||
           str_starts(rest_of(text, at), STR("\xe2\x80\xa8")) ||
           str_starts(rest_of(text, at), STR("\xe2\x80\xa9"));
}

static bool is_one_of(struct str word, const char *const *list, size_t count)
{
    for (size_t idx = 0; idx < count; idx++) {
        if (str_eq(word, str_of(list[idx]))) {
            return true;
        }
    }
    return false;
}

/* --- tokens ----------------------------------------------------------------------------------- */

static void found(struct html_ctx *ctx, enum html_token token, enum html_js js)
{
    ctx->token = token;
    ctx->js = js;
    ctx->is_unsure = false;
    ctx->is_newline = false;
}

static void found_word(struct html_ctx *ctx, struct str word)
{
    static const char *const before_regexp[] = {
        "break", "case", "continue",   "delete", "do",   "else",  "finally", "in",      "return",
        "throw", "try",  "instanceof", "typeof", "void", "yield", "new",     "extends", "default"
    };
    static const char *const contextual[] = { "of", "await" };
    static const char *const control[] = { "if", "while", "for", "with" };
    bool is_property = ctx->token == TOKEN_DOT;
    bool is_cut = (ctx->glue & GLUE_WORD) != 0; /* by a branch: the whole word is not known */
    bool is_loop = ctx->token == TOKEN_CONTROL;
    found(ctx, TOKEN_VALUE, JS_DIV_NEXT);
    if (is_property) {
        return;
    }
    if (is_cut) {
        ctx->is_unsure = true;
    } else if (is_one_of(word, before_regexp, WICK_COUNT_OF(before_regexp))) {
        found(ctx, TOKEN_OTHER, JS_REGEXP_NEXT);
    } else if (is_one_of(word, control, WICK_COUNT_OF(control))) {
        ctx->token = TOKEN_CONTROL;
    } else if (is_one_of(word, contextual, WICK_COUNT_OF(contextual))) {
        found(ctx, is_loop ? TOKEN_CONTROL : TOKEN_OTHER, JS_REGEXP_NEXT); /* for await ( */
        ctx->is_unsure = true;
    }
}

static void found_paren(struct html_ctx *ctx, bool is_open)
{
    if (is_open) {
        bool is_control = ctx->token == TOKEN_CONTROL;
        found(ctx, TOKEN_OTHER, JS_REGEXP_NEXT);
        if (ctx->parens == HTML_PARENS_LOST || ctx->parens == HTML_PARENS_MAX) {
            ctx->parens = HTML_PARENS_LOST;
            return;
        }
        uint32_t bit = UINT32_C(1) << ctx->parens++;
        ctx->controls = is_control ? ctx->controls | bit : ctx->controls & ~bit;
        return;
    }
    found(ctx, TOKEN_VALUE, JS_DIV_NEXT);
    if (ctx->parens == HTML_PARENS_LOST) {
        ctx->is_unsure = true;
    } else if (ctx->parens > 0 && (ctx->controls >> --ctx->parens & 1) != 0) {
        found(ctx, TOKEN_OTHER, JS_REGEXP_NEXT);
    }
}

/* "+" and "-", one or two. @return bytes */
static size_t found_sign(struct html_ctx *ctx, struct str text, size_t at)
{
    bool is_double = str_at(text, at + 1) == text.ptr[at];
    if (is_double && ctx->token == TOKEN_VALUE && !ctx->is_newline) {
        found(ctx, TOKEN_VALUE, JS_DIV_NEXT); /* x++ */
    } else {
        found(ctx, TOKEN_OTHER, JS_REGEXP_NEXT);
    }
    return is_double ? 2 : 1;
}

static void found_punctuation(struct html_ctx *ctx, char byte)
{
    if (byte == '}') { /* of a block or of an object */
        found(ctx, TOKEN_OTHER, JS_REGEXP_NEXT);
        ctx->is_unsure = true;
    } else if (byte != '\0' && strchr(",<>=*%&|^?!~[:;{", byte) != NULL) {
        found(ctx, TOKEN_OTHER, JS_REGEXP_NEXT);
    } else {
        found(ctx, TOKEN_VALUE, JS_DIV_NEXT);
    }
}

/* A token that begins neither a literal nor a comment. @return bytes */
static size_t step_token(struct html_ctx *ctx, struct str text, size_t at)
{
    char byte = text.ptr[at];
    size_t space = space_at(text, at);
    if (space > 0) {
        ctx->is_newline = ctx->is_newline || is_line_end(text, at);
        return space;
    }
    bool is_name = html_is_js_name(byte) || (unsigned char)byte >= 0x80;
    if (is_name) {
        size_t end = at;
        while (end < text.len &&
               (html_is_js_name(text.ptr[end]) ||
                ((unsigned char)text.ptr[end] >= 0x80 && space_at(text, end) == 0))) {
            end++;
        }
        found_word(ctx, (struct str){ text.ptr + at, end - at });
        ctx->glue = at == 0 ? ctx->glue & (uint8_t)~GLUE_WORD : ctx->glue;
        return end - at;
    }
    if (byte == '(' || byte == ')') {
        found_paren(ctx, byte == '(');
    } else if (byte == '+' || byte == '-') {
        return found_sign(ctx, text, at);
    } else if (byte == '.') {
        bool is_number = at > 0 && text.ptr[at - 1] >= '0' && text.ptr[at - 1] <= '9';
        found(ctx, TOKEN_DOT, is_number ? JS_DIV_NEXT : JS_REGEXP_NEXT);
    } else if (byte == '#') { /* a private name is never a keyword */
        found(ctx, TOKEN_DOT, JS_DIV_NEXT);
    } else {
        found_punctuation(ctx, byte);
    }
    return 1;
}

/* --- what begins here ------------------------------------------------------------------------- */

/* @return bytes of the start of a comment at at, the state is changed; 0: none begins there */
static size_t begin_comment(struct html_ctx *ctx, struct str text, size_t at)
{
    static const struct {
        const char *start;
        enum html_state state;
    } comment[] = {
        { "//", HTML_JS_LINE_COMMENT },   { "/*", HTML_JS_BLOCK_COMMENT },
        { "<!--", HTML_JS_OPEN_COMMENT }, { "-->", HTML_JS_CLOSE_COMMENT },
        { "#!", HTML_JS_LINE_COMMENT },
    };

    for (size_t idx = 0; idx < WICK_COUNT_OF(comment); idx++) {
        if (str_starts(rest_of(text, at), str_of(comment[idx].start))) {
            ctx->state = comment[idx].state;
            return strlen(comment[idx].start);
        }
    }
    return 0;
}

/* @return the text of an error, or NULL */
static const char *step_slash(struct html_ctx *ctx)
{
    if (ctx->js == JS_UNKNOWN || (ctx->is_unsure && ctx->js == JS_DIV_NEXT)) {
        return "\"/\" could start a division or a regular expression here, depending on the branch "
               "taken before";
    }
    if (ctx->js == JS_REGEXP_NEXT) {
        ctx->state = HTML_JS_REGEXP;
    } else {
        found(ctx, TOKEN_OTHER, JS_REGEXP_NEXT);
    }
    return NULL;
}

/* "{" and "}" of a ${} are counted. @return the "}" ends it */
static bool ends_substitution(struct html_ctx *ctx, char byte)
{
    if (ctx->literals == 0) {
        return false;
    }
    uint8_t *open = &ctx->brace[ctx->literals - 1];
    if (byte == '{') {
        ++*open;
        return false;
    }
    if (*open > 0) {
        --*open;
        return false;
    }
    ctx->literals--;
    ctx->state = HTML_JS_TMPL;
    return true;
}

static struct html_ctx step_code(struct html_ctx ctx, struct str text, size_t *used_out)
{
    for (size_t at = 0; at < text.len;) {
        char byte = text.ptr[at];
        size_t comment = begin_comment(&ctx, text, at);
        if (comment > 0) {
            *used_out = at + comment;
            return ctx;
        }
        if (byte == '"' || byte == '\'' || byte == '`') {
            found(&ctx, TOKEN_OTHER, JS_REGEXP_NEXT);
            ctx.state = byte == '"' ? HTML_JS_DQ : HTML_JS_SQ;
            ctx.state = byte == '`' ? HTML_JS_TMPL : ctx.state;
            *used_out = at + 1;
            return ctx;
        }
        if (byte == '/') {
            const char *error = step_slash(&ctx);
            *used_out = at + 1;
            if (error != NULL) {
                return html_fail(error, at);
            }
            if (ctx.state == HTML_JS_REGEXP) {
                return ctx;
            }
            at++;
            continue;
        }
        if ((byte == '{' || byte == '}') && ends_substitution(&ctx, byte)) {
            *used_out = at + 1;
            return ctx;
        }
        if (byte == '{' && ctx.literals > 0 && ctx.brace[ctx.literals - 1] == UINT8_MAX) {
            return html_fail("more than 254 braces inside a ${}", at);
        }
        at += step_token(&ctx, text, at);
    }
    *used_out = text.len;
    return ctx;
}

/* --- literals --------------------------------------------------------------------------------- */

static const char cut_escape[] = "nothing may stand between a backslash and what it escapes: here "
                                 "JavaScript is cut by an action or the end";

static struct html_ctx end_literal(struct html_ctx ctx)
{
    ctx.state = HTML_JS;
    found(&ctx, TOKEN_VALUE, JS_DIV_NEXT);
    return ctx;
}

static struct html_ctx step_tmpl(struct html_ctx ctx, struct str text, size_t *used_out)
{
    *used_out = text.len;
    for (size_t at = 0; at < text.len; at++) {
        char byte = text.ptr[at];
        if (byte == '\\' && ++at == text.len) {
            return html_fail(cut_escape, at - 1);
        }
        if (byte == '`') {
            *used_out = at + 1;
            return end_literal(ctx);
        }
        if (byte == '$' && str_at(text, at + 1) == '{') {
            if (ctx.literals == HTML_LITERALS_MAX) {
                return html_fail("template literals are nested too deeply (limit is 8)", at);
            }
            ctx.brace[ctx.literals++] = 0;
            ctx.state = HTML_JS;
            found(&ctx, TOKEN_OTHER, JS_REGEXP_NEXT);
            *used_out = at + 2;
            return ctx;
        }
    }
    return ctx;
}

static struct html_ctx step_string(struct html_ctx ctx, struct str text, size_t *used_out)
{
    char quote = ctx.state == HTML_JS_DQ ? '"' : '\'';
    *used_out = text.len;
    for (size_t at = 0; at < text.len; at++) {
        char byte = text.ptr[at];
        if (byte == '\\' && ++at == text.len) {
            return html_fail(cut_escape, at - 1);
        }
        if (byte == quote) {
            *used_out = at + 1;
            return end_literal(ctx);
        }
    }
    return ctx;
}

/* As in Go, "</script" does not end one: its "<" is escaped. */
static struct html_ctx step_regexp(struct html_ctx ctx, struct str text, size_t *used_out)
{
    bool is_in_set = false;
    *used_out = text.len;
    for (size_t at = 0; at < text.len; at++) {
        char byte = text.ptr[at];
        if (is_line_end(text, at)) {
            return html_fail("a regular expression ends on its line: is the \"/\" before it a "
                             "division?",
                             at);
        }
        if (ctx.is_unsure && (byte == '"' || byte == '\'' || byte == '`')) {
            return html_fail("this could be part of a division or of a regular expression: put the "
                             "regular expression into a variable, or the division into parentheses",
                             at);
        }
        bool is_end_tag = byte == '/' && at > 0 && text.len - at >= 7 &&
                          str_eq_nocase((struct str){ text.ptr + at - 1, 8 }, STR("</script"));
        if (byte == '\\') {
            if (++at == text.len) {
                return html_fail(cut_escape, at - 1);
            }
        } else if (byte == '[' || byte == ']') {
            is_in_set = byte == '[';
        } else if (byte == '/' && !is_end_tag && !is_in_set) {
            *used_out = at + 1;
            return end_literal(ctx);
        }
    }
    if (is_in_set) {
        return html_fail("this [set] of a regular expression is cut by an action or the end", 0);
    }
    return ctx;
}

struct html_ctx html_step_js(struct html_ctx ctx, struct str text, size_t *used_out)
{
    if (ctx.state == HTML_JS_TMPL) {
        return step_tmpl(ctx, text, used_out);
    }
    if (ctx.state == HTML_JS_REGEXP) {
        return step_regexp(ctx, text, used_out);
    }
    return ctx.state == HTML_JS ? step_code(ctx, text, used_out) : step_string(ctx, text, used_out);
}
