/* sys.h - the seam to the machine: clocks and random numbers. Tests and the simulation link another
 * file.
 *
 * Layer: base.   sys_linux.c is the real one; tests/sim/ has its own.
 * Sockets stand behind lwIP's altcp (src/net), files behind store_io.h (src/store).
 */
#ifndef WICK_SYS_H
#define WICK_SYS_H

#include "base/base.h"

uint64_t sys_mono_us(void);
uint64_t sys_wall_ms(void);
/** len cryptographically random bytes; aborts when the system has none. */
void sys_random(void *bytes, size_t len);

#endif
