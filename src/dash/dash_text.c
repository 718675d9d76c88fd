/* dash_text.c - text from outside, made fit to be shown. */
#include "base/base.h"
#include "base/utf8.h"
#include "dash/source.h"

#include <string.h>

char dash_window[DASH_WINDOW_CAP];

/* Control, format and blank characters (Unicode 15, categories Cc, Cf, Zs, Zl, Zp, and letters
 * that are drawn as nothing): two names that differ in them only look alike, and some turn the text
 * around them. The ordinary blank is no part of it. */
static const struct {
    uint32_t first, last;
} hidden[] = {
    { 0x0000, 0x001f },   { 0x007f, 0x00a0 },   { 0x00ad, 0x00ad },   { 0x034f, 0x034f },
    { 0x0600, 0x0605 },   { 0x061c, 0x061c },   { 0x06dd, 0x06dd },   { 0x070f, 0x070f },
    { 0x115f, 0x1160 },   { 0x1680, 0x1680 },   { 0x17b4, 0x17b5 },   { 0x180b, 0x180f },
    { 0x2000, 0x200f },   { 0x2028, 0x202f },   { 0x205f, 0x206f },   { 0x2800, 0x2800 },
    { 0x3000, 0x3000 },   { 0x3164, 0x3164 },   { 0xfe00, 0xfe0f },   { 0xfeff, 0xfeff },
    { 0xffa0, 0xffa0 },   { 0xfff0, 0xfffb },   { 0xfffe, 0xffff },   { 0x110bd, 0x110bd },
    { 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a }, { 0xe0000, 0xe0fff },
};

static bool is_hidden(uint32_t code)
{
    for (size_t i = 0; i < WICK_COUNT_OF(hidden); i++) {
        if (code >= hidden[i].first && code <= hidden[i].last) {
            return true;
        }
    }
    return false;
}

static void put_char(struct buf *out, uint32_t code)
{
    if (is_hidden(code)) {
        buf_put_text(out, "<U+");
        buf_put_hex(out, code, code > 0xffff ? 5 : 4);
        buf_put_u8(out, '>');
    } else {
        char mem[4];
        buf_put(out, mem, utf8_put(code, mem));
    }
}

bool dash_text(char *to, size_t cap, struct str from)
{
    static const char ellipsis[] = "\xe2\x80\xa6";

    enum { ELLIPSIS_LEN = sizeof ellipsis - 1, ONE_LEN_MAX = sizeof "<U+e0fff>" - 1 };

    WICK_ASSERT(cap > ELLIPSIS_LEN + 1);
    bool is_same = true;
    struct buf out;
    buf_init(&out, to, cap - 1);
    size_t fits = 0; /* so much can stay when the rest becomes an ellipsis */
    while (from.len > 0 && out.err == WICK_OK) {
        uint32_t code = 0;
        size_t len = utf8_decode(from, &code);
        is_same = is_same && !is_hidden(code) && !(code == 0xfffd && len == 1);
        char mem[ONE_LEN_MAX];
        struct buf one;
        buf_init(&one, mem, sizeof mem);
        put_char(&one, code);
        buf_put_str(&out, buf_str(&one)); /* all of it or nothing */
        fits = out.err == WICK_OK && out.len + ELLIPSIS_LEN <= out.cap ? out.len : fits;
        from.ptr += len;
        from.len -= len;
    }
    if (out.err != WICK_OK) {
        buf_cut(&out, fits);
        buf_put_text(&out, ellipsis);
        is_same = false;
    }
    WICK_ASSERT(out.err == WICK_OK && out.len < cap);
    memset(to + out.len, 0, cap - out.len);
    return is_same;
}

uint64_t dash_three_digits(uint64_t value)
{
    uint64_t unit = 1;
    while (value / unit >= 1000) {
        unit *= 10;
    }
    return (value + unit / 2) / unit * unit;
}

uint8_t dash_percent(uint64_t part, uint64_t whole, bool is_rounded_up)
{
    while (whole > UINT64_MAX / 256) { /* the products below must fit */
        part >>= 8;
        whole >>= 8;
    }
    if (whole == 0) {
        return 0;
    }
    part = part < whole ? part : whole;
    return (uint8_t)((part * 100 + (is_rounded_up ? whole - 1 : whole / 2)) / whole);
}

bool dash_rate(uint64_t was, uint64_t is, uint64_t ms, uint64_t *rate_out)
{
    static const uint64_t most = 1000000000000; /* bytes/s */
    if (ms == 0 || is < was || (is - was) / ms > most / 1000) {
        return false;
    }
    *rate_out = dash_three_digits((is - was) * 1000 / ms);
    return true;
}

uint32_t dash_worst_first(const void *levels, size_t size, uint32_t len, uint8_t level)
{
    uint32_t at = len;
    while (at > 0 && *((const uint8_t *)levels + (at - 1) * size) < level) {
        at--;
    }
    return at;
}

void *dash_make_room(void *rows, uint32_t *len, uint32_t cap, size_t size, uint32_t at)
{
    WICK_ASSERT(at <= *len && at < cap && *len <= cap);
    uint8_t *row = (uint8_t *)rows + at * size;
    *len -= *len == cap ? 1 : 0;
    memmove(row + size, row, (*len - at) * size);
    *len += 1;
    return row;
}

uint8_t dash_level_of(unsigned pct, unsigned warn_pct, unsigned fault_pct)
{
    WICK_ASSERT(warn_pct < fault_pct);
    if (pct >= fault_pct) {
        return DASH_FAULT;
    }
    return pct >= warn_pct ? DASH_WARN : DASH_OK;
}

void dash_count(struct buf *text, uint64_t count, const char *one, const char *many)
{
    buf_put_u64(text, count);
    buf_put_u8(text, ' ');
    buf_put_text(text, count == 1 ? one : many);
}
