/* mem.h - comparing and copying where musl's memcmp (byte by byte) and memcpy (slow to start on
 * x86) are too slow.
 *
 * Layer: base.   Any address will do.
 */
#ifndef WICK_MEM_H
#define WICK_MEM_H

#include "base/base.h"

#include <string.h>

/** Are two stretches of memory equal? Word by word, four at a time. */
static inline bool mem_eq(const void *a, const void *b, size_t len)
{
    const uint8_t *left = a;
    const uint8_t *right = b;
    size_t x[4];
    size_t y[4];
    for (; len >= sizeof x; len -= sizeof x, left += sizeof x, right += sizeof x) {
        memcpy(x, left, sizeof x);
        memcpy(y, right, sizeof y);
        if (((x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) | (x[3] ^ y[3])) != 0) {
            return false;
        }
    }
    for (; len >= sizeof *x; len -= sizeof *x, left += sizeof *x, right += sizeof *x) {
        memcpy(x, left, sizeof *x);
        memcpy(y, right, sizeof *y);
        if (x[0] != y[0]) {
            return false;
        }
    }
    if (len >= 4) {
        uint32_t u;
        uint32_t v;
        memcpy(&u, left, sizeof u);
        memcpy(&v, right, sizeof v);
        if (u != v) {
            return false;
        }
        left += 4;
        right += 4;
        len -= 4;
    }
    for (; len > 0; len--) {
        if (*left++ != *right++) {
            return false;
        }
    }
    return true;
}

/** memcpy for what is mostly short: blocks of 32 bytes, the last one overlaps; up to 32 bytes two
 * moves that may overlap. */
static inline void mem_copy(void *to, const void *from, size_t len)
{
    uint8_t *out = to;
    const uint8_t *in = from;
    if (len > 32) {
        for (; len > 32; len -= 32, out += 32, in += 32) {
            memcpy(out, in, 32);
        }
        memcpy(out + len - 32, in + len - 32, 32);
    } else if (len >= 16) {
        memcpy(out, in, 16);
        memcpy(out + len - 16, in + len - 16, 16);
    } else if (len >= 8) {
        memcpy(out, in, 8);
        memcpy(out + len - 8, in + len - 8, 8);
    } else if (len >= 4) {
        memcpy(out, in, 4);
        memcpy(out + len - 4, in + len - 4, 4);
    } else {
        for (; len > 0; len--) {
            *out++ = *in++;
        }
    }
}

#endif
