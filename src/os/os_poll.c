/* os_poll.c - see os_poll.h.
 *
 * An event's tag is 64 bits: the group in the upper 8, the key of the group below. Watches are
 * group 0 with their handle as the key; the wake-up descriptor is a watch of its own. Closing a
 * descriptor takes it out of the epoll, so groups need no removal.
 */
#include "os/os_poll.h"

#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
    GROUP_SHIFT = 56,
    WATCH_COUNT = OS_WATCH_MAX + 1, /* one is the wake-up */
};

struct watch {
    int fd; /* -1: free */
    uint32_t gen;
    void (*ready)(void *arg);
    void *arg;
};

static struct {
    int epoll_fd;
    int wake_fd;
    bool is_started;
    unsigned group_count; /* group 0 is the watches */
    os_group_fn group[OS_GROUP_MAX + 1];
    struct watch watch[WATCH_COUNT];
    unsigned event_count;
    struct epoll_event event[OS_EVENT_MAX];
} poll;

static const uint64_t key_mask = ((uint64_t)1 << GROUP_SHIFT) - 1;

static uint32_t flags_of(unsigned events)
{
    uint32_t flags = (events & OS_READABLE) != 0 ? EPOLLIN : 0;
    return flags | ((events & OS_WRITABLE) != 0 ? EPOLLOUT : 0);
}

static unsigned events_of(uint32_t flags)
{
    unsigned events = (flags & EPOLLIN) != 0 ? OS_READABLE : 0;
    events |= (flags & EPOLLOUT) != 0 ? OS_WRITABLE : 0;
    return events | ((flags & (EPOLLERR | EPOLLHUP)) != 0 ? OS_BROKEN : 0);
}

static bool control(int operation, unsigned group, int fd, unsigned events, uint64_t key)
{
    WICK_ASSERT(poll.is_started && key <= key_mask);
    struct epoll_event ev = { .events = flags_of(events),
                              .data.u64 = (uint64_t)group << GROUP_SHIFT | key };
    return epoll_ctl(poll.epoll_fd, operation, fd, &ev) == 0;
}

/* --- groups ----------------------------------------------------------------------------------- */

unsigned os_group_new(os_group_fn ready)
{
    WICK_ASSERT(poll.is_started && poll.group_count < OS_GROUP_MAX && ready != NULL);
    poll.group[++poll.group_count] = ready;
    return poll.group_count;
}

bool os_group_add(unsigned group, int fd, unsigned events, uint64_t key)
{
    WICK_ASSERT(group > 0 && group <= poll.group_count);
    return control(EPOLL_CTL_ADD, group, fd, events, key);
}

bool os_group_change(unsigned group, int fd, unsigned events, uint64_t key)
{
    WICK_ASSERT(group > 0 && group <= poll.group_count);
    return control(EPOLL_CTL_MOD, group, fd, events, key);
}

/* --- watches ---------------------------------------------------------------------------------- */

static void watch_ready(uint64_t key, unsigned events)
{
    const struct watch *watch = &poll.watch[(key & 0xffffffffu) % WATCH_COUNT];
    (void)events;
    if (watch->fd >= 0 && watch->gen == key / WATCH_COUNT) {
        watch->ready(watch->arg);
    }
}

static enum wick_err watch_add(int fd, void (*ready)(void *arg), void *arg, os_watch_id *id_out)
{
    *id_out = 0;
    for (uint32_t idx = 0; idx < WATCH_COUNT; idx++) {
        struct watch *watch = &poll.watch[idx];
        if (watch->fd >= 0) {
            continue;
        }
        uint32_t gen = watch->gen + 1 < UINT32_MAX / WATCH_COUNT ? watch->gen + 1 : 1;
        uint32_t id = gen * WATCH_COUNT + idx;
        if (!control(EPOLL_CTL_ADD, 0, fd, OS_READABLE, id)) {
            return WICK_E_IO;
        }
        *watch = (struct watch){ .fd = fd, .gen = gen, .ready = ready, .arg = arg };
        *id_out = id;
        return WICK_OK;
    }
    return WICK_E_FULL;
}

void os_unwatch(os_watch_id id)
{
    struct watch *watch = &poll.watch[id % WATCH_COUNT];
    if (id == 0 || !poll.is_started || watch->fd < 0 || watch->gen != id / WATCH_COUNT) {
        return;
    }
    (void)control(EPOLL_CTL_DEL, 0, watch->fd, 0, 0); /* fails when fd was closed: also right */
    watch->fd = -1;
}

/* --- the loop's part -------------------------------------------------------------------------- */

static void on_wake(void *arg)
{
    uint64_t count;
    (void)arg;
    (void)!read(poll.wake_fd, &count, sizeof count); /* what counts is that the wait has ended */
}

enum wick_err os_poll_start(void)
{
    os_watch_id ignored;
    if (poll.is_started) {
        return WICK_OK;
    }
    memset(&poll, 0, sizeof poll);
    for (size_t idx = 0; idx < WATCH_COUNT; idx++) {
        poll.watch[idx].fd = -1;
    }
    poll.group[0] = watch_ready;
    poll.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    poll.wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    poll.is_started = poll.epoll_fd >= 0 && poll.wake_fd >= 0;
    if (!poll.is_started || watch_add(poll.wake_fd, on_wake, NULL, &ignored) != WICK_OK) {
        os_poll_stop();
        return WICK_E_IO;
    }
    return WICK_OK;
}

enum wick_err os_watch(int fd, void (*ready)(void *arg), void *arg, os_watch_id *id_out)
{
    WICK_ASSERT(ready != NULL);
    *id_out = 0;
    enum wick_err err = os_poll_start();
    return err == WICK_OK ? watch_add(fd, ready, arg, id_out) : err;
}

void os_poll_stop(void)
{
    if (poll.epoll_fd > 0) {
        close(poll.epoll_fd);
    }
    if (poll.wake_fd > 0) {
        close(poll.wake_fd);
    }
    memset(&poll, 0, sizeof poll);
}

unsigned os_poll_wait(int timeout_ms)
{
    WICK_ASSERT(poll.is_started);
    int count = epoll_wait(poll.epoll_fd, poll.event, OS_EVENT_MAX, timeout_ms);
    poll.event_count = count > 0 ? (unsigned)count : 0; /* a signal is no event */
    return poll.event_count;
}

void os_poll_dispatch(void)
{
    WICK_ASSERT(poll.event_count <= OS_EVENT_MAX);
    for (unsigned idx = 0; idx < poll.event_count; idx++) {
        uint64_t tag = poll.event[idx].data.u64;
        poll.group[tag >> GROUP_SHIFT](tag & key_mask, events_of(poll.event[idx].events));
    }
    poll.event_count = 0;
}

void os_poll_wake(void)
{
    uint64_t one = 1;
    if (poll.is_started) {
        (void)!write(poll.wake_fd, &one, sizeof one);
    }
}
