/* src_net.c - network interfaces over rtnetlink (rtnetlink(7)): one dump of links with their 64-bit
 * counters, one of addresses, and a subscription, so that a pulled cable shows at once. */
#include "base/clk.h"
#include "base/log.h"
#include "dash/series.h"
#include "dash/sources.h"
#include "dash/src_file.h"
#include "os/os_poll.h"

#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { IF_MAX = 12, WORSE_MS = 60000 };

/* What must outlive a tick, per interface index. */
struct memory {
    int idx; /* 0: free */
    uint64_t rx, tx, errors, at_ms, worse_until_ms;
    struct dash_series rx_hist, tx_hist;
    uint32_t row; /* its row of this tick; valid while is_seen */
    bool is_seen;
};
static struct memory memory[IF_MAX];
static int query_fd = -1;
static uint32_t query_seq;
static struct dash_device *watched;

static struct memory *memory_of(int idx)
{
    struct memory *unused = NULL;
    for (unsigned i = 0; i < IF_MAX; i++) {
        if (memory[i].idx == idx) {
            return &memory[i];
        }
        unused = memory[i].idx == 0 && unused == NULL ? &memory[i] : unused;
    }
    if (unused != NULL) {
        memset(unused, 0, sizeof *unused);
        unused->idx = idx;
    }
    return unused;
}

typedef void (*message_fn)(struct nlmsghdr *message, struct dash_device *device);

/* Ask for a whole table and hand every message of the answer to each. @return false: the kernel
 * does not have it. */
static bool dump(uint16_t type, uint8_t family, struct dash_device *device, message_fn each)
{
    static _Alignas(NLMSG_ALIGNTO) char block[16384];

    struct {
        struct nlmsghdr head;
        struct rtgenmsg body;
    } ask = {
        .head = { .nlmsg_len = NLMSG_LENGTH(sizeof ask.body),
                  .nlmsg_type = type,
                  .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
                  .nlmsg_seq = ++query_seq },
        .body = { .rtgen_family = family },
    };

    if (query_fd < 0 || send(query_fd, &ask, ask.head.nlmsg_len, 0) < 0) {
        return false;
    }
    for (;;) {
        ssize_t got = recv(query_fd, block, sizeof block, 0);
        if (got <= 0) {
            return false;
        }
        size_t left = (size_t)got;
        struct nlmsghdr *message = (void *)block;
        while (left >= sizeof *message && message->nlmsg_len >= sizeof *message &&
               message->nlmsg_len <= left) {
            if (message->nlmsg_seq == query_seq) {
                if (message->nlmsg_type == NLMSG_DONE || message->nlmsg_type == NLMSG_ERROR) {
                    return message->nlmsg_type == NLMSG_DONE;
                }
                each(message, device);
            }
            size_t step = NLMSG_ALIGN(message->nlmsg_len);
            step = step < left ? step : left;
            left -= step;
            message = (void *)((char *)message + step);
        }
    }
}

/* The payload of attribute type among the attributes behind a message body; NULL when absent. */
static const void *attribute(struct nlmsghdr *message, size_t body_len, uint16_t type,
                             size_t *len_out)
{
    size_t off = NLMSG_LENGTH(NLMSG_ALIGN(body_len));
    while (off + sizeof(struct rtattr) <= message->nlmsg_len) {
        const struct rtattr *attr = (const void *)((const char *)message + off);
        if (attr->rta_len < sizeof *attr || off + attr->rta_len > message->nlmsg_len) {
            break;
        }
        if (attr->rta_type == type) {
            *len_out = attr->rta_len - sizeof *attr;
            return attr + 1;
        }
        off += RTA_ALIGN(attr->rta_len);
    }
    *len_out = 0;
    return NULL;
}

static void put_mac(char mac[18], const uint8_t *bytes, size_t len)
{
    struct buf buf;
    buf_init(&buf, mac, 18);
    for (size_t i = 0; i < 6 && len == 6; i++) {
        if (i > 0) {
            buf_put_u8(&buf, ':');
        }
        buf_put_hex(&buf, bytes[i], 2);
    }
    (void)buf_cstr(&buf);
}

static void count(struct dash_if *row, struct memory *mem, const struct rtnl_link_stats64 *stats)
{
    uint64_t now = clk_ms();
    uint64_t errors = stats->rx_errors + stats->tx_errors + stats->rx_dropped + stats->tx_dropped;
    bool is_known = mem->at_ms != 0 && now > mem->at_ms && stats->rx_bytes >= mem->rx &&
                    stats->tx_bytes >= mem->tx;
    if (is_known) { /* counters that went back: the driver was reloaded; that period has no rate */
        row->rx_rate = src_three_digits((stats->rx_bytes - mem->rx) * 1000 / (now - mem->at_ms));
        row->tx_rate = src_three_digits((stats->tx_bytes - mem->tx) * 1000 / (now - mem->at_ms));
    }
    if (mem->at_ms != 0 && errors > mem->errors) {
        mem->worse_until_ms = now + WORSE_MS;
    }
    mem->rx = stats->rx_bytes;
    mem->tx = stats->tx_bytes;
    mem->errors = errors;
    mem->at_ms = now == 0 ? 1 : now;
    row->rx_bytes = src_three_digits(stats->rx_bytes);
    row->tx_bytes = src_three_digits(stats->tx_bytes);
    row->errors = errors;
    row->is_worse = now < mem->worse_until_ms;
}

/* Not the loopback, and no tunnel or bridge that nobody uses. */
static bool is_shown(const struct ifinfomsg *info, const char *name)
{
    char folder[SRC_PATH_LEN_MAX + 1];
    bool is_physical =
        src_path(folder, sizeof folder, "/sys/class/net", name) && src_exists(folder, "device");
    return info->ifi_type != ARPHRD_LOOPBACK && ((info->ifi_flags & IFF_UP) != 0 || is_physical);
}

static void read_link(struct nlmsghdr *message, struct dash_device *device)
{
    const struct ifinfomsg *info = NLMSG_DATA(message);
    size_t len = 0;
    const char *name = attribute(message, sizeof *info, IFLA_IFNAME, &len);
    if (message->nlmsg_type != RTM_NEWLINK || name == NULL || !is_shown(info, name)) {
        return;
    }
    struct memory *past = memory_of(info->ifi_index);
    struct dash_if *row = past != NULL ? wick_list_add(&device->net) : NULL;
    if (row == NULL) {
        return;
    }
    past->is_seen = true;
    past->row = device->net.len - 1;
    (void)wick_set(row->name, sizeof row->name, str_of_field(name, len));
    bool is_up = (info->ifi_flags & IFF_UP) != 0;
    row->link = !is_up                                  ? DASH_LINK_DOWN
                : (info->ifi_flags & IFF_LOWER_UP) == 0 ? DASH_LINK_NO_CABLE
                                                        : DASH_LINK_UP;
    int64_t mbps = 0;
    char folder[SRC_PATH_LEN_MAX + 1];
    bool has_folder = src_path(folder, sizeof folder, "/sys/class/net", row->name);
    row->mbps =
        has_folder && row->link == DASH_LINK_UP && src_number(folder, "speed", &mbps) && mbps > 0
            ? (uint32_t)mbps
            : 0;
    const uint8_t *mac = attribute(message, sizeof *info, IFLA_ADDRESS, &len);
    if (mac != NULL) {
        put_mac(row->mac, mac, len);
    }
    struct rtnl_link_stats64 stats;
    const void *raw = attribute(message, sizeof *info, IFLA_STATS64, &len);
    memset(&stats, 0, sizeof stats);
    if (raw != NULL) {
        memcpy(&stats, raw,
               len < sizeof stats ? len : sizeof stats); /* older kernels send fewer counters */
        count(row, past, &stats);
    }
}

/* The longest run of zero groups, at least two: *first_out and its length (RFC 5952 section 4.2).
 */
static unsigned zero_run(const uint8_t *bytes, unsigned *first_out)
{
    unsigned best = 1;
    unsigned run = 0;
    for (size_t group = 0; group < 8; group++) {
        run = bytes[2 * group] == 0 && bytes[2 * group + 1] == 0 ? run + 1 : 0;
        if (run > best) {
            best = run;
            *first_out = (unsigned)group + 1 - run;
        }
    }
    return best > 1 ? best : 0;
}

static void put_ip6(struct buf *out, const uint8_t *bytes)
{
    unsigned zero_first = 8;
    unsigned zero_count = zero_run(bytes, &zero_first);
    for (size_t group = 0; group < 8; group++) {
        if (zero_count > 0 && group == zero_first) {
            buf_put_text(out, "::");
            group += zero_count - 1;
            continue;
        }
        if (group > 0 && (zero_count == 0 || group != zero_first + zero_count)) {
            buf_put_u8(out, ':');
        }
        unsigned value = (unsigned)bytes[2 * group] << 8 | bytes[2 * group + 1];
        buf_put_hex(out, value, value > 0xfff ? 4 : value > 0xff ? 3 : value > 0xf ? 2 : 1);
    }
}

static void put_ip4(struct buf *out, const uint8_t *bytes)
{
    for (unsigned i = 0; i < 4; i++) {
        buf_put_text(out, i > 0 ? "." : "");
        buf_put_u64(out, bytes[i]);
    }
}

/* Which address is shown: a routable one rather than a link-local one. */
static bool is_better(uint8_t scope, const struct dash_if *row)
{
    return row->address[0] == '\0' || scope == RT_SCOPE_UNIVERSE;
}

static void read_address(struct nlmsghdr *message, struct dash_device *device)
{
    const struct ifaddrmsg *info = NLMSG_DATA(message);
    size_t len = 0;
    if (message->nlmsg_type != RTM_NEWADDR) {
        return;
    }
    const void *raw = attribute(message, sizeof *info, IFA_LOCAL, &len);
    if (raw == NULL) {
        raw = attribute(message, sizeof *info, IFA_ADDRESS, &len);
    }
    struct dash_if *row = NULL;
    for (unsigned i = 0; i < IF_MAX; i++) {
        row = memory[i].idx == (int)info->ifa_index && memory[i].is_seen
                  ? &device->net.v[memory[i].row]
                  : row;
    }
    bool is_ip4 = info->ifa_family == AF_INET;
    bool is_whole = len == (is_ip4 ? 4U : 16U);
    if (row == NULL || raw == NULL || !is_whole || !is_better(info->ifa_scope, row) ||
        strchr(row->address, '.') != NULL) {
        return; /* the first IPv4 address stays: it is what people type */
    }
    struct buf buf;
    memset(row->address, 0, sizeof row->address);
    buf_init(&buf, row->address, sizeof row->address - 1);
    (is_ip4 ? put_ip4 : put_ip6)(&buf, raw);
    buf_put_u8(&buf, '/');
    buf_put_u64(&buf, info->ifa_prefixlen);
}

static int open_netlink(uint32_t groups)
{
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = groups };
    if (fd >= 0 && bind(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        (void)close(fd);
        fd = -1;
    }
    return fd;
}

static void on_change(void *arg)
{
    const int *fd = arg;
    static char block[8192];
    while (recv(*fd, block, sizeof block, MSG_DONTWAIT) >
           0) { /* what changed is read anew; overruns do not matter then */
    }
    src_net_tick(watched, false);
    health_tick(watched);
}

void src_net_start(struct dash_device *device)
{
    static int watch_fd = -1;
    os_watch_id ignored; /* it is watched for ever */
    watched = device;
    query_fd = open_netlink(0);
    watch_fd = open_netlink(RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR);
    if (query_fd < 0) {
        log_line(LOG_WARN, "dash", "no rtnetlink: the network card is left out");
    }
    if (watch_fd >= 0 && os_watch(watch_fd, on_change, &watch_fd, &ignored) != WICK_OK) {
        log_line(LOG_WARN, "dash", "cables and addresses are not watched: too many watched files");
    }
}

static void keep_history(struct dash_device *device, bool is_point)
{
    for (unsigned i = 0; i < IF_MAX; i++) {
        struct memory *past = &memory[i];
        if (!past->is_seen) {
            past->idx = 0;
            continue;
        }
        struct dash_if *row = &device->net.v[past->row];
        past->rx_hist.unit = DASH_BYTES_S;
        past->tx_hist.unit = DASH_BYTES_S;
        if (is_point) {
            series_push(&past->rx_hist,
                        row->rx_rate > INT32_MAX ? INT32_MAX : (int32_t)row->rx_rate);
            series_push(&past->tx_hist,
                        row->tx_rate > INT32_MAX ? INT32_MAX : (int32_t)row->tx_rate);
        }
        series_scale(&past->rx_hist, &past->tx_hist);
        row->rx = past->rx_hist;
        row->tx = past->tx_hist;
    }
}

void src_net_tick(struct dash_device *device, bool is_point)
{
    for (unsigned i = 0; i < IF_MAX; i++) {
        memory[i].is_seen = false;
    }
    device->net.len = 0;
    device->net.dropped = 0;
    if (dump(RTM_GETLINK, AF_UNSPEC, device, read_link)) {
        (void)dump(RTM_GETADDR, AF_UNSPEC, device,
                   read_address); /* a kernel without INET has none */
    }
    keep_history(device, is_point);
}
