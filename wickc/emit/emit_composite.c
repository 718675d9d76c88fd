/* emit_composite.c - lists, arrays and structs as C that prints them: as Go's fmt does, [a b] and
 * {a b}, in scripts as JSON. */
#include "tmpl/tmpl_esc.h"
#include "wickc/emit/emit.h"

#include <string.h>

struct part {
    const char *ptr; /* C: pointer to the value */
    const struct type *type;
    struct pos pos;
    bool is_json;
};

static void put_part(struct code *code, const struct part *part);

/* A pointer to a part of the value, in a variable of its own. */
static const char *pointer_to(struct code *code, const char *place)
{
    const char *temp = code_temp(code);
    code_line(code, "__extension__ __auto_type %s = &%s;", temp, place);
    return temp;
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the type */
static void put_struct(struct code *code, const struct part *part)
{
    struct wc *wc = code->em->wc;
    code_line(code, "buf_put_u8(out, '{');");
    for (const struct member *member = part->type->member; member != NULL; member = member->next) {
        bool is_first = member == part->type->member;
        const char *text = is_first ? "" : " ";
        if (part->is_json) {
            text = wc_format(wc, "%s\"%.*s\":", is_first ? "" : ",", (int)member->name.len,
                             member->name.ptr);
        }
        struct sb literal = { 0 };
        sb_put_c(wc, &literal, str_of(text));
        if (text[0] != '\0') {
            code_line(code, "buf_put(out, %s, %zu);", sb_text(&literal), strlen(text));
        }
        const char *ptr = pointer_to(
            code, wc_format(wc, "%s->%.*s", part->ptr, (int)member->name.len, member->name.ptr));
        put_part(code, &(struct part){ ptr, member->type, part->pos, part->is_json });
    }
    code_line(code, "buf_put_u8(out, '}');");
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the type */
static void put_list(struct code *code, const struct part *part)
{
    struct wc *wc = code->em->wc;
    const char *rows;
    const char *len;
    const char *idx = code_temp(code);
    code_list(code, (struct cval){ wc_format(wc, "*%s", part->ptr), part->ptr, part->type }, &rows,
              &len);
    code_line(code, "buf_put_u8(out, '[');");
    code_line(code, "for (uint32_t %s = 0; %s < %s; %s++) {", idx, idx, len, idx);
    code_line(code, "if (%s > 0) {", idx);
    code_line(code, "buf_put_u8(out, '%c');", part->is_json ? ',' : ' ');
    code_line(code, "}");
    const char *ptr = pointer_to(code, wc_format(wc, "%s[%s]", rows, idx));
    put_part(code, &(struct part){ ptr, part->type->elem, part->pos, part->is_json });
    code_line(code, "}");
    code_line(code, "buf_put_u8(out, ']');");
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the type */
static void put_part(struct code *code, const struct part *part)
{
    if (part->type->kind == TYPE_STRUCT) {
        put_struct(code, part);
    } else if (part->type->kind == TYPE_LIST || part->type->kind == TYPE_ARRAY) {
        put_list(code, part);
    } else {
        bool is_number = part->type->kind == TYPE_INT || part->type->kind == TYPE_BOOL;
        struct cval value = { wc_format(code->em->wc, "*%s", part->ptr), part->ptr, part->type };
        if (part->type->safe != SAFE_NONE) { /* a part of something is plain text */
            value = (struct cval){ wc_format(code->em->wc, "%s->%s", part->ptr,
                                             safe_word(part->type->safe)),
                                   NULL, type_of_kind(part->type->kind) };
        }
        code_put_plain(code, value, part->pos,
                       part->is_json && !is_number ? TMPL_ESC_JS : TMPL_ESC_NONE);
    }
}

void code_put_composite(struct code *code, struct cval is, struct pos pos, unsigned how)
{
    struct wc *wc = code->em->wc;
    const char *mark = code_temp(code);
    bool is_json = (how & TMPL_ESC_MAIN) == TMPL_ESC_JS;
    unsigned rest = is_json ? how & ~(unsigned)TMPL_ESC_MAIN : how;
    if (rest != 0) {
        code_line(code, "const size_t %s = out->len;", mark);
    }
    put_part(code, &(struct part){ is.ptr != NULL ? is.ptr : wc_format(wc, "(&%s)", is.text),
                                   is.type, pos, is_json });
    if (rest != 0) {
        code_line(code, "tmpl_escape_since(out, %s, %u);", mark, rest);
    }
}

/* Nothing before the first element. */
void code_put_list(struct code *code, const struct val *val, const struct cval *arg)
{
    struct wc *wc = code->em->wc;
    const struct cval *list = &arg[val->arg_count - 1];
    const struct type *elem = list->type->elem;
    bool is_array = list->type->kind == TYPE_ARRAY;
    const char *rows =
        is_array ? wc_format(wc, "(%s)", list->text) : wc_format(wc, "%s->v", list->ptr);
    const char *len = code_temp(code);
    code_line(code, "const uint32_t %s = %s;", len,
              is_array ? wc_format(wc, "WICK_COUNT_OF(%s)", rows)
                       : wc_format(wc, "%s->len < WICK_COUNT_OF(%s) ? %s->len : WICK_COUNT_OF(%s)",
                                   list->ptr, rows, list->ptr, rows));
    if (val->op == OP_SPARK) {
        code_line(code, "tmpl_spark(out, %s, %s, sizeof %s[0], %s);", rows, len, rows,
                  elem->is_signed ? "true" : "false");
        return;
    }
    const char *between = code_str(code, arg[0]);
    const char *idx = code_temp(code);
    code_line(code, "for (uint32_t %s = 0; %s < %s; %s++) {", idx, idx, len, idx);
    code_line(code, "if (%s > 0) {", idx);
    code_line(code, "buf_put_str(out, %s);", between);
    code_line(code, "}");
    const char *ptr = pointer_to(code, wc_format(wc, "%s[%s]", rows, idx));
    put_part(code, &(struct part){ ptr, elem, val->pos, false });
    code_line(code, "}");
}
