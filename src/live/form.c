/* form.c - see form.h. The messages stand in this file once; www/wick.js says the same words. */
#include "live/form.h"

#include "base/num.h"
#include "base/utf8.h"
#include "net/net.h"

#include <string.h>

/* X(name, message). A message with N gets its number there. */
#define FORM_MESSAGES(X)                                                                           \
    X(REQUIRED, "Fill in this field.")                                                             \
    X(TICK, "Tick this box.")                                                                      \
    X(CHOICE, "Choose one of the offered values.")                                                 \
    X(CONTROL, "Remove the characters that cannot be shown.")                                      \
    X(LEN_MAX, "Use at most N characters.")                                                        \
    X(LEN_MAX_1, "Use at most 1 character.")                                                       \
    X(LEN_MIN, "Use at least N characters.")                                                       \
    X(LEN_MIN_1, "Use at least 1 character.")                                                      \
    X(SIZE, "This text is too long: it may have N bytes, and letters such as \u00e4 have two.")    \
    X(NUMBER, "Enter a whole number.")                                                             \
    X(MIN, "Enter N or more.")                                                                     \
    X(MAX, "Enter N or less.")                                                                     \
    X(STEP, "Use steps of N.")                                                                     \
    X(STEP_S, "Use steps of N seconds.")                                                           \
    X(PATTERN, "Use the requested format.")                                                        \
    X(DECIMAL, "Enter a number with at most N decimals.")

#define FORM_MESSAGE_ENUM(name, message) FORM_##name,

enum form_message { FORM_MESSAGES(FORM_MESSAGE_ENUM) };

#undef FORM_MESSAGE_ENUM
#define FORM_MESSAGE_TEXT(name, message) message,
static const char *const form_message[] = { FORM_MESSAGES(FORM_MESSAGE_TEXT) };
#undef FORM_MESSAGE_TEXT

/* --- reading ---------------------------------------------------------------------------------- */

enum wick_err form_read_urlencoded(struct wire_fields *in, struct str body)
{
    WICK_ASSERT_DEBUG(body.len == 0 || body.ptr != NULL);
    struct str rest = body;
    struct str name;
    struct str value;
    wire_fields_reset(in);
    WICK_ASSERT_DEBUG(in->count == 0 && in->text.len == 0 && in->text.err == WICK_OK);
    while (http_pair(&rest, &in->text, &name, &value)) {
        enum wick_err err =
            in->text.err != WICK_OK ? in->text.err : wire_fields_add(in, name, value);
        if (err != WICK_OK) {
            return err;
        }
    }
    return in->text.err;
}

/* --- messages --------------------------------------------------------------------------------- */

static void put_message(struct buf *why, enum form_message message, int64_t number)
{
    WICK_ASSERT_DEBUG(message < WICK_COUNT_OF(form_message));
    WICK_ASSERT_DEBUG(why->len == 0);
    for (const char *text = form_message[message]; *text != '\0'; text++) {
        if (*text == 'N') {
            buf_put_i64(why, number);
        } else {
            buf_put_u8(why, (uint8_t)*text);
        }
    }
}

void form_add_error(struct tmpl_form *form, struct str field, struct str message)
{
    WICK_ASSERT_DEBUG(message.len == 0 || message.ptr != NULL);
    for (unsigned error = 0; error < TMPL_FORM_ERRORS; error++) {
        if (form->error[error].message[0] == '\0') {
            (void)wick_set(form->error[error].field, sizeof form->error[error].field, field);
            /* a message that is cut is still a message */
            (void)wick_set(form->error[error].message, sizeof form->error[error].message,
                           message.len > 0 ? message : STR("?"));
            WICK_ASSERT_DEBUG(form->error[error].message[0] != '\0');
            return;
        }
        if (str_eq(str_of_field(form->error[error].field, sizeof form->error[error].field),
                   field)) {
            return;
        }
    }
}

bool form_has_error(const struct tmpl_form *form)
{
    WICK_ASSERT_DEBUG(form->error[0].message[0] != '\0' || form->error[1].message[0] == '\0');
    return form->error[0].message[0] != '\0';
}

void form_set_place(struct tmpl_form *form, const struct wick_action *action,
                    const struct wire_fields *in)
{
    WICK_ASSERT_DEBUG(action->field_count <= WICK_FIELD_MAX);
    uint32_t record = TMPL_RECORD_START;
    bool is_known = true;
    (void)wick_set(form->action, sizeof form->action, str_of(action->name));
    for (unsigned idx = 0; idx < action->field_count; idx++) {
        if (action->field[idx].is_record) {
            struct str value = wire_fields_value(in, str_of(action->field[idx].name));
            is_known = is_known && value.ptr != NULL;
            record = tmpl_form_record(record, value);
            WICK_ASSERT_DEBUG(record != 0);
        }
    }
    form->record = is_known && record != TMPL_RECORD_START ? record : 0;
}

bool wick_read_set(const struct wick_field *field, const struct wire_fields *in, uint32_t *bits_out)
{
    WICK_ASSERT(field->choice_count <= 32);
    WICK_ASSERT_DEBUG(field->type == WICK_FIELD_SET && in->count <= WIRE_PAIR_MAX);
    *bits_out = 0;
    for (unsigned pair = 0; pair < in->count; pair++) {
        struct str value = in->pair[pair].value;
        unsigned idx = 0;
        if (!str_eq(in->pair[pair].name, str_of(field->name))) {
            continue;
        }
        while (idx < field->choice_count && !str_eq(field->choice[idx], value)) {
            idx++;
        }
        if (idx < field->choice_count) {
            *bits_out |= (uint32_t)1 << idx;
        } else if (value.len > 0) {
            return false;
        }
    }
    return true;
}

static bool add_draft(struct tmpl_form *form, struct str field, struct str text)
{
    WICK_ASSERT_DEBUG(field.len > 0 && utf8_is_valid(text));
    for (unsigned draft = 0; draft < TMPL_FORM_DRAFTS; draft++) {
        struct str name = str_of_field(form->draft[draft].field, sizeof form->draft[draft].field);
        if (str_eq(name, field)) {
            return true;
        }
        if (name.len == 0) {
            if (text.len <= TMPL_DRAFT_LEN_MAX && field.len <= TMPL_NAME_LEN_MAX) {
                (void)wick_set(form->draft[draft].field, sizeof form->draft[draft].field, field);
                (void)wick_set(form->draft[draft].text, sizeof form->draft[draft].text, text);
            }
            return true;
        }
    }
    return false;
}

static bool field_has_error(const struct tmpl_form *form, struct str field)
{
    WICK_ASSERT_DEBUG(field.len > 0 && field.len <= TMPL_NAME_LEN_MAX);
    for (unsigned error = 0; error < TMPL_FORM_ERRORS; error++) {
        if (form->error[error].message[0] != '\0' &&
            str_eq(str_of_field(form->error[error].field, sizeof form->error[error].field),
                   field)) {
            return true;
        }
    }
    return false;
}

void form_keep_drafts(struct tmpl_form *form, const struct wick_action *action,
                      const struct wire_fields *in)
{
    WICK_ASSERT_DEBUG(action->field_count <= WICK_FIELD_MAX);
    for (unsigned pass = 0; pass < 2; pass++) { /* fields with a message, then the others */
        for (unsigned idx = 0; idx < action->field_count; idx++) {
            struct str name = str_of(action->field[idx].name);
            struct str value = wire_fields_value(in, name);
            char mem[12];
            uint32_t bits;
            if (action->field[idx].read_set != NULL) {
                struct buf text;
                buf_init(&text, mem, sizeof mem);
                buf_put_u64(&text,
                            action->field[idx].read_set(&action->field[idx], in, &bits) ? bits : 0);
                WICK_ASSERT_DEBUG(text.err == WICK_OK);
                value = buf_str(&text);
            }
            if (value.ptr != NULL && action->field[idx].type != WICK_FIELD_BOOL &&
                utf8_is_valid(value) && (pass == 1) != field_has_error(form, name) &&
                !add_draft(form, name, value)) {
                return;
            }
        }
    }
}

/* --- checking: each returns true, or writes the message and returns false --------------------- */

static bool refuse(struct buf *why, enum form_message message, int64_t number)
{
    WICK_ASSERT_DEBUG(why->len == 0 && why->err == WICK_OK);
    put_message(why, message, number);
    return false;
}

static bool is_printable(struct str text)
{
    WICK_ASSERT_DEBUG(text.len > 0 && text.ptr != NULL);
    for (size_t at = 0; at < text.len; at++) {
        uint8_t byte = (uint8_t)text.ptr[at];
        if ((byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7f) {
            return false;
        }
    }
    return utf8_is_valid(text);
}

/* As refuse(), with the number as the field's control shows it. */
static bool refuse_value(struct buf *why, enum form_message message, const struct wick_field *field,
                         int64_t number)
{
    WICK_ASSERT_DEBUG(message == FORM_MIN || message == FORM_MAX || message == FORM_STEP);
    WICK_ASSERT_DEBUG(field->type == WICK_FIELD_INT || field->input != NULL);
    for (const char *text = form_message[message]; *text != '\0'; text++) {
        if (*text != 'N') {
            buf_put_u8(why, (uint8_t)*text);
        } else if (field->type == WICK_FIELD_INT) {
            buf_put_fixed(why, number, field->decimals);
        } else {
            field->input->put(why, number);
        }
    }
    return false;
}

/* min, max and step of a control for dates and times. */
static bool check_time(const struct wick_field *field, int64_t value, struct buf *why)
{
    WICK_ASSERT_DEBUG(field->input != NULL && field->input->number != NULL);
    bool is_over_night = field->min > field->max; /* of TIME only */
    WICK_ASSERT_DEBUG(!is_over_night || field->input->is_ms);
    if (is_over_night ? value < field->min && value > field->max : value < field->min) {
        return refuse_value(why, FORM_MIN, field, field->min);
    }
    if (!is_over_night && value > field->max) {
        return refuse_value(why, FORM_MAX, field, field->max);
    }
    int64_t base = field->min != INT64_MIN ? field->min : 0;
    if (field->step > 1 && (value - base) % field->step != 0) {
        return field->input->is_ms ? refuse(why, FORM_STEP_S, field->step / 1000)
                                   : refuse(why, FORM_STEP, field->step);
    }
    return true;
}

/* The form that the control's texts have: an e-mail address, a date ... */
static bool check_input(const struct wick_field *field, struct str text, struct buf *why)
{
    const struct tmpl_input *input = field->input;
    int64_t value = 0;
    WICK_ASSERT(input == NULL || (input->is_valid != NULL) == (input->number == NULL));
    WICK_ASSERT_DEBUG(input == NULL || input->message != NULL);
    if (input == NULL) {
        return true;
    }
    if (input->number != NULL ? !input->number(text, &value) : !input->is_valid(text)) {
        buf_put_text(why, input->message);
        return false;
    }
    return input->number == NULL || check_time(field, value, why);
}

static bool check_text(const struct wick_field *field, struct str text, void *to, struct buf *why)
{
    WICK_ASSERT_DEBUG(field->type == WICK_FIELD_TEXT && field->size > 0);
    if (text.len == 0) {
        return field->is_required ? refuse(why, FORM_REQUIRED, 0) : true;
    }
    if (!is_printable(text)) {
        return refuse(why, FORM_CONTROL, 0);
    }
    size_t units = utf8_utf16_len(text);
    if (field->len_max > 0 && units > field->len_max) {
        return refuse(why, field->len_max == 1 ? FORM_LEN_MAX_1 : FORM_LEN_MAX, field->len_max);
    }
    if (units < field->len_min) {
        return refuse(why, field->len_min == 1 ? FORM_LEN_MIN_1 : FORM_LEN_MIN, field->len_min);
    }
    if (field->matches != NULL && !field->matches(text)) {
        if (field->pattern_message == NULL || field->pattern_message[0] == '\0') {
            return refuse(why, FORM_PATTERN, 0);
        }
        buf_put_text(why, field->pattern_message);
        return false;
    }
    if (!check_input(field, text, why)) {
        return false;
    }
    return wick_set(to, field->size, text) ? true
                                           : refuse(why, FORM_SIZE, (int64_t)field->size - 1);
}

static bool has_more_decimals(struct str text, unsigned decimals)
{
    WICK_ASSERT_DEBUG(text.len > 0 && decimals <= 9);
    const char *point = memchr(text.ptr, '.', text.len);
    return point != NULL && (size_t)(text.ptr + text.len - point) - 1 > decimals;
}

static bool check_int(const struct wick_field *field, struct str text, void *to, struct buf *why)
{
    WICK_ASSERT_DEBUG(field->type == WICK_FIELD_INT && field->decimals <= 9);
    int64_t value = WICK_NO_INT;
    WICK_ASSERT_DEBUG(field->size == sizeof value);
    text = str_trim(text, " \t\r\n");
    if (text.len == 0) {
        memcpy(to, &value, sizeof value);
        return field->is_required ? refuse(why, FORM_REQUIRED, 0) : true;
    }
    enum wick_err err = field->decimals > 0 ? num_fixed(text, field->decimals, &value)
                                            : num_i64(text, INT64_MIN + 1, INT64_MAX, &value);
    bool is_negative = text.ptr[0] == '-';
    bool is_beyond = err == WICK_E_RANGE && !has_more_decimals(text, field->decimals);
    if (is_beyond) {
        err = (is_negative ? field->min == INT64_MIN : field->max == INT64_MAX) ? err : WICK_OK;
    }
    if (err != WICK_OK) {
        return refuse(why, field->decimals > 0 ? FORM_DECIMAL : FORM_NUMBER, field->decimals);
    }
    if (field->min != INT64_MIN && (is_beyond ? is_negative : value < field->min)) {
        return refuse_value(why, FORM_MIN, field, field->min);
    }
    if (field->max != INT64_MAX && (is_beyond ? !is_negative : value > field->max)) {
        return refuse_value(why, FORM_MAX, field, field->max);
    }
    int64_t base = field->min != INT64_MIN ? field->min : 0;
    /* the distance may exceed int64_t; unsigned arithmetic does not overflow */
    uint64_t distance =
        value >= base ? (uint64_t)value - (uint64_t)base : (uint64_t)base - (uint64_t)value;
    if (field->step > 1 && distance % (uint64_t)field->step != 0) {
        return refuse_value(why, FORM_STEP, field, field->step);
    }
    memcpy(to, &value, sizeof value);
    WICK_ASSERT_DEBUG(!is_beyond && value >= field->min && value <= field->max);
    return true;
}

static bool check_bool(const struct wick_field *field, struct str text, void *to, struct buf *why)
{
    static const struct str off[] = { STR_INIT(""), STR_INIT("false"), STR_INIT("off"),
                                      STR_INIT("0") };
    bool value = text.ptr != NULL;
    WICK_ASSERT_DEBUG(field->type == WICK_FIELD_BOOL && field->size == sizeof value);
    for (size_t idx = 0; idx < WICK_COUNT_OF(off); idx++) {
        value = value && !str_eq_nocase(text, off[idx]);
    }
    memcpy(to, &value, sizeof value);
    return value || !field->is_required ? true : refuse(why, FORM_TICK, 0);
}

static bool check_choice(const struct wick_field *field, struct str text, void *to, struct buf *why)
{
    WICK_ASSERT_DEBUG(field->type == WICK_FIELD_CHOICE && field->size > 0);
    for (unsigned idx = 0; idx < field->choice_count; idx++) {
        if (str_eq(text, field->choice[idx])) {
            if (text.len == 0 && field->is_required) {
                break; /* the empty first option of a select */
            }
            return wick_set(to, field->size, text) ? true : refuse(why, FORM_CHOICE, 0);
        }
    }
    return text.len == 0 && !field->is_required ? true : refuse(why, FORM_CHOICE, 0);
}

static bool check_set(const struct wick_field *field, const struct wire_fields *in, void *to,
                      struct buf *why)
{
    uint32_t bits = 0;
    WICK_ASSERT(field->size == sizeof bits);
    WICK_ASSERT_DEBUG(field->type == WICK_FIELD_SET && field->read_set != NULL);
    if (!field->read_set(field, in, &bits) || (bits == 0 && field->is_required)) {
        return refuse(why, FORM_CHOICE, 0);
    }
    WICK_ASSERT_DEBUG(bits == 0 || field->choice_count > 0);
    memcpy(to, &bits, sizeof bits);
    return true;
}

static bool check_field(const struct wick_field *field, const struct wire_fields *in, void *to,
                        struct buf *why)
{
    WICK_ASSERT_DEBUG(why->len == 0 && why->err == WICK_OK);
    WICK_ASSERT_DEBUG((field->type == WICK_FIELD_SET) == (field->read_set != NULL));
    struct str text = wire_fields_value(in, str_of(field->name));
    switch ((enum wick_field_type)field->type) {
    case WICK_FIELD_TEXT:
        return check_text(field, text, to, why);
    case WICK_FIELD_INT:
        return check_int(field, text, to, why);
    case WICK_FIELD_BOOL:
        return check_bool(field, text, to, why);
    case WICK_FIELD_CHOICE:
        return check_choice(field, text, to, why);
    case WICK_FIELD_SET:
        return check_set(field, in, to, why);
    }
    return false;
}

bool form_check(const struct wick_action *action, const struct wire_fields *in, void *fields,
                struct tmpl_form *form_out)
{
    WICK_ASSERT_DEBUG((uintptr_t)fields % 8 == 0 && action->fields_size <= WICK_FIELDS_LEN_MAX);
    bool is_good = true;
    wick_clear(fields, action->fields_size);
    for (unsigned idx = 0; idx < action->field_count; idx++) {
        const struct wick_field *field = &action->field[idx];
        WICK_ASSERT(field->off + field->size <= action->fields_size);
        char mem[TMPL_MESSAGE_LEN_MAX + 1];
        struct buf why;
        buf_init(&why, mem, sizeof mem);
        if (!check_field(field, in, (uint8_t *)fields + field->off, &why)) {
            form_add_error(form_out, str_of(field->name), buf_str(&why));
            is_good = false;
        }
    }
    WICK_ASSERT_DEBUG(is_good || form_has_error(form_out));
    return is_good;
}

/* --- changed meanwhile ------------------------------------------------------------------------ */

/* At most so many bytes of a value are quoted, whole characters. */
enum { SHOWN_LEN_MAX = 24 };

static void put_shown(struct buf *out, struct str text)
{
    size_t len = text.len < SHOWN_LEN_MAX ? text.len : SHOWN_LEN_MAX;
    while (len < text.len && len > 0 && ((uint8_t)text.ptr[len] & 0xc0) == 0x80) {
        len--;
    }
    WICK_ASSERT_DEBUG(len <= SHOWN_LEN_MAX && len <= text.len);
    buf_put_text(out, "\"");
    buf_put(out, text.ptr, len);
    buf_put_text(out, len < text.len ? "…\"" : "\"");
}

bool form_is_current(struct tmpl_form *form, const struct wire_fields *in, struct str field,
                     struct str now)
{
    WICK_ASSERT_DEBUG(now.len == 0 || now.ptr != NULL);
    char mem[TMPL_NAME_LEN_MAX + 8];
    struct buf name;
    buf_init(&name, mem, sizeof mem);
    buf_put_text(&name, "was-");
    buf_put_str(&name, field);
    WICK_ASSERT(name.err == WICK_OK);
    struct str was = wire_fields_value(in, buf_str(&name));
    struct str wanted = wire_fields_value(in, field);
    if (was.ptr == NULL || !utf8_is_valid(was) || str_eq(was, now) || str_eq(wanted, now)) {
        return true;
    }
    char why_mem[TMPL_MESSAGE_LEN_MAX + 1];
    struct buf why;
    buf_init(&why, why_mem, sizeof why_mem);
    buf_put_text(&why, "Changed meanwhile (from ");
    put_shown(&why, was);
    buf_put_text(&why, ", now ");
    put_shown(&why, now);
    buf_put_text(&why, ").");
    WICK_ASSERT(why.err == WICK_OK);
    form_add_error(form, field, buf_str(&why));
    WICK_ASSERT_DEBUG(form_has_error(form));
    return false;
}
