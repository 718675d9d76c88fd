/* bare.h - for the benchmarks of net: a bare epoll loop that writes the same bytes, and how servers
 * are started and measured.
 *
 * A server is a forked child on CPU 0, the client is the parent on CPU 1. CPU time is the child's
 * own run time (schedstat), so other processes cost accuracy but not truth; ratios are formed
 * inside a round of interleaved runs and their median is given.
 */
#ifndef BARE_H
#define BARE_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BARE_FD_MAX = 4200, BARE_ROUNDS_MAX = 31, BARE_BURST_MAX = 16 };

struct bare_server {
    pid_t pid;
    uint16_t port;
};

static inline void bare_must(bool ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "bench: %s: %s\n", what, strerror(errno));
        exit(1);
    }
}

static inline uint64_t bare_now_us(void)
{
    struct timespec now;
    bare_must(clock_gettime(CLOCK_MONOTONIC, &now) == 0, "clock_gettime");
    return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

static inline void bare_pin(int cpu)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((unsigned)cpu, &set);
    (void)sched_setaffinity(0, sizeof set, &set); /* with one CPU it is as it is */
}

/* Fork a server: main_fn(port_fd, arg) listens, writes its port to port_fd, and serves until it is
 * killed. */
static inline struct bare_server bare_start(void (*main_fn)(int port_fd, const void *arg),
                                            const void *arg)
{
    int ends[2];
    struct bare_server server = { 0, 0 };
    bare_must(pipe(ends) == 0, "pipe");
    server.pid = fork();
    bare_must(server.pid >= 0, "fork");
    if (server.pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(ends[0]);
        bare_pin(0);
        main_fn(ends[1], arg);
        _exit(1);
    }
    close(ends[1]);
    bare_must(read(ends[0], &server.port, sizeof server.port) == sizeof server.port,
              "the server's port");
    close(ends[0]);
    return server;
}

static inline void bare_stop(struct bare_server server)
{
    kill(server.pid, SIGKILL);
    waitpid(server.pid, NULL, 0);
}

static inline uint64_t bare_proc_number(pid_t pid, const char *file, const char *key)
{
    char path[64];
    char line[256];
    uint64_t value = 0;
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
    FILE *f = fopen(path, "r");
    bare_must(f != NULL, path);
    while (fgets(line, sizeof line, f) != NULL) {
        if (strncmp(line, key, strlen(key)) == 0) {
            value = strtoull(line + strlen(key), NULL, 10);
            break;
        }
    }
    fclose(f);
    return value;
}

static inline uint64_t bare_cpu_ns(pid_t pid)
{
    return bare_proc_number(pid, "schedstat", "");
}

static inline uint64_t bare_rss_bytes(pid_t pid)
{
    return bare_proc_number(pid, "smaps_rollup", "Rss:") * 1024;
}

static inline int bare_connect(uint16_t port)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons(port),
                              .sin_addr = { htonl(INADDR_LOOPBACK) } };
    int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bare_must(fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0, "connect");
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

static inline void bare_raise_fd_limit(void)
{
    struct rlimit limit;
    bare_must(getrlimit(RLIMIT_NOFILE, &limit) == 0, "getrlimit");
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

static inline int bare_by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static inline double bare_median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, bare_by_value);
    return count % 2 == 1 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static inline unsigned bare_setting(const char *name, unsigned usual)
{
    const char *text = getenv(name);
    return text != NULL ? (unsigned)strtoul(text, NULL, 10) : usual;
}

/* --- the bare loop ---------------------------------------------------------------------------- */

struct bare_plan {
    const char *answer; /* written once for every request that arrives */
    size_t answer_len;
    const char *frame; /* written to all, burst times every tick_us, once all viewers are there;
                          NULL: never */
    size_t frame_len;
    unsigned viewers, burst, tick_us;
    bool is_joined; /* the frames of a burst go out in one writev() */
};

static inline int bare_listen(int port_fd)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t len = sizeof at;
    int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    bare_must(fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof at) == 0 && listen(fd, 128) == 0,
              "listen");
    bare_must(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0, "TCP_NODELAY");
    bare_must(getsockname(fd, (struct sockaddr *)&at, &len) == 0, "getsockname");
    uint16_t port = ntohs(at.sin_port);
    bare_must(write(port_fd, &port, sizeof port) == sizeof port, "port");
    return fd;
}

static inline void bare_tick(const struct bare_plan *plan, const int *fds, unsigned fd_count)
{
    struct iovec piece[BARE_BURST_MAX];
    ssize_t len = (ssize_t)(plan->frame_len * plan->burst);
    for (unsigned b = 0; b < plan->burst; b++) {
        piece[b] = (struct iovec){ (void *)(uintptr_t)plan->frame, plan->frame_len };
    }
    for (unsigned i = 0; plan->is_joined && i < fd_count; i++) {
        bare_must(writev(fds[i], piece, (int)plan->burst) == len, "writev");
    }
    for (unsigned b = 0; !plan->is_joined && b < plan->burst; b++) {
        for (unsigned i = 0; i < fd_count; i++) {
            bare_must(write(fds[i], plan->frame, plan->frame_len) == (ssize_t)plan->frame_len,
                      "write");
        }
    }
}

static inline void bare_serve(int port_fd, const void *arg)
{
    static int fds[BARE_FD_MAX];
    static char in[16384];
    const struct bare_plan *plan = arg;
    static struct epoll_event events[64];
    unsigned fd_count = 0;
    uint64_t next_us = UINT64_MAX;
    int listener = bare_listen(port_fd);
    int epoll_fd = epoll_create1(0);
    struct epoll_event ev = { .events = EPOLLIN, .data.fd = listener };
    bare_must(epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listener, &ev) == 0, "epoll_ctl");
    for (;;) {
        uint64_t now_us = bare_now_us();
        int wait_ms = -1;
        if (next_us != UINT64_MAX) {
            wait_ms = now_us >= next_us ? 0 : (int)((next_us - now_us + 999) / 1000);
        }
        int count = epoll_wait(epoll_fd, events, 64, wait_ms);
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            if (fd == listener) {
                ev.data.fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
                if (ev.data.fd >= 0 && fd_count < BARE_FD_MAX &&
                    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, ev.data.fd, &ev) == 0) {
                    fds[fd_count++] = ev.data.fd;
                }
                if (plan->frame != NULL && fd_count == plan->viewers) {
                    next_us = bare_now_us() + 400000;
                }
            } else {
                ssize_t got = read(fd, in, sizeof in);
                if (got > 0) {
                    bare_must(write(fd, plan->answer, plan->answer_len) ==
                                  (ssize_t)plan->answer_len,
                              "write");
                } else if (got == 0) {
                    close(fd);
                }
            }
        }
        if (next_us == UINT64_MAX || bare_now_us() < next_us) {
            continue;
        }
        next_us += plan->tick_us;
        bare_tick(plan, fds, fd_count);
    }
}

#endif
