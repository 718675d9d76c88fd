/* rd.c - see rd.h. */
#include "base/rd.h"

void rd_init(struct rd *rd, const void *bytes, size_t len)
{
    WICK_ASSERT(bytes != NULL || len == 0);
    *rd = (struct rd){ .ptr = bytes, .len = len, .off = 0, .err = WICK_OK };
}

/** The next len bytes, or NULL and the sticky error. */
static const uint8_t *take(struct rd *rd, size_t len)
{
    WICK_ASSERT(rd->off <= rd->len);
    if (rd->err != WICK_OK) {
        return NULL;
    }
    if (len > rd->len - rd->off) {
        rd->err = WICK_E_SYNTAX;
        return NULL;
    }
    const uint8_t *from = rd->ptr + rd->off;
    rd->off += len;
    WICK_ASSERT(rd->off <= rd->len);
    return from;
}

static uint64_t read_le(struct rd *rd, unsigned len)
{
    WICK_ASSERT(len >= 1 && len <= 8);
    const uint8_t *from = take(rd, len);
    uint64_t value = 0;
    if (from == NULL) {
        return 0;
    }
    for (unsigned idx = len; idx > 0; idx--) {
        value = value << 8 | from[idx - 1];
    }
    return value;
}

static uint64_t read_be(struct rd *rd, unsigned len)
{
    WICK_ASSERT(len >= 1 && len <= 8);
    const uint8_t *from = take(rd, len);
    uint64_t value = 0;
    if (from == NULL) {
        return 0;
    }
    for (unsigned idx = 0; idx < len; idx++) {
        value = value << 8 | from[idx];
    }
    return value;
}

uint8_t rd_u8(struct rd *rd)
{
    return (uint8_t)read_be(rd, 1);
}

uint16_t rd_u16le(struct rd *rd)
{
    return (uint16_t)read_le(rd, 2);
}

uint32_t rd_u32le(struct rd *rd)
{
    return (uint32_t)read_le(rd, 4);
}

uint64_t rd_u64le(struct rd *rd)
{
    return read_le(rd, 8);
}

uint16_t rd_u16be(struct rd *rd)
{
    return (uint16_t)read_be(rd, 2);
}

uint64_t rd_u64be(struct rd *rd)
{
    return read_be(rd, 8);
}

struct str rd_bytes(struct rd *rd, size_t len)
{
    WICK_ASSERT(rd->off <= rd->len);
    if (len == 0) {
        return (struct str){ "", 0 };
    }
    const uint8_t *from = take(rd, len);
    return from == NULL ? (struct str){ "", 0 } : (struct str){ (const char *)from, len };
}

size_t rd_left(const struct rd *rd)
{
    WICK_ASSERT(rd->off <= rd->len);
    return rd->err == WICK_OK ? rd->len - rd->off : 0;
}
