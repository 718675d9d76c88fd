/* sources_test.c - what the dashboard says about a machine that changes while it runs. */
#include "base/clk.h"
#include "dash/source.h"
#include "os/os_file.h"
#include "os/os_machine.h"
#include "t.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char root[] = "/tmp/wick-sources-XXXXXX";
static uint64_t now_ms = 1000000;

static void put(const char *path, const char *text)
{
    char full[512];
    char command[600];
    (void)snprintf(full, sizeof full, "%s%s", root, path);
    FILE *file = fopen(full, "w");
    if (file == NULL) { /* its folder is missing */
        (void)snprintf(command, sizeof command, "mkdir -p \"$(dirname '%s')\"", full);
        T_CHECK(system(command) == 0);
        file = fopen(full, "w");
    }
    T_CHECK(file != NULL && fprintf(file, "%s\n", text) > 0 && fclose(file) == 0);
}

static void gone(const char *path)
{
    char command[512];
    (void)snprintf(command, sizeof command, "rm -r '%s%s'", root, path);
    T_CHECK(system(command) == 0);
}

/* --- the machine's system calls --------------------------------------------------------------- */

static struct os_space disk_space;
static struct os_link link_mem[400];
static unsigned link_count;
static int address_idx; /* the link that has one; 0: none */

static bool space(const char *path, struct os_space *space_out)
{
    (void)path;
    *space_out = disk_space;
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
    for (unsigned i = 0; i < link_count; i++) {
        each(&link_mem[i], arg);
    }
    return true;
}

static bool addresses(void (*each)(const struct os_address *address, void *arg), void *arg)
{
    struct os_address address = {
        .link_idx = address_idx, .len = 4, .prefix_len = 24, .is_global = true, .bytes = { 10 }
    };
    if (address_idx != 0) {
        each(&address, arg);
    }
    return true;
}

static int watch_open(void)
{
    return -1;
}

static void watch_drain(int fd)
{
    (void)fd;
}

static const struct os_machine machine = {
    .space = space,
    .names = names,
    .clock = clock_state,
    .links = links,
    .addresses = addresses,
    .watch_open = watch_open,
    .watch_drain = watch_drain,
};

/* --- looking at it ---------------------------------------------------------------------------- */

static void tick_after(unsigned ms)
{
    now_ms += ms;
    clk_set(now_ms * 1000, 1767225600000 + now_ms);
    dash_sources_tick(&dash_device, true);
}

/* Does a sentence stand in the health list? */
static bool says(const char *text)
{
    for (uint32_t i = 0; i < dash_device.health.len; i++) {
        if (strcmp(dash_device.health.v[i].text, text) == 0) {
            return true;
        }
    }
    return false;
}

static int32_t last(const struct dash_series *series)
{
    return series->len > 0 ? series->v[series->len - 1] : DASH_GAP;
}

/* --- processor -------------------------------------------------------------------------------- */

static void stat_is(unsigned user, unsigned idle, unsigned iowait)
{
    char text[256];
    (void)snprintf(text, sizeof text, "cpu  %u 0 0 %u %u 0 0 0 0 0\ncpu0 %u 0 0 %u %u 0 0 0 0 0",
                   user, idle, iowait, user, idle, iowait);
    put("/proc/stat", text);
    tick_after(5000);
}

static void counters_that_go_back_are_no_time(void)
{
    const struct dash_cpu *cpu = &dash_device.cpu;
    stat_is(1000, 1000, 100);
    T_EQ_INT(last(&cpu->hist), DASH_GAP); /* the mean since the start is no point */
    stat_is(1050, 1050, 100);
    T_EQ_INT(cpu->pct, 50);
    T_EQ_INT(last(&cpu->hist), 50);
    stat_is(1150, 1050, 99); /* all of it busy, iowait corrected */
    T_EQ_INT(cpu->pct, 100);
    stat_is(1200, 1150, 49); /* 50 of iowait were idle after all */
    T_EQ_INT(cpu->pct, 50);
    stat_is(1200, 1150, 49); /* nothing moved: the value stays, the graph has a gap */
    T_EQ_INT(cpu->pct, 50);
    T_EQ_INT(last(&cpu->hist), DASH_GAP);
    stat_is(3, 2, 1); /* all back */
    T_EQ_INT(cpu->pct, 50);
    stat_is(28, 77, 1);
    T_EQ_INT(cpu->pct, 25);
    T_EQ_INT(cpu->core.v[0].pct, 25);
}

/* --- temperatures ----------------------------------------------------------------------------- */

static void sensors_come_move_and_go(void)
{
    const struct dash_temp *temp = &dash_device.temp;
    tick_after(5000);
    T_EQ_INT(temp->sensor.len, 0);
    put("/sys/class/hwmon/hwmon0/name", "lm75");
    put("/sys/class/hwmon/hwmon0/temp1_input", "41000");
    put("/sys/class/hwmon/hwmon0/temp1_max", "60000");
    tick_after(5000);
    T_EQ_INT(temp->sensor.len, 1);
    T_EQ_INT(temp->mc, 41000);
    put("/sys/class/hwmon/hwmon0/temp1_input", "127000"); /* nobody answers on the bus */
    tick_after(5000);
    T_EQ_INT(temp->sensor.len, 0);
    T_EQ_INT(last(&temp->hist), DASH_GAP);
    put("/sys/class/hwmon/hwmon0/temp1_input", "61000");
    tick_after(5000);
    T_EQ_INT(temp->mc, 61000);
    T_CHECK(says("lm75 is at 61.0\xc2\xa0\xc2\xb0"
                 "C, its limit is 60\xc2\xa0\xc2\xb0"
                 "C."));
    char command[256]; /* the driver was loaded again and has another number */
    (void)snprintf(command, sizeof command,
                   "mv %s/sys/class/hwmon/hwmon0 %s/sys/class/hwmon/hwmon4", root, root);
    T_CHECK(system(command) == 0);
    dash_sources_tick(&dash_device, false); /* noticed without waiting for a point */
    T_EQ_INT(temp->sensor.len, 1);
    T_CHECK(strcmp(temp->sensor.v[0].id, "hw4.1") == 0);
    gone("/sys/class/hwmon/hwmon4");
    tick_after(5000);
    T_EQ_INT(temp->sensor.len, 0);
    T_CHECK(!says("lm75 is at 61.0 \xc2\xb0"
                  "C, its limit is 60 \xc2\xb0"
                  "C."));
}

static void more_sensors_than_places_are_counted(void)
{
    enum { COUNT = DASH_SENSOR_SEEN_MAX + 6 };

    for (unsigned i = 0; i < COUNT; i++) {
        char path[64];
        (void)snprintf(path, sizeof path, "/sys/class/thermal/thermal_zone%u/temp", i);
        put(path, i == 40 ? "99000" : "50000");
        (void)snprintf(path, sizeof path, "/sys/class/thermal/thermal_zone%u/trip_point_0_type", i);
        put(path, "critical");
        (void)snprintf(path, sizeof path, "/sys/class/thermal/thermal_zone%u/trip_point_0_temp", i);
        put(path, "90000");
    }
    tick_after(5000);
    const struct dash_temp *temp = &dash_device.temp;
    T_EQ_INT(temp->sensor.len + temp->sensor.dropped, COUNT);
    T_EQ_INT(temp->sensor.len, DASH_SENSOR_MAX);
    T_EQ_INT(temp->sensor.v[0].mc, 99000); /* the worst is shown */
    gone("/sys/class/thermal");
    tick_after(5000);
    T_EQ_INT(temp->sensor.len, 0);
}

/* --- storage ---------------------------------------------------------------------------------- */

static void mounted(const char *options)
{
    char text[256];
    (void)snprintf(text, sizeof text, "22 1 8:1 / / %s - ext4 /dev/sda1 %s", options, options);
    put("/proc/self/mountinfo", text);
    tick_after(5000);
}

static void a_root_that_becomes_read_only_is_a_fault(void)
{
    disk_space = (struct os_space){ 1000000, 500000, 500000, 1000, 500 };
    mounted("ro");
    T_EQ_INT(dash_device.storage.len, 1);
    T_EQ_INT(dash_device.worst, DASH_OK); /* normal on a device */
    mounted("rw");                        /* an update */
    mounted("ro");
    T_EQ_INT(dash_device.worst, DASH_OK);
    put("/proc/self/mountinfo", "");
    tick_after(5000);
    T_EQ_INT(dash_device.storage.len, 0);
    mounted("rw");
    mounted("ro");
    T_CHECK(says("Storage / has become read-only."));
    T_EQ_INT(dash_device.storage.v[0].level, DASH_FAULT);
    mounted("rw");
    T_EQ_INT(dash_device.worst, DASH_OK);
}

static void full_disks_are_said_where_they_can_be_emptied(void)
{
    static const struct {
        unsigned available; /* of 1000 blocks */
        enum dash_level level;
    } row[] = { { 110, DASH_OK }, { 109, DASH_WARN }, { 40, DASH_WARN }, { 39, DASH_FAULT } };

    for (size_t i = 0; i < WICK_COUNT_OF(row); i++) {
        disk_space = (struct os_space){ 1000, row[i].available, row[i].available, 0, 0 };
        mounted("rw");
        T_EQ_INT(dash_device.worst, row[i].level);
        T_EQ_INT(dash_device.storage.v[0].level, row[i].level);
    }
    put("/proc/self/mountinfo", "");
    tick_after(5000);
    mounted("ro"); /* an image is always full */
    T_EQ_INT(dash_device.worst, DASH_OK);
    disk_space = (struct os_space){ 1000, 2000, 2000, 0, 0 }; /* nonsense is no fact */
    mounted("ro");
    T_EQ_INT(dash_device.storage.len, 0);
    T_EQ_INT(dash_device.storage.dropped, 1);
    put("/proc/self/mountinfo", "");
}

static void disk_line(const char *text)
{
    put("/proc/diskstats", text);
    tick_after(1000);
}

static void a_disk_that_is_plugged_in_is_no_traffic(void)
{
    const struct dash_disk *disk = &dash_device.disk;
    put("/sys/block/sda/device/x", "");
    put("/sys/block/sdb/device/x", "");
    disk_line("8 0 sda 1 0 1000 1 1 0 1000 1 0 1 1");
    T_CHECK(disk->is_there);
    T_EQ_INT(disk->read_rate, 0);
    disk_line("8 0 sda 1 0 1200 1 1 0 1000 1 0 1 1");
    T_EQ_INT(disk->read_rate, 102000); /* 200 sectors of 512 bytes, three digits */
    disk_line("8 0 sda 1 0 1400 1 1 0 1000 1 0 1 1\n8 16 sdb 1 0 99000000 1 1 0 8 1 0 1 1");
    T_EQ_INT(disk->read_rate, 102000);
    disk_line("8 0 sda 1 0 100 1 1 0 100 1 0 1 1\n8 16 sdb 1 0 99000100 1 1 0 8 1 0 1 1");
    T_EQ_INT(disk->read_rate, 51200);             /* of sdb; sda went back */
    disk_line("8 0 sda 1 0 50 1 1 0 50 1 0 1 1"); /* nothing is known: the value stays */
    T_EQ_INT(disk->read_rate, 51200);
    T_EQ_INT(last(&disk->read), DASH_GAP);
}

/* --- network ---------------------------------------------------------------------------------- */

static struct os_link *add_link(const char *name)
{
    struct os_link *link = &link_mem[link_count++];
    memset(link, 0, sizeof *link);
    link->idx = (int)link_count;
    link->is_up = true;
    link->has_carrier = true;
    link->has_counters = true;
    (void)str_copy(link->name, sizeof link->name, str_of(name));
    return link;
}

static void errors_are_said_and_drops_are_not(void)
{
    struct os_link *eth0 = add_link("eth0");
    put("/sys/class/net/eth0/device/x", "");
    eth0->rx_errors = 7;
    tick_after(1000);
    T_EQ_INT(dash_device.net.len, 1);
    T_EQ_INT(dash_device.worst, DASH_OK); /* errors of long ago */
    eth0->rx_dropped = 100;
    tick_after(1000);
    T_EQ_INT(dash_device.worst, DASH_OK);
    T_EQ_INT(dash_device.net.v[0].errors, 7);
    eth0->rx_errors = 9;
    tick_after(1000);
    T_CHECK(says("Errors are rising on eth0: 9 so far."));
    T_CHECK(dash_device.net.v[0].is_worse);
    eth0->rx_errors = 0; /* the driver was loaded again */
    tick_after(61000);
    T_EQ_INT(dash_device.worst, DASH_OK);
    eth0->rx_bytes = 1000;
    tick_after(1000);
    eth0->rx_bytes = 3000;
    tick_after(1000);
    T_EQ_INT(dash_device.net.v[0].rx_rate, 2000);
    eth0->rx_bytes = 10; /* back: neither a spike nor nothing */
    tick_after(1000);
    T_EQ_INT(dash_device.net.v[0].rx_rate, 2000);
    T_EQ_INT(last(&dash_device.net.v[0].rx), DASH_GAP);
}

static void a_lost_link_is_said(void)
{
    struct os_link *eth0 = &link_mem[0];
    struct os_link *eth1 = add_link("eth1");
    put("/sys/class/net/eth1/device/x", "");
    eth1->has_carrier = false; /* never had one: a plug that nobody uses */
    tick_after(1000);
    T_EQ_INT(dash_device.worst, DASH_OK);
    eth1->has_carrier = true;
    tick_after(1000);
    eth0->has_carrier = false;
    tick_after(1000);
    T_CHECK(says("eth0 has lost its link."));
    T_CHECK(!says("No network interface has a link."));
    T_CHECK(strcmp(dash_device.net.v[0].name, "eth0") == 0 && dash_device.net.v[0].is_lost);
    eth1->has_carrier = false;
    tick_after(1000);
    T_CHECK(says("No network interface has a link."));
    eth1->is_up = false; /* switched off on purpose */
    tick_after(1000);
    T_CHECK(!says("eth1 has lost its link."));
    eth0->has_carrier = true;
    eth1->is_up = true;
    tick_after(1000);
    T_CHECK(!says("eth0 has lost its link."));
    T_CHECK(!says("eth1 has lost its link."));
}

static void of_many_interfaces_the_ones_that_matter_are_shown(void)
{
    for (unsigned i = 0; i < 300; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "tap%u", i);
        (void)add_link(name);
    }
    address_idx = 150;
    tick_after(1000);
    T_EQ_INT(dash_device.net.len, DASH_IF_MAX);
    T_EQ_INT(dash_device.net.len + dash_device.net.dropped, link_count);
    T_CHECK(strcmp(dash_device.net.v[0].address, "10.0.0.0/24") == 0);
    T_CHECK(strcmp(dash_device.net.v[0].name, link_mem[149].name) == 0);
    link_mem[200].tx_errors = 1;
    tick_after(1000);
    T_CHECK(strcmp(dash_device.net.v[0].name, link_mem[200].name) == 0);
    link_count = 2; /* they are gone */
    tick_after(1000);
    T_EQ_INT(dash_device.net.len, 2);
    T_EQ_INT(dash_device.net.dropped, 0);
}

static void all_plugs_are_summed_up_also_those_that_are_not_shown(void)
{
    enum { PLUGS = 40, EACH = 125000 };

    const struct dash_traffic *traffic = &dash_device.traffic;
    unsigned links_before = link_count;
    char name[48];
    link_count = 0;
    for (unsigned i = 0; i < PLUGS; i++) {
        (void)snprintf(name, sizeof name, "/sys/class/net/port%u/device/uevent", i);
        put(name, "DRIVER=x");
        (void)snprintf(name, sizeof name, "port%u", i);
        add_link(name)->rx_bytes = 1000;
    }
    tick_after(1000);
    for (unsigned i = 0; i < PLUGS; i++) {
        link_mem[i].rx_bytes += EACH;
    }
    tick_after(1000);
    T_EQ_INT(traffic->rx_rate, PLUGS * EACH);
    /* a counter that jumps, or runs backwards, is no traffic: a gap, and the rate of before */
    link_mem[3].rx_bytes = UINT64_MAX - 5;
    tick_after(1000);
    T_EQ_INT(traffic->rx_rate, PLUGS * EACH);
    T_EQ_INT(last(&traffic->rx), DASH_GAP);
    link_mem[3].rx_bytes = 0;
    tick_after(1000);
    T_CHECK(traffic->rx_rate <= PLUGS * EACH);
    /* a port of a switch brings its bytes to the processor's own port: they count once */
    (void)snprintf(name, sizeof name, "%d", link_mem[0].idx);
    put("/sys/class/net/port1/iflink", name);
    tick_after(1000);
    T_EQ_INT(last(&traffic->rx), DASH_GAP);
    link_mem[0].rx_bytes += EACH;
    link_mem[1].rx_bytes += EACH;
    tick_after(1000);
    T_EQ_INT(traffic->rx_rate, EACH);
    /* one is plugged in with all that it has ever received */
    link_count = PLUGS - 1;
    tick_after(1000);
    link_count = PLUGS;
    tick_after(1000);
    T_EQ_INT(last(&traffic->rx), DASH_GAP);
    link_count = links_before < PLUGS ? links_before : PLUGS;
    gone("/sys/class/net");
    tick_after(61000);
}

/* --- all -------------------------------------------------------------------------------------- */

static void a_container_has_the_memory_that_it_may_use(void)
{
    const struct dash_mem *mem = &dash_device.mem;
    put("/proc/meminfo", "MemTotal: 8000000 kB\nMemAvailable: 7000000 kB");
    put("/sys/fs/cgroup/memory.max", "max");
    put("/sys/fs/cgroup/memory.current", "950000");
    put("/sys/fs/cgroup/memory.stat", "anon 1\ninactive_file 150000\nfile 1");
    tick_after(5000);
    T_EQ_INT(mem->total, 8000000ULL * 1024);
    put("/sys/fs/cgroup/memory.max", "1000000");
    tick_after(5000);
    T_EQ_INT(mem->total, 1000000);
    T_EQ_INT(mem->used, 800000);
    T_EQ_INT(mem->pct, 80);
    put("/sys/fs/cgroup/memory.current", "2000000"); /* more than it may: for a moment */
    tick_after(5000);
    T_EQ_INT(mem->pct, 100);
    put("/sys/fs/cgroup/memory.max", "9000000000000"); /* more than there is: no limit */
    tick_after(5000);
    T_EQ_INT(mem->total, 8000000ULL * 1024);
    gone("/sys/fs/cgroup");
}

/* What is left when nothing is wrong says what was looked at, and for how long. */
static void all_is_well_says_what_was_watched(void)
{
    disk_space = (struct os_space){ 1000000, 500000, 500000, 0, 0 };
    put("/proc/meminfo", "MemTotal: 1000 kB\nMemAvailable: 500 kB");
    mounted("rw");
    T_EQ_INT(dash_device.worst, DASH_OK);
    T_CHECK(strcmp(dash_device.watched, "settings, 1 file system, memory, 2 network interfaces and "
                                        "the clock") == 0);
    uint64_t quiet_s = dash_device.quiet_s;
    tick_after(60000);
    T_EQ_INT(dash_device.quiet_s, quiet_s + 60);
    put("/proc/meminfo", "MemTotal: 1000 kB\nMemAvailable: 50 kB");
    tick_after(5000);
    T_CHECK(says("Memory is 95\xc2\xa0% used."));
    put("/proc/meminfo", "MemTotal: 1000 kB\nMemAvailable: 500 kB");
    tick_after(5000);
    T_EQ_INT(dash_device.quiet_s, 0);
}

static void the_list_keeps_the_worst(void)
{
    struct buf text;
    dash_device.health.len = 0;
    dash_device.health.dropped = 0;
    for (unsigned i = 0; i < DASH_HEALTH_MAX + 3; i++) {
        char name[8];
        (void)snprintf(name, sizeof name, "%u", i);
        struct dash_fault fault = { .level = i < DASH_HEALTH_MAX ? DASH_WARN : DASH_FAULT,
                                    .kind = "t:",
                                    .name = str_of(name),
                                    .hint = "",
                                    .href = "" };
        T_CHECK(health_add(&dash_device, &fault, &text));
        buf_put_text(&text, name);
    }
    T_EQ_INT(dash_device.health.len, DASH_HEALTH_MAX);
    T_EQ_INT(dash_device.health.dropped, 3);
    T_CHECK(strcmp(dash_device.health.v[0].text, "16") == 0);
    T_CHECK(strcmp(dash_device.health.v[2].text, "18") == 0);
    T_CHECK(strcmp(dash_device.health.v[3].text, "0") == 0);
    T_CHECK(!health_add(
        &dash_device,
        &(struct dash_fault){ .level = DASH_WARN, .kind = "", .hint = "", .href = "" }, &text));
    T_EQ_INT(health_take_worst(), DASH_FAULT);
    T_EQ_INT(health_take_worst(), DASH_OK);
}

static void text_from_outside_cannot_deceive(void)
{
    static const struct {
        const char *from, *to;
    } row[] = {
        { "plain text", "plain text" },
        { "a\xe2\x80\xaetxt.exe", "a<U+202e>txt.exe" },
        { "a\xe2\x80\x8b", "a<U+200b>" },
        { "\xff\xfe", "\xef\xbf\xbd\xef\xbf\xbd" },
        { "tab\there", "tab<U+0009>here" },
        { "caf\xc3\xa9", "caf\xc3\xa9" },
        { "12345678901234567890123", "12345678901234567890123" },
        { "123456789012345678901234", "12345678901234567890\xe2\x80\xa6" },
        { "1234567890123456\xe2\x80\xae", "1234567890123456\xe2\x80\xa6" },
        { "\xf3\xa0\x81\x81", "<U+e0041>" },
        { "", "" },
    };

    for (size_t i = 0; i < WICK_COUNT_OF(row); i++) {
        char text[24];
        bool is_same = dash_text(text, sizeof text, str_of(row[i].from));
        T_EQ_TEXT(text, strlen(text), row[i].to);
        T_CHECK(is_same == (strcmp(row[i].from, row[i].to) == 0));
    }
}

int main(void)
{
    T_CHECK(mkdtemp(root) != NULL && os_root_set(root));
    os_machine_set(&machine);
    clk_set(now_ms * 1000, 0);
    dash_sources_start(&dash_device);
    counters_that_go_back_are_no_time();
    sensors_come_move_and_go();
    more_sensors_than_places_are_counted();
    a_root_that_becomes_read_only_is_a_fault();
    full_disks_are_said_where_they_can_be_emptied();
    a_disk_that_is_plugged_in_is_no_traffic();
    errors_are_said_and_drops_are_not();
    a_lost_link_is_said();
    of_many_interfaces_the_ones_that_matter_are_shown();
    a_container_has_the_memory_that_it_may_use();
    all_is_well_says_what_was_watched();
    all_plugs_are_summed_up_also_those_that_are_not_shown();
    the_list_keeps_the_worst();
    text_from_outside_cannot_deceive();
    char command[64];
    (void)snprintf(command, sizeof command, "rm -r %s", root);
    T_CHECK(system(command) == 0);
    return t_done();
}
