/* tmpl_safe.h - content of a known type, as Go's template.HTML and its like: what the application
 * vouches for.
 *
 * Layer: tmpl (includes base). Memory: none. In the place that its type is for such a text is
 * written as it is; in every other place it is a plain text.
 *
 *   WICK_SAFE(html, 200) banner;
 *   a member of the state: a struct with the member char html[200]
 *   struct safe_url fn_photo(const struct user *user); a function that returns one
 *   WICK_WRITES(html) fn_logo(struct buf *out);        a function that writes one: void in C
 */
#ifndef WICK_TMPL_SAFE_H
#define WICK_TMPL_SAFE_H

#include "base/buf.h"

#define WICK_SAFE(kind, N)                                                                         \
    struct {                                                                                       \
        char kind[N];                                                                              \
    }
#define WICK_WRITES(kind) void

struct safe_html {
    struct str html;
}; /* markup */

struct safe_attr {
    struct str attr;
}; /* whole attributes: dir="ltr" */

struct safe_url {
    struct str url;
}; /* an address or a part of it, also with a scheme of its own */

struct safe_srcset {
    struct str srcset;
};

struct safe_js {
    struct str js;
}; /* an expression */

struct safe_jsstr {
    struct str jsstr;
}; /* what stands between the quotes of a string */

struct safe_css {
    struct str css;
}; /* a style: a value, declarations or rules */

/** As tmpl_escape() with TMPL_ESC_SAFE in how: the text has the type that the first step knows. */
void tmpl_escape_safe(struct buf *out, struct str text, unsigned how);
void tmpl_escape_safe_since(struct buf *out, size_t start, unsigned how);

#endif
