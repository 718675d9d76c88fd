/* net_http.c - requests: from bytes to the application's hook, and what is refused on the way.
 *
 * Bytes are parsed where they arrived. Only when they end inside a request, or the request is
 * answered later, are they copied to an input buffer, where the next bytes join them. One request
 * at a time: while its answer is not taken over by the transport, later ones wait in the input
 * buffer, which is as large as the receive window.
 */
#include "base/log.h"
#include "base/mem.h"
#include "net/net_priv.h"

#include <string.h>

struct stat_value net_stat_requests;
STAT_TOTAL(net_stat_requests, "wick_net_requests_total", "requests answered");
struct stat_value net_stat_refused;
STAT_TOTAL(net_stat_refused, "wick_net_refused_total", "requests refused by the server itself");

static struct {
    struct http_parse parse; /* of a request that is not in an input buffer */
    struct http_req request;
    char path_mem[HTTP_LINE_LEN_MAX];
    ip_addr_t peer_ip;
    char peer_mem[NET_ADDR_CAP]; /* text of peer_ip */
    struct str peer_text;
} http;

void http_end(void)
{
    memset(&http, 0, sizeof http);
}

/* --- one whole request ------------------------------------------------------------------------ */

/* absolute-form (RFC 9112 section 3.2.2) is accepted when it names the same host as Host does */
static bool strip_authority(struct str *target, struct str host)
{
    if (target->ptr[0] == '/') {
        return true;
    }
    if (!str_starts(*target, STR("http://"))) {
        return false;
    }
    struct str rest = { target->ptr + 7, target->len - 7 };
    if (rest.len < host.len || !str_eq_nocase((struct str){ rest.ptr, host.len }, host)) {
        return false;
    }
    *target = (struct str){ rest.ptr + host.len, rest.len - host.len };
    if (target->len == 0) {
        *target = STR("/");
    }
    return true;
}

static void read_request(struct net_conn *c, const struct http_parse *p, const uint8_t *bytes)
{
    const char *text = (const char *)bytes;
    http.request.method = (enum http_method)p->method;
    http.request.target = (struct str){ text + p->target_off, p->target_len };
    http.request.body = (struct str){ text + p->head_len, p->body_len };
    http.request.header_count = p->header_count;
    for (size_t i = 0; i < p->header_count; i++) {
        const struct http_line *line = &p->line[i];
        http.request.header[i] =
            (struct http_header){ { text + line->name_off, line->name_len },
                                  { text + line->value_off, line->value_len } };
    }
    const ip_addr_t *ip = altcp_get_ip(c->pcb, 0);
    if (ip != NULL && (http.peer_mem[0] == 0 || !ip_addr_cmp(ip, &http.peer_ip))) {
        http.peer_ip = *ip;
        http.peer_text = str_of(addr_text(ip, http.peer_mem));
    }
    http.request.peer = ip != NULL ? http.peer_text : (struct str){ "", 0 };
}

/* The path and query of the target. @return false: it is malformed, or names another host. */
static bool read_target(const struct http_parse *p, const uint8_t *bytes)
{
    struct str host_port = { (const char *)bytes + p->host_off, p->host_len };
    struct str target = http.request.target;
    return strip_authority(&target, host_port) &&
           http_path(target, http.path_mem, &http.request.path, &http.request.query) == WICK_OK;
}

/* @return 0, or the status to refuse the request with */
static unsigned judge(const struct http_parse *p, const uint8_t *bytes, struct str *sentence_out)
{
    struct str host_port = { (const char *)bytes + p->host_off, p->host_len };
    *sentence_out = STR("The request is malformed.");
    if (!read_target(p, bytes)) {
        return 400;
    }
    if (!host_is_known(host_port)) {
        *sentence_out = STR("This server does not answer to that host name. Use its "
                            "address, or start it with --host and the name.");
        return 421;
    }
    struct str origin = http_header(&http.request, STR("origin"));
    bool changes = http.request.method == HTTP_POST || http.request.method == HTTP_OTHER;
    if (changes || p->has_upgrade) {
        *sentence_out = STR("Requests from other sites are refused.");
        if (origin.ptr != NULL && !host_is_origin(origin, host_port)) {
            return 403;
        }
        if (str_eq_nocase(http_header(&http.request, STR("sec-fetch-site")), STR("cross-site"))) {
            return 403;
        }
    }
    *sentence_out = STR("This is not a valid WebSocket handshake.");
    http.request.is_upgrade = false;
    if (!p->has_upgrade) {
        return 0;
    }
    unsigned status = ws_handshake_status(&http.request, p);
    http.request.is_upgrade = status == 0;
    return status;
}

/* The hook has returned: a request that is neither answered nor waits is a fault above. */
static void check_answered(struct net_conn *c)
{
    if (c->state == CONN_ANSWER && !c->is_answered && !c->is_waiting) {
        log_event(LOG_ERROR, "net", "a request was not answered", KV_S("path", http.request.path));
        answer_error(c, 500, STR("The server did not answer this request."), STR(""));
    }
}

static void handle(struct net_conn *c, const struct http_parse *p, const uint8_t *bytes)
{
    struct str sentence;
    net_stat_requests.value++;
    conn_enter(c, CONN_ANSWER);
    c->moved_ms = c->heard_ms;
    c->is_head = p->method == HTTP_HEAD;
    c->is_old = p->minor == 0;
    c->is_closing = (p->options & HTTP_OPT_CLOSE) != 0 || p->minor == 0 || net_is_stopping();
    read_request(c, p, bytes);
    unsigned status = judge(p, bytes, &sentence);
    if (status != 0) {
        answer_error(c, status, sentence,
                     status == 426 ? STR("Sec-WebSocket-Version: 13\r\n") : STR(""));
        return;
    }
    if (!http.request.is_upgrade && asset_serve(c, &http.request)) {
        return;
    }
    net.hooks->request(conn_id(c), &http.request);
    check_answered(c);
}

/* --- answered later --------------------------------------------------------------------------- */

/* The waiting request, read again from its input buffer. */
static const struct http_req *read_again(struct net_conn *c)
{
    const struct net_in *in = in_of(c);
    WICK_ASSERT(c->is_waiting && in != NULL && !in->is_ws);
    read_request(c, &in->parse, in->mem);
    bool is_good = read_target(&in->parse, in->mem); /* it was, the first time */
    WICK_ASSERT(is_good);
    http.request.is_upgrade = in->parse.has_upgrade;
    return &http.request;
}

const struct http_req *net_request(net_conn_id conn)
{
    struct net_conn *c = conn_find(conn);
    bool is_there = c != NULL && c->state == CONN_ANSWER && c->is_waiting && c->in != NET_NONE;
    return is_there ? read_again(c) : NULL;
}

/* The request that waited was answered: what follows it is read in the next pass. */
static void drop_request(struct net_conn *c)
{
    struct net_in *in = in_of(c);
    size_t used = (size_t)in->parse.head_len + in->parse.body_len;
    WICK_ASSERT(in->len >= used);
    size_t rest = in->len - used;
    if (c->state == CONN_OPEN && rest > 0 && transport_of(c)->read != NULL) {
        ws_keep(c, in->mem + used, rest);
    } else if (rest == 0 || c->state > CONN_ANSWER) {
        in_give(c);
    } else {
        memmove(in->mem, in->mem + used, rest);
        in->len = (uint16_t)rest;
        http_parse_init(&in->parse);
        set_add(&net.to_read, conn_index(c));
    }
    conn_settle(c);
}

void http_answers(void)
{
    struct net_set now;
    set_move(&net.to_answer, &now);
    for (uint16_t idx = set_pop(&now); idx != NET_NONE; idx = set_pop(&now)) {
        struct net_conn *c = &net_conns[idx];
        if (c->state != CONN_ANSWER || !c->is_waiting) {
            continue;
        }
        WICK_ASSERT(net.hooks->answer != NULL);
        const struct http_req *req = read_again(c);
        c->is_waiting = false;
        net.hooks->answer(conn_id(c), req);
        check_answered(c);
        if (!c->is_waiting && c->in != NET_NONE) {
            drop_request(c);
        }
    }
}

/* --- input ------------------------------------------------------------------------------------ */

static bool is_reading(const struct net_conn *c)
{
    return c->state >= CONN_IDLE && c->state <= CONN_BODY;
}

static struct str refusal(unsigned status)
{
    switch (status) {
    case 411:
        return STR("A body needs a Content-Length.");
    case 413:
        return STR("The body is too long.");
    case 414:
        return STR("The address is too long.");
    case 431:
        return STR("The headers are too long.");
    case 501:
        return STR("This method or transfer coding is not implemented.");
    case 505:
        return STR("Only HTTP/1.1 is supported.");
    }
    return STR("The request is malformed.");
}

/* Read requests until the bytes end, one of them has to wait, or the connection is no longer one of
 * requests. @return bytes used */
static size_t consume(struct net_conn *c, struct http_parse *p, const uint8_t *bytes, size_t len)
{
    size_t used = 0;
    while (used < len && is_reading(c)) {
        enum wick_err err = http_parse_head(p, bytes + used, len - used);
        if (err == WICK_E_AGAIN) {
            if (c->state == CONN_IDLE) {
                conn_enter(c, CONN_HEAD);
            }
            break;
        }
        if (err != WICK_OK) {
            c->is_head = p->has_line && p->method == HTTP_HEAD;
            answer_error(c, p->status, refusal(p->status), STR(""));
            return len; /* nothing after an error is ever read as a request */
        }
        size_t request_len = (size_t)p->head_len + p->body_len;
        if (len - used < request_len) {
            if (c->state != CONN_BODY) {
                conn_enter(c, CONN_BODY);
            }
            if (p->wants_continue) {
                send_now(c, "HTTP/1.1 100 Continue\r\n\r\n", 25);
            }
            p->wants_continue = false;
            break;
        }
        handle(c, p, bytes + used);
        if (c->is_waiting) {
            break;
        }
        used += request_len;
        http_parse_init(p);
    }
    return used;
}

/* Bytes that no request has used yet stay in the input buffer. */
static void keep(struct net_conn *c, const struct http_parse *p, const uint8_t *bytes, size_t len)
{
    struct net_in *in = in_of(c);
    if (in == NULL) {
        in = in_take(c);
        in->parse = *p;
    }
    memmove(in->mem, bytes, len);
    in->len = (uint16_t)len;
}

void http_input(struct net_conn *c, uint8_t *bytes, size_t len)
{
    struct net_in *in = in_of(c);
    struct http_parse *p = &http.parse;
    if (in != NULL) {
        WICK_ASSERT(in->len + len <= NET_IN_CAP); /* the window is not larger */
        if (len > 0) {
            memcpy(in->mem + in->len, bytes, len);
        }
        in->len = (uint16_t)(in->len + len);
        bytes = in->mem;
        len = in->len;
        p = &in->parse;
    } else {
        http_parse_init(p);
    }
    size_t used = consume(c, p, bytes, len);
    size_t rest = len - used;
    if (c->state == CONN_OPEN && rest > 0 && transport_of(c)->read != NULL) {
        ws_keep(c, bytes + used, rest); /* frames may follow the handshake at once */
    } else if (rest == 0 || c->state > CONN_ANSWER) {
        in_give(c);
    } else {
        keep(c, p, bytes + used, rest);
    }
}
