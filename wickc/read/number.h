/* number.h - the numbers of Go's templates: 7, -7, +7, 1_000, 0x1F, 0o17, 017, 0b101, and 1e3, 2.0,
 * 0x1p4, which are whole as well.
 *
 * In: a word. Out: its value, or why it is not a number.
 */
#ifndef WICKC_NUMBER_H
#define WICKC_NUMBER_H

#include "base/str.h"

struct literal {
    int64_t value;
    bool is_float; /* written with a point or an exponent: Go takes it for a float64 */
};

/** @return NULL: *out is set; else why text is not such a number. */
const char *number_read(struct str text, struct literal *out);

#endif
