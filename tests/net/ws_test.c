/* WebSocket over loopback: the cases of the Autobahn suite (groups 1 to 7, 9 and 10, where they fit
 * our message limit) in our own words, and some more. Every case runs whole, byte by byte, cut at
 * every byte, and glued to the handshake: same bytes back. */
#include "t.h"
#include "ws_script.h"

#include <string.h>

static char filler[1 << 17];

/* --- 1: messages, 9 and 10: their limit ------------------------------------------------------- */

static void messages_are_echoed(void)
{
    static const size_t lens[] = { 0, 1, 125, 126, 127, 128, 4096, 8191, WICK_BODY_LEN_MAX };
    for (size_t i = 0; i < sizeof lens / sizeof *lens; i++) {
        start("1.1 text");
        tx_bytes(filler, TEXT, lens[i]);
        rx_bytes(filler, TEXT, lens[i]);
        run();
    }
    static const size_t too_long[] = { WICK_BODY_LEN_MAX + 1, 65535, 65536 };
    for (size_t i = 0; i < 3; i++) {
        start("9.1 too long");
        tx(TEXT, "before");
        tx_bytes(filler, TEXT, too_long[i]);
        rx(TEXT, "before");
        rx_close(1009);
        run();
    }
    start("9.3 too long in fragments");
    tx_bytes(filler, MORE, 8000);
    tx_bytes(filler, CONT, 192);
    tx_bytes(filler, CONT, 1);
    rx_close(1009);
    run();
    start("10.1 as long as it may be, in fragments");
    for (size_t at = 0; at < WICK_BODY_LEN_MAX; at += 1300) {
        tx_bytes(filler + at, (at == 0 ? MORE : CONT) | (at + 1300 >= WICK_BODY_LEN_MAX ? LAST : 0),
                 at + 1300 < WICK_BODY_LEN_MAX ? 1300 : WICK_BODY_LEN_MAX - at);
    }
    rx_bytes(filler, TEXT, WICK_BODY_LEN_MAX);
    run();
    start("1.2 binary");
    tx(BINARY, "x");
    rx_close(1003);
    run();
    start("many in one piece");
    for (int i = 0; i < 200; i++) {
        tx_bytes(filler, TEXT, (size_t)i);
        rx_bytes(filler, TEXT, (size_t)i);
    }
    run();
}

/* --- 2: pings --------------------------------------------------------------------------------- */

static void pings_are_answered(void)
{
    static const size_t lens[] = { 0, 5, 125 };
    for (size_t i = 0; i < 3; i++) {
        start("2.1 ping");
        tx_bytes(filler, PING, lens[i]);
        rx_bytes(filler, PONG, lens[i]);
        run();
    }
    start("2.4 binary payload");
    tx_bytes("\x00\xff\xfe\xfd\xfc\xfb\x00\xff", PING, 8);
    rx_bytes("\x00\xff\xfe\xfd\xfc\xfb\x00\xff", PONG, 8);
    run();
    start("2.5 too long");
    tx_bytes(filler, PING, 126);
    rx_close(1002);
    run();
    start("2.7 pongs nobody asked for, then a ping");
    tx(PONG, "");
    tx(PONG, "unsolicited");
    tx(PING, "x");
    rx(PONG, "x");
    run();
    start("2.10 ten pings at once");
    for (int i = 0; i < 10; i++) {
        char text[32];
        snprintf(text, sizeof text, "payload-%d", i);
        tx(PING, text);
        rx(PONG, text);
    }
    run();
    start("a pong that is too long");
    tx_bytes(filler, PONG, 126);
    rx_close(1002);
    run();
}

/* --- 3, 4: reserved bits and opcodes ---------------------------------------------------------- */

static void what_is_reserved_is_refused(void)
{
    static const unsigned opcodes[] = { TEXT, BINARY, PING, PONG, CLOSE, LAST };
    for (unsigned rsv = 1; rsv <= 7; rsv++) {
        for (size_t i = 0; i < sizeof opcodes / sizeof *opcodes; i++) {
            start("3 reserved bits");
            tx(TEXT, "first");
            tx(opcodes[i] | rsv << 4, "x");
            tx(PING, "not answered");
            rx(TEXT, "first");
            rx_close(1002);
            run();
        }
    }
    for (unsigned opcode = 3; opcode <= 15; opcode++) {
        if (opcode >= 8 && opcode <= 10) {
            continue;
        }
        for (int has_payload = 0; has_payload <= 1; has_payload++) {
            start("4 reserved opcodes");
            tx(TEXT, "first");
            tx(0x80 | opcode, has_payload ? "payload" : "");
            tx(PING, "not answered");
            rx(TEXT, "first");
            rx_close(1002);
            run();
        }
        start("4 reserved opcodes, first");
        tx(0x80 | opcode, "");
        rx_close(1002);
        run();
    }
}

/* --- 5: fragments ----------------------------------------------------------------------------- */

static void fragments_are_joined(void)
{
    start("5.3 two fragments");
    tx(MORE, "fragment1");
    tx(CONT | LAST, "fragment2");
    rx(TEXT, "fragment1fragment2");
    run();
    start("5.6 a ping between");
    tx(MORE, "fragment1");
    tx(PING, "ping");
    tx(CONT | LAST, "fragment2");
    rx(PONG, "ping");
    rx(TEXT, "fragment1fragment2");
    run();
    start("5.19 five fragments, pings between");
    tx(MORE, "1");
    tx(CONT, "2");
    tx(PING, "a");
    tx(CONT, "3");
    tx(CONT, "4");
    tx(PING, "b");
    tx(CONT | LAST, "5");
    rx(PONG, "a");
    rx(PONG, "b");
    rx(TEXT, "12345");
    run();
    start("6.1 empty fragments");
    tx(MORE, "");
    tx(CONT, "");
    tx(CONT | LAST, "");
    rx(TEXT, "");
    tx(MORE, "");
    tx(CONT, "middle");
    tx(CONT | LAST, "");
    rx(TEXT, "middle");
    run();
    start("two fragmented messages and a whole one");
    for (int i = 0; i < 2; i++) {
        tx(MORE, "a");
        tx(CONT | LAST, "b");
        rx(TEXT, "ab");
    }
    tx(TEXT, "c");
    rx(TEXT, "c");
    run();
    start("2,000 empty continuations");
    tx(MORE, "a");
    for (int i = 0; i < 2000; i++) {
        tx(CONT, "");
    }
    tx(CONT | LAST, "z");
    rx(TEXT, "az");
    run();
    start("close inside a fragmented message");
    tx(MORE, "a");
    tx_close(1000, "", 0);
    rx_close(1000);
    run();
}

static void wrong_fragments_are_refused(void)
{
    static const struct {
        unsigned first, second, third;
    } rows[] = {
        { PING & 0x7f, 0, 0 },  { PONG & 0x7f, 0, 0 },
        { CLOSE & 0x7f, 0, 0 },                 /* 5.1, 5.2: control frames in fragments */
        { CONT | LAST, 0, 0 },  { CONT, 0, 0 }, /* 5.9 to 5.14: nothing to continue */
        { MORE, TEXT, 0 },      { MORE, MORE, 0 },
        { MORE, BINARY, 0 }, /* 5.18: a message inside another */
        { MORE, CONT, TEXT },   { MORE, PING & 0x7f, 0 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        start("5 wrong fragments");
        tx(rows[i].first, "x");
        if (rows[i].second != 0 || rows[i].third != 0) {
            tx(rows[i].second, "y");
        }
        if (rows[i].third != 0) {
            tx(rows[i].third, "z");
        }
        tx(TEXT, "never");
        rx_close(1002);
        run();
    }
    start("5.15 continuation after a finished message");
    tx(MORE, "a");
    tx(CONT | LAST, "b");
    tx(CONT, "c");
    tx(TEXT, "never");
    rx(TEXT, "ab");
    rx_close(1002);
    run();
}

/* --- 6: UTF-8 --------------------------------------------------------------------------------- */

static const char *const valid[] = {
    "Hello-\xc2\xb5@\xc3\x9f\xc3\xb6\xc3\xa4\xc3\xbc\xc3\xa0\xc3\xa1-UTF-8!!",
    "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5",
    "\x7f",
    "\xc2\x80",
    "\xdf\xbf",
    "\xe0\xa0\x80",
    "\xef\xbf\xbf",
    "\xef\xbf\xbe",
    "\xf0\x90\x80\x80",
    "\xf4\x8f\xbf\xbf",
    "\xed\x9f\xbf",
    "\xee\x80\x80",
    "\xef\xbf\xbd",
    "\xef\xb7\x90",
    "\xf0\x9f\xbf\xbe",
    "\xf0\x9f\xbf\xbf",
    "\xf0\xaf\xbf\xbe",
    "\xf3\xbf\xbf\xbf",
    "\xf4\x8f\xbf\xbe",
    "\xf0\x9d\x84\x9e",
    "\xef\xbb\xbf",
};

static const char *const invalid[] = {
    /* at the last byte or before */
    "\x80",
    "\xbf",
    "a\x80z",
    "\xc0\x80",
    "\xc0\xaf",
    "\xc1\xbf",
    "\xe0\x80\x80",
    "\xe0\x80\xaf",
    "\xe0\x9f\xbf",
    "\xf0\x80\x80\x80",
    "\xf0\x80\x80\xaf",
    "\xf0\x8f\xbf\xbf",
    "\xf8\x88\x80\x80\x80",
    "\xfc\x84\x80\x80\x80\x80",
    "\xfe",
    "\xff",
    "\xfe\xfe\xff\xff",
    "\xed\xa0\x80",
    "\xed\xad\xbf",
    "\xed\xae\x80",
    "\xed\xaf\xbf",
    "\xed\xb0\x80",
    "\xed\xbe\x80",
    "\xed\xbf\xbf",
    "\xed\xa0\x80\xed\xb0\x80",
    "\xf4\x90\x80\x80",
    "\xf5\x80\x80\x80",
    "\xf7\xbf\xbf\xbf",
    "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80\x65",
    "\xc3(",
    "\xe2\x28\xa1",
};

static const char *const cut_short[] = { "\xc2",         "\xdf",       "\xe0",     "\xe0\xa0",
                                         "\xef\xbf",     "\xf0",       "\xf0\x90", "\xf0\x90\x80",
                                         "\xf4\x8f\xbf", "abc\xe2\x82" };

static void utf8_is_checked(void)
{
    for (size_t i = 0; i < sizeof valid / sizeof *valid; i++) {
        size_t len = strlen(valid[i]);
        start("6 valid");
        tx(TEXT, valid[i]);
        rx(TEXT, valid[i]);
        for (size_t at = 0; at <= len; at++) { /* 6.2: fragments inside characters */
            tx_bytes(valid[i], MORE, at);
            tx_bytes(valid[i] + at, CONT | LAST, len - at);
            rx(TEXT, valid[i]);
        }
        run();
    }
    for (size_t i = 0; i < sizeof invalid / sizeof *invalid; i++) {
        start("6 invalid");
        tx(TEXT, "before");
        tx(TEXT, invalid[i]);
        tx(TEXT, "never");
        rx(TEXT, "before");
        rx_close(1007);
        run();
        for (size_t at = 0; at <= strlen(invalid[i]); at++) {
            start("6 invalid, in fragments");
            tx_bytes(invalid[i], MORE, at);
            tx(CONT | LAST, invalid[i] + at);
            rx_close(1007);
            run_few();
        }
        start("6.4 fail fast: the rest of the frame never comes");
        tx_bytes(invalid[i], MORE, strlen(invalid[i]));
        rx_close(1007);
        run();
    }
    for (size_t i = 0; i < sizeof cut_short / sizeof *cut_short; i++) {
        start("6 a character that does not end");
        tx(TEXT, cut_short[i]);
        rx_close(1007);
        run();
        start("6 a character that does not end, in fragments");
        tx(MORE, cut_short[i]);
        tx(PING, "");
        tx(CONT | LAST, "");
        rx(PONG, "");
        rx_close(1007);
        run();
    }
    start("6.4.3 fail fast inside a frame");
    tx(TEXT, "abc\xf4\x90\x80\x80 and more");
    tx_drop(9);
    rx_close(1007);
    run();
}

/* --- 7: closing ------------------------------------------------------------------------------- */

static void closing(void)
{
    static const unsigned good[] = { 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010,
                                     1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999 };
    static const unsigned bad[] = { 0,    1,    999,  1004, 1005, 1006, 1015,
                                    1016, 1100, 2000, 2999, 5000, 65535 };
    start("7.1 close, nothing is read after it");
    tx(TEXT, "hello");
    tx_close(1000, "", 0);
    tx(TEXT, "never");
    tx(PING, "never");
    tx_close(1000, "", 0);
    rx(TEXT, "hello");
    rx_close(1000);
    run();
    start("7.3.1 no code");
    tx(CLOSE, "");
    rx_close(0);
    run();
    start("7.3.2 one byte");
    tx(CLOSE, "a");
    rx_close(1002);
    run();
    start("7.3.4 a reason");
    tx_close(1000, "Hello World!", 12);
    rx_close(1000);
    run();
    start("7.3.5 the longest reason");
    tx_close(1000, filler, 123);
    rx_close(1000);
    run();
    start("7.3.6 one byte more");
    tx_close(1000, filler, 124);
    rx_close(1002);
    run();
    start("7.5.1 a reason that is not UTF-8");
    tx_close(1000, "\xce\xba\xed\xa0\x80", 5);
    rx_close(1007);
    run();
    start("a reason that ends inside a character");
    tx_close(1000, "\xce", 1);
    rx_close(1007);
    run();
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        start("7.7 valid codes");
        tx_close(good[i], "why", 3);
        rx_close(good[i]);
        run();
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        start("7.9 invalid codes");
        tx_close(bad[i], "", 0);
        rx_close(1002);
        run();
    }
}

/* --- beyond: masks, lengths ------------------------------------------------------------------- */

static void masks_and_lengths(void)
{
    start("a mask of zeros");
    RAW("\x81\x82\x00\x00\x00\x00hi");
    rx(TEXT, "hi");
    run();

    static const struct {
        const char *bytes;
        size_t len;
        const char *name;
    } wrong[] = {
        { "\x81\x02hi", 4, "not masked" },
        { "\x81\x00", 2, "not masked, empty" },
        { "\x89\x00", 2, "ping, not masked" },
        { "\x88\x02\x03\xe8", 4, "close, not masked" },
        { "\x81\xfe\x00\x7d\x01\x02\x03\x04", 8, "126 for 125" },
        { "\x81\xfe\x00\x00\x01\x02\x03\x04", 8, "126 for 0" },
        { "\x81\xff\x00\x00\x00\x00\x00\x00\xff\xff\x01\x02\x03\x04", 14, "127 for 65535" },
        { "\x81\xff\x80\x00\x00\x00\x00\x00\x00\x01\x01\x02\x03\x04", 14, "highest bit set" },
        { "\x89\xfe\x00\x7e\x01\x02\x03\x04", 8, "long ping" },
        { "\x89\xff\x00\x00\x00\x00\x00\x01\x00\x00", 10, "very long ping" },
    };

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        start(wrong[i].name);
        raw(wrong[i].bytes, wrong[i].len);
        rx_close(1002);
        run();
    }
    start("too long, seen in the header");
    RAW("\x81\xff\x00\x00\x00\x00\x7f\xff\xff\xff\x01\x02\x03\x04");
    rx_close(1009);
    run();
}

static void all(void)
{
    for (size_t i = 0; i < sizeof filler; i++) {
        filler[i] = (char)('a' + i % 26);
    }
    messages_are_echoed();
    pings_are_answered();
    what_is_reserved_is_refused();
    fragments_are_joined();
    wrong_fragments_are_refused();
    utf8_is_checked();
    closing();
    masks_and_lengths();
    H_EMPTY();
}

int main(void)
{
    h_on_both(all);
    return t_done();
}
