/* rd.h - bounded reader with a sticky first error; the twin of buf.h.
 *
 * Layer: base. Memory: borrowed input. Reading past the end is WICK_E_SYNTAX; after it every read
 * gives 0 or an empty slice, and nothing is left.
 */
#ifndef WICK_RD_H
#define WICK_RD_H

#include "base/err.h"
#include "base/str.h"

struct rd {
    const uint8_t *ptr; /* [len] */
    size_t len;
    size_t off;
    enum wick_err err;
};

void rd_init(struct rd *rd, const void *bytes, size_t len);
uint8_t rd_u8(struct rd *rd);
uint16_t rd_u16le(struct rd *rd);
uint32_t rd_u32le(struct rd *rd);
uint64_t rd_u64le(struct rd *rd);
uint16_t rd_u16be(struct rd *rd);
uint64_t rd_u64be(struct rd *rd);
struct str rd_bytes(struct rd *rd, size_t len);
size_t rd_left(const struct rd *rd);

#endif
