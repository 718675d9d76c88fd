/* lint_field.c - the fields that {{error "x"}} and {{draft "x" .x}} name: a name that no form of
 * the page has would show nothing, for ever.
 */
#include "wickc/lint/lint.h"

static void check_name(struct wc *wc, const struct forms *forms, const struct val *val)
{
    const struct val *name = val->arg[0];
    struct near near = { .name = name->text };
    const char *word = val->op == OP_ERROR ? "error" : "draft";
    word = val->op == OP_PICKED ? "picked" : word;
    if (name->kind != VAL_TEXT) {
        return;
    }
    for (const struct action *action = forms->action; action != NULL; action = action->next) {
        for (const struct field *field = action->field; field != NULL; field = field->next) {
            if (str_eq(field->name, name->text)) {
                return;
            }
            near_try(&near, field->name);
        }
    }
    if (near.best.ptr != NULL) {
        lint_say(wc, LINT_FIELD, name->pos,
                 "no form of this page has a field \"%.*s\"; did you mean \"%.*s\"?",
                 (int)name->text.len, name->text.ptr, (int)near.best.len, near.best.ptr);
    } else if (name->text.len > 0 || val->op != OP_ERROR) { /* error "": about the whole form */
        lint_say(wc, LINT_FIELD, name->pos,
                 "no form of this page has a field \"%.*s\", so this %s never shows anything: it "
                 "names an <input name=\"...\"> inside of a <form wick-action=\"...\">",
                 (int)name->text.len, name->text.ptr, word);
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
static void check_val(struct wc *wc, const struct forms *forms, const struct val *val)
{
    if (val == NULL) {
        return;
    }
    if (val->kind == VAL_OP && op_is_form(val->op)) {
        check_name(wc, forms, val);
    }
    for (unsigned idx = 0; idx < val->arg_count; idx++) {
        check_val(wc, forms, val->arg[idx]);
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static void check_nodes(struct wc *wc, const struct forms *forms, const struct node *list)
{
    for (const struct node *node = list; node != NULL; node = node->next) {
        check_val(wc, forms, node->means.val);
        check_nodes(wc, forms, node->body);
        check_nodes(wc, forms, node->otherwise);
    }
}

void lint_fields(struct wc *wc, const struct tree *tree, const struct forms *forms)
{
    if (wc->dir.is_page) { /* a template alone may stand in a page that has the form */
        check_nodes(wc, forms, tree->source);
    }
}
