/* stream.c - see stream.h. */
#include "live/stream.h"

#include "base/hash.h"
#include "base/log.h"
#include "base/num.h"

#include <string.h>

static uint32_t query_u32(struct str query, struct str name)
{
    WICK_ASSERT_DEBUG(name.len > 0);
    uint64_t value = 0;
    struct str text = identity_query(query, name);
    return text.ptr != NULL && num_u64(text, UINT32_MAX, &value) == WICK_OK ? (uint32_t)value : 0;
}

static bool offers(const struct http_req *req, struct str protocol)
{
    WICK_ASSERT_DEBUG(req->is_upgrade);
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
    WICK_ASSERT_DEBUG(place->wire->identity == WIRE_BY_TOKEN);
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
    WICK_ASSERT_DEBUG(view == NULL || memcmp(view->token, token, LIVE_TOKEN_LEN) == 0);
    *is_known_out = true;
    return view;
}

/* A duplicated tab, or a connection that died unnoticed: the older stream is told to load the page
 * again, and closed. */
static void end_older(struct view *view)
{
    WICK_ASSERT_DEBUG(view->state == VIEW_LIVE);
    net_stream_id old = view->stream;
    const struct wire *wire = view_wire(view);
    bool is_once = view->is_once;
    act_leave(view);
    WICK_ASSERT_DEBUG(view->stream == 0 && view_of_stream(old) == NULL);
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
    WICK_ASSERT_DEBUG(view->state != VIEW_LIVE && !view->due.start);
    WICK_ASSERT_DEBUG(kind == NET_WS || kind == NET_SSE);
    bool is_same = view->kind == (uint8_t)kind && query_u32(req->query, STR("e")) == hub_epoch() &&
                   view_wire(view)->put_hello != NULL;
    view->due.start = true;
    view->due.first = true;
    view->due.hello = view_wire(view)->put_hello != NULL;
    view->due.seq = is_same ? query_u32(req->query, STR("n")) : 0;
    view->due.part = query_u32(req->query, STR("p"));
    view->kind = (uint8_t)kind;
    WICK_ASSERT_DEBUG(view->due.seq == 0 || view->due.hello);
}

static enum net_transport transport_of(const struct http_req *req, bool is_once)
{
    WICK_ASSERT_DEBUG(!is_once || !req->is_upgrade);
    if (req->is_upgrade) {
        return NET_WS;
    }
    return is_once ? NET_POLL : NET_SSE;
}

/* --- several views on one connection ------------------------------------------------------------
 */

/* Its first stream carries no view: its owner word says which page it was opened for. No view's
 * handle ends like that. */
enum { SHARED_MARK = 0xffff };

static uint32_t shared_owner(const struct place *place)
{
    WICK_ASSERT_DEBUG(place->page_idx <= 0xff && place->wire_idx <= 0xff);
    return (uint32_t)place->page_idx << 24 | (uint32_t)place->wire_idx << 16 | SHARED_MARK;
}

static bool is_shared(net_stream_id stream)
{
    WICK_ASSERT_DEBUG(stream != 0);
    return (net_stream_owner(stream) & SHARED_MARK) == SHARED_MARK;
}

static void open_shared(net_conn_id conn, const struct http_req *req, const struct place *place)
{
    WICK_ASSERT_DEBUG(place->wire->has_many && req->is_upgrade);
    net_stream_id stream = net_stream_open(conn, req, NET_WS, place->wire->protocol);
    if (stream != 0) { /* else net has answered */
        net_stream_set_owner(stream, shared_owner(place));
        WICK_ASSERT_DEBUG(is_shared(stream));
        net_set_worth(conn, NET_WORTH_REQUEST); /* until a view joins */
    }
}

/* The stream of the connection that carries no view; 0: it carries one alone. */
static net_stream_id shared_of(net_conn_id conn)
{
    WICK_ASSERT_DEBUG(conn != 0);
    net_stream_id stream = net_stream_first(conn);
    while (stream != 0 && !is_shared(stream)) {
        stream = net_stream_next(stream);
    }
    return stream;
}

static uint64_t hash_of(struct str name)
{
    WICK_ASSERT_DEBUG(name.len == 0 || name.ptr != NULL);
    return hash_fnv64(HASH_FNV64_START, name.ptr, name.len);
}

static struct view *view_by_name(net_conn_id conn, struct str name)
{
    for (net_stream_id stream = net_stream_first(conn); stream != 0;
         stream = net_stream_next(stream)) {
        struct view *view = view_of_stream(stream);
        WICK_ASSERT_DEBUG(view == NULL || net_stream_conn(view->stream) == conn);
        if (view != NULL && view->name_hash == hash_of(name)) {
            return view;
        }
    }
    return NULL;
}

/* What net puts around the messages of a wire's streams. Constant, one for each wire. */
static const struct net_wrap *wrap_of(const struct wire *wire)
{
    WICK_ASSERT_DEBUG(wire->put_prefix != NULL);
    static struct net_wrap wraps[WIRE_ROWS_MAX];
    static const struct wire *wires[WIRE_ROWS_MAX];
    unsigned idx = 0;
    while (wires[idx] != NULL && wires[idx] != wire) {
        WICK_ASSERT(idx + 1 < WIRE_ROWS_MAX);
        idx++;
    }
    wires[idx] = wire;
    wraps[idx] = (struct net_wrap){ .end = wire->prefix_end,
                                    .batch_begin = wire->batch.begin,
                                    .batch_separator = wire->batch.separator,
                                    .batch_end = wire->batch.end };
    return &wraps[idx];
}

static bool set_prefix(net_stream_id stream, const struct wire *wire,
                       const struct wire_request *join)
{
    WICK_ASSERT_DEBUG(stream != 0 && join->ask == WIRE_ASK_JOIN);
    char mem[NET_PREFIX_CAP];
    struct buf prefix;
    buf_init(&prefix, mem, sizeof mem);
    if (wire->put_prefix == NULL) {
        return true;
    }
    wire->put_prefix(&prefix, join);
    return prefix.err == WICK_OK &&
           net_stream_set_wrap(stream, buf_str(&prefix), wrap_of(wire)) == WICK_OK;
}

static void drop_view(struct view *view)
{
    WICK_ASSERT_DEBUG(view->state == VIEW_LIVE);
    net_stream_id stream = view->stream;
    act_leave(view);
    net_stream_drop(stream);
    WICK_ASSERT_DEBUG(view->stream == 0 && view_of_stream(stream) == NULL);
}

/* The stream is the view's from now on. */
static void begin(struct view *view, const struct http_req *req, net_stream_id stream)
{
    WICK_ASSERT_DEBUG(view->due.start && view->due.first);
    const struct wire *wire = view_wire(view);
    act_join(view, req, stream);
    net_stream_set_beat(stream, wire->beat.len > 0 ? &wire->beat : NULL);
    net_set_worth(net_stream_conn(stream), NET_WORTH_VIEWER);
    view_mark(view);
    WICK_ASSERT_DEBUG(view_of_stream(stream) == view);
}

/* A view of the page that the connection was opened for, found by its token or fresh. */
static void join(net_conn_id conn, uint32_t owner, const struct wire_request *request)
{
    WICK_ASSERT_DEBUG((owner & SHARED_MARK) == SHARED_MARK && request->ask == WIRE_ASK_JOIN);
    uint8_t token[LIVE_TOKEN_LEN];
    static struct http_req
        no_request; /* never written; not const: .bss takes no room in the file */
    unsigned page_idx = owner >> 24;
    unsigned wire_idx = owner >> 16 & 0xff;
    struct view *view = view_find(request->token, token);
    bool is_good = view == NULL || (view->page_idx == page_idx && view->wire_idx == wire_idx);
    net_stream_id stream = is_good ? net_stream_add(conn) : 0;
    if (stream == 0) {
        return; /* unanswered: its client tries again, elsewhere */
    }
    if (view == NULL) {
        view = act_mount(&no_request, page_idx, wire_idx, NULL);
    } else if (view->state == VIEW_LIVE) {
        drop_view(view);
    }
    struct view *before = view_by_name(conn, request->name);
    if (before != NULL) {
        drop_view(before);
    }
    WICK_ASSERT_DEBUG(view->state != VIEW_LIVE && view_wire(view)->has_many);
    if (!set_prefix(stream, view_wire(view), request)) {
        net_stream_drop(stream);
        return;
    }
    view->due.start = true;
    view->due.first = true;
    view->due.hello = view_wire(view)->put_hello != NULL;
    view->due.seq = 0;
    view->kind = NET_WS;
    view->is_once = false;
    view->name_hash = hash_of(request->name);
    begin(view, &no_request, stream);
}

static bool shared_message(net_conn_id conn, net_stream_id shared, struct str text);

void stream_open(net_conn_id conn, const struct http_req *req, const struct place *place)
{
    const struct wire *wire = place->wire;
    WICK_ASSERT_DEBUG(wire == place->page->wire[place->wire_idx]);
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
    if (wire->has_many) {
        open_shared(conn, req, place);
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
    WICK_ASSERT_DEBUG(view->page_idx == place->page_idx && view->wire_idx == place->wire_idx);
    set_start(view, req, req->is_upgrade ? NET_WS : NET_SSE);
    view->is_once = is_once;
    begin(view, req, stream);
}

/* --- messages -----------------------------------------------------------------------------------
 */

/* What a message asks of its view. @return false: it has acted. */
static bool ask(struct view *view, const struct wire_request *request, struct str text)
{
    struct view_due *due = &view->due;
    WICK_ASSERT_DEBUG(view->state == VIEW_LIVE);
    view_mark(view);
    if (request->ask == WIRE_ASK_HEARTBEAT) {
        due->heartbeat = true;
        return true;
    }
    due->is_ok = act_request(view, NULL, request, text);
    due->answer = true;
    due->ref = request->ref;
    (void)wick_set(due->action, sizeof due->action, request->action);
    WICK_ASSERT_DEBUG(view->is_marked && due->answer);
    return false;
}

static struct wire_fields *fields_room(void)
{
    static struct wire_fields fields; /* large, and needed during one message only */
    return &fields;
}

bool stream_message(net_conn_id conn, struct str text)
{
    struct wire_request request;
    net_stream_id shared = shared_of(conn);
    if (shared != 0) {
        return shared_message(conn, shared, text);
    }
    struct view *view = view_of_stream(net_stream_first(conn));
    if (view == NULL) {
        net_close(conn, 1011, STR("no view"));
        return false;
    }
    WICK_ASSERT_DEBUG(net_stream_conn(view->stream) == conn);
    view_wire(view)->read(&request, fields_room(), text);
    return ask(view, &request, text);
}

static bool shared_message(net_conn_id conn, net_stream_id shared, struct str text)
{
    WICK_ASSERT_DEBUG(is_shared(shared) && net_stream_conn(shared) == conn);
    struct wire_request request;
    uint32_t owner = net_stream_owner(shared);
    const struct wire *wire = live_app()->page[owner >> 24]->wire[owner >> 16 & 0xff];
    WICK_ASSERT_DEBUG(wire->has_many);
    wire->read(&request, fields_room(), text);
    struct view *view = view_by_name(conn, request.name);
    if (request.ask == WIRE_ASK_JOIN) {
        join(conn, owner, &request);
    } else if (request.ask == WIRE_ASK_LEAVE) {
        if (view != NULL) {
            drop_view(view);
        }
    } else if (view != NULL) {
        return ask(view, &request, text);
    } else if (request.ask == WIRE_ASK_HEARTBEAT) {
        struct buf *out = net_message_begin(shared); /* constant bytes */
        if (out != NULL) {
            wire->put_heartbeat(out);
            (void)!net_message_end(shared);
        }
    } else {
        net_close(conn, 1008, STR("no such view"));
        return false;
    }
    return true;
}

void stream_closed(net_stream_id stream)
{
    struct view *view = view_of_stream(stream);
    WICK_ASSERT_DEBUG(view == NULL || view->state == VIEW_LIVE);
    if (view != NULL) {
        act_leave(view);
    }
}

void stream_lagged(net_stream_id stream)
{
    struct view *view = view_of_stream(stream);
    WICK_ASSERT_DEBUG(view == NULL || view->state == VIEW_LIVE);
    if (view != NULL) {
        view->due.snapshot = true;
        view_mark(view);
    }
}
