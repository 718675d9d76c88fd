/* parse.c - nodes: texts, actions, control structures, definitions.
 *
 *   list = { text | action }      ended by {{end}}, {{else ...}} or the end of the file
 * An error in an action is reported, the action is left out, and parsing goes on after its }}.
 * Each function leaves the parser after what it has read.
 */
#include "wickc/read/parse.h"

#include <string.h>

#define AST_WORD(name, word) word,
static const char *const word_of[] = { AST_NODES(AST_WORD) };
#undef AST_WORD

const char *node_word(enum node_kind kind)
{
    return word_of[kind];
}

const struct token *parse_peek(const struct parser *parser)
{
    return &parser->tokens->tok[parser->at];
}

const struct token *parse_next(struct parser *parser)
{
    const struct token *token = parse_peek(parser);
    parser->at += token->kind != LEX_EOF;
    return token;
}

void parse_fail(struct parser *parser, const struct token *token, const char *wanted)
{
    if (!parser->is_bad && token->kind != LEX_BAD) {
        if (token->kind == LEX_IDENT || token->kind == LEX_VARIABLE) {
            wc_error(parser->wc, token->pos, "expected %s, not \"%.*s\"", wanted,
                     (int)token->text.len, token->text.ptr);
        } else {
            wc_error(parser->wc, token->pos, "expected %s, not %s", wanted, lex_name(token->kind));
        }
    }
    parser->is_bad = true;
}

static bool is_word(const struct token *token, const char *word)
{
    return token->kind == LEX_IDENT && str_eq(token->text, str_of(word));
}

/* After the }} of the present action; anything before it is an error. */
static void close_action(struct parser *parser)
{
    if (parse_peek(parser)->kind != LEX_CLOSE) {
        parse_fail(parser, parse_peek(parser), "\"}}\"");
    }
    while (parse_peek(parser)->kind != LEX_CLOSE && parse_peek(parser)->kind != LEX_EOF) {
        parse_next(parser);
    }
    parse_next(parser);
    parser->is_bad = false;
}

static struct node *new_node(struct parser *parser, enum node_kind kind, const struct token *token)
{
    struct node *node = wc_take(parser->wc, sizeof *node);
    *node = (struct node){ .kind = kind, .pos = token->pos, .text = token->text };
    return node;
}

/* What ended a list: the word after {{, not yet eaten. */
enum list_end { END_FILE, END_END, END_ELSE };

static struct node *parse_list(struct parser *parser, enum list_end *end_out);

/* A pipe, or if it was reported one without value, which has any value: what follows is looked at
 * all the same. */
/* NOLINTNEXTLINE(misc-no-recursion): parse_pipe() counts the depth */
static struct pipe *parse_value(struct parser *parser)
{
    parser->variable = NULL;
    struct pipe *pipe = parse_pipe(parser);
    if (pipe == NULL) {
        pipe = wc_take(parser->wc, sizeof *pipe);
        pipe->variable = parser->variable;
    }
    return pipe;
}

static void no_end(struct parser *parser, struct pos pos, const char *word)
{
    parser->ast->is_cut = true;
    if (!parser->is_lost) {
        wc_error(parser->wc, pos, "this {{%s}} has no {{end}}", word);
    }
}

/* At {{else or {{end, after {{ : the else part and the {{end}}. */
/* NOLINTNEXTLINE(misc-no-recursion): parse_list() counts the depth */
static void parse_rest(struct parser *parser, struct node *node, enum list_end end)
{
    if (end == END_FILE) {
        no_end(parser, node->pos, node_word(node->kind));
        node->is_open = true;
        return;
    }
    const struct token *token = parse_next(parser);
    if (end == END_END) {
        close_action(parser);
        return;
    }
    const struct token *next = parse_peek(parser);
    bool is_if = is_word(next, "if") && node->kind == NODE_IF,
         is_with = is_word(next, "with") && node->kind == NODE_WITH;
    if (is_if || is_with) {
        parse_next(parser);
        node->otherwise = new_node(parser, node->kind, next);
        node->otherwise->is_else_if = is_if;
        node->otherwise->pipe = parse_value(parser);
        close_action(parser);
        enum list_end inner;
        parser->depth++; /* the chain is as deep in the tree as nested branches */
        node->otherwise->body = parse_list(parser, &inner);
        parse_rest(parser, node->otherwise, inner);
        parser->depth--;
        return;
    }
    if (next->kind != LEX_CLOSE && next->kind != LEX_BAD) {
        const char *again = node->kind == NODE_WITH ? "with" : "if";
        bool is_chain = node->kind != NODE_RANGE;
        wc_error(
            parser->wc, next->pos,
            is_chain
                ? "after {{else only \"%s\" can follow: write {{else %s ...}}, or {{else}} alone"
                : "the {{else}} of a {{range}} stands alone: write {{else}}{{%s ...}}...{{end}}",
            again, again);
        parser->is_bad = true;
    }
    close_action(parser);
    node->otherwise = parse_list(parser, &end);
    if (end == END_ELSE) {
        wc_error(parser->wc, parse_peek(parser)->pos,
                 "a second {{else}}: the first one of this {{%s}} was final",
                 node_word(node->kind));
        parse_next(parser);
        close_action(parser);
        (void)parse_list(parser, &end); /* only to find its end */
    }
    if (end == END_FILE) {
        no_end(parser, node->pos, node_word(node->kind));
        node->is_open = true;
        return;
    }
    if (end == END_END) {
        parse_next(parser);
        close_action(parser);
    }
    (void)token;
}

/* if, with, range: after the word. */
/* NOLINTNEXTLINE(misc-no-recursion): parse_list() counts the depth */
static struct node *parse_control(struct parser *parser, enum node_kind kind,
                                  const struct token *word)
{
    struct node *node = new_node(parser, kind, word);
    node->pipe = parse_value(parser);
    close_action(parser);
    enum list_end end;
    node->body = parse_list(parser, &end);
    parse_rest(parser, node, end);
    return node;
}

static struct str parse_name(struct parser *parser)
{
    const struct token *token = parse_next(parser);
    if (token->kind != LEX_STRING) {
        parse_fail(parser, token, "the name of the template as a string");
    }
    return token->text;
}

/* Nothing but blanks. */
static bool is_empty(const struct node *body)
{
    for (; body != NULL; body = body->next) {
        if (body->kind != NODE_TEXT || str_trim(body->text, " \t\r\n\f\v").len > 0) {
            return false;
        }
    }
    return true;
}

/* As in Go: a template of a later file takes the place of an earlier one; an empty one takes no
 * place and gives way. So does one of a file that was only found. */
static void add_define(struct parser *parser, struct str name, struct pos pos, struct node *body)
{
    bool is_found = parser->role == FILE_FOUND;
    for (struct define *other = parser->ast->define; other != NULL; other = other->next) {
        if (!str_eq(other->name, name)) {
            continue;
        }
        if (is_empty(body) || (is_found && other->role != FILE_FOUND)) {
            return;
        }
        if (is_empty(other->body) || other->pos.src != pos.src) {
            other->pos = pos;
            other->body = body;
            other->role = parser->role;
        } else {
            wc_error(parser->wc, pos, "template \"%.*s\" is defined twice", (int)name.len,
                     name.ptr);
            wc_note(parser->wc, other->pos, "the first one is here");
        }
        return;
    }
    struct define *define = wc_take(parser->wc, sizeof *define);
    *define = (struct define){
        .name = name, .pos = pos, .body = body, .role = parser->role, .next = parser->ast->define
    };
    parser->ast->define = define;
}

/* {{template "x" $y := .z}} is {{$y := .z}}{{template "x" $y}}: the variable is known after it,
 * too. */
static struct node *set_before(struct parser *parser, struct node *call)
{
    if (call->pipe == NULL || call->pipe->variable == NULL) {
        return call;
    }
    const struct name *variable = call->pipe->variable;
    struct node *set = wc_take(parser->wc, sizeof *set);
    struct expr *word = wc_take(parser->wc, sizeof *word);
    struct cmd *cmd = wc_take(parser->wc, sizeof *cmd);
    struct pipe *pipe = wc_take(parser->wc, sizeof *pipe);
    *set = (struct node){ .kind = NODE_ACTION, .pos = call->pos, .pipe = call->pipe, .next = call };
    *word = (struct expr){ .kind = EX_VARIABLE, .pos = variable->pos, .text = variable->text };
    *cmd = (struct cmd){ .pos = variable->pos, .word = word };
    *pipe = (struct pipe){ .pos = variable->pos, .cmd = cmd };
    call->pipe = pipe;
    return set;
}

/* define, block: after the word. */
/* NOLINTNEXTLINE(misc-no-recursion): parse_list() counts the depth */
static struct node *parse_define(struct parser *parser, const struct token *word, bool is_block)
{
    struct node *node = new_node(parser, NODE_TEMPLATE, word);
    struct pos name_pos = parse_peek(parser)->pos;
    node->text = parse_name(parser);
    bool is_bad = parser->is_bad;
    if (is_block && !is_bad) {
        node->pipe = parse_pipe(parser);
        is_bad = node->pipe == NULL;
    } else if (parser->depth > 1 && !is_block) {
        wc_error(
            parser->wc, word->pos,
            "{{define}} must not stand inside another action: is an {{end}} missing before it?");
        parser->is_lost = true; /* if so, there is one {{end}} too few */
        is_bad = true;
    }
    close_action(parser);
    enum list_end end;
    struct node *body = parse_list(parser, &end);
    if (end == END_FILE) {
        no_end(parser, word->pos, is_block ? "block" : "define");
    } else {
        if (end == END_ELSE) {
            wc_error(parser->wc, parse_peek(parser)->pos,
                     "{{else}} without {{if}}, {{with}} or {{range}}");
            parse_next(parser);
            close_action(parser);
            (void)parse_list(parser, &end); /* only to find its end */
        }
        if (end != END_FILE) {
            parse_next(parser);
            close_action(parser);
        }
    }
    if (!is_bad) {
        add_define(parser, node->text, name_pos, body);
    }
    return is_block && !is_bad ? set_before(parser, node) : NULL;
}

static struct node *parse_template(struct parser *parser, const struct token *word)
{
    struct node *node = new_node(parser, NODE_TEMPLATE, word);
    node->pos = parse_peek(parser)->pos;
    node->text = parse_name(parser);
    if (!parser->is_bad && parse_peek(parser)->kind != LEX_CLOSE) {
        node->pipe = parse_pipe(parser);
    }
    bool is_bad = parser->is_bad;
    close_action(parser);
    return is_bad ? NULL : set_before(parser, node);
}

/* An action, after {{. @return NULL: nothing to add */
/* NOLINTNEXTLINE(misc-no-recursion): parse_list() counts the depth */
static struct node *parse_action(struct parser *parser)
{
    const struct token *word = parse_peek(parser);

    static const struct {
        const char *word;
        enum node_kind kind;
    } control[] = {
        { "if", NODE_IF },       { "with", NODE_WITH },         { "range", NODE_RANGE },
        { "break", NODE_BREAK }, { "continue", NODE_CONTINUE },
    };

    for (size_t idx = 0; idx < WICK_COUNT_OF(control); idx++) {
        if (!is_word(word, control[idx].word)) {
            continue;
        }
        parse_next(parser);
        if (control[idx].kind == NODE_BREAK || control[idx].kind == NODE_CONTINUE) {
            close_action(parser);
            return new_node(parser, control[idx].kind, word);
        }
        return parse_control(parser, control[idx].kind, word);
    }
    if (is_word(word, "define") || is_word(word, "block")) {
        parse_next(parser);
        return parse_define(parser, word, is_word(word, "block"));
    }
    if (is_word(word, "template")) {
        parse_next(parser);
        return parse_template(parser, word);
    }
    struct node *node = new_node(parser, NODE_ACTION, word);
    node->pipe = parse_value(parser);
    bool is_bad = parser->is_bad;
    close_action(parser);
    return is_bad && node->pipe->variable == NULL ? NULL : node;
}

/* NOLINTNEXTLINE(misc-no-recursion): counts its depth */
static struct node *parse_list(struct parser *parser, enum list_end *end_out)
{
    struct node *first = NULL;
    struct node **end = &first;
    *end_out = END_FILE;
    if (++parser->depth > WC_DEPTH_MAX) {
        if (!parser->is_lost) {
            wc_error(parser->wc, parse_peek(parser)->pos, "too many nested levels (limit is %d)",
                     WC_DEPTH_MAX);
        }
        parser->is_lost = parser->ast->is_cut = true;
        parser->at = parser->tokens->count - 1;
    }
    while (parse_peek(parser)->kind != LEX_EOF) {
        const struct token *token = parse_next(parser);
        struct node *node = NULL;
        if (token->kind == LEX_TEXT) {
            node = new_node(parser, NODE_TEXT, token);
        } else if (token->kind == LEX_OPEN) {
            bool is_else = is_word(parse_peek(parser), "else");
            if (is_else || is_word(parse_peek(parser), "end")) {
                *end_out = is_else ? END_ELSE : END_END;
                break;
            }
            node = parse_action(parser);
        }
        for (*end = node; *end != NULL;) {
            end = &(*end)->next;
        }
    }
    parser->depth--;
    return first;
}

/* What stands in a file outside of its {{define}}s is a template with the name of the file. */
static void add_file(struct parser *parser, struct node *root)
{
    const struct source *src = parser->tokens->tok[parser->tokens->count - 1].pos.src;
    struct define *define = wc_take(parser->wc, sizeof *define);
    *define = (struct define){ .name = str_of(wc_file_name(src->path)),
                               .pos = pos_of(src, 0, 1),
                               .body = root,
                               .role = parser->role,
                               .is_used = true,
                               .is_file = true,
                               .next = parser->ast->define };
    for (const struct define *other = define->next; other != NULL; other = other->next) {
        if (str_eq(other->name, define->name)) {
            return; /* a {{define}} has this name, or another file: the first one counts */
        }
    }
    parser->ast->define = define;
}

struct node *parse(struct wc *wc, const struct tokens *tokens, struct ast *ast, enum file_role role)
{
    struct parser parser = { .wc = wc, .tokens = tokens, .ast = ast, .role = role };
    enum list_end end;
    ast->is_cut = ast->is_cut || tokens->is_cut;
    struct node *root = parse_list(&parser, &end);
    struct node **last = &root;
    while (end != END_FILE) {
        wc_error(wc, parse_peek(&parser)->pos,
                 "{{%s}} without {{if}}, {{with}}, {{range}}, {{define}} or {{block}}",
                 end == END_ELSE ? "else" : "end");
        parse_next(&parser);
        parser.is_bad = true;
        close_action(&parser);
        while (*last != NULL) {
            last = &(*last)->next;
        }
        *last = parse_list(&parser, &end);
    }
    add_file(&parser, root);
    return root;
}
