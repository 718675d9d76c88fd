/* hello.h - what the page shows, the same for every viewer. */
#ifndef HELLO_H
#define HELLO_H

#include "live/wick.h"

struct hello {
    char name[32];
    int64_t reading; /* 1/1000 degree C; without a sensor: seconds since start */
    bool has_sensor;
    bool is_on;
};
extern struct hello hello;

#endif
