/* hub_test.c - rings at their limits, members, resume. What happens over a long time is in
 * model_test.c. */
#include "base/stat.h"
#include "hub/hub_priv.h"
#include "t.h"

static char big[WICK_SEND_CAP + 1];
static const struct str none = { NULL, 0 };

static struct str bytes(size_t len)
{
    return (struct str){ big, len };
}

static uint64_t stat_of(const char *name)
{
    for (size_t idx = 0; stat_at(idx) != NULL; idx++) {
        if (strcmp(stat_at(idx)->name, name) == 0) {
            return stat_at(idx)->of->value;
        }
    }
    T_CHECK(!"a counter of that name");
    return 0;
}

/* What a cursor would send, joined. */
static size_t peek(const struct hub_cursor *cursor, size_t max, enum wick_err want, char *text)
{
    struct str piece[2];
    enum wick_err err = WICK_E_IO;
    size_t len = hub_peek(cursor, max, piece, &err);
    T_EQ_INT(err, want);
    T_EQ_INT(len, piece[0].len + piece[1].len);
    if (text != NULL && len > 0) {
        memcpy(text, piece[0].ptr, piece[0].len);
        memcpy(text + piece[0].len, piece[1].ptr, piece[1].len);
    }
    return len;
}

static uint16_t sub_of[WICK_CONN_MAX]; /* by owner; each has at most one here */

/* A copy of the new subscription's cursor: rings do not care where a cursor lies. */
static struct hub_cursor subscribed(uint16_t owner, uint32_t channel, uint8_t format)
{
    T_EQ_INT(hub_subscribe(owner, channel, format, &sub_of[owner]), WICK_OK);
    T_EQ_INT(hub_owner(sub_of[owner]), owner);
    return *hub_cursor(sub_of[owner]);
}

static void leave(uint16_t owner, struct hub_cursor *cursor)
{
    hub_unsubscribe(sub_of[owner]);
    T_EQ_INT(hub_cursor(sub_of[owner])->ring, HUB_NO_RING);
    cursor->ring = HUB_NO_RING;
}

static void append(uint16_t ring, size_t len)
{
    T_EQ_INT(hub_append(ring, none, bytes(len), none), WICK_OK);
}

static void parts_are_joined_and_numbered(void)
{
    char text[64];
    hub_init();
    struct hub_cursor a = subscribed(0, 7, 1);
    uint32_t seq = hub_seq(a.ring);
    T_CHECK(seq != 0);
    T_EQ_INT(peek(&a, 100, WICK_OK, NULL), 0);
    T_EQ_INT(hub_append(a.ring, STR("he"), STR("llo "), STR("w")), WICK_OK);
    struct hub_cursor late = subscribed(1, 7, 1);
    T_EQ_INT(hub_append(a.ring, none, STR("orld"), none), WICK_OK);
    T_EQ_INT(hub_seq(a.ring), seq + 2);
    T_EQ_TEXT(text, peek(&a, 100, WICK_OK, text), "hello world");
    T_EQ_TEXT(text, peek(&late, 100, WICK_OK, text), "orld");
    T_EQ_TEXT(text, peek(&a, 11, WICK_OK, text), "hello world");
    T_EQ_TEXT(text, peek(&a, 10, WICK_OK, text), "hello w"); /* whole frames */
    T_EQ_TEXT(text, peek(&a, 7, WICK_OK, text), "hello w");
    T_EQ_INT(peek(&a, 6, WICK_OK, NULL), 0);
    hub_skip(&a, 7);
    T_EQ_TEXT(text, peek(&a, 100, WICK_OK, text), "orld");
    hub_skip(&a, 4);
    T_EQ_INT(peek(&a, 100, WICK_OK, NULL), 0);
}

static void a_frame_may_be_as_long_as_a_write(void)
{
    hub_init();
    struct hub_cursor a = subscribed(0, 1, 0);
    uint32_t seq = hub_seq(a.ring);
    uint64_t refused = stat_of("wick_hub_frames_refused_total");
    T_EQ_INT(hub_append(a.ring, none, bytes(WICK_SEND_CAP + 1), none), WICK_E_FULL);
    T_EQ_INT(hub_append(a.ring, bytes(1), bytes(WICK_SEND_CAP), none), WICK_E_FULL);
    T_EQ_INT(hub_append(a.ring, bytes(SIZE_MAX - 1), bytes(1), bytes(1)),
             WICK_E_FULL); /* the sum would wrap */
    T_EQ_INT(stat_of("wick_hub_frames_refused_total"), refused + 3);
    T_EQ_INT(hub_seq(a.ring), seq);
    T_EQ_INT(hub_fresh(), HUB_NO_RING);
    T_EQ_INT(peek(&a, SIZE_MAX, WICK_OK, NULL), 0);
    T_EQ_INT(hub_append(a.ring, bytes(1), bytes(WICK_SEND_CAP - 2), bytes(1)), WICK_OK);
    T_EQ_INT(hub_seq(a.ring), seq + 1);
    T_EQ_INT(peek(&a, WICK_SEND_CAP, WICK_OK, NULL), WICK_SEND_CAP);
    T_EQ_INT(peek(&a, WICK_SEND_CAP - 1, WICK_OK, NULL), 0);
}

static void a_ring_that_is_exactly_full_has_lost_nothing(void)
{
    hub_init();
    struct hub_cursor a = subscribed(0, 1, 0);
    for (size_t i = 0; i < WICK_RING_CAP / WICK_SEND_CAP; i++) {
        append(a.ring, WICK_SEND_CAP);
    }
    struct hub_cursor second = a;
    hub_skip(&second, WICK_SEND_CAP);
    T_EQ_INT(hub_ring_at(a.ring)->held, WICK_RING_CAP);
    T_EQ_INT(peek(&a, SIZE_MAX, WICK_OK, NULL), WICK_RING_CAP);
    T_EQ_INT(peek(&a, WICK_SEND_CAP * 2 - 1, WICK_OK, NULL), WICK_SEND_CAP);
    append(a.ring, 1);
    T_EQ_INT(peek(&a, SIZE_MAX, WICK_E_STALE, NULL), 0);
    T_EQ_INT(peek(&second, SIZE_MAX, WICK_OK, NULL), WICK_RING_CAP - WICK_SEND_CAP + 1);
    uint64_t resyncs = stat_of("wick_hub_resyncs_total");
    hub_jump(&a);
    hub_jump(&a);
    T_EQ_INT(stat_of("wick_hub_resyncs_total"), resyncs + 1);
    T_EQ_INT(peek(&a, SIZE_MAX, WICK_OK, NULL), 0);
    append(a.ring, 5);
    T_EQ_INT(peek(&a, SIZE_MAX, WICK_OK, NULL), 5);
}

static void a_ring_holds_a_fixed_number_of_frames(void)
{
    hub_init();
    struct hub_cursor a = subscribed(0, 1, 0);
    for (size_t i = 0; i < HUB_FRAMES; i++) {
        append(a.ring, 2);
    }
    T_EQ_INT(peek(&a, 2 * HUB_FRAMES - 1, WICK_OK, NULL), 2 * HUB_FRAMES - 2);
    T_EQ_INT(peek(&a, 1, WICK_OK, NULL), 0);
    append(a.ring, 2);
    T_EQ_INT(peek(&a, SIZE_MAX, WICK_E_STALE, NULL), 0);
}

static void rewind_finds_what_is_held(void)
{
    hub_init();
    struct hub_cursor a = subscribed(0, 1, 0);
    uint32_t first = hub_seq(a.ring);
    T_EQ_INT(hub_rewind(&a, first), WICK_OK); /* nothing was missed */
    T_EQ_INT(hub_rewind(&a, first - 1), WICK_E_STALE);
    T_EQ_INT(hub_rewind(&a, first + 1), WICK_E_STALE); /* not yet there */
    for (size_t i = 0; i < HUB_FRAMES; i++) {
        append(a.ring, 3);
    }
    struct hub_cursor b = subscribed(1, 1, 0);
    T_EQ_INT(hub_rewind(&b, first), WICK_OK);
    T_EQ_INT(peek(&b, SIZE_MAX, WICK_OK, NULL), 3 * HUB_FRAMES);
    T_EQ_INT(hub_rewind(&b, first + HUB_FRAMES - 1), WICK_OK);
    T_EQ_INT(peek(&b, SIZE_MAX, WICK_OK, NULL), 3);
    T_EQ_INT(hub_rewind(&b, 0), WICK_E_STALE);
    T_EQ_INT(peek(&b, SIZE_MAX, WICK_OK, NULL), 3); /* refused: not moved */
    append(a.ring, 3);
    T_EQ_INT(hub_rewind(&b, first), WICK_E_STALE);
    T_EQ_INT(hub_rewind(&b, first + 1), WICK_OK);
    T_EQ_INT(peek(&b, SIZE_MAX, WICK_OK, NULL), 3 * HUB_FRAMES);
}

/* Everybody leaves, meanwhile nothing is published, somebody comes back with his old number:
 * something may have changed. */
static void numbers_of_a_former_ring_are_stale(void)
{
    hub_init();
    struct hub_cursor other = subscribed(9, 2, 0);
    for (int life = 0; life < 5; life++) {
        struct hub_cursor a = subscribed(0, 1, 0);
        append(a.ring, 10);
        append(other.ring, 10);
        uint32_t seq = hub_seq(a.ring);
        leave(0, &a);
        T_EQ_INT(a.ring, HUB_NO_RING);
        a = subscribed(0, 1, 0);
        T_EQ_INT(hub_rewind(&a, seq), WICK_E_STALE);
        T_EQ_INT(hub_rewind(&a, seq - 1), WICK_E_STALE);
        append(a.ring, 10);
        T_EQ_INT(hub_rewind(&a, seq), WICK_E_STALE);
        T_EQ_INT(peek(&a, SIZE_MAX, WICK_OK, NULL), 10);
        leave(0, &a);
    }
    leave(9, &other);
    T_EQ_INT(stat_of("wick_hub_rings"), 0);
    T_EQ_INT(stat_of("wick_hub_subscriptions"), 0);
}

static void number_zero_is_never_given(void)
{
    char text[16];
    for (unsigned before = 0; before < 4; before++) {
        hub_init_at((1ull << 48) - 5, (1ull << 32) - 1 - before);
        struct hub_cursor a = subscribed(0, 1, 0);
        uint32_t first = hub_seq(a.ring);
        for (int i = 0; i < 6; i++) {
            T_CHECK(hub_seq(a.ring) != 0);
            uint32_t seq = hub_seq(a.ring);
            struct hub_cursor b = a;
            char letter = (char)('a' + i);
            T_EQ_INT(hub_append(a.ring, none, (struct str){ &letter, 1 }, none), WICK_OK);
            T_EQ_INT(hub_rewind(&b, seq), WICK_OK);
            T_EQ_INT(peek(&b, 9, WICK_OK, text), 1);
            T_EQ_INT(text[0], letter);
        }
        T_EQ_INT(hub_rewind(&a, first), WICK_OK);
        T_EQ_TEXT(text, peek(&a, 9, WICK_OK, text), "abcdef");
        T_EQ_TEXT(text, peek(&a, 4, WICK_OK, text), "abcd");
    }
}

static void a_cursor_that_slept_for_4_gib_is_stale(void)
{
    hub_init();
    struct hub_cursor a = subscribed(0, 1, 0);
    for (uint64_t laps = 1; laps < 70000; laps = laps * 3 + 1) {
        hub_jump(&a);
        append(a.ring, 100);
        T_EQ_INT(peek(&a, SIZE_MAX, WICK_OK, NULL), 100);
        struct hub_ring *ring =
            hub_ring_at(a.ring); /* as after laps * 4 GiB of frames: the index holds lower halves */
        ring->head = (ring->head + (laps << 32)) % (1ull << 48);
        T_EQ_INT(peek(&a, SIZE_MAX, laps == 65536 ? WICK_OK : WICK_E_STALE, NULL), 0);
    }
}

static void rings_are_lent_and_given_back(void)
{
    struct hub_cursor cursor[WICK_RING_MAX], more;
    hub_init();
    uint64_t refused = stat_of("wick_hub_rings_refused_total");
    for (uint16_t i = 0; i < WICK_RING_MAX; i++) {
        cursor[i] = subscribed(i, i / 2, i % 2);
    }
    uint16_t none_left = 0;
    T_EQ_INT(hub_subscribe(WICK_CONN_MAX - 1, WICK_RING_MAX, 0, &none_left), WICK_E_FULL);
    T_EQ_INT(none_left, HUB_NONE);
    T_EQ_INT(stat_of("wick_hub_rings_refused_total"), refused + 1);
    T_EQ_INT(stat_of("wick_hub_rings"), WICK_RING_MAX);
    T_EQ_INT(stat_of("wick_hub_rings_max"), WICK_RING_MAX);
    T_EQ_INT(hub_ring(WICK_RING_MAX, 0), HUB_NO_RING);
    T_EQ_INT(hub_sub_count(0), 2);
    more = subscribed(WICK_CONN_MAX - 1, 0, 1);
    T_EQ_INT(more.ring, cursor[1].ring);
    T_EQ_INT(hub_sub_count(0), 3);
    leave(1, &cursor[1]);
    T_EQ_INT(hub_ring(0, 1), more.ring);
    leave(WICK_CONN_MAX - 1, &more);
    T_EQ_INT(hub_ring(0, 1), HUB_NO_RING);
    T_EQ_INT(hub_sub_count(0), 1);
    more = subscribed(WICK_CONN_MAX - 1, 99, 9);
    T_EQ_INT(peek(&more, SIZE_MAX, WICK_OK, NULL), 0); /* nothing of its former user */
    T_EQ_INT(hub_sub_count(99), 1);
}

static void fresh_rings_are_given_out_once(void)
{
    hub_init();
    struct hub_cursor a = subscribed(0, 1, 0), b = subscribed(1, 1, 1), c = subscribed(2, 2, 0);
    T_EQ_INT(hub_fresh(), HUB_NO_RING);
    append(a.ring, 1);
    append(a.ring, 1);
    append(b.ring, 1);
    append(c.ring, 1);
    leave(2, &c);
    uint16_t first = hub_fresh(), second = hub_fresh();
    T_CHECK((first == a.ring && second == b.ring) || (first == b.ring && second == a.ring));
    T_EQ_INT(hub_fresh(), HUB_NO_RING);
    append(b.ring, 1);
    T_EQ_INT(hub_fresh(), b.ring);
    T_EQ_INT(hub_fresh(), HUB_NO_RING);
    c = subscribed(2, 3, 0); /* the ring that was fresh when it was given back */
    T_EQ_INT(hub_fresh(), HUB_NO_RING);
}

/* Subscriptions have a pool of their own: one owner may have many, and none is left at the limit.
 */
static void subscriptions_are_lent_and_given_back(void)
{
    static uint16_t subs[WICK_SUB_MAX];
    uint16_t more;
    hub_init();
    for (int round = 0; round < 3; round++) {
        for (unsigned idx = 0; idx < WICK_SUB_MAX; idx++) {
            T_EQ_INT(hub_subscribe(7, idx % 4, 0, &subs[idx]), WICK_OK);
        }
        T_EQ_INT(hub_subscribe(7, 9, 0, &more), WICK_E_FULL);
        T_EQ_INT(more, HUB_NONE);
        T_EQ_INT(stat_of("wick_hub_rings"), 4); /* no ring is lent in vain */
        T_EQ_INT(hub_sub_count(1), WICK_SUB_MAX / 4);
        for (unsigned idx = 0; idx < WICK_SUB_MAX; idx++) {
            hub_unsubscribe(subs[round == 1 ? WICK_SUB_MAX - 1 - idx : idx]);
        }
        T_EQ_INT(stat_of("wick_hub_rings"), 0);
        T_EQ_INT(stat_of("wick_hub_subscriptions"), 0);
    }
}

static void frames_can_be_had_one_by_one(void)
{
    struct str piece[2];
    enum wick_err err;
    hub_init();
    struct hub_cursor a = subscribed(0, 1, 0);
    T_EQ_INT(hub_peek_one(&a, piece, &err), 0);
    for (size_t len = 1; len <= 20; len++) {
        append(a.ring, len * 7);
    }
    for (size_t len = 1; len <= 20; len++) {
        T_EQ_INT(hub_peek_one(&a, piece, &err), len * 7);
        T_EQ_INT(err, WICK_OK);
        hub_skip(&a, len * 7);
    }
    T_EQ_INT(hub_peek_one(&a, piece, &err), 0);
    for (size_t i = 0; i <= HUB_FRAMES; i++) {
        append(a.ring, 1);
    }
    T_EQ_INT(hub_peek_one(&a, piece, &err), 0);
    T_EQ_INT(err, WICK_E_STALE);
}

static void members_may_leave_while_they_are_walked(void)
{
    struct hub_cursor cursor[10];
    for (unsigned leaving = 0; leaving < 1024; leaving++) {
        hub_init();
        for (uint16_t m = 0; m < 10; m++) {
            cursor[m] = subscribed(m, 1, 0);
        }
        uint16_t ring = cursor[0].ring;
        unsigned seen = 0;
        for (uint16_t sub = hub_first(ring); sub != HUB_NONE; sub = hub_next(sub)) {
            uint16_t m = hub_owner(sub);
            T_CHECK((seen & 1u << m) == 0);
            seen |= 1u << m;
            if (leaving & 1u << m) {
                leave(m, &cursor[m]);
            }
        }
        T_EQ_INT(seen, 1023);
        T_EQ_INT(hub_sub_count(1), 10 - __builtin_popcount(leaving));
        unsigned left = 0;
        for (uint16_t sub = leaving == 1023 ? HUB_NONE : hub_first(ring); sub != HUB_NONE;
             sub = hub_next(sub)) {
            left |= 1u << hub_owner(sub);
        }
        T_EQ_INT(left, 1023 & ~leaving);
    }
}

int main(void)
{
    parts_are_joined_and_numbered();
    a_frame_may_be_as_long_as_a_write();
    a_ring_that_is_exactly_full_has_lost_nothing();
    a_ring_holds_a_fixed_number_of_frames();
    rewind_finds_what_is_held();
    numbers_of_a_former_ring_are_stale();
    number_zero_is_never_given();
    a_cursor_that_slept_for_4_gib_is_stale();
    rings_are_lent_and_given_back();
    fresh_rings_are_given_out_once();
    subscriptions_are_lent_and_given_back();
    frames_can_be_had_one_by_one();
    members_may_leave_while_they_are_walked();
    return t_done();
}
