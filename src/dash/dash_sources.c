/* dash_sources.c - the table of sources and what is done with all of them. */
#include "base/base.h"
#include "base/clk.h"
#include "dash/source.h"

#include <string.h>

static const struct dash_source own; /* metrics about the sources themselves: at the end */

/* Health sentences of equal weight stand in this order. */
static const struct dash_source *const source[] = {
    &src_settings, &src_storage, &src_disk,     &src_temp,  &src_mem, &src_cpu,
    &src_net,      &src_clock,   &src_identity, &src_about, &own,
};

static struct {
    uint64_t quiet_ms;                    /* since then nothing was wrong */
    uint8_t level[WICK_COUNT_OF(source)]; /* enum dash_level, of each source */
} sources;

void dash_sources_start(struct dash_device *device)
{
    sources.quiet_ms = clk_ms();
    for (size_t i = 0; i < WICK_COUNT_OF(source); i++) {
        WICK_ASSERT(source[i]->tick != NULL &&
                    (source[i]->health == NULL) == (source[i]->watched == NULL));
        if (source[i]->start != NULL) {
            source[i]->start(device);
        }
    }
}

/* "memory, 3 disks and the clock" */
static void put_watched(const struct dash_device *device, struct buf *all)
{
    struct buf last; /* what comes after "and" */
    char mem[48];
    bool any = false;
    buf_init(&last, mem, sizeof mem);
    for (size_t i = 0; i < WICK_COUNT_OF(source); i++) {
        struct buf one;
        char one_mem[sizeof mem];
        buf_init(&one, one_mem, sizeof one_mem);
        if (source[i]->watched != NULL) {
            source[i]->watched(device, &one);
        }
        WICK_ASSERT(one.err == WICK_OK);
        if (one.len == 0) {
            continue;
        }
        if (last.len > 0) {
            buf_put_text(all, any ? ", " : "");
            buf_put_str(all, buf_str(&last));
            any = true;
        }
        buf_cut(&last, 0);
        buf_put_str(&last, buf_str(&one));
    }
    buf_put_text(all, any ? " and " : "");
    buf_put_str(all, buf_str(&last));
}

void dash_sources_health(struct dash_device *device)
{
    health_start(device);
    for (size_t i = 0; i < WICK_COUNT_OF(source); i++) {
        if (source[i]->health != NULL) {
            source[i]->health(device);
        }
        sources.level[i] = (uint8_t)health_take_worst();
    }
    health_end(device);
    if (device->health.len > 0) {
        sources.quiet_ms = clk_ms();
    }
    device->quiet_s = (clk_ms() - sources.quiet_ms) / 60000 * 60;
    struct buf text;
    memset(device->watched, 0, sizeof device->watched);
    buf_init(&text, device->watched, sizeof device->watched - 1);
    put_watched(device, &text);
    WICK_ASSERT(text.err == WICK_OK);
}

void dash_sources_tick(struct dash_device *device, bool is_point)
{
    for (size_t i = 0; i < WICK_COUNT_OF(source); i++) {
        source[i]->tick(device, is_point);
    }
    dash_sources_health(device); /* with every tick: the list is never better than the cards */
    dash_strip_tick(device, is_point);
}

/* --- metrics ---------------------------------------------------------------------------------- */

/* A place in the answer: source, family, line of the family (0: its head). */
struct place {
    size_t source;
    unsigned metric, line;
};

static void put_line(const struct place *at, struct buf *out)
{
    const struct dash_source *src = source[at->source];
    const struct dash_metric *metric = &src->metric[at->metric];
    if (at->line == 0) {
        metric_family(out, metric->name, metric->type, metric->help);
        return;
    }
    size_t start = out->len;
    metric_begin(out, metric->name);
    size_t end = out->len;
    src->metric_put(&dash_device, at->metric, at->line - 1, out);
    if (out->len == end) {
        buf_cut(out, start);
    }
}

bool dash_sources_metrics(struct buf *out, uint64_t *at_inout)
{
    struct place at = { (size_t)(*at_inout >> 48), (unsigned)(*at_inout >> 32 & 0xffff),
                        (unsigned)*at_inout };
    (void)wick_metrics(out, at_inout);
    for (; at.source < WICK_COUNT_OF(source); at.source++, at.metric = 0, at.line = 0) {
        const struct dash_source *src = source[at.source];
        for (; at.metric < src->metric_count; at.metric++, at.line = 0) {
            unsigned rows = src->metric_rows(&dash_device, at.metric);
            for (; rows > 0 && at.line <= rows; at.line++) {
                size_t start = out->len;
                put_line(&at, out);
                if (out->err != WICK_OK) {
                    WICK_ASSERT(start > 0); /* a line fits into an empty buffer */
                    buf_cut(out, start);
                    *at_inout = (uint64_t)at.source << 48 | (uint64_t)at.metric << 32 | at.line;
                    return true;
                }
            }
        }
    }
    return false;
}

/* --- about the sources ------------------------------------------------------------------------ */

enum { METRIC_HEALTH, METRIC_DROPPED };

static const struct dash_metric metric[] = {
    [METRIC_HEALTH] = { "wick_health", METRIC_GAUGE,
                        "The worst that a source reports (0 = well, 1 = warning, 2 = fault)." },
    [METRIC_DROPPED] = { "wick_list_dropped", METRIC_GAUGE,
                         "Entries of a list of the dashboard that found no place." },
};

enum { LIST_COUNT = 6 };

static unsigned metric_rows(const struct dash_device *device, unsigned metric_idx)
{
    (void)device;
    return metric_idx == METRIC_HEALTH ? WICK_COUNT_OF(source) : LIST_COUNT;
}

static void metric_put(const struct dash_device *device, unsigned metric_idx, unsigned row,
                       struct buf *out)
{
    if (metric_idx == METRIC_HEALTH) {
        if (source[row]->health != NULL) {
            metric_label(out, "check", str_of(source[row]->name));
            metric_u64(out, sources.level[row]);
        }
        return;
    }

    const struct {
        const char *list;
        uint32_t dropped;
    } list[LIST_COUNT] = {
        { "processors", device->cpu.core.dropped },      { "disks", device->disk.dropped },
        { "temperatures", device->temp.sensor.dropped }, { "interfaces", device->net.dropped },
        { "filesystems", device->storage.dropped },      { "health", device->health.dropped },
    };

    metric_label(out, "list", str_of(list[row].list));
    metric_u64(out, list[row].dropped);
}

static void own_tick(struct dash_device *device, bool is_point)
{
    (void)device;
    (void)is_point;
}

static const struct dash_source own = {
    .name = "own",
    .tick = own_tick,
    .metric = metric,
    .metric_count = WICK_COUNT_OF(metric),
    .metric_rows = metric_rows,
    .metric_put = metric_put,
};
