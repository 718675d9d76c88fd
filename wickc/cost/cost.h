/* cost.h - how long a page's document, its snapshot and its updates can become.
 *
 * In: the tree with its values and types, the budget of the profile. Out: struct cost. Nothing is
 * kept. Errors: none; cost_warn() reports a page over the budget and a text that no buffer holds.
 *
 * Every list is taken as full, every text as long as its member allows and made of the characters
 * that grow most, every branch as its longest one. Two escapers measure: that of the place, and the
 * JSON around it. A text whose length is not known (const char *, struct str, what a function of
 * the application writes, unless a number fn_x_max beside fn_x says it) counts as COST_TEXT_LEN
 * bytes; the slots with such texts are counted.
 */
#ifndef WICKC_COST_H
#define WICKC_COST_H

#include "wickc/form/form.h"
#include "wickc/tree/tree.h"

enum { COST_TEXT_LEN = 64 };

/* Bytes in the document, and in a message as a part of a JSON string. */
struct cost_len {
    uint64_t doc, json;
};

/* A value before it is escaped: bytes that no escaper lengthens, and others. */
struct cost_raw {
    uint64_t plain, any;
};

struct cost {
    uint64_t document, snapshot, update; /* bytes, at most; UINT64_MAX: more than can be said */
    const struct tslot *most;            /* the slot that costs most; NULL: the page has none */
    uint64_t most_len, most_rows;        /* bytes of one in the document; how many of it */
    const struct tslot *longest;         /* the longest single text */
    uint64_t longest_len;
    unsigned guesses; /* slots with texts of unknown length */
};

/* What the profile allows; 0: it does not say. */
struct cost_budget {
    int64_t page, text;
};

struct coster {
    struct wc *wc;
    const struct types *types;
    const struct node *root;
    bool has_guess;     /* in the slot that is measured */
    uint64_t variables; /* bits by id: being measured */
};

/** types: of the application; a number fn_x_max in its header is what fn_x writes at most. */
void cost_of(struct wc *wc, const struct tree *tree, const struct forms *forms,
             const struct types *types, struct cost *out);
/** One line for a page, without its end. */
const char *cost_text(struct wc *wc, const struct cost *cost);
void cost_warn(struct wc *wc, const struct cost *cost, const struct cost_budget *budget);

/* cost_val.c */
struct cost_raw cost_raw(struct coster *coster, const struct val *val);
/** What an action writes. */
struct cost_len cost_put(struct coster *coster, const struct val *val, unsigned how);
/** The most rows of a range. */
uint64_t cost_rows(struct coster *coster, const struct loop *loop);

/* cost_esc.c */
/** A text of so many bytes after an escaper. */
struct cost_len cost_escaped(struct cost_raw raw, unsigned how);
/** These bytes, exactly. */
struct cost_len cost_exact(struct str text, unsigned how);

static inline uint64_t cost_add(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static inline uint64_t cost_times(uint64_t a, uint64_t b)
{
    return b != 0 && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

static inline uint64_t cost_most(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static inline struct cost_len cost_sum(struct cost_len a, struct cost_len b)
{
    return (struct cost_len){ cost_add(a.doc, b.doc), cost_add(a.json, b.json) };
}

static inline struct cost_len cost_longer(struct cost_len a, struct cost_len b)
{
    return (struct cost_len){ cost_most(a.doc, b.doc), cost_most(a.json, b.json) };
}

#endif
