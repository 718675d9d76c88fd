/* stat.c - see stat.h. */
#include "base/stat.h"

/* Made by the linker, at the ends of the section; weak: a program may have no counter. */
extern const struct stat_counter *const first[] __asm__("__start_wick_stat") __attribute__((weak));
extern const struct stat_counter *const end[] __asm__("__stop_wick_stat") __attribute__((weak));

const struct stat_counter *stat_at(size_t idx)
{
    WICK_ASSERT((uintptr_t)end >= (uintptr_t)first);
    size_t count = ((uintptr_t)end - (uintptr_t)first) / sizeof(void *);
    if (idx >= count) {
        return NULL;
    }
    WICK_ASSERT(first[idx]->name != NULL && first[idx]->of != NULL);
    return first[idx];
}
