/* json_test.c - base/json.h */
#include "base/json.h"
#include "t.h"

#include <stdlib.h>

enum { TOKENS = 64 };
static struct json json;
static struct json_tok tokens[TOKENS];

/* The text is copied to a block of its exact size, so that a byte read past it is noticed. */
static char *exact;

static enum wick_err read_exact(struct str text, uint16_t cap, size_t *error_off)
{
    free(exact);
    exact = malloc(text.len == 0 ? 1 : text.len);
    if (text.len > 0) {
        memcpy(exact, text.ptr, text.len);
    }
    return json_read(&json, (struct str){ exact, text.len }, tokens, cap, error_off);
}

static const struct str accepted[] = {
    STR_INIT("null"),
    STR_INIT("true"),
    STR_INIT("false"),
    STR_INIT("0"),
    STR_INIT("-0"),
    STR_INIT("1"),
    STR_INIT("-1"),
    STR_INIT("10"),
    STR_INIT("0.5"),
    STR_INIT("-0.0"),
    STR_INIT("1e5"),
    STR_INIT("1E+5"),
    STR_INIT("1e-05"),
    STR_INIT("0e0"),
    STR_INIT("123456789012345678901234567890"),
    STR_INIT("1.5e300"),
    STR_INIT("\"\""),
    STR_INIT("\"a\""),
    STR_INIT("\"\\u0000\""),
    STR_INIT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""),
    STR_INIT("\"\\u00e4\\u00E4\""),
    STR_INIT("\"\\ud83d\\ude00\""),
    STR_INIT("\"\\uDBFF\\uDFFF\""),
    STR_INIT("\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\""),
    STR_INIT("\"\x7f\""),
    STR_INIT("[]"),
    STR_INIT("{}"),
    STR_INIT("[1]"),
    STR_INIT("[[],{}]"),
    STR_INIT("{\"a\":1}"),
    STR_INIT("{\"a\":1,\"a\":2}"),
    STR_INIT("{\"\":{}}"),
    STR_INIT(" \t\r\n[ 1 , 2 ] \n"),
    STR_INIT("[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]"),
    STR_INIT("{\"a\":[1,{\"b\":null}]}"),
    STR_INIT("\"\\uFFFF\""),
    STR_INIT("[\"]\"]"),
};

/* text, and the offset of the first byte that is wrong */
static const struct {
    struct str text;
    size_t off;
} rejected[] = {
    { STR_INIT(""), 0 },
    { STR_INIT("  "), 2 },
    { STR_INIT("nul"), 0 },
    { STR_INIT("nulll"), 4 },
    { STR_INIT("True"), 0 },
    { STR_INIT("NaN"), 0 },
    { STR_INIT("Infinity"), 0 },
    { STR_INIT("-"), 1 },
    { STR_INIT("+1"), 0 },
    { STR_INIT("01"), 1 },
    { STR_INIT("-01"), 2 },
    { STR_INIT("00"), 1 },
    { STR_INIT("1."), 2 },
    { STR_INIT(".5"), 0 },
    { STR_INIT("1.e5"), 2 },
    { STR_INIT("1e"), 2 },
    { STR_INIT("1e+"), 3 },
    { STR_INIT("1e5.5"), 3 },
    { STR_INIT("0x10"), 1 },
    { STR_INIT("1_000"), 1 },
    { STR_INIT("--1"), 1 },
    { STR_INIT("\""), 1 },
    { STR_INIT("\"a"), 2 },
    { STR_INIT("\"\\\""), 3 },
    { STR_INIT("\"\\"), 1 },
    { STR_INIT("\"\\a\""), 1 },
    { STR_INIT("\"\\x41\""), 1 },
    { STR_INIT("\"\\'\""), 1 },
    { STR_INIT("\"\\\0\""), 1 },
    { STR_INIT("\"\\u12\""), 1 },
    { STR_INIT("\"\\u12g4\""), 1 },
    { STR_INIT("\"\\u-123\""), 1 },
    { STR_INIT("\"\\U0041\""), 1 },
    { STR_INIT("\"\\ud800\""), 1 },
    { STR_INIT("\"\\ud800x\""), 1 },
    { STR_INIT("\"\\ud800\\n\""), 1 },
    { STR_INIT("\"\\ud800\\u0041\""), 1 },
    { STR_INIT("\"\\udc00\""), 1 },
    { STR_INIT("\"\\udfff\\ud800\""), 1 },
    { STR_INIT("\"\\ud83d\\ud83d\\ude00\""), 1 },
    { STR_INIT("\"\\ud83d\\ude0"), 1 },
    { STR_INIT("\"a\nb\""), 2 },
    { STR_INIT("\"a\tb\""), 2 },
    { STR_INIT("\"\0\""), 1 },
    { STR_INIT("\"\x1f\""), 1 },
    { STR_INIT("\"\xff\""), 1 },
    { STR_INIT("\"\x80\""), 1 },
    { STR_INIT("\"\xc3\""), 1 },
    { STR_INIT("\"\xc0\x80\""), 1 },
    { STR_INIT("\"\xed\xa0\x80\""), 1 },
    { STR_INIT("\"\xf4\x90\x80\x80\""), 1 },
    { STR_INIT("\"\xe2\x82"), 1 },
    { STR_INIT("'a'"), 0 },
    { STR_INIT("["), 1 },
    { STR_INIT("[1"), 2 },
    { STR_INIT("[1,"), 3 },
    { STR_INIT("[1,]"), 3 },
    { STR_INIT("[,1]"), 1 },
    { STR_INIT("[1 2]"), 3 },
    { STR_INIT("[1}"), 2 },
    { STR_INIT("]"), 0 },
    { STR_INIT("[]]"), 2 },
    { STR_INIT("{"), 1 },
    { STR_INIT("{]"), 1 },
    { STR_INIT("{\"a\"}"), 4 },
    { STR_INIT("{\"a\":}"), 5 },
    { STR_INIT("{\"a\":1,}"), 7 },
    { STR_INIT("{\"a\" 1}"), 5 },
    { STR_INIT("{a:1}"), 1 },
    { STR_INIT("{1:1}"), 1 },
    { STR_INIT("{,}"), 1 },
    { STR_INIT("{\"a\":1 \"b\":2}"), 7 },
    { STR_INIT("{\"a\"::1}"), 5 },
    { STR_INIT("{\"a\":1]"), 6 },
    { STR_INIT("{\"a\",1}"), 4 },
    { STR_INIT("[\"a\":1]"), 4 },
    { STR_INIT("1 2"), 2 },
    { STR_INIT("{} {}"), 3 },
    { STR_INIT("null\0"), 4 },
    { STR_INIT("[1]//c"), 3 },
    { STR_INIT("/**/1"), 0 },
    { STR_INIT("\xef\xbb\xbf[]"), 0 },
    { STR_INIT("\f1"), 0 },
    { STR_INIT("\xc2\xa0[]"), 0 },
    { STR_INIT("[\0]"), 1 },
};

static void what_the_rfc_allows_is_read(void)
{
    for (size_t idx = 0; idx < WICK_COUNT_OF(accepted); idx++) {
        size_t off = 0;
        enum wick_err err = read_exact(accepted[idx], TOKENS, &off);
        if (err != WICK_OK) {
            fprintf(stderr, "case %zu: %s\n", idx, accepted[idx].ptr);
        }
        T_EQ_INT(err, WICK_OK);
    }
}

static void what_it_does_not_allow_is_refused_at_its_place(void)
{
    for (size_t idx = 0; idx < WICK_COUNT_OF(rejected); idx++) {
        size_t off = 99;
        enum wick_err err = read_exact(rejected[idx].text, TOKENS, &off);
        if (err != WICK_E_SYNTAX || off != rejected[idx].off) {
            fprintf(stderr, "case %zu: %s\n", idx, rejected[idx].text.ptr);
        }
        T_EQ_INT(err, WICK_E_SYNTAX);
        T_EQ_INT(off, rejected[idx].off);
        T_EQ_INT(json.len, 0);
    }
    T_EQ_INT(read_exact(STR("["), TOKENS, NULL), WICK_E_SYNTAX);
    T_EQ_INT(json_read(&json, (struct str){ NULL, 0 }, tokens, TOKENS, NULL), WICK_E_SYNTAX);
}

/* Every beginning of a container or string is malformed, none reads past its end. */
static void no_beginning_of_a_document_is_a_document(void)
{
    struct str whole = STR("{\"type\":\"a\\u00e4\\ud83d\\ude00\xc3\xa4\",\"n\":[-1.5e+3,true,false,"
                           "null,{}],\"s\":{\"\":[]}}");
    for (size_t len = 0; len < whole.len; len++) {
        T_EQ_INT(read_exact((struct str){ whole.ptr, len }, TOKENS, NULL), WICK_E_SYNTAX);
    }
    T_EQ_INT(read_exact(whole, TOKENS, NULL), WICK_OK);
}

static void depth_has_its_limit(void)
{
    char text[64];
    for (size_t depth = JSON_DEPTH_MAX - 1; depth <= JSON_DEPTH_MAX + 1; depth++) {
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        size_t off = 0;
        T_EQ_INT(read_exact((struct str){ text, 2 * depth }, TOKENS, &off),
                 depth <= JSON_DEPTH_MAX ? WICK_OK : WICK_E_FULL);
        if (depth > JSON_DEPTH_MAX) {
            T_EQ_INT(off, JSON_DEPTH_MAX);
        }
    }
    memset(text, '[', sizeof text);
    T_EQ_INT(read_exact((struct str){ text, sizeof text }, TOKENS, NULL), WICK_E_FULL);
    for (size_t idx = 0; idx < 16; idx++) {
        memcpy(text + 3 * idx, "[],", 3); /* depth is given back */
    }
    text[0] = '[';
    text[1] = '1';
    text[47] = ']';
    T_EQ_INT(read_exact((struct str){ text, 48 }, TOKENS, NULL), WICK_OK);
}

static void tokens_have_their_limit(void)
{
    struct str text = STR("{\"a\":[1,\"b\",{}]}"); /* 6 tokens */
    for (uint16_t cap = 0; cap <= 5; cap++) {
        T_EQ_INT(read_exact(text, cap, NULL), WICK_E_FULL);
    }
    T_EQ_INT(read_exact(text, 6, NULL), WICK_OK);
    T_EQ_INT(read_exact(text, 7, NULL), WICK_OK);
    T_EQ_INT(json.len, 6);
}

static void the_largest_token_array_is_used_to_its_end(void)
{
    static struct json_tok many[UINT16_MAX];
    static char text[2 * UINT16_MAX + 2];
    size_t len = 0;
    text[len++] = '[';
    for (unsigned idx = 0; idx < UINT16_MAX - 1; idx++) {
        if (idx > 0) {
            text[len++] = ',';
        }
        text[len++] = '1';
    }
    text[len++] = ']';
    T_EQ_INT(json_read(&json, (struct str){ text, len }, many, UINT16_MAX, NULL), WICK_OK);
    T_EQ_INT(many[0].count, UINT16_MAX - 1);
    T_EQ_INT(many[0].next, UINT16_MAX);
    text[len - 1] = ',';
    text[len++] = '1';
    text[len++] = ']';
    T_EQ_INT(json_read(&json, (struct str){ text, len }, many, UINT16_MAX, NULL), WICK_E_FULL);
}

#define T_TOK(idx, want_kind, want_text, want_count, want_next)                                    \
    do {                                                                                           \
        T_EQ_INT(tokens[idx].kind, want_kind);                                                     \
        T_EQ_TEXT(json.text.ptr + tokens[idx].off, tokens[idx].len, want_text);                    \
        T_EQ_INT(tokens[idx].count, want_count);                                                   \
        T_EQ_INT(tokens[idx].next, want_next);                                                     \
    } while (0)

static void tokens_lie_in_order_and_say_where_the_next_one_is(void)
{
    T_EQ_INT(read_exact(STR(" {\"a\" : [1, {\"x\":\"\\n\"}, []] , \"b\":null} "), TOKENS, NULL),
             WICK_OK);
    T_EQ_INT(json.len, 10);
    T_TOK(0, JSON_OBJECT, "{\"a\" : [1, {\"x\":\"\\n\"}, []] , \"b\":null}", 2, 10);
    T_TOK(1, JSON_STRING, "a", 0, 2);
    T_TOK(2, JSON_ARRAY, "[1, {\"x\":\"\\n\"}, []]", 3, 8);
    T_TOK(3, JSON_NUMBER, "1", 0, 4);
    T_TOK(4, JSON_OBJECT, "{\"x\":\"\\n\"}", 1, 7);
    T_TOK(5, JSON_STRING, "x", 0, 6);
    T_TOK(6, JSON_STRING, "\\n", 0, 7);
    T_TOK(7, JSON_ARRAY, "[]", 0, 8);
    T_TOK(8, JSON_STRING, "b", 0, 9);
    T_TOK(9, JSON_NULL, "null", 0, 10);
    T_CHECK(tokens[5].is_plain && !tokens[6].is_plain);
}

static void members_are_found_by_name(void)
{
    T_EQ_INT(read_exact(STR("{\"skip\":{\"key\":0},\"k\\u0065y\":7,\"key\":8,\"e\":\"\",\"\":9}"),
                        TOKENS, NULL),
             WICK_OK);
    int64_t value = 0;
    T_EQ_INT(json_i64(&json, json_member(&json, 0, STR("key")), &value), WICK_OK);
    T_EQ_INT(value, 7); /* the first, escaped or not */
    T_EQ_INT(json_i64(&json, json_member(&json, 0, STR("")), &value), WICK_OK);
    T_EQ_INT(value, 9);
    T_EQ_INT(
        json_i64(&json, json_member(&json, json_member(&json, 0, STR("skip")), STR("key")), &value),
        WICK_OK);
    T_EQ_INT(value, 0);
    T_EQ_INT(json_member(&json, 0, STR("ke")), -1);
    T_EQ_INT(json_member(&json, 0, STR("keyy")), -1);
    T_EQ_INT(json_member(&json, -1, STR("key")), -1);
    T_EQ_INT(json_member(&json, 1, STR("key")), -1); /* no object */
    T_CHECK(json_is_text(&json, json_member(&json, 0, STR("e")), STR("")));
    T_CHECK(!json_is_text(&json, -1, STR("")));
    T_CHECK(!json_is_text(&json, 0, STR("")));
    T_EQ_INT(read_exact(STR("{}"), TOKENS, NULL), WICK_OK);
    T_EQ_INT(json_member(&json, 0, STR("key")), -1);
}

static void text_is_unescaped_whole_or_not_at_all(void)
{
    struct str want = STR("a\"\\/\b\f\n\r\t\0\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\xc3\xbcz");
    T_EQ_INT(
        read_exact(
            STR("[\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\u00e4\\u20AC\\uD83d\\uDe00\xc3\xbcz\", "
                "-1.50, true, null]"),
            TOKENS, NULL),
        WICK_OK);
    char mem[64];
    for (size_t cap = 0; cap <= want.len; cap++) {
        struct buf buf;
        buf_init(&buf, mem, cap);
        json_put_text(&json, 1, &buf);
        T_EQ_INT(buf.err, cap < want.len ? WICK_E_FULL : WICK_OK);
        T_EQ_INT(buf.len, cap < want.len ? 0 : want.len);
    }
    T_CHECK(memcmp(mem, want.ptr, want.len) == 0);
    T_CHECK(json_is_text(&json, 1, want));
    for (size_t len = 0; len < want.len; len++) {
        T_CHECK(!json_is_text(&json, 1, (struct str){ want.ptr, len }));
    }
    T_CHECK(!json_is_text(&json, 1,
                          STR("a\"\\/\b\f\n\r\t\0\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\xc3\xbcz!")));
    struct buf buf;
    buf_init(&buf, mem, sizeof mem);
    for (int tok = 2; tok <= 4; tok++) {
        json_put_text(&json, tok, &buf);
    }
    json_put_text(&json, -1, &buf);
    T_EQ_TEXT(buf.ptr, buf.len, "-1.50truenull");
}

static void integers_are_integers_of_64_bits(void)
{
    static const struct {
        struct str text;
        enum wick_err err;
        int64_t value;
    } cases[] = {
        { STR_INIT("0"), WICK_OK, 0 },
        { STR_INIT("-0"), WICK_OK, 0 },
        { STR_INIT("9223372036854775807"), WICK_OK, INT64_MAX },
        { STR_INIT("-9223372036854775808"), WICK_OK, INT64_MIN },
        { STR_INIT("9223372036854775808"), WICK_E_RANGE, 5 },
        { STR_INIT("-9223372036854775809"), WICK_E_RANGE, 5 },
        { STR_INIT("1.0"), WICK_E_RANGE, 5 },
        { STR_INIT("1e2"), WICK_E_RANGE, 5 },
        { STR_INIT("\"1\""), WICK_E_RANGE, 5 },
        { STR_INIT("null"), WICK_E_RANGE, 5 },
    };

    for (size_t idx = 0; idx < WICK_COUNT_OF(cases); idx++) {
        int64_t value = 5;
        T_EQ_INT(read_exact(cases[idx].text, 1, NULL), WICK_OK);
        T_EQ_INT(json_i64(&json, 0, &value), cases[idx].err);
        T_EQ_INT(value, cases[idx].err == WICK_OK ? cases[idx].value : 5);
    }
    int64_t value = 5;
    T_EQ_INT(json_i64(&json, -1, &value), WICK_E_RANGE);
}

/* Write what was read, read that: the same tokens. */
static void put_value(struct buf *out)
{
    for (int tok = 0; tok < json.len; tok++) { /* in document order each token is printed by itself;
                                                  brackets come from the slices */
        char mem[128];
        struct buf text;
        buf_init(&text, mem, sizeof mem);
        if (tokens[tok].kind == JSON_ARRAY || tokens[tok].kind == JSON_OBJECT) {
            continue;
        }
        json_put_text(&json, tok, &text);
        if (tokens[tok].kind == JSON_STRING) {
            buf_put_json_str(out, buf_str(&text));
        }
        if (tokens[tok].kind != JSON_STRING) {
            buf_put_str(out, buf_str(&text));
        }
        buf_put_u8(out, ',');
    }
}

static void a_round_trip_keeps_every_value(void)
{
    char first[1024], second[1024];
    struct buf a, b;
    buf_init(&a, first, sizeof first);
    buf_init(&b, second, sizeof second);
    T_EQ_INT(read_exact(STR("{\"a\\n\":[\"\\u0001\\ud83d\\ude00\",{\"\\/"
                            "\":-1.5e3}],\"\xc3\xa4\":true,\"n\":null}"),
                        TOKENS, NULL),
             WICK_OK);
    buf_put_u8(&a, '[');
    put_value(&a);
    buf_cut(&a, a.len - 1);
    buf_put_u8(&a, ']');
    T_EQ_TEXT(a.ptr, a.len,
              "[\"a\\n\",\"\\u0001\xf0\x9f\x98\x80\",\"/\",-1.5e3,\"\xc3\xa4\",true,\"n\",null]");
    T_EQ_INT(read_exact(buf_str(&a), TOKENS, NULL), WICK_OK);
    buf_put_u8(&b, '[');
    put_value(&b);
    buf_cut(&b, b.len - 1);
    buf_put_u8(&b, ']');
    T_CHECK(str_eq(buf_str(&a), buf_str(&b)));
}

/* Bytes thrown in at random: nothing is read out of bounds, and what is accepted has consistent
 * tokens. */
static void noise_is_survived(void)
{
    static const char alphabet[] = "[]{},:\"\\ue0d8-1.tn \xc3\xa4";
    uint32_t state = 1;
    unsigned good = 0;
    for (unsigned round = 0; round < 100000; round++) {
        char text[12];
        size_t len = 0;
        for (; len < sizeof text; len++) {
            state = (uint32_t)((state * 1103515245ull + 12345) & 0x7fffffff);
            text[len] = alphabet[state / 65536 % (sizeof alphabet - 1)];
        }
        len = state / 7 % sizeof text;
        if (read_exact((struct str){ text, len }, TOKENS, NULL) != WICK_OK) {
            continue;
        }
        good++;
        T_EQ_INT(tokens[0].next, json.len);
        for (int tok = 0; tok < json.len; tok++) {
            T_CHECK(tokens[tok].next > tok && tokens[tok].next <= json.len);
            T_CHECK(tokens[tok].off + tokens[tok].len <= len);
        }
    }
    T_CHECK(good > 100); /* or the noise tests nothing */
}

int main(void)
{
    what_the_rfc_allows_is_read();
    what_it_does_not_allow_is_refused_at_its_place();
    no_beginning_of_a_document_is_a_document();
    depth_has_its_limit();
    tokens_have_their_limit();
    the_largest_token_array_is_used_to_its_end();
    tokens_lie_in_order_and_say_where_the_next_one_is();
    members_are_found_by_name();
    text_is_unescaped_whole_or_not_at_all();
    integers_are_integers_of_64_bits();
    a_round_trip_keeps_every_value();
    noise_is_survived();
    free(exact);
    return t_done();
}
