/* hand.c - the tables that wickc would write for the template in hand.h. */
#include "hand.h"

static const struct device *device_of(const struct tmpl_ctx *ctx)
{
    return ctx->part[TMPL_DEVICE];
}

static void put_n(struct buf *out, const struct tmpl_ctx *ctx)
{
    buf_put_u64(out, device_of(ctx)->n / 10);
}

static void put_name(struct buf *out, const struct tmpl_ctx *ctx)
{
    buf_put_str(out, str_of_field(device_of(ctx)->name, 8));
}

static void put_view(struct buf *out, const struct tmpl_ctx *ctx)
{
    buf_put_u64(out, ((const struct view *)ctx->part[TMPL_VIEW])->n);
}

static void put_key0(struct buf *out, const struct tmpl_ctx *ctx)
{
    buf_put_str(out, str_of_field(((const struct row *)ctx->row[0])->key, 8));
}

static void put_text0(struct buf *out, const struct tmpl_ctx *ctx)
{
    buf_put_str(out, str_of_field(((const struct row *)ctx->row[0])->text, 8));
}

static void put_key1(struct buf *out, const struct tmpl_ctx *ctx)
{
    buf_put_str(out, str_of_field(((const struct row *)ctx->row[1])->key, 8));
}

static void put_text1(struct buf *out, const struct tmpl_ctx *ctx)
{
    buf_put_str(out, str_of_field(((const struct row *)ctx->row[1])->text, 8));
}

static unsigned pick(const struct tmpl_ctx *ctx)
{
    return device_of(ctx)->branch;
}

static struct tmpl_rows rows_direct(const struct tmpl_ctx *ctx)
{
    const struct rows *rows = &device_of(ctx)->direct;
    return (struct tmpl_rows){ rows->row, rows->len, rows->dropped };
}

static struct tmpl_rows rows_groups(const struct tmpl_ctx *ctx)
{
    const struct groups *rows = &device_of(ctx)->groups;
    return (struct tmpl_rows){ rows->row, rows->len, rows->dropped };
}

static struct tmpl_rows rows_sub(const struct tmpl_ctx *ctx)
{
    const struct rows *rows = &((const struct group *)ctx->row[0])->sub;
    return (struct tmpl_rows){ rows->row, rows->len, rows->dropped };
}

static struct tmpl_rows rows_bare(const struct tmpl_ctx *ctx)
{
    const struct rows *rows = &device_of(ctx)->bare;
    return (struct tmpl_rows){ rows->row, rows->len, rows->dropped };
}

#define DEP(part, type, field)                                                                     \
    {                                                                                              \
        part, offsetof(type, field), sizeof(((type *)0)->field)                                    \
    }
#define DEPS(array)                                                                                \
    {                                                                                              \
        array, WICK_COUNT_OF(array), false                                                         \
    }
static const struct tmpl_dep dep_n[] = { DEP(TMPL_DEVICE, struct device, n) },
                             dep_name[] = { DEP(TMPL_DEVICE, struct device, name) },
                             dep_pick[] = { DEP(TMPL_DEVICE, struct device, branch) },
                             dep_direct[] = { DEP(TMPL_DEVICE, struct device, direct) },
                             dep_branch[] = { DEP(TMPL_DEVICE, struct device, branch),
                                              DEP(TMPL_DEVICE, struct device, n),
                                              DEP(TMPL_DEVICE, struct device, name),
                                              DEP(TMPL_DEVICE, struct device, direct) },
                             dep_groups[] = { DEP(TMPL_DEVICE, struct device, groups),
                                              DEP(TMPL_DEVICE, struct device, n) },
                             dep_bare[] = { DEP(TMPL_DEVICE, struct device, bare) },
                             dep_view[] = { DEP(TMPL_VIEW, struct view, n) },
                             dep_key0[] = { DEP(TMPL_ROW, struct row, key) },
                             dep_text0[] = { DEP(TMPL_ROW, struct row, text) },
                             dep_key1[] = { DEP(TMPL_ROW + 1, struct row, key) },
                             dep_text1[] = { DEP(TMPL_ROW + 1, struct row, text) },
                             dep_sub[] = { DEP(TMPL_ROW, struct group, sub) };

#define TEXT_SLOT(where, put_fn, deps)                                                             \
    {                                                                                              \
        .kind = TMPL_TEXT, .place = where, .own = DEPS(deps), .all = DEPS(deps), .put = put_fn     \
    }
static const struct str li_statics[] = { STR_INIT("<li data-key=\""), STR_INIT("\">"),
                                         STR_INIT("</li>") };
static const struct tmpl_slot li_slots[] = { TEXT_SLOT(TMPL_IN_ATTR, put_key0, dep_key0),
                                             TEXT_SLOT(TMPL_IN_ELEMENT, put_text0, dep_text0) };
static const struct tmpl_node li = { .id = 1,
                                     .slot_count = 2,
                                     .slot = li_slots,
                                     .statics = li_statics,
                                     .statics_json =
                                         STR_INIT("[\"<li data-key=\\\"\",\"\\\">\",\"</li>\"]") };
static const struct tmpl_list direct_list = { .is_closed = true,
                                              .has_key = true,
                                              .row_size = sizeof(struct row),
                                              .cap = 12,
                                              .rows = rows_direct,
                                              .row = &li };

static const struct str p_statics[] = { STR_INIT("<p>"), STR_INIT("-"), STR_INIT("</p>") };
static const struct tmpl_slot p_slots[] = { TEXT_SLOT(TMPL_IN_CONTENT, put_n, dep_n),
                                            TEXT_SLOT(TMPL_IN_CONTENT, put_name, dep_name) };
static const struct tmpl_node p = { .id = 2,
                                    .slot_count = 2,
                                    .slot = p_slots,
                                    .statics = p_statics,
                                    .statics_json = STR_INIT("[\"<p>\",\"-\",\"</p>\"]") };
static const struct str plain_statics[] = { STR_INIT("plain") };
static const struct tmpl_node plain = { .id = 3,
                                        .statics = plain_statics,
                                        .statics_json = STR_INIT("[\"plain\"]") };
static const struct str ol_statics[] = { STR_INIT("<ol>"), STR_INIT("</ol>") };
static const struct tmpl_slot ol_slots[] = {
    { .kind = TMPL_LIST, .own = DEPS(dep_direct), .all = DEPS(dep_direct), .list = &direct_list }
};
static const struct tmpl_node ol = { .id = 4,
                                     .slot_count = 1,
                                     .slot = ol_slots,
                                     .statics = ol_statics,
                                     .statics_json = STR_INIT("[\"<ol>\",\"</ol>\"]") };
static const struct tmpl_node *const branches[] = { &p, &plain, &ol };

static const struct tmpl_slot sub_slots[] = { TEXT_SLOT(TMPL_IN_ATTR, put_key1, dep_key1),
                                              TEXT_SLOT(TMPL_IN_ELEMENT, put_text1, dep_text1) };
static const struct tmpl_node sub = { .id = 5,
                                      .slot_count = 2,
                                      .slot = sub_slots,
                                      .statics = li_statics,
                                      .statics_json =
                                          STR_INIT("[\"<li data-key=\\\"\",\"\\\">\",\"</li>\"]") };
static const struct tmpl_list sub_list = { .depth = 1,
                                           .is_closed = true,
                                           .has_key = true,
                                           .row_size = sizeof(struct row),
                                           .cap = 12,
                                           .rows = rows_sub,
                                           .row = &sub };
static const struct str group_statics[] = { STR_INIT("<div data-key=\""), STR_INIT("\">"),
                                            STR_INIT("</div>") };
static const struct tmpl_slot group_slots[] = {
    TEXT_SLOT(TMPL_IN_ATTR, put_key0, dep_key0),
    { .kind = TMPL_LIST, .own = DEPS(dep_sub), .all = DEPS(dep_sub), .list = &sub_list }
};
static const struct tmpl_node group = { .id = 6,
                                        .slot_count = 2,
                                        .slot = group_slots,
                                        .statics = group_statics,
                                        .statics_json = STR_INIT(
                                            "[\"<div data-key=\\\"\",\"\\\">\",\"</div>\"]") };
static const struct str none_statics[] = { STR_INIT("none of "), STR_INIT("") };
static const struct tmpl_slot none_slots[] = { TEXT_SLOT(TMPL_IN_CONTENT, put_n, dep_n) };
static const struct tmpl_node none = { .id = 7,
                                       .slot_count = 1,
                                       .slot = none_slots,
                                       .statics = none_statics,
                                       .statics_json = STR_INIT("[\"none of \",\"\"]") };
static const struct tmpl_list group_list = { .is_closed = true,
                                             .has_key = true,
                                             .row_size = sizeof(struct group),
                                             .cap = 4,
                                             .rows = rows_groups,
                                             .row = &group,
                                             .otherwise = &none };

static const struct str bare_statics[] = { STR_INIT("["), STR_INIT("]") };
static const struct tmpl_slot bare_slots[] = { TEXT_SLOT(TMPL_IN_CONTENT, put_text0, dep_text0) };
static const struct tmpl_node bare = { .id = 8,
                                       .slot_count = 1,
                                       .slot = bare_slots,
                                       .statics = bare_statics,
                                       .statics_json = STR_INIT("[\"[\",\"]\"]") };
static const struct tmpl_list bare_list = {
    .is_closed = true, .row_size = sizeof(struct row), .cap = 12, .rows = rows_bare, .row = &bare
};

static const struct str root_statics[] = { STR_INIT("<b>"), STR_INIT("</b><ul>"), STR_INIT("</ul>"),
                                           STR_INIT(" "),   STR_INIT(" "),        STR_INIT(" "),
                                           STR_INIT("") };
static const struct tmpl_slot root_slots[] = {
    TEXT_SLOT(TMPL_IN_ELEMENT, put_n, dep_n),
    { .kind = TMPL_LIST,
      .flags = TMPL_LT_DIRECT,
      .own = DEPS(dep_direct),
      .all = DEPS(dep_direct),
      .list = &direct_list },
    { .kind = TMPL_COND,
      .branch_count = 3,
      .own = DEPS(dep_pick),
      .all = DEPS(dep_branch),
      .pick = pick,
      .branch = branches },
    { .kind = TMPL_LIST, .own = DEPS(dep_groups), .all = DEPS(dep_groups), .list = &group_list },
    { .kind = TMPL_LIST, .own = DEPS(dep_bare), .all = DEPS(dep_bare), .list = &bare_list },
    { .kind = TMPL_TEXT,
      .flags = TMPL_PRIVATE,
      .own = DEPS(dep_view),
      .all = DEPS(dep_view),
      .put = put_view },
};
const struct tmpl_node hand_root = {
    .slot_count = 6,
    .slot = root_slots,
    .statics = root_statics,
    .statics_json = STR_INIT("[\"<b>\",\"</b><ul>\",\"</ul>\",\" \",\" \",\" \",\"\"]")
};
