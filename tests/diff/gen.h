/* gen.h - random templates, as the tables that wickc would write, and random states that change.
 *
 * Everything follows from the seed. A template has nested branches, lists and rows (to
 * WICK_ROW_DEPTH_MAX), with and without keys, shared and private slots, all four places of a slot,
 * and valid HTML.
 */
#ifndef GEN_H
#define GEN_H

#include "diff/diff.h"

enum {
    GEN_NUMS = 8,
    GEN_TEXTS = 4,
    GEN_TEXT_CAP = 16,
    GEN_LISTS = 2,
    GEN_ROWS_0 = 24,
    GEN_ROWS_1 = 4,
    GEN_ROWS_2 = 3,
    GEN_ROWS_3 = 3
};

/* What rows of all depths begin with. */
struct gen_row {
    uint32_t num[3];
    char key[GEN_TEXT_CAP];
    char text[GEN_TEXT_CAP];
};

struct gen_row3 {
    struct gen_row row;
};

struct gen_list3 {
    uint32_t len, dropped;
    struct gen_row3 row[GEN_ROWS_3];
};

struct gen_row2 {
    struct gen_row row;
    struct gen_list3 sub;
};

struct gen_list2 {
    uint32_t len, dropped;
    struct gen_row2 row[GEN_ROWS_2];
};

struct gen_row1 {
    struct gen_row row;
    struct gen_list2 sub;
};

struct gen_list1 {
    uint32_t len, dropped;
    struct gen_row1 row[GEN_ROWS_1];
};

struct gen_row0 {
    struct gen_row row;
    struct gen_list1 sub;
};

struct gen_list0 {
    uint32_t len, dropped;
    struct gen_row0 row[GEN_ROWS_0];
};

/* The state of the device, and that of the view. */
struct gen_part {
    uint32_t num[GEN_NUMS];
    char text[GEN_TEXTS][GEN_TEXT_CAP];
    struct gen_list0 list[GEN_LISTS];
};

struct gen_state {
    struct gen_part part[2]; /* TMPL_DEVICE, TMPL_VIEW */
    struct tmpl_form form;
};

/* Keys may be empty, twice in a list or malformed. Without it row keys are unique in the page, as a
 * DOM needs it. */
enum gen_mode { GEN_CLEAN, GEN_DIRTY };

void gen_seed(uint32_t seed);
uint32_t gen_random(uint32_t below);
/** A new random template; the one before is gone. */
const struct tmpl *gen_template(void);
/** A new random state, or some random changes of it (none at all, too). */
void gen_fill(struct gen_state *state, enum gen_mode mode);
void gen_change(struct gen_state *state, enum gen_mode mode);
struct tmpl_ctx gen_ctx(const struct gen_state *state);

#endif
