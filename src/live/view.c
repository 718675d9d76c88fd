/* view.c - the pool of views and the small pool of forms. See live_priv.h for the life of a view.
 *
 * Names are looked up in view_key[], eight bytes per view side by side, so that a search reads 64
 * KB even for 8,192 views.
 */
#include "base/clk.h"
#include "base/pool.h"
#include "base/stat.h"
#include "live/live_priv.h"
#include "os/os.h"

#include <string.h>

_Static_assert(sizeof(struct view) < 448,
               "an idle tab has to stay below 1 KB together with its connection");
_Static_assert((int)WICK_VIEW_MAX > (int)WICK_CONN_MAX, "there must always be a view that waits");

static struct view view_mem[WICK_VIEW_MAX];
static uint64_t view_key[WICK_VIEW_MAX]; /* first half of the token; 0: free */
static uint16_t view_next[WICK_VIEW_MAX], view_gen[WICK_VIEW_MAX];
static struct pool view_pool;
static uint64_t view_deadline_ms; /* no view's deadline is earlier */

static struct tmpl_form form_mem[LIVE_FORM_MAX];
static uint16_t form_next[LIVE_FORM_MAX], form_gen[LIVE_FORM_MAX];
static struct pool form_pool;
const struct tmpl_form view_no_form;

static struct stat_counter stat_views = { .name = "wick_views",
                                          .help = "views in use, joined or waiting" };
static struct stat_counter stat_joined = { .name = "wick_views_joined",
                                           .help = "views with a stream" };
static struct stat_counter stat_evicted = { .name = "wick_views_evicted_total",
                                            .help = "waiting views dropped for lack of room",
                                            .is_total = true };
static struct stat_counter stat_expired = { .name = "wick_views_expired_total",
                                            .help = "waiting views dropped after their time",
                                            .is_total = true };
static struct stat_counter stat_forms = { .name = "wick_forms",
                                          .help = "tabs with messages beside their fields" };

void view_init(void)
{
    memset(view_mem, 0, sizeof view_mem);
    memset(view_key, 0, sizeof view_key);
    pool_init(&view_pool, view_next, view_gen, WICK_VIEW_MAX);
    pool_init(&form_pool, form_next, form_gen, LIVE_FORM_MAX);
    view_deadline_ms = UINT64_MAX;
    stat_views.value = stat_joined.value = stat_forms.value = 0;
    stat_add(&stat_views);
    stat_add(&stat_joined);
    stat_add(&stat_evicted);
    stat_add(&stat_expired);
    stat_add(&stat_forms);
}

static unsigned idx_of(const struct view *view)
{
    WICK_ASSERT(view >= view_mem && view < view_mem + WICK_VIEW_MAX);
    return (unsigned)(view - view_mem);
}

static uint64_t key_of(const uint8_t token[LIVE_TOKEN_LEN])
{
    uint64_t key;
    memcpy(&key, token, sizeof key);
    return key != 0 ? key : 1;
}

static void set_deadline(struct view *view, uint64_t after_ms)
{
    view->deadline_ms = clk_ms() + after_ms;
    if (view->deadline_ms < view_deadline_ms) {
        view_deadline_ms = view->deadline_ms;
    }
}

struct view *view_each(struct view *last)
{
    for (unsigned idx = last == NULL ? 0 : idx_of(last) + 1; idx < WICK_VIEW_MAX; idx++) {
        if (view_key[idx] != 0) {
            return &view_mem[idx];
        }
    }
    return NULL;
}

static void evict_oldest(void)
{
    struct view *oldest = NULL;
    for (struct view *view = view_each(NULL); view != NULL; view = view_each(view)) {
        if (view->conn == 0 && (oldest == NULL || view->seen_ms < oldest->seen_ms)) {
            oldest = view;
        }
    }
    WICK_ASSERT(oldest != NULL); /* fewer connections than views */
    stat_evicted.value++;
    view_drop(oldest);
}

struct view *view_new(unsigned page_idx, const uint8_t *token)
{
    if (view_pool.used == view_pool.cap) {
        evict_oldest();
    }
    uint16_t idx = pool_take(&view_pool);
    WICK_ASSERT(idx != POOL_NONE);
    struct view *view = &view_mem[idx];
    memset(view, 0, sizeof *view);
    view->page_idx = (uint8_t)page_idx;
    view->form = LIVE_NO_FORM;
    if (token != NULL) {
        memcpy(view->token, token, sizeof view->token);
    } else {
        view_random(view->token);
    }
    view_key[idx] = key_of(view->token);
    view->seen_ms = clk_ms();
    set_deadline(view, LIVE_WAIT_NEW_MS);
    stat_views.value = view_pool.used;
    return view;
}

void view_drop(struct view *view)
{
    WICK_ASSERT(view->conn == 0);
    act_disconnect(view); /* of a long poll: between two polls it was not gone yet */
    (void)view_set_form(view, &view_no_form);
    view_key[idx_of(view)] = 0;
    pool_give(&view_pool, (uint16_t)idx_of(view));
    stat_views.value = view_pool.used;
}

/* --- names ------------------------------------------------------------------------------------ */

void view_random(uint8_t token_out[LIVE_TOKEN_LEN])
{
    os_random(token_out, LIVE_TOKEN_LEN);
}

bool view_read_token(struct str text, uint8_t token_out[LIVE_TOKEN_LEN])
{
    memset(token_out, 0, LIVE_TOKEN_LEN);
    if (text.len != 2 * (size_t)LIVE_TOKEN_LEN) {
        return false;
    }
    for (size_t at = 0; at < text.len; at++) {
        char digit = text.ptr[at];
        unsigned value;
        if (digit >= '0' && digit <= '9') {
            value = (unsigned)(digit - '0');
        } else if (digit >= 'a' && digit <= 'f') {
            value = (unsigned)(digit - 'a') + 10;
        } else {
            return false;
        }
        token_out[at / 2] = (uint8_t)(token_out[at / 2] * 16u + value);
    }
    return true;
}

void view_put_token(struct buf *out, const uint8_t token[LIVE_TOKEN_LEN])
{
    for (size_t at = 0; at < LIVE_TOKEN_LEN; at++) {
        buf_put_hex(out, token[at], 2);
    }
}

struct view *view_find(struct str token_text, uint8_t token_out[LIVE_TOKEN_LEN])
{
    if (!view_read_token(token_text, token_out)) {
        return NULL;
    }
    uint64_t key = key_of(token_out);
    for (unsigned idx = 0; idx < WICK_VIEW_MAX; idx++) {
        if (view_key[idx] == key && memcmp(view_mem[idx].token, token_out, LIVE_TOKEN_LEN) == 0) {
            return &view_mem[idx];
        }
    }
    return NULL;
}

struct view *view_of_session(const uint8_t session[LIVE_TOKEN_LEN], unsigned page_idx,
                             enum view_which which)
{
    struct view *best = NULL;
    for (struct view *view = view_each(NULL); view != NULL; view = view_each(view)) {
        bool is_wanted =
            which == VIEW_ANY || (view->conn == 0 && (which == VIEW_WAITING || view->is_plain));
        if (is_wanted && view->page_idx == page_idx &&
            memcmp(view->session, session, LIVE_TOKEN_LEN) == 0 &&
            (best == NULL || view->seen_ms >= best->seen_ms)) {
            best = view;
        }
    }
    return best;
}

struct view *view_of_conn(net_conn_id conn)
{
    uint16_t idx = pool_find(&view_pool, net_user(conn));
    return idx != POOL_NONE && view_mem[idx].conn == conn ? &view_mem[idx] : NULL;
}

/* --- joining and leaving ---------------------------------------------------------------------- */

void view_join(struct view *view, net_conn_id conn, enum live_wire wire)
{
    WICK_ASSERT(view->conn == 0 && conn != 0);
    view->conn = conn;
    view->wire = (uint8_t)wire;
    view->is_plain = false;
    view->seen_ms = clk_ms();
    view->deadline_ms = UINT64_MAX;
    net_set_user(conn, pool_handle(&view_pool, (uint16_t)idx_of(view)));
    stat_joined.value++;
}

void view_leave(struct view *view)
{
    WICK_ASSERT(view->conn != 0);
    net_set_user(view->conn, 0);
    view->conn = 0;
    view->seen_ms = clk_ms();
    set_deadline(view, LIVE_WAIT_MS);
    stat_joined.value--;
}

void view_touch(struct view *view)
{
    view->seen_ms = clk_ms();
    if (view->conn == 0) {
        set_deadline(view, view->is_plain ? LIVE_WAIT_PLAIN_MS : LIVE_WAIT_NEW_MS);
    }
}

unsigned view_joined_count(void)
{
    return (unsigned)stat_joined.value;
}

uint64_t view_expire(void)
{
    if (clk_ms() < view_deadline_ms) {
        return view_deadline_ms;
    }
    view_deadline_ms = UINT64_MAX;
    for (struct view *view = view_each(NULL); view != NULL; view = view_each(view)) {
        if (!clk_is_past(view->deadline_ms)) {
            view_deadline_ms =
                view->deadline_ms < view_deadline_ms ? view->deadline_ms : view_deadline_ms;
        } else {
            stat_expired.value++;
            view_drop(view);
        }
    }
    return view_deadline_ms;
}

/* --- forms ------------------------------------------------------------------------------------ */

const struct tmpl_form *view_form(const struct view *view)
{
    return view->form == LIVE_NO_FORM ? &view_no_form : &form_mem[view->form];
}

bool view_set_form(struct view *view, const struct tmpl_form *form)
{
    bool is_empty = memcmp(form, &view_no_form, sizeof view_no_form) == 0;
    if (is_empty && view->form != LIVE_NO_FORM) {
        pool_give(&form_pool, view->form);
        view->form = LIVE_NO_FORM;
    } else if (!is_empty && view->form == LIVE_NO_FORM) {
        uint16_t idx = pool_take(&form_pool);
        view->form = idx == POOL_NONE ? LIVE_NO_FORM : idx;
    }
    stat_forms.value = form_pool.used;
    if (is_empty) {
        return true;
    }
    if (view->form == LIVE_NO_FORM) {
        return false;
    }
    form_mem[view->form] = *form;
    return true;
}
