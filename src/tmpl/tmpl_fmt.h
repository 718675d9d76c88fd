/* tmpl_fmt.h - what a verb of printf with flags, width or precision writes, byte for byte as Go's
 * package fmt.
 *
 * Layer: tmpl (includes base). Memory: none; texts are written into the caller's buffer. wickc
 * parses the format and calls these where a plain tmpl_put_x() would not do. tmpl_quote_x() is the
 * same for the verbs that ask which characters can be printed (a table of 2.7 KB): %q and %U.
 */
#ifndef WICK_TMPL_FMT_H
#define WICK_TMPL_FMT_H

#include "base/buf.h"

enum tmpl_fmt_flag {
    TMPL_FMT_PLUS = 1,
    TMPL_FMT_MINUS = 2, /* pad after the text instead of before it */
    TMPL_FMT_SHARP = 4,
    TMPL_FMT_BLANK = 8,
    TMPL_FMT_ZERO = 16,
    TMPL_FMT_WIDTH = 32, /* width is given */
    TMPL_FMT_PREC = 64,  /* precision is given */
};

enum { TMPL_FMT_MAX = 1000000 }; /* a larger width or precision is ignored, as in Go */

struct tmpl_fmt {
    char verb;
    uint8_t flags; /* enum tmpl_fmt_flag */
    uint32_t width, precision;
};

/** The value of a "*": a negative width means TMPL_FMT_MINUS; one that cannot be is noted in out,
 * as Go does. */
void tmpl_fmt_width(struct buf *out, struct tmpl_fmt *fmt, int64_t width);
void tmpl_fmt_precision(struct buf *out, struct tmpl_fmt *fmt, int64_t precision);

/** size: of the array for char[], unused for the others. */
void tmpl_fmt_bool(struct buf *out, bool value, size_t size, const struct tmpl_fmt *fmt); /* t v */
void tmpl_fmt_i64(struct buf *out, int64_t value, size_t size,
                  const struct tmpl_fmt *fmt); /* b c d o O x X v */
void tmpl_fmt_u64(struct buf *out, uint64_t value, size_t size, const struct tmpl_fmt *fmt);
void tmpl_fmt_chars(struct buf *out, const char *text, size_t size,
                    const struct tmpl_fmt *fmt); /* s v x X */
void tmpl_fmt_str(struct buf *out, struct str text, size_t size, const struct tmpl_fmt *fmt);

void tmpl_quote_i64(struct buf *out, int64_t value, size_t size,
                    const struct tmpl_fmt *fmt); /* q U */
void tmpl_quote_u64(struct buf *out, uint64_t value, size_t size, const struct tmpl_fmt *fmt);
void tmpl_quote_chars(struct buf *out, const char *text, size_t size,
                      const struct tmpl_fmt *fmt); /* q */
void tmpl_quote_str(struct buf *out, struct str text, size_t size, const struct tmpl_fmt *fmt);

/** Widen what was appended since start to the width of fmt. */
void tmpl_fmt_pad(struct buf *out, size_t start, const struct tmpl_fmt *fmt);
/** As many characters as the precision allows. */
struct str tmpl_fmt_cut(struct str text, const struct tmpl_fmt *fmt);

/** A character that Go prints as it is: letters, marks, digits, punctuation, symbols, the blank
 * (Unicode 17). */
bool tmpl_is_print(uint32_t code);

#endif
