/* expand.c - every {{template}} is replaced by a copy of what it names, so that each use has its
 * own context and types. */
#include "wickc/read/ast.h"

struct expander {
    struct wc *wc;
    struct ast *ast;
    const struct define *open[WC_DEPTH_MAX]; /* the templates that we are inside of */
    unsigned depth;
    size_t count; /* copied nodes */
};

enum { NODES_MAX = 20000 };

static struct node *expand_list(struct expander *expander, const struct node *list);

static struct define *find_define(struct expander *expander, const struct node *call)
{
    struct near near = { .name = call->text };
    struct define *meant = NULL;
    for (struct define *define = expander->ast->define; define != NULL; define = define->next) {
        if (str_eq(define->name, call->text)) {
            return define;
        }
        near_try(&near, define->name);
        meant = near.best.ptr == define->name.ptr ? define : meant;
    }
    if (near.best.ptr != NULL) {
        WICK_ASSERT(meant != NULL); /* whose name that is */
        meant->is_used = true;
        wc_error(expander->wc, call->pos, "there is no template \"%.*s\"; did you mean \"%.*s\"?",
                 (int)call->text.len, call->text.ptr, (int)near.best.len, near.best.ptr);
    } else {
        wc_error(expander->wc, call->pos, "there is no template \"%.*s\"", (int)call->text.len,
                 call->text.ptr);
    }
    return NULL;
}

/* NOLINTNEXTLINE(misc-no-recursion): at most WC_DEPTH_MAX templates inside each other */
static struct node *expand_call(struct expander *expander, struct node *node)
{
    struct define *define = find_define(expander, node);
    if (define == NULL) {
        return NULL;
    }
    for (unsigned idx = 0; idx < expander->depth; idx++) {
        if (expander->open[idx] == define) {
            wc_error(expander->wc, node->pos,
                     "template \"%.*s\" contains itself: trees of pages have a fixed size, write "
                     "the levels out",
                     (int)node->text.len, node->text.ptr);
            return NULL;
        }
    }
    if (expander->depth == WC_DEPTH_MAX) {
        wc_error(expander->wc, node->pos, "too many templates inside each other (limit is %d)",
                 WC_DEPTH_MAX);
        expander->ast->is_cut = true;
        return NULL;
    }
    define->is_used = true;
    expander->open[expander->depth++] = define;
    node->kind = NODE_SCOPE;
    node->body = expand_list(expander, define->body);
    expander->depth--;
    return node;
}

/* The parser limits the depth, expand_call() that of templates. */
/* NOLINTNEXTLINE(misc-no-recursion) */
static struct node *expand_list(struct expander *expander, const struct node *list)
{
    struct node *first = NULL;
    struct node **end = &first;
    for (const struct node *from = list; from != NULL; from = from->next) {
        if (++expander->count > NODES_MAX) {
            if (expander->count == NODES_MAX + 1) {
                wc_error(expander->wc, from->pos, "too many nodes (limit is %d)", NODES_MAX);
                expander->ast->is_cut = true;
            }
            return first;
        }
        struct node *node = wc_take(expander->wc, sizeof *node);
        *node = *from;
        node->next = NULL;
        node->body = expand_list(expander, from->body);
        node->otherwise = expand_list(expander, from->otherwise);
        if (node->kind == NODE_TEMPLATE) {
            node = expand_call(expander, node);
        }
        if (node != NULL) {
            *end = node;
            end = &node->next;
        }
    }
    return first;
}

void expand(struct wc *wc, struct ast *ast)
{
    struct expander expander = { .wc = wc, .ast = ast };
    ast->root = expand_list(&expander, ast->root);
}
