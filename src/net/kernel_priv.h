/* kernel_priv.h - sockets of the kernel port, for kernel_*.c only.
 *
 *   kernel_new() -> bind -> listen     KSOCK_LISTEN
 *   accept4()                          KSOCK_OPEN
 *   both -> altcp_close(), altcp_abort() or err() -> KSOCK_FREE
 *
 * What is asked of epoll (kernel_rearm()):
 *   bytes wait in carry[]              OS_WRITABLE; nothing is read: who does not read is not heard
 *   the window is open, no end yet     OS_READABLE
 *   input was refused, or window shut  nothing
 */
#ifndef WICK_KERNEL_PRIV_H
#define WICK_KERNEL_PRIV_H

#include "base/stat.h"
#include "lwip/priv/altcp_priv.h"
#include "net/port.h"

#include <netinet/in.h>
#include <sys/uio.h>

enum {
    KSOCK_MAX = NET_SLOT_MAX + NET_LISTENER_MAX,
    KSOCK_NONE = 0xffff,
};

enum ksock_kind { KSOCK_FREE, KSOCK_NEW, KSOCK_LISTEN, KSOCK_OPEN };

struct ksock {
    struct altcp_pcb pcb; /* first: upper code holds a pointer to it */
    int fd;               /* -1 when there is none */
    uint32_t gen;
    uint16_t window; /* bytes that may still be read before altcp_recved() */
    uint16_t carry_off, carry_len;
    uint16_t pending_len; /* bytes in piece[] */
    uint16_t next_free;
    uint16_t port; /* the peer's; of a listener its own */
    uint8_t kind;  /* enum ksock_kind */
    uint8_t armed; /* OS_* asked of epoll */
    uint8_t piece_count;
    bool has_eof;
    bool is_refused; /* recv() said ERR_MEM: the bytes wait in the kernel */
    struct iovec piece[NET_PORT_PIECES];
    ip_addr_t ip; /* the peer's */
};

struct kernel {
    unsigned group; /* of os_poll; 0: not started */
    uint16_t first_free;
    uint16_t touched_count; /* sockets ever used: the rest is not even in memory */
    int last_errno;
    int fd_end;           /* file descriptors of connections are below this */
    bool is_short_logged; /* of file descriptors; until one is accepted again */
    bool may_refuse;      /* recv() may say ERR_MEM: bytes are looked at before they are taken */
    bool has_refused;     /* some socket is_refused */
    bool is_accepting;    /* listeners are armed */
    bool has_caller;      /* a listener has connections waiting */
    uint64_t paused_ms;   /* no descriptor was free: until then nothing is accepted; 0: it is */
    int held_fd;          /* accepted, but beyond fd_end; 0: none */
    struct ksock *held_by;
    struct sockaddr_in6 held_addr;
    struct ksock socket[KSOCK_MAX];
};

extern struct kernel kernel;
extern uint8_t kernel_carry[KSOCK_MAX][WICK_SEND_CAP]; /* untouched pages cost nothing */
extern struct stat_value kernel_stat_blocked, kernel_stat_no_fd;

struct ksock *kernel_take(void); /* NULL: all are in use */
void kernel_give(struct ksock *s);
/** Ask epoll for what the socket waits for now. */
void kernel_rearm(struct ksock *s);
WICK_MUST_CHECK bool kernel_add(struct ksock *s); /* a fresh descriptor, for reading */
void kernel_arm(struct ksock *s, unsigned events);
/** Peer of an accepted socket, own address of a bound one. */
void kernel_read_address(struct ksock *s, const void *addr_bytes);
void kernel_ready(uint64_t key, unsigned events); /* os_group_fn */
void kernel_accept(unsigned accept_max);
void kernel_refuse(bool may_refuse);
void kernel_resume(void);

#endif
