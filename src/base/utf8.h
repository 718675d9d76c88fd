/* utf8.h - incremental UTF-8 validation (RFC 3629): no overlong forms, no surrogates, <= U+10FFFF.
 *
 * Layer: base.
 */
#ifndef WICK_UTF8_H
#define WICK_UTF8_H

#include "base/str.h"

struct utf8 {          /* zero is the start */
    uint8_t need;      /* continuation bytes still wanted; 0 = between characters */
    uint8_t low, high; /* bounds of the next byte */
};

/** Feed bytes; false at the first byte that cannot be (fail fast, RFC 6455 section 8.1). At the end
 * also check need == 0. */
bool utf8_feed(struct utf8 *utf8, const void *bytes, size_t len);
bool utf8_is_valid(struct str text);
/** Decode the first character. @return its bytes (1..4) and *code_out; 0 when text is empty; 1 and
 * 0xfffd when malformed. */
size_t utf8_decode(struct str text, uint32_t *code_out);
size_t utf8_put(uint32_t code, char out[static 4]);
/** Number of UTF-16 units: what a browser's maxlength counts. */
size_t utf8_utf16_len(struct str text);

#endif
