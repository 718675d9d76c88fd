/* large.c - the state of large.h, and the controller of its page. */
#include "tests/live/pages/large.html.h"

struct large large;

void large_mount(struct wick_turn *turn, struct large_view *view)
{
    (void)turn;
    view->clicks = 0;
}

bool large_click(struct wick_turn *turn, struct large_view *view,
                 const struct large_click_fields *in)
{
    (void)turn, (void)in;
    view->clicks++;
    return true;
}
