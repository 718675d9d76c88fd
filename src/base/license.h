/* license.h - the licences of everything that is inside the program.
 *
 * Source: toolchain/licenses.sh collects them when the program is built: from LICENSE, the unpacked
 *         libraries and the C library's package.
 * Memory: constant. Texts end without a zero and have line feeds.
 * NULL:   a program that was linked without the generated file has none: wick_license_count() is 0.
 */
#ifndef WICK_LICENSE_H
#define WICK_LICENSE_H

#include "base/str.h"

struct wick_license {
    const char *name;    /* "lwIP" */
    const char *version; /* "2.1.3" */
    const char *terms;   /* SPDX: "BSD-3-Clause" */
    struct str text;     /* copyright and conditions, as they came */
};

extern const struct wick_license wick_license[] __attribute__((weak));
extern const size_t wick_license_len __attribute__((weak));

/** Number of entries of wick_license. */
static inline size_t wick_license_count(void)
{
    return &wick_license_len != NULL ? wick_license_len : 0;
}

#endif
