/* parse.h - between parse.c (nodes) and parse_expr.c (pipelines). */
#ifndef WICKC_PARSE_H
#define WICKC_PARSE_H

#include "wickc/read/ast.h"

struct parser {
    struct wc *wc;
    const struct tokens *tokens;
    size_t at;
    struct ast *ast;
    unsigned depth;
    bool is_lost; /* nested too deep: the rest of the file was skipped, and {{end}}s with it */
    enum file_role role;
    struct name *variable; /* that the present pipe sets, even if the pipe is wrong */
    bool is_bad;           /* the present action was reported: skip the rest of it */
};

const struct token *parse_peek(const struct parser *parser);
const struct token *parse_next(struct parser *parser);
/** Report once per action: what was wanted, what stands there. */
void parse_fail(struct parser *parser, const struct token *token, const char *wanted);
/** Up to the closing }} or ) , which is not eaten. @return NULL when is_bad. */
struct pipe *parse_pipe(struct parser *parser);

#endif
