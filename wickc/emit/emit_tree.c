/* emit_tree.c - the tables of tmpl.h: nodes, slots, lists, what they read. Children come before
 * what points to them. */
#include "tmpl/tmpl.h"
#include "wickc/emit/emit.h"

#include <string.h>

/* Everything that is written for one slot is named by the serial number of its node and its own
 * number. */
struct slot_name {
    unsigned node, slot;
};

/* The rows of a list, an array in C; those of a part of a list are those of the list. */
/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
static const char *rows_expr(struct emitter *em, const struct val *list)
{
    while (list->type->is_part) {
        list = list->arg[0];
    }
    return wc_format(em->wc, list->type->kind == TYPE_ARRAY ? "%s" : "%s.v", type_expr(em, list));
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
const char *type_expr(struct emitter *em, const struct val *val)
{
    struct wc *wc = em->wc;
    switch (val->kind) {
    case VAL_PART:
        return wc_format(wc, "(*(%s *)0)", em->part[val->part]);
    case VAL_ROW:
        if (val->loop->is_slot) {
            return wc_format(wc, "(*(row_%u *)0)", val->loop->id);
        }
        return wc_format(wc, "%s[0]", rows_expr(em, val->loop->list));
    case VAL_MEMBER:
        return wc_format(wc, "%s.%.*s", type_expr(em, val->arg[0]), (int)val->text.len,
                         val->text.ptr);
    case VAL_OP:
        return wc_format(wc, "%s[0]", rows_expr(em, val->arg[0]));
    case VAL_VAR:
        return type_expr(em, val->var->first);
    case VAL_ROOT:
    case VAL_INDEX:
    case VAL_ITEM:
    case VAL_INT:
    case VAL_BOOL:
    case VAL_TEXT:
    case VAL_CALL:
        break;
    }
    return "0"; /* no place */
}

const char *emit_node_name(struct emitter *em, const struct tnode *node)
{
    if (node == em->tree->head || node == em->tree->tail) {
        return wc_format(em->wc, "tmpl_%s_%s", em->name, node == em->tree->head ? "head" : "tail");
    }
    return wc_format(em->wc, "node_%u", node->serial);
}

/* --- functions -------------------------------------------------------------------------------- */

static void emit_put(struct emitter *em, const struct tslot *slot, struct slot_name name)
{
    struct code code = { .em = em };
    code_pieces(&code, slot->piece);
    if (strstr(sb_text(&code.text), "out") == NULL) { /* it only sets variables */
        code_line(&code, "(void)out;");
    }
    code_function(&code,
                  wc_format(em->wc,
                            "static void put_%u_%u(struct buf *out, const struct tmpl_ctx *ctx)",
                            name.node, name.slot));
}

static uint64_t vars_of_conditions(const struct tslot *slot)
{
    uint64_t vars = 0;
    for (const struct tbranch *branch = slot->branch; branch != NULL; branch = branch->next) {
        vars |= branch->node != NULL ? vars_of_val(branch->node->means.val) : 0;
    }
    return vars;
}

static void emit_pick(struct emitter *em, const struct tslot *slot, struct slot_name name)
{
    struct code code = { .em = em };
    unsigned number = 0;
    bool has_else = false;
    WICK_ASSERT(slot->branch != NULL); /* a COND has one */
    code_enter(&code, slot->branch->node, vars_of_conditions(slot), ENTER_BEFORE);
    for (const struct tbranch *branch = slot->branch; branch != NULL; branch = branch->next) {
        number++;
        if (branch->node == NULL) {
            code_line(&code, "return %u;", number);
            has_else = true;
            break;
        }
        const char *truth = code_node_truth(&code, branch->node);
        code_line(&code, "if (%s) {", truth);
        code_line(&code, "    return %u;", number);
        code_line(&code, "}");
    }
    if (!has_else) {
        code_line(&code, "return 0;");
    }
    code_room(&code);
    code_function(&code, wc_format(em->wc, "static unsigned pick_%u_%u(const struct tmpl_ctx *ctx)",
                                   name.node, name.slot));
}

static void emit_rows(struct emitter *em, const struct tslot *slot, struct slot_name name)
{
    struct code code = { .em = em };
    const struct loop *loop = slot->range->means.loop;
    const char *base;
    const char *len;
    code_enter(&code, slot->range, vars_of_val(loop->list), ENTER_BEFORE);
    if (loop->is_count || loop->list->type->kind == TYPE_ARRAY || loop->list->type->is_part) {
        code_rows(&code, loop, &base, &len);
        code_line(&code, "return (struct tmpl_rows){ .base = %s, .len = %s };", base, len);
    } else {
        struct cval val = code_val(&code, loop->list);
        code_line(&code,
                  "return (struct tmpl_rows){ .base = %s->v, .len = %s->len < WICK_COUNT_OF(%s->v) "
                  "? %s->len : (uint32_t)WICK_COUNT_OF(%s->v), .dropped = %s->dropped };",
                  val.ptr, val.ptr, val.ptr, val.ptr, val.ptr, val.ptr);
    }
    code_room(&code);
    code_function(&code, wc_format(em->wc,
                                   "static struct tmpl_rows rows_%u_%u(const struct tmpl_ctx *ctx)",
                                   name.node, name.slot));
}

/* --- tables ----------------------------------------------------------------------------------- */

static void emit_deps(struct emitter *em, const struct deps *deps, const char *what,
                      struct slot_name name)
{
    if (deps->count == 0) {
        return;
    }
    sb_putf(em->wc, &em->c, "static const struct tmpl_dep %s_%u_%u[] = {\n", what, name.node,
            name.slot);
    for (const struct dep *dep = deps->first; dep != NULL; dep = dep->next) {
        sb_putf(em->wc, &em->c, "    %s,\n", dep->text);
    }
    sb_puts(em->wc, &em->c, "};\n");
}

static bool is_same(const struct deps *a, const struct deps *b)
{
    const struct dep *left = a->first;
    const struct dep *right = b->first;
    for (; left != NULL && right != NULL; left = left->next, right = right->next) {
        if (strcmp(left->text, right->text) != 0) {
            return false;
        }
    }
    return left == NULL && right == NULL;
}

static const char *deps_value(struct emitter *em, const struct deps *deps, const char *what,
                              struct slot_name name)
{
    const char *index = deps->index_mask != 0 ? "true" : "false";
    if (deps->count == 0) {
        return wc_format(em->wc, "{ NULL, 0, %s }", index);
    }
    return wc_format(em->wc, "{ %s_%u_%u, %u, %s }", what, name.node, name.slot, deps->count,
                     index);
}

static bool is_private(const struct deps *deps)
{
    for (const struct dep *dep = deps->first; dep != NULL; dep = dep->next) {
        if (dep->part < TMPL_ROW && tmpl_scope_of(dep->part) != TMPL_SCOPE_SHARED) {
            return true;
        }
    }
    return false;
}

/* The row reads its own element and nothing else. */
static bool is_closed(struct emitter *em, const struct tslot *slot)
{
    struct deps all = { 0 };
    for (const struct tslot *at = slot->row->slot; at != NULL; at = at->next) {
        struct deps own = { 0 };
        deps_of_slot(em, at, &own, &all);
    }
    for (const struct dep *dep = all.first; dep != NULL; dep = dep->next) {
        if (dep->part != TMPL_ROW + slot->range->means.loop->depth) {
            return false;
        }
    }
    return all.index_mask == 0;
}

/* The key slot shows one integer of the element as it is: rows whose integers differ have different
 * keys, without rendering them. */
static bool is_key_exact(struct emitter *em, const struct tslot *list)
{
    const struct tslot *key = list->row->slot;
    for (int number = 0; key != NULL && number < list->key_slot; number++) {
        key = key->next;
    }
    if (list->has_flow || list->range->means.loop->is_count) {
        return false; /* rows that are left out may have the key of one that is shown */
    }
    if (list->key_slot < 0 || key == NULL || key->kind != TMPL_TEXT || key->piece == NULL ||
        key->piece->next != NULL || key->piece->node == NULL) {
        return false;
    }
    const struct node *action = key->piece->node;
    struct cpath path;
    return action->kind == NODE_ACTION && action->means.val != NULL &&
           val_is_int(action->means.val) && path_of(em, action->means.val, &path) &&
           path.part == TMPL_ROW + list->range->means.loop->depth;
}

static void emit_list(struct emitter *em, const struct tslot *slot, struct slot_name name)
{
    struct sb *c = &em->c;
    WICK_ASSERT(slot->range != NULL); /* a LIST has its range */
    const struct loop *loop = slot->range->means.loop;
    const char *flow = wc_format(em->wc, "flow_%u_%u", name.node, name.slot);
    emit_rows(em, slot, name);
    if (slot->has_flow) {
        emit_flow(em, slot, flow);
    }
    sb_putf(em->wc, c, "static const struct tmpl_list list_%u_%u = {\n", name.node, name.slot);
    sb_putf(
        em->wc, c,
        "    .depth = %u, .is_closed = %s, .has_key = %s, .is_key_exact = %s, .key_slot = %d,\n",
        loop->depth, is_closed(em, slot) ? "true" : "false", slot->key_slot >= 0 ? "true" : "false",
        is_key_exact(em, slot) ? "true" : "false", slot->key_slot >= 0 ? slot->key_slot : 0);
    if (loop->is_count) {
        sb_puts(em->wc, c, "    .row_size = 0, .cap = TMPL_COUNT_MAX,\n");
    } else {
        sb_putf(em->wc, c, "    .row_size = sizeof(row_%u), .cap = WICK_COUNT_OF(%s),\n", loop->id,
                rows_expr(em, loop->list));
    }
    sb_putf(em->wc, c, "    .flow = %s, .rows = rows_%u_%u, .row = &%s, .otherwise = %s%s,\n};\n",
            slot->has_flow ? flow : "NULL", name.node, name.slot, emit_node_name(em, slot->row),
            slot->otherwise == NULL ? "NULL" : "&",
            slot->otherwise == NULL ? "" : emit_node_name(em, slot->otherwise));
}

static void emit_branches(struct emitter *em, const struct tslot *slot, struct slot_name name)
{
    sb_putf(em->wc, &em->c, "static const struct tmpl_node *const branch_%u_%u[] = {", name.node,
            name.slot);
    for (const struct tbranch *branch = slot->branch; branch != NULL; branch = branch->next) {
        sb_putf(em->wc, &em->c, " &%s,", emit_node_name(em, branch->tree));
    }
    sb_puts(em->wc, &em->c, " };\n");
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static const char *emit_slot(struct emitter *em, const struct tslot *slot, struct slot_name name)
{
#define KIND_NAME(name)  "TMPL_" #name,
#define PLACE_NAME(name) "TMPL_IN_" #name,
    static const char *const kind[] = { TMPL_KINDS(KIND_NAME) };
    static const char *const place[] = { TMPL_PLACES(PLACE_NAME) };
#undef KIND_NAME
#undef PLACE_NAME
    struct deps own = { 0 };
    struct deps all = { 0 };
    struct sb row = { 0 };
    unsigned branches = 0;
    if (slot->range != NULL) {
        const struct val *list = slot->range->means.val;
        if (!slot->range->means.loop->is_count) {
            sb_putf(em->wc, &em->c, "typedef __typeof__(%s[0]) row_%u;\n", rows_expr(em, list),
                    slot->range->means.loop->id);
        }
        emit_node(em, slot->row);
        if (slot->otherwise != NULL) {
            emit_node(em, slot->otherwise);
        }
    }
    for (const struct tbranch *branch = slot->branch; branch != NULL; branch = branch->next) {
        emit_node(em, branch->tree);
        branches++;
    }
    deps_of_slot(em, slot, &own, &all);
    emit_deps(em, &own, "own", name);
    bool is_shared = is_same(&own, &all);
    if (!is_shared) {
        emit_deps(em, &all, "all", name);
    }
    unsigned flags = slot->flags | (is_private(&all) ? TMPL_PRIVATE : 0);
    sb_putf(em->wc, &row,
            "    { .kind = %s, .flags = %u, .place = %s, .branch_count = %u,\n      .own = %s, "
            ".all = %s,\n",
            kind[slot->kind], flags, place[slot->place], branches,
            deps_value(em, &own, "own", name),
            deps_value(em, &all, is_shared ? "own" : "all", name));
    if (slot->kind == TMPL_TEXT) {
        emit_put(em, slot, name);
        sb_putf(em->wc, &row, "      .put = put_%u_%u },\n", name.node, name.slot);
    } else if (slot->kind == TMPL_COND) {
        emit_pick(em, slot, name);
        emit_branches(em, slot, name);
        sb_putf(em->wc, &row, "      .pick = pick_%u_%u, .branch = branch_%u_%u },\n", name.node,
                name.slot, name.node, name.slot);
    } else {
        emit_list(em, slot, name);
        sb_putf(em->wc, &row, "      .list = &list_%u_%u },\n", name.node, name.slot);
    }
    return sb_text(&row);
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
void emit_node(struct emitter *em, const struct tnode *node)
{
    struct wc *wc = em->wc;
    struct sb *c = &em->c;
    struct sb slots = { 0 };
    unsigned number = 0;
    for (const struct tslot *slot = node->slot; slot != NULL; slot = slot->next) {
        sb_puts(wc, &slots, emit_slot(em, slot, (struct slot_name){ node->serial, number++ }));
    }
    if (node->slot_count > 0) {
        sb_putf(wc, c, "static const struct tmpl_slot slot_%u[] = {\n%s};\n", node->serial,
                sb_text(&slots));
    }
    sb_putf(wc, c, "static const struct str statics_%u[] = {\n", node->serial);
    for (unsigned idx = 0; idx <= node->slot_count; idx++) {
        sb_puts(wc, c, "    STR_INIT(");
        sb_put_c(wc, c, sb_str(&node->statics[idx]));
        sb_puts(wc, c, "),\n");
    }
    bool is_outside = node == em->tree->head || node == em->tree->tail;
    bool needs_json = !is_outside && (wc->dir.wire_count == 0 || !wc->dir.is_page);
    for (unsigned idx = 0; idx < wc->dir.wire_count; idx++) { /* statics travel with the updates */
        needs_json = needs_json || (!is_outside && !wc->dir.wire[idx]->has_statics_file);
    }
    sb_putf(wc, c,
            "};\n%sconst struct tmpl_node %s = {\n    .id = %u, .slot_count = %u, .fingerprint = "
            "0x%016llxu, .slot = ",
            is_outside ? "" : "static ", emit_node_name(em, node), node->id, node->slot_count,
            (unsigned long long)node->fingerprint);
    sb_putf(wc, c, node->slot_count > 0 ? "slot_%u" : "NULL", node->serial);
    sb_putf(wc, c, ", .statics = statics_%u,\n", node->serial);
    if (needs_json) {
        struct sb json = { 0 };
        json_statics(wc, node, &json);
        sb_puts(wc, c, "    .statics_json = STR_INIT(");
        sb_put_c(wc, c, sb_str(&json));
        sb_puts(wc, c, "),\n");
    }
    sb_puts(wc, c, "};\n\n");
}
