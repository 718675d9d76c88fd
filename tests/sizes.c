/* sizes.c - compiled, never linked or run: nm -S on the object is the table of sizes (make sizes).
 */
#include "base/buf.h"
#include "base/json.h"
#include "base/pool.h"
#include "base/rd.h"
#include "dash/overview.h"
#include "diff/diff.h"
#include "hub/hub.h"
#include "hub/hub_priv.h"
#include "live/view.h"
#include "live/wick.h"
#include "net/net.h"
#include "net/net_priv.h"
#include "store/store.h"
#include "tmpl/tmpl.h"

#include <lwip/altcp.h>
#include <lwip/pbuf.h>

#define SIZE(name, type)                                                                           \
    extern char size_##name[sizeof(type)];                                                         \
    char size_##name[sizeof(type)]

SIZE(dash_device, struct dash_device);
SIZE(dash_view, struct overview_view);
SIZE(diff_op, struct diff_op);
SIZE(http_req, struct http_req);

SIZE(hub_ring, struct hub_ring);
SIZE(hub_sub, struct hub_sub);
SIZE(live_view, struct view);
SIZE(lwip_altcp_pcb, struct altcp_pcb);
SIZE(lwip_pbuf, struct pbuf);
SIZE(net_conn, struct net_conn);
SIZE(net_in, struct net_in);
SIZE(net_pull, struct net_pull);
SIZE(net_stream, struct net_stream);
SIZE(tmpl_ctx, struct tmpl_ctx);
SIZE(tmpl_form, struct tmpl_form);
SIZE(tmpl_slot, struct tmpl_slot);
SIZE(wick_field, struct wick_field);
SIZE(wick_turn_fields, char[WICK_FIELDS_LEN_MAX]);

/* the limits: every one is at least 1 */
#define LIMIT(name)                                                                                \
    extern char limit_##name[name];                                                                \
    char limit_##name[name];
#include "limits_rows.h"
