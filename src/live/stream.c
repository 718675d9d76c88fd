/* stream.c - see stream.h. */
#include "live/stream.h"

#include "base/log.h"
#include "base/num.h"

static uint32_t query_u32(struct str query, struct str name)
{
    uint64_t value = 0;
    struct str text = identity_query(query, name);
    return text.ptr != NULL && num_u64(text, UINT32_MAX, &value) == WICK_OK ? (uint32_t)value : 0;
}

static bool offers(const struct http_req *req, struct str protocol)
{
    struct str rest = http_header(req, STR("sec-websocket-protocol"));
    while (rest.len > 0) {
        if (str_eq(str_trim(str_cut(&rest, ','), " \t"), protocol)) {
            return true;
        }
    }
    return protocol.len == 0;
}

/* The view that the page's token names; *is_known_out: there is a token. @return NULL when it has
 * no view or the request is answered (*is_known_out is false). */
static struct view *view_by_token(net_conn_id conn, const struct http_req *req,
                                  const struct place *place, uint8_t token[LIVE_TOKEN_LEN],
                                  bool *is_known_out)
{
    struct str text = identity_query(req->query, STR("v"));
    struct view *view = view_find(text, token);
    *is_known_out = false;
    if (view == NULL && !view_read_token(text, token)) {
        net_respond_error(conn, 400, STR("The parameter v is missing: open the page first."));
        return NULL;
    }
    if (view != NULL && (view->page_idx != place->page_idx || view->wire_idx != place->wire_idx)) {
        net_respond_error(conn, 400, STR("The parameter v belongs to another page."));
        return NULL;
    }
    *is_known_out = true;
    return view;
}

/* A duplicated tab, or a connection that died unnoticed: the older stream is told to load the page
 * again, and closed. */
static void end_older(struct view *view)
{
    net_stream_id old = view->stream;
    const struct wire *wire = view_wire(view);
    bool is_once = view->is_once;
    act_leave(view);
    struct buf *out = is_once || wire->put_go == NULL ? NULL : net_message_begin(old);
    if (out != NULL) {
        wire->put_go(out, str_of(view_page(view)->path));
        if (net_message_end(old) != WICK_OK) {
            log_line(LOG_DEBUG, "live", "the older stream of a view was closed without a word");
        }
    }
    net_stream_close(old, 1000, STR("opened elsewhere"));
}

/* What its client says that it has; nothing: it gets everything. */
static void set_start(struct view *view, const struct http_req *req, enum net_transport kind)
{
    bool is_same = view->kind == (uint8_t)kind && query_u32(req->query, STR("e")) == hub_epoch() &&
                   view_wire(view)->put_hello != NULL;
    view->due.start = true;
    view->due.first = true;
    view->due.hello = view_wire(view)->put_hello != NULL;
    view->due.seq = is_same ? query_u32(req->query, STR("n")) : 0;
    view->due.part = query_u32(req->query, STR("p"));
    view->kind = (uint8_t)kind;
}

static enum net_transport transport_of(const struct http_req *req, bool is_once)
{
    if (req->is_upgrade) {
        return NET_WS;
    }
    return is_once ? NET_POLL : NET_SSE;
}

void stream_open(net_conn_id conn, const struct http_req *req, const struct place *place)
{
    const struct wire *wire = place->wire;
    bool is_once =
        !req->is_upgrade && str_eq(identity_query(req->query, STR("stream")), STR("poll"));
    if (req->is_upgrade ? !offers(req, wire->protocol) : !wire->has_events) {
        char mem[96];
        struct buf why;
        buf_init(&why, mem, sizeof mem);
        buf_put_text(&why, "This page speaks the subprotocol ");
        buf_put_str(&why, wire->protocol.len > 0 ? wire->protocol : STR("of its own script"));
        buf_put_u8(&why, '.');
        net_respond_error(conn, 400, buf_str(&why));
        return;
    }
    uint8_t token[LIVE_TOKEN_LEN];
    struct view *view = NULL;
    if (wire->identity == WIRE_BY_TOKEN) {
        bool is_known;
        view = view_by_token(conn, req, place, token, &is_known);
        if (!is_known) {
            return;
        }
    }
    net_stream_id stream = net_stream_open(conn, req, transport_of(req, is_once), wire->protocol);
    if (stream == 0) { /* net has answered */
        return;
    }
    live_refresh();
    if (wire->identity == WIRE_BY_SESSION) {
        bool is_new;
        view = identity_view(req, place, VIEW_WHICH_WAITING, true, &is_new);
    } else if (view == NULL) { /* this program has started again, or the tab slept long: a fresh
                                  view under the name that it knows */
        view = act_mount(req, place->page_idx, place->wire_idx, token);
    }
    if (view->state == VIEW_LIVE) {
        end_older(view);
    }
    set_start(view, req, req->is_upgrade ? NET_WS : NET_SSE);
    view->is_once = is_once;
    act_join(view, req, stream);
    view_mark(view);
}

/* --- messages -----------------------------------------------------------------------------------
 */

bool stream_message(net_conn_id conn, struct str text)
{
    static struct wire_fields fields;
    struct wire_request request;
    struct view *view = view_of_stream(net_stream_first(conn));
    if (view == NULL) {
        net_close(conn, 1011, STR("no view"));
        return false;
    }
    view_wire(view)->read(&request, &fields, text);
    view_mark(view);
    if (request.ask == WIRE_ASK_HEARTBEAT) {
        view->due.heartbeat = true;
        return true;
    }
    struct view_due *due = &view->due;
    due->is_ok = act_request(view, NULL, &request, text);
    due->answer = true;
    due->ref = request.ref;
    (void)wick_set(due->action, sizeof due->action, request.action);
    return false;
}

void stream_closed(net_stream_id stream)
{
    struct view *view = view_of_stream(stream);
    if (view != NULL) {
        act_leave(view);
    }
}

void stream_lagged(net_stream_id stream)
{
    struct view *view = view_of_stream(stream);
    if (view != NULL) {
        view->due.snapshot = true;
        view_mark(view);
    }
}
