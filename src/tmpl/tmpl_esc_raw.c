/* tmpl_esc_raw.c - values in scripts and styles. */
#include "base/utf8.h"
#include "tmpl/tmpl_esc_priv.h"

#include <string.h>

static const char hex[] = "0123456789abcdef";

/* \u00xx */
static void put_u(const struct esc *esc, uint32_t code)
{
    char text[6] = {
        '\\', 'u', hex[code >> 12 & 15], hex[code >> 8 & 15], hex[code >> 4 & 15], hex[code & 15]
    };
    esc_put(esc, text, sizeof text);
}

/* --- JavaScript ------------------------------------------------------------------------------- */

/* What stands for itself in a string of JSON, in one of JavaScript, in a template literal. */
static const struct esc_set plain_json = {
    { 0, ~(ESC_BIT('"') | ESC_BIT('&') | ESC_BIT('<') | ESC_BIT('>')), ~ESC_BIT('\\'), UINT32_MAX }
};
#define PLAIN_STRING                                                                               \
    ~(ESC_BIT('"') | ESC_BIT('&') | ESC_BIT('\'') | ESC_BIT('+') | ESC_BIT('/') | ESC_BIT('<') |   \
      ESC_BIT('>'))
static const struct esc_set plain_string = { { 0, PLAIN_STRING, ~ESC_BIT('\\'), ~ESC_BIT('`') } };
static const struct esc_set plain_tmpl = { { 0, PLAIN_STRING & ~ESC_BIT('$'), ~ESC_BIT('\\'),
                                             ~(ESC_BIT('`') | ESC_BIT('{') | ESC_BIT('}')) } };
/* In a regular expression. With TMPL_ESC_GUARD only letters, digits and "_": they are harmless in
 * code, too. */
static const struct esc_set plain_regexp = {
    { 0,
      ESC_DIGITS | ESC_BIT(' ') | ESC_BIT('!') | ESC_BIT('#') | ESC_BIT('%') | ESC_BIT(',') |
          ESC_BIT(':') | ESC_BIT(';') | ESC_BIT('='),
      ESC_LETTERS | ESC_BIT('@') | ESC_BIT('_'),
      ESC_LETTERS | ESC_BIT('`') | ESC_BIT('~') | ESC_BIT(0x7f) }
};
static const struct esc_set plain_guarded = { { 0, ESC_DIGITS, ESC_LETTERS | ESC_BIT('_'),
                                                ESC_LETTERS } };

/* Append the bytes from at on that are in the set. @return their number */
static size_t put_plain(const struct esc *esc, const struct esc_set *set, struct str text,
                        size_t at)
{
    size_t len = esc_span(set, text, at);
    if (len > 0) {
        esc_put(esc, text.ptr + at, len);
    }
    return len;
}

void esc_js(const struct esc *esc, struct str text)
{
    if ((esc->how & TMPL_ESC_NUMBER) != 0) { /* blanks keep it apart from keywords */
        esc_put(esc, " ", 1);
        esc_put(esc, text.ptr, text.len);
        esc_put(esc, " ", 1);
        return;
    }
    esc_put(esc, "\"", 1);
    size_t width;
    for (size_t at = 0; at < text.len; at += width) {
        uint32_t code = 0;
        width = put_plain(esc, &plain_json, text, at);
        if (width > 0) {
            continue;
        }
        width = utf8_decode((struct str){ text.ptr + at, text.len - at }, &code);
        bool is_malformed = width == 1 && code == 0xfffd;
        if (code == '"' || code == '\\') {
            char pair[2] = { '\\', (char)code };
            esc_put(esc, pair, 2);
        } else if (code >= '\b' && code <= '\r' && code != '\v') {
            char pair[2] = { '\\', "btn?fr"[code - '\b'] };
            esc_put(esc, pair, 2);
        } else if (code < 0x20 || code == '<' || code == '>' || code == '&' || code == 0x2028 ||
                   code == 0x2029) {
            put_u(esc, code);
        } else if (is_malformed) {
            esc_put_text(esc, "\xef\xbf\xbd");
        } else {
            esc_put(esc, text.ptr + at, width);
        }
    }
    esc_put(esc, "\"", 1);
}

static const struct esc_set *plain_of(const struct esc *esc)
{
    bool is_guarded = (esc->how & TMPL_ESC_GUARD) != 0;
    switch (esc->how & TMPL_ESC_MAIN) {
    case TMPL_ESC_JS_REGEXP:
        return is_guarded ? &plain_guarded : &plain_regexp;
    case TMPL_ESC_JS_TMPL:
        return &plain_tmpl;
    default:
        return &plain_string;
    }
}

/* A character that is not plain, but as Go writes it. */
static void put_js_special(const struct esc *esc, struct str text, uint32_t code)
{
    static const char short_name[] = "tn?fr";
    bool is_regexp = (esc->how & TMPL_ESC_MAIN) == TMPL_ESC_JS_REGEXP;
    bool is_typed = code == '\\' && (esc->how & TMPL_ESC_SAFE) != 0;
    bool is_backed =
        code == '/' || code == '\\' ||
        (is_regexp && code > 0x20 && code < 0x80 && strchr("$()*-.?[]^{|}", (char)code) != NULL);
    if (code >= '\t' && code <= '\r' && code != '\v') {
        char pair[2] = { '\\', short_name[code - '\t'] };
        esc_put(esc, pair, 2);
    } else if (is_backed && !is_typed) {
        char pair[2] = { '\\', (char)code };
        esc_put(esc, pair, 2);
    } else if (!is_typed && (code < 0x80 || code == 0x2028 || code == 0x2029)) {
        put_u(esc, code);
    } else {
        esc_put(esc, text.ptr, text.len);
    }
}

void esc_js_str(const struct esc *esc, struct str text)
{
    const struct esc_set *plain = plain_of(esc);
    bool is_regexp = (esc->how & TMPL_ESC_MAIN) == TMPL_ESC_JS_REGEXP;
    size_t at = 0;
    size_t width;
    if (is_regexp && text.len == 0) { /* two slashes would begin a comment */
        esc_put_text(esc, "(?:)");
        return;
    }
    bool is_after_less = (esc->how & TMPL_ESC_GUARD) != 0 && !is_regexp;
    if (is_after_less && text.len > 0 && text.ptr[0] >= ' ' && (uint8_t)text.ptr[0] < 0x80) {
        put_u(esc, (uint8_t)text.ptr[0]); /* "<" and what follows must not become a tag */
        at = 1;
    }
    for (; at < text.len; at += width) {
        uint32_t code = 0;
        width = put_plain(esc, plain, text, at);
        if (width == 0) {
            width = utf8_decode((struct str){ text.ptr + at, text.len - at }, &code);
            put_js_special(esc, (struct str){ text.ptr + at, width }, code);
        }
    }
}

/* --- CSS -------------------------------------------------------------------------------------- */

static bool is_hex(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f') ||
           (byte >= 'A' && byte <= 'F');
}

static bool is_css_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\f' || byte == '\r';
}

/* The character at *at_inout with its escape decoded, and the place after it. @return its bytes in
 * utf8, 0: dropped */
static size_t css_next(struct str text, size_t *at_inout, char utf8[static 4])
{
    size_t at = *at_inout;
    if (text.ptr[at] != '\\') {
        utf8[0] = text.ptr[at];
        *at_inout = at + 1;
        return 1;
    }
    if (at + 1 == text.len) {
        *at_inout = text.len;
        return 0;
    }
    if (!is_hex(text.ptr[at + 1])) {
        uint32_t code;
        size_t width = utf8_decode((struct str){ text.ptr + at + 1, text.len - at - 1 }, &code);
        memcpy(utf8, text.ptr + at + 1, width);
        *at_inout = at + 1 + width;
        return width;
    }
    uint32_t code = 0;
    size_t end = at + 1;
    for (; end < text.len && end < at + 7 && is_hex(text.ptr[end]); end++) {
        char byte = text.ptr[end];
        code = code * 16 + (uint32_t)(byte <= '9' ? byte - '0' : (byte | 0x20) - 'a' + 10);
    }
    if (code > 0x10ffff) {
        code /= 16;
        end--;
    }
    if (end < text.len && is_css_space(text.ptr[end])) { /* one blank belongs to the escape */
        end += text.ptr[end] == '\r' && end + 1 < text.len && text.ptr[end + 1] == '\n' ? 2 : 1;
    }
    *at_inout = end;
    return utf8_put(code >= 0xd800 && code < 0xe000 ? 0xfffd : code, utf8);
}

/* Nothing that could end the value or run a script. */
static bool is_good_css(struct str text)
{
    static const char *const word[] = { "expression", "mozbinding" };
    size_t matched[2] = { 0, 0 }; /* letters of each word seen so far */
    char last = '\0';
    char utf8[4];
    bool is_first = true;
    for (size_t at = 0; at < text.len;) {
        size_t len = css_next(text, &at, utf8);
        for (size_t idx = 0; idx < len; idx++) {
            char byte = utf8[idx];
            char lower = (char)(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
            if (byte == '\0' || strchr("\"'()/;<>@[\\]`{}", byte) != NULL ||
                (byte == '-' && !is_first && last == '-')) {
                return false;
            }
            bool is_name =
                (lower >= 'a' && lower <= 'z') || (byte >= '0' && byte <= '9') || byte == '_';
            for (size_t which = 0; which < 2 && is_name; which++) {
                while (matched[which] > 0 && lower != word[which][matched[which]]) {
                    matched[which] =
                        which == 0 &&
                        matched[which] ==
                            5; /* "expre" ends with its own beginning, nothing else does */
                }
                matched[which] += lower == word[which][matched[which]];
                if (word[which][matched[which]] == '\0') {
                    return false;
                }
            }
            last = byte;
            is_first = false;
        }
    }
    return true;
}

void esc_css(const struct esc *esc, struct str text)
{
    if (!is_good_css(text)) {
        esc_put_text(esc, "ZgotmplZ");
        return;
    }
    char utf8[4];
    for (size_t at = 0; at < text.len;) {
        size_t plain = at;
        while (plain < text.len && text.ptr[plain] != '\\') {
            plain++;
        }
        if (plain > at) {
            esc_put(esc, text.ptr + at, plain - at);
            at = plain;
        } else {
            esc_put(esc, utf8, css_next(text, &at, utf8));
        }
    }
}

void esc_css_str(const struct esc *esc, struct str text)
{
    for (size_t at = 0; at < text.len; at++) {
        char byte = text.ptr[at];
        bool is_special = byte == '\0' || strchr("\t\n\f\r\"&'()+/:;<>{}", byte) != NULL;
        if (byte == '\\') {
            esc_put(esc, "\\\\", 2);
        } else if (!is_special) {
            esc_put(esc, &byte, 1);
        } else {
            uint8_t code = (uint8_t)byte;
            char encoded[3] = { '\\', hex[code >> 4], hex[code & 15] };
            if (code < 16) {
                encoded[1] = encoded[2];
            }
            esc_put(esc, encoded, code < 16 ? 2 : 3);
            if (at + 1 == text.len || is_hex(text.ptr[at + 1]) || is_css_space(text.ptr[at + 1])) {
                esc_put(esc, " ", 1);
            }
        }
    }
}
