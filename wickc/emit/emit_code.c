/* emit_code.c - functions: texts with branches and loops in them, the frame around the statements.
 */
#include "tmpl/tmpl.h"
#include "tmpl/tmpl_esc.h"
#include "wickc/emit/emit.h"

#include <string.h>

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
    code_line(code, "{");
    struct taking before = code_take(code);
    const char *temp = code_temp(code);
    const char *truth = code_node_truth(code, node);
    code_line(code, "const bool %s = %s;", temp, truth);
    code_drop(code, before, "out->len");
    code_line(code, "if (%s) {", temp);
    code_nodes(code, node->body);
    if (node->otherwise != NULL) {
        code_line(code, "} else {");
        code_nodes(code, node->otherwise);
    }
    code_line(code, "}");
    code_line(code, "}");
}

void code_list(struct code *code, struct cval val, const char **base_out, const char **len_out)
{
    struct wc *wc = code->em->wc;
    if (val.type->kind == TYPE_ARRAY) {
        *base_out = wc_format(wc, "(%s)", val.text);
        *len_out = wc_format(wc, "(uint32_t)WICK_COUNT_OF(%s)", val.text);
    } else if (val.type->is_part) {
        *base_out = wc_format(wc, "%s->v", val.ptr);
        *len_out = wc_format(wc, "%s->len", val.ptr);
    } else {
        *base_out = wc_format(wc, "%s->v", val.ptr);
        *len_out = wc_format(
            wc, "(%s->len < WICK_COUNT_OF(%s->v) ? %s->len : (uint32_t)WICK_COUNT_OF(%s->v))",
            val.ptr, val.ptr, val.ptr, val.ptr);
    }
}

void code_rows(struct code *code, const struct loop *loop, const char **base_out,
               const char **len_out)
{
    struct wc *wc = code->em->wc;
    struct cval val = code_val(code, loop->list);
    if (loop->is_count) {
        *base_out = "tmpl_no_row";
        *len_out =
            wc_format(wc, "tmpl_count_%s(%s)", val.type->is_signed ? "i64" : "u64", val.text);
    } else {
        code_list(code, val, base_out, len_out);
    }
}

void code_loop(struct code *code, const struct node *node, const char *end)
{
    const char *base;
    const char *len;
    unsigned id = node->means.loop->id;
    code_rows(code, node->means.loop, &base, &len);
    code_line(code, "const uint32_t n%u = %s;", id, end == NULL ? len : end);
    code_line(code, "for (uint32_t i%u = 0; i%u < n%u; i%u++) {", id, id, id, id);
    if (!node->means.loop->is_count) {
        code_line(code, "__extension__ __auto_type e%u = &%s[i%u];", id, base, id);
        code_line(code, "(void)e%u;", id);
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static void put_loop(struct code *code, const struct node *node)
{
    struct local local = { node->means.loop, code->em->local };
    code_line(code, "{");
    code_loop(code, node, NULL);
    code->em->local = &local;
    code->loops++;
    code_set_row(code, node);
    code_nodes(code, node->body);
    code->loops--;
    code->em->local = local.up;
    code_line(code, "}");
    if (node->otherwise != NULL) {
        code_line(code, "if (n%u == 0) {", node->means.loop->id);
        code_nodes(code, node->otherwise);
        code_line(code, "}");
    }
    code_line(code, "}");
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static void put_node(struct code *code, const struct node *node)
{
    if (code->is_silent && !node_matters(node, code->wanted, code->loops > 0)) {
        return;
    }
    switch (node->kind) {
    case NODE_TEXT:
        put_static(code, sb_str(&node->html.out));
        return;
    case NODE_ACTION:
        if (node->pipe->variable != NULL) {
            code_set(code, node);
        } else if (node->means.val != NULL &&
                   (node->html.how & TMPL_ESC_MAIN) != TMPL_ESC_COMMENT) {
            code_line(code, "{");
            code_put(code, node->means.val, node->html.how);
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
        code_line(code, "{");
        code_set(code, node);
        code_nodes(code, node->body);
        code_line(code, "}");
        return;
    case NODE_GROUP:
        code_nodes(code, node->body);
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
void code_nodes(struct code *code, const struct node *list)
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
    uint64_t wanted = 0;
    const struct node *first = NULL;
    for (const struct piece *at = piece; at != NULL; at = at->next) {
        first = first == NULL ? at->node : first;
        wanted |= vars_of_piece(at);
    }
    code_enter(code, first, wanted, ENTER_BEFORE);
    if (piece != NULL && piece->next == NULL && piece->node != NULL &&
        piece->node->kind == NODE_ACTION) {
        code_put(code, piece->node->means.val, piece->node->html.how);
        return;
    }
    for (; piece != NULL; piece = piece->next) {
        put_static(code, piece->text);
        if (piece->only_sets) {
            code_set(code, piece->node);
        } else if (piece->node != NULL) {
            put_node(code, piece->node);
        }
    }
}

void code_room(struct code *code)
{
    code->has_room = code->needs_out;
}

void code_function(struct code *code, const char *head)
{
    struct emitter *em = code->em;
    struct sb *c = &em->c;
    bool uses_ctx = code->uses_ctx;
    for (unsigned id = 0; id < VAR_MAX;
         id++) { /* not on the stack: they are large, and no two functions run at once */
        if (((code->keeps & ~em->keeps) >> id & 1) != 0) {
            sb_putf(em->wc, c, "static struct tmpl_keep keep%u;\n", id);
        }
    }
    em->keeps |= code->keeps;
    sb_putf(em->wc, c, "%s\n{\n", head);
    for (unsigned part = 0; part < TMPL_ROW; part++) {
        if (code->uses_part[part]) {
            sb_putf(em->wc, c, "    const %s *const %s = ctx->part[%s];\n", em->part[part],
                    part_variable(part), part_word(part));
            uses_ctx = true;
        }
    }
    for (unsigned depth = 0; depth < WICK_ROW_DEPTH_MAX; depth++) {
        if (code->uses_row[depth]) {
            enum type_kind kind =
                code->row[depth]->elem->kind; /* before C23 an array reached through a const pointer
                                                 is not const */
            const char *cast =
                kind == TYPE_CHARS || kind == TYPE_ARRAY
                    ? wc_format(em->wc, "(const row_%u *)(uintptr_t)", code->row[depth]->id)
                    : "";
            sb_putf(em->wc, c, "    const row_%u *const r%u = %sctx->row[%u];\n",
                    code->row[depth]->id, depth, cast, depth);
            if (strstr(sb_text(&code->text), wc_format(em->wc, "r%u", depth)) ==
                NULL) { /* a struct is true without being read */
                sb_putf(em->wc, c, "    (void)r%u;\n", depth);
            }
            uses_ctx = true;
        }
    }
    if (!uses_ctx) {
        sb_puts(em->wc, c, "    (void)ctx;\n");
    }
    if (code->has_room) {
        sb_puts(em->wc, c,
                "    uint8_t mem[512];\n    struct buf room, *out = &room;\n    buf_init(out, mem, "
                "sizeof mem);\n");
    }
    sb_put(em->wc, c, sb_text(&code->text), code->text.len);
    sb_puts(em->wc, c, "}\n\n");
}
