/* live.c - the layer as a whole: hooks of the net, sources read by timers, what a controller may
 * call. */
#include "base/clk.h"
#include "base/log.h"
#include "live/live_priv.h"
#include "store/store.h"

#include <string.h>

enum { LIVE_TIMER_MAX = 16 };

static const struct wick_app *app;
static uint64_t ticked_ms[LIVE_TIMER_MAX];
static char cookie_mem[24];
static struct str cookie_name;

const struct wick_app *live_app(void)
{
    return app;
}

const struct wick_page *live_page(const struct view *view)
{
    return app->page[view->page_idx];
}

void live_set_cookie(uint32_t device, uint16_t port)
{
    struct buf name;
    buf_init(&name, cookie_mem, sizeof cookie_mem);
    buf_put_text(&name, "wick_");
    buf_put_hex(&name, device, 8);
    buf_put_u8(&name, '_');
    buf_put_u64(&name, port);
    cookie_name = buf_str(&name);
}

struct str live_cookie_name(void)
{
    return cookie_name;
}

/* --- sources ---------------------------------------------------------------------------------- */

static void tick(unsigned timer_idx)
{
    ticked_ms[timer_idx] = clk_ms();
    app->timer[timer_idx].tick();
}

void live_refresh(void)
{
    for (unsigned idx = 0; idx < app->timer_count; idx++) {
        if (clk_is_past(ticked_ms[idx] + app->timer[idx].every_ms)) {
            tick(idx);
        }
    }
}

/* @return the time of the next tick, UINT64_MAX for none */
static uint64_t run_timers(void)
{
    uint64_t next_ms = UINT64_MAX;
    for (unsigned idx = 0; idx < app->timer_count; idx++) {
        uint64_t every_ms =
            view_joined_count() > 0 ? app->timer[idx].every_ms : app->timer[idx].every_idle_ms;
        if (every_ms == 0) {
            continue;
        }
        if (clk_is_past(ticked_ms[idx] + every_ms)) {
            tick(idx);
        }
        next_ms = ticked_ms[idx] + every_ms < next_ms ? ticked_ms[idx] + every_ms : next_ms;
    }
    return next_ms;
}

/* --- hooks ------------------------------------------------------------------------------------ */

static void on_message(net_conn_id conn, struct str text)
{
    struct view *view = view_of_conn(conn);
    if (view == NULL) {
        net_close(conn, 1011, STR("no view"));
    } else if (channel_wire_is_lt(view)) {
        wire_lt_message(view, text);
    } else {
        wire_wick_message(view, text);
    }
}

static void on_closed(net_conn_id conn)
{
    struct view *view = view_of_conn(conn);
    if (view != NULL) {
        if (!view->is_poll) { /* a poll that ended is followed by the next one: told when the view
                                 is dropped */
            act_disconnect(view);
        }
        view_leave(view);
    }
}

static void on_lagged(net_conn_id conn)
{
    struct view *view = view_of_conn(conn);
    if (view != NULL) {
        channel_snapshot(view, NULL);
    }
}

static uint64_t on_turn(void)
{
    uint64_t next_ms = run_timers();
    uint64_t expire_ms = view_expire();
    uint64_t publish_ms = channel_publish(false, NULL);
    next_ms = expire_ms < next_ms ? expire_ms : next_ms;
    return publish_ms < next_ms ? publish_ms : next_ms;
}

static void check_page(const struct wick_page *page)
{
    WICK_ASSERT(page->view_size <= WICK_VIEW_STATE_MAX && page->tmpl != NULL &&
                page->head != NULL && page->tail != NULL);
    for (unsigned idx = 0; idx < page->action_count; idx++) {
        WICK_ASSERT(page->action[idx].fields_size <= WICK_FIELDS_LEN_MAX);
    }
    for (unsigned idx = 0; idx < WICK_PERIODS; idx++) {
        WICK_ASSERT(page->tmpl->device_size == 0 ||
                    (page->device != NULL && page->shadow[idx] != NULL));
    }
}

void live_start(const struct wick_app *application, struct net_hooks *hooks_out)
{
    WICK_ASSERT(application->page_count > 0 && application->page_count <= LIVE_PAGE_MAX);
    WICK_ASSERT(application->timer_count <= LIVE_TIMER_MAX);
    app = application;
    for (unsigned idx = 0; idx < app->page_count; idx++) {
        check_page(app->page[idx]);
    }
    hub_init();
    view_init();
    channel_init();
    if (cookie_name.len == 0) {
        live_set_cookie(0, 0);
    }
    for (unsigned idx = 0; idx < app->timer_count; idx++) {
        tick(idx);
    }
    *hooks_out = (struct net_hooks){
        .request = page_request,
        .message = on_message,
        .closed = on_closed,
        .lagged = on_lagged,
        .turn = on_turn,
        .asset = app->asset,
        .asset_count = app->asset_count != NULL ? *app->asset_count : 0,
    };
}

/* --- what a controller may call --------------------------------------------------------------- */

void *wick_clear(void *mem, size_t size)
{
    return memset(mem, 0, size);
}

bool wick_set(char *to, size_t cap, struct str from)
{
    WICK_ASSERT(cap > 0);
    memset(to, 0, cap);
    return str_copy(to, cap, from);
}

struct str wick_query(const struct wick_turn *turn, const char *name, struct buf *scratch)
{
    struct str rest = turn->query;
    struct str key;
    struct str value;
    while (http_pair(&rest, scratch, &key, &value)) {
        if (scratch->err == WICK_OK && str_eq(key, str_of(name))) {
            return value;
        }
    }
    return (struct str){ NULL, 0 };
}

struct str wick_cookie(const struct wick_turn *turn, const char *name)
{
    return turn->req != NULL ? http_cookie(turn->req, str_of(name)) : (struct str){ NULL, 0 };
}

enum wick_role wick_role(const struct wick_turn *turn)
{
    (void)turn;
    return WICK_ADMIN; /* there is no log-in yet: wick_main() warns when somebody else could reach
                          the port */
}

struct str wick_peer(const struct wick_turn *turn)
{
    return str_of_field(turn->view->peer, sizeof turn->view->peer);
}

void wick_error(struct wick_turn *turn, const char *field, const char *message)
{
    if (turn->form != NULL) {
        form_add_error(turn->form, str_of(field), str_of(message));
    }
}

void wick_pause(struct wick_turn *turn, bool paused)
{
    turn->is_paused = paused;
}

void wick_set_period(struct wick_turn *turn, unsigned period_idx)
{
    if (period_idx < WICK_PERIODS) {
        turn->period_idx = (uint8_t)period_idx;
    }
}

struct str wick_setting(const char *name)
{
    return store_get(str_of(name));
}

enum wick_err wick_setting_put(const char *name, struct str value)
{
    return store_put(str_of(name), value);
}

const char *wick_setting_trouble(void)
{
    return store_memory_why();
}
