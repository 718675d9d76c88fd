/* tree.c - the tree of a page as a whole: where its live part is, fingerprints, what is proved of
 * its lists. */
#include "base/hash.h"
#include "tmpl/tmpl.h"
#include "wickc/tree/tree_priv.h"

#include <string.h>

/* Two lists with data-key in one page could share a key: then the direct way of livetemplate is not
 * proved for any. */
static void prove_direct(struct tree *tree)
{
    unsigned keyed = 0;
    for (const struct tag *tag = tree->tag; tag != NULL; tag = tag->next) {
        keyed += tag_find(tag, "data-key") != NULL;
    }
    for (unsigned id = 0; id < tree->node_count && keyed > 1; id++) {
        for (struct tslot *slot = tree->node[id]->slot; slot != NULL; slot = slot->next) {
            slot->flags &= ~(unsigned)TMPL_LT_DIRECT;
        }
    }
}

static uint64_t hash_str(uint64_t hash, struct str text)
{
    uint64_t len = text.len;
    return hash_fnv64(hash_fnv64(hash, &len, sizeof len), text.ptr, text.len);
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the template */
static uint64_t fingerprint(struct tnode *node)
{
    if (node == NULL) {
        return 0;
    }
    uint64_t hash = HASH_FNV64_START;
    unsigned idx = 0;
    for (const struct tslot *slot = node->slot; slot != NULL; slot = slot->next, idx++) {
        uint64_t below[2] = { fingerprint(slot->row), fingerprint(slot->otherwise) };
        uint8_t kind[3] = { (uint8_t)slot->kind, (uint8_t)slot->place, (uint8_t)slot->key_slot };
        hash = hash_str(hash, sb_str(&node->statics[idx]));
        hash = hash_fnv64(hash_fnv64(hash, kind, sizeof kind), below, sizeof below);
        for (const struct tbranch *branch = slot->branch; branch != NULL; branch = branch->next) {
            below[0] = fingerprint(branch->tree);
            hash = hash_fnv64(hash, below, sizeof below[0]);
        }
    }
    node->fingerprint = hash_str(hash, sb_str(&node->statics[idx]));
    return node->fingerprint;
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static bool has_live_mark(const struct node *list)
{
    for (const struct node *node = list; node != NULL; node = node->next) {
        for (size_t idx = 0; idx < node->html.event_count; idx++) {
            const struct html_event *event = &node->html.event[idx];
            if (event->kind == HTML_EV_ATTR &&
                str_eq_nocase((struct str){ node->html.out.ptr + event->off, event->len },
                              STR("wick-live"))) {
                return true;
            }
        }
        if (has_live_mark(node->body) || has_live_mark(node->otherwise)) {
            return true;
        }
    }
    return false;
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static bool has_body(const struct node *list)
{
    for (const struct node *node = list; node != NULL; node = node->next) {
        for (size_t idx = 0; idx < node->html.event_count; idx++) {
            const struct html_event *event = &node->html.event[idx];
            if (event->kind == HTML_EV_TAG &&
                str_eq_nocase((struct str){ node->html.out.ptr + event->off, event->len },
                              STR("<body"))) {
                return true;
            }
        }
        bool is_inline = node->kind == NODE_SCOPE || node->kind == NODE_GROUP;
        if (is_inline && has_body(node->body)) {
            return true;
        }
    }
    return false;
}

struct tree *tree_build(struct wc *wc, const struct node *root)
{
    struct tree *tree = wc_take(wc, sizeof *tree);
    tree->source = root;
    bool is_marked = has_live_mark(root), is_document = is_marked || has_body(root);
    tree->live_name = is_marked ? "" : "body";
    tree->root = build_tnode(wc, tree, true, wc->dir.at);
    if (is_document) {
        tree->head = build_tnode(wc, tree, false, wc->dir.at);
        tree->tail = build_tnode(wc, tree, false, wc->dir.at);
    } else if (wc->dir.is_page) {
        wc_error(wc, wc->dir.at,
                 "the page has no live element: write <body>, or wick-live on another element");
    }
    struct builder builder = { .wc = wc,
                               .tree = tree,
                               .node = is_document ? tree->head : tree->root,
                               .is_live = !is_document,
                               .tag_end = &tree->tag,
                               .row = { .key_data = -1, .key_id = -1 } };
    build_list(&builder, root);
    tag_check_open(&builder);
    prove_direct(tree);
    fingerprint(tree->root);
    return tree;
}

bool arms_exclude(const struct arm *a, const struct arm *b)
{
    for (; a != NULL; a = a->up) {
        for (const struct arm *at = b; at != NULL; at = at->up) {
            if (a->slot == at->slot) {
                return a->idx != at->idx; /* around it they are the same */
            }
        }
    }
    return false;
}

bool tag_may_have(const struct tag *tag, const char *name)
{
    for (const struct tag_attr *attr = tag->maybe; attr != NULL; attr = attr->next) {
        if (str_eq_nocase(attr->name, str_of(name))) {
            return true;
        }
    }
    return tag->has_unknown || tag_find(tag, name) != NULL;
}

const struct tag_attr *tag_find(const struct tag *tag, const char *name)
{
    for (const struct tag_attr *attr = tag->attr; attr != NULL; attr = attr->next) {
        if (str_eq_nocase(attr->name, str_of(name))) {
            return attr;
        }
    }
    return NULL;
}
