/* pattern_table.c - subset construction: sets of NFA states become states of a table, code points
 * become classes. */
#include "wickc/form/pattern_priv.h"

#include <stdlib.h>
#include <string.h>

struct set {
    uint64_t bit[NFA_MAX / 64];
};

struct table {
    const struct nfa *nfa;
    const struct range *range;
    struct set *state; /* [PATTERN_STATES_MAX] */
    unsigned count;
};

static bool has(const struct set *set, int state)
{
    return (set->bit[state / 64] >> (state % 64) & 1) != 0;
}

/* Add a state and every state that is reached from it by empty moves. */
static void add_closed(const struct table *table, struct set *set, int first)
{
    int todo[2 * NFA_MAX];
    int count = 0;
    todo[count++] = first;
    while (count > 0) {
        int state = todo[--count];
        if (state < 0 || has(set, state)) {
            continue;
        }
        set->bit[state / 64] |= (uint64_t)1 << (state % 64);
        if (table->nfa[state].kind == NFA_SPLIT) {
            todo[count++] = table->nfa[state].out;
            todo[count++] = table->nfa[state].out2;
        }
    }
}

static bool accepts(const struct table *table, const struct nfa *nfa, uint32_t code)
{
    for (unsigned idx = nfa->first; idx < nfa->first + nfa->count; idx++) {
        if (code >= table->range[idx].low && code <= table->range[idx].high) {
            return true;
        }
    }
    return false;
}

static int order(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a;
    uint32_t right = *(const uint32_t *)b;
    return left < right ? -1 : left > right;
}

/* Where a range begins or ends a class begins. @return false: too many */
static bool find_classes(struct wc *wc, const struct table *table, int nfa_count,
                         struct matcher *matcher)
{
    size_t count = 1;
    for (int state = 0; state < nfa_count; state++) {
        count += 2 * (size_t)table->nfa[state].count;
    }
    uint32_t *bound = wc_take(wc, count * sizeof *bound);
    count = 1;
    for (int state = 0; state < nfa_count; state++) {
        const struct nfa *nfa = &table->nfa[state];
        for (unsigned idx = nfa->first; nfa->kind == NFA_SET && idx < nfa->first + nfa->count;
             idx++) {
            bound[count++] = table->range[idx].low;
            bound[count++] = table->range[idx].high + 1;
        }
    }
    qsort(bound, count, sizeof *bound, order);
    for (size_t idx = 0; idx < count; idx++) {
        bool is_new = matcher->classes == 0 || bound[idx] != matcher->bound[matcher->classes - 1];
        if (is_new && bound[idx] <= 0x10ffff) {
            if (matcher->classes == PATTERN_CLASSES_MAX) {
                return false;
            }
            matcher->bound[matcher->classes++] = bound[idx];
        }
    }
    return true;
}

/* Number of a set among the states found so far, or PATTERN_STATES_MAX when there is no more room.
 */
static unsigned number_of(struct table *table, const struct set *set)
{
    for (unsigned idx = 0; idx < table->count; idx++) {
        if (memcmp(&table->state[idx], set, sizeof *set) == 0) {
            return idx;
        }
    }
    if (table->count < PATTERN_STATES_MAX) {
        table->state[table->count++] = *set;
        return table->count - 1;
    }
    return PATTERN_STATES_MAX;
}

struct matcher *pattern_table(struct wc *wc, const struct nfa *nfa, int nfa_count,
                              const struct range *range, struct frag whole)
{
    struct matcher *matcher = wc_take(wc, sizeof *matcher);
    struct table table = { .nfa = nfa,
                           .range = range,
                           .state = wc_take(wc, PATTERN_STATES_MAX * sizeof(struct set)) };
    matcher->next = wc_take(wc, PATTERN_STATES_MAX * sizeof *matcher->next);
    matcher->is_end = wc_take(wc, PATTERN_STATES_MAX * sizeof *matcher->is_end);
    if (!find_classes(wc, &table, nfa_count, matcher)) {
        return NULL;
    }
    static const struct set empty;
    struct set set = empty;
    add_closed(&table, &set, whole.start);
    (void)number_of(&table, &set); /* the start is state 0 */
    for (unsigned state = 0; state < table.count; state++) {
        matcher->is_end[state] = has(&table.state[state], whole.end);
        for (unsigned class = 0; class < matcher->classes; class ++) {
            set = empty;
            for (int from = 0; from < nfa_count; from++) {
                if (has(&table.state[state], from) && nfa[from].kind == NFA_SET &&
                    accepts(&table, &nfa[from], matcher->bound[class])) {
                    add_closed(&table, &set, nfa[from].out);
                }
            }
            unsigned next = memcmp(&set, &empty, sizeof set) == 0 ? 255 : number_of(&table, &set);
            if (next == PATTERN_STATES_MAX && memcmp(&set, &empty, sizeof set) != 0) {
                return NULL;
            }
            matcher->next[state][class] = (uint8_t)next;
        }
    }
    matcher->states = table.count;
    return matcher;
}
