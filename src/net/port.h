/* port.h - what carries TCP, as a table: one row per kind of network under lwIP's altcp API.
 *
 * Layer: net (includes base). Memory: none; rows are constant. A row is chosen once, by
 * net_start(); nothing else in the tree knows which one it is. Upper code speaks altcp with the
 * connections that a port makes, and may rely on this with every port:
 *  - altcp_sndbuf() is at most WICK_SEND_CAP, and 0 while the connection is blocked.
 *  - altcp_write() borrows the caller's memory only until altcp_output(), which must follow before
 *    that memory changes. At most NET_PORT_PIECES pieces, else ERR_MEM.
 *  - sent() is called when a blocked connection can send again, not for every write.
 *  - recv() takes the whole pbuf, or nothing: with ERR_MEM, allowed only after refuse(true), the
 *    bytes stay with the port and come again after resume(). They are valid during the call only.
 * altcp_recved() opens the window again.
 *  - err(): the pcb is gone already. Callbacks come from dispatch() only, never from a call that
 *    upper code makes.
 *  - altcp_close() drops what is still unsent: wait until altcp_sndbuf() is not 0.
 */
#ifndef WICK_PORT_H
#define WICK_PORT_H

#include "base/err.h"
#include "base/wick_limits.h"
#include "lwip/altcp.h"
#include "net/net.h" /* NET_LISTENER_MAX */

enum {
    NET_PORT_PIECES = 4,
    NET_PORT_WINDOW = WICK_HEAD_LEN_MAX + WICK_BODY_LEN_MAX, /* bytes received and not yet
                                                                altcp_recved(); one request */
    NET_SLOT_MAX = WICK_CONN_MAX + NET_SPARE,
};

struct net_port {
    const char *name;
    WICK_MUST_CHECK enum wick_err (*start)(void); /* everything is as at power-on */
    void (*stop)(void); /* after all its connections and listeners were closed */
    /* For altcp_new_ip_type(): NULL when all pcbs are in use. */
    struct altcp_pcb *(*make)(void *arg, u8_t ip_type);
    /* Why the last bind or listen failed: WICK_E_FULL (in use), WICK_E_DENIED, WICK_E_IO. */
    enum wick_err (*error)(void);
    unsigned (*wait)(int timeout_ms); /* for events; -1: wait forever. @return their number */
    /* Hand out the events; accept at most accept_max connections, after all other events. */
    void (*dispatch)(unsigned accept_max);
    void (*refuse)(bool may_refuse); /* recv() may say ERR_MEM from now on */
    void (*resume)(void);       /* deliver again what recv() has refused, in the next dispatch() */
    uint64_t (*deadline)(void); /* when dispatch() wants to be called without an event (clk_ms);
                                   UINT64_MAX: never */
};

extern const struct net_port net_port_kernel; /* sockets of the Linux kernel */

#endif
