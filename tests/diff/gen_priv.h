/* gen_priv.h - what the files of the generator share: the expressions of the slots. */
#ifndef GEN_PRIV_H
#define GEN_PRIV_H

#include "gen.h"

enum { GEN_FUNCTIONS = 256, GEN_SET_DEPS = 80 };

enum gen_what {
    PUT_NUM,
    PUT_TENTH,
    PUT_TEXT,
    PUT_BOTH,
    PUT_INDEX,
    PUT_CONST,
    PUT_KEY,
    PUT_ID,
    PUT_ATTRS
};

/* What a function of the template reads. */
struct gen_expr {
    uint8_t what;  /* enum gen_what */
    uint8_t depth; /* of the row it reads + 1; 0: part */
    uint8_t part;
    uint8_t a, b;     /* number, text */
    uint8_t branches; /* COND */
    uint8_t salt;     /* PUT_KEY: written before the key unless 0 */
};

struct gen_deps {
    struct tmpl_dep dep[GEN_SET_DEPS];
    uint16_t count;
    uint32_t index_mask; /* depths whose index is read */
};

struct gen_function {
    tmpl_put_fn put;
    tmpl_pick_fn pick;
    tmpl_rows_fn rows;
    tmpl_flow_fn flow;
};

extern struct gen_expr gen_expr[GEN_FUNCTIONS];
extern const struct gen_function gen_function[GEN_FUNCTIONS]; /* [n] works with gen_expr[n] */

/** What an expression reads, as text, as number (a branch) or as list. */
void gen_add_put(struct gen_deps *set, const struct gen_expr *expr);
void gen_add_num(struct gen_deps *set, const struct gen_expr *expr);
bool gen_flow_asks_part(const struct gen_expr *expr);
void gen_add_flow(struct gen_deps *set, const struct gen_expr *expr);
void gen_add_rows(struct gen_deps *set, const struct gen_expr *expr);
/** All of from but what rows of depth and below it read: that is part of the list. */
void gen_add_set(struct gen_deps *set, const struct gen_deps *from, uint32_t depth);

#endif
