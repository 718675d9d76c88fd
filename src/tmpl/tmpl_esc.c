/* tmpl_esc.c - see tmpl_esc.h: HTML, attributes, URLs. Scripts and styles: tmpl_esc_raw.c.
 *
 * A value passes the filter, the main step, and what that writes passes the step of the attribute
 * around it, piece by piece.
 */
#include "base/utf8.h"
#include "tmpl/tmpl_esc_priv.h"
#include "tmpl/tmpl_fn.h"

#include <string.h>

static const struct str failsafe = STR_INIT("ZgotmplZ");

/* --- the last step ---------------------------------------------------------------------------- */

static const struct esc_set html_special = { { ESC_BIT('\0'),
                                               ESC_BIT('"') | ESC_BIT('&') | ESC_BIT('\'') |
                                                   ESC_BIT('+') | ESC_BIT('<') | ESC_BIT('>'),
                                               0, 0 } };

static struct str html_entity(char byte)
{
    switch (byte) {
    case '\0':
        return STR("\xef\xbf\xbd");
    case '"':
        return STR("&#34;");
    case '&':
        return STR("&amp;");
    case '\'':
        return STR("&#39;");
    case '+':
        return STR("&#43;");
    case '<':
        return STR("&lt;");
    case '>':
        return STR("&gt;");
    default:
        return (struct str){ NULL, 0 };
    }
}

void esc_html(struct buf *out, struct str text, char kept)
{
    size_t done = 0;
    for (size_t at = 0; at < text.len; at++) {
        if (esc_has(&html_special, text.ptr[at]) && text.ptr[at] != kept) {
            buf_put(out, text.ptr + done, at - done);
            buf_put_str(out, html_entity(text.ptr[at]));
            done = at + 1;
        }
    }
    if (done < text.len) {
        buf_put(out, text.ptr + done, text.len - done);
    }
}

/* For a value without quotes: also blanks, "=", "`" and what some browsers cannot read there. */
void esc_nospace(struct buf *out, struct str text, char kept)
{
    size_t width;
    for (size_t at = 0; at < text.len; at += width) {
        uint32_t code = 0;
        width = utf8_decode((struct str){ text.ptr + at, text.len - at }, &code);
        bool is_blank = (code >= '\t' && code <= '\r') || code == ' ' || code == '=' || code == '`';
        bool is_bad =
            code == 0 || (code >= 0xfdd0 && code <= 0xfdef) || (code >= 0xfff0 && code <= 0xffff);
        struct str entity =
            width == 1 && code < 0x80 ? html_entity((char)code) : (struct str){ NULL, 0 };
        if (is_blank) {
            buf_put_text(out, "&#");
            buf_put_u64(out, code);
            buf_put_u8(out, ';');
        } else if (is_bad) {
            buf_put_text(out, "&#x");
            tmpl_put_hex(out, code == 0 ? 0xfffd : code);
            buf_put_u8(out, ';');
        } else if (entity.ptr != NULL && code != (uint8_t)kept) {
            buf_put_str(out, entity);
        } else {
            buf_put(out, text.ptr + at, width);
        }
    }
}

void esc_put(const struct esc *esc, const char *text, size_t len)
{
    struct str piece = { text, len };
    if ((esc->how & (TMPL_ESC_ATTR | TMPL_ESC_BARE)) != 0) {
        esc_html(esc->out, piece, (char)((esc->how & TMPL_ESC_ATTR) != 0 ? ' ' : '+'));
    } else if ((esc->how & TMPL_ESC_NOSPACE) != 0) {
        esc_nospace(esc->out, piece, ' ');
    } else {
        buf_put(esc->out, text, len);
    }
}

void esc_put_text(const struct esc *esc, const char *text)
{
    esc_put(esc, text, strlen(text));
}

/* --- URLs ------------------------------------------------------------------------------------- */

static bool is_hex(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f') ||
           (byte >= 'A' && byte <= 'F');
}

static bool is_alnum(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z');
}

/* Go folds U+017F, the long s, to s. */
static bool is_scheme(struct str text, struct str name)
{
    size_t at = 0;
    for (size_t idx = 0; idx < name.len; idx++) {
        if (text.len - at >= 2 && name.ptr[idx] == 's' &&
            memcmp(text.ptr + at, "\xc5\xbf", 2) == 0) {
            at += 2;
        } else if (at < text.len && is_alnum(text.ptr[at]) &&
                   (text.ptr[at] | 0x20) == name.ptr[idx]) {
            at++;
        } else {
            return false;
        }
    }
    return at == text.len;
}

static bool is_safe_url(struct str url)
{
    const char *colon = url.len == 0 ? NULL : memchr(url.ptr, ':', url.len);
    if (colon == NULL) {
        return true;
    }
    struct str scheme = { url.ptr, (size_t)(colon - url.ptr) };
    if (scheme.len > 0 && memchr(scheme.ptr, '/', scheme.len) != NULL) {
        return true;
    }
    return is_scheme(scheme, STR("http")) || is_scheme(scheme, STR("https")) ||
           is_scheme(scheme, STR("mailto"));
}

/* RFC 3986 section 2.3 */
static const struct esc_set unreserved = { { 0, ESC_DIGITS | ESC_BIT('-') | ESC_BIT('.'),
                                             ESC_LETTERS | ESC_BIT('_'),
                                             ESC_LETTERS | ESC_BIT('~') } };
static const struct esc_set reserved = {
    { 0,
      ESC_BIT('!') | ESC_BIT('#') | ESC_BIT('$') | ESC_BIT('&') | ESC_BIT('*') | ESC_BIT('+') |
          ESC_BIT(',') | ESC_BIT('/') | ESC_BIT(':') | ESC_BIT(';') | ESC_BIT('=') | ESC_BIT('?'),
      ESC_BIT('@') | ESC_BIT('[') | ESC_BIT(']'), 0 }
};

void esc_url(const struct esc *esc, struct str url, bool keeps_reserved)
{
    static const char digit[] = "0123456789abcdef";
    size_t done = 0;
    for (size_t at = 0; at < url.len; at++) {
        char byte = url.ptr[at];
        if (esc_has(&unreserved, byte)) {
            continue;
        }
        bool is_comma = byte == ',' && (esc->how & TMPL_ESC_SAFE) !=
                                           0; /* it would end the candidate of a srcset */
        bool is_escape =
            byte == '%' && at + 2 < url.len && is_hex(url.ptr[at + 1]) && is_hex(url.ptr[at + 2]);
        if (keeps_reserved && ((esc_has(&reserved, byte) && !is_comma) || is_escape)) {
            continue;
        }
        if (at > done) {
            esc_put(esc, url.ptr + done, at - done);
        }
        char encoded[3] = { '%', digit[(uint8_t)byte >> 4], digit[(uint8_t)byte & 15] };
        esc_put(esc, encoded, sizeof encoded);
        done = at + 1;
    }
    if (url.len > done) {
        esc_put(esc, url.ptr + done, url.len - done);
    }
}

/* As Go's package net/url. */
static void put_urlquery(const struct esc *esc, struct str text)
{
    static const char digit[] = "0123456789ABCDEF";
    for (size_t at = 0; at < text.len; at++) {
        char byte = text.ptr[at];
        char encoded[3] = { '%', digit[(uint8_t)byte >> 4], digit[(uint8_t)byte & 15] };
        if (esc_has(&unreserved, byte)) {
            esc_put(esc, &byte, 1);
        } else if (byte == ' ') {
            esc_put(esc, "+", 1);
        } else {
            esc_put(esc, encoded, sizeof encoded);
        }
    }
}

static bool is_html_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\f' || byte == '\r';
}

/* One candidate of a srcset: blanks, URL, blanks and sizes. */
static void put_candidate(const struct esc *esc, struct str text)
{
    size_t start = 0;
    while (start < text.len && is_html_space(text.ptr[start])) {
        start++;
    }
    size_t end = start;
    while (end < text.len && !is_html_space(text.ptr[end])) {
        end++;
    }
    bool is_good = is_safe_url((struct str){ text.ptr + start, end - start });
    for (size_t at = end; at < text.len && is_good; at++) {
        is_good = is_html_space(text.ptr[at]) || is_alnum(text.ptr[at]);
    }
    if (!is_good) {
        esc_put_text(esc, "#ZgotmplZ");
        return;
    }
    esc_put(esc, text.ptr, start);
    esc_url(esc, (struct str){ text.ptr + start, end - start }, true);
    esc_put(esc, text.ptr + end, text.len - end);
}

static void put_srcset(const struct esc *esc, struct str text)
{
    size_t start = 0;
    for (size_t at = 0; at <= text.len; at++) {
        if (at == text.len || text.ptr[at] == ',') {
            put_candidate(esc, (struct str){ text.ptr + start, at - start });
            if (at < text.len) {
                esc_put(esc, ",", 1);
            }
            start = at + 1;
        }
    }
}

/* --- attribute names -------------------------------------------------------------------------- */

/* Names of attributes whose value is more than text, and plain ones that look like those. */
static const char not_plain[] = " action archive async background challenge charset cite classid "
                                "codebase content crossorigin data defer enctype form formaction "
                                "formenctype formmethod formnovalidate href icon keytype language "
                                "longdesc manifest method novalidate pattern poster profile rel "
                                "sandbox src srcdoc srcset style type usemap value xmlns ";
static const char plain[] = " srclang ";

/* The next letter or digit in lower case; Unicode has two more letters that Go lowers to ASCII.
 * @return 0: it is something else */
static char name_next(struct str name, size_t *at_inout)
{
    static const struct {
        struct str from;
        char to;
    } more[] = { { STR_INIT("\xc4\xb0"), 'i' }, { STR_INIT("\xe2\x84\xaa"), 'k' } };
    struct str rest = { name.ptr + *at_inout, name.len - *at_inout };
    for (size_t idx = 0; idx < WICK_COUNT_OF(more); idx++) {
        if (str_starts(rest, more[idx].from)) {
            *at_inout += more[idx].from.len;
            return more[idx].to;
        }
    }
    char byte = rest.ptr[0];
    ++*at_inout;
    if (byte >= 'A' && byte <= 'Z') {
        return (char)(byte + 32);
    }
    return (char)(is_alnum(byte) ? byte : '\0');
}

static void put_name(const struct esc *esc, struct str name)
{
    char word[34] = " "; /* no name of the lists is longer */
    size_t len = 1;
    char last[4] = "";
    const unsigned guarded = esc->how & (TMPL_ESC_GUARD | TMPL_ESC_NUMBER);
    bool is_good = name.len > 0 && guarded != TMPL_ESC_GUARD;
    bool is_special = false;
    for (size_t at = 0; at < name.len && is_good;) {
        char byte = name_next(name, &at);
        is_good = byte != '\0';
        last[0] = last[1];
        last[1] = last[2];
        last[2] = byte;
        is_special = is_special || memcmp(last, "src", 3) == 0 || memcmp(last, "uri", 3) == 0 ||
                     memcmp(last, "url", 3) == 0;
        if (len < sizeof word - 2) {
            word[len++] = byte;
        }
    }
    word[len] = ' ';
    struct str whole = { word, len + 1 };
    is_special = is_special || str_has(str_of(not_plain), whole) || strncmp(word, " on", 3) == 0;
    if (!is_good || (is_special && !str_has(str_of(plain), whole))) {
        esc_put(esc, failsafe.ptr, failsafe.len);
        return;
    }
    for (size_t at = 0; at < name.len;) {
        char byte = name_next(name, &at);
        esc_put(esc, &byte, 1);
    }
}

/* --- entry ------------------------------------------------------------------------------------ */

/* Element content; inside a srcdoc that is itself the value of an attribute. */
static void put_html(const struct esc *esc, struct str text)
{
    if ((esc->how & TMPL_ESC_GUARD) == 0) {
        esc_html(esc->out, text, ' ');
        return;
    }
    for (size_t at = 0; at < text.len; at++) {
        struct str entity = html_entity(text.ptr[at]);
        if (entity.ptr == NULL) {
            esc_put(esc, text.ptr + at, 1);
        } else {
            esc_put(esc, entity.ptr, entity.len);
        }
    }
}

static void put(struct buf *out, struct str text, unsigned how)
{
    struct esc esc = { out, how };
    if ((how & TMPL_ESC_FILTER) != 0 && !is_safe_url(text)) {
        text = STR("#ZgotmplZ");
    }
    switch ((enum tmpl_esc)(how & TMPL_ESC_MAIN)) {
    case TMPL_ESC_HTML:
    case TMPL_ESC_RCDATA:
        put_html(&esc, text);
        return;
    case TMPL_ESC_NAME:
        put_name(&esc, text);
        return;
    case TMPL_ESC_COMMENT:
        return;
    case TMPL_ESC_URL:
    case TMPL_ESC_QUERY:
        esc_url(&esc, text, (how & TMPL_ESC_MAIN) == TMPL_ESC_URL);
        return;
    case TMPL_ESC_URLQUERY:
        put_urlquery(&esc, text);
        return;
    case TMPL_ESC_SRCSET:
        put_srcset(&esc, text);
        return;
    case TMPL_ESC_JS:
        esc_js(&esc, text);
        return;
    case TMPL_ESC_JS_STR:
    case TMPL_ESC_JS_TMPL:
    case TMPL_ESC_JS_REGEXP:
        esc_js_str(&esc, text);
        return;
    case TMPL_ESC_CSS:
        esc_css(&esc, text);
        return;
    case TMPL_ESC_CSS_STR:
        esc_css_str(&esc, text);
        return;
    case TMPL_ESC_NONE:
    case TMPL_ESC_MAIN:
    case TMPL_ESC_FILTER:
    case TMPL_ESC_ATTR:
    case TMPL_ESC_NOSPACE:
    case TMPL_ESC_NUMBER:
    case TMPL_ESC_BARE:
    case TMPL_ESC_SAFE:
    case TMPL_ESC_GUARD:
        if (text.len > 0) {
            esc_put(&esc, text.ptr, text.len);
        }
        return;
    }
}

void esc_fill(struct buf *out, size_t start, unsigned how)
{
    bool is_hole = (how & TMPL_ESC_NOSPACE) != 0 && out->err == WICK_OK && out->len == start;
    if (is_hole) {
        buf_put_str(out, failsafe);
    }
}

void tmpl_escape(struct buf *out, struct str text, unsigned how)
{
    size_t start = out->len;
    text.ptr = text.ptr == NULL ? "" : text.ptr; /* of an empty text */
    put(out, text, how);
    esc_fill(out, start, how);
}

/* Most texts of functions are letters, digits and blanks: nothing to do for HTML. */
static bool needs_escape(struct str text, unsigned how)
{
    unsigned main = how & TMPL_ESC_MAIN;
    if ((how & (TMPL_ESC_NOSPACE | TMPL_ESC_FILTER)) != 0 ||
        (main != TMPL_ESC_HTML && main != TMPL_ESC_RCDATA && main != TMPL_ESC_NONE)) {
        return true;
    }
    for (size_t at = 0; at < text.len && (how & ~(unsigned)TMPL_ESC_NUMBER) != 0; at++) {
        if (esc_has(&html_special, text.ptr[at])) {
            return true;
        }
    }
    return false;
}

void tmpl_escape_since(struct buf *out, size_t start, unsigned how)
{
    if (out->err != WICK_OK) {
        return;
    }
    struct str text = { (const char *)out->ptr + start, out->len - start };
    if (needs_escape(text, how)) {
        tmpl_escape(out, text, how);
        tmpl_drop(out, start, start + text.len);
    }
}
