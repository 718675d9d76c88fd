/* rows.h - a list with one form for each row, all of one action; other forms have fields of the
 * same name.
 */
#ifndef ROWS_H
#define ROWS_H

#include "live/wick.h"

struct rows_item {
    char id[8];
    int64_t bay;
    char text[64];
};

struct rows {
    WICK_LIST(struct rows_item, 4) item;
    char chosen[8];
    char note[64];
};

extern struct rows rows;

#endif
