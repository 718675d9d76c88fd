/* html.h - where in an HTML document a place of the template lies: the contexts of Go's
 * html/template and its transitions.
 *
 * One call of html_step() eats a piece of static text and gives the context behind it. The states
 * and the rules are those of Go 1.19; the tests compare the bytes that come out with Go's.
 */
#ifndef WICKC_HTML_H
#define WICKC_HTML_H

#include "wickc/wickc.h"

/* X(name, what it is called in messages) */
#define HTML_STATES(X)                                                                             \
    X(TEXT, "in text between tags")                                                                \
    X(TAG, "inside a tag")                                                                         \
    X(ATTR_NAME, "inside an attribute name")                                                       \
    X(AFTER_NAME, "behind an attribute name")                                                      \
    X(BEFORE_VALUE, "in front of an attribute value")                                              \
    X(COMMENT, "inside an HTML comment")                                                           \
    X(RCDATA, "in the text of <title> or <textarea>")                                              \
    X(ATTR, "inside an attribute value")                                                           \
    X(URL, "inside a URL")                                                                         \
    X(SRCSET, "inside a srcset")                                                                   \
    X(JS, "in JavaScript")                                                                         \
    X(JS_DQ, "inside a JavaScript string")                                                         \
    X(JS_SQ, "inside a JavaScript string")                                                         \
    X(JS_BQ, "inside a JavaScript template literal")                                               \
    X(JS_REGEXP, "inside a JavaScript regular expression")                                         \
    X(JS_BLOCK_COMMENT, "inside a JavaScript comment")                                             \
    X(JS_LINE_COMMENT, "inside a JavaScript comment")                                              \
    X(CSS, "in CSS")                                                                               \
    X(CSS_DQ, "inside a CSS string")                                                               \
    X(CSS_SQ, "inside a CSS string")                                                               \
    X(CSS_DQ_URL, "inside a CSS URL")                                                              \
    X(CSS_SQ_URL, "inside a CSS URL")                                                              \
    X(CSS_URL, "inside a CSS URL")                                                                 \
    X(CSS_BLOCK_COMMENT, "inside a CSS comment")                                                   \
    X(CSS_LINE_COMMENT, "inside a CSS comment")                                                    \
    X(ERROR, "after an error")                                                                     \
    X(DEAD, "behind break or continue")

#define HTML_STATE_ENUM(name, text) HTML_##name,

enum html_state { HTML_STATES(HTML_STATE_ENUM) };

#undef HTML_STATE_ENUM

enum html_delim { DELIM_NONE, DELIM_DQ, DELIM_SQ, DELIM_SPACE };

enum html_url { URL_START, URL_PRE_QUERY, URL_QUERY, URL_UNKNOWN };

enum html_js { JS_REGEXP_NEXT, JS_DIV_NEXT, JS_UNKNOWN };

enum html_attr { ATTR_PLAIN, ATTR_SCRIPT, ATTR_SCRIPT_TYPE, ATTR_STYLE, ATTR_URL, ATTR_SRCSET };

enum html_element { ELEMENT_NONE, ELEMENT_SCRIPT, ELEMENT_STYLE, ELEMENT_TEXTAREA, ELEMENT_TITLE };

struct html_ctx {
    enum html_state state;
    enum html_delim delim; /* of the attribute value that we are in, DELIM_NONE: in none */
    enum html_url url;
    enum html_js js;
    enum html_attr attr;       /* of the attribute whose value begins soon */
    enum html_element element; /* whose tag or content this is */
    const char *error;         /* ERROR: what is wrong ... */
    size_t error_at;           /* ... and where, from the start of the text given to html_step() */
};

/* What the structure of the document needs to know about a static text; offsets into the text as
 * written. */
enum html_event_kind {
    HTML_EV_TAG,       /* "<name" or "</name" [len] */
    HTML_EV_ATTR,      /* attribute name [len] */
    HTML_EV_VALUE,     /* first byte of a value */
    HTML_EV_VALUE_END, /* behind the last byte of a value; len 1: a quote follows */
    HTML_EV_CLOSE      /* the ">" of a tag */
};

struct html_event {
    enum html_event_kind kind;
    size_t off, len;
    size_t src; /* offset in the source file */
};

/** Eat a non-empty prefix of text (or only change the state at an end tag). @return the context
 * behind; *used_out bytes eaten. */
struct html_ctx html_step(struct wc *wc, struct html_ctx ctx, struct str text, size_t *used_out);
struct html_ctx html_nudge(struct html_ctx ctx);
bool html_same(struct html_ctx a, struct html_ctx b);
/** Context behind a branch that may end in a or in b; state ERROR without text: they do not fit. */
struct html_ctx html_join(struct html_ctx a, struct html_ctx b);
bool html_is_comment(enum html_state state);
const char *html_state_text(enum html_state state);

/* html_attr.c */
enum html_kind { KIND_PLAIN, KIND_URL, KIND_CSS, KIND_JS, KIND_SRCSET, KIND_HTML, KIND_UNSAFE };
enum html_kind html_attr_kind(struct str name);
bool html_is_js_type(struct str mime);
bool html_is_void(struct str name);
/** The end tag of this element may be left out. */
bool html_is_optional_end(struct str name);
/** Decode entities. @return NULL, or the first entity that is not known (it stays as it is). */
const char *html_decode(struct wc *wc, struct str text, struct sb *out);

/* html_raw.c: transitions inside scripts and styles */
struct html_ctx html_step_js(struct html_ctx ctx, struct str text, size_t *used_out);
struct html_ctx html_step_css(struct wc *wc, struct html_ctx ctx, struct str text,
                              size_t *used_out);
struct html_ctx html_step_comment(struct html_ctx ctx, struct str text, size_t *used_out);
struct html_ctx html_step_url(struct html_ctx ctx, struct str text, size_t *used_out);
struct html_ctx html_fail(const char *error, size_t at);

#endif
