/* turn.c - see turn.h; and what a controller may call. */
#include "live/turn.h"

#include "base/log.h"
#include "store/store.h"

#include <string.h>

struct wick_turn turn_begin(struct view *view, const struct http_req *req)
{
    WICK_ASSERT(view->state != VIEW_FREE);
    WICK_ASSERT_DEBUG(view->period_idx < WICK_PERIODS && view->next_period_idx < WICK_PERIODS);
    return (struct wick_turn){
        .view = view,
        .page = view_page(view),
        .req = req,
        .query = req != NULL ? req->query : (struct str){ NULL, 0 },
        .is_paused = view->is_paused_next,
        .period_idx = view->next_period_idx,
    };
}

void turn_end(const struct wick_turn *turn)
{
    struct view *view = turn->view;
    WICK_ASSERT(turn->period_idx < WICK_PERIODS);
    WICK_ASSERT_DEBUG(turn->page == view_page(view));
    view->is_paused_next = turn->is_paused;
    view->next_period_idx = turn->period_idx;
    if (view->state != VIEW_LIVE) { /* it follows nothing: there is nothing to be done later */
        view->is_paused = view->is_paused_next;
        view->period_idx = view->next_period_idx;
    }
}

/* --- for controllers: see wick.h ----------------------------------------------------------------
 */

void *wick_clear(void *mem, size_t size)
{
    WICK_ASSERT_DEBUG(mem != NULL || size == 0);
    return memset(mem, 0, size);
}

bool wick_set(char *to, size_t cap, struct str from)
{
    WICK_ASSERT(cap > 0);
    WICK_ASSERT_DEBUG(from.len == 0 || from.ptr >= to + cap || from.ptr + from.len <= to);
    memset(to, 0, cap);
    return str_copy(to, cap, from);
}

struct str wick_query(const struct wick_turn *turn, const char *name, struct buf *scratch)
{
    WICK_ASSERT_DEBUG(turn->query.len == 0 || turn->query.ptr != NULL);
    WICK_ASSERT_DEBUG(scratch->len <= scratch->cap);
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
    WICK_ASSERT_DEBUG(turn->req == NULL || turn->req->header_count <= WICK_HEADER_MAX);
    return turn->req != NULL ? http_cookie(turn->req, str_of(name)) : (struct str){ NULL, 0 };
}

enum wick_role wick_role(const struct wick_turn *turn)
{
    (void)turn;
    WICK_ASSERT_DEBUG(turn->view->state != VIEW_FREE);
    return WICK_ADMIN; /* there is no log-in yet: wick_main() warns if the port can be reached from
                          elsewhere */
}

struct str wick_peer(const struct wick_turn *turn)
{
    WICK_ASSERT_DEBUG(turn->view->peer[sizeof turn->view->peer - 1] == '\0');
    return str_of_field(turn->view->peer, sizeof turn->view->peer);
}

static bool has_field(const struct wick_page *page, const char *name)
{
    for (unsigned action = 0; action < page->action_count; action++) {
        for (unsigned field = 0; field < page->action[action].field_count; field++) {
            WICK_ASSERT_DEBUG(page->action[action].field[field].name != NULL);
            if (strcmp(page->action[action].field[field].name, name) == 0) {
                return true;
            }
        }
    }
    return false;
}

void wick_error(struct wick_turn *turn, const char *field, const char *message)
{
    if (turn->form != NULL) {
        if (field != NULL && field[0] != '\0' && !has_field(turn->page, field)) {
            /* `wickc app` finds names that are constant; this one was computed */
            log_event(LOG_WARN, "live", "wick_error: no form has this field",
                      KV_S("field", str_of(field)));
        }
        form_add_error(turn->form, str_of(field), str_of(message));
        WICK_ASSERT_DEBUG(form_has_error(turn->form));
    }
}

bool wick_is_current(struct wick_turn *turn, const char *field, struct str now)
{
    WICK_ASSERT_DEBUG(turn->fields == NULL || turn->form != NULL);
    return turn->fields == NULL || turn->form == NULL ||
           form_is_current(turn->form, turn->fields, str_of(field), now);
}

bool wick_is_current_int(struct wick_turn *turn, const char *field, int64_t now)
{
    char mem[24];
    struct buf text;
    buf_init(&text, mem, sizeof mem);
    buf_put_i64(&text, now);
    WICK_ASSERT_DEBUG(text.err == WICK_OK);
    return wick_is_current(turn, field, buf_str(&text));
}

void wick_pause(struct wick_turn *turn, bool paused)
{
    WICK_ASSERT_DEBUG(turn->page == view_page(turn->view));
    turn->is_paused = paused;
}

void wick_set_period(struct wick_turn *turn, unsigned period_idx)
{
    WICK_ASSERT_DEBUG(turn->period_idx < WICK_PERIODS);
    if (period_idx < WICK_PERIODS) {
        turn->period_idx = (uint8_t)period_idx;
    }
}

struct str wick_setting(const char *name)
{
    WICK_ASSERT_DEBUG(name[0] != '\0');
    return store_get(str_of(name));
}

enum wick_err wick_setting_put(const char *name, struct str value)
{
    WICK_ASSERT_DEBUG(name[0] != '\0' && (value.len == 0 || value.ptr != NULL));
    return store_put(str_of(name), value);
}

const char *wick_setting_trouble(void)
{
    return store_memory_why();
}
