/* os_poll.h - the one epoll: whoever waits for a file descriptor registers it here.
 *
 * Layer: os (includes base). Memory: static. Threads: none; only os_poll_wake() may be called from
 * a signal handler or another thread.
 *
 * Two kinds of users. A group has many descriptors and finds its own object by a 32-bit key
 * (sockets of a port). A watch is one descriptor with one function (netlink, /dev/kmsg, a child's
 * pipe). Functions are called from os_poll_dispatch() only; they may add and remove anything. An
 * event that was fetched for a descriptor which has been removed meanwhile is dropped for watches;
 * a group compares the generation in its key.
 */
#ifndef WICK_OS_POLL_H
#define WICK_OS_POLL_H

#include "base/base.h"
#include "base/err.h"
#include "base/wick_limits.h"

enum {
    OS_READABLE = 1, /* bytes, a connection or the end of a stream can be read */
    OS_WRITABLE = 2,
    OS_BROKEN = 4, /* error or hang-up; reported whether asked for or not */

};

/** Begin; nothing happens when it has begun already. os_watch() does it too, so that sources may
 *  register before the loop is there. @return WICK_E_IO: the kernel refused. */
WICK_MUST_CHECK enum wick_err os_poll_start(void);
/** Forget everything. The descriptors stay open: they belong to whoever added them. */
void os_poll_stop(void);

/** Wait for events, at most timeout_ms (-1: wait forever). @return their number. */
unsigned os_poll_wait(int timeout_ms);
/** Call the functions of the events that os_poll_wait() fetched. */
void os_poll_dispatch(void);
/** End the present or the next os_poll_wait() at once. Safe in a signal handler. */
void os_poll_wake(void);

typedef void (*os_group_fn)(uint64_t key, unsigned events);
/** @return the group's number. At most OS_GROUP_MAX, asserted. */
unsigned os_group_new(os_group_fn ready);
/** Register fd in a group, or change what is asked for. key: 56 bits. events: OS_READABLE,
 *  OS_WRITABLE, both or 0 (then only OS_BROKEN is reported). @return false: the kernel refused. */
WICK_MUST_CHECK bool os_group_add(unsigned group, int fd, unsigned events, uint64_t key);
WICK_MUST_CHECK bool os_group_change(unsigned group, int fd, unsigned events, uint64_t key);

typedef uint32_t os_watch_id; /* 0: none; a handle: one that was removed is noticed */
/** Call ready(arg) while fd is readable or broken. Remove it before fd is closed.
 *  @return WICK_E_FULL: OS_WATCH_MAX are in use; WICK_E_IO: the kernel refused. */
WICK_MUST_CHECK enum wick_err os_watch(int fd, void (*ready)(void *arg), void *arg,
                                       os_watch_id *id_out);
void os_unwatch(os_watch_id id); /* 0 or a removed one: nothing happens */

#endif
