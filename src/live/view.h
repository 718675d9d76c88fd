/* view.h - the pool of views: one open tab each, with its private state and its state in life.
 *
 * Layer:     live. Memory: static pools of WICK_VIEW_MAX views and LIVE_FORM_MAX forms.
 * Ownership: a struct view * is good until view_free(); nothing frees a view but its callers in
 *            act.c. A stream or an answer that outlives a pass keeps view_handle() instead.
 * Limits:    full pool: act.c drops the waiting view that was used longest ago (there are more
 * views than connections). No form left: the oldest form of a view that is up to date goes.
 *
 *   view_new()          stream joins        stream ends                    its time has passed,
 *      |              .--> LIVE ------------------> AWAY ---.              or the pool is full:
 *      v              |    ^ | \ a poll ended               |              view_free()
 *     NEW ------------'    | |  `--> BETWEEN ---------------+------------> FREE
 *      | posts without     | `<------- next poll            |
 *      v script            |                                |
 *     PLAIN ---------------'--------------------------------'
 *
 *   NEW      a document was made; its script has not come yet
 *   PLAIN    last used by a post without script: the next GET of its session shows it
 *   LIVE     it has a stream; connect() was called
 *   BETWEEN  a long poll ended and the next one is expected; connect() was called
 *   AWAY     its stream ended; disconnect() was called
 */
#ifndef LIVE_VIEW_H
#define LIVE_VIEW_H

#include "live/form.h"
#include "live/live.h"

enum {
    LIVE_TOKEN_LEN = 16, /* bytes of a resume token or session; hexadecimal on the wire */
    LIVE_NO_FORM = 0xffff,
};

#define VIEW_STATES(X)                                                                             \
    X(FREE)                                                                                        \
    X(NEW)                                                                                         \
    X(PLAIN)                                                                                       \
    X(LIVE)                                                                                        \
    X(BETWEEN)                                                                                     \
    X(AWAY)
#define VIEW_ENUM(name) VIEW_##name,

enum view_state { VIEW_STATES(VIEW_ENUM) };

#undef VIEW_ENUM

/* What a view's stream is owed; everything is done by update.c in the settle phase. */
struct view_due {
    bool answer; /* ref, action, is_ok: the result of a request that came by its stream */
    bool is_ok;
    bool heartbeat;
    bool snapshot;     /* its client cannot be brought up to date by differences */
    bool hello, first; /* of a new stream: its first messages */
    bool start;        /* the stream is new: seq and part say what its client has */
    int64_t ref;
    uint32_t seq, part;
    char action[TMPL_NAME_LEN_MAX + 1]; /* as the client spelled it */
};

/* The last references with their results: an action that is sent again does not run again. */
struct view_recent {
    int64_t ref[LIVE_RECENT_MAX];  /* 0: none */
    uint32_t sum[LIVE_RECENT_MAX]; /* of the request's text */
    uint8_t is_ok;                 /* bits by index */
    uint8_t next;
};

struct view {
    net_stream_id stream; /* LIVE: its stream; else 0 */
    uint32_t part; /* count of private messages and snapshots sent; the client says the last one
                      it has */
    uint32_t shown_seq, shown_gen; /* the last snapshot led to this frame and these shadows */
    uint64_t seen_ms;              /* of the last join, leave or request */
    uint64_t deadline_ms;          /* when it is dropped; LIVE: UINT64_MAX */
    uint16_t form, sent_form;      /* messages and drafts: now, and as last sent; LIVE_NO_FORM */
    uint16_t mark_next;            /* list of marked views */
    uint8_t state;                 /* enum view_state: only view_enter() writes it */
    uint8_t page_idx, wire_idx;    /* wire_idx: in the page's list */
    uint8_t kind;                  /* LIVE: enum net_transport of its stream */
    uint8_t period_idx, next_period_idx; /* period that it follows, and that it is to follow */
    bool is_paused, is_paused_next;      /* follows no ring; and as the controller wants it */
    bool is_once;                        /* LIVE: a long poll */
    bool is_marked;
    bool has_acted; /* in this pass. A stream gives one action for each pass; a POST may add one */
    struct view_due due;
    struct view_recent recent;
    uint64_t name_hash; /* its client's name of it, on a connection with several views */
    uint8_t token[LIVE_TOKEN_LEN], session[LIVE_TOKEN_LEN];
    char peer[48];
    uint64_t data[(WICK_VIEW_STATE_MAX + 7) / 8];
    uint64_t sent[(WICK_VIEW_STATE_MAX + 7) / 8]; /* data as last sent to its client */
};

void view_init(void);
/** A view in state NEW, all zero but its page, wire and token (random when NULL). NULL: the pool is
 * full. */
struct view *view_new(unsigned page_idx, unsigned wire_idx, const uint8_t *token);
void view_free(struct view *view); /* @pre it has no stream */
void view_enter(struct view *view, enum view_state state);
/** Its time begins anew. */
void view_touch(struct view *view);
const struct wick_page *view_page(const struct view *view);
const struct wire *view_wire(const struct view *view);

uint32_t view_handle(const struct view *view);     /* never 0 */
struct view *view_at(uint32_t handle);             /* NULL: it is gone */
struct view *view_of_stream(net_stream_id stream); /* whose stream that is, or NULL */
struct view *view_each(struct view *last);         /* NULL starts and ends */
/** The waiting view that was used longest ago, or NULL. */
struct view *view_oldest(void);
/** A view whose time has passed, or NULL; then *deadline_out is the next one's, or UINT64_MAX. */
struct view *view_expired(uint64_t *deadline_out);
unsigned view_live_count(void);

/* --- what waits for the settle phase ------------------------------------------------------------
 */

void view_mark(struct view *view);
struct view *view_pop_marked(void); /* NULL: none is left */

/* --- names --------------------------------------------------------------------------------------
 */

void view_random(uint8_t token_out[LIVE_TOKEN_LEN]);
bool view_read_token(struct str text, uint8_t token_out[LIVE_TOKEN_LEN]);
void view_put_token(struct buf *out, const uint8_t token[LIVE_TOKEN_LEN]);
/** token_out is set when the text is a token. NULL: no view has it. */
struct view *view_find(struct str token_text, uint8_t token_out[LIVE_TOKEN_LEN]);

/** The view of that session, page and wire that was used last: among those that wait, those in
 * state PLAIN, or all. */
enum view_which { VIEW_WHICH_WAITING, VIEW_WHICH_PLAIN, VIEW_WHICH_ANY };

struct view *view_of_session(const uint8_t session[LIVE_TOKEN_LEN], unsigned page_idx,
                             unsigned wire_idx, enum view_which which);

/* --- results of requests ------------------------------------------------------------------------
 */

/** Has this very request run already? */
bool view_recent_find(const struct view *view, int64_t ref, uint32_t sum, bool *is_ok_out);
void view_recent_add(struct view *view, int64_t ref, uint32_t sum, bool is_ok);

/* --- forms --------------------------------------------------------------------------------------
 */

extern const struct tmpl_form *const view_no_form; /* all zero */
const struct tmpl_form *view_form(const struct view *view);
const struct tmpl_form *view_sent_form(const struct view *view);
/** Attach a copy of form (all zero: none). @return false: no form is left; the view has none now.
 */
bool view_set_form(struct view *view, const struct tmpl_form *form);
/** Its client has been sent everything: what was last sent is what is. */
void view_set_sent(struct view *view);
/** Differs from what was last sent. */
bool view_differs(const struct view *view);

#endif
