/* src_net.c - network interfaces: links and addresses from the kernel, at once when a cable is
 * pulled. Shown are the ones that matter most: with rising errors, with an address, with a plug. */
#include "base/base.h"
#include "base/clk.h"
#include "base/log.h"
#include "dash/series.h"
#include "dash/source.h"
#include "os/os_file.h"
#include "os/os_machine.h"
#include "os/os_poll.h"

#include <string.h>

enum { WORSE_S = 60, IP4_LEN = 4, IP6_LEN = 16 };

/* Every link that there is, shown or not. */
struct seen {
    int idx; /* 0: free */
    uint32_t worse_until_s;
    uint64_t errors;
    struct os_address address; /* the one to show; len 0: none */
    bool has_errors;           /* errors is of an earlier tick */
    bool had_carrier;          /* at some time since it is here */
    bool is_here;
};

/* What must outlive a tick for a link that is shown. */
struct past {
    int idx; /* 0: free */
    uint64_t rx, tx, at_ms, rx_rate, tx_rate;
    struct dash_series rx_hist, tx_hist;
    bool is_here, is_measured;
};

/* A link that is shown in this tick, the most important first. */
struct pick {
    struct os_link link;
    struct seen *seen;
    uint8_t rank;
    bool is_physical, is_wireless, is_bridge;
};

/* What went through several links together. */
struct sum {
    uint64_t rx, tx;
    uint32_t links; /* which ones: their indexes mixed */
};

static struct {
    struct seen seen[DASH_LINK_SEEN_MAX];
    struct past past[DASH_IF_MAX];
    struct pick pick[DASH_IF_MAX];
    uint32_t pick_count, dropped;
    struct dash_unseen unseen;
    struct sum sum[2], sum_was; /* of links without and with a plug */
    uint64_t sum_ms;
    unsigned plug_count, plug_up_count;   /* with a plug of their own */
    unsigned other_count, other_up_count; /* all others that are switched on */
    struct dash_device *watched;
    int watch_fd;
} net;

static struct seen *seen_of(int idx)
{
    struct seen *unused = NULL;
    for (size_t i = 0; i < WICK_COUNT_OF(net.seen); i++) {
        if (net.seen[i].idx == idx) {
            return &net.seen[i];
        }
        unused = net.seen[i].idx == 0 && unused == NULL ? &net.seen[i] : unused;
    }
    if (unused != NULL) {
        memset(unused, 0, sizeof *unused);
        unused->idx = idx;
    }
    return unused;
}

/* --- addresses -------------------------------------------------------------------------------- */

/* Which address is shown: what people type. A routable one before a link-local one, IPv4 before
 * IPv6; the first of IPv4, the last of IPv6, where the kernel puts new ones in front. */
static unsigned worth(const struct os_address *address)
{
    return (address->is_global ? 2U : 0U) + (address->len == IP4_LEN ? 2U : 1U);
}

static void read_address(const struct os_address *address, void *arg)
{
    (void)arg;
    struct seen *seen = seen_of(address->link_idx);
    if (seen == NULL) {
        return;
    }
    unsigned has = seen->address.len > 0 ? worth(&seen->address) : 0;
    if (worth(address) > has || (worth(address) == has && address->len == IP6_LEN)) {
        seen->address = *address;
    }
}

static void set_address(struct dash_if *row, const struct os_address *address)
{
    if (address->len == 0) {
        return;
    }
    struct buf buf;
    buf_init(&buf, row->address, sizeof row->address - 1);
    (address->len == IP4_LEN ? dash_put_ip4 : dash_put_ip6)(&buf, address->bytes);
    buf_put_u8(&buf, '/');
    buf_put_u64(&buf, address->prefix_len);
    WICK_ASSERT(buf.err == WICK_OK);
}

/* --- links ------------------------------------------------------------------------------------ */

/* Errors only: the kernel also counts as dropped what it has no protocol for, as every switch's
 * discovery frames. */
static void count_errors(struct seen *seen, const struct os_link *link)
{
    uint64_t errors = link->rx_errors + link->tx_errors;
    uint64_t now_s = clk_ms() / 1000;
    if (seen->has_errors && errors > seen->errors) {
        seen->worse_until_s = (uint32_t)now_s + WORSE_S;
    }
    seen->errors = errors; /* counters that went back: the driver was loaded again */
    seen->has_errors = true;
}

static bool is_worse(const struct seen *seen)
{
    return clk_ms() / 1000 < seen->worse_until_s;
}

static bool lost_link(const struct pick *pick)
{
    return pick->is_physical && pick->link.is_up && !pick->link.has_carrier &&
           pick->seen->had_carrier;
}

static uint8_t rank_of(const struct pick *pick)
{
    unsigned rank = is_worse(pick->seen) || lost_link(pick) ? 8 : 0;
    rank += pick->seen->address.len > 0 && pick->seen->address.is_global ? 4 : 0;
    rank += pick->is_physical ? 2 : 0;
    rank += pick->link.is_up && pick->link.has_carrier ? 1 : 0;
    return (uint8_t)rank;
}

/* Keep the list sorted by rank, then by index; what does not fit is the least. */
static void insert(const struct pick *pick)
{
    uint32_t at = net.pick_count;
    while (at > 0 &&
           (net.pick[at - 1].rank < pick->rank ||
            (net.pick[at - 1].rank == pick->rank && net.pick[at - 1].link.idx > pick->link.idx))) {
        at--;
    }
    if (net.pick_count == DASH_IF_MAX) {
        const struct pick *least = at == DASH_IF_MAX ? pick : &net.pick[DASH_IF_MAX - 1];
        net.dropped++;
        net.unseen.count[DASH_WARN] += is_worse(least->seen) ? 1 : 0;
        net.unseen.count[DASH_WARN] += lost_link(least) ? 1 : 0;
    }
    if (at < DASH_IF_MAX) {
        struct pick *to = dash_make_room(net.pick, &net.pick_count, DASH_IF_MAX, sizeof *pick, at);
        *to = *pick;
    }
}

/* Through plugs and antennas: what bridges and tunnels carry would count twice, and what the ports
 * of a switch bring to the processor's own port. */
static void add_up(const struct pick *pick, const char *folder)
{
    int64_t below = 0;
    bool is_stacked =
        pick->is_physical && os_number(folder, "iflink", &below) && below != pick->link.idx;
    struct sum *sum = &net.sum[pick->is_physical ? 1 : 0];
    if (!is_stacked && pick->link.has_counters) {
        sum->rx += pick->link.rx_bytes;
        sum->tx += pick->link.tx_bytes;
        sum->links += (uint32_t)pick->link.idx * 2654435761U;
    }
}

static void read_link(const struct os_link *link, void *arg)
{
    (void)arg;
    struct seen *seen = seen_of(link->idx);
    char folder[OS_PATH_LEN_MAX + 1];
    bool has_folder = os_path(folder, sizeof folder, "/sys/class/net", link->name);
    struct pick pick = {
        .link = *link,
        .seen = seen,
        .is_physical = has_folder && os_exists(folder, "device"),
        .is_bridge = has_folder && os_exists(folder, "bridge"),
        .is_wireless =
            has_folder && (os_exists(folder, "wireless") || os_exists(folder, "phy80211")),
    };
    if (link->is_loopback || (!link->is_up && !pick.is_physical)) {
        return; /* unused tunnels and bridges are left out */
    }
    if (seen == NULL) {
        net.dropped++;
        return;
    }
    seen->is_here = true;
    add_up(&pick, folder);
    if (link->has_counters) {
        count_errors(seen, link);
    }
    bool has_link = link->is_up && link->has_carrier;
    seen->had_carrier = (seen->had_carrier || has_link) && link->is_up;
    *(pick.is_physical ? &net.plug_count : &net.other_count) += 1;
    *(pick.is_physical ? &net.plug_up_count : &net.other_up_count) += has_link ? 1 : 0;
    pick.rank = rank_of(&pick);
    insert(&pick);
}

/* --- rows ------------------------------------------------------------------------------------- */

static struct past *past_of(int idx)
{
    struct past *unused = NULL;
    for (unsigned i = 0; i < DASH_IF_MAX; i++) {
        if (net.past[i].idx == idx) {
            return &net.past[i];
        }
        unused = net.past[i].idx == 0 && unused == NULL ? &net.past[i] : unused;
    }
    WICK_ASSERT(unused != NULL); /* forget_gone() ran before */
    memset(unused, 0, sizeof *unused);
    unused->idx = idx;
    return unused;
}

/* Counters that went back say nothing about this period: the rate stays what it was. */
static void count_bytes(struct past *past, const struct os_link *link)
{
    uint64_t ms = past->at_ms != 0 ? clk_ms() - past->at_ms : 0;
    uint64_t rx = 0;
    past->is_measured = dash_rate(past->rx, link->rx_bytes, ms, &rx) &&
                        dash_rate(past->tx, link->tx_bytes, ms, &past->tx_rate);
    past->rx_rate = past->is_measured ? rx : past->rx_rate;
    past->rx = link->rx_bytes;
    past->tx = link->tx_bytes;
    past->at_ms = clk_ms() == 0 ? 1 : clk_ms();
}

static void set_mac(struct dash_if *row, const struct os_link *link)
{
    bool any = false;
    for (unsigned i = 0; i < link->mac_len; i++) {
        any = any || link->mac[i] != 0;
    }
    struct buf buf;
    buf_init(&buf, row->mac, sizeof row->mac - 1);
    for (unsigned i = 0; any && i < link->mac_len; i++) { /* all zero: it has none */
        buf_put_text(&buf, i > 0 ? ":" : "");
        buf_put_hex(&buf, link->mac[i], 2);
    }
    WICK_ASSERT(buf.err == WICK_OK);
}

static uint8_t link_state(const struct pick *pick)
{
    if (!pick->link.is_up) {
        return DASH_LINK_DOWN;
    }
    if (pick->link.has_carrier) {
        return DASH_LINK_UP;
    }
    if (pick->is_bridge) {
        return DASH_LINK_IDLE;
    }
    return pick->is_wireless ? DASH_LINK_NO_RADIO : DASH_LINK_NO_CABLE;
}

/* What the two ends have agreed on. Virtual links and drivers that do not know invent one. */
static uint32_t speed(const struct pick *pick)
{
    enum { MBPS_MAX = 1000000 };

    char folder[OS_PATH_LEN_MAX + 1];
    int64_t mbps = 0;
    bool is_known = pick->is_physical && pick->link.is_up && pick->link.has_carrier &&
                    os_path(folder, sizeof folder, "/sys/class/net", pick->link.name) &&
                    os_number(folder, "speed", &mbps);
    return is_known && mbps > 0 && mbps <= MBPS_MAX ? (uint32_t)mbps : 0;
}

static bool is_half_duplex(const struct pick *pick)
{
    char folder[OS_PATH_LEN_MAX + 1];
    char mem[16];
    return os_path(folder, sizeof folder, "/sys/class/net", pick->link.name) &&
           str_eq(os_line(folder, "duplex", mem, sizeof mem), STR("half"));
}

static void set_names(struct dash_if *row, const struct os_link *link)
{
    struct str name = str_of_field(link->name, sizeof link->name);
    struct buf key;
    buf_init(&key, row->key, sizeof row->key - 1);
    if (dash_text(row->name, sizeof row->name, name)) {
        buf_put_str(&key, name);
    } else { /* two hostile names may look alike */
        buf_put_u8(&key, '#');
        buf_put_i64(&key, link->idx);
    }
    WICK_ASSERT(key.err == WICK_OK);
}

static int32_t kbit(uint64_t bytes_s)
{
    return bytes_s / 125 > INT32_MAX ? INT32_MAX : (int32_t)(bytes_s / 125);
}

static void fill(struct dash_if *row, const struct pick *pick, bool is_point)
{
    struct past *past = past_of(pick->link.idx);
    set_names(row, &pick->link);
    set_address(row, &pick->seen->address);
    set_mac(row, &pick->link);
    row->link = link_state(pick);
    row->mbps = speed(pick);
    row->is_half_duplex = row->mbps > 0 && is_half_duplex(pick);
    row->errors = pick->seen->errors;
    row->is_worse = is_worse(pick->seen);
    row->is_lost = lost_link(pick);
    row->is_physical = pick->is_physical;
    if (pick->link.has_counters) {
        count_bytes(past, &pick->link);
    }
    row->rx_rate = past->rx_rate;
    row->tx_rate = past->tx_rate;
    row->rx_bytes = dash_three_digits(pick->link.rx_bytes);
    row->tx_bytes = dash_three_digits(pick->link.tx_bytes);
    past->rx_hist.unit = DASH_KBIT_S;
    past->tx_hist.unit = DASH_KBIT_S;
    if (is_point) {
        series_push(&past->rx_hist, past->is_measured ? kbit(past->rx_rate) : DASH_GAP);
        series_push(&past->tx_hist, past->is_measured ? kbit(past->tx_rate) : DASH_GAP);
    }
    series_scale(&past->rx_hist, &past->tx_hist);
    row->rx = past->rx_hist;
    row->tx = past->tx_hist;
}

/* All links that lead out of the device; a machine without a plug (a container) has all of them
 * summed up. When one comes or goes, nothing can be said about this period. */
static void sum_traffic(struct dash_traffic *traffic, bool is_point)
{
    const struct sum *sum = &net.sum[net.plug_count > 0 ? 1 : 0];
    uint64_t ms = net.sum_ms != 0 ? clk_ms() - net.sum_ms : 0;
    bool is_measured = sum->links == net.sum_was.links &&
                       dash_rate(net.sum_was.rx, sum->rx, ms, &traffic->rx_rate) &&
                       dash_rate(net.sum_was.tx, sum->tx, ms, &traffic->tx_rate);
    net.sum_was = *sum;
    net.sum_ms = clk_ms() == 0 ? 1 : clk_ms();
    traffic->is_there = net.pick_count > 0;
    traffic->rx.unit = DASH_KBIT_S;
    traffic->tx.unit = DASH_KBIT_S;
    if (is_point && traffic->is_there) {
        series_push(&traffic->rx, is_measured ? kbit(traffic->rx_rate) : DASH_GAP);
        series_push(&traffic->tx, is_measured ? kbit(traffic->tx_rate) : DASH_GAP);
    }
    series_scale(&traffic->rx, &traffic->tx);
}

/* Links that are gone, and histories of links that are no longer shown. */
static void forget_gone(void)
{
    for (size_t i = 0; i < WICK_COUNT_OF(net.seen); i++) {
        net.seen[i].idx = net.seen[i].is_here ? net.seen[i].idx : 0;
    }
    for (unsigned i = 0; i < DASH_IF_MAX; i++) {
        bool is_shown = false;
        for (unsigned k = 0; k < net.pick_count; k++) {
            is_shown = is_shown || net.pick[k].link.idx == net.past[i].idx;
        }
        net.past[i].idx = is_shown ? net.past[i].idx : 0;
    }
}

static void tick(struct dash_device *device, bool is_point)
{
    for (size_t i = 0; i < WICK_COUNT_OF(net.seen); i++) {
        net.seen[i].is_here = false;
        net.seen[i].address.len = 0;
    }
    net.pick_count = 0;
    net.dropped = 0;
    memset(&net.unseen, 0, sizeof net.unseen);
    memset(net.sum, 0, sizeof net.sum);
    net.plug_count = 0;
    net.plug_up_count = 0;
    net.other_count = 0;
    net.other_up_count = 0;
    (void)os_machine()->addresses(read_address, NULL); /* a kernel without INET has none */
    (void)os_machine()->links(read_link, NULL);
    forget_gone();
    device->net.len = 0;
    device->net.dropped = net.dropped;
    for (unsigned i = 0; i < net.pick_count; i++) {
        struct dash_if *row = wick_list_add(&device->net);
        WICK_ASSERT(row != NULL);
        fill(row, &net.pick[i], is_point);
    }
    sum_traffic(&device->traffic, is_point);
    /* those with a plug; a machine without any counts what is switched on */
    device->strip.links = net.plug_count > 0 ? net.plug_count : net.other_count;
    device->strip.links_up = net.plug_count > 0 ? net.plug_up_count : net.other_up_count;
}

static void on_change(void *arg)
{
    const int *fd = arg;
    os_machine()->watch_drain(*fd);
    tick(net.watched, false);
    dash_sources_health(net.watched);
}

static void start(struct dash_device *device)
{
    os_watch_id ignored; /* it is watched for ever */
    net.watched = device;
    net.watch_fd = os_machine()->watch_open();
    if (net.watch_fd >= 0 &&
        os_watch(net.watch_fd, on_change, &net.watch_fd, &ignored) != WICK_OK) {
        log_line(LOG_WARN, "dash", "cables and addresses are not watched: too many watched files");
    }
}

/* --- health ----------------------------------------------------------------------------------- */

static void say_worse(struct dash_device *device, const struct dash_if *row)
{
    struct buf text;
    if (health_add(device,
                   &(struct dash_fault){ .level = DASH_WARN,
                                         .kind = "if:",
                                         .name = str_of(row->key),
                                         .hint = "Check cable and plugs.",
                                         .href = "#network" },
                   &text)) {
        buf_put_text(&text, "Errors are rising on ");
        buf_put_text(&text, row->name);
        buf_put_text(&text, ": ");
        buf_put_u64(&text, row->errors);
        buf_put_text(&text, " so far.");
    }
}

static void say_lost(struct dash_device *device, const struct dash_if *row)
{
    struct buf text;
    if (health_add(device,
                   &(struct dash_fault){ .level = DASH_WARN,
                                         .kind = "link:",
                                         .name = str_of(row->key),
                                         .hint = "Check the cable and the device at its other end.",
                                         .href = "#network" },
                   &text)) {
        buf_put_text(&text, row->name);
        buf_put_text(&text, " has lost its link.");
    }
}

static void health(struct dash_device *device)
{
    for (uint32_t i = 0; i < device->net.len; i++) {
        const struct dash_if *row = &device->net.v[i];
        if (row->is_worse) {
            say_worse(device, row);
        }
        if (row->is_lost) {
            say_lost(device, row);
        }
    }
    health_add_unseen(device, &net.unseen);
    /* bridges and tunnels are up for ever: they say something only where there is no plug */
    bool is_off = net.plug_count > 0 ? net.plug_up_count == 0
                                     : net.other_count > 0 && net.other_up_count == 0;
    struct buf text;
    if (is_off && health_add(device,
                             &(struct dash_fault){ .level = DASH_FAULT,
                                                   .kind = "net",
                                                   .hint = "Check the cable.",
                                                   .href = "#network" },
                             &text)) {
        buf_put_text(&text, "No network interface has a link.");
    }
}

static void watched(const struct dash_device *device, struct buf *text)
{
    uint64_t count = device->net.len + (uint64_t)device->net.dropped;
    if (count > 0) {
        dash_count(text, count, "network interface", "network interfaces");
    }
}

/* --- metrics ---------------------------------------------------------------------------------- */

enum {
    METRIC_UP,
    METRIC_SPEED,
    METRIC_RX,
    METRIC_TX,
    METRIC_RX_PACKETS,
    METRIC_TX_PACKETS,
    METRIC_RX_ERRORS,
    METRIC_TX_ERRORS,
    METRIC_RX_DROPS,
    METRIC_TX_DROPS
};

static const struct dash_metric metric[] = {
    [METRIC_UP] = { "node_network_up", METRIC_GAUGE,
                    "Value is 1 if operstate is 'up', 0 otherwise." },
    [METRIC_SPEED] = { "node_network_speed_bytes", METRIC_GAUGE,
                       "Property: speed_bytes. What both ends agreed on." },
    [METRIC_RX] = { "node_network_receive_bytes_total", METRIC_COUNTER,
                    "Network device statistic receive_bytes." },
    [METRIC_TX] = { "node_network_transmit_bytes_total", METRIC_COUNTER,
                    "Network device statistic transmit_bytes." },
    [METRIC_RX_PACKETS] = { "node_network_receive_packets_total", METRIC_COUNTER,
                            "Network device statistic receive_packets." },
    [METRIC_TX_PACKETS] = { "node_network_transmit_packets_total", METRIC_COUNTER,
                            "Network device statistic transmit_packets." },
    [METRIC_RX_ERRORS] = { "node_network_receive_errs_total", METRIC_COUNTER,
                           "Network device statistic receive_errs." },
    [METRIC_TX_ERRORS] = { "node_network_transmit_errs_total", METRIC_COUNTER,
                           "Network device statistic transmit_errs." },
    [METRIC_RX_DROPS] = { "node_network_receive_drop_total", METRIC_COUNTER,
                          "Network device statistic receive_drop." },
    [METRIC_TX_DROPS] = { "node_network_transmit_drop_total", METRIC_COUNTER,
                          "Network device statistic transmit_drop." },
};

static unsigned metric_rows(const struct dash_device *device, unsigned metric_idx)
{
    bool is_any = metric_idx != METRIC_SPEED; /* a speed is not known of every link */
    for (uint32_t i = 0; i < device->net.len; i++) {
        is_any = is_any || device->net.v[i].mbps > 0;
    }
    return is_any ? device->net.len : 0;
}

static void metric_put(const struct dash_device *device, unsigned metric_idx, unsigned row,
                       struct buf *out)
{
    const struct dash_if *line = &device->net.v[row];
    const struct os_link *link = &net.pick[row].link;
    if (metric_idx == METRIC_SPEED && line->mbps == 0) {
        return;
    }
    const uint64_t value[] = {
        [METRIC_UP] = line->link == DASH_LINK_UP ? 1 : 0,
        [METRIC_SPEED] = (uint64_t)line->mbps * 125000,
        [METRIC_RX] = link->rx_bytes,
        [METRIC_TX] = link->tx_bytes,
        [METRIC_RX_PACKETS] = link->rx_packets,
        [METRIC_TX_PACKETS] = link->tx_packets,
        [METRIC_RX_ERRORS] = link->rx_errors,
        [METRIC_TX_ERRORS] = link->tx_errors,
        [METRIC_RX_DROPS] = link->rx_dropped,
        [METRIC_TX_DROPS] = link->tx_dropped,
    };
    metric_label(out, "device", str_of(link->name));
    metric_u64(out, value[metric_idx]);
}

const struct dash_source src_net = {
    .name = "network",
    .start = start,
    .tick = tick,
    .health = health,
    .watched = watched,
    .metric = metric,
    .metric_count = WICK_COUNT_OF(metric),
    .metric_rows = metric_rows,
    .metric_put = metric_put,
};
