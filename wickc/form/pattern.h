/* pattern.h - pattern="" of an input -> a table-driven automaton, for what browsers accept under
 * the v flag.
 *
 * In: the text of the attribute. Out: a table of states, or why it is not one; what is not
 * supported is an error, never a weaker check.
 */
#ifndef WICKC_PATTERN_H
#define WICKC_PATTERN_H

#include "wickc/wickc.h"

enum { PATTERN_STATES_MAX = 255, PATTERN_CLASSES_MAX = 64 };

/* State 0 is the start; the table has a row for each state and a column for each class of code
 * points; 255: no match. */
struct matcher {
    unsigned states, classes;
    uint32_t
        bound[PATTERN_CLASSES_MAX]; /* first code point of each class, ascending; bound[0] is 0 */
    uint8_t (*next)[PATTERN_CLASSES_MAX]; /* [states] */
    bool *is_end;                         /* [states] */
};

/** text: the value of the attribute; raw: where it stands. @return NULL: reported. */
struct matcher *pattern_compile(struct wc *wc, struct str text, struct pos raw);

#endif
