/* large.h - a page many times longer than any buffer: 4,000 rows, each text shown three times. */
#ifndef LARGE_H
#define LARGE_H

#include "live/wick.h"

enum { LARGE_ROWS = 4000 };

struct large_row {
    uint32_t id;
    char text[100];
};

struct large {
    int64_t ticks;
    WICK_LIST(struct large_row, LARGE_ROWS) row;
};

struct large_view {
    uint32_t clicks;
};

extern struct large large;

#endif
