/* net_answer.c - answers to requests: status line, headers, body, in one gather write where they
 * fit.
 *
 * What the transport does not take of a body that is not ours is copied to an out buffer; assets
 * stay where they are.
 */
#include "base/clk.h"
#include "base/log.h"
#include "base/mem.h"
#include "net/net_priv.h"

#include <string.h>

enum {
    HEAD_CAP = 4096,  /* head of an answer; the application's own header lines are in it */
    SHORT_MAX = 4096, /* a body up to here is copied behind its head: one piece is cheaper to send
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

const struct str net_security_headers = STR_INIT(SECURITY_HEADERS);
/* what most answers begin with */
static const struct str head_200 = STR_INIT(STATUS_200 SECURITY_HEADERS);
static const struct str head_200_once =
    STR_INIT(STATUS_200 SECURITY_HEADERS "Cache-Control: no-store\r\n");

static uint8_t head_mem[HEAD_CAP + SHORT_MAX];
static struct buf page; /* between net_respond_begin() and net_respond_end() */

static const char *status_text(unsigned status)
{
    static const struct {
        unsigned status;
        const char *text;
    } known[] = {
        { 200, "OK" },
        { 201, "Created" },
        { 202, "Accepted" },
        { 204, "No Content" },
        { 206, "Partial Content" },
        { 301, "Moved Permanently" },
        { 302, "Found" },
        { 303, "See Other" },
        { 304, "Not Modified" },
        { 307, "Temporary Redirect" },
        { 400, "Bad Request" },
        { 401, "Unauthorized" },
        { 403, "Forbidden" },
        { 404, "Not Found" },
        { 405, "Method Not Allowed" },
        { 406, "Not Acceptable" },
        { 408, "Request Timeout" },
        { 409, "Conflict" },
        { 410, "Gone" },
        { 411, "Length Required" },
        { 412, "Precondition Failed" },
        { 413, "Content Too Large" },
        { 414, "URI Too Long" },
        { 415, "Unsupported Media Type" },
        { 416, "Range Not Satisfiable" },
        { 417, "Expectation Failed" },
        { 421, "Misdirected Request" },
        { 422, "Unprocessable Content" },
        { 426, "Upgrade Required" },
        { 429, "Too Many Requests" },
        { 431, "Request Header Fields Too Large" },
        { 500, "Internal Server Error" },
        { 501, "Not Implemented" },
        { 503, "Service Unavailable" },
        { 505, "HTTP Version Not Supported" },
    };

    for (size_t i = 0; i < WICK_COUNT_OF(known); i++) {
        if (known[i].status == status) {
            return known[i].text;
        }
    }
    return "Status";
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
    buf_put_str(head, STR("HTTP/1.1 "));
    buf_put_u64(head, status);
    buf_put_u8(head, ' ');
    buf_put_text(head, status_text(status));
    buf_put_str(head, STR("\r\n"));
    buf_put_str(head, net_security_headers);
    if (!may_be_stored) {
        buf_put_str(head, STR("Cache-Control: no-store\r\n"));
    }
}

static struct str make_head(struct net_conn *c, const struct http_res *res, bool is_static)
{
    struct buf head;
    bool has_length = res->status != 204 && res->status != 304;
    buf_init(&head, head_mem, HEAD_CAP);
    put_start(&head, res->status,
              is_static ||
                  (res->headers.len > 0 && has_header(res->headers, STR("cache-control"))));
    buf_put_str(&head, http_date_line());
    buf_put_str(&head, res->headers);
    if (c->is_closing) {
        buf_put_str(&head, STR("Connection: close\r\n"));
    }
    if (res->type.len > 0) {
        buf_put_str(&head, STR("Content-Type: "));
        buf_put_str(&head, res->type);
        buf_put_str(&head, has_length ? STR("\r\nContent-Length: ") : STR("\r\n"));
    } else if (has_length) {
        buf_put_str(&head, STR("Content-Length: "));
    }
    if (has_length) {
        buf_put_u64(&head, res->body.len);
    }
    buf_put_str(&head, has_length ? STR("\r\n\r\n") : STR("\r\n"));
    return head.err == WICK_OK ? buf_str(&head) : (struct str){ NULL, 0 };
}

void answer_pushed(struct net_conn *c)
{
    if (c->is_closing) {
        conn_end(c);
        return;
    }
    c->is_answered = false;
    conn_enter(c, CONN_IDLE);
}

/* The rest of a body that the transport did not take at once. */
static void keep_rest(struct net_conn *c, struct str rest, bool is_ours)
{
    c->pend = (const uint8_t *)rest.ptr;
    c->pend_len = (uint32_t)rest.len;
    if (send_pend(c) || c->pend_len == 0 || is_ours) {
        return;
    }
    if (c->pend_len > WICK_OUT_CAP) {
        log_event(LOG_ERROR, "net", "an answer is longer than an out buffer",
                  KV_I("len", rest.len));
        conn_kill(c);
        return;
    }
    struct net_out *out = c->out != NET_NONE ? out_of(c) : out_take(c);
    memmove(out->mem, c->pend, c->pend_len);
    c->pend = out->mem;
}

/* is_static: the body stays where it is until it is sent: an asset, or the connection's own out
 * buffer. */
static void push(struct net_conn *c, struct str head, struct str body, bool is_static)
{
    size_t first_len = WICK_SEND_CAP - head.len;
    if (first_len > body.len) {
        first_len = body.len;
    }
    if (head.ptr + head.len == body.ptr) {
        (void)altcp_write(c->pcb, head.ptr, (u16_t)(head.len + first_len),
                          0); /* there is room: see http_input() */
    } else if (body.len <= SHORT_MAX) {
        if (body.len > 0) {
            mem_copy(head_mem + head.len, body.ptr, body.len);
        }
        (void)altcp_write(c->pcb, head.ptr, (u16_t)(head.len + body.len), 0);
    } else {
        (void)altcp_write(c->pcb, head.ptr, (u16_t)head.len, 0);
        (void)altcp_write(c->pcb, body.ptr, (u16_t)first_len, 0);
    }
    (void)altcp_output(c->pcb);
    c->moved_ms = (uint32_t)clk_ms();
    if (first_len < body.len) {
        keep_rest(c, (struct str){ body.ptr + first_len, body.len - first_len }, is_static);
    } else {
        out_give(c);
    }
    if (c->state == CONN_ANSWER && !conn_is_blocked(c)) {
        answer_pushed(c);
    }
}

void answer_send(struct net_conn *c, const struct http_res *res, bool is_static)
{
    c->is_answered = true;
    c->is_closing = c->is_closing || res->close;
    struct str head = make_head(c, res, is_static);
    if (head.ptr == NULL) {
        log_line(LOG_ERROR, "net", "header lines of an answer are too long");
        conn_kill(c);
        return;
    }
    push(c, head, c->is_head ? (struct str){ "", 0 } : res->body, is_static);
}

void answer_error(struct net_conn *c, unsigned status, struct str sentence, struct str headers)
{
    if (c->state != CONN_ANSWER) {
        conn_enter(c, CONN_ANSWER);
    }
    if (status != 404) {
        c->is_closing = true;
    }
    net_stat_refused.value++;
    answer_send(c,
                &(struct http_res){ .status = status,
                                    .type = STR("text/plain; charset=utf-8"),
                                    .body = sentence,
                                    .headers = headers },
                false);
}

/* --- for the application ---------------------------------------------------------------------- */

static struct net_conn *asking(net_conn_id conn)
{
    struct net_conn *c = conn_find(conn);
    return c != NULL && c->state == CONN_ANSWER && !c->is_answered ? c : NULL;
}

void net_respond(net_conn_id conn, const struct http_res *res)
{
    struct net_conn *c = asking(conn);
    if (c != NULL) {
        answer_send(c, res, false);
    }
}

void net_respond_error(net_conn_id conn, unsigned status, struct str sentence)
{
    net_respond(conn, &(struct http_res){ .status = status,
                                          .type = STR("text/plain; charset=utf-8"),
                                          .body = sentence });
}

struct buf *net_respond_begin(net_conn_id conn)
{
    struct net_conn *c = asking(conn);
    if (c == NULL) {
        return NULL;
    }
    struct net_out *out = c->out != NET_NONE ? out_of(c) : out_take(c);
    buf_init(&page, out->mem + NET_OUT_ROOM, WICK_OUT_CAP);
    return &page;
}

void net_respond_end(net_conn_id conn, const struct http_res *res)
{
    struct net_conn *c = asking(conn);
    if (c == NULL || c->out == NET_NONE) {
        return;
    }
    struct http_res full = *res;
    full.body = buf_str(&page);
    if (page.err != WICK_OK) {
        log_event(LOG_ERROR, "net", "a page does not fit into its buffer",
                  KV_S("why", str_of(wick_err_text(page.err))), KV_I("cap", WICK_OUT_CAP));
        out_give(c);
        net_respond_error(conn, 500, STR("This page could not be made."));
        return;
    }
    c->is_answered = true;
    c->is_closing = c->is_closing || res->close;
    struct str head = make_head(c, &full, false);
    if (c->is_head) {
        full.body.len = 0;
    }
    if (head.ptr != NULL &&
        head.len <= NET_OUT_ROOM) { /* straight in front of the body: one piece */
        memcpy(page.ptr - head.len, head.ptr, head.len);
        head.ptr = (const char *)page.ptr - head.len;
    }
    if (head.ptr == NULL) {
        conn_kill(c);
    } else {
        push(c, head, full.body, true);
    }
}
