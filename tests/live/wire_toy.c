/* wire_toy.c - a wire that is no product: arrays instead of objects, several views on one
 * connection, a prefix for each of them, messages in batches. It shows that a wire is one file and
 * one row.
 *
 *   client: ["name","join","token"]  ["name","leave"]  ["name","do",REF,"action",{...}] ["","beat"]
 *   server: one or more messages ["name",{...}] in an array
 */
#include "wire/wire.h"

/* Index of the idx-th element of the array at token 0, or -1. */
static int element(const struct json *json, unsigned idx)
{
    int tok = 1;
    if (idx >= json->tok[0].count) {
        return -1;
    }
    while (idx-- > 0) {
        tok = json->tok[tok].next;
    }
    return tok;
}

static struct str text_of(const struct json *json, unsigned idx)
{
    int tok = element(json, idx);
    bool is_plain = tok >= 0 && json->tok[tok].kind == JSON_STRING && json->tok[tok].is_plain;
    return is_plain ? (struct str){ json->text.ptr + json->tok[tok].off, json->tok[tok].len }
                    : (struct str){ "", 0 };
}

static void read_message(struct wire_request *request, struct wire_fields *fields,
                         struct str message)
{
    const struct json *json = wire_json(message, JSON_ARRAY);
    *request = (struct wire_request){ .ask = WIRE_ASK_UNREADABLE, .fields = fields };
    if (json == NULL) {
        return;
    }
    struct str what = text_of(json, 1);
    request->name = text_of(json, 0);
    if (str_eq(what, STR("join"))) {
        request->ask = WIRE_ASK_JOIN;
        request->token = text_of(json, 2);
    } else if (str_eq(what, STR("leave"))) {
        request->ask = WIRE_ASK_LEAVE;
    } else if (str_eq(what, STR("beat"))) {
        request->ask = WIRE_ASK_HEARTBEAT;
    } else if (str_eq(what, STR("do")) &&
               json_i64(json, element(json, 2), &request->ref) == WICK_OK &&
               wire_fields_read(fields, json, element(json, 4)) == WICK_OK) {
        request->ask = WIRE_ASK_ACTION;
        request->action = text_of(json, 3);
    }
}

static void put_attributes(struct buf *out, struct str token, uint64_t fingerprint)
{
    (void)fingerprint;
    buf_put_text(out, " data-toy=\"");
    buf_put_str(out, token);
    buf_put_u8(out, '"');
}

static void begin(struct wire_put *put)
{
    wire_wick.begin(put);
}

static void operations(struct wire_put *put, const struct diff *diff)
{
    wire_wick.operations(put, diff);
}

static void end(struct wire_put *put)
{
    wire_wick.end(put);
}

static void put_heartbeat(struct buf *out)
{
    buf_put_text(out, "\"beat\"");
}

static void put_prefix(struct buf *out, const struct wire_request *join)
{
    buf_put_u8(out, '[');
    buf_put_json_str(out, join->name);
    buf_put_u8(out, ',');
}

extern const struct wire wire_toy;
const struct wire wire_toy = {
    .name = "toy",
    .protocol = STR_INIT("toy"),
    .identity = WIRE_BY_TOKEN,
    .reply = WIRE_REPLY_DONE,
    .has_many = true,
    .action_field = { "toy-action" },
    .attr_action = "",
    .attr_event = "toy-on-",
    .attr_button = "",
    .batch = { STR_INIT("["), STR_INIT(","), STR_INIT("]") },
    .put_attributes = put_attributes,
    .read = read_message,
    .is_action = str_eq,
    .begin = begin,
    .operations = operations,
    .end = end,
    .put_heartbeat = put_heartbeat,
    .put_prefix = put_prefix,
    .prefix_end = STR_INIT("]"),
};
