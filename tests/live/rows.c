/* rows.c - the state of rows.h. Texts that begin with "no" are refused, by all actions. */
#include "tests/live/pages/rows.html.h"

struct rows rows;

static bool take(struct wick_turn *turn, char *to, size_t cap, const char *text)
{
    if (str_starts(str_of(text), STR("no"))) {
        wick_error(turn, "text", "Refused.");
        return false;
    }
    return wick_set(to, cap, str_of(text));
}

bool rows_label(struct wick_turn *turn, const struct rows_label_fields *in)
{
    for (uint32_t idx = 0; idx < rows.item.len; idx++) {
        struct rows_item *item = &rows.item.v[idx];
        if (str_eq(str_of(item->id), str_of(in->id)) && item->bay == in->bay) {
            return take(turn, item->text, sizeof item->text, in->text);
        }
    }
    wick_error(turn, NULL, "It is gone.");
    return false;
}

bool rows_drop(struct wick_turn *turn, const struct rows_drop_fields *in)
{
    (void)in;
    wick_error(turn, NULL, "It is locked.");
    return false;
}

bool rows_change(struct wick_turn *turn, const struct rows_change_fields *in)
{
    return take(turn, rows.note, sizeof rows.note, in->text);
}

bool rows_add(struct wick_turn *turn, const struct rows_add_fields *in)
{
    return take(turn, rows.note, sizeof rows.note, in->text);
}
