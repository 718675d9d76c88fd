/* hash.c - see hash.h. Sums that wrap by definition are computed in 64 bits and cut, or by a
 * builtin that says so. */
#include "base/hash.h"

#include <string.h>

uint64_t hash_fnv64(uint64_t hash, const void *bytes, size_t len)
{
    WICK_ASSERT(bytes != NULL || len == 0);
    const uint8_t *from = bytes;
    for (size_t idx = 0; idx < len; idx++) {
        hash ^= from[idx];
        (void)__builtin_mul_overflow(hash, 0x100000001b3u, &hash); /* modulo 2^64 is meant */
    }
    return hash;
}

/* Half a byte at a time: 64 bytes of table instead of 1,024. */
uint32_t hash_crc32(uint32_t crc, const void *bytes, size_t len)
{
    WICK_ASSERT(bytes != NULL || len == 0);
    static const uint32_t table[16] = {
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
        0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
        0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
    };
    const uint8_t *from = bytes;
    crc = ~crc;
    for (size_t idx = 0; idx < len; idx++) {
        crc = table[(crc ^ from[idx]) & 15u] ^ crc >> 4;
        crc = table[(crc ^ (uint32_t)from[idx] >> 4) & 15u] ^ crc >> 4;
    }
    return ~crc;
}

static uint32_t add(uint32_t a, uint32_t b)
{
    return (uint32_t)(((uint64_t)a + b) & 0xffffffffu);
}

static uint32_t rotl(uint32_t value, unsigned bits)
{
    WICK_ASSERT(bits > 0 && bits < 32);
    return value << bits | value >> (32 - bits);
}

static void put_be(uint8_t *to, uint64_t value, unsigned len)
{
    WICK_ASSERT(len <= 8);
    for (unsigned idx = len; idx > 0; idx--, value >>= 8) {
        to[idx - 1] = (uint8_t)(value & 0xffu);
    }
}

/* FIPS 180-4 section 6.1.3: the message schedule in 16 words. */
static void sha1_block(uint32_t state[static 5], const uint8_t block[static 64])
{
    static const uint32_t round_key[4] = { 0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6 };
    uint32_t w[16];
    uint32_t a = state[0];
    uint32_t b = state[1];
    uint32_t c = state[2];
    uint32_t d = state[3];
    uint32_t e = state[4];
    for (unsigned idx = 0; idx < 16; idx++) {
        const uint8_t *at = block + (size_t)idx * 4;
        w[idx] = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    }
    for (unsigned round = 0; round < 80; round++) {
        unsigned s = round & 15u;
        if (round >= 16) {
            w[s] = rotl(w[(s + 13) & 15u] ^ w[(s + 8) & 15u] ^ w[(s + 2) & 15u] ^ w[s], 1);
        }
        unsigned part = round / 20;
        uint32_t mix = b ^ c ^ d; /* rounds 20 to 39, 60 to 79 */
        if (part == 0) {
            mix = (b & c) | (~b & d);
        } else if (part == 2) {
            mix = (b & c) | (b & d) | (c & d);
        }
        uint32_t next = add(add(add(rotl(a, 5), mix), add(e, round_key[part])), w[s]);
        e = d;
        d = c;
        c = rotl(b, 30);
        b = a;
        a = next;
    }
    state[0] = add(state[0], a);
    state[1] = add(state[1], b);
    state[2] = add(state[2], c);
    state[3] = add(state[3], d);
    state[4] = add(state[4], e);
}

void hash_sha1(const void *bytes, size_t len, uint8_t digest[static 20])
{
    WICK_ASSERT(bytes != NULL || len == 0);
    uint32_t state[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 };
    const uint8_t *from = bytes;
    uint8_t tail[128] = { 0 }; /* rest < 64, 0x80, zeros, 8 bytes of length: one or two blocks */
    size_t left = len;
    for (; left >= 64; left -= 64, from += 64) {
        sha1_block(state, from);
    }
    if (left > 0) {
        memcpy(tail, from, left);
    }
    WICK_ASSERT(left < 64);
    tail[left] = 0x80;
    size_t tail_len = left < 56 ? 64 : 128;
    put_be(tail + tail_len - 8, (uint64_t)len << 3, 8);
    for (size_t off = 0; off < tail_len; off += 64) {
        sha1_block(state, tail + off);
    }
    for (size_t idx = 0; idx < 5; idx++) {
        put_be(digest + idx * 4, state[idx], 4);
    }
}

size_t hash_base64(const void *bytes, size_t len, char *out)
{
    WICK_ASSERT(bytes != NULL || len == 0);
    WICK_ASSERT(out != NULL);
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const uint8_t *from = bytes;
    size_t out_len = 0;
    for (size_t off = 0; off < len; off += 3) {
        size_t part = len - off < 3 ? len - off : 3;
        uint32_t bits = (uint32_t)from[off] << 16;
        if (part > 1) {
            bits |= (uint32_t)from[off + 1] << 8;
        }
        if (part > 2) {
            bits |= from[off + 2];
        }
        out[out_len++] = digits[bits >> 18];
        out[out_len++] = digits[bits >> 12 & 63u];
        out[out_len++] = '=';
        out[out_len++] = '=';
        if (part > 1) {
            out[out_len - 2] = digits[bits >> 6 & 63u];
        }
        if (part > 2) {
            out[out_len - 1] = digits[bits & 63u];
        }
    }
    WICK_ASSERT(out_len % 4 == 0);
    out[out_len] = 0;
    return out_len;
}
