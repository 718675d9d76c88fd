/* wickc.h - what all passes of the template compiler share: memory, texts, sources, diagnostics,
 * options.
 *
 * Host tool: it may use stdio and the heap. Memory: everything is taken from one arena and given
 * back by wc_close(). Passes, in the order in which wickc.c calls them:
 *   lex -> parse -> expand (templates inlined) -> escape (contexts) -> types -> check -> tree ->
 *   forms -> emit.
 * A pass reports what it finds with wc_error() and goes on; wickc.c stops after the first pass
 * with errors whose result the next one cannot use.
 */
#ifndef WICKC_H
#define WICKC_H

#include "base/str.h"
#include "wire/wire.h"

#include <stdarg.h>
#include <stdio.h>

enum {
    WC_INCLUDE_MAX = 16,
    WC_DEPTH_MAX = 64,
    WC_ERRORS_MAX = 30,
    WC_KEPT_MAX = 200,
    WC_SOURCE_LEN_MAX = 16 << 20
};

struct source {
    const char *path; /* as named on the command line, for messages and #line */
    const char *text; /* [len], zero-terminated */
    size_t len;
    unsigned order; /* first read, first reported */
    uint32_t *line; /* [line_count]: where each line begins */
    uint32_t line_count;
    struct source *next;
};

/* A file that stands in memory. */
struct wc_file {
    const char *path, *text;
    size_t len;
};

/* A place in a source; src NULL: nowhere in particular. */
struct pos {
    const struct source *src;
    uint32_t off;
    uint32_t len; /* bytes to underline, 0 and 1: a single caret */
};

/* A text under construction, in the arena. */
struct sb {
    char *ptr; /* zero-terminated once something was put */
    size_t len, cap;
};

/* The words of the directive, X(ID, word). See docs/templates.md for what each says. */
#define DIRECTIVE_WORDS(X)                                                                         \
    X(PATH, path)                                                                                  \
    X(NAME, name)                                                                                  \
    X(TITLE, title)                                                                                \
    X(ICON, icon)                                                                                  \
    X(ORDER, order)                                                                                \
    X(NAV, nav)                                                                                    \
    X(FRAME, frame)                                                                                \
    X(TYPES, types)                                                                                \
    X(DEVICE, device)                                                                              \
    X(DEVICE_VAR, device_var)                                                                      \
    X(VIEW, view)                                                                                  \
    X(CLIENT, client)                                                                              \
    X(WIRES, wires)                                                                                \
    X(HOOKS, hooks)                                                                                \
    X(MARKS, marks)
#define DIRECTIVE_ENUM(id, word)   DIR_##id,
#define DIRECTIVE_MEMBER(id, word) const char *word;

enum directive_word { DIRECTIVE_WORDS(DIRECTIVE_ENUM) DIR_COUNT };

/* What the directive at the start of the page's file says; a word that is absent: NULL. */
struct directive {
    struct pos at;            /* of its first word; of the file when there is none */
    struct pos of[DIR_COUNT]; /* of the values; src NULL: absent */
    bool is_there;
    bool is_page; /* wick:page, else wick:tmpl */
    DIRECTIVE_WORDS(DIRECTIVE_MEMBER)
    const struct wire *wire[WIRE_ROWS_MAX]; /* that the page serves, its path the first; none: a
                                              template for all of them */
    unsigned wire_count;

    struct {
        const char *type, *var; /* "struct x", x_var: device= and device_var= in order */
    } state[TMPL_STATES_MAX];

    unsigned state_count;
};

#undef DIRECTIVE_ENUM
#undef DIRECTIVE_MEMBER

struct wc_said; /* a diagnostic, kept until all are known */
struct wc_chunk;

struct wc {
    struct wc_chunk *chunk;
    const char *include[WC_INCLUDE_MAX];
    const char *own_include; /* the headers that belong to this wickc, searched last; NULL: they are
                                not there */
    unsigned include_count;
    const char *out_dir;
    const char *dump; /* NULL: none */
    bool is_strict;   /* what a live page needs is checked: off for plain renderings (--no-marks) */
    bool is_inferred; /* preview: types come from data, every number has 64 bits */
    struct source *source;      /* every file read, newest first */
    const struct wc_file *file; /* [file_count] instead of the file system; NULL: the file system */
    size_t file_count;
    FILE *out;        /* for what would be written into files then */
    const char *base; /* "overview.html": name of the page's file */
    struct directive dir;
    const struct page_item *page_item; /* what {{range pages}} runs over, in order */
    FILE *err;
    const char *pass;             /* code of what is reported: "lex", "check" ... */
    struct wc_said *said, *noted; /* newest first; noted: to which notes belong, NULL: to something
                                     that was said before */
    unsigned errors, warnings;
    bool is_blind; /* the state is not known, since that was wrong: what is said about it would be
                      wrong, too */
    uint64_t view_size, states_size; /* bytes of the view, of all device states; 0: not known */
    bool has_contexts;               /* where the nodes stand is known */
    bool is_json;                    /* diagnostics for editors; nothing is written */
};

/* --- memory and texts ------------------------------------------------------------------------- */

void *wc_take(struct wc *wc,
              size_t size); /* zeroed; ends the program when the machine has no memory left */
void wc_close(struct wc *wc);
char *wc_copy(struct wc *wc, const char *text, size_t len);
WICK_PRINTF(2, 3) char *wc_format(struct wc *wc, const char *format, ...);
void sb_put(struct wc *wc, struct sb *sb, const void *bytes, size_t len);
void sb_puts(struct wc *wc, struct sb *sb, const char *text);
void sb_put_u8(struct wc *wc, struct sb *sb, char byte);
WICK_PRINTF(3, 4) void sb_putf(struct wc *wc, struct sb *sb, const char *format, ...);
WICK_PRINTF(3, 0) void sb_vputf(struct wc *wc, struct sb *sb, const char *format, va_list args);
void sb_cut(struct sb *sb, size_t len);
struct str sb_str(const struct sb *sb);
const char *sb_text(const struct sb *sb); /* "" when nothing was put */
/** A JSON string with its quotes. */
void sb_put_json(struct wc *wc, struct sb *sb, struct str text);
/** A C string literal with its quotes. */
void sb_put_c(struct wc *wc, struct sb *sb, struct str text);

/** The byte at a place; past the end: zero. */
static inline char str_at(struct str text, size_t at)
{
    if (at < text.len) {
        return text.ptr[at];
    }
    return '\0';
}

/** text ends with this. */
bool wc_ends(struct str text, const char *end);
/** list: words with blanks around each, " td th ". */
bool wc_is_among(struct str word, const char *list);

/* --- sources and diagnostics ------------------------------------------------------------------ */

/** @return NULL: reported at the place at, or on its own when at.src is NULL. */
struct source *wc_read(struct wc *wc, const char *path, struct pos at);
struct source *wc_source(struct wc *wc, const char *path, const char *text, size_t len);
/** The file in memory with this path; NULL: there is none. */
const struct wc_file *wc_file_at(const struct wc *wc, const char *path);
/** "dir/a.html" -> "a.html" */
const char *wc_file_name(const char *path);
bool wc_is_name(const char *text); /* a C identifier */
/** Write a file as a whole. @return false: reported */
bool wc_write(struct wc *wc, const char *path, const struct sb *text);
struct pos pos_of(const struct source *src, size_t off, size_t len);
unsigned pos_line(struct pos pos); /* from 1 */
unsigned pos_col(struct pos pos);  /* in bytes, from 1 */
WICK_PRINTF(3, 4) void wc_error(struct wc *wc, struct pos pos, const char *format, ...);
WICK_PRINTF(3, 4) void wc_warning(struct wc *wc, struct pos pos, const char *format, ...);
WICK_PRINTF(3, 4)
void wc_note(struct wc *wc, struct pos pos, const char *format,
             ...); /* belongs to the error before it */
void wc_say(struct wc *wc, struct pos pos, bool is_error, const char *code, const char *text);
/** Print what was said, by place: as text to wc->err, or one JSON object per line to out. */
void wc_flush(struct wc *wc, FILE *out);

/** The name of the list nearest to name, or NULL when none is near; give candidates one by one. */
struct near {
    struct str name;
    struct str best;
    unsigned distance;
};

void near_try(struct near *near, struct str candidate);

/* --- the compiler ----------------------------------------------------------------------------- */

/** The whole program: options, passes, files. @return exit status 0, 1 (errors in templates), 64
 * (bad option), 74 (cannot write). */
int wickc_run(int argc, char **argv, FILE *out, FILE *err);

/** The same with files in memory: no others are read, and what would be written into files goes to
 * out. */
struct wc_memory {
    const struct wc_file *file;
    size_t count;
};

int wickc_run_in(const struct wc_memory *memory, int argc, char **argv, FILE *out, FILE *err);

#endif
