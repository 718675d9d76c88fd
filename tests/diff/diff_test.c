/* diff_test.c - golden: every operation on a small template written by hand, in both wires. */
#include "t.h"
#include "wire/wire.h"

/* --- the template --- <b>{{.n}}</b><ul>{{range .direct}}<li
 * data-key="{{.key}}">{{.text}}</li>{{end}}</ul> {{if eq .branch 1}}<p>{{.n}}-{{.name}}</p>{{else
 * if eq .branch 2}}plain{{else if eq .branch 3}}<ol>{{range .direct}}...{{end}}</ol>{{end}} {{range
 * .groups}}<div data-key="{{.key}}">{{range .sub}}..{{end}}</div>{{else}}none of
 * {{.n}}{{end}} {{range .direct}}[{{.text}}]{{end}} {{.view}}
 */
struct row {
    char key[8];
    char text[8];
    uint32_t num;
};

struct rows {
    uint32_t len, dropped;
    struct row row[12];
};

struct group {
    char key[8];
    struct rows sub;
};

struct groups {
    uint32_t len, dropped;
    struct group row[4];
};

struct device {
    uint32_t n, branch;
    char name[8];
    struct rows direct;
    struct groups groups;
    struct rows bare;
};

struct view {
    uint32_t n;
};

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
static const struct tmpl_node root = {
    .slot_count = 6,
    .slot = root_slots,
    .statics = root_statics,
    .statics_json = STR_INIT("[\"<b>\",\"</b><ul>\",\"</ul>\",\" \",\" \",\" \",\"\"]")
};

/* --- */

static struct diff_op ops[400];
static uint8_t bytes[4096], scratch[64], out_mem[8192];
static uint32_t map[200];
static struct device was, is;
static struct view view_was, view_is;
static bool is_printing; /* to write the golden texts */

static struct diff new_diff(void)
{
    struct diff diff = {
        .op = ops, .op_cap = WICK_COUNT_OF(ops), .map = map, .map_cap = WICK_COUNT_OF(map)
    };
    buf_init(&diff.bytes, bytes, sizeof bytes);
    buf_init(&diff.scratch, scratch, sizeof scratch);
    return diff;
}

static struct diff update(enum diff_scope scope)
{
    struct diff diff = new_diff();
    const struct tmpl_ctx from = { .part = { &was, &view_was, NULL } },
                          to = { .part = { &is, &view_is, NULL } };
    T_CHECK(diff_update(&diff, &root, &from, &to, scope) == WICK_OK);
    return diff;
}

static void expect_wires(const struct diff *diff, const struct wire_meta *meta, const char *lt,
                         const char *wick)
{
    struct buf out;
    buf_init(&out, out_mem, sizeof out_mem);
    wire_put_message(&wire_livetemplate, &out, &root, diff, meta);
    if (is_printing) {
        printf("lt   %.*s\n", (int)out.len, (const char *)out.ptr);
    } else {
        T_CHECK(out.err == WICK_OK);
        T_EQ_TEXT(out.ptr, out.len, lt);
    }
    buf_init(&out, out_mem, sizeof out_mem);
    wire_put_message(&wire_wick, &out, &root, diff, meta);
    if (is_printing) {
        printf("wick %.*s\n", (int)out.len, (const char *)out.ptr);
    } else {
        T_CHECK(out.err == WICK_OK);
        T_EQ_TEXT(out.ptr, out.len, wick);
    }
}

/* What leads from was to is; then is becomes was. */
static void expect(const char *lt, const char *wick)
{
    const struct diff diff = update(DIFF_WHOLE);
    expect_wires(&diff, &(struct wire_meta){ .is_ok = false }, lt, wick);
    was = is;
    view_was = view_is;
}

/* Rows by their keys, one letter each; the text of a row is its key in upper case. */
static void set_rows(struct rows *rows, const char *keys)
{
    rows->len = (uint32_t)strlen(keys);
    for (uint32_t idx = 0; idx < rows->len; idx++) {
        rows->row[idx] =
            (struct row){ .key = { keys[idx], '\0' }, .text = { (char)(keys[idx] - 32), '\0' } };
    }
}

static void begin(const char *name, const char *keys)
{
    if (is_printing) {
        printf("%s\n", name);
    }
    memset(&was, 0, sizeof was);
    memset(&view_was, 0, sizeof view_was);
    set_rows(&was.direct, keys);
    is = was;
    view_is = view_was;
}

static void a_text_is_sent_when_it_reads_differently(void)
{
    begin(__func__, "");
    is.n = 7; /* shown / 10 */
    T_EQ_INT(update(DIFF_WHOLE).op_len, 0);
    is.n = 12;
    expect("{\"tree\":{\"0\":\"1\",\"3\":{\"0\":{\"d\":[],\"else\":{\"s\":[\"none of "
           "\",\"\"],\"0\":\"1\"}}}}}",
           "{\"t\":{\"0\":\"1\",\"3\":{\"l\":[],\"e\":[\"1\"]}}}");
}

static void a_branch_comes_changes_and_goes(void)
{
    begin(__func__, "");
    is.branch = 1;
    memcpy(is.name, "a", 2);
    expect("{\"tree\":{\"2\":{\"s\":[\"<p>\",\"-\",\"</p>\"],\"0\":\"0\",\"1\":\"a\"}}}",
           "{\"t\":{\"2\":[2,\"0\",\"a\"]}}");
    memcpy(is.name, "b", 2);
    expect("{\"tree\":{\"2\":{\"1\":\"b\"}}}", "{\"t\":{\"2\":{\"1\":\"b\"}}}");
    is.branch = 2; /* nothing but statics */
    expect("{\"tree\":{\"2\":{\"s\":[\"plain\"]}}}", "{\"t\":{\"2\":[3]}}");
    memcpy(is.name, "c", 2); /* not shown */
    T_EQ_INT(update(DIFF_WHOLE).op_len, 0);
    is.branch = 3; /* holds a list */
    expect("{\"tree\":{\"2\":{\"s\":[\"<ol>\",\"</"
           "ol>\"],\"d\":null,\"m\":null,\"else\":null,\"0\":{\"s\":[\"<li data-key=\\\"\","
           "\"\\\">\",\"</li>\"],\"m\":{\"idKey\":\"0\"},\"d\":[],\"else\":null}}}}",
           "{\"t\":{\"2\":[4,{\"l\":[]}]}}");
    is.branch = 0;
    expect("{\"tree\":{\"2\":\"\"}}", "{\"t\":{\"2\":null}}");
}

static void rows_are_dropped_inserted_and_changed(void)
{
    begin(__func__, "abcd");
    is.direct.row[2].text[0] = '!';
    expect("{\"tree\":{\"1\":[[\"u\",\"c\",{\"1\":\"!\"}]]}}",
           "{\"t\":{\"1\":[[\"=\",\"c\",{\"1\":\"!\"}]]}}");
    set_rows(&is.direct, "xabcd"); /* in front; c is C again */
    expect("{\"tree\":{\"1\":[[\"p\",[{\"0\":\"x\",\"1\":\"X\"}]],[\"u\",\"c\",{\"1\":\"C\"}]]}}",
           "{\"t\":{\"1\":[[\"+\",null,[\"x\",\"X\"]],[\"=\",\"c\",{\"1\":\"C\"}]]}}");
    set_rows(&is.direct, "xacd");
    expect("{\"tree\":{\"1\":[[\"r\",\"b\"]]}}", "{\"t\":{\"1\":[[\"-\",\"b\"]]}}");
    set_rows(&is.direct, "xapqrcdyz"); /* neighbours share an operation */
    expect("{\"tree\":{\"1\":[[\"i\",\"a\",[{\"0\":\"p\",\"1\":\"P\"},{\"0\":\"q\",\"1\":\"Q\"},{"
           "\"0\":\"r\",\"1\":\"R\"}]],"
           "[\"i\",\"d\",[{\"0\":\"y\",\"1\":\"Y\"},{\"0\":\"z\",\"1\":\"Z\"}]]]}}",
           "{\"t\":{\"1\":[[\"+\",\"a\",[\"p\",\"P\"],[\"q\",\"Q\"],[\"r\",\"R\"]],[\"+\",\"d\",["
           "\"y\",\"Y\"],[\"z\",\"Z\"]]]}}");
    set_rows(&is.direct, "pqz"); /* so do removals */
    expect("{\"tree\":{\"1\":[[\"r\",\"x\"],[\"r\",\"a\"],[\"r\",\"r\"],[\"r\",\"c\"],[\"r\",\"d\"]"
           ",[\"r\",\"y\"]]}}",
           "{\"t\":{\"1\":[[\"-\",\"x\",\"a\",\"r\",\"c\",\"d\",\"y\"]]}}");
}

static void rows_move_as_few_times_as_possible(void)
{
    begin(__func__, "abcdef");
    set_rows(&is.direct, "fabcde");
    expect("{\"tree\":{\"1\":[[\"o\",[\"f\",\"a\",\"b\",\"c\",\"d\",\"e\"]]]}}",
           "{\"t\":{\"1\":[[\">\",\"f\",null]]}}");
    set_rows(&is.direct, "abcdef");
    expect("{\"tree\":{\"1\":[[\"o\",[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\"]]]}}",
           "{\"t\":{\"1\":[[\">\",\"f\",\"e\"]]}}");
    set_rows(&is.direct, "aedcbf");
    expect("{\"tree\":{\"1\":[[\"o\",[\"a\",\"e\",\"d\",\"c\",\"b\",\"f\"]]]}}",
           "{\"t\":{\"1\":[[\">\",\"e\",\"a\"],[\">\",\"d\",\"e\"],[\">\",\"c\",\"d\"]]}}");
    set_rows(&is.direct, "bxefa"); /* together with all the others */
    is.direct.row[2].text[0] = '!';
    expect("{\"tree\":{\"1\":[[\"r\",\"d\"],[\"r\",\"c\"],[\"i\",\"b\",[{\"0\":\"x\",\"1\":\"X\"}]]"
           ",[\"u\",\"e\",{\"1\":\"!\"}],"
           "[\"o\",[\"b\",\"x\",\"e\",\"f\",\"a\"]]]}}",
           "{\"t\":{\"1\":[[\"-\",\"d\",\"c\"],[\">\",\"b\",null],[\"+\",\"b\",[\"x\",\"X\"]],[\"="
           "\",\"e\",{\"1\":\"!\"}],[\">\","
           "\"a\",\"f\"]]}}");
}

static void a_list_goes_whole_when_keys_cannot_tell(void)
{
    begin(__func__, "abc");
    set_rows(&is.direct, "xyz"); /* no row stays */
    expect("{\"tree\":{\"1\":{\"d\":[{\"0\":\"x\",\"1\":\"X\"},{\"0\":\"y\",\"1\":\"Y\"},{\"0\":"
           "\"z\",\"1\":\"Z\"}]}}}",
           "{\"t\":{\"1\":{\"l\":[[\"x\",\"X\"],[\"y\",\"Y\"],[\"z\",\"Z\"]]}}}");
    set_rows(&is.direct, "xyzx"); /* twice */
    expect("{\"tree\":{\"1\":{\"d\":[{\"0\":\"x\",\"1\":\"X\"},{\"0\":\"y\",\"1\":\"Y\"},{\"0\":"
           "\"z\",\"1\":\"Z\"},{\"0\":\"x\","
           "\"1\":\"X\"}]}}}",
           "{\"t\":{\"1\":{\"l\":[[\"x\",\"X\"],[\"y\",\"Y\"],[\"z\",\"Z\"],[\"x\",\"X\"]]}}}");
    is.direct.row[1].text[0] = '!'; /* another one changes in its place: fine */
    expect("{\"tree\":{\"1\":[[\"u\",\"y\",{\"1\":\"!\"}]]}}",
           "{\"t\":{\"1\":[[\"=\",\"y\",{\"1\":\"!\"}]]}}");
    is.direct.row[3].text[0] = '!'; /* which x? */
    expect("{\"tree\":{\"1\":{\"d\":[{\"0\":\"x\",\"1\":\"X\"},{\"0\":\"y\",\"1\":\"!\"},{\"0\":"
           "\"z\",\"1\":\"Z\"},{\"0\":\"x\","
           "\"1\":\"!\"}]}}}",
           "{\"t\":{\"1\":{\"l\":[[\"x\",\"X\"],[\"y\",\"!\"],[\"z\",\"Z\"],[\"x\",\"!\"]]}}}");
    is.direct.row[3].key[0] = '\0'; /* empty */
    expect("{\"tree\":{\"1\":{\"d\":[{\"0\":\"x\",\"1\":\"X\"},{\"0\":\"y\",\"1\":\"!\"},{\"0\":"
           "\"z\",\"1\":\"Z\"},{\"0\":\"\","
           "\"1\":\"!\"}]}}}",
           "{\"t\":{\"1\":{\"l\":[[\"x\",\"X\"],[\"y\",\"!\"],[\"z\",\"Z\"],[\"\",\"!\"]]}}}");
    memcpy(is.direct.row[3].key, "\xff",
           2); /* not UTF-8: on the wire it is the same as the next one */
    expect("{\"tree\":{\"1\":{\"d\":[{\"0\":\"x\",\"1\":\"X\"},{\"0\":\"y\",\"1\":\"!\"},{\"0\":"
           "\"z\",\"1\":\"Z\"},{\"0\":\"\357\277\275\","
           "\"1\":\"!\"}]}}}",
           "{\"t\":{\"1\":{\"l\":[[\"x\",\"X\"],[\"y\",\"!\"],[\"z\",\"Z\"],[\"\357\277\275\",\"!"
           "\"]]}}}");
    memcpy(is.direct.row[2].key, "\xfe", 2);
    expect("{\"tree\":{\"1\":{\"d\":[{\"0\":\"x\",\"1\":\"X\"},{\"0\":\"y\",\"1\":\"!\"},{\"0\":"
           "\"\357\277\275\",\"1\":\"Z\"},"
           "{\"0\":\"\357\277\275\",\"1\":\"!\"}]}}}",
           "{\"t\":{\"1\":{\"l\":[[\"x\",\"X\"],[\"y\",\"!\"],[\"\357\277\275\",\"Z\"],["
           "\"\357\277\275\",\"!\"]]}}}");
    is.direct.row[3].text[0] = '?';
    expect("{\"tree\":{\"1\":{\"d\":[{\"0\":\"x\",\"1\":\"X\"},{\"0\":\"y\",\"1\":\"!\"},{\"0\":"
           "\"\357\277\275\",\"1\":\"Z\"},"
           "{\"0\":\"\357\277\275\",\"1\":\"?\"}]}}}",
           "{\"t\":{\"1\":{\"l\":[[\"x\",\"X\"],[\"y\",\"!\"],[\"\357\277\275\",\"Z\"],["
           "\"\357\277\275\",\"?\"]]}}}");
    memcpy(is.direct.row[1].key, "\xef\xbf\xbd", 4); /* UTF-8, but looks like the malformed ones */
    is.direct.row[0].text[0] = '0';
    expect(
        "{\"tree\":{\"1\":{\"d\":[{\"0\":\"x\",\"1\":\"0\"},{\"0\":\"\357\277\275\",\"1\":\"!\"},"
        "{\"0\":\"\357\277\275\",\"1\":\"Z\"},{\"0\":\"\357\277\275\",\"1\":\"?\"}]}}}",
        "{\"t\":{\"1\":{\"l\":[[\"x\",\"0\"],[\"\357\277\275\",\"!\"],[\"\357\277\275\",\"Z\"],["
        "\"\357\277\275\",\"?\"]]}}}");
    is.direct.row[1].text[0] = '1';
    expect(
        "{\"tree\":{\"1\":{\"d\":[{\"0\":\"x\",\"1\":\"0\"},{\"0\":\"\357\277\275\",\"1\":\"1\"},"
        "{\"0\":\"\357\277\275\",\"1\":\"Z\"},{\"0\":\"\357\277\275\",\"1\":\"?\"}]}}}",
        "{\"t\":{\"1\":{\"l\":[[\"x\",\"0\"],[\"\357\277\275\",\"1\"],[\"\357\277\275\",\"Z\"],["
        "\"\357\277\275\",\"?\"]]}}}");
    is.bare.len = 1; /* no key at all; 0 rows until now */
    is.bare.row[0].text[0] = 'b';
    expect("{\"tree\":{\"4\":{\"0\":{\"d\":[{\"0\":\"b\"}]}}}}",
           "{\"t\":{\"4\":{\"l\":[[\"b\"]]}}}");
    is.bare.row[0].num = 1; /* not shown */
    T_EQ_INT(update(DIFF_WHOLE).op_len, 0);
    is.bare.row[0].text[0] = 'B';
    expect("{\"tree\":{\"4\":{\"0\":{\"d\":[{\"0\":\"B\"}]}}}}",
           "{\"t\":{\"4\":{\"l\":[[\"B\"]]}}}");
    is.bare.row[3].num = 1; /* behind the end */
    T_EQ_INT(update(DIFF_WHOLE).op_len, 0);
}

static void lists_nest_and_have_an_else(void)
{
    begin(__func__, "");
    is.groups.len = 1;
    memcpy(is.groups.row[0].key, "g", 2);
    set_rows(&is.groups.row[0].sub, "ab");
    expect("{\"tree\":{\"3\":{\"0\":{\"d\":[{\"0\":\"g\",\"1\":{\"s\":[\"<li "
           "data-key=\\\"\",\"\\\">\",\"</li>\"],\"m\":{\"idKey\":\"0\"},"
           "\"d\":[{\"0\":\"a\",\"1\":\"A\"},{\"0\":\"b\",\"1\":\"B\"}],\"else\":null}}]}}}}",
           "{\"t\":{\"3\":{\"l\":[[\"g\",{\"l\":[[\"a\",\"A\"],[\"b\",\"B\"]]}]]}}}");
    set_rows(&is.groups.row[0].sub, "bac");
    expect(
        "{\"tree\":{\"3\":{\"0\":[[\"u\",\"g\",{\"1\":[[\"i\",\"a\",[{\"0\":\"c\",\"1\":\"C\"}]],["
        "\"o\",[\"b\",\"a\",\"c\"]]]}]]}}}",
        "{\"t\":{\"3\":[[\"=\",\"g\",{\"1\":[[\">\",\"b\",null],[\"+\",\"a\",[\"c\",\"C\"]]]}]]}}");
    set_rows(&is.groups.row[0].sub, "");
    expect("{\"tree\":{\"3\":{\"0\":[[\"u\",\"g\",{\"1\":{\"d\":[]}}]]}}}",
           "{\"t\":{\"3\":[[\"=\",\"g\",{\"1\":{\"l\":[]}}]]}}");
    is.groups.row[1] = is.groups.row[0];
    memcpy(is.groups.row[1].key, "h", 2);
    is.groups.len = 2;
    expect("{\"tree\":{\"3\":{\"0\":[[\"i\",\"g\",[{\"0\":\"h\",\"1\":{\"s\":[\"<li "
           "data-key=\\\"\",\"\\\">\",\"</li>\"],"
           "\"m\":{\"idKey\":\"0\"},\"d\":[],\"else\":null}}]]]}}}",
           "{\"t\":{\"3\":[[\"+\",\"g\",[\"h\",{\"l\":[]}]]]}}");
    is.groups.len = 0;
    expect("{\"tree\":{\"3\":{\"0\":{\"d\":[],\"else\":{\"s\":[\"none of \",\"\"],\"0\":\"0\"}}}}}",
           "{\"t\":{\"3\":{\"l\":[],\"e\":[\"0\"]}}}");
}

static void livetemplate_is_kept_from_what_it_does_wrong(void)
{
    begin(__func__, "ab");
    memcpy(is.direct.row[0].text, "{{x}}", 6); /* would be blanked */
    memcpy(is.direct.row[1].key, "a&amp;b", 8);
    expect("{\"tree\":{\"1\":[[\"r\",\"b\"],[\"u\",\"a\",{\"1\":\"&#123;{x}}\"}],[\"i\",\"a\",[{"
           "\"0\":\"a&amp;b\",\"1\":\"B\"}]]]}}",
           "{\"t\":{\"1\":[[\"-\",\"b\"],[\"=\",\"a\",{\"1\":\"{{x}}\"}],[\"+\",\"a\",[\"a&amp;b\","
           "\"B\"]]]}}");
    is.direct.row[1].text[0] = '!'; /* the DOM has no such key: not the direct way */
    expect("{\"tree\":{\"1\":[[\"u\",\"a&amp;b\",{\"1\":\"!\"}],[\"u\",\"\",{}]]}}",
           "{\"t\":{\"1\":[[\"=\",\"a&amp;b\",{\"1\":\"!\"}]]}}");
}

static void scopes_are_decided_at_the_root(void)
{
    begin(__func__, "");
    is.branch = 2;
    view_is.n = 5;
    struct diff diff = update(DIFF_SHARED);
    expect_wires(&diff, &(struct wire_meta){ .seq = 7 }, "{\"tree\":{\"2\":{\"s\":[\"plain\"]}}}",
                 "{\"n\":7,\"t\":{\"2\":[3]}}");
    diff = update(DIFF_PRIVATE);
    expect_wires(&diff, &(struct wire_meta){ .seq = 0 }, "{\"tree\":{\"5\":\"5\"}}",
                 "{\"t\":{\"5\":\"5\"}}");
}

static void answers_say_so(void)
{
    static struct tmpl_form form = {
        .error = { { "name", "too \"short\"" }, { "", "" }, { "", "busy" }, { "port", "no" } }
    };
    struct diff diff = new_diff();
    const struct tmpl_ctx to = { .part = { &is, &view_is, NULL } };
    begin(__func__, "a");
    expect_wires(
        &diff,
        &(struct wire_meta){ .is_answer = true, .is_ok = true, .action = STR("save"), .ref = 3 },
        "{\"tree\":{},\"meta\":{\"success\":true,\"errors\":{},\"action\":\"save\"}}",
        "{\"t\":{},\"a\":3,\"ok\":true}");
    expect_wires(
        &diff,
        &(struct wire_meta){ .is_answer = true, .action = STR("save"), .ref = 4, .form = &form },
        "{\"tree\":{},\"meta\":{\"success\":false,\"errors\":{\"name\":\"too "
        "\\\"short\\\"\",\"_general\":\"busy\",\"port\":\"no\"},\"action\":\"save\"}}",
        "{\"t\":{},\"a\":4,\"ok\":false,\"e\":{\"name\":\"too "
        "\\\"short\\\"\",\"\":\"busy\",\"port\":\"no\"}}");
    T_CHECK(diff_snapshot(&diff, &root, &to) == WICK_OK);
    expect_wires(
        &diff,
        &(struct wire_meta){ .is_snapshot = true, .seq = 9, .is_first = true, .can_change = true },
        "{\"tree\":{\"s\":[\"<b>\",\"</b><ul>\",\"</ul>\",\" \",\" \",\" "
        "\",\"\"],\"0\":\"0\",\"1\":{\"s\":[\"<li data-key=\\\"\","
        "\"\\\">\",\"</"
        "li>\"],\"m\":{\"idKey\":\"0\"},\"d\":[{\"0\":\"a\",\"1\":\"A\"}],\"else\":null},\"2\":"
        "\"\",\"3\":{\"s\":[\"\","
        "\"\"],\"d\":null,\"m\":null,\"else\":null,\"0\":{\"s\":[\"<div "
        "data-key=\\\"\",\"\\\">\",\"</div>\"],\"m\":{\"idKey\":\"0\"},"
        "\"d\":[],\"else\":{\"s\":[\"none of "
        "\",\"\"],\"0\":\"0\"}}},\"4\":{\"s\":[\"\",\"\"],\"d\":null,\"m\":null,\"else\":null,"
        "\"0\":{\"s\":[\"[\",\"]\"],\"m\":null,\"d\":[],\"else\":null}},\"5\":\"0\"},\"meta\":{"
        "\"success\":true,\"errors\":{},\"action\":\"\","
        "\"capabilities\":[\"change\"]}}",
        "{\"n\":9,\"t\":{\"0\":\"0\",\"1\":{\"l\":[[\"a\",\"A\"]]},\"2\":null,\"3\":{\"l\":[],"
        "\"e\":[\"0\"]},\"4\":{\"l\":[]},"
        "\"5\":\"0\"},\"x\":true}");
}

static void a_text_that_does_not_fit_scratch_is_sent(void)
{
    struct diff diff = new_diff();
    const struct tmpl_ctx from = { .part = { &was, &view_was, NULL } };
    const struct tmpl_ctx to = { .part = { &is, &view_is, NULL } };
    begin(__func__, "");
    is.n = 1; /* reads the same, but only the new one could be written */
    diff.scratch.cap = 0;
    T_CHECK(diff_update(&diff, &root, &from, &to, DIFF_WHOLE) == WICK_OK);
    expect_wires(&diff, &(struct wire_meta){ .seq = 0 },
                 "{\"tree\":{\"0\":\"0\",\"3\":{\"0\":{\"d\":[],\"else\":{\"s\":[\"none of "
                 "\",\"\"],\"0\":\"0\"}}}}}",
                 "{\"t\":{\"0\":\"0\",\"3\":{\"l\":[],\"e\":[\"0\"]}}}");
}

static void an_error_stays_until_reset(void)
{
    struct diff diff = new_diff();
    const struct tmpl_ctx to = { .part = { &is, &view_is, NULL } };
    begin(__func__, "abc");
    diff.op_cap = 3;
    T_CHECK(diff_snapshot(&diff, &root, &to) == WICK_E_FULL);
    diff.op_cap = WICK_COUNT_OF(ops);
    T_CHECK(diff_snapshot(&diff, &root, &to) == WICK_E_FULL);
    diff_reset(&diff);
    T_CHECK(diff_snapshot(&diff, &root, &to) == WICK_OK);
}

int main(int argc, char **argv)
{
    (void)argv;
    is_printing = argc > 1;
    a_text_is_sent_when_it_reads_differently();
    a_branch_comes_changes_and_goes();
    rows_are_dropped_inserted_and_changed();
    rows_move_as_few_times_as_possible();
    a_list_goes_whole_when_keys_cannot_tell();
    lists_nest_and_have_an_else();
    livetemplate_is_kept_from_what_it_does_wrong();
    scopes_are_decided_at_the_root();
    answers_say_so();
    a_text_that_does_not_fit_scratch_is_sent();
    an_error_stays_until_reset();
    return t_done();
}
