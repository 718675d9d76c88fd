/* utf8.c - see utf8.h. The table of RFC 3629 section 4: only the first continuation byte has bounds
 * of its own. */
#include "base/utf8.h"

#include <string.h>

/** What the first byte of a character asks for; false when no character starts with it. */
static bool start(struct utf8 *utf8, uint8_t byte)
{
    uint8_t low = 0x80;
    uint8_t high = 0xbf;
    uint8_t need = 0;
    if (byte < 0x80) {
        need = 0;
    } else if (byte < 0xc2 || byte > 0xf4) {
        return false; /* continuation, overlong C0 C1, above U+10FFFF */
    } else if (byte < 0xe0) {
        need = 1;
    } else if (byte < 0xf0) {
        need = 2;
        if (byte == 0xe0) {
            low = 0xa0; /* overlong */
        }
        if (byte == 0xed) {
            high = 0x9f; /* surrogates */
        }
    } else {
        need = 3;
        if (byte == 0xf0) {
            low = 0x90; /* overlong */
        }
        if (byte == 0xf4) {
            high = 0x8f; /* above U+10FFFF */
        }
    }
    WICK_ASSERT(need <= 3 && low <= high);
    *utf8 = (struct utf8){ .need = need, .low = low, .high = high };
    return true;
}

/** Number of bytes that are ASCII for certain: whole words only. */
static size_t ascii_words(const uint8_t *from, size_t len)
{
    WICK_ASSERT(from != NULL);
    size_t done = 0;
    uint64_t word;
    while (len - done >= sizeof word) {
        memcpy(&word, from + done, sizeof word);
        if ((word & 0x8080808080808080u) != 0) {
            break;
        }
        done += sizeof word;
    }
    return done;
}

bool utf8_feed(struct utf8 *utf8, const void *bytes, size_t len)
{
    WICK_ASSERT(utf8->need <= 3);
    WICK_ASSERT(bytes != NULL || len == 0);
    const uint8_t *from = bytes;
    size_t off = 0;
    while (off < len) {
        if (utf8->need == 0) {
            off += ascii_words(from + off, len - off);
            if (off == len) {
                break;
            }
            if (!start(utf8, from[off])) {
                goto bad;
            }
        } else {
            if (from[off] < utf8->low || from[off] > utf8->high) {
                goto bad;
            }
            *utf8 = (struct utf8){ .need = (uint8_t)(utf8->need - 1), .low = 0x80, .high = 0xbf };
        }
        off++;
    }
    return true;
bad:
    *utf8 = (struct utf8){ .need = 1, .low = 0xff, .high = 0 }; /* no byte fits any more */
    return false;
}

bool utf8_is_valid(struct str text)
{
    struct utf8 utf8 = { 0 };
    return utf8_feed(&utf8, text.ptr, text.len) && utf8.need == 0;
}

size_t utf8_decode(struct str text, uint32_t *code_out)
{
    WICK_ASSERT(text.ptr != NULL || text.len == 0);
    static const uint8_t first_mask[] = { 0x7f, 0x1f, 0x0f, 0x07 };
    struct utf8 utf8 = { 0 };
    *code_out = 0xfffd;
    if (text.len == 0) {
        return 0;
    }
    uint8_t byte = (uint8_t)text.ptr[0];
    if (!start(&utf8, byte)) {
        return 1;
    }
    size_t len = 1u + utf8.need;
    WICK_ASSERT(len <= sizeof first_mask);
    if (len > text.len) {
        return 1;
    }
    uint32_t code = byte & first_mask[len - 1];
    for (size_t idx = 1; idx < len; idx++) {
        byte = (uint8_t)text.ptr[idx];
        if (byte < utf8.low || byte > utf8.high) {
            return 1;
        }
        utf8.low = 0x80;
        utf8.high = 0xbf;
        code = code << 6 | (byte & 0x3fu);
    }
    WICK_ASSERT_DEBUG(code <= 0x10ffff && (code < 0xd800 || code > 0xdfff));
    *code_out = code;
    return len;
}

size_t utf8_put(uint32_t code, char out[static 4])
{
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
        code = 0xfffd;
    }
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    size_t len = 4;
    uint32_t lead = 0xf0;
    if (code < 0x800) {
        len = 2;
        lead = 0xc0;
    } else if (code < 0x10000) {
        len = 3;
        lead = 0xe0;
    }
    for (size_t idx = len - 1; idx > 0; idx--) {
        out[idx] = (char)(0x80u | (code & 0x3fu));
        code >>= 6;
    }
    WICK_ASSERT((lead & code) == 0 && code < 0x80);
    out[0] = (char)(lead | code);
    return len;
}

size_t utf8_utf16_len(struct str text)
{
    size_t units = 0;
    uint32_t code;
    for (size_t used; (used = utf8_decode(text, &code)) > 0; text.ptr += used, text.len -= used) {
        WICK_ASSERT_DEBUG(used <= text.len && code <= 0x10ffff);
        units += code > 0xffff ? 2 : 1;
    }
    return units;
}
