/* tmpl_fn.c - see tmpl_fn.h: the standard functions of templates. Integers only. */
#include "tmpl/tmpl_fn.h"

#include "base/utf8.h"

static void put_bytes(struct buf *out, uint64_t bytes)
{
    static const char *const unit[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
    unsigned power = 0;
    uint64_t tenths = bytes * 10; /* only used once bytes is below 2^60 */
    uint64_t whole = bytes;
    while (whole >= 1024) {
        uint64_t rest = whole % 1024;
        whole /= 1024;
        tenths = whole * 10 + rest * 10 / 1024;
        power++;
    }
    if (power > 0 && tenths < 100) {
        buf_put_u64(out, tenths / 10);
        buf_put_u8(out, '.');
        buf_put_u64(out, tenths % 10);
    } else {
        buf_put_u64(out, whole);
    }
    buf_put_u8(out, ' ');
    buf_put_text(out, unit[power]);
}

void fn_bytes(struct buf *out, uint64_t bytes)
{
    put_bytes(out, bytes);
}

void fn_rate(struct buf *out, uint64_t bytes_per_s)
{
    put_bytes(out, bytes_per_s);
    buf_put_text(out, "/s");
}

void fn_duration(struct buf *out, uint64_t seconds)
{
    static const struct {
        uint64_t s;
        const char *name;
    } unit[] = { { 86400, " d" }, { 3600, " h" }, { 60, " min" }, { 1, " s" } };

    size_t first = 0;
    while (first < 3 && seconds < unit[first].s) {
        first++;
    }
    buf_put_u64(out, seconds / unit[first].s);
    buf_put_text(out, unit[first].name);
    uint64_t rest = first < 3 ? seconds % unit[first].s / unit[first + 1].s : 0;
    if (rest > 0) {
        buf_put_u8(out, ' ');
        buf_put_u64(out, rest);
        buf_put_text(out, unit[first + 1].name);
    }
}

void fn_ago(struct buf *out, uint64_t seconds)
{
    static const struct {
        uint64_t s;
        const char *name;
    } unit[] = { { 86400, " d ago" }, { 3600, " h ago" }, { 60, " min ago" } };

    for (size_t idx = 0; idx < WICK_COUNT_OF(unit); idx++) {
        if (seconds >= unit[idx].s) {
            buf_put_u64(out, seconds / unit[idx].s);
            buf_put_text(out, unit[idx].name);
            return;
        }
    }
    buf_put_text(out, "just now");
}

void fn_percent(struct buf *out, int64_t value)
{
    buf_put_i64(out, value);
    buf_put_text(out, " %");
}

void fn_fixed(struct buf *out, unsigned decimals, int64_t value)
{
    buf_put_fixed(out, value, decimals > 9 ? 9 : decimals);
}

void fn_milli(struct buf *out, unsigned decimals, int64_t value)
{
    static const int64_t scale[] = { 1000, 100, 10, 1 };
    decimals = decimals > 3 ? 3 : decimals;
    int64_t step = scale[decimals];
    int64_t half = value < 0 ? -step / 2 : step / 2;
    bool is_extreme = value > INT64_MAX - 1000 || value < INT64_MIN + 1000;
    buf_put_fixed(out, (is_extreme ? value : value + half) / step, decimals);
}

static void put_two(struct buf *out, uint64_t value)
{
    buf_put_u8(out, (uint8_t)('0' + value / 10 % 10));
    buf_put_u8(out, (uint8_t)('0' + value % 10));
}

void fn_datetime(struct buf *out, uint64_t unix_s)
{
    uint64_t days = unix_s / 86400;
    uint64_t second = unix_s % 86400;
    /* eras of 400 years = 146097 days, counted from 0000-03-01 so that leap days come last */
    uint64_t from_march = days + 719468;
    uint64_t era = from_march / 146097;
    uint64_t day = from_march % 146097;
    uint64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    uint64_t in_year = day - (365 * year + year / 4 - year / 100);
    uint64_t month = (5 * in_year + 2) / 153;
    year += era * 400 + (month >= 10);
    if (year > 9999) {
        buf_put_text(out, "never");
        return;
    }
    put_two(out, year / 100);
    put_two(out, year % 100);
    buf_put_u8(out, '-');
    put_two(out, month < 10 ? month + 3 : month - 9);
    buf_put_u8(out, '-');
    put_two(out, in_year - (153 * month + 2) / 5 + 1);
    buf_put_u8(out, ' ');
    put_two(out, second / 3600);
    buf_put_u8(out, ':');
    put_two(out, second / 60 % 60);
    buf_put_text(out, " UTC");
}

void fn_plural(struct buf *out, struct str one, struct str many, int64_t count)
{
    buf_put_str(out, count == 1 ? one : many);
}

void fn_truncate(struct buf *out, uint64_t max, struct str text)
{
    uint64_t count = 0;
    size_t keep = 0; /* bytes of the first max - 1 characters */
    for (size_t at = 0; at < text.len; count++) {
        if (count + 1 == max) {
            keep = at;
        }
        uint32_t code;
        at += utf8_decode((struct str){ text.ptr + at, text.len - at }, &code);
    }
    if (count <= max) {
        buf_put_str(out, text);
    } else if (max > 0) {
        buf_put(out, text.ptr, keep);
        buf_put_text(out, "\xe2\x80\xa6");
    }
}

void fn_default(struct buf *out, struct str otherwise, struct str text)
{
    buf_put_str(out, text.len > 0 ? text : otherwise);
}
