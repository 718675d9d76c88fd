/* tree_build.c - walks the checked nodes once and cuts them into statics and slots.
 *
 * A slot ends the present static and begins the next one. In element content branches and ranges
 * are slots with nodes of their own, each filled by a builder of its own. Inside tags, attribute
 * values and the text of <title>, <script> ... all that is dynamic is text: a TEXT slot of pieces.
 */
#include "tmpl/tmpl.h"
#include "wickc/tree/tree_priv.h"

#include <string.h>

/* --- nodes and statics ------------------------------------------------------------------------ */

struct tnode *build_tnode(struct wc *wc, struct tree *tree, bool is_live, struct pos pos)
{
    struct tnode *node = wc_take(wc, sizeof *node);
    node->slot_end = &node->slot;
    node->statics_cap = 8;
    node->statics = wc_take(wc, node->statics_cap * sizeof *node->statics);
    node->serial = tree->serial_count++;
    if (is_live) {
        if (tree->node_count == WICK_COUNT_OF(tree->node)) {
            if (!tree->is_full) {
                wc_error(wc, pos, "too many branches and ranges (limit is %zu)",
                         WICK_COUNT_OF(tree->node));
            }
            tree->is_full = true;
            return node;
        }
        node->id = tree->node_count;
        tree->node[tree->node_count++] = node;
    }
    return node;
}

struct sb *build_static(struct builder *builder)
{
    return &builder->node->statics[builder->node->slot_count];
}

static bool is_blank(const char *text, size_t len)
{
    for (size_t at = 0; at < len; at++) {
        if (strchr(" \t\r\n\f", text[at]) == NULL || text[at] == '\0') {
            return false;
        }
    }
    return true;
}

/* Ranges inside a text are loops of its function, whatever the place looked like to the checker
 * (<script type="text/template">). */
/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static void no_slots(const struct node *node)
{
    if (node->means.loop != NULL) {
        node->means.loop->is_slot = false;
    }
    for (const struct node *inner = node->body; inner != NULL; inner = inner->next) {
        no_slots(inner);
    }
    for (const struct node *inner = node->otherwise; inner != NULL; inner = inner->next) {
        no_slots(inner);
    }
}

struct piece *build_piece(struct builder *builder, struct pieces *pieces, struct str text,
                          const struct node *node)
{
    if (node != NULL) {
        no_slots(node);
    }
    struct piece *piece = wc_take(builder->wc, sizeof *piece);
    *piece = (struct piece){ .text = text, .node = node };
    *pieces->end = piece;
    pieces->end = &piece->next;
    return piece;
}

/* The element around the present place has text of its own. */
static void build_note_text(const struct builder *builder)
{
    const struct elem *around = build_around(builder);
    if (around != NULL && builder->raw.name.len == 0) {
        around->tag->has_text = true;
    }
}

void build_put(struct builder *builder, const char *text, size_t len)
{
    if (len == 0) {
        return;
    }
    struct pieces *pieces = builder->now.slot != NULL ? builder->now.slot : builder->raw.slot;
    if (pieces != NULL) {
        build_piece(builder, pieces, (struct str){ wc_copy(builder->wc, text, len), len }, NULL);
    } else if (builder->now.tag != NULL) {
        token_text(builder, (struct str){ text, len });
    } else if (builder->raw.name.len > 0) {
        sb_put(builder->wc, &builder->raw.text, text, len);
    } else {
        sb_put(builder->wc, build_static(builder), text, len);
    }
    if (builder->now.tag == NULL) {
        bool is_empty = is_blank(text, len);
        if (builder->raw.name.len == 0) {
            place_text(builder);
        }
        builder->is_fresh = false;
        builder->row.has_text = builder->row.has_text || (builder->elem == NULL && !is_empty);
        if (builder->last != NULL) {
            sb_put(builder->wc, &builder->last->text, text, len);
        }
        if (!is_empty) {
            build_note_text(builder);
        }
        if (builder->elem != NULL && !is_empty) {
            builder->elem->has_other = true;
        }
    }
}

const struct elem *build_around(const struct builder *builder)
{
    while (builder->elem == NULL && builder->up != NULL) {
        builder = builder->up;
    }
    return builder->elem;
}

const struct elem *build_form(const struct builder *builder)
{
    const struct elem *form = build_around(builder);
    while (form != NULL && !form->is_action) {
        form = form->up;
        while (form == NULL && builder->up != NULL) {
            builder = builder->up;
            form = builder->elem;
        }
    }
    return form;
}

static void note_form(struct builder *builder, const struct node *node)
{
    const struct elem *form = build_form(builder);
    if (form != NULL) {
        struct form_node *note = wc_take(builder->wc, sizeof *note);
        *note = (struct form_node){ node, form->tag, builder->tree->in_form };
        builder->tree->in_form = note;
    }
}

struct tslot *build_new_slot(struct wc *wc, unsigned kind, unsigned place, struct pos pos)
{
    struct tslot *slot = wc_take(wc, sizeof *slot);
    *slot = (struct tslot){ .kind = kind, .place = place, .pos = pos, .key_slot = -1 };
    return slot;
}

void build_add_slot(struct builder *builder, struct tslot *slot)
{
    struct tnode *node = builder->node;
    if (node->slot_count + 2 > node->statics_cap) {
        struct sb *statics = wc_take(builder->wc, 2 * (size_t)node->statics_cap * sizeof *statics);
        memcpy(statics, node->statics, node->statics_cap * sizeof *statics);
        node->statics = statics;
        node->statics_cap *= 2;
    }
    *node->slot_end = slot;
    node->slot_end = &slot->next;
    node->slot_count++;
    builder->is_fresh = false;
}

struct pieces *build_pieces(struct builder *builder)
{
    struct pieces *pieces = wc_take(builder->wc, sizeof *pieces);
    pieces->end = &pieces->first;
    return pieces;
}

/* A slot in element content. */
static struct tslot *add_content(struct builder *builder, unsigned kind, struct pos pos)
{
    struct tslot *slot = build_new_slot(builder->wc, kind, TMPL_IN_CONTENT, pos);
    build_add_slot(builder, slot);
    return slot;
}

/* --- structure: branches and ranges in element content ---------------------------------------- */

static struct builder child_of(struct builder *builder, struct tnode *node)
{
    struct builder child = { .wc = builder->wc,
                             .tree = builder->tree,
                             .node = node,
                             .is_live = builder->is_live,
                             .up = builder,
                             .tag_end = builder->tag_end,
                             .left = builder->left,
                             .row = { .key_data = -1, .key_id = -1 } };
    return child;
}

/* The nodes around the present place, up to the page itself. */
static unsigned node_depth(const struct builder *builder)
{
    unsigned depth = 0;
    for (; builder != NULL; builder = builder->up) {
        depth++;
    }
    return depth;
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static struct tnode *build_child(struct builder *builder, const struct node *list, struct arm at,
                                 struct builder *child)
{
    struct pos pos = at.slot->pos;
    struct arm *arm = wc_take(builder->wc, sizeof *arm);
    if (node_depth(builder) >= WICK_NODE_DEPTH_MAX && !builder->tree->is_nested_too_deep) {
        wc_error(builder->wc, pos, "branches and ranges are nested too deeply (limit is %d)",
                 WICK_NODE_DEPTH_MAX - 1);
        builder->tree->is_nested_too_deep = true;
    }
    struct tnode *node = build_tnode(builder->wc, builder->tree, builder->is_live, pos);
    *child = child_of(builder, node);
    *arm = at;
    arm->up = builder->arm;
    child->arm = arm;
    build_list(child, list);
    tag_check_open(child);
    builder->tag_end = child->tag_end;
    builder->last = NULL;
    builder->row.has_list = builder->row.has_list || child->row.has_list;
    return node;
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static void build_cond(struct builder *builder, const struct node *node)
{
    struct tslot *slot = add_content(builder, TMPL_COND, node->pos);
    struct tbranch **end = &slot->branch;
    struct arm arm = { .slot = slot };
    const struct node *list = NULL;
    builder->left_by = NULL;
    for (const struct node *at = node;; at = list) {
        struct tbranch *branch = wc_take(builder->wc, sizeof *branch);
        struct builder child;
        branch->node = at;
        branch->tree = build_child(builder, at->body, arm, &child);
        arm.idx++;
        *end = branch;
        end = &branch->next;
        list = at->otherwise;
        bool is_chain = list != NULL && list->is_else_if && list->next == NULL;
        if (is_chain) {
            continue;
        }
        if (list != NULL) {
            branch = wc_take(builder->wc, sizeof *branch);
            branch->tree = build_child(builder, list, arm, &child);
            *end = branch;
        }
        builder->left = builder->left_by != NULL ? builder->left_by : builder->left;
        return;
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static void build_range(struct builder *builder, const struct node *node)
{
    bool is_first = builder->elem != NULL && !builder->elem->is_live && builder->elem->lists == 0 &&
                    !builder->elem->has_other && node->otherwise == NULL &&
                    !builder->elem->tag->has_slots && builder->node == builder->tree->root;
    struct tslot *slot = add_content(builder, TMPL_LIST, node->pos);
    struct builder child;
    builder->left_by = NULL;
    slot->range = node;
    slot->parent = builder->elem;
    slot->has_flow = flow_chooses(builder->wc, node->body);
    if (slot->has_flow) {
        (void)flow_check(builder->wc, node->body, false);
    }
    slot->row =
        build_child(builder, slot->has_flow ? flow_unfold(builder->wc, node->body) : node->body,
                    (struct arm){ .slot = slot, .is_row = true }, &child);
    slot->key_slot = child.row.key_data >= 0 ? child.row.key_data : child.row.key_id;
    if (is_first && child.row.elements == 1 && !child.row.has_text && !child.row.has_list &&
        child.row.key_data >= 0) {
        slot->flags |= TMPL_LT_DIRECT; /* as far as can be seen here: pop_elem() and prove_direct()
                                          take it back */
    }
    if (node->otherwise != NULL) {
        slot->otherwise =
            build_child(builder, node->otherwise, (struct arm){ .slot = slot, .idx = 1 }, &child);
    }
    builder->left = builder->left_by != NULL ? builder->left_by : builder->left;
    builder->row.has_list = true;
    if (builder->elem != NULL) {
        builder->elem->lists++;
    }
}

/* --- texts ------------------------------------------------------------------------------------ */

static bool begins_with_end_tag(const struct node *node)
{
    return node != NULL && node->kind == NODE_TEXT && node->html.event_count > 0 &&
           node->html.event[0].off == 0 && str_starts(sb_str(&node->html.out), STR("</"));
}

/* A slot that one node fills. */
static struct tslot *text_slot(struct builder *builder, const struct node *node, unsigned place)
{
    struct tslot *slot = build_new_slot(builder->wc, TMPL_TEXT, place, node->pos);
    struct pieces pieces = { NULL, &slot->piece };
    build_piece(builder, &pieces, (struct str){ "", 0 }, node);
    return slot;
}

/* The text of the value before a slot. */
static struct attr_part *part_before(struct builder *builder, const struct node *node)
{
    struct attr_part *part = wc_take(builder->wc, sizeof *part);
    const char *unknown = html_decode(builder->wc, sb_str(&builder->now.text), &part->text);
    if (unknown != NULL && builder->wc->is_strict) {
        wc_error(builder->wc, node->pos,
                 "the entity \"%.*s\" before this is not known: write the character itself",
                 (int)strcspn(unknown, "; "), unknown);
    }
    part->slot = -1; /* token_print() knows it */
    return part;
}

static void build_in_value(struct builder *builder, const struct node *node)
{
    struct open_tag *now = &builder->now;
    if (!now->in_value) { /* a value without quotes begins here */
        token_begin_value(builder);
    }
    if (now->value == NULL) {
        now->value = wc_take(builder->wc, sizeof *now->value);
        now->value->name = now->attr != NULL ? now->attr->name : (struct str){ "", 0 };
    }
    if (now->attr != NULL) { /* text after the action: end_value() sees it */
        bool is_whole = !now->attr->is_dynamic && now->text.len == 0 && node->kind == NODE_ACTION;
        now->attr->node = is_whole ? node : NULL;
        now->attr->is_dynamic = true;
    }
    struct attr_part *part = part_before(builder, node);
    if (now->value->part == NULL) {
        now->value->part = part;
    } else {
        now->value->last->next = part;
    }
    now->value->last = part;
    struct tslot *slot = text_slot(builder, node, TMPL_IN_ATTR);
    slot->attr = now->value;
    token_slot(builder, slot, part);
    sb_cut(&now->text, 0);
}

static void build_in_tag(struct builder *builder, const struct node *node)
{
    bool cuts_name = node->html.before.is_name_open && node->kind == NODE_ACTION;
    if (cuts_name && builder->wc->is_strict && builder->is_live) {
        wc_error(builder->wc, node->pos,
                 "a value cannot be a part of the name of a tag: an element keeps its name; put "
                 "whole elements into {{if}}");
    }
    bool is_name = node->kind == NODE_ACTION || node->html.before.state == HTML_ATTR_NAME;
    if (node->kind != NODE_ACTION &&
        (node->html.after.delim != DELIM_NONE || node->html.after.state == HTML_BEFORE_VALUE ||
         node->html.after.state == HTML_TEXT)) {
        wc_error(builder->wc, node->pos, "{{%s}} inside a tag must hold whole attributes",
                 node_word(node->kind));
        return;
    }
    if (builder->now.tag != NULL) {
        builder->now.tag->has_slots = true;
    }
    if (!is_name) {
        tag_finish_attr(builder);
        tag_maybe(builder, node->body);
        tag_maybe(builder, node->otherwise);
        token_slot(builder, text_slot(builder, node, TMPL_IN_TAG), NULL);
        return;
    }
    struct pieces *pieces = build_pieces(builder);
    struct str begun = token_take_name(builder);
    if (begun.len > 0) { /* data-{{.x}}: the first half of the name moves into the slot */
        build_piece(builder, pieces, begun, NULL);
    } else {
        tag_finish_attr(builder);
    }
    if (builder->now.tag != NULL) {
        builder->now.tag->has_unknown = true;
    }
    builder->now.attr = NULL;
    build_piece(builder, pieces, (struct str){ "", 0 }, node);
    builder->now.slot = pieces;
}

/* Browsers drop a line feed directly after <textarea> and <pre>: one stands in the static text, so
 * that a value that begins with one keeps it. */
static void keep_first_line(struct builder *builder)
{
    struct sb *text = &builder->raw.text;
    bool has_line = text->len > 0 && sb_text(text)[0] == '\n';
    if (!builder->wc->is_strict || !str_eq(builder->raw.name, STR("textarea")) ||
        (text->len > 0 && !has_line)) {
        return;
    }
    sb_put_u8(builder->wc, build_static(builder), '\n');
    if (has_line) {
        const char *rest = wc_copy(builder->wc, text->ptr + 1, text->len - 1);
        size_t len = text->len - 1;
        sb_cut(text, 0);
        sb_put(builder->wc, text, rest, len);
    }
}

static void build_raw(struct builder *builder, const struct node *node)
{
    struct raw_text *raw = &builder->raw;
    builder->is_fresh = false;
    if (builder->last != NULL && builder->last->node == NULL) {
        builder->last->node = node;
    }
    if (raw->slot == NULL) {
        keep_first_line(builder);
        raw->slot = build_pieces(builder);
        if (raw->text.len > 0) {
            struct str text = sb_str(&raw->text);
            text.ptr = wc_copy(builder->wc, text.ptr, text.len);
            build_piece(builder, raw->slot, text, NULL);
            sb_cut(&raw->text, 0);
        }
    }
    build_piece(builder, raw->slot, (struct str){ "", 0 }, node);
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static void build_content(struct builder *builder, const struct node *node, const struct node *next)
{
    if (node->kind == NODE_RANGE && builder->wc->is_strict &&
        flow_only_sets(builder->wc, node->body) && flow_only_sets(builder->wc, node->otherwise)) {
        return; /* it adds something up, which later nodes show */
    }
    if (node->kind != NODE_ACTION && node->html.after.state != HTML_TEXT &&
        node->html.after.state != HTML_DEAD) {
        wc_error(builder->wc, node->pos, "{{%s}} between tags must hold whole elements: it ends %s",
                 node_word(node->kind), html_state_text(node->html.after.state));
        return;
    }
    if (node->kind == NODE_ACTION) {
        place_text(builder);
    }
    builder->has_begun = true;
    bool is_whole = builder->is_fresh && node->kind == NODE_ACTION && begins_with_end_tag(next);
    builder->row.has_text = builder->row.has_text || builder->elem == NULL;
    if (node->kind != NODE_RANGE && builder->elem != NULL) {
        builder->elem->has_other = true;
    }
    if (node->kind == NODE_ACTION) {
        build_note_text(builder);
        bool is_pre = is_whole && builder->elem != NULL &&
                      (str_eq(builder->elem->name, STR("pre")) ||
                       str_eq(builder->elem->name, STR("listing")));
        if (is_pre && builder->wc->is_strict) {
            sb_put_u8(builder->wc, build_static(builder), '\n');
        }
        build_add_slot(builder,
                       text_slot(builder, node, is_whole ? TMPL_IN_ELEMENT : TMPL_IN_CONTENT));
    } else if (node->kind == NODE_RANGE) {
        build_range(builder, node);
    } else {
        build_cond(builder, node);
    }
    builder->last = NULL;
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static void build_dynamic(struct builder *builder, const struct node *node, const struct node *next)
{
    enum html_state state = node->html.before.state;
    if (node->kind == NODE_SCOPE ||
        (node->kind == NODE_ACTION &&
         node->pipe->variable != NULL)) { /* sets a variable, nothing else */
        struct pieces *pieces = builder->now.slot != NULL ? builder->now.slot : builder->raw.slot;
        if (pieces != NULL) {
            build_piece(builder, pieces, (struct str){ "", 0 }, node)->only_sets = true;
        }
        return;
    }
    if (node->html.before.delim == DELIM_NONE && state == HTML_COMMENT) {
        if (node->kind == NODE_ACTION || node->html.after.state == HTML_COMMENT) {
            return; /* in a comment that is not written */
        }
        state = HTML_TEXT; /* its branches end the comment */
    }
    place_slot(builder, node->pos);
    bool is_raw = builder->raw.name.len > 0; /* then tags are none: in a script of another type */
    if (builder->now.slot != NULL) {
        build_piece(builder, builder->now.slot, (struct str){ "", 0 }, node);
    } else if (!is_raw && (node->html.before.delim != DELIM_NONE || state == HTML_BEFORE_VALUE)) {
        if (builder->now.tag != NULL) {
            builder->now.tag->has_slots = true;
        }
        build_in_value(builder, node);
    } else if (!is_raw &&
               (state == HTML_TAG || state == HTML_ATTR_NAME || state == HTML_AFTER_NAME)) {
        build_in_tag(builder, node);
    } else if (!is_raw && state == HTML_TEXT) {
        build_content(builder, node, next);
    } else {
        build_raw(builder, node);
    }
}

struct item {
    const struct node *node;
    struct item *next;
};

struct flat {
    struct item *first, **end;
};

/* Templates that were called, and groups, disappear here: what is in them stands in the list. */
/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static void flatten(struct wc *wc, const struct node *list, struct flat *flat)
{
    for (const struct node *node = list; node != NULL; node = node->next) {
        bool is_inline = node->kind == NODE_SCOPE || node->kind == NODE_GROUP;
        if (!is_inline || node->means.set[0] != NULL) {
            struct item *item = wc_take(wc, sizeof *item);
            item->node = node;
            *flat->end = item;
            flat->end = &item->next;
        }
        if (is_inline) {
            flatten(wc, node->body, flat);
        }
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
void build_list(struct builder *builder, const struct node *list)
{
    struct flat flat = { NULL, &flat.first };
    flatten(builder->wc, list, &flat);
    for (const struct item *item = flat.first; item != NULL; item = item->next) {
        const struct node *node = item->node;
        if (node->kind == NODE_TEXT) {
            tag_text(builder, node);
        } else {
            note_form(builder, node);
            build_dynamic(builder, node, item->next == NULL ? NULL : item->next->node);
        }
    }
}
