/* expand.c - every {{template}} is replaced by a copy of what it names, so that each use has its
 * own context and types. */
#include "wickc/read/ast.h"
#include "wickc/read/pages.h"

#include <string.h>

struct expander {
    struct wc *wc;
    struct ast *ast;
    const struct define *open[WC_DEPTH_MAX]; /* the templates that we are inside of */
    unsigned depth;
    size_t count;     /* copied nodes */
    bool is_in_pages; /* in {{range pages}}, where {{break}} and {{continue}} were refused */
};

enum { NODES_MAX = 20000 };

static struct node *expand_list(struct expander *expander, const struct node *list);

/* --- {{template}} -------------------------------------------------------------------------------
 */

/* What a template that is not there may have meant. */
static void say_unknown(struct expander *expander, const struct node *call, const struct near *near)
{
    struct wc *wc = expander->wc;
    const struct str name = call->text;
    bool is_framed = wc->dir.frame != NULL && call->pos.src != wc->dir.at.src;
    bool is_file = memchr(name.ptr, '.', name.len) != NULL;
    if (near->best.ptr != NULL) {
        wc_error(wc, call->pos, "there is no template \"%.*s\"; did you mean \"%.*s\"?",
                 (int)name.len, name.ptr, (int)near->best.len, near->best.ptr);
    } else if (is_framed) {
        wc_error(wc, call->pos,
                 "the page does not fill \"%.*s\" of its frame: write {{define "
                 "\"%.*s\"}} there, or {{block}} with a default here",
                 (int)name.len, name.ptr, (int)name.len, name.ptr);
        wc_note(wc, wc->dir.at, "this is the page");
    } else {
        wc_error(wc, call->pos,
                 is_file ? "there is no template \"%.*s\", and no file of this "
                           "name beside the page"
                         : "there is no template \"%.*s\"",
                 (int)name.len, name.ptr);
    }
}

static struct define *find_define(struct expander *expander, const struct node *call)
{
    struct near near = { .name = call->text };
    struct define *meant = NULL; /* has the name near.best */
    for (struct define *define = expander->ast->define; define != NULL; define = define->next) {
        if (str_eq(define->name, call->text)) {
            return define;
        }
        const char *best = near.best.ptr;
        near_try(&near, define->name);
        meant = near.best.ptr != best ? define : meant;
    }
    WICK_ASSERT(near.best.ptr == NULL || meant != NULL);
    if (meant != NULL) {
        meant->is_used = true; /* under a wrong name: said once is enough */
    }
    say_unknown(expander, call, &near);
    return NULL;
}

/* NOLINTNEXTLINE(misc-no-recursion): at most WC_DEPTH_MAX nested templates */
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
        wc_error(expander->wc, node->pos, "templates are nested too deeply (limit is %d)",
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

/* --- {{range pages}} ----------------------------------------------------------------------------
 */

/* The list of the application's pages is known, so the range is written out. */
static bool is_pages(const struct node *node)
{
    const struct cmd *cmd = node->kind == NODE_RANGE && node->pipe != NULL ? node->pipe->cmd : NULL;
    return cmd != NULL && cmd->next == NULL && cmd->word != NULL && cmd->word->next == NULL &&
           cmd->word->kind == EX_IDENT && str_eq(cmd->word->text, STR("pages"));
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static void refuse_leaving(struct wc *wc, const struct node *list)
{
    for (const struct node *node = list; node != NULL; node = node->next) {
        if (node->kind == NODE_BREAK || node->kind == NODE_CONTINUE) {
            wc_error(wc, node->pos,
                     "{{range pages}} is written out page by page: instead of "
                     "{{%s}} put the rest into an {{if}}",
                     node_word(node->kind));
        }
        if (node->kind != NODE_RANGE) {
            refuse_leaving(wc, node->body);
        }
        refuse_leaving(wc, node->otherwise);
    }
}

/* @return a group for each page, or one for {{else}} */
/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static struct node *expand_pages(struct expander *expander, const struct node *node)
{
    struct node *first = NULL;
    struct node **end = &first;
    const struct page_item *item = expander->wc->page_item;
    refuse_leaving(expander->wc, node->body);
    do {
        struct node *group = wc_take(expander->wc, sizeof *group);
        *group = (struct node){ .kind = NODE_GROUP, .pos = node->pos, .pipe = node->pipe };
        group->item = item;
        bool was_in_pages = expander->is_in_pages;
        expander->is_in_pages = item != NULL;
        group->body = expand_list(expander, item == NULL ? node->otherwise : node->body);
        expander->is_in_pages = was_in_pages;
        *end = group;
        end = &group->next;
        item = item == NULL ? NULL : item->next;
    } while (item != NULL);
    return first;
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
        if (is_pages(from)) {
            *end = expand_pages(expander, from);
            while (*end != NULL) {
                end = &(*end)->next;
            }
            continue;
        }
        if (expander->is_in_pages && (from->kind == NODE_BREAK || from->kind == NODE_CONTINUE)) {
            continue;
        }
        struct node *node = wc_take(expander->wc, sizeof *node);
        bool was_in_pages = expander->is_in_pages;
        *node = *from;
        node->next = NULL;
        expander->is_in_pages = was_in_pages && from->kind != NODE_RANGE;
        node->body = expand_list(expander, from->body);
        expander->is_in_pages = was_in_pages;
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
