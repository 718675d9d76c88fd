/* dash.c - the dashboard as an application: its pages, the ticks that read the sources, the
 * controller of Overview. */
#include "dash/dash.h"

#include "base/clk.h"
#include "dash/pages/pages.h"
#include "dash/source.h"
#include "net/net.h"

struct dash_device dash_device;

/* Name, line feed, note: one setting, so that a failure cannot store half of a change. Neither text
 * can hold a line feed. */
static const char setting_label[] = "device.label";

enum { SLOW_MS = DASH_POINT_S * 1000 };

/* Every second while a page is open, else every five seconds. The graphs get a point every five
 * seconds in both cases. */
static void tick(void)
{
    static uint64_t next_point_ms;
    bool is_point =
        clk_ms() + 50 >= next_point_ms; /* timers may be a few ms early against this grid */
    if (is_point) {
        next_point_ms = clk_ms() + SLOW_MS;
    }
    dash_sources_tick(&dash_device, is_point);
}

static void show_label(struct str name, struct str note)
{
    (void)wick_set(dash_device.name, sizeof dash_device.name,
                   name); /* cut: only a host name can be longer */
    (void)wick_set(dash_device.note, sizeof dash_device.note, note);
}

static bool start(void)
{
    (void)wick_set(dash_device.version, sizeof dash_device.version,
                   STR(WICK_VERSION)); /* a caption */
    dash_sources_start(&dash_device);
    tick();
    struct str note = wick_setting(setting_label);
    struct str name = str_cut(&note, '\n');
    show_label(name.len > 0 ? name : str_of(dash_device.host), note);
    return true;
}

static void mount(struct wick_turn *turn, struct overview_view *view)
{
    struct str theme = wick_cookie(turn, "theme");
    bool is_known = str_eq(theme, STR("light")) || str_eq(theme, STR("dark"));
    (void)wick_set(view->theme, sizeof view->theme, is_known ? theme : STR(""));
    view->is_compact = str_eq(wick_cookie(turn, "density"), STR("compact"));
    view->period = (uint8_t)wick_period_s[0];
    char mem[16];
    struct buf scratch;
    buf_init(&scratch, mem, sizeof mem);
    view->is_kiosk = wick_query(turn, "kiosk", &scratch).ptr != NULL;
}

void overview_mount(struct wick_turn *turn, struct overview_view *view)
{
    mount(turn, view);
}

void about_mount(struct wick_turn *turn, struct overview_view *view)
{
    mount(turn, view);
}

/* An <input> never sends a line feed or a tab; a program may. */
static bool is_one_line(struct str text)
{
    for (size_t at = 0; at < text.len; at++) {
        if ((uint8_t)text.ptr[at] < 0x20) {
            return false;
        }
    }
    return true;
}

bool overview_rename(struct wick_turn *turn, struct overview_view *view,
                     const struct overview_rename_fields *in)
{
    (void)view;
    struct str name = str_trim(str_of(in->name), " ");
    struct str note = str_trim(str_of(in->note), " ");
    if (name.len == 0 || name.len >= sizeof dash_device.name) {
        wick_error(turn, "name", name.len == 0 ? "Fill in this field." : "This text is too long.");
        return false;
    }
    if (note.len >= sizeof dash_device.note) {
        wick_error(turn, "note", "This text is too long.");
        return false;
    }
    if (!is_one_line(name) || !is_one_line(note)) {
        wick_error(turn, is_one_line(name) ? "note" : "name", "Write this on one line.");
        return false;
    }
    bool is_current = wick_is_current(turn, "name", str_of(dash_device.name));
    if (!wick_is_current(turn, "note", str_of(dash_device.note)) || !is_current) {
        return false;
    }
    char mem[sizeof dash_device.name + sizeof dash_device.note];
    struct buf label;
    buf_init(&label, mem, sizeof mem);
    buf_put_str(&label, name);
    buf_put_u8(&label, '\n');
    buf_put_str(&label, note);
    enum wick_err err = wick_setting_put(setting_label, buf_str(&label));
    if (err != WICK_OK) {
        wick_error(turn, NULL,
                   err == WICK_E_IO
                       ? "It could not be stored: the disk is full or broken. Nothing was changed."
                       : "There is no room left for settings. Nothing was changed.");
        return false;
    }
    show_label(name, note);
    return true;
}

bool overview_pause(struct wick_turn *turn, struct overview_view *view,
                    const struct overview_pause_fields *in)
{
    (void)in;
    view->paused = !view->paused;
    wick_pause(turn, view->paused);
    return true;
}

bool about_pause(struct wick_turn *turn, struct overview_view *view,
                 const struct about_pause_fields *in)
{
    (void)in;
    view->paused = !view->paused;
    wick_pause(turn, view->paused);
    return true;
}

bool overview_period(struct wick_turn *turn, struct overview_view *view,
                     const struct overview_period_fields *in)
{
    for (unsigned i = 0; i < WICK_PERIODS; i++) {
        struct buf text;
        char mem[8];
        buf_init(&text, mem, sizeof mem);
        buf_put_u64(&text, wick_period_s[i]);
        if (str_eq(buf_str(&text), str_of(in->period))) {
            view->period = (uint8_t)wick_period_s[i];
            wick_set_period(turn, i);
            return true;
        }
    }
    wick_error(turn, "period", "Choose one of the offered values.");
    return false;
}

static const struct wick_page *const page[] = { WICK_PAGES };
static const struct wick_timer timer[] = {
    { .every_ms = 1000, .every_idle_ms = SLOW_MS, .tick = tick }
};

const struct wick_app dash_app = {
    .name = "wick",
    .version = WICK_VERSION,
    .page = page,
    .page_count = WICK_COUNT_OF(page),
    .timer = timer,
    .timer_count = WICK_COUNT_OF(timer),
    .asset = wick_asset,
    .asset_count = &wick_asset_count,
    .start = start,
    .metrics = dash_sources_metrics,
};
