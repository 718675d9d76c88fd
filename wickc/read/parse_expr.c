/* parse_expr.c - pipelines, commands, operands.
 *
 *   pipe    = [ variable [ "," variable ] ( ":=" | "=" ) ] cmd { "|" cmd }
 *   cmd     = operand { operand }                     operands are separated by blanks
 *   operand = ( "." | field | variable | name | number | char | string | "(" pipe ")" ) { field }
 */
#include "wickc/read/parse.h"

#include <string.h>

static struct expr *new_expr(struct parser *parser, enum expr_kind kind, const struct token *token)
{
    struct expr *expr = wc_take(parser->wc, sizeof *expr);
    *expr = (struct expr){ .kind = kind,
                           .pos = token->pos,
                           .text = token->text,
                           .number = token->number,
                           .is_float = token->is_float };
    return expr;
}

/* { field }, each directly after the word before it */
static void parse_names(struct parser *parser, struct expr *expr)
{
    struct name **end = &expr->names;
    while (parse_peek(parser)->kind == LEX_FIELD &&
           (!parse_peek(parser)->has_space || expr->names == NULL)) {
        const struct token *token = parse_peek(parser);
        if (token->has_space && expr->kind != EX_FIELD) {
            return;
        }
        parse_next(parser);
        struct name *name = wc_take(parser->wc, sizeof *name);
        *name = (struct name){ .text = token->text, .pos = token->pos };
        name->pos.off++;
        name->pos.len--;
        *end = name;
        end = &name->next;
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): parse_pipe() counts the depth */
static struct expr *parse_parens(struct parser *parser)
{
    const struct token *left = parse_next(parser);
    struct expr *expr = new_expr(parser, EX_PIPE, left);
    expr->pipe = parse_pipe(parser);
    if (parser->is_bad) {
        return NULL;
    }
    if (parse_peek(parser)->kind != LEX_RIGHT) {
        parse_fail(parser, parse_peek(parser), "\")\"");
        return NULL;
    }
    parse_next(parser);
    if (expr->pipe->variable != NULL) {
        wc_error(parser->wc, expr->pipe->variable->pos,
                 "a variable cannot be set inside parentheses");
        parser->is_bad = true;
    }
    parse_names(parser, expr);
    expr->kind = expr->names != NULL ? EX_CHAIN : EX_PIPE;
    return expr;
}

/* NOLINTNEXTLINE(misc-no-recursion): parse_pipe() counts the depth */
static struct expr *parse_operand(struct parser *parser)
{
    const struct token *token = parse_peek(parser);
    struct expr *expr = NULL;
    switch (token->kind) {
    case LEX_FIELD:
        expr = new_expr(parser, EX_FIELD, token);
        parse_names(parser, expr);
        WICK_ASSERT(expr->names != NULL); /* the token is a field */
        expr->pos = expr->names->pos;
        return expr;
    case LEX_VARIABLE:
        expr = new_expr(parser, EX_VARIABLE, parse_next(parser));
        parse_names(parser, expr);
        return expr;
    case LEX_DOT:
        return new_expr(parser, EX_DOT, parse_next(parser));
    case LEX_IDENT:
        return new_expr(parser, EX_IDENT, parse_next(parser));
    case LEX_NUMBER:
    case LEX_CHAR:
        return new_expr(parser, EX_NUMBER, parse_next(parser));
    case LEX_STRING:
        return new_expr(parser, EX_STRING, parse_next(parser));
    case LEX_LEFT:
        return parse_parens(parser);
    case LEX_TEXT:
    case LEX_OPEN:
    case LEX_CLOSE:
    case LEX_PIPE:
    case LEX_COMMA:
    case LEX_ASSIGN:
    case LEX_DECLARE:
    case LEX_RIGHT:
    case LEX_BAD:
    case LEX_EOF:
        parse_fail(parser, token, "a value");
        return NULL;
    }
    return NULL;
}

static bool ends_cmd(enum lex_kind kind)
{
    return kind == LEX_PIPE || kind == LEX_CLOSE || kind == LEX_RIGHT || kind == LEX_EOF;
}

/* NOLINTNEXTLINE(misc-no-recursion): parse_pipe() counts the depth */
static struct cmd *parse_cmd(struct parser *parser)
{
    struct cmd *cmd = wc_take(parser->wc, sizeof *cmd);
    cmd->pos = parse_peek(parser)->pos;
    struct expr **end = &cmd->word;
    do {
        const struct token *token = parse_peek(parser);
        if (cmd->word != NULL && !token->has_space && token->kind != LEX_LEFT) {
            parse_fail(parser, token,
                       token->kind == LEX_COMMA ? "a space between two arguments" : "a space");
            return NULL;
        }
        *end = parse_operand(parser);
        if (parser->is_bad || *end == NULL) {
            return NULL;
        }
        end = &(*end)->next;
    } while (!ends_cmd(parse_peek(parser)->kind));
    return cmd;
}

/* A name where a variable belongs: i := ... */
static bool is_bare(const struct parser *parser)
{
    const struct token *token = parse_peek(parser);
    return token->kind == LEX_IDENT && (token[1].kind == LEX_DECLARE ||
                                        token[1].kind == LEX_ASSIGN || token[1].kind == LEX_COMMA);
}

/* variable [ "," variable ] ( ":=" | "=" ) : only if the operator follows */
static void parse_variables(struct parser *parser, struct pipe *pipe)
{
    size_t start = parser->at;
    struct name *name[2] = { NULL, NULL };
    const struct token *bare = NULL;
    unsigned count = 0;
    while (count < 2 && (parse_peek(parser)->kind == LEX_VARIABLE || is_bare(parser))) {
        const struct token *token = parse_next(parser);
        bare = bare == NULL && token->kind == LEX_IDENT ? token : bare;
        name[count] = wc_take(parser->wc, sizeof *name[count]);
        *name[count++] = (struct name){ .text = token->text, .pos = token->pos };
        if (token->kind == LEX_IDENT) {
            name[count - 1]->text =
                str_of(wc_format(parser->wc, "$%.*s", (int)token->text.len, token->text.ptr));
        }
        if (count == 2 || parse_peek(parser)->kind != LEX_COMMA) {
            break;
        }
        parse_next(parser);
    }
    enum lex_kind kind = parse_peek(parser)->kind;
    if (count == 0 || (kind != LEX_DECLARE && kind != LEX_ASSIGN)) {
        parser->at = start;
        return;
    }
    if (bare != NULL) {
        wc_error(parser->wc, bare->pos, "variables begin with \"$\": write $%.*s",
                 (int)bare->text.len, bare->text.ptr);
    }
    parse_next(parser);
    pipe->is_assign = kind == LEX_ASSIGN;
    pipe->variable = name[0];
    if (parser->variable == NULL) { /* not in parentheses */
        parser->variable = name[0];
    }
    name[0]->next = name[1];
}

/* NOLINTNEXTLINE(misc-no-recursion): counts its depth */
struct pipe *parse_pipe(struct parser *parser)
{
    struct pipe *pipe = wc_take(parser->wc, sizeof *pipe);
    pipe->pos = parse_peek(parser)->pos;
    if (++parser->depth > WC_DEPTH_MAX) {
        wc_error(parser->wc, pipe->pos, "too many nested levels (limit is %d)", WC_DEPTH_MAX);
        parser->is_bad = true;
    }
    if (!parser->is_bad) {
        parse_variables(parser, pipe);
        struct cmd **end = &pipe->cmd;
        for (;;) {
            *end = parse_cmd(parser);
            if (*end == NULL || parse_peek(parser)->kind != LEX_PIPE) {
                break;
            }
            end = &(*end)->next;
            parse_next(parser);
        }
    }
    parser->depth--;
    return parser->is_bad ? NULL : pipe;
}
