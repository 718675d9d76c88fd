/* emit_var.c - variables that change, in C.
 *
 * Every slot is a function of its own, which cannot know what the slots before it did. So it does
 * again, without output, what the template does between the declaration of the variables that it
 * reads and its own place: assignments, the branches and ranges around them, and in a live list the
 * rows before its own. After that the variables are variables of C.
 */
#include "wickc/emit/emit.h"

static const struct node *original(const struct node *node)
{
    return node->origin != NULL ? node->origin : node;
}

static uint64_t bit_of(const struct var *var)
{
    return var == NULL ? 0 : UINT64_C(1) << var->id;
}

static uint64_t sets_of(const struct node *node)
{
    return bit_of(node->means.set[0]) | bit_of(node->means.set[1]);
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
uint64_t vars_of_val(const struct val *val)
{
    uint64_t vars = val->kind == VAL_VAR ? bit_of(val->var) : 0;
    for (unsigned idx = 0; idx < val->arg_count; idx++) {
        vars |= vars_of_val(val->arg[idx]);
    }
    return vars;
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
uint64_t vars_of_nodes(const struct node *list)
{
    uint64_t vars = 0;
    for (const struct node *node = list; node != NULL; node = node->next) {
        vars |= (node->means.val != NULL ? vars_of_val(node->means.val) : 0) |
                vars_of_nodes(node->body) | vars_of_nodes(node->otherwise);
    }
    return vars;
}

uint64_t vars_of_piece(const struct piece *piece)
{
    if (piece->node == NULL) {
        return 0;
    }
    struct node alone = *piece->node;
    alone.next = NULL;
    alone.body = piece->only_sets ? NULL : alone.body;
    return vars_of_nodes(&alone);
}

/* --- which nodes are done again --------------------------------------------------------------- */

static bool list_matters(const struct node *list, uint64_t wanted, bool is_in_loop);

/* The node has to do with what is wanted: it sets it, or leaves a loop in which that happens. */
/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
bool node_matters(const struct node *node, uint64_t wanted, bool is_in_loop)
{
    if (node->kind == NODE_BREAK || node->kind == NODE_CONTINUE) {
        return is_in_loop;
    }
    bool leaves =
        is_in_loop && node->kind != NODE_RANGE; /* the body of a range leaves only itself */
    return (sets_of(node) & wanted) != 0 || list_matters(node->body, wanted, leaves) ||
           list_matters(node->otherwise, wanted, is_in_loop);
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static bool list_matters(const struct node *list, uint64_t wanted, bool is_in_loop)
{
    for (const struct node *node = list; node != NULL; node = node->next) {
        if (node_matters(node, wanted, is_in_loop)) {
            return true;
        }
    }
    return false;
}

/* What is read where something wanted is set is wanted, too. */
/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static uint64_t grown(const struct node *list, uint64_t wanted, bool is_in_loop)
{
    for (const struct node *node = list; node != NULL; node = node->next) {
        if (!node_matters(node, wanted, is_in_loop)) {
            continue;
        }
        wanted |= node->means.val != NULL ? vars_of_val(node->means.val) : 0;
        wanted = grown(node->body, wanted, is_in_loop || node->kind == NODE_RANGE);
        wanted = grown(node->otherwise, wanted, is_in_loop);
    }
    return wanted;
}

static uint64_t all_wanted(const struct emitter *em, uint64_t wanted)
{
    uint64_t before;
    if (wanted == 0) {
        return 0;
    }
    do {
        before = wanted;
        wanted = grown(em->tree->source, wanted, true);
    } while (wanted != before);
    return wanted;
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static bool holds(const struct node *list, const struct node *target)
{
    for (const struct node *node = list; node != NULL; node = node->next) {
        if (node == target || holds(node->body, target) || holds(node->otherwise, target)) {
            return true;
        }
    }
    return false;
}

static bool node_holds(const struct node *node, const struct node *target)
{
    return holds(node->body, target) || holds(node->otherwise, target);
}

/* --- setting and reading ---------------------------------------------------------------------- */

struct cval code_var(struct code *code, const struct var *var)
{
    WICK_ASSERT((code->vars & bit_of(var)) != 0); /* code_enter() or the node before set it */
    const char *name = wc_format(code->em->wc, "v%u", var->id);
    if (var->is_place) {
        return (struct cval){ wc_format(code->em->wc, "*%s", name), name, &var->type };
    }
    return (struct cval){ name, NULL, &var->type };
}

/* The statements that compute it stand in front. is_fleeting: its text lies after what out holds
 * or is that of another variable. */
static const char *value_text(struct code *code, const struct var *var, struct cval val,
                              bool is_fleeting)
{
    struct wc *wc = code->em->wc;
    if (var->type.kind == TYPE_STR) {
        const char *text = code_str(code, val);
        if (is_fleeting) {
            code->keeps |= bit_of(var);
            code->needs_out = true;
            return wc_format(wc, "tmpl_keep(&keep%u, out, %s, %s)", var->id, text,
                             var->type.safe == SAFE_NONE ? "false" : "true");
        }
        return text;
    }
    if (var->type.kind == TYPE_INT) {
        return wc_format(wc, "(%sint64_t)%s", var->type.is_signed ? "" : "u", val.text);
    }
    return var->is_place ? val.ptr : val.text;
}

static const char *type_text(const struct var *var)
{
    if (var->type.kind == TYPE_STR) {
        return "struct str";
    }
    if (var->type.kind == TYPE_INT) {
        return var->type.is_signed ? "int64_t" : "uint64_t";
    }
    return var->type.kind == TYPE_BOOL ? "bool" : "__extension__ __auto_type";
}

static bool is_declared(const struct node *node, const struct var *var)
{
    return var->name.len == 0 || !node->pipe->is_assign;
}

static bool is_set_here(const struct code *code, const struct node *node, const struct var *var)
{
    if (var == NULL || (code->is_silent && (code->wanted & bit_of(var)) == 0)) {
        return false;
    }
    return is_declared(node, var) || (code->vars & bit_of(var)) != 0;
}

/* The text of the value may be that of a variable, which the next one but one that is put into it
 * overwrites. */
/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
static bool is_of_var(const struct val *val)
{
    if (val->kind == VAL_VAR) {
        return !val->var->is_place;
    }
    for (unsigned idx = 0; idx < val->arg_count; idx++) {
        if (val->kind != VAL_MEMBER && is_of_var(val->arg[idx])) {
            return true;
        }
    }
    return false;
}

static void set_one(struct code *code, const struct node *node, const struct var *var,
                    const struct val *val)
{
    struct cval is = code_val(code, val);
    const char *text = value_text(code, var, is, code->took || is_of_var(val));
    if (is_declared(node, var)) {
        code_line(code, "%s v%u = %s;", type_text(var), var->id, text);
        code_line(code, "(void)v%u;", var->id);
        code->vars |= bit_of(var);
    } else {
        code_line(code, "v%u = %s;", var->id, text);
    }
}

static void set_both(struct code *code, const struct node *node, const struct val *const *val)
{
    for (unsigned which = 0; which < 2; which++) {
        const struct var *var = node->means.set[which];
        if (!is_set_here(code, node, var)) {
            continue;
        }
        struct taking before = code_take(code);
        set_one(code, node, var, val[which]);
        code_drop(code, before, "out->len");
    }
}

void code_set(struct code *code, const struct node *node)
{
    const struct val *const val[2] = { node->means.val, node->means.val };
    set_both(code, node, val);
}

void code_set_row(struct code *code, const struct node *node)
{
    const struct name *first = node->pipe->variable;
    struct val index = {
        .kind = VAL_INDEX, .pos = node->pos, .type = type_int(32, false), .loop = node->means.loop
    };
    struct val elem = index;
    if (!node->means.loop->is_count) {
        elem.kind = VAL_ROW;
        elem.type = node->means.loop->elem;
    }
    bool has_index = first != NULL && first->next != NULL;
    const struct val *const val[2] = { has_index ? &index : &elem, &elem };
    set_both(code, node, val);
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
const char *code_node_truth(struct code *code, const struct node *node)
{
    const struct var *var = node->means.set[0] != NULL ? node->means.set[0] : node->means.set[1];
    code_set(code, node);
    if (var != NULL && (code->vars & bit_of(var)) != 0 && is_set_here(code, node, var)) {
        struct val use = { .kind = VAL_VAR,
                           .pos = node->means.val->pos,
                           .type = &var->type,
                           .var = node->means.set[0] != NULL ? node->means.set[0]
                                                             : node->means.set[1] };
        return code_truth(code, &use);
    }
    return code_truth(code, node->means.val);
}

/* --- the way to a node ------------------------------------------------------------------------ */

/* In a row of a live list: first the rows before it. */
static void enter_row(struct code *code, const struct node *node)
{
    struct emitter *em = code->em;
    WICK_ASSERT(node->means.loop->is_slot); /* the rows of other ranges are no slots */
    if (list_matters(node->body, code->wanted, false) || (sets_of(node) & code->wanted) != 0) {
        struct local local = { node->means.loop, em->local };
        code_line(code, "{");
        code_loop(code, node, wc_format(em->wc, "ctx->idx[%u]", node->means.loop->depth));
        code->uses_ctx = true;
        em->local = &local;
        code->loops++;
        code_set_row(code, node);
        code_nodes(code, node->body);
        code->loops--;
        em->local = local.up;
        code_line(code, "}");
        code_line(code, "}");
    }
    code_set_row(code, node);
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static void enter_list(struct code *code, const struct node *list, const struct node *target,
                       enum enter where)
{
    for (const struct node *node = list; node != NULL; node = node->next) {
        if (node == target) {
            if (where == ENTER_ROW) {
                enter_row(code, node);
            }
            return;
        }
        if (!node_holds(node, target)) {
            struct node alone = *node;
            alone.next = NULL;
            code_nodes(code, &alone);
            continue;
        }
        bool is_body = holds(node->body, target);
        if (node->kind != NODE_RANGE) {
            code_set(code, node);
        } else if (is_body) {
            enter_row(code, node);
        }
        enter_list(code, is_body ? node->body : node->otherwise, target, where);
        return;
    }
}

void code_enter(struct code *code, const struct node *node, uint64_t wanted, enum enter where)
{
    wanted = all_wanted(code->em, wanted);
    if (wanted != 0) {
        code->is_silent = true;
        code->wanted = wanted;
        enter_list(code, code->em->tree->source, original(node), where);
        code->is_silent = false;
    }
}

/* --- what that reads -------------------------------------------------------------------------- */

static void deps_of_row(struct emitter *em, struct deps *deps, const struct node *node,
                        uint64_t wanted)
{
    if (list_matters(node->body, wanted, false) || (sets_of(node) & wanted) != 0) {
        struct local local = { node->means.loop, em->local };
        deps_of_val(em, deps, node->means.val);
        deps->index_mask |= 1u << node->means.loop->depth;
        em->local = &local;
        deps_of_nodes(em, deps, node->body);
        em->local = local.up;
    }
    if ((sets_of(node) & wanted) != 0 && !node->means.loop->is_count) {
        struct val elem = { .kind = VAL_ROW,
                            .type = node->means.loop->elem,
                            .loop = node->means.loop };
        deps_of_val(em, deps, &elem);
    }
}

/* A node on the way to the target that is done whole. */
static void deps_of_passed(struct emitter *em, struct deps *deps, const struct node *node,
                           uint64_t wanted)
{
    if (node_matters(node, wanted, false)) {
        struct node alone = *node;
        alone.next = NULL;
        deps_of_nodes(em, deps, &alone);
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static void deps_of_way(struct emitter *em, struct deps *deps, const struct node *list,
                        const struct node *target, uint64_t wanted)
{
    const struct node *node = list;
    for (; node != NULL && node != target && !node_holds(node, target); node = node->next) {
        deps_of_passed(em, deps, node, wanted);
    }
    if (node == NULL || node == target) {
        return;
    }
    bool is_body = holds(node->body, target);
    if (node->kind != NODE_RANGE && (sets_of(node) & wanted) != 0) {
        deps_of_val(em, deps, node->means.val);
    } else if (node->kind == NODE_RANGE && is_body) {
        deps_of_row(em, deps, node, wanted);
    }
    deps_of_way(em, deps, is_body ? node->body : node->otherwise, target, wanted);
}

void deps_of_entry(struct emitter *em, struct deps *deps, const struct node *node, uint64_t wanted,
                   enum enter where)
{
    wanted = all_wanted(em, wanted);
    if (wanted != 0) {
        deps_of_way(em, deps, em->tree->source, original(node), wanted);
        if (where == ENTER_ROW) {
            deps_of_row(em, deps, original(node), wanted);
        }
    }
}
