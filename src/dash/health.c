/* health.c - the list of sentences about what is wrong, worst first; which sentences, the sources
 * say. */
#include "base/base.h"
#include "dash/source.h"

#include <string.h>

static enum dash_level worst;

enum dash_level health_take_worst(void)
{
    enum dash_level level = worst;
    worst = DASH_OK;
    return level;
}

bool health_add(struct dash_device *device, const struct dash_fault *fault, struct buf *text_out)
{
    WICK_ASSERT(fault->level == DASH_WARN || fault->level == DASH_FAULT);
    worst = fault->level > worst ? fault->level : worst;
    uint32_t at = device->health.len; /* after all that are as bad */
    while (at > 0 && device->health.v[at - 1].level < fault->level) {
        at--;
    }
    if (device->health.len == WICK_COUNT_OF(device->health.v)) {
        device->health.dropped++;
        if (at == device->health.len) {
            return false;
        }
        device->health.len--; /* the last one is the least */
    }
    struct dash_health *row = &device->health.v[at];
    memmove(row + 1, row, (device->health.len - at) * sizeof *row);
    device->health.len++;
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
