/* The head of a request: what is accepted and what is refused, however it is cut into pieces. */
#include "net/http_parse.h"
#include "t.h"

#include <stdlib.h>

struct vector {
    const char *bytes;
    size_t len;
    int status; /* 0: accepted, -1: more is wanted */
};

#define V(status, bytes)                                                                           \
    {                                                                                              \
        (bytes), sizeof(bytes) - 1, (status)                                                       \
    }
#define L(status, line)   V(status, line "\r\nHost: a\r\n\r\n")
#define H(status, header) V(status, "GET / HTTP/1.1\r\nHost: a\r\n" header "\r\n\r\n")
#define P(status, header) V(status, "POST / HTTP/1.1\r\nHost: a\r\n" header "\r\n\r\n")

static const struct vector vectors[] = {
    /* what a request may look like */
    L(0, "GET / HTTP/1.1"),
    L(0, "HEAD / HTTP/1.1"),
    L(0, "POST / HTTP/1.1"),
    L(0, "DELETE /x HTTP/1.1"),
    L(0, "GET / HTTP/1.0"),
    L(0, "\r\nGET / HTTP/1.1"),
    H(0, "X:"),
    H(0, "X: \t v \t "),
    H(0, "X: \x80\xff"),
    H(0, "x!#$%&'*+-.^_`|~9: v"),
    H(0, "Content-Length: 0"),
    P(0, "Content-Length: 0"),
    P(0, "Content-Length: 8192"),
    P(0, "cOnTeNt-LeNgTh:\t5\t"),
    P(0, "Expect: 100-continue"),
    V(0, "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"),
    V(0, "GET / HTTP/1.1\r\nhoSt:\ta.b-c_d.9:65535\r\n\r\n"),
    /* fragments: more is wanted */
    V(-1, "G"),
    V(-1, "GET "),
    V(-1, "GET /hello"),
    V(-1, "GET /hello HTTP/1.1"),
    V(-1, "GET / HTTP/1.1\r"),
    V(-1, "GET / HTTP/1.1\r\n"),
    V(-1, "GET / HTTP/1.1\r\nHost"),
    V(-1, "GET / HTTP/1.1\r\nHost: a\r\n"),
    V(-1, "GET / HTTP/1.1\r\nHost: a\r\n\r"),
    V(-1, ""),
    V(-1, "\r\n"),
    /* the request line */
    L(505, "GET / HTTP/9.9"),
    L(505, "GET / HTTP/1.2"),
    L(505, "GET / HTTP/2.0"),
    L(505, "GET / HTTP/0.9"),
    L(400, "GET / HTTP/1.256"),
    L(400, "GET / HTTP/1.1 "),
    L(400, "GET  /"),
    L(400, "GET  / HTTP/1.1"),
    L(400, "GET\t/ HTTP/1.1"),
    L(400, "GET / "),
    L(400, "GET /"),
    L(400, "GET /  HTTP/1.1"),
    L(400, " GET / HTTP/1.1"),
    L(400, "GET"),
    L(400, "GET / HTTP/1"),
    L(400, "GET / HTTP/1.1x"),
    L(400, "GET / http/1.1"),
    L(400, "GET / HTTP/11.1"),
    L(400, "GET / HTTP/a.1"),
    L(400, "GET / HTTP/1,1"),
    L(400, "G\x80T / HTTP/1.1"),
    L(501, "get / HTTP/1.1"),
    L(501, "CONNECT a:1 HTTP/1.1"),
    L(501, "TRACE / HTTP/1.1"),
    L(501, "GETT / HTTP/1.1"),
    L(400, "G@T / HTTP/1.1"),
    L(400, "GET /\x00 HTTP/1.1"),
    L(400, "GET /\x80 HTTP/1.1"),
    L(400, "GET /\x7f HTTP/1.1"),
    L(400, "GET /\r HTTP/1.1"),
    L(400, "GET / HTTP/1.1\n"),
    V(400, "GET / HTTP/1.1\nHost: a\n\n"),
    V(400, "\n"),
    V(400, "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    V(400, "\x16\x03\x01\x02"),
    V(400, "GET / HTTP/1.1\r\nHost: a\r\n\r\rX"),
    V(400, "GET / HTTP/1.1\r\nHost: a\r\n\rX: y\r\n\r\n"),
    /* Host */
    V(400, "GET / HTTP/1.1\r\n\r\n"),
    V(400, "GET / HTTP/1.0\r\n\r\n"),
    H(400, "Host: a"),
    H(400, "host: b"),
    V(400, "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
    V(400, "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n"),
    V(400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
    V(400, "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"),
    V(400, "GET / HTTP/1.1\r\nHost: a:\r\n\r\n"),
    V(400, "GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n"),
    V(400, "GET / HTTP/1.1\r\nHost: a:-1\r\n\r\n"),
    V(400, "GET / HTTP/1.1\r\nHost: a:1:2\r\n\r\n"),
    V(400, "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"),
    V(400, "GET / HTTP/1.1\r\nHost: :80\r\n\r\n"),
    V(400, "GET / HTTP/1.1\r\nHost: []\r\n\r\n"),
    V(400, "GET / HTTP/1.1\r\nHost: [::1]x\r\n\r\n"),
    V(400, "GET / HTTP/1.1\r\nHost : a\r\n\r\n"),
    V(400, "GET / HTTP/1.1\r\n\tHost: a\r\n\r\n"),
    V(400, "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
    /* header lines */
    H(400, " X: y"),
    H(400, "\tX: y"),
    H(400, "X\x00: v"),
    H(400, "X: \x00"),
    H(400, "X: \x07"),
    H(400, "X: \x7f"),
    H(400, "X: a\rb"),
    H(400, "X: a\nb"),
    H(400, ": v"),
    H(400, "NoColon"),
    H(400, "X\x80: v"),
    H(400, "X[]: v"),
    H(400, "X : v"),
    H(400, "X\t: v"),
    H(400, "X: v\r"),
    H(400, "X: v\n"),
    H(400, "X: v\r\n folded"),
    H(400, "X: v\r\n\tfolded"),
    H(400, "X\x0b: v"),
    H(400, "X(: v"),
    H(417, "Expect: 200-ok"),
    /* Content-Length */
    P(400, "Content-Length: +5"),
    P(400, "Content-Length: -5"),
    P(400, "Content-Length: 0x5"),
    P(400, "Content-Length: 05"),
    P(400, "Content-Length: 00"),
    P(400, "Content-Length: 5,5"),
    P(400, "Content-Length: 5, 5"),
    P(400, "Content-Length: 5 5"),
    P(400, "Content-Length: "),
    P(400, "Content-Length:"),
    P(400, "Content-Length: abc"),
    P(400, "Content-Length: 5a"),
    P(400, "Content-Length: +1_0"),
    P(400, "Content-Length: 5\r\nContent-Length: 6"),
    P(400, "Content-Length: 5\r\nContent-Length: 5"),
    P(413, "Content-Length: 8193"),
    P(413, "Content-Length: 18446744073709551616"),
    P(413, "Content-Length: 9999999999999999999999999999"),
    P(400, "Content-Length: 1e3"),
    P(400, "Content-Length: 5."),
    P(400, "Content-Length : 5"),
    H(400, "Content-Length: 5"),
    V(400, "HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n"),
    P(400, "Content-Length: -49"),
    /* Transfer-Encoding */
    P(411, "Transfer-Encoding: chunked"),
    P(411, "tRaNsFeR-eNcOdInG: Chunked"),
    P(411, "Transfer-Encoding: chunked\r\nContent-Length: 4"),
    P(400, "Content-Length: 4\r\nTransfer-Encoding: chunked"),
    P(501, "Transfer-Encoding: ,chunked"),
    P(501, "Transfer-Encoding: chunked, chunked"),
    P(501, "Transfer-Encoding: xchunked"),
    P(400, "Transfer-Encoding: \x0b"
           "chunked"),
    P(501, "Transfer-Encoding: \xa0"
           "chunked"),
    P(501, "Transfer-Encoding: identity"),
    P(501, "Transfer-Encoding:"),
    P(501, "Transfer-Encoding: gzip, chunked"),
    P(400, "Transfer-Encoding : chunked"),
    V(501, "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"),
    H(411, "Transfer-Encoding: chunked"),
};

/* Feed the bytes in pieces; every piece is a copy of its own, so that reading one byte too far is
 * seen. */
static int verdict_of(const char *bytes, size_t len, size_t first, size_t step)
{
    struct http_parse p;
    http_parse_init(&p);
    size_t have = first;
    for (;;) {
        uint8_t *copy = malloc(have > 0 ? have : 1);
        memcpy(copy, bytes, have);
        enum wick_err err = http_parse_head(&p, copy, have);
        free(copy);
        if (err == WICK_OK) {
            return p.head_len == len ? 0 : -2;
        }
        if (err == WICK_E_PROTO) {
            return p.status;
        }
        if (have == len) {
            return -1;
        }
        have = have + step < len ? have + step : len;
    }
}

static void the_verdict_does_not_depend_on_the_pieces(void)
{
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        const struct vector *v = &vectors[i];
        int whole = verdict_of(v->bytes, v->len, v->len, 1);
        if (whole != v->status) {
            fprintf(stderr, "%s:%d: vector %zu gives %d, not %d: %s\n", __FILE__, __LINE__, i,
                    whole, v->status, v->bytes);
            t_failed++;
        }
        T_EQ_INT(verdict_of(v->bytes, v->len, 0, 1), v->status);
        for (size_t first = 0; first < v->len; first++) {
            T_EQ_INT(verdict_of(v->bytes, v->len, first, v->len), v->status);
        }
    }
}

static char text[16384];

/* "GET /ppp HTTP/1.1", then a header line of x until the head has len bytes */
static size_t head_of(size_t path_len, size_t len)
{
    size_t at = (size_t)sprintf(text, "GET /");
    memset(text + at, 'p', path_len - 1);
    at += path_len - 1;
    at += (size_t)sprintf(text + at, " HTTP/1.1\r\nHost: a\r\n");
    if (len > at + 2) {
        memset(text + at, 'x', len - at - 4);
        text[at + 1] = ':';
        at = len - 4;
        at += (size_t)sprintf(text + at, "\r\n");
    }
    return at + (size_t)sprintf(text + at, "\r\n");
}

static void limits_hold_at_their_last_byte(void)
{
    size_t len = head_of(1, WICK_HEAD_LEN_MAX);
    T_EQ_INT(len, WICK_HEAD_LEN_MAX);
    T_EQ_INT(verdict_of(text, len, len, 1), 0);
    T_EQ_INT(verdict_of(text, len, 0, 1), 0);
    len = head_of(1, WICK_HEAD_LEN_MAX + 1);
    T_EQ_INT(verdict_of(text, len, len, 1), 431);
    T_EQ_INT(verdict_of(text, len, 0, 1), 431);

    size_t fits = HTTP_LINE_LEN_MAX - strlen("GET  HTTP/1.1\r\n");
    len = head_of(fits, 0);
    T_EQ_INT(verdict_of(text, len, len, 1), 0);
    T_EQ_INT(verdict_of(text, len, 0, 1), 0);
    len = head_of(fits + 1, 0);
    T_EQ_INT(verdict_of(text, len, len, 1), 414);
    T_EQ_INT(verdict_of(text, len, 0, 1), 414);
    T_EQ_INT(verdict_of(text, head_of(8192, 0), 0, 7), 414);

    for (int count = WICK_HEADER_MAX - 1; count <= WICK_HEADER_MAX + 1; count++) {
        size_t at = (size_t)sprintf(text, "GET / HTTP/1.1\r\nHost: a\r\n");
        for (int i = 1; i < count; i++) {
            at += (size_t)sprintf(text + at, "x%d: y\r\n", i);
        }
        at += (size_t)sprintf(text + at, "\r\n");
        T_EQ_INT(verdict_of(text, at, at, 1), count <= WICK_HEADER_MAX ? 0 : 431);
    }
    for (size_t host_len = 255; host_len <= 256; host_len++) {
        size_t at = (size_t)sprintf(text, "GET / HTTP/1.1\r\nHost: ");
        memset(text + at, 'h', host_len);
        at += host_len;
        at += (size_t)sprintf(text + at, "\r\n\r\n");
        T_EQ_INT(verdict_of(text, at, at, 1), host_len <= 255 ? 0 : 400);
    }
}

static void results_are_where_they_should_be(void)
{
    static const char bytes[] = "\r\nPOST /a?b HTTP/1.1\r\nHost: h:1\r\nX-Y:  z "
                                "\r\nContent-Length: 3\r\nConnection: keep-alive, Upgrade\r\n"
                                "Upgrade: h2c, WebSocket\r\nExpect: 100-Continue\r\n\r\nabc";
    struct http_parse p;
    http_parse_init(&p);
    T_EQ_INT(http_parse_head(&p, (const uint8_t *)bytes, sizeof bytes - 1), WICK_OK);
    T_EQ_INT(p.method, HTTP_POST);
    T_EQ_TEXT(bytes + p.target_off, p.target_len, "/a?b");
    T_EQ_TEXT(bytes + p.host_off, p.host_len, "h:1");
    T_EQ_TEXT(bytes + p.head_len, p.body_len, "abc");
    T_EQ_INT(p.header_count, 6);
    T_EQ_TEXT(bytes + p.line[1].name_off, p.line[1].name_len, "X-Y");
    T_EQ_TEXT(bytes + p.line[1].value_off, p.line[1].value_len, "z");
    T_CHECK(p.has_upgrade && p.wants_continue);
    T_EQ_INT(p.options, HTTP_OPT_KEEP_ALIVE | HTTP_OPT_UPGRADE);
    T_EQ_INT(p.minor, 1);
}

static void paths_are_decoded_or_refused(void)
{
    static const struct {
        const char *target;
        const char *path;
        const char *query;
    } rows[] = {
        { "/", "/", "" },
        { "/a/b/", "/a/b/", "" },
        { "/a%20b", "/a b", "" },
        { "/%41%6a", "/Aj", "" },
        { "/%c3%a4", "/\xc3\xa4", "" },
        { "/a?b?c", "/a", "b?c" },
        { "/?%zz", "/", "%zz" },
        { "/a;b", "/a;b", "" },
        { "/...", "/...", "" },
        { "/.a", "/.a", "" },
        { "/a..b", "/a..b", "" },
        { "/../", NULL, NULL },
        { "/%2e%2e/", NULL, NULL },
        { "/..%2f", NULL, NULL },
        { "//", NULL, NULL },
        { "/a//b", NULL, NULL },
        { "/.", NULL, NULL },
        { "/..", NULL, NULL },
        { "/a/./b", NULL, NULL },
        { "/a/../b", NULL, NULL },
        { "/%", NULL, NULL },
        { "/%4", NULL, NULL },
        { "/%zz", NULL, NULL },
        { "/%-1", NULL, NULL },
        { "/%00", NULL, NULL },
        { "/%0a", NULL, NULL },
        { "/%7f", NULL, NULL },
        { "/%c0%ae", NULL, NULL },
        { "/%ff", NULL, NULL },
        { "/%c3", NULL, NULL },
        { "/#frag", NULL, NULL },
        { "/a\\b", NULL, NULL },
        { "/<", NULL, NULL },
        { "/\"", NULL, NULL },
        { "*", NULL, NULL },
        { "a", NULL, NULL },
        { "", NULL, NULL },
        { "http://a/", NULL, NULL },
        { "/a\x80", NULL, NULL },
        { "/{", NULL, NULL },
        { "?", NULL, NULL },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char mem[64];
        struct str path;
        struct str query;
        enum wick_err err = http_path(str_of(rows[i].target), mem, &path, &query);
        if ((err == WICK_OK) != (rows[i].path != NULL)) {
            fprintf(stderr, "%s:%d: %s: %d\n", __FILE__, __LINE__, rows[i].target, err);
            t_failed++;
        } else if (err == WICK_OK) {
            T_EQ_TEXT(path.ptr, path.len, rows[i].path);
            T_EQ_TEXT(query.ptr, query.len, rows[i].query);
        }
    }
}

static void pairs_are_decoded(void)
{
    uint8_t mem[64];
    struct buf scratch;
    struct str rest = STR("a=1+2&&b%3d=%C3%A4&c&=d&e=");
    struct str name;
    struct str value;
    buf_init(&scratch, mem, sizeof mem);
    static const char *const want[][2] = {
        { "a", "1 2" }, { "b=", "\xc3\xa4" }, { "c", "" }, { "", "d" }, { "e", "" }
    };
    for (size_t i = 0; i < 5; i++) {
        T_CHECK(http_pair(&rest, &scratch, &name, &value));
        T_EQ_TEXT(name.ptr, name.len, want[i][0]);
        T_EQ_TEXT(value.ptr, value.len, want[i][1]);
    }
    T_CHECK(!http_pair(&rest, &scratch, &name, &value) && scratch.err == WICK_OK);
    rest = STR("a=%4");
    T_CHECK(!http_pair(&rest, &scratch, &name, &value) && scratch.err == WICK_E_SYNTAX);
}

int main(void)
{
    the_verdict_does_not_depend_on_the_pieces();
    limits_hold_at_their_last_byte();
    results_are_where_they_should_be();
    paths_are_decoded_or_refused();
    pairs_are_decoded();
    return t_done();
}
