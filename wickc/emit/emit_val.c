/* emit_val.c - values of the template as C: places, literals, calls. Printing: emit_print.c. */
#include "tmpl/tmpl.h"
#include "wickc/emit/emit.h"

#include <string.h>

void code_line(struct code *code, const char *format, ...)
{
    struct wc *wc = code->em->wc;
    va_list args;
    va_start(args, format);
    sb_puts(wc, &code->text, "    ");
    sb_vputf(wc, &code->text, format, args);
    sb_puts(wc, &code->text, "\n");
    va_end(args);
}

const char *code_temp(struct code *code)
{
    return wc_format(code->em->wc, "t%u", ++code->temps);
}

enum { COLUMN_MAX = 400 };

void code_at(struct code *code, struct pos pos, const char *text)
{
    struct wc *wc = code->em->wc;
    if (pos.src == NULL) {
        code_line(code, "%s", text);
        return;
    }
    unsigned lead = strncmp(text, "fn_", 3) == 0 ? 3 : 0;
    unsigned col = pos_col(pos) - 1;
    col = col <= COLUMN_MAX
              ? col
              : 0; /* a page in one line: its lines of C would be as long as the page, each */
    sb_putf(wc, &code->text, "#line %u ", pos_line(pos));
    sb_put_c(wc, &code->text, str_of(pos.src->path));
    sb_putf(wc, &code->text, "\n%*s%s\n\1\n", (int)(col > lead ? col - lead : 0), "", text);
}

/* --- places ----------------------------------------------------------------------------------- */

bool loop_is_local(const struct emitter *em, const struct loop *loop)
{
    for (const struct local *local = em->local; local != NULL; local = local->up) {
        if (local->loop == loop) {
            return true;
        }
    }
    return false;
}

static const char *root_pointer(struct code *code, const struct val *val)
{
    if (val->kind == VAL_PART) {
        code->uses_part[val->part] = true;
        return part_variable(val->part);
    }
    if (val->loop->is_slot && !loop_is_local(code->em, val->loop)) {
        code->uses_row[val->loop->depth] = true;
        code->row[val->loop->depth] = val->loop;
        return wc_format(code->em->wc, "r%u", val->loop->depth);
    }
    return wc_format(code->em->wc, "e%u", val->loop->id);
}

/* What stands before a member's name: "d->", "d->cpu.". */
/* NOLINTNEXTLINE(misc-no-recursion): as long as a chain of names */
static const char *member_prefix(struct code *code, const struct val *base)
{
    if (base->kind == VAL_MEMBER) {
        return wc_format(code->em->wc, "%s%.*s.", member_prefix(code, base->arg[0]),
                         (int)base->text.len, base->text.ptr);
    }
    if (base->kind == VAL_PART || base->kind == VAL_ROW) {
        return wc_format(code->em->wc, "%s->", root_pointer(code, base));
    }
    struct cval val = code_val(code, base);
    return wc_format(code->em->wc, "%s->",
                     val.ptr != NULL ? val.ptr : wc_format(code->em->wc, "(&%s)", val.text));
}

static struct cval place(struct code *code, const char *ptr, const struct type *type)
{
    return (struct cval){ wc_format(code->em->wc, "*%s", ptr), ptr, type };
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
static struct cval code_member(struct code *code, const struct val *val)
{
    struct wc *wc = code->em->wc;
    const struct val *first = val;
    const char *names = wc_copy(wc, val->text.ptr, val->text.len);
    while (first->is_joined &&
           first->arg[0]->kind ==
               VAL_MEMBER) { /* the names of one word stay together, as in the template */
        first = first->arg[0];
        names = wc_format(wc, "%.*s.%s", (int)first->text.len, first->text.ptr, names);
    }
    const char *prefix = member_prefix(code, first->arg[0]);
    const char *temp = code_temp(code);
    code_line(code, "__extension__ __auto_type %s = &%s", temp, prefix);
    /* (void): not of an array is false whatever it holds; on the same line, where a wrong name
     * makes it wrong, too */
    code_at(code, first->pos, wc_format(wc, "%s; (void)%s;", names, temp));
    return place(code, temp, val->type);
}

/* --- calls ------------------------------------------------------------------------------------ */

const char *code_str(struct code *code, struct cval val)
{
    struct wc *wc = code->em->wc;
    switch (val.type->kind) {
    case TYPE_STR:
        return val.text;
    case TYPE_CSTR:
        return wc_format(wc, "str_of(%s)", val.text);
    case TYPE_CHARS:
    case TYPE_OPAQUE:
        return wc_format(wc, "str_of_field(%s, sizeof %s)", val.text, val.text);
    case TYPE_VOID:
    case TYPE_BOOL:
    case TYPE_INT:
    case TYPE_BUF:
    case TYPE_STRUCT:
    case TYPE_ARRAY:
    case TYPE_LIST:
    case TYPE_POINTER:
        break;
    }
    return "STR(\"\")"; /* the checker lets only texts come here */
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
static const char *code_arg(struct code *code, const struct val *arg, const struct type *param)
{
    struct wc *wc = code->em->wc;
    struct cval val = code_val(code, arg);
    switch (param->kind) {
    case TYPE_STR:
        return param->safe == SAFE_NONE ? code_str(code, val)
                                        : wc_format(wc, "(struct safe_%s){ %s }",
                                                    safe_word(param->safe), code_str(code, val));
    case TYPE_CSTR:
        return val.type->kind == TYPE_STR ? wc_format(wc, "(%s).ptr", val.text) : val.text;
    case TYPE_POINTER:
        if (val.type->kind == TYPE_ARRAY && param->elem->kind != TYPE_ARRAY) {
            return val.text; /* the address of its first element */
        }
        return val.ptr != NULL ? val.ptr : val.text;
    case TYPE_INT:
        if (arg->kind == VAL_INT) {
            return wc_format(wc, "%lld", (long long)arg->number);
        }
        return val.text;
    case TYPE_OPAQUE:
    case TYPE_VOID:
    case TYPE_BOOL:
    case TYPE_CHARS:
    case TYPE_BUF:
    case TYPE_STRUCT:
    case TYPE_ARRAY:
    case TYPE_LIST:
        return val.text;
    }
    return val.text;
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
const char *code_call(struct code *code, const struct val *val)
{
    struct wc *wc = code->em->wc;
    const struct func *func = val->func;
    bool writes = val_writes(val);
    struct sb text = { 0 };
    sb_putf(wc, &text, "%.*s(%s", (int)func->name.len, func->name.ptr, writes ? "out" : "");
    for (unsigned idx = 0; idx < val->arg_count; idx++) {
        sb_putf(wc, &text, "%s%s", writes || idx > 0 ? ", " : "",
                code_arg(code, val->arg[idx], func->param[idx + writes]));
    }
    sb_puts(wc, &text, ")");
    return sb_text(&text);
}

bool val_writes(const struct val *val)
{
    if (val->kind == VAL_CALL) {
        return val->func->param_count > 0 && val->func->param[0]->kind == TYPE_BUF;
    }
    static const bool writes[] = {
        [OP_PRINT] = true, [OP_PRINTLN] = true,  [OP_PRINTF] = true, [OP_HTML] = true,
        [OP_JS] = true,    [OP_URLQUERY] = true, [OP_JOIN] = true,   [OP_SPARK] = true
    };
    return val->kind == VAL_OP && (unsigned)val->op < WICK_COUNT_OF(writes) && writes[val->op];
}

/* A text that has to be written before it can be used: it stands in out, after what is there,
 * until the slot is complete. */
/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
static struct cval code_taken(struct code *code, const struct val *val)
{
    const char *start = code_write(code, val);
    const char *text = code_temp(code);
    code_line(code, "const struct str %s = tmpl_taken(out, %s);", text, start);
    code->took = code->needs_out = true;
    return (struct cval){ text, NULL, val->type };
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
static struct cval plain_val(struct code *code, const struct val *val)
{
    struct wc *wc = code->em->wc;
    struct sb literal = { 0 };
    const char *temp;
    switch (val->kind) {
    case VAL_ROOT:
        return (struct cval){ "true", NULL, type_of_kind(TYPE_BOOL) };
    case VAL_PART:
    case VAL_ROW:
        return place(code, root_pointer(code, val), val->type);
    case VAL_INDEX: {
        bool is_row = val->loop->is_slot && !loop_is_local(code->em, val->loop);
        code->uses_ctx = code->uses_ctx || is_row;
        return (struct cval){ wc_format(wc, is_row ? "ctx->idx[%u]" : "i%u",
                                        is_row ? val->loop->depth : val->loop->id),
                              NULL, val->type };
    }
    case VAL_VAR:
        return code_var(code, val->var);
    case VAL_MEMBER:
        return code_member(code, val);
    case VAL_ITEM: /* only ever tested: there is such a page */
        return (struct cval){ "1", NULL, type_int(32, true) };
    case VAL_INT:
        return (struct cval){ val->number == INT64_MIN
                                  ? "INT64_MIN"
                                  : wc_format(wc, "INT64_C(%lld)", (long long)val->number),
                              NULL, val->type };
    case VAL_BOOL:
        return (struct cval){ val->number != 0 ? "true" : "false", NULL, val->type };
    case VAL_TEXT:
        sb_puts(wc, &literal, "STR(");
        sb_put_c(wc, &literal, val->text);
        sb_puts(wc, &literal, ")");
        return (struct cval){ sb_text(&literal), NULL, val->type };
    case VAL_CALL: {
        const char *call = code_call(code, val);
        temp = code_temp(code);
        code_line(code, "__extension__ __auto_type %s =", temp);
        code_at(code, val->pos, wc_format(wc, "%s;", call));
        return (struct cval){ temp, NULL, val->type };
    }
    case VAL_OP:
        return code_op(code, val);
    }
    return (struct cval){ "0", NULL, val->type };
}

/* A value of a safe type stands in a struct: its text is meant. */
static bool is_wrapped(const struct val *val)
{
    return val->type->safe != SAFE_NONE && (val_is_place(val) || val->kind == VAL_CALL);
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
struct cval code_val(struct code *code, const struct val *val)
{
    if (val_writes(val)) {
        return code_taken(code, val);
    }
    struct cval is = plain_val(code, val);
    if (is_wrapped(val)) {
        is.text = wc_format(code->em->wc, is.ptr != NULL ? "%s->%s" : "%s.%s",
                            is.ptr != NULL ? is.ptr : is.text, safe_word(val->type->safe));
        is.ptr = NULL;
    }
    return is;
}
