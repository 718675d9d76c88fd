#include "live/wick.h"

struct faulty {
    const char *note;
    double temp;
    float part;
    long double most;
    unsigned on : 1, mode : 3;
    struct str name;
    struct faulty *next;
    struct safe_html html;
    WICK_LIST(const char *, 4) line;
    int *level[2];

    struct {
        char text[4], *more;
        bool is_on : 1;
    } inner;

    WICK_LIST(
        struct {
            double value;
            uint8_t id;
        },
        3)
    row;
};
extern struct faulty faulty;
double fn_half(int64_t value);
