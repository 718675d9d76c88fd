/* page_test.c - requests: documents, errors, forms without JavaScript, requests from other sites.
 */
#include "live/act.h"
#include "tests/live/rig.h"

static const char form_type[] = "Content-Type: application/x-www-form-urlencoded\r\n";

static void a_page_is_a_document_with_live_attributes(void)
{
    const char *answer = http_get("/", "");
    T_EQ_INT(http_status(answer), 200);
    T_CHECK(has(answer, "Content-Type: text/html; charset=utf-8\r\n"));
    T_CHECK(has(answer, "no-store"));
    T_CHECK(has(answer, "<body><main data-wick=\""));
    T_CHECK(has(answer, "\" "
                        "data-wick-tree=\"feedface12345678\"><h1>Boiler</h1><p>20</p><p>0</p><p></"
                        "p><p>20</p><input value=\"Boiler\">"));
    T_CHECK(has(answer, "<hr></main></body></html>"));
    T_EQ_INT(strlen(attribute(answer, "data-wick")), 32);
    T_CHECK(strstr(answer, "Set-Cookie") == NULL);
}

static void two_gets_are_two_views(void)
{
    char first[40];
    snprintf(first, sizeof first, "%s", attribute(http_get("/", ""), "data-wick"));
    T_CHECK(strcmp(first, attribute(http_get("/", ""), "data-wick")) != 0);
}

static void mount_reads_the_query(void)
{
    T_CHECK(has(http_get("/?a=b&q=x%3Cy", ""), "<p>x&lt;y</p>"));
}

static void the_statics_are_a_file_for_ever(void)
{
    const char *answer = http_get("/tree/feedface12345678.json", "");
    T_EQ_INT(http_status(answer), 200);
    T_CHECK(has(answer, "immutable"));
    T_CHECK(has(answer, "Content-Type: application/json\r\n"));
    T_EQ_TEXT(http_body(answer), strlen(http_body(answer)), "{\"root\":0,\"nodes\":[]}");
    T_EQ_INT(http_status(http_get("/tree/feedface12345679.json", "")), 404);
}

static void what_is_not_there_is_said(void)
{
    T_EQ_INT(http_status(http_get("/nothing", "")), 404);
    const char *answer = http("PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
    T_EQ_INT(http_status(answer), 405);
    T_CHECK(has(answer, "Allow: GET, HEAD, POST\r\n"));
    T_EQ_INT(http_status(http_post("/", "Content-Type: text/plain\r\n", "x")), 415);
    T_EQ_INT(http_status(http_post("/nothing", form_type, "x=y")), 404);
}

static void head_makes_no_view(void)
{
    uint64_t before = kit_stat("wick_views");
    const char *answer = http("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    T_EQ_INT(http_status(answer), 200);
    T_EQ_TEXT(http_body(answer), strlen(http_body(answer)), "");
    T_EQ_INT(kit_stat("wick_views"), before);
}

static void a_good_form_redirects_to_its_page(void)
{
    const char *answer =
        http_post("/?q=1&r=%20", form_type, "name=Pump+1&limit=10&color=red&rename=");
    T_EQ_INT(http_status(answer), 303);
    T_CHECK(has(answer, "Location: /?q=1&r=%20\r\n"));
    T_CHECK(has(answer, "Set-Cookie: wick_abcd1234_8080="));
    T_CHECK(has(answer, "HttpOnly; SameSite=Strict\r\n"));
    T_EQ_TEXT(rig_device.name, strlen(rig_device.name), "Pump 1");
}

static void a_bad_form_comes_back_with_messages_and_drafts(void)
{
    uint32_t renames = rig_renames;
    const char *answer =
        http_post("/", form_type, "wick-action=rename&name=%3C%22%21&limit=7&color=green");
    T_EQ_INT(http_status(answer), 200);
    T_CHECK(has(answer, "No exclamation marks."));
    T_CHECK(has(answer, "Use steps of 5."));
    T_CHECK(has(answer, "Choose one of the offered values."));
    T_CHECK(has(answer, "<input value=\"&lt;&#34;!\">"));
    T_EQ_INT(rig_renames, renames);
    answer = http_post("/", form_type, "wick-action=rename&name=taken");
    T_CHECK(has(answer, "That name is taken."));
    T_CHECK(has(answer, "<input value=\"taken\">"));
    T_CHECK(has(answer, "<p>0</p>")); /* a refused action changes nothing of its view */
    answer = http_post("/", form_type, "wick-action=nonsense");
    T_EQ_INT(http_status(answer), 200);
    T_CHECK(has(answer, "This page has no action &#34;nonsense&#34;."));
    T_EQ_INT(http_status(http_post("/", form_type, "name=%zz")), 400);
    T_EQ_INT(http_status(http_post("/", form_type, "mode=blue&mode=")),
             303); /* a field and the button of one name */
    T_EQ_INT(http_status(http_post("/", form_type, "mode=blue")), 303);
    T_EQ_INT(http_status(http_post("/", form_type, "mode=")), 200);
}

/* What a tab without script does stays in its view, found by the cookie. */
static void state_lives_from_post_to_post(void)
{
    char cookie[128], headers[256];
    const char *answer = http_post("/", form_type, "inc="), *set = strstr(answer, "Set-Cookie: ");
    T_CHECK(set != NULL);
    snprintf(cookie, sizeof cookie, "%.*s", (int)strcspn(set + 12, ";"), set + 12);
    snprintf(headers, sizeof headers, "Cookie: a=b; %s\r\n%s", cookie, form_type);
    T_EQ_INT(http_status(http_post("/", headers, "inc=")), 303);
    T_CHECK(strstr(http_post("/", headers, "inc="), "Set-Cookie") == NULL);
    T_CHECK(has(http_get("/", headers), "<p>20</p><p>3</p>"));
    T_CHECK(has(http_post("/", headers, "wick-action=rename&name="), "Fill in this field."));
    T_CHECK(strstr(http_get("/", headers), "Fill in this field.") == NULL); /* read once */
    rig_skip_ms(LIVE_WAIT_PLAIN_MS + 1000);
    T_CHECK(has(http_get("/", headers), "<p>20</p><p>0</p>"));
}

static void other_sites_are_refused(void)
{
    T_EQ_INT(http_status(http("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n")), 421);
    T_EQ_INT(http_status(http("GET / HTTP/1.1\r\nHost: evil.example:8080\r\n\r\n")), 421);
    T_EQ_INT(http_status(http("GET / HTTP/1.1\r\nHost: 127.0.0.1.evil.example\r\n\r\n")), 421);
    T_EQ_INT(http_status(http("GET / HTTP/1.1\r\nHost: 192.168.1.7:8080\r\n\r\n")), 200);
    T_EQ_INT(http_status(http("GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n")), 200);
    T_EQ_INT(http_status(http("GET / HTTP/1.1\r\nHost: LOCALHOST\r\n\r\n")), 200);
    T_EQ_INT(net_allow_host("wick.example"), WICK_OK);
    T_EQ_INT(http_status(http("GET / HTTP/1.1\r\nHost: wick.example\r\n\r\n")), 200);
    char headers[256];
    static const char *const bad[] = { "Origin: http://evil.example", "Origin: null",
                                       "Origin: http://localhost:81", "Sec-Fetch-Site: cross-site",
                                       "Sec-Fetch-Site: same-site" };
    static struct kit_client client;
    for (size_t idx = 0; idx < WICK_COUNT_OF(bad); idx++) {
        snprintf(headers, sizeof headers, "%s%s\r\n", form_type, bad[idx]);
        T_EQ_INT(http_status(http_post("/", headers, "inc=")), 403);
        snprintf(headers, sizeof headers, "%s\r\n", bad[idx]);
        T_EQ_INT(ws_open(&client, "/?v=00000000000000000000000000000000", "wick.1", headers), 403);
        rig_close(&client);
        snprintf(headers, sizeof headers, "Accept: text/event-stream\r\n%s\r\n", bad[idx]);
        T_EQ_INT(http_status(http_get("/?v=00000000000000000000000000000000&stream=1", headers)),
                 403);
    }
    snprintf(headers, sizeof headers,
             "%sOrigin: http://localhost\r\nSec-Fetch-Site: same-origin\r\n", form_type);
    T_EQ_INT(http_status(http_post("/", headers, "inc=")), 303);
}

static void the_pool_is_never_full(void)
{
    char token[40];
    rig_skip_ms(LIVE_WAIT_PLAIN_MS + LIVE_WAIT_MS);
    T_EQ_INT(kit_stat("wick_views"), 0);
    snprintf(token, sizeof token, "%s", attribute(http_get("/", ""), "data-wick"));
    rig_skip_ms(10);
    for (unsigned view = 0; view < WICK_VIEW_MAX; view++) {
        (void)act_mount(&(struct http_req){ .method = HTTP_GET }, 0, 0, NULL);
    }
    uint8_t bytes[LIVE_TOKEN_LEN];
    T_EQ_INT(kit_stat("wick_views"), WICK_VIEW_MAX);
    T_CHECK(kit_stat("wick_views_evicted_total") > 0);
    T_CHECK(view_find(str_of(token), bytes) == NULL); /* it was the oldest */
    T_EQ_INT(http_status(http_get("/", "")), 200);
    rig_skip_ms(LIVE_WAIT_NEW_MS + 100);
    T_EQ_INT(kit_stat("wick_views"), 0);
    T_EQ_INT(kit_stat("wick_forms"), 0);
}

int main(void)
{
    log_set_level(LOG_ERROR);
    rig_start();
    a_page_is_a_document_with_live_attributes();
    two_gets_are_two_views();
    mount_reads_the_query();
    the_statics_are_a_file_for_ever();
    what_is_not_there_is_said();
    head_makes_no_view();
    a_good_form_redirects_to_its_page();
    a_bad_form_comes_back_with_messages_and_drafts();
    state_lives_from_post_to_post();
    other_sites_are_refused();
    the_pool_is_never_full();
    return t_done();
}
