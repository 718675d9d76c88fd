/* form_bind.c - the member of the state that a field shows: what the field lets through must fit
 * into it.
 *
 *   <input name="name" maxlength="31" value="{{draft "name" .name}}">      char name[94]
 * What wickc does not know about the type is asserted in the C that it writes.
 */
#include "wickc/form/form_priv.h"

#include <string.h>

/* What a field shows: the member, and with how many decimals {{.x | fixed 1}} writes it. */
struct shown {
    const struct val *member;
    unsigned decimals;
};

/* {{.x}}, {{draft "x" .x}}, {{.x | fixed 1}}, {{.x | fixed 1 | draft "x"}} */
static struct shown shown_by(const struct node *node)
{
    const struct val *val = node == NULL || node->kind != NODE_ACTION ? NULL : node->means.val;
    struct shown shown = { NULL, 0 };
    if (val != NULL && val->kind == VAL_OP && val->op == OP_DRAFT) {
        val = val->arg[1];
    }
    bool is_fixed = val != NULL && val->kind == VAL_CALL &&
                    str_eq(val->func->name, STR("fn_fixed")) && val->arg[0]->kind == VAL_INT;
    if (is_fixed) {
        shown.decimals = (unsigned)val->arg[0]->number;
        val = val->arg[1];
    }
    shown.member = val != NULL && val->kind == VAL_MEMBER ? val : NULL;
    return shown;
}

static struct pos pos_of_attr(const struct tag *tag, const char *name)
{
    const struct tag_attr *attr = tag_find(tag, name);
    return attr == NULL || attr->is_dynamic ? (struct pos){ 0 } : attr->pos;
}

/* No text with a character beyond ASCII passes the pattern. */
static bool is_ascii(const struct matcher *matcher)
{
    for (unsigned class = 0; matcher != NULL && class < matcher->classes; class ++) {
        bool is_last = class + 1 == matcher->classes;
        if (!is_last && matcher->bound[class + 1] <= 0x80) {
            continue; /* the class ends below */
        }
        for (unsigned state = 0; state < matcher->states; state++) {
            if (matcher->next[state][class] != 255) {
                return false;
            }
        }
    }
    return matcher != NULL;
}

/* Dates, times and colors have one length. */
static void bind_sized(struct wc *wc, const struct field *field, const struct tag *tag)
{
    const struct val *val = field->bound;
    if (val->type->kind == TYPE_CHARS && val->type->count > 0 && val->type->count < field->size) {
        wc_error(wc, tag->pos, "this field shows char %.*s[%u], but its values need char %.*s[%u]",
                 (int)val->text.len, val->text.ptr, (unsigned)val->type->count, (int)val->text.len,
                 val->text.ptr, field->size);
        wc_note(wc, val->pos, "the field shows it here");
    }
}

static void bind_text(struct wc *wc, struct field *field, const struct tag *tag)
{
    const struct val *val = field->bound;
    bool is_sized =
        val->type->kind == TYPE_CHARS && val->type->count > 0 && val->type->count <= field->size;
    if (!is_sized) {
        return;
    }
    unsigned fits = (unsigned)val->type->count - 1;
    if (field->len_max > fits) {
        wc_error(wc, field->len_max_pos, "maxlength=%u does not fit char %.*s[%u]: at most %u",
                 field->len_max, (int)val->text.len, val->text.ptr, fits + 1, fits);
        wc_note(wc, val->pos, "the field shows it here");
    } else if (field->len_max == 0) {
        wc_error(wc, tag->pos, "this field shows char %.*s[%u], so it needs maxlength=\"%u\"",
                 (int)val->text.len, val->text.ptr, fits + 1, fits);
        wc_note(wc, val->pos, "the field shows it here");
    } else if (3 * field->len_max > fits && !is_ascii(field->matcher)) {
        wc_warning(
            wc, field->len_max_pos,
            "maxlength=\"%u\" counts characters, and char %.*s[%u] has bytes: letters beyond "
            "ASCII take two or three, so %u of them are refused; write char %.*s[%u], or a "
            "pattern of ASCII characters",
            field->len_max, (int)val->text.len, val->text.ptr, fits + 1, field->len_max,
            (int)val->text.len, val->text.ptr, 3 * field->len_max + 1);
    }
    field->size = fits + 1; /* as many bytes as the member: what is not ASCII may be too long for
                               it, and is refused as such */
}

/* The least and the greatest number that a member of this type and a field, which has 63 bits and a
 * sign, can both hold. */
static int64_t low_of(const struct type *type)
{
    if (!type->is_signed) {
        return 0;
    }
    return type->bits == 64 ? INT64_MIN : -((int64_t)1 << (type->bits - 1));
}

static int64_t high_of(const struct type *type)
{
    return type->bits == 64 ? INT64_MAX : ((int64_t)1 << (type->bits - type->is_signed)) - 1;
}

/* rule: min or max */
static void bind_bound(struct wc *wc, const struct field *field, const struct tag *tag,
                       const char *rule, int64_t value)
{
    struct pos pos = pos_of_attr(tag, rule);
    const struct tag_attr *input = tag_find(tag, "type");
    bool is_range = input != NULL && str_eq_nocase(input->value, STR("range"));
    const struct val *val = field->bound;
    const struct type *type = val->type;
    int64_t low = low_of(type);
    int64_t high = high_of(type);
    if ((value >= low && value <= high) ||
        (pos.src == NULL && is_range)) { /* without rules a range is 0 to 100 */
        return;
    }
    const char *word = type_name(wc, type);
    if (pos.src != NULL) {
        wc_error(wc, pos, "%s=%lld does not fit %s %.*s (%lld..%lld)", rule, (long long)value, word,
                 (int)val->text.len, val->text.ptr, (long long)low, (long long)high);
    } else {
        wc_error(wc, field->pos, "this field shows %s %.*s, so it needs %s=\"%lld\"", word,
                 (int)val->text.len, val->text.ptr, rule, (long long)(value < low ? low : high));
    }
    wc_note(wc, val->pos, "the field shows it here");
}

/* A hidden field carries the value of a member, most often the key of a row. */
static void bind_hidden(struct wc *wc, struct field *field, const struct tag *tag)
{
    const struct type *type = field->bound->type;
    const struct tag_attr *len = tag_find(tag, "maxlength");
    len = len == NULL ? tag_find(tag, "minlength") : len;
    if (len != NULL && (type->kind == TYPE_BOOL || type->kind == TYPE_INT)) {
        wc_error(wc, len->pos, "%.*s is for texts, and this field shows a number",
                 (int)len->name.len, len->name.ptr);
        wc_note(wc, field->bound->pos, "the field shows it here");
    }
    if (type->kind == TYPE_BOOL) {
        field->type = WICK_FIELD_BOOL;
    } else if (type->kind == TYPE_INT) {
        field->type = WICK_FIELD_INT;
        field->is_required = true;
        field->min = low_of(type);
        field->max = high_of(type);
    } else if (type->kind == TYPE_CHARS && type->count > 0) {
        field->size = (unsigned)type->count;
    }
}

/* A number is shown with as many decimals as it is read with. */
static bool bind_decimals(struct wc *wc, const struct field *field, const struct shown *shown)
{
    if (field->decimals == shown->decimals) {
        return true;
    }
    if (field->decimals > 0) {
        wc_error(
            wc, shown->member->pos,
            "this field has %u decimal%s, so the action gets its value times 10^%u and it shows "
            "{{.%.*s | fixed %u}}",
            field->decimals, field->decimals == 1 ? "" : "s", field->decimals,
            (int)shown->member->text.len, shown->member->text.ptr, field->decimals);
    } else {
        wc_error(wc, shown->member->pos,
                 "this field shows %u decimal%s, but takes whole numbers: write step=\"0.%0*u\"",
                 shown->decimals, shown->decimals == 1 ? "" : "s", (int)shown->decimals, 1u);
    }
    return false;
}

void form_bind(struct wc *wc, struct field *field, const struct tag *tag)
{
    const struct tag_attr *value = tag_find(tag, "value");
    const struct tag_attr *type = tag_find(tag, "type");
    bool is_hidden = str_eq(tag->name, STR("input")) && type != NULL &&
                     str_eq_nocase(type->value, STR("hidden"));
    const struct node *content = str_eq(tag->name, STR("textarea")) ? tag->node : NULL;
    struct shown shown = shown_by(value != NULL ? value->node : content);
    field->len_max_pos = pos_of_attr(tag, "maxlength");
    field->min_pos = pos_of_attr(tag, "min");
    field->max_pos = pos_of_attr(tag, "max");
    field->bound = shown.member;
    if (field->bound == NULL) {
        return;
    }
    if (is_hidden) {
        bind_hidden(wc, field, tag);
    } else if (field->input != NULL && (field->input->number != NULL || field->len_max == 0) &&
               field->size < 32) {
        bind_sized(wc, field, tag);
    } else if (field->type == WICK_FIELD_TEXT && !str_eq(tag->name, STR("select"))) {
        bind_text(wc, field, tag);
    } else if (field->type == WICK_FIELD_INT && field->bound->type->kind == TYPE_INT &&
               bind_decimals(wc, field, &shown)) {
        bind_bound(wc, field, tag, "min", field->min);
        bind_bound(wc, field, tag, "max", field->max);
    }
}
