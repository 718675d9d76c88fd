/* identity.h - which view a request means: by the page's token, or by the browser's session.
 *
 * Layer: live. The wire's row says how; a session is a cookie of random bytes that names nobody.
 */
#ifndef LIVE_IDENTITY_H
#define LIVE_IDENTITY_H

#include "live/act.h"

/* A page as requested: each wire of a page has a path of its own. */
struct place {
    unsigned page_idx, wire_idx;
    const struct wick_page *page;
    const struct wire *wire;
};

/** Value of a parameter of our own, which never needs escapes; ptr NULL when absent. */
struct str identity_query(struct str query, struct str name);
/** The session's view among those of which, or a fresh one. A fresh one gets the session (a new one
 * for a browser without) when the wire knows its views by session or needs_session; is_new_out: the
 * browser has to be told. */
struct view *identity_view(const struct http_req *req, const struct place *place,
                           enum view_which which, bool needs_session, bool *is_new_out);
/** Header line that gives the browser the view's session. */
void identity_put_cookie(struct buf *headers, const struct view *view);

#endif
