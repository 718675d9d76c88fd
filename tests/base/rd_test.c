/* rd_test.c - base/rd.h */
#include "base/rd.h"
#include "t.h"

static const uint8_t bytes[] = { 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x88 };

static void numbers_come_in_both_orders(void)
{
    struct rd rd;
    rd_init(&rd, bytes, sizeof bytes);
    T_EQ_INT(rd_u8(&rd), 0x01);
    T_EQ_INT(rd_u16le(&rd), 0x0302);
    T_EQ_INT(rd_u16be(&rd), 0x0405);
    T_EQ_INT(rd_left(&rd), 3);
    rd_init(&rd, bytes, sizeof bytes);
    T_EQ_INT(rd_u32le(&rd), 0x04030201);
    rd_init(&rd, bytes, sizeof bytes);
    T_CHECK(rd_u64le(&rd) == 0x8807060504030201u);
    T_EQ_INT(rd_left(&rd), 0);
    rd_init(&rd, bytes, sizeof bytes);
    T_CHECK(rd_u64be(&rd) == 0x0102030405060788u);
    T_EQ_INT(rd.err, WICK_OK);
}

static void one_byte_short_is_an_error_that_stays(void)
{
    for (size_t len = 0; len <= 8; len++) {
        struct rd rd;
        rd_init(&rd, bytes, len);
        uint64_t value = rd_u64le(&rd);
        T_EQ_INT(rd.err, len < 8 ? WICK_E_SYNTAX : WICK_OK);
        T_CHECK((value == 0) == (len < 8));
        if (len < 8) {
            T_CHECK(rd_u8(&rd) == 0 && rd_left(&rd) == 0 &&
                    rd.off == 0); /* though there would be one */
        }
    }
    struct rd rd;
    rd_init(&rd, bytes, 1);
    T_EQ_INT(rd_u16be(&rd), 0);
    T_EQ_INT(rd.err, WICK_E_SYNTAX);
    rd_init(&rd, bytes, 3);
    T_EQ_INT(rd_u32le(&rd), 0);
    T_EQ_INT(rd.err, WICK_E_SYNTAX);
}

static void slices_are_borrowed_up_to_the_end(void)
{
    struct rd rd;
    rd_init(&rd, bytes, sizeof bytes);
    struct str all = rd_bytes(&rd, 8);
    T_CHECK(all.ptr == (const char *)bytes && all.len == 8);
    T_EQ_INT(rd_bytes(&rd, 0).len, 0);
    T_EQ_INT(rd.err, WICK_OK);
    T_EQ_INT(rd_bytes(&rd, 1).len, 0);
    T_EQ_INT(rd.err, WICK_E_SYNTAX);
    rd_init(&rd, bytes, sizeof bytes);
    T_EQ_INT(rd_u8(&rd), 1);
    T_EQ_INT(rd_bytes(&rd, SIZE_MAX).len, 0); /* a length from outside must not wrap */
    T_EQ_INT(rd.err, WICK_E_SYNTAX);
    rd_init(&rd, NULL, 0);
    T_EQ_INT(rd_bytes(&rd, 0).len, 0);
    T_EQ_INT(rd_u8(&rd), 0);
}

int main(void)
{
    numbers_come_in_both_orders();
    one_byte_short_is_an_error_that_stays();
    slices_are_borrowed_up_to_the_end();
    return t_done();
}
