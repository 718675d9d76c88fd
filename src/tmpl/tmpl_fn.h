/* tmpl_fn.h - what generated templates call: printing, comparing, and the standard functions of
 * templates.
 *
 * Layer:     tmpl (includes base).
 * Memory:    none; texts are written into the caller's buffer.
 * Ownership: a returned text is a part of an argument, of the buffer, or constant.
 * Errors:    only those of the buffer (WICK_E_FULL). Blocking: never. Re-entry: allowed.
 *
 * wickc reads this file: every fn_x is the function x of templates. A function that writes text
 * takes a struct buf first; others return their value. All are pure: the same arguments give the
 * same text.
 */
#ifndef WICK_TMPL_FN_H
#define WICK_TMPL_FN_H

#include "tmpl/tmpl.h"
#include "tmpl/tmpl_esc.h"
#include "tmpl/tmpl_fmt.h"
#include "tmpl/tmpl_safe.h"

/* --- standard functions ----------------------------------------------------------------------- */

void fn_bytes(struct buf *out,
              uint64_t bytes); /* 0 B, 1023 B, 1.0 KiB, 3.4 MiB, 128 GiB: one decimal below 10 */
void fn_rate(struct buf *out, uint64_t bytes_per_s); /* the same with "/s" */
void fn_duration(
    struct buf *out,
    uint64_t seconds); /* two largest units: "42 s", "5 min 3 s", "2 h 10 min", "3 d 4 h" */
void fn_ago(struct buf *out, uint64_t seconds);  /* "just now", then minutes, hours, days: "5 min
                                                    ago", "2 h ago", "3 d ago" */
void fn_percent(struct buf *out, int64_t value); /* "42 %" */
void fn_fixed(struct buf *out, unsigned decimals,
              int64_t value); /* 10^-decimals, 0..9: {{215 | fixed 1}} -> "21.5"; what a number
                                 field with step="0.1" gets and shows */
void fn_milli(
    struct buf *out, unsigned decimals,
    int64_t value); /* 1/1000 with 0..3 decimals, rounded: {{53449 | milli 1}} -> "53.4" */
void fn_datetime(struct buf *out, uint64_t unix_s); /* "2026-11-21 10:00 UTC" */
void fn_plural(struct buf *out, struct str one, struct str many,
               int64_t count); /* one for 1, else many */
void fn_truncate(struct buf *out, uint64_t max,
                 struct str text); /* at most max characters, the last one "…" where it was cut */
void fn_default(struct buf *out, struct str otherwise,
                struct str text); /* otherwise when text is empty */

/* --- for generated code ----------------------------------------------------------------------- */

/** A value as text, escaped. size: of the array for char[], unused for the others. */
void tmpl_put_bool(struct buf *out, bool value, size_t size, unsigned how);
void tmpl_put_i64(struct buf *out, int64_t value, size_t size, unsigned how);
void tmpl_put_u64(struct buf *out, uint64_t value, size_t size, unsigned how);
void tmpl_put_chars(struct buf *out, const char *text, size_t size, unsigned how);
void tmpl_put_str(struct buf *out, struct str text, size_t size, unsigned how);
/* A value of any other type: there is no such function, and the C compiler reports its call at the
 * place in the template. */
__attribute__((
    error("templates have texts (char[N]), whole numbers, bool and enums; this is none of "
          "them"))) void
tmpl_put_other(struct buf *out, ...);
void tmpl_put_hex(struct buf *out, uint64_t value); /* %x: no leading zeros */

/** Is a value true in the sense of {{if}}? */
bool tmpl_is_bool(bool value, size_t size);
bool tmpl_is_i64(int64_t value, size_t size);
bool tmpl_is_u64(uint64_t value, size_t size);
bool tmpl_is_chars(const char *text, size_t size);
bool tmpl_is_str(struct str text, size_t size);

int tmpl_compare(int64_t a, uint64_t b);           /* <0, 0, >0 as a is below, equal to, above b */
int tmpl_compare_text(struct str a, struct str b); /* bytewise */

/** A line through the values, the lowest at the bottom: an inline <svg class="spark">; nothing when
 * there are none.
 *  values: [count] integers of size 1, 2, 4 or 8 bytes. Of more than TMPL_SPARK_MAX every n-th is
 * shown, the last one always. */
void tmpl_spark(struct buf *out, const void *values, uint32_t count, size_t size, bool is_signed);

struct str tmpl_slice(struct str text, int64_t from,
                      int64_t to); /* the bytes [from, to), as far as there are any */
uint32_t tmpl_row_at(int64_t index, uint32_t len);  /* index, at least 0, at most len */
uint8_t tmpl_byte(struct str text, uint64_t index); /* 0 where there is none */
/** Escape what was appended to out since start as the function js of Go's templates does. */
void tmpl_js_since(struct buf *out, size_t start);

/** What was appended to out since start; a zero is appended to it and stays in out. "..." when out
 * is full. */
struct str tmpl_taken(struct buf *out, size_t start);
/** Take the bytes [start, end) out of out: texts that were only needed to compute what follows
 * them. */
void tmpl_drop(struct buf *out, size_t start, size_t end);

/** form, if it is of one of these actions and of this record; else one without messages and drafts.
 *  actions: names, each with its zero; an empty one ends them. record 0: of any. */
const struct tmpl_form *tmpl_form_of(const struct tmpl_form *form, const char *actions,
                                     uint32_t record);
struct str tmpl_form_error(const struct tmpl_form *form,
                           const char *field); /* "" when there is none */
/** Is option idx of a set chosen: in what was typed, else in set? */
bool tmpl_form_picked(const struct tmpl_form *form, const char *field, unsigned idx, uint64_t set);
struct str tmpl_form_draft(const struct tmpl_form *form, const char *field,
                           struct str value); /* value when there is none */

/* The text of a variable that {{$x = ...}} sets: the one that it has, and the one that is made from
 * it. */
struct tmpl_keep {
    bool is_second;
    char text[2][TMPL_KEEP_LEN_MAX + 1];
};
/** Copy text, so that out can be cut. One of more than TMPL_KEEP_LEN_MAX bytes is cut and ends in
 * "…"; if it must stay whole, since it
 *  is markup or the like, that is WICK_E_FULL in out. */
struct str tmpl_keep(struct tmpl_keep *keep, struct buf *out, struct str text, bool is_whole);

/* {{range}} over a number: its rows are 0 .. count - 1, at most TMPL_COUNT_MAX; none below zero. */

uint32_t tmpl_count_i64(int64_t count);
uint32_t tmpl_count_u64(uint64_t count);
extern const char tmpl_no_row[1]; /* what stands for its elements */

/* pattern="" of an input as a table: state 0 is the start, next[state * classes + class] the next
 * one, 255 none. */
struct tmpl_matcher {
    const uint32_t *bound; /* [classes] first code point of each class, ascending, bound[0] is 0 */
    const uint8_t *next;   /* [states * classes] */
    const uint8_t *is_end; /* [(states + 7) / 8] bit set: the text may end here */
    uint16_t classes;
};

/** The whole text matches. Linear in text. */
bool tmpl_match(const struct tmpl_matcher *matcher, struct str text);

#endif
