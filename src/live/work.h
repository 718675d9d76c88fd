/* work.h - the one working memory for comparisons and encodings.
 *
 * Layer:    live. Memory: one static struct diff with its operations, texts and maps.
 * Re-entry: none: work_diff() invalidates what the previous caller got.
 * Limits:   LIVE_OP_MAX operations and WICK_UPDATE_CAP bytes in one update; more: a snapshot
 * instead.
 */
#ifndef LIVE_WORK_H
#define LIVE_WORK_H

#include "diff/diff.h"

void work_init(void);
/** The working memory, empty. */
struct diff *work_diff(void);

#endif
