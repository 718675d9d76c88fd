/* wire_wick.c - docs/wire-wick.md: streams of wick.js over WebSocket, server-sent events and long
 * poll; its actions. */
#include "base/num.h"
#include "live/live_priv.h"

static uint32_t query_u32(struct str query, struct str name)
{
    uint64_t value = 0;
    struct str text = wire_query(query, name);
    return text.ptr != NULL && num_u64(text, UINT32_MAX, &value) == WICK_OK ? (uint32_t)value : 0;
}

static void put_hello(struct buf *out, const struct view *view, uint32_t seq)
{
    buf_put_text(out, "{\"hello\":");
    buf_put_u64(out, hub_epoch());
    buf_put_text(out, ",\"n\":");
    buf_put_u64(out, seq);
    buf_put_text(out, ",\"tree\":\"");
    buf_put_hex(out, live_page(view)->tmpl->fingerprint, 16);
    buf_put_text(out, "\"}");
}

/* @return false: no room; hook lagged() brings a snapshot. */
static bool send_hello(const struct view *view, uint32_t seq)
{
    struct buf *out = net_frame_begin(view->conn);
    if (out == NULL) {
        return false;
    }
    put_hello(out, view, seq);
    return net_frame_end(view->conn) == WICK_OK;
}

/* Hello and the whole tree. Events travel together: a long poll ends behind the first write. */
static void send_all(struct view *view)
{
    char mem[96];
    struct buf hello;
    if (view->wire == LIVE_WICK_WS) {
        if (send_hello(view, channel_seq(view))) {
            channel_snapshot(view, NULL);
        }
        return;
    }
    buf_init(&hello, mem, sizeof mem);
    put_hello(&hello, view, channel_seq(view));
    channel_snapshot_behind(view, buf_str(&hello), NULL);
}

static void begin_stream(struct view *view, enum channel_resume resume, uint32_t seq)
{
    if (view->needs_snapshot) { /* connect() changed the view */
        resume = RESUME_SNAPSHOT;
    }
    if (!view->is_paused && !channel_follow(view, resume == RESUME_CURRENT)) {
        return;
    }
    switch (resume) {
    case RESUME_SNAPSHOT:
        send_all(view);
        break;
    case RESUME_REWIND: /* the missed frames follow hello; a poll gets them alone */
        if (!view->is_poll && !send_hello(view, seq)) {
            break;
        }
        if (net_rewind(view->conn, seq) != WICK_OK) {
            send_all(view);
        }
        break;
    case RESUME_CURRENT:
        if (view->is_poll) {
            channel_is_current(view, seq); /* it waits for news, and will say seq again */
        } else {
            channel_is_current(view, channel_seq(view));
            (void)send_hello(view, channel_seq(view)); /* no room: lagged() */
        }
        break;
    }
}

void wire_wick_open(net_conn_id conn, const struct http_req *req, unsigned page_idx)
{
    uint8_t token[LIVE_TOKEN_LEN];
    struct str stream = wire_query(req->query, STR("stream"));
    struct str token_text = wire_query(req->query, STR("v"));
    bool is_poll = !req->is_upgrade && str_eq(stream, STR("poll"));
    struct view *view = view_find(token_text, token);
    if (view == NULL && !view_read_token(token_text, token)) {
        net_respond_error(conn, 400, STR("The parameter v is missing: open the page first."));
        return;
    }
    if (view != NULL && view->page_idx != page_idx) {
        net_respond_error(conn, 400, STR("The parameter v belongs to another page."));
        return;
    }
    enum wick_err err =
        req->is_upgrade ? net_ws_accept(conn, req, STR("wick.1")) : net_sse_begin(conn, is_poll);
    if (err != WICK_OK) {
        return; /* net has answered or closed it */
    }
    live_refresh();
    if (view == NULL) { /* this program has started again, or the tab slept long: a fresh view under
                           the name it knows */
        view = act_mount(req, page_idx, token);
    }
    struct channel_place place = {
        .epoch = query_u32(req->query, STR("e")),
        .seq = query_u32(req->query, STR("n")),
        .part = query_u32(req->query, STR("p")),
        .wire = req->is_upgrade ? LIVE_WICK_WS : LIVE_WICK_SSE,
    };
    enum channel_resume resume = channel_resume(view, &place);
    wire_join(view, conn, place.wire, is_poll);
    act_connect(view, req);
    begin_stream(view, resume, place.seq);
}

/* --- actions ---------------------------------------------------------------------------------- */

/* Run what a message asks for. */
static struct act_result run(struct wick_turn *turn, const struct json *json, int64_t *ref_out)
{
    *ref_out = 0;
    if (json == NULL) {
        return act_refuse(turn, STR("The message cannot be read."));
    }
    int ref = json_member(json, 0, STR("a"));
    int action = json_member(json, 0, STR("do"));
    if (ref >= 0 && json_i64(json, ref, ref_out) != WICK_OK) {
        *ref_out = 0;
    }
    struct form_input *in = wire_input();
    if (action < 0 || json->tok[action].kind != JSON_STRING || !json->tok[action].is_plain ||
        form_read_json(in, json, json_member(json, 0, STR("f"))) != WICK_OK) {
        return act_refuse(turn, STR("The message cannot be read."));
    }
    return act_run(
        turn, (struct str){ json->text.ptr + json->tok[action].off, json->tok[action].len }, in);
}

void wire_wick_message(struct view *view, struct str text)
{
    const struct json *json = wire_read_json(text);
    if (json != NULL && json_member(json, 0, STR("ping")) >= 0) {
        struct buf *out = net_frame_begin(view->conn);
        if (out != NULL) {
            buf_put_text(out, "{\"pong\":1}");
            (void)(net_frame_end(view->conn) == WICK_OK); /* no room: the client asks again */
        }
        return;
    }
    struct wick_turn turn = { .view = view, .page = live_page(view) };
    struct wire_meta meta = { .is_answer = true };
    struct act_result result = run(&turn, json, &meta.ref);
    act_settle(view, &result, meta);
}

/* {"t":{},"a":REF,"ok":B,"e":{...}}: the completion alone, the change goes over the stream. */
static void put_completion(struct buf *out, const struct view *view, const struct wire_meta *meta)
{
    wire_put_message(&wire_wick, out, live_page(view)->tmpl->root, NULL, meta);
}

void wire_wick_post(net_conn_id conn, const struct http_req *req, unsigned page_idx)
{
    uint8_t token[LIVE_TOKEN_LEN];
    struct view *view = view_find(wire_query(req->query, STR("v")), token);
    if (view != NULL && view->page_idx != page_idx) {
        net_respond_error(conn, 400, STR("The parameter v belongs to another page."));
        return;
    }
    bool is_passing = view == NULL; /* a program that posts without having opened the page */
    if (is_passing) {
        view = act_mount(req, page_idx, NULL);
    }
    struct wick_turn turn = {
        .view = view, .page = live_page(view), .req = req, .query = req->query
    };
    struct wire_meta meta = { .is_answer = true };
    struct act_result result = run(&turn, wire_read_json(req->body), &meta.ref);
    act_settle(view, &result, (struct wire_meta){ 0 });
    meta.is_ok = result.is_ok;
    meta.form = form_has_error(result.form) ? result.form : NULL;
    struct buf *out = net_respond_begin(
        conn); /* not before: while others were sent to, its buffer could have been taken away */
    if (out != NULL && (view->conn != 0 || is_passing)) {
        put_completion(out, view, &meta);
    } else if (out != NULL && !channel_put_snapshot(out, view, meta)) {
        buf_fail(out, WICK_E_FULL);
    }
    if (is_passing) {
        view_drop(view);
    } else {
        view_touch(view);
    }
    net_respond_end(conn, &(struct http_res){ .status = 200,
                                              .type = STR("application/json"),
                                              .headers = STR("Cache-Control: no-store\r\n") });
}
