/* series_test.c - points, scale, path data and figures of the five-minute charts. */
#include "dash/series.h"
#include "t.h"

#include <stdlib.h>
#include <string.h>

static struct dash_series series;
static char mem[4096];

static struct buf drawn(void (*draw)(struct buf *out, const struct dash_series *series))
{
    struct buf out;
    buf_init(&out, mem, sizeof mem);
    draw(&out, &series);
    return out;
}

static void restart(enum dash_unit unit)
{
    memset(&series, 0, sizeof series);
    series.unit = (uint8_t)unit;
}

#define T_DRAWN(draw, want)                                                                        \
    do {                                                                                           \
        struct buf t_out = drawn(draw);                                                            \
        T_EQ_INT(t_out.err, WICK_OK);                                                              \
        T_EQ_TEXT((const char *)t_out.ptr, t_out.len, want);                                       \
    } while (0)

static void an_empty_series_draws_nothing(void)
{
    restart(DASH_PERCENT);
    series_scale(&series, NULL);
    T_CHECK(series.low < series.high);
    T_DRAWN(fn_chart_line, "");
    T_DRAWN(fn_chart_area, "");
    T_DRAWN(fn_chart_label, "no values yet");
    T_DRAWN(fn_chart_low, "");
    T_DRAWN(fn_chart_void, "100.0%");
    T_CHECK(!fn_chart_has_end(&series));
}

static void the_newest_point_stands_at_the_right_edge(void)
{
    restart(DASH_PERCENT);
    series_push(&series, 0);
    series_push(&series, 100);
    series_push(&series, 30);
    series_scale(&series, NULL);
    T_EQ_INT(series.low, 0);
    T_EQ_INT(series.high, 100);
    T_DRAWN(fn_chart_box, "0 -100 60 100");
    T_DRAWN(fn_chart_line, "M58 0l1-100 1 70");
    T_DRAWN(fn_chart_area, "M58 0V0l1-100 1 70V0z");
    T_DRAWN(fn_chart_label, "between 0 % and 100 %, now 30 %");
    T_DRAWN(fn_chart_low, "0 %");
    T_DRAWN(fn_chart_mean, "43 %");
    T_DRAWN(fn_chart_high, "100 %");
    T_DRAWN(fn_chart_end_y, "70.0%");
    T_DRAWN(fn_chart_void, "96.6%");
}

static void a_limit_is_drawn_within_the_picture_and_known_to_be_reached(void)
{
    restart(DASH_PERCENT);
    series_push(&series, 89);
    series_scale(&series, NULL);
    T_CHECK(!fn_chart_has_limit(&series) && !fn_chart_is_over(&series)); /* there is none */
    series.limit = 90;
    T_CHECK(fn_chart_has_limit(&series) && !fn_chart_is_over(&series));
    T_DRAWN(fn_chart_limit, "90 %");
    T_DRAWN(fn_chart_limit_y, "10.0%");
    series_push(&series, 90);
    T_CHECK(fn_chart_is_over(&series));
    series_push(&series, DASH_GAP);
    T_CHECK(!fn_chart_is_over(&series) && !fn_chart_has_end(&series));
    T_DRAWN(fn_chart_label, "between 89 % and 90 %, now unknown");
    restart(DASH_MILLI_C);
    series.limit = 105000;
    series_push(&series, 52000);
    series_scale(&series, NULL);
    T_CHECK(series.high > 105000 && fn_chart_has_limit(&series));
    T_DRAWN(fn_chart_limit, "105 \xc2\xb0"
                            "C");
}

static void a_gap_interrupts_line_and_area(void)
{
    restart(DASH_PERCENT);
    series_push(&series, 50);
    series_push(&series, DASH_GAP);
    series_push(&series, 50);
    series_scale(&series, NULL);
    struct buf line = drawn(fn_chart_line);
    unsigned starts = 0;
    for (size_t i = 0; i < line.len; i++) {
        starts += line.ptr[i] == 'M';
    }
    T_EQ_INT(starts, 2);
    struct buf area = drawn(fn_chart_area);
    unsigned ends = 0;
    for (size_t i = 0; i < area.len; i++) {
        ends += area.ptr[i] == 'z';
    }
    T_EQ_INT(ends, 2);
}

static void the_oldest_point_goes_when_the_series_is_full(void)
{
    restart(DASH_PERCENT);
    for (int32_t value = 0; value < DASH_POINTS + 3; value++) {
        series_push(&series, value);
    }
    T_EQ_INT(series.len, DASH_POINTS);
    T_EQ_INT(series.v[0], 3);
    T_EQ_INT(series.v[DASH_POINTS - 1], DASH_POINTS + 2);
    series_scale(&series, NULL);
    struct buf line = drawn(fn_chart_line);
    T_CHECK(line.len > 4 && memcmp(line.ptr, "M0-3l1-1", 8) == 0);
}

static void the_scale_follows_the_values(void)
{
    restart(DASH_PERCENT);
    series_push(&series, 7);
    series_scale(&series, NULL);
    T_EQ_INT(series.high, 100); /* shares of a whole are shown on the whole */
    restart(DASH_MILLI_C);
    series_push(&series, -12300);
    series_push(&series, -11000);
    series_scale(&series, NULL);
    T_EQ_INT(series.low, -20000);
    T_CHECK(series.high >= 0 && series.high <= 20000);
    T_DRAWN(fn_chart_label, "between -12.3 \xc2\xb0"
                            "C and -11.0 \xc2\xb0"
                            "C, now -11.0 \xc2\xb0"
                            "C");
}

static void two_series_share_one_scale(void)
{
    static struct dash_series other;
    restart(DASH_KBIT_S);
    memset(&other, 0, sizeof other);
    other.unit = DASH_KBIT_S;
    series_push(&series, 1200);
    series_push(&other, 48000);
    series_scale(&series, &other);
    T_EQ_INT(series.high, 50000);
    T_EQ_INT(other.high, 50000);
    T_EQ_INT(series.low, 0);
    T_EQ_INT(fn_chart_step(&series), 50);
    T_DRAWN(fn_chart_line, "M60-24h0");
    T_DRAWN(fn_chart_high, "1.2 Mbit/s");
    series_push(&other, INT32_MAX);
    series_scale(&series, &other);
    T_EQ_INT(series.high, INT32_MAX);
    T_CHECK(drawn(fn_chart_line).err == WICK_OK);
}

static void tick_text(unsigned tick, const char *want)
{
    struct buf out;
    buf_init(&out, mem, sizeof mem);
    fn_chart_tick(&out, tick, &series);
    T_EQ_TEXT((const char *)out.ptr, out.len, want);
}

static void ticks_say_their_unit_once(void)
{
    static const struct {
        int32_t kilo;
        const char *top, *middle;
    } row[] = { { 7, "10 kbit/s", "5" },
                { 900, "1 Mbit/s", "0.5" },
                { 1900000, "2 Gbit/s", "1" },
                { 4000, "5 Mbit/s", "2.5" } };

    for (size_t i = 0; i < WICK_COUNT_OF(row); i++) {
        restart(DASH_KBIT_S);
        series_push(&series, row[i].kilo);
        series_scale(&series, NULL);
        tick_text(0, row[i].top);
        tick_text(1, row[i].middle);
        tick_text(2, "0");
    }
    restart(DASH_PERCENT);
    series_scale(&series, NULL);
    tick_text(0, "100 %");
    tick_text(1, "50");
}

/* What chart.js reads back from the path is what was measured. */
static void the_path_holds_the_values(void)
{
    restart(DASH_PERCENT);
    for (int32_t i = 0; i < DASH_POINTS; i++) {
        series_push(&series, i % 7 == 3 ? DASH_GAP : i * 37 % 101);
    }
    series_scale(&series, NULL);
    struct buf line = drawn(fn_chart_line);
    int32_t x = 0;
    int32_t y = 0;
    unsigned seen = 0;
    buf_put_u8(&line, '\0');
    for (char *at = mem; *at != '\0';) {
        if (*at == 'M') {
            x = (int32_t)strtol(at + 1, &at, 10);
            y = (int32_t)strtol(at, &at, 10);
        } else if (*at == 'h') {
            at += 2;
            continue;
        } else {
            x += (int32_t)strtol(at + 1, &at, 10);
            y += (int32_t)strtol(at, &at, 10);
        }
        T_EQ_INT(-y, series.v[x]);
        seen++;
    }
    T_EQ_INT(seen, DASH_POINTS - (DASH_POINTS + 3) / 7);
}

static void minutes_stand_at_full_minutes(void)
{
    struct buf out;
    buf_init(&out, mem, sizeof mem);
    fn_axis_minute(&out, 2, 1764349265); /* 2025-11-28 17:01:05 UTC */
    T_EQ_TEXT((const char *)out.ptr, out.len, "16:59");
    buf_cut(&out, 0);
    fn_axis_shift(&out, 1764349265);
    T_EQ_TEXT((const char *)out.ptr, out.len, "-1.6%");
    buf_cut(&out, 0);
    fn_axis_minute(&out, 2, 0);
    T_EQ_TEXT((const char *)out.ptr, out.len,
              "\xe2\x88\x92"
              "2 min");
}

static void a_scale_of_percent_ends_at_100(void)
{
    for (int32_t value = 0; value <= 100; value++) {
        restart(DASH_PERCENT);
        series_push(&series, value);
        series_scale(&series, NULL);
        T_CHECK(series.low >= 0 && series.high <= 100 && series.low < series.high);
        T_CHECK(series.low <= value && value <= series.high);
    }
}

#define NB "\xc2\xa0" /* number and unit stay together */

static void a_speed_is_what_is_written_on_the_plug(void)
{
    static const struct {
        uint32_t mbps;
        const char *text;
    } row[] = { { 10, "10" NB "Mbit/s" },     { 100, "100" NB "Mbit/s" },
                { 1000, "1" NB "Gbit/s" },    { 2500, "2.5" NB "Gbit/s" },
                { 10000, "10" NB "Gbit/s" },  { 100000, "100" NB "Gbit/s" },
                { 12500, "12.5" NB "Gbit/s" } };

    for (size_t i = 0; i < WICK_COUNT_OF(row); i++) {
        struct buf out;
        buf_init(&out, mem, sizeof mem);
        fn_link_speed(&out, row[i].mbps);
        T_EQ_TEXT((const char *)out.ptr, out.len, row[i].text);
    }
}

int main(void)
{
    an_empty_series_draws_nothing();
    the_newest_point_stands_at_the_right_edge();
    a_gap_interrupts_line_and_area();
    the_oldest_point_goes_when_the_series_is_full();
    the_scale_follows_the_values();
    ticks_say_their_unit_once();
    the_path_holds_the_values();
    minutes_stand_at_full_minutes();
    a_limit_is_drawn_within_the_picture_and_known_to_be_reached();
    two_series_share_one_scale();
    a_scale_of_percent_ends_at_100();
    a_speed_is_what_is_written_on_the_plug();
    return t_done();
}
