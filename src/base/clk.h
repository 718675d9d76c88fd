/* clk.h - the time of this pass of the loop.
 *
 * Layer: base. The loop reads the system's clock once per pass (os/os.h) and stores it here; tests
 * drive it. Monotonic milliseconds and microseconds since start; wall time in milliseconds since
 * 1970 (0 = not known).
 */
#ifndef WICK_CLK_H
#define WICK_CLK_H

#include "base/base.h"

void clk_set(uint64_t mono_us, uint64_t wall_ms);
uint64_t clk_us(void);
uint64_t clk_ms(void);
uint64_t clk_wall_ms(void);

static inline bool clk_is_past(uint64_t deadline_ms)
{
    return clk_ms() >= deadline_ms;
}

#endif
