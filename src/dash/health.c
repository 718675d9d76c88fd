/* health.c - the list of sentences about what is wrong, worst first; which sentences, the sources
 * say. */
#include "base/base.h"
#include "dash/source.h"

#include <string.h>

static enum dash_level worst;
static uint32_t count[DASH_FAULT + 1]; /* sentences by level, those without a place too */

enum dash_level health_take_worst(void)
{
    enum dash_level level = worst;
    worst = DASH_OK;
    return level;
}

void health_start(struct dash_device *device)
{
    device->health.len = 0;
    device->health.dropped = 0;
    memset(count, 0, sizeof count);
}

void health_end(struct dash_device *device)
{
    device->strip.faults = count[DASH_FAULT];
    device->strip.warnings = count[DASH_WARN];
    device->worst = count[DASH_WARN] > 0 ? DASH_WARN : DASH_OK;
    device->worst = count[DASH_FAULT] > 0 ? DASH_FAULT : device->worst;
    WICK_ASSERT((device->worst == DASH_OK) == (device->health.len == 0));
}

static void note(enum dash_level level, uint32_t times)
{
    worst = level > worst ? level : worst;
    count[level] += times;
}

void health_add_unseen(struct dash_device *device, const struct dash_unseen *unseen)
{
    for (enum dash_level level = DASH_WARN; level <= DASH_FAULT; level++) {
        if (unseen->count[level] > 0) {
            note(level, unseen->count[level]);
            device->health.dropped += unseen->count[level];
        }
    }
}

bool health_add(struct dash_device *device, const struct dash_fault *fault, struct buf *text_out)
{
    WICK_ASSERT(fault->level == DASH_WARN || fault->level == DASH_FAULT);
    note(fault->level, 1);
    struct dash_health *row = device->health.v;
    uint32_t at =
        dash_worst_first(&row->level, sizeof *row, device->health.len, (uint8_t)fault->level);
    if (device->health.len == WICK_COUNT_OF(device->health.v)) {
        device->health.dropped++;
        if (at == device->health.len) {
            return false;
        }
    }
    row =
        dash_make_room(row, &device->health.len, WICK_COUNT_OF(device->health.v), sizeof *row, at);
    memset(row, 0, sizeof *row);
    row->level = (uint8_t)fault->level;
    char id[sizeof row->id];
    struct buf buf;
    buf_init(&buf, id, sizeof id);
    buf_put_text(&buf, fault->kind);
    buf_put_str(&buf, fault->name);
    WICK_ASSERT(buf.err == WICK_OK); /* names are row keys of their cards, and as short */
    (void)dash_text(row->id, sizeof row->id, buf_str(&buf));
    (void)wick_set(row->hint, sizeof row->hint, str_of(fault->hint)); /* our own words fit */
    (void)wick_set(row->href, sizeof row->href, str_of(fault->href));
    buf_init(text_out, row->text, sizeof row->text - 1);
    return true;
}
