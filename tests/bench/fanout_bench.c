/* fanout_bench.c - what a delivered message costs the server: broadcasts of 200 bytes to 100 and
 * 1,000 WebSocket viewers, against a bare epoll loop that writes the same bytes; and the memory of
 * an idle subscriber.
 *
 * Settings: BENCH_ROUNDS (3), BENCH_MS (1000): the window of one run; BENCH_SERVE=<viewers> only
 * serves, for strace and valgrind.
 */
#include "base/clk.h"
#include "hub/hub.h"
#include "net/net.h"
#include "tests/bench/bare.h"

enum {
    PAYLOAD_LEN = 200,
    FRAME_LEN = PAYLOAD_LEN + 4,
    CHANNEL = 1,
    FORMAT = 1,
    TICK_MESSAGES = 30000,
    START_MS = 400
};

static struct bare_plan plan;
static uint64_t next_us;
static uint32_t seq;

static void on_request(net_conn_id conn, const struct http_req *req)
{
    if (!req->is_upgrade) {
        net_respond_error(conn, 404, STR("Only WebSocket."));
    } else if (net_follow(net_stream_open(conn, req, NET_WS, STR("")), CHANNEL, FORMAT) !=
               WICK_OK) {
        abort();
    }
}

static bool on_message(net_conn_id conn, struct str text)
{
    (void)conn;
    (void)text;
    return true;
}

static void on_nothing(net_stream_id stream)
{
    (void)stream;
}

static void publish(void)
{
    uint8_t mem[PAYLOAD_LEN];
    char head_mem[16];
    struct str head;
    struct str tail;
    struct buf payload;
    buf_init(&payload, mem, sizeof mem);
    buf_put_text(&payload, "ns=");
    buf_put_u64(&payload, clk_us());
    buf_put_text(&payload, " seq=");
    buf_put_u64(&payload, seq++);
    while (payload.len < PAYLOAD_LEN) {
        buf_put_u8(&payload, ' ');
    }
    net_frame_wrap(NET_WS, PAYLOAD_LEN, head_mem, &head, &tail);
    if (hub_append(hub_ring(CHANNEL, FORMAT), head, buf_str(&payload), tail) != WICK_OK) {
        abort();
    }
}

static uint64_t on_settle(void)
{
    uint64_t now_us = clk_us();
    if (next_us == 0 && hub_sub_count(CHANNEL) == plan.viewers) {
        next_us = now_us + START_MS * 1000;
    }
    if (next_us == 0) {
        return UINT64_MAX;
    }
    if (now_us >= next_us) {
        next_us += plan.tick_us;
        for (unsigned i = 0; i < plan.burst; i++) {
            publish();
        }
    }
    return (next_us + 999) / 1000;
}

static void serve(int port_fd, const void *arg)
{
    static const struct net_hooks hooks = { .request = on_request,
                                            .message = on_message,
                                            .closed = on_nothing,
                                            .lagged = on_nothing,
                                            .settle = on_settle };
    uint16_t port;
    (void)arg;
    hub_init();
    bare_must(net_listen("127.0.0.1:0", &port) == WICK_OK, "net_listen");
    bare_must(write(port_fd, &port, sizeof port) == sizeof port, "port");
    net_run(&hooks);
}

/* --- the client ------------------------------------------------------------------------------- */

static const char request[] =
    "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
static const char answer[] =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
static int fds[BARE_FD_MAX];

static int connect_all(struct bare_server server, unsigned from, unsigned to, int epoll_fd)
{
    static char in[1024];
    for (unsigned i = from; i < to; i++) {
        fds[i] = bare_connect(server.port);
        bare_must(write(fds[i], request, sizeof request - 1) == sizeof request - 1, "request");
        bare_must(read(fds[i], in, sizeof in) == sizeof answer - 1 &&
                      memcmp(in, answer, sizeof answer - 1) == 0,
                  "handshake");
        struct epoll_event ev = { .events = EPOLLIN, .data.fd = fds[i] };
        bare_must(fcntl(fds[i], F_SETFL, O_NONBLOCK) == 0 &&
                      epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fds[i], &ev) == 0,
                  "epoll_ctl");
    }
    return epoll_fd;
}

/* Read whatever comes until the given time. @return bytes */
static uint64_t drink(int epoll_fd, uint64_t until_us)
{
    static char in[65536];
    static struct epoll_event events[256];
    uint64_t total = 0;
    for (uint64_t now = bare_now_us(); now < until_us; now = bare_now_us()) {
        int count = epoll_wait(epoll_fd, events, 256, (int)((until_us - now + 999) / 1000));
        for (int i = 0; i < count; i++) {
            ssize_t got = read(events[i].data.fd, in, sizeof in);
            bare_must(got > 0, "the server closed");
            total += (uint64_t)got;
        }
    }
    return total;
}

struct result {
    double us;
    double idle_bytes;
    double messages;
};

static struct result measure(bool is_bare)
{
    struct result result = { 0, 0, 0 };
    unsigned few = plan.viewers / 10;
    int epoll_fd = epoll_create1(0);
    struct bare_server server = bare_start(is_bare ? bare_serve : serve, &plan);
    connect_all(server, 0, few, epoll_fd);
    uint64_t few_bytes = bare_rss_bytes(server.pid);
    connect_all(server, few, plan.viewers, epoll_fd);
    result.idle_bytes = (double)(bare_rss_bytes(server.pid) - few_bytes) / (plan.viewers - few);
    drink(epoll_fd, bare_now_us() + 600000); /* the ticks have begun */
    uint64_t cpu_ns = bare_cpu_ns(server.pid);
    uint64_t bytes = drink(epoll_fd, bare_now_us() + bare_setting("BENCH_MS", 1000) * 1000u);
    cpu_ns = bare_cpu_ns(server.pid) - cpu_ns;
    result.messages = (double)bytes / FRAME_LEN;
    result.us = (double)cpu_ns / 1000 / result.messages;
    bare_stop(server);
    for (unsigned i = 0; i < plan.viewers; i++) {
        close(fds[i]);
    }
    close(epoll_fd);
    return result;
}

static void bench(unsigned viewers, unsigned burst)
{
    static char frame[FRAME_LEN] = { (char)0x81, 126, 0, (char)PAYLOAD_LEN };
    static double ratio[BARE_ROUNDS_MAX];
    static double own_us[BARE_ROUNDS_MAX];
    static double bare_us[BARE_ROUNDS_MAX];
    static double joined_us[BARE_ROUNDS_MAX]; /* bursts only: the floor */
    static double idle[BARE_ROUNDS_MAX];
    unsigned rounds = bare_setting("BENCH_ROUNDS", 3);
    if (rounds > BARE_ROUNDS_MAX) {
        rounds = BARE_ROUNDS_MAX;
    }
    plan = (struct bare_plan){ .answer = answer,
                               .answer_len = sizeof answer - 1,
                               .frame = frame,
                               .frame_len = FRAME_LEN,
                               .viewers = viewers,
                               .burst = burst,
                               .tick_us = 1000000 / (TICK_MESSAGES / viewers) };
    for (unsigned r = 0; r < rounds; r++) { /* another one begins every time */
        for (unsigned turn = r; turn < r + 3; turn++) {
            plan.is_joined = turn % 3 == 2;
            struct result result =
                turn % 3 == 2 && burst == 1 ? (struct result){ 0 } : measure(turn % 3 != 0);
            if (turn % 3 == 0) {
                own_us[r] = result.us;
                idle[r] = result.idle_bytes;
            } else if (turn % 3 == 1) {
                bare_us[r] = result.us;
            } else {
                joined_us[r] = result.us;
            }
        }
        ratio[r] = own_us[r] / bare_us[r];
    }
    printf("{\"bench\":\"fanout\",\"viewers\":%u,\"burst\":%u,\"cpu_us_per_message\":%.3f,\"bare_"
           "us\":%.3f,\"ratio\":%.3f,"
           "\"bare_writev_us\":%.3f,\"rss_bytes_per_idle_subscriber\":%.0f,\"rounds\":%u}\n",
           viewers, burst, bare_median(own_us, rounds), bare_median(bare_us, rounds),
           bare_median(ratio, rounds), bare_median(joined_us, rounds), bare_median(idle, rounds),
           rounds);
    fflush(stdout);
}

int main(void)
{
    bare_raise_fd_limit();
    unsigned only_serve = bare_setting("BENCH_SERVE", 0);
    if (only_serve > 0) { /* "BENCH_SERVE=100 strace -c fanout_bench": the port goes to standard
                             output, in binary */
        plan = (struct bare_plan){ .viewers = only_serve,
                                   .burst = 1,
                                   .tick_us = 1000000 / (TICK_MESSAGES / only_serve) };
        serve(1, NULL);
    }
    bare_pin(1);
    bench(100, 1);
    bench(1000, 1);
    bench(100, 8);
    bench(1000, 8);
    return 0;
}
