/* turn.h - what a controller gets: the one place where a struct wick_turn begins and ends.
 *
 * Layer:    live. A turn lives on its caller's stack during one call of the controller.
 * Re-entry: a controller calls nothing that calls a controller.
 */
#ifndef LIVE_TURN_H
#define LIVE_TURN_H

#include "live/view.h"

struct wick_turn {
    struct view *view;
    const struct wick_page *page;
    const struct http_req *req;       /* NULL on a stream */
    struct str query;                 /* of the page's URL; empty on a stream */
    struct tmpl_form *form;           /* messages of this action; NULL outside of one */
    const struct wire_fields *fields; /* as submitted; NULL outside of an action */
    bool is_paused;                   /* as the controller wants it; done after the call */
    uint8_t period_idx;
};

struct wick_turn turn_begin(struct view *view, const struct http_req *req);
/** The view takes over what the controller asked for; the settle phase does it. */
void turn_end(const struct wick_turn *turn);

#endif
