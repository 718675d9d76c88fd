/* livetemplate_test.c - the requests and messages of @livetemplate/client, by hand. The client
 * itself is driven in tests/live/livetemplate/. */
#include "tests/live/rig.h"

static const char json[] = "Content-Type: application/json\r\nAccept: application/json\r\n";
static struct kit_client a, b;
static char cookie[128];

static void the_head_request_offers_the_socket(void)
{
    const char *answer = http("HEAD /lt HTTP/1.1\r\nHost: localhost\r\n\r\n");
    T_EQ_INT(http_status(answer), 200);
    T_CHECK(has(answer, "X-LiveTemplate-WebSocket: enabled\r\n"));
    T_CHECK(strstr(http("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n"), "LiveTemplate") == NULL);
}

static void the_page_carries_its_attributes_and_a_cookie(void)
{
    const char *answer = http_get("/lt", "Accept: text/html,*/*\r\n"),
               *set = strstr(answer, "Set-Cookie: livetemplate-id=");
    T_CHECK(has(answer, "<main data-lvt-id=\"lvt-feedface12345678\" data-lvt-loading=\"true\" "
                        "data-lvt-heartbeat-ms=\"5000\"><h1>"));
    T_CHECK(set != NULL && has(set, "; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000\r\n"));
    snprintf(cookie, sizeof cookie, "Cookie: %.*s\r\n", (int)strcspn(set + 12, ";"), set + 12);
    T_CHECK(strstr(http_get("/lt", cookie), "Set-Cookie") == NULL);
}

static void the_first_message_is_the_whole_tree(void)
{
    uint64_t views = kit_stat("wick_views");
    T_EQ_INT(ws_open(&a, "/lt", NULL, cookie), 101);
    const char *first = ws_next(&a);
    T_CHECK(has(first, "{\"tree\":{") && has(first, "\"s\":[\"<h1>\"") &&
            has(first, "\"0\":\"Boiler\""));
    T_CHECK(has(first, "\"meta\":{\"success\":true,\"errors\":{}"));
    T_EQ_INT(kit_stat("wick_views"), views);              /* the view that GET made */
    T_EQ_INT(ws_open(&b, "/lt?q=second", NULL, ""), 101); /* without cookie: its own */
    T_CHECK(has(ws_next(&b), "\"6\":\"second\""));
    T_EQ_INT(kit_stat("wick_views"), views + 1);
}

static void answers_have_meta_and_pushes_have_not(void)
{
    ws_send(&a, "{\"action\":\"rename\",\"data\":{\"name\":\"Pump\",\"limit\":10,\"loud\":true,"
                "\"value\":\"v1\",\"x\":null},\"submitter\":\"rename\"}");
    const char *push = ws_next(&a);
    T_CHECK(has(push, "{\"tree\":{\"0\":\"Pump\"}}"));
    T_CHECK(has(ws_next(&a), "{\"tree\":{\"5\":\"Pump\"},\"meta\":{\"success\":true,\"errors\":{},"
                             "\"action\":\"rename\"}}"));
    T_CHECK(has(ws_next(&b), "{\"tree\":{\"0\":\"Pump\"}}"));
    (void)ws_next(&b);
    T_CHECK(ws_next(&b) == NULL);
}

static void a_bad_form_is_answered(void)
{
    ws_send(&a, "{\"action\":\"rename\",\"data\":{\"name\":\"taken\"}}");
    const char *answer = ws_next(&a);
    T_CHECK(has(answer, "\"3\":\"That name is taken.\""));
    T_CHECK(has(answer, "\"meta\":{\"success\":false,\"errors\":{\"name\":\"That name is "
                        "taken.\"},\"action\":\"rename\"}"));
    ws_send(&a, "{\"action\":\"nonsense\"}");
    T_CHECK(has(ws_next(&a), "\"success\":false,\"errors\":{\"_general\":\"This page has no action "
                             "\\\"nonsense\\\".\"},\"action\":\"nonsense\""));
    ws_send(&a, "not JSON");
    T_CHECK(has(ws_next(&a), "\"tree\":{\"3\":\"The message cannot be read.\"}"));
    static const char *const values[] = { "{\"name\":[\"x\",\"Pump\"]}",
                                          "{\"name\":{}}",
                                          "{\"name\":12345}",
                                          "{\"name\":true}",
                                          "{\"name\":null}",
                                          "{\"name\":[]}",
                                          "{\"name\":[[1]]}" };
    static const bool is_good[] = { true, false, true, true, false, false, false };
    for (size_t idx = 0; idx < WICK_COUNT_OF(values); idx++) {
        char message[128];
        snprintf(message, sizeof message, "{\"action\":\"rename\",\"data\":%s}", values[idx]);
        ws_send(&a, message);
        do {
            answer = ws_next(&a);
        } while (answer != NULL && strstr(answer, "meta") == NULL);
        T_CHECK(has(answer, is_good[idx] ? "\"success\":true" : "\"success\":false"));
    }
    while (ws_next(&b) != NULL) {
    }
}

static void names_of_actions_are_matched_leniently(void)
{
    static const char *const spelling[] = { "load_more", "loadMore", "load-more", "LoadMore" };
    for (size_t idx = 0; idx < WICK_COUNT_OF(spelling); idx++) {
        char message[64], meta[64];
        snprintf(message, sizeof message, "{\"action\":\"%s\"}", spelling[idx]);
        snprintf(meta, sizeof meta, "\"success\":true,\"errors\":{},\"action\":\"%s\"",
                 spelling[idx]);
        ws_send(&a, message);
        T_CHECK(has(ws_next(&a), meta));
    }
}

static void ping_and_navigation_are_answered(void)
{
    ws_send(&a, "{\"action\":\"__ping__\"}");
    const char *pong = ws_next(&a);
    T_CHECK(pong != NULL && strcmp(pong, "{\"pong\":true}") == 0);
    ws_send(&a, "{\"action\":\"__navigate__\",\"data\":{\"q\":\"a & b\",\"z\":\"1\"}}");
    const char *answer = ws_next(&a);
    T_CHECK(has(answer, "\"6\":\"a &amp; b\"") && has(answer, "\"2\":\"0\"") &&
            has(answer, "\"meta\":{\"success\":true"));
}

static void http_mode_answers_with_whole_trees(void)
{
    char headers[256];
    rig_close(&a);
    snprintf(headers, sizeof headers, "%s%s", json, cookie);
    const char *answer = http_get("/lt", headers);
    T_EQ_INT(http_status(answer), 200);
    T_CHECK(has(answer, "Content-Type: application/json\r\n"));
    T_CHECK(has(answer, "{\"tree\":{") && has(answer, "\"s\":[") &&
            has(answer, "\"meta\":{\"success\":true,\"errors\":{}"));
    answer = http_post("/lt", headers, "{\"action\":\"inc\",\"data\":{}}");
    T_CHECK(has(answer, "\"2\":\"1\"") && has(answer, "\"s\":[") &&
            has(answer, "\"action\":\"inc\""));
    answer = http_post("/lt", headers, "{\"action\":\"rename\",\"data\":{\"name\":\"!!\"}}");
    T_EQ_INT(http_status(answer), 200);
    T_CHECK(has(answer, "\"success\":false") && has(answer, "\"3\":\"No exclamation marks.\""));
    answer = http_post("/lt", headers, "garbage");
    T_EQ_INT(http_status(answer), 200);
    T_CHECK(has(answer, "\"tree\":{\"") && has(answer, "\"success\":false"));
}

static void plain_forms_work(void)
{
    char headers[256];
    snprintf(headers, sizeof headers, "Content-Type: application/x-www-form-urlencoded\r\n%s",
             cookie);
    const char *answer = http_post("/lt?q=1", headers, "name=Tank&rename=");
    T_EQ_INT(http_status(answer), 303);
    T_CHECK(has(answer, "Location: /lt?q=1\r\n"));
    answer = http_post("/lt", headers, "lvt-action=rename&name=");
    T_EQ_INT(http_status(answer), 200);
    T_CHECK(has(answer, "Fill in this field."));
}

int main(void)
{
    log_set_level(LOG_ERROR);
    rig_start();
    the_head_request_offers_the_socket();
    the_page_carries_its_attributes_and_a_cookie();
    the_first_message_is_the_whole_tree();
    answers_have_meta_and_pushes_have_not();
    a_bad_form_is_answered();
    names_of_actions_are_matched_leniently();
    ping_and_navigation_are_answered();
    http_mode_answers_with_whole_trees();
    plain_forms_work();
    return t_done();
}
