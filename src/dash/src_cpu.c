/* src_cpu.c - processor use from /proc/stat (proc(5)): differences between two ticks; load from
 * /proc/loadavg; waiting from /proc/pressure. */
#include "base/base.h"
#include "base/num.h"
#include "dash/series.h"
#include "dash/source.h"
#include "os/os_file.h"

/* Columns of a cpu line; guest time is contained in user time. */
static const char *const mode[] = { "user",   "nice", "system",  "idle",
                                    "iowait", "irq",  "softirq", "steal" };

enum { COL_IDLE = 3, COL_IOWAIT = 4, COL_COUNT = WICK_COUNT_OF(mode) };

enum { JIFFIES_S = 100 }; /* USER_HZ of all kernels that we know */

struct cpu_time {
    uint64_t col[COL_COUNT];
    bool is_known;
};

static struct {
    struct cpu_time all, core[DASH_CORE_MAX];
    uint8_t core_pct[DASH_CORE_MAX];
    uint64_t pressure_us[3]; /* what waited: cpu, memory, io */
    bool has_pressure;
} cpu_was;

static struct cpu_time read_times(struct str line)
{
    struct cpu_time time = { .is_known = false };
    for (unsigned col = 0; col < COL_COUNT; col++) { /* old kernels have fewer columns */
        struct str word = str_cut(&line, ' ');
        if (num_u64(word, UINT64_MAX / 16, &time.col[col]) != WICK_OK) {
            break;
        }
        time.is_known = true;
    }
    return time;
}

static uint64_t risen(uint64_t was, uint64_t is)
{
    return is > was ? is - was : 0;
}

/* Busy and waiting percent between two readings. The kernel corrects iowait downwards and counts
 * that time as idle, so both are one figure; a column that went back counts as no time. Nothing
 * moved, or all went back (a core was replugged): the values stay what they were. */
static bool compare(const struct cpu_time *was, const struct cpu_time *is, uint8_t *busy_out,
                    uint8_t *iowait_out)
{
    uint64_t busy = 0;
    for (unsigned col = 0; col < COL_COUNT; col++) {
        bool is_idle = col == COL_IDLE || col == COL_IOWAIT;
        busy += is_idle ? 0 : risen(was->col[col], is->col[col]);
    }
    uint64_t idle =
        risen(was->col[COL_IDLE] + was->col[COL_IOWAIT], is->col[COL_IDLE] + is->col[COL_IOWAIT]);
    if (busy + idle == 0) {
        return false;
    }
    uint64_t iowait = risen(was->col[COL_IOWAIT], is->col[COL_IOWAIT]);
    *busy_out = dash_percent(busy, busy + idle, false);
    if (iowait_out != NULL) {
        *iowait_out = dash_percent(iowait < idle ? iowait : idle, busy + idle, false);
    }
    return true;
}

static void read_core(struct dash_cpu *cpu, struct str name, const struct cpu_time *now)
{
    uint64_t id = 0;
    if (num_u64(name, UINT16_MAX, &id) != WICK_OK) {
        return;
    }
    struct dash_core *core = id < DASH_CORE_MAX ? wick_list_add(&cpu->core) : NULL;
    if (core == NULL) {
        cpu->core.dropped += id >= DASH_CORE_MAX ? 1 : 0;
        return;
    }
    struct cpu_time *was = &cpu_was.core[id];
    core->id = (uint8_t)id;
    core->pct = cpu_was.core_pct[id];
    if (compare(was, now, &core->pct, NULL)) {
        cpu_was.core_pct[id] = core->pct;
    }
    *was = *now;
}

/* @return false: nothing can be said about the time since the last reading. */
static bool read_stat(struct dash_cpu *cpu)
{
    struct os_lines lines;
    struct str line;
    bool is_measured = false;
    cpu->core.len = 0;
    cpu->core.dropped = 0;
    (void)os_lines_open(&lines, "/proc/stat", dash_window, sizeof dash_window);
    while (os_lines_next(&lines, &line) && str_starts(line, STR("cpu"))) {
        struct str name = str_cut(&line, ' ');
        name = (struct str){ name.ptr + 3, name.len - 3 };
        struct cpu_time now = read_times(str_trim(line, " "));
        if (!now.is_known) {
            continue;
        }
        if (name.len == 0) {
            /* the first reading is the mean since the start of the machine */
            is_measured =
                compare(&cpu_was.all, &now, &cpu->pct, &cpu->iowait_pct) && cpu_was.all.is_known;
            cpu_was.all = now;
        } else {
            read_core(cpu, name, &now);
        }
    }
    os_lines_close(&lines);
    return is_measured;
}

static void read_load(struct dash_cpu *cpu)
{
    char mem[64];
    struct str text = os_read("/proc/loadavg", mem, sizeof mem);
    uint32_t *to[3] = { &cpu->load1_milli, &cpu->load5_milli, &cpu->load15_milli };
    for (unsigned i = 0; i < WICK_COUNT_OF(to); i++) {
        int64_t milli = 0;
        bool is_good = num_fixed(str_cut(&text, ' '), 3, &milli) == WICK_OK && milli >= 0 &&
                       milli <= UINT32_MAX;
        *to[i] = is_good ? (uint32_t)milli : 0;
    }
}

/* "some avg10=0.00 avg60=0.00 avg300=0.00 total=123": microseconds in which something waited. */
static void read_pressure(void)
{
    static const char *const name[3] = { "cpu", "memory", "io" };
    cpu_was.has_pressure = false;
    for (size_t i = 0; i < WICK_COUNT_OF(name); i++) {
        char mem[128];
        struct str line = os_line("/proc/pressure", name[i], mem, sizeof mem);
        while (line.len > 0) {
            struct str value = str_cut(&line, ' ');
            if (str_eq(str_cut(&value, '='), STR("total"))) {
                cpu_was.has_pressure =
                    num_u64(value, UINT64_MAX, &cpu_was.pressure_us[i]) == WICK_OK;
            }
        }
    }
}

static void tick(struct dash_device *device, bool is_point)
{
    struct dash_cpu *cpu = &device->cpu;
    bool is_measured = read_stat(cpu);
    read_load(cpu);
    cpu->hist.unit = DASH_PERCENT;
    if (is_point) {
        read_pressure();
        series_push(&cpu->hist, is_measured ? cpu->pct : DASH_GAP);
    }
    series_scale(&cpu->hist, NULL);
}

enum { METRIC_CPU, METRIC_LOAD1, METRIC_LOAD5, METRIC_LOAD15, METRIC_PRESSURE };

static const struct dash_metric metric[] = {
    [METRIC_CPU] = { "node_cpu_seconds_total", METRIC_COUNTER,
                     "Seconds the CPUs spent in each mode." },
    [METRIC_LOAD1] = { "node_load1", METRIC_GAUGE, "1m load average." },
    [METRIC_LOAD5] = { "node_load5", METRIC_GAUGE, "5m load average." },
    [METRIC_LOAD15] = { "node_load15", METRIC_GAUGE, "15m load average." },
    [METRIC_PRESSURE] = { "node_pressure_cpu_waiting_seconds_total", METRIC_COUNTER,
                          "Time in which processes have waited for CPU time." },
    { "node_pressure_memory_waiting_seconds_total", METRIC_COUNTER,
      "Time in which processes have waited for memory." },
    { "node_pressure_io_waiting_seconds_total", METRIC_COUNTER,
      "Time in which processes have waited due to IO congestion." },
};

static unsigned metric_rows(const struct dash_device *device, unsigned metric_idx)
{
    if (metric_idx >= METRIC_PRESSURE) {
        return cpu_was.has_pressure ? 1 : 0;
    }
    return metric_idx == METRIC_CPU ? device->cpu.core.len * COL_COUNT : 1;
}

static void metric_put(const struct dash_device *device, unsigned metric_idx, unsigned row,
                       struct buf *out)
{
    const struct dash_cpu *cpu = &device->cpu;
    char mem[8];
    struct buf id;
    switch (metric_idx) {
    case METRIC_CPU:
        buf_init(&id, mem, sizeof mem);
        buf_put_u64(&id, cpu->core.v[row / COL_COUNT].id);
        metric_label(out, "cpu", buf_str(&id));
        metric_label(out, "mode", str_of(mode[row % COL_COUNT]));
        metric_fixed(out,
                     (int64_t)(cpu_was.core[cpu->core.v[row / COL_COUNT].id].col[row % COL_COUNT] *
                               (100 / JIFFIES_S)),
                     2);
        break;
    case METRIC_LOAD1:
        metric_fixed(out, cpu->load1_milli, 3);
        break;
    case METRIC_LOAD5:
        metric_fixed(out, cpu->load5_milli, 3);
        break;
    case METRIC_LOAD15:
        metric_fixed(out, cpu->load15_milli, 3);
        break;
    default:
        metric_fixed(out, (int64_t)cpu_was.pressure_us[metric_idx - METRIC_PRESSURE], 6);
        break;
    }
}

const struct dash_source src_cpu = {
    .name = "cpu",
    .tick = tick,
    .metric = metric,
    .metric_count = WICK_COUNT_OF(metric),
    .metric_rows = metric_rows,
    .metric_put = metric_put,
};
