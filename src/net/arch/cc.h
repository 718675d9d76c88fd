/* cc.h - what lwIP wants to know about the compiler and the machine.
 *
 * Layer: net; read by lwIP itself.
 */
#ifndef WICK_ARCH_CC_H
#define WICK_ARCH_CC_H

#include "base/base.h"

#define LWIP_PLATFORM_ASSERT(text) wick_assert_failed(__FILE__, __LINE__)
#define LWIP_PLATFORM_DIAG(args)                                                                   \
    do {                                                                                           \
    } while (0)
#define LWIP_DONT_PROVIDE_BYTEORDER_FUNCTIONS                                                      \
    1 /* no htons macros that clash with the C library's */

#endif
