/* stream_test.c - frames of rings, private frames, slow readers, stopping; over WebSocket. */
#include "harness.h"
#include "t.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT = 0x81, SLOW_COUNT = 100, FRAME_LEN = 12000 };

static struct kit_client a, b, slow[SLOW_COUNT];
static char text[WICK_SEND_CAP];

static void say(struct kit_client *c, const char *message)
{
    uint8_t frame[256];
    kit_send(c, frame, kit_frame(frame, TEXT, message, strlen(message)));
    kit_passes(1);
}

static net_stream_id follow(struct kit_client *c, bool is_narrow)
{
    h_open_with(c, is_narrow);
    h_upgrade(c);
    say(c, "follow");
    return h_stream;
}

/* Cut the next frame off what was received. @return its payload's length, SIZE_MAX when there is no
 * whole one. */
static size_t next_frame(struct kit_client *c, const char **payload_out)
{
    static char frame[1 << 18];
    const uint8_t *mem = (const uint8_t *)c->mem;
    size_t head_len = 2;
    if (c->len >= 2 && mem[1] >= 126) {
        head_len = mem[1] == 126 ? 4 : 10;
    }
    if (c->len < head_len) {
        return SIZE_MAX;
    }
    size_t len = mem[1];
    if (head_len > 2) {
        for (size_t i = 2, n = len = 0; i < head_len; i++, n++) {
            len = len << 8 | mem[i];
        }
    }
    if (c->len < head_len + len) {
        return SIZE_MAX;
    }
    T_EQ_INT(mem[0], TEXT);
    memcpy(frame, c->mem + head_len, len);
    c->len -= head_len + len;
    memmove(c->mem, c->mem + head_len + len, c->len);
    *payload_out = frame;
    return len;
}

static void expect(struct kit_client *c, const char *payload)
{
    const char *got;
    size_t len = next_frame(c, &got);
    T_CHECK(len == strlen(payload) && memcmp(got, payload, len) == 0);
}

static void big_text(unsigned number)
{
    memset(text, 'x', FRAME_LEN);
    text[FRAME_LEN] = 0;
    int len = snprintf(text, 16, "%08u", number);
    text[len] = ' ';
}

/* --- rings and private frames ----------------------------------------------------------------- */

static void frames_reach_every_follower(void)
{
    (void)follow(&a, false);
    (void)follow(&b, false);
    h_publish("one");
    h_publish("two");
    kit_passes(1);
    h_publish("three");
    kit_pump(&a);
    kit_pump(&b);
    for (struct kit_client *c = &a; c != NULL; c = c == &a ? &b : NULL) {
        expect(c, "one");
        expect(c, "two");
        expect(c, "three");
        T_EQ_INT(c->len, 0);
    }
    h_shut(&a);
    h_publish("four");
    kit_pump(&b);
    expect(&b, "four");
    h_shut(&b);
    H_EMPTY();
}

static void a_private_frame_goes_after_the_ring(void)
{
    net_stream_id id = follow(&a, false);
    h_publish("ring 1");
    struct buf *buf = net_message_begin(id);
    T_CHECK(buf != NULL);
    buf_put_text(buf, "private");
    T_EQ_INT(net_message_end(id), WICK_OK);
    h_publish("ring 2");
    kit_pump(&a);
    expect(&a, "ring 1");
    expect(&a, "private");
    expect(&a, "ring 2");
    T_EQ_INT(a.len, 0);
    h_publish("not wanted");
    net_jump(id);
    kit_pump(&a);
    T_EQ_INT(a.len, 0);
    h_publish("wanted again");
    T_EQ_INT(net_rewind(id, H_CHANNEL, hub_seq(hub_ring(H_CHANNEL, H_FORMAT_WS)) - 2), WICK_OK);
    kit_pump(&a);
    expect(&a, "not wanted");
    expect(&a, "wanted again");
    T_EQ_INT(net_rewind(id, H_CHANNEL, hub_seq(hub_ring(H_CHANNEL, H_FORMAT_WS)) + 5),
             WICK_E_STALE);
    net_unfollow(id, H_CHANNEL);
    T_EQ_INT(hub_ring(H_CHANNEL, H_FORMAT_WS), HUB_NO_RING);
    T_EQ_INT(net_stream_transport(id), NET_WS);
    net_stream_set_owner(id, 77);
    T_EQ_INT(net_stream_owner(id), 77);
    h_shut(&a);
    T_CHECK(net_message_begin(id) == NULL);
    T_EQ_INT(net_message_end(id), WICK_E_CLOSED);
    T_EQ_INT(net_follow(id, 1, 1), WICK_E_CLOSED);
    T_EQ_INT(net_stream_owner(id), 0);
    H_EMPTY();
}

static void messages_of_all_lengths_arrive(void)
{
    enum { SHORT_MAX = WICK_SEND_CAP - NET_WRAP_ROOM };

    static const size_t lens[] = { 0, 125, 126, SHORT_MAX - 1, SHORT_MAX };
    for (int is_slow = 0; is_slow <= 1; is_slow++) {
        net_stream_id id = follow(&a, is_slow);
        for (size_t i = 0; i < sizeof lens / sizeof *lens; i++) {
            const char *got;
            struct buf *buf = net_message_begin(id);
            T_CHECK(buf != NULL);
            for (size_t at = 0; at < lens[i]; at++) {
                buf_put_u8(buf, (uint8_t)('a' + at % 23));
            }
            T_EQ_INT(net_message_end(id), WICK_OK);
            h_publish("after it");
            kit_pump(&a);
            size_t len = next_frame(&a, &got);
            T_EQ_INT(len, lens[i]);
            for (size_t at = 0; at < len && len == lens[i]; at++) {
                T_CHECK(got[at] == (char)('a' + at % 23));
            }
            expect(&a, "after it");
        }
        struct buf *buf = net_message_begin(id);
        for (size_t at = 0; at <= SHORT_MAX; at++) {
            buf_put_u8(buf, 'x');
        }
        T_EQ_INT(net_message_end(id), WICK_E_FULL);
        T_EQ_INT(net_message_end(id), WICK_E_CLOSED); /* it was ended already */
        h_shut(&a);
        H_EMPTY();
    }
}

/* Messages in pieces: the frames of rings wait for the end, and nothing is mixed. */
static void messages_in_pieces_arrive(void)
{
    static const size_t lens[] = { 1, 125, 126, 65535, 65536, WICK_SEND_CAP, 200000 };
    for (int is_slow = 0; is_slow <= 1; is_slow++) {
        net_stream_id id = follow(&a, is_slow);
        for (size_t i = 0; i < sizeof lens / sizeof *lens; i++) {
            const char *got;
            struct net_source source = h_source(lens[i]);
            T_CHECK(net_stream_source(id, lens[i], &source));
            h_publish("after it");
            kit_pump(&a);
            size_t len = next_frame(&a, &got);
            T_EQ_INT(len, lens[i]);
            T_EQ_INT(h_source_count, 0);
            h_publish("and on");
            kit_pump(&a);
            expect(&a, "after it");
            expect(&a, "and on");
        }
        struct net_source source = h_source(200000);
        T_CHECK(net_stream_source(id, 200000, &source));
        T_CHECK(net_message_begin(id) == NULL); /* dropped: lagged() will be called */
        h_shut(&a);                             /* in the middle of it */
        kit_passes(4);
        H_EMPTY();
        source = h_source(10);
        T_CHECK(!net_stream_source(id, 10, &source)); /* the stream is gone; done() was called */
        H_EMPTY();
    }
}

/* A source that gives less than it has promised: the message is cut off by closing. */
static size_t give_little(void *arg, uint8_t *to, size_t cap, bool *is_end_out)
{
    unsigned *calls = arg;
    (void)cap;
    to[0] = 'x';
    *is_end_out = ++*calls == 3;
    return 1;
}

static void note_done(void *arg)
{
    *(unsigned *)arg += 100;
}

static void a_source_that_ends_early_closes_the_connection(void)
{
    unsigned calls = 0;
    net_stream_id id = follow(&a, false);
    T_CHECK(net_stream_source(id, 1000, &(struct net_source){ give_little, note_done, &calls }));
    kit_pump(&a);
    T_EQ_INT(calls, 103);
    T_CHECK(a.is_closed);
    h_shut(&a);
    H_EMPTY();
}

/* --- several streams on one connection -------------------------------------------------------- */

static const struct net_wrap joined = {
    .end = STR_INIT("]"),
    .batch_begin = STR_INIT("<"),
    .batch_separator = STR_INIT(","),
    .batch_end = STR_INIT(">"),
};
static const struct net_wrap single = { .end = STR_INIT("]") };

static void publish_bare(uint32_t channel, const char *payload)
{
    T_EQ_INT(hub_append(hub_ring(channel, 9), STR(""), str_of(payload), STR("")), WICK_OK);
}

static void a_connection_carries_several_streams(void)
{
    unsigned closed = h_closed_count;
    net_stream_id first = follow(&a, false);
    net_conn_id conn = net_stream_conn(first);
    net_stream_id second = net_stream_add(conn);
    net_stream_id third = net_stream_add(conn);
    T_CHECK(second != 0 && third != 0 && second != third);
    T_EQ_INT(net_stream_first(conn), third);
    T_EQ_INT(net_stream_next(third), second);
    T_EQ_INT(net_stream_next(second), first);
    T_EQ_INT(net_stream_next(first), 0);
    net_stream_set_owner(second, 22);
    net_stream_set_owner(third, 33);
    T_EQ_INT(net_stream_set_wrap(second, STR("[2:"), &single), WICK_OK);
    T_EQ_INT(net_stream_set_wrap(third, STR("[3:"), &joined), WICK_OK);
    T_EQ_INT(net_follow(second, 5, 9), WICK_OK);
    T_EQ_INT(net_follow(third, 5, 9), WICK_OK);
    T_EQ_INT(net_follow(third, 6, 9), WICK_OK);
    publish_bare(5, "a");
    publish_bare(5, "b");
    publish_bare(6, "c");
    kit_pump(&a);
    const char *got;
    unsigned seen = 0;
    for (size_t len = next_frame(&a, &got); len != SIZE_MAX; len = next_frame(&a, &got)) {
        seen |= len == 5 && memcmp(got, "[2:a]", 5) == 0 ? 1u : 0;
        seen |= len == 5 && memcmp(got, "[2:b]", 5) == 0 ? 2u : 0;
        seen |= len == 13 && memcmp(got, "<[3:a],[3:b]>", 13) == 0 ? 4u : 0;
        seen |= len == 7 && memcmp(got, "<[3:c]>", 7) == 0 ? 8u : 0;
        T_CHECK(len != 0);
    }
    T_EQ_INT(seen, 15);
    struct buf *buf = net_message_begin(third);
    buf_put_text(buf, "hi");
    T_EQ_INT(net_message_end(third), WICK_OK);
    struct net_source source = h_source(3);
    T_CHECK(net_stream_source(second, 3, &source));
    kit_pump(&a);
    expect(&a, "<[3:hi]>");
    expect(&a, "[2:xxx]");
    net_stream_drop(second); /* in the middle of the list */
    T_EQ_INT(net_stream_next(third), first);
    T_EQ_INT(net_stream_owner(second), 0);
    T_EQ_INT(net_stream_owner(third), 33);
    publish_bare(5, "d");
    net_unfollow(third, 6);
    T_EQ_INT(hub_ring(6, 9), HUB_NO_RING);
    kit_pump(&a);
    expect(&a, "<[3:d]>");
    T_EQ_INT(h_closed_count, closed);
    h_shut(&a);
    T_EQ_INT(h_closed_count, closed + 2);
    H_EMPTY();
}

/* One connection cannot take the streams of the others. */
static void every_connection_can_have_a_stream(void)
{
    net_stream_id id = follow(&a, false);
    unsigned extra = 0;
    while (net_stream_add(net_stream_conn(id)) != 0) {
        extra++;
    }
    T_EQ_INT(extra, WICK_STREAM_MAX - WICK_CONN_MAX);
    (void)follow(&b, false);
    h_shut(&b);
    h_shut(&a);
    T_EQ_INT(kit_stat("wick_net_streams"), 0);
    H_EMPTY();
}

/* A payload that does not fit into one message with what surrounds it: the stream lags. */
static void a_payload_that_is_too_long_makes_the_stream_lag(void)
{
    unsigned lagged = h_lagged_count;
    net_stream_id id = follow(&a, false);
    T_EQ_INT(net_stream_set_wrap(id, STR("prefix"), &joined), WICK_OK);
    T_EQ_INT(net_stream_set_wrap(id, (struct str){ text, NET_PREFIX_CAP + 1 }, &joined),
             WICK_E_FULL);
    T_EQ_INT(net_follow(id, 5, 9), WICK_OK);
    memset(text, 'x', sizeof text);
    T_EQ_INT(hub_append(hub_ring(5, 9), STR(""),
                        (struct str){ text, WICK_SEND_CAP - NET_WRAP_ROOM }, STR("")),
             WICK_OK);
    kit_pump(&a);
    T_EQ_INT(h_lagged_count, lagged);
    T_EQ_INT(a.len, WICK_SEND_CAP - NET_WRAP_ROOM + 4 + 6 + 1 + 2);
    h_forget(&a);
    T_EQ_INT(hub_append(hub_ring(5, 9), STR(""), (struct str){ text, WICK_SEND_CAP }, STR("")),
             WICK_OK);
    kit_pump(&a);
    T_EQ_INT(h_lagged_count, lagged + 1);
    T_EQ_INT(a.len, 0);
    h_shut(&a);
    H_EMPTY();
}

/* --- one message for each pass ---------------------------------------------------------------- */

static void one_message_is_read_in_a_pass(void)
{
    static uint8_t flood[4096];
    size_t flood_len = 0;
    char payload[] = "m0";
    h_open(&a);
    h_upgrade(&a);
    h_is_slow = true;
    for (char i = 0; i < 9; i++) {
        payload[1] = (char)('0' + i);
        if (i == 4) { /* in two fragments, a ping between */
            flood_len += kit_frame(flood + flood_len, 0x01, payload, 1);
            flood_len += kit_frame(flood + flood_len, 0x89, "p", 1);
            flood_len += kit_frame(flood + flood_len, 0x80, payload + 1, 1);
        } else {
            flood_len += kit_frame(flood + flood_len, TEXT, payload, 2);
        }
    }
    for (size_t cut = 1; cut <= flood_len; cut += 7) {
        unsigned before = h_message_count;
        for (size_t at = 0; at < flood_len; at += cut) {
            size_t len = flood_len - at < cut ? flood_len - at : cut;
            unsigned was = h_message_count;
            kit_send(&a, flood + at, len);
            kit_passes(1);
            T_CHECK(h_message_count - was <= 1);
        }
        kit_pump(&a);
        T_EQ_INT(h_message_count - before, 9);
        T_EQ_INT(a.len, 9 * 4 + 3);
        h_forget(&a);
    }
    h_is_slow = false;
    T_EQ_INT(kit_stat("wick_net_in_buffers"), 0);
    h_shut(&a);
    H_EMPTY();
}

/* --- slow readers ----------------------------------------------------------------------------- */

static unsigned snapshot_number;

static void send_snapshot(net_stream_id conn)
{
    struct buf *buf = net_message_begin(conn);
    T_CHECK(buf != NULL); /* lagged() comes when there is room */
    if (buf == NULL) {
        return;
    }
    buf_put_text(buf, "snapshot ");
    buf_put_u64(buf, snapshot_number);
    T_EQ_INT(net_message_end(conn), WICK_OK);
}

/* What a reader got: whole frames, rising numbers, and where some are missing a snapshot instead.
 */
static void check_story(struct kit_client *c, unsigned last_number, bool may_lag)
{
    const char *got;
    unsigned number = 0;
    unsigned snapshots = 0;
    for (size_t len = next_frame(c, &got); len != SIZE_MAX; len = next_frame(c, &got)) {
        if (len > 9 && memcmp(got, "snapshot ", 9) == 0) {
            snapshots++;
            number = (unsigned)strtoul(got + 9, NULL, 10);
            continue;
        }
        unsigned next = (unsigned)strtoul(got, NULL, 10);
        T_EQ_INT(len, FRAME_LEN);
        T_EQ_INT(next, number + 1);
        number = next;
    }
    T_EQ_INT(c->len, 0);
    T_EQ_INT(number, last_number);
    T_CHECK(may_lag ? snapshots > 0 : snapshots == 0);
}

static void slow_readers_do_not_disturb_a_fast_one(void)
{
    unsigned lagged = h_lagged_count;
    h_on_lagged = send_snapshot;
    for (size_t i = 0; i < SLOW_COUNT; i++) {
        (void)follow(&slow[i], true);
    }
    (void)follow(&a, false);

    enum { FRAMES = 60 };

    static char story[FRAMES * (FRAME_LEN + 4)];
    size_t story_len = 0;
    for (snapshot_number = 1; snapshot_number <= FRAMES; snapshot_number++) {
        big_text(snapshot_number);
        h_forget(&a);
        h_publish(text);
        kit_pump(&a);
        T_EQ_INT(a.len, FRAME_LEN + 4); /* at once, whatever the others do */
        memcpy(story + story_len, a.mem, a.len);
        story_len += a.len;
    }
    snapshot_number = FRAMES;
    memcpy(a.mem, story, story_len);
    a.len = story_len;
    check_story(&a, FRAMES, false);
    for (size_t i = 0; i < SLOW_COUNT; i++) {
        kit_pump(&slow[i]);
        check_story(&slow[i], FRAMES, true);
    }
    T_EQ_INT(h_lagged_count - lagged, SLOW_COUNT);
    for (size_t i = 0; i < SLOW_COUNT; i++) {
        h_shut(&slow[i]);
    }
    h_shut(&a);
    h_on_lagged = NULL;
    H_EMPTY();
}

/* What one connection has sent in advance is handled in portions: others have their turn between
 * them. */
static void a_flood_of_messages_waits_for_its_turn(void)
{
    static uint8_t flood[12000];

    enum { LEN = 40, COUNT = 240 };

    char message[LEN + 1] = { 0 };
    size_t flood_len = 0;
    memset(message, 'm', LEN);
    h_open(&a);
    h_upgrade(&a);
    h_open(&b);
    h_upgrade(&b);
    for (unsigned i = 0; i < COUNT; i++) {
        flood_len += kit_frame(flood + flood_len, TEXT, message, LEN);
    }
    unsigned before = h_message_count;
    kit_send(&a, flood, flood_len);
    say(&b, "short");
    T_CHECK(h_message_count - before < COUNT / 4);
    kit_pump(&b);
    expect(&b, "short");
    kit_pump(&a);
    T_EQ_INT(h_message_count - before, COUNT + 1);
    h_shut(&a);
    h_shut(&b);
    kit_passes(2);
    H_EMPTY();
}

static void a_private_frame_without_room_is_made_good(void)
{
    net_stream_id id = follow(&a, true);
    unsigned lagged = h_lagged_count;
    bool is_blocked = false;
    for (unsigned i = 1; i <= 200 && !is_blocked; i++) {
        big_text(i);
        struct buf *buf = net_message_begin(id);
        is_blocked = buf == NULL;
        if (!is_blocked) {
            buf_put_text(buf, text);
            T_EQ_INT(net_message_end(id), WICK_OK);
        }
    }
    T_CHECK(is_blocked);
    T_CHECK(net_message_begin(id) == NULL);
    kit_passes(3);
    T_EQ_INT(h_lagged_count, lagged);
    kit_pump(&a);
    T_EQ_INT(h_lagged_count, lagged + 1);
    T_CHECK(net_message_begin(id) != NULL);
    h_shut(&a);
    H_EMPTY();
}

static void a_reader_that_is_stuck_is_let_go(void)
{
    (void)follow(&a, true);
    for (unsigned i = 1; i <= 60; i++) {
        big_text(i);
        h_publish(text);
        kit_passes(1);
    }
    h_advance(26000);
    T_EQ_INT(kit_stat("wick_net_connections"), 1);
    h_advance(26000);
    T_EQ_INT(kit_stat("wick_net_connections"), 0);
    h_shut(&a);
    H_EMPTY();
}

/* --- the end ---------------------------------------------------------------------------------- */

static void stopping_says_goodbye(void)
{
    static const char goodbye[] = "\x88\x12\x03\xe9"
                                  "the server stops";
    (void)follow(&a, false);
    h_open_with(&b, true);
    kit_text(&b, "GET /big/131072 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    kit_passes(1);
    kit_stop();
    kit_pump(&a);
    T_CHECK(a.len == sizeof goodbye - 1 && memcmp(a.mem, goodbye, a.len) == 0 && a.is_closed);
    kit_pump(&b);
    T_CHECK(h_status(&b) == 200);
    h_shut(&a);
    h_shut(&b);
    T_EQ_INT(kit_stat("wick_net_connections"), 0);
    T_EQ_INT(kit_socket_count(), 0);
}

/* Everything works in the same process again, with nothing left from before. */
static void the_server_starts_again(void)
{
    for (int round = 0; round < 3; round++) {
        h_start(h_tcp);
        frames_reach_every_follower();
        a_private_frame_goes_after_the_ring();
        stopping_says_goodbye();
    }
}

static void all(void)
{
    frames_reach_every_follower();
    a_private_frame_goes_after_the_ring();
    messages_of_all_lengths_arrive();
    messages_in_pieces_arrive();
    a_source_that_ends_early_closes_the_connection();
    a_connection_carries_several_streams();
    every_connection_can_have_a_stream();
    a_payload_that_is_too_long_makes_the_stream_lag();
    one_message_is_read_in_a_pass();
    slow_readers_do_not_disturb_a_fast_one();
    a_flood_of_messages_waits_for_its_turn();
    a_private_frame_without_room_is_made_good();
    a_reader_that_is_stuck_is_let_go();
    stopping_says_goodbye();
    the_server_starts_again();
}

int main(void)
{
    h_on_both(all);
    return t_done();
}
