/* beat_test.c - heartbeats of streams: when they go, how they are framed, what they cost. */
#include "harness.h"
#include "t.h"

#include <string.h>

#define WS_BEAT  "\x81\x02{}"
#define SSE_BEAT "data: {}\n\n"

static const struct str payload = STR_INIT("{}");
static struct kit_client a;

static void open_by_get(struct kit_client *c, const char *path)
{
    char request[128];
    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path);
    h_open(c);
    kit_text(c, request);
    kit_pump(c);
    T_EQ_INT(h_status(c), 200);
    h_forget(c);
}

static void open_ws(struct kit_client *c)
{
    h_open(c);
    h_upgrade(c);
    h_stream = net_stream_first(h_last);
}

static bool gets(uint64_t after_ms, const char *text)
{
    h_forget(&a);
    h_advance(after_ms);
    kit_pump(&a);
    return h_is(&a, text);
}

static void put_message(const char *text)
{
    struct buf *out = net_message_begin(h_stream);
    T_CHECK(out != NULL);
    buf_put_text(out, text);
    T_EQ_INT(net_message_end(h_stream), WICK_OK);
}

/* Less than 25 s in all: then comes the ping of the transport.
 * @pre a is an open stream that follows H_CHANNEL, and it was quiet for no time at all. */
static void silence_is_filled(const char *beat)
{
    net_stream_set_beat(h_stream, &payload);
    T_CHECK(gets(1990, ""));
    T_CHECK(gets(270, beat));
    for (int i = 0; i < 2; i++) {
        T_CHECK(gets(1740, ""));
        T_CHECK(gets(520, beat));
    }
    h_publish("x"); /* a frame of a ring counts */
    kit_pump(&a);
    T_CHECK(gets(1990, ""));
    T_CHECK(gets(270, beat));
    (void)gets(1500, "");
    put_message("x"); /* and a message does */
    kit_pump(&a);
    T_CHECK(gets(1990, ""));
    T_CHECK(gets(270, beat));
    net_stream_set_beat(h_stream, NULL);
    T_CHECK(gets(3000, ""));
}

static void every_transport_frames_it(void)
{
    open_ws(&a);
    uint8_t frame[64];
    kit_send(&a, frame, kit_frame(frame, 0x81, "follow", 6));
    kit_pump(&a);
    T_CHECK(gets(24000, "")); /* none was set */
    uint8_t pong[16];
    kit_send(&a, pong, kit_frame(pong, 0x8a, "", 0)); /* the client lives */
    kit_pump(&a);
    silence_is_filled(WS_BEAT);
    h_shut(&a);
    open_by_get(&a, "/sse");
    silence_is_filled(SSE_BEAT);
    h_shut(&a);
    H_EMPTY();
}

static void one_is_enough_after_a_standstill(void)
{
    open_ws(&a);
    net_stream_set_beat(h_stream, &payload);
    T_CHECK(gets(11000, WS_BEAT));
    T_CHECK(gets(2260, WS_BEAT));
    h_shut(&a);
    H_EMPTY();
}

static void a_long_poll_ends_with_it(void)
{
    unsigned closed = h_closed_count;
    open_by_get(&a, "/poll");
    net_stream_set_beat(h_stream, &payload);
    T_CHECK(gets(1990, "") && !a.is_closed);
    T_CHECK(gets(270, SSE_BEAT) && a.is_closed);
    T_EQ_INT(h_closed_count, closed + 1);
    h_shut(&a);
    H_EMPTY();
}

static void it_has_the_prefix_of_its_stream(void)
{
    static const struct net_wrap wrap = { .end = STR_INIT("]"),
                                          .batch_begin = STR_INIT("<"),
                                          .batch_separator = STR_INIT("|"),
                                          .batch_end = STR_INIT(">") };
    open_ws(&a);
    net_stream_id quiet = net_stream_add(h_last);
    T_EQ_INT(net_stream_set_wrap(h_stream, STR("[one "), &wrap), WICK_OK);
    T_EQ_INT(net_stream_set_wrap(quiet, STR("[two "), &wrap), WICK_OK);
    net_stream_set_beat(h_stream, &payload);
    net_stream_set_beat(quiet, &payload);
    h_advance(1000);
    put_message("x");
    h_forget(&a);
    kit_pump(&a);
    T_CHECK(gets(1260, "\x81\x0a<[two {}]>")); /* each stream has a silence of its own */
    T_CHECK(gets(1000, "\x81\x0a<[one {}]>"));
    net_stream_drop(quiet);
    T_CHECK(gets(2260, "\x81\x0a<[one {}]>"));
    h_shut(&a);
    H_EMPTY();
}

static void it_does_not_pile_up(void)
{
    h_open_with(&a, true);
    h_upgrade(&a);
    h_stream = net_stream_first(h_last);
    net_stream_set_beat(h_stream, &payload);
    uint64_t dropped = kit_stat("wick_net_private_dropped_total");
    while (kit_stat("wick_net_private_dropped_total") == dropped) {
        struct buf *out = net_message_begin(h_stream);
        for (size_t len = 0; out != NULL && len < 4000; len++) {
            buf_put_u8(out, 'x');
        }
        T_CHECK(out == NULL || net_message_end(h_stream) == WICK_OK);
        kit_passes(1);
    }
    unsigned lagged = h_lagged_count;
    for (int i = 0; i < 8; i++) {
        h_advance(2500);
    }
    T_EQ_INT(h_lagged_count, lagged);
    kit_pump(&a);
    T_EQ_INT(h_count(&a, "{}"), 0);
    T_EQ_INT(h_lagged_count, lagged + 1);
    T_CHECK(gets(2260, WS_BEAT));
    h_shut(&a);
    H_EMPTY();
}

/* One deadline serves all: the loop wakes up a few times in a second, however many are quiet. */
static void many_cost_few_passes(void)
{
    enum { MANY = 60, MINUTE_MS = 60000 };

    static struct kit_client many[MANY];
    unsigned passes = 0;
    for (unsigned idx = 0; idx < MANY; idx++) {
        open_by_get(&many[idx], "/sse");
        net_stream_set_beat(h_stream, &payload);
        kit_skip_ms(37);
    }
    for (uint64_t end_us = kit_now_us() + 1000 * (uint64_t)MINUTE_MS; kit_now_us() < end_us;) {
        kit_pass((unsigned)((end_us - kit_now_us() + 999) / 1000));
        passes++;
    }
    T_CHECK(passes <= 2 * 4 * MINUTE_MS / 1000);
    for (unsigned idx = 0; idx < MANY; idx++) {
        kit_take(&many[idx]);
        unsigned beats = h_count(&many[idx], SSE_BEAT);
        T_CHECK(beats >= MINUTE_MS / 2256 && beats <= MINUTE_MS / 2000 + 1);
        h_shut(&many[idx]);
    }
    H_EMPTY();
}

static void all(void)
{
    every_transport_frames_it();
    one_is_enough_after_a_standstill();
    a_long_poll_ends_with_it();
    it_has_the_prefix_of_its_stream();
    it_does_not_pile_up();
    if (h_tcp == &kit_simulation) { /* there waiting takes no time */
        many_cost_few_passes();
    }
}

int main(void)
{
    h_on_both(all);
    return t_done();
}
