/* altcp_kernel.c - lwIP's altcp API over the kernel's TCP.
 *
 * A socket's life:  altcp_kernel_new() -> bind -> listen       (KSOCK_LISTEN)
 *                   accept4()                                  (KSOCK_OPEN)
 *                                                              -> altcp_close(), altcp_abort(),
 *                                                              err()
 *
 * Output: altcp_write() fills piece[]; altcp_output() makes one system call; the rest goes into
 * carry[] and EPOLLOUT is armed. While EPOLLOUT is armed nothing is read. Options that accepted
 * sockets need are set on the listener: Linux hands them down.
 *
 * Within one batch of events listeners come last, so that no slot is used again while an event of
 * its former owner waits; the generation in the event's tag is the second belt.
 */
#include "net/altcp_kernel.h"

#include "base/clk.h"
#include "base/log.h"
#include "base/stat.h"
#include "lwip/memp.h"
#include "lwip/priv/altcp_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
    KSOCK_MAX = WICK_CONN_MAX + KERNEL_SPARE,
    KSOCK_NONE = 0xffff,
    READ_MAX = 2048, /* bytes read from one socket in one turn: an ordinary request; what its
                        messages cost, the others wait */
    ACCEPT_MAX = 16, /* connections accepted in one turn by one listener */
    PAUSE_MS = 500,  /* without a free file descriptor: before accepting is tried again */
    FD_SPARE = 4, /* file descriptors that connections leave to files: a source or the settings open
                     one at a time */
    UNSENT_MAX = 65536, /* bytes the kernel may hold unsent: what waits longer is better overwritten
                           in the ring */
    TAG_WATCH = 0x8000, /* event tags: index of a socket, or this plus the index of a watch */
};

_Static_assert(KSOCK_MAX < TAG_WATCH, "socket indices and watch tags must not meet");
_Static_assert((int)READ_MAX <= (int)KERNEL_WINDOW, "a read fits the window");
_Static_assert(WICK_SEND_CAP <= UINT16_MAX, "altcp counts in 16 bits");

enum ksock_kind { KSOCK_FREE, KSOCK_NEW, KSOCK_LISTEN, KSOCK_OPEN };

struct ksock {
    struct altcp_pcb pcb; /* first: upper code holds a pointer to it */
    int fd;               /* -1 when there is none */
    uint32_t gen;
    uint32_t armed;  /* events asked of epoll */
    uint16_t window; /* bytes that may still be read before altcp_recved() */
    uint16_t carry_off, carry_len;
    uint16_t pending_len; /* bytes in piece[] */
    uint16_t next_free;
    uint16_t port; /* the peer's; of a listener its own */
    uint8_t kind;  /* enum ksock_kind */
    uint8_t piece_count;
    bool has_eof;
    struct iovec piece[KERNEL_PIECE_MAX];
    ip_addr_t ip; /* the peer's */
};

struct watch {
    int fd;
    void (*ready)(void *arg);
    void *arg;
};

static struct ksock sockets[KSOCK_MAX];
static uint8_t carry[KSOCK_MAX][WICK_SEND_CAP];
static uint16_t first_free = KSOCK_NONE;
static uint16_t touched_count; /* sockets ever used: the rest is not even in memory */
static struct watch watches[KERNEL_WATCH_MAX];
static uint16_t watch_count;
static int epoll_fd = -1;
static int last_errno;
static int fd_end;         /* file descriptors of connections are below this */
static bool is_short_said; /* of file descriptors; until one is accepted again */
static struct epoll_event events[KERNEL_EVENT_MAX];
static uint8_t read_mem[READ_MAX];
static uint64_t paused_until_ms; /* 0: accepting */

static struct stat_counter stat_open = { .name = "wick_net_sockets", .help = "sockets in use" };
static struct stat_counter stat_blocked = { .name = "wick_net_blocked_total",
                                            .help = "writes that did not fit",
                                            .is_total = true };
static struct stat_counter stat_no_fd = { .name = "wick_net_no_fd_total",
                                          .help = "accepts without a file descriptor",
                                          .is_total = true };

static const struct altcp_functions functions;

static struct ksock *ksock_of(struct altcp_pcb *pcb)
{
    return (struct ksock *)(void *)pcb;
}

static uint16_t ksock_index(const struct ksock *s)
{
    return (uint16_t)(s - sockets);
}

static bool setup(void)
{
    if (epoll_fd >= 0) {
        return true;
    }
    memp_init();
    stat_add(&stat_open);
    stat_add(&stat_blocked);
    stat_add(&stat_no_fd);
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    struct rlimit limit;
    int fd_max = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < INT_MAX
                     ? (int)limit.rlim_cur
                     : INT_MAX;
    fd_end = fd_max - (fd_max / 8 < FD_SPARE ? fd_max / 8 : FD_SPARE);
    return epoll_fd >= 0;
}

static struct ksock *ksock_take(void)
{
    struct ksock *s;
    if (first_free != KSOCK_NONE) {
        s = &sockets[first_free];
        first_free = s->next_free;
    } else if (touched_count < KSOCK_MAX) {
        s = &sockets[touched_count++];
    } else {
        return NULL;
    }
    uint32_t gen = s->gen + 1;
    memset(s, 0, sizeof *s);
    s->gen = gen;
    s->fd = -1;
    s->kind = KSOCK_NEW;
    s->window = KERNEL_WINDOW;
    s->pcb.fns = &functions;
    stat_open.value++;
    return s;
}

static void ksock_give(struct ksock *s)
{
    if (s->fd >= 0) {
        close(s->fd);
    }
    s->fd = -1;
    s->kind = KSOCK_FREE;
    s->pcb.fns = NULL;
    s->next_free = first_free;
    first_free = ksock_index(s);
    stat_open.value--;
    if (paused_until_ms != 0) {
        paused_until_ms = 1; /* a file descriptor is free again */
    }
}

static bool arm(struct ksock *s, uint32_t want)
{
    if (s->armed == want) {
        return true;
    }
    struct epoll_event ev = { .events = want, .data.u64 = (uint64_t)s->gen << 32 | ksock_index(s) };
    s->armed = want;
    return epoll_ctl(epoll_fd, EPOLL_CTL_MOD, s->fd, &ev) == 0;
}

static bool add(struct ksock *s)
{
    struct epoll_event ev = { .events = EPOLLIN,
                              .data.u64 = (uint64_t)s->gen << 32 | ksock_index(s) };
    s->armed = EPOLLIN;
    return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, s->fd, &ev) == 0;
}

/* What the socket should be asked for: room while bytes wait, else input while there is a window.
 */
static void rearm(struct ksock *s)
{
    uint32_t want = 0;
    if (s->carry_len > 0) {
        want = EPOLLOUT;
    } else if (s->window > 0 && !s->has_eof) {
        want = EPOLLIN;
    }
    if (!arm(s, want)) {
        last_errno = errno;
    }
}

/* --- addresses -------------------------------------------------------------------------------- */

union any_addr {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static void addr_to_ip(const union any_addr *addr, ip_addr_t *ip_out, uint16_t *port_out)
{
    ip_addr_set_zero(ip_out);
    if (addr->any.sa_family == AF_INET6) {
        IP_SET_TYPE(ip_out, IPADDR_TYPE_V6);
        memcpy(ip_2_ip6(ip_out)->addr, &addr->v6.sin6_addr, 16);
        *port_out = ntohs(addr->v6.sin6_port);
        return;
    }
    IP_SET_TYPE(ip_out, IPADDR_TYPE_V4);
    ip_2_ip4(ip_out)->addr = addr->v4.sin_addr.s_addr;
    *port_out = ntohs(addr->v4.sin_port);
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

/* --- altcp functions -------------------------------------------------------------------------- */

struct altcp_pcb *altcp_kernel_new(void *arg, u8_t ip_type)
{
    (void)arg;
    (void)ip_type;
    struct ksock *s = setup() ? ksock_take() : NULL;
    return s != NULL ? &s->pcb : NULL;
}

static err_t kernel_fail(int error)
{
    last_errno = error;
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
    addr_to_ip(&addr, &s->ip, &s->port);
    return ERR_OK;
}

static struct altcp_pcb *kernel_listen(struct altcp_pcb *pcb, u8_t backlog, err_t *err)
{
    struct ksock *s = ksock_of(pcb);
    err_t ignored;
    if (err == NULL) {
        err = &ignored;
    }
    if (listen(s->fd, backlog) != 0 || !add(s)) {
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
    WICK_ASSERT(s->window + len <= KERNEL_WINDOW);
    bool was_shut = s->window == 0;
    s->window = (uint16_t)(s->window + len);
    if (was_shut && s->window > 0) {
        rearm(s);
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
    if (len > kernel_sndbuf(pcb) || s->piece_count == KERNEL_PIECE_MAX) {
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
    uint8_t *to = carry[ksock_index(s)];
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
    stat_blocked.value++;
    rearm(s);
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
            s->piece_count = 0; /* broken: epoll says so and err() is called from there */
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
    ksock_give(ksock_of(pcb));
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
    ksock_give(s);
}

static err_t kernel_shutdown(struct altcp_pcb *pcb, int shut_rx, int shut_tx)
{
    struct ksock *s = ksock_of(pcb);
    if (shut_rx && shut_tx) {
        return kernel_close(pcb);
    }
    if (shut_tx) {
        (void)shutdown(s->fd, SHUT_WR); /* fails when the peer is gone: epoll says so too */
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

int altcp_kernel_errno(void)
{
    return last_errno;
}

/* --- events ----------------------------------------------------------------------------------- */

static void fail(struct ksock *s)
{
    altcp_err_fn err = s->pcb.err;
    void *arg = s->pcb.arg;
    ksock_give(s);
    if (err != NULL) {
        err(arg, ERR_RST);
    }
}

static void read_some(struct ksock *s)
{
    if (s->window == 0 || s->has_eof) {
        return;
    }
    ssize_t got = recv(s->fd, read_mem, s->window < READ_MAX ? s->window : READ_MAX, 0);
    if (got < 0) {
        if (errno != EAGAIN && errno != EINTR) {
            fail(s);
        }
        return;
    }
    struct pbuf *p = NULL;
    if (got == 0) {
        s->has_eof = true;
        rearm(s);
    } else {
        p = pbuf_alloc(PBUF_RAW, (u16_t)got, PBUF_REF);
        WICK_ASSERT(p != NULL); /* only one is out at a time */
        p->payload = read_mem;
        s->window = (uint16_t)(s->window - got);
        if (s->window == 0) {
            rearm(s);
        }
    }
    if (s->pcb.recv != NULL) {
        (void)s->pcb.recv(s->pcb.arg, &s->pcb, p, ERR_OK);
    } else if (p != NULL) {
        pbuf_free(p);
    }
}

static void drain(struct ksock *s)
{
    const uint8_t *from = carry[ksock_index(s)] + s->carry_off;
    ssize_t sent = send(s->fd, from, s->carry_len, MSG_NOSIGNAL);
    if (sent < 0) {
        if (errno != EAGAIN && errno != EINTR && errno != ENOBUFS && errno != ENOMEM) {
            fail(s);
        }
        return;
    }
    s->carry_off = (uint16_t)(s->carry_off + sent);
    s->carry_len = (uint16_t)(s->carry_len - sent);
    if (s->carry_len > 0) {
        return;
    }
    rearm(s);
    if (s->pcb.sent != NULL) {
        (void)s->pcb.sent(s->pcb.arg, &s->pcb, s->carry_off);
    }
}

static void on_event(struct ksock *s, uint32_t what)
{
    uint32_t gen = s->gen;
    if ((what & EPOLLOUT) != 0 && s->carry_len > 0) {
        drain(s);
    }
    if (s->gen != gen || s->kind != KSOCK_OPEN) {
        return;
    }
    if ((what & EPOLLIN) != 0 && s->carry_len == 0) {
        read_some(s);
    } else if ((what & (EPOLLERR | EPOLLHUP)) != 0) {
        fail(s);
    }
}

static void pause_accepting(void)
{
    stat_no_fd.value++;
    paused_until_ms = clk_ms() + PAUSE_MS;
    for (size_t i = 0; i < touched_count; i++) {
        if (sockets[i].kind == KSOCK_LISTEN) {
            (void)arm(&sockets[i], 0); /* level-triggered: else the loop would spin */
        }
    }
    if (!is_short_said) {
        log_line(LOG_WARN, "net", "no file descriptor left: accepting pauses");
    }
    is_short_said = true;
}

static void resume_accepting(void)
{
    if (paused_until_ms == 0 || clk_ms() < paused_until_ms) {
        return;
    }
    paused_until_ms = 0;
    for (size_t i = 0; i < touched_count; i++) {
        if (sockets[i].kind == KSOCK_LISTEN) {
            (void)arm(&sockets[i], EPOLLIN);
        }
    }
}

/* None is left but the spare ones: the owner may close a connection, whose descriptor is then
 * taken. @return -1: he did not. */
static int below_end(struct ksock *listener, int fd)
{
    if (fd < fd_end) {
        return fd;
    }
    (void)listener->pcb.accept(listener->pcb.arg, NULL, ERR_MEM); /* as lwIP does it */
    int lower = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    close(fd);
    if (lower >= 0 && lower < fd_end) {
        return lower;
    }
    close(lower); /* -1: is no file */
    pause_accepting();
    return -1;
}

static void accept_some(struct ksock *listener)
{
    for (int i = 0; i < ACCEPT_MAX && listener->kind == KSOCK_LISTEN; i++) {
        union any_addr addr;
        socklen_t addr_len = sizeof addr;
        int fd = accept4(listener->fd, &addr.any, &addr_len, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
                pause_accepting();
            } else if (errno == ECONNABORTED || errno == EINTR || errno == EPROTO) {
                continue;
            }
            return;
        }
        fd = below_end(listener, fd);
        if (fd < 0) {
            return;
        }
        is_short_said = false;
        struct ksock *s = ksock_take();
        if (s == NULL) {
            close(fd);
            return;
        }
        s->fd = fd;
        s->kind = KSOCK_OPEN;
        addr_to_ip(&addr, &s->ip, &s->port);
        err_t err = ERR_MEM;
        if (add(s)) {
            err = listener->pcb.accept(listener->pcb.arg, &s->pcb, ERR_OK);
        }
        if (err != ERR_OK && err != ERR_ABRT) { /* ERR_ABRT: it is closed already */
            ksock_give(s);
        }
    }
}

int altcp_kernel_wait(int timeout_ms)
{
    if (!setup()) {
        return 0;
    }
    int count = epoll_wait(epoll_fd, events, KERNEL_EVENT_MAX, timeout_ms);
    return count > 0 ? count : 0;
}

void altcp_kernel_dispatch(int event_count)
{
    bool has_listener = false;
    for (int i = 0; i < event_count; i++) {
        uint32_t tag = (uint32_t)events[i].data.u64;
        if (tag >= TAG_WATCH) {
            watches[tag - TAG_WATCH].ready(watches[tag - TAG_WATCH].arg);
            continue;
        }
        struct ksock *s = &sockets[tag];
        if (s->gen != (uint32_t)(events[i].data.u64 >> 32)) {
            continue;
        }
        if (s->kind == KSOCK_OPEN) {
            on_event(s, events[i].events);
        } else if (s->kind == KSOCK_LISTEN) {
            has_listener = true;
        }
    }
    resume_accepting();
    for (int i = 0; has_listener && i < event_count; i++) {
        uint32_t tag = (uint32_t)events[i].data.u64;
        if (tag < TAG_WATCH && sockets[tag].kind == KSOCK_LISTEN &&
            sockets[tag].gen == (uint32_t)(events[i].data.u64 >> 32)) {
            accept_some(&sockets[tag]);
        }
    }
}

uint64_t altcp_kernel_deadline(void)
{
    return paused_until_ms != 0 ? paused_until_ms : UINT64_MAX;
}

err_t altcp_kernel_watch(int fd, void (*ready)(void *arg), void *arg)
{
    if (watch_count == KERNEL_WATCH_MAX) {
        return ERR_MEM;
    }
    struct epoll_event ev = { .events = EPOLLIN, .data.u64 = (uint64_t)TAG_WATCH + watch_count };
    if (!setup() || epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &ev) != 0) {
        return ERR_VAL;
    }
    watches[watch_count++] = (struct watch){ fd, ready, arg };
    return ERR_OK;
}
