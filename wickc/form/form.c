/* form.c - finds the actions of a page and reads the rules of their fields from the tags. */
#include "base/wick_limits.h"
#include "tmpl/tmpl.h"
#include "wickc/form/form_priv.h"

#include <string.h>

struct reader {
    struct wc *wc;
    const struct tree *tree;
    struct forms *forms;
    struct action *form; /* of the form that we are in; NULL: none */
    const struct tag *form_tag;
    struct form_place *place; /* of form */
    bool has_submit;
    const struct tag *label; /* innermost open <label> */
};

static struct str attr_value(const struct tag *tag, const char *name)
{
    const struct tag_attr *attr = tag_find(tag, name);
    return attr == NULL ? (struct str){ NULL, 0 } : attr->value;
}

static bool is_tag(const struct tag *tag, const char *name)
{
    return str_eq(tag->name, str_of(name));
}

/* A name that becomes part of C identifiers. */
static bool check_name(struct reader *reader, struct str name, struct pos pos, const char *what)
{
    bool is_good = name.len > 0 && ((name.ptr[0] | 0x20) >= 'a' && (name.ptr[0] | 0x20) <= 'z');
    for (size_t at = 0; at < name.len && is_good; at++) {
        char byte = name.ptr[at];
        char lower = (char)(byte | 0x20);
        is_good = (lower >= 'a' && lower <= 'z') || (byte >= '0' && byte <= '9') || byte == '_' ||
                  byte == '-';
    }
    if (!is_good) {
        wc_error(
            reader->wc, pos,
            "the name of %s consists of letters, digits, \"_\" and \"-\" and begins with a letter",
            what);
    } else if (name.len > TMPL_NAME_LEN_MAX) {
        wc_error(reader->wc, pos, "the name of %s is too long (limit is %d bytes)", what,
                 TMPL_NAME_LEN_MAX);
    }
    return is_good && name.len <= TMPL_NAME_LEN_MAX;
}

/* The functions of the page that are no actions. */
static bool check_action_name(struct reader *reader, struct str name, struct pos pos)
{
    if (str_eq(name, STR("mount")) || str_eq(name, STR("connect")) ||
        str_eq(name, STR("disconnect"))) {
        wc_error(
            reader->wc, pos,
            "no action can be called mount, connect or disconnect: those are hooks of the page");
        return false;
    }
    return check_name(reader, name, pos, "an action");
}

/* --- actions ---------------------------------------------------------------------------------- */

static const struct {
    const char *word, *role;
} roles[] = { { "viewer", "WICK_VIEWER" },
              { "operator", "WICK_OPERATOR" },
              { "admin", "WICK_ADMIN" } };

/* allow="": who may call it. No role, no build. */
static const char *read_role(struct reader *reader, const struct tag *tag, struct str action)
{
    const struct tag_attr *allow = tag_find(tag, "allow");
    if (allow == NULL) {
        wc_error(reader->wc, tag->pos,
                 "action \"%.*s\" does not say who may call it: write allow=\"viewer\", "
                 "allow=\"operator\" or allow=\"admin\"",
                 (int)action.len, action.ptr);
        return NULL;
    }
    for (size_t idx = 0; idx < WICK_COUNT_OF(roles); idx++) {
        if (str_eq(allow->value, str_of(roles[idx].word))) {
            return roles[idx].role;
        }
    }
    wc_error(reader->wc, allow->pos, "allow is viewer, operator or admin, not \"%.*s\"",
             (int)allow->value.len, allow->value.ptr);
    return NULL;
}

static struct action *find_action(const struct forms *forms, struct str name)
{
    for (struct action *action = forms->action; action != NULL; action = action->next) {
        if (str_eq(action->name, name)) {
            return action;
        }
    }
    return NULL;
}

static struct action *add_action(struct reader *reader, struct str name, struct pos pos,
                                 const char *role)
{
    struct action *action = wc_take(reader->wc, sizeof *action);
    struct action **end = &reader->forms->action;
    *action = (struct action){ .name = name, .pos = pos, .role = role };
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = action;
    reader->forms->count++;
    return action;
}

/* "WICK_ADMIN" -> "admin" */
static const char *role_word(const char *role)
{
    for (size_t idx = 0; idx < WICK_COUNT_OF(roles); idx++) {
        if (strcmp(roles[idx].role, role) == 0) {
            return roles[idx].word;
        }
    }
    return role;
}

static const struct field *find_same(const struct action *action, const struct field *field)
{
    const struct field *same = action->field;
    while (same != NULL && !str_eq(same->name, field->name)) {
        same = same->next;
    }
    return same;
}

/* A field that is missing in the other form, or is another kind of field there. @return it was
 * said */
static bool check_fields(struct wc *wc, const struct action *action, const struct action *other)
{
    for (const struct field *field = action->field; field != NULL; field = field->next) {
        const struct field *same = find_same(other, field);
        if (same == NULL) {
            wc_error(
                wc, field->pos,
                "action \"%.*s\" has the field \"%.*s\" here, but not in its other form: one "
                "action has the same fields everywhere; add it there, or give one form another "
                "action",
                (int)action->name.len, action->name.ptr, (int)field->name.len, field->name.ptr);
            wc_note(wc, other->pos, "the other form is here");
            return true;
        }
        if (same->type != field->type || same->size != field->size) {
            wc_error(
                wc, field->pos,
                "the field \"%.*s\" of action \"%.*s\" is of another kind or size here than in "
                "its other form: give both the same type and maxlength",
                (int)field->name.len, field->name.ptr, (int)action->name.len, action->name.ptr);
            wc_note(wc, same->pos, "the other one is here");
            return true;
        }
    }
    return false;
}

/* The same action in two places: same role, same fields in the same order. */
static void compare_actions(struct wc *wc, const struct action *action, const struct action *other)
{
    if (action->role != NULL && other->role != NULL && strcmp(action->role, other->role) != 0) {
        wc_error(wc, action->pos,
                 "action \"%.*s\" has allow=\"%s\" here and allow=\"%s\" elsewhere: one action has "
                 "one role",
                 (int)action->name.len, action->name.ptr, role_word(action->role),
                 role_word(other->role));
        wc_note(wc, other->pos, "the other one is here");
        return;
    }
    if (check_fields(wc, action, other) || check_fields(wc, other, action)) {
        return;
    }
    const struct field *a = action->field;
    const struct field *b = other->field;
    while (a != NULL && b != NULL && str_eq(a->name, b->name)) {
        a = a->next;
        b = b->next;
    }
    if (a != NULL && b != NULL) {
        wc_error(wc, a->pos,
                 "action \"%.*s\" has its fields in another order here: \"%.*s\" stands where its "
                 "other form has \"%.*s\"",
                 (int)action->name.len, action->name.ptr, (int)a->name.len, a->name.ptr,
                 (int)b->name.len, b->name.ptr);
        wc_note(wc, b->pos, "the other form is here");
    }
}

/* The same action may stand in several places if it is the same in all of them. */
static void merge_action(struct reader *reader, struct action *action)
{
    struct action *other = find_action(reader->forms, action->name);
    if (other == NULL || other == action) {
        return;
    }
    compare_actions(reader->wc, action, other);
    struct action **at = &reader->forms->action;
    while (*at != action) {
        at = &(*at)->next;
    }
    *at = action->next;
    reader->forms->count--;
}

/* --- choices ---------------------------------------------------------------------------------- */

/* The <option>s of a select; one that is made by the template makes the select a text field. */
static void read_options(struct reader *reader, const struct tag *select, struct field *field)
{
    field->type = WICK_FIELD_CHOICE;
    for (const struct tag *tag = select->next;
         tag != NULL && !(tag->is_end && is_tag(tag, "select")); tag = tag->next) {
        if (tag->is_end || !is_tag(tag, "option")) {
            continue;
        }
        const struct tag_attr *value = tag_find(tag, "value");
        if (tag->arm != select->arm || (value != NULL && value->is_dynamic)) {
            field->type = WICK_FIELD_TEXT;
            field->size = CHOICE_LEN_MAX + 1;
            return;
        }
        struct sb text = { 0 };
        (void)html_decode(reader->wc, str_trim(sb_str(&tag->text), " \t\r\n"),
                          &text); /* as shown */
        set_add_option(reader->wc, field, value != NULL ? value->value : sb_str(&text), tag->pos);
    }
}

/* --- labels ----------------------------------------------------------------------------------- */

static struct str label_text(struct reader *reader, const struct tag *label)
{
    struct sb text = { 0 };
    (void)html_decode(reader->wc, str_trim(sb_str(&label->text), " \t\r\n:*"), &text);
    return sb_str(&text);
}

static struct str label_of(struct reader *reader, const struct tag *tag, struct str name)
{
    const struct tag_attr *id = tag_find(tag, "id");
    const struct tag_attr *aria = tag_find(tag, "aria-label");
    if (reader->label != NULL && reader->label->text.len > 0) {
        return label_text(reader, reader->label);
    }
    for (const struct tag *label = reader->tree->tag;
         label != NULL && id != NULL && !id->is_dynamic; label = label->next) {
        const struct tag_attr *of =
            label->is_end || !is_tag(label, "label") ? NULL : tag_find(label, "for");
        if (of != NULL && str_eq(of->value, id->value) && label->text.len > 0) {
            return label_text(reader, label);
        }
    }
    return aria != NULL && !aria->is_dynamic ? aria->value : name;
}

/* --- fields ----------------------------------------------------------------------------------- */

static struct field *find_field(const struct action *action, struct str name)
{
    for (struct field *field = action->field; field != NULL; field = field->next) {
        if (str_eq(field->name, name)) {
            return field;
        }
    }
    return NULL;
}

static struct field *new_field(struct reader *reader, const struct tag *tag, struct str name,
                               const struct control *control)
{
    struct field *field = wc_take(reader->wc, sizeof *field);
    *field = (struct field){ .name = name,
                             .label = label_of(reader, tag, name),
                             .pos = tag->pos,
                             .tag = tag,
                             .min = INT64_MIN,
                             .max = INT64_MAX,
                             .pattern_message = { "", 0 },
                             .is_required = tag_find(tag, "required") != NULL };
    unsigned before = reader->wc->errors;
    rules_read(reader->wc, tag, control, field);
    if (is_tag(tag, "select")) {
        read_options(reader, tag, field);
        set_of_select(reader->wc, tag, field);
    }
    if (reader->wc->errors == before) { /* wrong rules are said once */
        form_bind(reader->wc, field, tag);
    }
    return field;
}

/* A range inside of the form repeats the field, and only the last one would count. */
static bool is_repeated(const struct reader *reader, const struct tag *tag)
{
    for (const struct arm *arm = tag->arm; arm != NULL && arm != reader->form_tag->arm;
         arm = arm->up) {
        if (arm->is_row) {
            return true;
        }
    }
    return false;
}

static void read_field(struct reader *reader, struct action *action, const struct tag *tag)
{
    const struct tag_attr *name = tag_find(tag, "name");
    const struct tag_attr *value = tag_find(tag, "value");
    const struct control *control = control_of(reader->wc, tag);
    if (control == NULL || name == NULL || str_starts(name->value, STR("wick-")) ||
        str_starts(name->value, STR("was-")) || str_starts(name->value, STR("lvt-"))) {
        return;
    }
    if (name->is_dynamic) {
        wc_error(reader->wc, name->pos, "the name of a field must be a plain text");
        return;
    }
    form_check_owner(reader->wc, tag, reader->form == NULL ? NULL : reader->form_tag);
    if (!check_name(reader, name->value, name->pos, "a field")) {
        return;
    }
    struct field *field = find_field(action, name->value);
    if (action == reader->form && is_repeated(reader, tag)) {
        wc_error(
            reader->wc, name->pos,
            "this form has a field \"%.*s\" for each row, but its action gets one value: write a "
            "form for each row, or the fields one by one",
            (int)name->value.len, name->value.ptr);
        return;
    }
    bool is_radio = control->field == WICK_FIELD_CHOICE && is_tag(tag, "input");
    bool is_box = control->field == WICK_FIELD_BOOL && field != NULL && field->choice == NULL;
    is_box = field != NULL && (is_box || field->type == WICK_FIELD_SET);
    if (is_box && is_tag(field->tag, "input") && control->field == WICK_FIELD_BOOL &&
        !arms_exclude(tag->arm, field->tag->arm)) {
        set_add_box(reader->wc, tag, field);
        return;
    }
    if (field != NULL && !(is_radio && field->type == WICK_FIELD_CHOICE)) {
        if (!tag->is_conditional) { /* two branches may show the same field */
            wc_error(reader->wc, name->pos, "this form has two fields \"%.*s\"",
                     (int)name->value.len, name->value.ptr);
        } else {
            form_compare(reader->wc, field, new_field(reader, tag, name->value, control));
            field->is_sometimes = false; /* as far as can be seen, it is in all branches */
        }
        return;
    }
    if (field == NULL) {
        field = new_field(reader, tag, name->value, control);
        field->is_sometimes = reader->form != NULL && tag->arm != reader->form_tag->arm;
        struct field **end = &action->field;
        while (*end != NULL) {
            end = &(*end)->next;
        }
        *end = field;
        if (++action->field_count > WICK_FIELD_MAX) {
            wc_error(reader->wc, tag->pos, "too many fields in action \"%.*s\" (limit is %d)",
                     (int)action->name.len, action->name.ptr, WICK_FIELD_MAX);
        }
    }
    if (is_radio && value != NULL && !value->is_dynamic) {
        set_add_option(reader->wc, field, value->value, tag->pos);
        field->is_required = field->is_required || tag_find(tag, "required") != NULL;
    } else if (is_radio) {
        wc_error(reader->wc, tag->pos, "a radio button needs a plain value=\"\"");
    }
}

static void check_size(struct reader *reader, const struct action *action)
{
    unsigned size = 0;
    for (const struct field *field = action->field; field != NULL; field = field->next) {
        if (field->type == WICK_FIELD_INT) {
            size += 16;
        } else {
            size += field->type == WICK_FIELD_BOOL ? 1 : field->size;
        }
    }
    if (size > FIELDS_LEN_MAX) {
        wc_error(reader->wc, action->pos,
                 "the fields of action \"%.*s\" need %u bytes (limit is %d): give the texts a "
                 "smaller maxlength (a text without one has %d characters)",
                 (int)action->name.len, action->name.ptr, size, FIELDS_LEN_MAX, TEXT_LEN_DEFAULT);
    }
}

/* --- tags ------------------------------------------------------------------------------------- */

/* wick-on:... and wick-action on elements that have no such thing. */
static void check_events(struct reader *reader, const struct tag *tag)
{
    bool is_form = is_tag(tag, "form");
    bool has_action = is_form || is_tag(tag, "button") || is_tag(tag, "input") ||
                      is_tag(tag, "select") || is_tag(tag, "textarea");
    for (const struct tag_attr *attr = tag->attr; attr != NULL; attr = attr->next) {
        if (str_starts(attr->name, STR("wick-on:"))) {
            wc_error(
                reader->wc, attr->pos,
                "there is wick-on:change, on <input>, <select> and <textarea>; what is pressed "
                "is a <button name=\"...\" allow=\"...\">, which the keyboard reaches, too");
        } else if (!has_action && str_eq(attr->name, STR("allow")) && !is_tag(tag, "iframe")) {
            wc_error(reader->wc, attr->pos,
                     "allow says who may call an action, and <%.*s> has none: it belongs to a "
                     "<form>, a <button> or a control",
                     (int)tag->name.len, tag->name.ptr);
        } else if (!is_form && str_eq(attr->name, STR("wick-action"))) {
            wc_error(reader->wc, attr->pos,
                     "wick-action belongs to a <form>; a <button> outside forms has name=\"...\" "
                     "and allow=\"...\"");
        }
    }
}

static void begin_form(struct reader *reader, const struct tag *tag)
{
    const struct tag_attr *name = tag_find(tag, "wick-action");
    const struct tag_attr *method = tag_find(tag, "method");
    const struct tag_attr *allow = tag_find(tag, "allow");
    reader->form = NULL;
    check_events(reader, tag);
    if (name == NULL && allow != NULL) {
        wc_error(reader->wc, allow->pos,
                 "allow belongs to an action, but this form has none: write wick-action=\"...\"");
    }
    if (name == NULL || name->is_dynamic) { /* the second one was reported */
        return;
    }
    if (method != NULL && !str_eq_nocase(method->value, STR("post"))) {
        wc_error(reader->wc, method->pos,
                 "a form with an action is posted: leave method out or write method=\"post\"");
    }
    form_check_sending(reader->wc, tag);
    const char *role = read_role(reader, tag, name->value);
    if (check_action_name(reader, name->value, name->pos)) {
        reader->form = add_action(reader, name->value, name->pos, role);
        reader->form_tag = tag;
        reader->place = place_new(reader->wc, reader->forms, tag);
        place_add_action(reader->wc, reader->place, name->value);
        reader->has_submit = false;
    }
}

/* was-x is what field x was based on (wick_is_current()). */
static void check_was(struct reader *reader)
{
    for (const struct form_hidden *hidden = reader->place->hidden; hidden != NULL;
         hidden = hidden->next) {
        struct str of = hidden->name;
        if (str_starts(of, STR("was-"))) {
            of = (struct str){ of.ptr + 4, of.len - 4 };
            if (find_field(reader->form, of) == NULL) {
                wc_error(
                    reader->wc, hidden->pos,
                    "this form has no field \"%.*s\" whose earlier value \"was-%.*s\" could be",
                    (int)of.len, of.ptr, (int)of.len, of.ptr);
            }
        }
    }
}

static void end_form(struct reader *reader)
{
    if (reader->form == NULL) {
        return;
    }
    if (!reader->has_submit) {
        wc_error(reader->wc, reader->form_tag->pos,
                 "this form has no submit button: without JavaScript nobody could send it");
    }
    struct action *form = reader->form;
    check_size(reader, form);
    form_check_presence(reader->wc, form);
    check_was(reader);
    for (struct action *action = form, *next; action != NULL;
         action = next) { /* the form and the buttons in it */
        next = action->next;
        if (action == form || action->form == form) {
            action->field = form->field;
            action->field_count = form->field_count;
            merge_action(reader, action);
        }
    }
    reader->form = NULL;
}

/* <button name="x" allow="viewer">: an action of its own, inside a form with the fields of the
 * form. */
static void read_button(struct reader *reader, const struct tag *tag)
{
    const struct tag_attr *allow = tag_find(tag, "allow");
    const struct tag_attr *name = tag_find(tag, "name");
    const struct tag_attr *type = tag_find(tag, "type");
    reader->has_submit =
        reader->has_submit || type == NULL || str_eq_nocase(type->value, STR("submit"));
    check_events(reader, tag);
    if (reader->form != NULL) {
        form_check_sending(reader->wc, tag);
    }
    if (allow == NULL) {
        return;
    }
    if (name == NULL || name->is_dynamic) {
        wc_error(reader->wc, allow->pos,
                 "allow belongs to an action: give the button the name of one");
        return;
    }
    const char *role = read_role(reader, tag, name->value);
    if (check_action_name(reader, name->value, name->pos)) {
        struct action *action = add_action(reader, name->value, name->pos, role);
        action->form = reader->form;
        if (reader->form == NULL) {
            merge_action(reader, action);
        } else {
            place_add_action(reader->wc, reader->place, name->value);
        }
    }
}

/* wick-on:change="x" on a control: an action with this one field. */
static void read_event(struct reader *reader, const struct tag *tag)
{
    const struct tag_attr *event = NULL;
    for (const struct tag_attr *attr = tag->attr; attr != NULL; attr = attr->next) {
        event = str_starts(attr->name, STR("wick-on:")) ? attr : event;
    }
    bool is_control = is_tag(tag, "input") || is_tag(tag, "select") || is_tag(tag, "textarea");
    if (event == NULL) {
        if (tag_find(tag, "allow") != NULL && is_control) {
            wc_error(
                reader->wc, tag_find(tag, "allow")->pos,
                "allow belongs to an action, but this has none: wick-on:change=\"...\" is missing");
        }
        return;
    }
    if (!str_eq(event->name, STR("wick-on:change")) || !is_control) {
        check_events(reader, tag);
        return;
    }
    const char *role = read_role(reader, tag, event->value);
    if (reader->form != NULL &&
        str_eq(reader->form->name, event->value)) { /* it sends its form early */
        if (role != NULL && reader->form->role != NULL && strcmp(role, reader->form->role) != 0) {
            wc_error(reader->wc, tag_find(tag, "allow")->pos,
                     "action \"%.*s\" has another role in its form", (int)event->value.len,
                     event->value.ptr);
        }
    } else if (check_action_name(reader, event->value, event->pos)) {
        struct action *action = add_action(reader, event->value, event->pos, role);
        if (reader->form != NULL) {
            place_add_action(reader->wc, reader->place, event->value);
        }
        read_field(reader, action, tag);
        check_size(reader, action);
        merge_action(reader, action);
    }
}

struct forms *forms_read(struct wc *wc, const struct tree *tree)
{
    struct reader reader = { .wc = wc, .tree = tree, .forms = wc_take(wc, sizeof(struct forms)) };
    for (const struct tag *tag = tree->tag; tag != NULL; tag = tag->next) {
        if (is_tag(tag, "label")) {
            reader.label = tag->is_end ? NULL : tag;
        } else if (is_tag(tag, "form")) {
            reader.has_submit = reader.has_submit || !tag->is_end; /* lint_nest.c refuses that */
            end_form(&reader);
            if (!tag->is_end) {
                begin_form(&reader, tag);
            }
        } else if (tag->is_end) {
            continue;
        } else if (is_tag(tag, "button")) {
            read_button(&reader, tag);
        } else if (is_tag(tag, "input") || is_tag(tag, "select") || is_tag(tag, "textarea")) {
            reader.has_submit =
                reader.has_submit ||
                (is_tag(tag, "input") && str_eq_nocase(attr_value(tag, "type"), STR("submit")));
            if (reader.form != NULL) {
                read_field(&reader, reader.form, tag);
                place_add_field(wc, reader.place, tag);
            } else {
                form_check_owner(wc, tag, NULL);
            }
            read_event(&reader, tag);
        } else {
            check_events(&reader, tag);
        }
    }
    end_form(&reader);
    return reader.forms;
}
