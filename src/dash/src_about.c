/* src_about.c - what is inside the program: licences, sizes, limits, counters. */
#include "base/base.h"
#include "base/license.h"
#include "base/limit_table.h"
#include "base/num.h"
#include "base/stat.h"
#include "dash/source.h"
#include "os/os_file.h"

/* The linker's: where the program begins, where its constants end, and the memory after that. */
extern const char program_begin[] __asm__("__executable_start");
extern const char constants_end[] __asm__("edata");
extern const char memory_begin[] __asm__("__bss_start");
extern const char memory_end[] __asm__("end");

/* Rows whose text is found by index: as many as fit, the others counted. */
static void fill(uint32_t *len, uint32_t *dropped, size_t cap, size_t count)
{
    *len = (uint32_t)(count < cap ? count : cap);
    *dropped = (uint32_t)(count - *len);
}

static void start(struct dash_device *device)
{
    struct dash_about *about = &device->about;
    fill(&about->license.len, &about->license.dropped, WICK_COUNT_OF(about->license.v),
         wick_license_count());
    fill(&about->limit.len, &about->limit.dropped, WICK_COUNT_OF(about->limit.v), wick_limit_count);
    for (uint32_t i = 0; i < about->license.len; i++) {
        about->license.v[i].idx = (uint16_t)i;
    }
    for (uint32_t i = 0; i < about->limit.len; i++) {
        about->limit.v[i].idx = (uint16_t)i;
    }
    about->program_bytes = dash_three_digits((uintptr_t)constants_end - (uintptr_t)program_begin);
    about->static_bytes = dash_three_digits((uintptr_t)memory_end - (uintptr_t)memory_begin);
}

/* "1234 567 ...": pages of the program in all, and those in memory (proc(5), statm). */
static uint64_t used_bytes(void)
{
    enum { PAGE_LEN = 4096 };

    char mem[96];
    struct str text = os_read("/proc/self/statm", mem, sizeof mem);
    uint64_t pages = 0;
    (void)str_cut(&text, ' ');
    bool is_known = num_u64(str_cut(&text, ' '), UINT32_MAX, &pages) == WICK_OK;
    return is_known ? dash_three_digits(pages * PAGE_LEN) : 0;
}

static void tick(struct dash_device *device, bool is_point)
{
    struct dash_about *about = &device->about;
    uint16_t idx = 0;
    if (is_point) {
        about->used_bytes = used_bytes();
    }
    about->counter.len = 0;
    about->counter.dropped = 0;
    for (; stat_at(idx) != NULL; idx++) {
        struct dash_counter *row = wick_list_add(&about->counter);
        if (row != NULL) {
            row->idx = idx;
            row->value = stat_at(idx)->of->value;
        }
    }
}

const struct dash_source src_about = { .name = "about", .start = start, .tick = tick };

/* --- texts of the rows ------------------------------------------------------------------------ */

static const struct wick_license *license(uint16_t idx)
{
    WICK_ASSERT(idx < wick_license_count());
    return &wick_license[idx];
}

void fn_license_name(struct buf *out, uint16_t idx)
{
    buf_put_text(out, license(idx)->name);
}

void fn_license_version(struct buf *out, uint16_t idx)
{
    buf_put_text(out, license(idx)->version);
}

void fn_license_terms(struct buf *out, uint16_t idx)
{
    buf_put_text(out, license(idx)->terms);
}

static const struct wick_limit *limit(uint16_t idx)
{
    WICK_ASSERT(idx < wick_limit_count);
    return &wick_limit[idx];
}

void fn_limit_name(struct buf *out, uint16_t idx)
{
    buf_put_text(out, limit(idx)->name);
}

void fn_limit_value(struct buf *out, uint16_t idx)
{
    buf_put_u64(out, limit(idx)->value);
}

void fn_limit_text(struct buf *out, uint16_t idx)
{
    buf_put_text(out, limit(idx)->text);
}

static const struct stat_counter *counter(uint16_t idx)
{
    const struct stat_counter *at = stat_at(idx);
    WICK_ASSERT(at != NULL);
    return at;
}

void fn_counter_name(struct buf *out, uint16_t idx)
{
    buf_put_text(out, counter(idx)->name);
}

void fn_counter_help(struct buf *out, uint16_t idx)
{
    buf_put_text(out, counter(idx)->help);
}
