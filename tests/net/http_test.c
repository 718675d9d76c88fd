/* The server over loopback: requests, answers, what is refused, deadlines, limits. */
#include "harness.h"
#include "t.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define HOST "Host: localhost\r\n"

static struct kit_client a, b;

/* --- what is sent, what must come back -------------------------------------------------------- */

struct row {
    const char *request;
    int status;
    bool stays_open;
};

static const struct row rows[] = {
    { "GET / HTTP/1.1\r\n" HOST "\r\n", 200, true },
    { "GET / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n", 200, true },
    { "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", 200, true },
    { "GET / HTTP/1.1\r\nHost: LOCALHOST:1\r\n\r\n", 200, true },
    { "GET / HTTP/1.1\r\nHost: wick.test\r\n\r\n", 200, true },
    { "GET / HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n", 200, false },
    { "GET / HTTP/1.1\r\n" HOST "Connection: foo, Close\r\n\r\n", 200, false },
    { "GET / HTTP/1.0\r\n" HOST "\r\n", 200, false },
    { "GET http://localhost/x HTTP/1.1\r\n" HOST "\r\n", 200, true },
    { "GET http://LOCALHOST HTTP/1.1\r\n" HOST "\r\n", 200, true },
    { "POST / HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc", 200, true },
    { "POST / HTTP/1.1\r\n" HOST "\r\n", 200, true },
    { "DELETE /x HTTP/1.1\r\n" HOST "\r\n", 200, true },
    { "GET /healthz HTTP/1.1\r\n" HOST "\r\n", 200, true },
    { "GET /404 HTTP/1.1\r\n" HOST "\r\n", 404, true },
    { "GET /mute HTTP/1.1\r\n" HOST "\r\n", 500, false },
    { "GET / HTTP/1.1\r\n" HOST "Upgrade: h2c\r\nConnection: Upgrade\r\n\r\n", 200, true },
    /* refused */
    { "POST /healthz HTTP/1.1\r\n" HOST "\r\n", 405, false },
    { "GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n", 421, false },
    { "GET / HTTP/1.1\r\nHost: localhost.evil.test\r\n\r\n", 421, false },
    { "GET / HTTP/1.1\r\nHost: 127.0.0.1.evil.test\r\n\r\n", 421, false },
    { "GET / HTTP/1.1\r\nHost: wick.test.\r\n\r\n", 421, false },
    { "GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400, false },
    { "GET / HTTP/1.1\r\n\r\n", 400, false },
    { "GET http://evil/ HTTP/1.1\r\n" HOST "\r\n", 400, false },
    { "GET http://localhost.evil/ HTTP/1.1\r\n" HOST "\r\n", 400, false },
    { "GET ftp://localhost/ HTTP/1.1\r\n" HOST "\r\n", 400, false },
    { "OPTIONS * HTTP/1.1\r\n" HOST "\r\n", 400, false },
    { "GET /../ HTTP/1.1\r\n" HOST "\r\n", 400, false },
    { "GET /%00 HTTP/1.1\r\n" HOST "\r\n", 400, false },
    { "GET / HTTP/9.9\r\n" HOST "\r\n", 505, false },
    { "BREW / HTTP/1.1\r\n" HOST "\r\n", 501, false },
    { "POST / HTTP/1.1\r\n" HOST "Content-Length: 8193\r\n\r\n", 413, false },
    { "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411, false },
    { "POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      400, false },
    { "GET / HTTP/1.1\nHost: localhost\n\n", 400, false },
    { "GET / HTTP/1.1\r\n" HOST "Expect: tea\r\n\r\n", 417, false },
    /* origin */
    { "POST / HTTP/1.1\r\n" HOST "Origin: http://localhost\r\n\r\n", 200, true },
    { "POST / HTTP/1.1\r\n" HOST "Origin: https://LOCALHOST\r\n\r\n", 200, true },
    { "POST / HTTP/1.1\r\nHost: localhost:81\r\nOrigin: http://localhost:81\r\n\r\n", 200, true },
    { "POST / HTTP/1.1\r\n" HOST "Sec-Fetch-Site: same-origin\r\n\r\n", 200, true },
    { "GET / HTTP/1.1\r\n" HOST "Origin: http://evil.test\r\n\r\n", 200, true },
    { "POST / HTTP/1.1\r\n" HOST "Origin: http://evil.test\r\n\r\n", 403, false },
    { "POST / HTTP/1.1\r\n" HOST "Origin: null\r\n\r\n", 403, false },
    { "POST / HTTP/1.1\r\n" HOST "Origin: \r\n\r\n", 403, false },
    { "POST / HTTP/1.1\r\n" HOST "Origin: http://localhost:81\r\n\r\n", 403, false },
    { "POST / HTTP/1.1\r\n" HOST "Origin: http://localhost.evil.test\r\n\r\n", 403, false },
    { "PUT / HTTP/1.1\r\n" HOST "Origin: http://evil.test\r\n\r\n", 403, false },
    { "POST / HTTP/1.1\r\n" HOST "Sec-Fetch-Site: cross-site\r\n\r\n", 403, false },
};

#define WS_HEAD "GET /ws HTTP/1.1\r\n" HOST
#define WS_UP   "Upgrade: websocket\r\nConnection: Upgrade\r\n"
#define WS_KEY  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define WS_13   "Sec-WebSocket-Version: 13\r\n"

static const struct row handshakes[] = {
    { WS_HEAD WS_UP WS_KEY WS_13 "\r\n", 101, true },
    { WS_HEAD "upgrade: WebSocket\r\nconnection: keep-alive, UPGRADE\r\n" WS_KEY WS_13 "\r\n", 101,
      true },
    { WS_HEAD WS_UP WS_KEY WS_13 "Origin: http://localhost\r\n\r\n", 101, true },
    { WS_HEAD WS_UP WS_KEY WS_13 "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n", 101,
      true },
    { WS_HEAD WS_UP WS_KEY WS_13 "Origin: http://evil.test\r\n\r\n", 403, false },
    { WS_HEAD WS_UP WS_KEY WS_13 "Origin: null\r\n\r\n", 403, false },
    { WS_HEAD WS_UP WS_KEY WS_13 "Sec-Fetch-Site: cross-site\r\n\r\n", 403, false },
    { "GET /ws HTTP/1.1\r\nHost: evil.test\r\n" WS_UP WS_KEY WS_13 "\r\n", 421, false },
    { WS_HEAD WS_UP WS_13 "\r\n", 400, false },
    { WS_HEAD WS_UP WS_KEY WS_KEY WS_13 "\r\n", 400, false },
    { WS_HEAD WS_UP "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j\r\n" WS_13 "\r\n", 400,
      false }, /* 15 bytes */
    { WS_HEAD WS_UP "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZWU=\r\n" WS_13 "\r\n", 400,
      false }, /* 17 bytes */
    { WS_HEAD WS_UP "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZR==\r\n" WS_13 "\r\n", 400,
      false }, /* bits left over */
    { WS_HEAD WS_UP "Sec-WebSocket-Key: dGhl*HNhbXBsZSBub25jZQ==\r\n" WS_13 "\r\n", 400, false },
    { WS_HEAD WS_UP "Sec-WebSocket-Key:\r\n" WS_13 "\r\n", 400, false },
    { WS_HEAD WS_UP WS_KEY "Sec-WebSocket-Version: 12\r\n\r\n", 426, false },
    { WS_HEAD WS_UP WS_KEY "Sec-WebSocket-Version: 14\r\n\r\n", 426, false },
    { WS_HEAD WS_UP WS_KEY "Sec-WebSocket-Version: 13, 8\r\n\r\n", 426, false },
    { WS_HEAD WS_UP WS_KEY "\r\n", 426, false },
    { WS_HEAD WS_UP WS_KEY WS_13 WS_13 "\r\n", 426, false },
    { WS_HEAD "Upgrade: websocket\r\n" WS_KEY WS_13 "\r\n", 400, false },
    { WS_HEAD "Upgrade: websocket\r\nConnection: close\r\n" WS_KEY WS_13 "\r\n", 400, false },
    { "GET /ws HTTP/1.0\r\n" HOST WS_UP WS_KEY WS_13 "\r\n", 400, false },
    { "POST /ws HTTP/1.1\r\n" HOST WS_UP WS_KEY WS_13 "\r\n", 405, false },
    { WS_HEAD WS_UP WS_KEY WS_13 "Content-Length: 2\r\n\r\nab", 400, false },
};

static void check_row(const struct row *row, size_t first, size_t step)
{
    size_t len = strlen(row->request);
    h_open(&a);
    for (size_t at = 0; at < len && !a.is_closed; at += at == 0 && first > 0 ? first : step) {
        size_t piece = at == 0 && first > 0 ? first : step;
        kit_send(&a, row->request + at, piece < len - at ? piece : len - at);
        kit_passes(1);
    }
    kit_pump(&a);
    if (h_status(&a) != row->status || a.is_closed == row->stays_open ||
        (!row->stays_open && !h_has(&a, "Connection: close\r\n")) ||
        (row->status != 101 && (!h_has(&a, "Content-Security-Policy: default-src 'none'") ||
                                !h_has(&a, "Cache-Control: no-store")))) {
        fprintf(stderr, "%s:%d: cut at %zu: status %d, not %d, %s: %s\n", __FILE__, __LINE__, first,
                h_status(&a), row->status, a.is_closed ? "closed" : "open", row->request);
        t_failed++;
    }
    h_shut(&a);
}

static void every_row_has_its_answer_however_it_is_cut(const struct row *table, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(table[i].request);
        check_row(&table[i], 0, len);
        check_row(&table[i], 0, 1);
        for (size_t first = 1; first < len; first++) {
            check_row(&table[i], first, len);
        }
    }
    H_EMPTY();
}

/* --- requests one after another --------------------------------------------------------------- */

static void answers_come_in_order(void)
{
    h_open(&a);
    kit_text(&a, "POST / HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\none"
                 "POST / HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\ntwo"
                 "HEAD / HTTP/1.1\r\n" HOST "\r\n"
                 "POST / HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nend");
    kit_pump(&a);
    T_EQ_INT(h_count(&a, "HTTP/1.1 200 OK"), 4);
    T_CHECK(strstr(a.mem, "one") < strstr(a.mem, "two") &&
            strstr(a.mem, "two") < strstr(a.mem, "end"));
    T_EQ_INT(h_count(&a, "hello"), 0); /* HEAD has no body, but its length */
    T_EQ_INT(h_count(&a, "Content-Length: 6"), 1);
    h_forget(&a);
    kit_text(&a, "GET / HTTP/1.1\r\n" HOST "\r\nGET\t/ HTTP/1.1\r\n" HOST
                 "\r\nGET / HTTP/1.1\r\n" HOST "\r\n");
    kit_pump(&a);
    T_EQ_INT(h_count(&a, "HTTP/1.1 200 OK"),
             1); /* invalid after valid: answered, refused, and nothing after it is read */
    T_EQ_INT(h_count(&a, "HTTP/1.1 400"), 1);
    T_CHECK(a.is_closed);
    h_shut(&a);
    h_open(&a);
    kit_text(&a,
             "GET / HTTP/1.1\r\n" HOST "Connection: close\r\n\r\nGET / HTTP/1.1\r\n" HOST "\r\n");
    kit_pump(&a);
    T_EQ_INT(h_count(&a, "HTTP/1.1"), 1);
    T_CHECK(a.is_closed);
    h_shut(&a);
    H_EMPTY();
}

static void a_hundred_requests_wait_for_a_large_answer(void)
{
    h_open_with(&a, true);
    kit_text(&a, "GET /big/131072 HTTP/1.1\r\n" HOST "\r\n");
    for (int i = 0; i < 100; i++) {
        kit_text(&a, "GET /page/10 HTTP/1.1\r\n" HOST "\r\n");
    }
    kit_passes(5);
    kit_pump(&a);
    T_EQ_INT(h_count(&a, "HTTP/1.1 200 OK"), 101);
    T_CHECK(a.len > 131072 + 101 * 100);
    h_shut(&a);
    H_EMPTY();
}

static void a_request_may_ask_before_it_sends_its_body(void)
{
    h_open(&a);
    kit_text(&a, "POST / HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    kit_pump(&a);
    T_CHECK(h_is(&a, "HTTP/1.1 100 Continue\r\n\r\n"));
    h_forget(&a);
    kit_text(&a, "h");
    kit_pump(&a);
    T_EQ_INT(a.len, 0);
    kit_text(&a, "i");
    kit_pump(&a);
    T_EQ_INT(h_status(&a), 200);
    T_CHECK(h_has(&a, "\r\n\r\nhi"));
    h_forget(&a);
    kit_text(&a, "POST / HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 9999\r\n\r\n");
    kit_pump(&a);
    T_EQ_INT(h_status(&a), 413);
    h_shut(&a);
    H_EMPTY();
}

static void bodies_of_all_lengths_arrive(void)
{
    static const size_t lens[] = { 0, 1, 4095, 4096, 8191, WICK_BODY_LEN_MAX };
    static char body[WICK_BODY_LEN_MAX];
    h_open(&a);
    for (size_t i = 0; i < sizeof lens / sizeof *lens; i++) {
        char head[128];
        snprintf(head, sizeof head, "POST / HTTP/1.1\r\n" HOST "Content-Length: %zu\r\n\r\n",
                 lens[i]);
        memset(body, 'A' + (int)i, sizeof body);
        h_forget(&a);
        kit_text(&a, head);
        kit_passes(1);
        kit_send(&a, body, lens[i]);
        kit_pump(&a);
        T_EQ_INT(h_status(&a), 200);
        T_CHECK(a.len > lens[i] && memcmp(a.mem + a.len - lens[i], body, lens[i]) == 0);
    }
    h_shut(&a);
    H_EMPTY();
}

static void answers_of_all_lengths_arrive(void)
{
    static const size_t lens[] = {
        0, 1, WICK_SEND_CAP - 600, WICK_SEND_CAP, WICK_SEND_CAP + 1, 131071, 131072
    };
    static const char *const paths[] = { "/big", "/page" };
    for (int slow = 0; slow <= 1; slow++) {
        h_open_with(&a, slow != 0);
        for (size_t i = 0; i < 2 * sizeof lens / sizeof *lens; i++) {
            char text[128];
            h_forget(&a);
            snprintf(text, sizeof text, "GET %s/%zu HTTP/1.1\r\n" HOST "\r\n", paths[i % 2],
                     lens[i / 2]);
            kit_text(&a, text);
            kit_pump(&a);
            snprintf(text, sizeof text, "Content-Length: %zu\r\n", lens[i / 2]);
            T_EQ_INT(h_status(&a), 200);
            T_CHECK(h_has(&a, text));
            const char *body = memmem(a.mem, a.len, "\r\n\r\n", 4);
            T_EQ_INT(body == NULL ? 0 : (size_t)(a.mem + a.len - body - 4), lens[i / 2]);
        }
        h_shut(&a);
    }
    h_open(&a);
    char text[128];
    snprintf(text, sizeof text, "GET /copy/%d HTTP/1.1\r\n" HOST "\r\n", (int)WICK_SEND_CAP);
    kit_text(&a, text);
    kit_pump(&a);
    T_EQ_INT(h_status(&a), 500);
    h_shut(&a);
    H_EMPTY();
}

static void answers_are_dated_when_the_time_is_known(void)
{
    static const struct {
        uint64_t seconds;
        const char *date;
    } dates[] = {
        { 1, "Thu, 01 Jan 1970 00:00:01" },          { 784111777, "Sun, 06 Nov 1994 08:49:37" },
        { 951782400, "Tue, 29 Feb 2000 00:00:00" },  { 951868799, "Tue, 29 Feb 2000 23:59:59" },
        { 951868800, "Wed, 01 Mar 2000 00:00:00" },  { 1735689599, "Tue, 31 Dec 2024 23:59:59" },
        { 2147483648, "Tue, 19 Jan 2038 03:14:08" }, { 4107542400, "Mon, 01 Mar 2100 00:00:00" },
        { 4107542399, "Sun, 28 Feb 2100 23:59:59" },
    };

    h_open(&a);
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        char text[96];
        kit_wall_ms = dates[i].seconds * 1000 + 999;
        h_forget(&a);
        kit_text(&a, "GET / HTTP/1.1\r\n" HOST "\r\n");
        kit_pump(&a);
        snprintf(text, sizeof text, "\r\nDate: %s GMT\r\n", dates[i].date);
        T_CHECK(h_has(&a, text));
    }
    kit_wall_ms = 0;
    h_forget(&a);
    kit_text(&a, "GET / HTTP/1.1\r\n" HOST "\r\n");
    kit_pump(&a);
    T_CHECK(!h_has(&a, "Date:"));
    h_shut(&a);
    H_EMPTY();
}

static void a_half_closed_client_gets_its_answer(void)
{
    h_open_with(&a, true);
    kit_text(&a, "GET /big/100000 HTTP/1.1\r\n" HOST "\r\n");
    kit_shut(&a);
    kit_pump(&a);
    T_CHECK(a.len > 100000 && a.is_closed);
    T_EQ_INT(kit_stat("wick_net_connections"), 0); /* at once: there is nothing to wait for */
    h_shut(&a);
    H_EMPTY();
}

/* --- assets ----------------------------------------------------------------------------------- */

static const struct net_asset assets[] = {
    { STR_INIT("/a.css"), STR_INIT("text/css"), STR_INIT("\"e1\""), STR_INIT("plain"),
      STR_INIT("gz"), STR_INIT("b"), false },
    { STR_INIT("/b.abc.js"),
      STR_INIT("text/javascript"),
      STR_INIT("\"e2\""),
      STR_INIT("script"),
      { NULL, 0 },
      { NULL, 0 },
      true },
    { STR_INIT("/g.css"),
      STR_INIT("text/css"),
      STR_INIT("\"e3\""),
      { NULL, 0 },
      STR_INIT("packed"),
      { NULL, 0 },
      false },
};

static void ask(const char *path, const char *headers)
{
    char text[512];
    snprintf(text, sizeof text, "GET %s HTTP/1.1\r\n" HOST "%s\r\n", path, headers);
    h_forget(&a);
    kit_text(&a, text);
    kit_pump(&a);
}

static void assets_are_served_as_the_browser_likes_them(void)
{
    h_hooks.asset = assets;
    h_hooks.asset_count = WICK_COUNT_OF(assets);
    h_open(&a);
    unsigned before = h_request_count;
    ask("/a.css", "");
    T_CHECK(h_has(&a, "\r\n\r\nplain") && h_has(&a, "ETag: \"e1\"\r\n") &&
            h_has(&a, "Cache-Control: no-cache\r\n") && h_has(&a, "Vary: Accept-Encoding\r\n"));
    T_CHECK(!h_has(&a, "Content-Encoding") && !h_has(&a, "no-store") &&
            h_has(&a, "Content-Type: text/css\r\n"));
    ask("/a.css", "Accept-Encoding: deflate, gzip;q=0.5\r\n");
    T_CHECK(h_has(&a, "\r\n\r\ngz") && h_has(&a, "Content-Encoding: gzip\r\n") &&
            h_has(&a, "ETag: \"e1g\"\r\n"));
    ask("/a.css", "Accept-Encoding: gzip, br\r\n");
    T_CHECK(h_has(&a, "\r\n\r\nb") && h_has(&a, "Content-Encoding: br\r\n") &&
            h_has(&a, "ETag: \"e1b\"\r\n"));
    ask("/a.css", "Accept-Encoding: br;q=0, gzip; q=0.000\r\n");
    T_CHECK(h_has(&a, "\r\n\r\nplain"));
    ask("/a.css", "If-None-Match: \"e1\"\r\n");
    T_CHECK(h_status(&a) == 304 && h_has(&a, "ETag: \"e1\"\r\n") && !h_has(&a, "Content-Length") &&
            !h_has(&a, "plain"));
    ask("/a.css", "If-None-Match: W/\"e0\", W/\"e1\"\r\n");
    T_EQ_INT(h_status(&a), 304);
    ask("/a.css", "If-None-Match: \"e1g\"\r\n");
    T_EQ_INT(h_status(&a), 200);
    ask("/a.css", "If-None-Match: \"e1g\"\r\nAccept-Encoding: gzip\r\n");
    T_EQ_INT(h_status(&a), 304);
    ask("/b.abc.js?x", "Accept-Encoding: br, gzip\r\n");
    T_CHECK(h_has(&a, "\r\n\r\nscript") &&
            h_has(&a, "Cache-Control: public, max-age=31536000, immutable\r\n") &&
            !h_has(&a, "Vary"));
    static const char *const takes_gzip[] = { "", "Accept-Encoding: gzip\r\n",
                                              "Accept-Encoding: *\r\n" };
    for (size_t i = 0; i < WICK_COUNT_OF(takes_gzip); i++) {
        ask("/g.css", takes_gzip[i]);
        T_CHECK(h_has(&a, "\r\n\r\npacked") && h_has(&a, "Content-Encoding: gzip\r\n") &&
                h_has(&a, "ETag: \"e3g\"\r\n"));
    }
    ask("/g.css", "If-None-Match: \"e3g\"\r\n");
    T_EQ_INT(h_status(&a), 304);
    T_EQ_INT(h_request_count, before);
    ask("/c.css", "");
    T_EQ_INT(h_request_count, before + 1);
    T_EQ_TEXT(h_last_peer, strlen(h_last_peer), "127.0.0.1");
    ask("/g.css", "Accept-Encoding: identity\r\n");
    T_CHECK(h_status(&a) == 406 && h_has(&a, "Vary: Accept-Encoding\r\n"));
    h_shut(&a);
    h_hooks.asset = NULL;
    h_hooks.asset_count = 0;
    H_EMPTY();
}

/* --- deadlines and limits --------------------------------------------------------------------- */

static void deadlines_close_what_does_not_move(void)
{
    h_open(&a);
    h_advance(9900);
    kit_pump(&a);
    T_CHECK(!a.is_closed);
    h_advance(200);
    kit_pump(&a);
    T_CHECK(a.is_closed && a.len == 0); /* never said anything: nothing is answered */
    h_shut(&a);

    h_open(&a);
    kit_text(&a, "GET / HTTP/1.1\r\nX:");
    for (int i = 0; i < 99;
         i++) { /* byte by byte does not help: the deadline is for the whole head */
        kit_text(&a, "x");
        h_advance(100);
    }
    kit_pump(&a);
    T_CHECK(!a.is_closed);
    h_advance(200);
    kit_pump(&a);
    T_EQ_INT(h_status(&a), 408);
    T_CHECK(a.is_closed);
    h_shut(&a);

    h_open(&a);
    kit_text(&a, "POST / HTTP/1.1\r\n" HOST "Content-Length: 10\r\n\r\nabc");
    kit_passes(1);
    h_advance(19900);
    kit_pump(&a);
    T_EQ_INT(a.len, 0);
    h_advance(200);
    kit_pump(&a);
    T_EQ_INT(h_status(&a), 408);
    h_shut(&a);

    h_open(&a);
    kit_text(&a, "GET / HTTP/1.1\r\n" HOST "\r\n");
    kit_pump(&a);
    h_advance(74900);
    kit_pump(&a);
    T_CHECK(!a.is_closed);
    h_advance(200);
    kit_pump(&a);
    T_CHECK(a.is_closed);
    h_shut(&a);

    h_open_with(&a, true);
    kit_text(&a, "GET /big/131072 HTTP/1.1\r\n" HOST "\r\n");
    kit_passes(2);
    for (int i = 0; i < 5; i++) {
        kit_text(&a, "GET /big/131072 HTTP/1.1\r\n" HOST "\r\n");
    }
    h_advance(20000);
    h_advance(20000);
    h_advance(31000);
    T_EQ_INT(kit_stat("wick_net_connections"), 0); /* nobody reads: gone */
    h_shut(&a);
    H_EMPTY();
}

static void ten_thousand_connections_one_after_another(void)
{
    static const char *const requests[] = {
        "GET / HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n",
        "GET / HTTP/1.1\r\n" HOST "\r\n",
        "GARBAGE\r\n",
    };
    for (int i = 0; i < 10000; i++) {
        h_open(&b);
        kit_text(&b, requests[i % 3]);
        kit_passes(2);
        h_shut(&b);
    }
    kit_passes(5);
    H_EMPTY();
}

/* The kernel has no file descriptor left: whoever is there is served, whoever waits is served
 * later, and the loop sleeps. */
static void without_file_descriptors_the_loop_sleeps(void)
{
    struct rlimit usual;
    h_open(&a);
    kit_prepare(&b, false);
    int next_fd = dup(0);
    close(next_fd);
    T_EQ_INT(getrlimit(RLIMIT_NOFILE, &usual), 0);
    struct rlimit low = { (rlim_t)next_fd, usual.rlim_max };
    T_EQ_INT(setrlimit(RLIMIT_NOFILE, &low), 0);
    uint64_t before = kit_stat("wick_net_no_fd_total");
    kit_connect(&b);
    kit_text(&b, "GET / HTTP/1.1\r\n" HOST "\r\n");
    kit_passes(50);
    T_EQ_INT(kit_stat("wick_net_no_fd_total"), before + 1); /* not once per turn */
    kit_text(&a, "GET / HTTP/1.1\r\n" HOST "\r\n");
    kit_pump(&a);
    T_EQ_INT(h_status(&a), 200);
    h_advance(501);
    T_EQ_INT(kit_stat("wick_net_no_fd_total"), before + 2);
    T_EQ_INT(setrlimit(RLIMIT_NOFILE, &usual), 0);
    h_advance(501);
    kit_pump(&b);
    T_EQ_INT(h_status(&b), 200);
    h_shut(&a);
    h_shut(&b);
    H_EMPTY();
}

static void garbage_is_refused(void)
{
    static uint8_t bytes[3000];
    srand(7);
    for (int round = 0; round < 2000; round++) {
        size_t len = (size_t)rand() % sizeof bytes;
        size_t head = round % 2 == 0 ? 0
                                     : (size_t)snprintf((char *)bytes, sizeof bytes,
                                                        "GET / HTTP/1.1\r\n" HOST "\r\n");
        for (size_t i = head; i < len; i++) {
            bytes[i] = (uint8_t)(round % 5 == 0 ? "GET /\r\n: HTP1."[rand() % 14] : rand());
        }
        h_open(&b);
        kit_send(&b, bytes, len);
        kit_pump(&b);
        h_shut(&b);
    }
    H_EMPTY();
}

/* all() runs twice in one process: the second server must not know the names of the first. */
static void a_name_is_refused_until_it_is_allowed(void)
{
    for (unsigned round = 0; round < 2; round++) {
        h_open(&a);
        kit_text(&a, "GET / HTTP/1.1\r\nHost: wick.test\r\n\r\n");
        kit_pump(&a);
        T_EQ_INT(h_status(&a), round == 0 ? 421 : 200);
        h_shut(&a);
        if (round == 0) {
            T_EQ_INT(net_allow_host("wick.test"), WICK_OK);
        }
    }
}

static void all(void)
{
    a_name_is_refused_until_it_is_allowed();
    T_EQ_INT(net_allow_host(""), WICK_E_SYNTAX);
    T_EQ_INT(net_allow_host("wick.test:80"), WICK_E_SYNTAX);
    T_EQ_INT(net_allow_host("http://wick.test"), WICK_E_SYNTAX);
    every_row_has_its_answer_however_it_is_cut(rows, sizeof rows / sizeof *rows);
    every_row_has_its_answer_however_it_is_cut(handshakes, sizeof handshakes / sizeof *handshakes);
    answers_come_in_order();
    a_hundred_requests_wait_for_a_large_answer();
    a_request_may_ask_before_it_sends_its_body();
    bodies_of_all_lengths_arrive();
    answers_of_all_lengths_arrive();
    answers_are_dated_when_the_time_is_known();
    a_half_closed_client_gets_its_answer();
    assets_are_served_as_the_browser_likes_them();
    deadlines_close_what_does_not_move();
    ten_thousand_connections_one_after_another();
    garbage_is_refused();
}

int main(void)
{
    h_on_both(all);
    h_start(&kit_loopback);
    without_file_descriptors_the_loop_sleeps();
    return t_done();
}
