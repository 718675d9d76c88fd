/* types.h - the C types that a template can see, read from the application's header by a tolerant
 * parser.
 *
 * In: the header that types= names, and what it includes. Out: struct types with every struct,
 * enum, variable and #define of a number; all in the arena of wc, never changed afterwards. Errors:
 * a file that cannot be read and a nesting that is too deep are reported.
 *
 * What is not understood becomes OPAQUE and is left to the C compiler. Headers are not
 * preprocessed: #define of a plain number is known, everything else of the preprocessor is skipped,
 * and every branch of an #if is read.
 */
#ifndef WICKC_TYPES_H
#define WICKC_TYPES_H

#include "wickc/wickc.h"

enum type_kind {
    TYPE_OPAQUE,
    TYPE_VOID,
    TYPE_BOOL,
    TYPE_INT,    /* bits, is_signed; enums too */
    TYPE_CHARS,  /* char[N]: text up to its zero */
    TYPE_CSTR,   /* const char * : zero-terminated text */
    TYPE_STR,    /* struct str */
    TYPE_BUF,    /* struct buf * : first parameter of functions that write text */
    TYPE_STRUCT, /* tag, members */
    TYPE_ARRAY,  /* elem, T[N] */
    TYPE_LIST,   /* elem, WICK_LIST(T, N) */
    TYPE_POINTER /* elem */
};

/* Content of a known type, tmpl_safe.h. X(name, word in C, what Go calls it) */
#define TYPE_SAFES(X)                                                                              \
    X(CSS, "css", "CSS")                                                                           \
    X(HTML, "html", "HTML")                                                                        \
    X(ATTR, "attr", "HTMLAttr")                                                                    \
    X(JS, "js", "JS")                                                                              \
    X(JSSTR, "jsstr", "JSStr")                                                                     \
    X(URL, "url", "URL")                                                                           \
    X(SRCSET, "srcset", "Srcset")
#define TYPE_SAFE_ENUM(name, word, go) SAFE_##name,

enum safe { SAFE_NONE, TYPE_SAFES(TYPE_SAFE_ENUM) SAFE_COUNT };

#undef TYPE_SAFE_ENUM

struct type {
    enum type_kind kind;
    enum safe safe; /* CHARS: WICK_SAFE(kind, N); STR: struct safe_kind; VOID: WICK_WRITES(kind) */
    unsigned bits;
    bool is_signed;
    bool is_part;          /* LIST: what "slice" gives, { len, v }, v points into the list */
    struct str tag;        /* STRUCT: "dash_cpu", len 0: anonymous */
    struct member *member; /* STRUCT; NULL: not defined in what was read */
    const struct type *elem;
    uint64_t count;      /* CHARS, ARRAY, LIST: 0 if the size is an expression */
    const char *refused; /* OPAQUE: why no template can use it, and what to write instead */
    bool is_union;       /* STRUCT: its members share their place */
    unsigned height;     /* STRUCT: levels of structs without a name inside of it */
};

struct member {
    struct str name;
    struct pos pos;
    const struct type *type;
    struct member *next;
};

struct func {
    struct str name; /* with its fn_ */
    const struct type *result;
    const struct type *param[8];
    unsigned param_count;
    struct pos pos; /* of its name */
    struct func *next;
};

struct types {
    struct wc *wc;

    struct struct_tag {
        struct str name;
        struct type *type;
        struct struct_tag *next;
    } *tag; /* struct tags */

    struct alias {
        struct str name;
        const struct type *type;
        struct alias *next;
    } *alias, *enums, *variable; /* typedefs; tags of enums; variables at file scope */

    struct number {
        struct str name;
        int64_t value;
        struct number *next;
    } *number; /* enum constants, #define of numbers */
    struct func *func;
};

/** Read a header and, if is_deep, those that it includes with "" and that are found. */
void types_read(struct types *types, const struct source *src, unsigned depth);
const struct type *types_struct(const struct types *types, struct str tag); /* NULL: unknown */
const struct member *type_member(const struct type *type,
                                 struct str name); /* also inside anonymous members */
const struct func *types_func(const struct types *types,
                              struct str name); /* by its name in the template */
/** The type of a variable. @return NULL: no header declares it */
const struct type *types_variable(const struct types *types, struct str name);
bool types_number(const struct types *types, struct str name, int64_t *value_out);
const struct type *type_int(unsigned bits, bool is_signed);
const struct type *type_of_kind(enum type_kind kind);
/** struct str with content of a known type; SAFE_NONE: a plain one. */
const struct type *type_of_safe(enum safe safe);
enum safe safe_named(struct str word); /* SAFE_NONE: none of them */
const char *safe_word(enum safe safe);
const char *safe_go_name(enum safe safe);
/** Why a member of this type cannot be part of a state, and what to write instead. NULL: it can. */
const char *type_fault(const struct type *type);
/** A member of a struct, or of the structs in it, that has such a fault. NULL: there is none. */
const struct member *type_faulty(const struct type *type);
/** sizeof. @return 0: not known */
uint64_t type_size(const struct type *type);
/** For messages: "uint8_t", "struct dash_cpu", "a list of struct x". */
const char *type_name(struct wc *wc, const struct type *type);
/** Path of a file named by #include "" or types="": next to near, then along -I. NULL: not found.
 */
const char *wc_find(struct wc *wc, const char *name, const char *near);

#endif
