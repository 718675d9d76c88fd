/* json.h - strict JSON reader into the caller's tokens (RFC 8259).
 *
 * Layer: base. Memory: tokens and text are the caller's; strings are unescaped on demand. Limits:
 * depth <= JSON_DEPTH_MAX, tokens <= the caller's array: beyond them WICK_E_FULL. Tokens lie in
 * document order; a container is followed by its children; .next is the index after its last
 * descendant. An object's children alternate key, value.
 */
#ifndef WICK_JSON_H
#define WICK_JSON_H

#include "base/buf.h"
#include "base/wick_limits.h"

enum json_kind {
    JSON_NULL,
    JSON_FALSE,
    JSON_TRUE,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT
};

struct json_tok {
    uint32_t off;   /* first byte of the value (after the quote of a string) */
    uint32_t len;   /* bytes in the document (without the quotes of a string) */
    uint16_t count; /* elements of an array, members of an object */
    uint16_t next;  /* index of the token after this value */
    uint8_t kind;   /* enum json_kind */
    bool is_plain;  /* string without escapes: the slice is the text */
};

struct json {
    struct str text;
    struct json_tok *tok; /* [cap] */
    uint16_t cap;
    uint16_t len;
};

/** Read the whole document. What is refused: everything RFC 8259 does not allow, bytes that are not
 * UTF-8, halves of surrogate pairs.
 *  @return WICK_OK; WICK_E_SYNTAX or WICK_E_FULL: *error_off_out (may be NULL) says where,
 *  json->len is 0.
 *  @note   "\u0000" is legal JSON: a text may contain a zero byte. */
WICK_MUST_CHECK enum wick_err json_read(struct json *json, struct str text, struct json_tok *tok,
                                        uint16_t cap, size_t *error_off_out);
/* Below, tok and obj may be -1 (a member that was not found): no member, no text, not equal,
 * WICK_E_RANGE. */
/** Index of the value of member key of the object at obj, or -1, also when obj is no object. Of
 * equal keys the first one counts. */
int json_member(const struct json *json, int obj, struct str key);
/** Append the unescaped UTF-8 text of a string token (or the bytes of any other value as they
 * stand) to out; all or nothing. */
void json_put_text(const struct json *json, int tok, struct buf *out);
bool json_is_text(const struct json *json, int tok,
                  struct str text); /* string token equal to text */
/** Integer value of a number token. @return WICK_E_RANGE when it is not an integer of 64 bits. */
WICK_MUST_CHECK enum wick_err json_i64(const struct json *json, int tok, int64_t *value_out);

#endif
