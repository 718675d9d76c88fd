/* dash_strip.c - what is drawn from several sources: the strip at the top of the page, the traffic
 * of all interfaces together, the time of the newest point. */
#include "base/base.h"
#include "base/clk.h"
#include "dash/series.h"
#include "dash/source.h"

#include <string.h>

enum { CLOCK_LEAST_S = 1704067200 }; /* 2024: earlier times are those of a clock that is not set */

/* The sensor that is nearest to its limit; without limits the hottest. */
static void find_hottest(struct dash_device *device)
{
    struct dash_strip *strip = &device->strip;
    const struct dash_sensor *best = NULL;
    for (uint32_t i = 0; i < device->temp.sensor.len; i++) {
        const struct dash_sensor *sensor = &device->temp.sensor.v[i];
        bool is_nearer = best == NULL || (sensor->limit_mc > 0 && best->limit_mc == 0);
        if (best != NULL && (sensor->limit_mc > 0) == (best->limit_mc > 0)) {
            is_nearer = sensor->mc - sensor->limit_mc > best->mc - best->limit_mc;
        }
        best = is_nearer ? sensor : best;
    }
    strip->hot_mc = best != NULL ? best->mc : 0;
    strip->hot_limit_mc = best != NULL ? best->limit_mc : 0;
    strip->hot_level = best != NULL ? best->level : DASH_OK;
    (void)wick_set(strip->hot_name, sizeof strip->hot_name,
                   best != NULL ? str_of(best->name) : STR(""));
}

/* Speeds of the links that are up, the first two different ones: "1 Gbit/s and 100 Mbit/s". */
static void list_speeds(struct dash_device *device)
{
    struct dash_strip *strip = &device->strip;
    struct buf text;
    uint32_t said = 0;
    unsigned count = 0;
    memset(strip->speeds, 0, sizeof strip->speeds);
    buf_init(&text, strip->speeds, sizeof strip->speeds - 1);
    for (uint32_t i = 0; i < device->net.len; i++) {
        const struct dash_if *link = &device->net.v[i];
        if (link->link != DASH_LINK_UP) {
            continue;
        }
        if (link->mbps > 0 && link->mbps != said && count < 2) {
            buf_put_text(&text, count > 0 ? " and " : "");
            fn_link_speed(&text, link->mbps);
            said = link->mbps;
            count++;
        }
    }
    WICK_ASSERT(text.err == WICK_OK);
}

static void find_fullest(struct dash_device *device)
{
    struct dash_strip *strip = &device->strip;
    const struct dash_mount *best = NULL;
    for (uint32_t i = 0; i < device->storage.len; i++) {
        const struct dash_mount *mount = &device->storage.v[i];
        best = best == NULL || mount->level > best->level ||
                       (mount->level == best->level && mount->pct > best->pct)
                   ? mount
                   : best;
    }
    strip->disk_pct = best != NULL ? best->pct : 0;
    strip->disk_level = best != NULL ? best->level : DASH_OK;
    strip->disk_free = best != NULL ? best->available : 0;
    (void)wick_set(strip->disk_path, sizeof strip->disk_path,
                   best != NULL ? str_of(best->path) : STR(""));
}

/* The newest point of a series; DASH_GAP when there is none. */
static int32_t last_of(const struct dash_series *series)
{
    return series->len > 0 ? series->v[series->len - 1] : DASH_GAP;
}

static void add_point(int32_t *sum, int32_t point)
{
    if (point != DASH_GAP) {
        int32_t was = *sum == DASH_GAP ? 0 : *sum;
        *sum = point > INT32_MAX - was ? INT32_MAX : was + point;
    }
}

/* Through plugs and antennas: what bridges and tunnels carry would count twice. A machine without
 * any of its own (a container) has all of them summed up. */
static void sum_traffic(struct dash_device *device, bool is_point)
{
    struct dash_traffic *traffic = &device->traffic;
    int32_t rx = DASH_GAP;
    int32_t tx = DASH_GAP;
    bool has_physical = false;
    for (uint32_t i = 0; i < device->net.len; i++) {
        has_physical = has_physical || device->net.v[i].is_physical;
    }
    traffic->is_there = device->net.len > 0;
    traffic->rx_rate = 0;
    traffic->tx_rate = 0;
    for (uint32_t i = 0; i < device->net.len; i++) {
        const struct dash_if *link = &device->net.v[i];
        if (link->is_physical == has_physical) {
            traffic->rx_rate += link->rx_rate;
            traffic->tx_rate += link->tx_rate;
            add_point(&rx, last_of(&link->rx));
            add_point(&tx, last_of(&link->tx));
        }
    }
    traffic->rx_rate = dash_three_digits(traffic->rx_rate);
    traffic->tx_rate = dash_three_digits(traffic->tx_rate);
    traffic->rx.unit = DASH_KBIT_S;
    traffic->tx.unit = DASH_KBIT_S;
    if (is_point && traffic->is_there) {
        series_push(&traffic->rx, rx);
        series_push(&traffic->tx, tx);
    }
    series_scale(&traffic->rx, &traffic->tx);
}

/* What is compared by eye has one scale: all interfaces that of the busiest. */
static void share_scale(struct dash_device *device)
{
    int32_t high = 1;
    for (uint32_t i = 0; i < device->net.len; i++) {
        const struct dash_if *link = &device->net.v[i];
        high = link->rx.high > high ? link->rx.high : high;
    }
    for (uint32_t i = 0; i < device->net.len; i++) {
        device->net.v[i].rx.high = high;
        device->net.v[i].tx.high = high;
    }
}

void dash_strip_tick(struct dash_device *device, bool is_point)
{
    uint64_t now_s = clk_wall_ms() / 1000;
    find_hottest(device);
    list_speeds(device);
    find_fullest(device);
    share_scale(device);
    sum_traffic(device, is_point);
    device->strip.cores = device->cpu.core.len + device->cpu.core.dropped;
    if (is_point) {
        device->point_s = now_s >= CLOCK_LEAST_S ? now_s - now_s % DASH_POINT_S : 0;
    }
}
