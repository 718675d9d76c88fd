/* hello.c - a temperature that moves, a switch, a form: the second application of wick.
 * docs/first-page.md walks through it. */
#include "hello.html.h"
#include "net/net.h"

struct hello hello = { .name = "Hello" };

static void tick(void)
{
    hello.has_sensor = wick_read_fixed("/sys/class/thermal/thermal_zone0/temp", 0, &hello.reading);
    if (!hello.has_sensor) {
        (void)wick_read_fixed("/proc/uptime", 0, &hello.reading); /* every Linux has it */
    }
}

bool hello_light(struct wick_turn *turn, const struct hello_light_fields *in)
{
    (void)turn;
    (void)in;
    hello.is_on = !hello.is_on;
    return true;
}

bool hello_rename(struct wick_turn *turn, const struct hello_rename_fields *in)
{
    if (wick_setting_put("name", str_of(in->name)) != WICK_OK) {
        wick_error(turn, "name", "It could not be stored.");
        return false;
    }
    return wick_set(hello.name, sizeof hello.name, str_of(in->name));
}

static bool start(void)
{
    struct str name = wick_setting("name");
    return name.len == 0 || wick_set(hello.name, sizeof hello.name, name);
}

int main(int argc, char **argv)
{
    static const struct wick_page *const page[] = { &page_hello };
    static const struct wick_timer timer = { .every_ms = 1000, .tick = tick };
    static const struct wick_app app = {
        .name = "hello",
        .version = "1",
        .page = page,
        .page_count = 1,
        .timer = &timer,
        .timer_count = 1,
        .asset = wick_asset,
        .asset_count = &wick_asset_count,
        .start = start,
    };
    return wick_main(argc, argv, &app);
}
