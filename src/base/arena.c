/* arena.c - see arena.h. cap and used are always multiples of 16, so what fits before rounding up
 * fits after it. */
#include "base/arena.h"

enum { ARENA_ALIGN = 16 };

void arena_init(struct arena *arena, void *mem, size_t cap)
{
    WICK_ASSERT((uintptr_t)mem % ARENA_ALIGN == 0);
    *arena = (struct arena){ .mem = mem, .cap = cap - cap % ARENA_ALIGN };
}

void *arena_take(struct arena *arena, size_t size)
{
    if (size > arena->cap - arena->used) {
        arena->refused++;
        return NULL;
    }
    void *taken = arena->mem + arena->used;
    arena->used += (size + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
    if (arena->used > arena->used_max) {
        arena->used_max = arena->used;
    }
    return taken;
}

size_t arena_mark(const struct arena *arena)
{
    return arena->used;
}

void arena_reset(struct arena *arena, size_t mark)
{
    WICK_ASSERT(mark <= arena->used && mark % ARENA_ALIGN == 0);
    arena->used = mark;
}
