/* emit_json.c - statics as the clients read them: the file of wire wick (docs/wire-wick.md), "s" of
 * wire livetemplate. */
#include "tmpl/tmpl.h"
#include "wickc/emit/emit.h"

void json_statics(struct wc *wc, const struct tnode *node, struct sb *out)
{
    sb_puts(wc, out, "[");
    for (unsigned idx = 0; idx <= node->slot_count; idx++) {
        sb_puts(wc, out, idx > 0 ? "," : "");
        sb_put_json(wc, out, sb_str(&node->statics[idx]));
    }
    sb_puts(wc, out, "]");
}

/* ["name",[text,slot,text,...]] */
static void put_attr(struct wc *wc, const struct attr_value *attr, struct sb *out)
{
    sb_puts(wc, out, "[");
    sb_put_json(wc, out, attr->name);
    sb_puts(wc, out, ",[");
    for (const struct attr_part *part = attr->part; part != NULL; part = part->next) {
        sb_put_json(wc, out, sb_str(&part->text));
        if (part->slot >= 0) {
            sb_putf(wc, out, ",%d%s", part->slot, part->next != NULL ? "," : "");
        }
    }
    sb_puts(wc, out, "]]");
}

static void put_slot(struct wc *wc, const struct tslot *slot, struct sb *out)
{
    if (slot->kind == TMPL_LIST) {
        sb_putf(wc, out, "[4,%u,%d,%d]", slot->row->id, slot->key_slot,
                slot->otherwise == NULL ? -1 : (int)slot->otherwise->id);
    } else if (slot->kind == TMPL_COND) {
        sb_puts(wc, out, "3");
    } else if (slot->place == TMPL_IN_ATTR && slot->attr != NULL) {
        put_attr(wc, slot->attr, out);
    } else if (slot->place == TMPL_IN_CONTENT) {
        sb_puts(wc, out, "0");
    } else {
        sb_puts(wc, out, slot->place == TMPL_IN_ELEMENT ? "1" : "2");
    }
}

void json_statics_file(struct wc *wc, const struct tree *tree, struct sb *out)
{
    sb_putf(wc, out, "{\"root\":%u,\"nodes\":[", tree->root->id);
    for (unsigned id = 0; id < tree->node_count; id++) {
        const struct tnode *node = tree->node[id];
        sb_puts(wc, out, id > 0 ? ",\n[" : "\n[");
        json_statics(wc, node, out);
        sb_puts(wc, out, ",[");
        for (const struct tslot *slot = node->slot; slot != NULL; slot = slot->next) {
            put_slot(wc, slot, out);
            sb_puts(wc, out, slot->next != NULL ? "," : "");
        }
        sb_puts(wc, out, "]]");
    }
    sb_puts(wc, out, "]}");
}
