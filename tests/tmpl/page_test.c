/* page_test.c - pages/sample.html: what is rendered with its marks, statics, dependencies, actions
 * and their rules. */
#include "t.h"
#include "tests/tmpl/pages/direct.html.h"
#include "tests/tmpl/pages/keys.html.h"
#include "tests/tmpl/pages/sample.html.h"
#include "tmpl/tmpl_fn.h"

static const struct sample_device state = {
    .name = "R&D <1>",
    .uptime_s = 300000,
    .temp_mc = -53449,
    .cpu = { 42, 1 },
    .is_on = true,
    .history = { 1, 2, 3, 4 },
    .fan = { .len = 2,
             .v = { { "f1",
                      900,
                      { .len = 2, .v = { { 1, "eth0", true, 100 }, { 2, "eth1", false, 10 } } } },
                    { .id = "f2", .rpm = 4000 } } },
};
static const struct sample_view view = { .period = 5, .theme = "dark" };
static const struct tmpl_form form = { .action = "rename",
                                       .error = { { "name", "Too short." } },
                                       .draft = { { "name", "\"" } } };

static struct str render(const struct tmpl_node *node)
{
    static uint8_t mem[16384];
    struct tmpl_ctx ctx = { .part = { &state, &view, &form } };
    struct buf out;
    buf_init(&out, mem, sizeof mem);
    tmpl_render_marked(&out, node, &ctx);
    T_EQ_INT(out.err, WICK_OK);
    return buf_str(&out);
}

static bool holds(struct str text, const char *part)
{
    for (size_t at = 0; at + strlen(part) <= text.len; at++) {
        if (memcmp(text.ptr + at, part, strlen(part)) == 0) {
            return true;
        }
    }
    fprintf(stderr, "not found: %s\nin: %.*s\n", part, (int)text.len, text.ptr);
    return false;
}

static void the_document_is_cut_around_the_live_element(void)
{
    struct str head = render(&tmpl_sample_head); /* its slots are in a tag and in a <title> */
    T_CHECK(holds(head, "<html lang=\"en\" data-theme=\"dark\">\n<head><title>R&amp;D &lt;1&gt; - "
                        "sample</title></head>\n<body class=\"page\""));
    T_CHECK(head.ptr[head.len - 1] == '"');
    struct str tail = render(&tmpl_sample_tail);
    T_EQ_TEXT(tail.ptr, tail.len, "</body>\n</html>\n");
}

static void slots_are_marked(void)
{
    struct str text = render(tmpl_sample.root);
    T_CHECK(holds(text, "\n<h1>R&amp;D &lt;1&gt;</h1>\n<p>Up <!---->3 d 11 h<!--/-->, "
                        "<!---->-53.4<!--/--> &deg;C</p>\n"));
    T_CHECK(holds(text, "<!----><p>every five seconds</p><!--/-->"));
    T_CHECK(holds(text, "<li data-key=\"f1\" class=\"fan\"><!---->0<!--/-->: "
                        "<!---->900<!--/--> rpm on <!---->R&amp;D &lt;1&gt;<!--/-->\n"));
    T_CHECK(holds(text, "<li data-key=\"2\"><!---->eth1<!--/--><!----><!--/--></li>"));
    T_CHECK(holds(text, "<li data-key=\"f2\" class=\"fan fast\">"));
    T_CHECK(holds(text, "<a href=\"/port?name=R%26D%20%3c1%3e\" "
                        "aria-current=\"page\">R&amp;D &lt;1&gt; is quiet</a>"));
    T_CHECK(holds(text, "<path d=\"M0 4\"/>"));
}

static void forms_are_completed_and_roles_stay_here(void)
{
    struct str text = render(tmpl_sample.root);
    T_CHECK(holds(text, "<form data-action=\"rename\" method=\"post\">"));
    T_CHECK(holds(text, "value=\"&#34;\">\n<!----><small>Too short.</small><!--/-->"));
    T_CHECK(holds(text, "<button name=\"rename\">Save</button> <button name=\"reset_all\" "
                        "data-action=\"reset_all\">Reset</button>"));
    T_CHECK(holds(text, "<button name=\"pause\" data-action=\"pause\">Pause</button>\n<select "
                        "name=\"period\" aria-label=\"Period\" data-on-change=\"period\">"));
    T_CHECK(holds(text, "</select>"));
    for (size_t at = 0; at + 6 < text.len; at++) {
        T_CHECK(memcmp(text.ptr + at, "allow=", 6) != 0);
    }
}

static void slots_say_what_they_read(void)
{
    static struct sample_device other_device;
    static struct sample_view other_view;
    struct tmpl_ctx was = { .part = { &state, &view, &form } }, is = was;
    const struct tmpl_node *root = tmpl_sample.root;
    unsigned differ = 0, private = 0;
    other_device = state;
    other_device.uptime_s++;
    is.part[TMPL_DEVICE] = &other_device;
    for (unsigned slot = 0; slot < root->slot_count; slot++) {
        differ += tmpl_differs(&root->slot[slot].all, &was, &is);
        private += (root->slot[slot].flags & TMPL_PRIVATE) != 0;
    }
    T_EQ_INT(differ, 1);  /* the duration */
    T_EQ_INT(private, 3); /* paused and period; draft; error */
    other_device = state;
    other_device.fan.v[1].rpm++;
    T_CHECK(tmpl_differs(&root->slot[5].all, &was, &is));
    T_EQ_INT(root->slot[5].kind, TMPL_LIST);
    T_CHECK(root->slot[5].list->has_key && !root->slot[5].list->is_closed &&
            root->slot[5].list->cap == 8); /* reads $.name */
    const struct tmpl_list *inner = root->slot[5].list->row->slot[5].list;
    T_CHECK(inner != NULL && inner->is_closed && inner->depth == 1 &&
            inner->row_size == sizeof(struct sample_port));
    is.part[TMPL_DEVICE] = &state;
    other_view = view;
    other_view.paused = true;
    is.part[TMPL_VIEW] = &other_view;
    T_CHECK(tmpl_differs(&root->slot[3].own, &was, &is) && root->slot[3].pick(&was) == 2 &&
            root->slot[3].pick(&is) == 1);
}

static void actions_carry_their_rules(void)
{
    T_EQ_INT(page_sample.action_count, 4);
    const struct wick_action *rename = &page_sample.action[0], *reset = &page_sample.action[1];
    T_CHECK(strcmp(rename->name, "rename") == 0 && rename->role == WICK_ADMIN &&
            rename->field_count == 6);
    T_CHECK(strcmp(reset->name, "reset_all") == 0 && reset->role == WICK_OPERATOR &&
            reset->field_count == 6);
    const struct wick_field *name = &rename->field[0], *level = &rename->field[1],
                            *mode = &rename->field[3], *radio = &rename->field[4];
    T_CHECK(strcmp(name->name, "name") == 0 && strcmp(name->label, "Name") == 0 &&
            name->is_required && name->len_min == 2 && name->len_max == 10);
    T_CHECK(strcmp(name->pattern_message, "Letters, digits, -.") == 0 && name->size == 31);
    T_CHECK(name->matches(STR("eth-0")) && !name->matches(STR("0eth")) && !name->matches(STR("")) &&
            !name->matches(STR("e_")));
    T_CHECK(level->type == WICK_FIELD_INT && level->min == -5 && level->max == 100 &&
            level->step == 5 && !level->is_required);
    T_CHECK(rename->field[2].type == WICK_FIELD_BOOL &&
            strcmp(rename->field[2].name, "on-off") == 0 && strcmp(level->label, "Level") == 0);
    T_CHECK(mode->choice_count == 2 && str_eq(mode->choice[0], STR("auto")) &&
            str_eq(mode->choice[1], STR("m&m")) && mode->size == 5);
    T_CHECK(radio->choice_count == 2 && radio->is_required && str_eq(radio->choice[1], STR("bb")));
    T_CHECK(rename->field[5].min == INT64_MIN && rename->field[5].max == INT64_MAX &&
            rename->fields_size == sizeof(struct sample_rename_fields));
    struct sample_view other = view;
    struct sample_rename_fields in = { .name = "x", .level = 5, .on_off = true };
    T_CHECK(rename->call(NULL, &other, &in) && sample_calls == 1);
    struct sample_reset_all_fields all = { .level = 7 };
    T_CHECK(reset->call(NULL, &other, &all) && other.period == 7);
    T_CHECK(!page_sample.action[2].call(NULL, &other, NULL) && other.paused);
    struct sample_period_fields period = { .period = "5" };
    T_CHECK(page_sample.action[3].call(NULL, &other, &period) &&
            page_sample.action[3].field[0].choice_count == 2);
    sample_calls = 0;
    page_sample.mount(NULL, &other);
    page_sample.connect(NULL, &other);
    T_CHECK(sample_calls == 2 && page_sample.disconnect == NULL && page_sample.state_count == 1 &&
            page_sample.state[0]->now == &sample_device && page_sample.view_size == sizeof other);
    for (unsigned idx = 0; idx < WICK_PERIODS; idx++) {
        T_CHECK(page_sample.state[0]->shadow[idx] != NULL &&
                page_sample.state[0]->shadow[idx] !=
                    page_sample.state[0]->shadow[(idx + 1) % WICK_PERIODS]);
    }
}

static void the_statics_file_describes_every_slot(void)
{
    T_CHECK(holds(tmpl_sample.statics_file, "{\"root\":0,\"nodes\":["));
    T_CHECK(holds(tmpl_sample.statics_file, "[\"href\",[\"/port?name=\",7,\"\"]],2,1,"));
    T_CHECK(holds(tmpl_sample.statics_file,
                  "[[\"data-key\",[\"\",0,\"\"]],[\"class\",[\"fan\",1,\"\"]],0,0,0,[4,6,0,-1]]"));
    for (unsigned id = 0; id < tmpl_sample.node_count; id++) {
        T_EQ_INT(tmpl_sample.node[id]->id, id);
    }
}

/* Rows that are alone in their element, with a key: the client may patch them directly. */
static void livetemplate_gets_no_marks_and_direct_lists_where_proved(void)
{
    const struct tmpl_node *root = tmpl_direct.root;
    T_EQ_INT(root->slot_count, 3);
    T_CHECK((root->slot[1].flags & TMPL_LT_DIRECT) != 0 &&
            (root->slot[2].flags & TMPL_LT_DIRECT) == 0 && root->slot[2].list->has_key);
    T_EQ_TEXT(root->statics_json.ptr, root->statics_json.len,
              "[\"\\n<p>\",\"</p>\\n<ul>\\n\",\"</ul>\\n<ol>\",\"<li>the last</li></ol>\\n\"]");
    T_CHECK(tmpl_direct.statics_file.len == 0 && tmpl_sample.root->statics_json.len == 0);
}

/* The diff compares the bytes of such keys instead of rendering them. */
static void keys_that_are_plain_integers_of_the_element_are_marked(void)
{
    static const bool is_exact[] = { true, true, true, false, false, false, false, false };
    const struct tmpl_node *root = tmpl_keys.root;
    T_EQ_INT(root->slot_count, WICK_COUNT_OF(is_exact));
    for (unsigned idx = 0; idx < root->slot_count; idx++) {
        const struct tmpl_list *list = root->slot[idx].list;
        T_EQ_INT(list->is_key_exact, is_exact[idx]);
        T_CHECK(list->has_key);
        T_CHECK(!list->is_key_exact || list->row->slot[list->key_slot].all.count == 1);
    }
    const struct tmpl_list *inner = root->slot[7].list->row->slot[1].list;
    T_CHECK(inner->is_key_exact);
    T_EQ_INT(inner->row->slot[0].all.dep[0].part, TMPL_ROW + 1);
}

int main(void)
{
    keys_that_are_plain_integers_of_the_element_are_marked();
    livetemplate_gets_no_marks_and_direct_lists_where_proved();
    the_document_is_cut_around_the_live_element();
    slots_are_marked();
    forms_are_completed_and_roles_stay_here();
    slots_say_what_they_read();
    actions_carry_their_rules();
    the_statics_file_describes_every_slot();
    return t_done();
}
