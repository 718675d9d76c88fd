/* dump.c - what a pass has made, as text (--dump). */
#include "tmpl/wickc/ast.h"

#include "tmpl/wickc/check.h"

void dump_tokens(FILE *out, const struct tokens *tokens)
{
    for (size_t idx = 0; idx < tokens->count; idx++) {
        const struct token *token = &tokens->tok[idx];
        struct sb text = { 0 };
        (void)fprintf(out, "%u:%u\t%s", pos_line(token->pos), pos_col(token->pos), lex_name(token->kind));
        (void)text;
        (void)fprintf(out, "\t%.*s\n", (int)token->text.len, token->text.ptr);
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
void dump_nodes(FILE *out, const struct node *node, int depth)
{
    for (; node != NULL; node = node->next) {
        (void)fprintf(out, "%*s%s %u:%u", 2 * depth, "", node_word(node->kind), pos_line(node->pos), pos_col(node->pos));
        if (node->kind == NODE_TEXT) {
            (void)fprintf(out, " %zu bytes", node->text.len);
        }
        if (node->before.state != HTML_TEXT) {
            (void)fprintf(out, " (%s)", html_state_text(node->before.state));
        }
        (void)fputs("\n", out);
        dump_nodes(out, node->body, depth + 1);
        if (node->otherwise != NULL) {
            (void)fprintf(out, "%*selse\n", 2 * depth, "");
            dump_nodes(out, node->otherwise, depth + 1);
        }
    }
}
