/* temp_find.c - see temp_find.h. Sensors that repeat others are left out; names that are equal are told
 * apart. */
#include "dash/temp_find.h"

#include "base/num.h"
#include "os/os_file.h"

#include <string.h>

enum { TRIP_MAX = 12 };

/* What a sensor or a threshold can be in earnest. */
enum { LEAST_MC = -60000, MOST_MC = 150000 };

static struct temp_sensors temp;

static struct {
    struct os_folder folders, files, disks;
} folder_mem;

static bool is_limit(int64_t mc)
{
    return mc > 0 && mc <= MOST_MC;
}

/* All bits set or the sign bit alone: what a bus returns when no chip answers. */
bool temp_is_real(int64_t mc)
{
    return mc > LEAST_MC && mc < MOST_MC && (mc < 127000 || mc > 128000);
}

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
static struct temp_found *add(const char *folder, struct str input, const struct buf *id)
{
    if (temp.count == DASH_SENSOR_SEEN_MAX) {
        temp.dropped++;
        return NULL;
    }
    struct temp_found new = { .limit_mc = 0 };
    if (!str_copy(new.folder, sizeof new.folder, str_of(folder)) ||
        !str_copy(new.input, sizeof new.input, input) ||
        !str_copy(new.id, sizeof new.id, buf_str(id))) {
        temp.dropped++;
        return NULL;
    }
    unsigned at = temp.count++;
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
static void read_trips(struct temp_found *sensor)
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
        !os_number(folder, "temp", &mc) || !temp_is_real(mc) || mc == 0) {
        return; /* what is nonsense now takes no place from a good one; it is asked again */
    }
    struct buf id;
    char id_mem[16];
    buf_init(&id, id_mem, sizeof id_mem);
    buf_put_text(&id, "zone");
    buf_put_text(&id, name + sizeof prefix - 1);
    struct temp_found *sensor = id.err == WICK_OK ? add(folder, STR("temp"), &id) : NULL;
    if (sensor != NULL) {
        struct str type = os_line(folder, "type", mem, sizeof mem);
        (void)dash_text(sensor->name, sizeof sensor->name, type.len > 0 ? type : str_of(name));
        read_trips(sensor);
    }
}

/* The number of the file beside temp2_input: temp2_<what>. */
static bool number_beside(const struct temp_found *sensor, const char *what, int64_t *value_out)
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
    (void)os_folder_open(&folder_mem.disks, path);
    while ((name = os_folder_next(&folder_mem.disks)) != NULL) {
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
static void set_chip_name(struct temp_found *sensor)
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
    struct temp_found *sensor = id.err == WICK_OK ? add(folder, input, &id) : NULL;
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
    for (unsigned i = 0; i < temp.count && !os_exists(folder, "device"); i++) {
        struct str zone = str_of(temp.found[i].name);
        bool is_alike = zone.len == chip.len && temp.found[i].id[0] == 'z';
        for (size_t at = 0; is_alike && at < zone.len; at++) {
            bool is_dash = zone.ptr[at] == '-' && chip.ptr[at] == '_';
            is_alike = is_dash || zone.ptr[at] == chip.ptr[at];
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
    (void)os_folder_open(&folder_mem.files, folder);
    while ((file = os_folder_next(&folder_mem.files)) != NULL) {
        if (is_input(str_of(file))) {
            find_input(folder, name + 5, str_of(file));
        }
    }
}

/* Sensors with one name cannot be told apart: they get their ids. */
static void tell_apart(void)
{
    for (unsigned i = 0; i < temp.count; i++) {
        struct temp_found *first = &temp.found[i];
        char name[sizeof first->name];
        memcpy(name, first->name, sizeof name);
        bool is_alone = true;
        for (unsigned k = i + 1; k < temp.count; k++) {
            is_alone = is_alone && strcmp(temp.found[k].name, name) != 0;
        }
        for (unsigned k = i; !is_alone && k < temp.count; k++) {
            struct temp_found *same = &temp.found[k];
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

struct temp_sensors *temp_find(void)
{
    const char *name = NULL;
    temp.count = 0;
    temp.dropped = 0;
    (void)os_folder_open(&folder_mem.folders, "/sys/class/thermal");
    while ((name = os_folder_next(&folder_mem.folders)) != NULL) {
        find_zone(name);
    }
    (void)os_folder_open(&folder_mem.folders, "/sys/class/hwmon");
    while ((name = os_folder_next(&folder_mem.folders)) != NULL) {
        find_chip(name);
    }
    tell_apart();
    return &temp;
}
