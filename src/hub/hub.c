/* hub.c - rings, their frames and subscriptions. The drawing is in hub_priv.h.
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
_Static_assert((int)WICK_SUB_MAX < (int)HUB_NONE, "a subscription is a 16 bit index");

struct hub_sub hub_subs[WICK_SUB_MAX];

static struct {
    struct hub_ring ring[WICK_RING_MAX];
    uint64_t fresh;     /* bit r: ring r got frames since hub_fresh() gave it out */
    uint64_t seq_floor; /* no sequence number of a ring that was given back is above it */
    uint32_t epoch;
    uint16_t sub_free;    /* free list through prev */
    uint16_t sub_touched; /* the rest was never used and is not in memory */
} hub;

static uint8_t ring_bytes[WICK_RING_MAX][WICK_RING_CAP];
static uint32_t frame_start[WICK_RING_MAX][HUB_FRAMES]; /* by sequence number % HUB_FRAMES; lower
                                                           half of the position */

static struct stat_value stat_frames;
STAT_TOTAL(stat_frames, "wick_hub_frames_total", "Frames appended to rings");
static struct stat_value stat_bytes;
STAT_TOTAL(stat_bytes, "wick_hub_bytes_total", "Bytes appended to rings");
static struct stat_value stat_long;
STAT_TOTAL(stat_long, "wick_hub_frames_refused_total", "Frames longer than a write may be");
static struct stat_value stat_resyncs;
STAT_TOTAL(stat_resyncs, "wick_hub_resyncs_total", "Subscribers moved past frames not sent");
static struct stat_value stat_rings;
STAT_GAUGE(stat_rings, "wick_hub_rings", "Rings in use");
static struct stat_value stat_rings_max;
STAT_GAUGE(stat_rings_max, "wick_hub_rings_max", "Most rings in use at once");
static struct stat_value stat_refused;
STAT_TOTAL(stat_refused, "wick_hub_rings_refused_total", "Subscriptions without a ring");
static struct stat_value stat_subs;
STAT_GAUGE(stat_subs, "wick_hub_subscriptions", "Subscriptions");

void hub_init(void)
{
    /* like jiffies: the first wrap is met soon, not after months in the field */
    hub_init_at((1ull << 32) - 4 * (uint64_t)WICK_RING_CAP, 0);
}

void hub_init_at(uint64_t pos, uint64_t seq)
{
    stat_rings.value = 0;
    stat_subs.value = 0;
    memset(&hub, 0, sizeof hub);
    for (size_t i = 0; i < WICK_COUNT_OF(hub.ring); i++) {
        hub.ring[i].head = pos & SEQ48_MASK;
        hub.ring[i].sub_first = HUB_NONE;
    }
    hub.seq_floor = seq;
    hub.sub_free = HUB_NONE;
    os_random(&hub.epoch, sizeof hub.epoch);
    WICK_ASSERT_DEBUG(hub_ring(0, 0) == HUB_NO_RING); /* all are free */
}

struct hub_ring *hub_ring_at(uint16_t ring)
{
    WICK_ASSERT(ring < WICK_RING_MAX && hub.ring[ring].sub_count > 0);
    WICK_ASSERT_DEBUG(hub.ring[ring].sub_first < hub.sub_touched);
    WICK_ASSERT_DEBUG(hub.ring[ring].head <= SEQ48_MASK && hub.ring[ring].held <= WICK_RING_CAP);
    WICK_ASSERT_DEBUG(hub.ring[ring].frame_count <= HUB_FRAMES);
    WICK_ASSERT_DEBUG(hub.ring[ring].frame_count > 0 || hub.ring[ring].held == 0);
    return &hub.ring[ring];
}

uint32_t hub_epoch(void)
{
    return hub.epoch;
}

uint32_t hub_seq(uint16_t ring)
{
    WICK_ASSERT_DEBUG((hub_ring_at(ring)->seq & 0xffffffffu) != 0); /* "none" on the wires */
    return (uint32_t)(hub_ring_at(ring)->seq & 0xffffffffu);
}

uint32_t hub_channel(uint16_t ring)
{
    WICK_ASSERT_DEBUG(stat_rings.value > 0 && stat_rings.value <= WICK_RING_MAX);
    return hub_ring_at(ring)->channel;
}

/* --- subscriptions ---------------------------------------------------------------------------- */

uint16_t hub_ring(uint32_t channel, uint8_t format)
{
    for (unsigned i = 0; i < WICK_RING_MAX; i++) {
        const struct hub_ring *ring = &hub.ring[i];
        if (ring->channel == channel && ring->format == format && ring->sub_count > 0) {
            WICK_ASSERT_DEBUG(ring->sub_first != HUB_NONE && ring->sub_count <= stat_subs.value);
            return (uint16_t)i;
        }
    }
    return HUB_NO_RING;
}

/* A free ring for (channel, format). Its first sequence number is beyond all that were used on any
 * ring given back, so also beyond those of this channel's former ring: a client that resumes with
 * one of them learns that frames are missing. */
static uint16_t lend_ring(uint32_t channel, uint8_t format)
{
    WICK_ASSERT_DEBUG(hub_ring(channel, format) == HUB_NO_RING);
    for (unsigned i = 0; i < WICK_RING_MAX; i++) {
        struct hub_ring *ring = &hub.ring[i];
        if (ring->sub_count > 0) {
            continue;
        }
        WICK_ASSERT_DEBUG(ring->sub_first == HUB_NONE && (hub.fresh >> i & 1) == 0);
        hub.seq_floor += (hub.seq_floor & 0xffffffffu) == 0xffffffffu ? 2 : 1;
        WICK_ASSERT_DEBUG(hub.seq_floor > ring->seq && (hub.seq_floor & 0xffffffffu) != 0);
        ring->seq = hub.seq_floor;
        ring->held = 0;
        ring->frame_count = 0;
        ring->channel = channel;
        ring->format = format;
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
    WICK_ASSERT_DEBUG(cursor->ring < WICK_RING_MAX);
    return (uint64_t)cursor->lap << 32 | cursor->pos;
}

static void set_position(struct hub_cursor *cursor, uint64_t pos)
{
    WICK_ASSERT_DEBUG(pos <= SEQ48_MASK);
    cursor->pos = (uint32_t)(pos & 0xffffffffu);
    cursor->lap = (uint16_t)(pos >> 32 & 0xffffu);
}

static uint16_t take_sub(void)
{
    uint16_t idx = hub.sub_free;
    if (idx != HUB_NONE) {
        WICK_ASSERT_DEBUG(idx < hub.sub_touched && hub_subs[idx].cursor.ring == HUB_NO_RING);
        hub.sub_free = hub_subs[idx].prev;
    } else if (hub.sub_touched < WICK_SUB_MAX) {
        idx = hub.sub_touched++;
    } else {
        WICK_ASSERT_DEBUG(stat_subs.value == WICK_SUB_MAX);
        stat_refused.value++;
    }
    return idx;
}

static void give_sub(uint16_t idx)
{
    WICK_ASSERT_DEBUG(idx < hub.sub_touched && idx != hub.sub_free);
    hub_subs[idx].cursor.ring = HUB_NO_RING;
    hub_subs[idx].prev = hub.sub_free; /* next stays: a walk that stands here can go on */
    hub.sub_free = idx;
}

enum wick_err hub_subscribe(uint16_t owner, uint32_t channel, uint8_t format, uint16_t *sub_out)
{
    *sub_out = HUB_NONE;
    uint16_t idx = take_sub();
    if (idx == HUB_NONE) {
        return WICK_E_FULL;
    }
    uint16_t ring_idx = hub_ring(channel, format);
    if (ring_idx == HUB_NO_RING) {
        ring_idx = lend_ring(channel, format);
    }
    if (ring_idx == HUB_NO_RING) {
        give_sub(idx);
        return WICK_E_FULL;
    }
    struct hub_ring *ring = &hub.ring[ring_idx];
    WICK_ASSERT_DEBUG((ring->sub_count == 0) == (ring->sub_first == HUB_NONE));
    WICK_ASSERT_DEBUG(ring->sub_count < WICK_SUB_MAX);
    struct hub_sub *sub = &hub_subs[idx];
    *sub = (struct hub_sub){
        .cursor.ring = ring_idx,
        .next = ring->sub_first,
        .prev = HUB_NONE,
        .owner = owner,
        .link = HUB_NONE,
    };
    if (ring->sub_first != HUB_NONE) {
        WICK_ASSERT_DEBUG(hub_subs[ring->sub_first].prev == HUB_NONE);
        WICK_ASSERT_DEBUG(hub_subs[ring->sub_first].cursor.ring == ring_idx);
        hub_subs[ring->sub_first].prev = idx;
    }
    ring->sub_first = idx;
    ring->sub_count++;
    stat_subs.value++;
    set_position(&sub->cursor, ring->head);
    WICK_ASSERT_DEBUG(position(&sub->cursor) == ring->head);
    *sub_out = idx;
    return WICK_OK;
}

/* The last subscriber has left. */
static void give_ring(uint16_t idx)
{
    struct hub_ring *ring = &hub.ring[idx];
    WICK_ASSERT(ring->sub_count == 0 && ring->sub_first == HUB_NONE);
    hub.fresh &= ~(1ull << idx);
    hub.seq_floor = ring->seq > hub.seq_floor ? ring->seq : hub.seq_floor;
    WICK_ASSERT_DEBUG(stat_rings.value > 0);
    stat_rings.value--;
}

void hub_unsubscribe(uint16_t idx)
{
    WICK_ASSERT(idx < hub.sub_touched);
    struct hub_sub *sub = &hub_subs[idx];
    uint16_t ring_idx = sub->cursor.ring;
    struct hub_ring *ring = hub_ring_at(ring_idx);
    if (sub->prev == HUB_NONE) {
        WICK_ASSERT(ring->sub_first == idx);
        ring->sub_first = sub->next;
    } else {
        WICK_ASSERT(hub_subs[sub->prev].next == idx);
        hub_subs[sub->prev].next = sub->next;
    }
    if (sub->next != HUB_NONE) {
        WICK_ASSERT_DEBUG(hub_subs[sub->next].prev == idx);
        WICK_ASSERT_DEBUG(hub_subs[sub->next].cursor.ring == ring_idx);
        hub_subs[sub->next].prev = sub->prev;
    }
    ring->sub_count--;
    WICK_ASSERT_DEBUG(stat_subs.value > 0);
    stat_subs.value--;
    if (ring->sub_count == 0) {
        give_ring(ring_idx);
    }
    give_sub(idx);
}

uint16_t hub_first(uint16_t ring)
{
    WICK_ASSERT_DEBUG(hub_subs[hub_ring_at(ring)->sub_first].prev == HUB_NONE);
    WICK_ASSERT_DEBUG(hub_subs[hub_ring_at(ring)->sub_first].cursor.ring == ring);
    return hub_ring_at(ring)->sub_first;
}

uint16_t hub_sub_count(uint32_t channel)
{
    unsigned count = 0;
    for (unsigned i = 0; i < WICK_RING_MAX && stat_subs.value > 0; i++) {
        count += hub.ring[i].channel == channel ? hub.ring[i].sub_count : 0u;
    }
    WICK_ASSERT_DEBUG(count <= stat_subs.value);
    return (uint16_t)count; /* <= WICK_SUB_MAX */
}

uint16_t hub_fresh(void)
{
    if (hub.fresh == 0) {
        return HUB_NO_RING;
    }
    unsigned idx = (unsigned)__builtin_ctzll(hub.fresh);
    WICK_ASSERT_DEBUG(idx < WICK_RING_MAX && hub_ring_at((uint16_t)idx)->frame_count > 0);
    hub.fresh &= hub.fresh - 1;
    return (uint16_t)idx;
}

/* --- frames ----------------------------------------------------------------------------------- */

/* Start of the frame that is `age` frames older than the newest one. */
static uint32_t start_of(const struct hub_ring *ring, uint32_t age)
{
    WICK_ASSERT_DEBUG(age < ring->frame_count);
    return frame_start[ring - hub.ring][(ring->seq - age) & (HUB_FRAMES - 1)];
}

/* Forget the oldest frames until one more of len bytes can be held. */
static void make_room(struct hub_ring *ring, size_t len)
{
    WICK_ASSERT_DEBUG(len <= WICK_SEND_CAP);
    while (ring->frame_count == HUB_FRAMES || ring->held + len > WICK_RING_CAP) {
        WICK_ASSERT(ring->frame_count > 0);
        ring->frame_count--;
        ring->held = ring->frame_count == 0 ? 0
                                            : seq_sub((uint32_t)(ring->head & 0xffffffffu),
                                                      start_of(ring, ring->frame_count - 1u));
        WICK_ASSERT_DEBUG(ring->held <= WICK_RING_CAP);
    }
}

static void index_frame(struct hub_ring *ring, size_t len)
{
    make_room(ring, len);
    ring->seq++;
    WICK_ASSERT_DEBUG((len == 0) == ((ring->seq & 0xffffffffu) == 0));
    frame_start[ring - hub.ring][ring->seq & (HUB_FRAMES - 1)] =
        (uint32_t)(ring->head & 0xffffffffu);
    ring->frame_count++;
    ring->held += (uint32_t)len;
    WICK_ASSERT_DEBUG(ring->held <= WICK_RING_CAP && ring->frame_count <= HUB_FRAMES);
}

static uint64_t put_bytes(uint8_t *bytes, uint64_t pos, struct str part)
{
    size_t off = (size_t)(pos % WICK_RING_CAP);
    size_t first = WICK_RING_CAP - off < part.len ? WICK_RING_CAP - off : part.len;
    WICK_ASSERT_DEBUG(part.len <= WICK_SEND_CAP && pos <= SEQ48_MASK);
    WICK_ASSERT_DEBUG((uintptr_t)part.ptr + part.len <= (uintptr_t)bytes ||
                      (uintptr_t)part.ptr >= (uintptr_t)bytes + WICK_RING_CAP);
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
    WICK_ASSERT_DEBUG(seq_sub((uint32_t)(ring->head & 0xffffffffu), start_of(ring, 0)) == len);
    hub.fresh |= 1ull << ring_idx;
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
    WICK_ASSERT_DEBUG(bytes <= ring->held);
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
    WICK_ASSERT_DEBUG(ring->frame_count > 0 && max < ring->held);
    uint32_t tail = start_of(ring, high);
    uint64_t limit = (uint64_t)seq_sub(pos, tail) +
                     max; /* distances from the tail, so that they order the frames */
    WICK_ASSERT_DEBUG(seq_sub(pos, tail) < ring->held); /* the cursor is good */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (seq_sub(start_of(ring, middle), tail) <= limit) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    WICK_ASSERT_DEBUG(seq_sub(start_of(ring, high), pos) <= max);
    return seq_sub(start_of(ring, high), pos);
}

/* How many bytes are due. *err_out is WICK_E_STALE when they are no longer held. */
static inline uint64_t due_of(const struct hub_ring *ring, const struct hub_cursor *cursor,
                              enum wick_err *err_out)
{
    uint64_t due = seq48_sub(ring->head, position(cursor));
    WICK_ASSERT_DEBUG(ring == &hub.ring[cursor->ring]);
    *err_out = due > ring->held ? WICK_E_STALE : WICK_OK;
    return due > ring->held ? 0 : due;
}

static inline size_t cut_pieces(const struct hub_cursor *cursor, size_t len,
                                struct str piece[static 2])
{
    WICK_ASSERT_DEBUG(len <= hub.ring[cursor->ring].held);
    size_t off = cursor->pos % WICK_RING_CAP;
    size_t first = WICK_RING_CAP - off < len ? WICK_RING_CAP - off : len;
    const char *bytes = (const char *)ring_bytes[cursor->ring];
    piece[0] = (struct str){ bytes + off, first };
    piece[1] = (struct str){ bytes, len - first };
    return len;
}

size_t hub_peek(const struct hub_cursor *cursor, size_t max, struct str piece[static 2],
                enum wick_err *err_out)
{
    const struct hub_ring *ring = hub_ring_at(cursor->ring);
    uint64_t due = seq48_sub(ring->head, position(cursor));
    *err_out = WICK_OK;
    if (due > ring->held) {
        *err_out = WICK_E_STALE;
        due = 0;
    }
    size_t len = due <= max ? (size_t)due : whole_frames(ring, cursor->pos, max);
    WICK_ASSERT_DEBUG(len <= max && len <= due);
    return cut_pieces(cursor, len, piece);
}

size_t hub_peek_one(const struct hub_cursor *cursor, struct str piece[static 2],
                    enum wick_err *err_out)
{
    const struct hub_ring *ring = hub_ring_at(cursor->ring);
    uint64_t due = due_of(ring, cursor, err_out);
    if (due == 0) {
        return cut_pieces(cursor, 0, piece);
    }
    uint32_t low = 0; /* age of a frame that starts after the cursor, plus one */
    uint32_t high = ring->frame_count - 1u; /* age of one that does not */
    uint32_t tail = start_of(ring, high);
    uint32_t want = seq_sub(cursor->pos, tail);
    while (low < high) { /* the newest frame that starts at or before the cursor */
        uint32_t middle = low + (high - low) / 2;
        if (seq_sub(start_of(ring, middle), tail) <= want) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    uint32_t end = high == 0 ? (uint32_t)(ring->head & 0xffffffffu) : start_of(ring, high - 1);
    WICK_ASSERT_DEBUG(end != cursor->pos && seq_sub(end, cursor->pos) <= due);
    return cut_pieces(cursor, seq_sub(end, cursor->pos), piece);
}

void hub_skip(struct hub_cursor *cursor, size_t len)
{
    const struct hub_ring *ring = hub_ring_at(cursor->ring);
    uint64_t pos = position(cursor);
    WICK_ASSERT(len <= seq48_sub(ring->head, pos));
    WICK_ASSERT_DEBUG(len <= WICK_RING_CAP);
    set_position(cursor, seq48_add(pos, len));
}

void hub_jump(struct hub_cursor *cursor)
{
    const struct hub_ring *ring = hub_ring_at(cursor->ring);
    if (position(cursor) != ring->head) {
        stat_resyncs.value++;
        set_position(cursor, ring->head);
    }
    WICK_ASSERT_DEBUG(position(cursor) == ring->head);
}
