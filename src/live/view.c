/* view.c - see view.h.
 *
 * Tokens are looked up in key[], eight bytes per view side by side, so that a search reads 64 KB
 * even for 8,192 views.
 */
#include "live/view.h"

#include "base/clk.h"
#include "base/mem.h"
#include "base/pool.h"
#include "base/stat.h"
#include "os/os.h"

_Static_assert(sizeof(struct view) < 832,
               "an idle tab has to stay below 1 KB together with its connection");
_Static_assert((int)WICK_VIEW_MAX > (int)WICK_CONN_MAX, "there must always be a view that waits");

enum { NO_VIEW = 0xffff };

static struct {
    struct view view[WICK_VIEW_MAX];
    uint64_t key[WICK_VIEW_MAX]; /* first half of the token; 0: free */
    uint16_t next[WICK_VIEW_MAX], gen[WICK_VIEW_MAX];
    struct pool pool;
    uint64_t deadline_ms; /* no view's deadline is earlier */
    uint16_t marked_first, marked_last;
} m;

static struct {
    struct tmpl_form form[LIVE_FORM_MAX];
    uint16_t next[LIVE_FORM_MAX], gen[LIVE_FORM_MAX];
    struct pool pool;
} forms;

static struct tmpl_form no_form; /* never written; not const: zeros need no room in the file */
const struct tmpl_form *const view_no_form = &no_form;

static struct stat_value stat_views;
STAT_GAUGE(stat_views, "wick_views", "views in use, joined or waiting");
static struct stat_value stat_joined;
STAT_GAUGE(stat_joined, "wick_views_joined", "views with a stream");
static struct stat_value stat_expired;
STAT_TOTAL(stat_expired, "wick_views_expired_total", "waiting views dropped after their time");
static struct stat_value stat_forms;
STAT_GAUGE(stat_forms, "wick_forms", "tabs with messages beside their fields");

void view_init(void)
{
    memset(&m, 0, sizeof m);
    pool_init(&m.pool, m.next, m.gen, WICK_VIEW_MAX);
    pool_init(&forms.pool, forms.next, forms.gen, LIVE_FORM_MAX);
    m.deadline_ms = UINT64_MAX;
    m.marked_first = m.marked_last = NO_VIEW;
    stat_views.value = stat_joined.value = stat_forms.value = 0;
    WICK_ASSERT_DEBUG(m.pool.used == 0 && m.pool.cap == WICK_VIEW_MAX);
    WICK_ASSERT_DEBUG(forms.pool.used == 0 && forms.pool.cap == LIVE_FORM_MAX);
}

static unsigned idx_of(const struct view *view)
{
    WICK_ASSERT(view >= m.view && view < m.view + WICK_VIEW_MAX);
    return (unsigned)(view - m.view);
}

static uint64_t key_of(const uint8_t token[LIVE_TOKEN_LEN])
{
    uint64_t key;
    memcpy(&key, token, sizeof key);
    return key != 0 ? key : 1;
}

/* --- life ---------------------------------------------------------------------------------------
 */

static void check(const struct view *view)
{
    WICK_ASSERT_DEBUG(view->state != VIEW_FREE && view->state <= VIEW_AWAY);
    WICK_ASSERT_DEBUG(view->period_idx < WICK_PERIODS && view->next_period_idx < WICK_PERIODS);
    WICK_ASSERT_DEBUG(view->seen_ms <= clk_ms());
    WICK_ASSERT((view->state == VIEW_LIVE) == (view->stream != 0));
    WICK_ASSERT((view->state == VIEW_LIVE) == (view->deadline_ms == UINT64_MAX));
}

static void set_deadline(struct view *view)
{
    static const uint32_t after_ms[] = {
        [VIEW_NEW] = LIVE_WAIT_NEW_MS,
        [VIEW_PLAIN] = LIVE_WAIT_PLAIN_MS,
        [VIEW_BETWEEN] = LIVE_WAIT_MS,
        [VIEW_AWAY] = LIVE_WAIT_MS,
    };
    WICK_ASSERT_DEBUG(view->state == VIEW_LIVE || after_ms[view->state] > 0);
    view->deadline_ms = view->state == VIEW_LIVE ? UINT64_MAX : clk_ms() + after_ms[view->state];
    if (view->deadline_ms < m.deadline_ms) {
        m.deadline_ms = view->deadline_ms;
    }
    WICK_ASSERT_DEBUG(m.deadline_ms <= view->deadline_ms);
}

struct view *view_new(unsigned page_idx, unsigned wire_idx, const uint8_t *token)
{
    WICK_ASSERT_DEBUG(page_idx < live_app()->page_count);
    WICK_ASSERT_DEBUG(wire_idx < live_app()->page[page_idx]->wire_count);
    uint16_t idx = pool_take(&m.pool);
    if (idx == POOL_NONE) {
        return NULL;
    }
    struct view *view = &m.view[idx];
    WICK_ASSERT(view->state == VIEW_FREE && !view->is_marked);
    memset(view, 0, sizeof *view);
    view->page_idx = (uint8_t)page_idx;
    view->wire_idx = (uint8_t)wire_idx;
    view->form = view->sent_form = LIVE_NO_FORM;
    if (token != NULL) {
        memcpy(view->token, token, sizeof view->token);
    } else {
        view_random(view->token);
    }
    m.key[idx] = key_of(view->token);
    view_enter(view, VIEW_NEW);
    stat_views.value = m.pool.used;
    WICK_ASSERT_DEBUG(view_at(view_handle(view)) == view);
    return view;
}

/* Off the list of marked views, wherever it stands. */
static void unmark(struct view *view)
{
    WICK_ASSERT_DEBUG(view->is_marked);
    uint16_t idx = (uint16_t)idx_of(view);
    uint16_t before = NO_VIEW;
    for (uint16_t at = m.marked_first; at != idx; at = m.view[at].mark_next) {
        WICK_ASSERT(at != NO_VIEW);
        before = at;
    }
    if (before == NO_VIEW) {
        m.marked_first = view->mark_next;
    } else {
        m.view[before].mark_next = view->mark_next;
    }
    m.marked_last = m.marked_last == idx ? before : m.marked_last;
    view->is_marked = false;
    WICK_ASSERT_DEBUG((m.marked_first == NO_VIEW) == (m.marked_last == NO_VIEW));
}

void view_free(struct view *view)
{
    WICK_ASSERT(view->state != VIEW_FREE && view->stream == 0);
    (void)view_set_form(view, view_no_form);
    view_set_sent(view);
    if (view->is_marked) {
        unmark(view);
    }
    WICK_ASSERT_DEBUG(!view->is_marked && view->form == LIVE_NO_FORM &&
                      view->sent_form == LIVE_NO_FORM);
    view_enter(view, VIEW_FREE);
    m.key[idx_of(view)] = 0;
    pool_give(&m.pool, (uint16_t)idx_of(view));
    stat_views.value = m.pool.used;
    WICK_ASSERT_DEBUG(stat_joined.value <= m.pool.used);
}

void view_enter(struct view *view, enum view_state state)
{
    WICK_ASSERT(state != VIEW_LIVE || view->stream != 0);
    WICK_ASSERT_DEBUG((state == VIEW_NEW) == (view->state == VIEW_FREE));
    WICK_ASSERT_DEBUG(state != VIEW_PLAIN || view->state == VIEW_NEW || view->state == VIEW_PLAIN);
    WICK_ASSERT_DEBUG((state != VIEW_BETWEEN && state != VIEW_AWAY) || view->state == VIEW_LIVE);
    stat_joined.value += (state == VIEW_LIVE) - (uint64_t)(view->state == VIEW_LIVE);
    if (view->state == VIEW_LIVE && state != VIEW_LIVE) {
        view->stream = 0;
    }
    view->state = (uint8_t)state;
    WICK_ASSERT_DEBUG(stat_joined.value <= m.pool.used);
    if (state == VIEW_FREE) {
        return;
    }
    view->seen_ms = clk_ms();
    set_deadline(view);
    check(view);
}

void view_touch(struct view *view)
{
    WICK_ASSERT(view->state != VIEW_FREE);
    WICK_ASSERT_DEBUG(view->seen_ms <= clk_ms());
    view->seen_ms = clk_ms();
    set_deadline(view);
}

const struct wick_page *view_page(const struct view *view)
{
    WICK_ASSERT_DEBUG(view->state != VIEW_FREE);
    WICK_ASSERT(view->page_idx < live_app()->page_count);
    return live_app()->page[view->page_idx];
}

const struct wire *view_wire(const struct view *view)
{
    WICK_ASSERT(view->wire_idx < view_page(view)->wire_count);
    WICK_ASSERT_DEBUG(view_page(view)->wire[view->wire_idx] != NULL);
    return view_page(view)->wire[view->wire_idx];
}

uint32_t view_handle(const struct view *view)
{
    WICK_ASSERT_DEBUG(m.key[idx_of(view)] != 0);
    return pool_handle(&m.pool, (uint16_t)idx_of(view));
}

struct view *view_at(uint32_t handle)
{
    uint16_t idx = pool_find(&m.pool, handle);
    WICK_ASSERT_DEBUG(idx == POOL_NONE || m.view[idx].state != VIEW_FREE);
    return idx == POOL_NONE ? NULL : &m.view[idx];
}

struct view *view_of_stream(net_stream_id stream)
{
    struct view *view = view_at(net_stream_owner(stream));
    WICK_ASSERT_DEBUG(view == NULL || view->stream != stream || view->state == VIEW_LIVE);
    return view != NULL && view->stream == stream ? view : NULL;
}

struct view *view_each(struct view *last)
{
    for (unsigned idx = last == NULL ? 0 : idx_of(last) + 1; idx < WICK_VIEW_MAX; idx++) {
        if (m.key[idx] != 0) {
            WICK_ASSERT_DEBUG(m.view[idx].state != VIEW_FREE);
            return &m.view[idx];
        }
    }
    return NULL;
}

struct view *view_oldest(void)
{
    struct view *oldest = NULL;
    for (struct view *view = view_each(NULL); view != NULL; view = view_each(view)) {
        if (view->stream == 0 && (oldest == NULL || view->seen_ms < oldest->seen_ms)) {
            oldest = view;
        }
    }
    WICK_ASSERT_DEBUG(oldest == NULL || oldest->state != VIEW_LIVE);
    return oldest;
}

struct view *view_expired(uint64_t *deadline_out)
{
    *deadline_out = m.deadline_ms;
    if (clk_ms() < m.deadline_ms) {
        return NULL;
    }
    m.deadline_ms = UINT64_MAX;
    for (struct view *view = view_each(NULL); view != NULL; view = view_each(view)) {
        if (clk_is_past(view->deadline_ms)) {
            WICK_ASSERT_DEBUG(view->state != VIEW_LIVE && view->stream == 0);
            m.deadline_ms = 0; /* there may be more: look again */
            stat_expired.value++;
            return view;
        }
        m.deadline_ms = view->deadline_ms < m.deadline_ms ? view->deadline_ms : m.deadline_ms;
    }
    *deadline_out = m.deadline_ms;
    return NULL;
}

unsigned view_live_count(void)
{
    WICK_ASSERT_DEBUG(stat_joined.value <= m.pool.used);
    return (unsigned)stat_joined.value;
}

/* --- marks --------------------------------------------------------------------------------------
 */

void view_mark(struct view *view)
{
    WICK_ASSERT(view->state != VIEW_FREE);
    if (view->is_marked) {
        return;
    }
    uint16_t idx = (uint16_t)idx_of(view);
    view->is_marked = true;
    view->mark_next = NO_VIEW;
    if (m.marked_last == NO_VIEW) {
        m.marked_first = idx;
    } else {
        m.view[m.marked_last].mark_next = idx;
    }
    m.marked_last = idx;
    WICK_ASSERT_DEBUG(m.marked_first != NO_VIEW && m.view[m.marked_last].mark_next == NO_VIEW);
}

struct view *view_pop_marked(void)
{
    if (m.marked_first == NO_VIEW) {
        WICK_ASSERT_DEBUG(m.marked_last == NO_VIEW);
        return NULL;
    }
    struct view *view = &m.view[m.marked_first];
    WICK_ASSERT(view->is_marked);
    unmark(view);
    WICK_ASSERT_DEBUG(!view->is_marked && view->state != VIEW_FREE);
    return view;
}

/* --- names --------------------------------------------------------------------------------------
 */

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
        WICK_ASSERT_DEBUG(value < 16);
        token_out[at / 2] = (uint8_t)(token_out[at / 2] * 16u + value);
    }
    return true;
}

void view_put_token(struct buf *out, const uint8_t token[LIVE_TOKEN_LEN])
{
    for (size_t at = 0; at < LIVE_TOKEN_LEN; at++) {
        buf_put_hex(out, token[at], 2);
    }
    WICK_ASSERT_DEBUG(out->err == WICK_OK && out->len >= 2 * (size_t)LIVE_TOKEN_LEN);
}

struct view *view_find(struct str token_text, uint8_t token_out[LIVE_TOKEN_LEN])
{
    if (!view_read_token(token_text, token_out)) {
        return NULL;
    }
    uint64_t key = key_of(token_out);
    WICK_ASSERT_DEBUG(key != 0);
    for (unsigned idx = 0; idx < WICK_VIEW_MAX; idx++) {
        if (m.key[idx] == key && memcmp(m.view[idx].token, token_out, LIVE_TOKEN_LEN) == 0) {
            WICK_ASSERT_DEBUG(m.view[idx].state != VIEW_FREE);
            return &m.view[idx];
        }
    }
    return NULL;
}

static bool is_wanted(const struct view *view, enum view_which which)
{
    WICK_ASSERT_DEBUG(view->state != VIEW_FREE);
    switch (which) {
    case VIEW_WHICH_WAITING:
        return view->stream == 0;
    case VIEW_WHICH_PLAIN:
        return view->state == VIEW_PLAIN;
    case VIEW_WHICH_ANY:
        return true;
    }
    return false;
}

struct view *view_of_session(const uint8_t session[LIVE_TOKEN_LEN], unsigned page_idx,
                             unsigned wire_idx, enum view_which which)
{
    WICK_ASSERT_DEBUG(page_idx < live_app()->page_count);
    struct view *best = NULL;
    for (struct view *view = view_each(NULL); view != NULL; view = view_each(view)) {
        if (is_wanted(view, which) && view->page_idx == page_idx && view->wire_idx == wire_idx &&
            memcmp(view->session, session, LIVE_TOKEN_LEN) == 0 &&
            (best == NULL || view->seen_ms >= best->seen_ms)) {
            best = view;
        }
    }
    WICK_ASSERT_DEBUG(best == NULL || is_wanted(best, which));
    return best;
}

/* --- results of requests ------------------------------------------------------------------------
 */

bool view_recent_find(const struct view *view, int64_t ref, uint32_t sum, bool *is_ok_out)
{
    WICK_ASSERT_DEBUG(view->state != VIEW_FREE && view->recent.next < LIVE_RECENT_MAX);
    for (unsigned idx = 0; ref != 0 && idx < LIVE_RECENT_MAX; idx++) {
        if (view->recent.ref[idx] == ref && view->recent.sum[idx] == sum) {
            *is_ok_out = (view->recent.is_ok >> idx & 1) != 0;
            return true;
        }
    }
    return false;
}

void view_recent_add(struct view *view, int64_t ref, uint32_t sum, bool is_ok)
{
    struct view_recent *recent = &view->recent;
    WICK_ASSERT(recent->next < LIVE_RECENT_MAX);
    WICK_ASSERT_DEBUG(view->state != VIEW_FREE);
    if (ref == 0) {
        return;
    }
    unsigned bit = 1u << recent->next;
    recent->ref[recent->next] = ref;
    recent->sum[recent->next] = sum;
    recent->is_ok = (uint8_t)(is_ok ? recent->is_ok | bit : recent->is_ok & ~bit);
    recent->next = (uint8_t)((recent->next + 1) % LIVE_RECENT_MAX);
}

/* --- forms --------------------------------------------------------------------------------------
 */

static const struct tmpl_form *form_at(uint16_t idx)
{
    WICK_ASSERT(idx == LIVE_NO_FORM || pool_is_taken(&forms.pool, idx));
    return idx == LIVE_NO_FORM ? view_no_form : &forms.form[idx];
}

const struct tmpl_form *view_form(const struct view *view)
{
    WICK_ASSERT_DEBUG(view->state != VIEW_FREE);
    return form_at(view->form);
}

const struct tmpl_form *view_sent_form(const struct view *view)
{
    WICK_ASSERT_DEBUG(view->state != VIEW_FREE);
    return form_at(view->sent_form);
}

static void give_form(uint16_t idx)
{
    WICK_ASSERT_DEBUG(idx == LIVE_NO_FORM || pool_is_taken(&forms.pool, idx));
    if (idx != LIVE_NO_FORM) {
        pool_give(&forms.pool, idx);
    }
    stat_forms.value = forms.pool.used;
    WICK_ASSERT_DEBUG(forms.pool.used <= LIVE_FORM_MAX);
}

/* The view that has had its messages longest and is up to date loses them. */
static void evict_form(const struct view *except)
{
    WICK_ASSERT_DEBUG(except->form == LIVE_NO_FORM);
    WICK_ASSERT_DEBUG(forms.pool.used == forms.pool.cap);
    struct view *oldest = NULL;
    for (struct view *view = view_each(NULL); view != NULL; view = view_each(view)) {
        if (view != except && view->form != LIVE_NO_FORM && view->form == view->sent_form &&
            (oldest == NULL || view->seen_ms < oldest->seen_ms)) {
            oldest = view;
        }
    }
    if (oldest != NULL) {
        view_mark(oldest);
        give_form(oldest->form);
        oldest->form = oldest->sent_form = LIVE_NO_FORM;
        oldest->due.snapshot = true; /* what it showed is forgotten */
        WICK_ASSERT_DEBUG(forms.pool.used < forms.pool.cap);
    }
}

bool view_set_form(struct view *view, const struct tmpl_form *form)
{
    WICK_ASSERT_DEBUG(form < forms.form || form >= forms.form + LIVE_FORM_MAX);
    if (view->form != view->sent_form) {
        give_form(view->form);
    }
    view->form = LIVE_NO_FORM;
    if (memcmp(form, view_no_form, sizeof *view_no_form) == 0) {
        return true;
    }
    if (forms.pool.used == forms.pool.cap) {
        evict_form(view);
    }
    uint16_t idx = pool_take(&forms.pool);
    if (idx == POOL_NONE) {
        return false;
    }
    WICK_ASSERT_DEBUG(idx != view->sent_form);
    forms.form[idx] = *form;
    view->form = idx;
    stat_forms.value = forms.pool.used;
    return true;
}

void view_set_sent(struct view *view)
{
    if (view->sent_form != view->form) {
        give_form(view->sent_form);
    }
    view->sent_form = view->form;
    memcpy(view->sent, view->data, sizeof view->sent);
    WICK_ASSERT_DEBUG(!view_differs(view));
}

bool view_differs(const struct view *view)
{
    WICK_ASSERT_DEBUG(view->form == LIVE_NO_FORM || view->form < LIVE_FORM_MAX);
    WICK_ASSERT_DEBUG(view->sent_form == LIVE_NO_FORM || view->sent_form < LIVE_FORM_MAX);
    return view->form != view->sent_form || !mem_eq(view->data, view->sent, sizeof view->data);
}
