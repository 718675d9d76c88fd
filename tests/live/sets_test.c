/* sets_test.c - <select multiple> and checkboxes of one name: what is sent, what is refused, what
 * is shown. */
#include "tests/live/pages/sets.html.h"
#include "tests/live/rig.h"

static const struct wick_page *const pages[] = { &page_sets };
static const struct wick_app app = {
    .name = "sets", .version = "1", .page = pages, .page_count = 1
};
static struct kit_client tab;
static const char *document;

static int post(const char *body)
{
    document = http_post("/", "Content-Type: application/x-www-form-urlencoded\r\n", body);
    return http_status(document);
}

static void all_values_of_a_name_are_taken(void)
{
    static const struct {
        const char *body;
        uint32_t days, ports;
    } good[] = {
        { "plan=", 0, 0 },
        { "days=mon&plan=", 1, 0 },
        { "ports=x-y&days=Wednesday+%26+on&days=mon&plan=", 5, 4 },
        { "days=mon&days=mon&ports=2&ports=1&lone=1&plan=", 1, 3 },
        { "days=mon&days=tue&days=Wednesday%20%26%20on&ports=1&ports=2&ports=x-y&plan=", 7, 7 },
        { "days=&plan=", 0, 0 },
    };

    for (size_t idx = 0; idx < WICK_COUNT_OF(good); idx++) {
        T_EQ_INT(post(good[idx].body), 303);
        T_EQ_INT(sets.days, good[idx].days);
        T_EQ_INT(sets.ports, good[idx].ports);
    }
}

static void what_is_no_option_is_refused(void)
{
    static const char *const bad[] = {
        "days=sun&plan=",    "days=mon&days=sun&plan=", "days=Mon&plan=",
        "days=mon%00&plan=", "ports=3&plan=",           "ports=1&ports=12&plan=",
    };
    uint32_t asked = sets.asked;
    for (size_t idx = 0; idx < WICK_COUNT_OF(bad); idx++) {
        T_EQ_INT(post(bad[idx]), 200);
    }
    T_EQ_INT(sets.asked, asked);
}

static void a_refused_choice_is_shown_again(void)
{
    sets.days = 1;
    sets.ports = 2;
    T_EQ_INT(post("days=tue&ports=1&ports=x-y&plan="), 200);
    T_CHECK(has(document, "Not on Tuesdays."));
    T_CHECK(has(document, "<option value=\"mon\">") && has(document, "value=\"tue\" selected>"));
    T_CHECK(has(document, "value=\"1\" checked>1") && has(document, "value=\"2\">2"));
    T_CHECK(has(document, "value=\"x-y\" checked>"));
    T_EQ_INT(sets.days, 1);
    sets.days = 4;
    document = http_get("/", "");
    T_CHECK(has(document, "<option value=\"mon\">") && has(document, "<option selected>Wed"));
    T_CHECK(has(document, "value=\"1\">1") && has(document, "value=\"2\" checked>2"));
}

static void json_has_arrays(void)
{
    char token[33];
    ws_join(&tab, token);
    ws_send(&tab, "{\"a\":1,\"do\":\"plan\",\"f\":{\"days\":[\"mon\",\"tue\"],\"ports\":2}}");
    while (sets.asked == 0 || sets.days != 3) {
        T_CHECK(ws_next(&tab) != NULL);
    }
    T_EQ_INT(sets.ports, 2);
    ws_send(&tab, "{\"a\":2,\"do\":\"plan\",\"f\":{\"days\":[\"mon\",\"sun\"]}}");
    const char *message = ws_next(&tab);
    while (message != NULL && strstr(message, "\"a\":2") == NULL) {
        message = ws_next(&tab);
    }
    T_CHECK(has(message, "\"ok\":false,\"e\":{\"days\":\"Choose one of the offered values.\"}"));
    ws_send(&tab, "{\"a\":3,\"do\":\"now\",\"f\":{\"now\":[\"a\",\"c\"]}}");
    T_CHECK(ws_next(&tab) != NULL);
    T_EQ_INT(sets.days, 5);
    ws_send(&tab, "{\"a\":4,\"do\":\"now\",\"f\":{\"now\":[]}}"); /* required */
    for (message = ws_next(&tab); message != NULL && strstr(message, "\"a\":4") == NULL;) {
        message = ws_next(&tab);
    }
    T_CHECK(has(message, "\"ok\":false"));
    rig_close(&tab);
}

int main(void)
{
    log_set_level(LOG_ERROR);
    rig_start_app(&app);
    all_values_of_a_name_are_taken();
    what_is_no_option_is_refused();
    a_refused_choice_is_shown_again();
    json_has_arrays();
    return t_done();
}
