/* seq.h - arithmetic of numbers that wrap around: sequence numbers of 32 bits, byte positions of 48
 * bits.
 *
 * Layer: base. The only place where a wrap is meant; it is computed in 64 bits and cut, so that
 * sanitizers stay quiet here and loud everywhere else. Compilers make one addition or subtraction
 * of it.
 */
#ifndef WICK_SEQ_H
#define WICK_SEQ_H

#include "base/base.h"

#define SEQ48_MASK 0xffffffffffffu

static inline uint32_t seq_add(uint32_t seq, uint32_t count)
{
    return (uint32_t)(((uint64_t)seq + count) & 0xffffffffu);
}

/** How far `to` is ahead of `from`: 0 .. 2^32 - 1. */
static inline uint32_t seq_sub(uint32_t to, uint32_t from)
{
    return (uint32_t)(((1ull << 32) + to - from) & 0xffffffffu);
}

/** a comes after b, if they are less than 2^31 apart (RFC 1982). */
static inline bool seq_is_after(uint32_t a, uint32_t b)
{
    return a != b && seq_sub(a, b) < 1u << 31;
}

/* The same for positions: pos < 2^48, count <= 2^48. */
static inline uint64_t seq48_add(uint64_t pos, uint64_t count)
{
    return (pos + count) & SEQ48_MASK;
}

static inline uint64_t seq48_sub(uint64_t to, uint64_t from)
{
    return ((1ull << 48) + to - from) & SEQ48_MASK;
}

#endif
