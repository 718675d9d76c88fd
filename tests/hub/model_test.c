/* model_test.c - random publishers and subscribers against a model that keeps every frame in 64
 * bits and knows no ring.
 *
 * A frame's bytes follow from its ring's life, its number and its length, so what a subscriber
 * receives is compared with the frames that it must be: whole ones, in order, as many as fit; STALE
 * exactly when the next one is no longer held.
 */
#include "hub/hub_priv.h"
#include "t.h"

#include <stdlib.h>

enum { MEMBERS = WICK_CONN_MAX < 50 ? WICK_CONN_MAX : 50, CHANNELS = 5, FRAMES_MAX = 1 << 14 };

static struct life { /* a channel from its first subscriber to its last */
    uint64_t born;   /* 0: nobody has subscribed */
    uint32_t seq_first;
    uint32_t frame_count;
    uint32_t len[FRAMES_MAX];
    uint32_t member_count;
    bool is_fresh;
} lives[CHANNELS];

static struct member {
    int channel;   /* -1: none */
    uint32_t next; /* index of the frame that comes next */
    uint16_t sub;
} members[MEMBERS];

static uint64_t random_state;
static bool is_small; /* only short frames: their number is the limit, not their bytes */
static uint64_t deliveries, stales;

static uint32_t rnd(uint32_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)((random_state >> 20) % below);
}

static char byte_of(const struct life *life, uint32_t frame, uint32_t off)
{
    return (char)(life->born * 167 + frame * 31u + off * 7u + (off >> 8));
}

static uint32_t number_after(uint32_t seq, uint32_t count)
{
    uint64_t sum = (uint64_t)seq + count;
    return (uint32_t)(sum > UINT32_MAX ? sum + 1 : sum); /* 0 is left out */
}

/* The rule of hub_priv.h, computed from scratch: the newest that fit, counted by their numbers (the
 * 0 left out counts). */
static uint32_t oldest_held(const struct life *life)
{
    uint64_t sum = 0;
    uint32_t i = life->frame_count, newest = number_after(life->seq_first, i);
    while (i > 0 && newest - number_after(life->seq_first, i) < HUB_FRAMES &&
           sum + life->len[i - 1] <= WICK_RING_CAP) {
        sum += life->len[--i];
    }
    return i;
}

static void append_frame(void)
{
    static char text[WICK_SEND_CAP];
    int channel = (int)rnd(CHANNELS);
    struct life *life = &lives[channel];
    uint16_t ring = hub_ring((uint32_t)channel, 3);
    T_EQ_INT(ring != HUB_NO_RING, life->born != 0);
    if (life->born == 0 || life->frame_count == FRAMES_MAX) {
        return;
    }
    static const uint32_t len_max[] = { 40, 40, 200, WICK_SEND_CAP };
    uint32_t len = 1 + rnd(len_max[is_small ? 0 : rnd(4)]);
    len = !is_small && rnd(50) == 0 ? WICK_SEND_CAP : len;
    for (uint32_t i = 0; i < len; i++) {
        text[i] = byte_of(life, life->frame_count, i);
    }
    uint32_t cut_a = rnd(len + 1), cut_b = cut_a + rnd(len - cut_a + 1);
    T_EQ_INT(hub_append(ring, (struct str){ text, cut_a },
                        (struct str){ text + cut_a, cut_b - cut_a },
                        (struct str){ text + cut_b, len - cut_b }),
             WICK_OK);
    life->len[life->frame_count++] = len;
    life->is_fresh = true;
    T_EQ_INT(hub_seq(ring), number_after(life->seq_first, life->frame_count));
}

static void join(uint16_t idx)
{
    static uint64_t births;
    struct member *member = &members[idx];
    int channel = (int)rnd(CHANNELS);
    struct life *life = &lives[channel];
    T_EQ_INT(hub_subscribe(idx, (uint32_t)channel, 3, &member->sub), WICK_OK);
    if (life->born == 0) {
        life->born = ++births;
        life->seq_first = hub_seq(hub_cursor(member->sub)->ring);
        life->frame_count = 0;
        life->is_fresh = false;
    }
    life->member_count++;
    member->channel = channel;
    member->next = life->frame_count;
}

static void leave(uint16_t idx)
{
    struct member *member = &members[idx];
    struct life *life = &lives[member->channel];
    hub_unsubscribe(member->sub);
    if (--life->member_count == 0) {
        life->born = 0;
    }
    member->channel = -1;
}

static void resume(struct member *member)
{
    const struct life *life = &lives[member->channel];
    uint32_t back = rnd(rnd(2) == 0 ? 10 : HUB_FRAMES + 20);
    if (back > life->frame_count) {
        return;
    }
    uint32_t next = life->frame_count - back;
    bool is_held = next >= oldest_held(life);
    T_EQ_INT(hub_rewind(hub_cursor(member->sub), number_after(life->seq_first, next)),
             is_held ? WICK_OK : WICK_E_STALE);
    member->next = is_held ? next : member->next;
}

static void receive(struct member *member)
{
    const struct life *life = &lives[member->channel];
    struct str piece[2];
    enum wick_err err = WICK_E_IO;
    static const uint32_t max_of[] = { 100, 1000, WICK_SEND_CAP, WICK_RING_CAP };
    uint32_t max = rnd(max_of[rnd(4)]) + 1;
    size_t len = hub_peek(hub_cursor(member->sub), max, piece, &err);
    if (member->next < oldest_held(life)) {
        T_EQ_INT(err, WICK_E_STALE);
        T_EQ_INT(len, 0);
        stales++;
        if (rnd(3) == 0) {
            hub_jump(hub_cursor(member->sub));
            member->next = life->frame_count;
        }
        return;
    }
    T_EQ_INT(err, WICK_OK);
    T_EQ_INT(piece[0].len + piece[1].len, len);
    struct str one[2];
    size_t one_len = hub_peek_one(hub_cursor(member->sub), one, &err);
    T_EQ_INT(err, WICK_OK);
    T_EQ_INT(one_len, member->next < life->frame_count ? life->len[member->next] : 0);
    T_CHECK(one_len == 0 || one[0].len == 0 || one[0].ptr[0] == byte_of(life, member->next, 0));
    uint32_t next = member->next;
    size_t want = 0, piece_idx = 0, piece_off = 0;
    unsigned wrong = 0;
    while (next < life->frame_count && want + life->len[next] <= max) {
        for (uint32_t i = 0; i < life->len[next] && want + i < len; i++) {
            while (piece_off == piece[piece_idx].len && piece_idx == 0) {
                piece_idx = 1;
                piece_off = 0;
            }
            wrong += piece[piece_idx].ptr[piece_off++] != byte_of(life, next, i);
        }
        want += life->len[next++];
    }
    T_EQ_INT(len, want);
    T_EQ_INT(wrong, 0);
    if (rnd(8) != 0) { /* else the connection took nothing */
        hub_skip(hub_cursor(member->sub), len);
        member->next = next;
        deliveries += len > 0;
    }
}

static void walk_fresh(void)
{
    for (uint16_t ring = hub_fresh(); ring != HUB_NO_RING; ring = hub_fresh()) {
        uint32_t count = 0;
        int channel = -1;
        for (uint16_t sub = hub_first(ring); sub != HUB_NONE; sub = hub_next(sub)) {
            uint16_t m = hub_owner(sub);
            T_CHECK(m < MEMBERS && members[m].sub == sub && hub_cursor(sub)->ring == ring);
            channel = members[m].channel;
            count++;
        }
        T_CHECK(channel >= 0 && lives[channel].is_fresh);
        T_EQ_INT(count, lives[channel].member_count);
        lives[channel].is_fresh = false;
    }
    for (int channel = 0; channel < CHANNELS; channel++) {
        T_CHECK(lives[channel].born == 0 || !lives[channel].is_fresh);
        T_EQ_INT(hub_sub_count((uint32_t)channel), lives[channel].member_count);
    }
}

static void run(uint64_t pos, uint64_t seq, unsigned steps)
{
    hub_init_at(pos, seq);
    memset(lives, 0, sizeof lives);
    for (uint16_t i = 0; i < MEMBERS; i++) {
        members[i].channel = -1;
        members[i].sub = HUB_NONE;
    }
    is_small = rnd(3) == 0;
    unsigned slow = rnd(MEMBERS); /* from here on members seldom read */
    for (unsigned step = 0; step < steps && t_failed < 10; step++) {
        uint16_t idx = (uint16_t)rnd(MEMBERS);
        struct member *member = &members[idx];
        switch (rnd(16)) {
        case 0:
        case 1:
        case 2:
        case 3:
        case 4:
            append_frame();
            break;
        case 5:
            walk_fresh();
            break;
        case 6:
            if (member->channel >= 0) {
                resume(member);
            }
            break;
        case 7:
            if (member->channel < 0) {
                join(idx);
            } else if (rnd(30) == 0) {
                leave(idx);
            }
            break;
        default:
            if (member->channel >= 0 && (idx < slow || rnd(200) == 0)) {
                receive(member);
            }
        }
    }
}

int main(int argc, char **argv)
{
    unsigned seeds = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 50;
    for (unsigned seed = 1; seed <= seeds && t_failed == 0; seed++) {
        random_state = seed * 0x9e3779b97f4a7c15u + 1;
        static const uint64_t wraps[] = { 0, 1ull << 32, 1ull << 48 };
        uint64_t pos = seed % 3 == 0 ? 0 : wraps[seed % 3] - rnd(1u << 21);
        uint64_t seq = seed % 2 == 0 ? 0 : (1ull << 32) - 1 - rnd(HUB_FRAMES);
        run(pos, seq, 12000);
        if (t_failed > 0) {
            fprintf(stderr, "%s:%d: seed %u\n", __FILE__, __LINE__, seed);
        }
    }
    T_CHECK(deliveries > 100 * (uint64_t)seeds &&
            stales > 10 * (uint64_t)seeds); /* it was worth the time */
    return t_done();
}
