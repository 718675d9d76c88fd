/* answer.c - see answer.h. */
#include "live/answer.h"

#include "base/clk.h"
#include "base/log.h"
#include "live/frozen.h"

#include <string.h>

enum { ANSWER_WAIT_MS = 10000 /* for a frozen copy */ };

static struct {
    struct answer owed[2 * WICK_CONN_MAX];
    unsigned count;
    uint8_t headers[WICK_HEAD_LEN_MAX + 256]; /* a query comes back in Location */
    uint8_t completion[4096];                 /* an answer without operations */
} m;

void answer_init(void)
{
    m.count = 0;
}

bool answer_is_waiting(void)
{
    WICK_ASSERT_DEBUG(m.count <= WICK_COUNT_OF(m.owed));
    return m.count > 0;
}

void answer_add(const struct answer *answer)
{
    WICK_ASSERT_DEBUG(answer->conn != 0 && view_at(answer->view) != NULL);
    WICK_ASSERT_DEBUG(!answer->is_first || answer->kind == ANSWER_TREE);
    for (unsigned idx = m.count; idx-- > 0;) { /* those of connections that have ended */
        if (net_request(m.owed[idx].conn) == NULL) {
            m.owed[idx] = m.owed[--m.count];
        }
    }
    WICK_ASSERT(m.count < WICK_COUNT_OF(m.owed)); /* each connection asks one thing at a time */
    WICK_ASSERT_DEBUG(!answer->is_waiting || answer->since_ms <= clk_ms());
    m.owed[m.count] = *answer;
    if (!answer->is_waiting) {
        m.owed[m.count].since_ms = clk_ms();
    }
    m.count++;
    net_later(answer->conn);
}

/* No frozen copy is left: the request is answered in a later pass. */
static void wait_for_copy(struct answer *answer)
{
    WICK_ASSERT_DEBUG(frozen_is_full());
    WICK_ASSERT_DEBUG(!answer->is_waiting && answer->since_ms <= clk_ms());
    if (clk_is_past(answer->since_ms + ANSWER_WAIT_MS)) {
        net_respond_error(answer->conn, 503,
                          STR("The server is busy. Please try again in a moment."));
        return;
    }
    answer->is_waiting = true;
    answer_add(answer);
}

static void respond_page(struct answer *answer, const struct view *view, struct str headers)
{
    struct tmpl_ctx ctx = update_context(view);
    WICK_ASSERT_DEBUG(answer->kind == ANSWER_PAGE && ctx.part[TMPL_VIEW] == view->data);
    struct http_res res = { .status = 200,
                            .type = STR("text/html; charset=utf-8"),
                            .headers = headers };
    if (frozen_respond(answer->conn, &(struct frozen_job){ view, &ctx, NULL }, &res) ==
        FROZEN_FULL) {
        wait_for_copy(answer);
    }
}

static void respond_redirect(const struct answer *answer, const struct view *view,
                             const struct http_req *req, struct buf *headers)
{
    const struct wire *wire = view_wire(view);
    WICK_ASSERT_DEBUG(answer->kind == ANSWER_REDIRECT);
    WICK_ASSERT_DEBUG(req->method == HTTP_POST);
    buf_put_text(headers, "Location: ");
    buf_put_text(headers, view_page(view)->path);
    if (view->wire_idx > 0) {
        buf_put_u8(headers, '~');
        buf_put_text(headers, wire->name);
    }
    if (req->query.len > 0) {
        buf_put_u8(headers, '?');
        buf_put_str(headers, req->query);
    }
    buf_put_text(headers, "\r\n");
    net_respond(answer->conn, &(struct http_res){ .status = 303, .headers = buf_str(headers) });
}

/* --- messages -----------------------------------------------------------------------------------
 */

static struct wire_meta meta_of(const struct answer *answer, const struct view *view)
{
    WICK_ASSERT_DEBUG(answer->kind == ANSWER_TREE ||
                      (answer->kind == ANSWER_DONE && !answer->is_first));
    bool has_errors = !answer->is_ok && form_has_error(view_form(view));
    if (answer->is_first) {
        return (struct wire_meta){ .is_first = true,
                                   .can_change = act_find(view, STR("change")) != NULL };
    }
    return (struct wire_meta){ .is_answer = true,
                               .is_ok = answer->is_ok,
                               .ref = answer->ref,
                               .action = str_of_field(answer->action, sizeof answer->action),
                               .form = has_errors ? view_form(view) : NULL };
}

static void respond_message(struct answer *answer, struct view *view, struct str headers)
{
    struct wire_meta meta = meta_of(answer, view);
    WICK_ASSERT_DEBUG(meta.is_answer != meta.is_first);
    struct http_res res = { .status = 200, .type = STR("application/json"), .headers = headers };
    if (answer->kind == ANSWER_DONE) {
        struct buf out;
        buf_init(&out, m.completion, sizeof m.completion);
        wire_put_message(view_wire(view), &out, view_page(view)->tmpl->root, NULL, &meta);
        WICK_ASSERT(out.err == WICK_OK); /* as long as its messages: see TMPL_FORM_ERRORS */
        res.body = buf_str(&out);
        net_respond(answer->conn, &res);
        return;
    }
    struct tmpl_ctx is = update_begin_snapshot(view, &meta);
    WICK_ASSERT_DEBUG(meta.is_snapshot && meta.part == view->part);
    switch (frozen_respond(answer->conn, &(struct frozen_job){ view, &is, &meta }, &res)) {
    case FROZEN_SENT:
        update_is_sent(view);
        break;
    case FROZEN_FULL:
        wait_for_copy(answer);
        break;
    case FROZEN_NO_ROOM:
    case FROZEN_FAULT:
        break;
    }
}

/* --- settling -----------------------------------------------------------------------------------
 */

static void respond(struct answer *answer, const struct http_req *req)
{
    WICK_ASSERT_DEBUG(!answer->is_waiting && answer->kind <= ANSWER_DONE);
    struct view *view = view_at(answer->view);
    struct buf headers;
    if (view == NULL) {
        net_respond_error(answer->conn, 503, STR("Too many pages are open. Load it again."));
        return;
    }
    WICK_ASSERT_DEBUG(!answer->is_passing || view->state == VIEW_NEW);
    buf_init(&headers, m.headers, sizeof m.headers);
    buf_put_text(&headers, "Cache-Control: no-store\r\n");
    if (answer->kind == ANSWER_PAGE) {
        buf_put_str(&headers, view_wire(view)->headers);
    }
    if (answer->has_new_session) {
        identity_put_cookie(&headers, view);
    }
    switch (answer->kind) {
    case ANSWER_PAGE:
        respond_page(answer, view, buf_str(&headers));
        break;
    case ANSWER_REDIRECT:
        respond_redirect(answer, view, req, &headers);
        break;
    case ANSWER_TREE:
    case ANSWER_DONE:
        respond_message(answer, view, buf_str(&headers));
        break;
    }
    if (answer->is_passing && !answer->is_waiting) {
        act_drop(view);
    } else {
        view_touch(view);
    }
}

void answer_settle(net_conn_id conn, const struct http_req *req)
{
    WICK_ASSERT_DEBUG(conn != 0 && m.count <= WICK_COUNT_OF(m.owed));
    for (unsigned idx = 0; idx < m.count; idx++) {
        if (m.owed[idx].conn == conn) {
            struct answer answer = m.owed[idx];
            WICK_ASSERT_DEBUG(answer.since_ms <= clk_ms());
            answer.is_waiting = false;
            m.owed[idx] = m.owed[--m.count];
            respond(&answer, req);
            return;
        }
    }
}
