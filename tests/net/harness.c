/* harness.c - see harness.h. */
#include "harness.h"

#include "base/clk.h"
#include "base/log.h"
#include "base/num.h"
#include "base/stat.h"
#include "os/os.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

unsigned h_request_count, h_message_count, h_closed_count, h_lagged_count;
net_conn_id h_last;
net_stream_id h_stream;
char h_last_path[256];
char h_last_peer[64];
void (*h_on_lagged)(net_stream_id stream);
uint64_t h_wall_ms;
unsigned h_later_passes, h_source_count;
bool h_is_slow;

static uint64_t now_us = 1000000;
static uint16_t port;
static char big[1 << 18];

/* the machine's seam: time stands still between two h_advance() */
uint64_t os_mono_us(void)
{
    return now_us;
}

uint64_t os_wall_ms(void)
{
    return h_wall_ms;
}

void os_random(void *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        ((uint8_t *)bytes)[i] = (uint8_t)rand();
    }
}

static void must(bool ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "harness: %s: %s\n", what, strerror(errno));
        exit(2);
    }
}

static size_t number_after(struct str path, struct str prefix)
{
    uint64_t value = 0;
    if (num_u64((struct str){ path.ptr + prefix.len, path.len - prefix.len }, sizeof big, &value) !=
        WICK_OK) {
        return 0;
    }
    return (size_t)value;
}

/* --- a source of as many bytes as the path says --- */

static struct supply {
    bool is_used;
    size_t left;
} supplies[NET_SLOT_MAX];

static size_t pull(void *arg, uint8_t *to, size_t cap, bool *is_end_out)
{
    struct supply *supply = arg;
    size_t len = supply->left < cap ? supply->left : cap;
    must(supply->is_used && (len > 0 || supply->left == 0), "a pull that makes sense");
    memset(to, 'x', len);
    supply->left -= len;
    *is_end_out = supply->left == 0;
    return len;
}

static void done(void *arg)
{
    struct supply *supply = arg;
    must(supply->is_used, "done once");
    supply->is_used = false;
    h_source_count--;
}

struct net_source h_source(size_t len)
{
    for (size_t idx = 0; idx < WICK_COUNT_OF(supplies); idx++) {
        if (!supplies[idx].is_used) {
            supplies[idx] = (struct supply){ true, len };
            h_source_count++;
            return (struct net_source){ pull, done, &supplies[idx] };
        }
    }
    must(false, "a free source");
    return (struct net_source){ 0 };
}

static void open_stream(net_conn_id conn, const struct http_req *req)
{
    enum net_transport transport = str_eq(req->path, STR("/poll")) ? NET_POLL : NET_SSE;
    transport = req->is_upgrade ? NET_WS : transport;
    struct str protocol = http_header(req, STR("sec-websocket-protocol"));
    h_stream = net_stream_open(conn, req, transport, protocol);
    must(h_stream != 0, "net_stream_open");
    if (!req->is_upgrade) {
        must(net_follow(h_stream, H_CHANNEL, H_FORMAT_SSE) == WICK_OK, "net_follow");
    }
}

static void on_request(net_conn_id conn, const struct http_req *req)
{
    struct http_res res = { .status = 200, .type = STR("text/plain"), .body = STR("hello\n") };
    h_request_count++;
    h_last = conn;
    (void)str_copy(h_last_path, sizeof h_last_path, req->path);
    (void)str_copy(h_last_peer, sizeof h_last_peer, req->peer);
    if (req->is_upgrade || str_eq(req->path, STR("/sse")) || str_eq(req->path, STR("/poll"))) {
        open_stream(conn, req);
    } else if (str_starts(req->path, STR("/big/"))) {
        res.body = (struct str){ big, number_after(req->path, STR("/big/")) };
        res.is_static = true;
        net_respond(conn, &res);
    } else if (str_starts(req->path, STR("/copy/"))) {
        res.body = (struct str){ big, number_after(req->path, STR("/copy/")) };
        net_respond(conn, &res);
    } else if (str_starts(req->path, STR("/page/"))) {
        size_t len = number_after(req->path, STR("/page/"));
        struct net_source source = h_source(len);
        (void)net_respond_source(conn, &res, len, &source);
    } else if (str_starts(req->path, STR("/chunked/"))) {
        struct net_source source = h_source(number_after(req->path, STR("/chunked/")));
        (void)net_respond_source(conn, &res, NET_LEN_UNKNOWN, &source);
    } else if (str_starts(req->path, STR("/later"))) {
        net_later(conn);
    } else if (str_eq(req->path, STR("/404"))) {
        net_respond_error(conn, 404, STR("There is nothing here."));
    } else if (!str_eq(req->path, STR("/mute"))) {
        if (req->method == HTTP_POST) {
            res.body = req->body;
        }
        net_respond(conn, &res);
    }
}

/* /later: the path comes back, after h_later_passes passes; /later/mute: nothing */
static void on_answer(net_conn_id conn, const struct http_req *req)
{
    if (h_later_passes > 0) {
        h_later_passes--;
        net_later(conn);
    } else if (!str_eq(req->path, STR("/later/mute"))) {
        net_respond(conn, &(struct http_res){ .status = 200,
                                              .type = STR("text/plain"),
                                              .body = req->body.len > 0 ? req->body : req->path });
    }
}

static bool on_message(net_conn_id conn, struct str text)
{
    h_message_count++;
    h_last = conn;
    h_stream = net_stream_first(conn);
    if (str_eq(text, STR("close"))) {
        net_stream_close(h_stream, 4000, STR("as you wish"));
    } else if (str_eq(text, STR("follow"))) {
        must(net_follow(h_stream, H_CHANNEL, H_FORMAT_WS) == WICK_OK, "net_follow");
    } else {
        struct buf *buf = net_message_begin(h_stream);
        if (buf != NULL) {
            buf_put_str(buf, text);
            must(net_message_end(h_stream) == WICK_OK, "net_message_end");
        }
    }
    return !h_is_slow;
}

static void on_closed(net_stream_id stream)
{
    must(net_stream_conn(stream) != 0, "the handle is valid in closed()");
    h_closed_count++;
}

static void on_lagged(net_stream_id stream)
{
    h_lagged_count++;
    if (h_on_lagged != NULL) {
        h_on_lagged(stream);
    }
}

static void no_log(struct str line)
{
    (void)line;
} /* refusals are what is tested */

static uint64_t on_settle(void)
{
    return UINT64_MAX;
}

struct net_hooks h_hooks = { .request = on_request,
                             .answer = on_answer,
                             .message = on_message,
                             .closed = on_closed,
                             .lagged = on_lagged,
                             .settle = on_settle };

static bool is_running;

void h_start(void)
{
    is_running = true;
    log_set_level(LOG_DEBUG);
    log_set_sink(no_log);
    memset(big, 'x', sizeof big);
    hub_init();
    must(net_listen("127.0.0.1:0", &port) == WICK_OK, "net_listen");
    h_turn(1);
}

uint16_t h_port(void)
{
    return port;
}

void h_turn(unsigned count)
{
    for (unsigned i = 0; i < count && is_running; i++) {
        net_pass(&h_hooks, 0);
    }
}

void h_stop(void)
{
    is_running = false;
    net_stop();
    net_run(&h_hooks);
}

void h_pass(uint64_t ms)
{
    now_us += ms * 1000;
}

void h_advance(uint64_t ms)
{
    h_pass(ms);
    h_turn(3);
}

void h_prepare(struct client *c)
{
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    must(c->fd >= 0, "socket");
    c->len = 0;
    c->is_closed = c->has_small_window = false;
}

void h_connect(struct client *c)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons(port),
                              .sin_addr = { htonl(INADDR_LOOPBACK) } };
    int on = 1;
    must(connect(c->fd, (struct sockaddr *)&to, sizeof to) == 0, "connect");
    must(setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0, "TCP_NODELAY");
    must(fcntl(c->fd, F_SETFL, O_NONBLOCK) == 0, "O_NONBLOCK");
    h_turn(2);
}

void h_open_with(struct client *c, int receive_bytes)
{
    h_prepare(c);
    c->has_small_window = receive_bytes > 0;
    if (receive_bytes > 0) {
        must(setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes) == 0,
             "SO_RCVBUF");
    }
    h_connect(c);
}

void h_open(struct client *c)
{
    h_open_with(c, 0);
}

void h_shut(struct client *c)
{
    close(c->fd);
    c->fd = -1;
    h_turn(3);
}

/* one attempt; returns whether bytes came */
static bool receive(struct client *c)
{
    must(c->len < CLIENT_IN_CAP, "the client's buffer is full");
    ssize_t got = recv(c->fd, c->mem + c->len, CLIENT_IN_CAP - c->len, 0);
    if (got > 0) {
        c->len += (size_t)got;
    } else if (got == 0 || errno != EAGAIN) {
        c->is_closed = true;
    }
    return got > 0;
}

void h_send(struct client *c, const void *bytes, size_t len)
{
    const char *from = bytes;
    while (len > 0) {
        ssize_t sent = send(c->fd, from, len, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN) {
            c->is_closed = true;
            return;
        }
        if (sent < 0) {
            h_turn(1);
            (void)receive(c);
            continue;
        }
        from += sent;
        len -= (size_t)sent;
    }
}

void h_text(struct client *c, const char *text)
{
    h_send(c, text, strlen(text));
}

/* Does the kernel still hold bytes for this client? With a small window that may take a timer of
 * its own. */
static bool has_unsent(const struct client *c)
{
    struct sockaddr_in own;
    struct sockaddr_in peer;
    socklen_t len = sizeof own;
    must(getsockname(c->fd, (struct sockaddr *)&own, &len) == 0, "getsockname");
    for (int fd = 0; fd < 1024; fd++) { /* the server's sockets are in this process too */
        int unsent = 0;
        len = sizeof peer;
        if (getpeername(fd, (struct sockaddr *)&peer, &len) == 0 && peer.sin_port == own.sin_port &&
            ioctl(fd, TIOCOUTQ, &unsent) == 0) {
            return unsent > 0;
        }
    }
    return false;
}

void h_pump(struct client *c)
{
    int patience = 2000;
    for (int quiet = 0; quiet < 10;
         quiet++) { /* a message that says nothing until its end takes several turns */
        h_turn(1);
        while (!c->is_closed && receive(c)) {
            quiet = -1;
        }
        if (c->has_small_window && !c->is_closed && patience-- > 0 && has_unsent(c)) {
            struct pollfd wait = { .fd = c->fd, .events = POLLIN };
            (void)poll(&wait, 1, 2);
            quiet = -1;
        }
    }
}

void h_forget(struct client *c)
{
    c->len = 0;
}

bool h_is(struct client *c, const char *text)
{
    return c->len == strlen(text) && memcmp(c->mem, text, c->len) == 0;
}

bool h_has(struct client *c, const char *text)
{
    return memmem(c->mem, c->len, text, strlen(text)) != NULL;
}

int h_status(const struct client *c)
{
    if (c->len < 12 || memcmp(c->mem, "HTTP/1.1 ", 9) != 0) {
        return 0;
    }
    return (c->mem[9] - '0') * 100 + (c->mem[10] - '0') * 10 + (c->mem[11] - '0');
}

unsigned h_count(const struct client *c, const char *text)
{
    unsigned count = 0;
    const char *at = c->mem;
    for (;;) {
        at = memmem(at, (size_t)(c->mem + c->len - at), text, strlen(text));
        if (at == NULL) {
            return count;
        }
        count++;
        at += strlen(text);
    }
}

void h_upgrade(struct client *c)
{
    h_text(c, "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    h_pump(c);
    must(h_status(c) == 101, "the handshake");
    h_forget(c);
}

size_t h_frame(uint8_t *out, unsigned first_byte, const void *payload, size_t len)
{
    static const uint8_t mask[4] = { 0x37, 0xfa, 0x21, 0x3d };
    size_t off = 0;
    out[off++] = (uint8_t)first_byte;
    if (len < 126) {
        out[off++] = (uint8_t)(0x80 | len);
    } else if (len <= 0xffff) {
        out[off++] = 0x80 | 126;
        out[off++] = (uint8_t)(len >> 8);
        out[off++] = (uint8_t)len;
    } else {
        out[off++] = 0x80 | 127;
        for (int shift = 56; shift >= 0; shift -= 8) {
            out[off++] = (uint8_t)((uint64_t)len >> shift);
        }
    }
    memcpy(out + off, mask, 4);
    off += 4;
    for (size_t i = 0; i < len; i++) {
        out[off + i] = (uint8_t)(((const uint8_t *)payload)[i] ^ mask[i % 4]);
    }
    return off + len;
}

void h_publish(const char *text)
{
    static const struct {
        uint8_t format;
        enum net_transport transport;
    } formats[] = { { H_FORMAT_WS, NET_WS }, { H_FORMAT_SSE, NET_SSE } };

    for (size_t i = 0; i < 2; i++) {
        char mem[16];
        struct str head;
        struct str tail;
        uint16_t ring = hub_ring(H_CHANNEL, formats[i].format);
        if (ring == HUB_NO_RING) {
            continue;
        }
        net_frame_wrap(formats[i].transport, strlen(text), mem, &head, &tail);
        must(hub_append(ring, head, str_of(text), tail) == WICK_OK, "hub_append");
    }
}

uint64_t h_stat(const char *name)
{
    for (size_t idx = 0; stat_at(idx) != NULL; idx++) {
        if (strcmp(stat_at(idx)->name, name) == 0) {
            return stat_at(idx)->of->value;
        }
    }
    must(false, name);
    return 0;
}

void h_expect_empty(const char *file, int line)
{
    static const char *const names[] = { "wick_net_connections", "wick_net_in_buffers",
                                         "wick_net_streams", "wick_hub_subscriptions" };
    for (size_t i = 0; i < 4; i++) {
        if (h_stat(names[i]) != 0) {
            fprintf(stderr, "%s:%d: %s is %llu, not 0\n", file, line, names[i],
                    (unsigned long long)h_stat(names[i]));
            exit(1);
        }
    }
    if (h_source_count != 0) {
        fprintf(stderr, "%s:%d: %u sources are not done\n", file, line, h_source_count);
        exit(1);
    }
    if (h_stat("wick_net_sockets") != 1) {
        fprintf(stderr, "%s:%d: sockets other than the listener are in use\n", file, line);
        exit(1);
    }
}
