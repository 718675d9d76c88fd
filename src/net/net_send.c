/* net_send.c - what goes out: constant data, sources, frames of rings.
 *
 * Nothing above the transport keeps bytes alive but constant data: what the transport does not take
 * of a window is in its carry buffer, and then the connection is blocked until that is gone.
 */
#include "base/clk.h"
#include "net/net_priv.h"

#include <string.h>

enum { SEND_ROUNDS_MAX = 4 }; /* writes from a ring to one connection in one pass */

struct stat_value net_stat_lagged;
STAT_TOTAL(net_stat_lagged, "wick_net_lagged_total", "streams told to resynchronise");
struct stat_value net_stat_dropped;
STAT_TOTAL(net_stat_dropped, "wick_net_private_dropped_total", "messages without room");

uint8_t net_window[WICK_SEND_CAP];

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
    WICK_ASSERT(c->pcb != NULL && len > 0);
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
    return altcp_sndbuf(c->pcb) > 0;
}

/* --- rings ------------------------------------------------------------------------------------ */

static void lose(struct net_stream *s, struct hub_cursor *cursor)
{
    hub_jump(cursor);
    stream_lose(s);
}

/* Finished frames, as many as fit, straight from the ring. @return true: it has nothing more. */
static bool send_frames(struct net_conn *c, struct net_stream *s, struct hub_cursor *cursor)
{
    for (int round = 0; round < SEND_ROUNDS_MAX; round++) {
        struct str piece[2];
        enum wick_err err;
        size_t room = altcp_sndbuf(c->pcb);
        if (room == 0) {
            return false;
        }
        size_t due =
            hub_peek(cursor, WICK_RING_CAP, piece, &err); /* all there is: mostly it fits */
        size_t len = due <= room ? due : hub_peek(cursor, room, piece, &err);
        if (err != WICK_OK) {
            lose(s, cursor);
            return false;
        }
        if (len > 0) {
            put(c, piece[0].ptr, piece[0].len);
            if (piece[1].len > 0) {
                put(c, piece[1].ptr, piece[1].len);
            }
            (void)altcp_output(c->pcb);
            hub_skip(cursor, len);
            if (c->is_once) {
                set_add(&net.to_end, s->conn);
            }
        }
        if (len == due) {
            return true;
        }
    }
    set_add(&net.to_flush, s->conn);
    return false;
}

static void put_pieces(struct buf *out, const struct str piece[static 2])
{
    buf_put_str(out, piece[0]);
    buf_put_str(out, piece[1]);
}

/* Bare payloads: one message of each, or one of as many as fit. @return bytes of the ring used; 0
 * with *err_out WICK_E_FULL when not even one fits. */
static size_t wrap_payloads(const struct net_wrapping *w, struct hub_cursor *cursor,
                            struct buf *out, enum wick_err *err_out)
{
    bool is_batch = w->wrap->batch_separator.len > 0;
    size_t used = 0;
    buf_put_str(out, w->wrap->batch_begin);
    do {
        struct str piece[2];
        struct buf before = *out;
        size_t len = hub_peek_one(cursor, piece, err_out);
        if (*err_out != WICK_OK || len == 0) {
            break;
        }
        buf_put_str(out, used > 0 ? w->wrap->batch_separator : STR(""));
        buf_put_str(out, (struct str){ w->prefix, w->prefix_len });
        put_pieces(out, piece);
        buf_put_str(out, w->wrap->end);
        if (out->err != WICK_OK || out->cap - out->len < 16) { /* the end of the batch must fit */
            *out = before;
            *err_out = used > 0 ? WICK_OK : WICK_E_FULL;
            break;
        }
        hub_skip(cursor, len);
        used += len;
    } while (is_batch);
    buf_put_str(out, w->wrap->batch_end);
    return used;
}

static bool send_payloads(struct net_conn *c, struct net_stream *s, struct hub_cursor *cursor)
{
    const struct transport *row = transport_of(c);
    for (int round = 0; round < SEND_ROUNDS_MAX; round++) {
        enum wick_err err;
        size_t room = altcp_sndbuf(c->pcb);
        if (room < WICK_SEND_CAP) {
            return false; /* a payload may need all of it */
        }
        struct buf body;
        buf_init(&body, net_window + NET_FRAME_HEAD,
                 WICK_SEND_CAP - NET_FRAME_HEAD - row->tail.len);
        size_t used = wrap_payloads(&net_wraps[s - net_streams], cursor, &body, &err);
        if (err != WICK_OK) {
            lose(s, cursor);
            return false;
        }
        if (used == 0) {
            return true;
        }
        char head[NET_FRAME_HEAD];
        size_t head_len = row->head(body.len, head);
        memcpy(body.ptr - head_len, head, head_len);
        memcpy(body.ptr + body.len, row->tail.ptr != NULL ? row->tail.ptr : "", row->tail.len);
        send_now(c, body.ptr - head_len, head_len + body.len + row->tail.len);
        if (row->is_once) {
            set_add(&net.to_end, s->conn);
        }
    }
    set_add(&net.to_flush, s->conn);
    return false;
}

/* @pre the stream's connection is open and not blocked */
static inline bool send_sub(struct net_conn *c, struct net_stream *s, struct hub_cursor *cursor)
{
    return s->is_wrapped ? send_payloads(c, s, cursor) : send_frames(c, s, cursor);
}

bool send_stream(struct net_stream *s)
{
    struct net_conn *c = &net_conns[s->conn];
    for (uint16_t sub = s->sub_first; sub != HUB_NONE; sub = hub_subs[sub].link) {
        if (!send_sub(c, s, hub_cursor(sub))) {
            return false;
        }
    }
    return true;
}

/* --- the write phase -------------------------------------------------------------------------- */

/* @return true: nothing of an answer or message is on its way any more. */
static bool send_rest(struct net_conn *c)
{
    if (c->pend_len > 0 && !send_pend(c)) {
        return false;
    }
    return !c->is_pulling || pull_more(c);
}

static void send_all(struct net_conn *c)
{
    for (uint16_t idx = c->stream_first; idx != NET_NONE; idx = net_streams[idx].next) {
        struct net_stream *s = &net_streams[idx];
        s->sent_ms = (uint32_t)clk_ms();
        if (s->is_lost) {
            stream_lose(s);
        } else if (!send_stream(s)) {
            return; /* the rest comes with sent() or in the next pass */
        }
    }
}

static void flush(struct net_conn *c)
{
    if (c->pcb == NULL || !send_rest(c) || c->pcb == NULL || conn_is_blocked(c)) {
        return;
    }
    if (c->state == CONN_OPEN) {
        send_all(c);
    } else if (c->state == CONN_DRAIN) {
        conn_end(c);
    } else if (c->state == CONN_ANSWER && c->is_answered) {
        answer_pushed(c);
    }
}

static void send_ring(uint16_t ring)
{
    const struct hub_sub *sub;
    const uint32_t now = (uint32_t)clk_ms();
    for (uint16_t idx = hub_first(ring); idx != HUB_NONE; idx = sub->next) {
        sub = &hub_subs[idx];
        struct net_stream *s = &net_streams[sub->owner];
        struct net_conn *c = &net_conns[s->conn];
        if (c->state == CONN_OPEN && !s->is_lost && !c->is_pulling) { /* pend is for answers */
            s->sent_ms = now;
            (void)send_sub(c, s, hub_cursor(idx));
        }
    }
}

void send_rings(void)
{
    struct net_set now;
    for (uint16_t ring = hub_fresh(); ring != HUB_NO_RING; ring = hub_fresh()) {
        send_ring(ring);
    }
    if (net.to_flush.is_used) {
        set_move(&net.to_flush, &now);
        for (uint16_t idx = set_pop(&now); idx != NET_NONE; idx = set_pop(&now)) {
            flush(&net_conns[idx]);
        }
    }
    stream_beats();
    if (net.to_end.is_used) {
        set_move(&net.to_end, &now);
        for (uint16_t idx = set_pop(&now); idx != NET_NONE; idx = set_pop(&now)) {
            struct net_conn *c = &net_conns[idx];
            if (c->state == CONN_OPEN && c->is_pulling) {
                set_add(&net.to_end, idx); /* when that is out */
            } else if (c->state == CONN_OPEN) {
                conn_end(c);
            }
        }
    }
}

static void tell(struct net_conn *c)
{
    if (c->state != CONN_OPEN || conn_is_blocked(c)) {
        return;
    }
    uint16_t next;
    for (uint16_t idx = c->stream_first; idx != NET_NONE; idx = next) {
        struct net_stream *s = &net_streams[idx];
        next = s->next;
        if (s->is_lost) {
            s->is_lost = false;
            net_jump(stream_id(s)); /* what came meanwhile would not fit what was lost */
            net_stat_lagged.value++;
            net.hooks->lagged(stream_id(s));
        }
    }
}

void send_lagged(void)
{
    struct net_set now;
    set_move(&net.to_tell, &now);
    for (uint16_t idx = set_pop(&now); idx != NET_NONE; idx = set_pop(&now)) {
        tell(&net_conns[idx]);
    }
}
