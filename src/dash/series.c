/* series.c - points and scale of the five-minute charts; chart.c draws them. */
#include "dash/series.h"

#include <string.h>

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

/* The next of 1, 2, 5, 10, 20... times a power of ten that is >= value: a scale that reads well and
 * does not move with every point. */
static int32_t nice_above(int32_t value)
{
    static const int32_t step[] = { 1, 2, 5 };
    for (int64_t unit = 10; unit <= INT32_MAX; unit *= 10) {
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
        high = 100;
        break;
    case DASH_MILLI_C:
        low = round_down(min < 20000 ? min : 20000, 20000);
        high = round_up((max < first->limit ? first->limit : max) + 1, 20000);
        break;
    case DASH_KBIT_S:
    case DASH_KB_S:
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
