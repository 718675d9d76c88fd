/* form_bind.c - the member of the state that a field shows: what the field lets through must fit
 * into it.
 *
 *   <input name="name" maxlength="31" value="{{draft "name" .name}}">      char name[32]
 * What wickc does not know about the type is asserted in the C that it writes.
 */
#include "wickc/form/form.h"

/* {{.x}}, {{draft "x" .x}} : the member .x. */
static const struct val *member_of(const struct node *node)
{
    const struct val *val = node == NULL || node->kind != NODE_ACTION ? NULL : node->val;
    if (val != NULL && val->kind == VAL_OP && val->op == OP_DRAFT) {
        val = val->arg[1];
    }
    return val != NULL && val->kind == VAL_MEMBER ? val : NULL;
}

static struct pos pos_of_attr(const struct tag *tag, const char *name)
{
    const struct tag_attr *attr = tag_find(tag, name);
    return attr == NULL || attr->is_dynamic ? (struct pos){ 0 } : attr->pos;
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
    }
    field->size = fits + 1; /* as many bytes as the member: what is not ASCII may be too long for
                               it, and is refused as such */
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
    int64_t low = !type->is_signed   ? 0
                  : type->bits == 64 ? INT64_MIN
                                     : -((int64_t)1 << (type->bits - 1));
    int64_t high =
        type->bits == 64 ? INT64_MAX : ((int64_t)1 << (type->bits - type->is_signed)) - 1;
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

void form_bind(struct wc *wc, struct field *field, const struct tag *tag)
{
    const struct tag_attr *value = tag_find(tag, "value");
    field->len_max_pos = pos_of_attr(tag, "maxlength");
    field->min_pos = pos_of_attr(tag, "min");
    field->max_pos = pos_of_attr(tag, "max");
    field->bound = member_of(value != NULL                        ? value->node
                             : str_eq(tag->name, STR("textarea")) ? tag->node
                                                                  : NULL);
    if (field->bound == NULL) {
        return;
    }
    if (field->type == FIELD_TEXT && !str_eq(tag->name, STR("select"))) {
        bind_text(wc, field, tag);
    } else if (field->type == FIELD_INT && field->bound->type->kind == TYPE_INT) {
        bind_bound(wc, field, tag, "min", field->min);
        bind_bound(wc, field, tag, "max", field->max);
    }
}
