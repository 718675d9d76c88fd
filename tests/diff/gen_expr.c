/* gen_expr.c - the expressions of random templates: what they show and what they read. */
#include "gen_priv.h"

struct gen_expr gen_expr[GEN_FUNCTIONS];

/* --- the functions of the slots --------------------------------------------------------------- */

static const struct gen_row *row_of(const struct gen_expr *expr, const struct tmpl_ctx *ctx)
{
    return ctx->row[expr->depth - 1];
}

static uint32_t num_of(const struct gen_expr *expr, const struct tmpl_ctx *ctx)
{
    const struct gen_part *part = ctx->part[expr->part];
    return expr->depth == 0 ? part->num[expr->a % GEN_NUMS] : row_of(expr, ctx)->num[expr->a % 3];
}

static struct str text_of(const struct gen_expr *expr, const struct tmpl_ctx *ctx)
{
    const struct gen_part *part = ctx->part[expr->part];
    return str_of_field(
        expr->depth == 0 ? part->text[expr->b % GEN_TEXTS] : row_of(expr, ctx)->text, GEN_TEXT_CAP);
}

static void put_escaped(struct buf *out, struct str text)
{
    for (size_t idx = 0; idx < text.len; idx++) {
        const char byte = text.ptr[idx];
        const char *entity = byte == '&'    ? "&amp;"
                             : byte == '<'  ? "&lt;"
                             : byte == '>'  ? "&gt;"
                             : byte == '"'  ? "&#34;"
                             : byte == '\'' ? "&#39;"
                                            : NULL;
        if (entity != NULL) {
            buf_put_text(out, entity);
        } else {
            buf_put_u8(out, (uint8_t)byte);
        }
    }
}

static void gen_put(const struct gen_expr *expr, struct buf *out, const struct tmpl_ctx *ctx)
{
    switch ((enum gen_what)expr->what) {
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

static unsigned gen_pick(const struct gen_expr *expr, const struct tmpl_ctx *ctx)
{
    return num_of(expr, ctx) / 7 % (expr->branches + 1u);
}

static struct tmpl_rows gen_rows(const struct gen_expr *expr, const struct tmpl_ctx *ctx)
{
    if (expr->depth == 0) {
        const struct gen_list0 *list =
            &((const struct gen_part *)ctx->part[expr->part])->list[expr->a % GEN_LISTS];
        return (struct tmpl_rows){ list->row, list->len, list->dropped };
    }
    const uint32_t *list = (const void *)(row_of(expr, ctx) + 1);
    return (struct tmpl_rows){ list + 2, list[0], list[1] };
}

/* A third of the rows is skipped, few end the list; every other list asks the state, too. */
static enum tmpl_row_is gen_flow(const struct gen_expr *expr, const struct tmpl_ctx *ctx)
{
    const struct gen_row *row = ctx->row[expr->depth];
    const uint32_t more =
        gen_flow_asks_part(expr)
            ? ((const struct gen_part *)ctx->part[expr->part])->num[expr->a % GEN_NUMS]
            : 0;
    const uint32_t num = (row->num[2] + more) % 13;
    return num < 4    ? TMPL_ROW_SKIPPED
           : num == 4 ? TMPL_ROW_LAST
           : num == 5 ? TMPL_ROW_STOP
                      : TMPL_ROW_SHOWN;
}

#define FN(x)                                                                                      \
    static void put_##x(struct buf *out, const struct tmpl_ctx *ctx)                               \
    {                                                                                              \
        gen_put(&gen_expr[0x##x], out, ctx);                                                       \
    }                                                                                              \
    static unsigned pick_##x(const struct tmpl_ctx *ctx)                                           \
    {                                                                                              \
        return gen_pick(&gen_expr[0x##x], ctx);                                                    \
    }                                                                                              \
    static struct tmpl_rows rows_##x(const struct tmpl_ctx *ctx)                                   \
    {                                                                                              \
        return gen_rows(&gen_expr[0x##x], ctx);                                                    \
    }                                                                                              \
    static enum tmpl_row_is flow_##x(const struct tmpl_ctx *ctx)                                   \
    {                                                                                              \
        return gen_flow(&gen_expr[0x##x], ctx);                                                    \
    }
#define IN_TABLE(x) { put_##x, pick_##x, rows_##x, flow_##x },
#define EACH_LOW(X, h)                                                                             \
    X(h##0)                                                                                        \
    X(h##1)                                                                                        \
    X(h##2)                                                                                        \
    X(h##3)                                                                                        \
    X(h##4)                                                                                        \
    X(h##5)                                                                                        \
    X(h##6)                                                                                        \
    X(h##7)                                                                                        \
    X(h##8)                                                                                        \
    X(h##9)                                                                                        \
    X(h##a)                                                                                        \
    X(h##b)                                                                                        \
    X(h##c)                                                                                        \
    X(h##d)                                                                                        \
    X(h##e)                                                                                        \
    X(h##f)
#define EACH(X)                                                                                    \
    EACH_LOW(X, 0)                                                                                 \
    EACH_LOW(X, 1)                                                                                 \
    EACH_LOW(X, 2)                                                                                 \
    EACH_LOW(X, 3)                                                                                 \
    EACH_LOW(X, 4)                                                                                 \
    EACH_LOW(X, 5)                                                                                 \
    EACH_LOW(X, 6)                                                                                 \
    EACH_LOW(X, 7)                                                                                 \
    EACH_LOW(X, 8)                                                                                 \
    EACH_LOW(X, 9)                                                                                 \
    EACH_LOW(X, a)                                                                                 \
    EACH_LOW(X, b)                                                                                 \
    EACH_LOW(X, c)                                                                                 \
    EACH_LOW(X, d)                                                                                 \
    EACH_LOW(X, e)                                                                                 \
    EACH_LOW(X, f)
EACH(FN)
const struct gen_function gen_function[GEN_FUNCTIONS] = { EACH(IN_TABLE) };

/* --- what they depend on ---------------------------------------------------------------------- */

static void add_dep(struct gen_deps *set, uint32_t part, size_t off, size_t size)
{
    for (uint16_t idx = 0; idx < set->count; idx++) {
        if (set->dep[idx].part == part && set->dep[idx].off == off && set->dep[idx].size == size) {
            return;
        }
    }
    WICK_ASSERT(set->count < GEN_SET_DEPS);
    set->dep[set->count++] = (struct tmpl_dep){ (uint8_t)part, (uint32_t)off, (uint32_t)size };
}

void gen_add_num(struct gen_deps *set, const struct gen_expr *expr)
{
    const size_t off = expr->depth == 0 ? offsetof(struct gen_part, num) + expr->a % GEN_NUMS * 4u
                                        : offsetof(struct gen_row, num) + expr->a % 3 * 4u;
    add_dep(set, expr->depth == 0 ? expr->part : TMPL_ROW + expr->depth - 1u, off, 4);
}

bool gen_flow_asks_part(const struct gen_expr *expr)
{
    return expr->b % 2 == 1;
}

void gen_add_flow(struct gen_deps *set, const struct gen_expr *expr)
{
    if (gen_flow_asks_part(expr)) {
        add_dep(set, expr->part, offsetof(struct gen_part, num) + expr->a % GEN_NUMS * 4u, 4);
    }
}

static void add_text(struct gen_deps *set, const struct gen_expr *expr)
{
    const size_t off = expr->depth == 0 ? offsetof(struct gen_part, text) +
                                              expr->b % GEN_TEXTS * (size_t)GEN_TEXT_CAP
                                        : offsetof(struct gen_row, text);
    add_dep(set, expr->depth == 0 ? expr->part : TMPL_ROW + expr->depth - 1u, off, GEN_TEXT_CAP);
}

void gen_add_put(struct gen_deps *set, const struct gen_expr *expr)
{
    switch ((enum gen_what)expr->what) {
    case PUT_NUM:
    case PUT_ID:
    case PUT_TENTH:
        gen_add_num(set, expr);
        return;
    case PUT_TEXT:
        add_text(set, expr);
        return;
    case PUT_BOTH:
    case PUT_ATTRS:
        gen_add_num(set, expr);
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

void gen_add_rows(struct gen_deps *set, const struct gen_expr *expr)
{
    static const size_t size[] = { sizeof(struct gen_list0), sizeof(struct gen_list1),
                                   sizeof(struct gen_list2), sizeof(struct gen_list3) };
    const size_t off = expr->depth == 0
                           ? offsetof(struct gen_part, list) + expr->a % GEN_LISTS * size[0]
                           : sizeof(struct gen_row);
    add_dep(set, expr->depth == 0 ? expr->part : TMPL_ROW + expr->depth - 1u, off,
            size[expr->depth]);
}

void gen_add_set(struct gen_deps *set, const struct gen_deps *from, uint32_t depth)
{
    for (uint16_t idx = 0; idx < from->count; idx++) {
        if (from->dep[idx].part < TMPL_ROW + depth) {
            add_dep(set, from->dep[idx].part, from->dep[idx].off, from->dep[idx].size);
        }
    }
    set->index_mask |= from->index_mask & ((1u << depth) - 1);
}
