/* guard.c - requests that another site made the browser send: foreign Host (DNS rebinding), foreign Origin.
 *
 * A page of another site can make a browser ask us, but cannot choose these headers: Host is the name it used, Origin and
 * Sec-Fetch-Site say who asks. Programs without a browser send no Origin and are let through.
 */
#include "live/live_priv.h"

#include "base/log.h"

#include <sys/utsname.h>

enum { GUARD_HOSTS = 8 };

static const char *guard_host[GUARD_HOSTS];
static unsigned guard_host_count;

bool guard_add_host(const char *name)
{
    if (guard_host_count == GUARD_HOSTS) {
        return false;
    }
    guard_host[guard_host_count++] = name;
    return true;
}

static bool is_digits(struct str text, const char *others)
{
    size_t at = 0;
    while (at < text.len && ((text.ptr[at] >= '0' && text.ptr[at] <= '9') || str_trim((struct str){ &text.ptr[at], 1 }, others).len == 0)) {
        at++;
    }
    return at == text.len && text.len > 0;
}

/* host.name without ":port" and closing dot */
static struct str without_port(struct str host)
{
    if (host.len > 0 && host.ptr[0] == '[') {
        size_t end = 0;
        while (end < host.len && host.ptr[end] != ']') {
            end++;
        }
        return (struct str){ host.ptr, end < host.len ? end + 1 : 0 };
    }
    struct str name = str_cut(&host, ':');
    return name.len > 0 && name.ptr[name.len - 1] == '.' ? (struct str){ name.ptr, name.len - 1 } : name;
}

static bool ends_with(struct str text, struct str end)
{
    return text.len >= end.len && str_eq_nocase((struct str){ text.ptr + (text.len - end.len), end.len }, end);
}

bool guard_is_own_host(struct str host)
{
    struct str name = without_port(host);
    struct utsname machine;
    if (name.len == 0) {
        return false;
    }
    /* an address cannot be rebound, so it is always good */
    if (name.ptr[0] == '[' || is_digits(name, ".") || str_eq_nocase(name, STR("localhost")) || ends_with(name, STR(".localhost"))) {
        return true;
    }
    for (unsigned idx = 0; idx < guard_host_count; idx++) {
        if (str_eq_nocase(name, str_of(guard_host[idx]))) {
            return true;
        }
    }
    if (uname(&machine) != 0) {
        return false;
    }
    struct str own = str_of_field(machine.nodename, sizeof machine.nodename);
    if (ends_with(name, STR(".local"))) {
        name.len -= sizeof ".local" - 1;
    }
    return own.len > 0 && str_eq_nocase(name, own);
}

static bool is_own_origin(struct str origin, struct str host)
{
    static const struct str scheme[] = { STR_INIT("http://"), STR_INIT("https://") };
    for (size_t idx = 0; idx < WICK_COUNT_OF(scheme); idx++) {
        if (str_starts(origin, scheme[idx])) {
            return str_eq_nocase((struct str){ origin.ptr + scheme[idx].len, origin.len - scheme[idx].len }, host);
        }
    }
    return false; /* "null" too */
}

bool guard_check(net_conn_id conn, const struct http_req *req)
{
    struct str host = http_header(req, STR("host"));
    if (host.ptr != NULL && !guard_is_own_host(host)) { /* absent: HTTP/1.0, not a browser */
        log_event(LOG_WARN, "live", "request for a foreign host refused", KV_S("host", host), KV_S("peer", req->peer));
        net_respond_error(conn, 421, STR("This device does not answer to that name. Use its address, or start it with --host NAME."));
        return false;
    }
    bool is_stream = req->is_upgrade || wire_query(req->query, STR("stream")).ptr != NULL;
    if (req->method != HTTP_POST && !is_stream) {
        return true;
    }
    struct str origin = http_header(req, STR("origin")), site = http_header(req, STR("sec-fetch-site"));
    bool is_foreign = (origin.ptr != NULL && !is_own_origin(origin, host)) ||
                      (site.ptr != NULL && !str_eq(site, STR("same-origin")) && !str_eq(site, STR("none")));
    if (is_foreign) {
        log_event(LOG_WARN, "live", "request from a foreign site refused", KV_S("origin", origin), KV_S("peer", req->peer));
        net_respond_error(conn, 403, STR("This request came from another site."));
        return false;
    }
    return true;
}
