/* dash_strip.c - what is drawn from several sources: the strip at the top of the page, the scale
 * that all interfaces share, the time of the newest point. */
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
    device->strip.cores = device->cpu.core.len + device->cpu.core.dropped;
    if (is_point) {
        device->point_s = now_s >= CLOCK_LEAST_S ? now_s - now_s % DASH_POINT_S : 0;
    }
}
