/* number.c - see number.h. Integers only: a number that is not whole is refused. */
#include "wickc/read/number.h"

#include "wickc/wickc.h"

#include <string.h>

static const uint64_t float_max = 999999; /* above, Go prints a float64 with an exponent: 1e+06 */

static const char not_number[] = "this is not a number";
static const char too_large[] =
    "this number is too large: the largest is 9223372036854775807, the least -9223372036854775808";
static const char not_whole[] = "there are no floating-point numbers here: use integers of a "
                                "smaller unit (1/1000) and {{milli}}";

struct reader {
    struct str text;
    size_t at;
    unsigned base;
    uint64_t value; /* of the digits */
    int exponent;   /* of the base (10) or of 2 (16) */
    bool is_too_large;
};

static unsigned digit_of(char byte)
{
    if (byte >= '0' && byte <= '9') {
        return (unsigned)(byte - '0');
    }
    char lower = (char)(byte | 0x20);
    return lower >= 'a' && lower <= 'f' ? (unsigned)(lower - 'a' + 10) : 99;
}

static char lower_at(struct str text, size_t at)
{
    return (char)(str_at(text, at) | 0x20);
} /* past the end: a blank */

static char byte_at(const struct reader *reader)
{
    return str_at(reader->text, reader->at);
}

/* Every "_" stands between two digits or between the mark of the base and a digit. */
static bool has_good_underscores(struct str text, size_t at, bool has_mark, bool is_hex)
{
    char last = has_mark ? '0' : '!';
    for (; at < text.len; at++) {
        char byte = text.ptr[at];
        bool is_digit = digit_of(byte) < (is_hex ? 16 : 10);
        if (last == '_' ? !is_digit : byte == '_' && last != '0') {
            return false;
        }
        char other = (char)(byte == '_' ? '_' : '!');
        last = (char)(is_digit ? '0' : other);
    }
    return last != '_';
}

/* @return number of digits */
static unsigned read_digits(struct reader *reader, unsigned base)
{
    unsigned count = 0;
    for (; reader->at < reader->text.len; reader->at++) {
        char byte = reader->text.ptr[reader->at];
        unsigned digit = digit_of(byte);
        if (byte == '_') {
            continue;
        }
        if (digit >= base) {
            break;
        }
        reader->is_too_large = reader->is_too_large || reader->value > (UINT64_MAX - digit) / base;
        reader->value = reader->value * base + digit;
        count++;
    }
    return count;
}

/* "." digits, "e" or "p" and its digits; value and exponent are set. @return false: not so */
static bool read_float(struct reader *reader)
{
    unsigned count = 0;
    reader->base = reader->base == 16 ? 16 : 10;
    count += read_digits(reader, reader->base);
    if (byte_at(reader) == '.') {
        reader->at++;
        unsigned after = read_digits(reader, reader->base);
        reader->exponent -= (int)(reader->base == 16 ? after * 4 : after);
        count += after;
    }
    char mark = lower_at(reader->text, reader->at);
    if (count == 0 || (reader->base == 16) != (mark == 'p')) {
        return false;
    }
    if (mark == 'e' || mark == 'p') {
        reader->at++;
        bool is_negative = byte_at(reader) == '-';
        reader->at += byte_at(reader) == '-' || byte_at(reader) == '+';
        struct reader digits = { .text = reader->text, .at = reader->at };
        if (read_digits(&digits, 10) == 0) {
            return false;
        }
        reader->at = digits.at;
        int exponent = digits.is_too_large || digits.value > 9999 ? 9999 : (int)digits.value;
        reader->exponent += is_negative ? -exponent : exponent;
    }
    return reader->at == reader->text.len;
}

/* The whole number that value and exponent make. */
static const char *float_value(struct reader *reader, bool is_negative)
{
    unsigned step = reader->base == 16 ? 2 : 10;
    if (reader->is_too_large) {
        return not_whole;
    }
    for (; reader->exponent < 0 && reader->value != 0; reader->exponent++) {
        if (reader->value % step != 0) {
            return not_whole;
        }
        reader->value /= step;
    }
    for (; reader->exponent > 0 && reader->value != 0; reader->exponent--) {
        reader->value = reader->value > float_max ? reader->value : reader->value * step;
    }
    if (reader->value > float_max) {
        return "Go prints such a floating-point number with an exponent: write it as an integer";
    }
    return is_negative && reader->value == 0 ? "there is no negative zero here: write 0" : NULL;
}

const char *number_read(struct str text, struct literal *out)
{
    bool is_negative = text.len > 0 && text.ptr[0] == '-';
    size_t start = text.len > 0 && (text.ptr[0] == '-' || text.ptr[0] == '+');
    struct reader reader = { .text = text, .at = start, .base = 10 };
    if (lower_at(text, text.len - 1) == 'i') {
        return "there are no complex numbers here";
    }
    bool has_zero = str_at(text, start) == '0' && text.len > start + 1;
    char mark = (char)(has_zero ? lower_at(text, start + 1) : '\0');
    bool has_mark = mark == 'x' || mark == 'o' || mark == 'b';
    if (has_mark) {
        reader.base = mark == 'o' ? 8 : 2;
        if (mark == 'x') {
            reader.base = 16;
        }
        reader.at += 2;
    } else if (mark != '\0') {
        reader.base = 8;
    }
    if (!has_good_underscores(text, start + (has_mark ? 2 : 0), has_mark, mark == 'x')) {
        return "\"_\" may only stand between two digits";
    }
    struct str digits = { text.ptr + reader.at, text.len - reader.at };
    bool has_point = digits.len > 0 && memchr(digits.ptr, '.', digits.len) != NULL;
    bool has_exponent = false;
    for (size_t at = 0; at < digits.len; at++) {
        has_exponent = has_exponent || lower_at(digits, at) == (mark == 'x' ? 'p' : 'e');
    }
    out->is_float = (has_point || has_exponent) && mark != 'o' && mark != 'b';
    if (out->is_float) {
        const char *why = read_float(&reader) ? float_value(&reader, is_negative) : not_number;
        out->value = is_negative ? -(int64_t)(reader.value & INT64_MAX)
                                 : (int64_t)(reader.value & INT64_MAX);
        return why;
    }
    if (read_digits(&reader, reader.base) == 0 || reader.at < text.len) {
        return not_number;
    }
    if (reader.is_too_large || reader.value > (uint64_t)INT64_MAX + is_negative) {
        return too_large;
    }
    out->value = is_negative ? (int64_t)(0 - reader.value) : (int64_t)reader.value;
    return NULL;
}
