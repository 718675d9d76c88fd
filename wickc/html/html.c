/* html.c - transitions of the tokenizer: text, tags, attributes, quotes. Scripts: html_js.c.
 * Styles, addresses, comments: html_raw.c. Joining of contexts: html_join.c.
 *
 *   TEXT --"<name"--> TAG --name--> ATTR_NAME/AFTER_NAME --"="--> BEFORE_VALUE --quote or byte-->
 *   ATTR, URL, JS, CSS, SRCSET
 *    ^                 |
 *                      ^-- quote, blank --------------------------------------------------------'
 *    '------ ">" ------'
 *    (of <title>, <textarea>: RCDATA; of <script>: JS; of <style>: CSS; left at its end tag)
 */
#include "wickc/html/html.h"

#include <string.h>

#define HTML_STATE_TEXT(name, text) text,
static const char *const state_text[] = { HTML_STATES(HTML_STATE_TEXT) };
#undef HTML_STATE_TEXT

const char *html_state_text(enum html_state state)
{
    return state_text[state];
}

struct html_ctx html_fail(const char *error, size_t at)
{
    return (struct html_ctx){ .state = HTML_ERROR, .error = error, .error_at = at };
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\f' || byte == '\r';
}

static bool is_alpha(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool is_alnum(char byte)
{
    return is_alpha(byte) || (byte >= '0' && byte <= '9');
}

static size_t skip_blanks(struct str text)
{
    size_t at = 0;
    while (at < text.len && is_blank(text.ptr[at])) {
        at++;
    }
    return at;
}

static struct str from(struct str text, size_t at)
{
    return (struct str){ text.ptr + at, text.len - at };
}

/* --- text and tags ---------------------------------------------------------------------------- */

static size_t name_end(struct str text, size_t at)
{
    if (at == text.len || !is_alpha(text.ptr[at])) {
        return at;
    }
    for (at++; at < text.len; at++) {
        char byte = text.ptr[at];
        if (is_alnum(byte)) {
            continue;
        }
        if ((byte != ':' && byte != '-') || at + 1 == text.len || !is_alnum(text.ptr[at + 1])) {
            break;
        }
    }
    return at;
}

static const char *const element_name[] = { "",      "script", "style",  "textarea",
                                            "title", "meta",   "animate" };

static enum html_element element_of(struct str name)
{
    if (str_eq_nocase(name, STR("set"))) {
        return ELEMENT_ANIMATION;
    }
    for (unsigned element = ELEMENT_SCRIPT; element <= ELEMENT_ANIMATION; element++) {
        if (str_eq_nocase(name, str_of(element_name[element]))) {
            return (enum html_element)element;
        }
    }
    return ELEMENT_NONE;
}

static struct html_ctx step_text(struct html_ctx ctx, struct str text, size_t *used_out)
{
    *used_out = text.len;
    for (size_t at = 0; at < text.len;) {
        const char *less = memchr(text.ptr + at, '<', text.len - at);
        if (less == NULL || (size_t)(less - text.ptr) + 1 == text.len) {
            return ctx;
        }
        size_t open = (size_t)(less - text.ptr);
        if (str_starts(from(text, open), STR("<!--"))) {
            *used_out = open + 4;
            return (struct html_ctx){ .state = HTML_COMMENT };
        }
        bool is_end = text.ptr[open + 1] == '/';
        size_t name = open + 1 + is_end;
        if (name == text.len) {
            return ctx;
        }
        size_t end = name_end(text, name);
        if (end != name) {
            *used_out = end;
            return (struct html_ctx){ .state = HTML_TAG,
                                      .is_name_open = end == text.len,
                                      .element = is_end ? ELEMENT_NONE
                                                        : element_of((struct str){ text.ptr + name,
                                                                                   end - name }) };
        }
        at = end;
    }
    return ctx;
}

/* @return end of the attribute name that begins at at; SIZE_MAX: a quote or < stands in it (at
 * *bad_out) */
static size_t attr_end(struct str text, size_t at, size_t *bad_out)
{
    for (; at < text.len; at++) {
        char byte = text.ptr[at];
        if (is_blank(byte) || byte == '=' || byte == '>') {
            return at;
        }
        if (byte == '\'' || byte == '"' || byte == '<') {
            *bad_out = at;
            return SIZE_MAX;
        }
    }
    return at;
}

/* A slash ends an attribute name in browsers. Harmless is that of "/>", and one that stands alone.
 * @return the place of another one, SIZE_MAX: there is none */
static size_t find_slash(struct str text, size_t at, size_t end)
{
    size_t next = end + skip_blanks(from(text, end));
    bool is_alone = at + 1 == end && str_at(text, next) != '=';
    for (; at < end; at++) {
        bool is_last = at + 1 == end && (str_at(text, end) == '>' || is_alone);
        if (text.ptr[at] == '/' && !is_last) {
            return at;
        }
    }
    return SIZE_MAX;
}

static const char stray_slash[] = "a \"/\" in an attribute name: browsers begin a new attribute "
                                  "there; write a space";

static enum html_attr attr_of(enum html_element element, struct str name)
{
    static const enum html_attr of_kind[] = {
        [KIND_PLAIN] = ATTR_PLAIN,  [KIND_URL] = ATTR_URL,     [KIND_CSS] = ATTR_STYLE,
        [KIND_JS] = ATTR_SCRIPT,    [KIND_HTML] = ATTR_SRCDOC, [KIND_SRCSET] = ATTR_SRCSET,
        [KIND_UNSAFE] = ATTR_PLAIN,
    };

    if (element == ELEMENT_META && str_eq_nocase(name, STR("content"))) {
        return ATTR_META;
    }
    static const char *const target[] = { "to", "from", "by", "values" };
    for (size_t idx = 0; idx < WICK_COUNT_OF(target) && element == ELEMENT_ANIMATION; idx++) {
        if (str_eq_nocase(name, str_of(target[idx]))) {
            return ATTR_TARGET;
        }
    }
    return of_kind[html_attr_kind(name)];
}

static bool is_prefix(struct str name)
{
    return (name.len >= 5 && (str_eq_nocase((struct str){ name.ptr, 5 }, STR("data-")) ||
                              str_eq_nocase((struct str){ name.ptr, 5 }, STR("aria-")))) ||
           (name.len >= 2 && str_eq_nocase((struct str){ name.ptr, 2 }, STR("on")));
}

static struct html_ctx step_tag(struct html_ctx ctx, struct str text, size_t *used_out)
{
    static const enum html_state content[] = { HTML_TEXT,   HTML_JS,   HTML_CSS, HTML_RCDATA,
                                               HTML_RCDATA, HTML_TEXT, HTML_TEXT };

    size_t at = skip_blanks(text);
    size_t bad = 0;
    *used_out = text.len;
    if (at == text.len) {
        ctx.is_name_open = ctx.is_name_open && at == 0;
        return ctx;
    }
    if (text.ptr[at] == '>') {
        bool is_empty = ctx.element == ELEMENT_META || ctx.element == ELEMENT_ANIMATION;
        *used_out = at + 1;
        return (struct html_ctx){ .state = content[ctx.element],
                                  .element = is_empty ? ELEMENT_NONE : ctx.element };
    }
    size_t end = attr_end(text, at, &bad);
    if (end == SIZE_MAX) {
        return html_fail(text.ptr[bad] == '<' ? "\"<\" in an attribute name: is a \">\" missing?"
                                              : "a quote in an attribute name: is a \"=\" missing?",
                         bad);
    }
    if (end == at) {
        return html_fail("expected a space, an attribute name or the end of the tag", at);
    }
    if (ctx.is_name_open && at == 0 && text.ptr[0] != '/') {
        return html_fail("the name of a tag cannot be cut: this would go on with it", 0);
    }
    bad = find_slash(text, at, end);
    if (bad != SIZE_MAX) {
        return html_fail(stray_slash, bad);
    }
    struct str name = { text.ptr + at, end - at };
    bool is_type = ctx.element == ELEMENT_SCRIPT && str_eq_nocase(name, STR("type"));
    *used_out = end;
    struct html_ctx is = { .state = end == text.len ? HTML_ATTR_NAME : HTML_AFTER_NAME,
                           .element = ctx.element,
                           .attr = attr_of(ctx.element, name),
                           .is_prefix = is_prefix(name),
                           .has_type = ctx.has_type || is_type };
    if (is_type && !ctx.has_type) { /* browsers take the first one */
        is.attr = ATTR_SCRIPT_TYPE;
    }
    return is;
}

static struct html_ctx step_attr_name(struct html_ctx ctx, struct str text, size_t *used_out)
{
    size_t bad = 0;
    size_t end = attr_end(text, 0, &bad);
    bool goes_on = end > 0 && text.ptr[0] != '/';
    *used_out = text.len;
    if (end == SIZE_MAX) {
        return html_fail("a quote or \"<\" in an attribute name: is a \">\" or \"=\" missing? "
                         "In text, \"<\" is written &lt;",
                         bad);
    }
    if (goes_on && ctx.is_hollow) { /* {{if .x}}a {{end}}b: a new name, also without {{if}} */
        ctx.state = HTML_TAG;
        return step_tag(ctx, text, used_out);
    }
    bad = find_slash(text, 0, end);
    if (bad != SIZE_MAX) {
        return html_fail(stray_slash, bad);
    }
    if (goes_on && !ctx.is_prefix) {
        return html_fail("an attribute name stands in one piece: only what begins with \"data-\", "
                         "\"aria-\" or \"on\" may have values and branches inside",
                         0);
    }
    *used_out = end;
    ctx.is_name_open = false;
    if (end != text.len) {
        ctx.state = HTML_AFTER_NAME;
    }
    return ctx;
}

static struct html_ctx step_after_name(struct html_ctx ctx, struct str text, size_t *used_out)
{
    size_t at = skip_blanks(text);
    *used_out = at;
    if (at == text.len) {
        return ctx;
    }
    bool has_value = text.ptr[at] == '=';
    ctx.state = has_value ? HTML_BEFORE_VALUE : HTML_TAG;
    *used_out = at + has_value;
    return ctx;
}

enum html_state html_value_state(enum html_attr attr)
{
    static const enum html_state value_state[] = {
        [ATTR_PLAIN] = HTML_ATTR,    [ATTR_SCRIPT] = HTML_JS, [ATTR_SCRIPT_TYPE] = HTML_ATTR,
        [ATTR_STYLE] = HTML_CSS,     [ATTR_URL] = HTML_URL,   [ATTR_SRCSET] = HTML_SRCSET,
        [ATTR_SRCDOC] = HTML_SRCDOC, [ATTR_META] = HTML_META, [ATTR_TARGET] = HTML_TARGET,
    };

    return value_state[attr];
}

static struct html_ctx step_before_value(struct html_ctx ctx, struct str text, size_t *used_out)
{
    size_t at = skip_blanks(text);
    *used_out = text.len;
    if (at == text.len) {
        return ctx;
    }
    ctx.delim = DELIM_SPACE;
    if (text.ptr[at] == '"' || text.ptr[at] == '\'') {
        ctx.delim = text.ptr[at] == '"' ? DELIM_DQ : DELIM_SQ;
    }
    ctx.state = html_value_state(ctx.attr);
    *used_out = at + (ctx.delim != DELIM_SPACE);
    return ctx;
}

/* --- values and special content --------------------------------------------------------------- */

/* Offset of the end tag of element in text, SIZE_MAX: not there. */
static size_t special_end(struct str text, enum html_element element)
{
    struct str name = str_of(element_name[element]);
    for (size_t at = 0; at + 2 + name.len < text.len; at++) {
        if (text.ptr[at] == '<' && text.ptr[at + 1] == '/' &&
            str_eq_nocase((struct str){ text.ptr + at + 2, name.len }, name) &&
            memchr("> \t\n\f/", text.ptr[at + 2 + name.len], 6) != NULL) {
            return at;
        }
    }
    return SIZE_MAX;
}

static struct html_ctx step_inside(struct wc *wc, struct html_ctx ctx, struct str text,
                                   size_t *used_out)
{
    *used_out = text.len;
    switch (ctx.state) {
    case HTML_TEXT:
        return step_text(ctx, text, used_out);
    case HTML_TAG:
        return step_tag(ctx, text, used_out);
    case HTML_ATTR_NAME:
        return step_attr_name(ctx, text, used_out);
    case HTML_AFTER_NAME:
        return step_after_name(ctx, text, used_out);
    case HTML_BEFORE_VALUE:
        return step_before_value(ctx, text, used_out);
    case HTML_COMMENT:
    case HTML_JS_BLOCK_COMMENT:
    case HTML_JS_LINE_COMMENT:
    case HTML_JS_OPEN_COMMENT:
    case HTML_JS_CLOSE_COMMENT:
    case HTML_CSS_BLOCK_COMMENT:
    case HTML_CSS_LINE_COMMENT:
        return html_step_comment(ctx, text, used_out);
    case HTML_URL:
    case HTML_SRCSET:
    case HTML_TARGET:
        return html_step_url(ctx, text, used_out);
    case HTML_META:
    case HTML_META_URL:
        return html_step_meta(ctx, text, used_out);
    case HTML_SRCDOC:
        ctx.has_markup = ctx.has_markup || memchr(text.ptr, '<', text.len) != NULL;
        return ctx;
    case HTML_JS:
    case HTML_JS_DQ:
    case HTML_JS_SQ:
    case HTML_JS_TMPL:
    case HTML_JS_REGEXP:
        return html_step_js(ctx, text, used_out);
    case HTML_CSS:
    case HTML_CSS_DQ:
    case HTML_CSS_SQ:
    case HTML_CSS_DQ_URL:
    case HTML_CSS_SQ_URL:
    case HTML_CSS_URL:
        return html_step_css(wc, ctx, text, used_out);
    case HTML_RCDATA:
    case HTML_ATTR:
    case HTML_ERROR:
    case HTML_DEAD:
        return ctx;
    }
    return ctx;
}

/* The rest of an attribute value that has no end in this text, entities decoded: an entity is never
 * cut by an action. */
static struct html_ctx step_decoded(struct wc *wc, struct html_ctx ctx, struct str text)
{
    struct sb decoded = { 0 };
    (void)html_decode(wc, text, &decoded); /* unknown entities stay as they are */
    struct str rest = sb_str(&decoded);
    while (rest.len > 0 && ctx.state != HTML_ERROR) {
        size_t used = rest.len;
        ctx = step_inside(wc, ctx, rest, &used);
        rest = from(rest, used);
    }
    ctx.error_at = 0;
    return ctx;
}

/* The attribute type of a script, whole: does what follows run? */
static bool is_script_type(struct wc *wc, struct str text)
{
    struct sb decoded = { 0 };
    (void)html_decode(wc, text, &decoded);
    return html_is_js_type(sb_str(&decoded));
}

/* Text inside an attribute value, up to its end or the end of text; entities are decoded for the
 * rules of URLs, JS and CSS. */
static struct html_ctx step_value(struct wc *wc, struct html_ctx ctx, struct str text,
                                  size_t *used_out)
{
    static const char *const ends[] = { "", "\"", "'", " \t\n\f\r>" };
    size_t end = 0;
    while (end < text.len && strchr(ends[ctx.delim], text.ptr[end]) == NULL) {
        end++;
    }
    *used_out = text.len;
    for (size_t at = 0; ctx.delim == DELIM_SPACE && at < end; at++) {
        if (strchr("\"'<=`", text.ptr[at]) != NULL) {
            return html_fail(
                "quotes, \"<\", \"=\" and \"`\" cannot stand in a value without quotes", at);
        }
    }
    ctx.is_hollow = ctx.is_hollow && end == 0;
    if (end == text.len) {
        ctx = step_decoded(wc, ctx, text);
        ctx.is_partial = true;
        return ctx;
    }
    if (ctx.is_hollow) {
        return html_fail("this value has no quotes, and a branch before may leave it empty: it "
                         "would swallow what follows; write the quotes",
                         0);
    }
    if ((ctx.state == HTML_URL || ctx.state == HTML_TARGET) && ctx.has_value) {
        struct html_ctx last = step_decoded(wc, ctx, (struct str){ text.ptr, end });
        if (last.state == HTML_ERROR) {
            return last;
        }
    }
    enum html_element element = ctx.element;
    if (ctx.state == HTML_ATTR && element == ELEMENT_SCRIPT && ctx.attr == ATTR_SCRIPT_TYPE &&
        !ctx.is_partial && !is_script_type(wc, (struct str){ text.ptr, end })) {
        element = ELEMENT_NONE;
    }
    *used_out = end + (ctx.delim != DELIM_SPACE);
    return (struct html_ctx){ .state = HTML_TAG, .element = element, .has_type = ctx.has_type };
}

struct html_ctx html_step(struct wc *wc, struct html_ctx ctx, struct str text, size_t *used_out)
{
    if (ctx.delim != DELIM_NONE) {
        return step_value(wc, ctx, text, used_out);
    }
    bool is_in_tag = ctx.state == HTML_TAG || ctx.state == HTML_ATTR_NAME ||
                     ctx.state == HTML_AFTER_NAME || ctx.state == HTML_BEFORE_VALUE;
    bool is_kept =
        ctx.element == ELEMENT_SCRIPT && (html_is_literal(ctx.state) || html_is_comment(ctx.state));
    if (ctx.element != ELEMENT_NONE && !is_in_tag && !is_kept && ctx.state != HTML_ERROR) {
        size_t end = special_end(text, ctx.element);
        if (end == 0) {
            *used_out = 0;
            return (struct html_ctx){ .state = HTML_TEXT };
        }
        if (end != SIZE_MAX) {
            text.len = end;
        }
    }
    return step_inside(wc, ctx, text, used_out);
}
