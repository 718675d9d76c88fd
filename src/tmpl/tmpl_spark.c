/* tmpl_spark.c - the function spark of templates: a small line chart as SVG, without text and
 * without styles of its own. */
#include "tmpl/tmpl_fn.h"

#include <string.h>

enum { HEIGHT = 20 };

/* In an order that unsigned comparison keeps: negative numbers lie below. */
static uint64_t value_at(const void *values, uint32_t at, size_t size, bool is_signed)
{
    const uint8_t *from = (const uint8_t *)values + at * size;
    uint64_t sign = is_signed ? (uint64_t)1 << 63 : 0;
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;
    switch (size) {
    case sizeof u8:
        memcpy(&u8, from, sizeof u8);
        return (is_signed ? (uint64_t)(int64_t)(int8_t)u8 : u8) + sign;
    case sizeof u16:
        memcpy(&u16, from, sizeof u16);
        return (is_signed ? (uint64_t)(int64_t)(int16_t)u16 : u16) + sign;
    case sizeof u32:
        memcpy(&u32, from, sizeof u32);
        return (is_signed ? (uint64_t)(int64_t)(int32_t)u32 : u32) + sign;
    default:
        WICK_ASSERT(size == sizeof u64);
        memcpy(&u64, from, sizeof u64);
        return u64 + sign;
    }
}

void tmpl_spark(struct buf *out, const void *values, uint32_t count, size_t size, bool is_signed)
{
    if (count == 0) {
        return;
    }
    uint32_t step = (count - 1) / TMPL_SPARK_MAX + 1;
    uint32_t first = (count - 1) % step; /* so that the last one is shown */
    uint32_t points = (count - 1 - first) / step + 1;
    uint64_t low = UINT64_MAX;
    uint64_t high = 0;
    for (uint32_t at = first; at < count; at += step) {
        uint64_t value = value_at(values, at, size, is_signed);
        low = value < low ? value : low;
        high = value > high ? value : high;
    }
    unsigned shift = high - low > UINT32_MAX ? 32 : 0; /* HEIGHT times the distance fits */
    uint64_t range = (high - low) >> shift;
    buf_put_text(out, "<svg class=\"spark\" viewBox=\"0 0 ");
    buf_put_u64(out, points > 1 ? points - 1 : 1);
    buf_put_text(out, " 20\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><polyline "
                      "fill=\"none\" stroke=\"currentColor\" points=\"");
    for (uint32_t x = 0; x < points || x < 2; x++) { /* one value is a line, too */
        uint32_t at = first + (x < points ? x : points - 1) * step;
        uint64_t above = (value_at(values, at, size, is_signed) - low) >> shift;
        uint64_t y = range == 0 ? HEIGHT / 2 : HEIGHT - (above * HEIGHT + range / 2) / range;
        buf_put_text(out, x == 0 ? "" : " ");
        buf_put_u64(out, x);
        buf_put_u8(out, ',');
        buf_put_u64(out, y);
    }
    buf_put_text(out, "\"></polyline></svg>");
}
