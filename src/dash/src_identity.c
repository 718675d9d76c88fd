/* src_identity.c - who the device is and since when it runs: uname(2), device tree, DMI,
 * os-release(5), /proc/uptime. */
#include "base/clk.h"
#include "base/num.h"
#include "dash/sources.h"
#include "dash/src_file.h"

#include <sys/utsname.h>

static void set_file(char *to, size_t cap, const char *path)
{
    char mem[128];
    struct str text = src_read(path, mem, sizeof mem);
    (void)wick_set(to, cap,
                   str_trim(str_of_field(text.ptr, text.len),
                            " \t\r\n")); /* a long name is cut: it is a caption */
}

/* PRETTY_NAME="..." of os-release. */
static void set_os(char *to, size_t cap)
{
    static char mem[2048];
    struct str text = src_read("/etc/os-release", mem, sizeof mem);
    while (text.len > 0) {
        struct str value = str_cut(&text, '\n');
        struct str name = str_cut(&value, '=');
        if (str_eq(name, STR("PRETTY_NAME"))) {
            (void)wick_set(to, cap, str_trim(value, "\"'"));
        }
    }
}

static void note_any(const char *name, void *arg)
{
    (void)name;
    *(bool *)arg = true;
}

/* What the machine remembers of its last end: watchdog bits (linux/watchdog.h), a crash dump of the
 * kernel. */
static void set_boot_cause(char *to, size_t cap)
{
    enum { CARD_RESET = 0x20, OVERHEAT = 0x01, POWER_UNDER = 0x10 };

    int64_t bits = 0;
    bool has_dump = false;
    src_each("/sys/fs/pstore", note_any, &has_dump);
    bool has_bits = src_number("/sys/class/watchdog/watchdog0", "bootstatus", &bits);
    struct str cause = has_dump ? STR("The kernel crashed before; its dump is kept")
                       : has_bits && (bits & CARD_RESET) != 0 ? STR("Restarted by the watchdog")
                       : has_bits && (bits & OVERHEAT) != 0   ? STR("Restarted after overheating")
                       : has_bits && (bits & POWER_UNDER) != 0
                           ? STR("Restarted after low supply voltage")
                           : STR("");
    (void)wick_set(to, cap, cause);
}

void src_identity_start(struct dash_device *device)
{
    struct utsname names;
    if (uname(&names) == 0) {
        (void)wick_set(device->kernel, sizeof device->kernel, str_of(names.release));
    }
    set_file(device->model, sizeof device->model, "/proc/device-tree/model");
    if (device->model[0] == '\0') {
        set_file(device->model, sizeof device->model, "/sys/class/dmi/id/product_name");
    }
    set_os(device->os, sizeof device->os);
    set_boot_cause(device->boot_cause, sizeof device->boot_cause);
}

void src_identity_tick(struct dash_device *device)
{
    enum { ROUNDED_S = 2 }; /* two times cut to seconds differ by that much without a reason */

    char mem[64];
    struct utsname names;
    struct str text = src_read("/proc/uptime", mem, sizeof mem);
    uint64_t uptime_s = 0;
    if (num_u64(str_cut(&text, '.'), UINT32_MAX, &uptime_s) == WICK_OK) {
        device->uptime_s = uptime_s;
    }
    device->clock_s = clk_wall_ms() / 60000 * 60;
    uint64_t now_s = clk_wall_ms() / 1000;
    uint64_t boot_s = now_s > uptime_s ? now_s - uptime_s : 0;
    uint64_t moved_s = boot_s > device->boot_s ? boot_s - device->boot_s : device->boot_s - boot_s;
    if (moved_s > ROUNDED_S) { /* the clock was set: machines without a battery start in 1970 */
        device->boot_s = boot_s;
    }
    if (uname(&names) == 0) {
        (void)wick_set(device->host, sizeof device->host, str_of(names.nodename));
    }
}
