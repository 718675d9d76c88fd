/* emit_flow.c - the function that tells whether a row of a live list is shown, and whether the list
 * ends with it. */
#include "tmpl/tmpl.h"
#include "wickc/emit/emit.h"
#include "wickc/tree/flow.h"

static void flow_list(struct code *code, const struct node *list, bool *has_output);

static void put_output(struct code *code, bool *has_output)
{
    if (!*has_output) {
        code_line(code, "is_begun = true;");
        *has_output = true;
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static void flow_branch(struct code *code, const struct node *node, bool *has_output)
{
    bool in_body = *has_output;
    bool in_otherwise = *has_output;
    code_line(code, "{");
    const char *truth = code_node_truth(code, node);
    code_line(code, "if (%s) {", truth);
    flow_list(code, node->body, &in_body);
    code_line(code, "} else {");
    flow_list(code, node->otherwise, &in_otherwise);
    code_line(code, "}");
    code_line(code, "}");
    *has_output = in_body && in_otherwise;
}

/* Statements for the nodes of a row, as far as they decide or set variables. *has_output: something
 * was surely written before. */
/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static void flow_list(struct code *code, const struct node *list, bool *has_output)
{
    for (const struct node *node = list; node != NULL; node = node->next) {
        if (node->kind == NODE_BREAK || node->kind == NODE_CONTINUE) {
            bool is_break = node->kind == NODE_BREAK;
            code_line(code, is_break ? "return is_begun ? TMPL_ROW_LAST : TMPL_ROW_STOP;"
                                     : "return is_begun ? TMPL_ROW_SHOWN : TMPL_ROW_SKIPPED;");
            return;
        }
        struct node alone = *node;
        alone.next = NULL;
        if (flow_node_leaves(node) || (!*has_output && flow_may_filter(code->em->wc, node))) {
            flow_branch(code, node->kind == NODE_RANGE ? flow_as_branch(code->em->wc, node) : node,
                        has_output);
            continue;
        }
        code->is_silent = true;
        code_nodes(code, &alone);
        code->is_silent = false;
        if (!flow_is_blank(code->em->wc, node)) {
            put_output(code, has_output);
        }
    }
}

static uint64_t wanted_by(const struct tslot *slot)
{
    return vars_of_nodes(slot->range->body);
}

void emit_flow(struct emitter *em, const struct tslot *slot, const char *name)
{
    struct code code = { .em = em };
    bool has_output = false;
    code_enter(&code, slot->range, wanted_by(slot), ENTER_ROW);
    code_line(&code, "bool is_begun = false;");
    flow_list(&code, slot->range->body, &has_output);
    code_line(&code, "return is_begun ? TMPL_ROW_SHOWN : TMPL_ROW_SKIPPED;");
    code_room(&code);
    code_function(
        &code, wc_format(em->wc, "static enum tmpl_row_is %s(const struct tmpl_ctx *ctx)", name));
}

void deps_of_flow(struct emitter *em, struct deps *deps, const struct tslot *slot)
{
    deps_of_nodes(em, deps, slot->range->body);
    deps_of_entry(em, deps, slot->range, wanted_by(slot), ENTER_ROW);
}
