/* sample.c - controller of pages/sample.html; what it is given is checked in page_test.c. */
#include "tests/tmpl/pages/sample.html.h"

#include <string.h>

struct sample_device sample_device;
unsigned sample_calls;

void fn_spark(struct buf *out, const uint16_t *values)
{
    buf_put_text(out, "M0 ");
    buf_put_u64(out, values[3]);
}

void sample_mount(struct wick_turn *turn, struct sample_view *view)
{
    sample_calls += turn == NULL && view != NULL ? 1 : 100;
}

void sample_connect(struct wick_turn *turn, struct sample_view *view)
{
    sample_calls += turn == NULL && view != NULL ? 1 : 100;
}

bool sample_rename(struct wick_turn *turn, struct sample_view *view,
                   const struct sample_rename_fields *in)
{
    sample_calls++;
    return turn == NULL && view != NULL && strcmp(in->name, "x") == 0 && in->level == 5 &&
           in->on_off && sizeof in->name == 31 && sizeof in->default_ == 61;
}

bool sample_reset_all(struct wick_turn *turn, struct sample_view *view,
                      const struct sample_reset_all_fields *in)
{
    (void)turn;
    view->period = (uint8_t)in->level;
    return true;
}

bool sample_pause(struct wick_turn *turn, struct sample_view *view,
                  const struct sample_pause_fields *in)
{
    (void)turn;
    (void)in;
    view->paused = true;
    return false;
}

bool sample_period(struct wick_turn *turn, struct sample_view *view,
                   const struct sample_period_fields *in)
{
    (void)turn;
    return view != NULL && in->period[0] == '5';
}
