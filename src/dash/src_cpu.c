/* src_cpu.c - CPU use from /proc/stat (proc(5)): differences of the jiffies between two ticks; load
 * from /proc/loadavg. */
#include "base/num.h"
#include "dash/series.h"
#include "dash/sources.h"
#include "dash/src_file.h"

/* Columns of a cpu line in order: user nice system idle iowait irq softirq steal (guest is
 * contained in user). */
enum { COL_IDLE = 3, COL_IOWAIT = 4, COL_COUNT = 8 };

struct cpu_time {
    uint64_t total, idle, iowait;
};

enum { CORE_MAX = 32 };
static struct cpu_time last_all, last_core[CORE_MAX];
static char text_mem[16384]; /* /proc/stat: the cpu lines come first, so a longer file loses nothing
                                that we read */

static struct cpu_time read_times(struct str line)
{
    struct cpu_time time = { 0, 0, 0 };
    for (unsigned col = 0; col < COL_COUNT && line.len > 0; col++) {
        struct str word = str_cut(&line, ' ');
        uint64_t value = 0;
        if (num_u64(word, UINT64_MAX / 16, &value) != WICK_OK) {
            break;
        }
        time.total += value;
        time.idle += col == COL_IDLE || col == COL_IOWAIT ? value : 0;
        time.iowait = col == COL_IOWAIT ? value : time.iowait;
    }
    return time;
}

static uint8_t share(uint64_t part, uint64_t whole)
{
    return whole == 0 || part > whole ? 0 : (uint8_t)((part * 100 + whole / 2) / whole);
}

/* Busy percent between two readings; counters that went back (a core was replugged) count as no
 * time. */
static uint8_t busy_pct(const struct cpu_time *was, const struct cpu_time *is)
{
    if (is->total <= was->total || is->idle < was->idle) {
        return 0;
    }
    uint64_t whole = is->total - was->total;
    uint64_t idle = is->idle - was->idle;
    return idle > whole ? 0 : share(whole - idle, whole);
}

static void read_stat_line(struct dash_cpu *cpu, struct str name, struct str rest)
{
    struct cpu_time now = read_times(str_trim(rest, " "));
    uint64_t id = 0;
    if (name.len == 0) {
        cpu->pct = busy_pct(&last_all, &now);
        cpu->iowait_pct = now.iowait >= last_all.iowait && now.total > last_all.total
                              ? share(now.iowait - last_all.iowait, now.total - last_all.total)
                              : 0;
        last_all = now;
    } else if (num_u64(name, CORE_MAX - 1, &id) == WICK_OK) {
        struct dash_core *core = wick_list_add(&cpu->core);
        if (core != NULL) {
            core->id = (uint8_t)id;
            core->pct = busy_pct(&last_core[id], &now);
        }
        last_core[id] = now;
    }
}

static void read_load(struct dash_cpu *cpu)
{
    char mem[64];
    struct str text = src_read("/proc/loadavg", mem, sizeof mem);
    uint32_t *to[3] = { &cpu->load1_milli, &cpu->load5_milli, &cpu->load15_milli };
    for (unsigned i = 0; i < WICK_COUNT_OF(to); i++) {
        int64_t milli = 0;
        *to[i] = num_fixed(str_cut(&text, ' '), 3, &milli) == WICK_OK && milli >= 0 &&
                         milli <= UINT32_MAX
                     ? (uint32_t)milli
                     : 0;
    }
}

void src_cpu_tick(struct dash_device *device, bool is_point)
{
    struct dash_cpu *cpu = &device->cpu;
    struct str text = src_read("/proc/stat", text_mem, sizeof text_mem);
    bool is_first = last_all.total == 0;
    cpu->core.len = 0;
    cpu->core.dropped = 0;
    while (text.len > 0) {
        struct str line = str_cut(&text, '\n');
        if (!str_starts(line, STR("cpu"))) {
            break;
        }
        struct str name = str_cut(&line, ' ');
        read_stat_line(cpu, (struct str){ name.ptr + 3, name.len - 3 }, line);
    }
    int64_t khz = 0;
    cpu->mhz =
        src_number("/sys/devices/system/cpu/cpu0/cpufreq", "scaling_cur_freq", &khz) && khz > 0
            ? (uint32_t)(khz / 1000)
            : 0;
    read_load(cpu);
    cpu->hist.unit = DASH_PERCENT;
    if (is_point) { /* the first reading is the mean since boot, not a point of the last five
                       minutes */
        series_push(&cpu->hist, is_first ? DASH_GAP : cpu->pct);
    }
    series_scale(&cpu->hist, NULL);
}
