/* sets.h - values of which any number may be chosen. */
#ifndef SETS_H
#define SETS_H

#include "live/wick.h"

struct sets {
    uint32_t days;
    uint8_t ports;
    uint32_t asked; /* times that an action was called */
};

extern struct sets sets;

#endif
