/* sys_linux.c - sys.h on a Linux kernel. */
#include "base/sys.h"

#include <errno.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

uint64_t sys_mono_us(void)
{
    struct timespec now;
    WICK_ASSERT(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

uint64_t sys_wall_ms(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0 || now.tv_sec < 0) {
        return 0;
    }
    return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

/* The call waits until the kernel's generator is seeded: at the very first boot, before that, there
 * is no secret to give. Kernels before 3.17 lack it; there is no fallback, since one that is weak
 * would not be noticed. */
void sys_random(void *bytes, size_t len)
{
    uint8_t *to = bytes;
    size_t done = 0;
    while (done < len) {
        long got = syscall(SYS_getrandom, to + done, len - done, 0);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        WICK_ASSERT(got > 0);
        done += (size_t)got;
    }
}
