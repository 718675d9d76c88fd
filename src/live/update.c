/* update.c - see update.h. */
#include "live/update.h"

#include "base/clk.h"
#include "base/log.h"
#include "base/stat.h"
#include "live/act.h"
#include "live/frozen.h"

#include <string.h>

static struct {
    bool is_waiting; /* a stream was refused a frozen copy */
} m;

static struct stat_value stat_private;
STAT_TOTAL(stat_private, "wick_diffs_private_total", "comparisons for one view");
static struct stat_value stat_snapshots;
STAT_TOTAL(stat_snapshots, "wick_snapshots_total", "whole trees sent");
static struct stat_value stat_oversized;
STAT_TOTAL(stat_oversized, "wick_private_oversized_total",
           "updates of one view that became snapshots");

void update_init(void)
{
    m.is_waiting = false;
    work_init();
    frozen_init();
}

static struct tmpl_ctx context(const struct view *view, bool is_shadow)
{
    WICK_ASSERT_DEBUG(view->period_idx < WICK_PERIODS);
    struct tmpl_ctx ctx = { .part = { NULL, view->data, view_form(view) } };
    state_put(&ctx, view_page(view), view->period_idx, is_shadow);
    return ctx;
}

struct tmpl_ctx update_context(const struct view *view)
{
    WICK_ASSERT_DEBUG(view->state != VIEW_FREE);
    return context(view, !view->is_paused && ring_is_followed(view->page_idx, view->period_idx));
}

struct tmpl_ctx update_context_sent(const struct view *view)
{
    struct tmpl_ctx ctx = update_context(view);
    WICK_ASSERT_DEBUG(view->state == VIEW_LIVE && ctx.part[TMPL_VIEW] == view->data);
    ctx.part[TMPL_VIEW] = view->sent;
    ctx.part[TMPL_FORM] = view_sent_form(view);
    return ctx;
}

/* --- messages -----------------------------------------------------------------------------------
 */

struct wire_meta update_answer(const struct view *view)
{
    WICK_ASSERT_DEBUG(view->due.action[sizeof view->due.action - 1] == '\0');
    const struct view_due *due = &view->due;
    struct wire_meta meta = { .is_answer = due->answer };
    if (due->answer) {
        meta.is_ok = due->is_ok;
        meta.ref = due->ref;
        meta.action = str_of_field(due->action, sizeof due->action);
        meta.form = !due->is_ok && form_has_error(view_form(view)) ? view_form(view) : NULL;
    }
    WICK_ASSERT_DEBUG(!meta.is_ok || meta.form == NULL);
    return meta;
}

void update_is_sent(struct view *view)
{
    WICK_ASSERT(view->state != VIEW_FREE);
    view->due.first = false;
    view_set_sent(view);
    view->due.answer = false;
    view->due.snapshot = false;
    WICK_ASSERT_DEBUG(!view_differs(view));
}

void update_private(struct view *view, const struct tmpl_ctx *was, const struct tmpl_ctx *is)
{
    struct diff *diff = work_diff();
    const struct tmpl_node *root = view_page(view)->tmpl->root;
    WICK_ASSERT(view->state == VIEW_LIVE && !view->due.snapshot);
    WICK_ASSERT_DEBUG(!view->is_paused && !view->due.start);
    WICK_ASSERT_DEBUG(was->part[TMPL_VIEW] == view->sent && is->part[TMPL_VIEW] == view->data);
    stat_private.value++;
    if (diff_update(diff, root, was, is, DIFF_PRIVATE) != WICK_OK) {
        stat_oversized.value++;
        view->due.snapshot = true;
        return;
    }
    if (diff->op_len == 0 && !view->due.answer) {
        view_set_sent(view);
        return;
    }
    struct wire_meta meta = update_answer(view);
    struct buf *out = net_message_begin(view->stream);
    meta.part = ++view->part;
    if (out != NULL) {
        wire_put_message(view_wire(view), out, root, diff, &meta);
    }
    if (out != NULL && net_message_end(view->stream) == WICK_OK) {
        update_is_sent(view);
    } else {
        view->due.snapshot = true;
    }
}

struct tmpl_ctx update_begin_snapshot(struct view *view, struct wire_meta *meta)
{
    WICK_ASSERT(view->state != VIEW_FREE);
    WICK_ASSERT_DEBUG(!meta->is_snapshot && meta->part == 0);
    if (!view->is_paused) {
        ring_refresh(view);
    }
    stat_snapshots.value++;
    meta->is_snapshot = true;
    meta->seq = ring_seq(view);
    meta->part = ++view->part; /* should it get lost, part tells */
    view->shown_seq = meta->seq;
    view->shown_gen = state_gen(view_page(view), view->period_idx);
    WICK_ASSERT_DEBUG(meta->seq != 0);
    return context(view, !view->is_paused);
}

static void put_hello(struct buf *out, const struct view *view, uint32_t seq)
{
    WICK_ASSERT_DEBUG(view_wire(view)->put_hello != NULL);
    const struct wire_place place = { .epoch = hub_epoch(),
                                      .seq = seq,
                                      .fingerprint = view_page(view)->tmpl->fingerprint,
                                      .wall_ms = clk_wall_ms() };
    view_wire(view)->put_hello(out, &place);
}

/* @return false: no room; a snapshot is due. */
static bool send_hello(struct view *view, uint32_t seq)
{
    WICK_ASSERT_DEBUG(view->state == VIEW_LIVE && view->due.hello);
    struct buf *out = net_message_begin(view->stream);
    if (out != NULL) {
        put_hello(out, view, seq);
    }
    if (out == NULL || net_message_end(view->stream) != WICK_OK) {
        view->due.snapshot = true;
        return false;
    }
    view->due.hello = false;
    return true;
}

/* No frozen copy is left: its stream follows nothing, and starts anew in a later pass. */
static void wait_for_copy(struct view *view)
{
    WICK_ASSERT_DEBUG(view->state == VIEW_LIVE && view->due.snapshot);
    WICK_ASSERT_DEBUG(frozen_is_full());
    if (!view->is_paused) {
        ring_unfollow(view);
    }
    view->due.start = true;
    view->due.seq = 0;
    m.is_waiting = true;
}

static void send_snapshot(struct view *view)
{
    WICK_ASSERT_DEBUG(view->state == VIEW_LIVE && view->stream != 0);
    struct wire_meta meta = update_answer(view);
    meta.is_first = view->due.first;
    meta.can_change = meta.is_first && act_find(view, STR("change")) != NULL;
    view->due.snapshot = true;
    net_jump(view->stream);
    if (view->due.hello && !send_hello(view, ring_seq(view))) {
        return; /* hook lagged() comes when there is room */
    }
    struct tmpl_ctx is = update_begin_snapshot(view, &meta);
    WICK_ASSERT_DEBUG(meta.is_snapshot && meta.part == view->part);
    switch (frozen_send(&(struct frozen_job){ view, &is, &meta })) {
    case FROZEN_SENT:
        update_is_sent(view);
        break;
    case FROZEN_NO_ROOM: /* lagged() */
    case FROZEN_FAULT:
        break;
    case FROZEN_FULL:
        wait_for_copy(view);
        break;
    }
}

/* --- a new stream -------------------------------------------------------------------------------
 */

static void start(struct view *view)
{
    WICK_ASSERT_DEBUG(view->state == VIEW_LIVE && view->due.start);
    enum ring_resume resume = ring_resume(view);
    WICK_ASSERT_DEBUG(resume != RING_REWIND || (!view->is_paused && view->due.seq != 0));
    view->due.start = false;
    if (!view->is_paused && !ring_follow(view, resume == RING_CURRENT)) {
        return;
    }
    switch (resume) {
    case RING_SNAPSHOT:
        send_snapshot(view);
        break;
    case RING_REWIND: /* the missed frames follow hello; a poll gets them alone */
        if ((view->is_once || send_hello(view, view->due.seq)) && ring_rewind(view) != WICK_OK) {
            send_snapshot(view);
        }
        break;
    case RING_CURRENT:
        view->shown_gen = state_gen(view_page(view), view->period_idx);
        if (view->is_once) {
            view->shown_seq = view->due.seq; /* it waits for news, and will say seq again */
        } else {
            view->shown_seq = ring_seq(view);
            (void)send_hello(view, ring_seq(view));
        }
        break;
    }
}

static void send_heartbeat(struct view *view)
{
    WICK_ASSERT_DEBUG(view->state == VIEW_LIVE && view->due.heartbeat);
    struct buf *out = net_message_begin(view->stream);
    view->due.heartbeat = false;
    if (out != NULL) {
        view_wire(view)->put_heartbeat(out);
        (void)(net_message_end(view->stream) == WICK_OK); /* no room: its client asks again */
    }
}

/* --- settling -----------------------------------------------------------------------------------
 */

/* Private slots, or everything. */
static void bring_up_to_date(struct view *view)
{
    WICK_ASSERT_DEBUG(view->state == VIEW_LIVE && view->period_idx < WICK_PERIODS);
    bool is_changed = view->due.answer || view_differs(view);
    if (!view->due.snapshot && is_changed && !view->is_paused) {
        struct tmpl_ctx was = update_context_sent(view);
        struct tmpl_ctx is = update_context(view);
        update_private(view, &was, &is);
        is_changed = false;
    }
    if (view->due.snapshot || (view->is_paused && is_changed)) {
        send_snapshot(view);
    }
}

static void settle(struct view *view)
{
    WICK_ASSERT_DEBUG(!view->is_marked && view->state != VIEW_FREE);
    view->has_acted = false;
    if (view->state != VIEW_LIVE) {
        view->due.snapshot = view->due.snapshot || view_differs(view);
        return;
    }
    if (view->due.start) {
        start(view);
    }
    if (view->due.heartbeat) {
        send_heartbeat(view);
    }
    bool moves = view->next_period_idx != view->period_idx && !view->is_paused_next;
    bool continues = view->is_paused && !view->is_paused_next;
    if (moves || continues) {
        if (!view->is_paused) {
            ring_unfollow(view);
        }
        view->is_paused = false;
        view->period_idx = view->next_period_idx;
        if (ring_follow(view, false)) {
            send_snapshot(view);
        }
        return;
    }
    bring_up_to_date(view);
    if (view->is_paused_next && !view->is_paused) { /* its answer still fits what it followed */
        ring_unfollow(view);
        view->is_paused = true;
    }
    WICK_ASSERT_DEBUG(view->is_paused == view->is_paused_next);
    view->period_idx = view->next_period_idx;
}

bool update_is_waiting(void)
{
    return m.is_waiting;
}

void update_settle(void)
{
    for (struct view *view = m.is_waiting ? view_each(NULL) : NULL; view != NULL;
         view = view_each(view)) {
        if (view->state == VIEW_LIVE && view->due.start) {
            WICK_ASSERT_DEBUG(view->due.seq == 0 || view->is_marked);
            view_mark(view);
        }
    }
    m.is_waiting = false;
    for (struct view *view = view_pop_marked(); view != NULL; view = view_pop_marked()) {
        settle(view);
    }
}
