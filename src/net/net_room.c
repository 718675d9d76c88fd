/* net_room.c - input buffers, and who gives way when they or the connections run out.
 *
 * Who gives way is decided in the reap phase alone, by one rule for both: the connection of the
 * least worth, among equals the one that made progress longest ago. Until then
 *  - a newcomer has one of the NET_SPARE connections beyond the limit;
 *  - input for which there is no buffer stays unread in the port, and its connection waits.
 *
 * A newcomer counts as a request for NET_NEW_MS, so that it can make one: a full server still
 * answers requests through the spare connections. A stream is opened only if a connection of
 * less worth can give way for it, so viewers never lose their place to newcomers.
 */
#include "base/clk.h"
#include "net/net_priv.h"

#include <string.h>

enum {
    BLOCKED_MS = 10000, /* nothing could be sent for so long: stalled */
    SLOW_MS = 2000,     /* the same of an answer: worth less than a newcomer */
    SILENT_MS = 1000,   /* inside a request or message, and nothing came: stalled */
};

static struct net_in ins[NET_IN_MAX];

static struct {
    uint16_t free[NET_IN_MAX];
    uint16_t free_count, touched;
    bool is_starved;       /* a connection wants an input buffer */
    uint8_t starved_worth; /* of the worthiest such connection */
    bool wants_descriptor; /* the port has no file descriptor for a newcomer */
} room;

static struct stat_value stat_ins;
STAT_GAUGE(stat_ins, "wick_net_in_buffers", "input buffers in use");
static struct stat_value stat_gave;
STAT_TOTAL(stat_gave, "wick_net_gave_way_total", "connections that gave way to others");

void room_start(void)
{
    stat_ins.value = 0;
    memset(&room, 0, sizeof room);
}

/* --- worth ------------------------------------------------------------------------------------ */

static uint32_t since(uint32_t at_ms)
{
    return (uint32_t)clk_ms() - at_ms;
}

static bool is_stalled(const struct net_conn *c)
{
    if (c->state >= CONN_DRAIN) {
        return true;
    }
    if (c->state == CONN_HEAD || c->state == CONN_BODY ||
        (c->state == CONN_OPEN && c->in != NET_NONE)) {
        return since(c->heard_ms) >= SILENT_MS;
    }
    bool has_output = c->pend_len > 0 || c->is_pulling || c->state == CONN_OPEN;
    return has_output && conn_is_blocked(c) && since(c->moved_ms) >= BLOCKED_MS;
}

static uint8_t worth_of(const struct net_conn *c)
{
    if (is_stalled(c)) {
        return NET_WORTH_STALLED;
    }
    if (c->worth != 0) {
        return c->worth;
    }
    switch ((enum conn_state)c->state) {
    case CONN_IDLE:
        return c->is_served ? NET_WORTH_IDLE : NET_WORTH_NEWCOMER;
    case CONN_HEAD:
        return NET_WORTH_NEWCOMER;
    case CONN_BODY:
        return NET_WORTH_REQUEST;
    case CONN_ANSWER:
        return conn_is_blocked(c) && since(c->moved_ms) >= SLOW_MS ? NET_WORTH_IDLE
                                                                   : NET_WORTH_REQUEST;
    case CONN_OPEN:
        return NET_WORTH_VIEWER;
    case CONN_CLOSING:
    case CONN_DRAIN:
    case CONN_LINGER:
    case CONN_DEAD:
    case CONN_FREE:
        break;
    }
    return NET_WORTH_STALLED;
}

/* As a place among the connections: a newcomer has a moment to make its request. */
static uint8_t place_worth_of(const struct net_conn *c)
{
    bool is_new = (c->state == CONN_IDLE || c->state == CONN_HEAD) && !c->is_served &&
                  since(c->moved_ms) < NET_NEW_MS;
    return is_new ? NET_WORTH_REQUEST : worth_of(c);
}

/* Milliseconds since it last moved in either direction. */
static uint32_t rest_ms(const struct net_conn *c)
{
    uint32_t heard = since(c->heard_ms);
    uint32_t moved = since(c->moved_ms);
    return heard < moved ? heard : moved;
}

void net_set_worth(net_conn_id conn, uint8_t worth)
{
    struct net_conn *c = conn_find(conn);
    if (c != NULL) {
        c->worth = worth;
    }
}

/* The connection that gives way to something of that worth. with_in: among those that hold an input
 * buffer. NULL: there is none. */
static struct net_conn *least(uint8_t worth_max, bool with_in)
{
    struct net_conn *best = NULL;
    unsigned best_worth = worth_max;
    uint32_t best_rest = 0;
    for (size_t idx = 0; idx < NET_SLOT_MAX; idx++) {
        struct net_conn *c = &net_conns[idx];
        if (c->state == CONN_FREE || c->state >= CONN_LINGER || (with_in && c->in == NET_NONE)) {
            continue;
        }
        unsigned worth = with_in ? worth_of(c) : place_worth_of(c);
        if (worth < best_worth ||
            (worth == best_worth && (best == NULL || rest_ms(c) > best_rest))) {
            best = c;
            best_worth = worth;
            best_rest = rest_ms(c);
        }
    }
    return best;
}

/* A client that waits for an answer gets a 503; the others are closed cleanly. */
static void give_way(struct net_conn *c)
{
    stat_gave.value++;
    net_stat_full.value++;
    bool is_asking =
        c->state == CONN_HEAD || c->state == CONN_BODY || (c->state == CONN_IDLE && !c->is_served);
    if (is_asking) {
        answer_error(c, 503, STR("The server is busy. Please try again in a moment."),
                     STR("Retry-After: 5\r\n"));
    } else if (c->state == CONN_OPEN) {
        transport_of(c)->close(c, 1013, STR("the server is busy"));
        in_give(c);
    } else {
        conn_end(c);
    }
    if (c->state == CONN_DRAIN) {
        conn_kill(c); /* it does not even take the end */
    } else if (c->state == CONN_LINGER) {
        conn_set_deadline(c, clk_ms() + NET_GIVE_MS);
    }
}

/* --- input buffers ---------------------------------------------------------------------------- */

struct net_in *in_of(const struct net_conn *c)
{
    return c->in == NET_NONE ? NULL : &ins[c->in];
}

static bool is_none_left(void)
{
    return room.free_count == 0 && room.touched == NET_IN_MAX;
}

bool room_has_in(const struct net_conn *c)
{
    if (c->in != NET_NONE || !is_none_left()) {
        return true;
    }
    if (c->state >= CONN_DRAIN || (c->state == CONN_OPEN && transport_of(c)->read == NULL)) {
        return true; /* it needs none */
    }
    uint8_t worth = worth_of(c) > NET_WORTH_NEWCOMER ? worth_of(c) : NET_WORTH_NEWCOMER;
    room.starved_worth = room.is_starved && room.starved_worth > worth ? room.starved_worth : worth;
    room.is_starved = true;
    return false;
}

struct net_in *in_take(struct net_conn *c)
{
    WICK_ASSERT(c->in == NET_NONE && !is_none_left());
    c->in = room.free_count > 0 ? room.free[--room.free_count] : room.touched++;
    struct net_in *in = &ins[c->in];
    in->len = in->raw_len = 0;
    in->is_ws = false;
    in->owner = conn_index(c);
    stat_ins.value++;
    if (is_none_left()) {
        net.port->refuse(true);
    }
    return in;
}

void in_give(struct net_conn *c)
{
    if (c->in == NET_NONE) {
        return;
    }
    if (is_none_left()) {
        net.port->refuse(false);
    }
    WICK_ASSERT(ins[c->in].owner == conn_index(c));
    room.free[room.free_count++] = c->in;
    c->in = NET_NONE;
    stat_ins.value--;
}

/* --- the end of a pass ------------------------------------------------------------------------ */

void room_no_descriptor(void)
{
    room.wants_descriptor = true;
}

/* Connections that count: those on their way out do not. */
static unsigned count_live(void)
{
    unsigned count = 0;
    for (size_t idx = 0; idx < NET_SLOT_MAX; idx++) {
        count += net_conns[idx].state != CONN_FREE && net_conns[idx].state < CONN_LINGER;
    }
    return count;
}

static unsigned excess_count(void)
{
    unsigned live = conn_count() > WICK_CONN_MAX ? count_live() : 0;
    return live > WICK_CONN_MAX ? live - WICK_CONN_MAX : 0;
}

bool room_has_viewer(const struct net_conn *viewer)
{
    unsigned excess = excess_count();
    for (size_t idx = 0; idx < NET_SLOT_MAX && excess > 0; idx++) {
        const struct net_conn *c = &net_conns[idx];
        bool is_live = c->state != CONN_FREE && c->state < CONN_LINGER;
        excess -= is_live && c != viewer && worth_of(c) < NET_WORTH_VIEWER;
    }
    return excess == 0;
}

/* One connection is kept free for the next newcomer: when none is, a request gives way, too. */
static void make_connections(void)
{
    unsigned excess = excess_count();
    bool is_tight = excess == NET_SPARE || room.wants_descriptor;
    if (room.wants_descriptor) {
        excess = excess > 0 ? excess : 1;
        room.wants_descriptor = false;
    }
    for (; excess > 0; excess--) {
        struct net_conn *c = least(NET_WORTH_NEWCOMER, false);
        if (c == NULL && is_tight) {
            c = least(NET_WORTH_VIEWER - 1, false);
            is_tight = false;
        }
        if (c == NULL) {
            break;
        }
        give_way(c);
    }
}

static void make_buffers(void)
{
    if (!room.is_starved) {
        return;
    }
    if (is_none_left()) {
        struct net_conn *c = least(room.starved_worth, true);
        if (c != NULL) {
            give_way(c);
        }
    }
    if (!is_none_left()) {
        room.is_starved = false;
        net.port->resume();
    }
}

void room_make(void)
{
    make_connections();
    make_buffers();
}
