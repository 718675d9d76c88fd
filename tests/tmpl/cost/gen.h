/* gen.h - the state that random pages (tests/diff/live_gen.mjs) show, and what fills it. */
#ifndef COST_GEN_H
#define COST_GEN_H

#include "live/wick.h"

struct gen_sub {
    char key[24];
    int32_t num;
    char text[20];
    bool flag;
};

struct gen_row {
    char key[24];
    int32_t num;
    char text[20];
    bool flag;
    WICK_LIST(struct gen_sub, 4) subs;
};

struct gen_in {
    int32_t num;
    char text[24];
};

struct gen {
    int32_t n0;
    int64_t n1;
    uint64_t big;
    char t0[40];
    char t1[33];
    bool b0, b1;
    struct gen_in in;
    WICK_LIST(struct gen_row, 6) list;
    WICK_LIST(struct gen_row, 6) more;
    int32_t nums[3];
    int64_t trend[300];
    WICK_SAFE(html, 30) safe_html;
    WICK_SAFE(url, 30) safe_url;
    WICK_SAFE(srcset, 30) safe_srcset;
};
extern struct gen gen;

enum { fn_long_max = 200 };

void fn_long(struct buf *out, struct str text); /* text, 200 bytes at most */

#endif
