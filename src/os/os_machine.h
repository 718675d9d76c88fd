/* os_machine.h - what the kernel says by system calls instead of files: space of file systems, the
 * machine's names, the state of its clock, network links and addresses.
 *
 * Layer:    os (includes base).
 * Seam:     one table of functions. os_linux is the kernel; a test sets its own, so that sources
 *           can be tested on machines that are not there.
 * Memory:   the caller's. Texts are not trusted: host names and link names may hold any byte.
 * Blocking: space() may wait when the file system does; the others answer at once.
 */
#ifndef OS_MACHINE_H
#define OS_MACHINE_H

#include "base/str.h"

struct os_space {                    /* bytes and files (inodes) of a file system */
    uint64_t total, free, available; /* available: to programs without privileges */
    uint64_t files, files_free;      /* files 0: the file system has no fixed number */
};

struct os_names {
    char host[65], kernel[65], processor[65]; /* uname(2): nodename, release, machine */
};

enum os_clock {
    OS_CLOCK_UNKNOWN, /* the kernel does not say */
    OS_CLOCK_SYNCED,
    OS_CLOCK_UNSYNCED,
};

struct os_link {
    int idx;
    char name[16]; /* IFNAMSIZ */
    bool is_up;    /* switched on by the administrator */
    bool has_carrier;
    bool is_loopback;
    bool has_counters; /* the next ones are known */
    uint64_t rx_bytes, tx_bytes, rx_packets, tx_packets;
    uint64_t rx_errors, tx_errors, rx_dropped, tx_dropped;
    uint8_t mac_len; /* 0: none */
    uint8_t mac[6];
};

struct os_address {
    int link_idx;
    uint8_t len; /* 4 or 16 bytes */
    uint8_t prefix_len;
    bool is_global; /* routable, not link-local */
    uint8_t bytes[16];
};

struct os_machine {
    /** @return false: not mounted, or it cannot say. */
    bool (*space)(const char *path, struct os_space *space_out);
    void (*names)(struct os_names *names_out);
    enum os_clock (*clock)(void);
    /** Call each(link, arg) for every link. @return false: the kernel cannot say. */
    bool (*links)(void (*each)(const struct os_link *link, void *arg), void *arg);
    bool (*addresses)(void (*each)(const struct os_address *address, void *arg), void *arg);
    /** A descriptor that is readable when links or addresses change; -1: none. */
    int (*watch_open)(void);
    /** Forget the changes that have been announced on it. */
    void (*watch_drain)(int fd);
};

extern const struct os_machine os_linux;
/** The machine in use: os_linux until another one is set. */
const struct os_machine *os_machine(void);
void os_machine_set(const struct os_machine *machine);

#endif
