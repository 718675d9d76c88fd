/* chart.c - the template functions that draw series: path data, ticks, figures. See overview.h.
 *
 * The picture's coordinates are the values: x is the number of the point (0..DASH_POINTS - 1), y is
 * minus the value in steps of chart_step(). So the page's script can read the values from the path,
 * and nothing has to be sent twice.
 */
#include "base/base.h"
#include "dash/series.h"

/* How many steps of the picture a value of this unit has, at least, from low to high. */
enum { RATE_STEPS = 1000 };

/* The size of one step of the picture, in units of the series. */
static int32_t chart_step(const struct dash_series *series)
{
    switch ((enum dash_unit)series->unit) {
    case DASH_PERCENT:
        return 1;
    case DASH_MILLI_C:
        return 100;
    case DASH_KBIT_S:
    case DASH_KB_S:
        return series->high > RATE_STEPS ? series->high / RATE_STEPS : 1;
    }
    return 1;
}

static int32_t point_x(const struct dash_series *series, unsigned i)
{
    return (int32_t)(DASH_POINTS - series->len) + (int32_t)i;
}

/* In steps, within the picture. */
static int32_t point_y(const struct dash_series *series, int32_t value)
{
    int32_t step = chart_step(series);
    if (value < series->low) {
        value = series->low;
    } else if (value > series->high) {
        value = series->high;
    }
    return -(int32_t)(((int64_t)value + (value < 0 ? -step / 2 : step / 2)) / step);
}

/* A number after another one: a sign separates as well as a blank. */
static void put_next(struct buf *out, int32_t value)
{
    if (value >= 0) {
        buf_put_u8(out, ' ');
    }
    buf_put_i64(out, value);
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

/* Each point after the first of a run is a relative lineto without its letter ("1-3 1 4"): the
 * whole path travels with every new point, so it has to be short. */
static void put_run(struct buf *out, const struct dash_series *series, unsigned first, unsigned end)
{
    for (unsigned i = first + 1; i < end; i++) {
        buf_put_u8(out, i == first + 1 ? 'l' : ' ');
        buf_put_u8(out, '1');
        put_next(out, point_y(series, series->v[i]) - point_y(series, series->v[i - 1]));
    }
    if (end == first + 1) { /* a single point is drawn by its round line caps */
        buf_put_text(out, "h0");
    }
}

static void put_runs(struct buf *out, const struct dash_series *series, bool is_area)
{
    int32_t floor = point_y(series, series->low);
    for (unsigned first = 0; first < series->len;) {
        unsigned end = run_end(series, first);
        if (end == first) {
            first++;
            continue;
        }
        buf_put_u8(out, 'M');
        buf_put_i64(out, point_x(series, first));
        put_next(out, is_area ? floor : point_y(series, series->v[first]));
        if (is_area) {
            buf_put_u8(out, 'V');
            buf_put_i64(out, point_y(series, series->v[first]));
        }
        put_run(out, series, first, end);
        if (is_area) {
            buf_put_u8(out, 'V');
            buf_put_i64(out, floor);
            buf_put_u8(out, 'z');
        }
        first = end;
    }
}

void fn_chart_line(struct buf *out, const struct dash_series *series)
{
    put_runs(out, series, false);
}

void fn_chart_area(struct buf *out, const struct dash_series *series)
{
    put_runs(out, series, true);
}

void fn_chart_box(struct buf *out, const struct dash_series *series)
{
    int32_t top = point_y(series, series->high);
    int32_t bottom = point_y(series, series->low);
    buf_put_text(out, "0 ");
    buf_put_i64(out, top);
    buf_put_u8(out, ' ');
    buf_put_u64(out, DASH_POINTS - 1);
    buf_put_u8(out, ' ');
    buf_put_i64(out, bottom > top ? bottom - top : 1);
}

int64_t fn_chart_step(const struct dash_series *series)
{
    return chart_step(series);
}

const char *fn_chart_kind(const struct dash_series *series)
{
    switch ((enum dash_unit)series->unit) {
    case DASH_PERCENT:
        return "%";
    case DASH_MILLI_C:
        return "\xc2\xb0"
               "C";
    case DASH_KBIT_S:
        return "bit/s";
    case DASH_KB_S:
        return "B/s";
    }
    return "";
}

/* --- figures ---------------------------------------------------------------------------------- */

/* Rates are shown in thousands: 950 kbit/s, 3.6 Mbit/s, 10 Gbit/s. One decimal below 100. */
static void put_rate(struct buf *out, uint64_t kilo, const char *const unit[static 3],
                     bool has_number, bool has_unit)
{
    unsigned power = 0;
    uint64_t part = 1;
    while (power < 2 && kilo / part >= 1000) {
        part *= 1000;
        power++;
    }
    if (has_number) {
        uint64_t tenths = (kilo / part) * 10 + (kilo % part) * 10 / part;
        if (power == 0 || tenths >= 1000) {
            buf_put_u64(out, tenths / 10);
        } else {
            buf_put_fixed(out, (int64_t)tenths, 1);
        }
    }
    buf_put_text(out, has_number && has_unit ? " " : "");
    buf_put_text(out, has_unit ? unit[power] : "");
}

static const char *const bit_unit[3] = { "kbit/s", "Mbit/s", "Gbit/s" };
static const char *const byte_unit[3] = { "kB/s", "MB/s", "GB/s" };

static void put_value(struct buf *out, const struct dash_series *series, int32_t value,
                      bool has_number, bool has_unit)
{
    uint64_t kilo = value > 0 ? (uint64_t)value : 0;
    switch ((enum dash_unit)series->unit) {
    case DASH_PERCENT:
        if (has_number) {
            buf_put_i64(out, value);
        }
        buf_put_text(out, has_number && has_unit ? " %" : "");
        buf_put_text(out, !has_number && has_unit ? "%" : "");
        break;
    case DASH_MILLI_C:
        if (has_number) {
            buf_put_fixed(out, (value + (value < 0 ? -50 : 50)) / 100, 1);
        }
        buf_put_text(out, has_number && has_unit ? " " : "");
        buf_put_text(out, has_unit ? "\xc2\xb0"
                                     "C"
                                   : "");
        break;
    case DASH_KBIT_S:
        put_rate(out, kilo, bit_unit, has_number, has_unit);
        break;
    case DASH_KB_S:
        put_rate(out, kilo, byte_unit, has_number, has_unit);
        break;
    }
}

void fn_bit_rate(struct buf *out, uint64_t bytes_s)
{
    put_rate(out, bytes_s / 125, bit_unit, true, false);
}

void fn_bit_unit(struct buf *out, uint64_t bytes_s)
{
    put_rate(out, bytes_s / 125, bit_unit, false, true);
}

void fn_byte_rate(struct buf *out, uint64_t bytes_s)
{
    put_rate(out, bytes_s / 1000, byte_unit, true, false);
}

void fn_byte_unit(struct buf *out, uint64_t bytes_s)
{
    put_rate(out, bytes_s / 1000, byte_unit, false, true);
}

void fn_link_speed(struct buf *out, uint32_t mbps)
{
    bool is_giga = mbps >= 1000;
    bool is_whole = !is_giga || mbps % 1000 == 0;
    uint32_t unit = is_giga ? 1000 : 1;
    buf_put_fixed(out, is_whole ? mbps / unit : mbps / 100, is_whole ? 0 : 1);
    buf_put_text(out, is_giga ? "\xc2\xa0Gbit/s" : "\xc2\xa0Mbit/s");
}

struct figures {
    int32_t low, high, last;
    int64_t sum;
    unsigned count;
};

static struct figures figures_of(const struct dash_series *series)
{
    struct figures all = { 0 };
    for (unsigned i = 0; i < series->len; i++) {
        int32_t value = series->v[i];
        if (value == DASH_GAP) {
            continue;
        }
        all.low = all.count == 0 || value < all.low ? value : all.low;
        all.high = all.count == 0 || value > all.high ? value : all.high;
        all.last = value;
        all.sum += value;
        all.count++;
    }
    return all;
}

void fn_chart_low(struct buf *out, const struct dash_series *series)
{
    struct figures all = figures_of(series);
    if (all.count > 0) {
        put_value(out, series, all.low, true, true);
    }
}

void fn_chart_mean(struct buf *out, const struct dash_series *series)
{
    struct figures all = figures_of(series);
    if (all.count > 0) {
        put_value(out, series, (int32_t)(all.sum / (int64_t)all.count), true, true);
    }
}

void fn_chart_high(struct buf *out, const struct dash_series *series)
{
    struct figures all = figures_of(series);
    if (all.count > 0) {
        put_value(out, series, all.high, true, true);
    }
}

void fn_chart_label(struct buf *out, const struct dash_series *series)
{
    struct figures all = figures_of(series);
    if (all.count == 0) {
        buf_put_text(out, "no values yet");
        return;
    }
    buf_put_text(out, "between ");
    put_value(out, series, all.low, true, true);
    buf_put_text(out, " and ");
    put_value(out, series, all.high, true, true);
    if (series->v[series->len - 1] != DASH_GAP) {
        buf_put_text(out, ", now ");
        put_value(out, series, all.last, true, true);
    } else {
        buf_put_text(out, ", now unknown");
    }
}

/* Ticks of one scale have one unit, said at the top: "20 Mbit/s", "10", "0". */
static void put_rate_tick(struct buf *out, unsigned tick, const struct dash_series *series)
{
    uint64_t high = (uint64_t)series->high;
    uint64_t part = 1;
    while (part < 1000000 && high / part >= 1000) {
        part *= 1000;
    }
    uint64_t tenths = high * 10 * (2 - tick) / 2 / part;
    buf_put_fixed(out, (int64_t)(tenths % 10 == 0 ? tenths / 10 : tenths),
                  tenths % 10 == 0 ? 0 : 1);
    if (tick == 0) {
        buf_put_u8(out, ' ');
        put_value(out, series, series->high, false, true);
    }
}

void fn_chart_tick(struct buf *out, unsigned tick, const struct dash_series *series)
{
    WICK_ASSERT(tick <= 2 && series->low < series->high);
    if (series->unit == DASH_KBIT_S || series->unit == DASH_KB_S) {
        put_rate_tick(out, tick, series);
        return;
    }
    int64_t span = (int64_t)series->high - series->low;
    int32_t value = (int32_t)(series->low + span * (2 - (int64_t)tick) / 2);
    buf_put_i64(out, series->unit == DASH_MILLI_C ? value / 1000 : value); /* whole degrees */
    if (tick == 0) {
        buf_put_u8(out, ' ');
        put_value(out, series, value, false, true);
    }
}

/* --- limit, end, what is missing -------------------------------------------------------------- */

/* Tenths of a percent from the top. */
static void put_height(struct buf *out, const struct dash_series *series, int32_t value)
{
    int64_t span = (int64_t)series->high - series->low;
    int64_t tenths = span > 0 ? ((int64_t)series->high - value) * 1000 / span : 1000;
    if (tenths < 0) {
        tenths = 0;
    } else if (tenths > 1000) {
        tenths = 1000;
    }
    buf_put_fixed(out, tenths, 1);
    buf_put_u8(out, '%');
}

bool fn_chart_has_limit(const struct dash_series *series)
{
    return series->limit > series->low && series->limit <= series->high;
}

void fn_chart_limit_y(struct buf *out, const struct dash_series *series)
{
    put_height(out, series, series->limit);
}

void fn_chart_limit(struct buf *out, const struct dash_series *series)
{
    if (series->unit == DASH_MILLI_C) {
        buf_put_i64(out, series->limit / 1000);
        buf_put_text(out, " \xc2\xb0"
                          "C");
    } else {
        put_value(out, series, series->limit, true, true);
    }
}

bool fn_chart_is_over(const struct dash_series *series)
{
    return series->limit > 0 && series->len > 0 && series->v[series->len - 1] != DASH_GAP &&
           series->v[series->len - 1] >= series->limit;
}

bool fn_chart_has_end(const struct dash_series *series)
{
    return series->len > 0 && series->v[series->len - 1] != DASH_GAP;
}

void fn_chart_end_y(struct buf *out, const struct dash_series *series)
{
    put_height(out, series, fn_chart_has_end(series) ? series->v[series->len - 1] : series->low);
}

void fn_chart_void(struct buf *out, const struct dash_series *series)
{
    int64_t missing = DASH_POINTS - (series->len > 0 ? series->len : 1);
    buf_put_fixed(out, missing * 1000 / (DASH_POINTS - 1), 1);
    buf_put_u8(out, '%');
}

void fn_chart_fill(struct buf *out, const struct dash_series *series)
{
    unsigned missing = DASH_POINTS - (unsigned)series->len;
    if (series->len < DASH_POINTS / 2) { /* later the text would be drawn over the line */
        buf_put_text(out, "full in ");
        buf_put_u64(out, (missing * DASH_POINT_S + 59) / 60);
        buf_put_text(out, " min");
    }
}

/* --- the time axis ---------------------------------------------------------------------------- */

enum { SPAN_S = (DASH_POINTS - 1) * DASH_POINT_S, MINUTE_S = 60 };

void fn_axis_shift(struct buf *out, uint64_t point_s)
{
    uint64_t into = point_s % MINUTE_S; /* seconds after the newest full minute */
    buf_put_text(out, into > 0 ? "-" : "");
    buf_put_fixed(out, (int64_t)(into * 1000 / SPAN_S), 1);
    buf_put_u8(out, '%');
}

void fn_axis_minute(struct buf *out, unsigned minutes_ago, uint64_t point_s)
{
    if (point_s == 0) { /* without a clock the axis counts back */
        buf_put_text(out, minutes_ago > 0 ? "\xe2\x88\x92" : "now");
        if (minutes_ago > 0) {
            buf_put_u64(out, minutes_ago);
            buf_put_text(out, " min");
        }
        return;
    }
    uint64_t at_s = point_s - point_s % MINUTE_S - (uint64_t)minutes_ago * MINUTE_S;
    uint64_t minute = at_s / MINUTE_S % 60;
    uint64_t hour = at_s / 3600 % 24;
    buf_put_u64(out, hour / 10);
    buf_put_u64(out, hour % 10);
    buf_put_u8(out, ':');
    buf_put_u64(out, minute / 10);
    buf_put_u64(out, minute % 10);
}
