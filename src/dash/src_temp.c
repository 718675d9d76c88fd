/* src_temp.c - temperatures: thermal zones (Documentation/driver-api/thermal) and hwmon chips
 * (Documentation/hwmon/sysfs-interface). Sensors come and go and change their numbers, so they are
 * looked for again with every point, and as soon as one cannot be read. */
#include "base/base.h"
#include "base/num.h"
#include "dash/series.h"
#include "dash/source.h"
#include "os/os_file.h"

#include <string.h>

enum { TRIP_MAX = 12, NEAR_MC = 5000 };

/* What a sensor or a threshold can be in earnest. */
enum { LEAST_MC = -60000, MOST_MC = 150000 };

/* One sensor that was found. */
struct found {
    char folder[48]; /* "/sys/class/hwmon/hwmon1" */
    char input[24];  /* "temp2_input" */
    char id[16];     /* "zone0", "hw1.2": row key, and their order */
    char name[48];
    int32_t limit_mc; /* a warning from here on; 0: none known */
    int32_t fault_mc; /* a fault from here on; 0: none known */
    bool is_broken;   /* the chip says so: not connected, or short-circuited */
    bool was_nonzero; /* unconnected inputs say 0 for ever */
};

static struct {
    struct found found[DASH_SENSOR_SEEN_MAX];
    unsigned found_count;
    unsigned dropped; /* sensors that found no place */
    struct dash_unseen unseen;
    struct os_folder folders, files, disks;
} temp;

static bool is_limit(int64_t mc)
{
    return mc > 0 && mc <= MOST_MC;
}

/* All bits set or the sign bit alone: what a bus gives when nobody answers. */
static bool is_temperature(int64_t mc)
{
    return mc > LEAST_MC && mc < MOST_MC && (mc < 127000 || mc > 128000);
}

/* --- finding ---------------------------------------------------------------------------------- */

/* Numbers in ids count as numbers: "zone9" before "zone10", "hw0.2" before "hw1.1". */
static int compare_ids(const char *a, const char *b)
{
    for (;; a++, b++) {
        size_t a_len = strspn(a, "0123456789");
        size_t b_len = strspn(b, "0123456789");
        if (a_len != b_len) {
            return a_len < b_len ? -1 : 1;
        }
        if (*a != *b || *a == '\0') {
            return (unsigned char)*a - (unsigned char)*b;
        }
    }
}

/* A place for a sensor, in the order of the ids. NULL: none left, or the name is too long. */
static struct found *add(const char *folder, struct str input, const struct buf *id)
{
    if (temp.found_count == DASH_SENSOR_SEEN_MAX) {
        temp.dropped++;
        return NULL;
    }
    struct found new = { .limit_mc = 0 };
    if (!str_copy(new.folder, sizeof new.folder, str_of(folder)) ||
        !str_copy(new.input, sizeof new.input, input) ||
        !str_copy(new.id, sizeof new.id, buf_str(id))) {
        temp.dropped++;
        return NULL;
    }
    unsigned at = temp.found_count++;
    for (; at > 0 && compare_ids(temp.found[at - 1].id, new.id) > 0; at--) {
        temp.found[at] = temp.found[at - 1];
    }
    temp.found[at] = new;
    return &temp.found[at];
}

/* The number in stem + idx + tail, as in trip_point_0_temp. */
static bool indexed_number(const char *folder, unsigned idx, const char *tail, int64_t *value_out)
{
    char name[32];
    struct buf buf;
    buf_init(&buf, name, sizeof name);
    buf_put_text(&buf, "trip_point_");
    buf_put_u64(&buf, idx);
    buf_put_text(&buf, tail);
    return os_number(folder, buf_cstr(&buf), value_out);
}

static struct str indexed_line(const char *folder, unsigned idx, char *mem, size_t cap)
{
    char name[32];
    struct buf buf;
    buf_init(&buf, name, sizeof name);
    buf_put_text(&buf, "trip_point_");
    buf_put_u64(&buf, idx);
    buf_put_text(&buf, "_type");
    return os_line(folder, buf_cstr(&buf), mem, cap);
}

static int32_t lower(int32_t is, int64_t mc)
{
    return is_limit(mc) && (is == 0 || mc < is) ? (int32_t)mc : is;
}

/* Where the kernel begins to slow the machine down (passive), and where it ends it (hot, critical).
 */
static void read_trips(struct found *sensor)
{
    for (unsigned i = 0; i < TRIP_MAX; i++) {
        char mem[24];
        struct str type = indexed_line(sensor->folder, i, mem, sizeof mem);
        int64_t mc = 0;
        if (type.len == 0) {
            break;
        }
        if (!indexed_number(sensor->folder, i, "_temp", &mc)) {
            continue;
        }
        if (str_eq(type, STR("passive"))) {
            sensor->limit_mc = lower(sensor->limit_mc, mc);
        } else if (str_eq(type, STR("hot")) || str_eq(type, STR("critical"))) {
            sensor->fault_mc = lower(sensor->fault_mc, mc);
        }
    }
}

static void find_zone(const char *name)
{
    static const char prefix[] = "thermal_zone";
    char folder[OS_PATH_LEN_MAX + 1];
    char mem[48];
    int64_t mc = 0;
    if (!str_starts(str_of(name), STR("thermal_zone")) ||
        !os_path(folder, sizeof folder, "/sys/class/thermal", name) ||
        !os_number(folder, "temp", &mc) || !is_temperature(mc) || mc == 0) {
        return; /* what is nonsense now takes no place from a good one; it is asked again */
    }
    struct buf id;
    char id_mem[16];
    buf_init(&id, id_mem, sizeof id_mem);
    buf_put_text(&id, "zone");
    buf_put_text(&id, name + sizeof prefix - 1);
    struct found *sensor = id.err == WICK_OK ? add(folder, STR("temp"), &id) : NULL;
    if (sensor != NULL) {
        struct str type = os_line(folder, "type", mem, sizeof mem);
        (void)dash_text(sensor->name, sizeof sensor->name, type.len > 0 ? type : str_of(name));
        read_trips(sensor);
    }
}

/* The number of the file beside temp2_input: temp2_<what>. */
static bool number_beside(const struct found *sensor, const char *what, int64_t *value_out)
{
    char name[32];
    struct str stem = str_of(sensor->input);
    stem.len -= sizeof "input" - 1;
    struct buf buf;
    buf_init(&buf, name, sizeof name);
    buf_put_str(&buf, stem);
    buf_put_text(&buf, what);
    return os_number(sensor->folder, buf_cstr(&buf), value_out);
}

/* " (sda)" or " (nvme0n1)": several disks may be of one model. */
static void put_disk(struct buf *out, const char *folder)
{
    char path[OS_PATH_LEN_MAX + 1];
    const char *name = NULL;
    char found[16] = "";
    bool is_scsi = os_path(path, sizeof path, folder, "device/block") && os_is_folder(path);
    if (!is_scsi && !os_path(path, sizeof path, folder, "device")) {
        return;
    }
    (void)os_folder_open(&temp.disks, path);
    while ((name = os_folder_next(&temp.disks)) != NULL) {
        bool is_disk = is_scsi || (str_starts(str_of(name), STR("nvme")) &&
                                   strpbrk(name + 4, "cn") == strchr(name + 4, 'n'));
        if (is_disk && found[0] == '\0' && !str_copy(found, sizeof found, str_of(name))) {
            found[0] = '\0';
        }
    }
    if (found[0] != '\0') {
        buf_put_text(out, " (");
        buf_put_text(out, found);
        buf_put_u8(out, ')');
    }
}

/* What a person calls it: the disk's model, or the chip and what it measures. */
static void set_chip_name(struct found *sensor)
{
    char model_mem[32];
    char label_mem[32];
    char chip_mem[32];
    char file[32];
    char text_mem[128];
    struct str stem = str_of(sensor->input);
    stem.len -= sizeof "input" - 1;
    struct buf buf;
    buf_init(&buf, file, sizeof file);
    buf_put_str(&buf, stem);
    buf_put_text(&buf, "label");
    struct str label = os_line(sensor->folder, buf_cstr(&buf), label_mem, sizeof label_mem);
    struct str model = os_line(sensor->folder, "device/model", model_mem, sizeof model_mem);
    struct str name =
        model.len > 0 ? model : os_line(sensor->folder, "name", chip_mem, sizeof chip_mem);
    buf_init(&buf, text_mem, sizeof text_mem);
    buf_put_str(&buf, name);
    if (model.len > 0) {
        put_disk(&buf, sensor->folder);
    }
    if (label.len > 0 && !str_eq(label, STR("Composite"))) {
        buf_put_text(&buf, name.len > 0 ? " " : "");
        buf_put_str(&buf, label);
    }
    if (buf.len == 0) {
        buf_put_text(&buf, sensor->id);
    }
    (void)dash_text(sensor->name, sizeof sensor->name, buf_str(&buf));
}

static bool is_input(struct str name)
{
    static const struct str tail = STR_INIT("_input");
    return str_starts(name, STR("temp")) && name.len > 4 + tail.len && name.len < 20 &&
           str_eq((struct str){ name.ptr + name.len - tail.len, tail.len }, tail);
}

static void find_input(const char *folder, const char *chip_number, struct str input)
{
    struct buf id;
    char id_mem[16];
    buf_init(&id, id_mem, sizeof id_mem);
    buf_put_text(&id, "hw");
    buf_put_text(&id, chip_number);
    buf_put_u8(&id, '.');
    buf_put(&id, input.ptr + 4, input.len - 10); /* between "temp" and "_input" */
    struct found *sensor = id.err == WICK_OK ? add(folder, input, &id) : NULL;
    if (sensor == NULL) {
        return;
    }
    set_chip_name(sensor);
    int64_t mc = 0;
    sensor->limit_mc = number_beside(sensor, "max", &mc) ? lower(0, mc) : 0;
    sensor->fault_mc = number_beside(sensor, "crit", &mc) ? lower(0, mc) : 0;
    int64_t is_broken = 0;
    sensor->is_broken = number_beside(sensor, "fault", &is_broken) && is_broken != 0;
}

/* Old kernels say a zone again as a chip of its name, without a device. */
static bool repeats_zone(const char *folder)
{
    char mem[48];
    struct str chip = os_line(folder, "name", mem, sizeof mem);
    bool is_same = false;
    for (unsigned i = 0; i < temp.found_count && !os_exists(folder, "device"); i++) {
        struct str zone = str_of(temp.found[i].name);
        bool is_alike = zone.len == chip.len && temp.found[i].id[0] == 'z';
        for (size_t at = 0; is_alike && at < zone.len; at++) {
            char c = zone.ptr[at] == '-' ? '_' : zone.ptr[at];
            is_alike = c == chip.ptr[at] || zone.ptr[at] == chip.ptr[at];
        }
        is_same = is_same || is_alike;
    }
    return is_same;
}

static void find_chip(const char *name)
{
    char folder[OS_PATH_LEN_MAX + 1];
    /* chips that only repeat a thermal zone have the zone as their device */
    if (!str_starts(str_of(name), STR("hwmon")) ||
        !os_path(folder, sizeof folder, "/sys/class/hwmon", name) ||
        os_exists(folder, "device/temp") || repeats_zone(folder)) {
        return;
    }
    const char *file = NULL;
    (void)os_folder_open(&temp.files, folder);
    while ((file = os_folder_next(&temp.files)) != NULL) {
        if (is_input(str_of(file))) {
            find_input(folder, name + 5, str_of(file));
        }
    }
}

/* Sensors with one name cannot be told apart: they get their ids. */
static void tell_apart(void)
{
    for (unsigned i = 0; i < temp.found_count; i++) {
        struct found *first = &temp.found[i];
        char name[sizeof first->name];
        memcpy(name, first->name, sizeof name);
        bool is_alone = true;
        for (unsigned k = i + 1; k < temp.found_count; k++) {
            is_alone = is_alone && strcmp(temp.found[k].name, name) != 0;
        }
        for (unsigned k = i; !is_alone && k < temp.found_count; k++) {
            struct found *same = &temp.found[k];
            if (strcmp(same->name, name) == 0) {
                char mem[sizeof same->name + sizeof same->id + 4];
                struct buf both;
                buf_init(&both, mem, sizeof mem);
                buf_put_text(&both, name);
                buf_put_text(&both, ", ");
                buf_put_text(&both, same->id);
                (void)dash_text(same->name, sizeof same->name, buf_str(&both));
            }
        }
    }
}

static void find_all(void)
{
    const char *name = NULL;
    temp.found_count = 0;
    temp.dropped = 0;
    (void)os_folder_open(&temp.folders, "/sys/class/thermal");
    while ((name = os_folder_next(&temp.folders)) != NULL) {
        find_zone(name);
    }
    (void)os_folder_open(&temp.folders, "/sys/class/hwmon");
    while ((name = os_folder_next(&temp.folders)) != NULL) {
        find_chip(name);
    }
    tell_apart();
}

/* --- reading ---------------------------------------------------------------------------------- */

static uint8_t level_of(int32_t mc, const struct found *sensor)
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

    uint32_t at = out->sensor.len;
    while (at > 0 && out->sensor.v[at - 1].level < sensor->level) {
        at--;
    }
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
static int read_sensor(struct found *found, struct dash_sensor *sensor_out)
{
    char mem[32];
    int64_t mc = 0;
    struct str line = os_line(found->folder, found->input, mem, sizeof mem);
    if (line.len == 0) {
        return os_exists(found->folder, found->input) ? 1 : -1; /* asleep: the file is there */
    }
    if (num_i64(line, INT64_MIN + 1, INT64_MAX, &mc) != WICK_OK || !is_temperature(mc) ||
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
    out->sensor.dropped = temp.dropped;
    out->mc = DASH_GAP;
    out->level = DASH_OK;
    for (unsigned i = 0; i < temp.found_count; i++) {
        struct dash_sensor sensor;
        int result = read_sensor(&temp.found[i], &sensor);
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
    find_all();
}

static void tick(struct dash_device *device, bool is_point)
{
    struct dash_temp *out = &device->temp;
    char was[sizeof out->name];
    memcpy(was, out->name, sizeof was);
    if (is_point) {
        find_all();
    }
    if (!read_values(out)) {
        find_all();
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
