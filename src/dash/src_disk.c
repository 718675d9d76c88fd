/* src_disk.c - what storage reads and writes: /proc/diskstats
 * (Documentation/admin-guide/iostats.rst), all real disks together. */
#include "base/base.h"
#include "base/clk.h"
#include "base/num.h"
#include "dash/series.h"
#include "dash/source.h"
#include "os/os_file.h"

#include <string.h>

/* Columns after the name; a sector has 512 bytes whatever the disk. */
enum { SECTOR_LEN = 512, COL_READ = 2, COL_WRITTEN = 6, COL_IO_MS = 9, COL_COUNT = 10 };

/* A disk as it was at the last tick. */
struct past {
    char name[16]; /* empty: free */
    uint64_t col[COL_COUNT];
    bool is_here; /* seen in this tick */
};

static struct {
    struct past past[DASH_DISK_SEEN_MAX];
    uint64_t at_ms;
} disks;

/* A disk of its own: not a partition (no folder in /sys/block), not a loop or RAM disk (no device
 * after it). */
static bool is_disk(struct str name)
{
    char folder[OS_PATH_LEN_MAX + 1];
    char text[sizeof disks.past[0].name];
    return str_copy(text, sizeof text, name) &&
           os_path(folder, sizeof folder, "/sys/block", text) && os_exists(folder, "device");
}

/* @return NULL: no place. *is_new_out: it was not there at the last tick. */
static struct past *find(struct str name, bool *is_new_out)
{
    struct past *unused = NULL;
    for (size_t i = 0; i < WICK_COUNT_OF(disks.past); i++) {
        struct past *past = &disks.past[i];
        if (past->name[0] == '\0') {
            unused = unused == NULL ? past : unused;
        } else if (str_eq(str_of(past->name), name)) {
            *is_new_out = false;
            return past;
        }
    }
    *is_new_out = true;
    if (unused != NULL) {
        memset(unused, 0, sizeof *unused);
        (void)str_copy(unused->name, sizeof unused->name, name); /* is_disk(): it fits */
    }
    return unused;
}

/* Bytes that were read and written since the last tick. */
struct moved {
    uint64_t read, written;
    bool is_known;
};

static void read_line(struct str line, struct dash_disk *disk, struct moved *moved)
{
    for (unsigned skip = 0; skip < 2; skip++) { /* major and minor number */
        line = str_trim(line, " ");
        (void)str_cut(&line, ' ');
    }
    line = str_trim(line, " ");
    struct str name = str_cut(&line, ' ');
    if (!is_disk(name)) {
        return;
    }
    uint64_t now[COL_COUNT] = { 0 };
    for (unsigned col = 0; col < COL_COUNT; col++) {
        if (num_u64(str_cut(&line, ' '), UINT64_MAX / SECTOR_LEN, &now[col]) != WICK_OK) {
            return;
        }
    }
    bool is_new = false;
    struct past *past = find(name, &is_new);
    if (past == NULL) { /* its traffic is missing in the sum */
        disk->dropped++;
        return;
    }
    past->is_here = true;
    /* a disk that was just plugged in, or counters that went back, say nothing about this period */
    if (!is_new && now[COL_READ] >= past->col[COL_READ] &&
        now[COL_WRITTEN] >= past->col[COL_WRITTEN]) {
        moved->read += (now[COL_READ] - past->col[COL_READ]) * SECTOR_LEN;
        moved->written += (now[COL_WRITTEN] - past->col[COL_WRITTEN]) * SECTOR_LEN;
        moved->is_known = true;
    }
    memcpy(past->col, now, sizeof now);
}

/* @return false: there is no disk. */
static bool read_all(struct dash_disk *disk, struct moved *moved)
{
    struct os_lines lines;
    struct str line;
    for (size_t i = 0; i < WICK_COUNT_OF(disks.past); i++) {
        disks.past[i].is_here = false;
    }
    disk->dropped = 0;
    (void)os_lines_open(&lines, "/proc/diskstats", dash_window, sizeof dash_window);
    while (os_lines_next(&lines, &line)) {
        read_line(line, disk, moved);
    }
    bool any = false;
    for (size_t i = 0; i < WICK_COUNT_OF(disks.past); i++) {
        struct past *past = &disks.past[i];
        any = any || past->is_here;
        if (!past->is_here) {
            past->name[0] = '\0';
        }
    }
    return any;
}

/* In units of the series. */
static int32_t point(uint64_t bytes_s)
{
    return bytes_s / 1000 > INT32_MAX ? INT32_MAX : (int32_t)(bytes_s / 1000);
}

static void tick(struct dash_device *device, bool is_point)
{
    struct dash_disk *disk = &device->disk;
    struct moved moved = { .is_known = false };
    uint64_t ms = clk_ms() - disks.at_ms;
    disk->is_there = read_all(disk, &moved);
    bool is_measured = moved.is_known && ms > 0;
    if (is_measured) {
        is_measured = dash_rate(0, moved.read, ms, &disk->read_rate) &&
                      dash_rate(0, moved.written, ms, &disk->write_rate);
    }
    disks.at_ms = clk_ms();
    disk->read.unit = DASH_KB_S;
    disk->write.unit = DASH_KB_S;
    if (is_point && disk->is_there) {
        series_push(&disk->read, is_measured ? point(disk->read_rate) : DASH_GAP);
        series_push(&disk->write, is_measured ? point(disk->write_rate) : DASH_GAP);
    }
    series_scale(&disk->read, &disk->write);
}

static const struct dash_metric metric[] = {
    { "node_disk_read_bytes_total", METRIC_COUNTER,
      "The total number of bytes read successfully." },
    { "node_disk_written_bytes_total", METRIC_COUNTER,
      "The total number of bytes written successfully." },
    { "node_disk_io_time_seconds_total", METRIC_COUNTER, "Total seconds spent doing I/Os." },
};

enum { METRIC_READ, METRIC_WRITTEN, METRIC_IO_TIME };

static unsigned metric_rows(const struct dash_device *device, unsigned metric_idx)
{
    (void)metric_idx;
    return device->disk.is_there ? DASH_DISK_SEEN_MAX : 0;
}

static void metric_put(const struct dash_device *device, unsigned metric_idx, unsigned row,
                       struct buf *out)
{
    (void)device;
    const struct past *past = &disks.past[row];
    if (past->name[0] == '\0') {
        return;
    }
    metric_label(out, "device", str_of(past->name));
    switch (metric_idx) {
    case METRIC_READ:
        metric_u64(out, past->col[COL_READ] * SECTOR_LEN);
        break;
    case METRIC_WRITTEN:
        metric_u64(out, past->col[COL_WRITTEN] * SECTOR_LEN);
        break;
    default:
        metric_fixed(out, (int64_t)past->col[COL_IO_MS], 3);
        break;
    }
}

const struct dash_source src_disk = {
    .name = "disk",
    .tick = tick,
    .metric = metric,
    .metric_count = WICK_COUNT_OF(metric),
    .metric_rows = metric_rows,
    .metric_put = metric_put,
};
