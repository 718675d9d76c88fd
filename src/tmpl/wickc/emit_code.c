/* emit_code.c - functions: texts with branches and loops in them, the frame around the statements. */
#include "tmpl/wickc/emit.h"

#include "tmpl/tmpl.h"
#include "tmpl/tmpl_esc.h"

#include <string.h>

static void put_nodes(struct code *code, const struct node *list);

static void put_static(struct code *code, struct str text)
{
    if (text.len > 0) {
        struct sb literal = { 0 };
        sb_put_c(code->em->wc, &literal, text);
        code_line(code, "buf_put(out, %s, %zu);", sb_text(&literal), text.len);
    }
}

/* if, with */
/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static void put_branch(struct code *code, const struct node *node)
{
    bool took_before = code->took;
    code_line(code, "{");
    size_t head = code->text.len;
    code->took = false;
    const char *temp = code_temp(code);
    const char *truth = code_truth(code, node->val);
    code_line(code, "const bool %s = %s;", temp, truth);
    if (code->took) {
        code_drop(code, head, "out->len");
    }
    code->took = took_before;
    code_line(code, "if (%s) {", temp);
    put_nodes(code, node->body);
    if (node->otherwise != NULL) {
        code_line(code, "} else {");
        put_nodes(code, node->otherwise);
    }
    code_line(code, "}");
    code_line(code, "}");
}

void code_rows(struct code *code, const struct val *list, const char **base_out, const char **len_out)
{
    struct wc *wc = code->em->wc;
    struct cval val = code_val(code, list);
    if (val.type->kind == TYPE_ARRAY) {
        *base_out = wc_format(wc, "(%s)", val.text);
        *len_out = wc_format(wc, "(uint32_t)WICK_COUNT_OF(%s)", val.text);
    } else {
        *base_out = wc_format(wc, "%s->v", val.ptr);
        *len_out = wc_format(wc, "(%s->len < WICK_COUNT_OF(%s->v) ? %s->len : (uint32_t)WICK_COUNT_OF(%s->v))", val.ptr, val.ptr, val.ptr, val.ptr);
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static void put_loop(struct code *code, const struct node *node)
{
    const char *base;
    const char *len;
    unsigned id = node->loop->id;
    code_line(code, "{");
    code_rows(code, node->val, &base, &len);
    code_line(code, "const uint32_t n%u = %s;", id, len);
    code_line(code, "for (uint32_t i%u = 0; i%u < n%u; i%u++) {", id, id, id, id);
    code_line(code, "__extension__ __auto_type e%u = &%s[i%u];", id, base, id);
    code_line(code, "(void)e%u;", id);
    put_nodes(code, node->body);
    code_line(code, "}");
    if (node->otherwise != NULL) {
        code_line(code, "if (n%u == 0) {", id);
        put_nodes(code, node->otherwise);
        code_line(code, "}");
    }
    code_line(code, "}");
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static void put_node(struct code *code, const struct node *node)
{
    switch (node->kind) {
    case NODE_TEXT:
        put_static(code, sb_str(&node->out));
        return;
    case NODE_ACTION:
        if (node->val != NULL && (node->how & TMPL_ESC_MAIN) != TMPL_ESC_COMMENT) {
            code_line(code, "{");
            code_put(code, node->val, node->how);
            code_line(code, "}");
        }
        return;
    case NODE_IF:
    case NODE_WITH:
        put_branch(code, node);
        return;
    case NODE_RANGE:
        put_loop(code, node);
        return;
    case NODE_SCOPE:
        put_nodes(code, node->body);
        return;
    case NODE_BREAK:
        code_line(code, "break;");
        return;
    case NODE_CONTINUE:
        code_line(code, "continue;");
        return;
    case NODE_TEMPLATE:
        return;
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static void put_nodes(struct code *code, const struct node *list)
{
    for (const struct node *node = list; node != NULL; node = node->next) {
        put_node(code, node);
        if (node->kind == NODE_BREAK || node->kind == NODE_CONTINUE) {
            return; /* what follows is never written */
        }
    }
}

void code_pieces(struct code *code, const struct piece *piece)
{
    if (piece != NULL && piece->next == NULL && piece->node != NULL && piece->node->kind == NODE_ACTION) {
        code_put(code, piece->node->val, piece->node->how);
        return;
    }
    for (; piece != NULL; piece = piece->next) {
        put_static(code, piece->text);
        if (piece->node != NULL) {
            put_node(code, piece->node);
        }
    }
}

void code_function(struct code *code, const char *head)
{
    struct emitter *em = code->em;
    struct sb *c = &em->c;
    bool uses_ctx = code->uses_ctx;
    sb_putf(em->wc, c, "%s\n{\n", head);
    static const char *const part_word[] = { "TMPL_DEVICE", "TMPL_VIEW", "TMPL_FORM" };
    const char *const type[] = { em->device, em->view, "struct tmpl_form" };
    for (unsigned part = 0; part < 3; part++) {
        if (code->uses_part[part]) {
            sb_putf(em->wc, c, "    const %s *const %c = ctx->part[%s];\n", type[part], "dvf"[part], part_word[part]);
            uses_ctx = true;
        }
    }
    for (unsigned depth = 0; depth < WICK_ROW_DEPTH_MAX; depth++) {
        if (code->uses_row[depth]) {
            enum type_kind kind = code->row[depth]->elem->kind; /* before C23 an array behind a const pointer is not const */
            const char *cast = kind == TYPE_CHARS || kind == TYPE_ARRAY ? wc_format(em->wc, "(const row_%u *)(uintptr_t)", code->row[depth]->id) : "";
            sb_putf(em->wc, c, "    const row_%u *const r%u = %sctx->row[%u];\n", code->row[depth]->id, depth, cast, depth);
            uses_ctx = true;
        }
    }
    if (!uses_ctx) {
        sb_puts(em->wc, c, "    (void)ctx;\n");
    }
    sb_put(em->wc, c, sb_text(&code->text), code->text.len);
    sb_puts(em->wc, c, "}\n\n");
}
