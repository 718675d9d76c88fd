/* act.c - see act.h.
 *
 * An action runs on the view itself, with a copy taken before. Refused: the copy comes back,
 * nothing has changed but messages and drafts.
 */
#include "live/act.h"

#include "base/hash.h"
#include "base/log.h"
#include "base/stat.h"

#include <string.h>

static struct {
    uint64_t fields[WICK_FIELDS_LEN_MAX / 8];
    uint64_t undo[(WICK_VIEW_STATE_MAX + 7) / 8];
    struct tmpl_form form; /* of the action that runs */
    bool has_run;
} m;

static struct stat_value stat_actions;
STAT_TOTAL(stat_actions, "wick_actions_total", "actions asked for");
static struct stat_value stat_refused;
STAT_TOTAL(stat_refused, "wick_actions_refused_total", "actions that failed or were not allowed");
static struct stat_value stat_repeated;
STAT_TOTAL(stat_repeated, "wick_actions_repeated_total",
           "actions that were sent again and answered without running twice");
static struct stat_value stat_evicted;
STAT_TOTAL(stat_evicted, "wick_views_evicted_total", "waiting views dropped for lack of room");

/* --- life of a view -----------------------------------------------------------------------------
 */

struct view *act_mount(const struct http_req *req, unsigned page_idx, unsigned wire_idx,
                       const uint8_t *token)
{
    struct view *view = view_new(page_idx, wire_idx, token);
    if (view == NULL) {
        act_drop(view_oldest()); /* there is one: fewer connections than views */
        stat_evicted.value++;
        view = view_new(page_idx, wire_idx, token);
    }
    WICK_ASSERT(view != NULL);
    WICK_ASSERT_DEBUG(view->state == VIEW_NEW && view->form == LIVE_NO_FORM);
    (void)str_copy(view->peer, sizeof view->peer, req->peer); /* an address always fits */
    struct wick_turn turn = turn_begin(view, req);
    if (turn.page->mount != NULL) {
        turn.page->mount(&turn, view->data);
    }
    turn_end(&turn);
    view_set_sent(view);
    WICK_ASSERT_DEBUG(view->is_paused == view->is_paused_next);
    WICK_ASSERT_DEBUG(view->period_idx == view->next_period_idx);
    return view;
}

static bool is_told(const struct view *view)
{
    WICK_ASSERT_DEBUG(view->state != VIEW_FREE);
    return view->state == VIEW_LIVE || view->state == VIEW_BETWEEN;
}

static void call(struct view *view, const struct http_req *req,
                 void (*hook)(struct wick_turn *turn, void *view))
{
    if (hook == NULL) {
        return;
    }
    struct wick_turn turn = turn_begin(view, req);
    hook(&turn, view->data);
    WICK_ASSERT_DEBUG(turn.view == view && view->state != VIEW_FREE);
    turn_end(&turn);
}

void act_join(struct view *view, const struct http_req *req, net_stream_id stream)
{
    bool was_told = is_told(view);
    WICK_ASSERT(view->stream == 0 && stream != 0);
    view->is_paused = view->is_paused_next;
    view->period_idx = view->next_period_idx;
    view->stream = stream;
    net_stream_set_owner(stream, view_handle(view));
    view_enter(view, VIEW_LIVE);
    if (!was_told) {
        call(view, req, view_page(view)->connect);
        view->is_paused = view->is_paused_next; /* its stream follows nothing yet */
        view->period_idx = view->next_period_idx;
    }
    WICK_ASSERT_DEBUG(view_of_stream(stream) == view);
    WICK_ASSERT_DEBUG(view->is_paused == view->is_paused_next &&
                      view->period_idx == view->next_period_idx);
}

void act_leave(struct view *view)
{
    WICK_ASSERT(view->state == VIEW_LIVE);
    bool was_answered = !view->due.answer;
    net_stream_set_owner(view->stream, 0);
    view_enter(view, view->is_once ? VIEW_BETWEEN : VIEW_AWAY);
    if (!view->is_once) { /* a poll that ended is followed by the next one */
        call(view, NULL, view_page(view)->disconnect);
    }
    view->is_paused = view->is_paused_next;
    view->period_idx = view->next_period_idx;
    view->due = (struct view_due){
        .snapshot = view->due.snapshot || !was_answered, /* its client misses an answer */
        .answer = !was_answered,
        .is_ok = view->due.is_ok,
        .ref = view->due.ref,
    };
    WICK_ASSERT_DEBUG(view->state == (view->is_once ? VIEW_BETWEEN : VIEW_AWAY));
    WICK_ASSERT_DEBUG(view->stream == 0 && !view->due.start);
}

void act_drop(struct view *view)
{
    WICK_ASSERT(view != NULL && view->stream == 0);
    WICK_ASSERT_DEBUG(view->state != VIEW_FREE && view->state != VIEW_LIVE);
    if (is_told(view)) {
        call(view, NULL, view_page(view)->disconnect);
    }
    view_free(view);
}

uint64_t act_expire(void)
{
    uint64_t deadline_ms;
    for (struct view *view = view_expired(&deadline_ms); view != NULL;
         view = view_expired(&deadline_ms)) {
        WICK_ASSERT_DEBUG(view->stream == 0 && view->deadline_ms != UINT64_MAX);
        act_drop(view);
    }
    return deadline_ms;
}

/* --- actions ------------------------------------------------------------------------------------
 */

const struct wick_action *act_find(const struct view *view, struct str said)
{
    const struct wick_page *page = view_page(view);
    for (unsigned idx = 0; idx < page->action_count; idx++) {
        WICK_ASSERT_DEBUG(page->action[idx].name != NULL && page->action[idx].call != NULL);
        if (view_wire(view)->is_action(said, str_of(page->action[idx].name))) {
            return &page->action[idx];
        }
    }
    return NULL;
}

bool act_has_run(void)
{
    WICK_ASSERT_DEBUG(!m.has_run || stat_actions.value > 0);
    bool has_run = m.has_run;
    m.has_run = false;
    return has_run;
}

static struct wick_turn begin(struct view *view, const struct http_req *req)
{
    stat_actions.value++;
    m.has_run = true;
    memcpy(m.undo, view->data, sizeof m.undo);
    memset(&m.form, 0, sizeof m.form);
    view->has_acted = true;
    view_mark(view);
    struct wick_turn turn = turn_begin(view, req);
    turn.form = &m.form;
    WICK_ASSERT_DEBUG(view->is_marked && turn.page == view_page(view));
    return turn;
}

static bool finish(struct wick_turn *turn, bool is_ok)
{
    WICK_ASSERT(turn->form == &m.form);
    WICK_ASSERT_DEBUG(turn->view->has_acted && turn->view->is_marked);
    if (is_ok) {
        memset(&m.form, 0, sizeof m.form);
        turn_end(turn);
    } else {
        memcpy(turn->view->data, m.undo, sizeof m.undo);
        stat_refused.value++;
    }
    if (!view_set_form(turn->view, &m.form)) {
        log_line(LOG_WARN, "live", "no form is left for the messages of a refused action");
    }
    WICK_ASSERT_DEBUG(!is_ok || view_form(turn->view) == view_no_form);
    return is_ok;
}

static bool refuse(struct view *view, const struct http_req *req, struct str message)
{
    WICK_ASSERT_DEBUG(message.len > 0);
    struct wick_turn turn = begin(view, req);
    form_add_error(&m.form, STR(""), message);
    WICK_ASSERT_DEBUG(form_has_error(&m.form));
    return finish(&turn, false);
}

static bool refuse_unknown(struct view *view, const struct http_req *req, struct str name)
{
    WICK_ASSERT_DEBUG(name.len > 0);
    char mem[TMPL_MESSAGE_LEN_MAX + 1];
    struct buf message;
    buf_init(&message, mem, sizeof mem);
    buf_put_text(&message, "This page has no action \"");
    size_t room = sizeof mem - message.len - 2;
    char shown[64];
    (void)str_copy(shown, sizeof shown < room ? sizeof shown : room,
                   name); /* enough to recognise it */
    buf_put_text(&message, shown);
    buf_put_text(&message, "\".");
    WICK_ASSERT_DEBUG(message.err == WICK_OK);
    log_event(LOG_WARN, "live", "unknown action", KV_S("page", str_of(view_page(view)->path)),
              KV_S("action", name));
    return refuse(view, req, buf_str(&message));
}

static bool call_action(struct wick_turn *turn, const struct wick_action *action,
                        const struct wire_fields *fields)
{
    WICK_ASSERT(action->fields_size <= sizeof m.fields);
    WICK_ASSERT_DEBUG(turn->form == &m.form && turn->fields == NULL);
    if (!form_check(action, fields, m.fields, &m.form)) {
        return false;
    }
    turn->fields = fields;
    bool is_ok = action->call(turn, turn->view->data, m.fields);
    if (!is_ok && !form_has_error(&m.form)) {
        form_add_error(&m.form, STR(""), STR("That did not work."));
    }
    WICK_ASSERT_DEBUG(is_ok || form_has_error(&m.form));
    return is_ok && !form_has_error(&m.form);
}

bool act_run(struct view *view, const struct http_req *req, struct str name,
             const struct wire_fields *fields)
{
    const struct wick_action *action = act_find(view, name);
    if (action == NULL) {
        return refuse_unknown(view, req, name.len > 0 ? name : STR("submit"));
    }
    WICK_ASSERT_DEBUG(action->role <= WICK_ADMIN);
    struct wick_turn turn = begin(view, req);
    bool is_ok = false;
    form_set_place(&m.form, action, fields);
    if ((uint8_t)wick_role(&turn) < action->role) {
        form_add_error(&m.form, STR(""), STR("You are not allowed to do this."));
    } else {
        is_ok = call_action(&turn, action, fields);
        if (!is_ok) {
            form_keep_drafts(&m.form, action, fields);
        }
    }
    WICK_ASSERT_DEBUG(is_ok || form_has_error(&m.form));
    return finish(&turn, is_ok);
}

/* --- another query ------------------------------------------------------------------------------
 */

static void put_escaped(struct buf *out, struct str text)
{
    WICK_ASSERT_DEBUG(text.len == 0 || text.ptr != NULL);
    for (size_t at = 0; at < text.len; at++) {
        buf_put_u8(out, '%');
        buf_put_hex(out, (uint8_t)text.ptr[at], 2);
    }
}

/* The view begins anew, mounted with the fields as its query. */
static bool navigate(struct view *view, const struct http_req *req,
                     const struct wire_fields *fields)
{
    static uint8_t query_mem[WICK_HEAD_LEN_MAX]; /* no more than a GET could bring */
    struct buf query;
    buf_init(&query, query_mem, sizeof query_mem);
    WICK_ASSERT_DEBUG(fields->count <= WIRE_PAIR_MAX);
    for (unsigned pair = 0; pair < fields->count; pair++) {
        put_escaped(&query, fields->pair[pair].name);
        buf_put_u8(&query, '=');
        put_escaped(&query, fields->pair[pair].value);
        buf_put_u8(&query, '&');
    }
    if (query.err != WICK_OK) {
        return refuse(view, req, STR("The address is too long."));
    }
    struct wick_turn turn = begin(view, req);
    turn.query = buf_str(&query);
    turn.is_paused = false;
    turn.period_idx = 0;
    memset(view->data, 0, sizeof view->data);
    if (turn.page->mount != NULL) {
        turn.form = NULL;
        turn.page->mount(&turn, view->data);
        turn.form = &m.form;
    }
    WICK_ASSERT_DEBUG(!form_has_error(&m.form));
    return finish(&turn, true);
}

/* --- messages -----------------------------------------------------------------------------------
 */

static uint32_t sum_of(struct str text)
{
    WICK_ASSERT_DEBUG(text.len == 0 || text.ptr != NULL);
    uint64_t hash = hash_fnv64(HASH_FNV64_START, text.ptr, text.len);
    return (uint32_t)(hash ^ hash >> 32);
}

bool act_request(struct view *view, const struct http_req *req, const struct wire_request *request,
                 struct str text)
{
    bool is_ok = false;
    uint32_t sum = sum_of(text);
    if (view_recent_find(view, request->ref, sum, &is_ok)) {
        stat_repeated.value++;
        view_mark(view);
        return is_ok;
    }
    WICK_ASSERT_DEBUG((request->ask != WIRE_ASK_ACTION && request->ask != WIRE_ASK_NAVIGATE) ||
                      request->fields != NULL);
    switch (request->ask) {
    case WIRE_ASK_ACTION:
        is_ok = act_run(view, req, request->action, request->fields);
        break;
    case WIRE_ASK_NAVIGATE:
        is_ok = navigate(view, req, request->fields);
        break;
    case WIRE_ASK_UNREADABLE:
    case WIRE_ASK_HEARTBEAT:
    case WIRE_ASK_JOIN:
    case WIRE_ASK_LEAVE:
        is_ok = refuse(view, req, STR("The message cannot be read."));
        break;
    }
    WICK_ASSERT_DEBUG(view->has_acted && view->is_marked);
    view_recent_add(view, request->ref, sum, is_ok);
    return is_ok;
}
