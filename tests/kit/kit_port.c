/* kit_port.c - the TCP of kit.h: a port whose clients are in this process. */
#include "base/log.h"
#include "base/stat.h"
#include "lwip/memp.h"
#include "lwip/priv/altcp_priv.h"
#include "os/os.h"
#include "tests/kit/kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { READ_MAX = 2048, PORT = 8080 };

/* One direction: bytes in order, the first ready of which have arrived. */
struct line {
    size_t off, len; /* bytes on their way or arrived, from off */
    size_t ready;
    uint64_t next_us; /* when the next piece arrives */
    bool is_ended;    /* FIN after the last byte */
    uint8_t mem[KIT_QUEUE_CAP];
};

struct sim {
    struct altcp_pcb pcb; /* first: upper code holds a pointer to it */

    enum { SIM_FREE, SIM_CALLING, SIM_OPEN, SIM_CLOSED } state; /* CLOSED: by the server */

    bool has_eof, is_refused;
    size_t window;  /* what the server may still read */
    size_t pending; /* written and not yet output */

    struct iovec_like {
        const void *ptr;
        size_t len;
    } piece[NET_PORT_PIECES];

    size_t piece_count;
    struct line in, out;
    ip_addr_t ip;
};

static struct sim sims[KIT_CLIENT_MAX];
static struct kit_client clients[KIT_CLIENT_MAX];
static struct altcp_pcb listener;

static struct {
    struct kit_options options;
    uint64_t now_us, random;
    bool may_refuse, is_listening;
} kit;

static const struct altcp_functions functions;

static void must(bool ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "kit: seed %llu: %s\n", (unsigned long long)kit.options.seed, what);
        exit(2);
    }
}

/* --- clock and chance ------------------------------------------------------------------------- */

uint64_t os_mono_us(void)
{
    return kit.now_us;
}

uint64_t os_wall_ms(void)
{
    return 1700000000000u + kit.now_us / 1000;
}

uint32_t kit_random(uint32_t below)
{
    kit.random ^= kit.random << 13;
    kit.random ^= kit.random >> 7;
    kit.random ^= kit.random << 17;
    return (uint32_t)((kit.random >> 20) % below);
}

void os_random(void *bytes, size_t len)
{
    for (size_t idx = 0; idx < len; idx++) {
        ((uint8_t *)bytes)[idx] = (uint8_t)kit_random(256);
    }
}

uint64_t kit_now_us(void)
{
    return kit.now_us;
}

/* --- lines ------------------------------------------------------------------------------------ */

static void schedule(struct line *line)
{
    line->next_us =
        kit.now_us +
        (kit.options.delay_ms > 0 ? 1000 * (uint64_t)kit_random(kit.options.delay_ms + 1) : 0);
}

static void line_put(struct line *line, const void *bytes, size_t len)
{
    must(line->off + line->len + len <= KIT_QUEUE_CAP || line->off > 0, "a line is full");
    if (line->off + line->len + len > KIT_QUEUE_CAP) {
        memmove(line->mem, line->mem + line->off, line->len);
        line->off = 0;
    }
    must(line->len + len <= KIT_QUEUE_CAP, "a line is full");
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
    kit.is_listening = true;
    return pcb;
}

static void sim_recved(struct altcp_pcb *pcb, u16_t len)
{
    struct sim *sim = sim_of(pcb);
    sim->window += len;
    must(sim->window <= NET_PORT_WINDOW, "more was settled than received");
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
    must(sim->state == SIM_OPEN && !sim->out.is_ended, "written after the end");
    if (len > sim_sndbuf(pcb) || sim->piece_count == NET_PORT_PIECES) {
        return ERR_MEM;
    }
    sim->piece[sim->piece_count++] = (struct iovec_like){ bytes, len };
    sim->pending += len;
    return ERR_OK;
}

/* What is small goes at once half of the time; else it waits, and the connection is blocked. */
static err_t sim_output(struct altcp_pcb *pcb)
{
    struct sim *sim = sim_of(pcb);
    for (size_t idx = 0; idx < sim->piece_count; idx++) {
        line_put(&sim->out, sim->piece[idx].ptr, sim->piece[idx].len);
    }
    sim->piece_count = 0;
    sim->pending = 0;
    struct kit_client *client = &clients[sim - sims];
    if (!client->is_lazy && kit_random(2) == 0 && sim->out.ready == 0) {
        must(client->got_len + sim->out.len <= KIT_GOT_CAP, "a client got too much");
        memcpy(client->got + client->got_len, sim->out.mem + sim->out.off, sim->out.len);
        client->got_len += sim->out.len;
        sim->out.ready = sim->out.len;
        line_take(&sim->out, sim->out.len);
    }
    return ERR_OK;
}

static err_t sim_close(struct altcp_pcb *pcb)
{
    if (pcb == &listener) {
        kit.is_listening = false;
        return ERR_OK;
    }
    struct sim *sim = sim_of(pcb);
    clients[sim - sims].is_reset = sim->in.len > 0 || sim->out.len > 0; /* as the kernel does it */
    sim->state = SIM_CLOSED;
    return ERR_OK;
}

static void sim_abort(struct altcp_pcb *pcb)
{
    struct sim *sim = sim_of(pcb);
    clients[sim - sims].is_reset = true;
    sim->state = SIM_CLOSED;
}

static err_t sim_shutdown(struct altcp_pcb *pcb, int shut_rx, int shut_tx)
{
    must(!shut_rx && shut_tx, "only the sending direction is shut");
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
    memset(sims, 0, sizeof sims);
    kit.may_refuse = kit.is_listening = false;
    return WICK_OK;
}

static void port_stop(void)
{
    must(!kit.is_listening, "the listener was not closed");
    for (size_t idx = 0; idx < KIT_CLIENT_MAX; idx++) {
        must(sims[idx].state != SIM_OPEN, "a connection was not closed");
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
    for (size_t idx = 0; idx < KIT_CLIENT_MAX; idx++) {
        const struct sim *sim = &sims[idx];
        if (sim->state != SIM_OPEN && sim->state != SIM_CALLING) {
            continue;
        }
        bool is_blocked = sim->out.len > 0; /* then nothing is read */
        bool can_read = sim->window > 0 && !sim->is_refused && !is_blocked;
        bool has_end = sim->in.len == 0 && sim->in.is_ended && !sim->has_eof && !is_blocked;
        if ((sim->in.ready > 0 && can_read) || sim->state == SIM_CALLING || has_end) {
            return kit.now_us;
        }
        at = sim->in.len > sim->in.ready ? earlier(at, sim->in.next_us) : at;
        at = sim->out.len > 0 && !clients[idx].is_lazy ? earlier(at, sim->out.next_us) : at;
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

static void give_input(struct sim *sim)
{
    static uint8_t mem[READ_MAX];
    line_arrive(&sim->in);
    if (sim->in.ready > 0 && sim->window > 0 && !sim->is_refused && sim->out.len == 0) {
        size_t len = sim->in.ready < sim->window ? sim->in.ready : sim->window;
        len = len < READ_MAX ? len : READ_MAX;
        memcpy(mem, sim->in.mem + sim->in.off, len);
        struct pbuf *p = pbuf_alloc(PBUF_RAW, (u16_t)len, PBUF_REF);
        must(p != NULL, "a pbuf");
        p->payload = mem;
        sim->window -= len;
        err_t err = sim->pcb.recv(sim->pcb.arg, &sim->pcb, p, ERR_OK);
        if (err == ERR_MEM) {
            must(kit.may_refuse, "refused without warning");
            pbuf_free(p);
            sim->window += len;
            sim->is_refused = true;
        } else if (sim->state == SIM_OPEN) {
            line_take(&sim->in, len);
        }
    } else if (sim->in.len == 0 && sim->in.is_ended && !sim->has_eof && sim->out.len == 0) {
        sim->has_eof = true;
        (void)sim->pcb.recv(sim->pcb.arg, &sim->pcb, NULL, ERR_OK);
    }
}

static void take_output(struct sim *sim, struct kit_client *client)
{
    line_arrive(&sim->out);
    bool was_blocked = sim->out.len > 0;
    if (!client->is_lazy && sim->out.ready > 0) {
        size_t len = sim->out.ready;
        must(client->got_len + len <= KIT_GOT_CAP, "a client got too much");
        memcpy(client->got + client->got_len, sim->out.mem + sim->out.off, len);
        client->got_len += len;
        line_take(&sim->out, len);
    }
    client->is_closed = client->is_closed || (sim->out.is_ended && sim->out.len == 0);
    if (was_blocked && sim->out.len == 0 && sim->state == SIM_OPEN) {
        (void)sim->pcb.sent(sim->pcb.arg, &sim->pcb, 0);
    }
}

static void port_dispatch(unsigned accept_max)
{
    for (size_t idx = 0; idx < KIT_CLIENT_MAX; idx++) {
        struct sim *sim = &sims[idx];
        if (sim->state == SIM_OPEN) {
            take_output(sim, &clients[idx]);
        }
        if (sim->state == SIM_OPEN) {
            give_input(sim);
        }
    }
    for (size_t idx = 0; idx < KIT_CLIENT_MAX && accept_max > 0; idx++) {
        struct sim *sim = &sims[idx];
        if (sim->state == SIM_CALLING && kit.is_listening) {
            accept_max--;
            sim->state = SIM_OPEN;
            must(listener.accept(listener.arg, &sim->pcb, ERR_OK) == ERR_OK, "accept");
        }
    }
    for (size_t idx = 0; idx < KIT_CLIENT_MAX; idx++) {
        clients[idx].is_closed = clients[idx].is_closed || sims[idx].state == SIM_CLOSED;
    }
}

static void port_refuse(bool may_refuse)
{
    kit.may_refuse = may_refuse;
}

static void port_resume(void)
{
    for (size_t idx = 0; idx < KIT_CLIENT_MAX; idx++) {
        sims[idx].is_refused = false;
    }
}

static uint64_t port_deadline(void)
{
    return UINT64_MAX;
}

const struct net_port kit_port = {
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

/* --- the run ---------------------------------------------------------------------------------- */

static void no_log(struct str line)
{
    (void)line;
}

void kit_start(const struct kit_options *options)
{
    uint16_t port;
    kit.options = *options;
    kit.random = options->seed * 0x9e3779b97f4a7c15u + 1;
    kit.now_us = 1000000;
    log_set_sink(no_log);
    hub_init();
    must(net_start(&kit_port) == WICK_OK, "net_start");
    must(net_listen("127.0.0.1:8080", &port) == WICK_OK && port == PORT, "net_listen");
}

uint64_t kit_stat(const char *name)
{
    for (size_t idx = 0; stat_at(idx) != NULL; idx++) {
        if (strcmp(stat_at(idx)->name, name) == 0) {
            return stat_at(idx)->of->value;
        }
    }
    must(false, name);
    return 0;
}

void kit_end(void)
{
    static const char *const empty[] = { "wick_net_connections", "wick_net_in_buffers",
                                         "wick_net_streams", "wick_hub_subscriptions",
                                         "wick_hub_rings" };
    net_end();
    for (size_t idx = 0; idx < sizeof empty / sizeof *empty; idx++) {
        must(kit_stat(empty[idx]) == 0, empty[idx]);
    }
}

void kit_pass(const struct net_hooks *hooks, unsigned ms)
{
    net_pass(hooks, ms);
}

bool kit_is_quiet(void)
{
    for (size_t idx = 0; idx < KIT_CLIENT_MAX; idx++) {
        const struct sim *sim = &sims[idx];
        bool has_output = sim->out.len > 0 && !clients[idx].is_lazy;
        if (sim->state == SIM_CALLING ||
            (sim->state == SIM_OPEN && (sim->in.len > 0 || has_output))) {
            return false;
        }
    }
    return true;
}

/* --- clients ---------------------------------------------------------------------------------- */

struct kit_client *kit_connect(unsigned idx)
{
    struct sim *sim = &sims[idx];
    must(idx < KIT_CLIENT_MAX && (sim->state == SIM_FREE || sim->state == SIM_CLOSED),
         "the client is connected already");
    memset(sim, 0, offsetof(struct sim, in));
    sim->in.off = sim->in.len = sim->in.ready = 0;
    sim->out.off = sim->out.len = sim->out.ready = 0;
    sim->in.is_ended = sim->out.is_ended = false;
    sim->pcb.fns = &functions;
    sim->window = NET_PORT_WINDOW;
    sim->state = SIM_CALLING;
    IP_SET_TYPE(&sim->ip, IPADDR_TYPE_V4);
    struct kit_client *client = &clients[idx];
    client->got_len = 0;
    client->is_closed = client->is_reset = client->is_lazy = false;
    return client;
}

static struct sim *of_client(const struct kit_client *client)
{
    return &sims[client - clients];
}

void kit_send(struct kit_client *client, const void *bytes, size_t len)
{
    struct sim *sim = of_client(client);
    must(!sim->in.is_ended, "sent after the end");
    if (sim->state == SIM_CALLING || sim->state == SIM_OPEN) {
        line_put(&sim->in, bytes, len);
    }
}

void kit_text(struct kit_client *client, const char *text)
{
    kit_send(client, text, strlen(text));
}

void kit_shut(struct kit_client *client)
{
    of_client(client)->in.is_ended = true;
}

void kit_abort(struct kit_client *client)
{
    struct sim *sim = of_client(client);
    if (sim->state == SIM_CALLING) {
        sim->state = SIM_FREE;
    } else if (sim->state == SIM_OPEN) {
        sim->state = SIM_CLOSED;
        sim->pcb.err(sim->pcb.arg, ERR_RST);
    }
}

void kit_drop(struct kit_client *client, size_t len)
{
    must(len <= client->got_len, "dropped more than received");
    memmove(client->got, client->got + len, client->got_len - len);
    client->got_len -= len;
}

size_t kit_frame(uint8_t *out, unsigned first_byte, const void *payload, size_t len)
{
    static const uint8_t mask[4] = { 0x37, 0xfa, 0x21, 0x3d };
    size_t off = 0;
    out[off++] = (uint8_t)first_byte;
    if (len < 126) {
        out[off++] = (uint8_t)(0x80 | len);
    } else {
        out[off++] = 0x80 | 126;
        out[off++] = (uint8_t)(len >> 8);
        out[off++] = (uint8_t)len;
    }
    memcpy(out + off, mask, 4);
    off += 4;
    for (size_t idx = 0; idx < len; idx++) {
        out[off + idx] = (uint8_t)(((const uint8_t *)payload)[idx] ^ mask[idx % 4]);
    }
    return off + len;
}
