/* wire_wick.c - the wire of www/wick.js (docs/wire-wick.md).
 *
 * What is complete (a new node, a row, an else node) is an array of its slots in order; what
 * changed is an object.
 */
#include "wire/wire.h"

enum { IS_CLOSED = 1 }; /* bits of a LIST: "l" is closed, the else node was written */

static void put_slice(const struct wire_put *put, uint32_t off, uint32_t len)
{
    WICK_ASSERT_DEBUG(off <= put->diff->bytes.len && len <= put->diff->bytes.len - off);
    buf_put_json_str(put->out, (struct str){ (const char *)put->diff->bytes.ptr + off, len });
}

static void put_comma(struct wire_put *put)
{
    WICK_ASSERT_DEBUG(put->depth <= DIFF_DEPTH_MAX);
    struct wire_level *level = &put->level[put->depth];
    if (level->has_item) {
        buf_put_u8(put->out, ',');
    }
    level->has_item = true;
}

/* Its number is said only where slots are left out. */
static void put_slot(struct wire_put *put, const struct diff_op *op)
{
    const uint8_t kind = put->level[put->depth].kind;
    WICK_ASSERT_DEBUG(kind != DIFF_LIST && kind != DIFF_EDIT); /* slots stand in nodes and rows */
    put_comma(put);
    if (kind == DIFF_INTO || kind == DIFF_KEEP) {
        buf_put_u8(put->out, '"');
        buf_put_u64(put->out, op->slot);
        buf_put_text(put->out, "\":");
    }
}

static void open_level(struct wire_put *put, const struct diff_op *op)
{
    WICK_ASSERT(put->depth < DIFF_DEPTH_MAX);
    put->level[++put->depth] = (struct wire_level){ .kind = op->kind };
}

/* In an EDIT: end the removal or insertion that is open, unless op goes on with it. @return true
 * when it does. */
static bool joins(struct wire_put *put, const struct diff_op *op)
{
    struct wire_level *level = &put->level[put->depth];
    WICK_ASSERT_DEBUG(level->kind == DIFF_EDIT && (level->count == 0 || level->row == 0));
    const bool is_joined =
        op->kind == DIFF_DROP ? level->count > 0
                              : op->kind == DIFF_ROW && level->row > 0 && level->row == op->new_idx;
    if (!is_joined) {
        buf_put_text(put->out, level->count > 0 || level->row > 0 ? "]" : "");
        level->count = 0;
        level->row = 0;
    }
    return is_joined;
}

static void put_after(struct wire_put *put, const struct diff_op *op)
{
    WICK_ASSERT_DEBUG(op->kind == DIFF_ROW || op->kind == DIFF_MOVE);
    if (op->after_len > 0) {
        put_slice(put, op->after, op->after_len);
    } else {
        buf_put_text(put->out, "null");
    }
}

static void open_row(struct wire_put *put, const struct diff_op *op)
{
    struct wire_level *level = &put->level[put->depth];
    WICK_ASSERT_DEBUG(level->kind == DIFF_EDIT || level->kind == DIFF_LIST);
    if (level->kind != DIFF_EDIT) {
        put_comma(put);
    } else if (joins(put, op)) {
        buf_put_u8(put->out, ',');
    } else {
        put_comma(put);
        buf_put_text(put->out, "[\"+\",");
        put_after(put, op);
        buf_put_u8(put->out, ',');
    }
    level->row = level->kind == DIFF_EDIT ? op->new_idx + 1 : 0;
    buf_put_u8(put->out, '[');
    open_level(put, op);
}

static void put_drop(struct wire_put *put, const struct diff_op *op)
{
    WICK_ASSERT_DEBUG(op->key_len > 0);
    if (joins(put, op)) {
        buf_put_u8(put->out, ',');
    } else {
        put_comma(put);
        buf_put_text(put->out, "[\"-\",");
    }
    put_slice(put, op->key, op->key_len);
    put->level[put->depth].count++;
}

static void open_keep(struct wire_put *put, const struct diff_op *op)
{
    WICK_ASSERT_DEBUG(op->key_len > 0);
    joins(put, op);
    put_comma(put);
    buf_put_text(put->out, "[\"=\",");
    put_slice(put, op->key, op->key_len);
    buf_put_text(put->out, ",{");
    open_level(put, op);
}

static void put_move(struct wire_put *put, const struct diff_op *op)
{
    WICK_ASSERT_DEBUG(op->key_len > 0);
    joins(put, op);
    put_comma(put);
    buf_put_text(put->out, "[\">\",");
    put_slice(put, op->key, op->key_len);
    buf_put_u8(put->out, ',');
    put_after(put, op);
    buf_put_u8(put->out, ']');
}

static void open_node(struct wire_put *put, const struct diff_op *op)
{
    WICK_ASSERT_DEBUG(op->node != NULL);
    buf_put_u8(put->out, '[');
    buf_put_u64(put->out, op->node->id);
    open_level(put, op);
    put->level[put->depth].has_item = true;
}

static void close_level(struct wire_put *put, const struct diff_op *op)
{
    WICK_ASSERT_DEBUG(put->depth > 0);
    const struct wire_level level = put->level[put->depth];
    if (level.kind == DIFF_EDIT) {
        joins(put, op);
    }
    put->depth--;
    switch ((enum diff_op_kind)level.kind) {
    case DIFF_INTO:
        buf_put_u8(put->out, '}');
        return;
    case DIFF_NODE:
    case DIFF_ELSE:
    case DIFF_ROW:
    case DIFF_EDIT:
        buf_put_u8(put->out, ']');
        return;
    case DIFF_KEEP:
        buf_put_text(put->out, "}]");
        return;
    case DIFF_LIST:
        buf_put_text(put->out, (level.bits & IS_CLOSED) != 0 ? "}" : "]}");
        return;
    case DIFF_TEXT:
    case DIFF_EMPTY:
    case DIFF_DROP:
    case DIFF_MOVE:
    case DIFF_ORDER:
    case DIFF_END:
        return;
    }
}

static void put_slot_op(struct wire_put *put, const struct diff_op *op)
{
    WICK_ASSERT_DEBUG(op->at != NULL);
    put_slot(put, op);
    if (op->kind == DIFF_TEXT) {
        put_slice(put, op->text, op->text_len);
    } else if (op->kind == DIFF_EMPTY) {
        buf_put_text(put->out, "null");
    } else if (op->kind == DIFF_NODE) {
        open_node(put, op);
    } else {
        static const char *const opening[] = { [DIFF_INTO] = "{", [DIFF_LIST] = "{\"l\":[" };
        bool is_listed = op->kind < WICK_COUNT_OF(opening) && opening[op->kind] != NULL;
        buf_put_text(put->out, is_listed ? opening[op->kind] : "[");
        open_level(put, op);
    }
}

static void put_op(struct wire_put *put, const struct diff_op *op)
{
    WICK_ASSERT_DEBUG(op->kind <= DIFF_END);
    switch ((enum diff_op_kind)op->kind) {
    case DIFF_TEXT:
    case DIFF_EMPTY:
    case DIFF_NODE:
    case DIFF_INTO:
    case DIFF_LIST:
    case DIFF_EDIT:
        put_slot_op(put, op);
        return;
    case DIFF_ELSE:
        WICK_ASSERT_DEBUG(put->level[put->depth].kind == DIFF_LIST);
        put->level[put->depth].bits = IS_CLOSED;
        buf_put_text(put->out, "],\"e\":[");
        open_level(put, op);
        return;
    case DIFF_DROP:
        put_drop(put, op);
        return;
    case DIFF_ROW:
        open_row(put, op);
        return;
    case DIFF_KEEP:
        open_keep(put, op);
        return;
    case DIFF_MOVE:
        put_move(put, op);
        return;
    case DIFF_ORDER: /* the moves said it */
        return;
    case DIFF_END:
        close_level(put, op);
        return;
    }
}

static void put_errors(struct buf *out, const struct tmpl_form *form)
{
    bool has_item = false;
    for (size_t idx = 0; form != NULL && idx < TMPL_FORM_ERRORS; idx++) {
        if (form->error[idx].message[0] == '\0') {
            continue;
        }
        buf_put_text(out, has_item ? "," : ",\"e\":{");
        has_item = true;
        buf_put_json_str(out, str_of_field(form->error[idx].field, sizeof form->error[idx].field));
        buf_put_u8(out, ':');
        buf_put_json_str(out,
                         str_of_field(form->error[idx].message, sizeof form->error[idx].message));
    }
    buf_put_text(out, has_item ? "}" : "");
}

static void begin(struct wire_put *put)
{
    WICK_ASSERT_DEBUG(put->depth == 0);
    const struct wire_meta *meta = put->meta;
    buf_put_u8(put->out, '{');
    if (meta->seq != 0 || meta->is_snapshot) {
        buf_put_text(put->out, "\"n\":");
        buf_put_u64(put->out, meta->seq);
        buf_put_u8(put->out, ',');
    }
    buf_put_text(put->out, "\"t\":{");
}

static void operations(struct wire_put *put, const struct diff *diff)
{
    WICK_ASSERT_DEBUG(diff->err == WICK_OK);
    put->diff = diff;
    for (uint32_t idx = 0; idx < diff->op_len; idx++) {
        put_op(put, &diff->op[idx]);
    }
}

static void end(struct wire_put *put)
{
    const struct wire_meta *meta = put->meta;
    WICK_ASSERT(put->depth == 0);
    buf_put_u8(put->out, '}');
    if (meta->is_answer) {
        buf_put_text(put->out, ",\"a\":");
        buf_put_i64(put->out, meta->ref);
        buf_put_text(put->out, meta->is_ok ? ",\"ok\":true" : ",\"ok\":false");
        put_errors(put->out, meta->form);
    }
    buf_put_text(put->out, meta->is_snapshot ? ",\"x\":true" : "");
    if (meta->part != 0) {
        buf_put_text(put->out, ",\"p\":");
        buf_put_u64(put->out, meta->part);
    }
    buf_put_u8(put->out, '}');
}

/* --- other messages -----------------------------------------------------------------------------
 */

static void put_attributes(struct buf *out, struct str token, uint64_t fingerprint)
{
    buf_put_text(out, " data-wick=\"");
    buf_put_str(out, token);
    buf_put_text(out, "\" data-wick-tree=\"");
    buf_put_hex(out, fingerprint, 16);
    buf_put_u8(out, '"');
}

static void put_hello(struct buf *out, const struct wire_place *place)
{
    WICK_ASSERT(place->seq != 0);
    buf_put_text(out, "{\"hello\":");
    buf_put_u64(out, place->epoch);
    buf_put_text(out, ",\"n\":");
    buf_put_u64(out, place->seq);
    buf_put_text(out, ",\"tree\":\"");
    buf_put_hex(out, place->fingerprint, 16);
    buf_put_text(out, "\"");
    if (place->wall_ms != 0) {
        buf_put_text(out, ",\"at\":");
        buf_put_u64(out, place->wall_ms / 1000);
    }
    buf_put_text(out, "}");
}

static void put_heartbeat(struct buf *out)
{
    buf_put_text(out, "{\"pong\":1}");
}

static void put_go(struct buf *out, struct str url)
{
    WICK_ASSERT_DEBUG(url.ptr != NULL && url.len > 0);
    buf_put_text(out, "{\"go\":");
    buf_put_json_str(out, url);
    buf_put_u8(out, '}');
}

/* --- reading ------------------------------------------------------------------------------------
 */

/* {"ping":1}, or {"a":REF,"do":"action","f":{...}} */
static void read_message(struct wire_request *request, struct wire_fields *fields,
                         struct str message)
{
    WICK_ASSERT_DEBUG(fields != NULL);
    *request = (struct wire_request){ .ask = WIRE_ASK_UNREADABLE, .fields = fields };
    const struct json *json = wire_json(message, JSON_OBJECT);
    if (json == NULL) {
        return;
    }
    if (json_member(json, 0, STR("ping")) >= 0) {
        request->ask = WIRE_ASK_HEARTBEAT;
        return;
    }
    int ref = json_member(json, 0, STR("a"));
    int action = json_member(json, 0, STR("do"));
    if (ref >= 0 && json_i64(json, ref, &request->ref) != WICK_OK) {
        request->ref = 0;
    }
    if (action >= 0 && json->tok[action].kind == JSON_STRING && json->tok[action].is_plain &&
        wire_fields_read(fields, json, json_member(json, 0, STR("f"))) == WICK_OK) {
        request->ask = WIRE_ASK_ACTION;
        request->action =
            (struct str){ message.ptr + json->tok[action].off, json->tok[action].len };
    }
}

const struct wire wire_wick = {
    .name = "wick",
    .protocol = STR_INIT("wick.1"),
    .identity = WIRE_BY_TOKEN,
    .reply = WIRE_REPLY_DONE,
    .has_marks = true,
    .has_statics_file = true,
    .has_events = true,
    .action_field = { "wick-action" },
    .attr_action = "data-action",
    .attr_event = "data-on-",
    .attr_button = "data-action",
    .beat = STR_INIT("{}"),
    .put_attributes = put_attributes,
    .read = read_message,
    .is_action = str_eq,
    .begin = begin,
    .operations = operations,
    .end = end,
    .put_hello = put_hello,
    .put_heartbeat = put_heartbeat,
    .put_go = put_go,
};
