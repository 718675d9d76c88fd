/* pool.h - fixed slots, named by handle = index + generation, so that a stale handle is noticed.
 *
 * Layer: base. Memory: the caller's arrays; the pool only knows which slots are taken. A handle is
 * never 0. The free list is first-in first-out, so that a slot rests before it is used again.
 */
#ifndef WICK_POOL_H
#define WICK_POOL_H

#include "base/base.h"

enum { POOL_NONE = 0xffff };

struct pool {
    uint16_t *next; /* [cap] free list links */
    uint16_t *gen;  /* [cap] generation; odd while taken */
    uint16_t cap;
    uint16_t free_first, free_last;
    uint16_t used, used_max;
    uint64_t refused; /* takes that found it empty */
};

/** @pre cap <= 65534; next and gen have cap elements. */
void pool_init(struct pool *pool, uint16_t *next, uint16_t *gen, uint16_t cap);
uint16_t pool_take(struct pool *pool); /* an index, or POOL_NONE */
void pool_give(struct pool *pool, uint16_t idx);
bool pool_is_taken(const struct pool *pool, uint16_t idx);
uint32_t pool_handle(const struct pool *pool, uint16_t idx);  /* of a taken slot */
uint16_t pool_find(const struct pool *pool, uint32_t handle); /* index, or POOL_NONE when stale */

#endif
