/* live.c - the layer as a whole: hooks of net, sources read by timers, the order of a pass. See
 * live.h. */
#include "live/live.h"

#include "base/clk.h"
#include "live/answer.h"
#include "live/frozen.h"
#include "live/publish.h"
#include "live/request.h"
#include "live/stream.h"

#include <string.h>

enum { AGAIN_MS = 50 /* until a frozen copy may be free */ };

static struct {
    const struct wick_app *app;
    uint64_t ticked_ms[LIVE_TIMER_MAX];
    char cookie_mem[24];
    struct str cookie;
} m;

const struct wick_app *live_app(void)
{
    WICK_ASSERT(m.app != NULL);
    return m.app;
}

void live_set_cookie(uint32_t device, uint16_t port)
{
    struct buf name;
    buf_init(&name, m.cookie_mem, sizeof m.cookie_mem);
    buf_put_text(&name, "wick_");
    buf_put_hex(&name, device, 8);
    buf_put_u8(&name, '_');
    buf_put_u64(&name, port);
    WICK_ASSERT(name.err == WICK_OK);
    m.cookie = buf_str(&name);
    WICK_ASSERT_DEBUG(m.cookie.len > 0 && m.cookie.ptr == m.cookie_mem);
}

struct str live_cookie_name(void)
{
    WICK_ASSERT_DEBUG(m.cookie.len <= sizeof m.cookie_mem);
    return m.cookie;
}

/* --- sources ------------------------------------------------------------------------------------
 */

static void tick(unsigned timer_idx)
{
    WICK_ASSERT(timer_idx < m.app->timer_count);
    WICK_ASSERT_DEBUG(m.app->timer[timer_idx].tick != NULL);
    m.ticked_ms[timer_idx] = clk_ms();
    m.app->timer[timer_idx].tick();
}

void live_refresh(void)
{
    WICK_ASSERT_DEBUG(m.app->timer_count <= LIVE_TIMER_MAX);
    for (unsigned idx = 0; idx < m.app->timer_count; idx++) {
        if (clk_is_past(m.ticked_ms[idx] + m.app->timer[idx].every_ms)) {
            tick(idx);
        }
    }
}

/* @return the time of the next tick, UINT64_MAX for none */
static uint64_t run_timers(void)
{
    uint64_t next_ms = UINT64_MAX;
    for (unsigned idx = 0; idx < m.app->timer_count; idx++) {
        const struct wick_timer *timer = &m.app->timer[idx];
        uint64_t every_ms = view_live_count() > 0 ? timer->every_ms : timer->every_idle_ms;
        if (every_ms == 0) {
            continue;
        }
        if (clk_is_past(m.ticked_ms[idx] + every_ms)) {
            tick(idx);
        }
        uint64_t due_ms = m.ticked_ms[idx] + every_ms;
        WICK_ASSERT_DEBUG(due_ms > clk_ms());
        next_ms = due_ms < next_ms ? due_ms : next_ms;
    }
    return next_ms;
}

/* --- hooks --------------------------------------------------------------------------------------
 */

uint64_t live_settle(void)
{
    uint64_t next_ms = run_timers();
    uint64_t expire_ms = act_expire();
    uint64_t publish_ms = publish_settle(act_has_run());
    WICK_ASSERT_DEBUG(expire_ms > clk_ms());
    WICK_ASSERT_DEBUG(publish_ms > clk_ms());
    update_settle();
    if (frozen_is_full() && (update_is_waiting() || answer_is_waiting())) {
        uint64_t again_ms = clk_ms() + AGAIN_MS;
        next_ms = again_ms < next_ms ? again_ms : next_ms;
    }
    next_ms = expire_ms < next_ms ? expire_ms : next_ms;
    return publish_ms < next_ms ? publish_ms : next_ms;
}

static void on_request(net_conn_id conn, const struct http_req *req)
{
    WICK_ASSERT_DEBUG(conn != 0 && req->method <= HTTP_OTHER);
    request_take(conn, req);
}

static void check_page(const struct wick_page *page)
{
    WICK_ASSERT_DEBUG(page->path != NULL && page->path[0] == '/');
    WICK_ASSERT_DEBUG(page->view_size >= page->tmpl->view_size);
    WICK_ASSERT(page->view_size <= WICK_VIEW_STATE_MAX && page->tmpl != NULL &&
                page->head != NULL && page->tail != NULL);
    size_t states_size = 0;
    for (unsigned idx = 0; idx < page->state_count; idx++) {
        states_size += (page->state[idx]->size + 7) / 8 * 8;
    }
    WICK_ASSERT(states_size <= WICK_FROZEN_CAP);
    WICK_ASSERT(page->wire_count > 0 && page->wire_count <= LIVE_PAGE_WIRES);
    for (unsigned idx = 0; idx < page->action_count; idx++) {
        WICK_ASSERT(page->action[idx].fields_size <= WICK_FIELDS_LEN_MAX);
        WICK_ASSERT_DEBUG(page->action[idx].call != NULL &&
                          page->action[idx].field_count <= WICK_FIELD_MAX);
        WICK_ASSERT(strlen(page->action[idx].name) <= TMPL_NAME_LEN_MAX);
    }
}

void live_start(const struct wick_app *app, struct net_hooks *hooks_out)
{
    WICK_ASSERT(app->page_count > 0 && app->page_count <= LIVE_PAGE_MAX);
    WICK_ASSERT(app->timer_count <= LIVE_TIMER_MAX);
    m.app = app;
    for (unsigned idx = 0; idx < app->page_count; idx++) {
        check_page(app->page[idx]);
    }
    hub_init();
    view_init();
    state_init(app);
    ring_init();
    update_init();
    answer_init();
    WICK_ASSERT_DEBUG(view_live_count() == 0 && !answer_is_waiting());
    if (m.cookie.len == 0) {
        live_set_cookie(0, 0);
    }
    for (unsigned idx = 0; idx < app->timer_count; idx++) {
        tick(idx);
    }
    WICK_ASSERT_DEBUG(live_cookie_name().len > 0);
    *hooks_out = (struct net_hooks){
        .request = on_request,
        .answer = answer_settle,
        .message = stream_message,
        .closed = stream_closed,
        .lagged = stream_lagged,
        .settle = live_settle,
        .asset = app->asset,
        .asset_count = app->asset_count != NULL ? *app->asset_count : 0,
    };
}
