/* preview.h - wickc preview: a template over plain JSON, without C written by hand.
 *
 *   read (preview_data.c)   JSON -> shapes: the C types that hold all data sets
 *   emit (preview_emit.c)   shapes -> C types, data sets -> constants
 *   run  (preview_run.c)    C -> program -> its output
 */
#ifndef WICKC_PREVIEW_H
#define WICKC_PREVIEW_H

#include "base/json.h"
#include "wickc/ctypes/types.h"
#include "wickc/job.h"

#define PREVIEW_USAGE                                                                              \
    "usage: wickc preview [-I dir]... [--no-marks] page.html [more.html ...] data.json [--diff "   \
    "data2.json]\n"                                                                                \
    "  Prints the page with these data; with --diff the tree and its update as wire livetemplate " \
    "sends them.\n"                                                                                \
    "usage: wickc preview [-I dir]... [--no-marks] page.html [more.html ...] data.json "           \
    "[more.json ...] --c file.c --name name\n"                                                     \
    "  Writes the C instead: const struct preview_table preview_<name>, see "                      \
    "wickc/preview/preview_table.h.\n"

enum { PREVIEW_SETS_MAX = 256 };

enum shape_kind { SHAPE_UNKNOWN, SHAPE_BOOL, SHAPE_INT, SHAPE_TEXT, SHAPE_LIST, SHAPE_STRUCT };

/* What all values at one place of the data have in common. */
struct shape {
    enum shape_kind kind;        /* UNKNOWN: nothing but null */
    enum safe safe;              /* TEXT: content of a known type, written {"$html": "..."} */
    struct pos first;            /* where the kind was seen first */
    bool is_negative;            /* INT: one of them is */
    uint64_t most;               /* INT: greatest; TEXT: most bytes; LIST: most elements */
    struct shape *elem;          /* LIST */
    struct shape_member *member; /* STRUCT, as they came */
    const char *c;               /* its type in C, preview_emit.c */
};

struct shape_member {
    struct str name;
    struct shape shape;
    struct shape_member *next;
};

struct data_set {
    const struct source *src;
    struct json json;
};

struct preview {
    struct wc *wc;
    const char *name; /* prefix in C */
    struct data_set set[PREVIEW_SETS_MAX];
    unsigned set_count;
    struct shape root;
    struct sb path;  /* of the value that is read, for messages */
    struct sb types; /* C */

    struct name_used {
        const char *name;
        struct name_used *next;
    } *used;

    unsigned texts;
};

/* The whole subcommand; argv[0] is its name. @return exit status: as wickc, 69: no C compiler */
int preview(struct job *job, char **argv);

/* preview_data.c */
/** One file more. Errors are reported. */
void preview_read(struct preview *preview, const char *path);
/** A string token, unescaped. */
struct str preview_text(struct preview *preview, const struct data_set *set, unsigned tok);

/** An object such as {"$html": "..."}: its value is the token tok + 2. @return SAFE_NONE: it is
 * none */
enum safe preview_safe(struct preview *preview, const struct data_set *set, unsigned tok);

/* preview_emit.c */
/** preview->types: the struct of the data, called struct <name>, and those inside it. */
void preview_types(struct preview *preview);
/** The whole file: types, template, data. */
void preview_file(struct preview *preview, const struct job *job, const char *path, struct sb *out);

/* preview_run.c */
/** The folder with the library and the headers that belong to this wickc. @return NULL: it is not
 * there */
const char *preview_library(struct wc *wc);
/** Compile c and run it with an argument; its output goes to out. @return exit status */
int preview_run(struct wc *wc, const struct sb *c, const char *mode, FILE *out);

#endif
