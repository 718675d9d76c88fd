/* dash.h - the default application: the device dashboard.
 *
 * Layer: dash.   Memory: static; the state is in overview.h.
 */
#ifndef DASH_H
#define DASH_H

#include "live/wick.h"

extern const struct wick_app dash_app;

#endif
