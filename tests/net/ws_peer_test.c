/* How a WebSocket ends: closed by the server, by silence, by floods and garbage. */
#include "harness.h"
#include "t.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { TEXT = 0x81, CLOSE = 0x88, PING = 0x89, PONG = 0x8a, MORE = 0x01 };

static struct kit_client a;
static uint8_t sent[1024];
static size_t sent_len;

static void tx(unsigned first_byte, const char *payload)
{
    sent_len += kit_frame(sent + sent_len, first_byte, payload, strlen(payload));
}

static void the_server_closes_too(void)
{
    static const char frame[] = "\x88\x0d\x0f\xa0"
                                "as you wish";
    h_open(&a);
    h_upgrade(&a);
    unsigned closed = h_closed_count;
    sent_len = 0;
    tx(TEXT, "close");
    tx(TEXT, "not delivered");
    unsigned messages = h_message_count;
    kit_send(&a, sent, sent_len);
    kit_pump(&a);
    T_EQ_INT(h_message_count, messages + 1);
    T_EQ_INT(h_closed_count, closed + 1);
    T_EQ_INT(a.len, sizeof frame - 1);
    T_CHECK(memcmp(a.mem, frame, sizeof frame - 1) == 0 && !a.is_closed);
    sent_len = 0;
    tx(PING, "x");
    sent_len += kit_frame(sent + sent_len, CLOSE, "\x0f\xa0", 2);
    kit_send(&a, sent, sent_len);
    kit_pump(&a);
    T_CHECK(a.is_closed && a.len == sizeof frame - 1);
    T_EQ_INT(h_closed_count, closed + 1);
    h_shut(&a);

    h_open(&a); /* a peer that does not answer the close frame */
    h_upgrade(&a);
    sent_len = 0;
    tx(TEXT, "close");
    kit_send(&a, sent, sent_len);
    kit_pump(&a);
    h_advance(2900);
    kit_pump(&a);
    T_CHECK(!a.is_closed);
    h_advance(200);
    kit_pump(&a);
    T_CHECK(a.is_closed);
    h_shut(&a);
    H_EMPTY();
}

static void a_silent_peer_is_asked_and_then_let_go(void)
{
    h_open(&a);
    h_upgrade(&a);
    h_advance(24900);
    kit_pump(&a);
    T_EQ_INT(a.len, 0);
    h_advance(200);
    kit_pump(&a);
    T_CHECK(a.len == 2 && memcmp(a.mem, "\x89\x00", 2) == 0);
    sent_len = 0;
    tx(PONG, "");
    kit_send(&a, sent, sent_len);
    kit_pump(&a);
    h_advance(21000);
    h_advance(5000);
    h_forget(&a);
    kit_pump(&a);
    h_advance(19000);
    kit_pump(&a);
    T_CHECK(!a.is_closed);
    h_advance(2000);
    kit_pump(&a);
    T_CHECK(a.is_closed); /* the second ping was not answered */
    h_shut(&a);
    H_EMPTY();
}

static void pings_of_a_peer_that_does_not_read_do_not_pile_up(void)
{
    static const uint8_t payload[125];
    static uint8_t flood[4096];
    size_t len = 0;
    while (len + 140 < sizeof flood) {
        len += kit_frame(flood + len, PING, payload, 125);
    }
    h_open_with(&a, true);
    h_upgrade(&a);
    for (int i = 0; i < 3000; i++) {
        kit_offer(&a, flood, len);
        kit_passes(1);
    }
    T_EQ_INT(kit_stat("wick_net_connections"), 1);
    h_shut(&a);
    kit_passes(3);
    H_EMPTY();
}

static void garbage(void)
{
    static uint8_t bytes[2000];
    srand(3);
    for (int round = 0; round < 3000; round++) {
        size_t len = (size_t)rand() % sizeof bytes;
        for (size_t i = 0; i < len; i++) {
            bytes[i] = (uint8_t)rand();
        }
        if (round % 2 == 0) {
            bytes[0] = (uint8_t)(round % 3 == 0 ? TEXT : MORE);
        }
        h_open(&a);
        h_upgrade(&a);
        kit_send(&a, bytes, len);
        kit_pump(&a);
        h_shut(&a);
    }
    H_EMPTY();
}

static void all(void)
{
    the_server_closes_too();
    a_silent_peer_is_asked_and_then_let_go();
    pings_of_a_peer_that_does_not_read_do_not_pile_up();
    garbage();
}

int main(void)
{
    h_on_both(all);
    return t_done();
}
