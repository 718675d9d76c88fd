/* form_place.c - where a form's controls stand and how they are sent: what wick does not read must
 * not compile. */
#include "wickc/form/form_priv.h"

void form_check_owner(struct wc *wc, const struct tag *tag, const struct tag *form)
{
    const struct tag_attr *owner = tag_find(tag, "form");
    const struct tag_attr *id = form == NULL ? NULL : tag_find(form, "id");
    if (owner == NULL || (id != NULL && !id->is_dynamic && str_eq(id->value, owner->value))) {
        return;
    }
    wc_error(wc, owner->pos,
             "form=\"%.*s\" gives this control to a form that does not stand around it, which wick "
             "does not read: put the control into its form",
             (int)owner->value.len, owner->value.ptr);
}

void form_check_presence(struct wc *wc, const struct action *form)
{
    for (const struct field *field = form->field; field != NULL; field = field->next) {
        if (field->is_sometimes && field->is_required) {
            wc_warning(
                wc, field->pos,
                "this field is required, but stands in a branch: while it is not in the page, "
                "the server refuses the form; put the branch around the form, or leave "
                "required out and check it in the action");
        }
    }
}

static bool is_same_pattern(const struct matcher *a, const struct matcher *b)
{
    if (a == NULL || b == NULL) {
        return a == b;
    }
    bool is_same = a->states == b->states && a->classes == b->classes;
    for (unsigned state = 0; is_same && state < a->states; state++) {
        is_same = a->is_end[state] == b->is_end[state];
        for (unsigned class = 0; is_same && class < a->classes; class ++) {
            is_same = a->next[state][class] == b->next[state][class] &&
                      a->bound[class] == b->bound[class];
        }
    }
    return is_same;
}

static bool has_choice(const struct choice *list, struct str value)
{
    while (list != NULL && !str_eq(list->value, value)) {
        list = list->next;
    }
    return list != NULL;
}

void form_compare(struct wc *wc, const struct field *first, const struct field *second)
{
    bool is_same = first->type == second->type && first->input == second->input &&
                   first->is_required == second->is_required && first->len_min == second->len_min &&
                   first->len_max == second->len_max && first->min == second->min &&
                   first->max == second->max && first->step == second->step &&
                   first->decimals == second->decimals &&
                   is_same_pattern(first->matcher, second->matcher) &&
                   first->choice_count == second->choice_count;
    for (const struct choice *at = first->choice; at != NULL && is_same; at = at->next) {
        is_same = has_choice(second->choice, at->value);
    }
    if (!is_same) {
        wc_error(wc, second->pos,
                 "the field \"%.*s\" has other rules here than in another branch, and the server "
                 "checks one set: give both the same, or names of their own",
                 (int)second->name.len, second->name.ptr);
        wc_note(wc, first->pos, "the other one is here");
    }
}

void form_check_sending(struct wc *wc, const struct tag *tag)
{
    static const struct {
        const char *attr, *good, *said;
    } rules[] = {
        { "enctype", "application/x-www-form-urlencoded", "leave it out" },
        { "formenctype", "application/x-www-form-urlencoded", "leave it out" },
        { "formmethod", "post", "leave it out" },
        { "formaction", "", "the action is the one that wick-action or the button names" },
    };

    for (size_t idx = 0; idx < WICK_COUNT_OF(rules); idx++) {
        const struct tag_attr *attr = tag_find(tag, rules[idx].attr);
        if (attr != NULL && !str_eq_nocase(attr->value, str_of(rules[idx].good))) {
            wc_error(wc, attr->pos, "wick does not read a form that is sent with %s=\"%.*s\": %s",
                     rules[idx].attr, (int)attr->value.len, attr->value.ptr, rules[idx].said);
        }
    }
}
