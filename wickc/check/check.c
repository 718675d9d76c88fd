/* check.c - scopes: what dot, $ and the variables are at every node; conditions, lists and printed
 * values get their types. */
#include "wickc/check/check.h"

#include "base/wick_limits.h"
#include "tmpl/tmpl.h"
#include "tmpl/tmpl_esc.h"

#include <string.h>

static void check_list(struct checker *checker, struct node *list);

/* {{$x := pipe}}, {{$x = pipe}}, also before a condition. */
static void set_by_pipe(struct checker *checker, struct node *node, struct val *val)
{
    const struct name *name = node->pipe->variable;
    if (name == NULL) {
        return;
    }
    if (name->next != NULL) {
        wc_error(checker->wc, name->next->pos, "only {{range}} sets two variables");
        return;
    }
    check_set(checker, node, 0, name, val);
}

static void check_action(struct checker *checker, struct node *node)
{
    struct val *val = check_pipe(checker, node->pipe);
    if (node->pipe->variable != NULL) {
        node->means.val = val;
        set_by_pipe(checker, node, val);
        return;
    }
    if (val != NULL && !val_is_printable(val) && !val_is_composite(val) && !val_is_choice(val)) {
        wc_error(checker->wc, val->pos, "%s cannot be printed", val_word(checker->wc, val));
        return;
    }
    if (val != NULL && val_is_composite(val) && !check_whole(checker, val)) {
        return;
    }
    if (val != NULL && val_is_composite(val) && (node->html.how & TMPL_ESC_MAIN) != TMPL_ESC_JS) {
        bool is_struct = val->type->kind == TYPE_STRUCT;
        wc_warning(checker->wc, val->pos, "%s is printed as Go does, %s: %s",
                   type_name(checker->wc, val->type), is_struct ? "{a b}" : "[a b]",
                   is_struct ? "is the name of a member missing?" : "for rows write {{range}}");
    }
    bool is_cut_name =
        (node->html.how & TMPL_ESC_MAIN) == TMPL_ESC_NAME && (node->html.how & TMPL_ESC_GUARD) != 0;
    if (val != NULL && is_cut_name && !val_is_int(val) && val->type->safe != SAFE_ATTR) {
        wc_warning(checker->wc, val->pos,
                   "a value directly after the name of a tag would go on with it, so it is never "
                   "written: write a space before it");
    }
    node->means.val = val;
    check_fold_action(checker, node);
}

/* Is this a place where branches and ranges are slots of their own? */
static bool is_structure(const struct node *node)
{
    return node->html.before.state == HTML_TEXT;
}

/* Dot, variables and depth, to be restored after a scope. */
struct scope {
    struct val *dot, *dollar;
    struct vars *vars;
    unsigned slot_depth;
};

static struct scope scope_open(const struct checker *checker)
{
    return (struct scope){ checker->dot, checker->dollar, checker->vars, checker->slot_depth };
}

static void scope_close(struct checker *checker, const struct scope *scope)
{
    checker->dot = scope->dot;
    checker->dollar = scope->dollar;
    checker->vars = scope->vars;
    checker->slot_depth = scope->slot_depth;
}

/* if, with */
/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static void check_branch(struct checker *checker, struct node *node)
{
    struct scope scope = scope_open(checker);
    struct val *val = check_pipe(checker, node->pipe);
    if (val != NULL && val->type->kind == TYPE_VOID) {
        wc_error(checker->wc, val->pos, "this is neither true nor false");
        val = NULL;
    }
    node->means.val = val;
    set_by_pipe(checker, node, val);
    struct val *dot = checker->dot;
    if (node->kind == NODE_WITH) {
        checker->dot = node->is_open ? NULL : check_freeze(checker, node, val);
    }
    struct vars *vars = checker->vars;
    check_list(checker, node->body);
    checker->vars = vars; /* the variable of the condition is seen in {{else}}, too */
    checker->dot = dot;
    check_list(checker, node->otherwise);
    scope_close(checker, &scope);
    check_fold_branch(node);
}

static void open_loop(struct checker *checker, struct node *node, struct val *list)
{
    struct loop *loop = wc_take(checker->wc, sizeof *loop);
    *loop = (struct loop){ .id = checker->loop_count++,
                           .is_slot = is_structure(node),
                           .is_count = val_is_int(list),
                           .depth = checker->slot_depth,
                           .list = list,
                           .elem = list->type->elem };
    node->means.loop = loop;
    if (loop->is_slot && ++checker->slot_depth > WICK_ROW_DEPTH_MAX && checker->wc->has_contexts) {
        wc_error(checker->wc, node->pos, "too many nested ranges (limit is %d)",
                 WICK_ROW_DEPTH_MAX);
    }
    struct val *index = val_new(checker, VAL_INDEX, list->pos, type_int(32, false));
    struct val *elem = loop->is_count ? index : val_new(checker, VAL_ROW, list->pos, loop->elem);
    elem->loop = index->loop = loop;
    if (loop->is_count && list->kind != VAL_INT) { /* as in Go, the type of the number */
        index->type = list->type;
    }
    checker->dot = node->is_open ? NULL : elem;
    const struct name *first = node->pipe->variable;
    const struct name *second = first == NULL ? NULL : first->next;
    if (first != NULL) {
        check_set(checker, node, 0, first, second == NULL ? elem : index);
    }
    if (second != NULL && loop->is_count) {
        wc_error(checker->wc, second->pos, "{{range}} over a number sets one variable");
    } else if (second != NULL) {
        check_set(checker, node, 1, second, elem);
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static void check_range(struct checker *checker, struct node *node)
{
    struct scope scope = scope_open(checker);
    struct val *list = check_pipe(checker, node->pipe);
    if (list != NULL && !val_is_int(list) && !val_is_rows(list)) {
        wc_error(checker->wc, list->pos,
                 "{{range}} runs over a WICK_LIST, an array or a number, not over %s",
                 type_name(checker->wc, list->type));
        list = NULL;
    }
    bool was_in_else = checker->is_in_else;
    checker->is_in_else = false;
    if (list != NULL) {
        node->means.val = list;
        open_loop(checker, node, list);
    } else { /* what is wrong with the elements cannot be known */
        checker->dot = NULL;
        for (const struct name *name = node->pipe->variable; name != NULL; name = name->next) {
            check_set(checker, node, 0, name, NULL);
        }
    }
    check_list(checker, node->body);
    scope_close(checker, &scope);
    for (const struct name *name = node->pipe->is_assign ? NULL : node->pipe->variable;
         name != NULL; name = name->next) {
        check_bind(checker, name,
                   list); /* as in Go: when there are no elements, both are the list */
    }
    checker->is_in_else = true;
    check_list(checker, node->otherwise);
    checker->is_in_else = was_in_else;
    scope_close(checker, &scope);
}

/* {{template "x" pipe}}: its own dot and $, none of our variables. */
/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static void check_scope(struct checker *checker, struct node *node)
{
    struct scope scope = scope_open(checker);
    checker->dot =
        node->pipe == NULL ? NULL : check_freeze(checker, node, check_pipe(checker, node->pipe));
    if (node->pipe == NULL) {
        checker->dot = val_new(checker, VAL_ROOT, node->pos, type_of_kind(TYPE_VOID)); /* Go: nil */
    }
    checker->dollar = checker->dot;
    checker->vars = NULL;
    check_list(checker, node->body);
    scope_close(checker, &scope);
}

/* One page of {{range pages}}. */
/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static void check_group(struct checker *checker, struct node *node)
{
    struct scope scope = scope_open(checker);
    if (node->item != NULL) {
        const struct name *first = node->pipe->variable;
        struct val *item = check_item(checker, node);
        checker->dot = item;
        if (first != NULL && first->next != NULL) {
            wc_error(checker->wc, first->next->pos, "{{range pages}} sets one variable");
        }
        if (first != NULL) {
            check_bind(checker, first, item);
        }
    }
    check_list(checker, node->body);
    scope_close(checker, &scope);
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static void check_node(struct checker *checker, struct node *node)
{
    switch (node->kind) {
    case NODE_TEXT:
    case NODE_TEMPLATE:
    case NODE_CONTINUE:
        return;
    case NODE_BREAK:
        if (checker->is_in_else) {
            wc_error(checker->wc, node->pos,
                     "in Go, {{break}} in the {{else}} of a range ends the {{else}} and no range: "
                     "write {{if}} instead");
        }
        return;
    case NODE_ACTION:
        check_action(checker, node);
        return;
    case NODE_IF:
    case NODE_WITH:
        check_branch(checker, node);
        return;
    case NODE_RANGE:
        check_range(checker, node);
        return;
    case NODE_SCOPE:
        check_scope(checker, node);
        return;
    case NODE_GROUP:
        check_group(checker, node);
        return;
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static void check_list(struct checker *checker, struct node *list)
{
    struct vars *vars = checker->vars;
    for (struct node *node = list; node != NULL; node = node->next) {
        check_node(checker, node);
    }
    checker->vars = vars;
}

static const struct type *state_struct(struct checker *checker, const char *what, const char *text)
{
    if (text == NULL || checker->wc->is_blind) {
        return NULL;
    }
    struct str tag = str_of(text);
    tag = str_starts(tag, STR("struct ")) ? (struct str){ tag.ptr + 7, tag.len - 7 } : tag;
    const struct type *type = types_struct(checker->types, tag);
    if (type == NULL || type->member == NULL) {
        wc_error(checker->wc, checker->wc->dir.at, "%s=\"%s\" is not defined in %s", what, text,
                 checker->wc->dir.types == NULL ? "any header: types= is missing"
                                                : checker->wc->dir.types);
    }
    return type;
}

/* A header of the engine, which declares nothing of the application. */
static bool is_engine(const char *path)
{
    static const char *const folders[] = { "base/",     "tmpl/tmpl", "diff/",
                                           "wire/wire", "live/wick", "wick_profile.h" };
    for (size_t idx = 0; idx < WICK_COUNT_OF(folders); idx++) {
        if (strstr(path, folders[idx]) != NULL) {
            return true;
        }
    }
    return false;
}

/* A header of the application has this word: a macro may declare the variable. */
static bool is_mentioned(const struct wc *wc, struct str name)
{
    for (const struct source *src = wc->source; src != NULL; src = src->next) {
        size_t len = strlen(src->path);
        bool is_header = len > 2 && strcmp(src->path + len - 2, ".h") == 0;
        if (is_header && !is_engine(src->path) && strstr(src->text, name.ptr) != NULL) {
            return true;
        }
    }
    return false;
}

/* device_var= must be a variable of the type that device= names at the same place. */
static void check_variable(const struct checker *checker, unsigned idx)
{
    struct wc *wc = checker->wc;
    struct str name = str_of(wc->dir.state[idx].var);
    const struct type *want = checker->part[tmpl_state_part(idx)];
    const struct type *type = types_variable(checker->types, name);
    struct pos pos = wc->dir.of[DIR_DEVICE_VAR];
    if (name.len == 0 || want == NULL || wc->dir.types == NULL || pos.src == NULL) {
        return;
    }
    if (type != NULL && type->kind == TYPE_STRUCT && type != want) {
        wc_error(wc, pos, "%s is a %s in the header, and device= says %s", name.ptr,
                 type_name(wc, type), wc->dir.state[idx].type);
        return;
    }
    if (type != NULL || is_mentioned(wc, name)) {
        return;
    }
    struct near near = { .name = name };
    struct str same = { NULL, 0 };
    for (const struct alias *at = checker->types->variable; at != NULL; at = at->next) {
        near_try(&near, at->name);
        same = at->type == want ? at->name : same;
    }
    struct str best = near.best.ptr != NULL ? near.best : same;
    if (best.ptr != NULL) {
        wc_error(wc, pos, "%s declares no variable \"%s\"; did you mean \"%.*s\"?", wc->dir.types,
                 name.ptr, (int)best.len, best.ptr);
    } else {
        wc_error(wc, pos, "%s declares no variable \"%s\": write extern %s %s; into it",
                 wc->dir.types, name.ptr, wc->dir.state[idx].type, name.ptr);
    }
}

/* For messages about states that are too large. */
static void measure(const struct checker *checker)
{
    struct wc *wc = checker->wc;
    bool is_known = true;
    if (checker->part[TMPL_VIEW] != NULL) {
        wc->view_size = type_size(checker->part[TMPL_VIEW]);
    }
    for (unsigned idx = 0; idx < wc->dir.state_count; idx++) {
        uint64_t size = type_size(checker->part[tmpl_state_part(idx)]);
        is_known = is_known && size > 0;
        wc->states_size += (size + 7) / 8 * 8;
    }
    wc->states_size = is_known ? wc->states_size : 0;
}

void check(struct wc *wc, struct types *types, struct node *root, unsigned *loop_count_out)
{
    struct checker checker = { .wc = wc, .types = types };
    for (unsigned idx = 0; idx < wc->dir.state_count; idx++) {
        checker.part[tmpl_state_part(idx)] =
            state_struct(&checker, "device", wc->dir.state[idx].type);
    }
    for (unsigned idx = 0; idx < wc->dir.state_count && wc->dir.is_page && !wc->is_blind; idx++) {
        check_variable(&checker, idx);
    }
    checker.part[TMPL_VIEW] = state_struct(&checker, "view", wc->dir.view);
    bool has_structs = checker.part[TMPL_VIEW] != NULL || wc->dir.view == NULL;
    for (unsigned idx = 0; idx < wc->dir.state_count; idx++) {
        has_structs = has_structs && checker.part[tmpl_state_part(idx)] != NULL &&
                      checker.part[tmpl_state_part(idx)]->member != NULL;
    }
    wc->is_blind = wc->is_blind || !has_structs;
    if (!wc->is_blind) {
        measure(&checker);
    }
    checker.dot = checker.dollar =
        wc->is_blind ? NULL : val_new(&checker, VAL_ROOT, wc->dir.at, type_of_kind(TYPE_STRUCT));
    check_assigned(&checker, root);
    check_list(&checker, root);
    *loop_count_out = checker.loop_count;
}
