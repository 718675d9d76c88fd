/* ring.c - see ring.h. */
#include "live/ring.h"

#include "base/clk.h"
#include "base/log.h"

#include <string.h>

static struct {
    struct {
        uint32_t seq, gen; /* frame seq led to the shadows gen */
    } newest[LIVE_PAGE_MAX][WICK_PERIODS][RING_FORMATS];

    uint64_t published_ms[WICK_PERIODS];
} m;

void ring_init(void)
{
    memset(&m, 0, sizeof m);
}

static uint32_t channel_of(unsigned page_idx, unsigned period_idx)
{
    WICK_ASSERT(page_idx < LIVE_PAGE_MAX && period_idx < WICK_PERIODS);
    WICK_ASSERT_DEBUG(page_idx < live_app()->page_count);
    return page_idx * WICK_PERIODS + period_idx + 1;
}

bool ring_is_followed(unsigned page_idx, unsigned period_idx)
{
    return hub_sub_count(channel_of(page_idx, period_idx)) > 0;
}

bool ring_is_period_used(unsigned period_idx)
{
    WICK_ASSERT_DEBUG(period_idx < WICK_PERIODS);
    for (unsigned page_idx = 0; page_idx < live_app()->page_count; page_idx++) {
        if (ring_is_followed(page_idx, period_idx)) {
            return true;
        }
    }
    return false;
}

uint16_t ring_of(unsigned page_idx, unsigned period_idx, unsigned format)
{
    WICK_ASSERT(format < RING_FORMATS);
    WICK_ASSERT_DEBUG(format / RING_FRAMINGS < live_app()->page[page_idx]->wire_count);
    return hub_ring(channel_of(page_idx, period_idx), (uint8_t)format);
}

unsigned ring_format(const struct view *view)
{
    WICK_ASSERT_DEBUG(view->wire_idx < view_page(view)->wire_count);
    WICK_ASSERT_DEBUG(view->state != VIEW_LIVE || view->kind == NET_WS || view->kind == NET_SSE);
    /* a view without stream resumes on the server-sent events, if at all: that ring's position is
     * the useful one */
    bool is_ws = view->state == VIEW_LIVE && view->kind == NET_WS;
    return (unsigned)view->wire_idx * RING_FRAMINGS + (is_ws ? 0u : 1u);
}

enum net_transport ring_kind(unsigned format)
{
    WICK_ASSERT(format < RING_FORMATS);
    return format % RING_FRAMINGS == 0 ? NET_WS : NET_SSE;
}

/* A state that another followed page shows must stay as it was published. */
static bool is_state_shown(const struct wick_state *state, unsigned period_idx)
{
    WICK_ASSERT_DEBUG(period_idx < WICK_PERIODS);
    for (unsigned page_idx = 0; page_idx < live_app()->page_count; page_idx++) {
        const struct wick_page *page = live_app()->page[page_idx];
        WICK_ASSERT_DEBUG(page->state_count <= TMPL_STATES_MAX);
        bool reads_it = false;
        for (unsigned idx = 0; idx < page->state_count; idx++) {
            reads_it = reads_it || page->state[idx] == state;
        }
        if (reads_it && ring_is_followed(page_idx, period_idx)) {
            return true;
        }
    }
    return false;
}

void ring_refresh(const struct view *view)
{
    const struct wick_page *page = view_page(view);
    WICK_ASSERT(view->period_idx < WICK_PERIODS);
    WICK_ASSERT_DEBUG(!view->is_paused);
    for (unsigned idx = 0; idx < page->state_count; idx++) {
        if (!is_state_shown(page->state[idx], view->period_idx)) {
            state_advance(page, idx, view->period_idx);
        }
    }
}

uint64_t ring_published_ms(unsigned period_idx)
{
    WICK_ASSERT(period_idx < WICK_PERIODS);
    WICK_ASSERT_DEBUG(m.published_ms[period_idx] <= clk_ms());
    return m.published_ms[period_idx];
}

void ring_set_published(unsigned period_idx)
{
    WICK_ASSERT(period_idx < WICK_PERIODS);
    WICK_ASSERT_DEBUG(m.published_ms[period_idx] <= clk_ms());
    m.published_ms[period_idx] = clk_ms();
}

bool ring_follow(struct view *view, bool shows_shadow)
{
    const struct wick_page *page = view_page(view);
    WICK_ASSERT(view->state == VIEW_LIVE && !view->is_paused);
    if (!shows_shadow) {
        ring_refresh(view);
    }
    if (!ring_is_period_used(view->period_idx)) {
        ring_set_published(view->period_idx);
    }
    uint32_t channel = channel_of(view->page_idx, view->period_idx);
    WICK_ASSERT_DEBUG(ring_published_ms(view->period_idx) <= clk_ms());
    if (net_follow(view->stream, channel, (uint8_t)ring_format(view)) == WICK_OK) {
        WICK_ASSERT_DEBUG(ring_is_followed(view->page_idx, view->period_idx));
        return true;
    }
    log_event(LOG_WARN, "live", "no ring is left for a channel", KV_S("page", str_of(page->path)));
    net_stream_close(view->stream, 1013, STR("too many channels"));
    return false;
}

void ring_unfollow(struct view *view)
{
    WICK_ASSERT(view->state == VIEW_LIVE);
    WICK_ASSERT_DEBUG(!view->is_paused && view->period_idx < WICK_PERIODS);
    net_unfollow(view->stream, channel_of(view->page_idx, view->period_idx));
}

enum wick_err ring_rewind(struct view *view)
{
    WICK_ASSERT(view->state == VIEW_LIVE);
    WICK_ASSERT_DEBUG(!view->is_paused && view->due.seq != 0);
    return net_rewind(view->stream, channel_of(view->page_idx, view->period_idx), view->due.seq);
}

uint32_t ring_seq(const struct view *view)
{
    WICK_ASSERT_DEBUG(view->state != VIEW_FREE);
    uint16_t ring = ring_of(view->page_idx, view->period_idx, ring_format(view));
    return view->is_paused || ring == HUB_NO_RING ? 1 : hub_seq(ring);
}

void ring_set_newest(unsigned page_idx, unsigned period_idx, unsigned format, uint32_t gen)
{
    uint16_t ring = ring_of(page_idx, period_idx, format);
    WICK_ASSERT(ring != HUB_NO_RING);
    WICK_ASSERT_DEBUG(hub_channel(ring) == channel_of(page_idx, period_idx));
    m.newest[page_idx][period_idx][format].seq = hub_seq(ring);
    m.newest[page_idx][period_idx][format].gen = gen;
}

/* --- coming back --------------------------------------------------------------------------------
 */

/* Slots of the root that are sent to each view for itself, and read a device state. */
static bool has_mixed_slot(const struct wick_page *page)
{
    const struct tmpl_node *root = page->tmpl->root;
    WICK_ASSERT_DEBUG(root->slot_count == 0 || root->slot != NULL);
    for (unsigned slot_idx = 0; slot_idx < root->slot_count; slot_idx++) {
        const struct tmpl_slot *slot = &root->slot[slot_idx];
        for (unsigned dep_idx = 0; (slot->flags & TMPL_PRIVATE) != 0 && dep_idx < slot->all.count;
             dep_idx++) {
            unsigned part = slot->all.dep[dep_idx].part;
            if (part < TMPL_ROW && tmpl_scope_of(part) == TMPL_SCOPE_SHARED) {
                return true;
            }
        }
    }
    return false;
}

enum ring_resume ring_resume(const struct view *view)
{
    WICK_ASSERT_DEBUG(view->state == VIEW_LIVE && view->due.start);
    unsigned format = ring_format(view);
    if (view->due.snapshot || view->due.seq == 0 || view->due.part != view->part) {
        return RING_SNAPSHOT;
    }
    if (view->is_paused) {
        return RING_CURRENT; /* it shows what it was paused at */
    }
    uint32_t gen = state_gen(view_page(view), view->period_idx);
    bool has_snapshot = view->due.seq == view->shown_seq && gen == view->shown_gen;
    bool has_newest = view->due.seq == m.newest[view->page_idx][view->period_idx][format].seq &&
                      gen == m.newest[view->page_idx][view->period_idx][format].gen;
    if (has_snapshot || has_newest) {
        return RING_CURRENT;
    }
    /* what a mixed slot would have been sent meanwhile is in no ring */
    return has_mixed_slot(view_page(view)) ? RING_SNAPSHOT : RING_REWIND;
}
