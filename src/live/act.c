/* act.c - calling the controller: mount, connect, disconnect, actions; and what follows for the
 * view.
 *
 * An action runs on the view itself, with a copy taken before. Refused: the copy comes back,
 * nothing has changed but messages and drafts. Done: the change of the device is published to
 * everybody first, then the view's own part is settled.
 */
#include "base/log.h"
#include "base/stat.h"
#include "live/live_priv.h"

#include <string.h>

static uint64_t fields_mem[WICK_FIELDS_LEN_MAX / 8];
static uint64_t was_state[(WICK_VIEW_STATE_MAX + 7) / 8];
static struct tmpl_form was_form, new_form;

static struct stat_counter stat_actions = { .name = "wick_actions_total",
                                            .help = "actions asked for",
                                            .is_total = true };
static struct stat_counter stat_refused = { .name = "wick_actions_refused_total",
                                            .help = "actions that failed or were not allowed",
                                            .is_total = true };

/* --- turns ------------------------------------------------------------------------------------ */

static struct wick_turn turn_begin(struct view *view, const struct http_req *req)
{
    return (struct wick_turn){
        .view = view,
        .page = live_page(view),
        .req = req,
        .query = req != NULL ? req->query : (struct str){ NULL, 0 },
        .is_paused = view->is_paused,
        .period_idx = view->period_idx,
    };
}

struct view *act_mount(const struct http_req *req, unsigned page_idx, const uint8_t *token)
{
    struct view *view = view_new(page_idx, token);
    (void)str_copy(view->peer, sizeof view->peer, req->peer); /* an address always fits */
    struct wick_turn turn = turn_begin(view, req);
    if (turn.page->mount != NULL) {
        turn.page->mount(&turn, view->state);
    }
    view->is_paused = turn.is_paused;
    view->period_idx = turn.period_idx;
    return view;
}

/* connect and disconnect may change the view; then its client needs a snapshot instead of what it
 * missed */
static void call_stream(struct view *view, const struct http_req *req,
                        void (*call)(struct wick_turn *, void *))
{
    struct wick_turn turn = turn_begin(view, req);
    uint64_t before[(WICK_VIEW_STATE_MAX + 7) /
                    8]; /* not was_state: a view may be dropped while an action runs */
    memcpy(before, view->state, sizeof before);
    call(&turn, view->state);
    view->is_paused = turn.is_paused;
    view->period_idx = turn.period_idx;
    view->needs_snapshot = view->needs_snapshot || memcmp(before, view->state, sizeof before) != 0;
}

void act_connect(struct view *view, const struct http_req *req)
{
    if (!view->is_told && live_page(view)->connect != NULL) {
        call_stream(view, req, live_page(view)->connect);
    }
    view->is_told = true;
}

void act_disconnect(struct view *view)
{
    if (view->is_told && live_page(view)->disconnect != NULL) {
        call_stream(view, NULL, live_page(view)->disconnect);
    }
    view->is_told = false;
}

/* --- actions ---------------------------------------------------------------------------------- */

const struct wick_action *act_find(const struct wick_page *page, struct str name)
{
    for (unsigned idx = 0; idx < page->action_count; idx++) {
        if (str_eq(str_of(page->action[idx].name), name)) {
            return &page->action[idx];
        }
    }
    return NULL;
}

static struct act_result result_begin(struct wick_turn *turn)
{
    stat_add(&stat_actions);
    stat_add(&stat_refused);
    stat_actions.value++;
    struct view *view = turn->view;
    memcpy(was_state, view->state, sizeof was_state);
    was_form = *view_form(view);
    memset(&new_form, 0, sizeof new_form);
    turn->form = &new_form;
    turn->is_paused = view->is_paused;
    turn->period_idx = view->period_idx;
    return (struct act_result){
        .is_paused = view->is_paused,
        .period_idx = view->period_idx,
        .form = &new_form,
        .was = { .view = view, .state = was_state, .form = &was_form },
    };
}

struct act_result act_refuse(struct wick_turn *turn, struct str message)
{
    struct act_result result = result_begin(turn);
    form_add_error(&new_form, STR(""), message);
    stat_refused.value++;
    return result;
}

static struct act_result refuse_unknown(struct wick_turn *turn, struct str name)
{
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
    log_event(LOG_WARN, "live", "unknown action", KV_S("page", str_of(turn->page->path)),
              KV_S("action", name));
    return act_refuse(turn, buf_str(&message));
}

static bool run_action(struct wick_turn *turn, const struct wick_action *action,
                       const struct form_input *in)
{
    WICK_ASSERT(action->fields_size <= sizeof fields_mem);
    if (!form_check(action, in, fields_mem, &new_form)) {
        return false;
    }
    bool is_ok = action->call(turn, turn->view->state, fields_mem);
    if (!is_ok && !form_has_error(&new_form)) {
        form_add_error(&new_form, STR(""), STR("That did not work."));
    }
    return is_ok && !form_has_error(&new_form);
}

struct act_result act_run(struct wick_turn *turn, struct str name, const struct form_input *in)
{
    const struct wick_action *action = act_find(turn->page, name);
    if (action == NULL) {
        return refuse_unknown(turn, name);
    }
    if ((uint8_t)wick_role(turn) < action->role) {
        return act_refuse(turn, STR("You are not allowed to do this."));
    }
    struct act_result result = result_begin(turn);
    struct view *view = turn->view;
    result.is_ok = run_action(turn, action, in);
    if (result.is_ok) {
        memset(&new_form, 0, sizeof new_form);
        result.is_paused = turn->is_paused;
        result.period_idx = turn->period_idx;
    } else {
        stat_refused.value++;
        memcpy(view->state, was_state, sizeof was_state);
        (void)wick_set(new_form.action, sizeof new_form.action, name);
        form_keep_drafts(&new_form, action, in);
    }
    (void)view_set_form(view, &new_form); /* no form is left: the messages still go in the answer */
    (void)channel_publish(true, &result.was);
    return result;
}

struct act_result act_navigate(struct wick_turn *turn)
{
    struct act_result result = result_begin(turn);
    memset(turn->view->state, 0, sizeof turn->view->state);
    turn->form = NULL;
    turn->is_paused = false;
    turn->period_idx = 0;
    if (turn->page->mount != NULL) {
        turn->page->mount(turn, turn->view->state);
    }
    result.is_ok = true;
    result.is_paused = turn->is_paused;
    result.period_idx = turn->period_idx;
    (void)view_set_form(turn->view, &new_form);
    (void)channel_publish(true, &result.was);
    return result;
}

void act_settle(struct view *view, const struct act_result *result, struct wire_meta meta)
{
    bool moves = result->period_idx != view->period_idx && !result->is_paused;
    bool pauses = result->is_paused && !view->is_paused,
         continues = !result->is_paused && view->is_paused;
    meta.is_ok = meta.is_answer && result->is_ok;
    meta.form = meta.is_answer && form_has_error(result->form) ? result->form : NULL;
    if (view->conn == 0) {
        view->is_paused = result->is_paused;
        view->period_idx = result->period_idx;
        view->needs_snapshot = true;
    } else if (pauses) { /* its answer still fits the channel that it leaves */
        if (view->needs_snapshot) {
            channel_snapshot(view, &meta);
        } else {
            channel_private(view, &result->was, &meta);
        }
        net_unfollow(view->conn);
        view->is_paused = true;
        view->period_idx = result->period_idx;
    } else if (continues || moves) {
        view->is_paused = false;
        view->period_idx = result->period_idx;
        if (channel_follow(view, false)) {
            channel_snapshot(view, &meta);
        }
    } else {
        view->period_idx = result->period_idx; /* of a paused tab: for later */
        if (view->is_paused || view->needs_snapshot) {
            channel_snapshot(view, &meta);
        } else {
            channel_private(view, &result->was, &meta);
        }
    }
}
