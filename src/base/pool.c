/* pool.c - see pool.h.
 *
 * A slot's generation grows by one when it is taken and by one when it is given back, so it is odd
 * exactly while taken and a handle (generation << 16 | index) is good until the slot is given back.
 * It wraps after 32,768 uses of one slot.
 */
#include "base/pool.h"

void pool_init(struct pool *pool, uint16_t *next, uint16_t *gen, uint16_t cap)
{
    WICK_ASSERT(cap < POOL_NONE);
    WICK_ASSERT_DEBUG((next != NULL && gen != NULL) || cap == 0);
    *pool = (struct pool){
        .next = next, .gen = gen, .cap = cap, .free_first = POOL_NONE, .free_last = POOL_NONE
    };
    for (uint16_t idx = 0; idx < cap; idx++) {
        gen[idx] = 0;
        next[idx] = (uint16_t)(idx + 1 < cap ? idx + 1 : POOL_NONE);
    }
    if (cap > 0) {
        pool->free_first = 0;
        pool->free_last = (uint16_t)(cap - 1);
    }
}

static void step_generation(struct pool *pool, uint16_t idx)
{
    WICK_ASSERT(idx < pool->cap);
    pool->gen[idx] = (uint16_t)((pool->gen[idx] + 1u) & 0xffffu);
}

uint16_t pool_take(struct pool *pool)
{
    WICK_ASSERT(pool->used <= pool->cap);
    WICK_ASSERT_DEBUG((pool->free_first == POOL_NONE) == (pool->used == pool->cap));
    uint16_t idx = pool->free_first;
    if (idx == POOL_NONE) {
        pool->refused++;
        return POOL_NONE;
    }
    WICK_ASSERT(idx < pool->cap && pool->gen[idx] % 2 == 0);
    pool->free_first = pool->next[idx];
    if (pool->free_first == POOL_NONE) {
        pool->free_last = POOL_NONE;
    }
    pool->next[idx] = POOL_NONE;
    step_generation(pool, idx);
    pool->used++;
    WICK_ASSERT(pool->used <= pool->cap);
    if (pool->used > pool->used_max) {
        pool->used_max = pool->used;
    }
    return idx;
}

void pool_give(struct pool *pool, uint16_t idx)
{
    WICK_ASSERT(pool->used > 0);
    WICK_ASSERT(pool_is_taken(pool, idx));
    WICK_ASSERT_DEBUG((pool->free_first == POOL_NONE) == (pool->free_last == POOL_NONE));
    step_generation(pool, idx);
    pool->next[idx] = POOL_NONE;
    if (pool->free_last == POOL_NONE) {
        pool->free_first = idx;
    } else {
        pool->next[pool->free_last] = idx;
    }
    pool->free_last = idx;
    pool->used--;
    WICK_ASSERT(!pool_is_taken(pool, idx));
}

bool pool_is_taken(const struct pool *pool, uint16_t idx)
{
    return idx < pool->cap && pool->gen[idx] % 2 == 1;
}

uint32_t pool_handle(const struct pool *pool, uint16_t idx)
{
    WICK_ASSERT(pool_is_taken(pool, idx));
    return (uint32_t)pool->gen[idx] << 16 | idx;
}

uint16_t pool_find(const struct pool *pool, uint32_t handle)
{
    uint16_t idx = (uint16_t)(handle & 0xffffu);
    return pool_is_taken(pool, idx) && pool->gen[idx] == handle >> 16 ? idx : (uint16_t)POOL_NONE;
}
