/* health.c - rules over all sources -> sentences with a cause and a way out, worst first. */
#include "base/clk.h"
#include "base/num.h"
#include "dash/sources.h"
#include "dash/src_file.h"

#include <string.h>
#include <sys/timex.h>

/* Start a sentence; the caller writes it into text_out. NULL: the list is full (counted there). */
static struct dash_health *add(struct dash_device *device, enum dash_level level, const char *id,
                               struct buf *text_out)
{
    struct dash_health *row = wick_list_add(&device->health);
    if (row == NULL) {
        return NULL;
    }
    row->level = (uint8_t)level;
    (void)wick_set(row->id, sizeof row->id,
                   str_of(id)); /* ids are short; a long mount path is cut */
    buf_init(text_out, row->text, sizeof row->text - 1);
    return row;
}

static void advise(struct dash_health *row, const char *hint, const char *href)
{
    (void)wick_set(row->hint, sizeof row->hint, str_of(hint)); /* our own words fit */
    (void)wick_set(row->href, sizeof row->href, str_of(href));
}

static void rule_storage(struct dash_device *device)
{
    for (uint32_t i = 0; i < device->storage.len; i++) {
        const struct dash_mount *mount = &device->storage.v[i];
        struct buf text;
        char id[24] = "fs:";
        (void)str_copy(id + 3, sizeof id - 3, str_of(mount->path)); /* cut: only an id */
        if (mount->level != DASH_OK) {
            struct dash_health *row = add(device, (enum dash_level)mount->level, id, &text);
            bool is_inodes = mount->inode_pct > mount->pct;
            if (row != NULL) {
                buf_put_text(&text, "Storage ");
                buf_put_text(&text, mount->path);
                buf_put_text(&text, is_inodes ? " has used " : " is ");
                buf_put_u64(&text, is_inodes ? mount->inode_pct : mount->pct);
                buf_put_text(&text, is_inodes ? " % of its files." : " % full.");
                advise(row, "Delete what is no longer needed.", "#storage");
            }
        }
        if (mount->is_read_only && str_eq(str_of(mount->path), STR("/"))) {
            struct dash_health *row = add(device, DASH_WARN, "root-ro", &text);
            if (row != NULL) {
                buf_put_text(&text, "The system's file system is read-only.");
                advise(row, "After a storage error this is a protection: check the log.",
                       "#storage");
            }
        }
    }
}

static void rule_temp(struct dash_device *device)
{
    for (uint32_t i = 0; i < device->temp.sensor.len; i++) {
        const struct dash_sensor *sensor = &device->temp.sensor.v[i];
        struct buf text;
        struct dash_health *row =
            sensor->level == DASH_OK
                ? NULL
                : add(device, (enum dash_level)sensor->level, sensor->id, &text);
        if (row != NULL) {
            buf_put_text(&text, sensor->name);
            buf_put_text(&text, " is at ");
            buf_put_fixed(&text, sensor->mc / 100, 1);
            buf_put_text(&text, " \xc2\xb0"
                                "C, its limit is ");
            buf_put_i64(&text, sensor->trip_mc / 1000);
            buf_put_text(&text, " \xc2\xb0"
                                "C.");
            advise(row, "Check air flow and load.", "#temperature");
        }
    }
}

static void rule_memory(struct dash_device *device)
{
    struct buf text;
    struct dash_health *row =
        device->mem.level == DASH_OK
            ? NULL
            : add(device, (enum dash_level)device->mem.level, "memory", &text);
    if (row != NULL) {
        buf_put_text(&text, "Memory is ");
        buf_put_u64(&text, device->mem.pct);
        buf_put_text(&text, " % used.");
        advise(row, "Stop what is not needed, or restart.", "#memory");
    }
}

/* oom_kill of /proc/vmstat: how often the kernel had to kill a program for want of memory since
 * boot. */
static void rule_oom(struct dash_device *device)
{
    static char mem[16384];
    struct str all = src_read("/proc/vmstat", mem, sizeof mem);
    uint64_t kills = 0;
    while (all.len > 0) {
        struct str line = str_cut(&all, '\n');
        if (str_eq(str_cut(&line, ' '), STR("oom_kill")) &&
            num_u64(line, UINT32_MAX, &kills) != WICK_OK) {
            kills = 0;
        }
    }
    struct buf text;
    struct dash_health *row = kills == 0 ? NULL : add(device, DASH_WARN, "oom", &text);
    if (row != NULL) {
        buf_put_text(&text, kills == 1
                                ? "A program was ended for want of memory since the last start."
                                : "Programs were ended for want of memory since the last start: ");
        if (kills > 1) {
            buf_put_u64(&text, kills);
            buf_put_u8(&text, '.');
        }
        advise(row, "Look for what uses most memory.", "#memory");
    }
}

static void rule_net(struct dash_device *device)
{
    bool any_up = device->net.len == 0;
    for (uint32_t i = 0; i < device->net.len; i++) {
        const struct dash_if *link = &device->net.v[i];
        char id[24] = "if:";
        (void)str_copy(id + 3, sizeof id - 3, str_of(link->name)); /* fits: 15 bytes */
        any_up = any_up || link->link == DASH_LINK_UP;
        struct buf text;
        struct dash_health *row = link->is_worse ? add(device, DASH_WARN, id, &text) : NULL;
        if (row != NULL) {
            buf_put_text(&text, "Errors are rising on ");
            buf_put_text(&text, link->name);
            buf_put_u8(&text, '.');
            advise(row, "Check cable and plugs.", "#network");
        }
    }
    struct buf text;
    struct dash_health *row = any_up ? NULL : add(device, DASH_FAULT, "net", &text);
    if (row != NULL) {
        buf_put_text(&text, "No network interface has a link.");
        advise(row, "Check the cable.", "#network");
    }
}

static void rule_clock(struct dash_device *device)
{
    enum { YEAR_2024_S = 1704067200 };
    struct timex state;
    memset(&state, 0, sizeof state);
    int result = adjtimex(&state);
    bool is_wrong = clk_wall_ms() / 1000 < YEAR_2024_S;
    struct buf text;
    if (!is_wrong && (result < 0 || (state.status & STA_UNSYNC) == 0)) {
        return;
    }
    struct dash_health *row = add(device, is_wrong ? DASH_FAULT : DASH_WARN, "clock", &text);
    if (row != NULL) {
        buf_put_text(&text, is_wrong ? "The clock is wrong." : "The clock is not synchronised.");
        advise(row, "Times may be off: check the time server.", "");
    }
}

static void rule_settings(struct dash_device *device)
{
    const char *why = wick_setting_trouble();
    struct buf text;
    struct dash_health *row = why == NULL ? NULL : add(device, DASH_FAULT, "settings", &text);
    if (row != NULL) {
        buf_put_text(&text, "Settings are kept in memory only: ");
        buf_put_text(&text, why);
        buf_put_u8(&text, '.');
        advise(row, "They are lost at the next start. Check the state folder.", "#device");
    }
}

/* Worst first; equal ones keep their order. The list is short. */
static void sort_worst_first(struct dash_device *device)
{
    for (uint32_t i = 1; i < device->health.len; i++) {
        struct dash_health row = device->health.v[i];
        uint32_t at = i;
        while (at > 0 && device->health.v[at - 1].level < row.level) {
            device->health.v[at] = device->health.v[at - 1];
            at--;
        }
        device->health.v[at] = row;
    }
}

void health_tick(struct dash_device *device)
{
    device->health.len = 0;
    device->health.dropped = 0;
    rule_settings(device);
    rule_storage(device);
    rule_temp(device);
    rule_memory(device);
    rule_oom(device);
    rule_net(device);
    rule_clock(device);
    sort_worst_first(device);
    device->worst = device->health.len > 0 ? device->health.v[0].level : DASH_OK;
}
