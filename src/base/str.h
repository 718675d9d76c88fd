/* str.h - a slice of bytes that somebody else owns; not terminated by zero.
 *
 * Layer: base.   Memory: borrowed; valid as long as the text it points into.
 */
#ifndef WICK_STR_H
#define WICK_STR_H

#include "base/base.h"

struct str {
    const char *ptr; /* may be NULL only when len is 0 */
    size_t len;      /* bytes */
};

/** Slice of a string literal, also in static initialisers. */
#define STR_INIT(literal)                                                                          \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }
#define STR(literal) ((struct str){ (literal), sizeof(literal) - 1 })

struct str str_of(const char *text);                   /* zero-terminated text; NULL gives "" */
struct str str_of_field(const char *text, size_t cap); /* char[cap] that may lack its zero */
bool str_eq(struct str a, struct str b);
bool str_eq_nocase(struct str a, struct str b); /* ASCII only */
bool str_starts(struct str text, struct str prefix);
bool str_has(struct str text, struct str part);        /* for short parts */
struct str str_trim(struct str text, const char *set); /* cut bytes of set at both ends */
/** Cut text at the first sep: the part before it is returned, *rest_inout becomes the part after it
 * (empty at the end). */
struct str str_cut(struct str *rest_inout, char sep);
/** Copy into char[cap], cap > 0, and fill the rest with zeros, one at least. @return false when it
 * was cut (at a whole UTF-8 character). */
bool str_copy(char *to, size_t cap, struct str from);

#endif
