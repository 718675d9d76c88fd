/* dom.h - the state that random pages (dom_gen.mjs) show. */
#ifndef DOM_H
#define DOM_H

#include "live/wick.h"

struct dom_row {
    char key[8];
    char text[16];
    bool flag;
};

struct dom {
    bool b0, b1, b2, b3;
    char t0[16];
    char t1[16];
    WICK_LIST(struct dom_row, 4) list;
};
extern struct dom dom;

#endif
