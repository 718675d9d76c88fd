/* answer.c - see answer.h. */
#include "live/answer.h"

#include "base/log.h"
#include "live/outbox.h"

#include <string.h>

static struct {
    struct answer owed[2 * WICK_CONN_MAX];
    unsigned count;
    bool has_settled;                         /* the answers of this pass are being written */
    uint8_t headers[WICK_HEAD_LEN_MAX + 256]; /* a query comes back in Location */
} m;

void answer_init(void)
{
    m.count = 0;
}

void answer_add(const struct answer *answer)
{
    if (m.has_settled) { /* what is left belonged to connections that have ended */
        m.count = 0;
        m.has_settled = false;
    }
    WICK_ASSERT(m.count < WICK_COUNT_OF(m.owed)); /* each connection asks one thing at a time */
    m.owed[m.count++] = *answer;
    net_later(answer->conn);
}

/* --- the document -------------------------------------------------------------------------------
 */

static void put_document(struct buf *out, const struct view *view)
{
    const struct wick_page *page = view_page(view);
    struct tmpl_ctx ctx = update_context(view);
    char mem[2 * LIVE_TOKEN_LEN];
    struct buf token;
    buf_init(&token, mem, sizeof mem);
    view_put_token(&token, view->token);
    tmpl_render(out, page->head, &ctx);
    view_wire(view)->put_attributes(out, buf_str(&token), page->tmpl->fingerprint);
    buf_put_u8(out, '>');
    if (view_wire(view)->has_marks) {
        tmpl_render_marked(out, page->tmpl->root, &ctx);
    } else {
        tmpl_render(out, page->tmpl->root, &ctx);
    }
    tmpl_render(out, page->tail, &ctx);
}

static void respond_page(const struct answer *answer, const struct view *view, struct str headers)
{
    struct buf *out = outbox_begin();
    if (out != NULL) {
        put_document(out, view);
    }
    outbox_respond(answer->conn, &(struct http_res){ .status = 200,
                                                     .type = STR("text/html; charset=utf-8"),
                                                     .headers = headers });
}

static void respond_redirect(const struct answer *answer, const struct view *view,
                             const struct http_req *req, struct buf *headers)
{
    const struct wire *wire = view_wire(view);
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

static void respond_message(const struct answer *answer, struct view *view, struct str headers)
{
    struct wire_meta meta = meta_of(answer, view);
    struct buf *out = outbox_begin();
    if (out == NULL) {
        outbox_respond(answer->conn, NULL);
        return;
    }
    if (answer->kind == ANSWER_DONE) {
        wire_put_message(view_wire(view), out, view_page(view)->tmpl->root, NULL, &meta);
    } else if (!update_put_snapshot(out, view, &meta)) {
        log_event(LOG_ERROR, "live", "page is too large for an update",
                  KV_S("page", str_of(view_page(view)->path)));
        buf_fail(out, WICK_E_FULL);
    }
    outbox_respond(
        answer->conn,
        &(struct http_res){ .status = 200, .type = STR("application/json"), .headers = headers });
}

/* --- settling -----------------------------------------------------------------------------------
 */

static void respond(const struct answer *answer, const struct http_req *req)
{
    struct view *view = view_at(answer->view);
    struct buf headers;
    if (view == NULL) {
        net_respond_error(answer->conn, 503, STR("Too many pages are open. Load it again."));
        return;
    }
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
    if (answer->is_passing) {
        act_drop(view);
    } else {
        view_touch(view);
    }
}

void answer_settle(net_conn_id conn, const struct http_req *req)
{
    m.has_settled = true;
    for (unsigned idx = 0; idx < m.count; idx++) {
        if (m.owed[idx].conn == conn) {
            struct answer answer = m.owed[idx];
            m.owed[idx] = m.owed[--m.count];
            respond(&answer, req);
            return;
        }
    }
}
