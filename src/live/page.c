/* page.c - requests: which page, which kind; the page as a document; forms without JavaScript. */
#include "base/stat.h"
#include "live/live_priv.h"

#include <string.h>

enum { PAGE_NONE = 0xffff };

static const struct str no_store = STR_INIT("Cache-Control: no-store\r\n");

static struct str header_before(struct str value, char end)
{
    return str_trim(str_cut(&value, end), " \t");
}

static unsigned find_page(struct str path)
{
    for (unsigned idx = 0; idx < live_app()->page_count; idx++) {
        if (str_eq(path, str_of(live_app()->page[idx]->path))) {
            return idx;
        }
    }
    return str_eq(path, STR("/")) ? 0 : PAGE_NONE;
}

/* --- the document ----------------------------------------------------------------------------- */

static void put_live_attributes(struct buf *out, const struct view *view)
{
    const struct wick_page *page = live_page(view);
    char mem[2 * LIVE_TOKEN_LEN];
    struct buf token;
    buf_init(&token, mem, sizeof mem);
    view_put_token(&token, view->token);
    page->wire[0]->put_attributes(out, buf_str(&token), page->tmpl->fingerprint);
    buf_put_u8(out, '>');
}

static void respond_page(net_conn_id conn, const struct view *view, struct str headers)
{
    struct buf *out = net_respond_begin(conn);
    if (out == NULL) {
        return;
    }
    const struct wick_page *page = live_page(view);
    struct tmpl_ctx ctx = channel_ctx(view);
    tmpl_render(out, page->head, &ctx);
    put_live_attributes(out, view);
    if (page->wire[0]->has_marks) {
        tmpl_render_marked(out, page->tmpl->root, &ctx);
    } else {
        tmpl_render(out, page->tmpl->root, &ctx);
    }
    tmpl_render(out, page->tail, &ctx);
    net_respond_end(conn, &(struct http_res){ .status = 200,
                                              .type = STR("text/html; charset=utf-8"),
                                              .headers = headers });
}

/* The view of a browser without script between two posts, or NULL. */
static struct view *find_plain(const struct http_req *req, unsigned page_idx)
{
    uint8_t session[LIVE_TOKEN_LEN];
    return view_read_token(http_cookie(req, live_cookie_name()), session)
               ? view_of_session(session, page_idx, VIEW_PLAIN)
               : NULL;
}

static void get_page(net_conn_id conn, const struct http_req *req, unsigned page_idx)
{
    uint8_t header_mem[192];
    struct buf headers;
    buf_init(&headers, header_mem, sizeof header_mem);
    buf_put_str(&headers, no_store);
    live_refresh();
    struct view *view;
    if (live_app()->page[page_idx]->wire[0] == &wire_livetemplate) {
        view = wire_lt_view(req, page_idx, &headers);
    } else {
        view = find_plain(req, page_idx);
        if (view == NULL) {
            view = act_mount(req, page_idx, NULL);
        }
    }
    if (view->is_plain) { /* asked for again: its messages were read */
        (void)view_set_form(view, &view_no_form);
    }
    view_touch(view);
    respond_page(conn, view, buf_str(&headers));
}

/* --- forms without JavaScript ----------------------------------------------------------------- */

/* Which action a plain form means: said by a hidden input, else the name of the button that was
 * pressed. The button, sent without a value, is taken out: a field may have the name of the action,
 * too. */
static struct str posted_action(const struct wick_page *page, struct form_input *in)
{
    static const struct str said_by[] = { STR_INIT("wick-action"), STR_INIT("lvt-action"),
                                          STR_INIT("lvt-submitter") };
    for (size_t idx = 0; idx < WICK_COUNT_OF(said_by); idx++) {
        struct str name = form_value(in, said_by[idx]);
        if (name.len > 0) {
            return page->wire[0] == &wire_livetemplate ? wire_lt_action(page, name) : name;
        }
    }
    for (unsigned pair = in->count;
         pair-- > 0;) { /* a browser puts the button behind the fields before it */
        struct str name = in->pair[pair].name;
        name =
            page->wire[0] == &wire_livetemplate && name.len > 0 ? wire_lt_action(page, name) : name;
        if (act_find(page, name) != NULL) {
            if (in->pair[pair].value.len == 0) {
                in->count--;
                memmove(&in->pair[pair], &in->pair[pair + 1],
                        (in->count - pair) * sizeof in->pair[0]);
            }
            return name;
        }
    }
    return STR("submit");
}

/* The view for a post without script; the browser gets a session by which the next request finds it
 * again. */
static struct view *plain_view(const struct http_req *req, unsigned page_idx, struct buf *headers)
{
    if (live_app()->page[page_idx]->wire[0] == &wire_livetemplate) {
        return wire_lt_view(req, page_idx, headers);
    }
    struct view *view = find_plain(req, page_idx);
    if (view != NULL) {
        return view;
    }
    view = act_mount(req, page_idx, NULL);
    if (!view_read_token(http_cookie(req, live_cookie_name()), view->session)) {
        view_random(view->session);
        buf_put_text(headers, "Set-Cookie: ");
        buf_put_str(headers, live_cookie_name());
        buf_put_u8(headers, '=');
        view_put_token(headers, view->session);
        buf_put_text(headers, "; Path=/; HttpOnly; SameSite=Strict\r\n");
    }
    return view;
}

static void post_form(net_conn_id conn, const struct http_req *req, unsigned page_idx)
{
    struct form_input *in = wire_input();
    if (form_read_urlencoded(in, req->body) != WICK_OK) {
        net_respond_error(conn, 400, STR("The form cannot be read."));
        return;
    }
    static uint8_t header_mem[WICK_HEAD_LEN_MAX + 256]; /* the query comes back in Location */
    struct buf headers;
    buf_init(&headers, header_mem, sizeof header_mem);
    buf_put_str(&headers, no_store);
    live_refresh();
    struct view *view = plain_view(req, page_idx, &headers);
    view->is_plain = true;
    view_touch(view);
    struct wick_turn turn = {
        .view = view, .page = live_page(view), .req = req, .query = req->query
    };
    struct act_result result = act_run(&turn, posted_action(turn.page, in), in);
    act_settle(view, &result, (struct wire_meta){ 0 });
    if (!result.is_ok) {
        (void)view_set_form(
            view, result.form); /* of an unknown action, too: the page shows what it can */
        respond_page(conn, view, buf_str(&headers));
        return;
    }
    buf_put_text(&headers, "Location: ");
    buf_put_text(&headers, turn.page->path);
    if (req->query.len > 0) {
        buf_put_u8(&headers, '?');
        buf_put_str(&headers, req->query);
    }
    buf_put_text(&headers, "\r\n");
    net_respond(conn, &(struct http_res){ .status = 303, .headers = buf_str(&headers) });
}

/* --- routes ----------------------------------------------------------------------------------- */

/* /tree/<16 hex digits>.json. @return true: answered */
static bool get_tree(net_conn_id conn, const struct http_req *req)
{
    struct str path = req->path;
    if (!str_starts(path, STR("/tree/"))) {
        return false;
    }
    for (unsigned idx = 0; idx < live_app()->page_count; idx++) {
        const struct tmpl *tmpl = live_app()->page[idx]->tmpl;
        char mem[32];
        struct buf name;
        buf_init(&name, mem, sizeof mem);
        buf_put_text(&name, "/tree/");
        buf_put_hex(&name, tmpl->fingerprint, 16);
        buf_put_text(&name, ".json");
        if (str_eq(path, buf_str(&name))) {
            net_respond(
                conn, &(struct http_res){
                          .status = 200,
                          .type = STR("application/json"),
                          .headers = STR("Cache-Control: public, max-age=31536000, immutable\r\n"),
                          .body = tmpl->statics_file,
                      });
            return true;
        }
    }
    return false;
}

/* The first type of Accept that is not the wildcard. */
static bool wants(const struct http_req *req, struct str type)
{
    struct str rest = http_header(req, STR("accept"));
    while (rest.len > 0) {
        struct str one = header_before(str_cut(&rest, ','), ';');
        if (!str_eq(one, STR("*/*"))) {
            return str_eq_nocase(one, type);
        }
    }
    return false;
}

static bool offers_wick(const struct http_req *req)
{
    struct str rest = http_header(req, STR("sec-websocket-protocol"));
    while (rest.len > 0) {
        if (str_eq(str_trim(str_cut(&rest, ','), " \t"), STR("wick.1"))) {
            return true;
        }
    }
    return false;
}

static void open_stream(net_conn_id conn, const struct http_req *req, unsigned page_idx)
{
    bool is_lt = live_app()->page[page_idx]->wire[0] == &wire_livetemplate;
    if (is_lt && req->is_upgrade) {
        wire_lt_open(conn, req, page_idx);
    } else if (!is_lt && (!req->is_upgrade || offers_wick(req))) {
        wire_wick_open(conn, req, page_idx);
    } else {
        net_respond_error(conn, 400, STR("This page speaks the subprotocol wick.1."));
    }
}

static void post(net_conn_id conn, const struct http_req *req, unsigned page_idx)
{
    struct str type = header_before(http_header(req, STR("content-type")), ';');
    if (str_eq_nocase(type, STR("application/json"))) {
        if (live_app()->page[page_idx]->wire[0] == &wire_livetemplate) {
            wire_lt_post(conn, req, page_idx);
        } else {
            wire_wick_post(conn, req, page_idx);
        }
    } else if (str_eq_nocase(type, STR("application/x-www-form-urlencoded"))) {
        post_form(conn, req, page_idx);
    } else {
        net_respond_error(conn, 415,
                          STR("Send a form (application/x-www-form-urlencoded) or JSON."));
    }
}

/* Another site made the browser ask. Net has refused foreign hosts and the plain cases; this adds
 * streams over HTTP and ports of the same host. Who is no browser sends neither header. */
static bool is_foreign(const struct http_req *req)
{
    struct str site = http_header(req, STR("sec-fetch-site"));
    struct str origin = http_header(req, STR("origin"));
    if (site.ptr != NULL && !str_eq(site, STR("same-origin")) && !str_eq(site, STR("none"))) {
        return true;
    }
    struct str host = http_header(req, STR("host"));
    return origin.ptr != NULL &&
           (origin.len <= host.len + 3 ||
            memcmp(origin.ptr + (origin.len - host.len - 3), "://", 3) != 0 ||
            !str_eq_nocase((struct str){ origin.ptr + (origin.len - host.len), host.len }, host));
}

void page_request(net_conn_id conn, const struct http_req *req)
{
    unsigned page_idx = find_page(req->path);
    bool is_get = req->method == HTTP_GET || req->method == HTTP_HEAD;
    if (is_get && get_tree(conn, req)) {
        return;
    }
    if (page_idx == PAGE_NONE) {
        net_respond_error(conn, 404, STR("There is no page at this address."));
        return;
    }
    const struct wick_page *page = live_app()->page[page_idx];
    bool is_stream = req->is_upgrade || (wire_query(req->query, STR("stream")).ptr != NULL &&
                                         wants(req, STR("text/event-stream")));
    if ((is_stream || req->method == HTTP_POST) && is_foreign(req)) {
        net_respond_error(conn, 403, STR("Requests from other sites are refused."));
        return;
    }
    switch (req->method) {
    case HTTP_HEAD: /* no view is made for it */
        net_respond(
            conn,
            &(struct http_res){
                .status = 200,
                .type = STR("text/html; charset=utf-8"),
                .headers =
                    page->wire[0] == &wire_livetemplate
                        ? STR("Cache-Control: no-store\r\nX-LiveTemplate-WebSocket: enabled\r\n")
                        : no_store,
            });
        break;
    case HTTP_GET:
        if (is_stream) {
            open_stream(conn, req, page_idx);
        } else if (page->wire[0] == &wire_livetemplate && wants(req, STR("application/json"))) {
            wire_lt_get(conn, req, page_idx);
        } else {
            get_page(conn, req, page_idx);
        }
        break;
    case HTTP_POST:
        post(conn, req, page_idx);
        break;
    case HTTP_OTHER:
        net_respond(conn,
                    &(struct http_res){
                        .status = 405,
                        .type = STR("text/plain; charset=utf-8"),
                        .headers = STR("Allow: GET, HEAD, POST\r\nCache-Control: no-store\r\n"),
                        .body = STR("405: this address answers GET, HEAD and POST.\n"),
                    });
        break;
    }
}
