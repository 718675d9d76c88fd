/* src_disk.c - what storage reads and writes: /proc/diskstats
 * (Documentation/admin-guide/iostats.rst), all real disks together. */
#include "base/clk.h"
#include "base/num.h"
#include "dash/series.h"
#include "dash/sources.h"
#include "dash/src_file.h"

enum {
    SECTOR_LEN = 512,
    COL_READ = 2,
    COL_WRITTEN = 6
}; /* columns behind the name; a sector is 512 bytes whatever the disk */

static uint64_t last_read;
static uint64_t last_written;
static uint64_t last_ms;

/* A disk of its own: not a partition (no folder in /sys/block), not a loop or RAM disk (no device
 * behind it). */
static bool is_disk(struct str name)
{
    char folder[SRC_PATH_LEN_MAX + 1];
    char text[32];
    return str_copy(text, sizeof text, name) &&
           src_path(folder, sizeof folder, "/sys/block", text) && src_exists(folder, "device");
}

static bool read_totals(uint64_t *read_out, uint64_t *written_out)
{
    static char mem[16384];
    struct str text = src_read("/proc/diskstats", mem, sizeof mem);
    bool any = false;
    while (text.len > 0) {
        struct str line = str_trim(str_cut(&text, '\n'), " ");
        (void)str_cut(&line, ' '); /* major and minor number: not needed */
        line = str_trim(line, " ");
        (void)str_cut(&line, ' ');
        if (!is_disk(str_cut(&line, ' '))) {
            continue;
        }
        for (unsigned col = 0; col <= COL_WRITTEN; col++) {
            uint64_t sectors = 0;
            bool is_number =
                num_u64(str_cut(&line, ' '), UINT64_MAX / SECTOR_LEN, &sectors) == WICK_OK;
            *read_out += is_number && col == COL_READ ? sectors * SECTOR_LEN : 0;
            *written_out += is_number && col == COL_WRITTEN ? sectors * SECTOR_LEN : 0;
        }
        any = true;
    }
    return any;
}

static uint64_t rate(uint64_t was, uint64_t is, uint64_t ms)
{
    return is >= was && ms > 0 ? src_three_digits((is - was) * 1000 / ms) : 0;
}

static int32_t point(uint64_t value)
{
    return value > INT32_MAX ? INT32_MAX : (int32_t)value;
}

void src_disk_tick(struct dash_device *device, bool is_point)
{
    struct dash_disk *disk = &device->disk;
    uint64_t bytes_read = 0;
    uint64_t written = 0;
    uint64_t now_ms = clk_ms();
    bool is_first = last_ms == 0;
    disk->is_there = read_totals(&bytes_read, &written);
    disk->read_rate = is_first ? 0 : rate(last_read, bytes_read, now_ms - last_ms);
    disk->write_rate = is_first ? 0 : rate(last_written, written, now_ms - last_ms);
    last_read = bytes_read;
    last_written = written;
    last_ms = now_ms > 0 ? now_ms : 1;
    disk->read.unit = DASH_BYTES_S;
    disk->write.unit = DASH_BYTES_S;
    if (is_point && disk->is_there) {
        series_push(&disk->read, is_first ? DASH_GAP : point(disk->read_rate));
        series_push(&disk->write, is_first ? DASH_GAP : point(disk->write_rate));
    }
    series_scale(&disk->read, &disk->write);
}
