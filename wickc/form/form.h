/* form.h - actions of a page and the rules of their fields, read from its tags.
 *
 * In: the tags of the tree. Out: a list of actions, each with its fields and who may call it; all
 * in the arena of wc. Errors: a rule that the server could not check is reported, and does not
 * compile.
 */
#ifndef WICKC_FORM_H
#define WICKC_FORM_H

#include "live/wick_field.h"
#include "wickc/form/pattern.h"
#include "wickc/tree/tree.h"

struct choice {
    struct str value;
    struct choice *next;
};

struct field {
    struct str name, label;
    struct pos pos;
    enum wick_field_type type;
    const struct tmpl_input *input; /* TEXT: which form it has; NULL: any */
    unsigned decimals;              /* INT: it is the browser's value times 10^decimals */
    bool is_required;
    bool
        is_sometimes; /* it stands in one branch inside of its form, so it may not be in the page */
    unsigned len_min, len_max;
    int64_t min, max, step;
    struct str pattern_message;
    struct matcher *matcher; /* NULL: no pattern */
    struct choice *choice;
    unsigned choice_count, choice_len_max;
    unsigned size;           /* of the char array: TEXT, CHOICE */
    const struct val *bound; /* the member that the page shows in it, and that the action will set;
                                NULL: unknown */
    struct pos len_max_pos, min_pos, max_pos; /* src NULL: there is no such rule */
    struct field *next;
};

struct action {
    struct str name;
    struct pos pos;
    const char *role; /* "WICK_ADMIN" */
    struct field *field;
    unsigned field_count;
    const struct action
        *form; /* a button inside this form: it has the form's fields; NULL: its own */
    struct action *next;
};

struct forms {
    struct action *action;
    unsigned count;
};

struct forms *forms_read(struct wc *wc, const struct tree *tree);

#endif
