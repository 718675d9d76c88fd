/* net_conn.c - connections: accept, states, callbacks of the transport, deadlines, end.
 *
 * Deadlines are an array of their own that is scanned only when the earliest of them has passed; a
 * deadline that was moved back costs one scan more, never more than one wake-up.
 */
#include "base/clk.h"
#include "base/log.h"
#include "net/net_priv.h"

#include <string.h>

_Static_assert((int)NET_SLOT_MAX < (int)NET_NONE, "a connection's index is 16 bits");
_Static_assert(NET_IN_CAP <= UINT16_MAX, "input is counted in 16 bits");

struct net_conn net_conns[NET_SLOT_MAX];
struct net_state net;

static uint64_t deadlines[NET_SLOT_MAX];
static uint16_t free_next[NET_SLOT_MAX]; /* free list, last in first out: warm and small */

static struct {
    uint64_t earliest_ms;
    uint16_t free_first;
    uint16_t touched; /* slots ever used: the rest is not even in memory */
} conns;

static struct stat_value stat_conns;
STAT_GAUGE(stat_conns, "wick_net_connections", "connections now");
static struct stat_value stat_accepted;
STAT_TOTAL(stat_accepted, "wick_net_accepted_total", "connections accepted");
static struct stat_value stat_late;
STAT_TOTAL(stat_late, "wick_net_expired_total", "connections closed by a deadline");
struct stat_value net_stat_full;
STAT_TOTAL(net_stat_full, "wick_net_full_total", "times that connections or input buffers ran out");

static const char *const state_names[] = {
#define CONN_NAME(name) #name,
    CONN_STATES(CONN_NAME)
#undef CONN_NAME
};

uint16_t conn_index(const struct net_conn *c)
{
    return (uint16_t)(c - net_conns);
}

net_conn_id conn_id(const struct net_conn *c)
{
    return (uint32_t)c->gen << 16 | conn_index(c);
}

uint16_t conn_count(void)
{
    return (uint16_t)stat_conns.value;
}

unsigned conn_free_count(void)
{
    return (unsigned)NET_SLOT_MAX - conn_count();
}

uint64_t conn_deadline(void)
{
    return conns.earliest_ms;
}

struct net_conn *conn_find(net_conn_id id)
{
    uint16_t idx = (uint16_t)id;
    if (idx >= conns.touched) {
        return NULL;
    }
    struct net_conn *c = &net_conns[idx];
    bool is_live = c->stream_first != NET_NONE || (c->state >= CONN_IDLE && c->state <= CONN_OPEN);
    return is_live && c->gen == id >> 16 ? c : NULL;
}

/* --- sets ------------------------------------------------------------------------------------- */

void set_add(struct net_set *set, uint16_t idx)
{
    WICK_ASSERT(idx < NET_SLOT_MAX);
    set->bit[idx / 64] |= (uint64_t)1 << idx % 64;
    set->is_used = true;
}

void set_move(struct net_set *set, struct net_set *to)
{
    *to = *set;
    memset(set, 0, sizeof *set);
}

uint16_t set_pop(struct net_set *set)
{
    if (!set->is_used) {
        return NET_NONE;
    }
    for (size_t i = 0; i < WICK_COUNT_OF(set->bit); i++) {
        if (set->bit[i] != 0) {
            unsigned bit = (unsigned)__builtin_ctzll(set->bit[i]);
            set->bit[i] &= set->bit[i] - 1;
            return (uint16_t)(i * 64 + bit);
        }
    }
    set->is_used = false;
    return NET_NONE;
}

/* --- states ----------------------------------------------------------------------------------- */

void conn_set_deadline(struct net_conn *c, uint64_t at_ms)
{
    deadlines[conn_index(c)] = at_ms;
    if (at_ms < conns.earliest_ms) {
        conns.earliest_ms = at_ms;
    }
}

static uint64_t state_ms(enum conn_state state)
{
    switch (state) {
    case CONN_IDLE:
        return NET_IDLE_MS;
    case CONN_HEAD:
        return NET_HEAD_MS;
    case CONN_BODY:
        return NET_BODY_MS;
    case CONN_ANSWER:
    case CONN_DRAIN:
        return NET_STALL_MS;
    case CONN_OPEN:
        return NET_PING_MS;
    case CONN_CLOSING:
        return NET_CLOSE_MS;
    case CONN_LINGER:
        return NET_LINGER_MS;
    case CONN_DEAD:
    case CONN_FREE:
        break;
    }
    return 0;
}

static void conn_check(const struct net_conn *c)
{
    WICK_ASSERT(c->state != CONN_IDLE || (c->pend_len == 0 && !c->is_pulling));
    WICK_ASSERT(c->state == CONN_OPEN || c->state >= CONN_CLOSING || c->stream_first == NET_NONE ||
                c->state == CONN_ANSWER);
    WICK_ASSERT((c->state != CONN_LINGER && c->state != CONN_DEAD) || c->in == NET_NONE);
}

void conn_enter(struct net_conn *c, enum conn_state state)
{
    if (log_is_on(LOG_DEBUG)) {
        log_event(LOG_DEBUG, "net", "state", KV_I("conn", conn_index(c)),
                  KV_S("from", str_of(state_names[c->state])),
                  KV_S("to", str_of(state_names[state])));
    }
    c->state = (uint8_t)state;
    conn_check(c);
    if (state == CONN_DEAD || (c->stream_first != NET_NONE && state >= CONN_CLOSING)) {
        set_add(&net.to_reap, conn_index(c)); /* closed() is called at the end of the pass */
    }
    if (state != CONN_DEAD) {
        conn_set_deadline(c, clk_ms() + state_ms(state));
    }
}

bool conn_is_blocked(const struct net_conn *c)
{
    return c->pcb == NULL || c->pend_len > 0 || c->is_pulling || altcp_sndbuf(c->pcb) == 0;
}

void conn_settle(struct net_conn *c)
{
    uint16_t kept = 0;
    const struct net_in *in = in_of(c);
    if (in != NULL) {
        kept = in->is_ws ? in->raw_len : in->len;
    }
    if (c->pcb == NULL || kept >= c->unsettled) {
        return;
    }
    altcp_recved(c->pcb, (u16_t)(c->unsettled - kept));
    c->unsettled = kept;
}

static void go_linger(struct net_conn *c)
{
    if (c->has_eof) { /* nothing can come any more */
        conn_enter(c, CONN_DEAD);
        return;
    }
    (void)altcp_shutdown(c->pcb, 0, 1);
    conn_settle(c);
    conn_enter(c, CONN_LINGER);
}

void conn_end(struct net_conn *c)
{
    if (c->state >= CONN_LINGER) {
        return;
    }
    in_give(c);
    if (c->pcb == NULL) {
        conn_enter(c, CONN_DEAD);
    } else if (!conn_is_blocked(c)) {
        go_linger(c);
    } else if (c->state != CONN_DRAIN) {
        conn_settle(c);
        conn_enter(c, CONN_DRAIN);
    }
}

/* What it holds is freed at the end of the pass; the transport is let go now. */
void conn_kill(struct net_conn *c)
{
    in_give(c);
    c->pend_len = 0;
    if (c->pcb != NULL) {
        altcp_abort(c->pcb);
        c->pcb = NULL;
    }
    if (c->state != CONN_DEAD) {
        conn_enter(c, CONN_DEAD);
    }
}

/* --- callbacks of the transport --------------------------------------------------------------- */

static void on_err(void *arg, err_t err)
{
    struct net_conn *c = arg;
    (void)err;
    c->pcb = NULL;
    conn_kill(c);
}

static void on_eof(struct net_conn *c)
{
    c->has_eof = true;
    if (c->state == CONN_ANSWER) {
        c->is_closing = true; /* half-closed: it may still read its answer */
    } else if (c->state != CONN_DRAIN) {
        altcp_close(c->pcb);
        c->pcb = NULL;
        conn_kill(c);
    }
}

static void input(struct net_conn *c, uint8_t *bytes, size_t len)
{
    switch ((enum conn_state)c->state) {
    case CONN_IDLE:
    case CONN_HEAD:
    case CONN_BODY:
    case CONN_ANSWER:
        http_input(c, bytes, len);
        break;
    case CONN_OPEN:
    case CONN_CLOSING:
        if (transport_of(c)->read != NULL) {
            transport_of(c)->read(c, bytes, len);
        }
        break;
    case CONN_DRAIN:
    case CONN_LINGER:
    case CONN_DEAD:
    case CONN_FREE:
        break; /* thrown away */
    }
}

static err_t on_recv(void *arg, struct altcp_pcb *pcb, struct pbuf *p, err_t err)
{
    struct net_conn *c = arg;
    (void)pcb;
    (void)err;
    if (p == NULL) {
        on_eof(c);
        return ERR_OK;
    }
    if (!room_has_in(c)) {
        return ERR_MEM;
    }
    c->heard_ms = (uint32_t)clk_ms();
    c->is_pinged = false;
    c->unsettled = (uint16_t)(c->unsettled + p->tot_len);
    for (struct pbuf *part = p; part != NULL; part = part->next) {
        input(c, part->payload, part->len);
    }
    pbuf_free(p);
    conn_settle(c);
    return ERR_OK;
}

static err_t on_sent(void *arg, struct altcp_pcb *pcb, u16_t len)
{
    struct net_conn *c = arg;
    (void)pcb;
    (void)len;
    c->moved_ms = (uint32_t)clk_ms();
    set_add(&net.to_flush, conn_index(c));
    return ERR_OK;
}

void conn_resume(void)
{
    struct net_set now;
    set_move(&net.to_read, &now);
    for (uint16_t idx = set_pop(&now); idx != NET_NONE; idx = set_pop(&now)) {
        struct net_conn *c = &net_conns[idx];
        c->is_full = false;
        if (c->state == CONN_IDLE && c->in != NET_NONE) {
            http_input(c, NULL, 0);
        } else if ((c->state == CONN_OPEN || c->state == CONN_CLOSING) &&
                   transport_of(c)->resume != NULL) {
            transport_of(c)->resume(c);
        }
        if (c->pcb != NULL) {
            conn_settle(c);
        }
    }
}

/* --- the pool --------------------------------------------------------------------------------- */

void conn_start(const struct net_port *port)
{
    memset(&net, 0, sizeof net);
    net.port = port;
    conns.free_first = NET_NONE;
    conns.touched = 0;
    conns.earliest_ms = UINT64_MAX;
    room_start();
    stream_start();
}

void conn_end_all(void)
{
    for (size_t idx = 0; idx < conns.touched; idx++) {
        if (net_conns[idx].state != CONN_FREE) {
            conn_kill(&net_conns[idx]);
        }
    }
    conn_reap();
    WICK_ASSERT(conn_count() == 0);
}

static struct net_conn *slot_take(void)
{
    uint16_t idx = conns.free_first;
    if (idx != NET_NONE) {
        conns.free_first = free_next[idx];
    } else if (conns.touched < NET_SLOT_MAX) {
        idx = conns.touched++;
    } else {
        return NULL;
    }
    return &net_conns[idx];
}

err_t conn_accept(void *arg, struct altcp_pcb *pcb, err_t err)
{
    (void)arg;
    if (err != ERR_OK) {
        room_no_descriptor();
        return err;
    }
    struct net_conn *c = slot_take();
    if (c == NULL) {
        return ERR_MEM;
    }
    stat_accepted.value++;
    stat_conns.value++;
    uint16_t gen = (uint16_t)(c->gen + 1);
    *c = (struct net_conn){
        .pcb = pcb, .gen = gen == 0 ? 1 : gen, .in = NET_NONE, .stream_first = NET_NONE
    };
    c->heard_ms = c->moved_ms = (uint32_t)clk_ms();
    altcp_arg(pcb, c);
    altcp_recv(pcb, on_recv);
    altcp_sent(pcb, on_sent);
    altcp_err(pcb, on_err);
    conn_enter(c, CONN_IDLE);
    conn_set_deadline(c, clk_ms() + NET_HEAD_MS);
    return ERR_OK;
}

static void conn_free(struct net_conn *c)
{
    uint16_t idx = conn_index(c);
    WICK_ASSERT(c->stream_first == NET_NONE && c->in == NET_NONE && c->state == CONN_DEAD);
    if (c->pcb != NULL) {
        altcp_close(c->pcb);
    }
    c->pcb = NULL;
    c->state = CONN_FREE;
    deadlines[idx] = UINT64_MAX;
    stat_conns.value--;
    free_next[idx] = conns.free_first;
    conns.free_first = idx;
}

/* End of the pass: the only place where streams end and connections are freed. */
void conn_reap(void)
{
    struct net_set now;
    if (!net.to_reap.is_used) {
        return;
    }
    set_move(&net.to_reap, &now);
    for (uint16_t idx = set_pop(&now); idx != NET_NONE; idx = set_pop(&now)) {
        struct net_conn *c = &net_conns[idx];
        if (c->state >= CONN_CLOSING) {
            stream_end_all(c);
        }
        if (c->state == CONN_DEAD) {
            pull_cancel(c);
            conn_free(c);
        }
    }
}

/* --- deadlines -------------------------------------------------------------------------------- */

/* A stream is idle when nothing came; a blocked one is dead when nothing went. */
static void expire_open(struct net_conn *c)
{
    uint32_t now = (uint32_t)clk_ms();
    uint32_t quiet_ms = now - c->heard_ms;
    const struct transport *row = transport_of(c);
    if (conn_is_blocked(c)) {
        if (now - c->moved_ms >= NET_STALL_MS && quiet_ms >= NET_STALL_MS) {
            stat_late.value++;
            conn_kill(c);
        } else {
            conn_set_deadline(c, clk_ms() + NET_PING_MS);
        }
    } else if (row->has_pong && c->is_pinged) {
        stat_late.value++;
        conn_kill(c);
    } else if (row->has_pong && quiet_ms < NET_PING_MS) {
        conn_set_deadline(c, clk_ms() + NET_PING_MS - quiet_ms);
    } else {
        send_now(c, row->heartbeat.ptr, row->heartbeat.len);
        c->moved_ms = now;
        c->is_pinged = row->has_pong;
        conn_set_deadline(c, clk_ms() + (row->has_pong ? NET_PONG_MS : NET_PING_MS));
        if (row->is_once) {
            conn_end(c);
        }
    }
}

static void expire_one(struct net_conn *c)
{
    switch ((enum conn_state)c->state) {
    case CONN_HEAD:
    case CONN_BODY:
        stat_late.value++;
        answer_error(c, 408, STR("The request did not arrive in time."), STR(""));
        break;
    case CONN_OPEN:
        expire_open(c);
        break;
    case CONN_ANSWER:
    case CONN_DRAIN:
        if ((uint32_t)clk_ms() - c->moved_ms < NET_STALL_MS) {
            conn_set_deadline(c, clk_ms() + NET_STALL_MS);
            break;
        }
        stat_late.value++;
        conn_kill(c);
        break;
    case CONN_IDLE:
        conn_end(c); /* FIN first: a request that is on its way just now is not reset */
        break;
    case CONN_CLOSING:
    case CONN_LINGER:
        in_give(c);
        conn_enter(c, CONN_DEAD);
        break;
    case CONN_DEAD:
    case CONN_FREE:
        break;
    }
}

void conn_expire(void)
{
    uint64_t now = clk_ms();
    if (now < conns.earliest_ms) {
        return;
    }
    for (size_t i = 0; i < conns.touched; i++) {
        if (net_conns[i].state != CONN_FREE && deadlines[i] <= now) {
            expire_one(&net_conns[i]);
        }
    }
    conns.earliest_ms = UINT64_MAX;
    for (size_t i = 0; i < conns.touched; i++) {
        if (net_conns[i].state != CONN_FREE && net_conns[i].state != CONN_DEAD &&
            deadlines[i] < conns.earliest_ms) {
            conns.earliest_ms = deadlines[i];
        }
    }
}
