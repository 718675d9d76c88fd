/* src_temp.c - temperatures. Sensors come and go and change their numbers, so they are looked for
 * again with every point, and as soon as one cannot be read. */
#include "base/base.h"
#include "base/num.h"
#include "dash/series.h"
#include "dash/temp_find.h"
#include "os/os_file.h"

#include <string.h>

enum { NEAR_MC = 5000 };

static struct {
    struct temp_sensors *sensors;
    struct dash_unseen unseen;
} temp;

static uint8_t level_of(int32_t mc, const struct temp_found *sensor)
{
    int32_t fault_mc = sensor->fault_mc > 0 ? sensor->fault_mc : sensor->limit_mc;
    int32_t warn_mc = sensor->limit_mc > 0 ? sensor->limit_mc : fault_mc;
    warn_mc = fault_mc < warn_mc ? fault_mc : warn_mc;
    if (fault_mc > 0 && mc >= fault_mc) {
        return DASH_FAULT;
    }
    return warn_mc > 0 && mc >= warn_mc - NEAR_MC ? DASH_WARN : DASH_OK;
}

/* The worst first, else in the order of the ids, so that rows do not move with every value. What
 * does not fit is the least. */
static void insert(struct dash_temp *out, const struct dash_sensor *sensor)
{
    enum { CAP = WICK_COUNT_OF(out->sensor.v) };

    uint32_t at =
        dash_worst_first(&out->sensor.v[0].level, sizeof *sensor, out->sensor.len, sensor->level);
    if (out->sensor.len == CAP) {
        out->sensor.dropped++;
        temp.unseen.count[(at == CAP ? sensor : &out->sensor.v[CAP - 1])->level]++;
    }
    if (at < CAP) {
        struct dash_sensor *to =
            dash_make_room(out->sensor.v, &out->sensor.len, CAP, sizeof *sensor, at);
        *to = *sensor;
    }
}

static bool is_cpu(struct str name)
{
    static const struct str hint[] = { STR_INIT("cpu"), STR_INIT("x86_pkg"), STR_INIT("coretemp"),
                                       STR_INIT("soc"), STR_INIT("k10temp") };
    for (size_t i = 0; i < WICK_COUNT_OF(hint); i++) {
        for (size_t off = 0; off + hint[i].len <= name.len; off++) {
            if (str_eq_nocase((struct str){ name.ptr + off, hint[i].len }, hint[i])) {
                return true;
            }
        }
    }
    return false;
}

/* One value. @return 0: good, 1: nothing to show just now, -1: the sensor is gone. */
static int read_sensor(struct temp_found *found, struct dash_sensor *sensor_out)
{
    char mem[32];
    int64_t mc = 0;
    struct str line = os_line(found->folder, found->input, mem, sizeof mem);
    if (line.len == 0) {
        return os_exists(found->folder, found->input) ? 1 : -1; /* asleep: the file is there */
    }
    if (num_i64(line, INT64_MIN + 1, INT64_MAX, &mc) != WICK_OK || !temp_is_real(mc) ||
        found->is_broken) {
        return 1;
    }
    found->was_nonzero = found->was_nonzero || mc != 0;
    if (!found->was_nonzero) {
        return 1;
    }
    memset(sensor_out, 0, sizeof *sensor_out);
    memcpy(sensor_out->id, found->id, sizeof sensor_out->id);
    memcpy(sensor_out->name, found->name, sizeof sensor_out->name);
    sensor_out->mc = (int32_t)(mc >= 0 ? (mc + 50) / 100 : (mc - 50) / 100) * 100;
    int32_t limit_mc = found->limit_mc > 0 ? found->limit_mc : found->fault_mc;
    sensor_out->limit_mc = limit_mc / 1000 * 1000; /* shown in whole degrees everywhere */
    sensor_out->level = level_of(sensor_out->mc, found);
    return 0;
}

/* @return false: a sensor has gone, look for all of them again. */
static bool read_values(struct dash_temp *out)
{
    bool has_main = false;
    bool is_main_cpu = false;
    memset(&out->sensor, 0, sizeof out->sensor);
    memset(&temp.unseen, 0, sizeof temp.unseen);
    out->sensor.dropped = temp.sensors->dropped;
    out->mc = DASH_GAP;
    out->level = DASH_OK;
    for (unsigned i = 0; i < temp.sensors->count; i++) {
        struct dash_sensor sensor;
        int result = read_sensor(&temp.sensors->found[i], &sensor);
        if (result < 0) {
            return false;
        }
        if (result > 0) {
            continue;
        }
        insert(out, &sensor);
        bool is_better = !has_main || (!is_main_cpu && is_cpu(str_of(sensor.name)));
        if (is_better) { /* the processor's, else the first */
            has_main = true;
            is_main_cpu = is_cpu(str_of(sensor.name));
            out->mc = sensor.mc;
            out->level = sensor.level;
            out->hist.limit = sensor.limit_mc;
            memcpy(out->name, sensor.name, sizeof out->name);
        }
    }
    return true;
}

static void start(struct dash_device *device)
{
    (void)device;
    temp.sensors = temp_find();
}

static void tick(struct dash_device *device, bool is_point)
{
    struct dash_temp *out = &device->temp;
    char was[sizeof out->name];
    memcpy(was, out->name, sizeof was);
    if (is_point) {
        temp.sensors = temp_find();
    }
    if (!read_values(out)) {
        temp.sensors = temp_find();
        (void)read_values(out); /* what went in between is missing until the next tick */
    }
    bool is_other = memcmp(was, out->name, sizeof was) != 0;
    out->hist.unit = DASH_MILLI_C;
    if (is_other) { /* the graph belongs to another sensor now */
        out->hist.len = 0;
    }
    if (is_point && (out->sensor.len > 0 || out->hist.len > 0)) {
        series_push(&out->hist, out->mc);
    }
    series_scale(&out->hist, NULL);
}

static void health(struct dash_device *device)
{
    const char *where = device->temp.sensor.len > 1 ? "#sensors" : "#temperature";
    for (uint32_t i = 0; i < device->temp.sensor.len; i++) {
        const struct dash_sensor *sensor = &device->temp.sensor.v[i];
        struct buf text;
        if (sensor->level == DASH_OK ||
            !health_add(device,
                        &(struct dash_fault){ .level = (enum dash_level)sensor->level,
                                              .kind = "temp:",
                                              .name = str_of(sensor->id),
                                              .hint = "Check air flow and load.",
                                              .href = where },
                        &text)) {
            continue;
        }
        buf_put_text(&text, sensor->name);
        buf_put_text(&text, " is at ");
        buf_put_fixed(&text, sensor->mc / 100, 1);
        buf_put_text(&text, "\xc2\xa0\xc2\xb0"
                            "C, its limit is ");
        buf_put_i64(&text, sensor->limit_mc / 1000);
        buf_put_text(&text, "\xc2\xa0\xc2\xb0"
                            "C.");
    }
    health_add_unseen(device, &temp.unseen);
}

static void watched(const struct dash_device *device, struct buf *text)
{
    uint64_t count = device->temp.sensor.len + (uint64_t)device->temp.sensor.dropped;
    if (count > 0) {
        dash_count(text, count, "temperature", "temperatures");
    }
}

static const struct dash_metric metric[] = {
    { "node_thermal_zone_temp", METRIC_GAUGE, "Zone temperature in Celsius." },
    { "node_hwmon_temp_celsius", METRIC_GAUGE, "Hardware monitor for temperature." },
};

static unsigned metric_rows(const struct dash_device *device, unsigned metric_idx)
{
    unsigned count = 0;
    for (uint32_t i = 0; i < device->temp.sensor.len; i++) {
        bool is_zone = str_starts(str_of(device->temp.sensor.v[i].id), STR("zone"));
        count += is_zone == (metric_idx == 0) ? 1 : 0;
    }
    return count > 0 ? device->temp.sensor.len : 0;
}

static void metric_put(const struct dash_device *device, unsigned metric_idx, unsigned row,
                       struct buf *out)
{
    const struct dash_sensor *sensor = &device->temp.sensor.v[row];
    bool is_zone = str_starts(str_of(sensor->id), STR("zone"));
    if (is_zone != (metric_idx == 0)) {
        return;
    }
    if (is_zone) {
        metric_label(out, "zone", str_of(sensor->id + 4));
        metric_label(out, "type", str_of(sensor->name));
    } else {
        struct str rest = str_of(sensor->id + 2);
        struct str chip = str_cut(&rest, '.');
        char mem[16];
        struct buf name;
        buf_init(&name, mem, sizeof mem);
        buf_put_text(&name, "hwmon");
        buf_put_str(&name, chip);
        metric_label(out, "chip", buf_str(&name));
        buf_cut(&name, 0);
        buf_put_text(&name, "temp");
        buf_put_str(&name, rest);
        metric_label(out, "sensor", buf_str(&name));
    }
    metric_fixed(out, sensor->mc, 3);
}

const struct dash_source src_temp = {
    .name = "temperature",
    .start = start,
    .tick = tick,
    .health = health,
    .watched = watched,
    .metric = metric,
    .metric_count = WICK_COUNT_OF(metric),
    .metric_rows = metric_rows,
    .metric_put = metric_put,
};
