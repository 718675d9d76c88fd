/* hash_test.c - base/hash.h: known answers of RFC 3174, RFC 6455, RFC 4648, IEEE 802.3,
 * Fowler-Noll-Vo. */
#include "base/hash.h"
#include "t.h"

#include <stdlib.h>

static void fnv_gives_the_published_values(void)
{
    T_CHECK(hash_fnv64(HASH_FNV64_START, "", 0) == 0xcbf29ce484222325u);
    T_CHECK(hash_fnv64(HASH_FNV64_START, "a", 1) == 0xaf63dc4c8601ec8cu);
    T_CHECK(hash_fnv64(HASH_FNV64_START, "foobar", 6) == 0x85944171f73967e8u);
    T_CHECK(hash_fnv64(hash_fnv64(HASH_FNV64_START, "foo", 3), "bar", 3) == 0x85944171f73967e8u);
}

static void crc_gives_the_published_values(void)
{
    T_EQ_INT(hash_crc32(0, "", 0), 0);
    T_EQ_INT(hash_crc32(0, "123456789", 9), 0xcbf43926);
    T_EQ_INT(hash_crc32(0, "The quick brown fox jumps over the lazy dog", 43), 0x414fa339);
    T_EQ_INT(hash_crc32(hash_crc32(0, "1234", 4), "56789", 5), 0xcbf43926);
    uint8_t zeros[32] = { 0 }, ones[32];
    memset(ones, 0xff, sizeof ones);
    T_EQ_INT(hash_crc32(0, zeros, sizeof zeros), 0x190a55ad);
    T_EQ_INT(hash_crc32(0, ones, sizeof ones), 0xff6cab0b);
}

static void check_sha1(const char *text, size_t len, const char *want_hex)
{
    uint8_t digest[20];
    char hex[41];
    hash_sha1(text, len, digest);
    for (size_t idx = 0; idx < 20; idx++) {
        sprintf(hex + 2 * idx, "%02x", digest[idx]);
    }
    T_EQ_TEXT(hex, 40, want_hex);
}

static void sha1_gives_the_published_values(void)
{
    check_sha1("", 0, "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    check_sha1("abc", 3, "a9993e364706816aba3e25717850c26c9cd0d89d");
    const char *two =
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"; /* 56 bytes: the length needs a
                                                                       second block */
    check_sha1(two, 56, "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
    char *many = malloc(1000000);
    memset(many, 'a', 1000000);
    check_sha1(many, 1000000, "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
    check_sha1(many, 55,
               "c1c8bbdc22796e28c0e15163d20899b65621d65a"); /* the longest with one block */
    check_sha1(many, 63, "03f09f5b158a7a8cdad920bddc29b81c18a551f5");
    check_sha1(many, 64, "0098ba824b5c16427bd7a1122a5a442a25ec644d");
    check_sha1(many, 65, "11655326c708d70319be2610e8a57d9a5b959d3b");
    free(many);
}

static void check_base64(const char *text, size_t len, const char *want)
{
    char *out = malloc(4 * ((len + 2) / 3) + 1);
    size_t out_len = hash_base64(text, len, out);
    T_EQ_TEXT(out, out_len, want);
    T_EQ_INT(out[out_len], 0);
    free(out);
}

static void base64_gives_the_published_values(void)
{
    static const char *const want[] = { "",         "Zg==",     "Zm8=",    "Zm9v",
                                        "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy" };
    for (size_t len = 0; len <= 6; len++) {
        check_base64("foobar", len, want[len]);
    }
    check_base64("\x00\x10\x83\x10\x51\x87\x20\x92\x8b\x30\xd3\x8f\x41\x14\x93\x51\x55\x97\x61\x96"
                 "\x9b\x71\xd7\x9f\x82\x18\xa3\x92\x59\xa7\xa2\x9a\xab\xb2\xdb\xaf"
                 "\xc3\x1c\xb3\xd3\x5d\xb7\xe3\x9e\xbb\xf3\xdf\xbf",
                 48, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
}

static void the_handshake_of_rfc_6455_comes_out(void)
{
    uint8_t digest[20];
    const char *text = "dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    hash_sha1(text, strlen(text), digest);
    check_base64((const char *)digest, 20, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

int main(void)
{
    fnv_gives_the_published_values();
    crc_gives_the_published_values();
    sha1_gives_the_published_values();
    base64_gives_the_published_values();
    the_handshake_of_rfc_6455_comes_out();
    return t_done();
}
