/* log_test.c - base/log.h */
#include "base/clk.h"
#include "base/log.h"
#include "base/stat.h"
#include "base/utf8.h"
#include "t.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static char last[LOG_LINE_LEN_MAX + 1];
static size_t last_len;
static unsigned lines;
static uint64_t now_us = 5000000;

static void catch_line(struct str line)
{
    T_CHECK(line.len < LOG_LINE_LEN_MAX); /* its end included it is <= LOG_LINE_LEN_MAX */
    last_len = line.len < sizeof last ? line.len : sizeof last;
    memcpy(last, line.ptr, last_len);
    lines++;
}

static void next_second(void)
{
    now_us += 1000000;
    clk_set(now_us, 0);
    lines = 0;
    last_len = 0;
}

static void a_line_has_level_module_message_and_pairs(void)
{
    next_second();
    log_event(LOG_WARN, "net", "refused", KV_S("peer", STR("192.0.2.7:80")), KV_I("port", -4711),
              KV_S("none", str_of(NULL)), KV_S("why", STR("bad host")));
    T_EQ_TEXT(last, last_len,
              "warn net refused peer=192.0.2.7:80 port=-4711 none=\"\" why=\"bad host\"");
    log_line(LOG_ERROR, "store", "no space left");
    T_EQ_TEXT(last, last_len, "error store no space left");
    T_EQ_INT(lines, 2);
}

static void levels_are_filtered(void)
{
    next_second();
    log_line(LOG_DEBUG, "a", "b");
    T_EQ_INT(lines, 0);
    log_line(LOG_INFO, "a", "b");
    T_EQ_INT(lines, 1);
    log_set_level(LOG_ERROR);
    T_CHECK(log_is_on(LOG_ERROR) && !log_is_on(LOG_WARN));
    log_line(LOG_WARN, "a", "b");
    T_EQ_INT(lines, 1);
    log_set_level(LOG_DEBUG);
    log_line(LOG_DEBUG, "a", "b");
    T_EQ_INT(lines, 2);
    log_set_level(LOG_INFO);
}

/* No byte of a value leaves its quotes or reaches a terminal as a command. */
static void every_byte_value_stays_inside_its_pair(void)
{
    for (unsigned byte = 0; byte < 256; byte++) {
        char value[3] = { 'a', (char)byte, 'b' };
        char want[64];
        const char *bare =
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:/@+,%-";
        next_second();
        log_event(LOG_INFO, "t", "m", KV_S("v", ((struct str){ value, 3 })), KV_I("n", 1));
        if (byte == '\n') {
            snprintf(want, sizeof want, "info t m v=\"a\\nb\" n=1");
        } else if (byte == '"' || byte == '\\') {
            snprintf(want, sizeof want, "info t m v=\"a\\%cb\" n=1", (int)byte);
        } else if (byte < 0x20 || byte >= 0x7f) {
            snprintf(want, sizeof want, "info t m v=\"a\\x%02xb\" n=1", byte);
        } else if (strchr(bare, (int)byte) != NULL) {
            snprintf(want, sizeof want, "info t m v=a%cb n=1", (int)byte);
        } else {
            snprintf(want, sizeof want, "info t m v=\"a%cb\" n=1", (int)byte);
        }
        T_EQ_TEXT(last, last_len, want);
        next_second();
        const char name[3] = { 'a', (char)byte, 0 };
        log_event(LOG_INFO, name, name, KV_S(name, STR("v")));
        for (size_t idx = 0; idx < last_len; idx++) {
            T_CHECK((unsigned char)last[idx] >= 0x20 && (unsigned char)last[idx] < 0x7f);
        }
    }
}

static void forged_lines_and_hidden_characters_are_shown_as_what_they_are(void)
{
    next_second();
    log_event(LOG_INFO, "http", "get",
              KV_S("path", STR("/\" level=error\r\ninfo auth login user=admin")));
    T_EQ_TEXT(last, last_len,
              "info http get path=\"/\\\" level=error\\x0d\\ninfo auth login user=admin\"");
    log_event(LOG_INFO, "t", "m",
              KV_S("v", STR("\x1b]0;x\x07\xc2\x9b"
                            "2J")));
    T_EQ_TEXT(last, last_len, "info t m v=\"\\x1b]0;x\\x07\\xc2\\x9b2J\"");
    log_event(
        LOG_INFO, "t", "m",
        KV_S("v",
             STR("~\xc2\x80\xc2\x9f\xc2\xa0\xe2\x80\x8a\xe2\x80\x8b"))); /* the first and last of
                                                                            C1, their neighbours */
    T_EQ_TEXT(last, last_len,
              "info t m v=\"~\\xc2\\x80\\xc2\\x9f\xc2\xa0\xe2\x80\x8a\\xe2\\x80\\x8b\"");
    log_event(LOG_INFO, "t", "m",
              KV_S("v", STR("Gr\xc3\xbc\xc3\x9f\x65\xe2\x80\xae\xe2\x80\xa8\xe2\x82")));
    T_EQ_TEXT(last, last_len,
              "info t m v=\"Gr\xc3\xbc\xc3\x9f\x65\\xe2\\x80\\xae\\xe2\\x80\\xa8\\xe2\\x82\"");
}

static void a_long_value_is_cut_and_does_not_push_out_the_next(void)
{
    char value[600];
    memset(value, 'a', sizeof value);
    for (size_t len = 158; len <= 163; len++) {
        char want[300];
        next_second();
        log_event(LOG_INFO, "t", "m", KV_S("v", ((struct str){ value, len })), KV_I("n", 1));
        snprintf(want, sizeof want, "info t m v=%.*s%s n=1", (int)(len < 160 ? len : 160), value,
                 len > 160 ? "..." : "");
        T_EQ_TEXT(last, last_len, want);
    }
    value[158] = '\x01'; /* an escape that does not fit is left out whole */
    next_second();
    log_event(LOG_INFO, "t", "m", KV_S("v", ((struct str){ value, 200 })), KV_I("n", 1));
    T_EQ_INT(last_len, strlen("info t m v=\"") + 158 + strlen("...\" n=1"));
    T_CHECK(memcmp(last + last_len - 8, "...\" n=1", 8) == 0);
}

static void a_long_line_is_cut_between_pairs_and_says_so(void)
{
    char value[600];
    memset(value, '\xff', sizeof value);
    struct str text = { value, sizeof value };
    next_second();
    log_event(LOG_INFO, "t", "m", KV_S("a", text), KV_S("b", text), KV_S("c", text),
              KV_S("d", text));
    T_CHECK(last_len > 300 && memcmp(last + last_len - 8, "...\" ...", 8) == 0);
    memset(value, 'm', sizeof value);
    value[599] = 0;
    next_second();
    log_event(LOG_INFO, "t", value, KV_I("n", 1)); /* the message alone is too long */
    T_CHECK(last_len > 300 && memcmp(last + last_len - 5, "m ...", 5) == 0);
    for (size_t len = 400; len < 500; len++) { /* around the limit */
        value[len] = 0;
        next_second();
        log_event(LOG_INFO, "t", value, KV_I("n", INT64_MIN));
        value[len] = 'm';
        T_CHECK(memcmp(last + last_len - 23, " n=-9223372036854775808", 23) == 0 ||
                memcmp(last + last_len - 5, "m ...", 5) == 0);
    }
}

static void too_many_lines_are_counted_and_said(void)
{
    next_second();
    for (int idx = 0; idx < LOG_LINES_PER_S; idx++) {
        log_event(LOG_INFO, "t", "m", KV_I("n", idx));
    }
    T_EQ_INT(lines, 50);
    T_EQ_TEXT(last, last_len, "info t m n=49");
    for (int idx = 0; idx < 7; idx++) {
        log_line(LOG_ERROR, "t", "lost");
    }
    T_EQ_INT(lines, 50);
    clk_set(now_us + 999999, 0);
    log_line(LOG_INFO, "t", "lost");
    T_EQ_INT(lines, 50);
    clk_set(now_us + 1000000, 0);
    log_event(LOG_INFO, "t", "m", KV_I("n", 1));
    T_EQ_TEXT(last, last_len, "info t m n=1 suppressed=8");
    log_line(LOG_INFO, "t", "m");
    T_EQ_TEXT(last, last_len, "info t m");
    T_EQ_INT(lines, 52);
    size_t idx = 0;
    while (stat_at(idx) != NULL && strcmp(stat_at(idx)->name, "wick_log_suppressed_total") != 0) {
        idx++;
    }
    T_CHECK(stat_at(idx) != NULL && stat_at(idx)->of->value == 8);
    now_us += 1000000;
}

static void the_longest_line_has_room_for_its_note(void)
{
    char value[600];
    memset(value, 'm', sizeof value);
    value[599] = 0;
    next_second();
    for (int idx = 0; idx < LOG_LINES_PER_S + 3; idx++) {
        log_line(LOG_INFO, "t", "m");
    }
    next_second();
    log_event(LOG_INFO, "t", value, KV_I("n", 1));
    T_CHECK(memcmp(last + last_len - 19, "mm ... suppressed=3", 19) == 0);
}

static void lines_without_a_sink_go_to_standard_error_one_write_each(void)
{
    int ends[2];
    T_EQ_INT(pipe(ends), 0);
    int saved = dup(STDERR_FILENO);
    next_second();
    log_set_sink(NULL);
    dup2(ends[1], STDERR_FILENO);
    log_event(LOG_INFO, "t", "m", KV_I("n", 1));
    log_line(LOG_INFO, "t", "second");
    dup2(saved, STDERR_FILENO);
    close(saved);
    close(ends[1]);
    char text[128];
    ssize_t len = read(ends[0], text, sizeof text);
    T_EQ_TEXT(text, len < 0 ? 0 : len, "info t m n=1\ninfo t second\n");
    close(ends[0]);
    log_set_sink(catch_line);
}

static void a_failed_assertion_says_where_and_aborts_even_when_the_log_is_full(void)
{
    int ends[2];
    T_EQ_INT(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        signal(SIGABRT, SIG_DFL);
        dup2(ends[1], STDERR_FILENO);
        for (int idx = 0; idx < LOG_LINES_PER_S + 1; idx++) {
            log_line(LOG_INFO, "t", "m");
        }
        log_set_sink(NULL);
        log_set_level(LOG_ERROR);
        WICK_ASSERT(1 + 1 == 3);
        _exit(0);
    }
    close(ends[1]);
    char text[256];
    size_t len = 0;
    for (ssize_t got; (got = read(ends[0], text + len, sizeof text - len)) > 0;) {
        len += (size_t)got;
    }
    close(ends[0]);
    int status = 0;
    T_CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status) &&
            WTERMSIG(status) == SIGABRT);
    struct str line = { text, len };
    T_CHECK(str_starts(line, STR("error base assertion failed file=")));
    T_CHECK(memmem(text, len, "log_test.c line=", 16) != NULL);
}

int main(void)
{
    log_set_sink(catch_line);
    a_line_has_level_module_message_and_pairs();
    levels_are_filtered();
    every_byte_value_stays_inside_its_pair();
    forged_lines_and_hidden_characters_are_shown_as_what_they_are();
    a_long_value_is_cut_and_does_not_push_out_the_next();
    a_long_line_is_cut_between_pairs_and_says_so();
    too_many_lines_are_counted_and_said();
    the_longest_line_has_room_for_its_note();
    lines_without_a_sink_go_to_standard_error_one_write_each();
    a_failed_assertion_says_where_and_aborts_even_when_the_log_is_full();
    return t_done();
}
