/* series.h - the five-minute graphs: points, scale; the drawing functions of the template are
 * declared in overview.h.
 *
 * Layer: dash.
 */
#ifndef DASH_SERIES_H
#define DASH_SERIES_H

#include "dash/overview.h"

/** Append a point (or DASH_GAP); the oldest goes when the series is full. */
void series_push(struct dash_series *series, int32_t value);
/** Choose low and high for one series, or the same for two (second may be NULL). 0 stays in the
 * picture unless
 *  everything lies above half of the greatest value. */
void series_scale(struct dash_series *first, struct dash_series *second);

#endif
