/* utf8_test.c - base/utf8.h */
#include "base/utf8.h"
#include "t.h"

#include <stdlib.h>

/* bytes, and the index of the first one that cannot be (len: none; a cut character is whole so far)
 */
static const struct {
    struct str text;
    size_t bad;
    bool is_whole;
} cases[] = {
    { STR_INIT(""), 0, true },
    { STR_INIT("plain ascii, longer than two words"), 34, true },
    { STR_INIT("\x7f"), 1, true },
    { STR_INIT("\xc2\x80\xdf\xbf"), 4, true },
    { STR_INIT("\xe0\xa0\x80\xef\xbf\xbf"), 6, true },
    { STR_INIT("\xed\x9f\xbf\xee\x80\x80"), 6, true },
    { STR_INIT("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"), 8, true },
    { STR_INIT("12345678\xc3\xa4"
               "12345678\xf0\x9f\x98\x80"),
      22, true },
    { STR_INIT("a\xc2"), 2, false },
    { STR_INIT("a\xe2\x82"), 3, false },
    { STR_INIT("a\xf0\x9f\x98"), 4, false },
    { STR_INIT("a\x80"), 1, false },
    { STR_INIT("\xbf"), 0, false },
    { STR_INIT("\xc0\x80"), 0, false },
    { STR_INIT("\xc1\xbf"), 0, false },
    { STR_INIT("\xe0\x9f\xbf"), 1, false },
    { STR_INIT("\xed\xa0\x80"), 1, false },
    { STR_INIT("\xed\xbf\xbf"), 1, false },
    { STR_INIT("\xf0\x8f\xbf\xbf"), 1, false },
    { STR_INIT("\xf4\x90\x80\x80"), 1, false },
    { STR_INIT("\xf5\x80\x80\x80"), 0, false },
    { STR_INIT("\xff"), 0, false },
    { STR_INIT("12345678\xff"), 8, false },
    { STR_INIT("\xc3("), 1, false },
    { STR_INIT("\xe2\x82("), 2, false },
    { STR_INIT("\xf0\x9f\x98("), 3, false },
    { STR_INIT("\xc3\xa4\xa4"), 2, false },
};

/* feed() over text cut in three at a and b gives what the table says */
static void check_split(size_t at, size_t a, size_t b)
{
    struct str text = cases[at].text;
    struct utf8 utf8 = { 0 };
    char *copy = malloc(text.len + 1);
    memcpy(copy, text.ptr, text.len);
    bool is_good = utf8_feed(&utf8, copy, a) && utf8_feed(&utf8, copy + a, b - a) &&
                   utf8_feed(&utf8, copy + b, text.len - b);
    T_CHECK(is_good == (cases[at].bad == text.len));
    T_CHECK((is_good && utf8.need == 0) == cases[at].is_whole);
    if (!is_good) {
        T_CHECK(!utf8_feed(&utf8, "a", 1)); /* bad stays bad */
    }
    free(copy);
}

static void whole_byte_by_byte_and_at_each_split_is_the_same(void)
{
    for (size_t at = 0; at < WICK_COUNT_OF(cases); at++) {
        struct str text = cases[at].text;
        T_CHECK(utf8_is_valid(text) == cases[at].is_whole);
        for (size_t a = 0; a <= text.len; a++) {
            for (size_t b = a; b <= text.len; b++) {
                check_split(at, a, b);
            }
        }
        struct utf8 utf8 = { 0 };
        size_t fed = 0;
        while (fed < text.len && utf8_feed(&utf8, text.ptr + fed, 1)) {
            fed++;
        }
        T_EQ_INT(fed, cases[at].bad); /* at the first byte that cannot be, not later */
    }
    T_CHECK(utf8_is_valid((struct str){ NULL, 0 }));
}

static void every_code_point_goes_there_and_back(void)
{
    for (uint32_t code = 0; code <= 0x110000; code++) {
        char bytes[4];
        uint32_t back = 1;
        size_t len = utf8_put(code, bytes);
        bool is_scalar = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
        size_t want_len = 3; /* U+FFFD, too */
        if (is_scalar && code < 0x800) {
            want_len = code < 0x80 ? 1 : 2;
        } else if (is_scalar && code >= 0x10000) {
            want_len = 4;
        }
        if (len != want_len || utf8_decode((struct str){ bytes, len }, &back) != len ||
            back != (is_scalar ? code : 0xfffd) || !utf8_is_valid((struct str){ bytes, len }) ||
            utf8_utf16_len((struct str){ bytes, len }) != (code > 0xffff && is_scalar ? 2 : 1)) {
            T_CHECK(!"there and back");
            fprintf(stderr, "code %x\n", code);
            return;
        }
    }
}

/* All 4-byte texts with first byte b and edge bytes after it: utf8_decode and utf8_feed agree. */
static void decoding_and_validating_agree(void)
{
    static const unsigned char edges[] = { 0x00, 0x7f, 0x80, 0x8f, 0x90,
                                           0x9f, 0xa0, 0xbf, 0xc0, 0xff };
    for (unsigned first = 0; first < 256; first++) {
        for (size_t mix = 0; mix < 1000; mix++) {
            char bytes[4] = { (char)first, (char)edges[mix % 10], (char)edges[mix / 10 % 10],
                              (char)edges[mix / 100] };
            for (size_t len = 1; len <= 4; len++) {
                uint32_t code = 0;
                size_t used = utf8_decode((struct str){ bytes, len }, &code);
                bool is_good = first < 0x80 || used > 1;
                T_CHECK(used <= len && (is_good || code == 0xfffd));
                T_CHECK(utf8_is_valid((struct str){ bytes, used }) == is_good);
            }
        }
    }
    uint32_t code = 0;
    T_EQ_INT(utf8_decode((struct str){ NULL, 0 }, &code), 0);
    T_EQ_INT(code, 0xfffd);
}

static void length_is_counted_as_browsers_do(void)
{
    T_EQ_INT(utf8_utf16_len(STR("")), 0);
    T_EQ_INT(utf8_utf16_len(STR("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80")), 5);
    T_EQ_INT(utf8_utf16_len(STR("\xff\xe2\x82")), 3);
}

int main(void)
{
    whole_byte_by_byte_and_at_each_split_is_the_same();
    every_code_point_goes_there_and_back();
    decoding_and_validating_agree();
    length_is_counted_as_browsers_do();
    return t_done();
}
