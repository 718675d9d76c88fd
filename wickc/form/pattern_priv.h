/* pattern_priv.h - between pattern.c (expression -> NFA) and pattern_table.c (NFA -> table). */
#ifndef WICKC_PATTERN_PRIV_H
#define WICKC_PATTERN_PRIV_H

#include "wickc/form/pattern.h"

enum { NFA_MAX = 1024 };

struct range {
    uint32_t low, high;
};

/* SET eats one code point of ranges [first, first + count) and goes to out; SPLIT goes to out and
 * out2 for nothing. */
enum nfa_kind { NFA_SET, NFA_SPLIT };

struct nfa {
    enum nfa_kind kind;
    int out, out2;
    unsigned first, count;
};

/* A piece of the automaton: its first state, and the state whose out leads on (always a SPLIT used
 * as a joint). */
struct frag {
    int start, end;
};

/** NULL: more states or classes than a table may have. */
struct matcher *pattern_table(struct wc *wc, const struct nfa *nfa, int nfa_count,
                              const struct range *range, struct frag whole);

#endif
