/* net_loop.c - one pass of the loop, and where the server listens.
 *
 * There is no tick: the port waits until the next deadline of a connection or of the application.
 */
#include "base/clk.h"
#include "base/log.h"
#include "base/num.h"
#include "net/net_priv.h"
#include "os/os.h"
#include "os/os_poll.h"

#include <string.h>

enum { BACKLOG = 128, NEAR_MS = 1000 };

static struct {
    const struct net_port *port; /* NULL: not started */
    struct altcp_pcb *listener[NET_LISTENER_MAX];
    size_t listener_count;
    uint64_t hook_deadline_ms; /* 0: the hook has never been asked */
} loop;

static volatile bool stop_wanted; /* written by a signal handler */

bool net_is_stopping(void)
{
    return stop_wanted;
}

/* --- start and end ---------------------------------------------------------------------------- */

enum wick_err net_start(const struct net_port *port)
{
    if (loop.port != NULL) {
        return WICK_OK;
    }
    WICK_ASSERT(port != NULL);
    enum wick_err err = port->start();
    if (err != WICK_OK) {
        return err;
    }
    loop.port = port;
    conn_start(port);
    return WICK_OK;
}

static void close_listeners(void)
{
    while (loop.listener_count > 0) {
        altcp_close(loop.listener[--loop.listener_count]);
    }
}

void net_end(void)
{
    if (loop.port == NULL) {
        return;
    }
    close_listeners();
    conn_end_all();
    http_end();
    asset_end();
    host_end();
    loop.port->stop();
    os_poll_stop();
    memset(&loop, 0, sizeof loop);
    stop_wanted = false;
}

/* --- listening -------------------------------------------------------------------------------- */

/* "127.0.0.1:8080", "[::1]:8080", "8080" */
static enum wick_err read_address(struct str text, ip_addr_t *ip_out, uint16_t *port_out)
{
    uint64_t port;
    struct str host = STR("127.0.0.1");
    size_t colon = text.len;
    while (colon > 0 && text.ptr[colon - 1] != ':') {
        colon--;
    }
    if (colon > 0) {
        host = (struct str){ text.ptr, colon - 1 };
        text = (struct str){ text.ptr + colon, text.len - colon };
    }
    bool is_bare_v6 = host.len > 0 && host.ptr[0] != '[' &&
                      memchr(host.ptr, ':', host.len) != NULL; /* where does the port begin? */
    if (is_bare_v6 || !addr_read(host, ip_out) || num_u64(text, UINT16_MAX, &port) != WICK_OK) {
        return WICK_E_SYNTAX;
    }
    *port_out = (uint16_t)port;
    return WICK_OK;
}

enum wick_err net_listen(const char *address, uint16_t *port_out)
{
    ip_addr_t ip;
    uint16_t port;
    enum wick_err err = read_address(str_of(address), &ip, &port);
    if (err == WICK_OK) {
        err = net_start(&net_port_kernel);
    }
    if (err != WICK_OK) {
        return err;
    }
    altcp_allocator_t maker = { loop.port->make, NULL };
    struct altcp_pcb *pcb =
        loop.listener_count < NET_LISTENER_MAX ? altcp_new_ip_type(&maker, IP_GET_TYPE(&ip)) : NULL;
    if (pcb == NULL) {
        return WICK_E_IO;
    }
    if (altcp_bind(pcb, &ip, port) != ERR_OK || altcp_listen_with_backlog(pcb, BACKLOG) == NULL) {
        err = loop.port->error();
        altcp_close(pcb);
        return err;
    }
    altcp_accept(pcb, conn_accept);
    loop.listener[loop.listener_count++] = pcb;
    (void)altcp_get_tcp_addrinfo(pcb, 1, &ip, port_out);
    return WICK_OK;
}

/* --- the turn --------------------------------------------------------------------------------- */

static uint64_t min_u64(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static void read_clock(void)
{
    clk_set(os_mono_us(), os_wall_ms());
}

/* Milliseconds until something is due; -1: nothing is. The clock of the last pass is good enough
 * for what is far away. */
static int wait_ms(unsigned wait_ms_max)
{
    uint64_t now = clk_ms();
    uint64_t due = min_u64(min_u64(conn_deadline(), loop.hook_deadline_ms),
                           min_u64(stream_deadline(), loop.port->deadline()));
    if (due <= now + NEAR_MS) {
        read_clock();
        now = clk_ms();
    }
    if (net.to_flush.is_used || net.to_tell.is_used || net.to_read.is_used || due <= now) {
        return 0;
    }
    uint64_t left = min_u64(due - now, wait_ms_max);
    if (due == UINT64_MAX && wait_ms_max == UINT32_MAX) {
        return -1;
    }
    return left > INT32_MAX ? INT32_MAX : (int)left;
}

/* Accept waiting connections while there is room, and read what has arrived; all of it bounded. */
static void hear_all(void)
{
    enum { ROUND_MAX = 2 + (int)NET_SLOT_MAX / (int)OS_EVENT_MAX + (int)BACKLOG / 8 };

    unsigned event_count = 1;
    for (unsigned round = 0; round < ROUND_MAX && event_count > 0; round++) {
        event_count = loop.port->wait(0);
        loop.port->dispatch(conn_free_count());
    }
}

/* A peer whose bytes have arrived is not late. After a standstill of the program (SIGSTOP, suspend,
 * a busy machine) all deadlines have passed while requests wait in the kernel, and one pass reads
 * only some of them, or none if a signal ended the wait. Closing those connections would reset
 * them. So all sockets are read once more before the first deadline is applied. */
static void expire(void)
{
    if (!clk_is_past(conn_deadline())) {
        return;
    }
    hear_all();
    conn_expire();
}

void net_pass(const struct net_hooks *hooks, unsigned wait_ms_max)
{
    WICK_ASSERT(loop.port != NULL);
    net.hooks = hooks;
    (void)loop.port->wait(wait_ms(wait_ms_max));
    read_clock();
    /* input */
    if (net.to_read.is_used) {
        conn_resume();
    }
    loop.port->dispatch(conn_free_count());
    expire();
    if (net.to_tell.is_used) {
        send_lagged();
    }
    /* settle */
    loop.hook_deadline_ms = hooks->settle();
    if (net.to_answer.is_used) {
        http_answers();
    }
    /* write */
    send_rings();
    /* reap */
    room_make();
    conn_reap();
}

void net_stop(void)
{
    stop_wanted = true;
    os_poll_wake();
}

/* Close what can be closed; answers in progress end by themselves. Closing a listener resets the
 * connections that were not accepted yet, so they are accepted first, and requests that have
 * arrived are answered. */
static void close_all(const struct net_hooks *hooks)
{
    net.hooks = hooks;
    read_clock();
    hear_all();
    close_listeners();
    for (size_t i = 0; i < NET_SLOT_MAX; i++) {
        struct net_conn *c = &net_conns[i];
        if (c->state == CONN_OPEN) {
            transport_of(c)->close(c, 1001, STR("the server stops"));
        } else if (c->state == CONN_IDLE) {
            conn_end(c);
        } else if (c->state == CONN_ANSWER) {
            c->is_closing = true;
        }
    }
    conn_reap();
}

void net_run(const struct net_hooks *hooks)
{
    while (!stop_wanted) {
        net_pass(hooks, UINT32_MAX);
    }
    close_all(hooks);
    uint64_t end_ms = clk_ms() + NET_STOP_MS;
    while (conn_count() > 0 && !clk_is_past(end_ms)) {
        net_pass(hooks, 50);
    }
    net_end();
}
