/* src_settings.c - whether settings can be stored. */
#include "dash/source.h"

static void tick(struct dash_device *device, bool is_point)
{
    (void)is_point;
    device->is_forgetful = wick_setting_trouble() != NULL;
}

static void health(struct dash_device *device)
{
    const char *why = wick_setting_trouble();
    struct buf text;
    if (why != NULL &&
        health_add(device,
                   &(struct dash_fault){
                       .level = DASH_FAULT,
                       .kind = "settings",
                       .hint = "They are lost at the next start. Check the state folder.",
                       .href = "#device" },
                   &text)) {
        buf_put_text(&text, "Settings are kept in memory only: ");
        buf_put_text(&text, why);
        buf_put_u8(&text, '.');
    }
}

static void watched(const struct dash_device *device, struct buf *text)
{
    (void)device;
    buf_put_text(text, "settings");
}

const struct dash_source src_settings = {
    .name = "settings", .tick = tick, .health = health, .watched = watched
};
