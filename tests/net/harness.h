/* harness.h - the server and its clients in one process, over loopback; time moves when the test
 * says so.
 *
 * The server answers GET /echo..., POST (its body), /big/<n> (n constant bytes), /copy/<n>
 * (the same, not constant), /page/<n> (n bytes
 * from a source), /later/... (after settle), /ws (echo), /sse, /poll, /mute (never answers). A
 * WebSocket message "close" closes with 4000; "follow" follows channel 1.
 */
#ifndef HARNESS_H
#define HARNESS_H

#include "hub/hub.h"
#include "net/net.h"
#include "net/port.h"

enum { CLIENT_IN_CAP = 1 << 20, H_CHANNEL = 1, H_FORMAT_WS = 1, H_FORMAT_SSE = 2 };

struct client {
    int fd;
    size_t len;            /* bytes in mem */
    bool is_closed;        /* the server has closed (FIN or RST) */
    bool has_small_window; /* bytes may wait in the server's socket: h_pump() looks there */
    char mem[CLIENT_IN_CAP];
};

extern struct net_hooks h_hooks;
extern unsigned h_request_count, h_message_count, h_closed_count, h_lagged_count;
extern net_conn_id h_last;     /* connection of the last request or message */
extern net_stream_id h_stream; /* the stream of it */
extern char h_last_path[256];
extern char h_last_peer[64];
extern uint64_t h_wall_ms;      /* 0: the time is not known */
extern unsigned h_later_passes; /* so often "later" is said again */
extern unsigned h_source_count; /* sources whose done() is owed */
extern bool h_is_slow;          /* one message for each pass */
struct net_source h_source(size_t len);
extern void (*h_on_lagged)(net_stream_id stream);

void h_start(void); /* at the beginning, and again after h_stop() */
void h_stop(void);  /* as SIGTERM does it: the loop runs to its end */
uint16_t h_port(void);
void h_advance(uint64_t ms); /* time passes, and the loop turns */
void h_pass(uint64_t ms);    /* only time passes */
void h_turn(unsigned count);
void h_open(struct client *c);
/* receive buffer of the client's socket; 0: the system's */
void h_open_with(struct client *c, int receive_bytes);
void h_prepare(struct client *c); /* the first half of h_open(): a socket */
void h_connect(struct client *c); /* the second half */
void h_shut(struct client *c);
void h_send(struct client *c, const void *bytes, size_t len);
void h_text(struct client *c, const char *text);
void h_pump(struct client *c);                 /* turn and receive until nothing moves */
void h_forget(struct client *c);               /* what was received */
bool h_is(struct client *c, const char *text); /* all that was received */
bool h_has(struct client *c, const char *text);
int h_status(const struct client *c); /* of the first answer, 0: none */
unsigned h_count(const struct client *c, const char *text);
void h_upgrade(struct client *c); /* handshake on /ws; what was received is forgotten */
/** A masked frame. @return its length; out has room for len + 14. */
size_t h_frame(uint8_t *out, unsigned first_byte, const void *payload, size_t len);
void h_publish(const char *text); /* on H_CHANNEL, for both wires */
uint64_t h_stat(const char *name);
void h_expect_empty(const char *file, int line); /* all pools are as at the start */
#define H_EMPTY() h_expect_empty(__FILE__, __LINE__)

#endif
