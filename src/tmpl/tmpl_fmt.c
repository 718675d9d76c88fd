/* tmpl_fmt.c - see tmpl_fmt.h: numbers, texts and bools. Quoting: tmpl_quote.c. */
#include "tmpl/tmpl_fmt.h"

#include "base/utf8.h"

#include <string.h>

void tmpl_fmt_width(struct buf *out, struct tmpl_fmt *fmt, int64_t width)
{
    if (width > TMPL_FMT_MAX || width < -TMPL_FMT_MAX) {
        buf_put_text(out, "%!(BADWIDTH)");
        return;
    }
    fmt->width = (uint32_t)(width < 0 ? -width : width);
    fmt->flags |= TMPL_FMT_WIDTH;
    if (width < 0) {
        fmt->flags = (uint8_t)((fmt->flags | TMPL_FMT_MINUS) & ~TMPL_FMT_ZERO);
    }
}

void tmpl_fmt_precision(struct buf *out, struct tmpl_fmt *fmt, int64_t precision)
{
    if (precision > TMPL_FMT_MAX || precision < 0) {
        buf_put_text(out, "%!(BADPREC)");
        return;
    }
    fmt->precision = (uint32_t)precision;
    fmt->flags |= TMPL_FMT_PREC;
}

static bool has(const struct tmpl_fmt *fmt, unsigned flag)
{
    return (fmt->flags & flag) != 0;
}

static void put_many(struct buf *out, char byte, size_t count)
{
    for (; count > 0 && out->err == WICK_OK; count--) {
        buf_put_u8(out, (uint8_t)byte);
    }
}

void tmpl_fmt_pad(struct buf *out, size_t start, const struct tmpl_fmt *fmt)
{
    if (out->err != WICK_OK || !has(fmt, TMPL_FMT_WIDTH)) {
        return;
    }
    WICK_ASSERT(start <= out->len && fmt->width <= TMPL_FMT_MAX);
    size_t have = 0;
    uint32_t code;
    for (size_t at = start; at < out->len; have++) {
        at += utf8_decode((struct str){ (const char *)out->ptr + at, out->len - at }, &code);
    }
    if (have >= fmt->width) {
        return;
    }
    size_t missing = fmt->width - have;
    size_t text_len = out->len - start;
    char byte = has(fmt, TMPL_FMT_ZERO) ? '0' : ' ';
    put_many(out, byte, missing);
    if (out->err == WICK_OK && !has(fmt, TMPL_FMT_MINUS)) {
        memmove(out->ptr + start + missing, out->ptr + start, text_len);
        memset(out->ptr + start, byte, missing);
    }
}

void tmpl_fmt_bool(struct buf *out, bool value, size_t size, const struct tmpl_fmt *fmt)
{
    (void)size;
    size_t start = out->len;
    buf_put_text(out, value ? "true" : "false");
    tmpl_fmt_pad(out, start, fmt);
}

/* --- numbers ---------------------------------------------------------------------------------- */

static unsigned base_of(char verb)
{
    switch (verb) {
    case 'b':
        return 2;
    case 'o':
    case 'O':
        return 8;
    case 'x':
    case 'X':
        return 16;
    default:
        return 10;
    }
}

/* "-", "+" or " ", then "0x" and the like: at most 5 bytes. */
static size_t prefix_of(const struct tmpl_fmt *fmt, bool is_negative, bool starts_with_zero,
                        char prefix[static 5])
{
    size_t len = 0;
    if (is_negative || has(fmt, TMPL_FMT_PLUS | TMPL_FMT_BLANK)) {
        char sign = has(fmt, TMPL_FMT_PLUS) ? '+' : ' ';
        prefix[len++] = (char)(is_negative ? '-' : sign);
    }
    if (fmt->verb == 'O') {
        prefix[len++] = '0';
        prefix[len++] = 'o';
    }
    if (has(fmt, TMPL_FMT_SHARP) && base_of(fmt->verb) == 8 && !starts_with_zero) {
        prefix[len++] = '0';
    } else if (has(fmt, TMPL_FMT_SHARP) && (base_of(fmt->verb) == 16 || base_of(fmt->verb) == 2)) {
        prefix[len++] = '0';
        prefix[len++] = fmt->verb;
    }
    WICK_ASSERT(len <= 5);
    return len;
}

static void put_number(struct buf *out, uint64_t value, bool is_negative,
                       const struct tmpl_fmt *fmt)
{
    unsigned base = base_of(fmt->verb);
    const char *digit = fmt->verb == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    bool has_precision = has(fmt, TMPL_FMT_PREC), has_width = has(fmt, TMPL_FMT_WIDTH);
    if (has_precision && fmt->precision == 0 && value == 0) { /* nothing but the width */
        put_many(out, ' ', has_width ? fmt->width : 0);
        return;
    }
    char text[64];
    size_t first = sizeof text;
    do {
        text[--first] = digit[value % base];
        value /= base;
    } while (value > 0);
    size_t digits = sizeof text - first;
    WICK_ASSERT(digits > 0 && digits <= sizeof text); /* 64 binary ones at most */
    size_t least = 0;
    if (has_precision) {
        least = fmt->precision;
    } else if (has(fmt, TMPL_FMT_ZERO) && has_width && fmt->width > 0) {
        least = fmt->width - (is_negative || has(fmt, TMPL_FMT_PLUS | TMPL_FMT_BLANK));
    }
    size_t zeros = least > digits ? least - digits : 0;
    char prefix[5];
    size_t prefix_len = prefix_of(fmt, is_negative, zeros > 0 || text[first] == '0', prefix);
    size_t len = prefix_len + zeros + digits;
    size_t missing = has_width && fmt->width > len ? fmt->width - len : 0;
    put_many(out, ' ', has(fmt, TMPL_FMT_MINUS) ? 0 : missing);
    buf_put(out, prefix, prefix_len);
    put_many(out, '0', zeros);
    buf_put(out, text + first, digits);
    put_many(out, ' ', has(fmt, TMPL_FMT_MINUS) ? missing : 0);
}

/* %c: what is no character becomes U+FFFD */
static void put_character(struct buf *out, uint64_t value, const struct tmpl_fmt *fmt)
{
    char utf8[4];
    size_t start = out->len;
    bool is_good = value <= 0x10ffff && (value < 0xd800 || value > 0xdfff);
    buf_put(out, utf8, utf8_put(is_good ? (uint32_t)value : 0xfffd, utf8));
    tmpl_fmt_pad(out, start, fmt);
}

void tmpl_fmt_i64(struct buf *out, int64_t value, size_t size, const struct tmpl_fmt *fmt)
{
    (void)size;
    if (fmt->verb == 'c') {
        put_character(out, (uint64_t)value, fmt);
    } else {
        put_number(out, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, value < 0, fmt);
    }
}

void tmpl_fmt_u64(struct buf *out, uint64_t value, size_t size, const struct tmpl_fmt *fmt)
{
    (void)size;
    if (fmt->verb == 'c') {
        put_character(out, value, fmt);
    } else {
        put_number(out, value, false, fmt);
    }
}

/* --- texts ------------------------------------------------------------------------------------ */

struct str tmpl_fmt_cut(struct str text, const struct tmpl_fmt *fmt)
{
    if (!has(fmt, TMPL_FMT_PREC)) {
        return text;
    }
    size_t at = 0;
    uint32_t code;
    for (uint32_t count = 0; count < fmt->precision && at < text.len; count++) {
        at += utf8_decode((struct str){ text.ptr + at, text.len - at }, &code);
    }
    WICK_ASSERT(at <= text.len);
    return (struct str){ text.ptr, at };
}

/* Two digits for each byte; flag " ": blanks between them; flag "#": 0x once, or before each byte
 * when there are blanks. */
static void put_hex(struct buf *out, struct str text, const struct tmpl_fmt *fmt)
{
    const char *digit = fmt->verb == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    size_t start = out->len;
    size_t len = has(fmt, TMPL_FMT_PREC) && fmt->precision < text.len ? fmt->precision : text.len;
    for (size_t at = 0; at < len; at++) {
        bool is_apart = has(fmt, TMPL_FMT_BLANK);
        if (is_apart && at > 0) {
            buf_put_u8(out, ' ');
        }
        if (has(fmt, TMPL_FMT_SHARP) && (is_apart || at == 0)) {
            buf_put_u8(out, '0');
            buf_put_u8(out, (uint8_t)fmt->verb);
        }
        uint8_t byte = (uint8_t)text.ptr[at];
        buf_put_u8(out, (uint8_t)digit[byte >> 4]);
        buf_put_u8(out, (uint8_t)digit[byte & 15]);
    }
    tmpl_fmt_pad(out, start, fmt);
}

void tmpl_fmt_str(struct buf *out, struct str text, size_t size, const struct tmpl_fmt *fmt)
{
    (void)size;
    if (fmt->verb == 'x' || fmt->verb == 'X') {
        put_hex(out, text, fmt);
        return;
    }
    size_t start = out->len;
    buf_put_str(out, tmpl_fmt_cut(text, fmt));
    tmpl_fmt_pad(out, start, fmt);
}

void tmpl_fmt_chars(struct buf *out, const char *text, size_t size, const struct tmpl_fmt *fmt)
{
    tmpl_fmt_str(out, str_of_field(text, size), size, fmt);
}
