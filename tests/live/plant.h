/* plant.h - two device states: one page reads both and serves both wires, another page reads one of
 * them.
 */
#ifndef PLANT_H
#define PLANT_H

#include "live/wick.h"

struct plant {
    int64_t heat;
    bool pump;
};

struct journal_line {
    uint32_t id;
    char text[24];
};

struct journal {
    uint32_t entries;
    WICK_LIST(struct journal_line, 8) line;
};

extern struct plant plant;
extern struct journal journal;

#endif
