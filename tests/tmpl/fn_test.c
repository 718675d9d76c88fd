/* fn_test.c - the standard functions, escapers on what a char array cannot hold, texts taken and
 * dropped, patterns. */
#include "t.h"
#include "tmpl/tmpl_fn.h"
#include "wickc/form/pattern.h"
#include "wickc/wickc.h"

static uint8_t mem[4096];

/* Compare what a call appends to out. */
#define T_WRITES(call, want)                                                                       \
    do {                                                                                           \
        struct buf buf_, *out = &buf_;                                                             \
        buf_init(out, mem, sizeof mem);                                                            \
        call;                                                                                      \
        T_EQ_TEXT((const char *)out->ptr, out->len, (want));                                       \
        T_EQ_INT(out->err, WICK_OK);                                                               \
    } while (0)

static void functions_write_texts(void)
{
    T_WRITES(fn_bytes(out, 0), "0 B");
    T_WRITES(fn_bytes(out, 1023), "1023 B");
    T_WRITES(fn_bytes(out, 1024), "1.0 KiB");
    T_WRITES(fn_bytes(out, 10239), "9.9 KiB");
    T_WRITES(fn_bytes(out, 10240), "10 KiB");
    T_WRITES(fn_bytes(out, (1u << 20) - 1), "1023 KiB");
    T_WRITES(fn_bytes(out, 1u << 20), "1.0 MiB");
    T_WRITES(fn_bytes(out, UINT64_MAX), "15 EiB");
    T_WRITES(fn_rate(out, 3500), "3.4 KiB/s");
    T_WRITES(fn_duration(out, 0), "0 s");
    T_WRITES(fn_duration(out, 59), "59 s");
    T_WRITES(fn_duration(out, 60), "1 min");
    T_WRITES(fn_duration(out, 303), "5 min 3 s");
    T_WRITES(fn_duration(out, 86399), "23 h 59 min");
    T_WRITES(fn_duration(out, 3 * 86400 + 4 * 3600 + 59), "3 d 4 h");
    T_WRITES(fn_ago(out, 0), "just now");
    T_WRITES(fn_ago(out, 59), "just now");
    T_WRITES(fn_ago(out, 60), "1 min ago");
    T_WRITES(fn_ago(out, 3599), "59 min ago");
    T_WRITES(fn_ago(out, 3600), "1 h ago");
    T_WRITES(fn_ago(out, 86399), "23 h ago");
    T_WRITES(fn_ago(out, 3 * 86400 + 5), "3 d ago");
    T_WRITES(fn_ago(out, UINT64_MAX), "213503982334601 d ago");
    T_WRITES(fn_percent(out, -3), "-3 %");
    T_WRITES(fn_milli(out, 1, 53449), "53.4");
    T_WRITES(fn_milli(out, 1, 53450), "53.5");
    T_WRITES(fn_milli(out, 0, -1500), "-2");
    T_WRITES(fn_milli(out, 2, -4), "0.00");
    T_WRITES(fn_milli(out, 2, -5), "-0.01");
    T_WRITES(fn_milli(out, 3, 7), "0.007");
    T_WRITES(fn_milli(out, 9, 7), "0.007");
    T_WRITES(fn_datetime(out, 0), "1970-01-01 00:00 UTC");
    T_WRITES(fn_datetime(out, 951782399), "2000-02-28 23:59 UTC");
    T_WRITES(fn_datetime(out, 951782400), "2000-02-29 00:00 UTC");
    T_WRITES(fn_datetime(out, 1795255200), "2026-11-21 10:00 UTC");
    T_WRITES(fn_datetime(out, 4107542400), "2100-03-01 00:00 UTC");
    T_WRITES(fn_datetime(out, UINT64_MAX), "never");
    T_WRITES(fn_plural(out, STR("port"), STR("ports"), 1), "port");
    T_WRITES(fn_plural(out, STR("port"), STR("ports"), 0), "ports");
    T_WRITES(fn_truncate(out, 3, STR("abc")), "abc");
    T_WRITES(fn_truncate(out, 3, STR("abcd")), "ab\xe2\x80\xa6");
    T_WRITES(fn_truncate(out, 2, STR("\xc3\xa4\xc3\xb6\xc3\xbc")), "\xc3\xa4\xe2\x80\xa6");
    T_WRITES(fn_truncate(out, 0, STR("abcd")), "");
    T_WRITES(fn_default(out, STR("-"), STR("")), "-");
    T_WRITES(fn_default(out, STR("-"), STR("x")), "x");
}

#define SPARK(width, points)                                                                       \
    "<svg class=\"spark\" viewBox=\"0 0 " width                                                    \
    " 20\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><polyline fill=\"none\" "             \
    "stroke=\"currentColor\" points=\"" points "\"></polyline></svg>"

static void a_spark_goes_from_its_lowest_to_its_highest_value(void)
{
    static const int8_t small[] = { -128, 127, 0 };
    static const uint16_t flat[] = { 7, 7 };
    static const int32_t one[] = { -5 };
    static const int64_t extreme[] = { INT64_MIN, INT64_MAX, 0, -1 };
    static const uint64_t large[] = { UINT64_MAX, 0, UINT64_MAX / 2 };
    static const uint32_t close[] = { UINT32_MAX, UINT32_MAX - 1, UINT32_MAX - 4 };
    static uint8_t many[1000];
    T_WRITES(tmpl_spark(out, small, 0, 1, true), "");
    T_WRITES(tmpl_spark(out, small, 3, 1, true), SPARK("2", "0,20 1,0 2,10"));
    T_WRITES(tmpl_spark(out, small, 3, 1, false), SPARK("2", "0,0 1,0 2,20"));
    T_WRITES(tmpl_spark(out, flat, 2, 2, false), SPARK("1", "0,10 1,10"));
    T_WRITES(tmpl_spark(out, one, 1, 4, true), SPARK("1", "0,10 1,10"));
    T_WRITES(tmpl_spark(out, extreme, 4, 8, true), SPARK("3", "0,20 1,0 2,10 3,10"));
    T_WRITES(tmpl_spark(out, large, 3, 8, false), SPARK("2", "0,0 1,20 2,10"));
    T_WRITES(tmpl_spark(out, close, 3, 4, false), SPARK("2", "0,0 1,5 2,20"));
    many[999] = 20; /* the newest one is always there */
    struct buf out;
    buf_init(&out, mem, sizeof mem);
    tmpl_spark(&out, many, 1000, 1, false);
    T_CHECK(out.err == WICK_OK && out.len < 2048 &&
            strstr(buf_cstr(&out), "viewBox=\"0 0 199 20\"") != NULL &&
            strstr(buf_cstr(&out), " 198,20 199,0\"") != NULL);
}

static void zero_bytes_are_escaped(void)
{
    struct str zero = { "a\0b", 3 };
    T_WRITES(tmpl_escape(out, zero, TMPL_ESC_HTML), "a\xef\xbf\xbd"
                                                    "b");
    T_WRITES(tmpl_escape(out, zero, TMPL_ESC_NOSPACE), "a&#xfffd;b");
    T_WRITES(tmpl_escape(out, zero, TMPL_ESC_URL), "a%00b");
    T_WRITES(tmpl_escape(out, zero, TMPL_ESC_JS), "\"a\\u0000b\"");
    T_WRITES(tmpl_escape(out, zero, TMPL_ESC_JS_STR), "a\\u0000b");
    T_WRITES(tmpl_escape(out, zero, TMPL_ESC_JS_TMPL), "a\\u0000b");
    T_WRITES(tmpl_escape(out, zero, TMPL_ESC_JS_REGEXP), "a\\u0000b");
    T_WRITES(tmpl_escape(out, zero, TMPL_ESC_CSS), "ZgotmplZ");
    T_WRITES(tmpl_escape(out, zero, TMPL_ESC_CSS_STR), "a\\0 b");
    T_WRITES(tmpl_escape(out, zero, TMPL_ESC_NAME), "ZgotmplZ");
    T_WRITES(tmpl_escape(out, zero, TMPL_ESC_COMMENT), "");
    T_WRITES(tmpl_escape(out, (struct str){ NULL, 0 }, TMPL_ESC_NAME), "ZgotmplZ");
    T_WRITES(
        tmpl_escape(out, (struct str){ NULL, 0 }, TMPL_ESC_URL | TMPL_ESC_FILTER | TMPL_ESC_ATTR),
        "");
    T_WRITES(tmpl_escape(out, (struct str){ NULL, 0 }, TMPL_ESC_SRCSET), "");
}

static void typed_content_is_escaped_for_its_place(void)
{
    struct str zero = { "<b>a\0&amp;</b>", 14 };
    T_WRITES(tmpl_escape_safe(out, zero, TMPL_ESC_RCDATA | TMPL_ESC_SAFE),
             "&lt;b&gt;a\xef\xbf\xbd&amp;&lt;/b&gt;");
    T_WRITES(tmpl_escape_safe(out, zero, TMPL_ESC_ATTR | TMPL_ESC_SAFE), "a\xef\xbf\xbd&amp;");
    T_WRITES(tmpl_escape_safe(out, zero, TMPL_ESC_NOSPACE | TMPL_ESC_SAFE), "a&#xfffd;&amp;");
    T_WRITES(tmpl_escape_safe(out, (struct str){ NULL, 0 }, TMPL_ESC_JS | TMPL_ESC_SAFE), "\"\"");
    T_WRITES(tmpl_escape_safe(out, (struct str){ NULL, 0 }, TMPL_ESC_ATTR | TMPL_ESC_SAFE), "");
    T_WRITES(buf_put_text(out, "x<i>y</i>");
             tmpl_escape_safe_since(out, 1, TMPL_ESC_ATTR | TMPL_ESC_SAFE), "xy");
    T_WRITES(tmpl_escape_safe(out, STR("a,b c"), TMPL_ESC_SRCSET | TMPL_ESC_SAFE | TMPL_ESC_ATTR),
             "a%2cb%20c");
}

static void a_value_without_quotes_is_never_empty(void)
{
    const struct str none = { NULL, 0 };
    T_WRITES(tmpl_escape(out, none, TMPL_ESC_NOSPACE), "ZgotmplZ");
    T_WRITES(tmpl_escape(out, none, TMPL_ESC_URL | TMPL_ESC_FILTER | TMPL_ESC_NOSPACE), "ZgotmplZ");
    T_WRITES(tmpl_escape(out, STR("x"), TMPL_ESC_COMMENT | TMPL_ESC_NOSPACE), "ZgotmplZ");
    T_WRITES(tmpl_escape_safe(out, STR("<b></b>"), TMPL_ESC_NOSPACE | TMPL_ESC_SAFE), "ZgotmplZ");
    T_WRITES(buf_put_text(out, "a="); tmpl_escape_since(out, 2, TMPL_ESC_NOSPACE), "a=ZgotmplZ");
    T_WRITES(tmpl_escape(out, none, TMPL_ESC_ATTR), "");
}

static void guarded_values_are_harmless_in_two_places(void)
{
    const unsigned guard = TMPL_ESC_GUARD;
    struct str code = STR("a=`x` b,c;\u00a0d");
    T_WRITES(tmpl_escape(out, code, TMPL_ESC_JS_REGEXP | guard),
             "a\\u003d\\u0060x\\u0060\\u0020b\\u002cc\\u003b\u00a0d");
    T_WRITES(tmpl_escape(out, code, TMPL_ESC_JS_REGEXP), "a=`x` b,c;\u00a0d");
    T_WRITES(tmpl_escape(out, STR("!-- a"), TMPL_ESC_JS_STR | guard), "\\u0021-- a");
    T_WRITES(tmpl_escape(out, STR("ipt>"), TMPL_ESC_JS_TMPL | guard), "\\u0069pt\\u003e");
    T_WRITES(tmpl_escape(out, STR(""), TMPL_ESC_JS_STR | guard), "");
    T_WRITES(tmpl_escape(out, STR("\n\xc3\xa9"), TMPL_ESC_JS_STR | guard), "\\n\xc3\xa9");
    T_WRITES(tmpl_escape(out, STR("<b>&\""), TMPL_ESC_HTML | TMPL_ESC_ATTR | guard),
             "&amp;lt;b&amp;gt;&amp;amp;&amp;#34;");
    T_WRITES(tmpl_escape(out, STR("script"), TMPL_ESC_NAME | guard), "ZgotmplZ");
    T_WRITES(tmpl_put_i64(out, 3, 8, TMPL_ESC_NAME | guard), "3");
}

static void a_full_buffer_is_not_overrun(void)
{
    struct buf out;
    for (size_t cap = 0; cap < 40; cap++) {
        memset(mem, 0x55, sizeof mem);
        buf_init(&out, mem, cap);
        buf_put_text(&out, "<a&b>");
        tmpl_escape_since(&out, 0, TMPL_ESC_HTML);
        T_CHECK(mem[cap] == 0x55 && (out.err == WICK_OK) == (cap >= 5 + 15));
        struct str taken = tmpl_taken(&out, 0);
        T_CHECK(taken.ptr != NULL && (out.err == WICK_OK || taken.len == 3));
        tmpl_fmt_pad(&out, 0, &(struct tmpl_fmt){ 's', TMPL_FMT_WIDTH, 30, 0 });
        tmpl_fmt_i64(&out, -5, 8, &(struct tmpl_fmt){ 'd', TMPL_FMT_PREC, 0, TMPL_FMT_MAX });
        tmpl_quote_str(&out, STR("a\nb"), 0,
                       &(struct tmpl_fmt){ 'q', TMPL_FMT_WIDTH, TMPL_FMT_MAX, 0 });
        tmpl_escape_safe(&out, STR("<i>x</i>\"y"), TMPL_ESC_ATTR | TMPL_ESC_SAFE);
        tmpl_drop(&out, 0, 2);
        T_CHECK(mem[cap] == 0x55);
    }
}

static void texts_are_padded_and_dropped(void)
{
    T_WRITES(buf_put_text(out, "keep drop tail"); tmpl_drop(out, 4, 9), "keep tail");
    T_WRITES(tmpl_put_hex(out, 0); tmpl_put_hex(out, UINT64_MAX);
             tmpl_put_hex(out, 0x10), "0ffffffffffffffff10");
    T_WRITES(buf_put_text(out, "<'a=\xc3\xa4\xc2\xad");
             tmpl_js_since(out, 1), "<\\'a\\u003D\xc3\xa4\\u00AD");
    T_WRITES(buf_put_str(out, tmpl_slice(STR("abcdef"), -3, 2));
             buf_put_str(out, tmpl_slice(STR("abcdef"), 4, INT64_MAX)), "abef");
    T_EQ_INT(tmpl_slice(STR("abc"), 2, 1).len + tmpl_slice(STR("abc"), INT64_MAX, INT64_MAX).len +
                 tmpl_slice(STR("abc"), INT64_MIN, -1).len,
             0);
    T_CHECK(tmpl_byte(STR("abc"), 2) == 'c' && tmpl_byte(STR("abc"), 3) == 0 &&
            tmpl_byte(STR(""), UINT64_MAX) == 0);
    T_CHECK(!tmpl_is_print(0x1f) && tmpl_is_print(' ') && !tmpl_is_print(0x7f) &&
            tmpl_is_print(0x1f600) && !tmpl_is_print(0xe0001) && tmpl_is_print(0x2a700));
    T_CHECK(tmpl_compare(-1, 0) < 0 && tmpl_compare(5, 5) == 0 &&
            tmpl_compare(INT64_MAX, UINT64_MAX) < 0 && tmpl_compare(6, 5) > 0);
    T_CHECK(tmpl_compare_text(STR("ab"), STR("abc")) < 0 &&
            tmpl_compare_text(STR("b"), STR("abc")) > 0 &&
            tmpl_compare_text(STR(""), STR("")) == 0);
}

/* Run a pattern on a text; -1: not a pattern. */
static int match(const char *pattern, const char *text)
{
    struct wc wc = { .err = tmpfile() };
    struct matcher *made = pattern_compile(&wc, str_of(pattern), (struct pos){ 0 });
    int result = -1;
    if (made != NULL) {
        uint8_t next[PATTERN_STATES_MAX * PATTERN_CLASSES_MAX],
            is_end[PATTERN_STATES_MAX / 8 + 1] = { 0 };
        for (unsigned state = 0; state < made->states; state++) {
            memcpy(&next[state * made->classes], made->next[state], made->classes);
            is_end[state / 8] = (uint8_t)(is_end[state / 8] | made->is_end[state] << state % 8);
        }
        struct tmpl_matcher matcher = { made->bound, next, is_end, (uint16_t)made->classes };
        result = tmpl_match(&matcher, str_of(text));
    }
    fclose(wc.err);
    wc_close(&wc);
    return result;
}

static void patterns_match_as_in_a_browser(void)
{
    static const struct {
        const char *pattern, *text;
        int want;
    } row[] = {
        { "", "", 1 },
        { "", "a", 0 },
        { "abc", "abc", 1 },
        { "abc", "abcd", 0 },
        { "a|bc", "bc", 1 },
        { "a|bc", "abc", 0 },
        { "^a|b$", "b", 1 },
        { "a?b", "b", 1 },
        { "a*", "aaaa", 1 },
        { "a+", "", 0 },
        { "(ab)+", "abab", 1 },
        { "(ab)+", "aba", 0 },
        { "(?:a|b)*c", "abbac", 1 },
        { "a{3}", "aaa", 1 },
        { "a{3}", "aa", 0 },
        { "a{2,}", "aaaaa", 1 },
        { "a{2,}", "a", 0 },
        { "a{1,3}", "aaaa", 0 },
        { "a{0}b", "b", 1 },
        { "[a-c]+", "abc", 1 },
        { "[a-c]+", "abd", 0 },
        { "[^a-c]", "d", 1 },
        { "[^a-c]", "b", 0 },
        { "[a\\-z]+", "a-z", 1 },
        { "\\d\\w\\s", "1_ ", 1 },
        { "\\D", "1", 0 },
        { ".", "\n", 0 },
        { ".", "\xf0\x9f\x98\x80", 1 },
        { "\\u{1F600}", "\xf0\x9f\x98\x80", 1 },
        { "\\x41\\u0042", "AB", 1 },
        { "[\\d.]+", "1.2", 1 },
        { "(25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}", "192.168.1.255",
          1 },
        { "(25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}", "192.168.1.256",
          0 },
        { "a+?", "aa", 1 },
        { "(a*)*", "aaa", 1 },
        { "[]", "a", 0 },
        { "[^]", "a", 1 },
        { "\\/", "/", 1 },
        { "/", "/", 1 },
        { "a-b", "a-b", 1 },
        { "[\\s\\S]*", "x\ny", 1 },
        { "[a-z-]", "a", -1 },
        { "[(]", "(", -1 },
        { "a{", "a{", -1 },
        { "}", "}", -1 },
        { "]", "]", -1 },
        { "(a", "a", -1 },
        { "a)", "a", -1 },
        { "*a", "a", -1 },
        { "a**", "a", -1 },
        { "\\-", "-", -1 },
        { "(?=a)a", "a", -1 },
        { "(a)\\1", "aa", -1 },
        { "\\bx", "x", -1 },
        { "[b-a]", "a", -1 },
        { "[a&&b]", "a", -1 },
        { "a\\", "a", -1 },
        { "x^", "x", -1 },
        { "a{3,2}", "a", -1 },
        { "[a", "a", -1 },
        { "((((((((((((((((((((((a))))))))))))))))))))))", "a", -1 },
        { "((a{99}){99}){99}", "a", -1 },
        { "\\q", "q", -1 },
        { "a{999}", "a", -1 },
    };

    for (size_t idx = 0; idx < WICK_COUNT_OF(row); idx++) {
        int got = match(row[idx].pattern, row[idx].text);
        if (got != row[idx].want) {
            t_failed++;
            fprintf(stderr, "pattern \"%s\" on \"%s\" is %d, not %d\n", row[idx].pattern,
                    row[idx].text, got, row[idx].want);
        }
    }
}

static void a_kept_text_is_cut_at_a_character(void)
{
    struct tmpl_keep keep = { .is_second = false };
    struct buf out;
    char text[600];
    for (size_t at = 0; at < sizeof text; at += 2) {
        memcpy(text + at, "\xc3\xa9", 2);
    }
    buf_init(&out, mem, sizeof mem);
    struct str one = tmpl_keep(&keep, &out, (struct str){ text, TMPL_KEEP_LEN_MAX - 1 }, false);
    T_EQ_INT(one.len, TMPL_KEEP_LEN_MAX - 1);
    struct str two = tmpl_keep(&keep, &out, (struct str){ text, sizeof text }, false);
    T_EQ_INT(two.len, TMPL_KEEP_LEN_MAX); /* 508 bytes of characters and the ellipsis */
    T_CHECK(memcmp(two.ptr + 506, "\xc3\xa9\xe2\x80\xa6", 5) == 0);
    T_CHECK(memcmp(one.ptr, text, one.len) == 0); /* still there: the new one may be made from it */
    T_EQ_INT(out.err, WICK_OK);
    (void)tmpl_keep(&keep, &out, (struct str){ text, sizeof text }, true);
    T_EQ_INT(out.err, WICK_E_FULL);
}

int main(void)
{
    a_kept_text_is_cut_at_a_character();
    functions_write_texts();
    a_spark_goes_from_its_lowest_to_its_highest_value();
    zero_bytes_are_escaped();
    typed_content_is_escaped_for_its_place();
    a_value_without_quotes_is_never_empty();
    guarded_values_are_harmless_in_two_places();
    a_full_buffer_is_not_overrun();
    texts_are_padded_and_dropped();
    patterns_match_as_in_a_browser();
    return t_done();
}
