/* http_req.c - what the layers above ask a request for: headers, cookies, pairs of a form. */
#include "net/net.h"

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
