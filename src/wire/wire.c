/* wire.c - the list of wires, and what they share: reading JSON and fields, writing a message. */
#include "wire/wire.h"

static const struct wire *const rows[] = { &wire_wick, &wire_livetemplate };
_Static_assert(WICK_COUNT_OF(rows) <= WIRE_ROWS_MAX,
               "arrays with an element for each wire have WIRE_ROWS_MAX");

const struct wire *wire_at(unsigned idx)
{
    return idx < WICK_COUNT_OF(rows) ? rows[idx] : NULL;
}

const struct wire *wire_find(struct str name)
{
    for (unsigned idx = 0; idx < WICK_COUNT_OF(rows); idx++) {
        WICK_ASSERT_DEBUG(rows[idx]->name != NULL && rows[idx]->begin != NULL);
        if (str_eq(name, str_of(rows[idx]->name))) {
            return rows[idx];
        }
    }
    return NULL;
}
