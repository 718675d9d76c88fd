/* hub.c - rings, their frames and members. The drawing is in hub_priv.h.
 *
 * Positions count all bytes ever appended to a ring, modulo 2^48; the index of frames keeps their
 * lower 32 bits, which is enough because two frames held are never further apart than
 * WICK_RING_CAP. Sequence numbers run on in 64 bits and show their lower half. Where that would be
 * 0, which is "none" on the wires, an empty frame takes the number, so that numbers and index never
 * need a special case.
 */
#include "base/seq.h"
#include "base/stat.h"
#include "hub/hub_priv.h"
#include "os/os.h"

#include <string.h>

_Static_assert((WICK_RING_CAP & (WICK_RING_CAP - 1)) == 0,
               "positions wrap at a power of two, so must the ring");
_Static_assert((HUB_FRAMES & (HUB_FRAMES - 1)) == 0 && HUB_FRAMES >= 2 && HUB_FRAMES < 0xffff,
               "sequence numbers wrap in the index");
_Static_assert(WICK_RING_MAX <= 64, "the fresh rings are the bits of one word");

enum { NO_MEMBER = HUB_NO_RING, NOT_SUBSCRIBED = 0xfffe }; /* in the links of members */

_Static_assert((int)WICK_CONN_MAX < NOT_SUBSCRIBED, "a member is a 16 bit index");

static struct hub_ring rings[WICK_RING_MAX];
static uint8_t ring_bytes[WICK_RING_MAX][WICK_RING_CAP];
static uint32_t frame_start[WICK_RING_MAX][HUB_FRAMES]; /* by sequence number % HUB_FRAMES; lower
                                                           half of the position */

static uint16_t member_next[WICK_CONN_MAX],
    member_prev[WICK_CONN_MAX]; /* lists of the rings' members */
static uint64_t fresh_rings;    /* bit r: ring r got frames since hub_fresh() gave it out */
static uint64_t seq_floor;      /* no sequence number of a ring that was given back is above it */
static uint32_t epoch;

static struct stat_counter stat_frames = {
    "wick_hub_frames_total", "Frames appended to rings", 0, true, false, NULL
};
static struct stat_counter stat_bytes = {
    "wick_hub_bytes_total", "Bytes appended to rings", 0, true, false, NULL
};
static struct stat_counter stat_long = {
    "wick_hub_frames_refused_total", "Frames longer than a write may be", 0, true, false, NULL
};
static struct stat_counter stat_resyncs = {
    "wick_hub_resyncs_total", "Subscribers moved past frames not sent", 0, true, false, NULL
};
static struct stat_counter stat_rings = { "wick_hub_rings", "Rings in use", 0, false, false, NULL };
static struct stat_counter stat_rings_max = {
    "wick_hub_rings_max", "Most rings in use at once", 0, false, false, NULL
};
static struct stat_counter stat_refused = {
    "wick_hub_rings_refused_total", "Subscriptions without a ring", 0, true, false, NULL
};
static struct stat_counter stat_members = {
    "wick_hub_members", "Subscribers", 0, false, false, NULL
};

void hub_init(void)
{
    /* like jiffies: the first wrap is met soon, not after months in the field */
    hub_init_at((1ull << 32) - 4 * (uint64_t)WICK_RING_CAP, 0);
}

void hub_init_at(uint64_t pos, uint64_t seq)
{
    struct stat_counter *const all[] = { &stat_frames,  &stat_bytes,  &stat_long,
                                         &stat_resyncs, &stat_rings,  &stat_rings_max,
                                         &stat_refused, &stat_members };
    for (size_t i = 0; i < WICK_COUNT_OF(all); i++) {
        stat_add(all[i]);
    }
    stat_rings.value = 0;
    stat_members.value = 0;
    memset(rings, 0, sizeof rings);
    for (size_t i = 0; i < WICK_COUNT_OF(rings); i++) {
        rings[i].head = pos & SEQ48_MASK;
        rings[i].member_first = NO_MEMBER;
    }
    for (size_t i = 0; i < WICK_COUNT_OF(member_prev); i++) {
        member_prev[i] = NOT_SUBSCRIBED;
    }
    fresh_rings = 0;
    seq_floor = seq;
    os_random(&epoch, sizeof epoch);
}

struct hub_ring *hub_ring_at(uint16_t ring)
{
    WICK_ASSERT(ring < WICK_RING_MAX && rings[ring].member_count > 0);
    return &rings[ring];
}

uint32_t hub_epoch(void)
{
    return epoch;
}

uint32_t hub_seq(uint16_t ring)
{
    return (uint32_t)(hub_ring_at(ring)->seq & 0xffffffffu);
}

/* --- members ---------------------------------------------------------------------------------- */

uint16_t hub_ring(uint32_t channel, uint8_t wire)
{
    for (unsigned i = 0; i < WICK_RING_MAX; i++) {
        if (rings[i].channel == channel && rings[i].wire == wire && rings[i].member_count > 0) {
            return (uint16_t)i;
        }
    }
    return HUB_NO_RING;
}

/* A free ring for (channel, wire). Its first sequence number is beyond all that were used on any
 * ring given back, so also beyond those of this channel's former ring: whoever comes back with one
 * of them finds that frames are missing. */
static uint16_t lend_ring(uint32_t channel, uint8_t wire)
{
    for (unsigned i = 0; i < WICK_RING_MAX; i++) {
        struct hub_ring *ring = &rings[i];
        if (ring->member_count > 0) {
            continue;
        }
        seq_floor += (seq_floor & 0xffffffffu) == 0xffffffffu ? 2 : 1;
        ring->seq = seq_floor;
        ring->held = 0;
        ring->frame_count = 0;
        ring->channel = channel;
        ring->wire = wire;
        if (++stat_rings.value > stat_rings_max.value) {
            stat_rings_max.value = stat_rings.value;
        }
        return (uint16_t)i;
    }
    stat_refused.value++;
    return HUB_NO_RING;
}

static uint64_t position(const struct hub_cursor *cursor)
{
    return (uint64_t)cursor->lap << 32 | cursor->pos;
}

static void set_position(struct hub_cursor *cursor, uint64_t pos)
{
    cursor->pos = (uint32_t)(pos & 0xffffffffu);
    cursor->lap = (uint16_t)(pos >> 32 & 0xffffu);
}

enum wick_err hub_subscribe(uint16_t member, uint32_t channel, uint8_t wire,
                            struct hub_cursor *cursor_out)
{
    WICK_ASSERT(member < WICK_CONN_MAX && member_prev[member] == NOT_SUBSCRIBED);
    uint16_t idx = hub_ring(channel, wire);
    if (idx == HUB_NO_RING) {
        idx = lend_ring(channel, wire);
    }
    cursor_out->ring = idx;
    if (idx == HUB_NO_RING) {
        set_position(cursor_out, 0);
        return WICK_E_FULL;
    }
    struct hub_ring *ring = &rings[idx];
    member_prev[member] = NO_MEMBER;
    member_next[member] = ring->member_first;
    if (ring->member_first != NO_MEMBER) {
        member_prev[ring->member_first] = member;
    }
    ring->member_first = member;
    ring->member_count++;
    stat_members.value++;
    set_position(cursor_out, ring->head);
    return WICK_OK;
}

/* member_next[member] stays as it is: a walk that stands at this member can go on. */
void hub_unsubscribe(uint16_t member, struct hub_cursor *cursor)
{
    if (cursor->ring == HUB_NO_RING) {
        return;
    }
    WICK_ASSERT(member < WICK_CONN_MAX && member_prev[member] != NOT_SUBSCRIBED);
    struct hub_ring *ring = hub_ring_at(cursor->ring);
    uint16_t next = member_next[member];
    uint16_t prev = member_prev[member];
    if (prev == NO_MEMBER) {
        WICK_ASSERT(ring->member_first == member);
        ring->member_first = next;
    } else {
        WICK_ASSERT(member_next[prev] == member);
        member_next[prev] = next;
    }
    if (next != NO_MEMBER) {
        member_prev[next] = prev;
    }
    member_prev[member] = NOT_SUBSCRIBED;
    ring->member_count--;
    stat_members.value--;
    if (ring->member_count == 0) {
        fresh_rings &= ~(1ull << cursor->ring);
        seq_floor = ring->seq > seq_floor ? ring->seq : seq_floor;
        stat_rings.value--;
    }
    cursor->ring = HUB_NO_RING;
}

uint16_t hub_first(uint16_t ring)
{
    return hub_ring_at(ring)->member_first;
}

uint16_t hub_next(uint16_t member)
{
    WICK_ASSERT(member < WICK_CONN_MAX);
    return member_next[member];
}

uint16_t hub_member_count(uint32_t channel)
{
    unsigned count = 0;
    for (unsigned i = 0; i < WICK_RING_MAX; i++) {
        count += rings[i].channel == channel ? rings[i].member_count : 0u;
    }
    return (uint16_t)count; /* <= WICK_CONN_MAX: one subscription each */
}

uint16_t hub_fresh(void)
{
    if (fresh_rings == 0) {
        return HUB_NO_RING;
    }
    unsigned idx = (unsigned)__builtin_ctzll(fresh_rings);
    fresh_rings &= fresh_rings - 1;
    return (uint16_t)idx;
}

/* --- frames ----------------------------------------------------------------------------------- */

/* Start of the frame that is `age` frames older than the newest one. */
static uint32_t start_of(const struct hub_ring *ring, uint32_t age)
{
    return frame_start[ring - rings][(ring->seq - age) & (HUB_FRAMES - 1)];
}

/* Forget the oldest frames until one more of len bytes can be held. */
static void make_room(struct hub_ring *ring, size_t len)
{
    while (ring->frame_count == HUB_FRAMES || ring->held + len > WICK_RING_CAP) {
        WICK_ASSERT(ring->frame_count > 0);
        ring->frame_count--;
        ring->held = ring->frame_count == 0 ? 0
                                            : seq_sub((uint32_t)(ring->head & 0xffffffffu),
                                                      start_of(ring, ring->frame_count - 1u));
    }
}

static void index_frame(struct hub_ring *ring, size_t len)
{
    make_room(ring, len);
    ring->seq++;
    frame_start[ring - rings][ring->seq & (HUB_FRAMES - 1)] = (uint32_t)(ring->head & 0xffffffffu);
    ring->frame_count++;
    ring->held += (uint32_t)len;
}

static uint64_t put_bytes(uint8_t *bytes, uint64_t pos, struct str part)
{
    size_t off = (size_t)(pos % WICK_RING_CAP);
    size_t first = WICK_RING_CAP - off < part.len ? WICK_RING_CAP - off : part.len;
    if (part.len > 0) {
        memcpy(bytes + off, part.ptr, first);
        memcpy(bytes, part.ptr + first, part.len - first);
    }
    return seq48_add(pos, part.len);
}

enum wick_err hub_append(uint16_t ring_idx, struct str head, struct str body, struct str tail)
{
    struct hub_ring *ring = hub_ring_at(ring_idx);
    if (head.len > WICK_SEND_CAP || body.len > WICK_SEND_CAP || tail.len > WICK_SEND_CAP ||
        head.len + body.len + tail.len > WICK_SEND_CAP) {
        stat_long.value++;
        return WICK_E_FULL;
    }
    size_t len = head.len + body.len + tail.len;
    WICK_ASSERT(len > 0);
    if ((ring->seq & 0xffffffffu) == 0xffffffffu) {
        index_frame(ring, 0); /* takes number 0 */
    }
    index_frame(ring, len);
    uint8_t *bytes = ring_bytes[ring_idx];
    uint64_t end = put_bytes(bytes, ring->head, head);
    end = put_bytes(bytes, end, body);
    ring->head = put_bytes(bytes, end, tail);
    fresh_rings |= 1ull << ring_idx;
    stat_frames.value++;
    stat_bytes.value += len;
    return WICK_OK;
}

enum wick_err hub_rewind(struct hub_cursor *cursor, uint32_t seq)
{
    const struct hub_ring *ring = hub_ring_at(cursor->ring);
    uint32_t missed = seq_sub((uint32_t)(ring->seq & 0xffffffffu), seq);
    if (seq == 0 || missed > ring->frame_count) {
        return WICK_E_STALE;
    }
    uint32_t bytes =
        missed == 0 ? 0 : seq_sub((uint32_t)(ring->head & 0xffffffffu), start_of(ring, missed - 1));
    set_position(cursor, seq48_sub(ring->head, bytes));
    return WICK_OK;
}

/* --- reading: once per delivered message ------------------------------------------------------ */

/* Bytes of the whole frames from pos on that fit into max, which is less than what is due: search
 * for the last frame that starts at or before pos + max. The frame at pos itself does. Seldom
 * needed, so kept out of the way. */
__attribute__((noinline)) static size_t whole_frames(const struct hub_ring *ring, uint32_t pos,
                                                     size_t max)
{
    uint32_t low = 0; /* age of a frame that may start too late */
    uint32_t high =
        ring->frame_count - 1u; /* age of a frame that starts early enough: at the latest at pos */
    uint32_t tail = start_of(ring, high);
    uint64_t limit = (uint64_t)seq_sub(pos, tail) +
                     max; /* distances from the tail, so that they order the frames */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (seq_sub(start_of(ring, middle), tail) <= limit) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return seq_sub(start_of(ring, high), pos);
}

size_t hub_peek(const struct hub_cursor *cursor, size_t max, struct str piece[static 2],
                enum wick_err *err_out)
{
    piece[0] = (struct str){ NULL, 0 };
    piece[1] = (struct str){ NULL, 0 };
    *err_out = WICK_OK;
    if (cursor->ring == HUB_NO_RING) {
        return 0;
    }
    const struct hub_ring *ring = hub_ring_at(cursor->ring);
    uint64_t due = seq48_sub(ring->head, position(cursor));
    if (due > ring->held) {
        *err_out = WICK_E_STALE;
        return 0;
    }
    size_t len = due <= max ? (size_t)due : whole_frames(ring, cursor->pos, max);
    size_t off = cursor->pos % WICK_RING_CAP;
    size_t first = WICK_RING_CAP - off < len ? WICK_RING_CAP - off : len;
    const char *bytes = (const char *)ring_bytes[cursor->ring];
    piece[0] = (struct str){ bytes + off, first };
    piece[1] = (struct str){ bytes, len - first };
    return len;
}

void hub_skip(struct hub_cursor *cursor, size_t len)
{
    const struct hub_ring *ring = hub_ring_at(cursor->ring);
    uint64_t pos = position(cursor);
    WICK_ASSERT(len <= seq48_sub(ring->head, pos));
    set_position(cursor, seq48_add(pos, len));
}

void hub_jump(struct hub_cursor *cursor)
{
    const struct hub_ring *ring = hub_ring_at(cursor->ring);
    if (position(cursor) != ring->head) {
        stat_resyncs.value++;
        set_position(cursor, ring->head);
    }
}
