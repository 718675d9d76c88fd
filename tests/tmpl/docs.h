/* docs.h - the state that the examples of docs/templates.md show. */
#ifndef TESTS_TMPL_DOCS_H
#define TESTS_TMPL_DOCS_H

#include "live/wick.h"

struct docs_port {
    char name[8];
    uint32_t mbit;
    uint64_t octets;
    bool hidden;
};

struct docs {
    char name[32];

    struct {
        uint8_t pct, load;
    } cpu;

    int32_t temp;
    uint8_t limit;
    bool warm;
    uint32_t days;
    uint64_t uptime_s;
    WICK_LIST(struct docs_port, 4) port;
};
extern struct docs docs_state;

struct docs_view {
    uint8_t period;
};

uint64_t fn_add(uint64_t a, uint64_t b);

#endif
