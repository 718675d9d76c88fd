/* format.h - the format of a printf, parsed once by the checker: texts with directives between
 * them.
 *
 * In: the text and its arguments. Out: the directives in order; what Go would print as an error is
 * reported.
 */
#ifndef WICKC_FORMAT_H
#define WICKC_FORMAT_H

#include "wickc/check/check.h"

/* Static text, then a directive. */
struct directive_item {
    struct str text;
    char verb;                         /* '\0': the end, only text */
    unsigned flags, width, precision;  /* as in struct tmpl_fmt */
    unsigned arg;                      /* index in call->arg of the value */
    unsigned width_arg, precision_arg; /* of the value of a "*"; 0: none */
    const char *type;                  /* %T: what is written instead of the value */
    struct directive_item *next;
};

/** Parse the format of a printf and compare it with the values. @return NULL: reported */
struct directive_item *format_check(struct checker *checker, const struct val *call);

#endif
