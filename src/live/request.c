/* request.c - see request.h. */
#include "live/request.h"

#include "live/answer.h"
#include "live/probe.h"
#include "live/stream.h"

#include <string.h>

static struct str header_before(struct str value, char end)
{
    WICK_ASSERT_DEBUG(value.len == 0 || value.ptr != NULL);
    return str_trim(str_cut(&value, end), " \t");
}

/* A path serves the page's first wire, path~NAME another one. @return false: there is no such page
 */
static bool find_page(struct str path, struct place *place_out)
{
    const struct wick_app *app = live_app();
    WICK_ASSERT_DEBUG(app->page_count > 0 && app->page[0]->wire_count > 0);
    struct str name = path;
    struct str own = str_cut(&name, '~');
    for (unsigned idx = 0; idx < app->page_count; idx++) {
        const struct wick_page *page = app->page[idx];
        bool is_path = str_eq(path, str_of(page->path));
        if (!is_path && !str_eq(own, str_of(page->path))) {
            continue;
        }
        for (unsigned wire_idx = 0; wire_idx < page->wire_count; wire_idx++) {
            if (is_path ? wire_idx == 0
                        : wire_idx > 0 && str_eq(name, str_of(page->wire[wire_idx]->name))) {
                *place_out = (struct place){ idx, wire_idx, page, page->wire[wire_idx] };
                return true;
            }
        }
    }
    *place_out = (struct place){ 0, 0, app->page[0], app->page[0]->wire[0] };
    return str_eq(path, STR("/"));
}

/* --- GET ----------------------------------------------------------------------------------------
 */

static void get_page(net_conn_id conn, const struct http_req *req, const struct place *place)
{
    WICK_ASSERT_DEBUG(req->method == HTTP_GET);
    struct answer answer = { .kind = ANSWER_PAGE, .conn = conn };
    live_refresh();
    struct view *view = identity_view(req, place, VIEW_WHICH_PLAIN, false, &answer.has_new_session);
    WICK_ASSERT_DEBUG(view->state == VIEW_NEW || view->state == VIEW_PLAIN);
    if (view->state == VIEW_PLAIN) { /* asked for again: its messages were read, and a script that
                                        comes counts anew */
        (void)view_set_form(view, view_no_form);
        view_set_sent(view);
        memset(&view->recent, 0, sizeof view->recent);
    }
    answer.view = view_handle(view);
    answer_add(&answer);
}

static void get_tree_page(net_conn_id conn, const struct http_req *req, const struct place *place)
{
    WICK_ASSERT_DEBUG(req->method == HTTP_GET && place->wire->has_tree_page);
    struct answer answer = { .kind = ANSWER_TREE, .conn = conn, .is_first = true };
    live_refresh();
    struct view *view =
        identity_view(req, place, VIEW_WHICH_WAITING, true, &answer.has_new_session);
    WICK_ASSERT_DEBUG(view->state != VIEW_LIVE && view->stream == 0);
    answer.view = view_handle(view);
    answer_add(&answer);
}

/* /tree/<16 hex digits>.json. @return true: answered */
static bool get_statics(net_conn_id conn, const struct http_req *req)
{
    WICK_ASSERT_DEBUG(req->method == HTTP_GET || req->method == HTTP_HEAD);
    if (!str_starts(req->path, STR("/tree/"))) {
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
        WICK_ASSERT_DEBUG(name.err == WICK_OK);
        if (str_eq(req->path, buf_str(&name)) && tmpl->statics_file.len > 0) {
            net_respond(
                conn, &(struct http_res){
                          .status = 200,
                          .type = STR("application/json"),
                          .headers = STR("Cache-Control: public, max-age=31536000, immutable\r\n"),
                          .body = tmpl->statics_file,
                          .is_static = true,
                      });
            return true;
        }
    }
    return false;
}

/* No view is made for it. */
static void head_page(net_conn_id conn, const struct place *place)
{
    char mem[128];
    struct buf headers;
    buf_init(&headers, mem, sizeof mem);
    buf_put_text(&headers, "Cache-Control: no-store\r\n");
    buf_put_str(&headers, place->wire->headers);
    WICK_ASSERT_DEBUG(headers.err == WICK_OK);
    net_respond(conn, &(struct http_res){ .status = 200,
                                          .type = STR("text/html; charset=utf-8"),
                                          .headers = buf_str(&headers) });
}

/* --- forms without JavaScript -------------------------------------------------------------------
 */

/* Which action a plain form means: said by a hidden input, else the name of the button that was
 * pressed. The button, sent without a value, is taken out: a field may have the name of the action,
 * too. */
static struct str posted_action(const struct view *view, struct wire_fields *in)
{
    WICK_ASSERT_DEBUG(view->state == VIEW_PLAIN && in->count <= WIRE_PAIR_MAX);
    const struct wire *wire = view_wire(view);
    for (size_t idx = 0; idx < WIRE_ACTION_FIELDS; idx++) {
        struct str name = wire_fields_value(in, str_of(wire->action_field[idx]));
        if (wire->action_field[idx] != NULL && name.len > 0) {
            return name;
        }
    }
    for (unsigned pair = in->count; pair-- > 0;) { /* a browser puts the button after its fields */
        struct str name = in->pair[pair].name;
        if (name.len == 0 || act_find(view, name) == NULL) {
            continue;
        }
        if (in->pair[pair].value.len == 0) {
            in->count--;
            memmove(&in->pair[pair], &in->pair[pair + 1], (in->count - pair) * sizeof in->pair[0]);
        }
        return name;
    }
    return STR("submit");
}

static void post_form(net_conn_id conn, const struct http_req *req, const struct place *place)
{
    static struct wire_fields fields;
    WICK_ASSERT_DEBUG(req->method == HTTP_POST);
    if (form_read_urlencoded(&fields, req->body) != WICK_OK) {
        net_respond_error(conn, 400, STR("The form cannot be read."));
        return;
    }
    struct answer answer = { .conn = conn };
    live_refresh();
    struct view *view = identity_view(req, place, VIEW_WHICH_PLAIN, true, &answer.has_new_session);
    view_enter(view, VIEW_PLAIN);
    bool is_ok = act_run(view, req, posted_action(view, &fields), &fields);
    WICK_ASSERT_DEBUG(view->state == VIEW_PLAIN && view->has_acted);
    answer.kind = is_ok ? ANSWER_REDIRECT : ANSWER_PAGE;
    answer.view = view_handle(view);
    answer_add(&answer);
}

/* --- messages -----------------------------------------------------------------------------------
 */

/* The view of a message: fresh and passing for a program that posts without having opened the
 * page. NULL: answered. */
static struct view *posting_view(net_conn_id conn, const struct http_req *req,
                                 const struct place *place, struct answer *answer)
{
    WICK_ASSERT_DEBUG(answer->conn == conn && !answer->is_passing);
    uint8_t token[LIVE_TOKEN_LEN];
    if (place->wire->identity == WIRE_BY_SESSION) {
        return identity_view(req, place, VIEW_WHICH_ANY, true, &answer->has_new_session);
    }
    struct view *view = view_find(identity_query(req->query, STR("v")), token);
    if (view != NULL && (view->page_idx != place->page_idx || view->wire_idx != place->wire_idx)) {
        net_respond_error(conn, 400, STR("The parameter v belongs to another page."));
        return NULL;
    }
    answer->is_passing = view == NULL;
    return view != NULL ? view : act_mount(req, place->page_idx, place->wire_idx, NULL);
}

static void post_message(net_conn_id conn, const struct http_req *req, const struct place *place)
{
    static struct wire_fields fields;
    struct wire_request request;
    struct answer answer = { .conn = conn };
    struct view *view = posting_view(conn, req, place, &answer);
    if (view == NULL) {
        return;
    }
    WICK_ASSERT_DEBUG(view->page_idx == place->page_idx && view->wire_idx == place->wire_idx);
    place->wire->read(&request, &fields, req->body);
    answer.is_ok = act_request(view, req, &request, req->body);
    answer.ref = request.ref;
    (void)wick_set(answer.action, sizeof answer.action, request.action);
    bool is_live = view->state == VIEW_LIVE;
    WICK_ASSERT_DEBUG(!answer.is_passing || view->state == VIEW_NEW);
    if (place->wire->reply == WIRE_REPLY_TREE) { /* its stream, too, begins anew */
        view->due.snapshot = view->due.snapshot || is_live;
        answer.kind = ANSWER_TREE;
    } else {
        answer.kind = is_live || answer.is_passing ? ANSWER_DONE : ANSWER_TREE;
    }
    answer.view = view_handle(view);
    answer_add(&answer);
}

static void post(net_conn_id conn, const struct http_req *req, const struct place *place)
{
    WICK_ASSERT_DEBUG(req->method == HTTP_POST);
    struct str type = header_before(http_header(req, STR("content-type")), ';');
    if (str_eq_nocase(type, STR("application/json"))) {
        post_message(conn, req, place);
    } else if (str_eq_nocase(type, STR("application/x-www-form-urlencoded"))) {
        post_form(conn, req, place);
    } else {
        net_respond_error(conn, 415,
                          STR("Send a form (application/x-www-form-urlencoded) or JSON."));
    }
}

/* --- routes -------------------------------------------------------------------------------------
 */

/* The first type of Accept that is not the wildcard. */
static bool wants(const struct http_req *req, struct str type)
{
    WICK_ASSERT_DEBUG(type.len > 0);
    struct str rest = http_header(req, STR("accept"));
    while (rest.len > 0) {
        struct str one = header_before(str_cut(&rest, ','), ';');
        if (!str_eq(one, STR("*/*"))) {
            return str_eq_nocase(one, type);
        }
    }
    return false;
}

/* Another site made the browser ask. Net has refused foreign hosts and the plain cases; this adds
 * streams over HTTP and ports of the same host. Clients that are not browsers send neither header.
 */
static bool is_foreign(const struct http_req *req)
{
    WICK_ASSERT_DEBUG(req->header_count <= WICK_HEADER_MAX);
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

static void get(net_conn_id conn, const struct http_req *req, const struct place *place,
                bool is_stream)
{
    WICK_ASSERT_DEBUG(req->method == HTTP_GET);
    if (is_stream) {
        stream_open(conn, req, place);
    } else if (place->wire->has_tree_page && wants(req, STR("application/json"))) {
        get_tree_page(conn, req, place);
    } else {
        get_page(conn, req, place);
    }
}

void request_take(net_conn_id conn, const struct http_req *req)
{
    struct place place;
    bool is_get = req->method == HTTP_GET || req->method == HTTP_HEAD;
    WICK_ASSERT(conn != 0);
    if (probe_request(conn, req) || (is_get && get_statics(conn, req))) {
        return;
    }
    if (!find_page(req->path, &place)) {
        net_respond_error(conn, 404, STR("There is no page at this address."));
        return;
    }
    WICK_ASSERT_DEBUG(place.wire == place.page->wire[place.wire_idx]);
    bool is_stream = req->is_upgrade || (identity_query(req->query, STR("stream")).ptr != NULL &&
                                         wants(req, STR("text/event-stream")));
    if ((is_stream || req->method == HTTP_POST) && is_foreign(req)) {
        net_respond_error(conn, 403, STR("Requests from other sites are refused."));
        return;
    }
    switch (req->method) {
    case HTTP_HEAD:
        head_page(conn, &place);
        break;
    case HTTP_GET:
        get(conn, req, &place, is_stream);
        break;
    case HTTP_POST:
        post(conn, req, &place);
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
