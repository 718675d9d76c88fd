/* form_test.c - every rule at its boundary, and its message; hostile values; the three ways a value
 * can arrive. */
#include "base/json.h"
#include "live/form.h"
#include "t.h"

#include <stddef.h>
#include <stdlib.h>

struct fields {
    char text[8];
    int64_t number;
    bool flag;
    char choice[6];
    char wide[64];
};

static bool is_digits(struct str text)
{
    for (size_t at = 0; at < text.len; at++) {
        if (text.ptr[at] < '0' || text.ptr[at] > '9') {
            return false;
        }
    }
    return true;
}
static const struct str choices[] = { STR_INIT(""), STR_INIT("red"), STR_INIT("green") };
static struct wick_field field;
static struct wick_action action = {
    .name = "save", .field = &field, .field_count = 1, .fields_size = sizeof(struct fields)
};
static struct fields fields;
static struct tmpl_form form;
static struct wire_fields in;

static void begin(const char *name, enum wick_field_type type)
{
    static const uint32_t off[] = { offsetof(struct fields, text), offsetof(struct fields, number),
                                    offsetof(struct fields, flag),
                                    offsetof(struct fields, choice) };
    static const uint32_t size[] = { 8, 8, 1, 6 };
    field = (struct wick_field){ .name = name,
                                 .label = name,
                                 .type = (uint8_t)type,
                                 .min = INT64_MIN,
                                 .max = INT64_MAX,
                                 .off = off[type],
                                 .size = size[type] };
}

/* The message for one value (NULL: the name is absent), "" when it is good. */
static const char *check_bytes(const char *value, size_t len)
{
    memset(&form, 0, sizeof form);
    memset(&fields, 0xee, sizeof fields);
    in.count = 0;
    if (value != NULL) {
        in.pair[in.count++] = (struct wire_pair){ str_of(field.name), { value, len } };
    }
    bool is_good = form_check(&action, &in, &fields, &form);
    T_CHECK(is_good == (form.error[0].message[0] == '\0'));
    return form.error[0].message;
}

static const char *check(const char *value)
{
    return check_bytes(value, value != NULL ? strlen(value) : 0);
}

#define MESSAGE(value, want)                                                                       \
    do {                                                                                           \
        const char *t_got = check(value);                                                          \
        T_EQ_TEXT(t_got, strlen(t_got), want);                                                     \
    } while (0)

static void texts(void)
{
    begin("a", WICK_FIELD_TEXT);
    MESSAGE(NULL, "");
    MESSAGE("", "");
    T_CHECK(memcmp(fields.text, "\0\0\0\0\0\0\0\0", 8) == 0);
    MESSAGE("1234567", "");
    T_CHECK(strcmp(fields.text, "1234567") == 0);
    MESSAGE("12345678",
            "This text is too long: it may have 7 bytes, and letters such as \u00e4 have two.");
    field.is_required = true;
    MESSAGE(NULL, "Fill in this field.");
    MESSAGE("", "Fill in this field.");
    MESSAGE(" ", "");
    field.len_min = 2;
    field.len_max = 3;
    MESSAGE("1", "Use at least 2 characters.");
    MESSAGE("12", "");
    MESSAGE("123", "");
    MESSAGE("1234", "Use at most 3 characters.");
    MESSAGE("\xc3\xa4\xc3\xb6\xc3\xbc", ""); /* three characters, six bytes */
    MESSAGE("\xf0\x9f\x98\x80", "");         /* two UTF-16 units */
    MESSAGE("\xf0\x9f\x98\x80\xf0\x9f\x98\x80", "Use at most 3 characters.");
    field.len_max = 1;
    field.len_min = 0;
    MESSAGE("12", "Use at most 1 character.");
    field.len_max = 0;
    field.len_min = 1;
    MESSAGE("1", "");
    field.is_required = false;
    MESSAGE("", ""); /* absent and not required: no other rule, as in a browser */
    field.matches = is_digits;
    MESSAGE("x", "Use the requested format.");
    field.pattern_message = "Only digits.";
    MESSAGE("x", "Only digits.");
    MESSAGE("42", "");
}

static void hostile_texts(void)
{
    static const char *const bad[] = { "\x01",     "a\x1b[0m",     "\x7f",    "\xff",
                                       "\xc0\xaf", "\xed\xa0\x80", "\xe2\x82" };
    begin("a", WICK_FIELD_TEXT);
    for (size_t idx = 0; idx < WICK_COUNT_OF(bad); idx++) {
        MESSAGE(bad[idx], "Remove the characters that cannot be shown.");
        T_CHECK(form.draft[0].field[0] == '\0');
    }
    const char *message = check_bytes("a\0b", 3);
    T_EQ_TEXT(message, strlen(message), "Remove the characters that cannot be shown.");
    MESSAGE("a\tb\r\n", "");
    MESSAGE("<script", ""); /* text is text: escaping is the template's */
}

static void numbers(void)
{
    begin("n", WICK_FIELD_INT);
    MESSAGE(NULL, "");
    T_EQ_INT(fields.number, WICK_NO_INT);
    MESSAGE(" 12 ", "");
    T_EQ_INT(fields.number, 12);
    static const char *const bad[] = { "x",    "1.5", "1e3", "+1",      "--1",
                                       "0x10", "1 2", "-",   "\xd9\xa1" };
    for (size_t idx = 0; idx < WICK_COUNT_OF(bad); idx++) {
        MESSAGE(bad[idx], "Enter a whole number.");
    }
    MESSAGE("9223372036854775807", "");
    T_EQ_INT(fields.number, INT64_MAX);
    MESSAGE("9223372036854775808", "Enter a whole number.");
    MESSAGE("-9223372036854775808", "Enter a whole number."); /* the value that means none */
    MESSAGE("-9223372036854775807", "");
    field.min = -40;
    field.max = 125;
    MESSAGE("-41", "Enter -40 or more.");
    MESSAGE("-40", "");
    MESSAGE("125", "");
    MESSAGE("126", "Enter 125 or less.");
    MESSAGE("99999999999999999999", "Enter 125 or less.");
    MESSAGE("-99999999999999999999", "Enter -40 or more.");
    field.step = 3;
    MESSAGE("-37", "");
    MESSAGE("-36", "Use steps of 3.");
    field.min = INT64_MIN;
    field.max = INT64_MAX;
    MESSAGE("-3", "");
    MESSAGE("-4", "Use steps of 3.");
    MESSAGE("9223372036854775807", "Use steps of 3.");
    field.is_required = true;
    MESSAGE("  ", "Fill in this field.");
}

static void flags_and_choices(void)
{
    begin("f", WICK_FIELD_BOOL);

    static const struct {
        const char *value;
        bool is_on;
    } flag[] = { { NULL, false },  { "", false },      { "on", true },
                 { "true", true }, { "false", false }, { "False", false },
                 { "0", false },   { "1", true },      { "off", false } };

    for (size_t idx = 0; idx < WICK_COUNT_OF(flag); idx++) {
        MESSAGE(flag[idx].value, "");
        T_EQ_INT(fields.flag, flag[idx].is_on);
    }
    field.is_required = true;
    MESSAGE(NULL, "Tick this box.");
    MESSAGE("on", "");
    begin("c", WICK_FIELD_CHOICE);
    field.choice = choices;
    field.choice_count = 3;
    MESSAGE("red", "");
    T_CHECK(strcmp(fields.choice, "red") == 0);
    MESSAGE("", "");
    MESSAGE(NULL, "");
    MESSAGE("blue", "Choose one of the offered values.");
    MESSAGE("Red", "Choose one of the offered values.");
    field.is_required = true;
    MESSAGE("", "Choose one of the offered values.");
    MESSAGE(NULL, "Choose one of the offered values.");
}

static void more_fields_than_messages(void)
{
    static struct wick_field many[9];
    struct wick_action wide = {
        .name = "x", .field = many, .field_count = 9, .fields_size = sizeof(struct fields)
    };
    static const char *const name[] = { "f0", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8" };
    memset(&form, 0, sizeof form);
    in.count = 0;
    for (size_t idx = 0; idx < 9; idx++) {
        begin(name[idx], WICK_FIELD_TEXT);
        field.is_required = idx >= 3;
        many[idx] = field;
        in.pair[in.count++] = (struct wire_pair){ str_of(name[idx]), STR("") };
    }
    T_CHECK(!form_check(&wide, &in, &fields, &form));
    T_CHECK(strcmp(form.error[0].field, "f3") == 0 &&
            strcmp(form.error[TMPL_FORM_ERRORS - 1].field, "f6") == 0);
    form_keep_drafts(&form, &wide, &in);
    T_CHECK(strcmp(form.draft[0].field, "f3") == 0); /* those with a message come first */
    T_CHECK(strcmp(form.draft[4].field, "f0") == 0);
    form_add_error(&form, STR("f3"), STR("another"));
    T_CHECK(strcmp(form.error[0].message, "another") != 0);
}

static void three_ways_to_arrive(void)
{
    T_EQ_INT(form_read_urlencoded(&in, STR("a=1&b=x+y%26&a=2&c&=d")), WICK_OK);
    T_CHECK(str_eq(wire_fields_value(&in, STR("a")), STR("2"))); /* the last one counts */
    T_CHECK(str_eq(wire_fields_value(&in, STR("b")), STR("x y&")));
    T_CHECK(wire_fields_value(&in, STR("c")).ptr != NULL &&
            wire_fields_value(&in, STR("c")).len == 0);
    T_CHECK(wire_fields_value(&in, STR("missing")).ptr == NULL);
    T_CHECK(form_read_urlencoded(&in, STR("a=%")) != WICK_OK);
    T_CHECK(form_read_urlencoded(&in, STR("a=%0")) != WICK_OK);
    T_CHECK(form_read_urlencoded(&in, STR("a=%gg")) != WICK_OK);
    char many[WICK_BODY_LEN_MAX + 1];
    size_t len = 0;
    for (unsigned pair = 0; pair <= WIRE_PAIR_MAX; pair++) {
        len += (size_t)snprintf(many + len, sizeof many - len, "p%u=1&", pair);
    }
    T_EQ_INT(form_read_urlencoded(&in, (struct str){ many, len }), WICK_E_FULL);
    memset(many, 'x', sizeof many);
    T_EQ_INT(form_read_urlencoded(&in, (struct str){ many, WICK_BODY_LEN_MAX }), WICK_OK);

    static const char text[] = "{\"a\":\"x\\u0041\\n\",\"b\":-5,\"c\":true,\"d\":null,\"e\":[1,[2],"
                               "\"z\"],\"f\":{\"a\":\"no\"},\"g\":[],\"a\":\"y\"}";
    struct json_tok tok[64];
    struct json json = { .tok = tok, .cap = 64 };
    size_t error_off;
    enum wick_err err = json_read(&json, str_of(text), tok, 64, &error_off);
    if (err == WICK_OK) { /* the reader may refuse the doubled name */
        T_EQ_INT(wire_fields_read(&in, &json, 0), WICK_OK);
        T_CHECK(str_eq(wire_fields_value(&in, STR("a")), STR("y")));
        T_CHECK(str_eq(in.pair[0].value, STR("xA\n")));
        T_CHECK(str_eq(wire_fields_value(&in, STR("b")), STR("-5")));
        T_CHECK(str_eq(wire_fields_value(&in, STR("c")), STR("true")));
        T_CHECK(wire_fields_value(&in, STR("d")).ptr != NULL &&
                wire_fields_value(&in, STR("d")).len == 0);
        T_CHECK(str_eq(wire_fields_value(&in, STR("e")), STR("z")));
        T_CHECK(wire_fields_value(&in, STR("f")).len == 0);
        T_CHECK(wire_fields_value(&in, STR("g")).len == 0);
        T_EQ_INT(wire_fields_read(&in, &json, 1), WICK_E_SYNTAX); /* a text is no form */
    }
    T_EQ_INT(wire_fields_read(&in, &json, -1), WICK_OK);
    T_EQ_INT(in.count, 0);
}

static void decimals(void)
{
    begin("n", WICK_FIELD_INT);
    field.decimals = 1;
    field.step = 5;
    field.min = 50;
    field.max = 300;
    MESSAGE("21.5", "");
    T_EQ_INT(fields.number, 215);
    MESSAGE("5", "");
    T_EQ_INT(fields.number, 50);
    MESSAGE("30.00", "");
    MESSAGE("21.3", "Use steps of 0.5.");
    MESSAGE("21.55", "Enter a number with at most 1 decimals.");
    MESSAGE("4.9", "Enter 5.0 or more.");
    MESSAGE("-99999999999999999999", "Enter 5.0 or more.");
    MESSAGE("30.1", "Enter 30.0 or less.");
    MESSAGE("99999999999999999999.5", "Enter 30.0 or less.");
    MESSAGE("x", "Enter a number with at most 1 decimals.");
}

static void dates_and_addresses(void)
{
    begin("t", WICK_FIELD_TEXT);
    field.input = &tmpl_input_time;
    field.min = 6 * 3600000;
    field.max = 22 * 3600000;
    field.step = 60000;
    MESSAGE("06:00", "");
    T_CHECK(strcmp(fields.text, "06:00") == 0);
    MESSAGE("22:00", "");
    MESSAGE("05:59", "Enter 06:00 or more.");
    MESSAGE("22:01", "Enter 22:00 or less.");
    MESSAGE("6:00", "Enter a time.");
    MESSAGE("06:00:01", "Use steps of 60 seconds.");
    field.min = 22 * 3600000; /* over night */
    field.max = 6 * 3600000;
    MESSAGE("23:00", "");
    MESSAGE("05:00", "");
    MESSAGE("12:00", "Enter 22:00 or more.");
    begin("t", WICK_FIELD_TEXT);
    field.off = offsetof(struct fields, wide);
    field.size = 64;
    field.input = &tmpl_input_date;
    MESSAGE("2026-02-28", "");
    MESSAGE("2026-02-30", "Enter a date.");
    field.min = 20454; /* 2026-01-01 */
    field.step = 7;
    MESSAGE("2026-01-08", "");
    MESSAGE("2026-01-09", "Use steps of 7.");
    MESSAGE("2025-12-31", "Enter 2026-01-01 or more.");
    field.min = INT64_MIN;
    field.step = 0;

    static const struct {
        const struct tmpl_input *input;
        const char *good, *bad, *message;
    } rows[] = {
        { &tmpl_input_email, "a@b.example", "a b", "Enter an e-mail address." },
        { &tmpl_input_url, "https://a/b", "a/b",
          "Enter a whole address, with https:// or what else it begins with." },
        { &tmpl_input_color, "#0a0B0c", "red", "Choose a color." },
        { &tmpl_input_month, "2026-11", "2026-13", "Enter a month." },
        { &tmpl_input_week, "2026-W48", "2026-W54", "Enter a week." },
        { &tmpl_input_local, "2026-11-28T06:00", "2026-11-28", "Enter a date and a time." },
    };

    for (size_t idx = 0; idx < WICK_COUNT_OF(rows); idx++) {
        field.input = rows[idx].input;
        MESSAGE(rows[idx].good, "");
        MESSAGE(rows[idx].bad, rows[idx].message);
        MESSAGE("", "");
    }
}

/* --- changed meanwhile ------------------------------------------------------------------------ */

static const char *meanwhile(const char *was, const char *wanted, const char *now)
{
    memset(&form, 0, sizeof form);
    in.count = 0;
    if (was != NULL) {
        in.pair[in.count++] = (struct wire_pair){ STR("was-limit"), str_of(was) };
    }
    in.pair[in.count++] = (struct wire_pair){ STR("limit"), str_of(wanted) };
    bool is_current = form_is_current(&form, &in, STR("limit"), str_of(now));
    T_CHECK(is_current == (form.error[0].message[0] == '\0'));
    T_CHECK(is_current || strcmp(form.error[0].field, "limit") == 0);
    return form.error[0].message;
}

static void what_was_changed_meanwhile_is_refused(void)
{
    T_CHECK(strcmp(meanwhile("5", "7", "5"), "") == 0);
    T_CHECK(strcmp(meanwhile("5", "7", "6"), "Changed meanwhile (from \"5\", now \"6\").") == 0);
    T_CHECK(strcmp(meanwhile("5", "6", "6"), "") == 0); /* both want the same */
    T_CHECK(strcmp(meanwhile("5", "5", "6"), "Changed meanwhile (from \"5\", now \"6\").") ==
            0);                                          /* the old value again */
    T_CHECK(strcmp(meanwhile(NULL, "7", "6"), "") == 0); /* a program that posts */
    T_CHECK(strcmp(meanwhile("", "7", "6"), "Changed meanwhile (from \"\", now \"6\").") == 0);
    T_CHECK(strcmp(meanwhile("\xff", "7", "6"), "") == 0); /* no text at all */
    T_CHECK(strcmp(meanwhile("a", "b", "1234567890123456789012\xc3\xa4\xc3\xa4"),
                   "Changed meanwhile (from \"a\", now \"1234567890123456789012\xc3\xa4…\").") ==
            0);
    T_CHECK(strcmp(meanwhile("a", "b", "12345678901234567890123\xc3\xa4"),
                   "Changed meanwhile (from \"a\", now \"12345678901234567890123…\").") == 0);
}

int main(void)
{
    decimals();
    dates_and_addresses();
    texts();
    hostile_texts();
    numbers();
    flags_and_choices();
    more_fields_than_messages();
    three_ways_to_arrive();
    what_was_changed_meanwhile_is_refused();
    return t_done();
}
