/* channel.c - what all viewers of a page share: one diff, one encoding per wire, whatever their
 * number.
 *
 * A channel is (page, interval). page->shadow[interval] is the device state that all its followers
 * show. It changes only in publish(): shared frames first, then the private slots that read the
 * device too, then shadow := device. Whoever joins gets a snapshot of the shadow, so that the next
 * difference fits. Nobody follows: nothing is compared, the shadow means nothing.
 */
#include "base/clk.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/stat.h"
#include "live/live_priv.h"

#include <string.h>

const uint16_t wick_period_s[WICK_PERIODS] = { 1, 5, 30 };

enum { MAP_CAP = WICK_OUT_CAP / 32 };

static struct diff_op diff_op_mem[LIVE_OP_MAX];
static uint8_t diff_bytes_mem[WICK_OUT_CAP], diff_scratch_mem[WICK_SLOT_LEN_MAX],
    frame_mem[WICK_SEND_CAP];
static uint32_t diff_map_mem[MAP_CAP];
static struct diff diff;
static uint64_t published_ms[LIVE_PAGE_MAX][WICK_PERIODS];
static uint32_t shadow_gen[LIVE_PAGE_MAX][WICK_PERIODS]; /* counts the changes of the shadow */

static struct {
    uint32_t seq, gen;
} newest[LIVE_PAGE_MAX][WICK_PERIODS][LIVE_WIRES]; /* frame seq led to shadow gen */

static const uint64_t
    no_state[(WICK_VIEW_STATE_MAX + 7) / 8]; /* the view part where no slot may read it */

static struct stat_counter stat_diffs = { .name = "wick_diffs_shared_total",
                                          .help = "comparisons of a device state",
                                          .is_total = true };
static struct stat_counter stat_private = { .name = "wick_diffs_private_total",
                                            .help = "comparisons for one view",
                                            .is_total = true };
static struct stat_counter stat_frames = { .name = "wick_frames_encoded_total",
                                           .help = "shared frames, once per wire",
                                           .is_total = true };
static struct stat_counter stat_snapshots = { .name = "wick_snapshots_total",
                                              .help = "whole trees sent",
                                              .is_total = true };
static struct stat_counter stat_oversized = { .name = "wick_updates_oversized_total",
                                              .help = "updates that became snapshots",
                                              .is_total = true };

void channel_init(void)
{
    diff = (struct diff){
        .op = diff_op_mem, .op_cap = LIVE_OP_MAX, .map = diff_map_mem, .map_cap = MAP_CAP
    };
    buf_init(&diff.bytes, diff_bytes_mem, sizeof diff_bytes_mem);
    buf_init(&diff.scratch, diff_scratch_mem, sizeof diff_scratch_mem);
    memset(published_ms, 0, sizeof published_ms);
    memset(newest, 0, sizeof newest);
    stat_add(&stat_diffs);
    stat_add(&stat_private);
    stat_add(&stat_frames);
    stat_add(&stat_snapshots);
    stat_add(&stat_oversized);
}

static uint32_t channel_id(unsigned page_idx, unsigned period_idx)
{
    return page_idx * WICK_PERIODS + period_idx + 1;
}

static bool is_followed(unsigned page_idx, unsigned period_idx)
{
    for (unsigned wire = 0; wire < LIVE_WIRES; wire++) {
        if (hub_ring(channel_id(page_idx, period_idx), (uint8_t)wire) != HUB_NO_RING) {
            return true;
        }
    }
    return false;
}

static bool shadow_differs(const struct wick_page *page, unsigned period_idx)
{
    return page->tmpl->device_size > 0 &&
           !mem_eq(page->shadow[period_idx], page->device, page->tmpl->device_size);
}

static void set_shadow(unsigned page_idx, unsigned period_idx)
{
    const struct wick_page *page = live_app()->page[page_idx];
    if (shadow_differs(page, period_idx)) {
        memcpy(page->shadow[period_idx], page->device, page->tmpl->device_size);
        shadow_gen[page_idx][period_idx]++;
    }
}

struct tmpl_ctx channel_ctx(const struct view *view)
{
    const struct wick_page *page = live_page(view);
    struct tmpl_ctx ctx = { .part = { page->device, view->state, view_form(view) } };
    if (!view->is_paused && is_followed(view->page_idx, view->period_idx)) {
        ctx.part[TMPL_DEVICE] = page->shadow[view->period_idx];
    }
    return ctx;
}

bool channel_wire_is_lt(const struct view *view)
{
    return live_page(view)->wire[0] == &wire_livetemplate;
}

uint32_t channel_seq(const struct view *view)
{
    /* a view without stream resumes on the server-sent events, if at all: that ring's position is
     * the useful one */
    uint16_t ring = hub_ring(channel_id(view->page_idx, view->period_idx),
                             view->conn != 0 ? view->wire : LIVE_WICK_SSE);
    return view->is_paused || ring == HUB_NO_RING ? 1 : hub_seq(ring);
}

static void put_message(struct buf *out, const struct view *view, const struct wire_meta *meta)
{
    const struct wick_page *page = live_page(view);
    struct wire_meta full = *meta;
    full.part = view->part;
    wire_put_message(channel_wire_is_lt(view) ? &wire_livetemplate : &wire_wick, out,
                     page->tmpl->root, &diff, &full);
}

/* --- one view --------------------------------------------------------------------------------- */

/* Send the operations in diff to the view's stream. An answer that finds no room is remembered for
 * the next snapshot. */
static void send_message(struct view *view, const struct wire_meta *meta)
{
    view->part++;
    struct buf *out = net_frame_begin(view->conn);
    if (out != NULL) {
        put_message(out, view, meta);
    }
    if (out != NULL && net_frame_end(view->conn) == WICK_OK) {
        view->lost = VIEW_LOST_NONE;
    } else {
        view->needs_snapshot = true;
        if (meta->is_answer) {
            view->lost = meta->is_ok ? VIEW_LOST_OK : VIEW_LOST_FAILED;
            view->lost_ref = meta->ref;
        }
    }
}

bool channel_put_snapshot(struct buf *out, struct view *view, struct wire_meta meta)
{
    if (!view->is_paused && !is_followed(view->page_idx, view->period_idx)) {
        set_shadow(view->page_idx, view->period_idx);
    }
    struct tmpl_ctx is = channel_ctx(view);
    diff_reset(&diff);
    stat_snapshots.value++;
    if (diff_snapshot(&diff, live_page(view)->tmpl->root, &is) != WICK_OK) {
        return false;
    }
    meta.is_snapshot = true;
    meta.seq = channel_seq(view);
    view->needs_snapshot = false; /* should it get lost, part tells */
    view->part++;
    view->shown_seq = meta.seq;
    view->shown_gen = shadow_gen[view->page_idx][view->period_idx];
    put_message(out, view, &meta);
    return out->err == WICK_OK;
}

void channel_snapshot(struct view *view, const struct wire_meta *answer)
{
    channel_snapshot_behind(view, (struct str){ NULL, 0 }, answer);
}

void channel_snapshot_behind(struct view *view, struct str first, const struct wire_meta *answer)
{
    struct wire_meta meta = answer != NULL ? *answer : (struct wire_meta){ 0 };
    if (answer == NULL && view->lost != VIEW_LOST_NONE) {
        meta.is_answer = true;
        meta.is_ok = view->lost == VIEW_LOST_OK;
        meta.ref = view->lost_ref;
    }
    net_jump(view->conn);
    struct buf *out = net_frame_begin(view->conn);
    if (out == NULL) {
        view->needs_snapshot = true; /* hook lagged() comes when there is room */
        return;
    }
    buf_put_str(out, first);
    buf_put_text(out, first.len > 0 ? "\n\ndata: " : "");
    bool fits = channel_put_snapshot(out, view, meta);
    if (!fits) {
        log_event(LOG_ERROR, "live", "page is too large for an update",
                  KV_S("page", str_of(live_page(view)->path)), KV_I("op_max", LIVE_OP_MAX),
                  KV_I("out_cap", WICK_OUT_CAP));
        buf_fail(out, WICK_E_FULL);
    }
    enum wick_err err = net_frame_end(view->conn);
    if (!fits) {
        net_close(view->conn, 1011, STR("page too large"));
    } else if (err != WICK_OK) {
        view->needs_snapshot = true;
    } else {
        view->lost = VIEW_LOST_NONE;
    }
}

void channel_private(struct view *view, const struct channel_acting *acting,
                     const struct wire_meta *meta)
{
    struct tmpl_ctx is = channel_ctx(view);
    struct tmpl_ctx was = is;
    was.part[TMPL_VIEW] = acting->state;
    was.part[TMPL_FORM] = acting->form;
    diff_reset(&diff);
    stat_private.value++;
    if (diff_update(&diff, live_page(view)->tmpl->root, &was, &is, DIFF_PRIVATE) != WICK_OK) {
        stat_oversized.value++;
        channel_snapshot(view, meta);
    } else if (diff.op_len > 0 || meta->is_answer) {
        send_message(view, meta);
    }
}

/* Slots of the root that are sent to each view for itself, and read the device. */
static bool has_mixed_slot(const struct wick_page *page)
{
    for (unsigned slot_idx = 0; slot_idx < page->tmpl->root->slot_count; slot_idx++) {
        const struct tmpl_slot *slot = &page->tmpl->root->slot[slot_idx];
        for (unsigned dep_idx = 0; (slot->flags & TMPL_PRIVATE) != 0 && dep_idx < slot->all.count;
             dep_idx++) {
            if (slot->all.dep[dep_idx].part == TMPL_DEVICE) {
                return true;
            }
        }
    }
    return false;
}

enum channel_resume channel_resume(const struct view *view, const struct channel_place *place)
{
    if (view->needs_snapshot || place->epoch != hub_epoch() || place->seq == 0 ||
        place->part != view->part || place->wire != view->wire) {
        return RESUME_SNAPSHOT;
    }
    if (view->is_paused) {
        return RESUME_CURRENT; /* it shows what it was paused at */
    }
    uint32_t gen = shadow_gen[view->page_idx][view->period_idx];
    bool has_snapshot = place->seq == view->shown_seq && gen == view->shown_gen;
    bool has_newest = place->seq == newest[view->page_idx][view->period_idx][view->wire].seq &&
                      gen == newest[view->page_idx][view->period_idx][view->wire].gen;
    if (has_snapshot || has_newest) {
        return RESUME_CURRENT;
    }
    /* what a mixed slot would have been sent meanwhile is in no ring */
    return has_mixed_slot(live_page(view)) ? RESUME_SNAPSHOT : RESUME_REWIND;
}

void channel_is_current(struct view *view, uint32_t seq)
{
    view->shown_seq = seq;
    view->shown_gen = shadow_gen[view->page_idx][view->period_idx];
}

bool channel_follow(struct view *view, bool shows_shadow)
{
    const struct wick_page *page = live_page(view);
    if (!is_followed(view->page_idx, view->period_idx)) {
        if (!shows_shadow) {
            set_shadow(view->page_idx, view->period_idx);
        }
        published_ms[view->page_idx][view->period_idx] = clk_ms();
    }
    if (net_follow(view->conn, channel_id(view->page_idx, view->period_idx), view->wire) !=
        WICK_OK) {
        log_event(LOG_WARN, "live", "no ring is left for a channel",
                  KV_S("page", str_of(page->path)));
        net_close(view->conn, 1013, STR("too many channels"));
        return false;
    }
    return true;
}

/* --- all viewers of a channel ----------------------------------------------------------------- */

/* Append the operations in diff to the ring of one wire. @return false: its followers need a
 * snapshot. */
static bool append_frame(const struct wick_page *page, uint16_t ring, enum live_wire wire)
{
    struct wire_meta meta = { 0 };
    struct buf body;
    buf_init(&body, frame_mem, sizeof frame_mem);
    if (wire == LIVE_LT_WS) {
        wire_put_message(&wire_livetemplate, &body, page->tmpl->root, &diff, &meta);
    } else {
        meta.seq = hub_seq(ring) + 1 == 0 ? 1 : hub_seq(ring) + 1; /* 0 is no sequence number */
        wire_put_message(&wire_wick, &body, page->tmpl->root, &diff, &meta);
    }
    stat_frames.value++;
    if (body.err != WICK_OK) {
        return false;
    }
    char head_mem[16];
    struct str head;
    struct str tail;
    net_frame_wrap(wire == LIVE_WICK_SSE ? NET_SSE : NET_WS, body.len, head_mem, &head, &tail);
    return hub_append(ring, head, buf_str(&body), tail) == WICK_OK;
}

/* The shared slots: one comparison, one frame per wire. is_lost_out: the wires whose followers need
 * a snapshot. */
static void publish_shared(unsigned page_idx, unsigned period_idx,
                           bool is_lost_out[static LIVE_WIRES])
{
    const struct wick_page *page = live_app()->page[page_idx];
    struct tmpl_ctx was = { .part = { page->shadow[period_idx], no_state, &view_no_form } };
    struct tmpl_ctx is = { .part = { page->device, no_state, &view_no_form } };
    diff_reset(&diff);
    stat_diffs.value++;
    bool fits = diff_update(&diff, page->tmpl->root, &was, &is, DIFF_SHARED) == WICK_OK;
    for (unsigned wire = 0; wire < LIVE_WIRES; wire++) {
        uint16_t ring = hub_ring(channel_id(page_idx, period_idx), (uint8_t)wire);
        is_lost_out[wire] = false;
        if (ring != HUB_NO_RING &&
            (!fits || (diff.op_len > 0 && !append_frame(page, ring, (enum live_wire)wire)))) {
            is_lost_out[wire] = true;
            stat_oversized.value++;
        }
        if (ring != HUB_NO_RING && !is_lost_out[wire]) {
            newest[page_idx][period_idx][wire].seq = hub_seq(ring);
            newest[page_idx][period_idx][wire].gen =
                shadow_gen[page_idx][period_idx] + 1; /* publish() sets it next */
        }
    }
}

/* Does a private slot of the root read device bytes that changed? */
static bool private_reads_change(const struct wick_page *page, const uint8_t *shadow)
{
    const struct tmpl_node *root = page->tmpl->root;
    const uint8_t *device = page->device;
    for (unsigned slot_idx = 0; slot_idx < root->slot_count; slot_idx++) {
        const struct tmpl_slot *slot = &root->slot[slot_idx];
        for (unsigned dep_idx = 0; (slot->flags & TMPL_PRIVATE) != 0 && dep_idx < slot->all.count;
             dep_idx++) {
            const struct tmpl_dep *dep = &slot->all.dep[dep_idx];
            if (dep->part == TMPL_DEVICE &&
                !mem_eq(shadow + dep->off, device + dep->off, dep->size)) {
                return true;
            }
        }
    }
    return false;
}

static bool follows(const struct view *view, unsigned page_idx, unsigned period_idx)
{
    return view->conn != 0 && !view->is_paused && view->page_idx == page_idx &&
           view->period_idx == period_idx;
}

/* The private slots of one view, from the old to the new device state; its own part stays as its
 * client shows it. */
static void publish_private(struct view *view, const struct channel_acting *acting)
{
    const struct wick_page *page = live_page(view);
    struct tmpl_ctx was = { .part = { page->shadow[view->period_idx], view->state,
                                      view_form(view) } };
    if (acting != NULL && acting->view == view) {
        was.part[TMPL_VIEW] = acting->state;
        was.part[TMPL_FORM] = acting->form;
    }
    struct tmpl_ctx is = was;
    struct wire_meta push = { 0 };
    is.part[TMPL_DEVICE] = page->device;
    diff_reset(&diff);
    stat_private.value++;
    if (diff_update(&diff, page->tmpl->root, &was, &is, DIFF_PRIVATE) != WICK_OK) {
        stat_oversized.value++;
        view->needs_snapshot = true;
    } else if (diff.op_len > 0) {
        send_message(view, &push);
    }
}

static void publish(unsigned page_idx, unsigned period_idx, const struct channel_acting *acting)
{
    const struct wick_page *page = live_app()->page[page_idx];
    bool is_lost[LIVE_WIRES], is_any_lost = false;
    publish_shared(page_idx, period_idx, is_lost);
    for (unsigned wire = 0; wire < LIVE_WIRES; wire++) {
        is_any_lost = is_any_lost || is_lost[wire];
    }
    bool has_private = private_reads_change(page, page->shadow[period_idx]);
    for (struct view *view = has_private || is_any_lost ? view_each(NULL) : NULL; view != NULL;
         view = view_each(view)) {
        if (follows(view, page_idx, period_idx)) {
            if (is_lost[view->wire]) {
                view->needs_snapshot = true;
            } else if (has_private && !view->needs_snapshot) {
                publish_private(view, acting);
            }
        }
    }
    set_shadow(page_idx, period_idx);
    published_ms[page_idx][period_idx] = clk_ms();
    for (struct view *view = has_private || is_any_lost ? view_each(NULL) : NULL; view != NULL;
         view = view_each(view)) {
        if (view->needs_snapshot && follows(view, page_idx, period_idx) &&
            (acting == NULL || acting->view != view)) {
            channel_snapshot(view, NULL); /* the acting view gets its own with the answer */
        }
    }
}

uint64_t channel_publish(bool at_once, const struct channel_acting *acting)
{
    uint64_t next_ms = UINT64_MAX;
    for (unsigned page_idx = 0; page_idx < live_app()->page_count; page_idx++) {
        for (unsigned period_idx = 0; period_idx < WICK_PERIODS; period_idx++) {
            if (!is_followed(page_idx, period_idx) ||
                !shadow_differs(live_app()->page[page_idx], period_idx)) {
                continue;
            }
            /* a tenth less, so that a source read once per interval is published in the same turn,
             * not in a wake-up of its own */
            uint64_t due_ms =
                published_ms[page_idx][period_idx] + (uint64_t)wick_period_s[period_idx] * 900;
            if (at_once || clk_is_past(due_ms)) {
                publish(page_idx, period_idx, acting);
            } else {
                next_ms = due_ms < next_ms ? due_ms : next_ms;
            }
        }
    }
    return next_ms;
}
