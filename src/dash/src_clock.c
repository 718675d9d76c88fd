/* src_clock.c - the device's clock, whether it is right, and since when the machine runs
 * (/proc/uptime, proc(5)). */
#include "base/clk.h"
#include "base/num.h"
#include "dash/source.h"
#include "os/os_file.h"
#include "os/os_machine.h"

enum { YEAR_2024_S = 1704067200 }; /* an earlier time is a clock that was never set */

static enum os_clock state;

static void tick(struct dash_device *device, bool is_point)
{
    enum { ROUNDED_S = 2 }; /* two times cut to seconds differ by that much without a reason */

    char mem[64];
    struct str text = os_read("/proc/uptime", mem, sizeof mem);
    uint64_t uptime_s = 0;
    if (num_u64(str_cut(&text, '.'), UINT32_MAX, &uptime_s) == WICK_OK) {
        device->uptime_s = uptime_s;
    }
    device->clock_s = clk_wall_ms() / 60000 * 60;
    uint64_t now_s = clk_wall_ms() / 1000;
    uint64_t boot_s = now_s > device->uptime_s ? now_s - device->uptime_s : 0;
    uint64_t moved_s = boot_s > device->boot_s ? boot_s - device->boot_s : device->boot_s - boot_s;
    if (moved_s > ROUNDED_S) { /* the clock was set: machines without a battery start in 1970 */
        device->boot_s = boot_s;
    }
    if (is_point) {
        state = os_machine()->clock();
    }
}

static void health(struct dash_device *device)
{
    bool is_wrong = clk_wall_ms() / 1000 < YEAR_2024_S;
    struct buf text;
    if ((is_wrong || state == OS_CLOCK_UNSYNCED) &&
        health_add(device,
                   &(struct dash_fault){ .level = is_wrong ? DASH_FAULT : DASH_WARN,
                                         .kind = "clock",
                                         .hint = "Times may be off: check the time server.",
                                         .href = "#device" },
                   &text)) {
        buf_put_text(&text, is_wrong ? "The clock is wrong." : "The clock is not synchronised.");
    }
}

static void watched(const struct dash_device *device, struct buf *text)
{
    (void)device;
    buf_put_text(text, state == OS_CLOCK_UNKNOWN ? "" : "the clock");
}

enum { METRIC_TIME, METRIC_BOOT, METRIC_SYNC };

static const struct dash_metric metric[] = {
    [METRIC_TIME] = { "node_time_seconds", METRIC_GAUGE, "System time in seconds since 1970." },
    [METRIC_BOOT] = { "node_boot_time_seconds", METRIC_GAUGE, "Unix time of the last boot." },
    [METRIC_SYNC] = { "node_timex_sync_status", METRIC_GAUGE,
                      "Is the clock synchronised to a reliable server (1 = yes, 0 = no)." },
};

static unsigned metric_rows(const struct dash_device *device, unsigned metric_idx)
{
    (void)device;
    return metric_idx == METRIC_SYNC && state == OS_CLOCK_UNKNOWN ? 0 : 1;
}

static void metric_put(const struct dash_device *device, unsigned metric_idx, unsigned row,
                       struct buf *out)
{
    (void)row;
    switch (metric_idx) {
    case METRIC_TIME:
        metric_fixed(out, (int64_t)clk_wall_ms(), 3);
        break;
    case METRIC_BOOT:
        metric_u64(out, device->boot_s);
        break;
    default:
        metric_u64(out, state == OS_CLOCK_SYNCED ? 1 : 0);
        break;
    }
}

const struct dash_source src_clock = {
    .name = "clock",
    .tick = tick,
    .health = health,
    .watched = watched,
    .metric = metric,
    .metric_count = WICK_COUNT_OF(metric),
    .metric_rows = metric_rows,
    .metric_put = metric_put,
};
