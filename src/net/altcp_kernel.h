/* altcp_kernel.h - lwIP's altcp API over the kernel's TCP: non-blocking sockets and one epoll.
 *
 * Layer: net. Memory: static, WICK_CONN_MAX + KERNEL_SPARE sockets, one carry buffer of
 * WICK_SEND_CAP bytes for each (untouched pages cost nothing).
 *
 * What differs from lwIP's own TCP, and what upper code may rely on with both:
 *  - altcp_sndbuf() is WICK_SEND_CAP when nothing is pending, and 0 while the connection is
 *  blocked.
 *  - altcp_write() remembers the caller's memory only until altcp_output(), which must follow
 *  before that memory changes.
 *    At most KERNEL_PIECE_MAX pieces, else ERR_MEM. What altcp_output() could not send is copied.
 *  - sent() is called when a blocked connection has drained, not for every write.
 *  - recv() must take the whole pbuf (its bytes are in one shared buffer, valid during the call);
 *  altcp_recved() opens the
 *    window again. Nothing is read while the connection is blocked: who does not read is not
 *    listened to.
 *  - altcp_close() drops what is still pending; wait until altcp_sndbuf() is not 0.
 *  - err(): the pcb is gone already. Callbacks come from altcp_kernel_dispatch() only, never from
 *  a call made by upper code.
 */
#ifndef WICK_ALTCP_KERNEL_H
#define WICK_ALTCP_KERNEL_H

#include "base/wick_limits.h"
#include "lwip/altcp.h"

enum {
    KERNEL_SPARE = 8, /* listeners, and connections that are only told 503 */
    KERNEL_WATCH_MAX = 8,
    KERNEL_EVENT_MAX = 64, /* events of one pass; when that many came, more may be waiting */
    KERNEL_PIECE_MAX = 4,
    KERNEL_WINDOW = WICK_HEAD_LEN_MAX +
                    WICK_BODY_LEN_MAX, /* bytes that may be received and not yet altcp_recved() */
};

/** For altcp_new(): struct altcp_allocator_s { altcp_kernel_new, NULL }. NULL when all sockets are
 * in use. */
struct altcp_pcb *altcp_kernel_new(void *arg, u8_t ip_type);
/** errno of the last failed bind or listen. */
int altcp_kernel_errno(void);

/** Wait for events, at most timeout_ms (-1: for ever). @return their number. Dispatch them with the
 * next call. */
int altcp_kernel_wait(int timeout_ms);
void altcp_kernel_dispatch(int event_count);
/** Time (clk_ms) at which altcp_kernel_dispatch() wants to be called even without events,
 * UINT64_MAX for none. */
uint64_t altcp_kernel_deadline(void);

/** Call ready(arg) while fd is readable. @return ERR_MEM: more than KERNEL_WATCH_MAX, ERR_VAL: the
 * kernel refused. */
err_t altcp_kernel_watch(int fd, void (*ready)(void *arg), void *arg);

#endif
