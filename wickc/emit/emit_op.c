/* emit_op.c - operations of the template as C: truth, comparing, logic, len, index, error, draft.
 */
#include "tmpl/tmpl.h"
#include "wickc/emit/emit.h"

#include <string.h>

static struct cval plain(const char *text, const struct type *type)
{
    return (struct cval){ text, NULL, type };
}

/* As in Go: false, 0, "" and an empty list are false, everything else is true. */
const char *code_truth_of(struct code *code, struct cval val)
{
    struct wc *wc = code->em->wc;
    WICK_ASSERT(val.type != NULL); /* the checker gave every value one */
    switch (val.type->kind) {
    case TYPE_BOOL:
        return val.text;
    case TYPE_INT:
        return wc_format(wc, "(%s != 0)", val.text);
    case TYPE_CHARS:
        return wc_format(wc, "((%s)[0] != '\\0')", val.text);
    case TYPE_CSTR:
        return wc_format(wc, "(str_of(%s).len != 0)", val.text);
    case TYPE_STR:
        return wc_format(wc, "((%s).len != 0)", val.text);
    case TYPE_LIST:
        return wc_format(wc, "(%s->len != 0)", val.ptr);
    case TYPE_POINTER:
        return wc_format(wc, "(%s != NULL)", val.text);
    case TYPE_OPAQUE:
        return wc_format(wc, "%s(%s, sizeof(%s))", code_generic(val.text, "tmpl_is", wc), val.text,
                         val.text);
    case TYPE_VOID:
    case TYPE_BUF:
    case TYPE_STRUCT:
    case TYPE_ARRAY:
        return "true";
    }
    return "true";
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
const char *code_truth(struct code *code, const struct val *val)
{
    if (val_is_place(val) && (val->type->kind == TYPE_STRUCT || val->type->kind == TYPE_ARRAY)) {
        return "true"; /* computing it would leave an unused variable */
    }
    struct cval is = code_val(code, val);
    if (is.type->kind != TYPE_OPAQUE) {
        return code_truth_of(code, is);
    }
    /* the type is unknown here: the C compiler checks it and reports this line */
    const char *temp = code_temp(code);
    code_line(code, "const bool %s =", temp);
    code_at(code, val->pos, wc_format(code->em->wc, "%s;", code_truth_of(code, is)));
    return temp;
}

/* --- comparing -------------------------------------------------------------------------------- */

static const char *c_op(enum check_op op)
{
    static const char *const word[] = {
        [OP_EQ] = "==", [OP_NE] = "!=", [OP_LT] = "<", [OP_LE] = "<=", [OP_GT] = ">", [OP_GE] = ">="
    };
    return word[op];
}

struct side {
    const struct val *val;
    const char *text;
};

static const char *compare_ints(struct wc *wc, const char *op, struct side left, struct side right)
{
    const struct val *a = left.val;
    const struct val *b = right.val;
    bool a_signed = a->type->is_signed && !(a->kind == VAL_INT && a->number >= 0),
         b_signed = b->type->is_signed && !(b->kind == VAL_INT && b->number >= 0);
    bool is_literal = a->kind == VAL_INT || b->kind == VAL_INT;
    if (is_literal && (a->type->is_signed || a->kind == VAL_INT) &&
        (b->type->is_signed || b->kind == VAL_INT)) {
        return wc_format(wc, "((int64_t)%s %s (int64_t)%s)", left.text, op, right.text);
    }
    if (a_signed == b_signed) {
        const char *type = a_signed ? "int64_t" : "uint64_t";
        return wc_format(wc, "((%s)%s %s (%s)%s)", type, left.text, op, type, right.text);
    }
    return a_signed ? wc_format(wc, "(tmpl_compare(%s, %s) %s 0)", left.text, right.text, op)
                    : wc_format(wc, "(0 %s tmpl_compare(%s, %s))", op, right.text, left.text);
}

static const char *compare_two(struct code *code, const struct val *val, const struct cval *arg,
                               unsigned right)
{
    struct wc *wc = code->em->wc;
    const char *op = c_op(val->op);
    const struct val *a = val->arg[0];
    const struct val *b = val->arg[right];
    if (val_is_int(a) && val_is_int(b)) {
        return compare_ints(wc, op, (struct side){ a, arg[0].text },
                            (struct side){ b, arg[right].text });
    }
    if (val_is_text(a) && val_is_text(b)) {
        return wc_format(wc, "(tmpl_compare_text(%s, %s) %s 0)", code_str(code, arg[0]),
                         code_str(code, arg[right]), op);
    }
    if (a->type->kind == TYPE_BOOL && b->type->kind == TYPE_BOOL) {
        return wc_format(wc, "((bool)%s %s (bool)%s)", arg[0].text, op, arg[right].text);
    }
    const char *temp = code_temp(code); /* C knows what it is */
    code_line(code, "const bool %s =", temp);
    code_at(code, val->pos, wc_format(wc, "%s %s %s;", arg[0].text, op, arg[right].text));
    return temp;
}

static struct cval code_compare(struct code *code, const struct val *val, const struct cval *arg)
{
    const char *text = compare_two(code, val, arg, 1);
    for (unsigned idx = 2; idx < val->arg_count; idx++) { /* eq a b c: a == b or a == c */
        text = wc_format(code->em->wc, "(%s || %s)", text, compare_two(code, val, arg, idx));
    }
    return plain(text, val->type);
}

/* --- logic ------------------------------------------------------------------------------------ */

/* In the type that holds all of the values. */
static const char *as_type(struct code *code, struct cval val, const struct type *type)
{
    if (type->kind == TYPE_STR) {
        return code_str(code, val);
    }
    if (type->kind == TYPE_INT) {
        return wc_format(code->em->wc, "(%s)%s", type->is_signed ? "int64_t" : "uint64_t",
                         val.text);
    }
    return code_truth_of(code, val);
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
static struct cval code_logic(struct code *code, const struct val *val, const struct cval *arg)
{
    struct wc *wc = code->em->wc;
    unsigned last = val->arg_count - 1;
    if (val->type->kind != TYPE_STR && val->type->kind != TYPE_INT &&
        val->type->kind != TYPE_BOOL) {
        return arg[0]; /* one argument of a type without values to choose from */
    }
    const char *text = as_type(code, arg[last], val->type);
    for (unsigned idx = last; idx-- > 0;) {
        const char *truth = code_truth_of(code, arg[idx]);
        const char *value = as_type(code, arg[idx], val->type);
        if (val->type->kind == TYPE_BOOL) {
            text = wc_format(wc, "(%s %s %s)", truth, val->op == OP_AND ? "&&" : "||", text);
        } else {
            text = val->op == OP_AND ? wc_format(wc, "(%s ? %s : %s)", truth, text, value)
                                     : wc_format(wc, "(%s ? %s : %s)", truth, value, text);
        }
    }
    const char *temp = code_temp(code);
    code_line(code, "__extension__ __auto_type %s = %s;", temp, text);
    return plain(temp, val->type);
}

/* --- lists, forms ----------------------------------------------------------------------------- */

static struct cval code_len(struct code *code, const struct val *val, struct cval arg)
{
    struct wc *wc = code->em->wc;
    WICK_ASSERT(arg.type != NULL); /* the checker gave every value one */
    switch (arg.type->kind) {
    case TYPE_LIST:
        return plain(wc_format(wc, "(int64_t)%s->len", arg.ptr), val->type);
    case TYPE_ARRAY:
        return plain(wc_format(wc, "(int64_t)WICK_COUNT_OF(%s)", arg.text), val->type);
    case TYPE_OPAQUE:
    case TYPE_VOID:
    case TYPE_BOOL:
    case TYPE_INT:
    case TYPE_CHARS:
    case TYPE_CSTR:
    case TYPE_STR:
    case TYPE_BUF:
    case TYPE_STRUCT:
    case TYPE_POINTER:
        break;
    }
    return plain(wc_format(wc, "(int64_t)%s.len", code_str(code, arg)), val->type);
}

/* A number of any type as int64_t; what does not fit is greater than every length. */
const char *code_i64(struct code *code, const struct cval *val)
{
    bool may_wrap = val->type->kind == TYPE_INT && val->type->bits == 64 && !val->type->is_signed;
    return may_wrap ? wc_format(code->em->wc, "(%s > INT32_MAX ? INT32_MAX : (int64_t)%s)",
                                val->text, val->text)
                    : wc_format(code->em->wc, "(int64_t)%s", val->text);
}

static struct cval code_slice(struct code *code, const struct val *val, const struct cval *arg)
{
    struct wc *wc = code->em->wc;
    const char *temp = code_temp(code);
    const char *from = val->arg_count > 1 ? code_i64(code, &arg[1]) : "0";
    const char *to = val->arg_count > 2 ? code_i64(code, &arg[2]) : "INT64_MAX";
    if (!val_is_list(val->arg[0])) {
        code_line(code, "const struct str %s = tmpl_slice(%s, %s, %s);", temp,
                  code_str(code, arg[0]), from, to);
        return plain(temp, val->type);
    }
    const char *base;
    const char *len;
    const char *start = code_temp(code);
    code_list(code, arg[0], &base, &len);
    code_line(code, "const uint32_t %s = tmpl_row_at(%s, %s);", start, from, len);
    code_line(code,
              "const struct { uint32_t len; __typeof__(&%s[0]) v; } %s = { tmpl_row_at(%s, %s) - "
              "tmpl_row_at(%s, tmpl_row_at(%s, %s)), &%s[%s] };",
              base, temp, to, len, from, to, len, base, start);
    return (struct cval){ temp, wc_format(wc, "(&%s)", temp), val->type };
}

/* index of a text: a byte, 0 where there is none. */
static struct cval code_byte(struct code *code, const struct val *val, const struct cval *arg)
{
    const char *temp = code_temp(code);
    code_line(code, "const uint8_t %s = tmpl_byte(%s, (uint64_t)%s);", temp, code_str(code, arg[0]),
              arg[1].text);
    return plain(temp, val->type);
}

/* index: an element, or one that is all zero where there is none. */
static struct cval code_at_index(struct code *code, const struct val *val, struct cval list,
                                 struct cval index)
{
    struct wc *wc = code->em->wc;
    WICK_ASSERT(list.type != NULL); /* the checker gave every value one */
    bool is_array = list.type->kind == TYPE_ARRAY;
    const char *zero = code_temp(code);
    const char *temp = code_temp(code);
    const char *first =
        is_array ? wc_format(wc, "(%s)", list.text) : wc_format(wc, "%s->v", list.ptr);
    const char *len = is_array ? wc_format(wc, "WICK_COUNT_OF(%s)", list.text)
                               : wc_format(wc, "%s->len", list.ptr);
    code_line(code, "static const __typeof__(%s[0]) %s;", first, zero);
    code_line(code, "__extension__ __auto_type %s = (uint64_t)%s < %s ? &%s[(size_t)%s] : &%s;",
              temp, index.text, len, first, index.text, zero);
    return (struct cval){ wc_format(wc, "*%s", temp), temp, val->type };
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
static const char *code_text(struct code *code, struct val *val, struct cval is)
{
    if (val_is_text(val)) {
        return code_str(code, is);
    }
    struct val print = { .kind = VAL_OP, /* a number: its text is needed */
                         .op = OP_PRINT,
                         .pos = val->pos,
                         .type = type_of_kind(TYPE_STR),
                         .arg = { val },
                         .arg_count = 1 };
    return code_val(code, &print).text;
}

/* Arguments that are names. */
static unsigned names_of(enum check_op op)
{
    return op == OP_PICKED ? 2 : 1;
}

/* The messages and drafts of the form that the place is in, if they are of its record. */
/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
static const char *code_form_of(struct code *code, const struct val *val, const struct cval *arg)
{
    struct wc *wc = code->em->wc;
    if (val->form == NULL) {
        return "f";
    }
    struct sb names = { 0 };
    for (const struct form_action *at = val->form->action; at != NULL; at = at->next) {
        sb_put(wc, &names, at->name.ptr, at->name.len);
        sb_put(wc, &names, "\0", 1);
    }
    struct sb actions = { 0 };
    sb_put_c(wc, &actions, sb_str(&names));
    unsigned first = names_of(val->op) + (val->op != OP_ERROR);
    const char *record = val->arg_count > first ? "TMPL_RECORD_START" : "0";
    for (unsigned idx = first; idx < val->arg_count; idx++) {
        record = wc_format(wc, "tmpl_form_record(%s, %s)", record,
                           code_text(code, val->arg[idx], arg[idx]));
    }
    return wc_format(wc, "tmpl_form_of(f, %s, %s)", sb_text(&actions), record);
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
static struct cval code_form(struct code *code, const struct val *val, const struct cval *arg)
{
    struct wc *wc = code->em->wc;
    const char *temp = code_temp(code);
    struct sb name = { 0 };
    sb_put_c(wc, &name, val->arg[0]->text);
    code->uses_part[TMPL_FORM] = true;
    const char *form = code_form_of(code, val, arg);
    if (val->op == OP_ERROR) {
        code_line(code, "const struct str %s = tmpl_form_error(%s, %s);", temp, form,
                  sb_text(&name));
        return plain(temp, val->type);
    }
    if (val->op == OP_PICKED) {
        code_line(code, "const bool %s = tmpl_form_picked(%s, %s, %lld, (uint64_t)%s);", temp, form,
                  sb_text(&name), (long long)val->number, arg[2].text);
        return plain(temp, val->type);
    }
    code_line(code, "const struct str %s = tmpl_form_draft(%s, %s, %s);", temp, form,
              sb_text(&name), code_text(code, val->arg[1], arg[1]));
    return plain(temp, val->type);
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
struct cval code_op(struct code *code, const struct val *val)
{
    struct cval arg[VAL_ARG_MAX] = { 0 };
    unsigned first = op_is_form(val->op) ? names_of(val->op) : 0; /* names are no values */
    for (unsigned idx = first; idx < val->arg_count; idx++) {
        arg[idx] = code_val(code, val->arg[idx]);
    }
    switch (val->op) {
    case OP_AND:
    case OP_OR:
        return code_logic(code, val, arg);
    case OP_NOT:
        return plain(wc_format(code->em->wc, "(!%s)", code_truth_of(code, arg[0])), val->type);
    case OP_EQ:
    case OP_NE:
    case OP_LT:
    case OP_LE:
    case OP_GT:
    case OP_GE:
        return code_compare(code, val, arg);
    case OP_LEN:
        return code_len(code, val, arg[0]);
    case OP_AT:
        return val_is_list(val->arg[0]) ? code_at_index(code, val, arg[0], arg[1])
                                        : code_byte(code, val, arg);
    case OP_SLICE:
        return code_slice(code, val, arg);
    case OP_ERROR:
    case OP_DRAFT:
    case OP_PICKED:
        return code_form(code, val, arg);
    case OP_HTML:
    case OP_JS:
    case OP_URLQUERY:
    case OP_JOIN:
    case OP_SPARK:
    case OP_PRINT:
    case OP_PRINTLN:
    case OP_PRINTF:
        break; /* written, not computed */
    }
    return plain("0", val->type);
}
