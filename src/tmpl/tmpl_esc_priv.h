/* tmpl_esc_priv.h - between tmpl_esc.c, tmpl_esc_raw.c and tmpl_safe.c. */
#ifndef WICK_TMPL_ESC_PRIV_H
#define WICK_TMPL_ESC_PRIV_H

#include "tmpl/tmpl_esc.h"

struct esc {
    struct buf *out;
    unsigned how;
};

/** Append text for element content and quoted values, or for values without quotes; the character kept stays as it is (' ': none). */
void esc_html(struct buf *out, struct str text, char kept);
void esc_nospace(struct buf *out, struct str text, char kept);
/** keeps_reserved: normalise a whole URL; else make a part of a query. */
void esc_url(const struct esc *esc, struct str url, bool keeps_reserved);

/** Append what the main step wrote, escaped for the attribute around it. */
void esc_put(const struct esc *esc, const char *text, size_t len);
void esc_put_text(const struct esc *esc, const char *text);

void esc_js(const struct esc *esc, struct str text);      /* a value: JSON */
void esc_js_str(const struct esc *esc, struct str text);  /* inside a string or, if how says so, a regular expression */
void esc_css(const struct esc *esc, struct str text);     /* a value, or ZgotmplZ */
void esc_css_str(const struct esc *esc, struct str text); /* inside a string */

#endif
