/* series.c - points, scale and SVG path data of the five-minute graphs. */
#include "dash/series.h"

#include "tmpl/tmpl_fn.h"

#include <string.h>

/* The picture is 2 * (DASH_POINTS - 1) wide and 64 high, whole numbers only. */
enum { GRAPH_STEP = 2, GRAPH_TOP = 1, GRAPH_BOTTOM = 63, GRAPH_FLOOR = 64 };

void series_push(struct dash_series *series, int32_t value)
{
    if (series->len == DASH_POINTS) {
        memmove(&series->v[0], &series->v[1], (DASH_POINTS - 1) * sizeof series->v[0]);
        series->len--;
    }
    series->v[series->len++] = value;
}

/* The least and greatest value, gaps aside. @return false: there is none. */
static bool extent(const struct dash_series *series, int32_t *min, int32_t *max)
{
    bool any = false;
    for (unsigned i = 0; i < series->len; i++) {
        int32_t value = series->v[i];
        if (value == DASH_GAP) {
            continue;
        }
        *min = !any || value < *min ? value : *min;
        *max = !any || value > *max ? value : *max;
        any = true;
    }
    return any;
}

/* The next of 1, 2, 5, 10... 500 B/s, KiB/s, MiB/s that is >= value: a scale that reads well and
 * does not move with every point. */
static int32_t nice_above(int32_t value)
{
    static const int32_t step[] = { 1, 2, 5, 10, 20, 50, 100, 200, 500 };
    for (int64_t unit = 1024; unit <= INT32_MAX; unit *= 1024) {
        for (size_t i = 0; i < WICK_COUNT_OF(step); i++) {
            if (unit * step[i] >= value) {
                return unit * step[i] > INT32_MAX ? INT32_MAX : (int32_t)(unit * step[i]);
            }
        }
    }
    return INT32_MAX;
}

static int32_t round_down(int32_t value, int32_t unit)
{
    int32_t rest = value % unit;
    return value - (rest < 0 ? rest + unit : rest);
}

static int32_t round_up(int32_t value, int32_t unit)
{
    int32_t down = round_down(value, unit);
    return down == value || down > INT32_MAX - unit ? down : down + unit;
}

void series_scale(struct dash_series *first, struct dash_series *second)
{
    int32_t min = 0;
    int32_t max = 0;
    bool any = extent(first, &min, &max);
    int32_t min2 = 0;
    int32_t max2 = 0;
    if (second != NULL && extent(second, &min2, &max2)) {
        min = any && min < min2 ? min : min2;
        max = any && max > max2 ? max : max2;
    }
    int32_t low = 0;
    int32_t high = 1;
    switch ((enum dash_unit)first->unit) {
    case DASH_PERCENT:
        high = max > 20 ? 50 : 20;
        if (max > 50) {
            high = 100;
        }
        if (min > max / 2) {
            low = round_down(min < high ? min : high - 1, 10);
        }
        break;
    case DASH_MILLI_C:
        low = round_down(min, 5000);
        high = round_up(max + 1, 5000);
        break;
    case DASH_BYTES_S:
        high = nice_above(max);
        break;
    }
    first->low = low;
    first->high = high > low ? high : low + 1;
    if (second != NULL) {
        second->low = first->low;
        second->high = first->high;
    }
}

static int32_t point_x(const struct dash_series *series, unsigned i)
{
    return ((int32_t)(DASH_POINTS - series->len) + (int32_t)i) * GRAPH_STEP;
}

static int32_t point_y(const struct dash_series *series, unsigned i)
{
    int64_t span = (int64_t)series->high - series->low;
    int64_t above = (int64_t)series->v[i] - series->low;
    int64_t y =
        GRAPH_BOTTOM - (span > 0 ? (above * (GRAPH_BOTTOM - GRAPH_TOP) + span / 2) / span : 0);
    if (y < GRAPH_TOP) {
        return GRAPH_TOP;
    }
    return y > GRAPH_BOTTOM ? GRAPH_BOTTOM : (int32_t)y;
}

/* Every point but the first of a run is a relative lineto with its letter left out: "2-1 " instead
 * of "L117.9 30.1", because the whole path travels with every new point. */
static void put_run(struct buf *out, const struct dash_series *series, unsigned first, unsigned end)
{
    for (unsigned i = first + 1; i < end; i++) {
        int32_t dy = point_y(series, i) - point_y(series, i - 1);
        buf_put_u8(out, i == first + 1 ? 'l' : ' ');
        buf_put_i64(out, GRAPH_STEP);
        if (dy >= 0) {
            buf_put_u8(out, ' ');
        }
        buf_put_i64(out, dy);
    }
}

/* The end of the run of values that starts at first. */
static unsigned run_end(const struct dash_series *series, unsigned first)
{
    unsigned end = first;
    while (end < series->len && series->v[end] != DASH_GAP) {
        end++;
    }
    return end;
}

static void put_runs(struct buf *out, const struct dash_series *series, bool is_area)
{
    for (unsigned first = 0; first < series->len;) {
        unsigned end = run_end(series, first);
        if (end == first) {
            first++;
            continue;
        }
        buf_put_u8(out, 'M');
        buf_put_i64(out, point_x(series, first));
        buf_put_u8(out, ' ');
        buf_put_i64(out, is_area ? GRAPH_FLOOR : point_y(series, first));
        if (is_area) {
            buf_put_u8(out, 'V');
            buf_put_i64(out, point_y(series, first));
        }
        put_run(out, series, first, end);
        if (is_area) {
            buf_put_u8(out, 'V');
            buf_put_i64(out, GRAPH_FLOOR);
            buf_put_u8(out, 'Z');
        }
        first = end;
    }
}

void fn_spark_line(struct buf *out, const struct dash_series *series)
{
    put_runs(out, series, false);
}

void fn_spark_area(struct buf *out, const struct dash_series *series)
{
    put_runs(out, series, true);
}

static void put_value(struct buf *out, const struct dash_series *series, int32_t value)
{
    switch ((enum dash_unit)series->unit) {
    case DASH_PERCENT:
        buf_put_i64(out, value);
        buf_put_text(out, " %");
        break;
    case DASH_MILLI_C:
        buf_put_fixed(out, value >= 0 ? (value + 50) / 100 : (value - 50) / 100, 1);
        buf_put_text(out, " \xc2\xb0"
                          "C");
        break;
    case DASH_BYTES_S:
        fn_rate(out, value > 0 ? (uint64_t)value : 0);
        break;
    }
}

void fn_spark_label(struct buf *out, const struct dash_series *series)
{
    int32_t min = 0;
    int32_t max = 0;
    if (!extent(series, &min, &max)) {
        buf_put_text(out, "no values yet");
        return;
    }
    buf_put_text(out, "between ");
    put_value(out, series, min);
    buf_put_text(out, " and ");
    put_value(out, series, max);
    if (series->v[series->len - 1] != DASH_GAP) {
        buf_put_text(out, ", now ");
        put_value(out, series, series->v[series->len - 1]);
    }
}

void fn_spark_high(struct buf *out, const struct dash_series *series)
{
    put_value(out, series, series->high);
}

void fn_spark_low(struct buf *out, const struct dash_series *series)
{
    put_value(out, series, series->low);
}

void fn_link_speed(struct buf *out, uint32_t mbps)
{
    if (mbps < 1000) {
        buf_put_u64(out, mbps);
        buf_put_text(out, " Mbit/s");
    } else {
        buf_put_fixed(out, mbps % 1000 == 0 ? mbps / 1000 : mbps / 100, mbps % 1000 == 0 ? 0 : 1);
        buf_put_text(out, " Gbit/s");
    }
}
