/* fallback_test.c - wire wick without WebSocket: server-sent events, long poll, actions by POST;
 * programs that post. */
#include "tests/live/rig.h"

#include <stdlib.h>

static const char json_type[] = "Content-Type: application/json\r\n";
static struct kit_client stream;
static char token[33];

static void open_stream(struct kit_client *client, const char *kind, const char *place)
{
    char request[512];
    snprintf(request, sizeof request,
             "GET /plain?v=%s%s&stream=%s HTTP/1.1\r\nHost: localhost\r\nAccept: "
             "text/event-stream\r\n\r\n",
             token, place, kind);
    kit_open(client);
    kit_text(client, request);
    kit_pump(client);
}

static void place_of(const char *message, char place[static 80])
{
    const char *n = strstr(message, "\"n\":"), *p = strstr(message, "\"p\":");
    snprintf(place, 80, "&e=%lu&n=%lu&p=%lu", (unsigned long)hub_epoch(),
             n != NULL ? strtoul(n + 4, NULL, 10) : 0, p != NULL ? strtoul(p + 4, NULL, 10) : 0);
}

static const char *post(const char *body)
{
    char target[64];
    snprintf(target, sizeof target, "/plain?v=%s", token);
    return http_body(http_post(target, json_type, body));
}

static void events_carry_the_same_messages(void)
{
    snprintf(token, sizeof token, "%s", attribute(http_get("/plain", ""), "data-wick"));
    open_stream(&stream, "1", "");
    T_CHECK(has(rig_text(&stream), "Content-Type: text/event-stream"));
    T_CHECK(has(sse_next(&stream), "{\"hello\":"));
    T_CHECK(has(sse_next(&stream), "\"x\":true"));
    rig_device.temp = 30;
    rig_skip_ms(1000);
    T_CHECK(has(sse_next(&stream), "{\"1\":\"30\"}"));
}

static void a_post_is_answered_and_its_change_goes_over_the_stream(void)
{
    const char *answer = post("{\"a\":5,\"do\":\"inc\"}");
    T_CHECK(has(answer, "\"a\":5") && has(answer, "\"ok\":true") && has(answer, "\"t\":{}"));
    const char *push = sse_next(&stream);
    T_CHECK(has(push, "{\"2\":\"1\"}"));
    T_CHECK(push != NULL && strstr(push, "\"a\"") == NULL);
    answer = post("{\"a\":6,\"do\":\"rename\",\"f\":{\"name\":\"!!\"}}");
    T_CHECK(has(answer, "\"ok\":false") &&
            has(answer, "\"e\":{\"name\":\"No exclamation marks.\"}"));
    T_CHECK(has(sse_next(&stream), "\"3\":\"No exclamation marks.\""));
    T_CHECK(has(post("{broken"), "The message cannot be read."));
    rig_close(&stream);
}

/* The stream is gone for a moment: the answer is everything there is. */
static void a_post_without_a_stream_is_answered_by_a_snapshot(void)
{
    const char *answer = post("{\"a\":7,\"do\":\"inc\"}");
    T_CHECK(has(answer, "\"x\":true") && has(answer, "\"2\":\"2\"") && has(answer, "\"a\":7") &&
            has(answer, "\"ok\":true"));
    char place[80];
    place_of(answer, place);
    open_stream(&stream, "1", place); /* it has everything */
    T_CHECK(has(sse_next(&stream), "{\"hello\":"));
    T_CHECK(sse_next(&stream) == NULL);
    rig_device.temp = 31;
    rig_skip_ms(1000);
    T_CHECK(has(sse_next(&stream), "{\"1\":\"31\"}"));
    rig_close(&stream);
}

static void a_long_poll_waits_for_news(void)
{
    char place[80];
    open_stream(&stream, "poll", "");
    T_CHECK(has(sse_next(&stream), "{\"hello\":"));
    const char *snapshot = sse_next(&stream);
    T_CHECK(has(snapshot, "\"x\":true"));
    place_of(snapshot, place);
    T_CHECK(stream.is_closed);
    rig_close(&stream);

    uint64_t snapshots = kit_stat("wick_snapshots_total");
    for (int poll = 0; poll < 3; poll++) { /* alone on its channel, it still waits */
        open_stream(&stream, "poll", place);
        T_CHECK(sse_next(&stream) == NULL);
        T_CHECK(!stream.is_closed);
        rig_skip_ms(25100);
        kit_pump(&stream);
        T_CHECK(stream.is_closed); /* no news for 25 s */
        rig_close(&stream);
    }
    T_EQ_INT(kit_stat("wick_snapshots_total"), snapshots);

    open_stream(&stream, "poll", place);
    rig_device.temp = 32;
    rig_skip_ms(1000);
    const char *frame = sse_next(&stream);
    T_CHECK(has(frame, "{\"1\":\"32\"}"));
    T_CHECK(stream.is_closed);
    rig_close(&stream);
    rig_device.temp = 33; /* between two polls */
    rig_skip_ms(1000);
    const char *n = strstr(frame, "\"n\":"), *p = strstr(place, "&p=");
    char next[80];
    snprintf(next, sizeof next, "&e=%lu&n=%lu%s", (unsigned long)hub_epoch(),
             strtoul(n + 4, NULL, 10), p);
    open_stream(&stream, "poll", next);
    rig_skip_ms(1000);
    T_CHECK(has(sse_next(&stream), "{\"1\":\"33\"}"));
    rig_close(&stream);
    T_EQ_INT(kit_stat("wick_snapshots_total"), snapshots);
}

static void a_program_may_post_without_a_page(void)
{
    uint64_t views = kit_stat("wick_views");
    const char *answer = http_post("/", json_type,
                                   "{\"do\":\"rename\",\"f\":{\"name\":\"from "
                                   "curl\",\"limit\":25,\"loud\":true,\"color\":\"red\"}}");
    T_EQ_INT(http_status(answer), 200);
    T_CHECK(has(answer, "\"ok\":true"));
    T_EQ_TEXT(rig_device.name, strlen(rig_device.name), "from curl");
    answer = http_post("/", "Content-Type: application/json; charset=utf-8\r\n",
                       "{\"do\":\"rename\",\"f\":{\"name\":\"ok\",\"limit\":26}}");
    T_CHECK(has(answer, "{\"limit\":\"Use steps of 5.\"}"));
    T_EQ_INT(kit_stat("wick_views"), views);
}

/* Both arrive before the server looks: each runs once, and each is answered. */
static void a_message_and_a_post_may_come_together(void)
{
    static struct kit_client socket, poster;
    static const char message[] = "{\"a\":71,\"do\":\"inc\"}", body[] = "{\"a\":72,\"do\":\"inc\"}";
    char target[80], request[400];
    uint8_t frame[64];
    snprintf(target, sizeof target, "/plain?v=%s", token);
    T_EQ_INT(ws_open(&socket, target, "wick.1", ""), 101);
    while (ws_next(&socket) != NULL) {
    }
    kit_open(&poster);
    kit_passes(3);
    snprintf(request, sizeof request,
             "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
             "application/json\r\nContent-Length: %zu\r\n\r\n%s",
             target, strlen(body), body);
    kit_send(&socket, frame, kit_frame(frame, 0x81, message, sizeof message - 1));
    kit_text(&poster, request);
    kit_passes(3);
    kit_pump(&poster);
    T_CHECK(has(rig_text(&poster), "\"a\":72,\"ok\":true"));
    const char *last = NULL;
    static char all[1000];
    all[0] = '\0';
    for (last = ws_next(&socket); last != NULL; last = ws_next(&socket)) {
        strncat(all, last, sizeof all - strlen(all) - 1);
    }
    T_CHECK(has(all, "\"a\":71,\"ok\":true") && has(all, "\"2\":\"4\""));
    rig_close(&socket);
    rig_close(&poster);
}

int main(void)
{
    log_set_level(LOG_ERROR);
    rig_start();
    events_carry_the_same_messages();
    a_post_is_answered_and_its_change_goes_over_the_stream();
    a_post_without_a_stream_is_answered_by_a_snapshot();
    a_long_poll_waits_for_news();
    a_program_may_post_without_a_page();
    a_message_and_a_post_may_come_together();
    return t_done();
}
