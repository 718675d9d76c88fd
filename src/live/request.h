/* request.h - requests of HTTP: which page, which kind; forms without JavaScript.
 *
 * Layer: live. Hook of net: see live.h.
 */
#ifndef LIVE_REQUEST_H
#define LIVE_REQUEST_H

#include "live/live.h"

void request_take(net_conn_id conn, const struct http_req *req);

#endif
