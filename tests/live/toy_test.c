/* toy_test.c - a wire with several views on one connection, prefixes and batches (wire_toy.c). */
#include "tests/live/pages/both.html.h"
#include "tests/live/rig.h"

extern const struct wire wire_toy;
static const struct wire *const wires[] = { &wire_toy };
static struct wick_page page;
static const struct wick_page *const pages[] = { &page };
static const struct wick_app app = {
    .name = "toy", .version = "1", .page = pages, .page_count = 1
};
static struct kit_client client;

static void send_join(const char *name, const char *token)
{
    char text[100];
    snprintf(text, sizeof text, "[\"%s\",\"join\",\"%s\"]", name, token);
    ws_send(&client, text);
}

static void two_views_share_a_connection(void)
{
    char token[40];
    snprintf(token, sizeof token, "%s", attribute(http_get("/", ""), "data-toy"));
    T_EQ_INT(strlen(token), 32);
    T_EQ_INT(ws_open(&client, "/", "toy", ""), 101);
    send_join("one", token);
    const char *message = ws_next(&client);
    T_CHECK(has(message, "[[\"one\",{\"n\":") && has(message, "\"x\":true"));
    T_CHECK(message != NULL && strcmp(message + strlen(message) - 3, "}]]") == 0);
    send_join("two", "");
    T_CHECK(has(ws_next(&client), "[[\"two\",{\"n\":"));
    T_EQ_INT(kit_stat("wick_views_joined"), 2);
}

/* One ring, one encoding; each view gets it under its own name. */
static void a_frame_reaches_both_under_their_names(void)
{
    uint64_t frames = kit_stat("wick_frames_encoded_total");
    plant.heat = 55;
    rig_skip_ms(1000);
    const char *message = ws_next(&client);
    T_CHECK(has(message, "\"0\":\"55\""));
    bool has_one = message != NULL && strstr(message, "[\"one\",{") != NULL;
    bool has_two = message != NULL && strstr(message, "[\"two\",{") != NULL;
    if (!has_one || !has_two) { /* in a message of its own */
        message = ws_next(&client);
        has_one = has_one || (message != NULL && strstr(message, "[\"one\",{") != NULL);
        has_two = has_two || (message != NULL && strstr(message, "[\"two\",{") != NULL);
    }
    T_CHECK(has_one && has_two);
    T_EQ_INT(kit_stat("wick_frames_encoded_total"), frames + 1);
}

static void an_action_answers_its_view(void)
{
    ws_send(&client, "[\"two\",\"do\",7,\"note\",{\"text\":\"toy\"}]");
    bool is_answered = false;
    for (const char *message = ws_next(&client); message != NULL; message = ws_next(&client)) {
        const char *two = strstr(message, "[\"two\",{\"t\":{},\"a\":7,\"ok\":true");
        is_answered = is_answered || two != NULL;
        T_CHECK(strstr(message, "[\"one\",{\"t\":{},\"a\"") == NULL);
    }
    T_CHECK(is_answered);
    T_EQ_INT(journal.entries, 1);
    ws_send(&client, "[\"two\",\"do\",7,\"note\",{\"text\":\"toy\"}]"); /* again: it does not run */
    const char *message = ws_next(&client);
    T_CHECK(has(message, "\"a\":7,\"ok\":true"));
    T_EQ_INT(journal.entries, 1);
    T_EQ_INT(kit_stat("wick_actions_repeated_total"), 1);
}

static void batches_are_one_message_of_the_transport(void)
{
    ws_send(&client, "[\"one\",\"do\",8,\"note\",{\"text\":\"b\"}]");
    unsigned messages = 0, payloads = 0;
    for (const char *message = ws_next(&client); message != NULL; message = ws_next(&client)) {
        messages++;
        T_CHECK(message[0] == '[' && message[1] == '[');
        for (const char *at = message; (at = strstr(at, "[\"")) != NULL; at++) {
            payloads += strncmp(at, "[\"one\",{", 8) == 0 || strncmp(at, "[\"two\",{", 8) == 0;
        }
    }
    T_EQ_INT(payloads, 3); /* the change for both, the answer */
    T_CHECK(messages <= payloads);
}

static void one_leaves_and_the_other_stays(void)
{
    ws_send(&client, "[\"one\",\"leave\"]");
    plant.heat = 56;
    rig_skip_ms(1000);
    const char *message = ws_next(&client);
    T_CHECK(has(message, "[[\"two\",{") && strstr(message, "\"one\"") == NULL);
    T_CHECK(ws_next(&client) == NULL);
    T_EQ_INT(kit_stat("wick_views_joined"), 1);
    ws_send(&client, "[\"\",\"beat\"]");
    T_CHECK(has(ws_next(&client), "\"beat\""));
    rig_close(&client);
    T_EQ_INT(kit_stat("wick_views_joined"), 0);
}

int main(void)
{
    log_set_level(LOG_ERROR);
    page = page_both;
    page.wire = wires;
    page.wire_count = 1;
    rig_start_app(&app);
    two_views_share_a_connection();
    a_frame_reaches_both_under_their_names();
    an_action_answers_its_view();
    batches_are_one_message_of_the_transport();
    one_leaves_and_the_other_stays();
    return t_done();
}
