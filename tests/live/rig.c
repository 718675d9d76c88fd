/* rig.c - see rig.h. The clock is the machine's plus what the test skipped. */
#include "tests/live/rig.h"

#include "os/os.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct net_hooks rig_hooks;
uint16_t rig_port;
int rig_small_window;
static uint64_t skipped_us;

uint64_t os_mono_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u + skipped_us;
}

uint64_t os_wall_ms(void)
{
    return 1700000000000u;
}

void os_random(void *bytes, size_t len)
{
    if (getrandom(bytes, len, 0) != (ssize_t)len) {
        abort();
    }
}

void rig_skip_ms(uint64_t ms)
{
    skipped_us += ms * 1000u;
    rig_turns(3);
}

void rig_turns(unsigned count)
{
    for (unsigned turn = 0; turn < count; turn++) {
        net_pass(&rig_hooks, 0);
    }
}

void rig_start(void)
{
    rig_start_app(&rig_app);
}

void rig_start_app(const struct wick_app *app)
{
    live_set_cookie(0xabcd1234, 8080);
    live_start(app, &rig_hooks);
    if (net_listen("127.0.0.1:0", &rig_port) != WICK_OK) {
        fprintf(stderr, "rig: cannot listen\n");
        exit(1);
    }
    rig_turns(1);
}

uint64_t rig_stat(const char *name)
{
    for (size_t idx = 0; stat_at(idx) != NULL; idx++) {
        if (strcmp(stat_at(idx)->name, name) == 0) {
            return stat_at(idx)->of->value;
        }
    }
    fprintf(stderr, "rig: no counter %s\n", name);
    exit(1);
}

/* --- clients ---------------------------------------------------------------------------------- */

void client_open(struct client *client)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons(rig_port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    client->len = 0;
    client->is_ws = client->is_closed = false;
    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (rig_small_window > 0) {
        setsockopt(client->fd, SOL_SOCKET, SO_RCVBUF, &rig_small_window, sizeof rig_small_window);
    }
    if (client->fd < 0 || connect(client->fd, (struct sockaddr *)&to, sizeof to) != 0) {
        fprintf(stderr, "rig: cannot connect: %s\n", strerror(errno));
        exit(1);
    }
    fcntl(client->fd, F_SETFL, O_NONBLOCK);
}

void client_close(struct client *client)
{
    close(client->fd);
    client->fd = -1;
    rig_turns(4);
}

void client_send(struct client *client, const char *bytes, size_t len)
{
    for (unsigned tries = 0; len > 0 && tries < 10000; tries++) {
        ssize_t sent = send(client->fd, bytes, len, MSG_NOSIGNAL);
        if (sent > 0) {
            bytes += sent;
            len -= (size_t)sent;
        } else if (errno != EAGAIN) {
            return;
        }
        rig_turns(1);
    }
}

void client_read(struct client *client)
{
    for (unsigned idle = 0; idle < 4;) {
        net_pass(&rig_hooks, 1);
        ssize_t got =
            recv(client->fd, client->in + client->len, sizeof client->in - 1 - client->len, 0);
        if (got > 0) {
            client->len += (size_t)got;
            idle = 0;
        } else if (got == 0) {
            client->is_closed = true;
            return;
        } else {
            idle++;
        }
    }
}

const char *http(const char *request)
{
    static struct client client;
    client_open(&client);
    client_send(&client, request, strlen(request));
    client_read(&client);
    client.in[client.len] = '\0';
    client_close(&client);
    return client.in;
}

const char *http_get(const char *target, const char *headers)
{
    static char request[8192];
    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n", target,
             headers);
    return http(request);
}

const char *http_post(const char *target, const char *headers, const char *body)
{
    static char request[32768];
    snprintf(request, sizeof request,
             "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %zu\r\n%s\r\n%s", target,
             strlen(body), headers, body);
    return http(request);
}

int http_status(const char *answer)
{
    return strncmp(answer, "HTTP/1.1 ", 9) == 0 ? atoi(answer + 9) : 0;
}

const char *http_body(const char *answer)
{
    const char *body = strstr(answer, "\r\n\r\n");
    return body != NULL ? body + 4 : "";
}

/* --- WebSocket -------------------------------------------------------------------------------- */

static void consume(struct client *client, size_t len)
{
    memmove(client->in, client->in + len, client->len - len);
    client->len -= len;
}

int ws_open(struct client *client, const char *target, const char *protocol, const char *headers)
{
    char request[4096];
    client_open(client);
    snprintf(request, sizeof request,
             "GET %s HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: "
             "Upgrade\r\nSec-WebSocket-Version: 13\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s%s%s%s\r\n",
             target, protocol != NULL ? "Sec-WebSocket-Protocol: " : "",
             protocol != NULL ? protocol : "", protocol != NULL ? "\r\n" : "", headers);
    client_send(client, request, strlen(request));
    client_read(client);
    client->in[client->len] = '\0';
    int status = http_status(client->in);
    const char *body = strstr(client->in, "\r\n\r\n");
    if (status == 101 && body != NULL) {
        consume(client, (size_t)(body + 4 - client->in));
        client->is_ws = true;
    }
    return status;
}

void ws_send(struct client *client, const char *text)
{
    char frame[16384];
    size_t len = strlen(text), head = 0;
    frame[head++] = (char)0x81;
    if (len < 126) {
        frame[head++] = (char)(0x80 | len);
    } else {
        frame[head++] = (char)(0x80 | 126);
        frame[head++] = (char)(len >> 8);
        frame[head++] = (char)len;
    }
    memcpy(frame + head, "\1\2\3\4", 4);
    head += 4;
    for (size_t at = 0; at < len; at++) {
        frame[head + at] = (char)(text[at] ^ (char)(at % 4 + 1));
    }
    client_send(client, frame, head + len);
}

/* A heartbeat says nothing; it comes whenever a test lets time pass. */
static bool is_beat(const char *text)
{
    return strcmp(text, "{}") == 0;
}

static const char *ws_any(struct client *client)
{
    static char text[262144];
    for (unsigned tries = 0; tries < 2; tries++) {
        const uint8_t *in = (const uint8_t *)client->in;
        size_t head = 2, len = client->len >= 2 ? in[1] & 0x7f : 0;
        if (client->len >= 4 && len == 126) {
            len = (size_t)in[2] << 8 | in[3];
            head = 4;
        } else if (client->len >= 10 && len == 127) {
            len = (size_t)in[6] << 24 | (size_t)in[7] << 16 | (size_t)in[8] << 8 | in[9];
            head = 10;
        }
        if (client->len >= 2 && client->len >= head + len) {
            unsigned opcode = in[0] & 0xf;
            if (opcode == 8) {
                snprintf(text, sizeof text, "close %u",
                         len >= 2 ? (unsigned)(in[head] << 8 | in[head + 1]) : 0);
            } else {
                memcpy(text, in + head, len);
                text[len] = '\0';
            }
            consume(client, head + len);
            return text;
        }
        if (tries == 0) {
            client_read(client);
        }
    }
    return NULL;
}

const char *ws_next(struct client *client)
{
    const char *text = ws_any(client);
    while (text != NULL && is_beat(text)) {
        text = ws_any(client);
    }
    return text;
}

void ws_join(struct client *client, char *token_out)
{
    char target[128];
    const char *token = attribute(http_get("/", ""), "data-wick");
    snprintf(token_out, 33, "%s", token);
    snprintf(target, sizeof target, "/?v=%s", token_out);
    uint64_t views = rig_stat("wick_views");
    T_EQ_INT(ws_open(client, target, "wick.1", ""), 101);
    T_EQ_INT(rig_stat("wick_views"), views); /* the view that GET made: mounted once */
    const char *hello = ws_next(client);
    T_CHECK(hello != NULL && has(hello, "{\"hello\":"));
    const char *snapshot = ws_next(client);
    T_CHECK(snapshot != NULL && has(snapshot, "\"x\":true"));
}

static const char *sse_any(struct client *client)
{
    static char text[65536];
    for (unsigned tries = 0; tries < 2; tries++) {
        client->in[client->len] = '\0';
        char *start = strstr(client->in, "data: "),
             *end = start != NULL ? strstr(start, "\n\n") : NULL;
        if (end != NULL) {
            snprintf(text, sizeof text, "%.*s", (int)(end - start - 6), start + 6);
            consume(client, (size_t)(end + 2 - client->in));
            return text;
        }
        if (tries == 0) {
            client_read(client);
        }
    }
    return NULL;
}

const char *sse_next(struct client *client)
{
    const char *text = sse_any(client);
    while (text != NULL && is_beat(text)) {
        text = sse_any(client);
    }
    return text;
}

const char *attribute(const char *document, const char *name)
{
    static char value[128];
    char start[64];
    snprintf(start, sizeof start, " %s=\"", name);
    const char *at = strstr(document, start);
    value[0] = '\0';
    if (at != NULL) {
        at += strlen(start);
        snprintf(value, sizeof value, "%.*s", (int)strcspn(at, "\""), at);
    }
    return value;
}

bool has(const char *text, const char *part)
{
    if (text != NULL && strstr(text, part) != NULL) {
        return true;
    }
    fprintf(stderr, "  \"%s\" is not in: %.600s\n", part, text != NULL ? text : "(nothing)");
    return false;
}
