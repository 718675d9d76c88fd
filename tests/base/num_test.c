/* num_test.c - base/num.h */
#include "base/buf.h"
#include "base/num.h"
#include "t.h"

static void check_u64(const char *text, uint64_t max, enum wick_err err, uint64_t want)
{
    uint64_t value = 77;
    T_EQ_INT(num_u64(str_of(text), max, &value), err);
    T_CHECK(value == (err == WICK_OK ? want : 77)); /* untouched on failure */
}

static void unsigned_numbers_are_digits_and_nothing_else(void)
{
    check_u64("0", 0, WICK_OK, 0);
    check_u64("007", 7, WICK_OK, 7);
    check_u64("255", 255, WICK_OK, 255);
    check_u64("254", 255, WICK_OK, 254);
    check_u64("256", 255, WICK_E_RANGE, 0);
    check_u64("18446744073709551615", UINT64_MAX, WICK_OK, UINT64_MAX);
    check_u64("18446744073709551614", UINT64_MAX, WICK_OK, UINT64_MAX - 1);
    check_u64("18446744073709551616", UINT64_MAX, WICK_E_RANGE, 0);
    check_u64("18446744073709551620", UINT64_MAX, WICK_E_RANGE, 0);
    check_u64("99999999999999999999", UINT64_MAX, WICK_E_RANGE, 0);
    check_u64("184467440737095516150", UINT64_MAX, WICK_E_RANGE, 0);
    check_u64("999999999999999999990", UINT64_MAX, WICK_E_RANGE, 0);
    check_u64("0000000000000000000000000000001", 1, WICK_OK, 1);
    check_u64("99999999999999999999x", UINT64_MAX, WICK_E_SYNTAX, 0);
    static const char *const bad[] = { "",    " ",   "+1", "-1", "1 ",       " 1", "1a",
                                       "0x1", "1.0", "/",  ":",  "\xd9\xa1", "1\n" };
    for (size_t idx = 0; idx < WICK_COUNT_OF(bad); idx++) {
        check_u64(bad[idx], UINT64_MAX, WICK_E_SYNTAX, 0);
    }
    uint64_t value = 0;
    T_EQ_INT(num_u64((struct str){ NULL, 0 }, 1, &value), WICK_E_SYNTAX);
    T_EQ_INT(num_u64(STR("1\0"), 9, &value), WICK_E_SYNTAX);
}

static void check_i64(const char *text, int64_t min, int64_t max, enum wick_err err, int64_t want)
{
    int64_t value = 77;
    T_EQ_INT(num_i64(str_of(text), min, max, &value), err);
    T_EQ_INT(value, err == WICK_OK ? want : 77);
}

static void signed_numbers_keep_to_their_bounds(void)
{
    check_i64("0", INT64_MIN, INT64_MAX, WICK_OK, 0);
    check_i64("-0", 0, 0, WICK_OK, 0);
    check_i64("9223372036854775807", INT64_MIN, INT64_MAX, WICK_OK, INT64_MAX);
    check_i64("9223372036854775808", INT64_MIN, INT64_MAX, WICK_E_RANGE, 0);
    check_i64("-9223372036854775808", INT64_MIN, INT64_MAX, WICK_OK, INT64_MIN);
    check_i64("-9223372036854775807", INT64_MIN, INT64_MAX, WICK_OK, INT64_MIN + 1);
    check_i64("-9223372036854775809", INT64_MIN, INT64_MAX, WICK_E_RANGE, 0);
    check_i64("-5", -5, 5, WICK_OK, -5);
    check_i64("-6", -5, 5, WICK_E_RANGE, 0);
    check_i64("5", -5, 5, WICK_OK, 5);
    check_i64("6", -5, 5, WICK_E_RANGE, 0);
    static const char *const bad[] = { "", "-", "--1", "+1", "-+1", "1-", "- 1", "-1.0", "-x" };
    for (size_t idx = 0; idx < WICK_COUNT_OF(bad); idx++) {
        check_i64(bad[idx], INT64_MIN, INT64_MAX, WICK_E_SYNTAX, 0);
    }
}

static void check_fixed(const char *text, unsigned decimals, enum wick_err err, int64_t want)
{
    int64_t value = 77;
    T_EQ_INT(num_fixed(str_of(text), decimals, &value), err);
    T_EQ_INT(value, err == WICK_OK ? want : 77);
}

static void fixed_point_is_exact_or_refused(void)
{
    check_fixed("-12.3", 2, WICK_OK, -1230);
    check_fixed("-12.34", 2, WICK_OK, -1234);
    check_fixed("-12.345", 2, WICK_E_RANGE, 0);
    check_fixed("-12.340", 2, WICK_OK, -1234);
    check_fixed("-12.3400000000001", 2, WICK_E_RANGE, 0);
    check_fixed("12", 2, WICK_OK, 1200);
    check_fixed("12", 0, WICK_OK, 12);
    check_fixed("12.0", 0, WICK_OK, 12);
    check_fixed("12.1", 0, WICK_E_RANGE, 0);
    check_fixed(".5", 1, WICK_OK, 5);
    check_fixed("-.5", 1, WICK_OK, -5);
    check_fixed("-0.0", 1, WICK_OK, 0);
    check_fixed("0.000000001", 9, WICK_OK, 1);
    check_fixed("9223372036.854775807", 9, WICK_OK, INT64_MAX);
    check_fixed("9223372036.854775808", 9, WICK_E_RANGE, 0);
    check_fixed("-9223372036.854775808", 9, WICK_OK, INT64_MIN);
    check_fixed("-9223372036.854775809", 9, WICK_E_RANGE, 0);
    check_fixed("9223372036854775807", 0, WICK_OK, INT64_MAX);
    check_fixed("9223372036854775808", 0, WICK_E_RANGE, 0);
    check_fixed("9223372036854775807", 1, WICK_E_RANGE, 0);
    check_fixed("0000000000000000000000000001.5", 1, WICK_OK, 15);
    static const char *const bad[] = { "",    "-",  ".",   "-.", "1.", "1..2", "1.2.3",
                                       "1,5", "+1", "1e3", " 1", "1 ", "1.-5", "NaN" };
    for (size_t idx = 0; idx < WICK_COUNT_OF(bad); idx++) {
        check_fixed(bad[idx], 2, WICK_E_SYNTAX, 0);
    }
}

static void what_buf_writes_num_reads(void)
{
    static const int64_t values[] = { 0,
                                      1,
                                      -1,
                                      9,
                                      10,
                                      99,
                                      100,
                                      -100,
                                      123456789,
                                      -987654321,
                                      INT64_MAX,
                                      INT64_MIN,
                                      INT64_MAX - 1,
                                      INT64_MIN + 1 };
    for (size_t idx = 0; idx < WICK_COUNT_OF(values); idx++) {
        for (unsigned decimals = 0; decimals <= 9; decimals++) {
            char mem[32];
            struct buf buf;
            int64_t back = 0;
            buf_init(&buf, mem, sizeof mem);
            buf_put_fixed(&buf, values[idx], decimals);
            T_EQ_INT(num_fixed(buf_str(&buf), decimals, &back), WICK_OK);
            T_EQ_INT(back, values[idx]);
        }
    }
}

int main(void)
{
    unsigned_numbers_are_digits_and_nothing_else();
    signed_numbers_keep_to_their_bounds();
    fixed_point_is_exact_or_refused();
    what_buf_writes_num_reads();
    return t_done();
}
