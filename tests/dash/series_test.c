/* series_test.c - points, scale and path data of the five-minute graphs. */
#include "dash/series.h"
#include "t.h"

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
    T_DRAWN(fn_spark_line, "");
    T_DRAWN(fn_spark_area, "");
    T_DRAWN(fn_spark_label, "no values yet");
}

static void the_newest_point_stands_at_the_right_edge(void)
{
    restart(DASH_PERCENT);
    series_push(&series, 0);
    series_push(&series, 100);
    series_scale(&series, NULL);
    T_EQ_INT(series.low, 0);
    T_EQ_INT(series.high, 100);
    T_DRAWN(fn_spark_line, "M116 63l2-62");
    T_DRAWN(fn_spark_area, "M116 64V63l2-62V64Z");
    T_DRAWN(fn_spark_label, "between 0 % and 100 %, now 100 %");
    T_DRAWN(fn_spark_high, "100 %");
    T_DRAWN(fn_spark_low, "0 %");
}

static void a_gap_interrupts_line_and_area(void)
{
    restart(DASH_PERCENT);
    series_push(&series, 50);
    series_push(&series, DASH_GAP);
    series_push(&series, 50);
    series_scale(&series, NULL);
    struct buf line = drawn(fn_spark_line);
    unsigned starts = 0;
    for (size_t i = 0; i < line.len; i++) {
        starts += line.ptr[i] == 'M';
    }
    T_EQ_INT(starts, 2);
    struct buf area = drawn(fn_spark_area);
    unsigned ends = 0;
    for (size_t i = 0; i < area.len; i++) {
        ends += area.ptr[i] == 'Z';
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
    struct buf line = drawn(fn_spark_line);
    T_CHECK(line.len > 4 && memcmp(line.ptr, "M0 ", 3) == 0);
}

static void the_scale_follows_the_values(void)
{
    restart(DASH_PERCENT);
    series_push(&series, 7);
    series_scale(&series, NULL);
    T_EQ_INT(series.high,
             20); /* a quiet machine does not look busy, nor does noise fill the picture */
    restart(DASH_PERCENT);
    series_push(&series, 80);
    series_push(&series, 90);
    series_scale(&series, NULL);
    T_EQ_INT(series.low, 80);
    T_EQ_INT(series.high, 100);
    restart(DASH_MILLI_C);
    series_push(&series, -12300);
    series_push(&series, -11000);
    series_scale(&series, NULL);
    T_EQ_INT(series.low, -15000);
    T_EQ_INT(series.high, -10000);
    T_DRAWN(fn_spark_label, "between -12.3 \xc2\xb0"
                            "C and -11.0 \xc2\xb0"
                            "C, now -11.0 \xc2\xb0"
                            "C");
}

static void two_series_share_one_scale(void)
{
    static struct dash_series other;
    restart(DASH_BYTES_S);
    memset(&other, 0, sizeof other);
    other.unit = DASH_BYTES_S;
    series_push(&series, 1200);
    series_push(&other, 48000);
    series_scale(&series, &other);
    T_EQ_INT(series.high, 50 * 1024);
    T_EQ_INT(other.high, 50 * 1024);
    T_EQ_INT(series.low, 0);
    series_push(&other, INT32_MAX);
    series_scale(&series, &other);
    T_EQ_INT(series.high, INT32_MAX);
    T_CHECK(drawn(fn_spark_line).err == WICK_OK);
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

static void a_speed_is_what_is_written_on_the_plug(void)
{
    static const struct {
        uint32_t mbps;
        const char *text;
    } row[] = { { 10, "10 Mbit/s" },     { 100, "100 Mbit/s" },  { 1000, "1 Gbit/s" },
                { 2500, "2.5 Gbit/s" },  { 10000, "10 Gbit/s" }, { 100000, "100 Gbit/s" },
                { 12500, "12.5 Gbit/s" } };

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
    two_series_share_one_scale();
    a_scale_of_percent_ends_at_100();
    a_speed_is_what_is_written_on_the_plug();
    return t_done();
}
