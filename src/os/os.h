/* os.h - the machine: clocks and random numbers.
 *
 * Layer: os (includes base). Memory: none. Nothing here blocks, except os_random() during the
 * first seconds of the very first boot. A simulation or test that has its own clock defines these
 * functions itself: each file of this folder is linked only if none of its functions is there
 * already.
 */
#ifndef WICK_OS_H
#define WICK_OS_H

#include "base/base.h"

uint64_t os_mono_us(void); /* monotonic, in microseconds; where it starts means nothing */
uint64_t os_wall_ms(void); /* milliseconds since 1970; 0: not known */
/** Write len bytes that nobody can predict. Aborts when the kernel has no generator. */
void os_random(void *bytes, size_t len);

#endif
