/* net_stream.c - streams: what a connection carries, their subscriptions, their messages.
 *
 * Each connection can always have one stream: further ones come from what is left beyond
 * WICK_CONN_MAX.
 *
 * Order on a stream: a message goes after all that its rings hold for it. So these are emptied
 * first; if the transport does not take all of it, the message is not even written, and lagged() is
 * called when the connection can be written again.
 */
#include "base/clk.h"
#include "net/net_priv.h"

#include <string.h>

_Static_assert((int)WICK_STREAM_MAX < (int)NET_NONE, "a stream's index is 16 bits");

enum { BEAT_GRID_MS = 256 }; /* heartbeats are due at multiples of it: many in one pass */

struct net_stream net_streams[WICK_STREAM_MAX];
struct net_wrapping net_wraps[WICK_STREAM_MAX];

static struct {
    uint16_t free_first;
    uint16_t touched;
    uint64_t beat_ms;   /* no heartbeat is due before */
    uint16_t extra;     /* streams beyond the first one of their connection */
    struct buf message; /* between net_message_begin() and net_message_end() */
    net_stream_id message_of;
} streams;

static struct stat_value stat_streams;
STAT_GAUGE(stat_streams, "wick_net_streams", "streams open");

void stream_start(void)
{
    stat_streams.value = 0;
    memset(&streams, 0, sizeof streams);
    streams.free_first = NET_NONE;
    streams.beat_ms = UINT64_MAX;
}

static uint16_t index_of(const struct net_stream *s)
{
    return (uint16_t)(s - net_streams);
}

net_stream_id stream_id(const struct net_stream *s)
{
    return (uint32_t)s->gen << 16 | index_of(s);
}

static struct net_stream *find(net_stream_id id)
{
    uint16_t idx = (uint16_t)id;
    if (idx >= WICK_STREAM_MAX || id == 0) {
        return NULL;
    }
    struct net_stream *s = &net_streams[idx];
    return idx < streams.touched && s->conn != NET_NONE && s->gen == id >> 16 ? s : NULL;
}

/* The stream, if its connection can still be written. */
static struct net_stream *find_open(net_stream_id id)
{
    struct net_stream *s = find(id);
    return s != NULL && net_conns[s->conn].state == CONN_OPEN ? s : NULL;
}

/* --- the pool --------------------------------------------------------------------------------- */

static struct net_stream *take(struct net_conn *c)
{
    bool is_extra = c->stream_first != NET_NONE;
    uint16_t idx = streams.free_first;
    if (is_extra && streams.extra == WICK_STREAM_MAX - WICK_CONN_MAX) {
        return NULL;
    }
    if (idx != NET_NONE) {
        streams.free_first = net_streams[idx].next;
    } else {
        idx = streams.touched < WICK_STREAM_MAX ? streams.touched++ : NET_NONE;
    }
    if (idx == NET_NONE) { /* connections that are on their way out still have theirs */
        return NULL;
    }
    struct net_stream *s = &net_streams[idx];
    uint16_t gen = (uint16_t)(s->gen + 1);
    *s = (struct net_stream){ .conn = conn_index(c),
                              .next = c->stream_first,
                              .sub_first = HUB_NONE,
                              .sent_ms = (uint32_t)clk_ms(),
                              .gen = gen == 0 ? 1 : gen };
    c->stream_first = idx;
    streams.extra = (uint16_t)(streams.extra + is_extra);
    stat_streams.value++;
    return s;
}

static void unsubscribe_all(struct net_stream *s)
{
    while (s->sub_first != HUB_NONE) {
        uint16_t sub = s->sub_first;
        s->sub_first = hub_subs[sub].link;
        hub_unsubscribe(sub);
    }
}

/* @pre it is the first one in its connection's list */
static void give(struct net_stream *s)
{
    struct net_conn *c = &net_conns[s->conn];
    WICK_ASSERT(c->stream_first == index_of(s));
    unsubscribe_all(s);
    c->stream_first = s->next;
    if (c->stream_first != NET_NONE) {
        streams.extra--;
    }
    s->conn = NET_NONE;
    s->next = streams.free_first;
    streams.free_first = index_of(s);
    stat_streams.value--;
}

void stream_end_all(struct net_conn *c)
{
    while (c->stream_first != NET_NONE) {
        struct net_stream *s = &net_streams[c->stream_first];
        unsubscribe_all(s);
        net.hooks->closed(stream_id(s));
        WICK_ASSERT(c->stream_first == index_of(s)); /* closed() adds and drops none of these */
        give(s);
    }
}

void stream_lose(struct net_stream *s)
{
    s->is_lost = true;
    if (!conn_is_blocked(&net_conns[s->conn])) {
        set_add(&net.to_tell, s->conn);
    }
}

/* --- open, close ------------------------------------------------------------------------------ */

net_stream_id net_stream_open(net_conn_id conn, const struct http_req *req,
                              enum net_transport transport, struct str protocol)
{
    struct net_conn *c = conn_find(conn);
    if (c == NULL || c->state != CONN_ANSWER || c->is_answered || conn_is_blocked(c)) {
        return 0;
    }
    WICK_ASSERT(c->stream_first == NET_NONE);
    struct net_stream *s = room_has_viewer(c) ? take(c) : NULL;
    c->transport = (uint8_t)transport;
    if (s != NULL && transport_of(c)->open(c, req, protocol)) {
        c->is_once = transport_of(c)->is_once;
        c->is_answered = c->is_served = true;
        c->moved_ms = (uint32_t)clk_ms();
        conn_enter(c, CONN_OPEN);
        return stream_id(s);
    }
    if (s != NULL) {
        give(s);
    }
    answer_error(c, 503, STR("No more streams can be opened. Please try again in a moment."),
                 STR("Retry-After: 5\r\n"));
    return 0;
}

net_stream_id net_stream_add(net_conn_id conn)
{
    struct net_conn *c = conn_find(conn);
    struct net_stream *s = c != NULL && c->state == CONN_OPEN ? take(c) : NULL;
    return s != NULL ? stream_id(s) : 0;
}

void net_stream_drop(net_stream_id id)
{
    struct net_stream *s = find(id);
    if (s == NULL) {
        return;
    }
    struct net_conn *c = &net_conns[s->conn];
    uint16_t idx = index_of(s);
    if (c->stream_first != idx) { /* bring it to the front of the list */
        struct net_stream *before = &net_streams[c->stream_first];
        while (before->next != idx) {
            before = &net_streams[before->next];
        }
        before->next = s->next;
        s->next = c->stream_first;
        c->stream_first = idx;
    }
    give(s);
}

void net_close(net_conn_id conn, uint16_t code, struct str reason)
{
    struct net_conn *c = conn_find(conn);
    if (c == NULL) {
        return;
    }
    if (c->state == CONN_OPEN) {
        transport_of(c)->close(c, code, reason);
    } else if (c->state == CONN_ANSWER) {
        c->is_closing = true;
    } else if (c->state < CONN_CLOSING) {
        conn_end(c);
    }
}

void net_abort(net_conn_id conn)
{
    struct net_conn *c = conn_find(conn);
    if (c != NULL) {
        conn_kill(c);
    }
}

void net_stream_close(net_stream_id id, uint16_t code, struct str reason)
{
    net_close(net_stream_conn(id), code, reason);
}

/* --- what is known of a stream ---------------------------------------------------------------- */

net_conn_id net_stream_conn(net_stream_id id)
{
    const struct net_stream *s = find(id);
    return s != NULL ? conn_id(&net_conns[s->conn]) : 0;
}

net_stream_id net_stream_first(net_conn_id conn)
{
    const struct net_conn *c = conn_find(conn);
    return c != NULL && c->stream_first != NET_NONE ? stream_id(&net_streams[c->stream_first]) : 0;
}

net_stream_id net_stream_next(net_stream_id id)
{
    const struct net_stream *s = find(id);
    return s != NULL && s->next != NET_NONE ? stream_id(&net_streams[s->next]) : 0;
}

enum net_transport net_stream_transport(net_stream_id id)
{
    const struct net_stream *s = find(id);
    return s != NULL ? (enum net_transport)net_conns[s->conn].transport : NET_WS;
}

void net_stream_set_owner(net_stream_id id, uint32_t owner)
{
    struct net_stream *s = find(id);
    if (s != NULL) {
        s->owner = owner;
    }
}

uint32_t net_stream_owner(net_stream_id id)
{
    const struct net_stream *s = find(id);
    return s != NULL ? s->owner : 0;
}

enum wick_err net_stream_set_wrap(net_stream_id id, struct str prefix, const struct net_wrap *wrap)
{
    struct net_stream *s = find(id);
    if (s == NULL) {
        return WICK_E_CLOSED;
    }
    if (prefix.len > NET_PREFIX_CAP) {
        return WICK_E_FULL;
    }
    WICK_ASSERT(wrap->end.len <= 8 && wrap->batch_begin.len <= 8 && wrap->batch_end.len <= 8 &&
                wrap->batch_separator.len <= 8);
    struct net_wrapping *w = &net_wraps[index_of(s)];
    w->wrap = wrap;
    w->prefix_len = (uint8_t)prefix.len;
    memcpy(w->prefix, prefix.ptr != NULL ? prefix.ptr : "", prefix.len);
    s->is_wrapped = true;
    return WICK_OK;
}

/* --- subscriptions ---------------------------------------------------------------------------- */

static uint16_t sub_of(const struct net_stream *s, uint32_t channel)
{
    uint16_t sub = s->sub_first;
    while (sub != HUB_NONE && hub_channel(hub_cursor(sub)->ring) != channel) {
        sub = hub_subs[sub].link;
    }
    return sub;
}

static void unfollow(struct net_stream *s, uint32_t channel)
{
    uint16_t *at = &s->sub_first;
    while (*at != HUB_NONE && hub_channel(hub_cursor(*at)->ring) != channel) {
        at = &hub_subs[*at].link;
    }
    if (*at != HUB_NONE) {
        uint16_t sub = *at;
        *at = hub_subs[sub].link;
        hub_unsubscribe(sub);
    }
}

enum wick_err net_follow(net_stream_id id, uint32_t channel, uint8_t format)
{
    struct net_stream *s = find_open(id);
    uint16_t sub;
    if (s == NULL) {
        return WICK_E_CLOSED;
    }
    unfollow(s, channel);
    enum wick_err err = hub_subscribe(index_of(s), channel, format, &sub);
    if (err == WICK_OK) {
        hub_subs[sub].link = s->sub_first;
        s->sub_first = sub;
    }
    return err;
}

void net_unfollow(net_stream_id id, uint32_t channel)
{
    struct net_stream *s = find(id);
    if (s != NULL) {
        unfollow(s, channel);
    }
}

enum wick_err net_rewind(net_stream_id id, uint32_t channel, uint32_t seq)
{
    struct net_stream *s = find(id);
    uint16_t sub = s != NULL ? sub_of(s, channel) : HUB_NONE;
    if (sub == HUB_NONE) {
        return WICK_E_CLOSED;
    }
    enum wick_err err = hub_rewind(hub_cursor(sub), seq);
    if (err == WICK_OK) {
        set_add(&net.to_flush, s->conn);
    }
    return err;
}

void net_jump(net_stream_id id)
{
    const struct net_stream *s = find(id);
    for (uint16_t sub = s != NULL ? s->sub_first : HUB_NONE; sub != HUB_NONE;
         sub = hub_subs[sub].link) {
        hub_jump(hub_cursor(sub));
    }
}

/* --- messages --------------------------------------------------------------------------------- */

struct around { /* of one payload that is a whole message */
    struct str before[2], after[2];
};

static struct around around_of(const struct net_stream *s)
{
    const struct net_wrapping *w = &net_wraps[index_of(s)];
    if (!s->is_wrapped) {
        return (struct around){ 0 };
    }
    return (struct around){
        .before = { w->wrap->batch_begin, { w->prefix, w->prefix_len } },
        .after = { w->wrap->end, w->wrap->batch_end },
    };
}

/* Everything before the message is out, and there is room for it. */
static bool is_ready(struct net_stream *s)
{
    struct net_conn *c = &net_conns[s->conn];
    if (!conn_is_blocked(c) && !s->is_lost && send_stream(s) && !conn_is_blocked(c)) {
        return true;
    }
    net_stat_dropped.value++;
    if (c->state == CONN_OPEN) {
        stream_lose(s);
    }
    return false;
}

static void note_sent(struct net_stream *s)
{
    s->sent_ms = (uint32_t)clk_ms();
    if (net_conns[s->conn].is_once) {
        set_add(&net.to_end, s->conn);
    }
}

struct buf *net_message_begin(net_stream_id id)
{
    struct net_stream *s = find_open(id);
    if (s == NULL || !is_ready(s)) {
        return NULL;
    }
    struct around around = around_of(s);
    struct buf start;
    buf_init(&start, net_window + NET_FRAME_HEAD, NET_WRAP_ROOM - NET_FRAME_HEAD);
    buf_put_str(&start, around.before[0]);
    buf_put_str(&start, around.before[1]);
    WICK_ASSERT(start.err == WICK_OK);
    streams.message_of = id;
    buf_init(&streams.message, start.ptr + start.len, WICK_SEND_CAP - NET_WRAP_ROOM);
    return &streams.message;
}

enum wick_err net_message_end(net_stream_id id)
{
    struct net_stream *s = find_open(id);
    if (s == NULL || streams.message_of != id) {
        return WICK_E_CLOSED;
    }
    streams.message_of = 0;
    if (streams.message.err != WICK_OK) {
        return WICK_E_FULL;
    }
    struct net_conn *c = &net_conns[s->conn];
    struct around around = around_of(s);
    struct buf all;
    uint8_t *start = net_window + NET_FRAME_HEAD;
    buf_init(&all, start, WICK_SEND_CAP - NET_FRAME_HEAD);
    all.len = (size_t)(streams.message.ptr - start) + streams.message.len;
    buf_put_str(&all, around.after[0]);
    buf_put_str(&all, around.after[1]);
    char head[NET_FRAME_HEAD];
    size_t head_len = transport_of(c)->head(all.len, head);
    buf_put_str(&all, transport_of(c)->tail);
    WICK_ASSERT(all.err == WICK_OK && head_len <= NET_FRAME_HEAD);
    memcpy(start - head_len, head, head_len);
    send_now(c, start - head_len, head_len + all.len);
    note_sent(s);
    return WICK_OK;
}

bool net_stream_source(net_stream_id id, uint64_t len, const struct net_source *source)
{
    struct net_stream *s = find_open(id);
    if (s == NULL || !is_ready(s)) {
        source->done(source->arg);
        return false;
    }
    struct net_conn *c = &net_conns[s->conn];
    struct around around = around_of(s);
    uint64_t all = len + around.before[0].len + around.before[1].len + around.after[0].len +
                   around.after[1].len;
    struct buf start;
    buf_init(&start, net_window, WICK_SEND_CAP);
    start.len = transport_of(c)->head((size_t)all, (char *)start.ptr);
    buf_put_str(&start, around.before[0]);
    buf_put_str(&start, around.before[1]);
    send_now(c, start.ptr, start.len);
    struct buf tail;
    pull_begin(c, len, source);
    struct net_pull *pull = &net_pulls[conn_index(c)];
    buf_init(&tail, pull->tail, NET_PULL_TAIL);
    buf_put_str(&tail, around.after[0]);
    buf_put_str(&tail, around.after[1]);
    buf_put_str(&tail, transport_of(c)->tail);
    WICK_ASSERT(start.err == WICK_OK && tail.err == WICK_OK);
    pull->tail_len = (uint8_t)tail.len;
    note_sent(s);
    return true;
}

/* --- heartbeats ------------------------------------------------------------------------------- */

/* There is one deadline for all streams. Sending does not move it: it comes too early then, and the
 * streams are looked through once for nothing. */
static void plan_beat(uint32_t wait_ms)
{
    uint64_t at = (clk_ms() + wait_ms + BEAT_GRID_MS - 1) & ~(uint64_t)(BEAT_GRID_MS - 1);
    if (at < streams.beat_ms) {
        streams.beat_ms = at;
    }
}

void net_stream_set_beat(net_stream_id id, const struct str *payload)
{
    struct net_stream *s = find_open(id);
    WICK_ASSERT(payload == NULL || payload->len <= NET_WRAP_ROOM);
    if (s == NULL) {
        return;
    }
    s->beat = payload;
    if (payload != NULL) {
        plan_beat(NET_BEAT_MS);
    }
}

uint64_t stream_deadline(void)
{
    return streams.beat_ms;
}

static void beat(struct net_stream *s)
{
    s->sent_ms = (uint32_t)clk_ms();
    if (s->is_lost || conn_is_blocked(&net_conns[s->conn])) {
        return; /* something is on its way, or owed */
    }
    struct buf *out = net_message_begin(stream_id(s));
    if (out != NULL) {
        buf_put_str(out, *s->beat);
        WICK_ASSERT(out->err == WICK_OK);
        (void)!net_message_end(stream_id(s));
    }
}

void stream_beats(void)
{
    uint32_t now = (uint32_t)clk_ms();
    if (!clk_is_past(streams.beat_ms)) {
        return;
    }
    streams.beat_ms = UINT64_MAX;
    for (uint16_t idx = 0; idx < streams.touched; idx++) {
        struct net_stream *s = &net_streams[idx];
        if (s->conn == NET_NONE || s->beat == NULL || net_conns[s->conn].state != CONN_OPEN) {
            continue;
        }
        if (now - s->sent_ms >= NET_BEAT_MS) {
            beat(s);
        }
        plan_beat(NET_BEAT_MS - (now - s->sent_ms));
    }
}
