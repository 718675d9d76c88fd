/* kernel_events.c - the kernel port: what epoll reports, and accepting.
 *
 * Connections are accepted after all other events of a pass, so that no socket is used again while
 * an event of its former owner waits; the generation in the key is the second guard.
 *
 * Input is read with MSG_PEEK while some owner has refused input: what is refused then simply stays
 * in the kernel.
 */
#include "base/clk.h"
#include "base/log.h"
#include "net/kernel_priv.h"
#include "os/os_poll.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    READ_MAX = 2048, /* bytes read from one socket in one pass: an ordinary request. It bounds the
                        share of a pass that one peer can take */
    ACCEPT_MAX = 16, /* connections accepted in one pass from one listener */
    PAUSE_MS = 500,  /* without a free descriptor: before accepting is tried again */
};

_Static_assert((int)READ_MAX <= (int)NET_PORT_WINDOW, "a read fits the window");

static uint8_t read_mem[READ_MAX];

static void fail(struct ksock *s)
{
    altcp_err_fn err = s->pcb.err;
    void *arg = s->pcb.arg;
    kernel_give(s);
    if (err != NULL) {
        err(arg, ERR_RST);
    }
}

/* --- input ------------------------------------------------------------------------------------ */

static void read_end(struct ksock *s)
{
    s->has_eof = true;
    kernel_rearm(s);
    if (s->pcb.recv != NULL) {
        (void)s->pcb.recv(s->pcb.arg, &s->pcb, NULL, ERR_OK);
    }
}

/* The bytes stay in the kernel: they were only looked at. */
static void keep_unread(struct ksock *s)
{
    WICK_ASSERT(kernel.may_refuse);
    s->is_refused = true;
    kernel.has_refused = true;
    kernel_rearm(s);
}

static void deliver(struct ksock *s, size_t len)
{
    uint32_t gen = s->gen;
    bool is_peeked = kernel.may_refuse;
    struct pbuf *p = pbuf_alloc(PBUF_RAW, (u16_t)len, PBUF_REF);
    WICK_ASSERT(p != NULL); /* only one is out at a time */
    p->payload = read_mem;
    s->window = (uint16_t)(s->window - len);
    err_t err = s->pcb.recv(s->pcb.arg, &s->pcb, p, ERR_OK);
    if (err == ERR_MEM) {
        pbuf_free(p);
    }
    if (s->gen != gen || s->kind != KSOCK_OPEN) {
        return;
    }
    if (err == ERR_MEM) {
        s->window = (uint16_t)(s->window + len);
        keep_unread(s);
        return;
    }
    if (is_peeked) {
        (void)!recv(s->fd, read_mem, len, MSG_TRUNC); /* now they are taken */
    }
    if (s->window == 0) {
        kernel_rearm(s);
    }
}

static void read_some(struct ksock *s)
{
    if (s->window == 0 || s->has_eof || s->is_refused || s->pcb.recv == NULL) {
        return;
    }
    size_t cap = s->window < READ_MAX ? s->window : READ_MAX;
    ssize_t got = recv(s->fd, read_mem, cap, kernel.may_refuse ? MSG_PEEK : 0);
    if (got > 0) {
        deliver(s, (size_t)got);
    } else if (got == 0) {
        read_end(s);
    } else if (errno != EAGAIN && errno != EINTR) {
        fail(s);
    }
}

void kernel_refuse(bool may_refuse)
{
    kernel.may_refuse = may_refuse;
}

void kernel_resume(void)
{
    if (!kernel.has_refused) {
        return;
    }
    kernel.has_refused = false;
    for (size_t idx = 0; idx < kernel.touched_count; idx++) {
        struct ksock *s = &kernel.socket[idx];
        if (s->kind == KSOCK_OPEN && s->is_refused) {
            s->is_refused = false;
            kernel_rearm(s);
        }
    }
}

/* --- events ----------------------------------------------------------------------------------- */

static void drain(struct ksock *s)
{
    WICK_ASSERT(s->carry_len > 0);
    const uint8_t *from = kernel_carry[s - kernel.socket] + s->carry_off;
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
    kernel_rearm(s);
    if (s->pcb.sent != NULL) {
        (void)s->pcb.sent(s->pcb.arg, &s->pcb, s->carry_off);
    }
}

void kernel_ready(uint64_t key, unsigned events)
{
    struct ksock *s = &kernel.socket[key & 0xffff];
    uint32_t gen = (uint32_t)(key >> 16 & 0xffffffffu);
    WICK_ASSERT((key & 0xffff) < KSOCK_MAX);
    if (s->gen != gen) {
        return;
    }
    if (s->kind == KSOCK_LISTEN) {
        kernel.has_caller = true;
        return;
    }
    if (s->kind == KSOCK_OPEN && (events & OS_WRITABLE) != 0 && s->carry_len > 0) {
        drain(s);
    }
    if (s->gen != gen || s->kind != KSOCK_OPEN) {
        return;
    }
    if ((events & OS_READABLE) != 0 && s->carry_len == 0) {
        read_some(s);
    } else if ((events & OS_BROKEN) != 0) {
        fail(s);
    }
}

/* --- accepting -------------------------------------------------------------------------------- */

static void arm_listeners(bool is_accepting)
{
    if (kernel.is_accepting == is_accepting) {
        return;
    }
    kernel.is_accepting = is_accepting;
    for (size_t idx = 0; idx < kernel.touched_count; idx++) {
        if (kernel.socket[idx].kind == KSOCK_LISTEN) {
            kernel_arm(&kernel.socket[idx],
                       is_accepting ? OS_READABLE : 0); /* else it would spin */
        }
    }
}

static void pause_accepting(void)
{
    kernel_stat_no_fd.value++;
    kernel.paused_ms = clk_ms() + PAUSE_MS;
    if (!kernel.is_short_logged) {
        log_line(LOG_WARN, "net", "no file descriptor is left: accepting pauses");
    }
    kernel.is_short_logged = true;
}

/* No descriptor is left but the spare ones: the owner may let one connection give way in this pass,
 * whose descriptor is then taken. Until then the new connection is held. @return -1: held */
static int below_end(struct ksock *listener, int fd, const struct sockaddr_in6 *addr)
{
    if (fd < kernel.fd_end) {
        return fd;
    }
    kernel.held_fd = fd;
    kernel.held_addr = *addr;
    kernel.held_by = listener;
    (void)listener->pcb.accept(listener->pcb.arg, NULL, ERR_MEM); /* as lwIP does it */
    pause_accepting();
    return -1;
}

static void hand_over(struct ksock *listener, int fd, const void *addr)
{
    struct ksock *s = kernel_take();
    if (s == NULL) {
        close(fd);
        return;
    }
    s->fd = fd;
    s->kind = KSOCK_OPEN;
    kernel_read_address(s, addr);
    err_t err = ERR_MEM;
    if (kernel_add(s)) {
        err = listener->pcb.accept(listener->pcb.arg, &s->pcb, ERR_OK);
    }
    if (err != ERR_OK && err != ERR_ABRT) { /* ERR_ABRT: it is closed already */
        kernel_give(s);
    }
}

/* The one that is held gets a lower descriptor, or after PAUSE_MS none at all. */
static void release_held(bool is_over)
{
    int fd = kernel.held_fd;
    int lower = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    bool is_good = lower >= 0 && lower < kernel.fd_end && kernel.held_by->kind == KSOCK_LISTEN;
    if (is_good) {
        kernel.held_fd = 0;
        close(fd);
        hand_over(kernel.held_by, lower, &kernel.held_addr);
        return;
    }
    if (lower >= 0) {
        close(lower);
    }
    if (is_over) {
        kernel.held_fd = 0;
        close(fd);
    }
}

/* @return how many were accepted */
static unsigned accept_some(struct ksock *listener, unsigned accept_max)
{
    unsigned count = 0;
    while (count < accept_max && listener->kind == KSOCK_LISTEN) {
        struct sockaddr_in6 addr; /* the larger one of the two families */
        socklen_t addr_len = sizeof addr;
        int fd = accept4(listener->fd, (struct sockaddr *)&addr, &addr_len,
                         SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0 && (errno == ECONNABORTED || errno == EINTR || errno == EPROTO)) {
            continue;
        }
        if (fd < 0) {
            if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
                pause_accepting();
            }
            break;
        }
        fd = below_end(listener, fd, &addr);
        if (fd < 0) {
            break;
        }
        kernel.is_short_logged = false;
        hand_over(listener, fd, &addr);
        count++;
    }
    return count;
}

void kernel_accept(unsigned accept_max)
{
    if (kernel.paused_ms != 0 && clk_ms() >= kernel.paused_ms) {
        bool is_over = kernel.paused_ms != 1; /* 1: a descriptor has become free */
        kernel.paused_ms = 0;
        if (kernel.held_fd != 0) {
            release_held(is_over);
        }
    }
    if (kernel.paused_ms == 0 && kernel.has_caller) {
        unsigned left = accept_max < ACCEPT_MAX ? accept_max : ACCEPT_MAX;
        for (size_t idx = 0; idx < kernel.touched_count && left > 0; idx++) {
            if (kernel.socket[idx].kind == KSOCK_LISTEN) {
                left -= accept_some(&kernel.socket[idx], left);
            }
        }
    }
    kernel.has_caller = false;
    arm_listeners(kernel.paused_ms == 0 && accept_max > 0);
}
