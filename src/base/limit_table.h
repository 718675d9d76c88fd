/* limit_table.h - the capacities as a table: for the page that shows them.
 *
 * Layer: base. The table is made by the build from the comments of base/wick_limits.h and of the
 * application's own limits (toolchain/limits.awk).
 */
#ifndef WICK_BASE_LIMIT_TABLE_H
#define WICK_BASE_LIMIT_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct wick_limit {
    const char *name;
    uint32_t value;
    const char *text; /* what it is; what happens when it is reached */
};
extern const struct wick_limit wick_limit[];
extern const size_t wick_limit_count;

#endif
