/* lint_key.c - keys that are the same in every row, keys that nobody reads; buttons that name no
 * action. */
#include "tmpl/tmpl.h"
#include "wickc/lint/lint.h"

#include <string.h>

/* --- keys ------------------------------------------------------------------------------------- */

/* What of the row a key reads. */
struct reads {
    bool row, index;
};

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression and the ranges around it */
static void read_val(const struct val *val, const struct loop *loop, struct reads *reads)
{
    if (val == NULL) {
        reads->row = true; /* an error was reported */
        return;
    }
    if (val->kind == VAL_ROW || val->kind == VAL_INDEX) {
        if (val->loop == loop) {
            reads->row = reads->row || val->kind == VAL_ROW;
            reads->index = reads->index || val->kind == VAL_INDEX;
        } else {
            read_val(val->loop->list, loop, reads);
        }
    } else if (val->kind == VAL_VAR) {
        reads->row = true; /* it may change with the rows */
    }
    for (unsigned idx = 0; idx < val->arg_count; idx++) {
        read_val(val->arg[idx], loop, reads);
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static void read_nodes(const struct node *node, const struct loop *loop, struct reads *reads)
{
    bool has_val = node->kind == NODE_ACTION || node->kind == NODE_IF || node->kind == NODE_WITH ||
                   node->kind == NODE_RANGE;
    if (has_val) {
        read_val(node->means.val, loop, reads);
    }
    for (const struct node *at = node->body; at != NULL; at = at->next) {
        read_nodes(at, loop, reads);
    }
    for (const struct node *at = node->otherwise; at != NULL; at = at->next) {
        read_nodes(at, loop, reads);
    }
}

static const struct tslot *slot_at(const struct tnode *node, int idx)
{
    const struct tslot *slot = node->slot;
    for (int at = 0; at < idx && slot != NULL; at++) {
        slot = slot->next;
    }
    return slot;
}

static void check_key(struct wc *wc, const struct tslot *list)
{
    const struct tslot *key = slot_at(list->row, list->key_slot);
    struct reads reads = { false, false };
    if (key == NULL || list->range->means.loop == NULL) {
        return;
    }
    for (const struct piece *piece = key->piece; piece != NULL; piece = piece->next) {
        if (piece->node != NULL) {
            read_nodes(piece->node, list->range->means.loop, &reads);
        }
    }
    unsigned slots = 0;
    for (const struct attr_part *part = key->attr == NULL ? NULL : key->attr->part; part != NULL;
         part = part->next) {
        slots += part->slot >= 0;
    }
    if (slots > 1) {
        lint_say(wc, LINT_KEY, key->pos,
                 "the key is this action alone, what follows it is not part of it: write one "
                 "action, such as data-key=\"{{printf \"%%v-%%v\" .a .b}}\"");
    } else if (!reads.row && !reads.index) {
        lint_say(wc, LINT_KEY, key->pos,
                 "all rows have this same key: take something of the row that no two rows share");
    } else if (!reads.row && !list->range->means.loop->is_count) {
        lint_say(
            wc, LINT_KEY_INDEX, key->pos,
            "the key is only the row's number: when a row is put in front, all rows are sent anew");
    }
}

/* data-key that is not the key of its list */
static void check_key_tag(struct wc *wc, const struct tag *tag)
{
    const struct tag_attr *attr = tag_find(tag, "data-key");
    if (attr == NULL || tag->arm == NULL || !tag->arm->is_row) {
        return;
    }
    const struct tslot *list = tag->arm->slot;
    const struct tslot *key =
        list->key_slot < 0 || list->row == NULL ? NULL : slot_at(list->row, list->key_slot);
    bool is_key = key != NULL && key->attr != NULL && str_eq(key->attr->name, attr->name) &&
                  key->pos.src == attr->value_pos.src && key->pos.off >= attr->value_pos.off &&
                  key->pos.off < attr->value_pos.off + attr->source.len;
    if (!is_key && key != NULL && attr->source.len > 0) {
        lint_say(wc, LINT_KEY_UNUSED, attr->pos,
                 "only the data-key of a row's first element is its key, and only if it holds an "
                 "action: this one is not read");
    }
}

/* A tag; comments are none. */
static bool has_tag(struct str text)
{
    for (size_t at = 0; at + 1 < text.len; at++) {
        if (text.ptr[at] == '<' && text.ptr[at + 1] != '!') {
            return true;
        }
    }
    return false;
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static bool has_element(const struct tnode *node, bool looks_into_branches)
{
    for (unsigned idx = 0; node != NULL && idx <= node->slot_count; idx++) {
        if (has_tag(sb_str(&node->statics[idx]))) {
            return true;
        }
    }
    for (const struct tslot *slot = node == NULL || !looks_into_branches ? NULL : node->slot;
         slot != NULL; slot = slot->next) {
        for (const struct tbranch *branch = slot->branch; branch != NULL; branch = branch->next) {
            if (has_element(branch->tree, true)) {
                return true;
            }
        }
    }
    return false;
}

static void report_keyless(struct wc *wc, const struct tslot *list)
{
    if (str_has(sb_str(&list->row->statics[0]), STR(" data-key="))) {
        lint_say(
            wc, LINT_KEY, list->pos,
            "the data-key of this row is the same in all rows: write data-key=\"{{...}}\" with "
            "what no two rows share");
    } else if (has_element(list->row, false)) {
        lint_say(wc, LINT_KEY, list->pos,
                 "this live list has no row key: write data-key=\"{{...}}\" on the first element "
                 "of the row, with what no two rows share");
    } else if (has_element(list->row, true)) {
        lint_say(wc, LINT_KEY, list->pos,
                 "this live list has no row key, since the elements of its rows stand in branches: "
                 "leave rows out with {{if ...}}{{continue}}{{end}}, "
                 "or put one element with data-key=\"{{...}}\" around the branches");
    } else {
        lint_say(wc, LINT_KEY, list->pos,
                 "this live list has no row key, since its rows are only text: put each into an "
                 "element, such as <span data-key=\"{{...}}\">, "
                 "or write {{join \", \" .list}}");
    }
}

void lint_keys(struct wc *wc, const struct tree *tree)
{
    for (unsigned id = 0; id < tree->node_count; id++) {
        for (const struct tslot *slot = tree->node[id]->slot; slot != NULL; slot = slot->next) {
            if (slot->kind != TMPL_LIST || slot->row == NULL || slot->range->means.val == NULL) {
                continue;
            }
            if (slot->key_slot >= 0) {
                check_key(wc, slot);
            } else {
                report_keyless(wc, slot);
            }
        }
    }
    for (const struct tag *tag = tree->tag; tag != NULL; tag = tag->next) {
        if (!tag->is_end) {
            check_key_tag(wc, tag);
        }
    }
}

/* --- actions ---------------------------------------------------------------------------------- */

/* The wire whose attribute calls an action; NULL: none does. */
static const struct wire *wire_of_attr(const struct wc *wc, struct str name)
{
    for (unsigned idx = 0; idx < wc->dir.wire_count; idx++) {
        const struct wire *wire = wc->dir.wire[idx];
        if (str_starts(name, str_of(wire->attr_event)) ||
            (name.len > 0 && (str_eq(name, str_of(wire->attr_action)) ||
                              str_eq(name, str_of(wire->attr_button))))) {
            return wire;
        }
    }
    return NULL;
}

static void check_action(struct wc *wc, const struct forms *forms, const struct tag_attr *attr,
                         const struct wire *wire)
{
    struct near near = { .name = attr->value };
    for (const struct action *action = forms->action; action != NULL; action = action->next) {
        if (wire->is_action(attr->value, action->name)) {
            return;
        }
        near_try(&near, action->name);
    }
    if (near.best.ptr != NULL) {
        lint_say(wc, LINT_ACTION, attr->pos,
                 "this page has no action \"%.*s\"; did you mean \"%.*s\"?", (int)attr->value.len,
                 attr->value.ptr, (int)near.best.len, near.best.ptr);
    } else {
        lint_say(wc, LINT_ACTION, attr->pos,
                 "this page has no action \"%.*s\": a form has wick-action=\"...\", a button of "
                 "its own name=\"...\" and allow=\"...\"",
                 (int)attr->value.len, attr->value.ptr);
    }
}

/* The name of a submit button is the action that is called, wherever a form with an action is
 * around it. */
static bool names_action(const struct tag *tag)
{
    const struct tag_attr *type = tag_find(tag, "type");
    bool is_button = str_eq(tag->name, STR("button")), is_input = str_eq(tag->name, STR("input"));
    bool is_submit = (is_button && (type == NULL || str_eq_nocase(type->value, STR("submit")))) ||
                     (is_input && type != NULL && str_eq_nocase(type->value, STR("submit")));
    const struct tag *around = tag->around;
    while (around != NULL && !str_eq(around->name, STR("form"))) {
        around = around->around;
    }
    return is_submit && tag_find(tag, "allow") == NULL && around != NULL &&
           tag_find(around, "wick-action") != NULL;
}

void lint_actions(struct wc *wc, const struct tree *tree, const struct forms *forms)
{
    for (const struct tag *tag = tree->tag; tag != NULL; tag = tag->next) {
        for (const struct tag_attr *attr = tag->is_end ? NULL : tag->attr; attr != NULL;
             attr = attr->next) {
            const struct wire *wire = wire_of_attr(wc, attr->name);
            if (wire == NULL && str_eq(attr->name, STR("name")) && names_action(tag)) {
                wire = wc->dir.wire_count > 0 ? wc->dir.wire[0] : wire_at(0);
            }
            if (wire != NULL && !attr->is_dynamic) {
                check_action(wc, forms, attr, wire);
            }
        }
    }
}
