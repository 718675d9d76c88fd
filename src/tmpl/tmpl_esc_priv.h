/* tmpl_esc_priv.h - between tmpl_esc.c and tmpl_esc_raw.c. */
#ifndef WICK_TMPL_ESC_PRIV_H
#define WICK_TMPL_ESC_PRIV_H

#include "tmpl/tmpl_esc.h"

struct esc {
    struct buf *out;
    unsigned how;
};

/** Append what the main step wrote, escaped for the attribute around it. */
void esc_put(const struct esc *esc, const char *text, size_t len);
void esc_put_text(const struct esc *esc, const char *text);

void esc_js(const struct esc *esc, struct str text);      /* a value: JSON */
void esc_js_str(const struct esc *esc, struct str text);  /* inside a string or, if how says so, a regular expression */
void esc_css(const struct esc *esc, struct str text);     /* a value, or ZgotmplZ */
void esc_css_str(const struct esc *esc, struct str text); /* inside a string */

#endif
