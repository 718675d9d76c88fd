/* clk.c - see clk.h. */
#include "base/clk.h"

static uint64_t now_us, now_ms, now_wall_ms;

void clk_set(uint64_t mono_us, uint64_t wall_ms)
{
    now_us = mono_us;
    now_ms = mono_us / 1000; /* divided once per pass: 64-bit division is slow on small machines */
    now_wall_ms = wall_ms;
}

uint64_t clk_us(void)
{
    return now_us;
}

uint64_t clk_ms(void)
{
    return now_ms;
}

uint64_t clk_wall_ms(void)
{
    return now_wall_ms;
}
