/* src_mem.c - memory from /proc/meminfo. Used is what cannot be had at once: MemTotal -
 * MemAvailable, never MemFree. Killed programs from /proc/vmstat. */
#include "base/base.h"
#include "base/num.h"
#include "dash/series.h"
#include "dash/source.h"
#include "os/os_file.h"

#include <string.h>

enum { WARN_PCT = 90, FAULT_PCT = 97 };

enum field { TOTAL, FREE, AVAILABLE, BUFFERS, CACHED, SHMEM, RECLAIMABLE, SWAP_TOTAL, SWAP_FREE };

static const struct str field_name[] = {
    [TOTAL] = STR_INIT("MemTotal"),
    [FREE] = STR_INIT("MemFree"),
    [AVAILABLE] = STR_INIT("MemAvailable"),
    [BUFFERS] = STR_INIT("Buffers"),
    [CACHED] = STR_INIT("Cached"),
    [SHMEM] = STR_INIT("Shmem"),
    [RECLAIMABLE] = STR_INIT("SReclaimable"),
    [SWAP_TOTAL] = STR_INIT("SwapTotal"),
    [SWAP_FREE] = STR_INIT("SwapFree"),
};

enum { FIELD_COUNT = WICK_COUNT_OF(field_name) };

static struct {
    uint64_t bytes[FIELD_COUNT];
    bool is_known[FIELD_COUNT];
    uint64_t oom_kills; /* since the start of the machine */
    bool has_oom;
} mem;

/* "        2048 kB" -> bytes */
static bool line_bytes(struct str rest, uint64_t *bytes_out)
{
    rest = str_trim(rest, " ");
    uint64_t kib = 0;
    bool is_good = num_u64(str_cut(&rest, ' '), UINT64_MAX / 1024, &kib) == WICK_OK;
    *bytes_out = is_good ? kib * 1024 : 0;
    return is_good;
}

static void read_meminfo(void)
{
    struct os_lines lines;
    struct str line;
    memset(mem.bytes, 0, sizeof mem.bytes);
    memset(mem.is_known, 0, sizeof mem.is_known);
    (void)os_lines_open(&lines, "/proc/meminfo", dash_window, sizeof dash_window);
    while (os_lines_next(&lines, &line)) {
        struct str name = str_cut(&line, ':');
        for (unsigned i = 0; i < FIELD_COUNT; i++) {
            if (str_eq(name, field_name[i])) {
                mem.is_known[i] = line_bytes(line, &mem.bytes[i]);
            }
        }
    }
}

/* What the cache of ZFS would give back: it counts as used. "size 4 6400000000" */
static uint64_t zfs_reclaimable(void)
{
    struct os_lines lines;
    struct str line;
    uint64_t size = 0;
    uint64_t least = 0;
    (void)os_lines_open(&lines, "/proc/spl/kstat/zfs/arcstats", dash_window, sizeof dash_window);
    while (os_lines_next(&lines, &line)) {
        struct str name = str_cut(&line, ' ');
        line = str_trim(line, " ");
        (void)str_cut(&line, ' '); /* the type of the value */
        uint64_t value = 0;
        bool is_good = num_u64(str_trim(line, " "), UINT64_MAX, &value) == WICK_OK;
        size = is_good && str_eq(name, STR("size")) ? value : size;
        least = is_good && str_eq(name, STR("c_min")) ? value : least;
    }
    return size > least ? size - least : 0;
}

static uint64_t available(void)
{
    uint64_t bytes = mem.bytes[AVAILABLE];
    if (!mem.is_known[AVAILABLE]) { /* kernels before 3.14; shared memory is in the cache, but stays
                                     */
        uint64_t cache = mem.bytes[BUFFERS] + mem.bytes[CACHED] + mem.bytes[RECLAIMABLE];
        bytes = mem.bytes[FREE] + (cache > mem.bytes[SHMEM] ? cache - mem.bytes[SHMEM] : 0);
    }
    bytes += zfs_reclaimable();
    return bytes < mem.bytes[TOTAL] ? bytes : mem.bytes[TOTAL];
}

/* A line "name 123" of a file; 0: there is none. */
static uint64_t number_in(const char *path, struct str name)
{
    struct os_lines lines;
    struct str line;
    uint64_t number = 0;
    (void)os_lines_open(&lines, path, dash_window, sizeof dash_window);
    while (os_lines_next(&lines, &line)) {
        if (str_eq(str_cut(&line, ' '), name) && num_u64(line, UINT64_MAX, &number) != WICK_OK) {
            number = 0;
        }
    }
    return number;
}

/* A container may use less than the machine has: its own control group says how much, of version 2
 * or 1 (Documentation/admin-guide/cgroup-v2.rst). Without a limit there is no such file or number.
 */
static void obey_limit(struct dash_mem *out)
{
    static const struct {
        const char *folder, *most, *used, *stat;
        struct str cache; /* what it would give back at once */
    } group[] = {
        { "/sys/fs/cgroup", "memory.max", "memory.current", "/sys/fs/cgroup/memory.stat",
          STR_INIT("inactive_file") },
        { "/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes",
          "/sys/fs/cgroup/memory/memory.stat", STR_INIT("total_inactive_file") },
    };

    for (size_t i = 0; i < WICK_COUNT_OF(group); i++) {
        int64_t most = 0;
        int64_t used = 0;
        if (!os_number(group[i].folder, group[i].most, &most) ||
            !os_number(group[i].folder, group[i].used, &used) || most <= 0 || used < 0 ||
            (uint64_t)most >= out->total) {
            continue;
        }
        uint64_t cache = number_in(group[i].stat, group[i].cache);
        uint64_t kept = (uint64_t)used > cache ? (uint64_t)used - cache : 0;
        out->total = (uint64_t)most;
        out->available = kept < out->total ? out->total - kept : 0;
    }
}

static void read_oom(void)
{
    struct os_lines lines;
    struct str line;
    mem.has_oom = false;
    (void)os_lines_open(&lines, "/proc/vmstat", dash_window, sizeof dash_window);
    while (os_lines_next(&lines, &line)) {
        if (str_eq(str_cut(&line, ' '), STR("oom_kill"))) { /* since kernel 4.13 */
            mem.has_oom = num_u64(line, UINT32_MAX, &mem.oom_kills) == WICK_OK;
        }
    }
}

static void tick(struct dash_device *device, bool is_point)
{
    struct dash_mem *out = &device->mem;
    read_meminfo();
    out->total = mem.bytes[TOTAL];
    out->available = available();
    obey_limit(out);
    WICK_ASSERT(out->available <= out->total);
    out->used = out->total - out->available;
    out->swap_total = mem.bytes[SWAP_TOTAL];
    out->swap_used = mem.bytes[SWAP_TOTAL] > mem.bytes[SWAP_FREE]
                         ? mem.bytes[SWAP_TOTAL] - mem.bytes[SWAP_FREE]
                         : 0;
    out->pct = dash_percent(out->used, out->total, false);
    out->level = dash_level_of(out->pct, WARN_PCT, FAULT_PCT);
    out->hist.unit = DASH_PERCENT;
    out->hist.limit = WARN_PCT;
    if (is_point) {
        read_oom();
        series_push(&out->hist, out->total > 0 ? out->pct : DASH_GAP);
    }
    series_scale(&out->hist, NULL);
}

static void health(struct dash_device *device)
{
    struct buf text;
    if (device->mem.level != DASH_OK &&
        health_add(device,
                   &(struct dash_fault){ .level = (enum dash_level)device->mem.level,
                                         .kind = "memory",
                                         .hint = "Stop what is not needed, or restart.",
                                         .href = "#memory" },
                   &text)) {
        buf_put_text(&text, "Memory is ");
        buf_put_u64(&text, device->mem.pct);
        buf_put_text(&text, "\xc2\xa0% used.");
    }
    if (mem.has_oom && mem.oom_kills > 0 &&
        health_add(device,
                   &(struct dash_fault){ .level = DASH_WARN,
                                         .kind = "oom",
                                         .hint = "Look for what uses most memory.",
                                         .href = "#memory" },
                   &text)) {
        buf_put_text(&text, "Memory ran out: ");
        dash_count(&text, mem.oom_kills, "program was", "programs were");
        buf_put_text(&text, " stopped since the last start.");
    }
}

static void watched(const struct dash_device *device, struct buf *text)
{
    buf_put_text(text, device->mem.total > 0 ? "memory" : "");
}

enum { METRIC_OOM = FIELD_COUNT };

static const struct dash_metric metric[] = {
    [TOTAL] = { "node_memory_MemTotal_bytes", METRIC_GAUGE, "Field MemTotal of /proc/meminfo." },
    [FREE] = { "node_memory_MemFree_bytes", METRIC_GAUGE, "Field MemFree of /proc/meminfo." },
    [AVAILABLE] = { "node_memory_MemAvailable_bytes", METRIC_GAUGE,
                    "Field MemAvailable of /proc/meminfo." },
    [BUFFERS] = { "node_memory_Buffers_bytes", METRIC_GAUGE, "Field Buffers of /proc/meminfo." },
    [CACHED] = { "node_memory_Cached_bytes", METRIC_GAUGE, "Field Cached of /proc/meminfo." },
    [SHMEM] = { "node_memory_Shmem_bytes", METRIC_GAUGE, "Field Shmem of /proc/meminfo." },
    [RECLAIMABLE] = { "node_memory_SReclaimable_bytes", METRIC_GAUGE,
                      "Field SReclaimable of /proc/meminfo." },
    [SWAP_TOTAL] = { "node_memory_SwapTotal_bytes", METRIC_GAUGE,
                     "Field SwapTotal of /proc/meminfo." },
    [SWAP_FREE] = { "node_memory_SwapFree_bytes", METRIC_GAUGE,
                    "Field SwapFree of /proc/meminfo." },
    [METRIC_OOM] = { "node_vmstat_oom_kill", METRIC_COUNTER, "Field oom_kill of /proc/vmstat." },
};

static unsigned metric_rows(const struct dash_device *device, unsigned metric_idx)
{
    (void)device;
    return metric_idx == METRIC_OOM ? mem.has_oom : mem.is_known[metric_idx];
}

static void metric_put(const struct dash_device *device, unsigned metric_idx, unsigned row,
                       struct buf *out)
{
    (void)device;
    (void)row;
    metric_u64(out, metric_idx == METRIC_OOM ? mem.oom_kills : mem.bytes[metric_idx]);
}

const struct dash_source src_mem = {
    .name = "memory",
    .tick = tick,
    .health = health,
    .watched = watched,
    .metric = metric,
    .metric_count = WICK_COUNT_OF(metric),
    .metric_rows = metric_rows,
    .metric_put = metric_put,
};
