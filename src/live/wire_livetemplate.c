/* wire_livetemplate.c - the unmodified npm client @livetemplate/client: its requests, messages and
 * answers.
 *
 * Its socket names no view: only the cookie livetemplate-id tells the browser. GET makes a view of
 * its own for every tab; the socket that follows takes the session's newest waiting view of that
 * page. Two tabs that reconnect at the same moment may swap their views; each then gets the whole
 * tree of what it has, so what it shows is right.
 */
#include "base/log.h"
#include "live/live_priv.h"

#include <string.h>

static const struct str cookie_name = STR_INIT("livetemplate-id");

/* The session of a request; a random one when it has none. @return false: it was made now. */
static bool read_session(const struct http_req *req, uint8_t session_out[LIVE_TOKEN_LEN])
{
    if (view_read_token(http_cookie(req, cookie_name), session_out)) {
        return true;
    }
    view_random(session_out);
    return false;
}

static void put_cookie(struct buf *headers, const uint8_t session[LIVE_TOKEN_LEN])
{
    buf_put_text(headers, "Set-Cookie: livetemplate-id=");
    view_put_token(headers, session);
    buf_put_text(headers, "; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000\r\n");
}

struct view *wire_lt_view(const struct http_req *req, unsigned page_idx, struct buf *headers)
{
    uint8_t session[LIVE_TOKEN_LEN];
    bool is_known = read_session(req, session);
    struct view *view = is_known ? view_of_session(session, page_idx, VIEW_PLAIN) : NULL;
    if (view == NULL) {
        view = act_mount(req, page_idx, NULL);
        memcpy(view->session, session, sizeof view->session);
    }
    if (!is_known) {
        put_cookie(headers, session);
    }
    return view;
}

/* The view of this browser that a socket or a post means. */
static struct view *find_view(const struct http_req *req, unsigned page_idx, enum view_which which)
{
    uint8_t session[LIVE_TOKEN_LEN];
    struct view *view =
        read_session(req, session) ? view_of_session(session, page_idx, which) : NULL;
    if (view == NULL) {
        view = act_mount(req, page_idx, NULL);
        memcpy(view->session, session, sizeof view->session);
    }
    return view;
}

static struct wire_meta first_meta(const struct view *view)
{
    return (struct wire_meta){ .is_first = true,
                               .can_change = act_find(live_page(view), STR("change")) != NULL };
}

void wire_lt_open(net_conn_id conn, const struct http_req *req, unsigned page_idx)
{
    if (net_ws_accept(conn, req, (struct str){ NULL, 0 }) != WICK_OK) {
        return; /* net has answered or closed it */
    }
    live_refresh();
    struct view *view = find_view(req, page_idx, VIEW_WAITING);
    wire_join(view, conn, LIVE_LT_WS, false);
    act_connect(view, req);
    if (view->is_paused || channel_follow(view, false)) {
        struct wire_meta meta = first_meta(view);
        channel_snapshot(view, &meta);
    }
}

/* --- actions ---------------------------------------------------------------------------------- */

/* saveDraft, save_draft, save-draft and SaveDraft are one name. */
static bool is_same_name(struct str a, struct str b)
{
    size_t at_a = 0;
    size_t at_b = 0;
    for (;;) {
        while (at_a < a.len && (a.ptr[at_a] == '_' || a.ptr[at_a] == '-')) {
            at_a++;
        }
        while (at_b < b.len && (b.ptr[at_b] == '_' || b.ptr[at_b] == '-')) {
            at_b++;
        }
        if (at_a == a.len || at_b == b.len) {
            return at_a == a.len && at_b == b.len;
        }
        if (!str_eq_nocase((struct str){ &a.ptr[at_a++], 1 }, (struct str){ &b.ptr[at_b++], 1 })) {
            return false;
        }
    }
}

struct str wire_lt_action(const struct wick_page *page, struct str name)
{
    if (name.len == 0) {
        name = STR("submit");
    }
    for (unsigned idx = 0; idx < page->action_count; idx++) {
        if (is_same_name(name, str_of(page->action[idx].name))) {
            return str_of(page->action[idx].name);
        }
    }
    return name;
}

static void put_escaped(struct buf *out, struct str text)
{
    for (size_t at = 0; at < text.len; at++) {
        uint8_t byte = (uint8_t)text.ptr[at];
        buf_put_u8(out, '%');
        buf_put_hex(out, byte, 2);
    }
}

/* __navigate__: its data become the query of the mount. */
static struct act_result navigate(struct wick_turn *turn, const struct form_input *in)
{
    static uint8_t query_mem[WICK_HEAD_LEN_MAX]; /* no more than a GET could bring */
    struct buf query;
    buf_init(&query, query_mem, sizeof query_mem);
    for (unsigned pair = 0; pair < in->count; pair++) {
        put_escaped(&query, in->pair[pair].name);
        buf_put_u8(&query, '=');
        put_escaped(&query, in->pair[pair].value);
        buf_put_u8(&query, '&');
    }
    if (query.err != WICK_OK) {
        return act_refuse(turn, STR("The address is too long."));
    }
    turn->query = buf_str(&query);
    return act_navigate(turn);
}

/* Run what a message asks for. meta_inout->action is a slice of the message. */
static struct act_result run(struct wick_turn *turn, struct str text, struct wire_meta *meta_inout)
{
    const struct json *json = wire_read_json(text);
    int action = json != NULL ? json_member(json, 0, STR("action")) : -1;
    struct form_input *in = wire_input();
    if (json == NULL ||
        (action >= 0 && (json->tok[action].kind != JSON_STRING || !json->tok[action].is_plain)) ||
        form_read_json(in, json, json_member(json, 0, STR("data"))) != WICK_OK) {
        return act_refuse(turn, STR("The message cannot be read."));
    }
    if (action >= 0) {
        meta_inout->action =
            (struct str){ text.ptr + json->tok[action].off, json->tok[action].len };
    }
    if (str_eq(meta_inout->action, STR("__navigate__"))) {
        return navigate(turn, in);
    }
    return act_run(turn, wire_lt_action(turn->page, meta_inout->action), in);
}

void wire_lt_message(struct view *view, struct str text)
{
    const struct json *json = wire_read_json(text);
    int action = json != NULL ? json_member(json, 0, STR("action")) : -1;
    if (action >= 0 && json_is_text(json, action, STR("__ping__"))) {
        struct buf *out = net_frame_begin(view->conn);
        if (out != NULL) {
            buf_put_text(out, "{\"pong\":true}");
            (void)(net_frame_end(view->conn) ==
                   WICK_OK); /* no room: the client reconnects, as it would without an answer */
        }
        return;
    }
    struct wick_turn turn = { .view = view, .page = live_page(view) };
    struct wire_meta meta = { .is_answer = true };
    struct act_result result = run(&turn, text, &meta);
    act_settle(view, &result, meta);
}

/* --- HTTP mode -------------------------------------------------------------------------------- */

/* The buffer is taken last: while the action sent to others it could have been taken away. */
static void respond_tree(net_conn_id conn, struct view *view, const struct wire_meta *meta,
                         struct str headers)
{
    struct buf *out = net_respond_begin(conn);
    if (out == NULL) {
        return;
    }
    if (!channel_put_snapshot(out, view, *meta)) {
        buf_fail(out, WICK_E_FULL);
    }
    view_touch(view);
    net_respond_end(conn, &(struct http_res){
                              .status = 200, .type = STR("application/json"), .headers = headers });
}

/* Always 200 and a whole tree: the client leaves its form busy for ever after anything else. */
void wire_lt_post(net_conn_id conn, const struct http_req *req, unsigned page_idx)
{
    struct view *view = find_view(req, page_idx, VIEW_ANY);
    struct wick_turn turn = {
        .view = view, .page = live_page(view), .req = req, .query = req->query
    };
    struct wire_meta meta = { .is_answer = true };
    struct act_result result = run(&turn, req->body, &meta);
    view->needs_snapshot = view->needs_snapshot || view->conn != 0;
    act_settle(view, &result, (struct wire_meta){ 0 });
    meta.is_ok = result.is_ok;
    meta.form = form_has_error(result.form) ? result.form : NULL;
    uint8_t header_mem[160];
    struct buf headers;
    buf_init(&headers, header_mem, sizeof header_mem);
    buf_put_text(&headers, "Cache-Control: no-store\r\n");
    uint8_t session[LIVE_TOKEN_LEN];
    if (!view_read_token(http_cookie(req, cookie_name), session)) {
        put_cookie(&headers, view->session);
    }
    respond_tree(conn, view, &meta, buf_str(&headers));
}

void wire_lt_get(net_conn_id conn, const struct http_req *req, unsigned page_idx)
{
    live_refresh();
    uint8_t header_mem[160];
    struct buf headers;
    buf_init(&headers, header_mem, sizeof header_mem);
    buf_put_text(&headers, "Cache-Control: no-store\r\n");
    uint8_t session[LIVE_TOKEN_LEN];
    struct view *view = find_view(req, page_idx, VIEW_WAITING);
    if (!view_read_token(http_cookie(req, cookie_name), session)) {
        put_cookie(&headers, view->session);
    }
    struct wire_meta meta = first_meta(view);
    respond_tree(conn, view, &meta, buf_str(&headers));
}
