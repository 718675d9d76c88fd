/* cases.h - state of tests/tmpl/pages/escape.html and language.html; tests/tmpl/golden.go builds
 * the same for Go. */
#ifndef TESTS_TMPL_CASES_H
#define TESTS_TMPL_CASES_H

#include "live/wick.h"

struct cases_row {
    char name[16];
    int32_t n;
    bool b;
    WICK_LIST(uint8_t, 3) sub;
};

struct cases {
    char s[64];
    char t[16], empty[4];
    int32_t n;
    uint64_t big;
    int64_t zero;
    bool b, no;
    char l[3][16];

    struct {
        char x[8];

        struct {
            uint8_t y;
        } in;
    } o;

    WICK_LIST(struct cases_row, 4) rows;
    WICK_LIST(uint16_t, 4) none;
    uint16_t nums[4];
    WICK_SAFE(html, 64) html; /* these hold the same as s */
    WICK_SAFE(attr, 64) attr;
    WICK_SAFE(url, 64) url;
    WICK_SAFE(srcset, 64) srcset;
    WICK_SAFE(js, 64) js;
    WICK_SAFE(jsstr, 64) jsstr;
    WICK_SAFE(css, 64) css;
    WICK_LIST(WICK_SAFE(html, 64), 2) parts;
};

/* cases.c */
struct safe_url fn_address(struct str s);                           /* s */
WICK_WRITES(html) fn_bold(struct buf *out, struct str s);           /* <b>s</b> */
WICK_WRITES(html) fn_twice(struct buf *out, struct safe_html html); /* htmlhtml */

#endif
