/* construct.h - state of the pages that construct.mjs writes: each use of a construct reads members
 * of its own. */
#ifndef TESTS_BENCH_CONSTRUCT_H
#define TESTS_BENCH_CONSTRUCT_H

#include "live/wick.h"

struct construct_row {
    uint32_t id, num;
    char name[16];
};

struct construct_use {
    uint32_t num;
    char text[16];
    bool is_on;
    uint64_t big;
};

struct construct {
    struct construct_use u0, u1, u2, u3, u4, u5, u6, u7, u8, u9, u10, u11, u12, u13, u14, u15;
    struct construct_use u16, u17, u18, u19, u20, u21, u22, u23, u24, u25, u26, u27, u28, u29, u30,
        u31;
    WICK_LIST(struct construct_row, 64) row;
};

#endif
