/* tmpl_input.h - the values of HTML's input controls: which texts are valid, and what number they
 * stand for.
 *
 * Layer: tmpl (includes base). Memory: none. Used by wickc for the rules in a template and by live
 * for what a browser sends, so both read a value in the same way. Nothing here is locale dependent.
 * Source: HTML standard, sections 2.3.5 (dates and times) and 4.10.5.1 (states of the type
 * attribute). Years have four digits; browsers allow more.
 */
#ifndef WICK_TMPL_INPUT_H
#define WICK_TMPL_INPUT_H

#include "base/buf.h"

/* X(ID, name, type=""): controls whose text has a form of its own. */
#define TMPL_INPUTS(X)                                                                             \
    X(EMAIL, email, "email")                                                                       \
    X(URL, url, "url")                                                                             \
    X(COLOR, color, "color")                                                                       \
    X(DATE, date, "date")                                                                          \
    X(MONTH, month, "month")                                                                       \
    X(WEEK, week, "week")                                                                          \
    X(TIME, time, "time")                                                                          \
    X(LOCAL, local, "datetime-local")

/* One kind of control. The tables of a page point to those that it has, so a program without a date
 * has no code for dates. */
struct tmpl_input {
    const char *name;    /* of the constant: tmpl_input_<name> */
    const char *message; /* for a text that is not valid */
    /** A browser would take this text, which is not empty, for a value of the control. NULL: it
     * would if it stands for a number */
    bool (*is_valid)(struct str text);
    /** The number that a valid text stands for: days of date, months of month, weeks of week,
     * milliseconds of time and local; all but time count from 1970. @return false: not valid.
     * NULL: it has no numbers */
    bool (*number)(struct str text, int64_t *number_out);
    /** Append the text that stands for a number. */
    void (*put)(struct buf *out, int64_t number);
    bool is_ms; /* its numbers are milliseconds */
};

#define TMPL_INPUT_EXTERN(id, name, type) extern const struct tmpl_input tmpl_input_##name;
TMPL_INPUTS(TMPL_INPUT_EXTERN)
#undef TMPL_INPUT_EXTERN

#endif
