/* net_loop.c - the turn: wait, input, application, write, reap; and where the server listens.
 *
 * There is no tick: epoll waits until the next deadline of a connection or of the application.
 */
#include "base/clk.h"
#include "base/log.h"
#include "base/num.h"
#include "base/sys.h"
#include "net/altcp_kernel.h"
#include "net/net_priv.h"

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { BACKLOG = 128, NEAR_MS = 1000 };

static struct altcp_pcb *listeners[NET_LISTENER_MAX];
static size_t listener_count;
static uint64_t hook_deadline_ms; /* 0: the hook has never been asked */
static int stop_fd = -1;
static volatile bool stop_wanted; /* written by a signal handler */

bool net_is_stopping(void)
{
    return stop_wanted;
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

static enum wick_err bind_error(void)
{
    int error = altcp_kernel_errno();
    if (error == EADDRINUSE) {
        return WICK_E_FULL;
    }
    return error == EACCES ? WICK_E_DENIED : WICK_E_IO;
}

enum wick_err net_listen(const char *address, uint16_t *port_out)
{
    ip_addr_t ip;
    uint16_t port;
    enum wick_err err = read_address(str_of(address), &ip, &port);
    if (err != WICK_OK) {
        return err;
    }
    conn_init();
    altcp_allocator_t kernel = { altcp_kernel_new, NULL };
    struct altcp_pcb *pcb =
        listener_count < NET_LISTENER_MAX ? altcp_new_ip_type(&kernel, IP_GET_TYPE(&ip)) : NULL;
    if (pcb == NULL) {
        return WICK_E_IO;
    }
    if (altcp_bind(pcb, &ip, port) != ERR_OK || altcp_listen_with_backlog(pcb, BACKLOG) == NULL) {
        err = bind_error();
        altcp_close(pcb);
        return err;
    }
    altcp_accept(pcb, conn_accept);
    listeners[listener_count++] = pcb;
    (void)altcp_get_tcp_addrinfo(pcb, 1, &ip, port_out);
    return WICK_OK;
}

enum wick_err net_watch(int fd, void (*ready)(void *arg), void *arg)
{
    switch (altcp_kernel_watch(fd, ready, arg)) {
    case ERR_OK:
        return WICK_OK;
    case ERR_MEM:
        return WICK_E_FULL;
    }
    return WICK_E_IO;
}

/* --- the turn --------------------------------------------------------------------------------- */

static uint64_t min_u64(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static void read_clock(void)
{
    clk_set(sys_mono_us(), sys_wall_ms());
}

/* Milliseconds until something is due; -1: nothing is. The clock of the last turn is good enough
 * for what is far away. */
static int wait_ms(unsigned wait_ms_max)
{
    uint64_t now = clk_ms();
    uint64_t due = min_u64(min_u64(conn_deadline(), hook_deadline_ms), altcp_kernel_deadline());
    if (due <= now + NEAR_MS) {
        read_clock();
        now = clk_ms();
    }
    if (net_to_flush.is_used || net_to_tell.is_used || due <= now) {
        return 0;
    }
    uint64_t left = min_u64(due - now, wait_ms_max);
    if (due == UINT64_MAX && wait_ms_max == UINT32_MAX) {
        return -1;
    }
    return left > INT32_MAX ? INT32_MAX : (int)left;
}

/* Nobody is late whose bytes have arrived. After a standstill of the program (SIGSTOP, suspend, a
 * busy machine) all deadlines have passed while requests wait in the kernel, and one pass reads
 * only some of them, or none when a signal ended the wait. To close those connections would reset
 * them. So all sockets are heard once more before the first deadline is applied. */
static void expire(void)
{
    enum { ROUND_MAX = 2 + NET_SLOT_MAX / KERNEL_EVENT_MAX };

    if (!clk_is_past(conn_deadline())) {
        return;
    }
    int event_count = 1;
    for (unsigned round = 0; round < ROUND_MAX && event_count > 0; round++) {
        event_count = altcp_kernel_wait(0);
        altcp_kernel_dispatch(event_count);
    }
    conn_expire();
}

void net_turn(const struct net_hooks *hooks, unsigned wait_ms_max)
{
    net_hooks_now = hooks;
    int event_count = altcp_kernel_wait(wait_ms(wait_ms_max));
    read_clock();
    altcp_kernel_dispatch(event_count);
    expire();
    hook_deadline_ms = hooks->turn();
    send_rings();
    send_lagged();
    conn_reap();
}

static void on_stop(void *arg)
{
    uint64_t count;
    (void)arg;
    (void)!read(stop_fd, &count, sizeof count); /* it only wakes the loop */
}

void net_stop(void)
{
    uint64_t one = 1;
    stop_wanted = true;
    if (stop_fd >= 0) {
        (void)!write(stop_fd, &one, sizeof one);
    }
}

/* Close what can be closed; what is still being answered ends by itself. */
static void close_all(void)
{
    while (listener_count > 0) {
        altcp_close(listeners[--listener_count]);
    }
    for (size_t i = 0; i < NET_SLOT_MAX; i++) {
        struct net_conn *c = &net_conns[i];
        if (c->state == CONN_WS) {
            ws_close(c, 1001, STR("the server stops"));
        } else if (c->state == CONN_SSE || c->state == CONN_IDLE) {
            conn_end(c);
        } else if (c->state == CONN_ANSWER) {
            c->is_closing = true;
        }
    }
    conn_reap();
}

void net_run(const struct net_hooks *hooks)
{
    if (stop_fd < 0) {
        stop_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
        if (stop_fd < 0 || net_watch(stop_fd, on_stop, NULL) != WICK_OK) {
            log_line(LOG_WARN, "net", "stopping will wait for the next event");
        }
    }
    while (!stop_wanted) {
        net_turn(hooks, UINT32_MAX);
    }
    close_all();
    uint64_t end_ms = clk_ms() + NET_STOP_MS;
    while (conn_count() > 0 && !clk_is_past(end_ms)) {
        net_turn(hooks, 50);
    }
    stop_wanted = false;
}
