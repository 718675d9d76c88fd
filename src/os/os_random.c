/* os_random.c - random numbers from the kernel.
 *
 * getrandom() waits until the kernel's generator is seeded: before that, at the first boot, there
 * is no secret to give. Kernels before 3.17 lack the call. There is no fallback: a weak one would
 * go unnoticed.
 */
#include "os/os.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

void os_random(void *bytes, size_t len)
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
