/* net_answer.c - answers to requests: status line, headers, body, in one gather write where they
 * fit.
 *
 * A short answer goes out in one write. The rest of a long constant body waits where it is; every
 * other long body comes from a source (net_pull.c).
 */
#include "base/clk.h"
#include "base/log.h"
#include "base/mem.h"
#include "net/net_priv.h"

#include <string.h>

enum {
    HEAD_CAP = 4096,  /* head of an answer; the application's own header lines are in it */
    SHORT_MAX = 4096, /* a body up to here is copied after its head: one piece is cheaper to send
                         than two */
};

_Static_assert(HEAD_CAP + SHORT_MAX <= (int)WICK_SEND_CAP,
               "a head goes out in one piece, and a short body with it");

#define SECURITY_HEADERS                                                                           \
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src "   \
    "'self' data:; "                                                                               \
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'\r\n"          \
    "X-Content-Type-Options: nosniff\r\n"                                                          \
    "X-Frame-Options: DENY\r\n"                                                                    \
    "Referrer-Policy: same-origin\r\n"                                                             \
    "Cross-Origin-Opener-Policy: same-origin\r\n"                                                  \
    "Cross-Origin-Resource-Policy: same-origin\r\n"
#define STATUS_200 "HTTP/1.1 200 OK\r\n"
#define NO_STORE   "Cache-Control: no-store\r\n"

/* What most answers begin with; each of the others is a part of it. */
static const char head_text[] = STATUS_200 SECURITY_HEADERS NO_STORE;

enum { STATUS_LEN = sizeof STATUS_200 - 1, SECURITY_LEN = sizeof SECURITY_HEADERS - 1 };
const struct str net_security_headers = { head_text + STATUS_LEN, SECURITY_LEN };
static const struct str security_once = { head_text + STATUS_LEN,
                                          sizeof head_text - 1 - STATUS_LEN };
static const struct str head_200 = { head_text, STATUS_LEN + SECURITY_LEN };
static const struct str head_200_once = { head_text, sizeof head_text - 1 };

static uint8_t head_mem[HEAD_CAP + SHORT_MAX];

/* Number and words, or NULL. */
static const char *status_text(unsigned status)
{
    static const struct {
        unsigned status;
        const char *text;
    } known[] = {
        { 200, "200 OK" },
        { 201, "201 Created" },
        { 202, "202 Accepted" },
        { 204, "204 No Content" },
        { 206, "206 Partial Content" },
        { 301, "301 Moved Permanently" },
        { 302, "302 Found" },
        { 303, "303 See Other" },
        { 304, "304 Not Modified" },
        { 307, "307 Temporary Redirect" },
        { 400, "400 Bad Request" },
        { 401, "401 Unauthorized" },
        { 403, "403 Forbidden" },
        { 404, "404 Not Found" },
        { 405, "405 Method Not Allowed" },
        { 406, "406 Not Acceptable" },
        { 408, "408 Request Timeout" },
        { 409, "409 Conflict" },
        { 410, "410 Gone" },
        { 411, "411 Length Required" },
        { 412, "412 Precondition Failed" },
        { 413, "413 Content Too Large" },
        { 414, "414 URI Too Long" },
        { 415, "415 Unsupported Media Type" },
        { 416, "416 Range Not Satisfiable" },
        { 417, "417 Expectation Failed" },
        { 421, "421 Misdirected Request" },
        { 422, "422 Unprocessable Content" },
        { 426, "426 Upgrade Required" },
        { 429, "429 Too Many Requests" },
        { 431, "431 Request Header Fields Too Large" },
        { 500, "500 Internal Server Error" },
        { 501, "501 Not Implemented" },
        { 503, "503 Service Unavailable" },
        { 505, "505 HTTP Version Not Supported" },
    };

    for (size_t i = 0; i < WICK_COUNT_OF(known); i++) {
        if (known[i].status == status) {
            return known[i].text;
        }
    }
    return NULL;
}

static bool has_header(struct str lines, struct str name)
{
    while (lines.len > 0) {
        struct str line = str_cut(&lines, '\n');
        if (line.len > name.len && line.ptr[name.len] == ':' &&
            str_eq_nocase((struct str){ line.ptr, name.len }, name)) {
            return true;
        }
    }
    return false;
}

static void put_start(struct buf *head, unsigned status, bool may_be_stored)
{
    static const struct str *present; /* what head_mem begins with since the last answer: mostly it
                                         need not be written again */
    const struct str *wanted = may_be_stored ? &head_200 : &head_200_once;
    if (status != 200) {
        wanted = NULL;
    }
    if (wanted != NULL && wanted == present) {
        head->len = wanted->len;
    } else if (wanted != NULL) {
        buf_put_str(head, *wanted);
    }
    present = wanted;
    if (wanted != NULL) {
        return;
    }
    const char *known = status_text(status);
    buf_put_str(head, STR("HTTP/1.1 "));
    if (known != NULL) {
        buf_put_text(head, known);
    } else {
        buf_put_u64(head, status);
        buf_put_str(head, STR(" Status"));
    }
    buf_put_str(head, STR("\r\n"));
    buf_put_str(head, may_be_stored ? net_security_headers : security_once);
}

/* The last header lines: type and length, with as few pieces as can be. */
static void put_type(struct buf *head, const struct net_conn *c, const struct http_res *res,
                     uint64_t len)
{
    bool has_body = res->status != 204 && res->status != 304;
    bool has_length = has_body && len != NET_LEN_UNKNOWN;
    if (res->type.len > 0) {
        buf_put_str(head, STR("Content-Type: "));
        buf_put_str(head, res->type);
        buf_put_str(head, has_length ? STR("\r\nContent-Length: ") : STR("\r\n"));
    } else if (has_length) {
        buf_put_str(head, STR("Content-Length: "));
    }
    if (has_length) {
        buf_put_u64(head, len);
        buf_put_str(head, STR("\r\n\r\n"));
    } else {
        bool is_chunked = has_body && !c->is_old;
        buf_put_str(head, is_chunked ? STR("Transfer-Encoding: chunked\r\n\r\n") : STR("\r\n"));
    }
}

static struct str make_head(struct net_conn *c, const struct http_res *res, uint64_t len)
{
    struct buf head;
    buf_init(&head, head_mem, HEAD_CAP);
    put_start(&head, res->status,
              res->headers.len > 0 && has_header(res->headers, STR("cache-control")));
    buf_put_str(&head, http_date_line());
    buf_put_str(&head, res->headers);
    if (c->is_closing) {
        buf_put_str(&head, STR("Connection: close\r\n"));
    }
    put_type(&head, c, res, len);
    return head.err == WICK_OK ? buf_str(&head) : (struct str){ NULL, 0 };
}

void answer_pushed(struct net_conn *c)
{
    WICK_ASSERT(c->is_answered && !c->is_pulling && c->pend_len == 0);
    c->is_served = true;
    if (c->is_closing) {
        conn_end(c);
        return;
    }
    c->is_answered = false;
    conn_enter(c, CONN_IDLE);
    if (c->in != NET_NONE) { /* requests that came meanwhile */
        set_add(&net.to_read, conn_index(c));
    }
}

/* Head and body, or as much of a constant body as fits into one write. */
static void push(struct net_conn *c, struct str head, struct str body)
{
    size_t first_len = WICK_SEND_CAP - head.len;
    if (first_len > body.len) {
        first_len = body.len;
    }
    if (body.len <= SHORT_MAX) {
        if (body.len > 0) {
            mem_copy(head_mem + head.len, body.ptr, body.len);
        }
        (void)altcp_write(c->pcb, head.ptr, (u16_t)(head.len + body.len),
                          0); /* there is room: a request is read only then */
    } else {
        (void)altcp_write(c->pcb, head.ptr, (u16_t)head.len, 0);
        (void)altcp_write(c->pcb, body.ptr, (u16_t)first_len, 0);
    }
    (void)altcp_output(c->pcb);
    c->moved_ms = (uint32_t)clk_ms();
    c->pend_len = (uint32_t)(body.len - first_len);
    c->pend = c->pend_len > 0 ? (const uint8_t *)body.ptr + first_len : NULL;
    bool is_out = c->pend_len == 0 || send_pend(c);
    if (c->state == CONN_ANSWER && is_out && !conn_is_blocked(c)) {
        answer_pushed(c);
    }
}

static void begin_answer(struct net_conn *c, const struct http_res *res)
{
    WICK_ASSERT(c->state == CONN_ANSWER && !c->is_answered);
    c->is_answered = true;
    c->is_waiting = false;
    c->is_closing = c->is_closing || res->close;
}

/* @return NULL, or why it could not be sent. */
static const char *try_send(struct net_conn *c, const struct http_res *res)
{
    begin_answer(c, res);
    struct str head = make_head(c, res, res->body.len);
    if (head.ptr == NULL) {
        return "its header lines are too long";
    }
    if (!res->is_static && head.len + res->body.len > WICK_SEND_CAP) {
        return "its body is longer than one write: it needs a source";
    }
    push(c, head, c->is_head ? (struct str){ "", 0 } : res->body);
    return NULL;
}

void answer_error(struct net_conn *c, unsigned status, struct str sentence, struct str headers)
{
    if (c->state != CONN_ANSWER) {
        conn_enter(c, CONN_ANSWER);
    }
    if (status != 404) {
        c->is_closing = true;
    }
    c->is_answered = false;
    net_stat_refused.value++;
    const char *why = try_send(c, &(struct http_res){ .status = status,
                                                      .type = STR("text/plain; charset=utf-8"),
                                                      .body = sentence,
                                                      .headers = headers });
    if (why != NULL) { /* a sentence of the application's that is longer than a write */
        log_event(LOG_ERROR, "net", "a refusal could not be sent", KV_S("why", str_of(why)));
        conn_end(c);
    }
}

static void fail(struct net_conn *c, const char *why)
{
    log_event(LOG_ERROR, "net", "an answer could not be sent", KV_S("why", str_of(why)));
    answer_error(c, 500, STR("The answer exceeds a limit of this server."), STR(""));
}

void answer_send(struct net_conn *c, const struct http_res *res)
{
    const char *why = try_send(c, res);
    if (why != NULL) {
        fail(c, why);
    }
}

/* --- for the application ---------------------------------------------------------------------- */

/* The connection, if its request is not answered yet. */
static struct net_conn *asking(net_conn_id conn)
{
    struct net_conn *c = conn_find(conn);
    return c != NULL && c->state == CONN_ANSWER && !c->is_answered ? c : NULL;
}

void net_respond(net_conn_id conn, const struct http_res *res)
{
    struct net_conn *c = asking(conn);
    if (c != NULL) {
        answer_send(c, res);
    }
}

void net_respond_error(net_conn_id conn, unsigned status, struct str sentence)
{
    net_respond(conn, &(struct http_res){ .status = status,
                                          .type = STR("text/plain; charset=utf-8"),
                                          .body = sentence });
}

bool net_respond_source(net_conn_id conn, const struct http_res *res, uint64_t len,
                        const struct net_source *source)
{
    struct net_conn *c = asking(conn);
    if (c == NULL) {
        source->done(source->arg);
        return false;
    }
    begin_answer(c, res);
    c->is_closing = c->is_closing || (len == NET_LEN_UNKNOWN && c->is_old);
    struct str head = make_head(c, res, len);
    if (head.ptr == NULL || c->is_head) {
        source->done(source->arg);
        if (head.ptr == NULL) {
            fail(c, "its header lines are too long");
        } else {
            push(c, head, (struct str){ "", 0 });
        }
        return head.ptr != NULL;
    }
    send_now(c, head.ptr, head.len);
    c->moved_ms = (uint32_t)clk_ms();
    pull_begin(c, len, source);
    if (len == NET_LEN_UNKNOWN && !c->is_old) {
        struct net_pull *pull = &net_pulls[conn_index(c)];
        pull->is_chunked = true;
        memcpy(pull->tail, "0\r\n\r\n", 5);
        pull->tail_len = 5;
    }
    return true;
}

void net_later(net_conn_id conn)
{
    struct net_conn *c = asking(conn);
    if (c != NULL) {
        c->is_waiting = true;
        set_add(&net.to_answer, conn_index(c));
    }
}
