/* rig.h - what the tests of live share: a page made by hand, the server with it on the clock and the
 * loopback TCP of tests/kit, and what they say over a client: HTTP, WebSocket, events.
 */
#ifndef RIG_H
#define RIG_H

#include "base/log.h"
#include "base/num.h"
#include "base/stat.h"
#include "live/view.h"
#include "t.h"
#include "tests/kit/kit.h"

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

void rig_start(void);
void rig_start_app(const struct wick_app *app);
/** kit_skip_ms(), then passes: what is due has happened. */
void rig_skip_ms(uint64_t ms);
/** kit_close(), then passes: the server knows. */
void rig_close(struct kit_client *client);
/** What the client has received, zero-terminated. */
const char *rig_text(struct kit_client *client);

/** One request on a connection of its own; the whole answer, zero-terminated, in a static buffer.
 */
const char *http(const char *request);
const char *http_get(const char *target, const char *headers);
const char *http_post(const char *target, const char *headers, const char *body);
int http_status(const char *answer);
const char *http_body(const char *answer);
/** Open a WebSocket; protocol may be NULL. @return the status. */
int ws_open(struct kit_client *client, const char *target, const char *protocol,
            const char *headers);
/** The same on a connection that is open. */
int ws_shake(struct kit_client *client, const char *target, const char *protocol,
             const char *headers);
void ws_send(struct kit_client *client, const char *text);
/** The next message that is no heartbeat, zero-terminated; NULL when none comes within some turns.
 * A close frame is "close NNNN". */
const char *ws_next(struct kit_client *client);
/** Open the page and its socket. token_out has 33 bytes. Hello and snapshot are read. */
void ws_join(struct kit_client *client, char *token_out);
/** The next event of a text/event-stream. */
const char *sse_next(struct kit_client *client);
/** Value of an attribute in a document, in a static buffer. */
const char *attribute(const char *document, const char *name);
bool has(const char *text, const char *part);

#endif
