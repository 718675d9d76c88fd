/* buf.c - see buf.h.
 *
 * buf_put_json_str() is where the time goes: every frame of every wire passes through it. It copies
 * eight bytes at a time and asks of all eight at once whether one of them needs attention: below
 * 0x20, a quote, a backslash, or not ASCII (plain_mask). The sums in there cannot carry from byte
 * to byte, so the mask is exact and its first bit names the first such byte.
 */
#include "base/buf.h"

#include "base/mem.h"
#include "base/utf8.h"

#include <string.h>

static const char hex_digits[] = "0123456789abcdef";

void buf_init(struct buf *buf, void *mem, size_t cap)
{
    WICK_ASSERT(mem != NULL || cap == 0);
    *buf = (struct buf){ .ptr = mem, .cap = cap, .len = 0, .err = WICK_OK };
}

void buf_fail(struct buf *buf, enum wick_err err)
{
    WICK_ASSERT(err != WICK_OK);
    if (buf->err == WICK_OK) {
        buf->err = err;
    }
}

/** Room for len bytes, already counted, or NULL and the error. */
static inline uint8_t *take(struct buf *buf, size_t len)
{
    WICK_ASSERT(buf->len <= buf->cap);
    if (buf->err != WICK_OK) {
        return NULL;
    }
    if (len > buf->cap - buf->len) {
        buf->err = WICK_E_FULL;
        return NULL;
    }
    uint8_t *to = buf->ptr + buf->len;
    buf->len += len;
    return to;
}

void buf_put(struct buf *buf, const void *bytes, size_t len)
{
    if (len == 0) {
        return;
    }
    WICK_ASSERT(bytes != NULL);
    uint8_t *to = take(buf, len);
    if (to != NULL) {
        mem_copy(to, bytes, len);
    }
}

void buf_put_str(struct buf *buf, struct str text)
{
    WICK_ASSERT(text.len == 0 || text.ptr != NULL);
    buf_put(buf, text.ptr, text.len);
}

void buf_put_text(struct buf *buf, const char *text)
{
    WICK_ASSERT(text != NULL);
    buf_put(buf, text, strlen(text));
}

void buf_put_u8(struct buf *buf, uint8_t byte)
{
    uint8_t *to = take(buf, 1);
    if (to != NULL) {
        *to = byte;
    }
}

/** Decimal digits of value before end, at least min of them. @return the first one. Two
 * divisions of 64 bits at most. */
static char *digits_before(char *end, uint64_t value, unsigned min)
{
    WICK_ASSERT(min <= 10);
    char *first = end;
    while (value > UINT32_MAX) {
        uint32_t low = (uint32_t)(value % 1000000000u);
        value /= 1000000000u;
        for (unsigned idx = 0; idx < 9; idx++, low /= 10) {
            *--first = (char)('0' + low % 10);
        }
    }
    for (uint32_t rest = (uint32_t)value; rest > 0; rest /= 10) {
        *--first = (char)('0' + rest % 10);
    }
    while (end - first < (ptrdiff_t)min) {
        *--first = '0';
    }
    return first;
}

static uint64_t magnitude_of(int64_t value)
{
    return value < 0 ? (uint64_t) - (value + 1) + 1 : (uint64_t)value;
}

void buf_put_u64(struct buf *buf, uint64_t value)
{
    char digits[20];
    if (value < 10) {
        buf_put_u8(buf, (uint8_t)('0' + value));
        return;
    }
    char *first = digits_before(digits + sizeof digits, value, 1);
    buf_put(buf, first, (size_t)(digits + sizeof digits - first));
}

void buf_put_i64(struct buf *buf, int64_t value)
{
    char digits[21];
    char *first = digits_before(digits + sizeof digits, magnitude_of(value), 1);
    if (value < 0) {
        *--first = '-';
    }
    WICK_ASSERT(first >= digits);
    buf_put(buf, first, (size_t)(digits + sizeof digits - first));
}

void buf_put_hex(struct buf *buf, uint64_t value, unsigned digits)
{
    WICK_ASSERT(digits >= 1 && digits <= 16);
    uint8_t *to = take(buf, digits);
    if (to == NULL) {
        return;
    }
    for (unsigned idx = digits; idx > 0; idx--, value >>= 4) {
        to[idx - 1] = (uint8_t)hex_digits[value & 15u];
    }
}

void buf_put_fixed(struct buf *buf, int64_t value, unsigned decimals)
{
    char text[22]; /* sign, 19 digits, point; "-0." and 9 digits is shorter */
    char *end = text + sizeof text;
    WICK_ASSERT(decimals <= 9);
    char *first = digits_before(end, magnitude_of(value), decimals + 1);
    if (decimals > 0) { /* make room for the point: the whole part moves one to the left */
        size_t whole_len = (size_t)(end - first) - decimals;
        memmove(first - 1, first, whole_len);
        first--;
        first[whole_len] = '.';
    }
    if (value < 0) {
        *--first = '-';
    }
    WICK_ASSERT(first >= text);
    buf_put(buf, first, (size_t)(end - first));
}

#define EACH_BYTE(byte) ((byte)*0x0101010101010101u)

/** The top bit of each byte of word that cannot be copied into a JSON string as it is. */
static inline uint64_t plain_mask(uint64_t word)
{
    uint64_t low = word & EACH_BYTE(0x7fu);
    uint64_t not_control = low + EACH_BYTE(0x60u); /* top bit: >= 0x20 */
    uint64_t not_quote =
        (low ^ EACH_BYTE((uint64_t)'"')) + EACH_BYTE(0x7fu); /* top bit: another byte */
    uint64_t not_backslash = (low ^ EACH_BYTE((uint64_t)'\\')) + EACH_BYTE(0x7fu);
    return (word | ~(not_control & not_quote & not_backslash)) & EACH_BYTE(0x80u);
}

/** Index of the first byte, in memory order, whose top bit is set in mask. */
static inline size_t first_marked(uint64_t mask)
{
    WICK_ASSERT(mask != 0);
    return (size_t)(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? __builtin_ctzll(mask)
                                                              : __builtin_clzll(mask)) /
           8;
}

/** How the first character of text is written. @return its bytes in text; *out_len <= 6 */
static size_t json_char(struct str text, char out[static 6], size_t *out_len)
{
    WICK_ASSERT(text.len > 0);
    uint8_t byte = (uint8_t)text.ptr[0];
    uint32_t code;
    if (byte >= 0x80) {
        size_t used = utf8_decode(text, &code);
        if (code == 0x2028 || code == 0x2029) { /* line ends in JavaScript before 2019 */
            static const char line_ends[2][6] = { "\\u2028", "\\u2029" };
            memcpy(out, line_ends[code - 0x2028], 6);
            *out_len = 6;
        } else {
            *out_len = utf8_put(code, out);
        }
        return used;
    }
    static const char shorts[32] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'
    };
    out[0] = '\\';
    *out_len = 2;
    if (byte >= 0x20) {
        out[1] = (char)byte;
    } else if (shorts[byte] != 0) {
        out[1] = shorts[byte];
    } else {
        out[1] = 'u';
        out[2] = out[3] = '0';
        out[4] = hex_digits[byte >> 4];
        out[5] = hex_digits[byte & 15u];
        *out_len = 6;
    }
    return 1;
}

/** Copy plain bytes from text to [to, limit). @return how many: up to the first that is not plain,
 * the end of text, or of room. */
static inline size_t copy_plain(uint8_t *to, const uint8_t *limit, struct str text)
{
    WICK_ASSERT(to <= limit);
    size_t room = (size_t)(limit - to);
    size_t len = text.len < room ? text.len : room;
    size_t done = 0;
    uint64_t word;
    while (len - done >= sizeof word) {
        memcpy(&word, text.ptr + done, sizeof word);
        memcpy(to + done, &word, sizeof word);
        uint64_t mask = plain_mask(word);
        if (mask != 0) {
            return done + first_marked(mask);
        }
        done += sizeof word;
    }
    for (; done < len; done++) {
        uint8_t byte = (uint8_t)text.ptr[done];
        if (byte < 0x20 || byte >= 0x80 || byte == '"' || byte == '\\') {
            break;
        }
        to[done] = byte;
    }
    WICK_ASSERT_DEBUG(done <= len);
    return done;
}

void buf_put_json_str(struct buf *buf, struct str text)
{
    WICK_ASSERT(buf->len <= buf->cap);
    if (buf->err == WICK_OK && buf->cap - buf->len < 2) {
        buf->err = WICK_E_FULL;
    }
    if (buf->err != WICK_OK) {
        return;
    }
    uint8_t *to = buf->ptr + buf->len;
    const uint8_t *limit = buf->ptr + buf->cap - 1; /* the closing quote has its place */
    *to++ = '"';
    while (text.len > 0) {
        size_t plain = copy_plain(to, limit, text);
        to += plain;
        text.ptr += plain;
        text.len -= plain;
        if (text.len == 0) {
            break;
        }
        if (to == limit) {
            goto full;
        }
        uint8_t byte = (uint8_t)*text.ptr;
        if (byte == '"' || byte == '\\') { /* the usual case: HTML */
            if (limit - to < 2) {
                goto full;
            }
            *to++ = '\\';
            *to++ = byte;
            text.ptr++;
            text.len--;
            continue;
        }
        char out[6];
        size_t out_len;
        size_t used = json_char(text, out, &out_len);
        WICK_ASSERT(used > 0 && used <= text.len);
        if (out_len > (size_t)(limit - to)) {
            goto full;
        }
        memcpy(to, out, out_len);
        to += out_len;
        text.ptr += used;
        text.len -= used;
    }
    *to++ = '"';
    buf->len = (size_t)(to - buf->ptr);
    WICK_ASSERT(buf->len <= buf->cap);
    return;
full:
    buf->err = WICK_E_FULL;
}

struct str buf_str(const struct buf *buf)
{
    WICK_ASSERT(buf->len <= buf->cap);
    return (struct str){ buf->len == 0 ? "" : (const char *)buf->ptr, buf->len };
}

void buf_cut(struct buf *buf, size_t len)
{
    WICK_ASSERT(len <= buf->len);
    buf->len = len;
    buf->err = WICK_OK;
}

const char *buf_cstr(struct buf *buf)
{
    uint8_t *end = take(buf, 1);
    if (end == NULL) {
        return "";
    }
    *end = 0;
    buf->len--;
    WICK_ASSERT(buf->len < buf->cap);
    return (const char *)buf->ptr;
}
