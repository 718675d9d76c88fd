/* rows.h - state of the pages that the benchmarks compile: 100 numbers, a long list. */
#ifndef TESTS_BENCH_ROWS_H
#define TESTS_BENCH_ROWS_H

#include "live/wick.h"

enum { BENCH_ROWS = 1001 };

struct bench_row {
    uint32_t id, load;
    char name[24];
    uint64_t more[4];
};

struct bench_state {
    uint32_t num[100];
    WICK_LIST(struct bench_row, BENCH_ROWS) row;
};

#endif
