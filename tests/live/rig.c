/* rig.c - see rig.h. */
#include "tests/live/rig.h"

#include "base/clk.h"

#include <stdlib.h>

struct net_hooks rig_hooks;

void rig_start(void)
{
    rig_start_app(&rig_app);
}

/* As wick_main() does it, but for the listener, which is there before the hooks: nobody calls yet. */
void rig_start_app(const struct wick_app *app)
{
    (void)kit_start(&(struct kit_options){ .tcp = &kit_loopback, .hooks = &rig_hooks });
    log_set_sink(NULL); /* errors are shown */
    live_set_cookie(0xabcd1234, 8080);
    clk_set(kit_now_us(), kit_wall_ms);
    live_start(app, &rig_hooks);
    kit_passes(1);
}

void rig_skip_ms(uint64_t ms)
{
    kit_skip_ms(ms);
    kit_passes(3);
}

void rig_close(struct kit_client *client)
{
    kit_close(client);
    kit_passes(4);
}

const char *rig_text(struct kit_client *client)
{
    if (client->len == sizeof client->mem) {
        fprintf(stderr, "rig: no room for a zero\n");
        exit(2);
    }
    client->mem[client->len] = '\0';
    return client->mem;
}

/* --- HTTP ------------------------------------------------------------------------------------- */

const char *http(const char *request)
{
    static struct kit_client client;
    kit_open(&client);
    kit_text(&client, request);
    kit_pump(&client);
    rig_close(&client);
    return rig_text(&client);
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

int ws_shake(struct kit_client *client, const char *target, const char *protocol,
             const char *headers)
{
    char request[4096];
    snprintf(request, sizeof request,
             "GET %s HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: "
             "Upgrade\r\nSec-WebSocket-Version: 13\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s%s%s%s\r\n",
             target, protocol != NULL ? "Sec-WebSocket-Protocol: " : "",
             protocol != NULL ? protocol : "", protocol != NULL ? "\r\n" : "", headers);
    kit_text(client, request);
    kit_pump(client);
    int status = http_status(rig_text(client));
    const char *body = strstr(client->mem, "\r\n\r\n");
    if (status == 101 && body != NULL) {
        kit_drop(client, (size_t)(body + 4 - client->mem));
    }
    return status;
}

int ws_open(struct kit_client *client, const char *target, const char *protocol,
            const char *headers)
{
    kit_open(client);
    return ws_shake(client, target, protocol, headers);
}

void ws_send(struct kit_client *client, const char *text)
{
    static uint8_t frame[16384 + 14];
    kit_send(client, frame, kit_frame(frame, 0x81, text, strlen(text)));
}

/* A heartbeat says nothing; it comes whenever a test lets time pass. */
static bool is_beat(const char *text)
{
    return strcmp(text, "{}") == 0;
}

static const char *ws_any(struct kit_client *client)
{
    static char text[KIT_CLIENT_CAP + 1];
    for (unsigned tries = 0; tries < 2; tries++) {
        const uint8_t *in = (const uint8_t *)client->mem;
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
            kit_drop(client, head + len);
            return text;
        }
        if (tries == 0) {
            kit_pump(client);
        }
    }
    return NULL;
}

const char *ws_next(struct kit_client *client)
{
    const char *text = ws_any(client);
    while (text != NULL && is_beat(text)) {
        text = ws_any(client);
    }
    return text;
}

void ws_join(struct kit_client *client, char *token_out)
{
    char target[128];
    const char *token = attribute(http_get("/", ""), "data-wick");
    snprintf(token_out, 33, "%s", token);
    snprintf(target, sizeof target, "/?v=%s", token_out);
    uint64_t views = kit_stat("wick_views");
    T_EQ_INT(ws_open(client, target, "wick.1", ""), 101);
    T_EQ_INT(kit_stat("wick_views"), views); /* the view that GET made: mounted once */
    const char *hello = ws_next(client);
    T_CHECK(hello != NULL && has(hello, "{\"hello\":"));
    const char *snapshot = ws_next(client);
    T_CHECK(snapshot != NULL && has(snapshot, "\"x\":true"));
}

static const char *sse_any(struct kit_client *client)
{
    static char text[65536];
    for (unsigned tries = 0; tries < 2; tries++) {
        const char *start = strstr(rig_text(client), "data: "),
                   *end = start != NULL ? strstr(start, "\n\n") : NULL;
        if (end != NULL) {
            snprintf(text, sizeof text, "%.*s", (int)(end - start - 6), start + 6);
            kit_drop(client, (size_t)(end + 2 - client->mem));
            return text;
        }
        if (tries == 0) {
            kit_pump(client);
        }
    }
    return NULL;
}

const char *sse_next(struct kit_client *client)
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
