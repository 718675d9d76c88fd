/* identity.c - see identity.h. */
#include "live/identity.h"

#include <string.h>

struct str identity_query(struct str query, struct str name)
{
    WICK_ASSERT(name.len > 0);
    WICK_ASSERT_DEBUG(query.len == 0 || query.ptr != NULL);
    while (query.len > 0) {
        struct str value = str_cut(&query, '&');
        struct str key = str_cut(&value, '=');
        if (str_eq(key, name)) {
            return value.ptr != NULL ? value : STR("");
        }
    }
    return (struct str){ NULL, 0 };
}

static struct str cookie_of(const struct wire *wire)
{
    WICK_ASSERT_DEBUG(wire->cookie.len > 0 || live_cookie_name().len > 0);
    return wire->cookie.len > 0 ? wire->cookie : live_cookie_name();
}

struct view *identity_view(const struct http_req *req, const struct place *place,
                           enum view_which which, bool needs_session, bool *is_new_out)
{
    WICK_ASSERT_DEBUG(place->wire == live_app()->page[place->page_idx]->wire[place->wire_idx]);
    uint8_t session[LIVE_TOKEN_LEN];
    bool is_known = view_read_token(http_cookie(req, cookie_of(place->wire)), session);
    bool has_session = needs_session || place->wire->identity == WIRE_BY_SESSION;
    struct view *view =
        is_known ? view_of_session(session, place->page_idx, place->wire_idx, which) : NULL;
    if (view == NULL) {
        view = act_mount(req, place->page_idx, place->wire_idx, NULL);
        if (has_session && !is_known) {
            view_random(session);
        }
        if (has_session) {
            memcpy(view->session, session, sizeof view->session);
        }
    }
    *is_new_out = has_session && !is_known;
    WICK_ASSERT_DEBUG(view->page_idx == place->page_idx && view->wire_idx == place->wire_idx);
    WICK_ASSERT_DEBUG(!*is_new_out || memcmp(view->session, session, sizeof session) == 0);
    return view;
}

void identity_put_cookie(struct buf *headers, const struct view *view)
{
    const struct wire *wire = view_wire(view);
    WICK_ASSERT(cookie_of(wire).len > 0);
    buf_put_text(headers, "Set-Cookie: ");
    buf_put_str(headers, cookie_of(wire));
    buf_put_u8(headers, '=');
    view_put_token(headers, view->session);
    buf_put_str(headers, wire->cookie.len > 0 ? wire->cookie_with
                                              : STR("; Path=/; HttpOnly; SameSite=Strict"));
    buf_put_text(headers, "\r\n");
    WICK_ASSERT_DEBUG(headers->err == WICK_OK);
}
