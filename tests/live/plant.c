/* plant.c - the states of plant.h, and the actions of their pages. */
#include "tests/live/pages/both.html.h"

struct plant plant = { .heat = 20 };
struct journal journal;

bool both_note(struct wick_turn *turn, const struct both_note_fields *in)
{
    struct journal_line *line = wick_list_add(&journal.line);
    if (line == NULL) {
        wick_error(turn, NULL, "The journal is full.");
        return false;
    }
    line->id = ++journal.entries;
    (void)wick_set(line->text, sizeof line->text, str_of(in->text));
    return true;
}
