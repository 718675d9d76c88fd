/* http_bench.c - what a request costs the server: 1 KB page, keep-alive, 50 connections, against a
 * bare epoll loop that answers every read with the same bytes.
 *
 * Settings: BENCH_ROUNDS (5), BENCH_MS (1000).
 */
#include "hub/hub.h"
#include "net/net.h"
#include "tests/bench/bare.h"

enum { CONN_COUNT = 50, BODY_LEN = 1024, ANSWER_CAP = 4096 };

static char body[BODY_LEN];
static char answer[ANSWER_CAP];
static size_t answer_len;
static int fds[CONN_COUNT];
/* what wrk sends */
static const char request[] = "GET / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n";

static void on_request(net_conn_id conn, const struct http_req *req)
{
    (void)req;
    net_respond(conn, &(struct http_res){ .status = 200,
                                          .type = STR("text/html; charset=utf-8"),
                                          .body = { body, BODY_LEN } });
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

static uint64_t on_settle(void)
{
    return UINT64_MAX;
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

/* One request on each connection, the next one as soon as its answer is complete. @return answers
 */
static uint64_t ask(int epoll_fd, size_t *have, uint64_t until_us)
{
    static char in[16384];
    static struct epoll_event events[CONN_COUNT];
    uint64_t answers = 0;
    while (bare_now_us() < until_us) {
        int count = epoll_wait(epoll_fd, events, CONN_COUNT, 100);
        for (int i = 0; i < count; i++) {
            unsigned idx = events[i].data.u32;
            ssize_t got = read(fds[idx], in, sizeof in);
            bare_must(got > 0, "answer");
            have[idx] += (size_t)got;
            if (have[idx] < answer_len) {
                continue;
            }
            have[idx] = 0;
            answers++;
            bare_must(write(fds[idx], request, sizeof request - 1) == sizeof request - 1,
                      "request");
        }
    }
    return answers;
}

static double measure(bool is_bare, double *per_s)
{
    struct bare_plan plan = { .answer = answer, .answer_len = answer_len };
    static size_t have[CONN_COUNT];
    memset(have, 0, sizeof have);
    struct bare_server server = bare_start(is_bare ? bare_serve : serve, &plan);
    int epoll_fd = epoll_create1(0);
    for (unsigned i = 0; i < CONN_COUNT; i++) {
        fds[i] = bare_connect(server.port);
        struct epoll_event ev = { .events = EPOLLIN, .data.u32 = i };
        bare_must(epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fds[i], &ev) == 0, "epoll_ctl");
        bare_must(write(fds[i], request, sizeof request - 1) == sizeof request - 1, "request");
    }
    ask(epoll_fd, have, bare_now_us() + 200000);
    uint64_t window_us = bare_setting("BENCH_MS", 1000) * 1000u;
    uint64_t cpu_ns = bare_cpu_ns(server.pid);
    uint64_t answers = ask(epoll_fd, have, bare_now_us() + window_us);
    cpu_ns = bare_cpu_ns(server.pid) - cpu_ns;
    bare_stop(server);
    for (unsigned i = 0; i < CONN_COUNT; i++) {
        close(fds[i]);
    }
    close(epoll_fd);
    *per_s = (double)answers * 1e6 / (double)window_us;
    return (double)cpu_ns / 1000 / (double)answers;
}

int main(void)
{
    static double ratio[BARE_ROUNDS_MAX];
    static double own_us[BARE_ROUNDS_MAX];
    static double bare_us[BARE_ROUNDS_MAX];
    static double own_per_s[BARE_ROUNDS_MAX];
    unsigned rounds = bare_setting("BENCH_ROUNDS", 5);
    if (rounds > BARE_ROUNDS_MAX) {
        rounds = BARE_ROUNDS_MAX;
    }
    memset(body, 'x', sizeof body);
    bare_pin(1);
    struct bare_server server = bare_start(serve, NULL); /* the answer that the bare loop repeats */
    int fd = bare_connect(server.port);
    bare_must(write(fd, request, sizeof request - 1) == sizeof request - 1, "request");
    usleep(100000);
    ssize_t got = read(fd, answer, sizeof answer);
    bare_must(got > BODY_LEN, "answer");
    answer_len = (size_t)got;
    close(fd);
    bare_stop(server);
    for (unsigned r = 0; r < rounds; r++) {
        double ignored;
        if (r % 2 == 0) {
            bare_us[r] = measure(true, &ignored);
        }
        own_us[r] = measure(false, &own_per_s[r]);
        if (r % 2 == 1) {
            bare_us[r] = measure(true, &ignored);
        }
        ratio[r] = own_us[r] / bare_us[r];
    }
    printf("{\"bench\":\"http\",\"body\":%d,\"connections\":%d,\"cpu_us_per_request\":%.3f,\"bare_"
           "us\":%.3f,\"ratio\":%.3f,\"per_s\":%.0f,"
           "\"rounds\":%u}\n",
           BODY_LEN, CONN_COUNT, bare_median(own_us, rounds), bare_median(bare_us, rounds),
           bare_median(ratio, rounds), bare_median(own_per_s, rounds), rounds);
    return 0;
}
