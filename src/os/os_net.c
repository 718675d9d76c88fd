/* os_net.c - network links and addresses over rtnetlink (rtnetlink(7)): one dump of each, and a
 * subscription that tells of changes. A kernel without CONFIG_INET has links but no addresses. */
#include "base/base.h"
#include "os/os_priv.h"

#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct {
    int query_fd; /* 0: not open yet */
    uint32_t query_seq;
    _Alignas(NLMSG_ALIGNTO) char block[16384]; /* one datagram of an answer */
    bool is_busy;                              /* block is in use */
} os_net;

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

typedef void (*message_fn)(const struct nlmsghdr *message, void *arg);

/* Hand the messages of one datagram to each. @return 1: go on, 0: the answer is complete, -1: the
 * kernel refused. */
static int read_datagram(size_t len, message_fn each, void *arg)
{
    const char *at = os_net.block;
    while (len >= sizeof(struct nlmsghdr)) {
        const struct nlmsghdr *message = (const void *)at;
        if (message->nlmsg_len < sizeof *message || message->nlmsg_len > len) {
            return -1;
        }
        if (message->nlmsg_seq == os_net.query_seq) {
            if (message->nlmsg_type == NLMSG_DONE) {
                return 0;
            }
            if (message->nlmsg_type == NLMSG_ERROR) {
                return -1;
            }
            each(message, arg);
        }
        size_t step = NLMSG_ALIGN(message->nlmsg_len);
        step = step < len ? step : len;
        len -= step;
        at += step;
    }
    return 1;
}

/* Ask for a whole table. @return false: the kernel does not have it. */
static bool dump(uint16_t type, message_fn each, void *arg)
{
    struct {
        struct nlmsghdr head;
        struct rtgenmsg body;
    } ask = {
        .head = { .nlmsg_len = NLMSG_LENGTH(sizeof ask.body),
                  .nlmsg_type = type,
                  .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
                  .nlmsg_seq = ++os_net.query_seq },
        .body = { .rtgen_family = AF_UNSPEC },
    };

    WICK_ASSERT(!os_net.is_busy); /* each() must not ask again */
    if (os_net.query_fd == 0) {
        os_net.query_fd = open_netlink(0);
    }
    if (os_net.query_fd < 0 || send(os_net.query_fd, &ask, ask.head.nlmsg_len, 0) < 0) {
        return false;
    }
    int result = 1;
    os_net.is_busy = true;
    while (result > 0) {
        ssize_t got = recv(os_net.query_fd, os_net.block, sizeof os_net.block, 0);
        result = got > 0 ? read_datagram((size_t)got, each, arg) : -1;
    }
    os_net.is_busy = false;
    return result == 0;
}

/* NLMSG_DATA() without its cast, which drops const. */
static const void *body_of(const struct nlmsghdr *message)
{
    return (const char *)message + NLMSG_HDRLEN;
}

/* The payload of attribute type among the attributes after a message's body; NULL when absent. */
static const void *attribute(const struct nlmsghdr *message, size_t body_len, uint16_t type,
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

/* --- links ------------------------------------------------------------------------------------ */

struct link_walk {
    void (*each)(const struct os_link *link, void *arg);
    void *arg;
};

static void read_counters(struct os_link *link, const void *raw, size_t len)
{
    struct rtnl_link_stats64 stats;
    memset(&stats, 0, sizeof stats); /* older kernels send fewer counters */
    memcpy(&stats, raw, len < sizeof stats ? len : sizeof stats);
    link->has_counters = true;
    link->rx_bytes = stats.rx_bytes;
    link->tx_bytes = stats.tx_bytes;
    link->rx_packets = stats.rx_packets;
    link->tx_packets = stats.tx_packets;
    link->rx_errors = stats.rx_errors;
    link->tx_errors = stats.tx_errors;
    link->rx_dropped = stats.rx_dropped;
    link->tx_dropped = stats.tx_dropped;
}

static void read_link(const struct nlmsghdr *message, void *arg)
{
    const struct link_walk *walk = arg;
    const struct ifinfomsg *info = body_of(message);
    size_t len = 0;
    const char *name = attribute(message, sizeof *info, IFLA_IFNAME, &len);
    if (message->nlmsg_type != RTM_NEWLINK || name == NULL) {
        return;
    }
    struct os_link link = {
        .idx = info->ifi_index,
        .is_up = (info->ifi_flags & IFF_UP) != 0,
        .has_carrier = (info->ifi_flags & IFF_LOWER_UP) != 0,
        .is_loopback = info->ifi_type == ARPHRD_LOOPBACK,
    };
    len = len < sizeof link.name - 1 ? len : sizeof link.name - 1; /* IFNAMSIZ holds all of them */
    memcpy(link.name, name, len);
    const void *mac = attribute(message, sizeof *info, IFLA_ADDRESS, &len);
    if (mac != NULL && len == sizeof link.mac) {
        memcpy(link.mac, mac, len);
        link.mac_len = (uint8_t)len;
    }
    const void *raw = attribute(message, sizeof *info, IFLA_STATS64, &len);
    if (raw != NULL) {
        read_counters(&link, raw, len);
    }
    walk->each(&link, walk->arg);
}

bool os_net_links(void (*each)(const struct os_link *link, void *arg), void *arg)
{
    struct link_walk walk = { each, arg };
    return dump(RTM_GETLINK, read_link, &walk);
}

/* --- addresses -------------------------------------------------------------------------------- */

struct address_walk {
    void (*each)(const struct os_address *address, void *arg);
    void *arg;
};

static void read_address(const struct nlmsghdr *message, void *arg)
{
    const struct address_walk *walk = arg;
    const struct ifaddrmsg *info = body_of(message);
    size_t len = 0;
    if (message->nlmsg_type != RTM_NEWADDR) {
        return;
    }
    const void *raw = attribute(message, sizeof *info, IFA_LOCAL, &len);
    if (raw == NULL) { /* IFA_ADDRESS is the other end of a point-to-point link */
        raw = attribute(message, sizeof *info, IFA_ADDRESS, &len);
    }
    if (raw == NULL || len != (info->ifa_family == AF_INET ? 4U : 16U)) {
        return;
    }
    struct os_address address = {
        .link_idx = (int)info->ifa_index,
        .len = (uint8_t)len,
        .prefix_len = info->ifa_prefixlen,
        .is_global = info->ifa_scope == RT_SCOPE_UNIVERSE,
    };
    memcpy(address.bytes, raw, len);
    walk->each(&address, walk->arg);
}

bool os_net_addresses(void (*each)(const struct os_address *address, void *arg), void *arg)
{
    struct address_walk walk = { each, arg };
    return dump(RTM_GETADDR, read_address, &walk);
}

/* --- changes ---------------------------------------------------------------------------------- */

int os_net_watch_open(void)
{
    return open_netlink(RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR);
}

void os_net_watch_drain(int fd)
{
    WICK_ASSERT(!os_net.is_busy);
    while (recv(fd, os_net.block, sizeof os_net.block, MSG_DONTWAIT) > 0) {
        /* what changed is read anew; overruns do not matter then */
    }
}
