/* rig.h - what the tests of live share: a page made by hand, a server in this process, raw clients
 * over loopback. Time moves by rig_skip_ms(); nothing here waits longer than it must.
 */
#ifndef RIG_H
#define RIG_H

#include "base/log.h"
#include "base/num.h"
#include "base/stat.h"
#include "live/view.h"
#include "t.h"

struct rig_device {
    char name[32];
    int64_t temp;
    uint32_t fill; /* bytes of each of the five large slots */
    bool led;
};

struct rig_view {
    int64_t count;
    bool is_paused;
    char query[16];
    uint32_t connects, disconnects;
};
extern struct rig_device rig_device;
extern const struct wick_app rig_app;
extern uint32_t rig_ticks, rig_renames;
extern struct net_hooks rig_hooks;
extern uint16_t rig_port;
extern int rig_small_window; /* bytes: receive buffer of the clients that are opened from now on; 0:
                                the system's */

struct client {
    int fd;
    bool is_ws, is_closed;
    size_t len;
    char in[262144];
};

void rig_start(void);
void rig_start_app(const struct wick_app *app);
void rig_skip_ms(uint64_t ms);
/** Turns until nothing is on its way any more. */
void rig_turns(unsigned count);
uint64_t rig_stat(const char *name);

void client_open(struct client *client);
void client_close(struct client *client);
void client_send(struct client *client, const char *bytes, size_t len);
/** Read what has come, after some turns. */
void client_read(struct client *client);
/** One request on a connection of its own; the whole answer, zero-terminated, in a static buffer.
 */
const char *http(const char *request);
const char *http_get(const char *target, const char *headers);
const char *http_post(const char *target, const char *headers, const char *body);
int http_status(const char *answer);
const char *http_body(const char *answer);
/** Open a WebSocket; protocol may be NULL. @return the status. */
int ws_open(struct client *client, const char *target, const char *protocol, const char *headers);
void ws_send(struct client *client, const char *text);
/** The next message that is no heartbeat, zero-terminated; NULL when none comes within some turns.
 * A close frame is "close NNNN". */
const char *ws_next(struct client *client);
/** Open the page and its socket. token_out has 33 bytes. Hello and snapshot are read. */
void ws_join(struct client *client, char *token_out);
/** The next event of a text/event-stream. */
const char *sse_next(struct client *client);
/** Value of an attribute in a document, in a static buffer. */
const char *attribute(const char *document, const char *name);
bool has(const char *text, const char *part);

#endif
