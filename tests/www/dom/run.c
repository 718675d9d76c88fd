/* run.c - pages with random states, printed as transitions (tests/diff/frames.h). The table of
 * pages is linked to it. usage: all SEED */
#include "dom.h"
#include "tests/diff/frames.h"

#include <stdlib.h>

extern const struct wick_page *const dom_pages[];
extern const unsigned dom_page_count, dom_states;

struct dom dom;
static struct dom was;
static uint32_t state;

static uint32_t below(uint32_t end)
{
    state = state * 1664525u + 1013904223u;
    return (state >> 10) % end;
}

static void fill_text(char *to)
{
    static const char *const texts[] = { "",     "a",    "\n",     "\nb", " ",     " c ",
                                         "<b>x", "&amp", "\n\n d", "0",   "</p>e", "f\n" };
    strcpy(to, texts[below(WICK_COUNT_OF(texts))]);
}

static void change(struct dom *to, bool is_new)
{
    bool *const flags[] = { &to->b0, &to->b1, &to->b2, &to->b3 };
    for (unsigned idx = 0; idx < 4; idx++) {
        *flags[idx] = is_new || below(2) == 0 ? below(2) == 0 : *flags[idx];
    }
    if (is_new || below(2) == 0) {
        fill_text(to->t0);
    }
    if (is_new || below(3) == 0) {
        fill_text(to->t1);
    }
    if (is_new || below(2) == 0) {
        uint32_t first = below(6);
        to->list.len = below(5);
        for (uint32_t idx = 0; idx < to->list.len; idx++) { /* another order, other rows */
            struct dom_row *row = &to->list.v[idx];
            row->key[0] = (char)('k' + (first + idx * 5) % 6);
            row->key[1] = '\0';
            fill_text(row->text);
            row->flag = below(2) == 0;
        }
    }
}

static struct tmpl_ctx ctx_of(const struct dom *from)
{
    static const struct tmpl_form form;
    return (struct tmpl_ctx){ .part = { [TMPL_DEVICE] = from, [TMPL_FORM] = &form } };
}

int main(int argc, char **argv)
{
    state = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 1;
    for (unsigned idx = 0; idx < dom_page_count; idx++) {
        change(&dom, true);
        struct tmpl_ctx is = ctx_of(&dom);
        frames_print_template(dom_pages[idx]->tmpl, &is);
        for (unsigned step = 0; step < dom_states; step++) {
            was = dom;
            change(&dom, false);
            struct tmpl_ctx from = ctx_of(&was);
            is = ctx_of(&dom);
            frames_print_transition(dom_pages[idx]->tmpl, &from, &is, FRAMES_WHOLE);
        }
    }
    return 0;
}
