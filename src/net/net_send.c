/* net_send.c - what goes out: pending answers, frames of rings, private frames.
 *
 * Order on a stream: a private frame goes behind all that its ring holds for it. So the ring is
 * emptied first; if the transport does not take all of it, the private frame is not even written,
 * and lagged() is called when the connection is empty again. Nothing above the transport keeps
 * bytes alive: only the rest of something longer than WICK_SEND_CAP waits, in an out buffer.
 */
#include "base/clk.h"
#include "net/net_priv.h"

#include <string.h>

enum { SEND_ROUNDS_MAX = 4 }; /* gather writes from a ring to one connection in one turn */

struct stat_counter net_stat_lagged = { .name = "wick_net_lagged_total",
                                        .help = "streams told to resynchronise",
                                        .is_total = true };
struct stat_counter net_stat_dropped = { .name = "wick_net_private_dropped_total",
                                         .help = "private frames without room",
                                         .is_total = true };

static struct buf frame; /* between net_frame_begin() and net_frame_end() */

static size_t min_size(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void put(struct net_conn *c, const void *bytes, size_t len)
{
    err_t err = altcp_write(c->pcb, bytes, (u16_t)len, TCP_WRITE_FLAG_COPY);
    WICK_ASSERT(err == ERR_OK); /* the room was asked for */
}

void send_now(struct net_conn *c, const void *bytes, size_t len)
{
    put(c, bytes, len);
    (void)altcp_output(c->pcb); /* an error comes through err() */
}

bool send_pend(struct net_conn *c)
{
    while (c->pend_len > 0) {
        size_t len = min_size(altcp_sndbuf(c->pcb), c->pend_len);
        if (len == 0) {
            return false;
        }
        send_now(c, c->pend, len);
        c->pend += len;
        c->pend_len -= (uint32_t)len;
    }
    out_give(c);
    return altcp_sndbuf(c->pcb) > 0;
}

static void lose(struct net_conn *c)
{
    c->is_lost = true;
    if (!conn_is_blocked(c)) {
        set_add(&net_to_tell, conn_index(c));
    }
}

/* @return true when the ring has nothing more for it. */
static bool flush_ring(struct net_conn *c)
{
    for (int round = 0; round < SEND_ROUNDS_MAX; round++) {
        struct str piece[2];
        enum wick_err err;
        size_t room = altcp_sndbuf(c->pcb);
        if (room == 0) {
            return false;
        }
        size_t due =
            hub_peek(&c->cursor, WICK_RING_CAP, piece, &err); /* all there is: mostly it fits */
        size_t len = due <= room ? due : hub_peek(&c->cursor, room, piece, &err);
        if (err != WICK_OK) {
            hub_jump(&c->cursor);
            lose(c);
            return false;
        }
        if (len > 0) {
            put(c, piece[0].ptr, piece[0].len);
            if (piece[1].len > 0) {
                put(c, piece[1].ptr, piece[1].len);
            }
            (void)altcp_output(c->pcb);
            hub_skip(&c->cursor, len);
        }
        if (len > 0 && c->is_once) {
            conn_end(c);
            return false;
        }
        if (len == due) {
            return true;
        }
    }
    set_add(&net_to_flush, conn_index(c));
    return false;
}

static bool is_open(const struct net_conn *c)
{
    return c->state == CONN_WS || c->state == CONN_SSE;
}

static void flush_stream(struct net_conn *c)
{
    if (!is_open(c) || (c->pend_len > 0 && !send_pend(c))) {
        return;
    }
    if (c->is_lost) {
        lose(c);
    } else if (c->cursor.ring != HUB_NO_RING) {
        (void)flush_ring(c); /* what is left comes with sent() or the next turn */
    }
}

void send_flush(struct net_conn *c)
{
    if (c->pcb == NULL) {
        return;
    }
    if (is_open(c)) {
        flush_stream(c);
    } else if (send_pend(c) && c->state == CONN_DRAIN) {
        conn_end(c);
    }
}

void send_rings(void)
{
    struct net_set now;
    for (uint16_t ring = hub_fresh(); ring != HUB_NO_RING; ring = hub_fresh()) {
        for (uint16_t member = hub_first(ring); member != HUB_NO_RING; member = hub_next(member)) {
            flush_stream(&net_conns[member]);
        }
    }
    if (!net_to_flush.is_used) {
        return;
    }
    set_move(&net_to_flush, &now);
    for (uint16_t idx = set_pop(&now); idx != NET_NONE; idx = set_pop(&now)) {
        send_flush(&net_conns[idx]);
    }
}

void send_lagged(void)
{
    struct net_set now;
    if (!net_to_tell.is_used) {
        return;
    }
    set_move(&net_to_tell, &now);
    for (uint16_t idx = set_pop(&now); idx != NET_NONE; idx = set_pop(&now)) {
        struct net_conn *c = &net_conns[idx];
        if (!is_open(c) || !c->is_lost || conn_is_blocked(c)) {
            continue;
        }
        c->is_lost = false;
        net_stat_lagged.value++;
        net_hooks_now->lagged(conn_id(c));
    }
}

/* --- frames ----------------------------------------------------------------------------------- */

void net_frame_wrap(enum net_kind kind, size_t payload_len, char head_mem[static 16],
                    struct str *head_out, struct str *tail_out)
{
    size_t head_len = 0;
    *tail_out = (struct str){ "", 0 };
    switch (kind) {
    case NET_HTTP:
        break;
    case NET_SSE:
        memcpy(head_mem, "data: ", 6);
        head_len = 6;
        *tail_out = STR("\n\n");
        break;
    case NET_WS: /* RFC 6455 section 5.2: FIN, text; not masked */
        head_mem[head_len++] = (char)(0x80 | WSLAY_TEXT_FRAME);
        if (payload_len < 126) {
            head_mem[head_len++] = (char)payload_len;
        } else if (payload_len <= UINT16_MAX) {
            head_mem[head_len++] = 126;
            head_mem[head_len++] = (char)(payload_len >> 8);
            head_mem[head_len++] = (char)payload_len;
        } else {
            head_mem[head_len++] = 127;
            for (int shift = 56; shift >= 0; shift -= 8) {
                head_mem[head_len++] = (char)((uint64_t)payload_len >> shift);
            }
        }
        break;
    }
    *head_out = (struct str){ head_mem, head_len };
}

struct buf *net_frame_begin(net_conn_id conn)
{
    struct net_conn *c = conn_find(conn);
    if (c == NULL || !is_open(c)) {
        return NULL;
    }
    out_give(c); /* of a frame begun and never ended */
    if (conn_is_blocked(c) || c->is_lost || (c->cursor.ring != HUB_NO_RING && !flush_ring(c)) ||
        conn_is_blocked(c)) {
        net_stat_dropped.value++;
        if (is_open(c)) {
            lose(c);
        }
        return NULL;
    }
    struct net_out *out = out_take(c);
    buf_init(&frame, out->mem + NET_OUT_ROOM, WICK_OUT_CAP);
    return &frame;
}

enum wick_err net_frame_end(net_conn_id conn)
{
    struct net_conn *c = conn_find(conn);
    if (c == NULL || !is_open(c)) {
        return WICK_E_CLOSED;
    }
    struct net_out *out = out_of(c);
    if (out == NULL || frame.ptr != out->mem + NET_OUT_ROOM) {
        return WICK_E_AGAIN;
    }
    if (frame.err != WICK_OK) {
        out_give(c);
        return frame.err;
    }
    char head_mem[16];
    struct str head;
    struct str tail;
    net_frame_wrap((enum net_kind)c->kind, frame.len, head_mem, &head, &tail);
    uint8_t *start = frame.ptr - head.len;
    memcpy(start, head.ptr, head.len);
    memcpy(frame.ptr + frame.len, tail.ptr, tail.len);
    c->pend = start;
    c->pend_len = (uint32_t)(head.len + frame.len + tail.len);
    (void)send_pend(c); /* the rest goes when there is room */
    if (c->is_once) {
        conn_end(c);
    }
    return WICK_OK;
}

/* --- following a ring ------------------------------------------------------------------------- */

enum wick_err net_follow(net_conn_id conn, uint32_t channel, uint8_t wire)
{
    struct net_conn *c = conn_find(conn);
    if (c == NULL || !is_open(c)) {
        return WICK_E_CLOSED;
    }
    net_unfollow(conn);
    return hub_subscribe(conn_index(c), channel, wire, &c->cursor);
}

enum wick_err net_rewind(net_conn_id conn, uint32_t seq)
{
    struct net_conn *c = conn_find(conn);
    if (c == NULL || c->cursor.ring == HUB_NO_RING) {
        return WICK_E_CLOSED;
    }
    enum wick_err err = hub_rewind(&c->cursor, seq);
    if (err == WICK_OK) {
        set_add(&net_to_flush, conn_index(c));
    }
    return err;
}

void net_unfollow(net_conn_id conn)
{
    struct net_conn *c = conn_find(conn);
    if (c == NULL || c->cursor.ring == HUB_NO_RING) {
        return;
    }
    hub_unsubscribe(conn_index(c), &c->cursor);
    c->cursor.ring = HUB_NO_RING;
}

void net_jump(net_conn_id conn)
{
    struct net_conn *c = conn_find(conn);
    if (c != NULL && c->cursor.ring != HUB_NO_RING) {
        hub_jump(&c->cursor);
    }
}

void net_set_user(net_conn_id conn, uint32_t user)
{
    struct net_conn *c = conn_find(conn);
    if (c != NULL) {
        c->user = user;
    }
}

uint32_t net_user(net_conn_id conn)
{
    const struct net_conn *c = conn_find(conn);
    return c != NULL ? c->user : 0;
}

enum net_kind net_kind(net_conn_id conn)
{
    const struct net_conn *c = conn_find(conn);
    return c != NULL ? (enum net_kind)c->kind : NET_HTTP;
}
