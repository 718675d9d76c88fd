/* big.h - state of the page that big_page prints. */
#ifndef TESTS_BENCH_BIG_H
#define TESTS_BENCH_BIG_H

#include "live/wick.h"

struct big_port {
    uint8_t number;
    char name[16];
    bool is_up;
    uint32_t mbit;
};

struct big {
    char name[32];
    uint64_t uptime_s;
    uint64_t free;
    uint8_t load;
    bool is_on;
    WICK_LIST(struct big_port, 8) port;
};

struct big_view {
    bool paused;
};
extern struct big big;

#endif
