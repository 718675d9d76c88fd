/* src_mem.c - memory from /proc/meminfo. Used is what cannot be had at once: MemTotal -
 * MemAvailable, never MemFree. */
#include "base/num.h"
#include "dash/series.h"
#include "dash/sources.h"
#include "dash/src_file.h"

enum { WARN_PCT = 90, FAULT_PCT = 97 };

/* "MemTotal:        2048 kB" -> bytes */
static uint64_t line_bytes(struct str rest)
{
    rest = str_trim(rest, " ");
    uint64_t kib = 0;
    return num_u64(str_cut(&rest, ' '), UINT64_MAX / 1024, &kib) == WICK_OK ? kib * 1024 : 0;
}

void src_mem_tick(struct dash_device *device, bool is_point)
{
    static char mem[4096];
    struct dash_mem *out = &device->mem;
    struct str text = src_read("/proc/meminfo", mem, sizeof mem);
    uint64_t available = 0;
    uint64_t swap_free = 0;
    uint64_t buffers = 0;
    uint64_t cached = 0;
    uint64_t free_bytes = 0;
    bool has_available = false;
    out->total = 0;
    out->swap_total = 0;
    while (text.len > 0) {
        struct str line = str_cut(&text, '\n');
        struct str name = str_cut(&line, ':');
        uint64_t *to = str_eq(name, STR("MemTotal"))       ? &out->total
                       : str_eq(name, STR("MemFree"))      ? &free_bytes
                       : str_eq(name, STR("MemAvailable")) ? &available
                       : str_eq(name, STR("Buffers"))      ? &buffers
                       : str_eq(name, STR("Cached"))       ? &cached
                       : str_eq(name, STR("SwapTotal"))    ? &out->swap_total
                       : str_eq(name, STR("SwapFree"))     ? &swap_free
                                                           : NULL;
        if (to != NULL) {
            *to = line_bytes(line);
            has_available = has_available || to == &available;
        }
    }
    out->cache = buffers + cached;
    out->available =
        has_available ? available : free_bytes + out->cache; /* kernels before 3.14 do not say */
    out->used = out->total > out->available ? out->total - out->available : 0;
    out->swap_used = out->swap_total > swap_free ? out->swap_total - swap_free : 0;
    out->pct = out->total > 0 ? (uint8_t)((out->used * 100 + out->total / 2) / out->total) : 0;
    out->level = out->pct >= FAULT_PCT ? DASH_FAULT : out->pct >= WARN_PCT ? DASH_WARN : DASH_OK;
    out->hist.unit = DASH_PERCENT;
    if (is_point && out->total > 0) {
        series_push(&out->hist, out->pct);
    }
    series_scale(&out->hist, NULL);
}
