/* probe.c - see probe.h. No view is made for these. */
#include "live/probe.h"

#include "base/license.h"
#include "base/metric.h"
#include "base/stat.h"
#include "live/frozen.h"
#include "live/live.h"

static const struct str no_store = STR_INIT("Cache-Control: no-store\r\n");

/* --- /metrics --------------------------------------------------------------------------------- */

/* The engine's lines are only in programs whose application asks for them (wick_app.metrics): with
 * them come the names and help texts of all counters; see base/stat.h. */
static void put_build(struct buf *out)
{
    static const char name[] = "wick_build_info";
    WICK_ASSERT(live_app()->name != NULL && live_app()->version != NULL);
    metric_family(out, name, METRIC_GAUGE, "The program and its version.");
    metric_begin(out, name);
    metric_label(out, "program", str_of(live_app()->name));
    metric_label(out, "version", str_of(live_app()->version));
    metric_u64(out, 1);
}

bool wick_metrics(struct buf *out, uint64_t *at_inout)
{
    WICK_ASSERT(out != NULL && at_inout != NULL);
    if (*at_inout != 0) {
        return false;
    }
    put_build(out);
    for (size_t idx = 0; stat_at(idx) != NULL; idx++) {
        const struct stat_counter *counter = stat_at(idx);
        WICK_ASSERT_DEBUG(counter->name != NULL && counter->of != NULL);
        metric_family(out, counter->name, counter->is_total ? METRIC_COUNTER : METRIC_GAUGE,
                      counter->help);
        metric_begin(out, counter->name);
        metric_u64(out, counter->of->value);
    }
    return false;
}

/* @pre the application has metrics */
static void answer_metrics(net_conn_id conn)
{
    WICK_ASSERT(live_app()->metrics != NULL);
    live_refresh();
    frozen_respond_text(conn,
                        &(struct http_res){ .status = 200,
                                            .type = STR("text/plain; version=0.0.4; charset=utf-8"),
                                            .headers = no_store },
                        live_app()->metrics);
}

/* --- /licenses.txt ---------------------------------------------------------------------------- */

/* One library after the other. */
static bool put_licenses(struct buf *out, uint64_t *at_inout)
{
    WICK_ASSERT_DEBUG(*at_inout <= wick_license_count());
    for (size_t i = (size_t)*at_inout; i < wick_license_count(); i++) {
        const struct wick_license *one = &wick_license[i];
        size_t start = out->len;
        WICK_ASSERT_DEBUG(one->name != NULL && one->version != NULL && one->terms != NULL);
        buf_put_text(out, one->name);
        buf_put_u8(out, ' ');
        buf_put_text(out, one->version);
        buf_put_text(out, "\nSPDX-License-Identifier: ");
        buf_put_text(out, one->terms);
        buf_put_text(out, "\n\n");
        buf_put_str(out, one->text);
        buf_put_text(out, "\n\n");
        if (out->err != WICK_OK) {
            buf_cut(out, start);
            *at_inout = i;
            return true;
        }
    }
    return false;
}

static void answer_licenses(net_conn_id conn)
{
    frozen_respond_text(conn,
                        &(struct http_res){ .status = 200,
                                            .type = STR("text/plain; charset=utf-8"),
                                            .headers = no_store },
                        put_licenses);
}

/* --- /readyz ---------------------------------------------------------------------------------- */

/* Settings in memory only do not make it unready: the pages work, and say so. */
static void answer_ready(net_conn_id conn)
{
    const char *unready = live_app()->unready != NULL ? live_app()->unready() : NULL;
    const char *forgetful = wick_setting_trouble();
    WICK_ASSERT_DEBUG(unready == NULL || unready[0] != '\0');
    WICK_ASSERT_DEBUG(forgetful == NULL || forgetful[0] != '\0');
    char mem[512];
    struct buf out;
    buf_init(&out, mem, sizeof mem);
    buf_put_text(&out, "application: ");
    buf_put_text(&out, unready != NULL ? unready : "ok");
    buf_put_text(&out, "\nsettings: ");
    buf_put_text(&out, forgetful != NULL ? "kept in memory only, " : "ok");
    buf_put_text(&out, forgetful != NULL ? forgetful : "");
    buf_put_text(&out, "\n");
    net_respond(conn, &(struct http_res){ .status = unready == NULL ? 200 : 503,
                                          .type = STR("text/plain; charset=utf-8"),
                                          .headers = no_store,
                                          .body = buf_str(&out) });
}

bool probe_request(net_conn_id conn, const struct http_req *req)
{
    static const struct {
        struct str path;
        void (*answer)(net_conn_id conn);
    } probe[] = {
        { STR_INIT("/readyz"), answer_ready },
        { STR_INIT("/metrics"), answer_metrics },
        { STR_INIT("/licenses.txt"), answer_licenses },
    };

    WICK_ASSERT(live_app() != NULL);
    WICK_ASSERT_DEBUG(conn != 0 && req->path.len > 0 && req->path.ptr[0] == '/');
    for (size_t i = 0; i < WICK_COUNT_OF(probe); i++) {
        if (str_eq(req->path, probe[i].path) &&
            (probe[i].answer != answer_metrics || live_app()->metrics != NULL)) {
            if (req->method == HTTP_GET || req->method == HTTP_HEAD) {
                probe[i].answer(conn);
            } else {
                net_respond(conn, &(struct http_res){
                                      .status = 405,
                                      .type = STR("text/plain; charset=utf-8"),
                                      .headers = STR("Allow: GET, HEAD\r\n"),
                                      .body = STR("405: this address can only be read.\n") });
            }
            return true;
        }
    }
    return false;
}
