/* arena.h - memory for one turn: taken bit by bit, given back in one step.
 *
 * Layer: base.   Memory: the caller's block.
 */
#ifndef WICK_ARENA_H
#define WICK_ARENA_H

#include "base/base.h"

struct arena {
    uint8_t *mem; /* [cap], aligned to 16 */
    size_t cap;
    size_t used;
    size_t used_max;  /* high-water mark since init */
    uint64_t refused; /* requests that did not fit */
};

void arena_init(struct arena *arena, void *mem, size_t cap);
/** size bytes aligned to 16, not cleared; NULL (and counted) when they do not fit. */
void *arena_take(struct arena *arena, size_t size);
size_t arena_mark(const struct arena *arena);
void arena_reset(struct arena *arena, size_t mark); /* 0 empties it */

#endif
