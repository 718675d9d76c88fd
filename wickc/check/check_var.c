/* check_var.c - variables that change: which ones they are, what they can hold.
 *
 * A variable that is set only once, to something that cannot change, is a name for its value and no
 * variable at all. The others have one type for everything that is put into them, as in C.
 */
#include "wickc/check/check.h"

#include <string.h>

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
void check_assigned(struct checker *checker, const struct node *list)
{
    for (const struct node *node = list; node != NULL; node = node->next) {
        for (const struct name *name =
                 node->pipe != NULL && node->pipe->is_assign ? node->pipe->variable : NULL;
             name != NULL; name = name->next) {
            struct name *copy = wc_take(checker->wc, sizeof *copy);
            *copy = (struct name){ name->text, name->pos, checker->assigned };
            checker->assigned = copy;
        }
        check_assigned(checker, node->body);
        check_assigned(checker, node->otherwise);
    }
}

static bool is_assigned(const struct checker *checker, struct str name)
{
    for (const struct name *at = checker->assigned; at != NULL; at = at->next) {
        if (str_eq(at->text, name)) {
            return true;
        }
    }
    return false;
}

static bool pipe_sets(const struct pipe *pipe, struct str name)
{
    for (const struct name *at = pipe == NULL ? NULL : pipe->variable; at != NULL; at = at->next) {
        if (str_eq(at->text, name)) {
            return true;
        }
    }
    return false;
}

/* Is the variable set in the list, which begins in its scope? Another one of its name hides it. */
/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static bool is_set_in(const struct node *list, struct str name)
{
    for (const struct node *node = list; node != NULL; node = node->next) {
        bool names_it = pipe_sets(node->pipe, name);
        if (names_it && node->pipe->is_assign) {
            return true;
        }
        if (names_it && node->kind == NODE_ACTION) {
            return false; /* declared anew for the rest of the list */
        }
        bool is_own = names_it || node->kind == NODE_SCOPE; /* a template has its own variables */
        if ((!is_own && is_set_in(node->body, name)) ||
            (node->kind != NODE_SCOPE && (!names_it || node->kind == NODE_RANGE) &&
             is_set_in(node->otherwise, name))) {
            return true;
        }
    }
    return false;
}

/* Is the variable that node declares set later? */
static bool is_set_later(const struct checker *checker, const struct node *node, struct str name)
{
    if (!is_assigned(checker, name)) {
        return false; /* as nearly always */
    }
    return is_set_in(node->kind == NODE_ACTION ? node->next : node->body, name) ||
           is_set_in(node->otherwise, name);
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
static bool has_var(const struct val *val)
{
    if (val->kind == VAL_VAR) {
        return true;
    }
    for (unsigned idx = 0; idx < val->arg_count; idx++) {
        if (has_var(val->arg[idx])) {
            return true;
        }
    }
    return false;
}

/* The type of a variable that begins with val; numbers are as wide as can be. */
static struct type type_for(const struct val *val)
{
    if (val_is_text(val)) {
        return *type_of_safe(val->type->safe);
    }
    return val_is_int(val) ? *type_int(64, true) : *val->type;
}

static void note_number(struct var *var, const struct val *val)
{
    bool is_literal = val->kind == VAL_INT;
    var->has_signed = var->has_signed || (is_literal ? val->number < 0 : val->type->is_signed);
    var->has_u64 = var->has_u64 || (!is_literal && !val->type->is_signed && val->type->bits == 64);
    var->type.is_signed = !var->has_u64;
}

static struct val *new_var(struct checker *checker, struct node *node, unsigned which,
                           struct str name, struct val *val)
{
    if (checker->var_count == VAR_MAX) {
        wc_error(checker->wc, node->pos, "too many variables that change (limit is %d)", VAR_MAX);
        return NULL;
    }
    if (val->type->is_part) {
        wc_error(checker->wc, val->pos,
                 "a part of a list cannot be put into a variable that changes: write \"slice\" "
                 "where it is used");
        return NULL;
    }
    struct var *var = wc_take(checker->wc, sizeof *var);
    *var = (struct var){
        .id = checker->var_count++, .name = name, .type = type_for(val), .first = val
    };
    var->is_place =
        !val_is_text(val) && !val_is_int(val) && val->type->kind != TYPE_BOOL && val_is_place(val);
    if (val_is_int(val)) {
        note_number(var, val);
    }
    node->means.set[which] = var;
    struct val *use = val_new(checker, VAL_VAR, val->pos, &var->type);
    use->var = var;
    use->is_truth = val->is_truth;
    return use;
}

static bool is_struct_alike(const struct type *a, const struct type *b)
{
    return a->kind == TYPE_STRUCT && b->kind == TYPE_STRUCT && a->tag.len > 0 &&
           str_eq(a->tag, b->tag);
}

static bool can_hold(const struct var *var, const struct val *val)
{
    if (val->is_truth != var->first->is_truth) {
        return false;
    }
    if (var->is_place) {
        return val_is_place(val) && is_struct_alike(&var->type, val->type);
    }
    if (var->type.kind == TYPE_STR) {
        return val_is_text(val) && val->type->safe == var->type.safe;
    }
    return var->type.kind == val->type->kind;
}

/* What a variable holds, for messages. */
static const char *held_word(struct wc *wc, const struct val *val, const struct var *var)
{
    if (var->type.kind == TYPE_STR && var->type.safe == SAFE_NONE) {
        return "text";
    }
    return val_is_int(val) ? "a number" : type_name(wc, &var->type);
}

/* What is put into it. */
static const char *given_word(struct wc *wc, const struct val *val)
{
    if (!val->is_truth && val_is_text(val) && val->type->safe == SAFE_NONE) {
        return "text";
    }
    return !val->is_truth && val_is_int(val) ? "a number" : val_word(wc, val);
}

static void assign(struct checker *checker, struct node *node, unsigned which,
                   const struct name *name, struct val *val)
{
    const struct vars *vars = checker->vars;
    while (vars != NULL && !str_eq(vars->name, name->text)) {
        vars = vars->next;
    }
    if (vars == NULL) {
        wc_error(checker->wc, name->pos,
                 str_eq(name->text, STR("$"))
                     ? "%.*s is the data of the template and cannot be set"
                     : "there is no variable %.*s here: declare it with \":=\"",
                 (int)name->text.len, name->text.ptr);
        check_bind(checker, name, NULL); /* said once */
        return;
    }
    if (vars->val == NULL || val == NULL) {
        return; /* reported where it was declared */
    }
    struct var *var = vars->val->var;
    if (var == NULL) {
        wc_error(checker->wc, name->pos, "%.*s is %s, and cannot be set", (int)name->text.len,
                 name->text.ptr,
                 vars->val->kind == VAL_ROOT ? "the whole state"
                                             : "the list here, which had no elements");
        return;
    }
    if (!can_hold(var, val)) {
        bool is_list = val_is_list(val) && var->is_place;
        wc_error(checker->wc, val->pos, "%.*s holds %s, so %s cannot be put into it%s",
                 (int)name->text.len, name->text.ptr, held_word(checker->wc, vars->val, var),
                 given_word(checker->wc, val),
                 is_list ? ": lists differ in size, write one {{range}} for each"
                         : ": use a second variable");
        return;
    }
    if (val_is_int(val)) {
        note_number(var, val);
        if (var->has_signed && var->has_u64) {
            wc_error(checker->wc, val->pos,
                     "%.*s holds numbers below zero as well as numbers of 64 bits without sign: no "
                     "type of C fits both",
                     (int)name->text.len, name->text.ptr);
        }
    }
    node->means.set[which] = var;
}

void check_bind(struct checker *checker, const struct name *name, struct val *val)
{
    struct vars *vars = wc_take(checker->wc, sizeof *vars);
    *vars = (struct vars){ name->text, val, checker->vars };
    checker->vars = vars;
}

void check_set(struct checker *checker, struct node *node, unsigned which, const struct name *name,
               struct val *val)
{
    if (node->pipe->is_assign) {
        assign(checker, node, which, name, val);
        return;
    }
    if (val != NULL && val->kind != VAL_ROOT &&
        (has_var(val) || is_set_later(checker, node, name->text))) {
        val = val->type->kind == TYPE_VOID ? NULL : new_var(checker, node, which, name->text, val);
    }
    check_bind(checker, name, val);
}

struct val *check_freeze(struct checker *checker, struct node *node, struct val *val)
{
    if (val == NULL || val->kind == VAL_ROOT || !has_var(val)) {
        return val;
    }
    node->means.val = val;
    return new_var(checker, node, node->means.set[0] != NULL, (struct str){ "", 0 }, val);
}
