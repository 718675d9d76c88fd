/* log.h - state of pages/log.html: a list of as many lines as a log has. */
#ifndef TESTS_DIFF_LOG_H
#define TESTS_DIFF_LOG_H

#include "live/wick.h"

enum { LOG_LINES = 10000 };

struct log_line {
    uint32_t id;
    bool is_bad;
    char text[43];
};

struct log {
    uint32_t count;
    WICK_LIST(struct log_line, LOG_LINES) line;
};

#endif
