/* kit_loopback.c - the TCP of kit.h over the kernel's loopback: the server runs on the kernel port.
 */
#include "tests/kit/kit_priv.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { NARROW_BYTES = 4096 };

static void prepare(struct kit_client *client)
{
    int bytes = NARROW_BYTES;
    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    kit_must(client->fd >= 0, "socket");
    if (client->is_narrow) {
        kit_must(setsockopt(client->fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes) == 0,
                 "SO_RCVBUF");
    }
}

/* At most as many as the backlog before a pass: else it waits. */
static void connect_it(struct kit_client *client)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons(kit.port),
                              .sin_addr = { htonl(INADDR_LOOPBACK) } };
    int on = 1;
    kit_must(connect(client->fd, (struct sockaddr *)&to, sizeof to) == 0, "connect");
    kit_must(setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0, "TCP_NODELAY");
    kit_must(fcntl(client->fd, F_SETFL, O_NONBLOCK) == 0, "O_NONBLOCK");
}

static size_t offer(struct kit_client *client, const void *bytes, size_t len)
{
    ssize_t sent = send(client->fd, bytes, len, MSG_NOSIGNAL);
    client->is_closed = client->is_closed || (sent < 0 && errno != EAGAIN);
    return sent > 0 ? (size_t)sent : 0;
}

static bool take(struct kit_client *client, size_t max)
{
    if (client->is_closed) {
        return false;
    }
    kit_must(client->len < KIT_CLIENT_CAP, "a client got too much");
    size_t room = KIT_CLIENT_CAP - client->len;
    ssize_t got = recv(client->fd, client->mem + client->len, max < room ? max : room, 0);
    if (got > 0) {
        client->len += (size_t)got;
    } else if (got == 0 || errno != EAGAIN) {
        client->is_closed = true;
        client->is_reset = got < 0 && errno == ECONNRESET;
    }
    return got > 0;
}

/* Does the kernel hold bytes for this client? With a small window they wait for a timer of its own.
 */
static bool has_unsent(const struct kit_client *client)
{
    struct sockaddr_in own;
    struct sockaddr_in peer;
    socklen_t len = sizeof own;
    kit_must(getsockname(client->fd, (struct sockaddr *)&own, &len) == 0, "getsockname");
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

static bool is_waited_for(struct kit_client *client)
{
    if (!client->is_narrow || client->is_closed || !has_unsent(client)) {
        return false;
    }
    struct pollfd wait = { .fd = client->fd, .events = POLLIN };
    (void)poll(&wait, 1, 2);
    return true;
}

static void shut(struct kit_client *client)
{
    (void)shutdown(client->fd, SHUT_WR);
}

static void close_it(struct kit_client *client, bool is_reset)
{
    struct linger reset = { .l_onoff = 1, .l_linger = 0 };
    if (is_reset) {
        kit_must(setsockopt(client->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset) == 0,
                 "SO_LINGER");
    }
    close(client->fd);
    client->fd = -1;
}

static uint64_t socket_count(void)
{
    return kit_stat("wick_net_sockets");
}

const struct kit_tcp kit_loopback = {
    .name = "loopback",
    .port = &net_port_kernel,
    .address = "127.0.0.1:0",
    .prepare = prepare,
    .connect = connect_it,
    .offer = offer,
    .take = take,
    .is_waited_for = is_waited_for,
    .socket_count = socket_count,
    .shut = shut,
    .close = close_it,
};
