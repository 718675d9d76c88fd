/* arena_test.c - base/arena.h */
#include "base/arena.h"
#include "t.h"

static _Alignas(16) uint8_t mem[64];

static void what_is_taken_is_aligned_and_apart(void)
{
    struct arena arena;
    arena_init(&arena, mem, sizeof mem);
    uint8_t *a = arena_take(&arena, 1);
    uint8_t *b = arena_take(&arena, 17);
    T_CHECK(a == mem && b == mem + 16);
    T_EQ_INT(arena.used, 48);
}

static void exactly_full_fits_and_one_more_is_refused_and_counted(void)
{
    struct arena arena;
    arena_init(&arena, mem, sizeof mem);
    T_CHECK(arena_take(&arena, 65) == NULL);
    T_CHECK(arena_take(&arena, SIZE_MAX) == NULL);
    T_EQ_INT(arena.used, 0);
    T_CHECK(arena_take(&arena, 63) == mem);
    T_EQ_INT(arena.used, 64);
    T_CHECK(arena_take(&arena, 1) == NULL);
    T_EQ_INT(arena.refused, 3);
    arena_reset(&arena, 0);
    T_CHECK(arena_take(&arena, 64) == mem);
    T_CHECK(arena_take(&arena, 1) == NULL);
    T_EQ_INT(arena.refused, 4);
}

static void a_mark_gives_back_what_came_after_it(void)
{
    struct arena arena;
    arena_init(&arena, mem, sizeof mem);
    T_CHECK(arena_take(&arena, 16) != NULL);
    size_t mark = arena_mark(&arena);
    T_CHECK(arena_take(&arena, 48) != NULL);
    arena_reset(&arena, mark);
    T_EQ_INT(arena.used, 16);
    T_EQ_INT(arena.used_max, 64);
    T_CHECK(arena_take(&arena, 48) == mem + 16);
}

static void an_odd_size_of_the_block_is_rounded_down(void)
{
    struct arena arena;
    arena_init(&arena, mem, 47);
    T_EQ_INT(arena.cap, 32);
    T_CHECK(arena_take(&arena, 33) == NULL);
    T_CHECK(arena_take(&arena, 32) != NULL);
    arena_init(&arena, mem, 15);
    T_CHECK(arena_take(&arena, 1) == NULL);
}

int main(void)
{
    what_is_taken_is_aligned_and_apart();
    exactly_full_fits_and_one_more_is_refused_and_counted();
    a_mark_gives_back_what_came_after_it();
    an_odd_size_of_the_block_is_rounded_down();
    return t_done();
}
