/* live_priv.h - what the files of src/live share: views, turns, channels. Private to the layer and
 * its tests.
 *
 * Layer: live. Memory: static pools of WICK_VIEW_MAX views and LIVE_FORM_MAX forms; one scratch of
 * each kind.
 *
 * A view is one open tab:
 *
 *      GET --view_new()--> WAITING --stream joins: view_join()--> JOINED --paused--> JOINED,
 *      follows no channel
 *                             |  ^------- stream ends: view_leave() ------'
 *                             '--deadline passed, or the pool is full: view_drop()--> free
 *
 * The device state that a joined view shows is its channel's shadow, never the live state: see
 * channel.c.
 */
#ifndef LIVE_PRIV_H
#define LIVE_PRIV_H

#include "live/form.h"
#include "live/wick.h"
#include "net/net.h"
#include "wire/wire.h"

enum {
    LIVE_TOKEN_LEN = 16, /* bytes of a resume token or session; hexadecimal on the wire */
    LIVE_NO_FORM = 0xffff,
    LIVE_FORM_MAX =
        WICK_CONN_MAX / 8 < 8
            ? 8
            : WICK_CONN_MAX / 8,     /* tabs with messages; none left: they go in the answer only */
    LIVE_WAIT_NEW_MS = 30000,        /* a rendered page whose script has not come yet */
    LIVE_WAIT_MS = 60000,            /* a tab that lost its stream */
    LIVE_WAIT_PLAIN_MS = 15 * 60000, /* a browser without script, between two posts */
    LIVE_TOKENS_MAX = 256,           /* JSON tokens of one message; more: refused */
    LIVE_OP_MAX = WICK_OUT_CAP / 32, /* patch operations of one update; more: snapshot */
    LIVE_PAGE_MAX = 32,
};

/* Rings of a channel: wire and transport together, so that every ring holds finished frames. */
enum live_wire { LIVE_LT_WS, LIVE_WICK_WS, LIVE_WICK_SSE };

enum { LIVE_WIRES = 3 };

enum view_lost { VIEW_LOST_NONE, VIEW_LOST_OK, VIEW_LOST_FAILED };

struct view {
    net_conn_id conn; /* 0: waiting */
    uint32_t part; /* count of private messages and snapshots sent; the client says the last one it
                      has */
    uint32_t shown_seq,
        shown_gen;        /* the last snapshot led to this frame of the ring and this shadow */
    uint64_t seen_ms;     /* of the last join, leave or request */
    uint64_t deadline_ms; /* waiting: when it is dropped; else UINT64_MAX */
    uint16_t form;        /* LIVE_NO_FORM: nothing to say */
    uint8_t page_idx, period_idx, wire;
    bool is_paused;
    bool is_poll;  /* its stream ends behind the first events */
    bool is_told;  /* connect() was called and disconnect() not yet; spans the polls of one tab */
    bool is_plain; /* last touched by a post without script: the next GET of its session shows it */
    bool needs_snapshot; /* its client cannot be brought up to date by differences */
    uint8_t lost; /* enum view_lost: an answer found no room; the next snapshot says how it went */
    int64_t lost_ref;
    uint8_t token[LIVE_TOKEN_LEN], session[LIVE_TOKEN_LEN];
    char peer[48];
    uint64_t state[(WICK_VIEW_STATE_MAX + 7) / 8];
};

/* What is going on for one view: the context of a controller call. */
struct wick_turn {
    struct view *view;
    const struct wick_page *page;
    const struct http_req *req; /* NULL on a stream */
    struct str query;           /* of the page's URL; empty on a stream */
    struct tmpl_form *form;     /* messages of this action; NULL outside of one */
    bool is_paused;             /* as the controller wants it; done behind the call */
    uint8_t period_idx;
};

/* --- the program: live.c ---------------------------------------------------------------------- */

/** Set up everything but sockets and the store; reads the sources once. @pre app stays. */
void live_start(const struct wick_app *app, struct net_hooks *hooks_out);
/** Name of the session cookie of pages without script, unique per device and port; before any
 * request. */
void live_set_cookie(uint32_t device, uint16_t port);
struct str live_cookie_name(void);
const struct wick_app *live_app(void);
const struct wick_page *live_page(const struct view *view);
/** Sources that are older than their active period are read now (somebody is about to look). */
void live_refresh(void);

/* --- view.c ----------------------------------------------------------------------------------- */

void view_init(void);
/** A new waiting view, all zero but its page and token (random when NULL). Never fails: the oldest
 * waiting view goes when the
 *  pool is full (there are more views than connections). */
struct view *view_new(unsigned page_idx, const uint8_t *token);
void view_drop(struct view *view);
struct view *view_find(
    struct str token_text,
    uint8_t token_out[LIVE_TOKEN_LEN]); /* NULL; token_out is set when the text is one */
void view_random(uint8_t token_out[LIVE_TOKEN_LEN]);
struct view *view_of_conn(net_conn_id conn);

/** The view of that session and page that was used last: waiting and plain ones, or (any) all of
 * them. */
enum view_which { VIEW_WAITING, VIEW_PLAIN, VIEW_ANY };
struct view *view_of_session(const uint8_t session[LIVE_TOKEN_LEN], unsigned page_idx,
                             enum view_which which);
void view_join(struct view *view, net_conn_id conn, enum live_wire wire);
void view_leave(struct view *view);
void view_touch(struct view *view);
struct view *view_each(struct view *last); /* NULL starts and ends */
unsigned view_joined_count(void);
/** Drop what waited too long. @return the next deadline, UINT64_MAX for none. */
uint64_t view_expire(void);
extern const struct tmpl_form view_no_form; /* all zero */
const struct tmpl_form *view_form(const struct view *view);
/** Attach a copy of form (all zero: detach). @return false: no form is left; the view has none now.
 */
bool view_set_form(struct view *view, const struct tmpl_form *form);
void view_put_token(struct buf *out, const uint8_t token[LIVE_TOKEN_LEN]);
bool view_read_token(struct str text, uint8_t token_out[LIVE_TOKEN_LEN]);

/* --- channel.c: what all viewers of a page share ---------------------------------------------- */

/* While an action runs: its view as its client still shows it. */
struct channel_acting {
    const struct view *view; /* NULL: no action runs */
    const void *state;
    const struct tmpl_form *form;
};

void channel_init(void);
/** Publish what changed in the device states: everywhere (after an action) or where the interval
 * has passed.
 *  @return the time of the next publication that is due, UINT64_MAX for none. */
uint64_t channel_publish(bool at_once, const struct channel_acting *acting);
/** Follow the channel of the view's page and interval. The first follower sets its shadow, unless
 * it still shows that very
 *  shadow. false: no ring is left (closed). */
WICK_MUST_CHECK bool channel_follow(struct view *view, bool shows_shadow);

/* How a client that comes back, having seen frame seq and private message part of run epoch, is
 * brought up to date. */
enum channel_resume {
    RESUME_SNAPSHOT,
    RESUME_REWIND /* the frames after seq, if the ring has them */,
    RESUME_CURRENT /* it has all */
};

struct channel_place {
    uint32_t epoch, seq, part;
    enum live_wire wire;
};
enum channel_resume channel_resume(const struct view *view, const struct channel_place *place);
/** The client, which says seq when it comes back, shows the present shadow. */
void channel_is_current(struct view *view, uint32_t seq);
/** What the client of the view shows: shadow when it follows a channel, else the live device state.
 */
struct tmpl_ctx channel_ctx(const struct view *view);
uint32_t channel_seq(const struct view *view); /* newest frame of its ring; 1 when there is none: no
                                                  frame has that number */
/** Forget what waits for this stream and send everything. meta: of an answer, or NULL. */
void channel_snapshot(struct view *view, const struct wire_meta *answer);
/** The same as event behind a first one (wire wick's hello) that must travel with it. */
void channel_snapshot_behind(struct view *view, struct str first, const struct wire_meta *answer);
/** Encode everything as a document (HTTP answers). false: it does not fit. */
WICK_MUST_CHECK bool channel_put_snapshot(struct buf *out, struct view *view,
                                          struct wire_meta meta);
/** The private part: from what the client shows to what the view is now; an answer is sent even
 * when nothing differs. */
void channel_private(struct view *view, const struct channel_acting *acting,
                     const struct wire_meta *meta);
bool channel_wire_is_lt(const struct view *view);

/* --- act.c: actions --------------------------------------------------------------------------- */

/* How an action went; the message texts are in form. */
struct act_result {
    bool is_ok;
    bool is_paused; /* as the controller wants it; act_settle() does it */
    uint8_t period_idx;
    struct tmpl_form
        *form; /* static; messages of this action (also when no view could keep them) */
    struct channel_acting was; /* the view before; static memory, valid until the next action */
};
/** Find, check, call; publish what it changed in the device. The view keeps messages and drafts
 * when it failed. */
struct act_result act_run(struct wick_turn *turn, struct str name, const struct form_input *in);
/** Remount with another query (wire livetemplate). */
struct act_result act_navigate(struct wick_turn *turn);
/** An answer that says why nothing was run. */
struct act_result act_refuse(struct wick_turn *turn, struct str message);
/** Bring the view's stream up to date behind an action, pause or change its interval. meta says
 * whether this is the answer
 *  (is_ok and form are filled in) or a push because the answer goes another way; without a stream
 * only the view changes. */
void act_settle(struct view *view, const struct act_result *result, struct wire_meta meta);
/** A fresh view of that page, mounted with the request's query. */
struct view *act_mount(const struct http_req *req, unsigned page_idx, const uint8_t *token);
void act_connect(struct view *view, const struct http_req *req);
void act_disconnect(struct view *view);
const struct wick_action *act_find(const struct wick_page *page, struct str name);

/* --- page.c, wire_wick.c, wire_livetemplate.c ------------------------------------------------- */

void page_request(net_conn_id conn, const struct http_req *req);
void wire_wick_open(net_conn_id conn, const struct http_req *req,
                    unsigned page_idx); /* upgrade, or stream= */
void wire_wick_message(struct view *view, struct str text);
void wire_wick_post(net_conn_id conn, const struct http_req *req, unsigned page_idx);
void wire_lt_open(net_conn_id conn, const struct http_req *req, unsigned page_idx);
void wire_lt_message(struct view *view, struct str text);
void wire_lt_post(net_conn_id conn, const struct http_req *req, unsigned page_idx);
void wire_lt_get(net_conn_id conn, const struct http_req *req,
                 unsigned page_idx); /* GET that wants JSON */
/** GET of a page: a view of its own for the browser's session (a new one: header line Set-Cookie is
 * written). */
struct view *wire_lt_view(const struct http_req *req, unsigned page_idx, struct buf *headers);
/** The page's action that a client's spelling means (saveDraft, save_draft...), else the name
 * itself; "" is "submit". */
struct str wire_lt_action(const struct wick_page *page, struct str name);
/** Read a message into the shared tokens. NULL: it is not a JSON object. */
const struct json *wire_read_json(struct str text);
struct form_input *wire_input(void); /* the one static submission */
/** Value of a query parameter, raw (our own never need escapes); ptr NULL when absent. */
struct str wire_query(struct str query, struct str name);
/** Join a stream to a view that may still have another one: the older is told to reload and closed.
 */
void wire_join(struct view *view, net_conn_id conn, enum live_wire wire, bool is_poll);

#endif
