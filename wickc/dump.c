/* dump.c - what a pass has made, as text (--dump). */
#include "tmpl/tmpl.h"
#include "wickc/tree/tree.h"

void dump_tokens(FILE *out, const struct tokens *tokens)
{
    for (size_t idx = 0; idx < tokens->count; idx++) {
        const struct token *token = &tokens->tok[idx];
        (void)fprintf(out, "%u:%u\t%s\t%.*s\n", pos_line(token->pos), pos_col(token->pos),
                      lex_name(token->kind), (int)token->text.len, token->text.ptr);
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
void dump_nodes(FILE *out, const struct node *node, int depth)
{
    for (; node != NULL; node = node->next) {
        (void)fprintf(out, "%*s%s %u:%u", 2 * depth, "", node_word(node->kind), pos_line(node->pos),
                      pos_col(node->pos));
        if (node->kind == NODE_TEXT) {
            (void)fprintf(out, " %zu bytes", node->text.len);
        }
        (void)fputs("\n", out);
        dump_nodes(out, node->body, depth + 1);
        if (node->otherwise != NULL) {
            (void)fprintf(out, "%*selse\n", 2 * depth, "");
            dump_nodes(out, node->otherwise, depth + 1);
        }
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
static void put_val(struct wc *wc, struct sb *text, const struct val *val)
{
#define DUMP_OP(name, word, min, max) word,
    static const char *const op[] = { CHECK_OPS(DUMP_OP) };
#undef DUMP_OP
    switch (val->kind) {
    case VAL_ROOT:
        sb_puts(wc, text, "$");
        return;
    case VAL_PART:
        sb_puts(wc, text, tmpl_scope_of(val->part) == TMPL_SCOPE_SHARED ? "device" : "view");
        return;
    case VAL_ROW:
        sb_putf(wc, text, "%s%u", val->loop->is_slot ? "row" : "element", val->loop->id);
        return;
    case VAL_INDEX:
        sb_putf(wc, text, "index%u", val->loop->id);
        return;
    case VAL_VAR:
        sb_putf(wc, text, "%.*s#%u", (int)val->var->name.len, val->var->name.ptr, val->var->id);
        return;
    case VAL_MEMBER:
        put_val(wc, text, val->arg[0]);
        sb_putf(wc, text, ".%.*s", (int)val->text.len, val->text.ptr);
        return;
    case VAL_ITEM:
        sb_puts(wc, text, "page");
        return;
    case VAL_INT:
    case VAL_BOOL:
        sb_putf(wc, text, "%lld", (long long)val->number);
        return;
    case VAL_TEXT:
        sb_put_c(wc, text, val->text);
        return;
    case VAL_CALL:
        sb_putf(wc, text, "%.*s(", (int)val->func->name.len, val->func->name.ptr);
        break;
    case VAL_OP:
        sb_putf(wc, text, "%s(", op[val->op]);
        break;
    }
    for (unsigned idx = 0; idx < val->arg_count; idx++) {
        sb_puts(wc, text, idx > 0 ? ", " : "");
        put_val(wc, text, val->arg[idx]);
    }
    sb_puts(wc, text, ")");
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
void dump_values(struct wc *wc, FILE *out, const struct node *node, int depth)
{
    for (; node != NULL; node = node->next) {
        if (node->means.val != NULL) {
            struct sb text = { 0 };
            put_val(wc, &text, node->means.val);
            (void)fprintf(out, "%*s%s %u:%u %s : %s (%s)\n", 2 * depth, "", node_word(node->kind),
                          pos_line(node->pos), pos_col(node->pos), sb_text(&text),
                          type_name(wc, node->means.val->type),
                          html_state_text(node->html.before.state));
        }
        dump_values(wc, out, node->body, depth + 1);
        dump_values(wc, out, node->otherwise, depth + 1);
    }
}

static void dump_tnode(FILE *out, const struct tnode *node, const char *name)
{
    static const char *const kind[] = { "text", "cond", "list" };
    static const char *const place[] = { "content", "element", "attribute", "tag" };
    unsigned idx = 0;
    (void)fprintf(out, "%s: %u slots, %016llx\n", name, node->slot_count,
                  (unsigned long long)node->fingerprint);
    for (const struct tslot *slot = node->slot; slot != NULL; slot = slot->next) {
        (void)fprintf(out, "  \"%s\"\n  %u: %s, %s", sb_text(&node->statics[idx]), idx,
                      kind[slot->kind], place[slot->place]);
        idx++;
        for (const struct tbranch *branch = slot->branch; branch != NULL; branch = branch->next) {
            (void)fprintf(out, ", node %u", branch->tree->id);
        }
        if (slot->row != NULL) {
            (void)fprintf(out, ", row node %u, key slot %d%s", slot->row->id, slot->key_slot,
                          (slot->flags & TMPL_LT_DIRECT) != 0 ? ", direct" : "");
        }
        if (slot->otherwise != NULL) {
            (void)fprintf(out, ", else node %u", slot->otherwise->id);
        }
        (void)fputs("\n", out);
    }
    (void)fprintf(out, "  \"%s\"\n", sb_text(&node->statics[idx]));
}

void dump_tree(FILE *out, const struct tree *tree)
{
    if (tree->head != NULL) {
        dump_tnode(out, tree->head, "head");
        dump_tnode(out, tree->tail, "tail");
    }
    for (unsigned id = 0; id < tree->node_count; id++) {
        char name[16];
        (void)snprintf(name, sizeof name, "node %u", id);
        dump_tnode(out, tree->node[id], name);
    }
}
