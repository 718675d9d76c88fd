/* check_call.c - arguments of operations (eq, len, printf ...) and of C functions. */
#include "tmpl/wickc/format.h"

#include "tmpl/tmpl.h"

#include <string.h>

static const struct { const char *word; unsigned min, max; } op_table[] = {
#define CHECK_OP_ROW(name, word, min, max) { word, min, max },
    CHECK_OPS(CHECK_OP_ROW)
#undef CHECK_OP_ROW
};

bool check_op_named(struct str name, enum check_op *op_out)
{
    for (unsigned op = 0; op < WICK_COUNT_OF(op_table); op++) {
        if (str_eq(name, str_of(op_table[op].word))) {
            *op_out = (enum check_op)op;
            return true;
        }
    }
    return false;
}

void check_near_op(struct near *near)
{
    for (unsigned op = 0; op < WICK_COUNT_OF(op_table); op++) {
        near_try(near, str_of(op_table[op].word));
    }
}

static struct val *wrong(struct checker *checker, const struct val *at, const char *wanted)
{
    wc_error(checker->wc, at->pos, "%s is wanted here, not %s", wanted, type_name(checker->wc, at->type));
    return NULL;
}

static bool is_opaque(const struct val *val) { return val->type->kind == TYPE_OPAQUE; }

static bool has_truth(const struct val *val)
{
    return val->kind == VAL_ROOT || val->is_truth || val_is_printable(val) || val_is_list(val) || val->type->kind == TYPE_STRUCT || val->type->kind == TYPE_POINTER;
}

/* The same class: both texts, both numbers, both bools; the unknown goes with everything. */
static bool is_alike(const struct val *a, const struct val *b)
{
    return is_opaque(a) || is_opaque(b) || (val_is_text(a) && val_is_text(b)) || (val_is_int(a) && val_is_int(b)) ||
           (a->type->kind == TYPE_BOOL && b->type->kind == TYPE_BOOL);
}

/* The type that holds values of both: of text struct str, of numbers the widest. */
static const struct type *common_type(const struct val *a, const struct val *b)
{
    if (val_is_text(a) && val_is_text(b)) {
        return type_of_kind(TYPE_STR);
    }
    if (!val_is_int(a) || !val_is_int(b)) {
        return is_opaque(a) ? a->type : b->type;
    }
    return type_int(64, a->type->is_signed || b->type->is_signed);
}

/* and, or: the value of one of the arguments. */
static struct val *check_logic(struct checker *checker, struct val *call)
{
    call->type = call->arg[0]->type;
    for (unsigned idx = 0; idx < call->arg_count; idx++) {
        struct val *arg = call->arg[idx];
        if (!has_truth(arg)) {
            return wrong(checker, arg, "something that is true or false");
        }
    }
    for (unsigned idx = 1; idx < call->arg_count; idx++) {
        bool is_known = !is_opaque(call->arg[0]) && !is_opaque(call->arg[idx]);
        if (!is_known || !is_alike(call->arg[0], call->arg[idx]) || !val_is_printable(call->arg[0]) || !val_is_printable(call->arg[idx])) {
            call->type = type_of_kind(TYPE_BOOL);
            call->is_truth = true;
            return call;
        }
        struct val so_far = { .type = call->type };
        call->type = common_type(&so_far, call->arg[idx]);
    }
    if (call->arg_count == 1 && val_is_text(call->arg[0])) {
        call->type = type_of_kind(TYPE_STR);
    }
    return call;
}

static struct val *check_compare(struct checker *checker, struct val *call)
{
    bool is_order = call->op == OP_LT || call->op == OP_LE || call->op == OP_GT || call->op == OP_GE;
    for (unsigned idx = 0; idx < call->arg_count; idx++) {
        struct val *arg = call->arg[idx];
        if (!val_is_printable(arg) || (is_order && arg->type->kind == TYPE_BOOL)) {
            return wrong(checker, arg, is_order ? "a number or text" : "a number, text or bool");
        }
        if (!is_alike(call->arg[0], arg)) {
            wc_error(checker->wc, arg->pos, "%s and %s cannot be compared", type_name(checker->wc, call->arg[0]->type), type_name(checker->wc, arg->type));
            return NULL;
        }
    }
    call->type = type_of_kind(TYPE_BOOL);
    return call;
}

/* index list i ... */
static struct val *check_at(struct checker *checker, struct val *call)
{
    struct val *list = call->arg[0];
    if (call->arg_count != 2) {
        wc_error(checker->wc, call->pos, "\"index\" takes a list and one index; write (index (index .a 1) 2) for the second level");
        return NULL;
    }
    if (!val_is_list(list) || !val_is_place(list)) {
        return wrong(checker, list, "a list");
    }
    if (!val_is_int(call->arg[1])) {
        return wrong(checker, call->arg[1], "a number");
    }
    call->type = list->type->elem;
    return call;
}

/* printf: the format is known, so it is checked against the arguments. */
static struct val *check_printf(struct checker *checker, struct val *call)
{
    struct val *format = call->arg[0];
    if (format->kind != VAL_TEXT) {
        wc_error(checker->wc, format->pos, "the format of \"printf\" must be written here, as a string");
        return NULL;
    }
    call->format = format_check(checker, call);
    return call->format == NULL ? NULL : call;
}

/* error "field", draft "field" value */
static struct val *check_form_op(struct checker *checker, struct val *call)
{
    if (call->arg[0]->kind != VAL_TEXT) {
        wc_error(checker->wc, call->arg[0]->pos, "the name of the field must be written here, as a string");
        return NULL;
    }
    if (call->arg[0]->text.len > TMPL_NAME_LEN_MAX) {
        wc_error(checker->wc, call->arg[0]->pos, "this name is too long (limit is %d bytes)", TMPL_NAME_LEN_MAX);
        return NULL;
    }
    if (call->op == OP_DRAFT && !val_is_printable(call->arg[1])) {
        return wrong(checker, call->arg[1], "a value");
    }
    return call;
}

struct val *check_op_call(struct checker *checker, enum check_op op, struct val *call)
{
    call->kind = VAL_OP;
    call->op = op;
    call->type = type_of_kind(TYPE_STR);
    if (call->arg_count < op_table[op].min || call->arg_count > op_table[op].max) {
        const char *many = op_table[op].min == op_table[op].max ? wc_format(checker->wc, "%u", op_table[op].min)
                                                                : wc_format(checker->wc, "%u to %u", op_table[op].min, op_table[op].max);
        wc_error(checker->wc, call->pos, "\"%s\" takes %s argument%s, not %u", op_table[op].word, many, op_table[op].max == 1 ? "" : "s", call->arg_count);
        return NULL;
    }
    for (unsigned idx = 0; idx < call->arg_count; idx++) {
        const struct val *arg = call->arg[idx];
        if (arg->is_float && (op == OP_LEN || op == OP_AT || (op >= OP_EQ && op <= OP_GE))) {
            wc_error(checker->wc, arg->pos, "this is a floating-point constant: write the number without point and exponent");
            return NULL;
        }
    }
    switch (op) {
    case OP_AND:
    case OP_OR:
        return check_logic(checker, call);
    case OP_NOT:
        call->type = type_of_kind(TYPE_BOOL);
        return has_truth(call->arg[0]) ? call : wrong(checker, call->arg[0], "something that is true or false");
    case OP_EQ:
    case OP_NE:
    case OP_LT:
    case OP_LE:
    case OP_GT:
    case OP_GE:
        return check_compare(checker, call);
    case OP_LEN:
        call->type = type_int(64, true);
        return val_is_text(call->arg[0]) || val_is_list(call->arg[0]) ? call : wrong(checker, call->arg[0], "a list or text");
    case OP_AT:
        return check_at(checker, call);
    case OP_PRINT:
    case OP_PRINTLN:
        for (unsigned idx = 0; idx < call->arg_count; idx++) {
            if (!val_is_printable(call->arg[idx]) && !val_is_composite(call->arg[idx])) {
                return wrong(checker, call->arg[idx], "a value");
            }
        }
        return call;
    case OP_PRINTF:
        return check_printf(checker, call);
    case OP_ERROR:
    case OP_DRAFT:
        return check_form_op(checker, call);
    }
    return NULL;
}

/* --- C functions --------------------------------------------------------------------------------------------------------------- */

static bool int_fits(const struct val *arg, const struct type *param)
{
    if (arg->kind == VAL_INT) {
        uint64_t max = param->bits == 64 ? (param->is_signed ? (uint64_t)INT64_MAX : UINT64_MAX) : ((uint64_t)1 << (param->bits - param->is_signed)) - 1;
        return arg->number >= 0 ? (uint64_t)arg->number <= max : param->is_signed && (param->bits == 64 || arg->number >= -((int64_t)1 << (param->bits - 1)));
    }
    if (arg->type->is_signed == param->is_signed) {
        return arg->type->bits <= param->bits;
    }
    return param->is_signed && arg->type->bits < param->bits;
}

/* Can arg be passed for a parameter? What C knows better is left to C. */
static bool fits(const struct val *arg, const struct type *param)
{
    const struct type *type = arg->type;
    switch (param->kind) {
    case TYPE_INT:
        return type->kind == TYPE_OPAQUE || type->kind == TYPE_BOOL || (type->kind == TYPE_INT && int_fits(arg, param));
    case TYPE_BOOL:
        return type->kind == TYPE_OPAQUE || type->kind == TYPE_BOOL;
    case TYPE_CSTR:
    case TYPE_STR:
        return type->kind == TYPE_OPAQUE || val_is_text(arg);
    case TYPE_POINTER:
        if (!val_is_place(arg) || arg->kind == VAL_ROOT) {
            return false;
        }
        if (param->elem->kind == TYPE_VOID || param->elem->kind == TYPE_OPAQUE || type->kind == TYPE_OPAQUE) {
            return true;
        }
        if (type->kind == TYPE_STRUCT && param->elem->kind == TYPE_STRUCT) {
            return str_eq(type->tag, param->elem->tag);
        }
        return type->kind == param->elem->kind || type->kind == TYPE_ARRAY;
    case TYPE_STRUCT:
        return type->kind == TYPE_STRUCT && str_eq(type->tag, param->tag);
    case TYPE_OPAQUE:
        return true;
    case TYPE_VOID:
    case TYPE_CHARS:
    case TYPE_BUF:
    case TYPE_ARRAY:
    case TYPE_LIST:
        return false;
    }
    return false;
}

struct val *check_func_call(struct checker *checker, struct val *call)
{
    const struct func *func = call->func;
    bool writes = func->param_count > 0 && func->param[0]->kind == TYPE_BUF;
    unsigned want = func->param_count - writes;
    struct str name = str_starts(func->name, STR("fn_")) ? (struct str){ func->name.ptr + 3, func->name.len - 3 } : func->name;
    if (call->arg_count != want) {
        wc_error(checker->wc, call->pos, "\"%.*s\" takes %u argument%s, not %u", (int)name.len, name.ptr, want, want == 1 ? "" : "s", call->arg_count);
        return NULL;
    }
    for (unsigned idx = 0; idx < want; idx++) {
        const struct type *param = func->param[idx + writes];
        struct val *arg = call->arg[idx];
        bool is_sign = param->kind == TYPE_INT && arg->type->kind == TYPE_INT;
        if (fits(arg, param) || (is_sign && checker->wc->is_inferred)) { /* what type the member will have is not known */
            continue;
        }
        wc_error(checker->wc, arg->pos, "argument %u of \"%.*s\" is %s, not %s%s", idx + 1, (int)name.len, name.ptr, type_name(checker->wc, param),
                 type_name(checker->wc, arg->type), is_sign ? ": the value may not fit" : "");
        return NULL;
    }
    call->type = writes ? type_of_kind(TYPE_STR) : func->result;
    if (writes && func->result->kind != TYPE_VOID) {
        wc_error(checker->wc, call->pos, "\"%.*s\" writes text, so it must return void", (int)name.len, name.ptr);
        return NULL;
    }
    if (!writes && func->result->kind == TYPE_VOID) {
        wc_error(checker->wc, call->pos, "\"%.*s\" returns nothing", (int)name.len, name.ptr);
        return NULL;
    }
    return call;
}
