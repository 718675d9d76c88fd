/* pool_test.c - base/pool.h */
#include "base/pool.h"
#include "t.h"

static uint16_t next[65534], gen[65534];
static struct pool pool;

static void an_exhausted_pool_refuses_and_counts(void)
{
    pool_init(&pool, next, gen, 3);
    for (uint16_t idx = 0; idx < 3; idx++) {
        T_EQ_INT(pool_take(&pool), idx);
    }
    T_EQ_INT(pool_take(&pool), POOL_NONE);
    T_EQ_INT(pool_take(&pool), POOL_NONE);
    T_EQ_INT(pool.refused, 2);
    T_EQ_INT(pool.used, 3);
    pool_give(&pool, 1);
    T_EQ_INT(pool.used, 2);
    T_EQ_INT(pool.used_max, 3);
    T_EQ_INT(pool_take(&pool), 1);
    T_EQ_INT(pool_take(&pool), POOL_NONE);
    pool_init(&pool, next, gen, 0);
    T_EQ_INT(pool_take(&pool), POOL_NONE);
    T_EQ_INT(pool_find(&pool, 0x10000), POOL_NONE);
}

static void a_slot_rests_before_it_is_used_again(void)
{
    pool_init(&pool, next, gen, 4);
    T_EQ_INT(pool_take(&pool), 0);
    T_EQ_INT(pool_take(&pool), 1);
    pool_give(&pool, 1);
    pool_give(&pool, 0);
    T_EQ_INT(pool_take(&pool), 2);
    T_EQ_INT(pool_take(&pool), 3);
    T_EQ_INT(pool_take(&pool), 1);
    T_EQ_INT(pool_take(&pool), 0);
}

static void a_stale_handle_is_noticed(void)
{
    pool_init(&pool, next, gen, 2);
    uint16_t idx = pool_take(&pool);
    uint32_t handle = pool_handle(&pool, idx);
    T_CHECK(handle != 0);
    T_EQ_INT(pool_find(&pool, handle), idx);
    pool_give(&pool, idx);
    T_CHECK(!pool_is_taken(&pool, idx));
    T_EQ_INT(pool_find(&pool, handle), POOL_NONE);
    T_EQ_INT(pool_take(&pool), 1);
    T_EQ_INT(pool_take(&pool), idx);
    T_EQ_INT(pool_find(&pool, handle), POOL_NONE); /* taken again, by somebody else */
    T_CHECK(pool_handle(&pool, idx) != handle);
    T_EQ_INT(pool_find(&pool, 0), POOL_NONE);
    T_EQ_INT(pool_find(&pool, UINT32_MAX), POOL_NONE);
    T_EQ_INT(pool_find(&pool, handle + 2), POOL_NONE); /* index out of range */
    T_CHECK(!pool_is_taken(&pool, 2) && !pool_is_taken(&pool, POOL_NONE));
    pool_give(&pool, 1);
    T_EQ_INT(pool_find(&pool, (uint32_t)gen[1] << 16 | 1),
             POOL_NONE); /* generation of a free slot */
}

static void the_generation_wraps_after_32768_uses_and_never_gives_handle_zero(void)
{
    pool_init(&pool, next, gen, 1);
    uint32_t first = 0;
    for (unsigned use = 0; use < 32768; use++) {
        uint16_t idx = pool_take(&pool);
        uint32_t handle = pool_handle(&pool, idx);
        if (use == 0) {
            first = handle;
        }
        T_CHECK(handle != 0 && (handle == first) == (use == 0));
        pool_give(&pool, idx);
    }
    T_EQ_INT(pool_handle(&pool, pool_take(&pool)), first);
}

static void the_largest_pool_uses_every_slot(void)
{
    pool_init(&pool, next, gen, 65534);
    for (unsigned count = 0; count < 65534; count++) {
        T_CHECK(pool_take(&pool) != POOL_NONE);
    }
    T_EQ_INT(pool_take(&pool), POOL_NONE);
    T_EQ_INT(pool_find(&pool, pool_handle(&pool, 65533)), 65533);
    for (uint16_t idx = 65533; idx > 0; idx--) {
        pool_give(&pool, idx);
    }
    T_EQ_INT(pool.used, 1);
    T_EQ_INT(pool_take(&pool), 65533);
}

int main(void)
{
    an_exhausted_pool_refuses_and_counts();
    a_slot_rests_before_it_is_used_again();
    a_stale_handle_is_noticed();
    the_generation_wraps_after_32768_uses_and_never_gives_handle_zero();
    the_largest_pool_uses_every_slot();
    return t_done();
}
