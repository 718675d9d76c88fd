/* check_call.c - arguments of C functions. */
#include "wickc/check/check.h"

static bool int_fits(const struct val *arg, const struct type *param)
{
    if (arg->kind == VAL_INT) {
        if (param->bits == 64) { /* number is a signed one of 64 bits itself */
            return param->is_signed || arg->number >= 0;
        }
        int64_t over = (int64_t)1 << (param->bits - param->is_signed);
        return arg->number < over && arg->number >= (param->is_signed ? -over : 0);
    }
    if (arg->type->is_signed == param->is_signed) {
        return arg->type->bits <= param->bits;
    }
    return param->is_signed && arg->type->bits < param->bits;
}

static bool is_pointed_at(const struct type *type, const struct type *elem)
{
    bool is_int = type->kind == TYPE_INT && elem->kind == TYPE_INT;
    return is_int ? type->bits == elem->bits && type->is_signed == elem->is_signed
                  : type->kind == elem->kind || type->kind == TYPE_OPAQUE;
}

/* Can arg be passed for a parameter? What C knows better is left to C. */
static bool fits(const struct val *arg, const struct type *param)
{
    const struct type *type = arg->type;
    if (arg->is_truth) {
        return false;
    }
    switch (param->kind) {
    case TYPE_INT:
        return type->kind == TYPE_OPAQUE || type->kind == TYPE_BOOL ||
               (type->kind == TYPE_INT && int_fits(arg, param));
    case TYPE_BOOL:
        return type->kind == TYPE_OPAQUE || type->kind == TYPE_BOOL;
    case TYPE_CSTR:
    case TYPE_STR:
        return type->kind == TYPE_OPAQUE ||
               (val_is_text(arg) && (param->safe == SAFE_NONE || param->safe == type->safe));
    case TYPE_POINTER:
        if (!val_is_place(arg) || arg->kind == VAL_ROOT) {
            return false;
        }
        if (param->elem->kind == TYPE_VOID || param->elem->kind == TYPE_OPAQUE ||
            type->kind == TYPE_OPAQUE) {
            return true;
        }
        if (type->kind == TYPE_STRUCT && param->elem->kind == TYPE_STRUCT) {
            return str_eq(type->tag, param->elem->tag);
        }
        return is_pointed_at(type, param->elem) ||
               (type->kind == TYPE_ARRAY && is_pointed_at(type->elem, param->elem));
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

/* A variable that may change and was never below zero, for 64 bits without sign: it is one from
 * here on. {{$sum = add $sum .in}} */
static bool becomes_unsigned(const struct val *arg, const struct type *param)
{
    bool is_it = arg->kind == VAL_VAR && arg->type->kind == TYPE_INT && !arg->is_truth &&
                 !arg->var->has_signed && param->kind == TYPE_INT && !param->is_signed &&
                 param->bits == 64;
    if (is_it) {
        arg->var->has_u64 = true;
        arg->var->type.is_signed = false;
    }
    return is_it;
}

struct val *check_func_call(struct checker *checker, struct val *call)
{
    const struct func *func = call->func;
    bool writes = func->param_count > 0 && func->param[0]->kind == TYPE_BUF;
    unsigned want = func->param_count - writes;
    struct str name = str_starts(func->name, STR("fn_"))
                          ? (struct str){ func->name.ptr + 3, func->name.len - 3 }
                          : func->name;
    if (call->arg_count != want) {
        wc_error(checker->wc, call->pos, "\"%.*s\" takes %u argument%s, not %u", (int)name.len,
                 name.ptr, want, want == 1 ? "" : "s", call->arg_count);
        return NULL;
    }
    for (unsigned idx = 0; idx < want; idx++) {
        const struct type *param = func->param[idx + writes];
        struct val *arg = call->arg[idx];
        bool is_sign = param->kind == TYPE_INT && arg->type->kind == TYPE_INT && !arg->is_truth;
        if (fits(arg, param) || becomes_unsigned(arg, param) ||
            (is_sign &&
             checker->wc->is_inferred)) { /* what type the member will have is not known */
            if (!check_whole(checker, arg)) {
                return NULL;
            }
            continue;
        }
        bool is_nameless = param->kind == TYPE_POINTER && arg->type->kind == TYPE_LIST;
        wc_error(checker->wc, arg->pos, "argument %u of \"%.*s\" must be %s, not %s%s", idx + 1,
                 (int)name.len, name.ptr, type_name(checker->wc, param),
                 arg->is_truth ? "one of several values of different types"
                               : type_name(checker->wc, arg->type),
                 is_sign ? ": the value may not fit" : "");
        if (is_nameless) {
            wc_note(checker->wc, func->pos,
                    "a WICK_LIST has no name of its own, so no function can take it: write typedef "
                    "WICK_LIST(T, N) x_list; use x_list for the member, and const x_list * here");
        }
        return NULL;
    }
    call->type = writes ? type_of_safe(func->result->safe) : func->result;
    if (writes && func->result->kind != TYPE_VOID) {
        wc_error(checker->wc, call->pos, "\"%.*s\" writes text, so it must return void",
                 (int)name.len, name.ptr);
        return NULL;
    }
    if (func->result->kind == TYPE_OPAQUE && func->result->refused != NULL) {
        wc_error(checker->wc, call->pos, "what \"%.*s\" returns %s", (int)func->name.len,
                 func->name.ptr, func->result->refused);
        return NULL;
    }
    if (!writes && type_fault(func->result) != NULL && func->result->kind == TYPE_VOID) {
        wc_error(checker->wc, call->pos, "what \"%.*s\" returns %s", (int)func->name.len,
                 func->name.ptr, type_fault(func->result));
        return NULL;
    }
    if (!writes && func->result->kind == TYPE_VOID) {
        wc_error(checker->wc, call->pos, "\"%.*s\" returns nothing", (int)name.len, name.ptr);
        return NULL;
    }
    return call;
}
