/* src_temp.c - temperatures: thermal zones (Documentation/driver-api/thermal) and hwmon chips,
 * found once at start. */
#include "dash/series.h"
#include "dash/sources.h"
#include "dash/src_file.h"

#include <string.h>

enum { SENSOR_MAX = 12, TRIP_MAX = 12, NEAR_TRIP_MC = 5000 };

struct source {
    char folder[64];           /* "/sys/class/hwmon/hwmon1" */
    char input[24];            /* "temp2_input" */
    struct dash_sensor sensor; /* id, name, trip_mc */
};
static struct source source[SENSOR_MAX];
static unsigned source_count;
static unsigned main_idx; /* the CPU's sensor if there is one, else the first */

static struct source *add_source(const char *folder, const char *id_prefix, const char *id)
{
    if (source_count == SENSOR_MAX) {
        return NULL;
    }
    struct source *src = &source[source_count];
    memset(src, 0, sizeof *src);
    struct buf buf;
    buf_init(&buf, src->sensor.id, sizeof src->sensor.id - 1);
    buf_put_text(&buf, id_prefix);
    buf_put_text(&buf, id);
    if (buf.err != WICK_OK || !str_copy(src->folder, sizeof src->folder, str_of(folder))) {
        return NULL;
    }
    return src;
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

/* The lowest trip point of type passive or hot, else critical: where the kernel or the maker starts
 * to worry. */
static int32_t zone_trip(const char *folder)
{
    int64_t found = 0;
    for (unsigned i = 0; i < TRIP_MAX; i++) {
        char type_name[24];
        char temp_name[24];
        char mem[24];
        struct buf buf;
        buf_init(&buf, type_name, sizeof type_name);
        buf_put_text(&buf, "trip_point_");
        buf_put_u64(&buf, i);
        buf_put_text(&buf, "_type");
        (void)buf_cstr(&buf);
        buf_init(&buf, temp_name, sizeof temp_name);
        buf_put_text(&buf, "trip_point_");
        buf_put_u64(&buf, i);
        buf_put_text(&buf, "_temp");
        (void)buf_cstr(&buf);
        struct str type = src_line(folder, type_name, mem, sizeof mem);
        int64_t mc = 0;
        if (type.len == 0) {
            break;
        }
        bool counts = str_eq(type, STR("passive")) || str_eq(type, STR("hot")) ||
                      str_eq(type, STR("critical"));
        if (counts && src_number(folder, temp_name, &mc) && mc > 0 && mc < 200000 &&
            (found == 0 || mc < found)) {
            found = mc;
        }
    }
    return (int32_t)found;
}

static void find_zone(const char *name, void *arg)
{
    (void)arg;
    char folder[SRC_PATH_LEN_MAX + 1];
    char mem[32];
    int64_t mc = 0;
    if (!str_starts(str_of(name), STR("thermal_zone")) ||
        !src_path(folder, sizeof folder, "/sys/class/thermal", name) ||
        !src_number(folder, "temp", &mc)) {
        return;
    }
    struct source *src = add_source(folder, "zone", name + sizeof "thermal_zone" - 1);
    if (src == NULL) {
        return;
    }
    struct str type = src_line(folder, "type", mem, sizeof mem);
    (void)wick_set(src->sensor.name, sizeof src->sensor.name,
                   type.len > 0 ? type : str_of(name)); /* a name may be cut */
    (void)str_copy(src->input, sizeof src->input, STR("temp"));
    src->sensor.trip_mc = zone_trip(folder);
    source_count++;
}

/* The file that stands beside temp2_input: temp2_<what>. */
static void beside(char *to, size_t cap, const char *input, const char *what)
{
    struct str stem = str_of(input);
    stem.len -= sizeof "input" - 1;
    struct buf buf;
    buf_init(&buf, to, cap);
    buf_put_str(&buf, stem);
    buf_put_text(&buf, what);
    (void)buf_cstr(&buf);
}

static void find_chip_input(const char *name, void *arg)
{
    const char *folder = arg;
    struct str input = str_of(name);
    int64_t value = 0;
    if (!str_starts(input, STR("temp")) || input.len < 11 || input.len > 15 ||
        !str_eq((struct str){ name + input.len - 6, 6 }, STR("_input")) ||
        !src_number(folder, name, &value)) {
        return;
    }
    struct source *src = add_source(folder, "hw", folder + sizeof "/sys/class/hwmon/hwmon" - 1);
    if (src == NULL) {
        return;
    }
    struct buf id;
    buf_init(&id, src->sensor.id, sizeof src->sensor.id - 1);
    id.len = str_of(src->sensor.id).len;
    buf_put_u8(&id, '.');
    buf_put_str(&id, (struct str){ name + 4, input.len - 10 });
    char file[24];
    char mem[32];
    beside(file, sizeof file, name, "label");
    struct str label = src_line(folder, file, mem, sizeof mem);
    if (label.len == 0) {
        label = src_line(folder, "name", mem, sizeof mem);
    }
    (void)wick_set(src->sensor.name, sizeof src->sensor.name, label);
    (void)str_copy(src->input, sizeof src->input, input);
    beside(file, sizeof file, name, "max");
    if (!src_number(folder, file, &value)) {
        beside(file, sizeof file, name, "crit");
        value = src_number(folder, file, &value) ? value : 0;
    }
    src->sensor.trip_mc = value > 0 && value < 200000 ? (int32_t)value : 0;
    source_count++;
}

static char chip_name[8][24];
static unsigned chip_count;

static void note_chip(const char *name, void *arg)
{
    (void)arg;
    if (chip_count < WICK_COUNT_OF(chip_name) &&
        str_copy(chip_name[chip_count], sizeof chip_name[0], str_of(name))) {
        chip_count++;
    }
}

void src_temp_start(void)
{
    src_each("/sys/class/thermal", find_zone, NULL);
    src_each("/sys/class/hwmon", note_chip, NULL);
    for (unsigned i = 0; i < chip_count; i++) {
        char folder[SRC_PATH_LEN_MAX + 1];
        char mem[16];
        /* chips that only repeat a thermal zone have the zone as their device: leave them out */
        if (src_path(folder, sizeof folder, "/sys/class/hwmon", chip_name[i]) &&
            src_line(folder, "device/type", mem, sizeof mem).len == 0) {
            src_each(folder, find_chip_input, folder);
        }
    }
    for (unsigned i = 0; i < source_count; i++) {
        if (is_cpu(str_of(source[i].sensor.name))) {
            main_idx = i;
            break;
        }
    }
}

static uint8_t level_of(int32_t mc, int32_t trip_mc)
{
    return trip_mc == 0 || mc < trip_mc - NEAR_TRIP_MC ? DASH_OK
           : mc < trip_mc                              ? DASH_WARN
                                                       : DASH_FAULT;
}

/* Distance to the threshold; sensors without one come last, in their own order. */
static int32_t headroom(const struct dash_sensor *sensor)
{
    return sensor->trip_mc > 0 ? sensor->trip_mc - sensor->mc : INT32_MAX / 2 - sensor->mc;
}

static void insert_sorted(struct dash_temp *temp, const struct dash_sensor *sensor)
{
    if (wick_list_add(&temp->sensor) == NULL) {
        return;
    }
    uint32_t at = temp->sensor.len - 1;
    while (at > 0 && headroom(&temp->sensor.v[at - 1]) > headroom(sensor)) {
        temp->sensor.v[at] = temp->sensor.v[at - 1];
        at--;
    }
    temp->sensor.v[at] = *sensor;
}

void src_temp_tick(struct dash_device *device, bool is_point)
{
    struct dash_temp *temp = &device->temp;
    temp->sensor.len = 0;
    temp->sensor.dropped = 0;
    temp->hist.unit = DASH_MILLI_C;
    bool has_main = false;
    for (unsigned i = 0; i < source_count; i++) {
        struct dash_sensor sensor = source[i].sensor;
        int64_t mc = 0;
        if (!src_number(source[i].folder, source[i].input, &mc) || mc < -100000 || mc > 250000) {
            continue; /* switched off just now, or nonsense */
        }
        sensor.mc = (int32_t)(mc >= 0 ? (mc + 50) / 100 : (mc - 50) / 100) * 100;
        sensor.level = level_of(sensor.mc, sensor.trip_mc);
        insert_sorted(temp, &sensor);
        if (i == main_idx) {
            temp->mc = sensor.mc;
            temp->level = sensor.level;
            memcpy(temp->name, sensor.name, sizeof temp->name);
            has_main = true;
        }
    }
    if (is_point && source_count > 0) {
        series_push(&temp->hist, has_main ? temp->mc : DASH_GAP);
    }
    series_scale(&temp->hist, NULL);
}
