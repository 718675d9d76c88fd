/* frozen.h - documents and snapshots longer than one write: made in pieces, from a frozen copy of
 * what they show.
 *
 * Layer:     live.
 * Memory:    WICK_FROZEN_MAX static copies, each with room for WICK_FROZEN_CAP bytes of device
 *            states and for one view's state and form; one static window.
 * Ownership: a copy is taken here and given to net as a source; it is free again when net is done
 *            with it, whatever happened to the connection.
 * Short:     what fits into one write is made from the present states at once, without a copy.
 * Limits:    no copy left: FROZEN_FULL, and the caller asks again in a later pass; meanwhile the
 *            copy whose client is worth least, and takes least per second, gives way (its
 *            connection is closed). No page is too long; a single slot over WICK_UPDATE_CAP bytes
 *            is FROZEN_FAULT.
 */
#ifndef LIVE_FROZEN_H
#define LIVE_FROZEN_H

#include "live/ring.h"
#include "net/net.h"

enum frozen_result {
    FROZEN_SENT,
    FROZEN_NO_ROOM, /* a stream cannot take a message now: its hook lagged() comes */
    FROZEN_FULL,
    FROZEN_FAULT, /* said to the log and to the client */
};

/* Something long: a view with the states that it shows. */
struct frozen_job {
    const struct view *view;
    const struct tmpl_ctx *ctx;
    const struct wire_meta *meta; /* NULL: the document; else a snapshot in the view's wire */
};

void frozen_init(void);
/** Answer a request with it. */
enum frozen_result frozen_respond(net_conn_id conn, const struct frozen_job *job,
                                  const struct http_res *res);
/** Send it as a message of the view's stream. */
enum frozen_result frozen_send(const struct frozen_job *job);
/** What writes a text that is no page, such as /metrics: as many whole lines as fit into *out,
 * which is empty. *at_inout is 0 at first and belongs to the function: where it goes on.
 * @return true: there is more. A line that does not fit into WICK_FROZEN_CAP bytes ends the
 * answer: with 500, or broken off when its head is sent. */
typedef bool frozen_text_put(struct buf *out, uint64_t *at_inout);
/** Answer a request with such a text. The first WICK_FROZEN_CAP bytes are written at once, so up to
 * this length the values are of one moment; the rest is written as the reader takes it. When no
 * copy is left, the answer is 503. */
void frozen_respond_text(net_conn_id conn, const struct http_res *res, frozen_text_put *put);
/** All copies are in use. */
bool frozen_is_full(void);

#endif
