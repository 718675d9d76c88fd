/* cdecl.h - between cdecl.c (declarations) and cdecl_lex.c (tokens, numbers). */
#ifndef WICKC_CDECL_H
#define WICKC_CDECL_H

#include "wickc/ctypes/types.h"

struct cdecl {
    struct types *types;
    struct wc *wc;
    const struct source *src;
    size_t at;
    struct str tok; /* the present token; len 0: end */
    unsigned depth, include_depth;
};

void cdecl_next(struct cdecl *cdecl);
bool cdecl_is(const struct cdecl *cdecl, const char *tok);
/** The present token is tok: take the next one. */
bool cdecl_eat(struct cdecl *cdecl, const char *tok);
/** First byte of the token after the present one. */
char cdecl_peek(const struct cdecl *cdecl);
bool cdecl_is_name(const struct cdecl *cdecl);
/** After the bracket that closes the one just eaten. */
void cdecl_skip_group(struct cdecl *cdecl);
/** After the next ";" of this level, or before a "}" that closes it. */
void cdecl_skip_declaration(struct cdecl *cdecl);
void cdecl_add_number(struct cdecl *cdecl, struct str name, int64_t value);
/** An expression of numbers and their names, as sizes of arrays are. */
bool cdecl_read_number(struct cdecl *cdecl, int64_t *value_out);

#endif
