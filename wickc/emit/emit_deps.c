/* emit_deps.c - which bytes of the state a slot reads. */
#include "tmpl/tmpl.h"
#include "wickc/emit/emit.h"

#include <string.h>

const char *part_word(unsigned part)
{
#define PART_WORD(name, scope, word) "TMPL_" #name,
    static const char *const words[] = { TMPL_PARTS(PART_WORD) };
#undef PART_WORD
    WICK_ASSERT(part < TMPL_ROW);
    return words[part];
}

const char *part_variable(unsigned part)
{
#define PART_VARIABLE(name, scope, word) word,
    static const char *const words[] = { TMPL_PARTS(PART_VARIABLE) };
#undef PART_VARIABLE
    WICK_ASSERT(part < TMPL_ROW);
    return words[part];
}

/* NOLINTNEXTLINE(misc-no-recursion): as long as a chain of names */
bool path_of(struct emitter *em, const struct val *val, struct cpath *out)
{
    struct wc *wc = em->wc;
    if (val->kind == VAL_PART) {
        *out = (struct cpath){ em->part[val->part], "", val->part };
        return true;
    }
    if (val->kind == VAL_ROW && val->loop->is_slot && !loop_is_local(em, val->loop)) {
        *out = (struct cpath){ wc_format(wc, "row_%u", val->loop->id), "",
                               TMPL_ROW + val->loop->depth };
        return true;
    }
    if (val->kind != VAL_MEMBER || !path_of(em, val->arg[0], out)) {
        return false;
    }
    if (val->arg[0]->type->kind == TYPE_OPAQUE) {
        return true; /* a member of something unknown: all of that is read */
    }
    out->path = wc_format(wc, "%s%s%.*s", out->path, out->path[0] == '\0' ? "" : ".",
                          (int)val->text.len, val->text.ptr);
    return true;
}

static void add(struct wc *wc, struct deps *deps, const char *text, unsigned part)
{
    struct dep **end = &deps->first;
    for (; *end != NULL; end = &(*end)->next) {
        if (strcmp((*end)->text, text) == 0) {
            return;
        }
    }
    struct dep *dep = wc_take(wc, sizeof *dep);
    *dep = (struct dep){ text, part, NULL };
    *end = dep;
    deps->count++;
}

static void add_path(struct emitter *em, struct deps *deps, const struct cpath *path)
{
    const char *part = path->part < TMPL_ROW
                           ? part_word(path->part)
                           : wc_format(em->wc, "TMPL_ROW + %u", path->part - TMPL_ROW);
    if (path->path[0] == '\0') {
        add(em->wc, deps, wc_format(em->wc, "{ %s, 0, sizeof(%s) }", part, path->type), path->part);
    } else {
        add(em->wc, deps,
            wc_format(em->wc, "{ %s, offsetof(%s, %s), sizeof(((%s *)0)->%s) }", part, path->type,
                      path->path, path->type, path->path),
            path->part);
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
void deps_of_val(struct emitter *em, struct deps *deps, const struct val *val)
{
    struct cpath path;
    if (path_of(em, val, &path)) {
        add_path(em, deps, &path);
        return;
    }
    if (val->kind == VAL_INDEX && val->loop->is_slot && !loop_is_local(em, val->loop)) {
        deps->index_mask |= 1u << val->loop->depth;
    }
    bool is_len = val->kind == VAL_OP && (val->op == OP_LEN || val->op == OP_NOT) &&
                  val->arg[0]->type->kind == TYPE_LIST;
    if (is_len && path_of(em, val->arg[0], &path)) {
        path.path = wc_format(em->wc, "%s%slen", path.path, path.path[0] == '\0' ? "" : ".");
        add_path(em, deps, &path);
        return;
    }
    if (val->kind == VAL_OP && op_is_form(val->op)) {
        add(em->wc, deps, "{ TMPL_FORM, 0, sizeof(struct tmpl_form) }", TMPL_FORM);
    }
    for (unsigned idx = 0; idx < val->arg_count; idx++) {
        deps_of_val(em, deps, val->arg[idx]);
    }
}

/* A condition reads only the length of a list. */
static void deps_of_condition(struct emitter *em, struct deps *deps, struct val *val)
{
    if (val->type->kind == TYPE_LIST) {
        struct val len = {
            .kind = VAL_OP, .op = OP_LEN, .arg = { val }, .arg_count = 1, .type = val->type
        };
        deps_of_val(em, deps, &len);
    } else if (val->kind != VAL_ROOT && val->kind != VAL_PART && val->type->kind != TYPE_STRUCT &&
               val->type->kind != TYPE_ARRAY) {
        deps_of_val(em, deps, val); /* a struct is always true */
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
void deps_of_nodes(struct emitter *em, struct deps *deps, const struct node *list)
{
    for (const struct node *node = list; node != NULL; node = node->next) {
        if (node->means.val != NULL && (node->kind == NODE_IF || node->kind == NODE_WITH)) {
            deps_of_condition(em, deps, node->means.val);
        } else if (node->means.val != NULL) {
            deps_of_val(em, deps, node->means.val);
        }
        struct local local = { node->means.loop, em->local };
        em->local = node->means.loop != NULL ? &local : em->local;
        deps_of_nodes(em, deps, node->body);
        em->local = local.up;
        deps_of_nodes(em, deps, node->otherwise);
    }
}

void deps_add(struct wc *wc, struct deps *deps, const struct deps *more, int except_depth)
{
    for (const struct dep *dep = more->first; dep != NULL; dep = dep->next) {
        if (except_depth < 0 || dep->part != TMPL_ROW + (unsigned)except_depth) {
            add(wc, deps, dep->text, dep->part);
        }
    }
    deps->index_mask |=
        except_depth < 0 ? more->index_mask : more->index_mask & ~(1u << except_depth);
}

static void deps_of_pieces(struct emitter *em, struct deps *deps, const struct piece *piece)
{
    uint64_t wanted = 0;
    const struct node *first = NULL;
    for (; piece != NULL; piece = piece->next) {
        if (piece->node == NULL) {
            continue;
        }
        struct node alone = *piece->node;
        alone.next = NULL;
        alone.body = piece->only_sets ? NULL : alone.body;
        deps_of_nodes(em, deps, &alone);
        first = first == NULL ? piece->node : first;
        wanted |= vars_of_piece(piece);
    }
    if (first != NULL) {
        deps_of_entry(em, deps, first, wanted, ENTER_BEFORE);
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static void add_below(struct emitter *em, struct deps *all, const struct tnode *node,
                      int except_depth)
{
    for (const struct tslot *slot = node == NULL ? NULL : node->slot; slot != NULL;
         slot = slot->next) {
        struct deps own = { 0 };
        struct deps below = { 0 };
        deps_of_slot(em, slot, &own, &below);
        deps_add(em->wc, all, &below, except_depth);
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
void deps_of_slot(struct emitter *em, const struct tslot *slot, struct deps *own, struct deps *all)
{
    uint64_t wanted = 0;
    struct deps flow = { 0 };
    switch ((enum tmpl_slot_kind)slot->kind) {
    case TMPL_TEXT:
        deps_of_pieces(em, own, slot->piece);
        deps_add(em->wc, all, own, -1);
        return;
    case TMPL_COND:
        for (const struct tbranch *branch = slot->branch; branch != NULL; branch = branch->next) {
            if (branch->node != NULL) {
                deps_of_condition(em, own, branch->node->means.val);
                wanted |= vars_of_val(branch->node->means.val);
            }
        }
        WICK_ASSERT(slot->branch != NULL); /* a COND has one */
        deps_of_entry(em, own, slot->branch->node, wanted, ENTER_BEFORE);
        deps_add(em->wc, all, own, -1);
        for (const struct tbranch *branch = slot->branch; branch != NULL; branch = branch->next) {
            add_below(em, all, branch->tree, -1);
        }
        return;
    case TMPL_LIST:
        deps_of_val(em, own, slot->range->means.val);
        deps_of_entry(em, own, slot->range, vars_of_val(slot->range->means.val), ENTER_BEFORE);
        if (slot->has_flow) {
            deps_of_flow(em, &flow, slot);
            deps_add(em->wc, own, &flow, (int)slot->range->means.loop->depth);
        }
        deps_add(em->wc, all, own, -1);
        add_below(em, all, slot->row, (int)slot->range->means.loop->depth);
        add_below(em, all, slot->otherwise, -1);
        return;
    }
}
