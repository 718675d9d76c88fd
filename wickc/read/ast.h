/* ast.h - the syntax tree of a template, and what the later passes write into it.
 *
 * In: tokens. Out: nodes, in the arena of wc. Each later pass fills a group of its own in struct
 * node.
 *
 * Expressions are never changed after parsing and are shared; nodes are copied wherever a template
 * is used (expand), since the escaper and the checker write into them what is true at that place.
 */
#ifndef WICKC_AST_H
#define WICKC_AST_H

#include "wickc/html/html.h"
#include "wickc/read/lex.h"

enum expr_kind {
    EX_DOT,      /* . */
    EX_FIELD,    /* .a.b : names on dot */
    EX_VARIABLE, /* $x.a.b : text is "$x", then names */
    EX_CHAIN,    /* (pipe).a.b */
    EX_IDENT,    /* a function without arguments, or true, false, nil */
    EX_PIPE,     /* (pipe) */
    EX_NUMBER,
    EX_STRING
};

struct name {
    struct str text;
    struct pos pos;
    struct name *next;
};

struct expr {
    enum expr_kind kind;
    struct pos pos;
    struct str text;    /* VARIABLE, IDENT, STRING */
    int64_t number;     /* NUMBER */
    bool is_float;      /* NUMBER: 1e3, 2.0 */
    struct name *names; /* FIELD, VARIABLE, CHAIN */
    struct pipe *pipe;  /* CHAIN, PIPE */
    struct expr *next;  /* next word of the command */
};

struct cmd {
    struct pos pos;
    struct expr *word; /* the first one is the function if there are several */
    struct cmd *next;  /* after | */
};

struct pipe {
    struct pos pos;
    struct name *variable; /* at most 2 */
    bool is_assign;        /* = instead of := */
    struct cmd *cmd;
};

/* X(name, keyword) */
#define AST_NODES(X)                                                                               \
    X(TEXT, "text")                                                                                \
    X(ACTION, "action")                                                                            \
    X(IF, "if")                                                                                    \
    X(WITH, "with")                                                                                \
    X(RANGE, "range")                                                                              \
    X(TEMPLATE, "template")                                                                        \
    X(SCOPE, "template")                                                                           \
    X(GROUP, "range")                                                                              \
    X(BREAK, "break")                                                                              \
    X(CONTINUE, "continue")
#define AST_ENUM(name, word) NODE_##name,

enum node_kind { AST_NODES(AST_ENUM) };

#undef AST_ENUM

struct val;
struct loop;
struct var;
struct page_item;

/* Filled by the escape pass: where the node stands in the document. */
struct node_html {
    struct html_ctx before, after; /* before: as an action there sees it, html_nudge() */
    struct sb out;                 /* TEXT: what is written */
    struct html_event *event;      /* TEXT: [event_count], where tags and attributes begin and end
                                      in out */
    size_t event_count;
    unsigned how; /* ACTION: enum tmpl_esc bits */
};

/* Filled by the check pass: what the node reads and sets. */
struct node_means {
    struct val *val;    /* ACTION: what is printed or set, NULL: nothing; IF, WITH: the condition;
                           RANGE: the list; SCOPE: what set[0] gets */
    struct loop *loop;  /* RANGE */
    struct var *set[2]; /* variables that get val here; RANGE: a new value for each element; NULL:
                           none */
};

/* What parse and expand made of the source, and what each later pass found out. A pass writes its
 * own group and reads those of the passes before it; flow_unfold() writes into its copies. */
struct node {
    enum node_kind kind;
    struct pos pos;
    struct node *next;
    /* parse, expand */
    struct str text;        /* TEXT: source; TEMPLATE, SCOPE: name */
    struct pipe *pipe;      /* ACTION, IF, WITH, RANGE, TEMPLATE, SCOPE (may be NULL) */
    struct node *body;      /* IF, WITH, RANGE, SCOPE (what the template holds), GROUP (what stands
                               in its place) */
    struct node *otherwise; /* IF, WITH, RANGE */
    const struct page_item *item; /* GROUP: {{range pages}} for this page; NULL: dot stays */
    bool is_else_if;              /* IF: stands alone in the else of another one */
    bool is_open; /* WITH, RANGE: without {{end}}, so what dot is in it cannot be known */

    struct node_html html;
    struct node_means means;
    const struct node *origin; /* flow_unfold() (tree): what this is a copy of, NULL: it is none */
};

/* What a file is for the page. */
enum file_role {
    FILE_PAGE,  /* it has the directive; its {{define}}s should all be used */
    FILE_GIVEN, /* named on the command line or by frame= */
    FILE_FOUND  /* found for {{template "file"}}: its {{define}}s give way to those of the others */
};

struct define {
    struct str name;
    struct pos pos;
    struct node *body;
    enum file_role role;
    bool is_used;
    bool is_file; /* the text of a file outside of its {{define}}s */
    struct define *next;
};

struct ast {
    struct node *root;
    struct define *define;
    bool is_cut; /* something has no end: what follows it may stand in another place than it was
                    meant to */
};

/** Tokens -> nodes. The {{define}}s go into ast, and the rest as a define with the name of the
 * file. @return the nodes of the rest */
struct node *parse(struct wc *wc, const struct tokens *tokens, struct ast *ast,
                   enum file_role role);
/** Replace every {{template}} by a copy of what it names. */
void expand(struct wc *wc, struct ast *ast);
const char *node_word(enum node_kind kind);
void dump_tokens(FILE *out, const struct tokens *tokens);
void dump_nodes(FILE *out, const struct node *node, int depth);

#endif
