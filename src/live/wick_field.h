/* wick_field.h - one field of a form: what kind of value it has and which rules it must obey.
 *
 * Layer: live. Memory: tables of constants that wickc writes from the <input>s of a page. The same
 * rules hold in the browser. Kinds are listed once, here: wickc reads this header, too.
 */
#ifndef WICK_FIELD_H
#define WICK_FIELD_H

#include "tmpl/tmpl_input.h"

/* X(name): the type of the member in the struct of the fields: char[N], int64_t, bool, char[N],
 * uint32_t with a bit for each of the options, in their order. */
#define WICK_FIELD_TYPES(X)                                                                        \
    X(TEXT)                                                                                        \
    X(INT)                                                                                         \
    X(BOOL)                                                                                        \
    X(CHOICE)                                                                                      \
    X(SET)
#define WICK_FIELD_ENUM(name) WICK_FIELD_##name,

enum wick_field_type { WICK_FIELD_TYPES(WICK_FIELD_ENUM) };

#undef WICK_FIELD_ENUM

struct wick_field;
struct wire_fields;
/** The bits of a set's values that were sent. @return false: one is no option */
bool wick_read_set(const struct wick_field *field, const struct wire_fields *in,
                   uint32_t *bits_out);

/* Its rules hold in the browser and here, with the same message. Absent rules are 0 / NULL /
 * INT64_MIN / INT64_MAX. */
struct wick_field {
    const char *name;  /* as in name="" */
    const char *label; /* for messages */
    uint8_t type;      /* enum wick_field_type */
    bool is_required;
    bool is_record;            /* a hidden field that says which record the form is about */
    uint8_t decimals;          /* INT: the value is that of the browser times 10^decimals */
    uint16_t len_min, len_max; /* TEXT: UTF-16 units, as the browser counts */
    int64_t min, max, step; /* INT: with its decimals; dates and times: numbers of input. Of a time
                               min may be above max: from evening to morning */
    const struct tmpl_input *input;   /* TEXT: which form it has; NULL: any */
    const char *pattern_message;      /* title="" of an input with pattern */
    bool (*matches)(struct str text); /* pattern="", compiled; NULL: none */
    const struct str *choice;         /* CHOICE, SET: the allowed values */
    uint16_t choice_count;
    /* SET: wick_read_set(), so that a program without sets has no code for them */
    bool (*read_set)(const struct wick_field *field, const struct wire_fields *in,
                     uint32_t *bits_out);
    uint32_t off, size; /* in the generated fields struct: char[size], int64_t, bool */
};

#endif
