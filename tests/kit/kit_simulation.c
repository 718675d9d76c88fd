/* kit_simulation.c - the TCP of kit.h: a port whose clients are in this process.
 *
 * Each connection is a sim. Its client may be gone while the server still holds it; what the server
 * then sends is answered by a reset, as a kernel does it.
 */
#include "lwip/memp.h"
#include "lwip/priv/altcp_priv.h"
#include "tests/kit/kit_priv.h"

#include <stdlib.h>
#include <string.h>

enum {
    READ_MAX = 2048,
    PORT = 8080,
    NARROW_BYTES = 4096,
    SIM_MAX = 2 * NET_SLOT_MAX + 64,
    QUEUE_CAP = 1 << 16, /* bytes on their way in one direction */
};

/* One direction: bytes in order, the first ready of which have arrived. */
struct line {
    size_t off, len; /* bytes on their way or arrived, from off */
    size_t ready;
    uint64_t next_us; /* when the next piece arrives */
    bool is_ended;    /* FIN after the last byte */
    uint8_t mem[QUEUE_CAP];
};

struct sim {
    struct altcp_pcb pcb; /* first: upper code holds a pointer to it */

    enum { SIM_FREE, SIM_CALLING, SIM_OPEN } state;

    struct kit_client *client; /* NULL: it is gone */
    bool has_eof, is_refused;
    bool is_reset;     /* by the client, which is gone */
    bool is_unblocked; /* since the last dispatch */
    size_t window;     /* what the server may still read */
    size_t pending;    /* written and not yet output */

    struct sim_piece {
        const void *ptr;
        size_t len;
    } piece[NET_PORT_PIECES];

    size_t piece_count;
    struct line in, out;
    ip_addr_t ip;
};

static struct sim sims[SIM_MAX];
static size_t touched_count; /* sims ever used: the rest is not even in memory */
static struct altcp_pcb listener;
static bool may_refuse, is_listening, has_room;

static const struct altcp_functions functions;

/* --- lines ------------------------------------------------------------------------------------ */

static void schedule(struct line *line)
{
    line->next_us =
        kit.now_us +
        (kit.options.delay_ms > 0 ? 1000 * (uint64_t)kit_random(kit.options.delay_ms + 1) : 0);
}

static void line_put(struct line *line, const void *bytes, size_t len)
{
    kit_must(line->off + line->len + len <= QUEUE_CAP || line->off > 0, "a line is full");
    if (line->off + line->len + len > QUEUE_CAP) {
        memmove(line->mem, line->mem + line->off, line->len);
        line->off = 0;
    }
    kit_must(line->len + len <= QUEUE_CAP, "a line is full");
    memcpy(line->mem + line->off + line->len, bytes, len);
    if (line->ready == line->len) {
        schedule(line);
    }
    line->len += len;
}

/* Let what is due arrive, piece by piece. */
static void line_arrive(struct line *line)
{
    while (line->ready < line->len && line->next_us <= kit.now_us) {
        size_t left = line->len - line->ready;
        size_t piece = kit.options.piece > 0 ? 1 + kit_random(kit.options.piece) : left;
        line->ready += piece < left ? piece : left;
        schedule(line);
    }
}

static void line_take(struct line *line, size_t len)
{
    line->off += len;
    line->len -= len;
    line->ready -= len;
}

/* --- altcp ------------------------------------------------------------------------------------ */

static struct sim *sim_of(struct altcp_pcb *pcb)
{
    return (struct sim *)(void *)pcb;
}

static err_t sim_bind(struct altcp_pcb *pcb, const ip_addr_t *ip, u16_t port)
{
    (void)pcb;
    (void)ip;
    (void)port;
    return ERR_OK;
}

static struct altcp_pcb *sim_listen(struct altcp_pcb *pcb, u8_t backlog, err_t *err)
{
    (void)backlog;
    (void)err;
    is_listening = true;
    return pcb;
}

static void sim_recved(struct altcp_pcb *pcb, u16_t len)
{
    struct sim *sim = sim_of(pcb);
    sim->window += len;
    kit_must(sim->window <= NET_PORT_WINDOW, "more was settled than received");
}

static u16_t sim_sndbuf(struct altcp_pcb *pcb)
{
    const struct sim *sim = sim_of(pcb);
    return sim->out.len > 0 ? 0 : (u16_t)(WICK_SEND_CAP - sim->pending);
}

static err_t sim_write(struct altcp_pcb *pcb, const void *bytes, u16_t len, u8_t flags)
{
    struct sim *sim = sim_of(pcb);
    (void)flags;
    kit_must(sim->state == SIM_OPEN && !sim->out.is_ended, "written after the end");
    if (len > sim_sndbuf(pcb) || sim->piece_count == NET_PORT_PIECES) {
        return ERR_MEM;
    }
    sim->piece[sim->piece_count++] = (struct sim_piece){ bytes, len };
    sim->pending += len;
    return ERR_OK;
}

static bool is_reading(const struct sim *sim)
{
    return sim->client != NULL && !sim->client->is_lazy && !sim->client->is_narrow;
}

/* The client gets what has arrived. */
static void receive(struct sim *sim)
{
    struct kit_client *client = sim->client;
    size_t len = sim->out.ready;
    kit_must(client->len + len <= KIT_CLIENT_CAP, "a client got too much");
    memcpy(client->mem + client->len, sim->out.mem + sim->out.off, len);
    client->len += len;
    line_take(&sim->out, len);
}

/* Without delays all of it goes at once; with them half of the time. Else it waits, and the
 * connection is blocked. */
static err_t sim_output(struct altcp_pcb *pcb)
{
    struct sim *sim = sim_of(pcb);
    for (size_t idx = 0; idx < sim->piece_count; idx++) {
        line_put(&sim->out, sim->piece[idx].ptr, sim->piece[idx].len);
    }
    sim->piece_count = 0;
    sim->pending = 0;
    bool is_at_once = kit.options.delay_ms == 0 && kit.options.piece == 0;
    if (is_reading(sim) && sim->out.ready == 0 && (is_at_once || kit_random(2) == 0)) {
        sim->out.ready = sim->out.len;
        receive(sim);
    }
    return ERR_OK;
}

/* The server is done with it. What a small window holds has arrived. */
static void leave(struct sim *sim, bool is_reset)
{
    struct kit_client *client = sim->client;
    sim->state = SIM_FREE;
    if (client == NULL) {
        return;
    }
    if (client->is_narrow) {
        sim->out.ready = sim->out.len < NARROW_BYTES ? sim->out.len : NARROW_BYTES;
        receive(sim);
    }
    client->is_reset = is_reset && !client->is_closed; /* after a FIN nothing is missing */
    client->is_closed = true;
    client->line = NULL;
}

static err_t sim_close(struct altcp_pcb *pcb)
{
    if (pcb == &listener) {
        is_listening = false;
        return ERR_OK;
    }
    struct sim *sim = sim_of(pcb);
    leave(sim, sim->in.len > 0 || sim->out.len > 0); /* as the kernel does it */
    return ERR_OK;
}

static void sim_abort(struct altcp_pcb *pcb)
{
    struct sim *sim = sim_of(pcb);
    leave(sim, true);
}

static err_t sim_shutdown(struct altcp_pcb *pcb, int shut_rx, int shut_tx)
{
    kit_must(!shut_rx && shut_tx, "only the sending direction is shut");
    sim_of(pcb)->out.is_ended = true;
    return ERR_OK;
}

static err_t sim_addrinfo(struct altcp_pcb *pcb, int local, ip_addr_t *ip, u16_t *port)
{
    (void)pcb;
    (void)local;
    (void)ip;
    *port = PORT;
    return ERR_OK;
}

static ip_addr_t *sim_ip(struct altcp_pcb *pcb, int local)
{
    return local ? NULL : &sim_of(pcb)->ip;
}

static const struct altcp_functions functions = {
    .bind = sim_bind,
    .listen = sim_listen,
    .recved = sim_recved,
    .write = sim_write,
    .output = sim_output,
    .sndbuf = sim_sndbuf,
    .close = sim_close,
    .abort = sim_abort,
    .shutdown = sim_shutdown,
    .addrinfo = sim_addrinfo,
    .getip = sim_ip,
};

/* --- the row ---------------------------------------------------------------------------------- */

static enum wick_err port_start(void)
{
    memp_init();
    for (size_t idx = 0; idx < touched_count; idx++) {
        sims[idx].state = SIM_FREE;
    }
    touched_count = 0;
    may_refuse = is_listening = false;
    return WICK_OK;
}

static void port_stop(void)
{
    kit_must(!is_listening, "the listener was not closed");
    for (size_t idx = 0; idx < touched_count; idx++) {
        kit_must(sims[idx].state != SIM_OPEN, "a connection was not closed");
    }
}

static struct altcp_pcb *port_make(void *arg, u8_t ip_type)
{
    (void)arg;
    (void)ip_type;
    memset(&listener, 0, sizeof listener);
    listener.fns = &functions;
    return &listener;
}

static enum wick_err port_error(void)
{
    return WICK_E_IO;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* When something arrives next; now if something has arrived. */
static uint64_t next_us(void)
{
    uint64_t at = UINT64_MAX;
    for (size_t idx = 0; idx < touched_count; idx++) {
        const struct sim *sim = &sims[idx];
        if (sim->state != SIM_OPEN && sim->state != SIM_CALLING) {
            continue;
        }
        bool is_blocked = sim->out.len > 0; /* then nothing is read */
        bool can_read = sim->window > 0 && !sim->is_refused && !is_blocked;
        bool has_end = sim->in.len == 0 && sim->in.is_ended && !sim->has_eof && !is_blocked;
        bool has_reset = sim->client == NULL && (sim->is_reset || is_blocked);
        bool has_caller = sim->state == SIM_CALLING && is_listening && has_room;
        if ((sim->in.ready > 0 && can_read) || has_caller || has_end || has_reset) {
            return kit.now_us;
        }
        at = sim->in.len > sim->in.ready ? earlier(at, sim->in.next_us) : at;
        at = sim->out.len > 0 && is_reading(sim) ? earlier(at, sim->out.next_us) : at;
    }
    return at;
}

static unsigned port_wait(int timeout_ms)
{
    uint64_t limit = timeout_ms < 0 ? UINT64_MAX : kit.now_us + 1000 * (uint64_t)timeout_ms;
    uint64_t at = earlier(next_us(), limit);
    if (at != UINT64_MAX && at > kit.now_us) {
        kit.now_us = at;
    }
    return next_us() <= kit.now_us;
}

/* A copy of its own: reading one byte too far is seen. */
static void give_bytes(struct sim *sim, size_t len)
{
    uint8_t *copy = malloc(len);
    struct pbuf *p = pbuf_alloc(PBUF_RAW, (u16_t)len, PBUF_REF);
    kit_must(copy != NULL && p != NULL, "a pbuf");
    memcpy(copy, sim->in.mem + sim->in.off, len);
    p->payload = copy;
    sim->window -= len;
    err_t err = sim->pcb.recv(sim->pcb.arg, &sim->pcb, p, ERR_OK);
    if (err == ERR_MEM) {
        kit_must(may_refuse, "refused without warning");
        pbuf_free(p);
        sim->window += len;
        sim->is_refused = true;
    } else if (sim->state == SIM_OPEN) {
        line_take(&sim->in, len);
    }
    free(copy);
}

static void give_input(struct sim *sim)
{
    line_arrive(&sim->in);
    if (sim->in.ready > 0 && sim->window > 0 && !sim->is_refused && sim->out.len == 0) {
        size_t len = sim->in.ready < sim->window ? sim->in.ready : sim->window;
        give_bytes(sim, len < READ_MAX ? len : READ_MAX);
    } else if (sim->in.len == 0 && sim->in.is_ended && !sim->has_eof && sim->out.len == 0) {
        sim->has_eof = true;
        (void)sim->pcb.recv(sim->pcb.arg, &sim->pcb, NULL, ERR_OK);
    }
}

static void note_end(struct sim *sim)
{
    if (sim->client != NULL && sim->out.is_ended && sim->out.len == 0) {
        sim->client->is_closed = true;
    }
}

static void take_output(struct sim *sim)
{
    line_arrive(&sim->out);
    if (sim->client == NULL && (sim->is_reset || sim->out.len > 0)) {
        sim->state = SIM_FREE;
        sim->pcb.err(sim->pcb.arg, ERR_RST);
        return;
    }
    bool was_blocked = sim->out.len > 0 || sim->is_unblocked;
    if (sim->out.ready > 0 && is_reading(sim)) {
        receive(sim);
    }
    note_end(sim);
    if (was_blocked && sim->out.len == 0) {
        sim->is_unblocked = false;
        (void)sim->pcb.sent(sim->pcb.arg, &sim->pcb, 0);
    }
}

static void port_dispatch(unsigned accept_max)
{
    for (size_t idx = 0; idx < touched_count; idx++) {
        struct sim *sim = &sims[idx];
        if (sim->state == SIM_OPEN) {
            take_output(sim);
        }
        if (sim->state == SIM_OPEN) {
            give_input(sim);
        }
        if (sim->state == SIM_OPEN) {
            note_end(sim);
        }
    }
    has_room = accept_max > 0;
    for (size_t idx = 0; idx < touched_count && accept_max > 0; idx++) {
        struct sim *sim = &sims[idx];
        if (sim->state == SIM_CALLING && is_listening) {
            accept_max--;
            sim->state = SIM_OPEN;
            kit_must(listener.accept(listener.arg, &sim->pcb, ERR_OK) == ERR_OK, "accept");
        }
    }
}

static void port_refuse(bool may)
{
    may_refuse = may;
}

static void port_resume(void)
{
    for (size_t idx = 0; idx < touched_count; idx++) {
        sims[idx].is_refused = false;
    }
}

static uint64_t port_deadline(void)
{
    return UINT64_MAX;
}

static const struct net_port port = {
    .name = "simulation",
    .start = port_start,
    .stop = port_stop,
    .make = port_make,
    .error = port_error,
    .wait = port_wait,
    .dispatch = port_dispatch,
    .refuse = port_refuse,
    .resume = port_resume,
    .deadline = port_deadline,
};

/* --- clients ---------------------------------------------------------------------------------- */

bool kit_is_quiet(void)
{
    for (size_t idx = 0; idx < touched_count; idx++) {
        const struct sim *sim = &sims[idx];
        bool has_output = sim->out.len > 0 && is_reading(sim);
        if (sim->state == SIM_CALLING ||
            (sim->state == SIM_OPEN && (sim->in.len > 0 || has_output))) {
            return false;
        }
    }
    return true;
}

static void prepare(struct kit_client *client)
{
    client->line = NULL;
}

static void connect_it(struct kit_client *client)
{
    size_t idx = 0;
    while (idx < touched_count && sims[idx].state != SIM_FREE) {
        idx++;
    }
    kit_must(idx < SIM_MAX, "too many connections");
    touched_count += idx == touched_count;
    struct sim *sim = &sims[idx];
    memset(sim, 0, offsetof(struct sim, in));
    memset(&sim->in, 0, offsetof(struct line, mem));
    memset(&sim->out, 0, offsetof(struct line, mem));
    sim->pcb.fns = &functions;
    sim->window = NET_PORT_WINDOW;
    sim->state = SIM_CALLING;
    ip_addr_set_ip4_u32(&sim->ip, PP_HTONL(IPADDR_LOOPBACK));
    sim->client = client;
    client->line = sim;
}

static size_t offer(struct kit_client *client, const void *bytes, size_t len)
{
    struct sim *sim = client->line;
    if (sim == NULL) {
        return len; /* nobody hears it */
    }
    kit_must(!sim->in.is_ended, "sent after the end");
    size_t room = QUEUE_CAP - sim->in.len;
    len = len < room ? len : room;
    if (len > 0) {
        line_put(&sim->in, bytes, len);
    }
    return len;
}

/* Others get what arrives in dispatch(). */
static bool take(struct kit_client *client, size_t max)
{
    (void)max;
    struct sim *sim = client->line;
    if (sim == NULL || !client->is_narrow || sim->out.len == 0) {
        return false;
    }
    line_arrive(&sim->out);
    bool has_some = sim->out.ready > 0;
    receive(sim);
    sim->is_unblocked = sim->out.len == 0;
    note_end(sim);
    return has_some;
}

static bool is_waited_for(struct kit_client *client)
{
    (void)client;
    return false;
}

static void shut(struct kit_client *client)
{
    struct sim *sim = client->line;
    if (sim != NULL) {
        sim->in.is_ended = true;
    }
}

static void close_it(struct kit_client *client, bool is_reset)
{
    struct sim *sim = client->line;
    client->line = NULL;
    if (sim == NULL) {
        return;
    }
    sim->client = NULL;
    sim->in.is_ended = true;
    sim->is_reset = is_reset || sim->out.len > 0;
    if (sim->state == SIM_CALLING && is_reset) {
        sim->state = SIM_FREE;
    }
}

static uint64_t socket_count(void)
{
    uint64_t count = is_listening;
    for (size_t idx = 0; idx < touched_count; idx++) {
        count += sims[idx].state == SIM_OPEN;
    }
    return count;
}

const struct kit_tcp kit_simulation = {
    .name = "simulation",
    .port = &port,
    .address = "127.0.0.1:8080",
    .prepare = prepare,
    .connect = connect_it,
    .offer = offer,
    .take = take,
    .is_waited_for = is_waited_for,
    .socket_count = socket_count,
    .shut = shut,
    .close = close_it,
};
