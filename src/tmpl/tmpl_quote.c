/* tmpl_quote.c - see tmpl_fmt.h: texts and characters in quotes, as Go's package strconv writes
 * them; the function js. */
#include "base/utf8.h"
#include "tmpl/tmpl_fmt.h"
#include "tmpl/tmpl_fn.h"

#include <string.h>

static bool has(const struct tmpl_fmt *fmt, unsigned flag)
{
    return (fmt->flags & flag) != 0;
}

/* One character between quotes. */
static void put_escaped(struct buf *out, uint32_t code, char quote, bool is_ascii)
{
    static const char letter[] = "abtnvfr"; /* of the codes 7 to 13 */
    char utf8[4];
    if (code == (uint8_t)quote || code == '\\') {
        buf_put_u8(out, '\\');
        buf_put_u8(out, (uint8_t)code);
    } else if (tmpl_is_print(code) && (code < 0x80 || !is_ascii)) {
        buf_put(out, utf8, utf8_put(code, utf8));
    } else if (code >= 7 && code <= 13) {
        buf_put_u8(out, '\\');
        buf_put_u8(out, (uint8_t)letter[code - 7]);
    } else {
        const char *lead = "\\u";
        unsigned digits = 4;
        if (code < ' ' || code == 0x7f) {
            lead = "\\x";
            digits = 2;
        } else if (code >= 0x10000) {
            lead = "\\U";
            digits = 8;
        }
        buf_put_text(out, lead);
        buf_put_hex(out, code, digits);
    }
}

/* No control characters, no "`", well-formed. */
static bool can_backquote(struct str text)
{
    size_t width;
    for (size_t at = 0; at < text.len; at += width) {
        uint32_t code = 0;
        width = utf8_decode((struct str){ text.ptr + at, text.len - at }, &code);
        bool is_bad = (code < ' ' && code != '\t') || code == '`' || code == 0x7f ||
                      code == 0xfeff || (width == 1 && code == 0xfffd);
        if (is_bad) {
            return false;
        }
    }
    return true;
}

void tmpl_quote_str(struct buf *out, struct str text, size_t size, const struct tmpl_fmt *fmt)
{
    (void)size;
    size_t start = out->len;
    text = tmpl_fmt_cut(text, fmt);
    bool is_raw = has(fmt, TMPL_FMT_SHARP) && can_backquote(text);
    buf_put_u8(out, is_raw ? '`' : '"');
    size_t width;
    for (size_t at = 0; at < text.len; at += width) {
        uint32_t code = 0;
        width = utf8_decode((struct str){ text.ptr + at, text.len - at }, &code);
        if (is_raw) {
            buf_put(out, text.ptr + at, width);
        } else if (width == 1 && code == 0xfffd) {
            buf_put_text(out, "\\x");
            buf_put_hex(out, (uint8_t)text.ptr[at], 2);
        } else {
            put_escaped(out, code, '"', has(fmt, TMPL_FMT_PLUS));
        }
    }
    buf_put_u8(out, is_raw ? '`' : '"');
    tmpl_fmt_pad(out, start, fmt);
}

void tmpl_quote_chars(struct buf *out, const char *text, size_t size, const struct tmpl_fmt *fmt)
{
    tmpl_quote_str(out, str_of_field(text, size), size, fmt);
}

/* %U: "U+0041", with # "U+0041 'A'" */
static void put_unicode(struct buf *out, uint64_t value, const struct tmpl_fmt *fmt)
{
    unsigned digits = 1;
    while (digits < 16 && value >> (4 * digits) != 0) {
        digits++;
    }
    size_t start = out->len;
    buf_put_text(out, "U+");
    for (uint32_t least = has(fmt, TMPL_FMT_PREC) && fmt->precision > 4 ? fmt->precision : 4;
         least > digits && out->err == WICK_OK; least--) {
        buf_put_u8(out, '0');
    }
    for (unsigned at = digits; at-- > 0;) {
        buf_put_u8(out, (uint8_t) "0123456789ABCDEF"[value >> (4 * at) & 15]);
    }
    if (has(fmt, TMPL_FMT_SHARP) && value <= 0x10ffff && tmpl_is_print((uint32_t)value)) {
        char utf8[4];
        buf_put_text(out, " '");
        buf_put(out, utf8, utf8_put((uint32_t)value, utf8));
        buf_put_u8(out, '\'');
    }
    struct tmpl_fmt blanks = *fmt;
    blanks.flags = (uint8_t)(blanks.flags & ~TMPL_FMT_ZERO);
    tmpl_fmt_pad(out, start, &blanks);
}

void tmpl_quote_u64(struct buf *out, uint64_t value, size_t size, const struct tmpl_fmt *fmt)
{
    (void)size;
    if (fmt->verb == 'U') {
        put_unicode(out, value, fmt);
        return;
    }
    size_t start = out->len;
    bool is_good = value <= 0x10ffff && (value < 0xd800 || value > 0xdfff);
    buf_put_u8(out, '\'');
    put_escaped(out, is_good ? (uint32_t)value : 0xfffd, '\'', has(fmt, TMPL_FMT_PLUS));
    buf_put_u8(out, '\'');
    tmpl_fmt_pad(out, start, fmt);
}

void tmpl_quote_i64(struct buf *out, int64_t value, size_t size, const struct tmpl_fmt *fmt)
{
    tmpl_quote_u64(out, (uint64_t)value, size, fmt);
}

/* One character as the function js writes it. */
static void put_js(struct buf *out, struct str text, size_t width, uint32_t code)
{
    if (code == '\\' || code == '\'' || code == '"') {
        buf_put_u8(out, '\\');
        buf_put_u8(out, (uint8_t)code);
    } else if (code < ' ' || code == '<' || code == '>' || code == '&' || code == '=' ||
               (code >= 0x80 && !tmpl_is_print(code))) {
        unsigned digits = 4;
        while (code >> (4 * digits) != 0) {
            digits++;
        }
        buf_put_text(out, "\\u");
        for (unsigned at = digits; at-- > 0;) {
            buf_put_u8(out, (uint8_t) "0123456789ABCDEF"[code >> (4 * at) & 15]);
        }
    } else {
        buf_put(out, text.ptr, width);
    }
}

void tmpl_js_since(struct buf *out, size_t start)
{
    if (out->err != WICK_OK) {
        return;
    }
    struct str text = { (const char *)out->ptr + start, out->len - start };
    size_t width;
    for (size_t at = 0; at < text.len; at += width) {
        struct str rest = { text.ptr + at, text.len - at };
        uint32_t code = 0;
        width = utf8_decode(rest, &code);
        put_js(out, rest, width, code);
    }
    tmpl_drop(out, start, start + text.len);
}
