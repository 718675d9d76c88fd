/* answer_test.c - long answers in pieces, and answers that come later. */
#include "harness.h"
#include "t.h"

#include <stdlib.h>
#include <string.h>

#define HOST "Host: localhost\r\n"

static struct kit_client a, many[20];

/* Long answers to readers that are slow: no number of them is too many, and each is complete. */
static void long_answers_to_slow_readers(void)
{
    enum { COUNT = 20 };

    for (size_t i = 0; i < COUNT; i++) {
        h_open_with(&many[i], true);
        kit_text(&many[i],
                 "GET /page/131072 HTTP/1.1\r\n" HOST "\r\nGET /page/131072 HTTP/1.1\r\n" HOST
                 "\r\nGET /page/131072 HTTP/1.1\r\n" HOST "\r\n");
        kit_passes(2);
        h_advance(1);
    }
    T_EQ_INT(h_source_count, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        kit_pump(&many[i]);
        T_CHECK(many[i].len > 3 * 131072);
        T_EQ_INT(h_count(&many[i], "HTTP/1.1 200 OK"), 3);
        h_shut(&many[i]);
    }
    H_EMPTY();
}

/* Chunks of a body whose length nobody knew: joined they are the body. */
static void check_chunks(const struct kit_client *c, size_t want)
{
    const char *at = memmem(c->mem, c->len, "\r\n\r\n", 4);
    size_t sum = 0;
    T_CHECK(at != NULL);
    for (at += 4; at != NULL && at < c->mem + c->len;) {
        char *end;
        size_t len = strtoul(at, &end, 16);
        T_CHECK(memcmp(end, "\r\n", 2) == 0 && memcmp(end + 2 + len, "\r\n", 2) == 0);
        sum += len;
        at = end + 2 + len + 2;
        if (len == 0) {
            break;
        }
    }
    T_CHECK(at == c->mem + c->len);
    T_EQ_INT(sum, want);
}

static void answers_in_pieces(void)
{
    static const size_t lens[] = { 0, 1, 500, WICK_SEND_CAP, 100000 };
    for (size_t i = 0; i < sizeof lens / sizeof *lens; i++) {
        char text[300];
        snprintf(text, sizeof text, "GET /chunked/%zu HTTP/1.1\r\n" HOST "\r\n", lens[i]);
        h_open_with(&a, i % 2 != 0);
        kit_text(&a, text);
        kit_pump(&a);
        T_CHECK(h_has(&a, "Transfer-Encoding: chunked\r\n") && !h_has(&a, "Content-Length"));
        check_chunks(&a, lens[i]);
        h_forget(&a);
        kit_text(&a, "GET / HTTP/1.1\r\n" HOST "\r\n"); /* it goes on */
        kit_pump(&a);
        T_EQ_INT(h_status(&a), 200);
        h_forget(&a);
        snprintf(text, sizeof text, "HEAD /page/%zu HTTP/1.1\r\n" HOST "\r\n", lens[i]);
        kit_text(&a, text);
        kit_pump(&a);
        snprintf(text, sizeof text, "Content-Length: %zu\r\n\r\n", lens[i]);
        T_CHECK(h_has(&a, text) && memcmp(a.mem + a.len - 4, "\r\n\r\n", 4) == 0);
        h_shut(&a);
        h_open(&a); /* HTTP/1.0: until the end of the connection */
        snprintf(text, sizeof text, "GET /chunked/%zu HTTP/1.0\r\n" HOST "\r\n", lens[i]);
        kit_text(&a, text);
        kit_pump(&a);
        const char *body = memmem(a.mem, a.len, "\r\n\r\n", 4);
        T_CHECK(body != NULL && a.is_closed && !h_has(&a, "chunked"));
        T_EQ_INT(a.mem + a.len - (body + 4), lens[i]);
        h_shut(&a);
    }
    H_EMPTY();
}

/* Requests that are answered after settle, or passes later; others wait after them in order. */
static void requests_can_be_answered_later(void)
{
    static const char pipeline[] = "POST /later HTTP/1.1\r\n" HOST
                                   "Content-Length: 5\r\n\r\nfirstGET /later/two HTTP/1.1\r\n" HOST
                                   "\r\nGET /echo HTTP/1.1\r\n" HOST "\r\n";
    for (size_t cut = 1; cut < sizeof pipeline; cut += cut < 8 ? 1 : 13) {
        for (unsigned passes = 0; passes < 4; passes += 3) {
            h_open(&a);
            h_later_passes = passes;
            for (size_t at = 0; at < sizeof pipeline - 1; at += cut) {
                size_t len = sizeof pipeline - 1 - at < cut ? sizeof pipeline - 1 - at : cut;
                kit_send(&a, pipeline + at, len);
                kit_passes(1);
            }
            kit_pump(&a);
            T_EQ_INT(h_count(&a, "HTTP/1.1 200 OK"), 3);
            const char *first = memmem(a.mem, a.len, "\r\n\r\nfirst", 9);
            const char *second = memmem(a.mem, a.len, "\r\n\r\n/later/two", 14);
            const char *third = memmem(a.mem, a.len, "\r\n\r\nhello\n", 10);
            T_CHECK(first != NULL && second > first && third > second);
            T_EQ_INT(kit_stat("wick_net_in_buffers"), 0);
            h_shut(&a);
        }
    }
    h_open(&a);
    h_later_passes = 1000;
    kit_text(&a, "GET /later HTTP/1.1\r\n" HOST "\r\n");
    kit_passes(3);
    const struct http_req *req = net_request(h_last);
    T_CHECK(req != NULL && str_eq(req->path, STR("/later")) &&
            str_eq(http_header(req, STR("host")), STR("localhost")));
    h_shut(&a); /* half-closed: it still waits; then it is over */
    h_later_passes = 0;
    kit_passes(4);
    T_CHECK(net_request(h_last) == NULL);
    h_open(&a);
    kit_text(&a, "GET /later/mute HTTP/1.1\r\n" HOST "\r\n");
    kit_pump(&a);
    T_EQ_INT(h_status(&a), 500);
    h_shut(&a);
    H_EMPTY();
}

static void all(void)
{
    long_answers_to_slow_readers();
    answers_in_pieces();
    requests_can_be_answered_later();
}

int main(void)
{
    h_on_both(all);
    return t_done();
}
