/* diff_test.c - golden: every operation on a small template written by hand, in both wires. */
#include "hand.h"
#include "t.h"
#include "wire/wire.h"

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
    T_CHECK(diff_update(&diff, &hand_root, &from, &to, scope) == WICK_OK);
    return diff;
}

static void expect_wires(const struct diff *diff, const struct wire_meta *meta, const char *lt,
                         const char *wick)
{
    struct buf out;
    buf_init(&out, out_mem, sizeof out_mem);
    wire_put_message(&wire_livetemplate, &out, &hand_root, diff, meta);
    if (is_printing) {
        printf("lt   %.*s\n", (int)out.len, (const char *)out.ptr);
    } else {
        T_CHECK(out.err == WICK_OK);
        T_EQ_TEXT(out.ptr, out.len, lt);
    }
    buf_init(&out, out_mem, sizeof out_mem);
    wire_put_message(&wire_wick, &out, &hand_root, diff, meta);
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
    is.bare.row[3].num = 1; /* past the end */
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
    T_CHECK(diff_snapshot(&diff, &hand_root, &to) == WICK_OK);
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
    T_CHECK(diff_update(&diff, &hand_root, &from, &to, DIFF_WHOLE) == WICK_OK);
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
    T_CHECK(diff_snapshot(&diff, &hand_root, &to) == WICK_E_FULL);
    diff.op_cap = WICK_COUNT_OF(ops);
    T_CHECK(diff_snapshot(&diff, &hand_root, &to) == WICK_E_FULL);
    diff_reset(&diff);
    T_CHECK(diff_snapshot(&diff, &hand_root, &to) == WICK_OK);
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
