/* metrics.c - the engine's lines for /metrics. Only in programs whose application asks for them
 * (wick_app.metrics): with it come the names and help texts of all counters; see base/stat.h. */
#include "base/metric.h"
#include "base/stat.h"
#include "live/live.h"

static void put_build(struct buf *out)
{
    static const char name[] = "wick_build_info";
    WICK_ASSERT(live_app()->name != NULL && live_app()->version != NULL);
    metric_family(out, name, METRIC_GAUGE, "The program and its version.");
    metric_begin(out, name);
    metric_label(out, "program", str_of(live_app()->name));
    metric_label(out, "version", str_of(live_app()->version));
    metric_u64(out, 1);
}

bool wick_metrics(struct buf *out, uint64_t *at_inout)
{
    WICK_ASSERT(out != NULL && at_inout != NULL);
    if (*at_inout != 0) {
        return false;
    }
    put_build(out);
    for (size_t idx = 0; stat_at(idx) != NULL; idx++) {
        const struct stat_counter *counter = stat_at(idx);
        metric_family(out, counter->name, counter->is_total ? METRIC_COUNTER : METRIC_GAUGE,
                      counter->help);
        metric_begin(out, counter->name);
        metric_u64(out, counter->of->value);
    }
    return false;
}
