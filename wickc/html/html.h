/* html.h - where in an HTML document a place of the template lies: the contexts of Go's
 * html/template and the transitions between them.
 *
 * In: pieces of static text, one after another. Out: the context after each piece, by value.
 * States and rules are those of Go 1.27.3; the tests compare the bytes that come out with Go's.
 * Where Go's rules leave a way for a value to run, ours are stricter: docs/templates.md, "What
 * differs from Go", lists the places.
 * Ownership: a context owns nothing; error texts are constants. Memory: decoded text only, from the
 * arena of wc. Blocking, re-entry: none; pure functions. Errors: state HTML_ERROR with a text.
 */
#ifndef WICKC_HTML_H
#define WICKC_HTML_H

#include "wickc/wickc.h"

/* X(name, what it is called in messages) */
#define HTML_STATES(X)                                                                             \
    X(TEXT, "in text between tags")                                                                \
    X(TAG, "inside a tag")                                                                         \
    X(ATTR_NAME, "inside an attribute name")                                                       \
    X(AFTER_NAME, "after an attribute name")                                                       \
    X(BEFORE_VALUE, "before an attribute value")                                                   \
    X(COMMENT, "inside an HTML comment")                                                           \
    X(RCDATA, "in the text of <title> or <textarea>")                                              \
    X(ATTR, "inside an attribute value")                                                           \
    X(URL, "inside a URL")                                                                         \
    X(SRCSET, "inside a srcset")                                                                   \
    X(SRCDOC, "inside a srcdoc")                                                                   \
    X(META, "inside the content of a <meta>")                                                      \
    X(META_URL, "inside the URL of a <meta>")                                                      \
    X(TARGET, "inside the value that an animation sets")                                           \
    X(JS, "in JavaScript")                                                                         \
    X(JS_DQ, "inside a JavaScript string")                                                         \
    X(JS_SQ, "inside a JavaScript string")                                                         \
    X(JS_TMPL, "inside a JavaScript template literal")                                             \
    X(JS_REGEXP, "inside a JavaScript regular expression")                                         \
    X(JS_BLOCK_COMMENT, "inside a JavaScript comment")                                             \
    X(JS_LINE_COMMENT, "inside a JavaScript comment")                                              \
    X(JS_OPEN_COMMENT, "inside a JavaScript comment that begins with \"<!--\"")                    \
    X(JS_CLOSE_COMMENT, "inside a JavaScript comment that begins with \"-->\"")                    \
    X(CSS, "in CSS")                                                                               \
    X(CSS_DQ, "inside a CSS string")                                                               \
    X(CSS_SQ, "inside a CSS string")                                                               \
    X(CSS_DQ_URL, "inside a CSS URL")                                                              \
    X(CSS_SQ_URL, "inside a CSS URL")                                                              \
    X(CSS_URL, "inside a CSS URL")                                                                 \
    X(CSS_BLOCK_COMMENT, "inside a CSS comment")                                                   \
    X(CSS_LINE_COMMENT, "inside a CSS comment")                                                    \
    X(ERROR, "after an error")                                                                     \
    X(DEAD, "after break or continue")

#define HTML_STATE_ENUM(name, text) HTML_##name,

enum html_state { HTML_STATES(HTML_STATE_ENUM) };

#undef HTML_STATE_ENUM

enum html_delim { DELIM_NONE, DELIM_DQ, DELIM_SQ, DELIM_SPACE };

enum html_url { URL_START, URL_PRE_QUERY, URL_QUERY, URL_UNKNOWN };

enum html_js { JS_REGEXP_NEXT, JS_DIV_NEXT, JS_UNKNOWN };

/* The token of a script before this place, as far as it matters for a slash or a parenthesis. */
enum html_token { TOKEN_OTHER, TOKEN_VALUE, TOKEN_DOT, TOKEN_CONTROL /* if, while, for, with */ };

enum html_attr {
    ATTR_PLAIN,
    ATTR_SCRIPT,
    ATTR_SCRIPT_TYPE,
    ATTR_STYLE,
    ATTR_URL,
    ATTR_SRCSET,
    ATTR_SRCDOC,
    ATTR_META,
    ATTR_TARGET /* of an animation: it may set an href */
};

enum html_element {
    ELEMENT_NONE,
    ELEMENT_SCRIPT,
    ELEMENT_STYLE,
    ELEMENT_TEXTAREA,
    ELEMENT_TITLE,
    ELEMENT_META,
    ELEMENT_ANIMATION /* <animate>, <set> of SVG */
};

/* With what a text ends that must not go on in the next text: together they would be one token that
 * neither of them shows. */
enum html_glue {
    GLUE_SLASH = 1,  /* "/" and then "/" or "*" */
    GLUE_LESS = 2,   /* "<" and then the rest of "<!--", "<script" or an end tag */
    GLUE_MINUS = 4,  /* "-" and then "-" or ">" */
    GLUE_DOLLAR = 8, /* "$" and then "{", in a template literal; a value may be empty */
    GLUE_HASH = 16,  /* "#" and then "!" */
    GLUE_WORD = 32   /* a name that may go on */
};

enum {
    HTML_LITERALS_MAX = 8, /* nested template literals; more: an error */
    HTML_PARENS_MAX = 32,  /* open parentheses; more: what they belong to is not known */
    HTML_PARENS_LOST = 255
};

struct html_ctx {
    enum html_state state;
    enum html_delim delim; /* of the attribute value that we are in, DELIM_NONE: in none */
    enum html_url url;
    enum html_js js;
    enum html_attr attr;              /* of the attribute whose value begins soon */
    enum html_element element;        /* whose tag or content this is */
    uint8_t literals;                 /* template literals around this place of a script ... */
    uint8_t brace[HTML_LITERALS_MAX]; /* ... and the "{" that are open in the ${} of each */
    /* what Go does not keep; html_same() does not compare it, html_join() takes the worse */
    enum html_token token;
    bool is_newline;     /* JS: a line ended since the token */
    bool is_unsure;      /* JS: what js says is a guess; JS_REGEXP: it may be a division */
    uint8_t parens;      /* JS: how many are open, or HTML_PARENS_LOST ... */
    uint32_t controls;   /* ... and which of them belong to if, while, for, with */
    uint8_t glue;        /* enum html_glue */
    bool has_value;      /* URL, SRCDOC: a value stands in it already */
    bool is_past_scheme; /* URL: no text can make a scheme of what stands before */
    bool is_code_url;    /* URL: its scheme runs or makes a document of what follows */
    bool has_markup;     /* SRCDOC: a tag may stand before this place */
    bool is_partial;     /* the value of the attribute did not begin in this text */
    bool is_hollow;      /* a value without quotes may be empty so far; ATTR_NAME: the name is */
    bool is_name_open;   /* TAG: the name of the tag ended with the text */
    bool is_prefix;      /* ATTR_NAME: data-, aria-, on: its kind is known whatever follows */
    bool has_type;     /* in the tag of a script: the attribute type was there, the first counts */
    const char *error; /* ERROR: what is wrong ... */
    size_t error_at;   /* ... and where, from the start of the text given to html_step() */
};

/* What the structure of the document needs to know about a static text; offsets into the text as
 * written. */
enum html_event_kind {
    HTML_EV_TAG,       /* "<name" or "</name" [len] */
    HTML_EV_ATTR,      /* attribute name [len] */
    HTML_EV_VALUE,     /* first byte of a value */
    HTML_EV_VALUE_END, /* after the last byte of a value; len 1: a quote follows */
    HTML_EV_CLOSE      /* the ">" of a tag */
};

struct html_event {
    enum html_event_kind kind;
    size_t off, len;
    size_t src; /* offset in the source file */
};

/** Eat a non-empty prefix of text (or only change the state at an end tag). @return the context
 * after it; *used_out bytes eaten. */
struct html_ctx html_step(struct wc *wc, struct html_ctx ctx, struct str text, size_t *used_out);
/** Before the first step of a text: does it go on with a token of the text before? */
struct html_ctx html_begin(struct html_ctx ctx, struct str text);
/** After the last step of a text. */
struct html_ctx html_end(struct html_ctx ctx, struct str text);
/** The context in which an action stands. */
struct html_ctx html_nudge(struct html_ctx ctx);
/** Why no value may stand in a nudged context. @return NULL: it may */
const char *html_refuses_value(const struct html_ctx *ctx);
/** The context after a value that stands in a nudged one. */
struct html_ctx html_after_value(struct html_ctx ctx);
/** Equal for Go. */
bool html_same(struct html_ctx a, struct html_ctx b);
/** Context after a branch that may end in a or in b; state ERROR without text: they do not fit. */
struct html_ctx html_join(struct html_ctx a, struct html_ctx b);
bool html_is_comment(enum html_state state);
/** A string, template literal or regular expression of a script. */
bool html_is_literal(enum html_state state);
const char *html_state_text(enum html_state state);
/** Where the value of an attribute begins. */
enum html_state html_value_state(enum html_attr attr);

/* html_attr.c */
enum html_kind { KIND_PLAIN, KIND_URL, KIND_CSS, KIND_JS, KIND_SRCSET, KIND_HTML, KIND_UNSAFE };
enum html_kind html_attr_kind(struct str name);
bool html_is_js_type(struct str mime);
bool html_is_void(struct str name);
/** The end tag of this element may be left out. */
bool html_is_optional_end(struct str name);
/** Decode entities. @return NULL, or the first entity that is not known (it stays as it is). */
const char *html_decode(struct wc *wc, struct str text, struct sb *out);

/* html_js.c, html_raw.c: transitions inside scripts, styles, comments, addresses */
struct html_ctx html_step_js(struct html_ctx ctx, struct str text, size_t *used_out);
struct html_ctx html_step_css(struct wc *wc, struct html_ctx ctx, struct str text,
                              size_t *used_out);
struct html_ctx html_step_comment(struct html_ctx ctx, struct str text, size_t *used_out);
struct html_ctx html_step_url(struct html_ctx ctx, struct str text, size_t *used_out);
struct html_ctx html_step_meta(struct html_ctx ctx, struct str text, size_t *used_out);
struct html_ctx html_fail(const char *error, size_t at);
/** A byte of a name in a script. */
bool html_is_js_name(char byte);

#endif
