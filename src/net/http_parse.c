/* http_parse.c - the head of an HTTP/1.1 request.
 *
 * Bytes are classified as they come, so that a forbidden byte is refused at once; a line is read
 * when its LF has come. Every decision is made at a fixed byte of the input: the verdict is the
 * same for every way of cutting it into pieces.
 */
#include "net/http_parse.h"

#include "base/num.h"
#include "base/utf8.h"

#include <string.h>

enum byte_class {
    C_TOKEN = 1,  /* tchar, RFC 9110 section 5.6.2 */
    C_LINE = 2,   /* may stand in a request line */
    C_VALUE = 4,  /* may stand in a header line: visible, blank, tab, obs-text */
    C_TARGET = 8, /* pchar, "/", "?" and "%", RFC 3986 */
    C_HOST = 16,  /* reg-name without escapes and sub-delims, or inside brackets */
};

#define ALNUM (C_TOKEN | C_LINE | C_VALUE | C_TARGET | C_HOST)
#define MARK  (C_TOKEN | C_LINE | C_VALUE | C_TARGET) /* in tokens and targets */
#define PART  (C_LINE | C_VALUE | C_TARGET)           /* in targets */
#define TEXT  (C_LINE | C_VALUE)

static const uint8_t classes[256] = {
    ['\t'] = C_VALUE,
    [' '] = TEXT,
    ['0'] = ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ['A'] = ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ['a'] = ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ALNUM,
    ['-'] = ALNUM,
    ['.'] = ALNUM,
    ['_'] = ALNUM,
    ['!'] = MARK,
    ['$'] = MARK,
    ['%'] = MARK,
    ['&'] = MARK,
    ['\''] = MARK,
    ['*'] = MARK,
    ['+'] = MARK,
    ['~'] = MARK,
    ['#'] = C_TOKEN | TEXT,
    ['^'] = C_TOKEN | TEXT,
    ['`'] = C_TOKEN | TEXT,
    ['|'] = C_TOKEN | TEXT,
    ['('] = PART,
    [')'] = PART,
    [','] = PART,
    ['/'] = PART,
    [':'] = PART,
    [';'] = PART,
    ['='] = PART,
    ['?'] = PART,
    ['@'] = PART,
    ['"'] = TEXT,
    ['<'] = TEXT,
    ['>'] = TEXT,
    ['['] = TEXT,
    ['\\'] = TEXT,
    [']'] = TEXT,
    ['{'] = TEXT,
    ['}'] = TEXT,
    [0x80] = C_VALUE, /* and up: see is_value() */
};

static bool is_class(uint8_t byte, enum byte_class class)
{
    return (classes[byte] & class) != 0;
}

static bool is_value(uint8_t byte)
{
    return byte >= 0x80 || is_class(byte, C_VALUE);
}

void http_parse_init(struct http_parse *p)
{
    memset(p, 0, offsetof(struct http_parse, line));
}

static enum wick_err refuse(struct http_parse *p, unsigned status)
{
    p->status = (uint16_t)status;
    return WICK_E_PROTO;
}

#define EACH(byte) (0x0101010101010101u * (byte))

/* Skip whole words of plain text: no control characters (at the start of a request: nothing above
 * 0x7e either). A word with anything else in it, or with a borrow that looks like it, is left to
 * the byte by byte check. */
static size_t skip_plain(const uint8_t *bytes, size_t off, size_t end, bool has_high)
{
    uint64_t word;
    for (; off + sizeof word <= end; off += sizeof word) {
        memcpy(&word, bytes + off, sizeof word);
        uint64_t del = word ^ EACH(0x7fu);
        uint64_t odd =
            ((word - EACH(0x20u)) & ~word) | ((del - EACH(0x01u)) & ~del) | (has_high ? 0 : word);
        if ((odd & EACH(0x80u)) != 0) {
            break;
        }
    }
    return off;
}

/* Where the span of bytes of a class that starts at off ends. */
static size_t span_end(const uint8_t *bytes, size_t off, size_t end, enum byte_class class)
{
    while (off < end && is_class(bytes[off], class)) {
        off++;
    }
    return off;
}

static enum wick_err read_method(struct http_parse *p, struct str method)
{
    static const struct {
        struct str name;
        uint8_t method;
    } known[] = {
        { STR_INIT("GET"), HTTP_GET },       { STR_INIT("HEAD"), HTTP_HEAD },
        { STR_INIT("POST"), HTTP_POST },     { STR_INIT("PUT"), HTTP_OTHER },
        { STR_INIT("DELETE"), HTTP_OTHER },  { STR_INIT("PATCH"), HTTP_OTHER },
        { STR_INIT("OPTIONS"), HTTP_OTHER },
    };

    for (size_t i = 0; i < WICK_COUNT_OF(known); i++) {
        if (str_eq(known[i].name, method)) {
            p->method = known[i].method;
            return WICK_OK;
        }
    }
    return refuse(p, 501);
}

/* request-line = method SP request-target SP HTTP-version */
static enum wick_err read_request_line(struct http_parse *p, const uint8_t *bytes, size_t end)
{
    size_t off = p->line_off;
    size_t method_end = span_end(bytes, off, end, C_TOKEN);
    struct str method = { (const char *)bytes + off, method_end - off };
    if (method.len == 0 || method_end == end || bytes[method_end] != ' ') {
        return refuse(p, 400);
    }
    off = method_end + 1;
    size_t target_end = off;
    while (target_end < end && bytes[target_end] != ' ') {
        target_end++;
    }
    p->target_off = (uint16_t)off;
    p->target_len = (uint16_t)(target_end - off);
    if (p->target_len == 0 || end - target_end != sizeof " HTTP/1.1" - 1 ||
        memcmp(bytes + target_end, " HTTP/", 6) != 0) {
        return refuse(p, 400);
    }
    const uint8_t *version = bytes + target_end + 6;
    if (version[0] < '0' || version[0] > '9' || version[1] != '.' || version[2] < '0' ||
        version[2] > '9') {
        return refuse(p, 400);
    }
    if (version[0] != '1' || version[2] > '1') {
        return refuse(p, 505);
    }
    p->minor = (uint8_t)(version[2] - '0');
    return read_method(p, method);
}

bool http_list_has(struct str list, struct str token)
{
    while (list.len > 0) {
        if (str_eq_nocase(str_trim(str_cut(&list, ','), " \t"), token)) {
            return true;
        }
    }
    return false;
}

static bool is_port(struct str text)
{
    unsigned port = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9' || i == 5) {
            return false;
        }
        port = port * 10 + (unsigned)(text.ptr[i] - '0');
    }
    return text.len > 0 && port <= 65535;
}

bool http_host_is_valid(struct str value, struct str *host_out)
{
    size_t end = 0;
    if (value.len == 0 || value.len > 255) {
        return false;
    }
    if (value.ptr[0] == '[') {
        end = 1;
        while (end < value.len &&
               (is_class((uint8_t)value.ptr[end], C_HOST) || value.ptr[end] == ':')) {
            end++;
        }
        if (end < 3 || end == value.len || value.ptr[end] != ']') {
            return false;
        }
        end++;
    } else {
        end = span_end((const uint8_t *)value.ptr, 0, value.len, C_HOST);
    }
    *host_out = (struct str){ value.ptr, end };
    if (end == 0) {
        return false;
    }
    return end == value.len || (value.ptr[end] == ':' &&
                                is_port((struct str){ value.ptr + end + 1, value.len - end - 1 }));
}

/* Content-Length = 1*DIGIT; a leading zero is refused, some readers take it for octal */
static enum wick_err read_length(struct http_parse *p, struct str value)
{
    uint64_t len;
    if (p->has_length || value.len == 0 || (value.len > 1 && value.ptr[0] == '0')) {
        return refuse(p, 400);
    }
    enum wick_err err = num_u64(value, WICK_BODY_LEN_MAX, &len);
    if (err != WICK_OK) {
        return refuse(p, err == WICK_E_RANGE ? 413 : 400);
    }
    p->has_length = true;
    p->body_len = (uint32_t)len;
    return WICK_OK;
}

static void read_connection(struct http_parse *p, struct str value)
{
    if (http_list_has(value, STR("close"))) {
        p->options |= HTTP_OPT_CLOSE;
    }
    if (http_list_has(value, STR("keep-alive"))) {
        p->options |= HTTP_OPT_KEEP_ALIVE;
    }
    if (http_list_has(value, STR("upgrade"))) {
        p->options |= HTTP_OPT_UPGRADE;
    }
}

/* The headers that decide where the request ends and to whom it goes. */
static enum wick_err read_known(struct http_parse *p, const struct http_line *line, struct str name,
                                struct str value)
{
    struct str host;
    switch (name.len) {
    case 4:
        if (!str_eq_nocase(name, STR("host"))) {
            break;
        }
        if (p->has_host || !http_host_is_valid(value, &host)) {
            return refuse(p, 400);
        }
        p->has_host = true;
        p->host_off = line->value_off;
        p->host_len = line->value_len;
        break;
    case 6:
        if (!str_eq_nocase(name, STR("expect"))) {
            break;
        }
        if (!str_eq_nocase(value, STR("100-continue"))) {
            return refuse(p, 417);
        }
        p->wants_continue = true;
        break;
    case 7:
        if (str_eq_nocase(name, STR("upgrade")) && http_list_has(value, STR("websocket"))) {
            p->has_upgrade = true;
        }
        break;
    case 10:
        if (str_eq_nocase(name, STR("connection"))) {
            read_connection(p, value);
        }
        break;
    case 14:
        if (str_eq_nocase(name, STR("content-length"))) {
            return read_length(p, value);
        }
        break;
    case 17: /* chunked bodies are refused: our clients know the length of what they send */
        if (str_eq_nocase(name, STR("transfer-encoding"))) {
            if (p->has_length) {
                return refuse(p, 400);
            }
            bool is_chunked = p->minor == 1 && str_eq_nocase(value, STR("chunked"));
            return refuse(p, is_chunked ? 411 : 501);
        }
        break;
    }
    return WICK_OK;
}

/* field-line = field-name ":" OWS field-value OWS */
static enum wick_err read_header_line(struct http_parse *p, const uint8_t *bytes, size_t end)
{
    if (p->header_count == WICK_HEADER_MAX) {
        return refuse(p, 431);
    }
    size_t off = p->line_off;
    size_t name_end = span_end(bytes, off, end, C_TOKEN);
    if (name_end == off || name_end == end || bytes[name_end] != ':') {
        return refuse(p, 400);
    }
    size_t value_off = name_end + 1;
    while (value_off < end && (bytes[value_off] == ' ' || bytes[value_off] == '\t')) {
        value_off++;
    }
    while (end > value_off && (bytes[end - 1] == ' ' || bytes[end - 1] == '\t')) {
        end--;
    }
    struct http_line *line = &p->line[p->header_count++];
    *line = (struct http_line){ (uint16_t)off, (uint16_t)(name_end - off), (uint16_t)value_off,
                                (uint16_t)(end - value_off) };
    return read_known(p, line, (struct str){ (const char *)bytes + off, line->name_len },
                      (struct str){ (const char *)bytes + value_off, line->value_len });
}

static enum wick_err finish(struct http_parse *p)
{
    p->head_len = p->off;
    if (!p->has_host) {
        return refuse(p, 400);
    }
    if (p->body_len > 0 && (p->method == HTTP_GET || p->method == HTTP_HEAD)) {
        return refuse(p, 400);
    }
    if (p->minor == 0) {
        p->wants_continue = false;
    }
    return WICK_OK;
}

/* An LF has come; the line lies between line_off and end. @return WICK_E_AGAIN to go on. */
static enum wick_err finish_line(struct http_parse *p, const uint8_t *bytes, size_t end)
{
    enum wick_err err = WICK_OK;
    if (p->has_line && end == p->line_off) {
        return finish(p);
    }
    if (p->has_line) {
        err = read_header_line(p, bytes, end);
    } else if (end > p->line_off) {
        err = read_request_line(p, bytes, end);
        p->has_line = true;
    } else if (p->start_off !=
               0) { /* one empty line before a request is old clients' habit, two are not */
        return refuse(p, 400);
    } else {
        p->start_off = p->off;
    }
    p->line_off = p->off;
    return err == WICK_OK ? WICK_E_AGAIN : err;
}

static unsigned limit_status(const struct http_parse *p, size_t off)
{
    if (!p->has_line && off - p->line_off >= HTTP_LINE_LEN_MAX) {
        return 414;
    }
    return off >= WICK_HEAD_LEN_MAX ? 431 : 0;
}

enum wick_err http_parse_head(struct http_parse *p, const uint8_t *bytes, size_t len)
{
    if (p->head_len > 0) { /* already complete: the body is awaited */
        return WICK_OK;
    }
    while (p->off < len) {
        size_t off = p->off;
        size_t end = p->has_line ? WICK_HEAD_LEN_MAX : (size_t)p->line_off + HTTP_LINE_LEN_MAX;
        if (end > len) {
            end = len;
        }
        if (!p->has_cr) {
            off = skip_plain(bytes, off, end, p->has_line);
        }
        if (!p->has_cr && p->has_line) {
            while (off < end && is_value(bytes[off])) {
                off++;
            }
        } else if (!p->has_cr) {
            off = span_end(bytes, off, end, C_LINE);
        }
        p->off = (uint16_t)off;
        if (limit_status(p, off) != 0) {
            return refuse(p, limit_status(p, off));
        }
        if (off == len) {
            return WICK_E_AGAIN;
        }
        p->off++;
        if (p->has_cr && bytes[off] == '\n') {
            p->has_cr = false;
            enum wick_err err = finish_line(p, bytes, off - 1);
            if (err != WICK_E_AGAIN) {
                return err;
            }
        } else if (!p->has_cr && bytes[off] == '\r') {
            p->has_cr = true;
        } else {
            return refuse(p, 400);
        }
    }
    return WICK_E_AGAIN;
}

/* --- targets ---------------------------------------------------------------------------------- */

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_normal(struct str path)
{
    struct str rest = { path.ptr + 1, path.len - 1 };
    while (rest.len > 0) {
        bool is_last = memchr(rest.ptr, '/', rest.len) == NULL;
        struct str segment = str_cut(&rest, '/');
        if ((segment.len == 0 && !is_last) || str_eq(segment, STR(".")) ||
            str_eq(segment, STR(".."))) {
            return false;
        }
    }
    return true;
}

enum wick_err http_path(struct str target, char *mem, struct str *path_out, struct str *query_out)
{
    *path_out = *query_out = (struct str){ "", 0 };
    for (size_t i = 0; i < target.len; i++) {
        if (!is_class((uint8_t)target.ptr[i], C_TARGET)) {
            return WICK_E_SYNTAX;
        }
    }
    if (target.len == 0 || target.ptr[0] != '/') {
        return WICK_E_SYNTAX;
    }
    struct str query = target;
    struct str raw = str_cut(&query, '?');
    size_t len = 0;
    int all = 0;
    for (size_t i = 0; i < raw.len; i++) {
        int byte = (uint8_t)raw.ptr[i];
        if (byte == '%') {
            int high = i + 2 < raw.len ? hex_value(raw.ptr[i + 1]) : -1;
            int low = i + 2 < raw.len ? hex_value(raw.ptr[i + 2]) : -1;
            if (high < 0 || low < 0) {
                return WICK_E_SYNTAX;
            }
            byte = high << 4 | low;
            i += 2;
            if (byte < 0x20 || byte == 0x7f || byte == '/') {
                return WICK_E_SYNTAX;
            }
        }
        mem[len++] = (char)byte;
        all |= byte;
    }
    struct str path = { mem, len };
    if ((all >= 0x80 && !utf8_is_valid(path)) || !is_normal(path)) {
        return WICK_E_SYNTAX;
    }
    *path_out = path;
    *query_out = query;
    return WICK_OK;
}
