/* num.h - text -> integer and fixed-point numbers, strict.
 *
 * Layer: base.   The other direction is in buf.h.
 */
#ifndef WICK_NUM_H
#define WICK_NUM_H

#include "base/err.h"
#include "base/str.h"

/** Decimal digits only, no sign, no blanks, no leading '+'. WICK_E_SYNTAX, WICK_E_RANGE (> max). */
WICK_MUST_CHECK enum wick_err num_u64(struct str text, uint64_t max, uint64_t *value_out);
/** Optional '-', then digits. WICK_E_SYNTAX, WICK_E_RANGE. */
WICK_MUST_CHECK enum wick_err num_i64(struct str text, int64_t min, int64_t max,
                                      int64_t *value_out);
/** Optional '-', digits, '.', digits; no digits before the point are allowed as in HTML (".5"),
 * none after it is not.
 *  "-12.3" with decimals 2 -> -1230. More fraction digits than decimals: WICK_E_RANGE unless they
 * are zeros. */
WICK_MUST_CHECK enum wick_err num_fixed(struct str text, unsigned decimals, int64_t *value_out);

#endif
