/* base_test.c - the small ones: base/clk.h, base/err.h, base/seq.h, base/stat.h */
#include "base/clk.h"
#include "base/err.h"
#include "base/seq.h"
#include "base/stat.h"
#include "base/str.h"
#include "t.h"

#include <time.h>

static void time_is_what_was_set(void)
{
    clk_set(1999, 1700000000000);
    T_EQ_INT(clk_us(), 1999);
    T_EQ_INT(clk_ms(), 1);
    T_EQ_INT(clk_wall_ms(), 1700000000000);
    T_CHECK(clk_is_past(0) && clk_is_past(1) && !clk_is_past(2));
    clk_set(2000, 0);
    T_CHECK(clk_is_past(2) && !clk_is_past(3));
    T_EQ_INT(clk_wall_ms(), 0);
}

static void every_error_has_words(void)
{
    T_CHECK(strcmp(wick_err_text(WICK_OK), "ok") == 0);
    T_CHECK(strcmp(wick_err_text(WICK_E_CLOSED), "the connection is closed") == 0);
    T_CHECK(strcmp(wick_err_text((enum wick_err)(WICK_E_CLOSED + 1)), "unknown error") == 0);
    T_CHECK(strcmp(wick_err_text((enum wick_err) - 1), "unknown error") == 0);
}

static void a_part_is_found_anywhere(void)
{
    T_CHECK(str_has(STR("abc"), STR("abc")) && str_has(STR("abc"), STR("a")));
    T_CHECK(str_has(STR("abc"), STR("c")) && str_has(STR("aab"), STR("ab")));
    T_CHECK(str_has(STR("abc"), STR("")) && str_has(STR(""), STR("")));
    T_CHECK(!str_has(STR("abc"), STR("abcd")) && !str_has(STR(""), STR("a")));
    T_CHECK(!str_has(STR("abab"), STR("ba b")) && !str_has((struct str){ NULL, 0 }, STR("a")));
    T_CHECK(!str_has((struct str){ "abc", 2 }, STR("c")));
}

static struct stat_value stat_a, stat_b;
STAT_TOTAL(stat_a, "test_a_total", "first");
STAT_GAUGE(stat_b, "test_b", "second");

static void each_counter_is_listed_once(void)
{
    unsigned found_a = 0;
    unsigned found_b = 0;
    size_t idx = 0;
    stat_a.value = 1;
    stat_b.value = 2;
    for (; stat_at(idx) != NULL; idx++) {
        const struct stat_counter *counter = stat_at(idx);
        if (strcmp(counter->name, "test_a_total") == 0) {
            T_CHECK(counter->is_total && counter->of->value == 1);
            T_CHECK(strcmp(counter->help, "first") == 0);
            found_a++;
        }
        if (strcmp(counter->name, "test_b") == 0) {
            T_CHECK(!counter->is_total && counter->of->value == 2);
            found_b++;
        }
    }
    T_CHECK(found_a == 1 && found_b == 1);
    T_CHECK(stat_at(idx + 1) == NULL && stat_at(SIZE_MAX) == NULL);
}

static void sequence_numbers_wrap(void)
{
    T_EQ_INT(seq_add(UINT32_MAX, 1), 0);
    T_EQ_INT(seq_add(5, UINT32_MAX), 4);
    T_EQ_INT(seq_sub(0, UINT32_MAX), 1);
    T_EQ_INT(seq_sub(UINT32_MAX, 0), UINT32_MAX);
    T_EQ_INT(seq_sub(3, 3), 0);
    T_CHECK(seq_is_after(1, 0) && !seq_is_after(0, 1) && !seq_is_after(7, 7));
    T_CHECK(seq_is_after(0, UINT32_MAX) && !seq_is_after(UINT32_MAX, 0));
    T_CHECK(seq_is_after(0x7fffffff, 0) && !seq_is_after(0x80000000, 0) &&
            seq_is_after(4, 0x80000005));
    T_CHECK(seq48_add(SEQ48_MASK, 1) == 0 && seq48_sub(0, SEQ48_MASK) == 1 &&
            seq48_sub(SEQ48_MASK, 0) == SEQ48_MASK);
    T_CHECK(seq48_add(SEQ48_MASK, 1ull << 48) == SEQ48_MASK);
}

int main(void)
{
    time_is_what_was_set();
    every_error_has_words();
    a_part_is_found_anywhere();
    each_counter_is_listed_once();
    sequence_numbers_wrap();
    return t_done();
}
