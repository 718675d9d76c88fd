/* outbox.h - long documents and snapshots on their way out.
 *
 * Layer: live. Memory: WICK_OUT_MAX static buffers of WICK_OUT_CAP bytes. One is filled between
 * outbox_begin() and outbox_send() or outbox_respond(), which hand it to net as a source; it is
 * free again when net is done with it. What fits into one write is copied and frees it at once.
 */
#ifndef LIVE_OUTBOX_H
#define LIVE_OUTBOX_H

#include "net/net.h"

void outbox_init(void);
/** An empty buffer to write into; NULL: all are on their way. */
struct buf *outbox_begin(void);
/** Send it as a message. @return false: it has an error, or there is no room now: lagged(). */
bool outbox_send(net_stream_id stream);
/** Answer with it as the body; with 503 when there was none (res may be NULL then), with 500 when
 * it has an error. */
void outbox_respond(net_conn_id conn, const struct http_res *res);

#endif
