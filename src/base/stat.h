/* stat.h - the counters: every pool, ring and limit tells what it did.
 *
 * Layer: base. Memory: a value is a variable of its module. What describes it stands in a section
 * of its own, which the linker keeps only in programs that call stat_at(): a program without
 * /metrics carries no names and help texts. No calls at start are needed.
 */
#ifndef WICK_STAT_H
#define WICK_STAT_H

#include "base/base.h"

struct stat_value {
    uint64_t value;
};

struct stat_counter {
    const char *name; /* as in /metrics: wick_..._total for what only grows, else a gauge */
    const char *help;
    const struct stat_value *of;
    bool is_total;
};

/** Describe a variable of type struct stat_value; after its definition, in the same file. */
#define STAT_TOTAL(var, name, help) STAT_ENTRY(var, name, help, true)
#define STAT_GAUGE(var, name, help) STAT_ENTRY(var, name, help, false)

/* Pointers, not structs: a compiler may align structs more widely than a table allows. */
#define STAT_ENTRY(var, name, help, is_total)                                                      \
    static const struct stat_counter var##_counter = { name, help, &(var), is_total };             \
    static const struct stat_counter *const var##_entry                                            \
        __attribute__((section("wick_stat"), used)) = &var##_counter

/** The idx-th counter of the program, or NULL; in no order. */
const struct stat_counter *stat_at(size_t idx);

#endif
