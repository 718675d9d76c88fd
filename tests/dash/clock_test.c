/* clock_test.c - what the dashboard shows when the clock is wrong at the start, is set, or jumps.
 */
#include "base/clk.h"
#include "dash/source.h"
#include "t.h"

enum { YEAR_2026_S = 1767225600, DAY_S = 86400 };

static struct dash_device device;

static void tick_at(uint64_t wall_s)
{
    clk_set(1000000, wall_s * 1000);
    src_clock.tick(&device, true);
    dash_sources_health(&device);
}

static uint64_t boot_at(uint64_t wall_s)
{
    return wall_s - device.uptime_s;
}

static bool is_about(uint64_t value, uint64_t wanted)
{
    return value + 3 >= wanted && value <= wanted + 3;
}

static const struct dash_health *clock_row(void)
{
    for (uint32_t i = 0; i < device.health.len; i++) {
        if (strcmp(device.health.v[i].id, "clock") == 0) {
            return &device.health.v[i];
        }
    }
    return NULL;
}

static void the_start_follows_the_clock(void)
{
    memset(&device, 0, sizeof device);
    tick_at(0); /* no time at all */
    T_CHECK(device.uptime_s > 0);
    T_EQ_INT(device.boot_s, 0);
    T_CHECK(clock_row() != NULL && clock_row()->level == DASH_FAULT);
    tick_at(device.uptime_s + 100); /* no battery: 1970 and a little */
    T_CHECK(is_about(device.boot_s, 100));
    T_CHECK(clock_row() != NULL && clock_row()->level == DASH_FAULT);
    tick_at(YEAR_2026_S); /* the time server was reached */
    T_CHECK(is_about(device.boot_s, boot_at(YEAR_2026_S)));
    T_EQ_INT(device.clock_s, YEAR_2026_S);
    T_CHECK(clock_row() == NULL || clock_row()->level == DASH_WARN);
    tick_at(YEAR_2026_S - DAY_S); /* back */
    T_CHECK(is_about(device.boot_s, boot_at(YEAR_2026_S - DAY_S)));
    tick_at(YEAR_2026_S + 100 * (uint64_t)DAY_S);
    T_CHECK(is_about(device.boot_s, boot_at(YEAR_2026_S + 100 * (uint64_t)DAY_S)));
}

static void rounding_changes_nothing(void)
{
    memset(&device, 0, sizeof device);
    tick_at(YEAR_2026_S);
    uint64_t boot_s = device.boot_s;
    tick_at(YEAR_2026_S + 1); /* the uptime has not moved */
    T_EQ_INT(device.boot_s, boot_s);
    tick_at(YEAR_2026_S - 1);
    T_EQ_INT(device.boot_s, boot_s);
}

int main(void)
{
    the_start_follows_the_clock();
    rounding_changes_nothing();
    return t_done();
}
