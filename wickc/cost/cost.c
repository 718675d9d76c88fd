/* cost.c - nodes and slots: from the longest texts to the longest document, snapshot and update. */
#include "wickc/cost/cost.h"

#include "tmpl/tmpl.h"
#include "tmpl/tmpl_esc.h"
#include "wickc/emit/emit.h"

#include <string.h>

enum {
    MARKS = sizeof "<!----><!--/-->" - 1, /* around a slot in content */
    ATTRIBUTES = 128,                     /* what a wire puts into the live element's tag */
    ENVELOPE = 160,                       /* of a message: its number, reference, action, flags */
    FIELD_ERROR = TMPL_NAME_LEN_MAX + 6 * TMPL_MESSAGE_LEN_MAX + 6, /* "field":"message", */
    SLOT_NUMBER = 3 + 5 + 1,                                        /* ,"12345": */
};

/* What a wire writes around texts, keys and rows, in bytes. */
static const struct wire_cost {
    unsigned text, nothing, node, list, row; /* "" of a text, null, a node's and list's frame */
    unsigned drop, insert, keep, move, move_keys, order, order_keys; /* of each row of an EDIT */
} frames[] = {
    /* wick: [12345, ...]; {"l":[...],"e":[...]}; ["-",k] ["+",after,[..]] ["=",k,{..}] [">",k,a] */
    { 2, 4, 9, 16, 3, 7, 12, 11, 8, 2, 0, 0 },
    /* livetemplate: {"s":...,"d":null,"m":null,"else":null}; a list with the node around it;
     * ["r",k] ["i",k,[{..}]] ["u",k,{..}] and the keys of all rows */
    { 7, 2, 40, 140, 3, 8, 13, 11, 0, 0, 1, 1 },
};

/* A node or slot. In a message: all of it; all slots of a node, as a row has them; what changed. */
struct node_cost {
    uint64_t doc, full, slots, into;
};

struct walk {
    struct coster coster;
    struct cost *cost;
    const struct wire_cost *frame;
    bool has_statics, has_marks;
};

/* --- texts ------------------------------------------------------------------------------------ */

static struct cost_len static_text(struct wc *wc, struct str text)
{
    struct sb json = { 0 };
    sb_put_json(wc, &json, text);
    return (struct cost_len){ text.len, json.len - 2 };
}

static struct cost_len repeated(struct cost_len len, uint64_t times)
{
    return (struct cost_len){ cost_times(len.doc, times), cost_times(len.json, times) };
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static struct cost_len nodes_len(struct coster *coster, const struct node *list)
{
    struct cost_len sum = { 0, 0 };
    for (const struct node *node = list; node != NULL; node = node->next) {
        struct cost_len one = { 0, 0 };
        switch (node->kind) {
        case NODE_TEXT:
            one = static_text(coster->wc, sb_str(&node->html.out));
            break;
        case NODE_ACTION:
            if (node->pipe->variable == NULL && node->means.val != NULL) {
                one = cost_put(coster, node->means.val, node->html.how);
            }
            break;
        case NODE_IF:
        case NODE_WITH:
            one = cost_longer(nodes_len(coster, node->body), nodes_len(coster, node->otherwise));
            break;
        case NODE_RANGE:
            one = cost_longer(
                repeated(nodes_len(coster, node->body), cost_rows(coster, node->means.loop)),
                nodes_len(coster, node->otherwise));
            break;
        case NODE_SCOPE:
        case NODE_GROUP:
            one = nodes_len(coster, node->body);
            break;
        case NODE_TEMPLATE:
        case NODE_BREAK:
        case NODE_CONTINUE:
            break;
        }
        sum = cost_sum(sum, one);
    }
    return sum;
}

static struct cost_len pieces_len(struct coster *coster, const struct piece *piece)
{
    struct cost_len sum = { 0, 0 };
    for (; piece != NULL; piece = piece->next) {
        sum = cost_sum(sum, static_text(coster->wc, piece->text));
        if (piece->node != NULL && !piece->only_sets) {
            struct node alone = *piece->node;
            alone.next = NULL;
            sum = cost_sum(sum, nodes_len(coster, &alone));
        }
    }
    return sum;
}

/* --- slots ------------------------------------------------------------------------------------ */

static struct node_cost node_cost(struct walk *walk, const struct tnode *node, uint64_t times);

/* Those that travel with the node. */
static size_t statics_len(struct walk *walk, const struct tnode *node)
{
    struct sb json = { 0 };
    if (walk->has_statics) {
        json_statics(walk->coster.wc, node, &json);
    }
    return json.len;
}

static struct node_cost text_cost(struct walk *walk, const struct tslot *slot, uint64_t times)
{
    struct cost *cost = walk->cost;
    walk->coster.has_guess = false;
    struct cost_len len = pieces_len(&walk->coster, slot->piece);
    cost->guesses += walk->coster.has_guess;
    if (cost->most == NULL ||
        cost_times(len.doc, times) > cost_times(cost->most_len, cost->most_rows)) {
        cost->most = slot;
        cost->most_len = len.doc;
        cost->most_rows = times;
    }
    if (cost->longest == NULL || len.doc > cost->longest_len) {
        cost->longest = slot;
        cost->longest_len = len.doc;
    }
    uint64_t message = cost_add(len.json, walk->frame->text);
    return (struct node_cost){ len.doc, message, message, message };
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static struct node_cost cond_cost(struct walk *walk, const struct tslot *slot, uint64_t times)
{
    struct node_cost most = { .full = walk->frame->nothing, .into = walk->frame->nothing };
    for (const struct tbranch *branch = slot->branch; branch != NULL; branch = branch->next) {
        struct node_cost one = node_cost(walk, branch->tree, times);
        most.doc = cost_most(most.doc, one.doc);
        most.full = cost_most(most.full, one.full);
        most.into = cost_most(most.into, cost_add(one.into, 2));
    }
    most.into = cost_most(most.into, most.full);
    return most;
}

static const struct tslot *key_of(const struct tslot *list)
{
    const struct tslot *slot = list->row->slot;
    for (int number = 0; slot != NULL && number < list->key_slot; number++) {
        slot = slot->next;
    }
    return list->key_slot < 0 ? NULL : slot;
}

/* Each row is dropped and another one inserted, or kept, changed and moved. */
static uint64_t edit_row(const struct wire_cost *frame, uint64_t key, const struct node_cost *row)
{
    uint64_t anchor = cost_most(key, sizeof "null" - 1);
    uint64_t renewed =
        cost_add(frame->drop + frame->insert, cost_add(key, cost_add(anchor, row->slots)));
    uint64_t kept = cost_add(cost_add(frame->keep + frame->move, cost_add(key, row->into)),
                             cost_times(anchor, frame->move_keys));
    return cost_add(cost_most(renewed, kept), frame->order + cost_times(key, frame->order_keys));
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static struct node_cost list_cost(struct walk *walk, const struct tslot *slot, uint64_t times)
{
    walk->coster.has_guess = false;
    uint64_t rows = cost_rows(&walk->coster, slot->range->means.loop);
    walk->cost->guesses += walk->coster.has_guess;
    struct node_cost row = node_cost(walk, slot->row, cost_times(times, rows));
    struct node_cost other = { 0 };
    if (slot->otherwise != NULL) {
        other = node_cost(walk, slot->otherwise, times);
    }
    struct node_cost sum = {
        .doc = cost_most(cost_times(row.doc, rows), other.doc),
        .full = cost_most(cost_times(cost_add(row.slots, walk->frame->row), rows), other.full),
    };
    sum.full = cost_add(sum.full, walk->frame->list + statics_len(walk, slot->row));
    sum.into = sum.full;
    const struct tslot *key = key_of(slot);
    if (key != NULL) {
        uint64_t key_len = cost_add(pieces_len(&walk->coster, key->piece).json, walk->frame->text);
        uint64_t edit = cost_times(edit_row(walk->frame, key_len, &row), rows);
        sum.into = cost_most(sum.into, cost_add(edit, walk->frame->list));
    }
    return sum;
}

/* --- nodes ------------------------------------------------------------------------------------ */

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static struct node_cost node_cost(struct walk *walk, const struct tnode *node, uint64_t times)
{
    struct node_cost sum = { 0 };
    for (unsigned idx = 0; idx <= node->slot_count; idx++) {
        sum.doc = cost_add(sum.doc, node->statics[idx].len);
    }
    for (const struct tslot *slot = node->slot; slot != NULL; slot = slot->next) {
        static struct node_cost (*const of[])(struct walk *, const struct tslot *, uint64_t) = {
            [TMPL_TEXT] = text_cost, [TMPL_COND] = cond_cost, [TMPL_LIST] = list_cost
        };
        WICK_ASSERT(slot->kind < WICK_COUNT_OF(of));
        struct node_cost one = of[slot->kind](walk, slot, times);
        bool is_marked = walk->has_marks && slot->place == TMPL_IN_CONTENT;
        sum.doc = cost_add(sum.doc, cost_add(one.doc, is_marked ? MARKS : 0));
        sum.slots = cost_add(sum.slots, cost_add(one.full, walk->has_statics ? SLOT_NUMBER : 1));
        sum.into = cost_add(sum.into, cost_add(cost_most(one.full, one.into), SLOT_NUMBER));
    }
    sum.full = cost_add(sum.slots, walk->frame->node + statics_len(walk, node));
    return sum;
}

/* Head and tail of the document have no marks and stand in no message. */
static uint64_t outside_len(struct walk *walk, const struct tnode *node)
{
    struct walk plain = *walk;
    plain.has_marks = false;
    return node == NULL ? 0 : node_cost(&plain, node, 1).doc;
}

static void cost_of_wire(struct walk *walk, const struct tree *tree, bool has_forms)
{
    struct cost *cost = walk->cost;
    cost->guesses = 0; /* each wire counts them again */
    uint64_t document = cost_add(outside_len(walk, tree->head), outside_len(walk, tree->tail));
    struct node_cost root = node_cost(walk, tree->root, 1);
    uint64_t numbers = (uint64_t)tree->root->slot_count * SLOT_NUMBER;
    uint64_t around = ENVELOPE + (has_forms ? TMPL_FORM_ERRORS * (uint64_t)FIELD_ERROR : 0);
    document = cost_add(cost_add(document, root.doc), ATTRIBUTES);
    cost->document = cost_most(cost->document, document);
    cost->snapshot = cost_most(cost->snapshot, cost_add(cost_add(root.full, numbers), around));
    cost->update = cost_most(cost->update, cost_add(root.into, around));
}

void cost_of(struct wc *wc, const struct tree *tree, const struct forms *forms,
             const struct types *types, struct cost *out)
{
    *out = (struct cost){ 0 };
    WICK_ASSERT(tree->root != NULL);
    bool has_forms = forms != NULL && forms->action != NULL;
    unsigned idx = 0;
    do { /* a template without a page: as wire wick would send it */
        const struct wire *wire = idx < wc->dir.wire_count ? wc->dir.wire[idx] : &wire_wick;
        struct walk walk = { .coster = { .wc = wc, .types = types, .root = tree->source },
                             .cost = out,
                             .frame = &frames[wire->has_statics_file ? 0 : 1],
                             .has_statics = !wire->has_statics_file,
                             .has_marks = wire->has_marks };
        cost_of_wire(&walk, tree, has_forms);
        idx++;
    } while (idx < wc->dir.wire_count);
}

/* --- what is said ----------------------------------------------------------------------------- */

static const char *bytes_text(struct wc *wc, uint64_t bytes)
{
    return bytes == UINT64_MAX ? "over 10^19" : wc_format(wc, "%llu", (unsigned long long)bytes);
}

static const char *most_text(struct wc *wc, const struct cost *cost)
{
    const char *each = bytes_text(wc, cost->most_len);
    return cost->most_rows == 1 ? wc_format(wc, "%s bytes", each)
                                : wc_format(wc, "%s bytes in each of %s rows", each,
                                            bytes_text(wc, cost->most_rows));
}

const char *cost_text(struct wc *wc, const struct cost *cost)
{
    const char *text = wc_format(wc, "%10s %10s %10s", bytes_text(wc, cost->document),
                                 bytes_text(wc, cost->snapshot), bytes_text(wc, cost->update));
    if (cost->most != NULL && cost->most->pos.src != NULL) {
        text = wc_format(wc, "%s  %s:%u:%u: %s", text, cost->most->pos.src->path,
                         pos_line(cost->most->pos), pos_col(cost->most->pos), most_text(wc, cost));
    }
    if (cost->guesses > 0) {
        text = wc_format(wc, "%s; texts of unknown length in %u slot%s counted as %d bytes each",
                         text, cost->guesses, cost->guesses == 1 ? "" : "s", COST_TEXT_LEN);
    }
    return text;
}

void cost_warn(struct wc *wc, const struct cost *cost, const struct cost_budget *budget)
{
    uint64_t page = cost_most(cost->document, cost->snapshot);
    if (budget->page > 0 && page > (uint64_t)budget->page && cost->most != NULL) {
        wc_warning(wc, cost->most->pos,
                   "this page may come to %s bytes, the profile's WICK_PAGE_BUDGET is %lld: most "
                   "is this, %s; make the text or the list shorter, or raise the budget",
                   bytes_text(wc, page), (long long)budget->page, most_text(wc, cost));
    }
    if (budget->text > 0 && cost->longest != NULL && cost->longest_len > (uint64_t)budget->text) {
        wc_warning(wc, cost->longest->pos,
                   "this text may come to %s bytes, more than the WICK_UPDATE_CAP (%lld) of the "
                   "profile: then the page is answered with 500; make it shorter, or put its "
                   "{{range}} into element content, where each row is sent on its own",
                   bytes_text(wc, cost->longest_len), (long long)budget->text);
    }
}
