/* health_test.c - the health list is never better than the cards: on machines made at random, each
 * of which turns into the next one while the program runs. What is wrong with a machine is known
 * here, and the state must say all of it: in the list by name and number, in its cards, in the
 * counts. */
#include "base/clk.h"
#include "dash/source.h"
#include "os/os_file.h"
#include "os/os_machine.h"
#include "t.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOUNT_MAX = 40, ZONE_MAX = 70, LINK_MAX = 40, MACHINES = 40 };

static char root[] = "/tmp/wick-health-XXXXXX";
static uint64_t now_ms = 1000000;

static uint32_t random_u32(void)
{
    static uint64_t seed = 88172645463325252U;
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 16);
}

/* A machine, and what is wrong with it. */
static struct {
    unsigned mounts, pct[MOUNT_MAX], zones, links, memory_pct;
    int32_t mc[ZONE_MAX];
    uint64_t errors[LINK_MAX];
    bool has_errors[LINK_MAX]; /* they have risen just now */
    bool is_up[LINK_MAX];
    unsigned good, hot, too_hot, full, very_full, worse;
} m;

static void put(const char *path, const char *text)
{
    char full[512];
    (void)snprintf(full, sizeof full, "%s%s", root, path);
    for (char *at = strchr(full + strlen(root) + 1, '/'); at != NULL; at = strchr(at + 1, '/')) {
        *at = '\0';
        (void)mkdir(full, 0755);
        *at = '/';
    }
    FILE *file = fopen(full, "w");
    T_CHECK(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
}

/* --- the machine's system calls --------------------------------------------------------------- */

static bool space(const char *path, struct os_space *space_out)
{
    unsigned idx = (unsigned)atoi(path + 2);
    uint64_t total = idx % 3 == 0 ? 100ULL << 56 : 1000000; /* one in three is beyond all measure */
    uint64_t rest = total / 100 * (100 - m.pct[idx]);
    *space_out = (struct os_space){ .total = total, .free = rest, .available = rest };
    return true;
}

static void names(struct os_names *names_out)
{
    memset(names_out, 0, sizeof *names_out);
}

static enum os_clock clock_state(void)
{
    return OS_CLOCK_SYNCED;
}

static bool links(void (*each)(const struct os_link *link, void *arg), void *arg)
{
    for (unsigned i = 0; i < m.links; i++) {
        struct os_link link = { .idx = (int)i + 1,
                                .is_up = true,
                                .has_carrier = m.is_up[i],
                                .has_counters = true,
                                .rx_errors = m.errors[i] };
        (void)snprintf(link.name, sizeof link.name, "eth%u", i);
        each(&link, arg);
    }
    return true;
}

static bool addresses(void (*each)(const struct os_address *address, void *arg), void *arg)
{
    (void)each;
    (void)arg;
    return false;
}

static int watch_open(void)
{
    return -1;
}

static void watch_drain(int fd)
{
    (void)fd;
}

static const struct os_machine machine = { space,     names,      clock_state, links,
                                           addresses, watch_open, watch_drain };

/* --- a machine at random ---------------------------------------------------------------------- */

static void make_mounts(void)
{
    static char text[MOUNT_MAX * 80];
    size_t len = 0;
    static const unsigned share[] = { 0, 2, 10, 60, 100 }; /* percent that are bad */
    unsigned bad = share[random_u32() % WICK_COUNT_OF(share)];
    m.mounts = random_u32() % MOUNT_MAX;
    m.full = 0;
    m.very_full = 0;
    for (unsigned i = 0; i < m.mounts; i++) {
        m.pct[i] = random_u32() % 100 < bad ? 90 + random_u32() % 11 : random_u32() % 90;
        m.full += m.pct[i] >= 90 && m.pct[i] < 97 ? 1 : 0;
        m.very_full += m.pct[i] >= 97 ? 1 : 0;
        len += (size_t)snprintf(text + len, sizeof text - len,
                                "%u 1 8:%u / /d%u rw - ext4 /dev/sd%u rw\n", i, i, i, i);
    }
    put("/proc/self/mountinfo", len > 0 ? text : "");
}

static void make_zones(void)
{
    static const int32_t nonsense[] = { -273000, 127500, 255000, 65261850, 0, 127937 };
    char path[128];
    char text[16];
    static const unsigned share[] = { 0, 5, 50 };
    unsigned bad = share[random_u32() % WICK_COUNT_OF(share)];
    m.zones = random_u32() % ZONE_MAX;
    m.hot = 0;
    m.good = 0;
    m.too_hot = 0;
    for (unsigned i = 0; i < ZONE_MAX; i++) {
        bool is_there = i < m.zones;
        bool is_bad = random_u32() % 3 == 0;
        m.mc[i] = is_bad ? nonsense[random_u32() % WICK_COUNT_OF(nonsense)]
                         : (int32_t)(20000 + random_u32() % 50 * 1000);
        m.mc[i] = random_u32() % 100 < bad ? 76000 + (int32_t)(random_u32() % 20) * 1000 : m.mc[i];
        bool is_good = is_there && m.mc[i] >= 20000 && m.mc[i] <= 100000;
        m.good += is_good ? 1 : 0;
        m.hot += is_good && m.mc[i] >= 75000 && m.mc[i] < 90000 ? 1 : 0;
        m.too_hot += is_good && m.mc[i] >= 90000 ? 1 : 0;
        (void)snprintf(path, sizeof path, "%s/sys/class/thermal/thermal_zone%u/temp", root, i);
        (void)unlink(path);
        if (is_there) {
            (void)snprintf(text, sizeof text, "%d", m.mc[i]);
            put(path + strlen(root), text);
            (void)snprintf(path, sizeof path, "/sys/class/thermal/thermal_zone%u/", i);
            size_t len = strlen(path);
            (void)snprintf(path + len, sizeof path - len, "trip_point_0_type");
            put(path, "passive");
            (void)snprintf(path + len, sizeof path - len, "trip_point_0_temp");
            put(path, "80000");
            (void)snprintf(path + len, sizeof path - len, "trip_point_1_type");
            put(path, "critical");
            (void)snprintf(path + len, sizeof path - len, "trip_point_1_temp");
            put(path, "90000");
        }
    }
}

static void make_rest(void)
{
    char text[160];
    m.memory_pct = random_u32() % 3 == 0 ? 85 + random_u32() % 16 : 50;
    (void)snprintf(text, sizeof text, "MemTotal: 100000 kB\nMemAvailable: %u kB\n",
                   (100 - m.memory_pct) * 1000);
    put("/proc/meminfo", text);
    put("/proc/uptime", "1000.00 1.0\n");
    /* the same links as before, and perhaps more: counters of one that left are forgotten */
    m.links = random_u32() % LINK_MAX;
    for (unsigned i = 0; i < LINK_MAX; i++) {
        m.has_errors[i] = random_u32() % 5 == 0;
        m.is_up[i] = random_u32() % 4 != 0;
    }
}

static void tick_after(unsigned ms, bool is_point)
{
    now_ms += ms;
    clk_set(now_ms * 1000, 1767225600000 + now_ms);
    dash_sources_tick(&dash_device, is_point);
}

/* --- what the dashboard must say about it ----------------------------------------------------- */

static bool says(const char *name, const char *number)
{
    for (uint32_t i = 0; i < dash_device.health.len; i++) {
        const char *text = dash_device.health.v[i].text;
        const char *at = strstr(text, name);
        size_t len = strlen(name);
        if (at != NULL && (at[len] == ' ' || at[len] == ':') && strstr(text, number) != NULL) {
            return true;
        }
    }
    return false;
}

/* Every row that is marked in a card stands in the list, unless the list says that it is not all.
 */
static void the_list_has_the_rows_of_the_cards(void)
{
    char number[24];
    const struct dash_device *device = &dash_device;
    for (uint32_t i = 0; device->health.dropped == 0 && i < device->storage.len; i++) {
        const struct dash_mount *row = &device->storage.v[i];
        (void)snprintf(number, sizeof number, " %u\xc2\xa0%%", row->pct);
        T_CHECK(row->level == DASH_OK || says(row->path, number));
    }
    for (uint32_t i = 0; device->health.dropped == 0 && i < device->temp.sensor.len; i++) {
        const struct dash_sensor *row = &device->temp.sensor.v[i];
        (void)snprintf(number, sizeof number, " %d.0\xc2\xa0", row->mc / 1000);
        T_CHECK(row->level == DASH_OK || says(row->name, number));
    }
    for (uint32_t i = 0; device->health.dropped == 0 && i < device->net.len; i++) {
        const struct dash_if *row = &device->net.v[i];
        (void)snprintf(number, sizeof number, " %llu ", (unsigned long long)row->errors);
        T_CHECK(!row->is_worse || says(row->name, number));
    }
}

static unsigned of_level(uint8_t level)
{
    unsigned count = 0;
    for (uint32_t i = 0; i < dash_device.storage.len; i++) {
        count += dash_device.storage.v[i].level == level ? 1 : 0;
    }
    for (uint32_t i = 0; i < dash_device.temp.sensor.len; i++) {
        count += dash_device.temp.sensor.v[i].level == level ? 1 : 0;
    }
    return count;
}

static void check(void)
{
    const struct dash_device *device = &dash_device;
    unsigned up = 0;
    for (unsigned i = 0; i < m.links; i++) {
        up += m.is_up[i] ? 1 : 0;
    }
    unsigned faults =
        m.too_hot + m.very_full + (m.memory_pct >= 97 ? 1 : 0) + (m.links > 0 && up == 0 ? 1 : 0);
    unsigned warnings = m.hot + m.full + m.worse + (m.memory_pct >= 90 && m.memory_pct < 97);
    uint8_t worst = warnings > 0 ? DASH_WARN : DASH_OK;
    worst = faults > 0 ? DASH_FAULT : worst;
    T_EQ_INT(device->worst, worst);
    T_EQ_INT(device->health.len == 0, faults + warnings == 0);
    T_EQ_INT(device->strip.faults, faults);
    T_EQ_INT(device->strip.warnings, warnings);
    T_EQ_INT(device->health.len + device->health.dropped, faults + warnings);
    if (device->storage.dropped == 0 && device->temp.sensor.dropped == 0) {
        T_EQ_INT(of_level(DASH_FAULT), m.too_hot + m.very_full);
        T_EQ_INT(of_level(DASH_WARN), m.hot + m.full);
    }
    T_EQ_INT(device->temp.sensor.len + device->temp.sensor.dropped, m.good);
    T_EQ_INT(device->storage.len + device->storage.dropped, m.mounts);
    T_EQ_INT(device->net.len + device->net.dropped, m.links);
    the_list_has_the_rows_of_the_cards();
}

static void rise(void)
{
    m.worse = 0;
    for (unsigned i = 0; i < LINK_MAX; i++) {
        m.errors[i] += m.has_errors[i] ? 1 + random_u32() % 1000 : 0;
        m.worse += m.has_errors[i] && i < m.links ? 1 : 0;
    }
}

int main(void)
{
    T_CHECK(mkdtemp(root) != NULL && os_root_set(root));
    os_machine_set(&machine);
    make_mounts();
    make_zones();
    make_rest();
    clk_set(now_ms * 1000, 1767225600000 + now_ms);
    dash_sources_start(&dash_device);
    for (unsigned round = 0; round < MACHINES; round++) {
        make_mounts();
        make_zones();
        make_rest();
        m.worse = 0;
        tick_after(70000, true); /* errors of the machine before are over */
        check();
        rise();
        tick_after(1000, false); /* not five seconds later: as soon as the cards show it */
        check();
    }
    char command[64];
    (void)snprintf(command, sizeof command, "rm -r '%s'", root);
    T_CHECK(system(command) == 0);
    return t_done();
}
