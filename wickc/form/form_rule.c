/* form_rule.c - the rules of one field: which there are for its kind of control, and what they say.
 *
 * A rule that browsers ignore for the control is an error; all others are checked by the server, too
 * (src/live/form.c). Lengths of texts that nobody types (hidden, dates) are a warning: the server
 * alone checks them. Source: HTML standard, section 4.10.5.
 */
#include "base/num.h"
#include "tmpl/tmpl.h"
#include "wickc/form/form_priv.h"

#include <string.h>

enum {
    RULE_REQUIRED = 1,
    RULE_LEN = 2,
    RULE_PATTERN = 4,
    RULE_RANGE = 8,
    RULE_FILE = 16, /* no control has them */
    DECIMALS_MAX = 9
};

static const struct control controls[] = {
    { "text", WICK_FIELD_TEXT, NULL, RULE_REQUIRED | RULE_LEN | RULE_PATTERN, 0 },
    { "search", WICK_FIELD_TEXT, NULL, RULE_REQUIRED | RULE_LEN | RULE_PATTERN, 0 },
    { "tel", WICK_FIELD_TEXT, NULL, RULE_REQUIRED | RULE_LEN | RULE_PATTERN, 0 },
    { "password", WICK_FIELD_TEXT, NULL, RULE_REQUIRED | RULE_LEN | RULE_PATTERN, 0 },
    { "email", WICK_FIELD_TEXT, &tmpl_input_email, RULE_REQUIRED | RULE_LEN | RULE_PATTERN, 0 },
    { "url", WICK_FIELD_TEXT, &tmpl_input_url, RULE_REQUIRED | RULE_LEN | RULE_PATTERN, 0 },
    { "number", WICK_FIELD_INT, NULL, RULE_REQUIRED | RULE_RANGE, 0 },
    { "range", WICK_FIELD_INT, NULL, RULE_RANGE, 0 },
    { "checkbox", WICK_FIELD_BOOL, NULL, RULE_REQUIRED, 0 },
    { "radio", WICK_FIELD_CHOICE, NULL, RULE_REQUIRED, 0 },
    { "color", WICK_FIELD_TEXT, &tmpl_input_color, 0, 8 },
    { "date", WICK_FIELD_TEXT, &tmpl_input_date, RULE_REQUIRED | RULE_RANGE, 11 },
    { "month", WICK_FIELD_TEXT, &tmpl_input_month, RULE_REQUIRED | RULE_RANGE, 8 },
    { "week", WICK_FIELD_TEXT, &tmpl_input_week, RULE_REQUIRED | RULE_RANGE, 9 },
    { "time", WICK_FIELD_TEXT, &tmpl_input_time, RULE_REQUIRED | RULE_RANGE, 6 },
    { "datetime-local", WICK_FIELD_TEXT, &tmpl_input_local, RULE_REQUIRED | RULE_RANGE, 17 },
    { "hidden", WICK_FIELD_TEXT, NULL, 0, 0 },
};

static const struct control textarea = { "textarea", WICK_FIELD_TEXT, NULL,
                                         RULE_REQUIRED | RULE_LEN, 0 };
static const struct control selection = { "select", WICK_FIELD_CHOICE, NULL, RULE_REQUIRED, 0 };

const struct control *control_of(struct wc *wc, const struct tag *tag)
{
    static const char *const none[] = { "submit", "button", "reset", "image" };
    const struct tag_attr *attr = tag_find(tag, "type");
    if (!str_eq(tag->name, STR("input"))) {
        return str_eq(tag->name, STR("select")) ? &selection : &textarea;
    }
    if (attr != NULL && attr->is_dynamic) {
        wc_error(
            wc, attr->pos,
            "the type of a control decides what the server checks, so it must be a plain text: "
            "write two controls in the branches of an {{if}}");
    }
    if (attr == NULL || attr->value.len == 0) {
        return &controls[0];
    }
    struct near near = { .name = attr->value };
    for (size_t idx = 0; idx < WICK_COUNT_OF(none); idx++) {
        if (str_eq_nocase(attr->value, str_of(none[idx]))) {
            return NULL;
        }
        near_try(&near, str_of(none[idx]));
    }
    for (size_t idx = 0; idx < WICK_COUNT_OF(controls); idx++) {
        if (str_eq_nocase(attr->value, str_of(controls[idx].type))) {
            return &controls[idx];
        }
        near_try(&near, str_of(controls[idx].type));
    }
    if (str_eq_nocase(attr->value, STR("file"))) {
        wc_error(wc, tag->pos, "file uploads are not supported");
    } else if (near.best.ptr != NULL) {
        wc_error(wc, attr->pos,
                 "there is no type=\"%.*s\", so browsers show a text field; did you "
                 "mean \"%.*s\"?",
                 (int)attr->value.len, attr->value.ptr, (int)near.best.len, near.best.ptr);
    } else {
        wc_error(wc, attr->pos, "there is no type=\"%.*s\", so browsers show a text field",
                 (int)attr->value.len, attr->value.ptr);
    }
    return &controls[0];
}

/* --- which rules there are -------------------------------------------------------------------- */

/* What to write instead of a rule that browsers ignore. */
static const char *instead_of(const struct control *control, const char *otherwise)
{
    static const struct {
        const char *type, *said;
    } table[] = {
        { "hidden", "nobody types into it, and its type is that of the member that it shows" },
        { "checkbox", "it is checked or not" },
        { "radio", "it has the values of its buttons only" },
        { "select", "it has the values of its options only" },
        { "color", "it has the form #rrggbb only" },
    };

    for (size_t idx = 0; idx < WICK_COUNT_OF(table); idx++) {
        if (strcmp(control->type, table[idx].type) == 0) {
            return table[idx].said;
        }
    }
    return otherwise;
}

/* A text whose length only the server can check. */
static bool has_own_length(const struct control *control)
{
    return control->field == WICK_FIELD_TEXT && (control->rules & RULE_LEN) == 0;
}

static void check_ignored(struct wc *wc, const struct tag *tag, const struct control *control)
{
    static const struct {
        const char *attr;
        unsigned rule;
        const char *instead;
    } rules[] = {
        { "required", RULE_REQUIRED, "it always has a value" },
        { "minlength", RULE_LEN, "numbers and dates have min and max" },
        { "maxlength", RULE_LEN, "numbers and dates have min and max" },
        { "pattern", RULE_PATTERN, "only one-line texts have patterns" },
        { "min", RULE_RANGE, "texts have minlength" },
        { "max", RULE_RANGE, "texts have maxlength" },
        { "step", RULE_RANGE, "only numbers and dates have steps" },
        { "accept", RULE_FILE, "only files have it, and those are not supported" },
        { "capture", RULE_FILE, "only files have it, and those are not supported" },
    };

    for (size_t idx = 0; idx < WICK_COUNT_OF(rules); idx++) {
        const struct tag_attr *attr = tag_find(tag, rules[idx].attr);
        const struct tag_attr *maybe = tag->maybe;
        if (attr != NULL && rules[idx].rule == RULE_LEN && has_own_length(control)) {
            wc_warning(wc, attr->pos,
                       "browsers ignore %s here, in a control of type %s; the server checks it",
                       rules[idx].attr, control->type);
        } else if (attr != NULL && (control->rules & rules[idx].rule) == 0) {
            bool is_range = rules[idx].rule != RULE_REQUIRED && rules[idx].rule != RULE_FILE;
            wc_error(wc, attr->pos, "browsers ignore %s here, in a control of type %s: %s",
                     rules[idx].attr, control->type,
                     is_range ? instead_of(control, rules[idx].instead) : rules[idx].instead);
        }
        while (maybe != NULL && !str_eq(maybe->name, str_of(rules[idx].attr))) {
            maybe = maybe->next;
        }
        if (maybe != NULL) {
            wc_error(wc, maybe->pos,
                     "%s stands in a branch, so the server would not know when to check it: check "
                     "it in the action, with wick_error()",
                     rules[idx].attr);
        }
    }
    const struct tag_attr *multiple = tag_find(tag, "multiple");
    if (multiple != NULL && !str_eq(tag->name, STR("select"))) {
        wc_error(wc, multiple->pos,
                 "this field has one value, so multiple cannot be used: a set of values is a "
                 "<select multiple>, or checkboxes of one name");
    }
}

/* What keeps a reader from changing a field, which the server does not know of. */
static void check_fixed(struct wc *wc, const struct tag *tag, const struct control *control)
{
    const struct tag_attr *readonly = tag_find(tag, "readonly");
    const struct tag_attr *disabled = tag_find(tag, "disabled");
    bool is_typed =
        (control->rules & (RULE_LEN | RULE_RANGE)) != 0 && strcmp(control->type, "range") != 0;
    if (readonly != NULL && !is_typed) {
        wc_error(wc, readonly->pos, "browsers ignore readonly here, in a control of type %s",
                 control->type);
    } else if (readonly != NULL) {
        wc_warning(wc, readonly->pos,
                   "readonly keeps a reader from changing this field, not a program: the action "
                   "must not trust it; show the value as text instead");
    }
    if (disabled != NULL) {
        wc_warning(wc, disabled->pos,
                   "browsers never send a disabled field, so the action gets it empty: show the "
                   "value as text instead, or write {{if ...}}disabled{{end}}");
    }
}

/* --- numbers ---------------------------------------------------------------------------------- */

/* The attribute of this rule if it is a plain text. */
static const struct tag_attr *plain_rule(struct wc *wc, const struct tag *tag, const char *name)
{
    const struct tag_attr *attr = tag_find(tag, name);
    if (attr != NULL && attr->is_dynamic) {
        wc_error(wc, attr->pos,
                 "%s=\"\" is checked by the server, too, so it must be a plain number", name);
        return NULL;
    }
    return attr;
}

/* A rule as a number with these decimals; absent stays *value_inout. */
static void read_number(struct wc *wc, const struct tag *tag, const char *name, unsigned decimals,
                        int64_t *value_inout)
{
    const struct tag_attr *attr = plain_rule(wc, tag, name);
    if (attr != NULL && num_fixed(attr->value, decimals, value_inout) != WICK_OK) {
        wc_error(wc, attr->pos, "%s=\"%.*s\" is not a %s", name, (int)attr->value.len,
                 attr->value.ptr, decimals > 0 ? "number" : "whole number");
    }
}

static unsigned decimals_of(const struct tag *tag, const char *name)
{
    const struct tag_attr *attr = tag_find(tag, name);
    const char *point =
        attr == NULL || attr->is_dynamic ? NULL : memchr(attr->value.ptr, '.', attr->value.len);
    size_t count = point == NULL ? 0 : (size_t)(attr->value.ptr + attr->value.len - point) - 1;
    return count > DECIMALS_MAX ? DECIMALS_MAX : (unsigned)count;
}

static void check_base(struct wc *wc, const struct tag *tag, const struct field *field,
                       int64_t least)
{
    const struct tag_attr *step = tag_find(tag, "step");
    if (step != NULL && field->step > least && tag_find(tag, "min") == NULL &&
        tag_find(tag, "value") != NULL) {
        wc_warning(wc, step->pos,
                   "without min browsers count the steps from the value that is shown, the server "
                   "counts them from 0: write min=\"...\"");
    }
}

static void read_int(struct wc *wc, const struct tag *tag, struct field *field)
{
    const struct tag_attr *step = tag_find(tag, "step");
    bool is_range = str_eq_nocase(tag_find(tag, "type")->value, STR("range"));
    if (step != NULL && str_eq_nocase(step->value, STR("any"))) {
        wc_error(wc, step->pos,
                 "step=\"any\" lets any number of decimals through, but wick has whole numbers: "
                 "write the finest step, such as step=\"0.01\"");
        return;
    }
    unsigned in_step = decimals_of(tag, "step");
    unsigned in_min = decimals_of(tag, "min");
    unsigned in_max = decimals_of(tag, "max");
    field->decimals = in_min > in_max ? in_min : in_max;
    field->decimals = in_step > field->decimals ? in_step : field->decimals;
    int64_t one = 1;
    for (unsigned at = 0; at < field->decimals; at++) {
        one *= 10;
    }
    field->min = is_range ? 0 : field->min; /* without rules a range goes from 0 to 100 */
    field->max = is_range ? 100 * one : field->max;
    field->step = field->decimals > 0 ? one : 0;
    read_number(wc, tag, "min", field->decimals, &field->min);
    read_number(wc, tag, "max", field->decimals, &field->max);
    read_number(wc, tag, "step", field->decimals, &field->step);
    if (step != NULL && field->step == 0) {
        wc_error(wc, step->pos, "browsers ignore a step that is not above 0");
    }
    if (field->max < field->min || field->step < 0) {
        wc_error(wc, tag->pos, "min, max and step of \"%.*s\" do not fit together",
                 (int)field->name.len, field->name.ptr);
    }
    check_base(wc, tag, field, one);
}

/* --- dates and times -------------------------------------------------------------------------- */

static void read_moment(struct wc *wc, const struct tag *tag, const char *name,
                        const struct field *field, int64_t *value_inout)
{
    const struct tag_attr *attr = plain_rule(wc, tag, name);
    if (attr != NULL && !field->input->number(attr->value, value_inout)) {
        char mem[32];
        struct buf example;
        buf_init(&example, mem, sizeof mem - 1);
        field->input->put(&example, field->input->is_ms ? 21600000 : 2500); /* six o'clock */
        mem[example.len] = '\0';
        wc_error(wc, attr->pos,
                 "%s=\"%.*s\" is not a valid value of this control; write it as in %s=\"%s\"", name,
                 (int)attr->value.len, attr->value.ptr, name, mem);
    }
}

static void read_time(struct wc *wc, const struct tag *tag, struct field *field)
{
    const struct tag_attr *step = plain_rule(wc, tag, "step");
    bool has_ms = field->input->is_ms;
    const char *unit = field->input == &tmpl_input_date ? "day" : field->input->name;
    read_moment(wc, tag, "min", field, &field->min);
    read_moment(wc, tag, "max", field, &field->max);
    field->step = has_ms ? 60000 : 1;
    if (step != NULL && str_eq_nocase(step->value, STR("any"))) {
        field->step = has_ms ? 1 : 0;
    } else if (step != NULL && (num_fixed(step->value, has_ms ? 3 : 0, &field->step) != WICK_OK ||
                                field->step <= 0)) {
        wc_error(wc, step->pos, "step=\"%.*s\" is not a whole number of %s", (int)step->value.len,
                 step->value.ptr, has_ms ? "milliseconds" : wc_format(wc, "%ss", unit));
        return;
    }
    if (field->max < field->min && field->input != &tmpl_input_time) {
        wc_error(wc, tag->pos, "min and max of \"%.*s\" do not fit together", (int)field->name.len,
                 field->name.ptr);
    }
    int64_t base = field->min == INT64_MIN ? 0 : field->min;
    if (has_ms && (field->step % 60000 != 0 || base % 60000 != 0)) { /* ":SS", ":SS.sss" */
        field->size += field->step % 1000 != 0 || base % 1000 != 0 ? 7 : 3;
    }
    check_base(wc, tag, field, has_ms ? 60000 : 1);
}

/* --- texts ------------------------------------------------------------------------------------ */

static bool read_length(struct wc *wc, const struct tag *tag, struct field *field)
{
    int64_t min = 0;
    int64_t max = 0;
    read_number(wc, tag, "minlength", 0, &min);
    read_number(wc, tag, "maxlength", 0, &max);
    const struct tag_attr *longest = tag_find(tag, "maxlength");
    if (longest != NULL && !longest->is_dynamic && str_eq(longest->value, STR("0"))) {
        wc_error(wc, longest->pos, "maxlength=\"0\" lets no text through");
    }
    if (min < 0 || max < 0 || max > FIELDS_LEN_MAX || (max > 0 && min > max)) {
        wc_error(wc, tag->pos,
                 "minlength and maxlength of \"%.*s\" do not fit together or are too large (limit "
                 "is %d)",
                 (int)field->name.len, field->name.ptr, FIELDS_LEN_MAX);
        return false;
    }
    field->len_min = (unsigned)min;
    field->len_max = (unsigned)max;
    return true;
}

static void read_text(struct wc *wc, const struct tag *tag, struct field *field)
{
    if (!read_length(wc, tag, field)) {
        return;
    }
    /* a UTF-16 unit has at most 3 bytes in UTF-8 */
    field->size = 3 * (field->len_max > 0 ? field->len_max : TEXT_LEN_DEFAULT) + 1;
    const struct tag_attr *pattern = tag_find(tag, "pattern");
    const struct tag_attr *title = tag_find(tag, "title");
    if (pattern == NULL) {
        return;
    }
    if (pattern->is_dynamic || (title != NULL && title->is_dynamic)) {
        wc_error(wc, pattern->pos,
                 "pattern and title are checked and said by the server, too, so they must be plain "
                 "texts");
        return;
    }
    field->matcher = pattern_compile(wc, pattern->value, pattern->value_pos);
    field->pattern_message = title == NULL ? (struct str){ "", 0 } : title->value;
    if (field->pattern_message.len > TMPL_MESSAGE_LEN_MAX) {
        wc_error(wc, title->pos,
                 "title is the message for a wrong value and too long (limit is %d bytes)",
                 TMPL_MESSAGE_LEN_MAX);
    }
}

void rules_read(struct wc *wc, const struct tag *tag, const struct control *control,
                struct field *field)
{
    field->type = control->field;
    field->input = control->input;
    field->size = control->size;
    check_ignored(wc, tag, control);
    check_fixed(wc, tag, control);
    if (control->input != NULL && control->input->number != NULL) {
        read_time(wc, tag, field);
        (void)read_length(wc, tag, field);
    } else if (control->field == WICK_FIELD_INT) {
        read_int(wc, tag, field);
    } else if (control->field == WICK_FIELD_TEXT && control->size == 0) {
        read_text(wc, tag, field);
    } else if (control->field == WICK_FIELD_TEXT) {
        (void)read_length(wc, tag, field);
    }
}
