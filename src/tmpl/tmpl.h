/* tmpl.h - what a compiled template is: constant tables plus one small C function for each slot.
 *
 * Layer:     tmpl (includes base).
 * Memory:    all tables are const and written by wickc. Nothing is kept per slot.
 * Ownership: a context borrows the states that it points to for the length of a call. A part that
 *            a template does not read may be NULL.
 * Blocking:  never. Re-entry: allowed; the functions are pure and have no state.
 * Limits:    base/wick_limits.h (WICK_ROW_DEPTH_MAX, WICK_NODE_DEPTH_MAX); wickc checks them.
 * Errors:    rendering into a buffer that is too small leaves WICK_E_FULL in it.
 *
 * A node is a sequence of statics with slots between them: s0 slot0 s1 slot1 ... sn. A slot is
 *   TEXT  a rendered text, already escaped for the place where it stands;
 *   COND  one of several child nodes, or nothing (if / else if / else, with / else);
 *   LIST  a range: one row node for each element, or the else node when there is none.
 * COND and LIST occur only in element content. Inside a tag, an attribute value, <title>,
 * <textarea>, <script> or <style>, branches and ranges are part of the function of one TEXT slot:
 * when anything in them changes, the whole text of that slot is sent.
 */
#ifndef WICK_TMPL_H
#define WICK_TMPL_H

#include "base/buf.h"
#include "base/wick_limits.h"

/* The parts of the context that an expression can depend on. X(name, scope, variable in generated
 * C). A slot that reads a part whose scope is not SHARED is compared for each view. A further part
 * is one row.
 *   DEVICE...  device states, the same for all viewers, in the order of the page's directive
 *   VIEW       one for each open tab
 *   FORM       struct tmpl_form: messages and drafts of this tab's last submission */
#define TMPL_PARTS(X)                                                                              \
    X(DEVICE, SHARED, "d")                                                                         \
    X(VIEW, VIEW, "v")                                                                             \
    X(FORM, VIEW, "f")                                                                             \
    X(DEVICE_2, SHARED, "d2")                                                                      \
    X(DEVICE_3, SHARED, "d3")                                                                      \
    X(DEVICE_4, SHARED, "d4")
#define TMPL_PART_ENUM(name, scope, word) TMPL_##name,

enum tmpl_part {
    TMPL_PARTS(TMPL_PART_ENUM) /**/
    TMPL_ROW /* TMPL_ROW + depth: the element of an enclosing range, outermost 0 */
};

#undef TMPL_PART_ENUM

enum tmpl_scope {
    TMPL_SCOPE_SHARED, /* the same for all viewers */
    TMPL_SCOPE_VIEW,   /* of one open tab */
};

enum { TMPL_STATES_MAX = 4 /* device states of one page */ };

/** Part of the page's device state number idx. */
static inline unsigned tmpl_state_part(unsigned idx)
{
    return idx == 0 ? (unsigned)TMPL_DEVICE : (unsigned)TMPL_DEVICE_2 + idx - 1;
}

/** Scope of a part; @pre part < TMPL_ROW. */
enum tmpl_scope tmpl_scope_of(unsigned part);

/* Where an expression reads: its parts and the current element of each enclosing range. */
struct tmpl_ctx {
    const void *part[TMPL_ROW];          /* by enum tmpl_part */
    const void *row[WICK_ROW_DEPTH_MAX]; /* element of each enclosing range */
    uint32_t idx[WICK_ROW_DEPTH_MAX];    /* its index */
};

/* A range of bytes that a slot reads: offset and size within its part. If none of them differ, the
 * slot does not differ. */
struct tmpl_dep {
    uint8_t part; /* enum tmpl_part, or TMPL_ROW + depth */
    uint32_t off;
    uint32_t size;
};

struct tmpl_deps {
    const struct tmpl_dep *dep; /* [count] */
    uint16_t count;
    bool has_index; /* reads the index of a row (ctx->idx) */
};

/* The elements of a range, as WICK_LIST holds them: len elements (<= cap) in use, dropped counted.
 */
struct tmpl_rows {
    const void *base; /* first element */
    uint32_t len;
    uint32_t dropped;
};

struct tmpl_node;

typedef void (*tmpl_put_fn)(struct buf *out, const struct tmpl_ctx *ctx);
typedef unsigned (*tmpl_pick_fn)(
    const struct tmpl_ctx *ctx); /* 0: nothing, else 1 + index of the branch */
typedef struct tmpl_rows (*tmpl_rows_fn)(const struct tmpl_ctx *ctx);

/* {{break}} and {{continue}} in a range: is the present element a row of the list? */
enum tmpl_row_is {
    TMPL_ROW_SHOWN,
    TMPL_ROW_SKIPPED, /* {{continue}} before anything was written */
    TMPL_ROW_LAST,    /* {{break}} after something was written: a row, and the last one */
    TMPL_ROW_STOP /* {{break}} before anything was written: neither this element nor a later one */
};
typedef enum tmpl_row_is (*tmpl_flow_fn)(const struct tmpl_ctx *ctx);

/* X(name): what a slot is. wickc names the constants from this list, so it stands here alone. */
#define TMPL_KINDS(X)                                                                              \
    X(TEXT)                                                                                        \
    X(COND)                                                                                        \
    X(LIST)
#define TMPL_KIND_ENUM(name) TMPL_##name,

enum tmpl_slot_kind { TMPL_KINDS(TMPL_KIND_ENUM) };

#undef TMPL_KIND_ENUM

enum tmpl_slot_flag {
    TMPL_PRIVATE = 1,   /* something in it reads a part that is not shared: compared for each view,
                           never published to all */
    TMPL_LT_DIRECT = 2, /* LIST: a client of wire livetemplate may patch the rows in its DOM
                           directly (wickc has proved it). Without the flag the encoder wraps the
                           list into a node, so that the client renders it again */
};

/* X(name): where a slot is in the page, and so how wick.js finds it.
 *   CONTENT  among the children of an element; the renderer can put marks around it (tmpl_walk.h)
 *   ELEMENT  the whole content of an element (also of <title>, <textarea>, <script>, <style>)
 *   ATTR     in the value of an attribute
 *   TAG      among the attributes of a tag: its text is a list of attributes */
#define TMPL_PLACES(X)                                                                             \
    X(CONTENT)                                                                                     \
    X(ELEMENT)                                                                                     \
    X(ATTR)                                                                                        \
    X(TAG)
#define TMPL_PLACE_ENUM(name) TMPL_IN_##name,

enum tmpl_place { TMPL_PLACES(TMPL_PLACE_ENUM) };

#undef TMPL_PLACE_ENUM

struct tmpl_slot {
    uint8_t kind;         /* enum tmpl_slot_kind */
    uint8_t flags;        /* enum tmpl_slot_flag */
    uint8_t place;        /* enum tmpl_place */
    uint8_t branch_count; /* COND */
    struct tmpl_deps own; /* TEXT: what put reads; COND: what pick reads; LIST: the list's own bytes
                             (len, dropped, elements) */
    struct tmpl_deps all; /* own, and what the nodes in it read: while nothing of it differs the
                             slot is skipped */
    tmpl_put_fn put;      /* TEXT */
    tmpl_pick_fn pick;    /* COND */
    const struct tmpl_node *const *branch; /* COND: [branch_count] */
    const struct tmpl_list *list;          /* LIST */
};

struct tmpl_list {
    uint8_t depth;     /* which ctx->row this range sets */
    bool is_closed;    /* the row node reads nothing but its element: equal bytes -> equal row */
    bool has_key;      /* key_slot is valid; without a key a changed list is sent whole */
    bool is_key_exact; /* the key slot shows one integer of the element and nothing else: two keys
                          are equal only if its bytes are */
    uint8_t key_slot; /* TEXT slot of the row node whose rendered bytes are the row key (data-key or
                         id) */
    uint32_t row_size; /* sizeof an element */
    uint32_t cap;      /* the most elements the list can hold */
    tmpl_rows_fn rows;
    tmpl_flow_fn flow; /* NULL: every element is a row */
    const struct tmpl_node *row;
    const struct tmpl_node *otherwise; /* {{else}}, or NULL: shown when the list has no elements */
};

struct tmpl_node {
    uint16_t id; /* number of this node within its template: the template id on wire wick */
    uint16_t slot_count;
    uint64_t fingerprint; /* FNV-1a 64 of the statics, slot kinds and children: the same in each
                             build of the same template */
    const struct tmpl_slot *slot;
    const struct str *statics; /* [slot_count + 1] */
    struct str statics_json;   /* the statics as a JSON array of strings: wire livetemplate's "s" */
};

/* One compiled template. */
struct tmpl {
    const char *name;                    /* its file, for messages */
    const struct tmpl_node *root;        /* the live part */
    const struct tmpl_node *const *node; /* [node_count], by id; node[root->id] == root */
    uint16_t node_count;
    uint64_t fingerprint;            /* of all nodes: names the statics file that wick.js caches */
    struct str statics_file;         /* what wick.js loads once: JSON, see docs/wire-wick.md */
    uint32_t device_size, view_size; /* sizeof the two state structs; 0 when there is none */
};

/* Messages and drafts of the last submission of a form in one tab; the part TMPL_FORM. All zero:
 * nothing to say. */
struct tmpl_form {
    char action[TMPL_NAME_LEN_MAX + 1]; /* that was refused; "": not known */
    uint32_t record; /* tmpl_form_record() of what its hidden fields said; 0: they said nothing */

    struct {
        char field[TMPL_NAME_LEN_MAX + 1];
        char message[TMPL_MESSAGE_LEN_MAX + 1];
    } error[TMPL_FORM_ERRORS];

    struct {
        char field[TMPL_NAME_LEN_MAX + 1];
        char text[TMPL_DRAFT_LEN_MAX + 1];
    } draft[TMPL_FORM_DRAFTS];
};

/* Template functions {{error "name"}} and {{draft "name" .value}}: the message of a field ("" when
 * there is none); what was typed into it when the last submission failed, else the value. */

enum { TMPL_RECORD_START = 1 };

/** The record that a form is about: begin with TMPL_RECORD_START and go on with what each of its
 *  hidden fields holds. @return never 0 */
uint32_t tmpl_form_record(uint32_t record, struct str value);

/** Append the HTML of a node: as it is, or with marks around the slots in content (tmpl_walk.h).
 * A buffer that is too small has WICK_E_FULL then, and holds the begin of the HTML. */
void tmpl_render(struct buf *out, const struct tmpl_node *node, const struct tmpl_ctx *ctx);
void tmpl_render_marked(struct buf *out, const struct tmpl_node *node, const struct tmpl_ctx *ctx);
/** @return true: a dependency of deps differs between two states. For rows the current element of
 * each context counts. */
bool tmpl_differs(const struct tmpl_deps *deps, const struct tmpl_ctx *was,
                  const struct tmpl_ctx *is);

#endif
