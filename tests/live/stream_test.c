/* stream_test.c - wire wick end to end over loopback: shared and private changes, pause, interval,
 * lag, resume, expiry. */
#include "tests/live/rig.h"

#include <stdlib.h>

static struct kit_client a, b;
static char token_a[33], token_b[33];

static void set_temp(int64_t temp)
{
    rig_device.temp = temp;
    rig_skip_ms(1000);
}

static void drain(struct kit_client *client)
{
    while (ws_next(client) != NULL) {
    }
}

/* Number after "name": in a message. */
static unsigned long number(const char *text, const char *name)
{
    char key[32];
    snprintf(key, sizeof key, "\"%s\":", name);
    const char *at = text != NULL ? strstr(text, key) : NULL;
    return at != NULL ? strtoul(at + strlen(key), NULL, 10) : 0;
}

static void a_rename_reaches_both_tabs_at_once(void)
{
    uint64_t diffs = kit_stat("wick_diffs_shared_total");
    ws_send(&a, "{\"a\":7,\"do\":\"rename\",\"f\":{\"name\":\"Pump\"}}");
    const char *first = ws_next(&a);
    T_CHECK(has(first, "\"0\":\"Pump\"") &&
            has(first, "\"n\":")); /* shared frame before the answer */
    T_CHECK(strstr(first, "\"a\":") == NULL);
    const char *answer = ws_next(&a); /* its draft slot reads the name: private, with the answer */
    T_CHECK(has(answer, "\"t\":{\"5\":\"Pump\"}"));
    T_CHECK(has(answer, "\"a\":7") && has(answer, "\"ok\":true"));
    T_CHECK(ws_next(&a) == NULL);
    T_CHECK(has(ws_next(&b), "\"0\":\"Pump\""));
    T_CHECK(has(ws_next(&b), "\"5\":\"Pump\""));
    T_CHECK(ws_next(&b) == NULL);
    T_EQ_INT(kit_stat("wick_diffs_shared_total"), diffs + 1);
    T_EQ_INT(rig_device.name[0], 'P');
}

static void a_private_change_stays_private(void)
{
    ws_send(&a, "{\"a\":8,\"do\":\"inc\"}");
    const char *answer = ws_next(&a);
    T_CHECK(has(answer, "\"2\":\"1\"") && has(answer, "\"4\":\"21\"") && has(answer, "\"a\":8"));
    T_CHECK(strstr(answer, "\"n\":") == NULL);
    T_CHECK(ws_next(&b) == NULL);
}

static void a_device_change_comes_with_the_interval(void)
{
    set_temp(25);
    T_CHECK(has(ws_next(&a), "\"1\":\"25\""));
    T_CHECK(has(ws_next(&a), "\"4\":\"26\"")); /* mixed slot: of this view alone */
    T_CHECK(has(ws_next(&b), "\"1\":\"25\""));
    T_CHECK(has(ws_next(&b), "\"4\":\"25\""));
    rig_device.temp = 26; /* within the second: waits */
    kit_passes(3);
    T_CHECK(ws_next(&b) == NULL);
    rig_skip_ms(1000);
    T_CHECK(has(ws_next(&b), "\"1\":\"26\""));
    drain(&a);
    drain(&b);
}

static void a_refused_action_says_why(void)
{
    uint32_t renames = rig_renames;
    ws_send(&a, "{\"a\":9,\"do\":\"rename\",\"f\":{\"name\":\"x\"}}");
    const char *answer = ws_next(&a);
    T_CHECK(has(answer, "\"ok\":false") &&
            has(answer, "\"e\":{\"name\":\"Use at least 2 characters.\"}"));
    T_CHECK(has(answer, "\"3\":\"Use at least 2 characters.\"") && has(answer, "\"5\":\"x\""));
    ws_send(&a, "{\"a\":10,\"do\":\"rename\",\"f\":{\"name\":\"taken\"}}");
    answer = ws_next(&a);
    T_CHECK(has(answer, "\"e\":{\"name\":\"That name is taken.\"}"));
    T_CHECK(strstr(answer, "\"2\":") == NULL);
    T_EQ_INT(rig_renames, renames);
    ws_send(&a, "{\"a\":11,\"do\":\"inc\"}"); /* the next success clears messages and drafts */
    answer = ws_next(&a);
    T_CHECK(has(answer, "\"3\":\"\"") && has(answer, "\"5\":\"Pump\"") &&
            has(answer, "\"2\":\"2\""));
    T_EQ_INT(kit_stat("wick_forms"), 0);
}

static void nonsense_is_answered(void)
{
    static const char *const bad[] = { "",
                                       "x",
                                       "[]",
                                       "{\"a\":1}",
                                       "{\"do\":5}",
                                       "{\"do\":\"inc\",\"f\":[]}",
                                       "{\"do\":\"inc\"",
                                       "null",
                                       "{\"do\":\"\\u0069nc\"}",
                                       "{\"a\":1,\"do\":\"inc\",\"f\":\"x\"}" };
    for (size_t idx = 0; idx < WICK_COUNT_OF(bad); idx++) {
        ws_send(&a, bad[idx]);
        T_CHECK(has(ws_next(&a), "\"e\":{\"\":\"The message cannot be read.\"}"));
    }
    ws_send(&a, "{\"a\":12,\"do\":\"explode\"}");
    const char *answer = ws_next(&a);
    T_CHECK(has(answer, "\"a\":12") &&
            has(answer, "\"e\":{\"\":\"This page has no action \\\"explode\\\".\"}"));
    ws_send(&a, "{\"ping\":1}");
    T_CHECK(has(ws_next(&a), "{\"pong\":1}"));
    char deep[600];
    memset(deep, '[', sizeof deep - 1);
    deep[sizeof deep - 1] = '\0';
    ws_send(&a, deep);
    T_CHECK(has(ws_next(&a), "cannot be read"));
    char many[8000] = "{\"a\":1,\"do\":\"rename\",\"f\":{";
    size_t len = strlen(many);
    for (unsigned field = 0; field < 100; field++) {
        len += (size_t)snprintf(many + len, sizeof many - len, "%s\"f%u\":1", field > 0 ? "," : "",
                                field);
    }
    snprintf(many + len, sizeof many - len, "}}");
    ws_send(&a, many);
    T_CHECK(has(ws_next(&a), "\"ok\":false"));
}

static void a_paused_tab_stands_still(void)
{
    ws_send(&a, "{\"a\":20,\"do\":\"pause\"}");
    T_CHECK(has(ws_next(&a), "\"a\":20"));
    set_temp(40);
    T_CHECK(has(ws_next(&b), "\"1\":\"40\""));
    drain(&b);
    T_CHECK(ws_next(&a) == NULL);
    ws_send(&a, "{\"a\":21,\"do\":\"inc\"}"); /* an action is answered by all that is there now */
    const char *answer = ws_next(&a);
    T_CHECK(has(answer, "\"x\":true") && has(answer, "\"1\":\"40\"") &&
            has(answer, "\"2\":\"3\"") && has(answer, "\"a\":21"));
    set_temp(41);
    T_CHECK(ws_next(&a) == NULL);
    ws_send(&a, "{\"a\":22,\"do\":\"pause\"}");
    answer = ws_next(&a);
    T_CHECK(has(answer, "\"x\":true") && has(answer, "\"1\":\"41\"") && has(answer, "\"a\":22"));
    set_temp(42);
    T_CHECK(has(ws_next(&a), "\"1\":\"42\""));
    drain(&a);
    drain(&b);
}

static void a_slow_tab_is_updated_every_five_seconds(void)
{
    ws_send(&a, "{\"a\":30,\"do\":\"slow\"}");
    const char *answer = ws_next(&a);
    T_CHECK(has(answer, "\"x\":true") && has(answer, "\"a\":30"));
    set_temp(50);
    T_CHECK(has(ws_next(&b), "\"1\":\"50\""));
    T_CHECK(ws_next(&a) == NULL);
    rig_skip_ms(4000);
    T_CHECK(has(ws_next(&a), "\"1\":\"50\""));
    drain(&a);
    ws_send(&b, "{\"a\":31,\"do\":\"rename\",\"f\":{\"name\":\"Fan\"}}"); /* an action does not wait
                                                                             for the interval */
    T_CHECK(has(ws_next(&a), "\"0\":\"Fan\""));
    drain(&a);
    drain(&b);
}

static void too_large_an_update_becomes_a_snapshot(void)
{
    uint64_t oversized = kit_stat("wick_updates_oversized_total");
    rig_device.fill = 4000; /* five slots: 20,000 bytes; a ring takes frames of WICK_SEND_CAP */
    rig_skip_ms(1000);
    const char *message = ws_next(&b);
    T_CHECK(has(message, "\"x\":true"));
    T_CHECK(message != NULL && strlen(message) > 20000);
    T_CHECK(kit_stat("wick_updates_oversized_total") > oversized);
    drain(&b);
    rig_device.fill = 0;
    set_temp(51);
    T_CHECK(has(ws_next(&b), "\"1\":\"51\""));
    rig_skip_ms(5000);
    drain(&a);
    drain(&b);
}

/* b reads nothing while the ring turns over: a snapshot, then it goes on. a reads all the time and
 * notices nothing. */
static void a_lagging_tab_is_resynchronised(void)
{
    char target[128];
    rig_close(&b);
    snprintf(target, sizeof target, "/?v=%s", token_b);
    kit_prepare(&b, true);
    kit_connect(&b);
    T_EQ_INT(ws_shake(&b, target, "wick.1", ""), 101);
    drain(&b);
    uint64_t lagged = kit_stat("wick_net_lagged_total");
    for (int round = 0; round < 28;
         round++) { /* shorter than net's patience with a reader that stands still */
        rig_device.fill = 3000 + (uint32_t)(round % 2);
        for (int action = 0; action < 20;
             action++) { /* what an action changes is published at once */
            char rename[64];
            rig_device.fill ^= 1;
            snprintf(rename, sizeof rename, "{\"do\":\"rename\",\"f\":{\"name\":\"n%d\"}}", action);
            ws_send(&a, rename);
            kit_passes(1);
            kit_pump(&a);
            a.len = 0;
        }
    }
    T_CHECK(!a.is_closed);
    ws_send(&b, "{\"a\":99,\"do\":\"inc\"}"); /* its answer finds no room */
    kit_passes(4);
    T_EQ_INT(kit_stat("wick_net_lagged_total"),
             lagged); /* not yet: it cannot be told while nothing goes out to it */
    rig_device.fill = 0;
    set_temp(77);
    bool has_snapshot = false, has_end = false, has_answer = false;
    for (const char *message = ws_next(&b); message != NULL; message = ws_next(&b)) {
        has_snapshot = has_snapshot || strstr(message, "\"x\":true") != NULL;
        has_end = strstr(message, "\"1\":\"77\"") != NULL || has_end;
        has_answer = has_answer || (strstr(message, "\"a\":99") != NULL &&
                                    strstr(message, "\"ok\":true") != NULL);
    }
    T_CHECK(has_answer); /* with the snapshot */
    T_CHECK(has_snapshot);
    T_CHECK(has_end);
    T_CHECK(kit_stat("wick_net_lagged_total") > lagged);
    rig_skip_ms(5000);
    drain(&a);
}

static void a_view_survives_its_connection(void)
{
    char target[128];
    rig_close(&b);
    snprintf(target, sizeof target, "/?v=%s", token_b);
    rig_skip_ms(LIVE_WAIT_MS - 5000);
    T_EQ_INT(ws_open(&b, target, "wick.1", ""), 101);
    T_CHECK(has(ws_next(&b), "\"tree\":\"feedface12345678\""));
    T_CHECK(has(ws_next(&b), "\"x\":true"));
    ws_send(&b, "{\"do\":\"inc\"}");
    T_CHECK(has(ws_next(&b), "\"2\":\"2\""));
    rig_close(&b);
    rig_skip_ms(LIVE_WAIT_MS + 100);
    T_EQ_INT(ws_open(&b, target, "wick.1", ""),
             101); /* forgotten: a fresh view under the same name */
    (void)ws_next(&b);
    T_CHECK(has(ws_next(&b), "\"2\":\"0\""));
    T_EQ_INT(http_status(http_get("/?v=tooshort&stream=1", "Accept: text/event-stream\r\n")), 400);
    T_EQ_INT(ws_open(&a, "/", NULL, ""), 400);
    rig_close(&a);
}

static void two_streams_of_one_view_do_not_fight(void)
{
    struct kit_client *second = &a;
    char target[128];
    drain(&b);
    snprintf(target, sizeof target, "/?v=%s", token_b);
    T_EQ_INT(ws_open(second, target, "wick.1", ""), 101);
    T_CHECK(has(ws_next(&b), "{\"go\":\"/\"}"));
    T_CHECK(has(ws_next(&b), "close 1000"));
    (void)ws_next(second);
    T_CHECK(has(ws_next(second), "\"x\":true"));
    rig_close(&b);
    ws_send(second, "{\"ping\":1}");
    T_CHECK(has(ws_next(second), "pong"));
    rig_close(second);
}

/* The page without mixed slots can go on from any frame that its ring still holds. */
static void a_reconnect_without_loss_needs_no_snapshot(void)
{
    static struct kit_client other;
    char token[33], target[128];
    unsigned long epoch, seq, part;
    snprintf(token, sizeof token, "%s", attribute(http_get("/plain", ""), "data-wick"));
    snprintf(target, sizeof target, "/plain?v=%s", token);
    T_EQ_INT(ws_open(&a, target, "wick.1", ""), 101);
    epoch = number(ws_next(&a), "hello");
    const char *snapshot = ws_next(&a);
    T_CHECK(has(snapshot, "\"x\":true"));
    seq = number(snapshot, "n");
    part = number(snapshot, "p");
    T_CHECK(epoch == hub_epoch() && seq != 0 && part != 0);

    rig_close(&a); /* nothing happened: nothing is sent */
    snprintf(target, sizeof target, "/plain?v=%s&e=%lu&n=%lu&p=%lu", token, epoch, seq, part);
    T_EQ_INT(ws_open(&a, target, "wick.1", ""), 101);
    const char *hello = ws_next(&a);
    T_CHECK(has(hello, "\"hello\":"));
    seq = number(hello, "n");
    T_CHECK(ws_next(&a) == NULL);

    rig_close(&a); /* alone, and the device changed: the difference, no snapshot */
    rig_device.temp = 60;
    snprintf(target, sizeof target, "/plain?v=%s&e=%lu&n=%lu&p=%lu", token, epoch, seq, part);
    T_EQ_INT(ws_open(&a, target, "wick.1", ""), 101);
    (void)ws_next(&a);
    rig_skip_ms(1000);
    const char *frame = ws_next(&a);
    T_CHECK(has(frame, "{\"1\":\"60\"}") && strstr(frame, "\"x\"") == NULL);
    seq = number(frame, "n");

    snprintf(target, sizeof target, "/plain?v=%s", attribute(http_get("/plain", ""), "data-wick"));
    T_EQ_INT(ws_open(&other, target, "wick.1", ""), 101);
    drain(&other);
    rig_close(&a); /* the other one keeps the ring: the missed frames */
    set_temp(61);
    set_temp(62);
    snprintf(target, sizeof target, "/plain?v=%s&e=%lu&n=%lu&p=%lu", token, epoch, seq, part);
    T_EQ_INT(ws_open(&a, target, "wick.1", ""), 101);
    T_CHECK(has(ws_next(&a), "\"hello\":"));
    T_CHECK(has(ws_next(&a), "{\"1\":\"61\"}"));
    T_CHECK(has(ws_next(&a), "{\"1\":\"62\"}"));
    T_CHECK(ws_next(&a) == NULL);

    ws_send(&a, "{\"do\":\"inc\"}"); /* a private message was lost: everything */
    (void)ws_next(&a);
    rig_close(&a);
    T_EQ_INT(ws_open(&a, target, "wick.1", ""), 101);
    (void)ws_next(&a);
    T_CHECK(has(ws_next(&a), "\"x\":true"));
    rig_close(&a);
    snprintf(target, sizeof target, "/plain?v=%s&e=%lu&n=%lu&p=%lu", token, epoch ^ 1, seq,
             part + 1); /* of another run */
    T_EQ_INT(ws_open(&a, target, "wick.1", ""), 101);
    (void)ws_next(&a);
    T_CHECK(has(ws_next(&a), "\"x\":true"));
    rig_close(&a);
    rig_close(&other);
    T_EQ_INT(hub_sub_count(1), 0);
}

static void sources_rest_when_nobody_looks(void)
{
    rig_skip_ms(LIVE_WAIT_PLAIN_MS + LIVE_WAIT_MS);
    kit_passes(5);
    T_EQ_INT(kit_stat("wick_views_joined"), 0);
    uint32_t ticks = rig_ticks;
    rig_skip_ms(60000);
    T_EQ_INT(rig_ticks, ticks);
    T_CHECK(rig_hooks.settle() == UINT64_MAX); /* no deadline at all */
    (void)http_get("/", "");
    T_EQ_INT(rig_ticks, ticks + 1); /* who looks sees the truth */
}

int main(void)
{
    log_set_level(LOG_ERROR);
    rig_start();
    ws_join(&a, token_a);
    ws_join(&b, token_b);
    a_rename_reaches_both_tabs_at_once();
    a_private_change_stays_private();
    a_device_change_comes_with_the_interval();
    a_refused_action_says_why();
    nonsense_is_answered();
    a_paused_tab_stands_still();
    a_slow_tab_is_updated_every_five_seconds();
    too_large_an_update_becomes_a_snapshot();
    a_lagging_tab_is_resynchronised();
    rig_close(&a);
    a_view_survives_its_connection();
    two_streams_of_one_view_do_not_fight();
    a_reconnect_without_loss_needs_no_snapshot();
    sources_rest_when_nobody_looks();
    return t_done();
}
