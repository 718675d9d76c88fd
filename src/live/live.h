/* live.h - the program that all modules of src/live serve: its application, clock of sources,
 * names.
 *
 * Layer:     live. Private to it and its tests, as all headers here but wick.h and form.h.
 * Ownership: the application's tables are its own and stay.
 * One pass:  hooks of net (request, message, closed, lagged) change states and mark views; nothing
 *            is compared, encoded, sent or freed there. live_settle() does that, in this order:
 *            sources, rings (publish.h), marked views (update.h), answers (answer.h).
 * Order:     modules include each other downwards only: live, view <- turn <- act; live <- state <-
 *            ring <- update <- publish; act, update <- stream, answer <- request <- live.c.
 */
#ifndef LIVE_LIVE_H
#define LIVE_LIVE_H

#include "live/wick.h"
#include "net/net.h"

/** Set up everything but sockets and the store; reads the sources once. May be called again: all
 * views, rings and states begin anew. @pre app stays. */
void live_start(const struct wick_app *app, struct net_hooks *hooks_out);
/** Name of the session cookie of pages without script, unique per device and port; before any
 * request. */
void live_set_cookie(uint32_t device, uint16_t port);
struct str live_cookie_name(void);
const struct wick_app *live_app(void);
/** Sources that are older than their active period are read now (a page is about to be shown). */
void live_refresh(void);
/** The end of the input: see above. @return the next deadline, UINT64_MAX for none. */
uint64_t live_settle(void);

#endif
