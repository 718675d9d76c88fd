/* sets.c - the state of sets.h. Tuesday alone is refused. */
#include "tests/live/pages/sets.html.h"

struct sets sets;

bool sets_plan(struct wick_turn *turn, const struct sets_plan_fields *in)
{
    sets.asked++;
    if (in->days == 2) {
        wick_error(turn, "days", "Not on Tuesdays.");
        return false;
    }
    sets.days = in->days;
    sets.ports = (uint8_t)in->ports;
    return true;
}

bool sets_now(struct wick_turn *turn, const struct sets_now_fields *in)
{
    (void)turn;
    sets.asked++;
    sets.days = in->now;
    return true;
}
