/* room_test.c - who gives way when connections or input buffers run out. */
#include "harness.h"
#include "net/net_priv.h"
#include "t.h"

#include <string.h>

#define HOST "Host: localhost\r\n"

static struct kit_client a, b, many[WICK_CONN_MAX + 8];

static void a_full_house_lets_idle_ones_go_first(void)
{
    for (size_t i = 0; i < WICK_CONN_MAX; i++) {
        h_open(&many[i]);
        kit_text(&many[i], "GET / HTTP/1.1\r\n" HOST "\r\n");
        kit_pump(&many[i]);
        T_EQ_INT(h_status(&many[i]), 200);
        h_advance(1);
    }
    T_EQ_INT(kit_stat("wick_net_connections"), WICK_CONN_MAX);
    h_open(&a);
    kit_text(&a, "GET / HTTP/1.1\r\n" HOST "\r\n");
    kit_pump(&a);
    T_EQ_INT(h_status(&a), 200);
    kit_pump(&many[0]);
    kit_pump(&many[1]);
    T_CHECK(many[0].is_closed && !many[1].is_closed); /* the oldest */
    h_shut(&a);
    h_shut(&many[0]);
    for (size_t i = 1; i < WICK_CONN_MAX; i++) {
        h_shut(&many[i]);
    }
    H_EMPTY();
}

static void ask_for_stream(struct kit_client *c)
{
    h_open(c);
    kit_text(c, "GET /ws HTTP/1.1\r\n" HOST "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    kit_pump(c);
}

/* Nothing but viewers: requests are still answered, further streams are not opened, and none of the
 * viewers goes. */
static void viewers_keep_their_place(void)
{
    for (size_t i = 0; i < WICK_CONN_MAX; i++) {
        h_open(&many[i]);
        h_upgrade(&many[i]);
    }
    for (size_t i = 0; i < 8; i++) {
        h_open(&a);
        kit_text(&a, "GET / HTTP/1.1\r\n" HOST "\r\n");
        kit_pump(&a);
        T_EQ_INT(h_status(&a), 200);
        T_CHECK(a.is_closed); /* the place is for the next one */
        h_shut(&a);
        ask_for_stream(&a);
        T_EQ_INT(h_status(&a), 503);
        h_shut(&a);
        h_advance(NET_GIVE_MS + 10);
    }
    for (size_t i = 0; i < NET_SPARE; i++) { /* those who say nothing wait for a moment only */
        h_open(&many[WICK_CONN_MAX + i]);
    }
    h_advance(NET_NEW_MS);
    h_advance(NET_GIVE_MS + 10);
    h_open(&a);
    kit_text(&a, "GET / HTTP/1.1\r\n" HOST "\r\n");
    kit_pump(&a);
    T_EQ_INT(h_status(&a), 200);
    h_shut(&a);
    for (size_t i = 0; i < NET_SPARE; i++) {
        kit_pump(&many[WICK_CONN_MAX + i]);
        T_EQ_INT(h_status(&many[WICK_CONN_MAX + i]), 503);
        h_shut(&many[WICK_CONN_MAX + i]);
    }
    for (size_t i = 0; i < WICK_CONN_MAX; i++) {
        kit_pump(&many[i]);
        T_CHECK(!many[i].is_closed);
    }
    h_shut(&many[0]);
    ask_for_stream(&a);
    T_EQ_INT(h_status(&a), 101);
    h_shut(&a);
    for (size_t i = 1; i < WICK_CONN_MAX; i++) {
        h_shut(&many[i]);
    }
    H_EMPTY();
}

static const char large_request[] = "GET /big/262144 HTTP/1.1\r\n" HOST "\r\n";

/* All places but a viewer's are taken by clients that ask for much and read nothing; a new viewer
 * still gets a page and a stream at once, and the old one stays. */
static void clients_that_do_not_read_lock_nobody_out(void)
{
    ask_for_stream(&a);
    T_EQ_INT(h_status(&a), 101);
    for (size_t i = 0; i < WICK_CONN_MAX - 1; i++) {
        h_open_with(&many[i], true);
        kit_offer(&many[i], large_request, sizeof large_request - 1);
        kit_passes(2);
    }
    for (unsigned round = 0; round < 12; round++) {
        h_open(&b);
        kit_text(&b, "GET / HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n");
        kit_pump(&b);
        T_EQ_INT(h_status(&b), 200);
        h_shut(&b);
        ask_for_stream(&b);
        T_EQ_INT(h_status(&b), 101);
        h_shut(&b);
        struct kit_client *again = &many[round % (WICK_CONN_MAX - 1)]; /* and they come again */
        h_shut(again);
        h_open_with(again, true);
        kit_offer(again, large_request, sizeof large_request - 1);
        h_advance(500);
    }
    kit_pump(&a);
    T_CHECK(!a.is_closed);
    h_shut(&a);
    for (size_t i = 0; i < WICK_CONN_MAX - 1; i++) {
        h_shut(&many[i]);
    }
    kit_passes(4);
    H_EMPTY();
}

static void half_requests_do_not_keep_others_out(void)
{
    for (size_t i = 0; i < WICK_CONN_MAX; i++) {
        h_open(&many[i]);
        kit_text(&many[i], "GET / HT");
        kit_passes(1);
        h_advance(1);
    }
    h_open(&a);
    kit_text(&a, "GET / HTTP/1.1\r\n" HOST "\r\n");
    kit_pump(&a);
    T_EQ_INT(h_status(&a), 200);
    h_shut(&a);
    for (size_t i = 0; i < WICK_CONN_MAX; i++) {
        h_shut(&many[i]);
    }
    H_EMPTY();
}

/* Worth that was said counts; what has stalled goes before everybody. */
static void worth_decides_who_gives_way(void)
{
    for (size_t i = 0; i < WICK_CONN_MAX; i++) {
        h_open(&many[i]);
        kit_text(&many[i], "GET / HTTP/1.1\r\n" HOST "\r\n");
        kit_pump(&many[i]);
        net_set_worth(h_last, i == 3 ? NET_WORTH_IDLE : NET_WORTH_KNOWN);
        h_advance(1);
    }
    h_open(&a);
    kit_text(&a, "GET / HTTP/1.1\r\n" HOST "\r\n");
    kit_pump(&a);
    T_EQ_INT(h_status(&a), 200);
    kit_pump(&many[3]);
    T_CHECK(many[3].is_closed);
    h_open(&b); /* all are worth more than a newcomer, but a served one that idles */
    kit_text(&b, "GET / HTTP/1.1\r\n" HOST "\r\n");
    kit_pump(&b);
    kit_pump(&a);
    T_EQ_INT(h_status(&b), 200);
    T_CHECK(a.is_closed);
    h_shut(&a);
    h_shut(&b);
    for (size_t i = 0; i < WICK_CONN_MAX; i++) {
        h_shut(&many[i]);
    }
    H_EMPTY();
}

/* More half messages than input buffers: what does not move loses its buffer, those who speak are
 * heard, and nothing that was sent is lost. */
static void input_waits_for_a_buffer(void)
{
    enum { COUNT = NET_IN_MAX + 5 };

    h_open(&a);
    h_upgrade(&a);
    for (size_t i = 0; i < NET_IN_MAX; i++) { /* bodies that do not come */
        h_open(&many[i]);
        kit_text(&many[i], "POST / HTTP/1.1\r\n" HOST "Content-Length: 10\r\n\r\nabc");
        kit_passes(1);
    }
    T_EQ_INT(kit_stat("wick_net_in_buffers"), NET_IN_MAX);
    uint8_t frame[32];
    size_t len = kit_frame(frame, 0x81, "hello", 5);
    kit_send(&a, frame, len); /* a viewer: the least of the others gives way at once */
    kit_pump(&a);
    T_CHECK(a.len == 7 && memcmp(a.mem + 2, "hello", 5) == 0);
    unsigned told = 0;
    for (size_t i = 0; i < NET_IN_MAX; i++) {
        kit_pump(&many[i]);
        told += h_status(&many[i]) == 503;
    }
    T_EQ_INT(told, 1);
    for (size_t i = 0; i < NET_IN_MAX; i++) {
        h_shut(&many[i]);
    }
    for (size_t i = 0; i < COUNT; i++) { /* newcomers among themselves: all are served in the end */
        h_open(&many[i]);
        kit_text(&many[i], i < NET_IN_MAX ? "POST / HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nab"
                                          : "GET / HTTP/1.1\r\n" HOST "\r\n");
        kit_passes(1);
    }
    for (size_t i = 0; i < NET_IN_MAX; i++) {
        kit_text(&many[i], "c");
    }
    for (size_t i = 0; i < COUNT; i++) {
        kit_pump(&many[i]);
        T_EQ_INT(h_status(&many[i]), 200);
        h_shut(&many[i]);
    }
    h_shut(&a);
    H_EMPTY();
}

static void all(void)
{
    a_full_house_lets_idle_ones_go_first();
    viewers_keep_their_place();
    clients_that_do_not_read_lock_nobody_out();
    half_requests_do_not_keep_others_out();
    worth_decides_who_gives_way();
    input_waits_for_a_buffer();
}

int main(void)
{
    h_on_both(all);
    return t_done();
}
