/* states_test.c - several device states in one page, pages that share a state and its shadows, one
 * page in two wires. */
#include "tests/live/pages/both.html.h"
#include "tests/live/pages/one.html.h"
#include "tests/live/rig.h"

static struct kit_client both, one, other_wire;

static const struct wick_page *const pages[] = { &page_both, &page_one };
static const struct wick_app app = {
    .name = "plant", .version = "1", .page = pages, .page_count = 2
};

static void join(struct kit_client *client, const char *path, const char *token)
{
    char target[128];
    snprintf(target, sizeof target, "%s?v=%s", path, token);
    T_EQ_INT(ws_open(client, target, "wick.1", ""), 101);
    T_CHECK(has(ws_next(client), "{\"hello\":"));
}

static void pages_of_one_state_share_its_shadows(void)
{
    T_EQ_INT(page_both.state_count, 2);
    T_EQ_INT(page_one.state_count, 1);
    T_CHECK(page_both.state[0] == page_one.state[0]);
    T_CHECK(page_one.state[0]->now == &plant && page_both.state[1]->now == &journal);
    T_EQ_INT(page_both.state[1]->size, sizeof journal);
}

static void both_states_change_in_one_message(void)
{
    join(&both, "/", attribute(http_get("/", ""), "data-wick"));
    T_CHECK(has(ws_next(&both), "\"x\":true"));
    plant.heat = 21;
    journal.entries = 7;
    rig_skip_ms(1000);
    const char *message = ws_next(&both);
    T_CHECK(has(message, "\"0\":\"21\"") && has(message, "\"1\":\"21\"") &&
            has(message, "\"2\":\"7\""));
    T_CHECK(ws_next(&both) == NULL);
}

/* The shadow that another page shows stays as it was published. */
static void who_comes_later_shows_what_was_published(void)
{
    plant.heat = 30; /* within the interval */
    journal.entries = 8;
    kit_passes(3);
    T_CHECK(ws_next(&both) == NULL);
    join(&one, "/one", attribute(http_get("/one", ""), "data-wick"));
    T_CHECK(has(ws_next(&one), "\"0\":\"21\""));
    rig_skip_ms(1000);
    T_CHECK(has(ws_next(&one), "\"t\":{\"0\":\"30\"}"));
    const char *message = ws_next(&both);
    T_CHECK(has(message, "\"0\":\"30\"") && has(message, "\"2\":\"8\""));
    journal.entries = 9; /* of no interest to the other page */
    rig_skip_ms(1000);
    T_CHECK(has(ws_next(&both), "\"t\":{\"2\":\"9\"}"));
    T_CHECK(ws_next(&one) == NULL);
}

static void an_action_reaches_all_pages_at_once(void)
{
    ws_send(&both, "{\"a\":1,\"do\":\"note\",\"f\":{\"text\":\"oil\"}}");
    T_CHECK(has(ws_next(&both), "\"oil\""));
    T_CHECK(has(ws_next(&both), "\"a\":1,\"ok\":true"));
    plant.heat = 31; /* a row reads the page's other state too */
    rig_skip_ms(1000);
    T_CHECK(has(ws_next(&both), "\"31\""));
    T_CHECK(has(ws_next(&one), "\"0\":\"31\""));
}

static void a_further_wire_has_a_path_of_its_own(void)
{
    const char *document = http_get("/", "Accept: text/html\r\n");
    T_CHECK(has(document, " data-wick=\"") && strstr(document, "data-lvt-id") == NULL);
    T_CHECK(has(document, "<!---->"));
    document = http_get("/~livetemplate", "Accept: text/html\r\n");
    T_EQ_INT(http_status(document), 200);
    T_CHECK(has(document, " data-lvt-id=\"") && strstr(document, " data-wick=\"") == NULL);
    T_CHECK(strstr(document, "<!---->") == NULL); /* marks are of the first wire alone */
    T_EQ_INT(http_status(http_get("/~phoenix", "")), 404);
    T_EQ_INT(http_status(http_get("/one~livetemplate", "")), 404);
    T_EQ_INT(http_status(http_get("/~", "")), 404);
    T_EQ_INT(ws_open(&other_wire, "/~livetemplate", NULL, ""), 101);
    T_CHECK(has(ws_next(&other_wire), "{\"tree\":{\"s\":["));
    plant.heat = 40;
    rig_skip_ms(1000);
    T_CHECK(has(ws_next(&other_wire), "{\"tree\":{\"0\":\"40\""));
    T_CHECK(has(ws_next(&both), "\"t\":{\"0\":\"40\""));
    ws_send(&other_wire, "{\"action\":\"note\",\"data\":{\"text\":\"gas\"}}");
    T_CHECK(has(ws_next(&other_wire), "gas"));
    T_CHECK(has(ws_next(&other_wire), "\"success\":true"));
    T_CHECK(has(ws_next(&both), "gas"));
}

int main(void)
{
    log_set_level(LOG_ERROR);
    rig_start_app(&app);
    pages_of_one_state_share_its_shadows();
    both_states_change_in_one_message();
    who_comes_later_shows_what_was_published();
    an_action_reaches_all_pages_at_once();
    a_further_wire_has_a_path_of_its_own();
    return t_done();
}
