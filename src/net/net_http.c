/* net_http.c - requests: from bytes to the application's hook, and what is refused on the way.
 *
 * Bytes are parsed where they arrived. Only when they end inside a request is the rest copied to an
 * input buffer, where the next bytes join it. One request at a time: while its answer is not taken
 * over by the transport, later ones wait in the input buffer, which is as large as the receive
 * window.
 */
#include "base/log.h"
#include "base/mem.h"
#include "net/net_priv.h"

#include <string.h>
#include <sys/utsname.h>

enum { HOST_LEN_MAX = 64 };

struct stat_counter net_stat_requests = { .name = "wick_net_requests_total",
                                          .help = "requests answered",
                                          .is_total = true };
struct stat_counter net_stat_refused = { .name = "wick_net_refused_total",
                                         .help = "requests refused by the server itself",
                                         .is_total = true };

static struct http_parse scratch_parse; /* of a request that is not in an input buffer */
static struct http_req request;
static char path_mem[HTTP_LINE_LEN_MAX];
static char peer_mem[NET_ADDR_CAP]; /* text of peer_ip */
static struct str peer_text;
static ip_addr_t peer_ip;
static char good_host[HOST_LEN_MAX]; /* the Host header that was accepted last, its port with it:
                                        mostly the next one too */
static size_t good_host_len;
static char allowed_hosts[NET_ALLOW_MAX][HOST_LEN_MAX];
static size_t allowed_count;

enum wick_err net_allow_host(const char *host)
{
    struct str name;
    if (!http_host_is_valid(str_of(host), &name) || name.len != strlen(host)) {
        return WICK_E_SYNTAX;
    }
    if (allowed_count == NET_ALLOW_MAX || name.len >= HOST_LEN_MAX) {
        return WICK_E_FULL;
    }
    (void)str_copy(allowed_hosts[allowed_count++], HOST_LEN_MAX, str_of(host));
    return WICK_OK;
}

/* The machine's own name, alone or with ".local". Asked for each time: it may be set long after we
 * were started. */
static bool is_own_name(struct str host)
{
    struct utsname machine;
    if (uname(&machine) != 0) {
        return false;
    }
    struct str own = str_of(machine.nodename);
    if (host.len > own.len &&
        str_eq_nocase((struct str){ host.ptr + own.len, host.len - own.len }, STR(".local"))) {
        host.len = own.len;
    }
    return own.len > 0 && str_eq_nocase(host, own);
}

/* A name that anybody can point at us is not ours: that is how DNS rebinding works. */
bool host_is_allowed(struct str host)
{
    ip_addr_t ip;
    if (str_eq_nocase(host, STR("localhost"))) {
        return true;
    }
    for (size_t i = 0; i < allowed_count; i++) {
        if (str_eq_nocase(host, str_of(allowed_hosts[i]))) {
            return true;
        }
    }
    return addr_read(host, &ip) || is_own_name(host);
}

struct str http_header(const struct http_req *req, struct str name)
{
    for (size_t i = 0; i < req->header_count; i++) {
        if (str_eq_nocase(req->header[i].name, name)) {
            return req->header[i].value;
        }
    }
    return (struct str){ NULL, 0 };
}

struct str http_cookie(const struct http_req *req, struct str name)
{
    for (size_t i = 0; i < req->header_count; i++) {
        if (!str_eq_nocase(req->header[i].name, STR("cookie"))) {
            continue;
        }
        struct str rest = req->header[i].value;
        while (rest.len > 0) {
            struct str value = str_trim(str_cut(&rest, ';'), " \t");
            struct str key = str_cut(&value, '=');
            if (str_eq(key, name)) {
                return value;
            }
        }
    }
    return (struct str){ NULL, 0 };
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static struct str decode(struct str text, struct buf *out)
{
    size_t start = out->len;
    for (size_t i = 0; i < text.len; i++) {
        int byte = text.ptr[i] == '+' ? ' ' : (uint8_t)text.ptr[i];
        if (byte == '%') {
            int high = i + 2 < text.len ? hex_value(text.ptr[i + 1]) : -1;
            int low = i + 2 < text.len ? hex_value(text.ptr[i + 2]) : -1;
            if (high < 0 || low < 0) {
                buf_fail(out, WICK_E_SYNTAX);
                break;
            }
            byte = high << 4 | low;
            i += 2;
        }
        buf_put_u8(out, (uint8_t)byte);
    }
    return (struct str){ (const char *)out->ptr + start, out->len - start };
}

bool http_pair(struct str *rest_inout, struct buf *scratch, struct str *name_out,
               struct str *value_out)
{
    struct str value = { "", 0 };
    while (value.len == 0) { /* "a=1&&b=2": nothing between two separators is no pair */
        if (rest_inout->len == 0 || scratch->err != WICK_OK) {
            return false;
        }
        value = str_cut(rest_inout, '&');
    }
    struct str name = str_cut(&value, '=');
    *name_out = decode(name, scratch);
    *value_out = decode(value, scratch);
    return scratch->err == WICK_OK;
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

/* Same origin: scheme http or https, then exactly what Host says. */
static bool is_same_origin(struct str origin, struct str host)
{
    if (str_starts(origin, STR("http://"))) {
        origin = (struct str){ origin.ptr + 7, origin.len - 7 };
    } else if (str_starts(origin, STR("https://"))) {
        origin = (struct str){ origin.ptr + 8, origin.len - 8 };
    } else {
        return false;
    }
    return str_eq_nocase(origin, host);
}

static void read_request(struct net_conn *c, const struct http_parse *p, const uint8_t *bytes)
{
    const char *text = (const char *)bytes;
    request.method = (enum http_method)p->method;
    request.target = (struct str){ text + p->target_off, p->target_len };
    request.body = (struct str){ text + p->head_len, p->body_len };
    request.header_count = p->header_count;
    for (size_t i = 0; i < p->header_count; i++) {
        const struct http_line *line = &p->line[i];
        request.header[i] = (struct http_header){ { text + line->name_off, line->name_len },
                                                  { text + line->value_off, line->value_len } };
    }
    const ip_addr_t *ip = altcp_get_ip(c->pcb, 0);
    if (ip != NULL && (peer_mem[0] == 0 || !ip_addr_cmp(ip, &peer_ip))) {
        peer_ip = *ip;
        peer_text = str_of(addr_text(ip, peer_mem));
    }
    request.peer = ip != NULL ? peer_text : (struct str){ "", 0 };
}

static bool is_known(struct str host_port)
{
    struct str host;
    if (host_port.len == good_host_len && mem_eq(host_port.ptr, good_host, good_host_len)) {
        return true;
    }
    if (!http_host_is_valid(host_port, &host) || !host_is_allowed(host)) {
        return false;
    }
    if (host_port.len <= sizeof good_host) {
        memcpy(good_host, host_port.ptr, host_port.len);
        good_host_len = host_port.len;
    }
    return true;
}

/* @return 0, or the status to refuse the request with */
static unsigned judge(const struct http_parse *p, const uint8_t *bytes, struct str *sentence_out)
{
    struct str host_port = { (const char *)bytes + p->host_off, p->host_len };
    struct str target = request.target;
    *sentence_out = STR("This request is not understood.");
    if (!strip_authority(&target, host_port) ||
        http_path(target, path_mem, &request.path, &request.query) != WICK_OK) {
        return 400;
    }
    if (!is_known(host_port)) {
        *sentence_out = STR("This device is not known by that name.");
        return 421;
    }
    struct str origin = http_header(&request, STR("origin"));
    bool changes = request.method == HTTP_POST || request.method == HTTP_OTHER;
    if (changes || p->has_upgrade) {
        *sentence_out = STR("Requests from other sites are refused.");
        if (origin.ptr != NULL && !is_same_origin(origin, host_port)) {
            return 403;
        }
        if (str_eq_nocase(http_header(&request, STR("sec-fetch-site")), STR("cross-site"))) {
            return 403;
        }
    }
    *sentence_out = STR("This is not a valid WebSocket handshake.");
    request.is_upgrade = false;
    if (!p->has_upgrade) {
        return 0;
    }
    unsigned status = ws_handshake_status(&request, p);
    request.is_upgrade = status == 0;
    return status;
}

static void handle(struct net_conn *c, const struct http_parse *p, const uint8_t *bytes)
{
    struct str sentence;
    net_stat_requests.value++;
    conn_enter(c, CONN_ANSWER);
    c->is_head = p->method == HTTP_HEAD;
    c->is_closing = (p->options & HTTP_OPT_CLOSE) != 0 || p->minor == 0 || net_is_stopping();
    read_request(c, p, bytes);
    unsigned status = judge(p, bytes, &sentence);
    if (status != 0) {
        answer_error(c, status, sentence,
                     status == 426 ? STR("Sec-WebSocket-Version: 13\r\n") : STR(""));
        return;
    }
    if (!request.is_upgrade && asset_serve(c, &request)) {
        return;
    }
    net_conn_id id = conn_id(c);
    net_hooks_now->request(id, &request);
    if (conn_find(id) == c && c->state == CONN_ANSWER && !c->is_answered) {
        log_event(LOG_ERROR, "net", "a request was not answered", KV_S("path", request.path));
        answer_error(c, 500, STR("This request was not answered."), STR(""));
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
        return STR("This is not implemented.");
    case 505:
        return STR("HTTP/1.1 is spoken here.");
    }
    return STR("This request is not understood.");
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
            return len; /* nothing behind an error is ever read as a request */
        }
        if (len - used < (size_t)p->head_len + p->body_len) {
            if (c->state != CONN_BODY) {
                conn_enter(c, CONN_BODY);
            }
            if (p->wants_continue) {
                send_now(c, "HTTP/1.1 100 Continue\r\n\r\n", 25);
            }
            p->wants_continue = false;
            break;
        }
        size_t request_len = (size_t)p->head_len + p->body_len;
        handle(c, p, bytes + used);
        used += request_len;
        http_parse_init(p);
    }
    return used;
}

void http_input(struct net_conn *c, uint8_t *bytes, size_t len)
{
    struct net_in *in = in_of(c);
    struct http_parse *p = &scratch_parse;
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
    if (c->state == CONN_WS) { /* frames may follow the handshake at once; they lie behind what
                                  ws_input() overwrites */
        if (rest > 0) {
            ws_input(c, bytes + used, rest);
        } else {
            in_give(c);
        }
    } else if (rest == 0 || c->state > CONN_ANSWER) {
        in_give(c);
    } else if (in != NULL) {
        memmove(in->mem, in->mem + used, rest);
        in->len = (uint16_t)rest;
    } else {
        in = in_take(c);
        memcpy(in->mem, bytes + used, rest);
        in->len = (uint16_t)rest;
        in->parse = *p;
    }
}
