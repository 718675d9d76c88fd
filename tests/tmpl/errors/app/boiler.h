/* boiler.h - an application with mistakes in the names that its files use of each other. */
#include "live/wick.h"

struct boiler {
    char name[32];
    int64_t limit;
    bool is_on;
};
extern struct boiler boiler;
