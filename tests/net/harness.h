/* harness.h - the server of net's tests and what their clients say and expect.
 *
 * The server answers GET /echo..., POST (its body), /big/<n> (n constant bytes), /copy/<n>
 * (the same, not constant), /page/<n> (n bytes
 * from a source), /later/... (after settle), /ws (echo), /sse, /poll, /mute (never answers). A
 * WebSocket message "close" closes with 4000; "follow" follows channel 1.
 */
#ifndef HARNESS_H
#define HARNESS_H

#include "hub/hub.h"
#include "tests/kit/kit.h"

enum { H_CHANNEL = 1, H_FORMAT_WS = 1, H_FORMAT_SSE = 2 };

extern struct net_hooks h_hooks;
extern unsigned h_request_count, h_message_count, h_closed_count, h_lagged_count;
extern net_conn_id h_last;     /* connection of the last request or message */
extern net_stream_id h_stream; /* the stream of it */
extern char h_last_path[256];
extern char h_last_peer[64];
extern unsigned h_later_passes; /* so often "later" is said again */
extern unsigned h_source_count; /* sources whose done() is owed */
extern bool h_is_slow;          /* one message for each pass */
struct net_source h_source(size_t len);
extern void (*h_on_lagged)(net_stream_id stream);

extern const struct kit_tcp *h_tcp;      /* of the last h_start() */
void h_on_both(void (*tests)(void));     /* with each TCP of the kit */
void h_start(const struct kit_tcp *tcp); /* at the beginning, and again after kit_stop() */
void h_advance(uint64_t ms);             /* time passes, and the loop too */
void h_open(struct kit_client *c);
/** Narrow: bytes for it wait in the server's socket until it takes them. */
void h_open_with(struct kit_client *c, bool is_narrow);
void h_shut(struct kit_client *c);
void h_forget(struct kit_client *c);               /* what was received */
bool h_is(struct kit_client *c, const char *text); /* all that was received */
bool h_has(struct kit_client *c, const char *text);
int h_status(const struct kit_client *c); /* of the first answer, 0: none */
unsigned h_count(const struct kit_client *c, const char *text);
void h_upgrade(struct kit_client *c); /* handshake on /ws; what was received is forgotten */
void h_publish(const char *text);     /* on H_CHANNEL, for both wires */
void h_expect_empty(const char *file, int line); /* all pools are as at the start */
#define H_EMPTY() h_expect_empty(__FILE__, __LINE__)

#endif
