/* form_priv.h - between form.c (actions and their fields), form_rule.c (the rules of one field) and
 * form_bind.c (what the field shows). */
#ifndef WICKC_FORM_PRIV_H
#define WICKC_FORM_PRIV_H

#include "wickc/form/form.h"

/* form_set.c: fields with several values */
void set_add_option(struct wc *wc, struct field *field, struct str value, struct pos pos);
/** A <select multiple> whose options were read. */
void set_of_select(struct wc *wc, const struct tag *tag, struct field *field);
/** A further checkbox of the same name. */
void set_add_box(struct wc *wc, const struct tag *tag, struct field *field);
/** picked "field" "option" set: which option? field NULL: the form has none of that name. */
void set_bind(struct wc *wc, struct val *val, const struct field *field);

/* form_record.c */
struct form_place *place_new(struct wc *wc, struct forms *forms, const struct tag *form);
void place_add_action(struct wc *wc, struct form_place *place, struct str name);
/** A field of the form; only hidden ones matter. */
void place_add_field(struct wc *wc, struct form_place *place, const struct tag *tag);

enum { TEXT_LEN_DEFAULT = 128, CHOICE_LEN_MAX = 255, FIELDS_LEN_MAX = 2048 };

/* A kind of control: <input type=...>, <select>, <textarea>. */
struct control {
    const char *type;
    enum wick_field_type field;
    const struct tmpl_input *input; /* NULL: any text */
    unsigned rules;                 /* form_rule.c: those that browsers check */
    unsigned size;                  /* of the text with its zero; 0: it depends on maxlength */
};

/** The control of an <input>, <select> or <textarea>; unknown types are reported. @return NULL: a
 * button, which has no value of its own */
const struct control *control_of(struct wc *wc, const struct tag *tag);
/** Fill in type and rules of a field. Errors are reported. */
void rules_read(struct wc *wc, const struct tag *tag, const struct control *control,
                struct field *field);
/** What the field shows; do its rules fit the type of that? A text takes the size of its member, a
 * hidden field its type. */
void form_bind(struct wc *wc, struct field *field, const struct tag *tag);

/* form_place.c */
/** form="": a control belongs to the form around it. form: that, NULL: none. */
void form_check_owner(struct wc *wc, const struct tag *tag, const struct tag *form);
/** A field that must be sent is in the page whenever its form is. */
void form_check_presence(struct wc *wc, const struct action *form);
/** The same field in two branches has the same rules in both. */
void form_compare(struct wc *wc, const struct field *first, const struct field *second);
/** How a form, or a button in it, sends its fields. */
void form_check_sending(struct wc *wc, const struct tag *tag);

#endif
