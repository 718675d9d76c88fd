/* emit_print.c - printing as C: values, print, println, printf. */
#include "tmpl/tmpl.h"
#include "tmpl/tmpl_esc.h"
#include "wickc/check/format.h"
#include "wickc/emit/emit.h"

#include <string.h>

/* Does a verb of printf go with a bool, a number (i64, u64), a text (chars, str)? */
static bool is_for(char verb, char kind)
{
    const char *verbs = "sqxX";
    if (kind == 'b') {
        verbs = "t";
    } else if (kind == 'i' || kind == 'u') {
        verbs = "dxXoObcqU";
    }
    return verb == 'v' || strchr(verbs, verb) != NULL;
}

/* { type: function, ... } for everything that goes with the verb. For printing, the default is
 * a function whose call is an error of the C compiler. */
static const char *code_generic_for(const char *what, const char *prefix, char verb, struct wc *wc)
{
    static const struct {
        const char *type, *kind;
    } row[] = {
        { "bool", "bool" },
        { "signed char", "i64" },
        { "unsigned char", "u64" },
        { "short", "i64" },
        { "unsigned short", "u64" },
        { "int", "i64" },
        { "unsigned", "u64" },
        { "long", "i64" },
        { "unsigned long", "u64" },
        { "long long", "i64" },
        { "unsigned long long", "u64" },
        { "char *", "chars" },
        { "const char *", "chars" },
        { "struct str", "str" },
    };
    struct sb text = { 0 };
    sb_putf(wc, &text, "_Generic(%s", what);
    for (size_t idx = 0; idx < WICK_COUNT_OF(row); idx++) {
        if (is_for(verb, row[idx].kind[0])) {
            sb_putf(wc, &text, ", %s: %s_%s", row[idx].type, prefix, row[idx].kind);
        }
    }
    bool is_put = strcmp(prefix, "tmpl_is") != 0;
    sb_puts(wc, &text, is_put ? ", default: tmpl_put_other)" : ")");
    return sb_text(&text);
}

const char *code_generic(const char *what, const char *prefix, struct wc *wc)
{
    return code_generic_for(what, prefix, 'v', wc);
}

static bool val_type_is_str(const struct cval *val)
{
    WICK_ASSERT(val->type != NULL); /* the checker gave every value one */
    return val->type->kind == TYPE_STR || val->type->kind == TYPE_CSTR ||
           val->type->kind == TYPE_CHARS;
}

/* How a value of a safe type is escaped: its first step is told what it is; where that means "as it
 * is", the step is left out. */
unsigned how_of_safe(enum safe safe, unsigned how)
{
    unsigned main = how & TMPL_ESC_MAIN;
    unsigned rest = how & ~(unsigned)TMPL_ESC_MAIN;
    bool is_first = (how & TMPL_ESC_FILTER) == 0; /* else that of addresses comes first */
    switch (safe) {
    case SAFE_HTML:
        if (main == TMPL_ESC_HTML) {
            return rest;
        }
        return main == TMPL_ESC_RCDATA ||
                       (main == TMPL_ESC_NONE && (rest & (TMPL_ESC_ATTR | TMPL_ESC_NOSPACE)) != 0)
                   ? how | TMPL_ESC_SAFE
                   : how;
    case SAFE_ATTR:
        return main == TMPL_ESC_NAME ? rest : how;
    case SAFE_CSS:
        return main == TMPL_ESC_CSS ? rest : how;
    case SAFE_JS:
        return main == TMPL_ESC_JS ? rest : how;
    case SAFE_JSSTR:
        return main == TMPL_ESC_JS || main == TMPL_ESC_JS_STR ? how | TMPL_ESC_SAFE : how;
    case SAFE_SRCSET:
        return main == TMPL_ESC_SRCSET ? rest : how;
    case SAFE_URL:
        if (!is_first) {
            return how & ~(unsigned)TMPL_ESC_FILTER;
        }
        if (main == TMPL_ESC_QUERY) {
            return rest | TMPL_ESC_URL;
        }
        return main == TMPL_ESC_SRCSET ? how | TMPL_ESC_SAFE : how;
    case SAFE_NONE:
    case SAFE_COUNT:
        break;
    }
    return how;
}

void code_put_plain(struct code *code, struct cval is, struct pos pos, unsigned how)
{
    struct wc *wc = code->em->wc;
    WICK_ASSERT(is.type != NULL); /* the checker gave every value one */
    how = how_of_safe(is.type->safe, how);
    if ((how & TMPL_ESC_SAFE) != 0) {
        code_line(code, "tmpl_escape_safe(out, %s, %u);", code_str(code, is), how);
        return;
    }
    if (is.type->kind == TYPE_STR || is.type->kind == TYPE_CSTR) {
        code_line(code, "tmpl_escape(out, %s, %u);", code_str(code, is), how);
        return;
    }
    if (is.type->kind == TYPE_BOOL && is.ptr == NULL) { /* what C computes is an int */
        code_line(code, "tmpl_put_bool(out, %s, 1, %u);", is.text, how);
        return;
    }
    code_at(code, pos,
            wc_format(wc, "%s(out, %s, sizeof(%s), %u);", code_generic(is.text, "tmpl_put", wc),
                      is.text, is.text, how));
}

static void put_cval(struct code *code, struct cval is, struct pos pos, unsigned how)
{
    WICK_ASSERT(is.type != NULL); /* the checker gave every value one */
    bool is_composite =
        is.type->kind == TYPE_STRUCT || is.type->kind == TYPE_LIST || is.type->kind == TYPE_ARRAY;
    if (is_composite) {
        code_put_composite(code, is, pos, how);
    } else {
        code_put_plain(code, is, pos, how);
    }
}

/* --- printf ----------------------------------------------------------------------------------- */

static void put_literal(struct code *code, struct str text)
{
    struct sb literal = { 0 };
    sb_put_c(code->em->wc, &literal, text);
    if (text.len > 0) {
        code_line(code, "buf_put(out, %s, %zu);", sb_text(&literal), text.len);
    }
}

/* The directive as a struct tmpl_fmt. @return its name */
static const char *put_spec(struct code *code, const struct directive_item *item,
                            const struct cval *arg)
{
    const char *spec = code_temp(code);
    bool has_star = item->width_arg > 0 || item->precision_arg > 0;
    code_line(code, "%sstruct tmpl_fmt %s = { '%c', %u, %u, %u };", has_star ? "" : "static const ",
              spec, item->type != NULL ? 's' : item->verb, item->flags, item->width,
              item->precision);
    if (item->width_arg > 0) {
        code_line(code, "tmpl_fmt_width(out, &%s, %s);", spec,
                  code_i64(code, &arg[item->width_arg]));
    }
    if (item->precision_arg > 0) {
        code_line(code, "tmpl_fmt_precision(out, &%s, %s);", spec,
                  code_i64(code, &arg[item->precision_arg]));
    }
    return spec;
}

static void put_directive(struct code *code, const struct directive_item *item,
                          const struct cval *arg, struct pos pos)
{
    struct wc *wc = code->em->wc;
    bool is_bare = item->flags == 0 && item->width_arg == 0 && item->precision_arg == 0;
    const struct cval *val = &arg[item->arg];
    if (is_bare && item->type != NULL) {
        put_literal(code, str_of(item->type));
        return;
    }
    bool is_value = is_bare && val->type != NULL; /* %T with flags has only its text */
    if (is_value && strchr("vdst", item->verb) != NULL && val->type->kind != TYPE_OPAQUE) {
        put_cval(code, *val, pos, 0);
        return;
    }
    if (is_value && item->verb == 'x' && val->type->kind == TYPE_INT && !val->type->is_signed) {
        code_line(code, "tmpl_put_hex(out, %s);", val->text);
        return;
    }
    const char *spec = put_spec(code, item, arg);
    const char *family = item->verb == 'q' || item->verb == 'U' ? "tmpl_quote" : "tmpl_fmt";
    if (item->type != NULL) {
        struct sb type = { 0 };
        sb_put_c(wc, &type, str_of(item->type));
        code_line(code, "tmpl_fmt_str(out, STR(%s), 0, &%s);", sb_text(&type), spec);
    } else if (val_type_is_str(val)) {
        code_line(code, "%s_str(out, %s, 0, &%s);", family, code_str(code, *val), spec);
    } else if (val->type->kind == TYPE_BOOL) {
        code_line(code, "tmpl_fmt_bool(out, %s, 1, &%s);", val->text, spec);
    } else if (val->type->kind == TYPE_INT) {
        code_line(code, "%s_%c64(out, %s, 8, &%s);", family, val->type->is_signed ? 'i' : 'u',
                  val->text, spec);
    } else {
        code_at(code, pos,
                wc_format(wc, "%s(out, %s, sizeof(%s), &%s);",
                          code_generic_for(val->text, family, item->verb, wc), val->text, val->text,
                          spec));
    }
}

static void put_format(struct code *code, const struct val *val, const struct cval *arg)
{
    for (const struct directive_item *item = val->format; item != NULL; item = item->next) {
        put_literal(code, item->text);
        if (item->verb != '\0') {
            put_directive(code, item, arg, val->arg[item->arg]->pos);
        }
    }
}

/* Is the value looked at? Those that a format with [1] leaves out, or of which %T shows the type,
 * are not. */
static bool is_used(const struct val *call, unsigned idx)
{
    bool is_it = call->op != OP_PRINTF;
    for (const struct directive_item *item = call->format; item != NULL; item = item->next) {
        is_it = is_it || (item->arg == idx && item->type == NULL) || item->width_arg == idx ||
                item->precision_arg == idx;
    }
    return is_it;
}

/* --- writing ---------------------------------------------------------------------------------- */

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
const char *code_write(struct code *code, const struct val *val)
{
    struct wc *wc = code->em->wc;
    const char *mark = code_temp(code);
    if (val->kind == VAL_CALL) {
        const char *call = code_call(code, val);
        code_line(code, "const size_t %s = out->len;", mark);
        code_at(code, val->pos, wc_format(wc, "%s;", call));
        return mark;
    }
    struct cval arg[VAL_ARG_MAX] = { 0 };
    for (unsigned idx = val->op == OP_PRINTF; idx < val->arg_count; idx++) {
        arg[idx] = is_used(val, idx) ? code_val(code, val->arg[idx]) : arg[idx];
    }
    code_line(code, "const size_t %s = out->len;", mark);
    if (val->op == OP_PRINTF) {
        put_format(code, val, arg);
        return mark;
    }
    if (val->op == OP_JOIN || val->op == OP_SPARK) {
        code_put_list(code, val, arg);
        return mark;
    }
    for (unsigned idx = 0; idx < val->arg_count;
         idx++) { /* print: a space between two values of which neither is a text */
        bool is_blank = idx > 0 && (val->op == OP_PRINTLN || (!val_is_text(val->arg[idx]) &&
                                                              !val_is_text(val->arg[idx - 1])));
        if (is_blank) {
            code_line(code, "buf_put_u8(out, ' ');");
        }
        put_cval(code, arg[idx], val->arg[idx]->pos, 0);
    }
    if (val->op == OP_PRINTLN) {
        code_line(code, "buf_put_u8(out, '\\n');");
    } else if (val->op == OP_JS) {
        code_line(code, "tmpl_js_since(out, %s);", mark);
    } else if (val->op != OP_PRINT) {
        code_line(code, "tmpl_escape_since(out, %s, %u);", mark,
                  (unsigned)(val->op == OP_HTML ? TMPL_ESC_BARE : TMPL_ESC_URLQUERY));
    }
    return mark;
}

/* and, or of values of different types: each is printed as what it is. */
/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
static const char *put_choice(struct code *code, const struct val *val, unsigned how)
{
    const char *mark = code_temp(code);
    struct cval arg[VAL_ARG_MAX] = { 0 };
    for (unsigned idx = 0; idx < val->arg_count; idx++) {
        arg[idx] = code_val(code, val->arg[idx]);
    }
    if (code->took) {
        code_line(code, "const size_t %s = out->len;", mark);
    }
    for (unsigned idx = 0; idx < val->arg_count; idx++) {
        bool is_last = idx + 1 == val->arg_count;
        if (!is_last) {
            code_line(code, "if (%s%s) {", val->op == OP_AND ? "!" : "",
                      code_truth_of(code, arg[idx]));
        }
        put_cval(code, arg[idx], val->arg[idx]->pos, how);
        if (!is_last) {
            code_line(code, "} else {");
        }
    }
    for (unsigned idx = 1; idx < val->arg_count; idx++) {
        code_line(code, "}");
    }
    return mark;
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
void code_put(struct code *code, const struct val *val, unsigned how)
{
    struct taking before = code_take(code);
    const char *mark;
    if (val_writes(val)) {
        mark = code_write(code, val);
        how = how_of_safe(val->type->safe, how);
        if (how != 0) {
            code_line(code, "tmpl_escape_%ssince(out, %s, %u);",
                      (how & TMPL_ESC_SAFE) != 0 ? "safe_" : "", mark, how);
        } else {
            code_line(code, "(void)%s;", mark);
        }
    } else if (val_is_choice(val)) {
        mark = put_choice(code, val, how);
    } else {
        struct cval is = code_val(code, val);
        mark = code_temp(code);
        if (code->took) {
            code_line(code, "const size_t %s = out->len;", mark);
        }
        put_cval(code, is, val->pos, how);
    }
    code_drop(code, before, mark);
}

struct taking code_take(struct code *code)
{
    struct taking taking = { code->text, code->took };
    code->text = (struct sb){ 0 };
    code->took = false;
    return taking;
}

void code_drop(struct code *code, struct taking before, const char *mark)
{
    struct wc *wc = code->em->wc;
    if (code->took) {
        const char *start = code_temp(code);
        code_line(code, "tmpl_drop(out, %s, %s);", start, mark);
        sb_putf(wc, &before.text, "    const size_t %s = out->len;\n", start);
    }
    sb_put(wc, &before.text, sb_text(&code->text), code->text.len);
    code->text = before.text;
    code->took = before.took;
}
