/* stream.h - streams of views: opening, messages, the end.
 *
 * Layer: live. Called from net's hooks: they change states and mark views (live.h).
 */
#ifndef LIVE_STREAM_H
#define LIVE_STREAM_H

#include "live/identity.h"

/** A WebSocket (upgrade) or events (stream=): accept it and let it join its view, or answer why
 * not. */
void stream_open(net_conn_id conn, const struct http_req *req, const struct place *place);
/** One message. @return false: the view has acted; nothing more is read from it in this pass. */
bool stream_message(net_conn_id conn, struct str text);
void stream_closed(net_stream_id stream);
/** Frames for it were lost, and it can be sent to again. */
void stream_lagged(net_stream_id stream);

#endif
