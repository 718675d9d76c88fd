/* http_parse.h - the head of an HTTP/1.1 request (RFC 9112): strict, incremental, copies nothing.
 *
 * Layer: net (includes base). Memory: the caller's struct http_parse; results are offsets into the
 * caller's bytes. Strict means: CRLF only, no obs-fold, no blanks before the colon, one Host,
 * Content-Length or Transfer-Encoding but not both, digits only. What a second parser on the way
 * could read differently is refused, never repaired.
 */
#ifndef WICK_HTTP_PARSE_H
#define WICK_HTTP_PARSE_H

#include "net/net.h"

enum { HTTP_LINE_LEN_MAX = 2048 /* bytes of the request line with its CRLF; more: 414 */ };

struct http_line { /* one header line; offsets from the start of the request */
    uint16_t name_off, name_len;
    uint16_t value_off, value_len;
};

enum http_conn_opt { HTTP_OPT_CLOSE = 1, HTTP_OPT_KEEP_ALIVE = 2, HTTP_OPT_UPGRADE = 4 };

struct http_parse {
    uint16_t off;       /* bytes looked at so far */
    uint16_t line_off;  /* start of the line that is being read */
    uint16_t start_off; /* of the request line: 2 after an empty first line */
    uint16_t target_off, target_len;
    uint16_t host_off, host_len;
    uint16_t head_len; /* of the whole head, known at its end */
    uint16_t status;   /* what to answer after WICK_E_PROTO */
    uint32_t body_len; /* Content-Length */
    uint8_t method;    /* enum http_method */
    uint8_t minor;     /* HTTP/1.<minor> */
    uint8_t options;   /* enum http_conn_opt, from Connection */
    uint8_t header_count;
    bool has_line; /* the request line is complete */
    bool has_cr;   /* the last byte was CR */
    bool has_length, has_host, has_upgrade;
    bool wants_continue; /* Expect: 100-continue, and nothing was said yet */
    struct http_line line[WICK_HEADER_MAX];
};

void http_parse_init(struct http_parse *p);

/** Look at the bytes that are new since the last call.
 *
 * @param bytes [len] the request from its first byte on; the same bytes again, followed by new
 * ones, at the next call. @return WICK_OK the head is complete: p->head_len bytes, followed by
 * p->body_len bytes of body;
 *          WICK_E_AGAIN  more bytes are needed;
 *          WICK_E_PROTO
 *          refused: answer p->status and close. The verdict does not depend on how the bytes were
 *          cut.
 */
WICK_MUST_CHECK enum wick_err http_parse_head(struct http_parse *p, const uint8_t *bytes,
                                              size_t len);

/** Percent-decode the path of an origin-form target (RFC 9112 section 3.2.1) and split off the
 * query.
 *
 * Refused with WICK_E_SYNTAX: bytes that RFC 3986 does not allow, "%00" and other control
 * characters, "%2f", paths that are not UTF-8, and paths that are not normal ("." and ".."
 * segments, "//"): browsers never send those, so they are not repaired. @param mem
 * [target.len] room for the decoded path.
 */
WICK_MUST_CHECK enum wick_err http_path(struct str target, char *mem, struct str *path_out,
                                        struct str *query_out);

/** Does a comma-separated list contain the token (any case)? */
bool http_list_has(struct str list, struct str token);
/** Is it a host with an optional port (RFC 9110 section 7.2), without userinfo? The host alone in
 * *host_out. */
bool http_host_is_valid(struct str value, struct str *host_out);

#endif
