/* form_record.c - which record a form is about, so that messages and typed text of one form do not
 * show in another one of the same action.
 *
 * The hidden fields of a form name its record. The server hashes what was sent in them, and
 * {{error}} and {{draft}} hash what the present form has there. Only a field counts whose value can
 * be computed anywhere in its form: one action or a plain text, in no branch of its own.
 */
#include "wickc/form/form_priv.h"

enum { RECORD_FIELDS_MAX = 8 };

struct form_place *place_new(struct wc *wc, struct forms *forms, const struct tag *form)
{
    struct form_place *place = wc_take(wc, sizeof *place);
    *place = (struct form_place){ .tag = form, .next = forms->place };
    for (const struct arm *arm = form->arm; arm != NULL; arm = arm->up) {
        place->is_row = place->is_row || arm->is_row;
    }
    forms->place = place;
    return place;
}

void place_add_action(struct wc *wc, struct form_place *place, struct str name)
{
    struct form_action *action = wc_take(wc, sizeof *action);
    *action = (struct form_action){ name, place->action };
    place->action = action;
}

/* What the field holds, if that can be said elsewhere in the form, too. */
static struct val *record_val(struct wc *wc, const struct form_place *place, const struct tag *tag)
{
    const struct tag_attr *value = tag_find(tag, "value");
    if (tag->arm != place->tag->arm || value == NULL) {
        return NULL;
    }
    if (!value->is_dynamic) {
        struct val *text = wc_take(wc, sizeof *text);
        *text = (struct val){ .kind = VAL_TEXT,
                              .pos = value->pos,
                              .type = type_of_kind(TYPE_STR),
                              .text = value->value,
                              .size = 1 };
        return text;
    }
    struct val *val = value->node != NULL ? value->node->means.val : NULL;
    bool is_good = val != NULL && val_is_printable(val) && val->type->safe == SAFE_NONE &&
                   !(val->kind == VAL_OP && val->op == OP_DRAFT);
    return is_good ? val : NULL;
}

void place_add_field(struct wc *wc, struct form_place *place, const struct tag *tag)
{
    const struct tag_attr *type = tag_find(tag, "type");
    const struct tag_attr *name = tag_find(tag, "name");
    if (name == NULL || name->is_dynamic || type == NULL ||
        !str_eq_nocase(type->value, STR("hidden"))) {
        return;
    }
    struct form_hidden *hidden = wc_take(wc, sizeof *hidden);
    struct val *val = record_val(wc, place, tag);
    *hidden = (struct form_hidden){ name->value, name->pos, val, val != NULL, place->hidden };
    place->hidden = hidden;
}

/* --- which fields count ----------------------------------------------------------------------- */

static struct form_hidden *find_hidden(const struct form_place *place, struct str name)
{
    for (struct form_hidden *hidden = place->hidden; hidden != NULL; hidden = hidden->next) {
        if (str_eq(hidden->name, name)) {
            return hidden;
        }
    }
    return NULL;
}

static bool has_action(const struct form_place *place, struct str name)
{
    const struct form_action *action = place->action;
    while (action != NULL && !str_eq(action->name, name)) {
        action = action->next;
    }
    return action != NULL;
}

/* Two forms that have an action in common. */
static bool are_related(const struct form_place *a, const struct form_place *b)
{
    for (const struct form_action *action = a->action; action != NULL; action = action->next) {
        if (has_action(b, action->name)) {
            return true;
        }
    }
    return false;
}

/* A field counts in all forms of an action or in none: the server sees only what was sent.
 * @return true: one was struck off. */
static bool strike_one(const struct forms *forms)
{
    for (struct form_place *a = forms->place; a != NULL; a = a->next) {
        for (const struct form_place *b = forms->place; b != NULL; b = b->next) {
            for (struct form_hidden *at = are_related(a, b) ? a->hidden : NULL; at != NULL;
                 at = at->next) {
                const struct form_hidden *other = find_hidden(b, at->name);
                if (at->is_record && (other == NULL || !other->is_record)) {
                    at->is_record = false;
                    return true;
                }
            }
        }
    }
    return false;
}

/* --- errors and drafts ------------------------------------------------------------------------ */

static const struct action *action_of(const struct forms *forms, const struct form_place *place)
{
    for (const struct action *action = forms->action; action != NULL; action = action->next) {
        const struct tag_attr *name = tag_find(place->tag, "wick-action");
        if (name != NULL && str_eq(action->name, name->value)) {
            return action;
        }
    }
    return NULL;
}

/* Once, also when branches show the value in several places. */
static void bind(struct wc *wc, const struct forms *forms, struct form_place *place,
                 struct val *val)
{
    const struct action *action = action_of(forms, place);
    if (val->form != NULL) {
        return;
    }
    val->form = place;
    if (val->op == OP_PICKED) {
        const struct field *field = action != NULL ? action->field : NULL;
        while (field != NULL && !str_eq(field->name, val->arg[0]->text)) {
            field = field->next;
        }
        set_bind(wc, val, field);
    }
    if (val->op == OP_ERROR && !place->is_row) {
        return; /* a message is seen somewhere, even if the form has another record now */
    }
    unsigned before = val->arg_count;
    for (const struct field *field = action != NULL ? action->field : NULL; field != NULL;
         field = field->next) {
        if (field->is_record) {
            val->arg[val->arg_count++] = find_hidden(place, field->name)->val;
        }
    }
    place->is_alike = place->is_row && val->arg_count == before;
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
static void bind_val(struct wc *wc, const struct forms *forms, struct form_place *place,
                     struct val *val)
{
    for (unsigned idx = 0; val != NULL && idx < val->arg_count; idx++) {
        bind_val(wc, forms, place, val->arg[idx]);
    }
    if (val != NULL && val->kind == VAL_OP && op_is_form(val->op)) {
        bind(wc, forms, place, val);
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static void bind_node(struct wc *wc, const struct forms *forms, struct form_place *place,
                      const struct node *node)
{
    bind_val(wc, forms, place, node->means.val);
    for (const struct node *inner = node->body; inner != NULL; inner = inner->next) {
        bind_node(wc, forms, place, inner);
    }
    for (const struct node *inner = node->otherwise; inner != NULL; inner = inner->next) {
        bind_node(wc, forms, place, inner);
    }
}

static void mark_records(const struct forms *forms)
{
    for (const struct form_place *place = forms->place; place != NULL; place = place->next) {
        for (struct action *action = forms->action; action != NULL; action = action->next) {
            unsigned count = 0;
            for (struct field *field = has_action(place, action->name) ? action->field : NULL;
                 field != NULL; field = field->next) {
                const struct form_hidden *hidden = find_hidden(place, field->name);
                bool is_record = hidden != NULL && hidden->is_record;
                field->is_record = is_record && count < RECORD_FIELDS_MAX;
                count += is_record;
            }
        }
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
static void find_lost(struct wc *wc, const struct val *val)
{
    for (unsigned idx = 0; val != NULL && idx < val->arg_count; idx++) {
        find_lost(wc, val->arg[idx]);
    }
    if (val != NULL && val->kind == VAL_OP && val->op == OP_PICKED && val->form == NULL) {
        wc_error(wc, val->pos, "picked must stand inside of the form whose field it names");
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static void find_lost_in(struct wc *wc, const struct node *list)
{
    for (const struct node *node = list; node != NULL; node = node->next) {
        find_lost(wc, node->means.val);
        find_lost_in(wc, node->body);
        find_lost_in(wc, node->otherwise);
    }
}

void forms_bind(struct wc *wc, const struct tree *tree, struct forms *forms)
{
    if (wc->errors > 0) {
        return;
    }
    while (strike_one(forms)) {
    }
    mark_records(forms);
    for (const struct form_node *at = tree->in_form; at != NULL; at = at->next) {
        for (struct form_place *place = forms->place; place != NULL; place = place->next) {
            if (place->tag == at->form) {
                bind_node(wc, forms, place, at->node);
            }
        }
    }
    find_lost_in(wc, tree->source);
    for (const struct form_place *place = forms->place; place != NULL; place = place->next) {
        if (place->is_alike && wc->is_strict) {
            wc_warning(wc, place->tag->pos,
                       "nothing tells the forms of these rows apart, so messages and typed text of "
                       "one show in all of them: add <input type=\"hidden\" name=\"id\" "
                       "value=\"{{...}}\"> with the key of the row");
        }
    }
}
