/* check_op.c - arguments of operations: eq, len, printf ... */
#include "tmpl/tmpl.h"
#include "wickc/check/format.h"

#include <string.h>

static const struct {
    const char *word;
    unsigned min, max;
} op_table[] = {

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
    const char *what = at->is_truth ? "one of several values of different types"
                                    : type_name(checker->wc, at->type);
    wc_error(checker->wc, at->pos, "expected %s, not %s", wanted, what);
    return NULL;
}

static bool is_opaque(const struct val *val)
{
    return val->type->kind == TYPE_OPAQUE;
}

static bool has_truth(const struct val *val)
{
    return val->kind == VAL_ROOT || val->is_truth || val_is_printable(val) || val_is_list(val) ||
           val->type->kind == TYPE_STRUCT || val->type->kind == TYPE_POINTER;
}

/* The same class: both texts, both numbers, both bools; an unknown type matches any. */
static bool is_alike(const struct val *a, const struct val *b)
{
    return is_opaque(a) || is_opaque(b) || (val_is_text(a) && val_is_text(b)) ||
           (val_is_int(a) && val_is_int(b)) ||
           (a->type->kind == TYPE_BOOL && b->type->kind == TYPE_BOOL);
}

/* The type that holds values of both: of text struct str, of numbers the widest. */
static const struct type *common_type(const struct val *a, const struct val *b)
{
    if (val_is_text(a) && val_is_text(b)) {
        return type_of_safe(a->type->safe);
    }
    if (!val_is_int(a) || !val_is_int(b)) {
        return is_opaque(a) ? a->type : b->type;
    }
    return type_int(64, a->type->is_signed || b->type->is_signed);
}

/* If one argument is a uint64_t, literals that are not negative are allowed beside it; no C type
 * holds both it and any other signed number. */
static void set_wide_type(struct val *call)
{
    bool is_wide = false, is_negative = false;
    for (unsigned idx = 0; idx < call->arg_count; idx++) {
        const struct val *arg = call->arg[idx];
        is_wide = is_wide || (!arg->type->is_signed && arg->type->bits == 64);
        is_negative =
            is_negative || (arg->type->is_signed && (arg->kind != VAL_INT || arg->number < 0));
    }
    if (val_is_int(call->arg[0]) && is_wide) {
        call->is_truth = is_negative;
        call->type = is_negative ? type_of_kind(TYPE_BOOL) : type_int(64, false);
    }
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
        bool is_known = !is_opaque(call->arg[0]) && !is_opaque(call->arg[idx]) &&
                        call->arg[0]->type->safe == call->arg[idx]->type->safe;
        if (!is_known || !is_alike(call->arg[0], call->arg[idx]) ||
            !val_is_printable(call->arg[0]) || !val_is_printable(call->arg[idx])) {
            call->type = type_of_kind(TYPE_BOOL);
            call->is_truth = true;
            return call;
        }
        struct val so_far = { .type = call->type };
        call->type = common_type(&so_far, call->arg[idx]);
    }
    if (call->arg_count == 1 && val_is_text(call->arg[0])) {
        call->type = type_of_safe(call->arg[0]->type->safe);
    }
    set_wide_type(call);
    return call;
}

static struct val *check_compare(struct checker *checker, struct val *call)
{
    bool is_order =
        call->op == OP_LT || call->op == OP_LE || call->op == OP_GT || call->op == OP_GE;
    for (unsigned idx = 0; idx < call->arg_count; idx++) {
        struct val *arg = call->arg[idx];
        if (!val_is_printable(arg) || (is_order && arg->type->kind == TYPE_BOOL)) {
            return wrong(checker, arg, is_order ? "a number or text" : "a number, text or bool");
        }
        if (!is_alike(call->arg[0], arg)) {
            wc_error(checker->wc, arg->pos, "%s and %s cannot be compared",
                     type_name(checker->wc, call->arg[0]->type), type_name(checker->wc, arg->type));
            return NULL;
        }
    }
    call->type = type_of_kind(TYPE_BOOL);
    return call;
}

/* A number in the template that no element of the list can have. */
static bool is_index_possible(struct checker *checker, const struct val *list, const struct val *at)
{
    if (at->kind != VAL_INT || at->is_float ||
        (at->number >= 0 && (!val_is_list(list) || list->type->count == 0 ||
                             (uint64_t)at->number < list->type->count))) {
        return true;
    }
    if (at->number < 0) {
        wc_error(checker->wc, at->pos,
                 "an index is not negative: the first element has the number 0");
    } else {
        wc_error(checker->wc, at->pos,
                 "there is no element %lld: %s has %llu at most, the first one has the number 0",
                 (long long)at->number, type_name(checker->wc, list->type),
                 (unsigned long long)list->type->count);
    }
    return false;
}

/* index x i j ... is index (index x i) j; of a text it is a byte. */
static struct val *check_at(struct checker *checker, struct val *call)
{
    struct val *at = call->arg[0];
    for (unsigned idx = 1; idx < call->arg_count && at != NULL; idx++) {
        struct val *list = at;
        if (!val_is_text(list) && !val_is_rows(list)) {
            return wrong(checker, list, "a list or text");
        }
        if (!val_is_int(call->arg[idx])) {
            return wrong(checker, call->arg[idx], "a number");
        }
        if (!is_index_possible(checker, list, call->arg[idx])) {
            return NULL;
        }
        at = val_new(checker, VAL_OP, call->pos,
                     val_is_text(list) ? type_int(8, false) : list->type->elem);
        at->op = OP_AT;
        at->arg[0] = list;
        at->arg[1] = call->arg[idx];
        at->arg_count = 2;
        at->size = call->size;
    }
    return at;
}

/* The most elements or bytes that a list or text can have. */
static uint64_t count_max(const struct val *whole)
{
    uint64_t size = whole->type->count; /* of a text with its zero */
    if (whole->kind == VAL_TEXT) {
        return whole->text.len;
    }
    if (size == 0) {
        return UINT64_MAX;
    }
    return val_is_list(whole) ? size : size - 1;
}

/* slice text from to, slice list from to */
static struct val *check_slice(struct checker *checker, struct val *call)
{
    const struct val *whole = call->arg[0];
    if (!val_is_text(whole) && !val_is_rows(whole)) {
        return wrong(checker, whole, "a list or text");
    }
    uint64_t most = count_max(whole);
    for (unsigned idx = 1; idx < call->arg_count; idx++) {
        const struct val *at = call->arg[idx];
        const struct val *before = call->arg[idx - 1];
        if (!val_is_int(at)) {
            return wrong(checker, at, "a number");
        }
        if (at->kind == VAL_INT &&
            at->number < (idx == 2 && before->kind == VAL_INT ? before->number : 0)) {
            wc_error(checker->wc, at->pos,
                     at->number < 0 ? "an index is not negative: the first element has the number 0"
                                    : "this part ends before where it begins");
            return NULL;
        }
        if (at->kind == VAL_INT && (uint64_t)at->number > most) {
            wc_error(checker->wc, at->pos, "this is past the end: %s here has %llu %s at most",
                     type_name(checker->wc, whole->type), (unsigned long long)most,
                     val_is_list(whole) ? "elements" : "bytes");
            return NULL;
        }
    }
    if (val_is_list(whole)) {
        struct type *type = wc_take(checker->wc, sizeof *type);
        *type = (struct type){ .kind = TYPE_LIST,
                               .elem = whole->type->elem,
                               .count = whole->type->count,
                               .is_part = true };
        call->type = type;
        return call;
    }
    call->type = type_of_safe(call->arg[0]->type->safe);
    return call;
}

/* printf: the format is known, so it is checked against the arguments. */
/* print, println, html, js, urlquery: of any values. */
static struct val *check_print(struct checker *checker, struct val *call)
{
    for (unsigned idx = 0; idx < call->arg_count; idx++) {
        if (!val_is_printable(call->arg[idx]) && !val_is_composite(call->arg[idx])) {
            return wrong(checker, call->arg[idx], "a value");
        }
        if (!check_whole(checker, call->arg[idx])) {
            return NULL;
        }
    }
    return call;
}

static struct val *check_printf(struct checker *checker, struct val *call)
{
    struct val *format = call->arg[0];
    if (format->kind != VAL_TEXT) {
        wc_error(checker->wc, format->pos,
                 "the format of \"printf\" must be written here, as a string");
        return NULL;
    }
    for (unsigned idx = 1; idx < call->arg_count; idx++) {
        if (!check_whole(checker, call->arg[idx])) {
            return NULL;
        }
    }
    call->format = format_check(checker, call);
    return call->format == NULL ? NULL : call;
}

/* error "field", draft "field" value, picked "field" "option" set */
static struct val *check_form_op(struct checker *checker, struct val *call)
{
    if (call->arg[0]->kind != VAL_TEXT) {
        wc_error(checker->wc, call->arg[0]->pos,
                 "the name of the field must be written here, as a string");
        return NULL;
    }
    if (call->arg[0]->text.len > TMPL_NAME_LEN_MAX) {
        wc_error(checker->wc, call->arg[0]->pos, "this name is too long (limit is %d bytes)",
                 TMPL_NAME_LEN_MAX);
        return NULL;
    }
    if (call->op == OP_PICKED) {
        call->type = type_of_kind(TYPE_BOOL);
        if (call->arg[1]->kind != VAL_TEXT) {
            wc_error(checker->wc, call->arg[1]->pos,
                     "the value of the option must be written here, as a string");
            return NULL;
        }
        bool is_set = val_is_int(call->arg[2]) || is_opaque(call->arg[2]);
        return is_set ? call
                      : wrong(checker, call->arg[2], "an integer with a bit for each option");
    }
    if (call->op == OP_DRAFT && !val_is_printable(call->arg[1])) {
        return wrong(checker, call->arg[1], "a value");
    }
    return call;
}

/* join separator list, spark list: functions of every list, which C does not have. */
static struct val *check_list_op(struct checker *checker, struct val *call)
{
    struct val *list = call->arg[call->arg_count - 1];
    bool is_list = val_is_list(list) && val_is_place(list);
    enum type_kind elem = is_list ? list->type->elem->kind : TYPE_VOID;
    if (call->op == OP_SPARK) {
        call->type = type_of_safe(SAFE_HTML);
        return elem == TYPE_INT ? call : wrong(checker, list, "a list of integers");
    }
    if (!val_is_text(call->arg[0])) {
        return wrong(checker, call->arg[0], "a text to put between the elements");
    }
    bool is_good = elem == TYPE_INT || elem == TYPE_BOOL || elem == TYPE_CHARS ||
                   elem == TYPE_CSTR || elem == TYPE_STR;
    return is_good ? call : wrong(checker, list, "a list of texts or numbers");
}

struct val *check_op_call(struct checker *checker, enum check_op op, struct val *call)
{
    call->kind = VAL_OP;
    call->op = op;
    call->type = type_of_kind(TYPE_STR);
    if (call->arg_count < op_table[op].min || call->arg_count > op_table[op].max) {
        const char *many =
            op_table[op].min == op_table[op].max
                ? wc_format(checker->wc, "%u", op_table[op].min)
                : wc_format(checker->wc, "%u to %u", op_table[op].min, op_table[op].max);
        wc_error(checker->wc, call->pos, "\"%s\" takes %s argument%s, not %u", op_table[op].word,
                 many, op_table[op].max == 1 ? "" : "s", call->arg_count);
        return NULL;
    }
    for (unsigned idx = 0; idx < call->arg_count; idx++) {
        const struct val *arg = call->arg[idx];
        if (arg->is_float &&
            (op == OP_LEN || op == OP_AT || op == OP_SLICE || (op >= OP_EQ && op <= OP_GE))) {
            wc_error(
                checker->wc, arg->pos,
                "this is a floating-point constant: write the number without point and exponent");
            return NULL;
        }
    }
    switch (op) {
    case OP_AND:
    case OP_OR:
        return check_logic(checker, call);
    case OP_NOT:
        call->type = type_of_kind(TYPE_BOOL);
        return has_truth(call->arg[0])
                   ? call
                   : wrong(checker, call->arg[0], "something that is true or false");
    case OP_EQ:
    case OP_NE:
    case OP_LT:
    case OP_LE:
    case OP_GT:
    case OP_GE:
        return check_compare(checker, call);
    case OP_LEN:
        call->type = type_int(64, true);
        return val_is_text(call->arg[0]) || val_is_list(call->arg[0])
                   ? call
                   : wrong(checker, call->arg[0], "a list or text");
    case OP_AT:
        return check_at(checker, call);
    case OP_SLICE:
        return check_slice(checker, call);
    case OP_PRINT:
    case OP_PRINTLN:
    case OP_HTML:
    case OP_JS:
    case OP_URLQUERY:
        return check_print(checker, call);
    case OP_PRINTF:
        return check_printf(checker, call);
    case OP_ERROR:
    case OP_DRAFT:
    case OP_PICKED:
        return check_form_op(checker, call);
    case OP_JOIN:
    case OP_SPARK:
        return check_list_op(checker, call);
    }
    return NULL;
}
