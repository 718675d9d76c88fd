/* cost_val.c - values: the longest text that one can be. */
#include "tmpl/tmpl.h"
#include "tmpl/tmpl_esc.h"
#include "wickc/check/format.h"
#include "wickc/cost/cost.h"
#include "wickc/emit/emit.h"

#include <string.h>

static struct cost_raw raw_sum(struct cost_raw a, struct cost_raw b)
{
    return (struct cost_raw){ cost_add(a.plain, b.plain), cost_add(a.any, b.any) };
}

static struct cost_raw raw_longer(struct cost_raw a, struct cost_raw b)
{
    return (struct cost_raw){ cost_most(a.plain, b.plain), cost_most(a.any, b.any) };
}

static uint64_t raw_bytes(struct cost_raw raw)
{
    return cost_add(raw.plain, raw.any);
}

static struct cost_raw any(uint64_t bytes)
{
    return (struct cost_raw){ .any = bytes };
}

static uint64_t guess(struct coster *coster)
{
    coster->has_guess = true;
    return COST_TEXT_LEN;
}

/* --- types ------------------------------------------------------------------------------------ */

static uint64_t digits_of(const struct type *type)
{
    static const struct {
        unsigned bits, with_sign, without;
    } table[] = { { 8, 4, 3 }, { 16, 6, 5 }, { 32, 11, 10 } };

    for (size_t idx = 0; idx < WICK_COUNT_OF(table); idx++) {
        if (type->bits <= table[idx].bits) {
            return type->is_signed ? table[idx].with_sign : table[idx].without;
        }
    }
    return 20;
}

/* The elements that a list or array can hold. */
static uint64_t count_of(struct coster *coster, const struct type *type)
{
    return type->count > 0 ? type->count : guess(coster); /* its size is an expression */
}

/* As fmt or, where it is longer, as JSON. */
/* NOLINTNEXTLINE(misc-no-recursion): as deep as the type */
static struct cost_raw raw_of_type(struct coster *coster, const struct type *type)
{
    struct cost_raw raw = { 0 };
    switch (type->kind) {
    case TYPE_BOOL:
        return (struct cost_raw){ .plain = 5 };
    case TYPE_INT:
        return (struct cost_raw){ .plain = digits_of(type) };
    case TYPE_CHARS:
        return any(count_of(coster, type));
    case TYPE_STRUCT:
        for (const struct member *member = type->member; member != NULL; member = member->next) {
            raw = raw_sum(raw, any(member->name.len + 6)); /* ,"name":"" */
            raw = raw_sum(raw, raw_of_type(coster, member->type));
        }
        return raw_sum(raw, any(2));
    case TYPE_ARRAY:
    case TYPE_LIST: {
        uint64_t count = count_of(coster, type);
        struct cost_raw elem = raw_of_type(coster, type->elem);
        return (struct cost_raw){ cost_times(count, elem.plain),
                                  cost_add(cost_times(count, cost_add(elem.any, 3)), 2) };
    }
    case TYPE_OPAQUE:
    case TYPE_CSTR:
    case TYPE_STR:
    case TYPE_BUF:
    case TYPE_POINTER:
        return any(guess(coster));
    case TYPE_VOID:
        break;
    }
    return raw;
}

/* --- printf ----------------------------------------------------------------------------------- */

enum {
    NUMBER_LEN = 70, /* %#b of 64 bits with its sign */
    QUOTED = 4,      /* %q: \x00 for a byte */
    HEXED = 5,       /* %# x: " 0xff" for a byte */
};

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
static struct cost_raw raw_of_verb(struct coster *coster, const struct directive_item *item,
                                   const struct val *val)
{
    if (item->type != NULL) {
        return any(strlen(item->type));
    }
    struct cost_raw raw = cost_raw(coster, val);
    if (val_is_int(val)) {
        return item->verb == 'd' || item->verb == 'v' ? raw : any(NUMBER_LEN);
    }
    if (item->verb == 'q') {
        return any(cost_add(cost_times(raw_bytes(raw), QUOTED), 2));
    }
    if (item->verb == 'x' || item->verb == 'X') {
        return any(cost_times(raw_bytes(raw), HEXED));
    }
    return item->flags != 0 ? any(cost_add(raw_bytes(raw), 4)) : raw;
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
static struct cost_raw raw_of_format(struct coster *coster, const struct val *val)
{
    struct cost_raw raw = { 0 };
    for (const struct directive_item *item = val->format; item != NULL; item = item->next) {
        raw = raw_sum(raw, any(item->text.len));
        if (item->verb == '\0') {
            continue;
        }
        raw = raw_sum(raw, raw_of_verb(coster, item, val->arg[item->arg]));
        raw = raw_sum(raw, any(cost_add(item->width, item->precision)));
        if (item->width_arg != 0 || item->precision_arg != 0) {
            raw = raw_sum(raw, any(guess(coster)));
        }
    }
    return raw;
}

/* --- calls ------------------------------------------------------------------------------------ */

/* Functions of tmpl_fn.h, without their fn_: at most so many bytes. */
static const struct {
    const char *name;
    unsigned len;
} standard[] = {
    { "bytes", 10 },   { "rate", 12 },  { "duration", 40 }, { "ago", 40 },
    { "percent", 22 }, { "fixed", 24 }, { "milli", 24 },    { "datetime", 40 },
};

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
static struct cost_raw raw_of_texts(struct coster *coster, const struct val *val)
{
    struct cost_raw most = { 0 };
    for (unsigned idx = 0; idx < val->arg_count; idx++) {
        most = raw_longer(most, cost_raw(coster, val->arg[idx]));
    }
    return most;
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
static struct cost_raw raw_of_call(struct coster *coster, const struct val *val)
{
    struct str name = { val->func->name.ptr + 3, val->func->name.len - 3 };
    for (size_t idx = 0; idx < WICK_COUNT_OF(standard); idx++) {
        if (str_eq(name, str_of(standard[idx].name))) {
            return any(standard[idx].len);
        }
    }
    if (str_eq(name, STR("plural")) || str_eq(name, STR("default"))) {
        return raw_of_texts(coster, val);
    }
    if (str_eq(name, STR("truncate"))) {
        return raw_sum(raw_of_texts(coster, val), any(3)); /* the ellipsis */
    }
    const char *said =
        wc_format(coster->wc, "%.*s_max", (int)val->func->name.len, val->func->name.ptr);
    int64_t len;
    if (types_number(coster->types, str_of(said), &len) && len >= 0) {
        return any((uint64_t)len);
    }
    if (val_writes(val) || val->type->kind == TYPE_VOID) {
        return any(guess(coster));
    }
    return raw_of_type(coster, val->type);
}

/* A space between two values. */
/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
static struct cost_raw raw_of_print(struct coster *coster, const struct val *val)
{
    struct cost_raw raw = any(val->arg_count);
    for (unsigned idx = 0; idx < val->arg_count; idx++) {
        raw = raw_sum(raw, cost_raw(coster, val->arg[idx]));
    }
    return raw;
}

/* One value is a line of two points; of many values some are left out. */
static uint64_t points_of(uint64_t count)
{
    uint64_t points = count < TMPL_SPARK_MAX ? count : TMPL_SPARK_MAX;
    return cost_most(points, 2);
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
static struct cost_raw raw_of_list_op(struct coster *coster, const struct val *val)
{
    const struct val *list = val->arg[val->arg_count - 1];
    uint64_t count = count_of(coster, list->type);
    if (val->op == OP_SPARK) {
        return any(cost_add(180, cost_times(points_of(count), sizeof " 239,20" - 1)));
    }
    struct cost_raw each =
        raw_sum(raw_of_type(coster, list->type->elem), cost_raw(coster, val->arg[0]));
    return (struct cost_raw){ cost_times(count, each.plain), cost_times(count, each.any) };
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
static struct cost_raw raw_of_op(struct coster *coster, const struct val *val)
{
    switch (val->op) {
    case OP_AND:
    case OP_OR:
        return raw_of_texts(coster, val);
    case OP_PRINT:
    case OP_PRINTLN:
        return raw_of_print(coster, val);
    case OP_HTML:
        return any(cost_escaped(raw_of_print(coster, val), TMPL_ESC_BARE).doc);
    case OP_URLQUERY:
        return any(cost_escaped(raw_of_print(coster, val), TMPL_ESC_URLQUERY).doc);
    case OP_JS:
        return any(cost_escaped(raw_of_print(coster, val), TMPL_ESC_JS_STR).doc);
    case OP_PRINTF:
        return raw_of_format(coster, val);
    case OP_ERROR:
        return any(TMPL_MESSAGE_LEN_MAX);
    case OP_DRAFT:
        return raw_longer(any(TMPL_DRAFT_LEN_MAX), cost_raw(coster, val->arg[1]));
    case OP_SLICE:
        return cost_raw(coster, val->arg[0]);
    case OP_JOIN:
    case OP_SPARK:
        return raw_of_list_op(coster, val);
    case OP_NOT:
    case OP_EQ:
    case OP_NE:
    case OP_LT:
    case OP_LE:
    case OP_GT:
    case OP_GE:
    case OP_LEN:
    case OP_AT:
    case OP_PICKED:
        break;
    }
    return raw_of_type(coster, val->type);
}

/* --- variables -------------------------------------------------------------------------------- */

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static struct cost_raw raw_of_sets(struct coster *coster, const struct node *list,
                                   const struct var *var)
{
    struct cost_raw most = { 0 };
    for (const struct node *node = list; node != NULL; node = node->next) {
        for (unsigned idx = 0; idx < 2; idx++) {
            if (node->means.set[idx] == var && node->means.val != NULL) {
                most = raw_longer(most, cost_raw(coster, node->means.val));
            }
        }
        most = raw_longer(most, raw_of_sets(coster, node->body, var));
        most = raw_longer(most, raw_of_sets(coster, node->otherwise, var));
    }
    return most;
}

/* A text in it was made by one of the nodes that set it; one that was made from itself is cut. */
/* NOLINTNEXTLINE(misc-no-recursion): a variable is measured once at a time */
static struct cost_raw raw_of_var(struct coster *coster, const struct var *var)
{
    bool is_text = var->type.kind == TYPE_STR || var->type.kind == TYPE_CSTR;
    if (!is_text) {
        return raw_of_type(coster, &var->type);
    }
    if ((coster->variables >> var->id & 1) != 0) {
        return any(TMPL_KEEP_LEN_MAX);
    }
    coster->variables |= UINT64_C(1) << var->id;
    struct cost_raw raw =
        raw_longer(cost_raw(coster, var->first), raw_of_sets(coster, coster->root, var));
    coster->variables &= ~(UINT64_C(1) << var->id);
    return raw;
}

/* --- values ----------------------------------------------------------------------------------- */

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
struct cost_raw cost_raw(struct coster *coster, const struct val *val)
{
    switch (val->kind) {
    case VAL_TEXT:
        return any(val->text.len);
    case VAL_CALL:
        return raw_of_call(coster, val);
    case VAL_OP:
        return raw_of_op(coster, val);
    case VAL_VAR:
        return raw_of_var(coster, val->var);
    case VAL_ROOT:
    case VAL_PART:
    case VAL_ROW:
    case VAL_INDEX:
    case VAL_MEMBER:
    case VAL_ITEM:
    case VAL_INT:
    case VAL_BOOL:
        break;
    }
    return raw_of_type(coster, val->type);
}

/* A number is escaped as one: the longest there is, and the longest below zero. */
static struct cost_len put_number(const struct type *type, unsigned how)
{
    uint64_t digits = type->kind == TYPE_BOOL ? 5 : digits_of(type);
    struct cost_len with_sign =
        cost_exact((struct str){ "-9999999999999999999", digits }, how | TMPL_ESC_NUMBER);
    return cost_longer(with_sign, cost_exact((struct str){ "99999999999999999999", digits },
                                             how | TMPL_ESC_NUMBER));
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
struct cost_len cost_put(struct coster *coster, const struct val *val, unsigned how)
{
    struct cost_len most = { 0, 0 };
    if (val_is_choice(val)) {
        for (unsigned idx = 0; idx < val->arg_count; idx++) {
            most = cost_longer(most, cost_put(coster, val->arg[idx], how));
        }
        return most;
    }
    if (val->type->kind == TYPE_INT || val->type->kind == TYPE_BOOL) {
        return put_number(val->type, how);
    }
    if (val->kind == VAL_TEXT) {
        return cost_exact(val->text, how);
    }
    return cost_escaped(cost_raw(coster, val), how_of_safe(val->type->safe, how));
}

uint64_t cost_rows(struct coster *coster, const struct loop *loop)
{
    const struct val *list = loop->list;
    if (loop->is_count) {
        bool is_known = list->kind == VAL_INT && list->number >= 0;
        return is_known && list->number < TMPL_COUNT_MAX ? (uint64_t)list->number : TMPL_COUNT_MAX;
    }
    while (list->type->is_part && list->kind == VAL_OP) { /* what slice gives is never longer */
        list = list->arg[0];
    }
    return count_of(coster, list->type);
}
