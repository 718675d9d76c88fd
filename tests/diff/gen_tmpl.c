/* gen_tmpl.c - random templates: the tables that wickc would write for them. */
#include "gen_priv.h"

#include <string.h>

enum {
    NODES = 200,
    SLOTS = 400,
    STRS = 1200,
    DEPS = 6000,
    BRANCHES = 300,
    CHARS = 1 << 17,
    NODE_SLOTS = 14
};

/* The value of an attribute: text, slot, text, slot, text. */
struct attr {
    const char *name; /* NULL: the slot is none */
    uint16_t first, count;
    char part[3][16];
};

static struct {
    struct tmpl_node node[NODES];
    const struct tmpl_node *node_ptr[NODES];
    struct tmpl_slot slot[SLOTS];
    struct attr attr[SLOTS]; /* of slot */
    struct tmpl_list list[SLOTS];
    struct str str[STRS];
    struct tmpl_dep dep[DEPS];
    const struct tmpl_node *branch[BRANCHES];
    char chars[CHARS];
    uint32_t expr_count, node_count, slot_count, str_count, dep_count, branch_count, char_count,
        list_count;
    struct tmpl tmpl;
} gen;

static struct tmpl_deps keep_deps(const struct gen_deps *set)
{
    WICK_ASSERT(gen.dep_count + set->count <= DEPS);
    struct tmpl_dep *dep = &gen.dep[gen.dep_count];
    memcpy(dep, set->dep, set->count * sizeof *dep);
    gen.dep_count += set->count;
    return (struct tmpl_deps){ dep, set->count, set->index_mask != 0 };
}

/* --- nodes ------------------------------------------------------------------------------------ */

/* A node that is being written: statics[0..slot_count], the last one still grows in text. */
struct draft {
    struct tmpl_slot slot[NODE_SLOTS];
    struct attr attr[NODE_SLOTS];
    struct str statics[NODE_SLOTS + 1];
    char text[1024];
    size_t text_len;
    uint16_t slot_count;
    struct gen_deps deps;
    /* where it is */
    uint32_t depth;   /* rows around it */
    uint32_t nest;    /* nodes around it */
    bool has_no_list; /* none allowed below */
};

static struct str keep_text(const char *text, size_t len)
{
    WICK_ASSERT(gen.char_count + len <= CHARS);
    char *to = &gen.chars[gen.char_count];
    memcpy(to, text, len);
    gen.char_count += (uint32_t)len;
    return (struct str){ to, len };
}

static void put(struct draft *draft, const char *text)
{
    const size_t len = strlen(text);
    WICK_ASSERT(draft->text_len + len < sizeof draft->text);
    memcpy(draft->text + draft->text_len, text, len);
    draft->text_len += len;
}

static void put_word(struct draft *draft)
{
    static const char *const words[] = { "alpha ",         "<p>beta</p>", "&amp;", "\n  ",
                                         "\"quoted\" \\ ", "gamma",       "<hr>" };
    put(draft, words[gen_random(WICK_COUNT_OF(words))]);
}

static struct tmpl_slot *add_slot(struct draft *draft, enum tmpl_slot_kind kind,
                                  enum tmpl_place place)
{
    WICK_ASSERT(draft->slot_count < NODE_SLOTS);
    draft->statics[draft->slot_count] = keep_text(draft->text, draft->text_len);
    draft->text_len = 0;
    struct tmpl_slot *slot = &draft->slot[draft->slot_count];
    draft->attr[draft->slot_count] = (struct attr){ .name = NULL };
    draft->slot_count++;
    *slot = (struct tmpl_slot){ .kind = (uint8_t)kind, .place = (uint8_t)place };
    return slot;
}

static void end_slot(struct draft *draft, struct tmpl_slot *slot, const struct gen_deps *own,
                     const struct gen_deps *all)
{
    slot->own = keep_deps(own);
    slot->all = keep_deps(all);
    for (uint16_t idx = 0; idx < all->count; idx++) {
        slot->flags |=
            all->dep[idx].part == TMPL_VIEW || all->dep[idx].part == TMPL_FORM ? TMPL_PRIVATE : 0;
    }
    gen_add_set(&draft->deps, all, 31 - TMPL_ROW);
}

static uint32_t new_expr(const struct draft *draft)
{
    WICK_ASSERT(gen.expr_count < GEN_FUNCTIONS);
    struct gen_expr *expr = &gen_expr[gen.expr_count];
    *expr = (struct gen_expr){ .a = (uint8_t)gen_random(200),
                               .b = (uint8_t)gen_random(200),
                               .part = gen_random(3) == 0 };
    if (draft->depth > 0 && gen_random(6) != 0) {
        expr->depth = (uint8_t)(draft->depth - (gen_random(5) == 0 ? gen_random(draft->depth) : 0));
    }
    return gen.expr_count++;
}

static void add_text_slot(struct draft *draft, enum gen_what what, enum tmpl_place place)
{
    struct tmpl_slot *slot = add_slot(draft, TMPL_TEXT, place);
    const uint32_t at = new_expr(draft);
    struct gen_expr *expr = &gen_expr[at];
    struct gen_deps set = { .count = 0 };
    expr->what = (uint8_t)what;
    if (what == PUT_INDEX && expr->depth == 0) {
        expr->what = PUT_CONST;
    }
    if (what == PUT_KEY || what == PUT_ID) {
        expr->depth = (uint8_t)draft->depth;
    }
    slot->put = gen_function[at].put;
    gen_add_put(&set, expr);
    end_slot(draft, slot, &set, &set);
}

static enum gen_what random_what(void)
{
    static const uint8_t what[] = { PUT_NUM,  PUT_NUM,  PUT_TENTH, PUT_TENTH, PUT_TEXT,
                                    PUT_TEXT, PUT_BOTH, PUT_CONST, PUT_INDEX };
    return (enum gen_what)what[gen_random(gen_random(4) == 0 ? 9 : 8)];
}

static void add_attr(struct draft *draft, bool has_two)
{
    struct attr attr = { .name = "title",
                         .first = draft->slot_count,
                         .count = has_two ? 2 : 1,
                         .part = { "t ", " - ", "" } };
    put(draft, " title=\"t ");
    add_text_slot(draft, random_what(), TMPL_IN_ATTR);
    draft->attr[attr.first] = attr;
    if (has_two) {
        put(draft, " - ");
        add_text_slot(draft, random_what(), TMPL_IN_ATTR);
        draft->attr[attr.first + 1] = attr;
    } else {
        attr.part[1][0] = '\0';
        draft->attr[attr.first] = attr;
    }
    put(draft, "\"");
}

static const struct tmpl_node *random_node(uint32_t depth, uint32_t nest, bool has_no_list,
                                           struct gen_deps *deps);
static const struct tmpl_node *random_row(const struct draft *around, struct tmpl_list *list,
                                          bool is_direct, struct gen_deps *deps);

static void add_branches(struct draft *draft)
{
    struct gen_deps own = { .count = 0 }, all;
    struct tmpl_slot *slot = add_slot(draft, TMPL_COND, TMPL_IN_CONTENT);
    const uint32_t at = new_expr(draft), count = gen_random(3) + 1, first = gen.branch_count;
    gen_expr[at].branches = (uint8_t)count;
    gen_add_num(&own, &gen_expr[at]);
    all = own;
    WICK_ASSERT(first + count <= BRANCHES);
    gen.branch_count += count;
    for (uint32_t idx = 0; idx < count; idx++) {
        struct gen_deps below = { .count = 0 };
        gen.branch[first + idx] =
            random_node(draft->depth, draft->nest + 1, draft->has_no_list, &below);
        gen_add_set(&all, &below, 31 - TMPL_ROW);
    }
    slot->pick = gen_function[at].pick;
    slot->branch = &gen.branch[first];
    slot->branch_count = (uint8_t)count;
    end_slot(draft, slot, &own, &all);
}

static void add_list(struct draft *draft)
{
    struct gen_deps own = { .count = 0 }, all, below = { .count = 0 };
    const bool is_direct = draft->nest == 0 && gen_random(2) == 0,
               has_tag = is_direct || gen_random(2) == 0;
    put(draft, has_tag ? "<section>" : "");
    struct tmpl_slot *slot = add_slot(draft, TMPL_LIST, TMPL_IN_CONTENT);
    const uint32_t at = new_expr(draft);
    struct gen_expr *expr = &gen_expr[at];
    struct tmpl_list *list = &gen.list[gen.list_count++];
    static const uint32_t size[] = { sizeof(struct gen_row0), sizeof(struct gen_row1),
                                     sizeof(struct gen_row2), sizeof(struct gen_row3) };
    static const uint32_t cap[] = { GEN_ROWS_0, GEN_ROWS_1, GEN_ROWS_2, GEN_ROWS_3 };
    expr->depth = (uint8_t)draft->depth; /* the list of the innermost row */
    *list = (struct tmpl_list){ .depth = (uint8_t)draft->depth,
                                .row_size = size[draft->depth],
                                .cap = cap[draft->depth],
                                .rows = gen_function[at].rows };
    gen_add_rows(&own, expr);
    if (gen_random(4) == 0) {
        list->flow = gen_function[at].flow;
        gen_add_flow(&own, expr);
    }
    all = own;
    list->row = random_row(draft, list, is_direct, &below);
    list->is_closed = below.index_mask == 0;
    for (uint16_t idx = 0; idx < below.count; idx++) {
        list->is_closed = list->is_closed && below.dep[idx].part == TMPL_ROW + draft->depth;
    }
    gen_add_set(&all, &below, draft->depth);
    if (!is_direct && gen_random(3) == 0) {
        below = (struct gen_deps){ .count = 0 };
        list->otherwise = random_node(draft->depth, draft->nest + 1, draft->has_no_list, &below);
        gen_add_set(&all, &below, 31 - TMPL_ROW);
    }
    slot->list = list;
    end_slot(draft, slot, &own, &all);
    slot->flags |= is_direct ? TMPL_LT_DIRECT : 0;
    put(draft, has_tag ? "</section>" : "");
}

static void add_item(struct draft *draft)
{
    const bool can_nest = draft->nest < 4 && gen.expr_count < GEN_FUNCTIONS / 2;
    const uint32_t what = gen_random(can_nest ? 11 : 6);
    if (gen.expr_count >= GEN_FUNCTIONS - 40) {
        put_word(draft);
    } else if (what == 0) {
        put_word(draft);
    } else if (what == 1) {
        add_text_slot(draft, random_what(), TMPL_IN_CONTENT);
    } else if (what == 2) {
        put(draft, "<b>");
        add_text_slot(draft, random_what(), TMPL_IN_ELEMENT);
        put(draft, "</b>");
    } else if (what == 3) {
        put(draft, "<i");
        add_attr(draft, gen_random(3) == 0);
        put(draft, ">t</i>");
    } else if (what == 4) {
        put(draft, "<a");
        add_attr(draft, false);
        put(draft, ">");
        add_text_slot(draft, random_what(), TMPL_IN_ELEMENT);
        put(draft, "</a>");
    } else if (what == 5) {
        put(draft, "<u ");
        add_text_slot(draft, PUT_ATTRS, TMPL_IN_TAG);
        put(draft, ">t</u>");
    } else if (what < 8 || draft->depth >= WICK_ROW_DEPTH_MAX || draft->has_no_list) {
        add_branches(draft);
    } else {
        add_list(draft);
    }
}

static void add_items(struct draft *draft, uint32_t count)
{
    while (count-- > 0 && draft->slot_count + 2 < NODE_SLOTS && draft->text_len < 400) {
        add_item(draft);
    }
}

static void put_statics_json(struct buf *out, const struct tmpl_node *node)
{
    for (uint32_t idx = 0; idx <= node->slot_count; idx++) {
        buf_put_u8(out, idx == 0 ? '[' : ',');
        buf_put_json_str(out, node->statics[idx]);
    }
    buf_put_u8(out, ']');
}

static const struct tmpl_node *end_node(struct draft *draft, struct gen_deps *deps)
{
    static char json[1 << 14];
    struct buf out;
    WICK_ASSERT(gen.node_count < NODES && gen.slot_count + draft->slot_count <= SLOTS &&
                gen.str_count + draft->slot_count < STRS);
    struct tmpl_node *node = &gen.node[gen.node_count];
    draft->statics[draft->slot_count] = keep_text(draft->text, draft->text_len);
    memcpy(&gen.slot[gen.slot_count], draft->slot, draft->slot_count * sizeof *draft->slot);
    memcpy(&gen.attr[gen.slot_count], draft->attr, draft->slot_count * sizeof *draft->attr);
    memcpy(&gen.str[gen.str_count], draft->statics,
           (draft->slot_count + 1u) * sizeof *draft->statics);
    *node = (struct tmpl_node){ .id = (uint16_t)gen.node_count,
                                .slot_count = draft->slot_count,
                                .slot = &gen.slot[gen.slot_count],
                                .statics = &gen.str[gen.str_count],
                                .fingerprint = gen.node_count };
    gen.node_ptr[gen.node_count++] = node;
    gen.slot_count += draft->slot_count;
    gen.str_count += draft->slot_count + 1u;
    buf_init(&out, json, sizeof json);
    put_statics_json(&out, node);
    node->statics_json = keep_text(json, out.len);
    *deps = draft->deps;
    return node;
}

static const struct tmpl_node *random_node(uint32_t depth, uint32_t nest, bool has_no_list,
                                           struct gen_deps *deps)
{
    struct draft draft = { .depth = depth, .nest = nest, .has_no_list = has_no_list };
    if (nest == 0 && gen_random(2) == 0) {
        add_list(&draft); /* in front of all, where @livetemplate/client may patch it directly */
    }
    add_items(&draft, nest == 0 ? gen_random(8) + 4 : gen_random(4));
    return end_node(&draft, deps);
}

static const struct tmpl_node *random_row(const struct draft *around, struct tmpl_list *list,
                                          bool is_direct, struct gen_deps *deps)
{
    struct draft draft = { .depth = around->depth + 1,
                           .nest = around->nest + 1,
                           .has_no_list = is_direct };
    const uint32_t style = is_direct ? 0 : gen_random(6);
    const uint32_t salt = gen.expr_count % 255 + 1;
    if (style < 3) { /* an element with its key */
        struct attr attr = { .name = "data-key", .count = 1 };
        if (!is_direct) {
            struct buf part;
            buf_init(&part, attr.part[0], sizeof attr.part[0] - 1);
            buf_put_text(&part, "A");
            buf_put_u64(&part, salt);
            buf_put_text(&part, "-");
        }
        put(&draft, "<article data-key=\"");
        put(&draft, attr.part[0]);
        add_text_slot(&draft, PUT_KEY, TMPL_IN_ATTR);
        gen_expr[gen.expr_count - 1].salt = is_direct ? (uint8_t)salt : 0;
        draft.attr[0] = attr;
        put(&draft, "\">");
    } else if (style == 3) { /* no element: its key is a text in it */
        put(&draft, "<b>");
        add_text_slot(&draft, random_what(), TMPL_IN_ELEMENT);
        put(&draft, "</b>");
        add_text_slot(&draft, PUT_KEY, TMPL_IN_CONTENT);
    }
    if (style == 4) { /* a number that may come twice */
        put(&draft, "<b>");
        add_text_slot(&draft, PUT_ID, TMPL_IN_ELEMENT);
        put(&draft, "</b>");
    }
    list->has_key = style <= 4;
    list->is_key_exact = style == 4;
    list->key_slot = style == 3 ? 1 : 0;
    add_items(&draft, gen_random(4));
    put(&draft, style < 3 ? "</article>" : "");
    return end_node(&draft, deps);
}

/* --- the statics file (docs/wire-wick.md) ----------------------------------------------------- */

static void put_slot_json(struct buf *out, const struct tmpl_slot *slot)
{
    const struct attr *attr = &gen.attr[slot - gen.slot];
    if (slot->kind == TMPL_COND) {
        buf_put_text(out, "3");
    } else if (slot->kind == TMPL_LIST) {
        buf_put_text(out, "[4,");
        buf_put_u64(out, slot->list->row->id);
        buf_put_text(out, ",");
        buf_put_i64(out, slot->list->has_key ? slot->list->key_slot : -1);
        buf_put_text(out, ",");
        buf_put_i64(out, slot->list->otherwise != NULL ? slot->list->otherwise->id : -1);
        buf_put_text(out, "]");
    } else if (attr->name != NULL) {
        buf_put_text(out, "[");
        buf_put_json_str(out, str_of(attr->name));
        buf_put_text(out, ",[");
        for (uint32_t idx = 0; idx <= attr->count; idx++) {
            if (idx > 0) {
                buf_put_text(out, ",");
                buf_put_u64(out, attr->first + idx - 1u);
            }
            if (attr->part[idx][0] != '\0') {
                buf_put_text(out, idx > 0 ? "," : "");
                buf_put_json_str(out, str_of(attr->part[idx]));
            } else if (idx == 0) {
                buf_put_text(out, "\"\"");
            }
        }
        buf_put_text(out, "]]");
    } else {
        buf_put_text(out, slot->place == TMPL_IN_CONTENT   ? "0"
                          : slot->place == TMPL_IN_ELEMENT ? "1"
                                                           : "2");
    }
}

static struct str statics_file(void)
{
    static char json[1 << 18];
    struct buf out;
    buf_init(&out, json, sizeof json);
    buf_put_text(&out, "{\"root\":");
    buf_put_u64(&out, gen.tmpl.root->id);
    buf_put_text(&out, ",\"nodes\":[");
    for (uint32_t idx = 0; idx < gen.node_count; idx++) {
        const struct tmpl_node *node = gen.node_ptr[idx];
        buf_put_text(&out, idx == 0 ? "[" : ",[");
        buf_put_str(&out, node->statics_json);
        buf_put_text(&out, ",[");
        for (uint32_t slot = 0; slot < node->slot_count; slot++) {
            buf_put_text(&out, slot == 0 ? "" : ",");
            put_slot_json(&out, &node->slot[slot]);
        }
        buf_put_text(&out, "]]");
    }
    buf_put_text(&out, "]}");
    WICK_ASSERT(out.err == WICK_OK);
    return buf_str(&out);
}

const struct tmpl *gen_template(void)
{
    struct gen_deps deps = { .count = 0 };
    memset(&gen, 0, sizeof gen);
    const struct tmpl_node *root = random_node(0, 0, false, &deps);
    gen.tmpl = (struct tmpl){ .name = "random",
                              .root = root,
                              .node = gen.node_ptr,
                              .node_count = (uint16_t)gen.node_count,
                              .device_size = sizeof(struct gen_part),
                              .view_size = sizeof(struct gen_part) };
    gen.tmpl.statics_file = statics_file();
    return &gen.tmpl;
}
