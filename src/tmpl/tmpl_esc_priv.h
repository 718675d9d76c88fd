/* tmpl_esc_priv.h - between tmpl_esc.c, tmpl_esc_raw.c and tmpl_safe.c. */
#ifndef WICK_TMPL_ESC_PRIV_H
#define WICK_TMPL_ESC_PRIV_H

#include "tmpl/tmpl_esc.h"

struct esc {
    struct buf *out;
    unsigned how;
};

/** Append text for element content and quoted values, or for values without quotes; the character
 * `kept` is copied as it is (' ': none). */
void esc_html(struct buf *out, struct str text, char kept);
void esc_nospace(struct buf *out, struct str text, char kept);
/** A value without quotes must not be empty, else it swallows what follows: if nothing was written
 * since start, write the placeholder for a refused value. */
void esc_fill(struct buf *out, size_t start, unsigned how);
/** keeps_reserved: normalise a whole URL; else make a part of a query. */
void esc_url(const struct esc *esc, struct str url, bool keeps_reserved);

/* A set of ASCII characters: bit 31..0 of word n is character 32 n + 31 .. 32 n. */
struct esc_set {
    uint32_t word[4];
};

#define ESC_BIT(c)  (UINT32_C(1) << ((c)&31))
#define ESC_DIGITS  UINT32_C(0x03ff0000) /* of word 1 */
#define ESC_LETTERS UINT32_C(0x07fffffe) /* of word 2, capitals, and of word 3 */

static inline bool esc_has(const struct esc_set *set, char byte)
{
    return (uint8_t)byte < 0x80 && (set->word[(uint8_t)byte >> 5] >> (byte & 31) & 1) != 0;
}

/** How many bytes of text from at on are in the set. */
static inline size_t esc_span(const struct esc_set *set, struct str text, size_t at)
{
    size_t end = at;
    while (end < text.len && esc_has(set, text.ptr[end])) {
        end++;
    }
    return end - at;
}

/** Append what the main step wrote, escaped for the attribute around it. */
void esc_put(const struct esc *esc, const char *text, size_t len);
void esc_put_text(const struct esc *esc, const char *text);

void esc_js(const struct esc *esc, struct str text); /* a value: JSON */
void esc_js_str(const struct esc *esc,
                struct str text); /* inside a string or, if how says so, a regular expression */
void esc_css(const struct esc *esc, struct str text);     /* a value, or ZgotmplZ */
void esc_css_str(const struct esc *esc, struct str text); /* inside a string */

#endif
