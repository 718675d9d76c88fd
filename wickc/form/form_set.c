/* form_set.c - fields with a fixed list of values: options, and sets of them.
 *
 * <select multiple> and checkboxes of one name give the action a uint32_t: bit 0 is the first
 * option. {{picked "days" "mon" .days}} asks for the bit of an option by its value.
 */
#include "wickc/form/form_priv.h"

enum { SET_MAX = 32 };

void set_add_option(struct wc *wc, struct field *field, struct str value, struct pos pos)
{
    struct choice *choice = wc_take(wc, sizeof *choice);
    struct choice **end = &field->choice;
    choice->value = value;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = choice;
    field->choice_count++;
    if (value.len > CHOICE_LEN_MAX) {
        wc_error(wc, pos, "this value is too long (limit is %d bytes)", CHOICE_LEN_MAX);
    }
    field->choice_len_max =
        value.len > field->choice_len_max ? (unsigned)value.len : field->choice_len_max;
    field->size = field->choice_len_max + 1;
}

static void make_set(struct wc *wc, const struct tag *tag, struct field *field)
{
    field->type = WICK_FIELD_SET;
    field->size = sizeof(uint32_t);
    if (field->choice_count == SET_MAX + 1) {
        wc_error(wc, tag->pos, "too many options in the set \"%.*s\" (limit is %d)",
                 (int)field->name.len, field->name.ptr, SET_MAX);
    }
}

void set_of_select(struct wc *wc, const struct tag *tag, struct field *field)
{
    const struct tag_attr *multiple = tag_find(tag, "multiple");
    if (multiple == NULL) {
        return;
    }
    if (field->type != WICK_FIELD_CHOICE) {
        wc_error(wc, multiple->pos,
                 "the action gets a bit for each option, so the options of a select with multiple "
                 "must be plain texts, outside of branches and ranges");
        return;
    }
    unsigned count = field->choice_count;
    field->choice_count = count > SET_MAX ? SET_MAX + 1 : count;
    make_set(wc, tag, field);
    field->choice_count = count;
}

static void add_box(struct wc *wc, const struct tag *tag, struct field *field)
{
    const struct tag_attr *value = tag_find(tag, "value");
    const struct tag_attr *required = tag_find(tag, "required");
    if (value == NULL || value->is_dynamic || value->value.len == 0) {
        wc_error(wc, tag->pos,
                 "checkboxes of one name are a set, and each needs a value of its own: write "
                 "value=\"...\", a plain text; or give each box another name");
        return;
    }
    if (required != NULL) {
        wc_error(wc, required->pos,
                 "browsers want this very box to be ticked, not one of the set: leave required "
                 "out, and refuse an empty set in the action");
    }
    for (const struct choice *choice = field->choice; choice != NULL; choice = choice->next) {
        if (str_eq(choice->value, value->value)) {
            wc_error(wc, value->pos, "two checkboxes \"%.*s\" have this value",
                     (int)field->name.len, field->name.ptr);
            return;
        }
    }
    set_add_option(wc, field, value->value, tag->pos);
}

void set_add_box(struct wc *wc, const struct tag *tag, struct field *field)
{
    if (field->type == WICK_FIELD_BOOL) { /* the second one makes it a set */
        make_set(wc, tag, field);
        add_box(wc, field->tag, field);
    }
    add_box(wc, tag, field);
    make_set(wc, tag, field);
}

void set_bind(struct wc *wc, struct val *val, const struct field *field)
{
    const struct val *option = val->arg[1];
    if (field == NULL) {
        return; /* lint_field.c says so */
    }
    if (field->type != WICK_FIELD_SET) {
        wc_error(wc, val->pos,
                 "\"%.*s\" is no set: picked is for <select multiple> and checkboxes of one name",
                 (int)field->name.len, field->name.ptr);
        return;
    }
    struct near near = { .name = option->text };
    for (const struct choice *choice = field->choice; choice != NULL; choice = choice->next) {
        if (str_eq(choice->value, option->text)) {
            const struct type *type = val->arg[2]->type;
            if (type->kind == TYPE_INT && type->bits - type->is_signed < field->choice_count) {
                wc_error(wc, val->arg[2]->pos, "this integer has %u bits for %u options",
                         type->bits - type->is_signed, field->choice_count);
            }
            return;
        }
        near_try(&near, choice->value);
        val->number++;
    }
    wc_error(wc, option->pos,
             near.best.ptr != NULL ? "\"%.*s\" has no option \"%.*s\"; did you mean \"%.*s\"?"
                                   : "\"%.*s\" has no option \"%.*s\"",
             (int)field->name.len, field->name.ptr, (int)option->text.len, option->text.ptr,
             (int)near.best.len, near.best.ptr);
}
