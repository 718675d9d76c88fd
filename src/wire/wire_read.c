/* wire_read.c - messages of clients: JSON tokens, and the fields of a submission. */
#include "wire/wire.h"

static struct json_tok tok_mem[WIRE_TOKENS_MAX];
static struct json json;

const struct json *wire_json(struct str text, enum json_kind kind)
{
    WICK_ASSERT(kind == JSON_OBJECT || kind == JSON_ARRAY);
    json = (struct json){ .tok = tok_mem, .cap = WIRE_TOKENS_MAX };
    bool is_good = json_read(&json, text, tok_mem, WIRE_TOKENS_MAX, NULL) == WICK_OK;
    WICK_ASSERT_DEBUG(json.len <= json.cap);
    return is_good && json.len > 0 && json.tok[0].kind == kind ? &json : NULL;
}

void wire_fields_reset(struct wire_fields *fields)
{
    fields->count = 0;
    buf_init(&fields->text, fields->mem, sizeof fields->mem);
}

enum wick_err wire_fields_add(struct wire_fields *fields, struct str name, struct str value)
{
    WICK_ASSERT(fields->count <= WIRE_PAIR_MAX);
    if (fields->count == WIRE_PAIR_MAX) {
        return WICK_E_FULL;
    }
    WICK_ASSERT_DEBUG((name.ptr != NULL || name.len == 0) && (value.ptr != NULL || value.len == 0));
    fields->pair[fields->count++] = (struct wire_pair){ name, value };
    return WICK_OK;
}

struct str wire_fields_value(const struct wire_fields *fields, struct str name)
{
    WICK_ASSERT(fields->count <= WIRE_PAIR_MAX);
    for (unsigned idx = fields->count; idx-- > 0;) {
        if (str_eq(fields->pair[idx].name, name)) {
            return fields->pair[idx].value;
        }
    }
    return (struct str){ NULL, 0 };
}

/* Text of a scalar, unescaped into fields->text; containers and null give an empty text. */
static struct str text_of(struct wire_fields *fields, const struct json *from, int tok)
{
    WICK_ASSERT_DEBUG(tok >= 0 && tok < (int)from->len);
    size_t start = fields->text.len;
    switch ((enum json_kind)from->tok[tok].kind) {
    case JSON_STRING:
    case JSON_NUMBER:
    case JSON_TRUE:
    case JSON_FALSE:
        json_put_text(from, tok, &fields->text);
        break;
    case JSON_NULL:
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    return (struct str){ (const char *)fields->text.ptr + start, fields->text.len - start };
}

/* A value, or each element of an array: several boxes of one name. */
static enum wick_err add_values(struct wire_fields *fields, struct str name,
                                const struct json *from, int value)
{
    int end = from->tok[value].next;
    WICK_ASSERT_DEBUG(end > value && end <= (int)from->len);
    if (from->tok[value].kind != JSON_ARRAY || from->tok[value].count == 0) {
        return wire_fields_add(fields, name, text_of(fields, from, value));
    }
    enum wick_err err = WICK_OK;
    for (int at = value + 1; at < end && err == WICK_OK; at = from->tok[at].next) {
        err = wire_fields_add(fields, name, text_of(fields, from, at));
    }
    return err;
}

enum wick_err wire_fields_read(struct wire_fields *fields, const struct json *from, int obj)
{
    WICK_ASSERT(obj < (int)from->len);
    wire_fields_reset(fields);
    WICK_ASSERT_DEBUG(fields->count == 0 && fields->text.len == 0);
    if (obj < 0 || from->tok[obj].kind == JSON_NULL) {
        return WICK_OK;
    }
    if (from->tok[obj].kind != JSON_OBJECT) {
        return WICK_E_SYNTAX;
    }
    int tok = obj + 1;
    for (unsigned member = 0; member < from->tok[obj].count; member++) {
        int value = tok + 1;
        WICK_ASSERT_DEBUG(value < (int)from->len);
        struct str name = text_of(fields, from, tok);
        enum wick_err err = add_values(fields, name, from, value);
        if (err != WICK_OK || fields->text.err != WICK_OK) {
            return WICK_E_FULL;
        }
        tok = from->tok[value].next;
    }
    return WICK_OK;
}
