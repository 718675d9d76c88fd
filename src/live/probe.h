/* probe.h - what is asked for besides pages and files: /readyz, /metrics,
 * /licenses.txt. /healthz is net's: it says that the loop runs.
 *
 * Layer: live. Only reads; answers at once, in the input phase. A page of the application with such
 * a path is never reached. /metrics is there for applications that name their metrics
 * (wick_app.metrics).
 */
#ifndef LIVE_PROBE_H
#define LIVE_PROBE_H

#include "net/net.h"

/** @return true: it was for us and is answered. */
bool probe_request(net_conn_id conn, const struct http_req *req);

#endif
