/* tmpl_esc.h - escaping of values for the place they stand in, byte for byte as Go's html/template
 * (1.27.3) does it; where that is not safe, stricter (docs/templates.md, "What differs from Go").
 *
 * Layer: tmpl (includes base). wickc decides at compile time how a value is escaped: one of the
 * main steps, before it perhaps the filter of URLs, after it the escaping of the attribute value
 * around it. Ownership: texts are borrowed for the call; they may be empty with a NULL pointer and
 * need not be UTF-8. Memory: none. Limits: none but those of the buffer. Blocking, re-entry: none.
 * Errors: those of the buffer, sticky (base/buf.h). Sources: WHATWG HTML (13.1.2.3
 * attributes, 4.12.1.3 restrictions for contents of script), RFC 3986 (2.3), CSS Syntax 3 (4.3.7
 * escapes), ECMA-262 (12.9 literals, B.1.1 HTML-like comments), RFC 8259 (7 strings).
 */
#ifndef WICK_TMPL_ESC_H
#define WICK_TMPL_ESC_H

#include "base/buf.h"

enum tmpl_esc {
    TMPL_ESC_NONE, /* nothing of its own: plain attribute values, where only the last step counts */
    TMPL_ESC_HTML, /* text */
    TMPL_ESC_NAME, /* attribute name: letters and digits, else ZgotmplZ */
    TMPL_ESC_COMMENT, /* inside a comment: nothing is written */
    TMPL_ESC_URL,     /* path of a URL: normalised */
    TMPL_ESC_QUERY,   /* after ? or #: everything reserved as %xx */
    TMPL_ESC_SRCSET,
    TMPL_ESC_JS, /* a value in a script: JSON */
    TMPL_ESC_JS_STR,
    TMPL_ESC_JS_REGEXP,
    TMPL_ESC_CSS, /* a value in a style, filtered */
    TMPL_ESC_CSS_STR,
    TMPL_ESC_URLQUERY, /* the function urlquery: as QUERY, with "+" for blanks and capitals in %XX
                        */
    TMPL_ESC_RCDATA,   /* text of <title> and <textarea> */
    TMPL_ESC_JS_TMPL,  /* between the back-ticks of a template literal */
    TMPL_ESC_MAIN = 15,
    TMPL_ESC_FILTER =
        16, /* before: a URL with a scheme other than http, https, mailto becomes #ZgotmplZ */
    TMPL_ESC_ATTR = 32,    /* after: for an attribute value in quotes */
    TMPL_ESC_NOSPACE = 64, /* after: for an attribute value without quotes, never empty */
    TMPL_ESC_NUMBER = 128, /* the value is a number or bool: only scripts show the difference */
    TMPL_ESC_BARE = 256,   /* after: the function html: as ATTR, but "+" stays */
    TMPL_ESC_SAFE =
        512, /* the value has the type that the first step knows: for tmpl_escape_safe() only */
    TMPL_ESC_GUARD =
        1024, /* JS_STR, JS_TMPL: harmless after "<" of a script; JS_REGEXP: also if it is none but
                 a division; HTML: once more, for a srcdoc; NAME: only numbers are written */
};

/** Append text escaped; how: a value of enum tmpl_esc and its flags. */
void tmpl_escape(struct buf *out, struct str text, unsigned how);
/** Escape in place what was appended to out since start. */
void tmpl_escape_since(struct buf *out, size_t start, unsigned how);

#endif
