/* publish.c - see publish.h. */
#include "live/publish.h"

#include "base/clk.h"
#include "base/mem.h"
#include "base/stat.h"

const uint16_t wick_period_s[WICK_PERIODS] = { 1, 5, 30 };

static struct {
    uint8_t frame[WICK_SEND_CAP];
    uint64_t no_data[(WICK_VIEW_STATE_MAX + 7) / 8]; /* the view's part where no slot may read it */
} m;

static struct stat_value stat_diffs;
STAT_TOTAL(stat_diffs, "wick_diffs_shared_total", "comparisons of a page's device states");
static struct stat_value stat_frames;
STAT_TOTAL(stat_frames, "wick_frames_encoded_total", "shared frames, once per wire and framing");
static struct stat_value stat_oversized;
STAT_TOTAL(stat_oversized, "wick_updates_oversized_total", "shared updates that became snapshots");

/* Append the operations to the ring of one format. @return false: its followers need a snapshot. */
static bool append(const struct wick_page *page, uint16_t ring, unsigned format,
                   const struct diff *diff)
{
    WICK_ASSERT_DEBUG(format / RING_FRAMINGS < page->wire_count);
    WICK_ASSERT_DEBUG(diff->op_len > 0 && diff->err == WICK_OK);
    uint32_t seq = hub_seq(ring) + 1;
    struct wire_meta meta = { .seq = seq == 0 ? 1 : seq }; /* 0 is no sequence number */
    struct buf body;
    buf_init(&body, m.frame, sizeof m.frame);
    wire_put_message(page->wire[format / RING_FRAMINGS], &body, page->tmpl->root, diff, &meta);
    stat_frames.value++;
    if (body.err != WICK_OK) {
        return false;
    }
    char head_mem[16];
    struct str head = { "", 0 };
    struct str tail = { "", 0 };
    if (page->wire[format / RING_FRAMINGS]->put_prefix == NULL) { /* else framed when it is sent */
        net_frame_wrap(ring_kind(format), body.len, head_mem, &head, &tail);
    }
    return hub_append(ring, head, buf_str(&body), tail) == WICK_OK;
}

/* A page at one period, from its shadows to the present states. */
struct change {
    const struct wick_page *page;
    unsigned page_idx, period_idx;
    struct tmpl_ctx was, is;    /* with empty private parts */
    bool is_lost[RING_FORMATS]; /* whose followers need a snapshot */
    bool is_any_lost;
};

static void publish_shared(struct change *change)
{
    const struct wick_page *page = change->page;
    WICK_ASSERT_DEBUG(page == live_app()->page[change->page_idx]);
    struct diff *diff = work_diff();
    stat_diffs.value++;
    bool fits =
        diff_update(diff, page->tmpl->root, &change->was, &change->is, DIFF_SHARED) == WICK_OK;
    uint32_t gen = state_gen_next(page, change->period_idx);
    WICK_ASSERT_DEBUG(gen != state_gen(page, change->period_idx));
    WICK_ASSERT(page->wire_count <= LIVE_PAGE_WIRES);
    for (unsigned format = 0; format < page->wire_count * RING_FRAMINGS; format++) {
        uint16_t ring = ring_of(change->page_idx, change->period_idx, format);
        change->is_lost[format] = false;
        if (ring == HUB_NO_RING) {
            continue;
        }
        if (!fits || (diff->op_len > 0 && !append(page, ring, format, diff))) {
            change->is_lost[format] = change->is_any_lost = true;
            stat_oversized.value++;
        } else { /* the shadows advance next */
            ring_set_newest(change->page_idx, change->period_idx, format, gen);
        }
    }
}

/* Does a private slot of the root read bytes of a state that changed? */
static bool private_reads_change(const struct change *change)
{
    const struct tmpl_node *root = change->page->tmpl->root;
    for (unsigned slot_idx = 0; slot_idx < root->slot_count; slot_idx++) {
        const struct tmpl_slot *slot = &root->slot[slot_idx];
        for (unsigned dep_idx = 0; (slot->flags & TMPL_PRIVATE) != 0 && dep_idx < slot->all.count;
             dep_idx++) {
            const struct tmpl_dep *dep = &slot->all.dep[dep_idx];
            if (dep->part >= TMPL_ROW || tmpl_scope_of(dep->part) != TMPL_SCOPE_SHARED) {
                continue;
            }
            const uint8_t *was = change->was.part[dep->part];
            const uint8_t *is = change->is.part[dep->part];
            WICK_ASSERT_DEBUG(was != NULL && is != NULL && was != is);
            if (!mem_eq(was + dep->off, is + dep->off, dep->size)) {
                return true;
            }
        }
    }
    return false;
}

static bool follows(const struct view *view, const struct change *change)
{
    WICK_ASSERT_DEBUG(change->page == live_app()->page[change->page_idx]);
    return view->state == VIEW_LIVE && !view->is_paused && !view->due.start &&
           view->page_idx == change->page_idx && view->period_idx == change->period_idx;
}

/* Its own changes and its answer go with it; a view that leaves the channel in this pass gets a
 * snapshot anyway. */
static void publish_private(struct view *view, const struct change *change)
{
    WICK_ASSERT_DEBUG(follows(view, change));
    struct tmpl_ctx was = change->was;
    struct tmpl_ctx is = change->is;
    bool moves = view->next_period_idx != view->period_idx && !view->is_paused_next;
    if (view->due.snapshot || moves) {
        return;
    }
    was.part[TMPL_VIEW] = view->sent;
    was.part[TMPL_FORM] = view_sent_form(view);
    is.part[TMPL_VIEW] = view->data;
    is.part[TMPL_FORM] = view_form(view);
    update_private(view, &was, &is);
    if (view->due.snapshot) {
        view_mark(view);
    }
}

static void publish_page(unsigned page_idx, unsigned period_idx)
{
    WICK_ASSERT_DEBUG(ring_is_followed(page_idx, period_idx));
    struct change change = { .page = live_app()->page[page_idx],
                             .page_idx = page_idx,
                             .period_idx = period_idx,
                             .was.part = { NULL, m.no_data, view_no_form },
                             .is.part = { NULL, m.no_data, view_no_form } };
    state_put(&change.was, change.page, period_idx, true);
    state_put(&change.is, change.page, period_idx, false);
    WICK_ASSERT_DEBUG(state_differs(change.page, period_idx));
    publish_shared(&change);
    bool has_private = private_reads_change(&change);
    for (struct view *view = has_private || change.is_any_lost ? view_each(NULL) : NULL;
         view != NULL; view = view_each(view)) {
        if (!follows(view, &change)) {
            continue;
        }
        if (change.is_lost[ring_format(view)]) {
            view->due.snapshot = true;
            view_mark(view);
        } else if (has_private) {
            publish_private(view, &change);
        }
    }
}

static void publish_period(unsigned period_idx)
{
    WICK_ASSERT_DEBUG(ring_is_period_used(period_idx));
    const struct wick_app *app = live_app();
    for (unsigned page_idx = 0; page_idx < app->page_count; page_idx++) {
        if (ring_is_followed(page_idx, period_idx) &&
            state_differs(app->page[page_idx], period_idx)) {
            publish_page(page_idx, period_idx);
        }
    }
    for (unsigned page_idx = 0; page_idx < app->page_count; page_idx++) {
        for (unsigned idx = 0;
             ring_is_followed(page_idx, period_idx) && idx < app->page[page_idx]->state_count;
             idx++) {
            state_advance(app->page[page_idx], idx, period_idx);
        }
    }
    ring_set_published(period_idx);
}

static bool has_change(unsigned period_idx)
{
    WICK_ASSERT_DEBUG(period_idx < WICK_PERIODS);
    const struct wick_app *app = live_app();
    for (unsigned page_idx = 0; page_idx < app->page_count; page_idx++) {
        if (ring_is_followed(page_idx, period_idx) &&
            state_differs(app->page[page_idx], period_idx)) {
            return true;
        }
    }
    return false;
}

uint64_t publish_settle(bool at_once)
{
    uint64_t next_ms = UINT64_MAX;
    for (unsigned period_idx = 0; period_idx < WICK_PERIODS; period_idx++) {
        if (!has_change(period_idx)) {
            continue;
        }
        /* a tenth less, so that a source read once per period is published in the same pass, not
         * in a wake-up of its own */
        uint64_t due_ms = ring_published_ms(period_idx) + (uint64_t)wick_period_s[period_idx] * 900;
        if (at_once || clk_is_past(due_ms)) {
            publish_period(period_idx);
            WICK_ASSERT_DEBUG(!has_change(period_idx));
        } else {
            next_ms = due_ms < next_ms ? due_ms : next_ms;
        }
    }
    WICK_ASSERT_DEBUG(next_ms > clk_ms());
    return next_ms;
}
