/* net_host.c - which names this server answers to, and which origins are its own.
 *
 * A name that anybody can point at this server is refused: that is how DNS rebinding works. Accepted
 * are addresses, localhost, the machine's own name, and those given by --host.
 */
#include "base/log.h"
#include "base/mem.h"
#include "net/net_priv.h"

#include <string.h>
#include <sys/utsname.h>

enum { HOST_LEN_MAX = 64 };

static struct {
    char good[HOST_LEN_MAX]; /* the Host header that was accepted last, its port with it: mostly the
                                next one too */
    size_t good_len;
    char allowed[NET_ALLOW_MAX][HOST_LEN_MAX];
    size_t allowed_count;
} hosts;

void host_end(void)
{
    memset(&hosts, 0, sizeof hosts);
}

enum wick_err net_allow_host(const char *host)
{
    struct str name;
    if (!http_host_is_valid(str_of(host), &name) || name.len != strlen(host)) {
        return WICK_E_SYNTAX;
    }
    if (hosts.allowed_count == NET_ALLOW_MAX || name.len >= HOST_LEN_MAX) {
        return WICK_E_FULL;
    }
    (void)str_copy(hosts.allowed[hosts.allowed_count++], HOST_LEN_MAX, str_of(host));
    return WICK_OK;
}

/* The machine's own name, alone or with ".local". Read each time, because it may be set long after
 * this program has started. */
static bool is_own_name(struct str host)
{
    struct utsname machine;
    if (uname(&machine) != 0) {
        return false;
    }
    struct str own = str_of(machine.nodename);
    if (host.len > own.len &&
        str_eq_nocase((struct str){ host.ptr + own.len, host.len - own.len }, STR(".local"))) {
        host.len = own.len;
    }
    return own.len > 0 && str_eq_nocase(host, own);
}

static bool is_allowed(struct str host)
{
    ip_addr_t ip;
    if (str_eq_nocase(host, STR("localhost"))) {
        return true;
    }
    for (size_t i = 0; i < hosts.allowed_count; i++) {
        if (str_eq_nocase(host, str_of(hosts.allowed[i]))) {
            return true;
        }
    }
    return addr_read(host, &ip) || is_own_name(host);
}

bool host_is_known(struct str host_port)
{
    struct str host;
    if (host_port.len == hosts.good_len && mem_eq(host_port.ptr, hosts.good, hosts.good_len)) {
        return true;
    }
    if (!http_host_is_valid(host_port, &host) || !is_allowed(host)) {
        log_event(LOG_WARN, "net",
                  "a request for a foreign host name was refused; --host allows it",
                  KV_S("host", host_port));
        return false;
    }
    if (host_port.len <= sizeof hosts.good) {
        memcpy(hosts.good, host_port.ptr, host_port.len);
        hosts.good_len = host_port.len;
    }
    return true;
}

/* Same origin: scheme http or https, then exactly what Host says. */
bool host_is_origin(struct str origin, struct str host)
{
    if (str_starts(origin, STR("http://"))) {
        origin = (struct str){ origin.ptr + 7, origin.len - 7 };
    } else if (str_starts(origin, STR("https://"))) {
        origin = (struct str){ origin.ptr + 8, origin.len - 8 };
    } else {
        return false;
    }
    return str_eq_nocase(origin, host);
}
