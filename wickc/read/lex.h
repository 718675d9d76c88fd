/* lex.h - template source -> tokens, as Go's text/template/parse reads it: texts between actions,
 * trim markers applied, comments gone.
 *
 * In: a source. Out: struct tokens; texts point into the source or into the arena of wc. Errors:
 * reported, and lexing goes on after the action that is wrong.
 */
#ifndef WICKC_LEX_H
#define WICKC_LEX_H

#include "wickc/wickc.h"

/* X(name, what it is called in messages) */
#define LEX_TOKENS(X)                                                                              \
    X(TEXT, "text")                                                                                \
    X(OPEN, "\"{{\"")                                                                              \
    X(CLOSE, "\"}}\"")                                                                             \
    X(IDENT, "a name")                                                                             \
    X(FIELD, "a field")                                                                            \
    X(VARIABLE, "a variable")                                                                      \
    X(DOT, "\".\"")                                                                                \
    X(NUMBER, "a number")                                                                          \
    X(CHAR, "a character")                                                                         \
    X(STRING, "a string")                                                                          \
    X(PIPE, "\"|\"")                                                                               \
    X(COMMA, "\",\"")                                                                              \
    X(ASSIGN, "\"=\"")                                                                             \
    X(DECLARE, "\":=\"")                                                                           \
    X(LEFT, "\"(\"")                                                                               \
    X(RIGHT, "\")\"")                                                                              \
    X(BAD, "something unreadable")                                                                 \
    X(EOF, "the end of the file")

#define LEX_ENUM(name, text) LEX_##name,

enum lex_kind { LEX_TOKENS(LEX_ENUM) };

#undef LEX_ENUM

struct token {
    enum lex_kind kind;
    bool has_space; /* white space before it */
    struct pos pos;
    struct str
        text; /* TEXT: trimmed; IDENT, FIELD (without dot), VARIABLE (with $); STRING: decoded */
    int64_t number; /* NUMBER, CHAR */
    bool is_float;  /* NUMBER: 1e3, 2.0 */
};

struct tokens {
    bool is_cut;       /* an action or comment is not closed */
    struct token *tok; /* [count], the last one is EOF */
    size_t count, cap;
    struct str directive; /* "wick:page ..." of a comment that opens the file; len 0: none */
    struct pos directive_pos;
};

void lex(struct wc *wc, const struct source *src, struct tokens *out);
/** Only the directive of out is filled in; nothing is reported. */
void lex_directive(struct wc *wc, const struct source *src, struct tokens *out);
const char *lex_name(enum lex_kind kind);

#endif
