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
    bool is_record;   /* a hidden field that says which record the form is about */
    unsigned len_min, len_max;
    int64_t min, max, step;
    struct str pattern_message;
    struct matcher *matcher; /* NULL: no pattern */
    struct choice *choice;
    unsigned choice_count, choice_len_max;
    const struct tag *tag;   /* the first one of this name */
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

/* A form of the page, and what tells it from others of the same action. */
struct form_place {
    const struct tag *tag;

    struct form_action {
        struct str name;
        struct form_action *next;
    } *action; /* those that its buttons and controls call */

    struct form_hidden {
        struct str name;
        struct pos pos;
        struct val *val; /* what it holds; NULL: nothing that could be computed elsewhere */
        bool is_record;
        struct form_hidden *next;
    } *hidden;

    bool is_row;   /* it may be in the page several times */
    bool is_alike; /* it shows messages or drafts, and nothing tells its rows apart */
    struct form_place *next;
};

struct forms {
    struct action *action;
    unsigned count;
    struct form_place *place;
};

struct forms *forms_read(struct wc *wc, const struct tree *tree);
/** Tell each error and draft of the page which form it belongs to. */
void forms_bind(struct wc *wc, const struct tree *tree, struct forms *forms);

#endif
