/* base_test.c - the small ones: base/clk.h, base/err.h, base/seq.h, base/stat.h */
#include "base/clk.h"
#include "base/err.h"
#include "base/seq.h"
#include "base/stat.h"
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

static void counters_are_listed_once_in_order(void)
{
    static struct stat_counter a = { "a", "first", 1, true, false, NULL };
    static struct stat_counter b = { "b", "second", 2, false, false, NULL };
    T_CHECK(stat_first() == NULL);
    stat_add(&a);
    stat_add(&b);
    stat_add(&a);
    stat_add(&b);
    T_CHECK(stat_first() == &a && a.next == &b && b.next == NULL);
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
    counters_are_listed_once_in_order();
    sequence_numbers_wrap();
    return t_done();
}
