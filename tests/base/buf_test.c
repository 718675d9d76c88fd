/* buf_test.c - base/buf.h */
#include "base/buf.h"
#include "base/json.h"
#include "t.h"

#include <stdlib.h>

static uint8_t mem[4096];

#define T_PUTS(want, put)                                                                          \
    do {                                                                                           \
        struct buf buf;                                                                            \
        buf_init(&buf, mem, sizeof mem);                                                           \
        put;                                                                                       \
        T_EQ_INT(buf.err, WICK_OK);                                                                \
        T_EQ_TEXT(buf.ptr, buf.len, want);                                                         \
    } while (0)

/* Each put into exactly enough room, and into one byte less: there nothing is written and the error
 * stays. */
#define T_FITS_EXACTLY(size, put)                                                                  \
    do {                                                                                           \
        struct buf buf;                                                                            \
        uint8_t *exact = malloc((size) + 1);                                                       \
        exact[0] = 'x';                                                                            \
        buf_init(&buf, exact, (size) + 1);                                                         \
        buf_put_u8(&buf, 'x');                                                                     \
        put;                                                                                       \
        T_EQ_INT(buf.err, WICK_OK);                                                                \
        T_EQ_INT(buf.len, (size) + 1);                                                             \
        free(exact);                                                                               \
        exact = malloc(size);                                                                      \
        buf_init(&buf, exact, (size));                                                             \
        buf_put_u8(&buf, 'x');                                                                     \
        put;                                                                                       \
        T_EQ_INT(buf.err, WICK_E_FULL);                                                            \
        T_EQ_TEXT(buf.ptr, buf.len, "x");                                                          \
        free(exact);                                                                               \
    } while (0)

static void numbers_are_written_in_full(void)
{
    T_PUTS("0", buf_put_u64(&buf, 0));
    T_PUTS("9", buf_put_u64(&buf, 9));
    T_PUTS("10", buf_put_u64(&buf, 10));
    T_PUTS("4294967295", buf_put_u64(&buf, UINT32_MAX));
    T_PUTS("4294967296", buf_put_u64(&buf, 4294967296u));
    T_PUTS("5000000001", buf_put_u64(&buf, 5000000001u));
    T_PUTS("10000000000000000000", buf_put_u64(&buf, 10000000000000000000u));
    T_PUTS("18446744073709551615", buf_put_u64(&buf, UINT64_MAX));
    T_PUTS("0", buf_put_i64(&buf, 0));
    T_PUTS("-1", buf_put_i64(&buf, -1));
    T_PUTS("9223372036854775807", buf_put_i64(&buf, INT64_MAX));
    T_PUTS("-9223372036854775808", buf_put_i64(&buf, INT64_MIN));
    T_PUTS("0f", buf_put_hex(&buf, 15, 2));
    T_PUTS("ff", buf_put_hex(&buf, 0x1ff, 2));
    T_PUTS("00000000deadbeef", buf_put_hex(&buf, 0xdeadbeef, 16));
    char want[32];
    for (uint64_t value = 1, step = 0; step < 64; step++, value <<= 1) {
        for (uint64_t near = value - 1; near <= value; near++) {
            snprintf(want, sizeof want, "%llu", (unsigned long long)near);
            T_PUTS(want, buf_put_u64(&buf, near));
            snprintf(want, sizeof want, "%lld", -(long long)(near / 2));
            T_PUTS(want, buf_put_i64(&buf, -(int64_t)(near / 2)));
        }
    }
}

static void fixed_point_has_its_point(void)
{
    T_PUTS("-12.34", buf_put_fixed(&buf, -1234, 2));
    T_PUTS("0.05", buf_put_fixed(&buf, 5, 2));
    T_PUTS("-0.05", buf_put_fixed(&buf, -5, 2));
    T_PUTS("0.00", buf_put_fixed(&buf, 0, 2));
    T_PUTS("1.0", buf_put_fixed(&buf, 10, 1));
    T_PUTS("7", buf_put_fixed(&buf, 7, 0));
    T_PUTS("-0.000000001", buf_put_fixed(&buf, -1, 9));
    T_PUTS("9.999999999", buf_put_fixed(&buf, 9999999999, 9));
    T_PUTS("-9223372036.854775808", buf_put_fixed(&buf, INT64_MIN, 9));
    T_PUTS("9223372036854775807", buf_put_fixed(&buf, INT64_MAX, 0));
}

static void a_put_is_all_or_nothing(void)
{
    T_FITS_EXACTLY(3, buf_put(&buf, "abc", 3));
    T_FITS_EXACTLY(3, buf_put_text(&buf, "abc"));
    T_FITS_EXACTLY(1, buf_put_u8(&buf, 'a'));
    T_FITS_EXACTLY(20, buf_put_u64(&buf, UINT64_MAX));
    T_FITS_EXACTLY(20, buf_put_i64(&buf, INT64_MIN));
    T_FITS_EXACTLY(4, buf_put_hex(&buf, 0xabcd, 4));
    T_FITS_EXACTLY(5, buf_put_fixed(&buf, -123, 2));
    T_FITS_EXACTLY(2, buf_put_json_str(&buf, STR("")));
    T_FITS_EXACTLY(3, buf_put_json_str(&buf, STR("a")));
    T_FITS_EXACTLY(10, buf_put_json_str(&buf, STR("12345678")));
    T_FITS_EXACTLY(11, buf_put_json_str(&buf, STR("123456789")));
    T_FITS_EXACTLY(4, buf_put_json_str(&buf, STR("\"")));
    T_FITS_EXACTLY(13, buf_put_json_str(&buf, STR("<a b=\"c\">")));
    T_FITS_EXACTLY(8, buf_put_json_str(&buf, STR("\x01")));
    T_FITS_EXACTLY(6, buf_put_json_str(&buf, STR("\xf0\x9f\x98\x80")));
    T_FITS_EXACTLY(5, buf_put_json_str(&buf, STR("\xff")));
}

static void the_first_error_stays(void)
{
    struct buf buf;
    buf_init(&buf, mem, 4);
    buf_put_text(&buf, "abc");
    buf_put_text(&buf, "de");
    T_EQ_INT(buf.err, WICK_E_FULL);
    buf_put_u8(&buf, 'f'); /* would fit */
    buf_put_u64(&buf, 1);
    buf_put_json_str(&buf, STR(""));
    buf_fail(&buf, WICK_E_RANGE);
    T_EQ_INT(buf.err, WICK_E_FULL);
    T_EQ_TEXT(buf.ptr, buf.len, "abc");
    T_CHECK(strcmp(buf_cstr(&buf), "") == 0);
    buf_cut(&buf, 1);
    buf_put_text(&buf, "xyz");
    T_EQ_INT(buf.err, WICK_OK);
    T_EQ_TEXT(buf.ptr, buf.len, "axyz");
    T_CHECK(strcmp(buf_cstr(&buf), "") == 0); /* no room for the zero */
    T_EQ_INT(buf.err, WICK_E_FULL);
    buf_cut(&buf, 3);
    T_CHECK(strcmp(buf_cstr(&buf), "axy") == 0);
    T_EQ_INT(buf.len, 3);
    buf_fail(&buf, WICK_E_RANGE);
    T_EQ_INT(buf.err, WICK_E_RANGE);
}

static void no_memory_is_no_crash(void)
{
    struct buf buf;
    buf_init(&buf, NULL, 0);
    buf_put(&buf, NULL, 0);
    buf_put_str(&buf, (struct str){ NULL, 0 });
    T_EQ_INT(buf.err, WICK_OK);
    T_EQ_INT(buf_str(&buf).len, 0);
    buf_put_u8(&buf, 1);
    T_EQ_INT(buf.err, WICK_E_FULL);
    buf_init(&buf, NULL, 0);
    buf_put_json_str(&buf, STR("a"));
    T_EQ_INT(buf.err, WICK_E_FULL);
    buf_init(&buf, mem, sizeof mem);
    buf_put_json_str(&buf, (struct str){ NULL, 0 });
    T_EQ_TEXT(buf.ptr, buf.len, "\"\"");
}

static void json_strings_are_escaped(void)
{
    T_PUTS("\"plain text, longer than a word\"",
           buf_put_json_str(&buf, STR("plain text, longer than a word")));
    T_PUTS("\"<p class=\\\"a\\\">b&amp;c</p>\"",
           buf_put_json_str(&buf, STR("<p class=\"a\">b&amp;c</p>")));
    T_PUTS("\"a\\\\b\"", buf_put_json_str(&buf, STR("a\\b")));
    T_PUTS("\"\\b\\t\\n\\f\\r\\u000b\\u0000\\u001f\x7f /\"",
           buf_put_json_str(&buf, STR("\b\t\n\f\r\v\0\x1f\x7f /")));
    T_PUTS("\"Gr\xc3\xbc\xc3\x9f\x65 \xe2\x82\xac \xf0\x9f\x98\x80\"",
           buf_put_json_str(&buf, STR("Gr\xc3\xbc\xc3\x9f\x65 \xe2\x82\xac \xf0\x9f\x98\x80")));
    T_PUTS("\"\\u2028\\u2029\xe2\x80\xaa\"",
           buf_put_json_str(&buf, STR("\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa")));
    T_PUTS("\"\xef\xbf\xbd\"", buf_put_json_str(&buf, STR("\xff")));
    T_PUTS("\"a\xef\xbf\xbd\xef\xbf\xbd\"",
           buf_put_json_str(&buf, STR("a\xe2\x82"))); /* cut character */
    T_PUTS("\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"",
           buf_put_json_str(&buf, STR("\xed\xa0\x80"))); /* surrogate */
    T_PUTS("\"\xef\xbf\xbd\xef\xbf\xbd!\"",
           buf_put_json_str(&buf, STR("\xc0\x80!"))); /* overlong zero */
}

/* Every byte at every place of texts of 0 .. 24 bytes gives what a writer that looks at one byte at
 * a time gives. */
static void each_byte_at_each_place_is_escaped_alike(void)
{
    char text[24];
    char want[256];
    for (size_t len = 1; len <= sizeof text; len++) {
        for (size_t at = 0; at < len; at++) {
            for (unsigned byte = 0; byte < 256; byte++) {
                struct buf buf;
                size_t want_len = 0;
                memset(text, 'a', len);
                text[at] = (char)byte;
                want[want_len++] = '"';
                for (size_t idx = 0; idx < len; idx++) {
                    unsigned char one = (unsigned char)text[idx];
                    const char *named = one == 0 ? NULL : strchr("\bb\tt\nn\ff\rr", one);
                    if (one == '"' || one == '\\') {
                        want_len += (size_t)sprintf(want + want_len, "\\%c", one);
                    } else if (one < 0x20 && named != NULL) {
                        want_len += (size_t)sprintf(want + want_len, "\\%c", named[1]);
                    } else if (one < 0x20) {
                        want_len += (size_t)sprintf(want + want_len, "\\u%04x", one);
                    } else if (one >= 0x80) {
                        want_len += (size_t)sprintf(want + want_len, "\xef\xbf\xbd");
                    } else {
                        want[want_len++] = (char)one;
                    }
                }
                want[want_len++] = '"';
                buf_init(&buf, mem, want_len); /* exactly enough */
                buf_put_json_str(&buf, (struct str){ text, len });
                if (buf.err != WICK_OK || buf.len != want_len || memcmp(mem, want, want_len) != 0) {
                    T_CHECK(!"escaped alike");
                    fprintf(stderr, "len %zu at %zu byte %02x\n", len, at, byte);
                    return;
                }
                buf_init(&buf, mem, want_len - 1);
                buf_put_json_str(&buf, (struct str){ text, len });
                if (buf.err != WICK_E_FULL || buf.len != 0) {
                    T_CHECK(!"refused one byte below");
                    return;
                }
            }
        }
    }
}

static uint32_t next_random(uint32_t *state)
{
    return *state = (uint32_t)((*state * 1103515245ull + 12345) & 0x7fffffff);
}

/* What is written is read back: the text itself when it is UTF-8. Text of characters of all lengths
 * and all kinds. */
static void what_is_written_is_read_back(void)
{
    static const char *const pieces[] = { "a",
                                          "\"",
                                          "\\",
                                          "\n",
                                          "\x01",
                                          "</script>",
                                          "\xc3\xa4",
                                          "\xe2\x80\xa8",
                                          "\xf0\x9f\x98\x80",
                                          "0123456789abcdef" };
    uint32_t state = 7;
    for (unsigned round = 0; round < 5000; round++) {
        char text[512];
        size_t len = 0;
        for (unsigned count = next_random(&state) % 24; count > 0; count--) {
            const char *piece = pieces[next_random(&state) / 16 % WICK_COUNT_OF(pieces)];
            memcpy(text + len, piece, strlen(piece));
            len += strlen(piece);
        }
        struct buf buf;
        buf_init(&buf, mem, sizeof mem);
        buf_put_json_str(&buf, (struct str){ text, len });
        struct json json;
        struct json_tok tok[1];
        T_EQ_INT(json_read(&json, buf_str(&buf), tok, 1, NULL), WICK_OK);
        char back_mem[512];
        struct buf back;
        buf_init(&back, back_mem, sizeof back_mem);
        json_put_text(&json, 0, &back);
        T_CHECK(back.err == WICK_OK && back.len == len && memcmp(back_mem, text, len) == 0);
        T_CHECK(json_is_text(&json, 0, (struct str){ text, len }));
    }
}

int main(void)
{
    numbers_are_written_in_full();
    fixed_point_has_its_point();
    a_put_is_all_or_nothing();
    the_first_error_stays();
    no_memory_is_no_crash();
    json_strings_are_escaped();
    each_byte_at_each_place_is_escaped_alike();
    what_is_written_is_read_back();
    return t_done();
}
