/* gen_tmpl.c - random templates: the tables that wickc would write for them. */
#include "gen.h"

#include <string.h>

enum {
    FUNCTIONS = 256, NODES = 200, SLOTS = 400, STRS = 1200, DEPS = 6000, BRANCHES = 300, CHARS = 1 << 17,
    NODE_SLOTS = 14, SET_DEPS = 80
};

enum what { PUT_NUM, PUT_TENTH, PUT_TEXT, PUT_BOTH, PUT_INDEX, PUT_CONST, PUT_KEY, PUT_ID, PUT_ATTRS };

/* What a function of the template reads. */
struct expr {
    uint8_t what;     /* enum what */
    uint8_t depth;    /* of the row it reads + 1; 0: part */
    uint8_t part;
    uint8_t a, b;     /* number, text */
    uint8_t branches; /* COND */
    uint8_t salt;     /* PUT_KEY: written before the key unless 0 */
};

/* The value of an attribute: text, slot, text, slot, text. */
struct attr {
    const char *name; /* NULL: the slot is none */
    uint16_t first, count;
    char part[3][16];
};

struct dep_set {
    struct tmpl_dep dep[SET_DEPS];
    uint16_t count;
    uint32_t index_mask; /* depths whose index is read */
};

static struct {
    struct expr expr[FUNCTIONS];
    struct tmpl_node node[NODES];
    const struct tmpl_node *node_ptr[NODES];
    struct tmpl_slot slot[SLOTS];
    struct attr attr[SLOTS]; /* of slot */
    struct tmpl_list list[SLOTS];
    struct str str[STRS];
    struct tmpl_dep dep[DEPS];
    const struct tmpl_node *branch[BRANCHES];
    char chars[CHARS];
    uint32_t expr_count, node_count, slot_count, str_count, dep_count, branch_count, char_count, list_count;
    struct tmpl tmpl;
} gen;

/* --- the functions of the slots --- */

static const struct gen_row *row_of(const struct expr *expr, const struct tmpl_ctx *ctx)
{
    return ctx->row[expr->depth - 1];
}

static uint32_t num_of(const struct expr *expr, const struct tmpl_ctx *ctx)
{
    const struct gen_part *part = ctx->part[expr->part];
    return expr->depth == 0 ? part->num[expr->a % GEN_NUMS] : row_of(expr, ctx)->num[expr->a % 3];
}

static struct str text_of(const struct expr *expr, const struct tmpl_ctx *ctx)
{
    const struct gen_part *part = ctx->part[expr->part];
    return str_of_field(expr->depth == 0 ? part->text[expr->b % GEN_TEXTS] : row_of(expr, ctx)->text, GEN_TEXT_CAP);
}

static void put_escaped(struct buf *out, struct str text)
{
    for (size_t idx = 0; idx < text.len; idx++) {
        const char byte = text.ptr[idx];
        const char *entity = byte == '&' ? "&amp;" : byte == '<' ? "&lt;" : byte == '>' ? "&gt;" : byte == '"' ? "&#34;" : byte == '\'' ? "&#39;" : NULL;
        if (entity != NULL) {
            buf_put_text(out, entity);
        } else {
            buf_put_u8(out, (uint8_t)byte);
        }
    }
}

static void gen_put(const struct expr *expr, struct buf *out, const struct tmpl_ctx *ctx)
{
    switch ((enum what)expr->what) {
    case PUT_NUM:
    case PUT_ID:
        buf_put_u64(out, num_of(expr, ctx));
        return;
    case PUT_TENTH:
        buf_put_u64(out, num_of(expr, ctx) / 40);
        return;
    case PUT_TEXT:
        put_escaped(out, text_of(expr, ctx));
        return;
    case PUT_BOTH:
        put_escaped(out, text_of(expr, ctx));
        buf_put_u64(out, num_of(expr, ctx));
        return;
    case PUT_INDEX:
        buf_put_u64(out, ctx->idx[expr->depth - 1]);
        return;
    case PUT_CONST:
        buf_put_text(out, "always");
        return;
    case PUT_KEY:
        if (expr->salt != 0) {
            buf_put_text(out, "L");
            buf_put_u64(out, expr->salt);
            buf_put_text(out, "-");
        }
        put_escaped(out, str_of_field(row_of(expr, ctx)->key, GEN_TEXT_CAP));
        return;
    case PUT_ATTRS: {
        const uint32_t num = num_of(expr, ctx);
        buf_put_text(out, num % 2 == 0 ? "hidden" : "");
        if (num % 3 == 0) {
            buf_put_text(out, " lang=\"");
            put_escaped(out, text_of(expr, ctx));
            buf_put_text(out, "\"");
        }
        return;
    }
    }
}

static unsigned gen_pick(const struct expr *expr, const struct tmpl_ctx *ctx)
{
    return num_of(expr, ctx) / 7 % (expr->branches + 1u);
}

static struct tmpl_rows gen_rows(const struct expr *expr, const struct tmpl_ctx *ctx)
{
    if (expr->depth == 0) {
        const struct gen_list0 *list = &((const struct gen_part *)ctx->part[expr->part])->list[expr->a % GEN_LISTS];
        return (struct tmpl_rows){list->row, list->len, list->dropped};
    }
    const uint32_t *list = (const void *)(row_of(expr, ctx) + 1);
    return (struct tmpl_rows){list + 2, list[0], list[1]};
}

#define FN(x)                                                                                                          \
    static void put_##x(struct buf *out, const struct tmpl_ctx *ctx) { gen_put(&gen.expr[0x##x], out, ctx); }          \
    static unsigned pick_##x(const struct tmpl_ctx *ctx) { return gen_pick(&gen.expr[0x##x], ctx); }                   \
    static struct tmpl_rows rows_##x(const struct tmpl_ctx *ctx) { return gen_rows(&gen.expr[0x##x], ctx); }
#define IN_TABLE(x) {put_##x, pick_##x, rows_##x},
#define EACH_LOW(X, h) \
    X(h##0) X(h##1) X(h##2) X(h##3) X(h##4) X(h##5) X(h##6) X(h##7) X(h##8) X(h##9) X(h##a) X(h##b) X(h##c) X(h##d) X(h##e) X(h##f)
#define EACH(X)                                                                                                        \
    EACH_LOW(X, 0) EACH_LOW(X, 1) EACH_LOW(X, 2) EACH_LOW(X, 3) EACH_LOW(X, 4) EACH_LOW(X, 5) EACH_LOW(X, 6)           \
    EACH_LOW(X, 7) EACH_LOW(X, 8) EACH_LOW(X, 9) EACH_LOW(X, a) EACH_LOW(X, b) EACH_LOW(X, c) EACH_LOW(X, d)           \
    EACH_LOW(X, e) EACH_LOW(X, f)
EACH(FN)
static const struct {
    tmpl_put_fn put;
    tmpl_pick_fn pick;
    tmpl_rows_fn rows;
} function[FUNCTIONS] = {EACH(IN_TABLE)};

/* --- what they depend on --- */

static void add_dep(struct dep_set *set, uint32_t part, size_t off, size_t size)
{
    for (uint16_t idx = 0; idx < set->count; idx++) {
        if (set->dep[idx].part == part && set->dep[idx].off == off && set->dep[idx].size == size) {
            return;
        }
    }
    WICK_ASSERT(set->count < SET_DEPS);
    set->dep[set->count++] = (struct tmpl_dep){(uint8_t)part, (uint32_t)off, (uint32_t)size};
}

static void add_num(struct dep_set *set, const struct expr *expr)
{
    const size_t off = expr->depth == 0 ? offsetof(struct gen_part, num) + expr->a % GEN_NUMS * 4u : offsetof(struct gen_row, num) + expr->a % 3 * 4u;
    add_dep(set, expr->depth == 0 ? expr->part : TMPL_ROW + expr->depth - 1u, off, 4);
}

static void add_text(struct dep_set *set, const struct expr *expr)
{
    const size_t off = expr->depth == 0 ? offsetof(struct gen_part, text) + expr->b % GEN_TEXTS * (size_t)GEN_TEXT_CAP : offsetof(struct gen_row, text);
    add_dep(set, expr->depth == 0 ? expr->part : TMPL_ROW + expr->depth - 1u, off, GEN_TEXT_CAP);
}

static void add_put(struct dep_set *set, const struct expr *expr)
{
    switch ((enum what)expr->what) {
    case PUT_NUM:
    case PUT_ID:
    case PUT_TENTH:
        add_num(set, expr);
        return;
    case PUT_TEXT:
        add_text(set, expr);
        return;
    case PUT_BOTH:
    case PUT_ATTRS:
        add_num(set, expr);
        add_text(set, expr);
        return;
    case PUT_INDEX:
        set->index_mask |= 1u << (expr->depth - 1);
        return;
    case PUT_CONST:
        return;
    case PUT_KEY:
        add_dep(set, TMPL_ROW + expr->depth - 1u, offsetof(struct gen_row, key), GEN_TEXT_CAP);
        return;
    }
}

static void add_rows(struct dep_set *set, const struct expr *expr)
{
    static const size_t size[] = {sizeof(struct gen_list0), sizeof(struct gen_list1), sizeof(struct gen_list2), sizeof(struct gen_list3)};
    const size_t off = expr->depth == 0 ? offsetof(struct gen_part, list) + expr->a % GEN_LISTS * size[0] : sizeof(struct gen_row);
    add_dep(set, expr->depth == 0 ? expr->part : TMPL_ROW + expr->depth - 1u, off, size[expr->depth]);
}

/* All of from but what rows of depth and below it read: that is part of the list. */
static void add_set(struct dep_set *set, const struct dep_set *from, uint32_t depth)
{
    for (uint16_t idx = 0; idx < from->count; idx++) {
        if (from->dep[idx].part < TMPL_ROW + depth) {
            add_dep(set, from->dep[idx].part, from->dep[idx].off, from->dep[idx].size);
        }
    }
    set->index_mask |= from->index_mask & ((1u << depth) - 1);
}

static struct tmpl_deps keep_deps(const struct dep_set *set)
{
    WICK_ASSERT(gen.dep_count + set->count <= DEPS);
    struct tmpl_dep *dep = &gen.dep[gen.dep_count];
    memcpy(dep, set->dep, set->count * sizeof *dep);
    gen.dep_count += set->count;
    return (struct tmpl_deps){dep, set->count, set->index_mask != 0};
}

/* --- nodes --- */

/* A node that is being written: statics[0..slot_count], the last one still grows in text. */
struct draft {
    struct tmpl_slot slot[NODE_SLOTS];
    struct attr attr[NODE_SLOTS];
    struct str statics[NODE_SLOTS + 1];
    char text[1024];
    size_t text_len;
    uint16_t slot_count;
    struct dep_set deps;
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
    return (struct str){to, len};
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
    static const char *const words[] = {"alpha ", "<p>beta</p>", "&amp;", "\n  ", "\"quoted\" \\ ", "gamma", "<hr>"};
    put(draft, words[gen_random(WICK_COUNT_OF(words))]);
}

static struct tmpl_slot *add_slot(struct draft *draft, enum tmpl_slot_kind kind, enum tmpl_place place)
{
    WICK_ASSERT(draft->slot_count < NODE_SLOTS);
    draft->statics[draft->slot_count] = keep_text(draft->text, draft->text_len);
    draft->text_len = 0;
    struct tmpl_slot *slot = &draft->slot[draft->slot_count];
    draft->attr[draft->slot_count] = (struct attr){.name = NULL};
    draft->slot_count++;
    *slot = (struct tmpl_slot){.kind = (uint8_t)kind, .place = (uint8_t)place};
    return slot;
}

static void end_slot(struct draft *draft, struct tmpl_slot *slot, const struct dep_set *own, const struct dep_set *all)
{
    slot->own = keep_deps(own);
    slot->all = keep_deps(all);
    for (uint16_t idx = 0; idx < all->count; idx++) {
        slot->flags |= all->dep[idx].part == TMPL_VIEW || all->dep[idx].part == TMPL_FORM ? TMPL_PRIVATE : 0;
    }
    add_set(&draft->deps, all, 31 - TMPL_ROW);
}

static uint32_t new_expr(const struct draft *draft)
{
    WICK_ASSERT(gen.expr_count < FUNCTIONS);
    struct expr *expr = &gen.expr[gen.expr_count];
    *expr = (struct expr){.a = (uint8_t)gen_random(200), .b = (uint8_t)gen_random(200), .part = gen_random(3) == 0};
    if (draft->depth > 0 && gen_random(6) != 0) {
        expr->depth = (uint8_t)(draft->depth - (gen_random(5) == 0 ? gen_random(draft->depth) : 0));
    }
    return gen.expr_count++;
}

static void add_text_slot(struct draft *draft, enum what what, enum tmpl_place place)
{
    struct tmpl_slot *slot = add_slot(draft, TMPL_TEXT, place);
    const uint32_t at = new_expr(draft);
    struct expr *expr = &gen.expr[at];
    struct dep_set set = {.count = 0};
    expr->what = (uint8_t)what;
    if (what == PUT_INDEX && expr->depth == 0) {
        expr->what = PUT_CONST;
    }
    if (what == PUT_KEY || what == PUT_ID) {
        expr->depth = (uint8_t)draft->depth;
    }
    slot->put = function[at].put;
    add_put(&set, expr);
    end_slot(draft, slot, &set, &set);
}

static enum what random_what(void)
{
    static const uint8_t what[] = {PUT_NUM, PUT_NUM, PUT_TENTH, PUT_TENTH, PUT_TEXT, PUT_TEXT, PUT_BOTH, PUT_CONST, PUT_INDEX};
    return (enum what)what[gen_random(gen_random(4) == 0 ? 9 : 8)];
}

static void add_attr(struct draft *draft, bool has_two)
{
    struct attr attr = {.name = "title", .first = draft->slot_count, .count = has_two ? 2 : 1, .part = {"t ", " - ", ""}};
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

static const struct tmpl_node *random_node(uint32_t depth, uint32_t nest, bool has_no_list, struct dep_set *deps);
static const struct tmpl_node *random_row(const struct draft *around, struct tmpl_list *list, bool is_direct, struct dep_set *deps);

static void add_branches(struct draft *draft)
{
    struct dep_set own = {.count = 0}, all;
    put(draft, "<!---->");
    struct tmpl_slot *slot = add_slot(draft, TMPL_COND, TMPL_IN_CONTENT);
    const uint32_t at = new_expr(draft), count = gen_random(3) + 1, first = gen.branch_count;
    gen.expr[at].branches = (uint8_t)count;
    add_num(&own, &gen.expr[at]);
    all = own;
    WICK_ASSERT(first + count <= BRANCHES);
    gen.branch_count += count;
    for (uint32_t idx = 0; idx < count; idx++) {
        struct dep_set below = {.count = 0};
        gen.branch[first + idx] = random_node(draft->depth, draft->nest + 1, draft->has_no_list, &below);
        add_set(&all, &below, 31 - TMPL_ROW);
    }
    slot->pick = function[at].pick;
    slot->branch = &gen.branch[first];
    slot->branch_count = (uint8_t)count;
    end_slot(draft, slot, &own, &all);
    put(draft, "<!--/-->");
}

static void add_list(struct draft *draft)
{
    struct dep_set own = {.count = 0}, all, below = {.count = 0};
    const bool is_direct = draft->nest == 0 && gen_random(2) == 0, has_tag = is_direct || gen_random(2) == 0;
    put(draft, has_tag ? "<section><!---->" : "<!---->");
    struct tmpl_slot *slot = add_slot(draft, TMPL_LIST, TMPL_IN_CONTENT);
    const uint32_t at = new_expr(draft);
    struct expr *expr = &gen.expr[at];
    struct tmpl_list *list = &gen.list[gen.list_count++];
    static const uint32_t size[] = {sizeof(struct gen_row0), sizeof(struct gen_row1), sizeof(struct gen_row2), sizeof(struct gen_row3)};
    static const uint32_t cap[] = {GEN_ROWS_0, GEN_ROWS_1, GEN_ROWS_2, GEN_ROWS_3};
    expr->depth = (uint8_t)draft->depth; /* the list of the innermost row */
    *list = (struct tmpl_list){.depth = (uint8_t)draft->depth, .row_size = size[draft->depth], .cap = cap[draft->depth], .rows = function[at].rows};
    add_rows(&own, expr);
    all = own;
    list->row = random_row(draft, list, is_direct, &below);
    list->is_closed = below.index_mask == 0;
    for (uint16_t idx = 0; idx < below.count; idx++) {
        list->is_closed = list->is_closed && below.dep[idx].part == TMPL_ROW + draft->depth;
    }
    add_set(&all, &below, draft->depth);
    if (!is_direct && gen_random(3) == 0) {
        below = (struct dep_set){.count = 0};
        list->otherwise = random_node(draft->depth, draft->nest + 1, draft->has_no_list, &below);
        add_set(&all, &below, 31 - TMPL_ROW);
    }
    slot->list = list;
    end_slot(draft, slot, &own, &all);
    slot->flags |= is_direct ? TMPL_LT_DIRECT : 0;
    put(draft, has_tag ? "<!--/--></section>" : "<!--/-->");
}

static void add_item(struct draft *draft)
{
    const bool can_nest = draft->nest < 4 && gen.expr_count < FUNCTIONS / 2;
    const uint32_t what = gen_random(can_nest ? 11 : 6);
    if (gen.expr_count >= FUNCTIONS - 40) {
        put_word(draft);
    } else if (what == 0) {
        put_word(draft);
    } else if (what == 1) {
        put(draft, "<!---->");
        add_text_slot(draft, random_what(), TMPL_IN_CONTENT);
        put(draft, "<!--/-->");
    } else if (what == 2) {
        put(draft, "<b data-w>");
        add_text_slot(draft, random_what(), TMPL_IN_ELEMENT);
        put(draft, "</b>");
    } else if (what == 3) {
        put(draft, "<i data-w");
        add_attr(draft, gen_random(3) == 0);
        put(draft, ">t</i>");
    } else if (what == 4) {
        put(draft, "<a data-w");
        add_attr(draft, false);
        put(draft, ">");
        add_text_slot(draft, random_what(), TMPL_IN_ELEMENT);
        put(draft, "</a>");
    } else if (what == 5) {
        put(draft, "<u data-w ");
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

static const struct tmpl_node *end_node(struct draft *draft, struct dep_set *deps)
{
    static char json[1 << 14];
    struct buf out;
    WICK_ASSERT(gen.node_count < NODES && gen.slot_count + draft->slot_count <= SLOTS && gen.str_count + draft->slot_count < STRS);
    struct tmpl_node *node = &gen.node[gen.node_count];
    draft->statics[draft->slot_count] = keep_text(draft->text, draft->text_len);
    memcpy(&gen.slot[gen.slot_count], draft->slot, draft->slot_count * sizeof *draft->slot);
    memcpy(&gen.attr[gen.slot_count], draft->attr, draft->slot_count * sizeof *draft->attr);
    memcpy(&gen.str[gen.str_count], draft->statics, (draft->slot_count + 1u) * sizeof *draft->statics);
    *node = (struct tmpl_node){.id = (uint16_t)gen.node_count, .slot_count = draft->slot_count, .slot = &gen.slot[gen.slot_count],
                               .statics = &gen.str[gen.str_count], .fingerprint = gen.node_count};
    gen.node_ptr[gen.node_count++] = node;
    gen.slot_count += draft->slot_count;
    gen.str_count += draft->slot_count + 1u;
    buf_init(&out, json, sizeof json);
    put_statics_json(&out, node);
    node->statics_json = keep_text(json, out.len);
    *deps = draft->deps;
    return node;
}

static const struct tmpl_node *random_node(uint32_t depth, uint32_t nest, bool has_no_list, struct dep_set *deps)
{
    struct draft draft = {.depth = depth, .nest = nest, .has_no_list = has_no_list};
    if (nest == 0 && gen_random(2) == 0) {
        add_list(&draft); /* in front of all, where @livetemplate/client may patch it directly */
    }
    add_items(&draft, nest == 0 ? gen_random(8) + 4 : gen_random(4));
    return end_node(&draft, deps);
}

static const struct tmpl_node *random_row(const struct draft *around, struct tmpl_list *list, bool is_direct, struct dep_set *deps)
{
    struct draft draft = {.depth = around->depth + 1, .nest = around->nest + 1, .has_no_list = is_direct};
    const uint32_t style = is_direct ? 0 : gen_random(6);
    const uint32_t salt = gen.expr_count % 255 + 1;
    if (style < 3) { /* an element with its key */
        struct attr attr = {.name = "data-key", .count = 1};
        if (!is_direct) {
            struct buf part;
            buf_init(&part, attr.part[0], sizeof attr.part[0] - 1);
            buf_put_text(&part, "A");
            buf_put_u64(&part, salt);
            buf_put_text(&part, "-");
        }
        put(&draft, "<article data-w data-key=\"");
        put(&draft, attr.part[0]);
        add_text_slot(&draft, PUT_KEY, TMPL_IN_ATTR);
        gen.expr[gen.expr_count - 1].salt = is_direct ? (uint8_t)salt : 0;
        draft.attr[0] = attr;
        put(&draft, "\">");
    } else if (style == 3) { /* no element: its key is a text in it */
        put(&draft, "<b data-w>");
        add_text_slot(&draft, random_what(), TMPL_IN_ELEMENT);
        put(&draft, "</b><!---->");
        add_text_slot(&draft, PUT_KEY, TMPL_IN_CONTENT);
        put(&draft, "<!--/-->");
    }
    if (style == 4) { /* a number that may come twice */
        put(&draft, "<b data-w>");
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

/* --- the statics file (docs/wire-wick.md) --- */

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
        buf_put_text(out, slot->place == TMPL_IN_CONTENT ? "0" : slot->place == TMPL_IN_ELEMENT ? "1" : "2");
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
    struct dep_set deps = {.count = 0};
    memset(&gen, 0, sizeof gen);
    const struct tmpl_node *root = random_node(0, 0, false, &deps);
    gen.tmpl = (struct tmpl){.name = "random", .root = root, .node = gen.node_ptr, .node_count = (uint16_t)gen.node_count,
                             .device_size = sizeof(struct gen_part), .view_size = sizeof(struct gen_part)};
    gen.tmpl.statics_file = statics_file();
    return &gen.tmpl;
}
