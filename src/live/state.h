/* state.h - device states and their shadows: what all viewers of one period show.
 *
 * Layer:     live. Memory: the shadows are the application's (generated), one for each state and
 *            period, shared by all pages that read the state.
 * Rules:     a shadow changes only in state_advance(). While a page that reads it is followed at
 *            that period, only publish.c calls it, for all states of the period together.
 *            Without followers a shadow is undefined; the first follower sets it.
 */
#ifndef LIVE_STATE_H
#define LIVE_STATE_H

#include "live/live.h"

enum { LIVE_STATE_MAX = 16 };

/** @pre every page's states are complete. Finds the distinct states of the application. */
void state_init(const struct wick_app *app);
/** Does any state of the page differ from its shadow? */
bool state_differs(const struct wick_page *page, unsigned period_idx);
/** Number of the shadows of these states: another number, other shadows. */
uint32_t state_gen(const struct wick_page *page, unsigned period_idx);
/** What it will be when all of them have advanced. */
uint32_t state_gen_next(const struct wick_page *page, unsigned period_idx);
/** The shadow of state number idx of the page becomes the present state. */
void state_advance(const struct wick_page *page, unsigned idx, unsigned period_idx);
/** Put the page's states into a context: the present ones, or (is_shadow) the period's shadows.
 */
void state_put(struct tmpl_ctx *ctx, const struct wick_page *page, unsigned period_idx,
               bool is_shadow);

#endif
