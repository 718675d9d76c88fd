/* rows_test.c - messages and typed text belong to the form that was sent: to its row, its record,
 * its action; with and without script. */
#include "tests/live/pages/rows.html.h"
#include "tests/live/rig.h"

static const struct wick_page *const pages[] = { &page_rows };
static const struct wick_app app = {
    .name = "rows", .version = "1", .page = pages, .page_count = 1
};
static struct kit_client tab;

static void put(uint32_t idx, const char *id, int64_t bay, const char *text)
{
    struct rows_item *item = &rows.item.v[idx];
    (void)wick_set(item->id, sizeof item->id, str_of(id));
    item->bay = bay;
    (void)wick_set(item->text, sizeof item->text, str_of(text));
    rows.item.len = idx + 1;
}

static void fill(void)
{
    memset(&rows, 0, sizeof rows);
    put(0, "a", 1, "Alpha");
    put(1, "a", 2, "Beta");
    put(2, "\303\244&<", 1, "Gamma"); /* a key that is escaped in HTML and encoded in a form */
    (void)wick_set(rows.chosen, sizeof rows.chosen, STR("x"));
    (void)wick_set(rows.note, sizeof rows.note, STR("Note"));
}

/* --- without script: what the page shows after a post -------------------------------------------
 */

static char document[1 << 16];

/* The document without the marks of its slots. */
static void post(const char *body)
{
    snprintf(document, sizeof document, "%s",
             http_post("/", "Content-Type: application/x-www-form-urlencoded\r\n", body));
    char *to = document;
    for (const char *at = document; *at != '\0';) {
        if (strncmp(at, "<!--", 4) == 0) {
            at = strstr(at, "-->") + 3;
        } else {
            *to++ = *at++;
        }
    }
    *to = '\0';
}

/* The value of the only text field between [..:] marks: "Alpha" of the form whose mark follows. */
static bool shows(const char *value, const char *mark)
{
    char both[256];
    const char *at = document;
    for (const char *next = strstr(at, mark); next != NULL; next = strstr(next + 1, mark)) {
        const char *field = next;
        while (field > document && strncmp(field, "value=\"", 7) != 0) {
            field--;
        }
        snprintf(both, sizeof both, "value=\"%s\"", value);
        if (strncmp(field, both, strlen(both)) == 0) {
            return true;
        }
    }
    fprintf(stderr, "  %s before %s is not in: %.2500s\n", value, mark, http_body(document));
    return false;
}

static void a_refused_row_says_so_alone(void)
{
    post("id=a&bay=2&text=no+way&label=");
    T_EQ_INT(http_status(document), 200);
    T_CHECK(shows("Alpha", "[a1:]") && shows("no way", "[a2:Refused.]"));
    T_CHECK(shows("Gamma", "[\303\244&amp;&lt;1:]") && shows("Note", "[change:]"));
    T_CHECK(shows("", "[add:]") && has(document, "[all:Refused.]"));
    post("id=%C3%A4%26%3C&bay=1&text=nope&label=");
    T_CHECK(shows("Beta", "[a2:]") && shows("nope", "[\303\244&amp;&lt;1:Refused.]"));
    post("id=a&bay=2&text=aaaaaaaaaaaaaaaaaaaaaaaaa&label="); /* refused by a rule */
    T_CHECK(shows("Alpha", "[a1:]"));
    T_CHECK(shows("aaaaaaaaaaaaaaaaaaaaaaaaa", "[a2:Use at most 20 characters.]"));
    post("id=a&bay=1&text=Alp&drop="); /* another button of the form */
    T_CHECK(shows("Alp", "[a1:It is locked.]") && shows("Beta", "[a2:]"));
    post("id=a&bay=1&text=fine&label=");
    T_EQ_INT(http_status(document), 303);
    fill();
}

static void a_row_that_is_gone_says_nothing_in_another_one(void)
{
    post("id=b&bay=1&text=late&label=");
    T_CHECK(shows("Alpha", "[a1:]") && shows("Beta", "[a2:]"));
}

static void other_actions_do_not_mix(void)
{
    post("text=no&add=");
    T_CHECK(shows("Alpha", "[a1:]") && shows("Note", "[change:]") && shows("no", "[add:Refused.]"));
    post("which=x&text=no&change=");
    T_CHECK(shows("no", "[change:Refused.]") && shows("", "[add:]"));
    post("which=y&text=no&change="); /* it was the form of another record: its text is not shown in
                                        this one, but the message must be seen */
    T_CHECK(shows("Note", "[change:Refused.]"));
    post("text=no&change="); /* it does not say of which */
    T_CHECK(shows("no", "[change:Refused.]"));
}

static void several_views_have_their_own(void)
{
    post("id=a&bay=1&text=no+1&label=");
    post("id=a&bay=2&text=no+2&label="); /* another browser */
    T_CHECK(shows("Alpha", "[a1:]") && shows("no 2", "[a2:Refused.]"));
}

/* --- with script --------------------------------------------------------------------------------
 */

static void a_live_row_changes_alone(void)
{
    char token[33];
    ws_join(&tab, token);
    ws_send(&tab, "{\"a\":1,\"do\":\"label\",\"f\":{\"id\":\"a\",\"bay\":\"2\",\"text\":\"no\"}}");
    const char *message = ws_next(&tab);
    T_CHECK(has(message, "[\"=\",\"a2\",") && strstr(message, "\"a1\"") == NULL);
    T_CHECK(has(message, "\"ok\":false,\"e\":{\"text\":\"Refused.\"}"));
    T_CHECK(has(message, "\"no\""));
    /* then in another row: the first one is as it was */
    ws_send(&tab, "{\"a\":2,\"do\":\"label\",\"f\":{\"id\":\"a\",\"bay\":1,\"text\":\"not\"}}");
    message = ws_next(&tab);
    T_CHECK(has(message, "[\"=\",\"a1\",") && has(message, "[\"=\",\"a2\",") &&
            has(message, "\"not\"") && has(message, "\"Beta\""));
    ws_send(&tab, "{\"a\":3,\"do\":\"label\",\"f\":{\"id\":\"a\",\"bay\":1,\"text\":\"fine\"}}");
    for (message = ws_next(&tab); message != NULL && strstr(message, "\"a\":3") == NULL;) {
        message = ws_next(&tab); /* the new text comes for all, then the answer */
    }
    T_CHECK(has(message, "\"ok\":true") && strstr(message, "not") == NULL);
    rig_close(&tab);
}

int main(void)
{
    log_set_level(LOG_ERROR);
    fill();
    rig_start_app(&app);
    a_refused_row_says_so_alone();
    a_row_that_is_gone_says_nothing_in_another_one();
    other_actions_do_not_mix();
    several_views_have_their_own();
    a_live_row_changes_alone();
    return t_done();
}
