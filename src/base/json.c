/* json.c - see json.h. One pass over the text with an explicit stack of open containers.
 *
 *   VALUE  FIRST_VALUE (or ']')  FIRST_KEY (or '}')  KEY
 *                                                    AFTER (a value: ',' or the end of its
 *                                                    container, or of the document)
 */
#include "base/json.h"

#include "base/num.h"
#include "base/utf8.h"

enum expect { EXPECT_VALUE, EXPECT_FIRST_VALUE, EXPECT_FIRST_KEY, EXPECT_KEY, EXPECT_AFTER };

struct reader {
    struct json *json;
    const char *ptr;
    uint32_t len, off;             /* text.len fits: checked first */
    uint16_t open[JSON_DEPTH_MAX]; /* [depth] containers around off, by token */
    uint8_t depth;
    enum expect expect;
};

static bool is_at(const struct reader *reader, char byte)
{
    WICK_ASSERT(reader->off <= reader->len);
    return reader->off < reader->len && reader->ptr[reader->off] == byte;
}

static bool skip(struct reader *reader, char byte)
{
    if (!is_at(reader, byte)) {
        return false;
    }
    reader->off++;
    return true;
}

static void skip_blanks(struct reader *reader)
{
    WICK_ASSERT_DEBUG(reader->off <= reader->len);
    while (reader->off < reader->len) {
        char byte = reader->ptr[reader->off];
        if (byte != ' ' && byte != '\t' && byte != '\n' && byte != '\r') {
            return;
        }
        reader->off++;
    }
}

static bool is_digit_at(const struct reader *reader)
{
    WICK_ASSERT_DEBUG(reader->off <= reader->len);
    return reader->off < reader->len && reader->ptr[reader->off] >= '0' &&
           reader->ptr[reader->off] <= '9';
}

static bool skip_digits(struct reader *reader)
{
    if (!is_digit_at(reader)) {
        return false;
    }
    while (is_digit_at(reader)) {
        reader->off++;
    }
    return true;
}

static bool skip_number(struct reader *reader)
{
    WICK_ASSERT(reader->off < reader->len);
    (void)skip(reader, '-');
    if (!skip(reader, '0') && !skip_digits(reader)) {
        return false; /* a digit after a leading zero fails as "after a value" */
    }
    if (skip(reader, '.') && !skip_digits(reader)) {
        return false;
    }
    if (skip(reader, 'e') || skip(reader, 'E')) {
        if (!skip(reader, '+')) {
            (void)skip(reader, '-');
        }
        if (!skip_digits(reader)) {
            return false;
        }
    }
    return true;
}

static bool skip_word(struct reader *reader, struct str word)
{
    WICK_ASSERT(word.len > 0);
    WICK_ASSERT_DEBUG(reader->off <= reader->len);
    struct str rest = { reader->ptr + reader->off, reader->len - reader->off };
    if (!str_starts(rest, word)) {
        return false;
    }
    reader->off += (uint32_t)word.len;
    return true;
}

/** Value of the four hex digits at off, or -1. */
static int32_t hex4(const char *ptr, size_t len, size_t off)
{
    WICK_ASSERT(ptr != NULL);
    int32_t value = 0;
    if (len < off || len - off < 4) {
        return -1;
    }
    for (size_t idx = off; idx < off + 4; idx++) {
        char byte = ptr[idx];
        int32_t digit = -1;
        if (byte >= '0' && byte <= '9') {
            digit = byte - '0';
        }
        if (byte >= 'a' && byte <= 'f') {
            digit = byte - 'a' + 10;
        }
        if (byte >= 'A' && byte <= 'F') {
            digit = byte - 'A' + 10;
        }
        if (digit < 0) {
            return -1;
        }
        value = value * 16 + digit;
    }
    return value;
}

/** Decode the escape at the start of text (its backslash). @return its length, 0 when it is none; a
 * surrogate must be half of a pair. */
static size_t unescape(struct str text, uint32_t *code_out)
{
    WICK_ASSERT(text.len > 0 && text.ptr[0] == '\\');
    static const char plain[256] = {
        ['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
        ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t',
    };
    if (text.len < 2) {
        return 0;
    }
    if (text.ptr[1] != 'u') {
        *code_out = (uint8_t)plain[(uint8_t)text.ptr[1]];
        return *code_out == 0 ? 0 : 2;
    }
    int32_t high = hex4(text.ptr, text.len, 2);
    if (high < 0 || (high >= 0xdc00 && high <= 0xdfff)) {
        return 0;
    }
    *code_out = (uint32_t)high;
    if (high < 0xd800 || high > 0xdbff) {
        return 6;
    }
    if (text.len < 8 || text.ptr[6] != '\\' || text.ptr[7] != 'u') {
        return 0;
    }
    int32_t low = hex4(text.ptr, text.len, 8);
    if (low < 0xdc00 || low > 0xdfff) {
        return 0;
    }
    *code_out = 0x10000u + (((uint32_t)high - 0xd800u) << 10) + ((uint32_t)low - 0xdc00u);
    return 12;
}

/** From after the opening quote to after the closing one. */
static bool skip_string(struct reader *reader, bool *is_plain)
{
    WICK_ASSERT(reader->off > 0 && reader->ptr[reader->off - 1] == '"');
    *is_plain = true;
    while (reader->off < reader->len) {
        uint8_t byte = (uint8_t)reader->ptr[reader->off];
        struct str rest = { reader->ptr + reader->off, reader->len - reader->off };
        uint32_t code;
        size_t used = 1;
        if (byte == '"') {
            reader->off++;
            return true;
        }
        if (byte < 0x20) {
            return false;
        }
        if (byte == '\\') {
            *is_plain = false;
            used = unescape(rest, &code);
            if (used == 0) {
                return false;
            }
        } else if (byte >= 0x80) {
            used = utf8_decode(rest, &code);
            if (used == 1) {
                return false;
            }
        }
        WICK_ASSERT_DEBUG(used <= rest.len);
        reader->off += (uint32_t)used;
    }
    return false;
}

/** A token more, or NULL. No count and no index overflows: both are at most cap. */
static struct json_tok *add_token(struct reader *reader, enum json_kind kind)
{
    WICK_ASSERT(reader->json->len <= reader->json->cap);
    struct json *json = reader->json;
    if (json->len == json->cap) {
        return NULL;
    }
    struct json_tok *tok = &json->tok[json->len++];
    *tok = (struct json_tok){ .off = reader->off, .next = json->len, .kind = (uint8_t)kind };
    return tok;
}

static enum wick_err read_string(struct reader *reader)
{
    WICK_ASSERT(is_at(reader, '"'));
    struct json_tok *tok = add_token(reader, JSON_STRING);
    if (tok == NULL) {
        return WICK_E_FULL;
    }
    tok->off = ++reader->off;
    if (!skip_string(reader, &tok->is_plain)) {
        return WICK_E_SYNTAX;
    }
    WICK_ASSERT(reader->off > tok->off);
    tok->len = reader->off - 1 - tok->off;
    return WICK_OK;
}

static enum wick_err read_key(struct reader *reader)
{
    WICK_ASSERT(reader->depth > 0);
    if (!is_at(reader, '"')) {
        return WICK_E_SYNTAX;
    }
    enum wick_err err = read_string(reader);
    if (err != WICK_OK) {
        return err;
    }
    skip_blanks(reader);
    if (!skip(reader, ':')) {
        return WICK_E_SYNTAX;
    }
    reader->json->tok[reader->open[reader->depth - 1]].count++;
    reader->expect = EXPECT_VALUE;
    return WICK_OK;
}

static enum wick_err open_container(struct reader *reader, enum json_kind kind)
{
    WICK_ASSERT(kind == JSON_OBJECT || kind == JSON_ARRAY);
    WICK_ASSERT(reader->depth <= JSON_DEPTH_MAX);
    if (reader->depth == JSON_DEPTH_MAX) {
        return WICK_E_FULL;
    }
    reader->open[reader->depth] = reader->json->len;
    if (add_token(reader, kind) == NULL) {
        return WICK_E_FULL;
    }
    reader->depth++;
    reader->off++;
    reader->expect = kind == JSON_OBJECT ? EXPECT_FIRST_KEY : EXPECT_FIRST_VALUE;
    return WICK_OK;
}

/** The byte at off closes the innermost container. */
static void close_container(struct reader *reader)
{
    WICK_ASSERT(reader->depth > 0);
    struct json_tok *tok = &reader->json->tok[reader->open[--reader->depth]];
    reader->off++;
    tok->len = reader->off - tok->off;
    WICK_ASSERT(tok->len >= 2);
    tok->next = reader->json->len;
    reader->expect = EXPECT_AFTER;
}

/** A word or a number; byte is its first. */
static enum wick_err read_scalar(struct reader *reader, char byte)
{
    static const struct {
        struct str text;
        enum json_kind kind;
    } words[] = {
        { STR_INIT("null"), JSON_NULL },
        { STR_INIT("true"), JSON_TRUE },
        { STR_INIT("false"), JSON_FALSE },
    };

    uint32_t start = reader->off;
    WICK_ASSERT_DEBUG(start < reader->len);
    size_t idx = 0;
    while (idx < WICK_COUNT_OF(words) && words[idx].text.ptr[0] != byte) {
        idx++;
    }
    bool is_word = idx < WICK_COUNT_OF(words);
    struct json_tok *tok = add_token(reader, is_word ? words[idx].kind : JSON_NUMBER);
    if (tok == NULL) {
        return WICK_E_FULL;
    }
    bool is_good = is_word ? skip_word(reader, words[idx].text) : skip_number(reader);
    WICK_ASSERT(reader->off >= start && reader->off <= reader->len);
    tok->len = reader->off - start;
    return is_good ? WICK_OK : WICK_E_SYNTAX;
}

static enum wick_err read_value(struct reader *reader)
{
    WICK_ASSERT(reader->off < reader->len);
    struct json *json = reader->json;
    if (reader->depth > 0) {
        struct json_tok *parent = &json->tok[reader->open[reader->depth - 1]];
        if (parent->kind == JSON_ARRAY) {
            parent->count++;
        }
    }
    reader->expect = EXPECT_AFTER;
    char byte = reader->ptr[reader->off];
    if (byte == '"') {
        return read_string(reader);
    }
    if (byte == '{') {
        return open_container(reader, JSON_OBJECT);
    }
    if (byte == '[') {
        return open_container(reader, JSON_ARRAY);
    }

    return read_scalar(reader, byte);
}

/** After a value inside a container: ',' or its end. */
static enum wick_err read_after(struct reader *reader)
{
    WICK_ASSERT(reader->depth > 0);
    WICK_ASSERT(reader->expect == EXPECT_AFTER);
    bool is_object = reader->json->tok[reader->open[reader->depth - 1]].kind == JSON_OBJECT;
    if (is_at(reader, is_object ? '}' : ']')) {
        close_container(reader);
        return WICK_OK;
    }
    if (!skip(reader, ',')) {
        return WICK_E_SYNTAX;
    }
    reader->expect = is_object ? EXPECT_KEY : EXPECT_VALUE;
    return WICK_OK;
}

static enum wick_err step(struct reader *reader)
{
    WICK_ASSERT(reader->off < reader->len);
    switch (reader->expect) {
    case EXPECT_FIRST_VALUE:
        if (!is_at(reader, ']')) {
            return read_value(reader);
        }
        close_container(reader);
        return WICK_OK;
    case EXPECT_FIRST_KEY:
        if (!is_at(reader, '}')) {
            return read_key(reader);
        }
        close_container(reader);
        return WICK_OK;
    case EXPECT_VALUE:
        return read_value(reader);
    case EXPECT_KEY:
        return read_key(reader);
    case EXPECT_AFTER:
        return read_after(reader);
    }
    return WICK_E_SYNTAX;
}

enum wick_err json_read(struct json *json, struct str text, struct json_tok *tok, uint16_t cap,
                        size_t *error_off_out)
{
    WICK_ASSERT(tok != NULL || cap == 0);
    WICK_ASSERT(text.ptr != NULL || text.len == 0);
    *json = (struct json){ .text = text, .tok = tok, .cap = cap, .len = 0 };
    struct reader reader = { .json = json,
                             .ptr = text.ptr,
                             .len = (uint32_t)(text.len & 0xffffffffu),
                             .expect = EXPECT_VALUE };
    enum wick_err err = text.len > UINT32_MAX ? WICK_E_FULL : WICK_OK;
    while (err == WICK_OK) {
        skip_blanks(&reader);
        bool is_done = reader.expect == EXPECT_AFTER && reader.depth == 0;
        if (reader.off == reader.len) {
            if (is_done) {
                WICK_ASSERT(json->len > 0 && json->len <= json->cap);
                return WICK_OK;
            }
            err = WICK_E_SYNTAX;
        } else {
            err = is_done ? WICK_E_SYNTAX : step(&reader);
        }
    }
    json->len = 0; /* half a document is none */
    if (error_off_out != NULL) {
        *error_off_out = reader.off;
    }
    return err;
}

static const struct json_tok *token(const struct json *json, int tok)
{
    if (tok < 0) {
        return NULL;
    }
    WICK_ASSERT(tok < json->len);
    return &json->tok[tok];
}

static struct str slice(const struct json *json, const struct json_tok *tok)
{
    WICK_ASSERT(tok->off <= json->text.len && tok->len <= json->text.len - tok->off);
    return (struct str){ json->text.ptr + tok->off, tok->len };
}

int json_member(const struct json *json, int obj, struct str key)
{
    WICK_ASSERT(key.ptr != NULL || key.len == 0);
    const struct json_tok *parent = token(json, obj);
    if (parent == NULL || parent->kind != JSON_OBJECT) {
        return -1;
    }
    int at = obj + 1;
    for (unsigned left = parent->count; left > 0; left--) {
        WICK_ASSERT(at + 1 < json->len);
        if (json_is_text(json, at, key)) {
            return at + 1;
        }
        at = json->tok[at + 1].next;
    }
    return -1;
}

/** Cut the first piece off a string that json_read() accepted: a run without escapes, or one
 * escape, decoded into out. */
static struct str cut_piece(struct str *rest, char out[static 4])
{
    WICK_ASSERT(rest->len > 0);
    size_t run = 0;
    while (run < rest->len && rest->ptr[run] != '\\') {
        run++;
    }
    struct str piece = { rest->ptr, run };
    size_t used = run;
    if (run == 0) {
        uint32_t code = 0;
        used = unescape(*rest, &code);
        WICK_ASSERT(used > 0);
        piece = (struct str){ out, utf8_put(code, out) };
    }
    WICK_ASSERT(piece.len > 0 && used <= rest->len);
    rest->ptr += used;
    rest->len -= used;
    return piece;
}

void json_put_text(const struct json *json, int tok, struct buf *out)
{
    WICK_ASSERT(out != NULL);
    const struct json_tok *from = token(json, tok);
    if (from == NULL || out->err != WICK_OK) {
        return;
    }
    struct str rest = slice(json, from);
    if (from->kind != JSON_STRING || from->is_plain) {
        buf_put_str(out, rest);
        return;
    }
    size_t start = out->len;
    while (rest.len > 0) {
        char decoded[4];
        buf_put_str(out, cut_piece(&rest, decoded));
    }
    if (out->err != WICK_OK) {
        out->len = start; /* all or nothing, like every put */
    }
}

bool json_is_text(const struct json *json, int tok, struct str text)
{
    const struct json_tok *from = token(json, tok);
    if (from == NULL || from->kind != JSON_STRING) {
        return false;
    }
    struct str rest = slice(json, from);
    if (from->is_plain) {
        return str_eq(rest, text);
    }
    while (rest.len > 0) {
        char decoded[4];
        struct str piece = cut_piece(&rest, decoded);
        if (!str_starts(text, piece)) {
            return false;
        }
        WICK_ASSERT(piece.len <= text.len);
        text.ptr += piece.len;
        text.len -= piece.len;
    }
    return text.len == 0;
}

enum wick_err json_i64(const struct json *json, int tok, int64_t *value_out)
{
    WICK_ASSERT(value_out != NULL);
    const struct json_tok *from = token(json, tok);
    WICK_ASSERT_DEBUG(from == NULL || from->kind <= JSON_OBJECT);
    if (from == NULL || from->kind != JSON_NUMBER) {
        return WICK_E_RANGE;
    }
    return num_i64(slice(json, from), INT64_MIN, INT64_MAX, value_out) == WICK_OK ? WICK_OK
                                                                                  : WICK_E_RANGE;
}
