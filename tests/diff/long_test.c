/* long_test.c - pages/log.html, twice 10,000 rows (keys that are plain numbers, and keys that must
 * be rendered), with the memory that src/live has in profile host: updates of single rows are
 * small, what does not fit becomes a snapshot, pages and snapshots come in windows.
 */
#include "t.h"
#include "tests/diff/pages/log.html.h"
#include "wire/wire_pull.h"

#include <stdio.h>

enum { WHOLE = 1 << 23 };

static struct log was, is;
static struct diff_op op[WICK_UPDATE_CAP / 32];
static uint32_t map[WICK_ROWS_MAX * DIFF_MAP_PER_ROW];
static uint8_t bytes[WICK_UPDATE_CAP], scratch[WICK_SLOT_LEN_MAX], window[WICK_SEND_CAP],
    frame[WICK_SEND_CAP], whole_mem[WHOLE], joined_mem[WHOLE];
static const struct tmpl_ctx from = { .part = { &was } };
static const struct tmpl_ctx to = { .part = { &is } };

static struct diff new_diff(void)
{
    struct diff diff = {
        .op = op, .op_cap = WICK_COUNT_OF(op), .map = map, .map_cap = WICK_COUNT_OF(map)
    };
    buf_init(&diff.bytes, bytes, sizeof bytes);
    buf_init(&diff.scratch, scratch, sizeof scratch);
    return diff;
}

static void set_line(struct log_line *line, uint32_t id)
{
    *line = (struct log_line){ .id = id, .is_bad = id % 7 == 0 };
    T_CHECK(snprintf(line->text, sizeof line->text, "line %u <&> of the log", id) > 0);
}

static void begin(uint32_t len)
{
    was = (struct log){ .count = len, .line.len = len };
    for (uint32_t idx = 0; idx < len; idx++) {
        set_line(&was.line.v[idx], 1000 + idx);
    }
    is = was;
}

/* The frame of wire wick that leads from was to is. */
static const char *update(void)
{
    struct diff diff = new_diff();
    struct buf out;
    const struct wire_meta push = { .seq = 0 };
    T_EQ_INT(diff_update(&diff, tmpl_log.root, &from, &to, DIFF_WHOLE), WICK_OK);
    buf_init(&out, frame, sizeof frame);
    wire_put_message(&wire_wick, &out, tmpl_log.root, &diff, &push);
    T_EQ_INT(out.err, WICK_OK);
    return buf_cstr(&out);
}

static void expect(const char *want)
{
    const char *got = update();
    T_EQ_TEXT(got, strlen(got), want);
}

static void one_row_changes(void)
{
    begin(LOG_LINES);
    is.line.v[4711].text[0] = 'L';
    expect("{\"t\":{\"1\":[[\"=\",\"5711\",{\"2\":\"Line 5711 &lt;&amp;&gt; of the log\"}]],"
           "\"2\":[[\"=\",\"l-5711\",{\"1\":\"Line 5711 &lt;&amp;&gt; of the log\"}]]}}");
}

static void a_row_is_appended(void)
{
    begin(LOG_LINES - 1);
    is.line.len++;
    set_line(&is.line.v[LOG_LINES - 1], 20000);
    expect("{\"t\":{\"1\":[[\"+\",\"10998\",[\"20000\",\"\",\"line 20000 &lt;&amp;&gt; of the "
           "log\"]]],\"2\":[[\"+\",\"l-10998\",[\"l-20000\",\"line 20000 &lt;&amp;&gt; of the "
           "log\"]]]}}");
}

/* The list is full: the oldest row goes, all others move up. */
static void the_oldest_row_makes_room(void)
{
    begin(LOG_LINES);
    memmove(&is.line.v[0], &is.line.v[1], (LOG_LINES - 1) * sizeof is.line.v[0]);
    set_line(&is.line.v[LOG_LINES - 1], 20003);
    expect("{\"t\":{\"1\":[[\"-\",\"1000\"],[\"+\",\"10999\",[\"20003\",\"\",\"line 20003 "
           "&lt;&amp;&gt; of the log\"]]],\"2\":[[\"-\",\"l-1000\"],[\"+\",\"l-10999\","
           "[\"l-20003\",\"line 20003 &lt;&amp;&gt; of the log\"]]]}}");
}

static void an_update_that_does_not_fit_says_so(void)
{
    struct diff diff = new_diff();
    begin(LOG_LINES);
    for (uint32_t idx = 0; idx < LOG_LINES; idx++) {
        is.line.v[idx].text[0] = 'L';
    }
    T_EQ_INT(diff_update(&diff, tmpl_log.root, &from, &to, DIFF_WHOLE), WICK_E_FULL);
}

static void the_page_comes_in_windows(void)
{
    struct buf whole;
    struct buf joined;
    struct buf spare;
    struct tmpl_walk walk;
    bool has_more = true;
    begin(LOG_LINES);
    buf_init(&whole, whole_mem, sizeof whole_mem);
    buf_init(&joined, joined_mem, sizeof joined_mem);
    buf_init(&spare, scratch, sizeof scratch);
    tmpl_render_marked(&whole, tmpl_log.root, &to);
    T_EQ_INT(whole.err, WICK_OK);
    T_CHECK(whole.len > WICK_UPDATE_CAP);
    T_EQ_INT(tmpl_length(tmpl_log.root, &to, TMPL_MARKED, &spare), whole.len);
    tmpl_walk_start(&walk, tmpl_log.root, &to, TMPL_MARKED);
    while (has_more) {
        struct buf out;
        buf_init(&out, window, sizeof window);
        has_more = tmpl_walk_next(&walk, &out, &spare);
        T_CHECK(out.err == WICK_OK && (!has_more || out.len == sizeof window));
        buf_put_str(&joined, buf_str(&out));
    }
    T_CHECK(joined.len == whole.len && memcmp(joined.ptr, whole.ptr, whole.len) == 0);
}

/* The snapshot, in windows; the rows in it are counted by what they begin with. */
static void the_snapshot_comes_in_windows(const struct wire *wire, const char *row_begin)
{
    struct diff diff = new_diff();
    struct wire_pull pull;
    struct buf joined;
    const struct wire_meta meta = { .seq = 5 };
    bool has_more = true;
    uint32_t rows = 0;
    begin(LOG_LINES);
    buf_init(&joined, joined_mem, sizeof joined_mem);
    wire_pull_start(&pull, wire, tmpl_log.root, &to, &meta);
    uint64_t len = wire_pull_length(&pull, &diff);
    wire_pull_start(&pull, wire, tmpl_log.root, &to, &meta);
    while (has_more) {
        struct buf out;
        buf_init(&out, window, sizeof window);
        has_more = wire_pull_next(&pull, &out, &diff);
        T_CHECK(out.err == WICK_OK && (!has_more || out.len == sizeof window));
        buf_put_str(&joined, buf_str(&out));
    }
    T_EQ_INT(joined.len, len);
    T_CHECK(len > WICK_UPDATE_CAP);
    for (size_t at = 0; at < joined.len && rows < LOG_LINES; at++) {
        char want[64];
        int want_len = snprintf(want, sizeof want, "%s%u\"", row_begin, 1000 + rows);
        T_CHECK(want_len > 0);
        rows += joined.len - at >= (size_t)want_len &&
                memcmp(joined.ptr + at, want, (size_t)want_len) == 0;
    }
    T_EQ_INT(rows, LOG_LINES);
}

int main(void)
{
    one_row_changes();
    a_row_is_appended();
    the_oldest_row_makes_room();
    an_update_that_does_not_fit_says_so();
    the_page_comes_in_windows();
    the_snapshot_comes_in_windows(&wire_wick, "[\"");
    the_snapshot_comes_in_windows(&wire_livetemplate, "{\"0\":\"");
    return t_done();
}
