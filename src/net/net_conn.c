/* net_conn.c - connections: accept, states, buffers, deadlines, end.
 *
 * Deadlines are an array of their own that is scanned only when the earliest of them has passed; a
 * deadline that was moved back costs one scan more, never a wake-up more than one.
 */
#include "base/clk.h"
#include "base/log.h"
#include "net/net_priv.h"

#include <string.h>

_Static_assert((int)NET_SLOT_MAX < (int)NET_NONE, "a connection's index is 16 bits");
_Static_assert(NET_IN_CAP <= UINT16_MAX, "input is counted in 16 bits");

struct net_conn net_conns[NET_SLOT_MAX];
struct net_set net_to_flush, net_to_tell;
const struct net_hooks *net_hooks_now;
const struct net_port *net_port_now;

static uint64_t deadlines[NET_SLOT_MAX];
static uint64_t earliest_ms = UINT64_MAX;
static struct net_set to_reap;
static struct net_in ins[NET_IN_MAX];
static uint16_t in_free[NET_IN_MAX];
static uint16_t in_free_count, in_touched;
static struct net_out outs[WICK_OUT_MAX];
static uint16_t out_free[WICK_OUT_MAX];
static uint16_t out_free_count, out_touched;
static uint16_t free_next[NET_SLOT_MAX]; /* free list of the ordinary slots, last in first out: warm
                                            and small */
static uint16_t free_first = NET_NONE;
static uint16_t touched_count;

static struct stat_counter stat_conns = { .name = "wick_net_connections",
                                          .help = "connections now" };
static struct stat_counter stat_accepted = { .name = "wick_net_accepted_total",
                                             .help = "connections accepted",
                                             .is_total = true };
static struct stat_counter stat_ins = { .name = "wick_net_in_buffers",
                                        .help = "input buffers in use" };
static struct stat_counter stat_outs = { .name = "wick_net_out_buffers",
                                         .help = "out buffers in use" };
static struct stat_counter stat_late = { .name = "wick_net_expired_total",
                                         .help = "connections closed by a deadline",
                                         .is_total = true };
struct stat_counter net_stat_full = { .name = "wick_net_full_total",
                                      .help = "connections or buffers refused: none left",
                                      .is_total = true };

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

uint64_t conn_deadline(void)
{
    return earliest_ms;
}

struct net_conn *conn_find(net_conn_id id)
{
    uint16_t idx = (uint16_t)id;
    if (idx >= NET_SLOT_MAX) {
        return NULL;
    }
    struct net_conn *c = &net_conns[idx];
    bool is_live = c->has_stream || (c->state >= CONN_IDLE && c->state <= CONN_ANSWER);
    return is_live && c->gen == id >> 16 ? c : NULL;
}

/* --- sets ------------------------------------------------------------------------------------- */

void set_add(struct net_set *set, uint16_t idx)
{
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

/* --- input and out buffers -------------------------------------------------------------------- */

struct net_in *in_of(const struct net_conn *c)
{
    return c->in == NET_NONE ? NULL : &ins[c->in];
}

struct net_out *out_of(const struct net_conn *c)
{
    return c->out == NET_NONE ? NULL : &outs[c->out];
}

/* None left: whoever has been inside a request or message for longest loses his. */
static void in_evict(void)
{
    size_t oldest = 0;
    for (size_t i = 1; i < NET_IN_MAX; i++) {
        if ((int32_t)(ins[i].since_ms - ins[oldest].since_ms) < 0) {
            oldest = i;
        }
    }
    net_stat_full.value++;
    conn_kill(&net_conns[ins[oldest].owner]);
}

struct net_in *in_take(struct net_conn *c)
{
    WICK_ASSERT(c->in == NET_NONE);
    if (in_free_count == 0 && in_touched == NET_IN_MAX) {
        in_evict();
    }
    c->in = in_free_count > 0 ? in_free[--in_free_count] : in_touched++;
    struct net_in *in = &ins[c->in];
    in->len = 0;
    in->is_ws = false;
    in->owner = conn_index(c);
    in->since_ms = (uint32_t)clk_ms();
    stat_ins.value++;
    return in;
}

void in_give(struct net_conn *c)
{
    if (c->in == NET_NONE) {
        return;
    }
    in_free[in_free_count++] = c->in;
    c->in = NET_NONE;
    stat_ins.value--;
}

/* None left: the connection that has held one longest without progress is closed. */
static void out_evict(void)
{
    size_t oldest = 0;
    for (size_t i = 1; i < WICK_OUT_MAX; i++) {
        if ((int32_t)(outs[i].since_ms - outs[oldest].since_ms) < 0) {
            oldest = i;
        }
    }
    net_stat_full.value++;
    conn_kill(&net_conns[outs[oldest].owner]);
}

struct net_out *out_take(struct net_conn *c)
{
    WICK_ASSERT(c->out == NET_NONE);
    if (out_free_count == 0 && out_touched == WICK_OUT_MAX) {
        out_evict();
    }
    c->out = out_free_count > 0 ? out_free[--out_free_count] : out_touched++;
    struct net_out *out = &outs[c->out];
    out->owner = conn_index(c);
    out->since_ms = (uint32_t)clk_ms();
    stat_outs.value++;
    return out;
}

void out_give(struct net_conn *c)
{
    if (c->out == NET_NONE) {
        return;
    }
    out_free[out_free_count++] = c->out;
    c->out = NET_NONE;
    stat_outs.value--;
}

/* --- states ----------------------------------------------------------------------------------- */

void conn_set_deadline(struct net_conn *c, uint64_t at_ms)
{
    deadlines[conn_index(c)] = at_ms;
    if (at_ms < earliest_ms) {
        earliest_ms = at_ms;
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
    case CONN_WS:
    case CONN_SSE:
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
    WICK_ASSERT(c->state != CONN_IDLE || c->pend_len == 0);
    WICK_ASSERT((c->state != CONN_WS && c->state != CONN_SSE) || c->has_stream);
    WICK_ASSERT(c->out == NET_NONE || c->state >= CONN_ANSWER);
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
    if (state == CONN_DEAD) {
        set_add(&to_reap, conn_index(c));
        return;
    }
    if (c->has_stream && state >= CONN_CLOSING && state != CONN_SSE) {
        set_add(&to_reap, conn_index(c)); /* closed() is called at the end of the turn */
    }
    conn_set_deadline(c, clk_ms() + state_ms(state));
}

bool conn_is_blocked(const struct net_conn *c)
{
    return c->pcb == NULL || c->pend_len > 0 || altcp_sndbuf(c->pcb) == 0;
}

void conn_settle(struct net_conn *c)
{
    uint16_t kept = 0;
    if (c->in != NET_NONE && c->state <= CONN_ANSWER) {
        kept = ins[c->in].len;
    }
    if (c->pcb == NULL || kept >= c->unsettled) {
        return;
    }
    altcp_recved(c->pcb, (u16_t)(c->unsettled - kept));
    c->unsettled = kept;
}

static void go_linger(struct net_conn *c)
{
    in_give(c);
    out_give(c);
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
    if (c->pcb == NULL) {
        conn_enter(c, CONN_DEAD);
        return;
    }
    in_give(c);
    if (conn_is_blocked(c)) {
        if (c->state != CONN_DRAIN) {
            conn_enter(c, CONN_DRAIN);
        }
    } else {
        go_linger(c);
    }
}

void conn_kill(struct net_conn *c)
{
    in_give(c);
    out_give(c);
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
    } else if (c->state == CONN_DRAIN) {
        return;
    } else {
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
    case CONN_WS:
    case CONN_CLOSING:
        ws_input(c, bytes, len);
        break;
    case CONN_SSE:
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
    if (c->out != NET_NONE) {
        outs[c->out].since_ms = c->moved_ms;
    }
    if (c->state == CONN_ANSWER) {
        if (send_pend(c) && c->is_answered) {
            answer_pushed(c);
        }
        if (c->state == CONN_IDLE && c->in != NET_NONE) {
            http_input(c, NULL, 0);
            conn_settle(c);
        }
    } else {
        set_add(&net_to_flush, conn_index(c));
    }
    return ERR_OK;
}

/* The oldest connection that is between requests, else inside a head, makes room. */
static struct net_conn *victim(void)
{
    struct net_conn *best = NULL;
    for (size_t i = 0; i < WICK_CONN_MAX; i++) {
        struct net_conn *c = &net_conns[i];
        if (c->state != CONN_IDLE && c->state != CONN_HEAD) {
            continue;
        }
        if (best == NULL || c->state < best->state ||
            (c->state == best->state && (int32_t)(c->heard_ms - best->heard_ms) < 0)) {
            best = c;
        }
    }
    return best;
}

static void conn_free(struct net_conn *c)
{
    uint16_t idx = conn_index(c);
    if (c->pcb != NULL) {
        altcp_close(c->pcb);
    }
    c->pcb = NULL;
    c->state = CONN_FREE;
    deadlines[idx] = UINT64_MAX;
    stat_conns.value--;
    if (idx < WICK_CONN_MAX) {
        free_next[idx] = free_first;
        free_first = idx;
    }
}

static void make_room(void)
{
    struct net_conn *old = victim();
    net_stat_full.value++;
    if (old != NULL) { /* not in its own callback, and it has no stream: it can go at once */
        in_give(old);
        conn_free(old);
    }
}

static struct net_conn *slot_take(void)
{
    if (free_first == NET_NONE && touched_count == WICK_CONN_MAX) {
        make_room();
    }
    if (free_first != NET_NONE) {
        struct net_conn *c = &net_conns[free_first];
        free_first = free_next[free_first];
        return c;
    }
    if (touched_count < WICK_CONN_MAX) {
        return &net_conns[touched_count++];
    }
    for (size_t i = WICK_CONN_MAX; i < NET_SLOT_MAX; i++) {
        if (net_conns[i].state == CONN_FREE) {
            return &net_conns[i];
        }
    }
    return NULL;
}

void conn_start(const struct net_port *port)
{
    struct stat_counter *const all[] = { &stat_conns,        &stat_accepted,    &stat_ins,
                                         &stat_outs,         &stat_late,        &net_stat_full,
                                         &net_stat_requests, &net_stat_refused, &net_stat_messages,
                                         &net_stat_lagged,   &net_stat_dropped };
    for (size_t idx = 0; idx < WICK_COUNT_OF(all); idx++) {
        stat_add(all[idx]);
    }
    net_port_now = port;
    in_free_count = in_touched = 0;
    out_free_count = out_touched = 0;
    free_first = NET_NONE;
    touched_count = 0;
    earliest_ms = UINT64_MAX;
}

void conn_end_all(void)
{
    for (size_t idx = 0; idx < NET_SLOT_MAX; idx++) {
        if (net_conns[idx].state != CONN_FREE) {
            conn_kill(&net_conns[idx]);
        }
    }
    conn_reap();
    WICK_ASSERT(conn_count() == 0);
}

unsigned conn_free_count(void)
{
    return NET_SLOT_MAX; /* accept() makes room itself */
}

err_t conn_accept(void *arg, struct altcp_pcb *pcb, err_t err)
{
    (void)arg;
    if (err != ERR_OK) { /* file descriptors have run out */
        make_room();
        return err;
    }
    struct net_conn *c = slot_take();
    if (c == NULL) {
        return ERR_MEM;
    }
    stat_accepted.value++;
    stat_conns.value++;
    uint16_t gen = (uint16_t)(c->gen + 1);
    *c = (struct net_conn){ .pcb = pcb,
                            .gen = gen == 0 ? 1 : gen,
                            .in = NET_NONE,
                            .out = NET_NONE,
                            .cursor = { .ring = HUB_NO_RING } };
    c->heard_ms = c->moved_ms = (uint32_t)clk_ms();
    altcp_arg(pcb, c);
    altcp_recv(pcb, on_recv);
    altcp_sent(pcb, on_sent);
    altcp_err(pcb, on_err);
    conn_enter(c, CONN_IDLE);
    conn_set_deadline(c, clk_ms() + NET_HEAD_MS);
    if (conn_index(c) >= WICK_CONN_MAX) {
        answer_error(c, 503, STR("All connections are in use. Please try again in a moment."),
                     STR("Retry-After: 5\r\n"));
    }
    return ERR_OK;
}

/* --- deadlines and the end -------------------------------------------------------------------- */

/* A stream is idle when nothing came; a blocked one is dead when nothing went. */
static void expire_stream(struct net_conn *c)
{
    uint32_t now = (uint32_t)clk_ms();
    uint32_t quiet_ms = now - c->heard_ms;
    if (conn_is_blocked(c)) {
        uint32_t stuck_ms = now - c->moved_ms;
        if (stuck_ms >= NET_STALL_MS && quiet_ms >= NET_STALL_MS) {
            stat_late.value++;
            conn_kill(c);
        } else {
            conn_set_deadline(c, clk_ms() + NET_PING_MS);
        }
    } else if (c->state == CONN_SSE) {
        send_now(c, ": \n\n", 4); /* a dead peer shows in the end, and proxies stay awake */
        c->moved_ms = now;
        conn_set_deadline(c, clk_ms() + NET_PING_MS);
        if (c->is_once) {
            conn_end(c);
        }
    } else if (c->is_pinged) {
        stat_late.value++;
        conn_kill(c);
    } else if (quiet_ms >= NET_PING_MS) {
        ws_control(c, WSLAY_PING, NULL, 0);
        c->moved_ms = now;
        c->is_pinged = true;
        conn_set_deadline(c, clk_ms() + NET_PONG_MS);
    } else {
        conn_set_deadline(c, clk_ms() + NET_PING_MS - quiet_ms);
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
    case CONN_WS:
    case CONN_SSE:
        expire_stream(c);
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
    case CONN_CLOSING:
    case CONN_LINGER:
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
    if (now < earliest_ms) {
        return;
    }
    for (size_t i = 0; i < NET_SLOT_MAX; i++) {
        if (net_conns[i].state != CONN_FREE && deadlines[i] <= now) {
            expire_one(&net_conns[i]);
        }
    }
    earliest_ms = UINT64_MAX;
    for (size_t i = 0; i < NET_SLOT_MAX; i++) {
        if (net_conns[i].state != CONN_FREE && net_conns[i].state != CONN_DEAD &&
            deadlines[i] < earliest_ms) {
            earliest_ms = deadlines[i];
        }
    }
}

/* End of the turn: the only place where streams end and connections are freed. */
void conn_reap(void)
{
    struct net_set now;
    if (!to_reap.is_used) {
        return;
    }
    set_move(&to_reap, &now);
    for (uint16_t idx = set_pop(&now); idx != NET_NONE; idx = set_pop(&now)) {
        struct net_conn *c = &net_conns[idx];
        if (c->has_stream && c->state != CONN_WS && c->state != CONN_SSE) {
            net_unfollow(conn_id(c));
            net_hooks_now->closed(conn_id(c));
            c->has_stream = false;
        }
        if (c->state == CONN_DEAD) {
            in_give(c);
            out_give(c);
            conn_free(c);
        }
    }
}
