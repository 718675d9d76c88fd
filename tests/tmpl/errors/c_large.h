/* c_large.h - states that are larger than the profile allows. */
#include "live/wick.h"
#define LARGE_ROWS 20 /* of the view */
#define LARGE_ALL  (2 * LARGE_ROWS)

struct large_row {
    char id[7];
    uint16_t small;
    uint64_t wide;

    union {
        uint32_t number;
        char text[6];
    } either;
};

struct large_view {
    WICK_LIST(struct large_row, LARGE_ROWS) row;
    char letter;
};

struct large {
    char x[3];
    WICK_LIST(struct large_row, LARGE_ALL) row;
    uint64_t more[70000];
};
extern struct large large;
