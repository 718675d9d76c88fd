/* stat.h - the registry of counters: every pool, ring and limit tells what it did.
 *
 * Layer: base. Memory: each counter is a static of its module, linked into one list by stat_add().
 */
#ifndef WICK_STAT_H
#define WICK_STAT_H

#include "base/base.h"

struct stat_counter {
    const char *name; /* as in /metrics: wick_..._total for what only grows, else a gauge */
    const char *help;
    uint64_t value;
    bool is_total;
    bool is_listed;
    struct stat_counter *next;
};

void stat_add(struct stat_counter *counter); /* idempotent */
const struct stat_counter *stat_first(void); /* walk with ->next, in order of registration */

#endif
