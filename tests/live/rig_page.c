/* rig_page.c - a page as wickc would make it, by hand: texts that are shared, private, and both. */
#include "tests/live/rig.h"

#include <stddef.h>

struct rig_device rig_device = { .name = "Boiler", .temp = 20 };
static struct rig_device shadow[WICK_PERIODS];
uint32_t rig_ticks, rig_renames;

#define DEVICE(ctx) ((const struct rig_device *)(ctx)->part[TMPL_DEVICE])
#define VIEW(ctx)   ((const struct rig_view *)(ctx)->part[TMPL_VIEW])
#define FORM(ctx)   ((const struct tmpl_form *)(ctx)->part[TMPL_FORM])

static void put_html(struct buf *out, struct str text)
{
    for (size_t at = 0; at < text.len; at++) {
        switch (text.ptr[at]) {
        case '<':
            buf_put_text(out, "&lt;");
            break;
        case '&':
            buf_put_text(out, "&amp;");
            break;
        case '"':
            buf_put_text(out, "&#34;");
            break;
        default:
            buf_put_u8(out, (uint8_t)text.ptr[at]);
        }
    }
}

static void put_name(struct buf *out, const struct tmpl_ctx *ctx)
{
    put_html(out, str_of(DEVICE(ctx)->name));
}

static void put_temp(struct buf *out, const struct tmpl_ctx *ctx)
{
    buf_put_i64(out, DEVICE(ctx)->temp);
}

static void put_count(struct buf *out, const struct tmpl_ctx *ctx)
{
    buf_put_i64(out, VIEW(ctx)->count);
}

static void put_sum(struct buf *out, const struct tmpl_ctx *ctx)
{
    buf_put_i64(out, VIEW(ctx)->count + DEVICE(ctx)->temp);
}

static void put_query(struct buf *out, const struct tmpl_ctx *ctx)
{
    put_html(out, str_of(VIEW(ctx)->query));
}

static void put_error(struct buf *out, const struct tmpl_ctx *ctx)
{
    for (unsigned idx = 0; idx < TMPL_FORM_ERRORS; idx++) {
        put_html(out, str_of(FORM(ctx)->error[idx].message));
    }
}

static void put_draft(struct buf *out, const struct tmpl_ctx *ctx)
{
    for (unsigned idx = 0; idx < TMPL_FORM_DRAFTS; idx++) {
        if (strcmp(FORM(ctx)->draft[idx].field, "name") == 0) {
            put_html(out, str_of(FORM(ctx)->draft[idx].text));
            return;
        }
    }
    put_name(out, ctx);
}

static void put_fill(struct buf *out, const struct tmpl_ctx *ctx)
{
    for (uint32_t at = 0; at < DEVICE(ctx)->fill; at++) {
        buf_put_u8(out, 'x');
    }
}

static const struct tmpl_dep dep_name[] = { { TMPL_DEVICE, offsetof(struct rig_device, name),
                                              32 } };
static const struct tmpl_dep dep_temp[] = { { TMPL_DEVICE, offsetof(struct rig_device, temp), 8 } };
static const struct tmpl_dep dep_fill[] = { { TMPL_DEVICE, offsetof(struct rig_device, fill), 4 } };
static const struct tmpl_dep dep_count[] = { { TMPL_VIEW, offsetof(struct rig_view, count), 8 } };
static const struct tmpl_dep dep_query[] = { { TMPL_VIEW, offsetof(struct rig_view, query), 16 } };
static const struct tmpl_dep dep_sum[] = { { TMPL_VIEW, offsetof(struct rig_view, count), 8 },
                                           { TMPL_DEVICE, offsetof(struct rig_device, temp), 8 } };
static const struct tmpl_dep dep_form[] = { { TMPL_FORM, 0, sizeof(struct tmpl_form) } };
static const struct tmpl_dep dep_draft[] = { { TMPL_FORM, 0, sizeof(struct tmpl_form) },
                                             { TMPL_DEVICE, offsetof(struct rig_device, name),
                                               32 } };
#define TEXT(fn, dep, flag)                                                                        \
    {                                                                                              \
        .kind = TMPL_TEXT, .flags = (flag), .place = TMPL_IN_ELEMENT,                              \
        .own = { (dep), WICK_COUNT_OF(dep), false }, .all = { (dep), WICK_COUNT_OF(dep), false },  \
        .put = (fn)                                                                                \
    }
/* slots 0 name, 1 temp, 2 count, 3 error, 4 sum, 5 draft, 6 query, 7..11 fill; the page without
 * mixed slots has no 4 and 5 */
static const struct tmpl_slot slots[] = {
    TEXT(put_name, dep_name, 0),
    TEXT(put_temp, dep_temp, 0),
    TEXT(put_count, dep_count, TMPL_PRIVATE),
    TEXT(put_error, dep_form, TMPL_PRIVATE),
    TEXT(put_sum, dep_sum, TMPL_PRIVATE),
    TEXT(put_draft, dep_draft, TMPL_PRIVATE),
    TEXT(put_query, dep_query, TMPL_PRIVATE),
    TEXT(put_fill, dep_fill, 0),
    TEXT(put_fill, dep_fill, 0),
    TEXT(put_fill, dep_fill, 0),
    TEXT(put_fill, dep_fill, 0),
    TEXT(put_fill, dep_fill, 0),
};
static const struct tmpl_slot plain_slots[] = {
    TEXT(put_name, dep_name, 0),
    TEXT(put_temp, dep_temp, 0),
    TEXT(put_count, dep_count, TMPL_PRIVATE),
    TEXT(put_error, dep_form, TMPL_PRIVATE),
};
static const struct str statics[] = {
    STR_INIT("<h1>"),    STR_INIT("</h1><p>"), STR_INIT("</p><p>"),
    STR_INIT("</p><p>"), STR_INIT("</p><p>"),  STR_INIT("</p><input value=\""),
    STR_INIT("\"><p>"),  STR_INIT("</p>"),     STR_INIT(""),
    STR_INIT(""),        STR_INIT(""),         STR_INIT(""),
    STR_INIT("<hr>"),
};
static const struct str plain_statics[] = { STR_INIT("<h1>"), STR_INIT("</h1>"), STR_INIT("<p>"),
                                            STR_INIT("</p>"), STR_INIT("<hr>") };
static const struct tmpl_node root = {
    .id = 0,
    .slot_count = WICK_COUNT_OF(slots),
    .fingerprint = 0x1234,
    .slot = slots,
    .statics = statics,
    .statics_json =
        STR_INIT("[\"<h1>\",\"</h1><p>\",\"</p><p>\",\"</p><p>\",\"</p><p>\",\"</p><input "
                 "value=\\\"\",\"\\\"><p>\",\"</p>\",\"\",\"\",\"\",\"\",\"<hr>\"]"),
};
static const struct tmpl_node plain_root = {
    .id = 0,
    .slot_count = WICK_COUNT_OF(plain_slots),
    .fingerprint = 0x77,
    .slot = plain_slots,
    .statics = plain_statics,
    .statics_json = STR_INIT("[\"<h1>\",\"</h1>\",\"<p>\",\"</p>\",\"<hr>\"]"),
};
static const struct tmpl_node *const nodes[] = { &root };
static const struct tmpl_node *const plain_nodes[] = { &plain_root };
static const struct tmpl tmpl = {
    .name = "rig.html",
    .root = &root,
    .node = nodes,
    .node_count = 1,
    .fingerprint = 0xfeedface12345678u,
    .statics_file = STR_INIT("{\"root\":0,\"nodes\":[]}"),
    .device_size = sizeof(struct rig_device),
    .view_size = sizeof(struct rig_view),
};
static const struct tmpl plain_tmpl = {
    .name = "plain.html",
    .root = &plain_root,
    .node = plain_nodes,
    .node_count = 1,
    .fingerprint = 0x77,
    .statics_file = STR_INIT("{\"root\":0}"),
    .device_size = sizeof(struct rig_device),
    .view_size = sizeof(struct rig_view),
};
static const struct str head_statics[] = { STR_INIT(
    "<!DOCTYPE html><html lang=\"en\"><head><title>rig</title></head><body><main") };
static const struct str tail_statics[] = { STR_INIT("</main></body></html>") };
static const struct tmpl_node head = { .statics = head_statics },
                              tail = { .statics = tail_statics };

/* --- controller ------------------------------------------------------------------------------- */

struct rename {
    char name[32];
    int64_t limit;
    bool loud;
    char color[8];
};
static const struct str colors[] = { STR_INIT("red"), STR_INIT("blue") };

static bool is_lower(struct str text)
{
    for (size_t at = 0; at < text.len; at++) {
        if (text.ptr[at] == '!') {
            return false;
        }
    }
    return true;
}

#define NO_LIMITS .min = INT64_MIN, .max = INT64_MAX
static const struct wick_field rename_fields[] = {
    { .name = "name",
      .label = "Name",
      .type = WICK_FIELD_TEXT,
      .is_required = true,
      .len_min = 2,
      .len_max = 20,
      NO_LIMITS,
      .matches = is_lower,
      .pattern_message = "No exclamation marks.",
      .off = offsetof(struct rename, name),
      .size = 32 },
    { .name = "limit",
      .label = "Limit",
      .type = WICK_FIELD_INT,
      .min = -40,
      .max = 125,
      .step = 5,
      .off = offsetof(struct rename, limit),
      .size = 8 },
    { .name = "loud",
      .label = "Loud",
      .type = WICK_FIELD_BOOL,
      NO_LIMITS,
      .off = offsetof(struct rename, loud),
      .size = 1 },
    { .name = "color",
      .label = "Color",
      .type = WICK_FIELD_CHOICE,
      NO_LIMITS,
      .choice = colors,
      .choice_count = 2,
      .off = offsetof(struct rename, color),
      .size = 8 },
};

static bool do_rename(struct wick_turn *turn, void *view, const void *fields)
{
    const struct rename *in = fields;
    ((struct rig_view *)view)->count += 100; /* must be undone when refused */
    if (strcmp(in->name, "taken") == 0) {
        wick_error(turn, "name", "That name is taken.");
        return false;
    }
    ((struct rig_view *)view)->count -= 100;
    memcpy(rig_device.name, in->name, sizeof rig_device.name);
    rig_renames++;
    return true;
}

struct mode {
    char mode[8];
};
static const struct wick_field mode_fields[] = {
    { .name = "mode",
      .label = "Mode",
      .type = WICK_FIELD_CHOICE,
      .is_required = true,
      NO_LIMITS,
      .choice = colors,
      .choice_count = 2,
      .size = 8 },
};

static bool do_mode(struct wick_turn *turn, void *view, const void *fields)
{
    (void)turn, (void)view;
    return strcmp(((const struct mode *)fields)->mode, "blue") == 0;
}

static bool do_inc(struct wick_turn *turn, void *view, const void *fields)
{
    (void)turn, (void)fields;
    ((struct rig_view *)view)->count++;
    return true;
}

static bool do_pause(struct wick_turn *turn, void *state, const void *fields)
{
    struct rig_view *view = state;
    (void)fields;
    view->is_paused = !view->is_paused;
    wick_pause(turn, view->is_paused);
    return true;
}

static bool do_slow(struct wick_turn *turn, void *view, const void *fields)
{
    (void)view, (void)fields;
    wick_set_period(turn, 1);
    return true;
}
static const struct wick_action actions[] = {
    { .name = "rename",
      .field = rename_fields,
      .field_count = 4,
      .fields_size = sizeof(struct rename),
      .call = do_rename },
    { .name = "inc", .call = do_inc },
    { .name = "mode",
      .field = mode_fields,
      .field_count = 1,
      .fields_size = sizeof(struct mode),
      .call = do_mode },
    { .name = "pause", .call = do_pause },
    { .name = "slow", .call = do_slow },
    { .name = "load_more", .call = do_inc },
};

static void do_mount(struct wick_turn *turn, void *view)
{
    char mem[64];
    struct buf scratch;
    buf_init(&scratch, mem, sizeof mem);
    (void)wick_set(((struct rig_view *)view)->query, 16, wick_query(turn, "q", &scratch));
}

static void do_connect(struct wick_turn *turn, void *view)
{
    (void)turn, (void)view;
}

static void do_tick(void)
{
    rig_ticks++;
}

static const struct wick_state state = { .now = &rig_device,
                                         .size = sizeof rig_device,
                                         .shadow = { &shadow[0], &shadow[1], &shadow[2] } };
static const struct wick_state *const states[] = { &state };
static const struct wire *const wick_only[] = { &wire_wick };
static const struct wire *const livetemplate_only[] = { &wire_livetemplate };
static const struct wick_page page_main = {
    .path = "/",
    .title = "rig",
    .wire = wick_only,
    .wire_count = 1,
    .tmpl = &tmpl,
    .head = &head,
    .tail = &tail,
    .state = states,
    .state_count = 1,
    .view_size = sizeof(struct rig_view),
    .action = actions,
    .action_count = WICK_COUNT_OF(actions),
    .mount = do_mount,
    .connect = do_connect,
};
static const struct wick_page page_plain = {
    .path = "/plain",
    .title = "plain",
    .wire = wick_only,
    .wire_count = 1,
    .tmpl = &plain_tmpl,
    .head = &head,
    .tail = &tail,
    .state = states,
    .state_count = 1,
    .view_size = sizeof(struct rig_view),
    .action = actions,
    .action_count = WICK_COUNT_OF(actions),
    .mount = do_mount,
};
static const struct wick_page page_lt = {
    .path = "/lt",
    .title = "lt",
    .wire = livetemplate_only,
    .wire_count = 1,
    .tmpl = &tmpl,
    .head = &head,
    .tail = &tail,
    .state = states,
    .state_count = 1,
    .view_size = sizeof(struct rig_view),
    .action = actions,
    .action_count = WICK_COUNT_OF(actions),
    .mount = do_mount,
};
static const struct wick_page *const pages[] = { &page_main, &page_plain, &page_lt };
static const struct wick_timer timers[] = { { 1000, 0, do_tick } };
const struct wick_app rig_app = {
    .name = "rig", .version = "1", .page = pages, .page_count = 3, .timer = timers, .timer_count = 1
};
