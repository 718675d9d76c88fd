/* num.c - see num.h. A value is built only while it fits; the text is read to its end, so that bad
 * syntax is said first. */
#include "base/num.h"

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

enum wick_err num_u64(struct str text, uint64_t max, uint64_t *value_out)
{
    WICK_ASSERT(value_out != NULL);
    uint64_t value = 0;
    bool fits = true;
    if (text.len == 0) {
        return WICK_E_SYNTAX;
    }
    for (size_t idx = 0; idx < text.len; idx++) {
        if (!is_digit(text.ptr[idx])) {
            return WICK_E_SYNTAX;
        }
        unsigned digit = (unsigned)(text.ptr[idx] - '0');
        fits = fits && value <= UINT64_MAX / 10 &&
               (value < UINT64_MAX / 10 || digit <= UINT64_MAX % 10);
        if (fits) {
            value = value * 10 + digit;
        }
    }
    if (!fits || value > max) {
        return WICK_E_RANGE;
    }
    *value_out = value;
    return WICK_OK;
}

static uint64_t magnitude_max(bool is_negative)
{
    return (uint64_t)INT64_MAX + (is_negative ? 1 : 0);
}

/** is_negative and a magnitude <= 2^63 (<= 2^63 - 1 when positive) -> the value. */
static int64_t signed_value(bool is_negative, uint64_t magnitude)
{
    WICK_ASSERT(magnitude <= magnitude_max(is_negative));
    if (!is_negative || magnitude == 0) {
        return (int64_t)magnitude;
    }
    return -(int64_t)(magnitude - 1) - 1;
}

enum wick_err num_i64(struct str text, int64_t min, int64_t max, int64_t *value_out)
{
    WICK_ASSERT(min <= max);
    WICK_ASSERT(value_out != NULL);
    bool is_negative = text.len > 0 && text.ptr[0] == '-';
    struct str digits = is_negative ? (struct str){ text.ptr + 1, text.len - 1 } : text;
    uint64_t magnitude = 0;
    enum wick_err err = num_u64(digits, magnitude_max(is_negative), &magnitude);
    if (err != WICK_OK) {
        return err;
    }
    int64_t value = signed_value(is_negative, magnitude);
    if (value < min || value > max) {
        return WICK_E_RANGE;
    }
    *value_out = value;
    return WICK_OK;
}

/** Length of the digits at off. */
static size_t digits_len(struct str text, size_t off)
{
    WICK_ASSERT(off <= text.len);
    size_t end = off;
    while (end < text.len && is_digit(text.ptr[end])) {
        end++;
    }
    return end - off;
}

/** value * 10 + digit, unless that is more than max. */
static bool append_digit(uint64_t *value, unsigned digit, uint64_t max)
{
    WICK_ASSERT(digit <= 9 && digit <= max);
    if (*value > (max - digit) / 10) {
        return false;
    }
    *value = *value * 10 + digit;
    return true;
}

enum wick_err num_fixed(struct str text, unsigned decimals, int64_t *value_out)
{
    WICK_ASSERT(value_out != NULL);
    WICK_ASSERT(decimals <= 9);
    bool is_negative = text.len > 0 && text.ptr[0] == '-';
    size_t whole_off = is_negative ? 1 : 0;
    size_t whole_len = digits_len(text, whole_off);
    size_t end = whole_off + whole_len;
    size_t fraction_off = end;
    size_t fraction_len = 0;
    if (end < text.len && text.ptr[end] == '.') {
        fraction_off = end + 1;
        fraction_len = digits_len(text, fraction_off);
        if (fraction_len == 0) {
            return WICK_E_SYNTAX;
        }
        end = fraction_off + fraction_len;
    }
    if (end != text.len || whole_len + fraction_len == 0) {
        return WICK_E_SYNTAX;
    }

    uint64_t max = magnitude_max(is_negative);
    uint64_t magnitude = 0;
    for (size_t idx = 0; idx < whole_len; idx++) {
        if (!append_digit(&magnitude, (unsigned)(text.ptr[whole_off + idx] - '0'), max)) {
            return WICK_E_RANGE;
        }
    }
    for (size_t idx = 0; idx < decimals; idx++) {
        unsigned digit = idx < fraction_len ? (unsigned)(text.ptr[fraction_off + idx] - '0') : 0;
        if (!append_digit(&magnitude, digit, max)) {
            return WICK_E_RANGE;
        }
    }
    for (size_t idx = decimals; idx < fraction_len; idx++) {
        if (text.ptr[fraction_off + idx] != '0') {
            return WICK_E_RANGE;
        }
    }
    *value_out = signed_value(is_negative, magnitude);
    return WICK_OK;
}
