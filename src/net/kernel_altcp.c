/* kernel_altcp.c - the kernel port: lwIP's altcp API over non-blocking sockets.
 *
 * Output: altcp_write() fills piece[]; altcp_output() makes one system call; what the kernel does
 * not take goes into the socket's carry buffer, and nothing else is sent until it is empty.
 * Options that accepted sockets need are set on the listener: Linux hands them down.
 */
#include "lwip/memp.h"
#include "net/kernel_priv.h"
#include "os/os_poll.h"

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    FD_SPARE = 4, /* descriptors that connections leave to files: a source or the settings open one
                     at a time */
    UNSENT_MAX = 65536, /* bytes that the kernel may hold unsent: what waits longer is better
                           overwritten in the ring */
};

_Static_assert(WICK_SEND_CAP <= UINT16_MAX, "altcp counts in 16 bits");

struct kernel kernel;
uint8_t kernel_carry[KSOCK_MAX][WICK_SEND_CAP];

static struct stat_value stat_open;
STAT_GAUGE(stat_open, "wick_net_sockets", "sockets in use");
struct stat_value kernel_stat_blocked;
STAT_TOTAL(kernel_stat_blocked, "wick_net_blocked_total", "writes that did not fit");
struct stat_value kernel_stat_no_fd;
STAT_TOTAL(kernel_stat_no_fd, "wick_net_no_fd_total", "accepts without a file descriptor");

static const struct altcp_functions functions;

static struct ksock *ksock_of(struct altcp_pcb *pcb)
{
    return (struct ksock *)(void *)pcb;
}

static uint16_t ksock_index(const struct ksock *s)
{
    WICK_ASSERT(s >= kernel.socket && s < kernel.socket + KSOCK_MAX);
    return (uint16_t)(s - kernel.socket);
}

static uint64_t key_of(const struct ksock *s)
{
    return (uint64_t)s->gen << 16 | ksock_index(s);
}

/* --- the pool --------------------------------------------------------------------------------- */

struct ksock *kernel_take(void)
{
    struct ksock *s;
    if (kernel.first_free != KSOCK_NONE) {
        s = &kernel.socket[kernel.first_free];
        kernel.first_free = s->next_free;
    } else if (kernel.touched_count < KSOCK_MAX) {
        s = &kernel.socket[kernel.touched_count++];
    } else {
        return NULL;
    }
    WICK_ASSERT(s->kind == KSOCK_FREE);
    uint32_t gen = s->gen + 1;
    memset(s, 0, sizeof *s);
    s->gen = gen;
    s->fd = -1;
    s->kind = KSOCK_NEW;
    s->window = NET_PORT_WINDOW;
    s->pcb.fns = &functions;
    stat_open.value++;
    return s;
}

void kernel_give(struct ksock *s)
{
    WICK_ASSERT(s->kind != KSOCK_FREE);
    if (s->fd >= 0) {
        close(s->fd);
    }
    s->fd = -1;
    s->kind = KSOCK_FREE;
    s->pcb.fns = NULL;
    s->next_free = kernel.first_free;
    kernel.first_free = ksock_index(s);
    stat_open.value--;
    if (kernel.paused_ms != 0) {
        kernel.paused_ms = 1; /* a descriptor is free again */
    }
}

void kernel_arm(struct ksock *s, unsigned events)
{
    if (s->armed != events) {
        s->armed = (uint8_t)events;
        if (!os_group_change(kernel.group, s->fd, events, key_of(s))) {
            kernel.last_errno = errno;
        }
    }
}

bool kernel_add(struct ksock *s)
{
    s->armed = OS_READABLE;
    return os_group_add(kernel.group, s->fd, OS_READABLE, key_of(s));
}

void kernel_rearm(struct ksock *s)
{
    unsigned want = 0;
    if (s->carry_len > 0) {
        want = OS_WRITABLE;
    } else if (s->window > 0 && !s->has_eof && !s->is_refused) {
        want = OS_READABLE;
    }
    kernel_arm(s, want);
}

/* --- addresses -------------------------------------------------------------------------------- */

union any_addr {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

void kernel_read_address(struct ksock *s, const void *addr_bytes)
{
    const union any_addr *addr = addr_bytes;
    ip_addr_set_zero(&s->ip);
    if (addr->any.sa_family == AF_INET6) {
        IP_SET_TYPE(&s->ip, IPADDR_TYPE_V6);
        memcpy(ip_2_ip6(&s->ip)->addr, &addr->v6.sin6_addr, 16);
        s->port = ntohs(addr->v6.sin6_port);
        return;
    }
    IP_SET_TYPE(&s->ip, IPADDR_TYPE_V4);
    ip_2_ip4(&s->ip)->addr = addr->v4.sin_addr.s_addr;
    s->port = ntohs(addr->v4.sin_port);
}

static socklen_t addr_of_ip(union any_addr *addr, const ip_addr_t *ip, uint16_t port)
{
    memset(addr, 0, sizeof *addr);
    if (IP_IS_V6(ip)) {
        addr->v6.sin6_family = AF_INET6;
        addr->v6.sin6_port = htons(port);
        memcpy(&addr->v6.sin6_addr, ip_2_ip6(ip)->addr, 16);
        return sizeof addr->v6;
    }
    addr->v4.sin_family = AF_INET;
    addr->v4.sin_port = htons(port);
    addr->v4.sin_addr.s_addr = ip_2_ip4(ip)->addr;
    return sizeof addr->v4;
}

/* --- altcp functions ----------------------------------------------------------------------------
 */

static err_t kernel_fail(int error)
{
    kernel.last_errno = error;
    return error == EADDRINUSE ? ERR_USE : ERR_VAL;
}

static err_t kernel_bind(struct altcp_pcb *pcb, const ip_addr_t *ip, u16_t port)
{
    struct ksock *s = ksock_of(pcb);
    union any_addr addr;
    socklen_t addr_len = addr_of_ip(&addr, ip, port);
    int on = 1;
    int unsent_max = UNSENT_MAX;
    s->fd = socket(addr.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (s->fd < 0) {
        return kernel_fail(errno);
    }
    if (setsockopt(s->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0 ||
        setsockopt(s->fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent_max, sizeof unsent_max) != 0) {
        return kernel_fail(errno);
    }
    if (addr.any.sa_family == AF_INET6 &&
        setsockopt(s->fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) != 0) {
        return kernel_fail(errno);
    }
    if (bind(s->fd, &addr.any, addr_len) != 0) {
        return kernel_fail(errno);
    }
    addr_len = sizeof addr;
    if (getsockname(s->fd, &addr.any, &addr_len) != 0) {
        return kernel_fail(errno);
    }
    kernel_read_address(s, &addr);
    return ERR_OK;
}

static struct altcp_pcb *kernel_listen(struct altcp_pcb *pcb, u8_t backlog, err_t *err)
{
    struct ksock *s = ksock_of(pcb);
    err_t ignored;
    if (err == NULL) {
        err = &ignored;
    }
    if (listen(s->fd, backlog) != 0 || !kernel_add(s)) {
        *err = kernel_fail(errno);
        return NULL;
    }
    s->kind = KSOCK_LISTEN;
    *err = ERR_OK;
    return pcb;
}

static void kernel_recved(struct altcp_pcb *pcb, u16_t len)
{
    struct ksock *s = ksock_of(pcb);
    WICK_ASSERT(s->window + len <= NET_PORT_WINDOW);
    bool was_shut = s->window == 0;
    s->window = (uint16_t)(s->window + len);
    if (was_shut && s->window > 0) {
        kernel_rearm(s);
    }
}

static u16_t kernel_sndbuf(struct altcp_pcb *pcb)
{
    const struct ksock *s = ksock_of(pcb);
    return s->carry_len > 0 ? 0 : (u16_t)(WICK_SEND_CAP - s->pending_len);
}

static u16_t kernel_sndqueuelen(struct altcp_pcb *pcb)
{
    const struct ksock *s = ksock_of(pcb);
    return (u16_t)(s->carry_len + s->pending_len);
}

static err_t kernel_write(struct altcp_pcb *pcb, const void *bytes, u16_t len, u8_t flags)
{
    struct ksock *s = ksock_of(pcb);
    (void)flags; /* copying is decided in kernel_output() */
    if (len > kernel_sndbuf(pcb) || s->piece_count == NET_PORT_PIECES) {
        return ERR_MEM;
    }
    if (len == 0) {
        return ERR_OK;
    }
    s->piece[s->piece_count++] = (struct iovec){ (void *)(uintptr_t)bytes, len };
    s->pending_len = (uint16_t)(s->pending_len + len);
    return ERR_OK;
}

static void carry_rest(struct ksock *s, size_t sent)
{
    uint8_t *to = kernel_carry[ksock_index(s)];
    size_t kept = 0;
    for (size_t i = 0; i < s->piece_count; i++) {
        size_t len = s->piece[i].iov_len;
        size_t skip = sent < len ? sent : len;
        memcpy(to + kept, (const uint8_t *)s->piece[i].iov_base + skip, len - skip);
        kept += len - skip;
        sent -= skip;
    }
    s->carry_off = 0;
    s->carry_len = (uint16_t)kept;
    kernel_stat_blocked.value++;
    kernel_rearm(s);
}

static ssize_t send_pieces(struct ksock *s)
{
    if (s->piece_count == 1) {
        return send(s->fd, s->piece[0].iov_base, s->piece[0].iov_len, MSG_NOSIGNAL);
    }
    struct msghdr msg = { .msg_iov = s->piece, .msg_iovlen = s->piece_count };
    return sendmsg(s->fd, &msg, MSG_NOSIGNAL);
}

static err_t kernel_output(struct altcp_pcb *pcb)
{
    struct ksock *s = ksock_of(pcb);
    if (s->piece_count == 0) {
        return ERR_OK;
    }
    ssize_t sent = send_pieces(s);
    if (sent != (ssize_t)s->pending_len) {
        if (sent < 0 && errno != EAGAIN && errno != EINTR && errno != ENOBUFS && errno != ENOMEM) {
            s->piece_count = 0; /* broken: kernel_ready() is told so and calls err() */
            s->pending_len = 0;
            return ERR_OK;
        }
        carry_rest(s, sent > 0 ? (size_t)sent : 0);
    }
    s->piece_count = 0;
    s->pending_len = 0;
    return ERR_OK;
}

static err_t kernel_close(struct altcp_pcb *pcb)
{
    kernel_give(ksock_of(pcb));
    return ERR_OK;
}

static void kernel_abort(struct altcp_pcb *pcb)
{
    struct ksock *s = ksock_of(pcb);
    struct linger reset = { .l_onoff = 1, .l_linger = 0 };
    if (s->fd >= 0) {
        (void)setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &reset,
                         sizeof reset); /* else it is an ordinary close */
    }
    kernel_give(s);
}

static err_t kernel_shutdown(struct altcp_pcb *pcb, int shut_rx, int shut_tx)
{
    struct ksock *s = ksock_of(pcb);
    if (shut_rx && shut_tx) {
        return kernel_close(pcb);
    }
    if (shut_tx) {
        (void)shutdown(s->fd,
                       SHUT_WR); /* fails when the peer is gone: kernel_ready() is told so too */
    }
    return ERR_OK;
}

static err_t kernel_addrinfo(struct altcp_pcb *pcb, int local, ip_addr_t *ip, u16_t *port)
{
    struct ksock *s = ksock_of(pcb);
    if (local && s->kind == KSOCK_OPEN) {
        return ERR_VAL;
    }
    *ip = s->ip;
    *port = s->port;
    return ERR_OK;
}

static ip_addr_t *kernel_ip(struct altcp_pcb *pcb, int local)
{
    return local ? NULL : &ksock_of(pcb)->ip;
}

static u16_t kernel_port(struct altcp_pcb *pcb, int local)
{
    return local ? 0 : ksock_of(pcb)->port;
}

static u16_t kernel_mss(struct altcp_pcb *pcb)
{
    (void)pcb;
    return 1460;
}

static const struct altcp_functions functions = {
    .recved = kernel_recved,
    .bind = kernel_bind,
    .listen = kernel_listen,
    .abort = kernel_abort,
    .close = kernel_close,
    .shutdown = kernel_shutdown,
    .write = kernel_write,
    .output = kernel_output,
    .mss = kernel_mss,
    .sndbuf = kernel_sndbuf,
    .sndqueuelen = kernel_sndqueuelen,
    .addrinfo = kernel_addrinfo,
    .getip = kernel_ip,
    .getport = kernel_port,
};

/* --- the row ---------------------------------------------------------------------------------- */

static struct altcp_pcb *kernel_new(void *arg, u8_t ip_type)
{
    (void)arg;
    (void)ip_type;
    struct ksock *s = kernel.group != 0 ? kernel_take() : NULL;
    return s != NULL ? &s->pcb : NULL;
}

static enum wick_err kernel_error(void)
{
    if (kernel.last_errno == EADDRINUSE) {
        return WICK_E_FULL;
    }
    return kernel.last_errno == EACCES ? WICK_E_DENIED : WICK_E_IO;
}

static enum wick_err kernel_start(void)
{
    struct rlimit limit;
    WICK_ASSERT(kernel.group == 0);
    if (os_poll_start() != WICK_OK) {
        return WICK_E_IO;
    }
    memp_init();
    kernel.group = os_group_new(kernel_ready);
    kernel.first_free = KSOCK_NONE;
    kernel.is_accepting = true;
    int fd_max = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < INT_MAX
                     ? (int)limit.rlim_cur
                     : INT_MAX;
    kernel.fd_end = fd_max - (fd_max / 8 < FD_SPARE ? fd_max / 8 : FD_SPARE);
    return WICK_OK;
}

static void kernel_stop(void)
{
    WICK_ASSERT(stat_open.value == 0); /* the owner has closed them all */
    if (kernel.held_fd != 0) {
        close(kernel.held_fd);
    }
    /* what was touched is cleared; the rest has never been in memory */
    memset(&kernel, 0, offsetof(struct kernel, socket));
}

static void kernel_dispatch(unsigned accept_max)
{
    os_poll_dispatch();
    bool is_as_before = kernel.is_accepting == (accept_max > 0);
    if (kernel.has_caller || kernel.paused_ms != 0 || !is_as_before) {
        kernel_accept(accept_max);
    }
}

static uint64_t kernel_deadline(void)
{
    return kernel.paused_ms != 0 ? kernel.paused_ms : UINT64_MAX;
}

const struct net_port net_port_kernel = {
    .name = "kernel",
    .start = kernel_start,
    .stop = kernel_stop,
    .make = kernel_new,
    .error = kernel_error,
    .wait = os_poll_wait,
    .dispatch = kernel_dispatch,
    .refuse = kernel_refuse,
    .resume = kernel_resume,
    .deadline = kernel_deadline,
};
