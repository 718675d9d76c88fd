/* lint_flow.c - templates that nobody uses, branches that are never taken, what follows
 * {{break}}. */
#include "wickc/lint/lint.h"

#include <string.h>

enum truth { TRUTH_UNKNOWN, TRUTH_FALSE, TRUTH_TRUE };

static enum truth truth_of_pipe(const struct pipe *pipe);

static enum truth truth_of(bool value)
{
    return value ? TRUTH_TRUE : TRUTH_FALSE;
}

static bool is_word(const struct expr *expr, const char *word)
{
    return expr->kind == EX_IDENT && str_eq(expr->text, str_of(word));
}

/* Only what is written as a constant: a value that is constant here may come from a template's
 * caller. */
/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static enum truth truth_of_expr(const struct expr *expr)
{
    if (expr->kind == EX_PIPE) {
        return truth_of_pipe(expr->pipe);
    }
    if ((expr->kind == EX_NUMBER && !expr->is_float) || expr->kind == EX_STRING) {
        return truth_of(expr->kind == EX_NUMBER ? expr->number != 0 : expr->text.len > 0);
    }
    if (is_word(expr, "true")) {
        return TRUTH_TRUE;
    }
    return is_word(expr, "false") ? TRUTH_FALSE : TRUTH_UNKNOWN;
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static enum truth truth_of_pipe(const struct pipe *pipe)
{
    if (pipe == NULL || pipe->cmd == NULL || pipe->cmd->next != NULL || pipe->cmd->word == NULL) {
        return TRUTH_UNKNOWN;
    }
    const struct expr *word = pipe->cmd->word;
    if (word->next == NULL) {
        return truth_of_expr(word);
    }
    if (is_word(word, "not")) {
        enum truth truth = truth_of_expr(word->next);
        return truth == TRUTH_UNKNOWN ? truth : truth_of(truth == TRUTH_FALSE);
    }
    bool is_and = is_word(word, "and");
    if (!is_and && !is_word(word, "or")) {
        return TRUTH_UNKNOWN;
    }
    enum truth decides = is_and ? TRUTH_FALSE : TRUTH_TRUE;
    enum truth all = is_and ? TRUTH_TRUE : TRUTH_FALSE;
    for (const struct expr *arg = word->next; arg != NULL; arg = arg->next) {
        enum truth truth = truth_of_expr(arg);
        if (truth == decides) {
            return decides;
        }
        all = truth == TRUTH_UNKNOWN ? truth : all;
    }
    return all;
}

/* --- equal conditions ------------------------------------------------------------------------- */

static bool is_same_pipe(const struct pipe *a, const struct pipe *b);

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static bool is_same_expr(const struct expr *a, const struct expr *b)
{
    const struct name *name_a = a->names;
    const struct name *name_b = b->names;
    while (name_a != NULL && name_b != NULL && str_eq(name_a->text, name_b->text)) {
        name_a = name_a->next;
        name_b = name_b->next;
    }
    return a->kind == b->kind && name_a == NULL && name_b == NULL && str_eq(a->text, b->text) &&
           a->number == b->number &&
           (a->pipe == NULL ? b->pipe == NULL : b->pipe != NULL && is_same_pipe(a->pipe, b->pipe));
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static bool is_same_pipe(const struct pipe *a, const struct pipe *b)
{
    const struct cmd *cmd_a = a->cmd;
    const struct cmd *cmd_b = b->cmd;
    if (a->variable != NULL || b->variable != NULL || cmd_a == NULL) {
        return false;
    }
    for (; cmd_a != NULL && cmd_b != NULL; cmd_a = cmd_a->next, cmd_b = cmd_b->next) {
        const struct expr *word_a = cmd_a->word;
        const struct expr *word_b = cmd_b->word;
        while (word_a != NULL && word_b != NULL && is_same_expr(word_a, word_b)) {
            word_a = word_a->next;
            word_b = word_b->next;
        }
        if (word_a != NULL || word_b != NULL) {
            return false;
        }
    }
    return cmd_a == NULL && cmd_b == NULL;
}

/* --- nodes ------------------------------------------------------------------------------------ */

/* "a struct", "an array" if the value can never be false because of its type; a bare dot or
 * variable may be something else elsewhere. */
static const char *always_true(const struct node *node)
{
    const struct expr *word = node->pipe->cmd == NULL ? NULL : node->pipe->cmd->word;
    if (node->means.val == NULL || word == NULL || word->names == NULL || word->next != NULL ||
        node->pipe->cmd->next != NULL) {
        return NULL;
    }
    if (node->means.val->type->kind == TYPE_STRUCT) {
        return "a struct";
    }
    return node->means.val->type->kind == TYPE_ARRAY ? "an array" : NULL;
}

static void check_condition(struct wc *wc, const struct node *node)
{
    enum truth truth = truth_of_pipe(node->pipe);
    const char *type = always_true(node);
    const char *word = node_word(node->kind);
    if (truth == TRUTH_FALSE) {
        lint_say(wc, LINT_UNREACHABLE, node->pipe->pos,
                 "this condition is always false: what stands in the {{%s}} is never shown", word);
    } else if (node->otherwise != NULL && (truth == TRUTH_TRUE || type != NULL)) {
        lint_say(wc, LINT_UNREACHABLE, node->pipe->pos,
                 "%s is always true: the {{else}} of this {{%s}} is never reached",
                 type != NULL ? type : "this condition", word);
    } else if (node->kind == NODE_IF && (truth == TRUTH_TRUE || type != NULL)) {
        lint_say(wc, LINT_UNREACHABLE, node->pipe->pos,
                 "%s is always true: this {{if}} does nothing",
                 type != NULL ? type : "this condition");
    }
}

/* The conditions of one chain of if ... else if. */
static void check_chain(struct wc *wc, const struct node *first)
{
    for (const struct node *node = first->otherwise; node != NULL && node->is_else_if;
         node = node->otherwise) {
        for (const struct node *earlier = first; earlier != node; earlier = earlier->otherwise) {
            if (is_same_pipe(earlier->pipe, node->pipe)) {
                lint_say(wc, LINT_UNREACHABLE, node->pipe->pos,
                         "this condition was asked before: here it is never true");
                wc_note(wc, earlier->pipe->pos, "it is the same as this one");
                break;
            }
        }
    }
}

/* After break and continue: anything but blanks. */
static void check_behind(struct wc *wc, const struct node *leave)
{
    for (const struct node *node = leave->next; node != NULL; node = node->next) {
        struct str rest = node->kind == NODE_TEXT ? str_trim(node->text, " \t\r\n") : node->text;
        if (node->kind == NODE_TEXT && rest.len == 0) {
            continue;
        }
        struct pos pos =
            node->kind == NODE_TEXT
                ? pos_of(node->pos.src, (size_t)(rest.ptr - node->pos.src->text), rest.len)
                : node->pos;
        lint_say(wc, LINT_UNREACHABLE, pos, "code after {{%s}} is never reached",
                 node_word(leave->kind));
        return;
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static void check_nodes(struct wc *wc, const struct node *list, bool in_range)
{
    for (const struct node *node = list; node != NULL; node = node->next) {
        if (node->kind == NODE_IF || node->kind == NODE_WITH) {
            check_condition(wc, node);
        }
        if (node->kind == NODE_IF && !node->is_else_if) {
            check_chain(wc, node);
        }
        if (node->kind == NODE_RANGE && node->otherwise != NULL && node->means.val != NULL &&
            node->means.val->type->kind == TYPE_ARRAY) {
            lint_say(wc, LINT_UNREACHABLE, node->pipe->pos,
                     "an array is never empty: the {{else}} of this {{range}} is never reached");
        }
        if (in_range && (node->kind == NODE_BREAK || node->kind == NODE_CONTINUE)) {
            check_behind(wc, node);
        }
        check_nodes(wc, node->body, in_range || node->kind == NODE_RANGE);
        check_nodes(wc, node->otherwise, in_range);
    }
}

/* A template of the page that is used nowhere; with a frame its name is most often misspelt. */
static void check_unused(struct wc *wc, const struct ast *ast, const struct define *unused)
{
    struct near near = { .name = unused->name };
    if (wc->dir.frame == NULL) {
        lint_say(wc, LINT_UNUSED, unused->pos, "template \"%.*s\" is never used",
                 (int)unused->name.len, unused->name.ptr);
        return;
    }
    for (const struct define *define = ast->define; define != NULL; define = define->next) {
        if (define->role != FILE_PAGE && define->is_used && !define->is_file) {
            near_try(&near, define->name);
        }
    }
    const char *meant = near.best.ptr == NULL ? ""
                                              : wc_format(wc, "; did you mean \"%.*s\"?",
                                                          (int)near.best.len, near.best.ptr);
    lint_say(wc, LINT_BLOCK, unused->pos,
             "neither the frame nor this page uses \"%.*s\", so it is never shown%s",
             (int)unused->name.len, unused->name.ptr, meant);
}

void lint_flow(struct wc *wc, const struct ast *ast)
{
    for (const struct define *define = ast->define; define != NULL; define = define->next) {
        /* a file of templates may hold more than one page needs */
        if (define->role == FILE_PAGE && !define->is_used && !ast->is_cut) {
            check_unused(wc, ast, define);
        }
    }
    check_nodes(wc, ast->root, false);
}
