/* wire_livetemplate.c - the wire of the unmodified npm client @livetemplate/client 0.25.
 *
 * Its rules that are not obvious from the code:
 * - An update is merged into the tree that the client holds: a node or range sent with statics onto
 * another one would keep
 *   the old rows. So whatever holds a range carries null for those of d, m and else that it lacks.
 * - A range that is a slot of the root is patched in the DOM directly, which is right only for some
 * templates (is_direct()).
 *   Any other is wrapped into a node {"s":["",""],"0":range} and addressed through it.
 * - Even where it is right it fails for rows whose key needs an entity, since they are not found in
 * the DOM: there
 *   ["u","",{}] sends the client back to its other way.
 * - A row key is the value of the key slot (m.idKey); both pass through the same put_value().
 * - A value of the form {{...}} would be blanked.
 */
#include "wire/wire.h"

#include <string.h>

enum {                  /* bits of a level */
       IS_WRAPPED = 1,  /* LIST, EDIT: one object more to close */
       IS_CLOSED = 2,   /* LIST: "d" is closed, the else node was written */
       IS_DIRECT = 4,   /* EDIT: the client may patch the DOM */
       IS_UNSAFE = 8,   /* EDIT: it would go wrong */
       HIDES_ELSE = 16, /* LIST: the client must not show an else node, perhaps one that it has */
       IS_IN_RUN = 32,  /* EDIT: the next ROW goes on with the insertion that is open */
};

static struct str slice(const struct diff *diff, uint32_t off, uint32_t len)
{
    WICK_ASSERT_DEBUG(off <= diff->bytes.len && len <= diff->bytes.len - off);
    return (struct str){ (const char *)diff->bytes.ptr + off, len };
}

static void put_value(struct buf *out, struct str text)
{
    WICK_ASSERT_DEBUG(text.ptr != NULL || text.len == 0);
    const bool is_blanked = text.len >= 4 && memcmp(text.ptr, "{{", 2) == 0 &&
                            memcmp(text.ptr + text.len - 2, "}}", 2) == 0;
    if (!is_blanked) {
        buf_put_json_str(out, text);
        return;
    }
    buf_put_text(out, "\"&#123;");
    const size_t quote_at = out->len;
    buf_put_json_str(out, (struct str){ text.ptr + 1, text.len - 1 });
    if (out->err == WICK_OK) { /* one string, not two: its opening quote goes */
        memmove(out->ptr + quote_at, out->ptr + quote_at + 1, out->len - quote_at - 1);
        out->len--;
    }
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

static void put_slot(struct wire_put *put, const struct diff_op *op)
{
    WICK_ASSERT_DEBUG(put->level[put->depth].kind != DIFF_LIST &&
                      put->level[put->depth].kind != DIFF_EDIT);
    put_comma(put);
    buf_put_u8(put->out, '"');
    buf_put_u64(put->out, op->slot);
    buf_put_text(put->out, "\":");
}

static struct wire_level *open_level(struct wire_put *put, const struct diff_op *op)
{
    WICK_ASSERT(put->depth < DIFF_DEPTH_MAX);
    struct wire_level *level = &put->level[++put->depth];
    *level = (struct wire_level){ .kind = op->kind };
    return level;
}

/* The branch before this one had the same statics. */
static bool has_statics(const struct diff_op *op)
{
    WICK_ASSERT_DEBUG(op->kind != DIFF_NODE || op->old_idx <= op->at->branch_count);
    return op->kind == DIFF_NODE && op->old_idx > 0 &&
           str_eq(op->at->branch[op->old_idx - 1]->statics_json, op->node->statics_json);
}

static void put_node(struct wire_put *put, const struct diff_op *op)
{
    WICK_ASSERT_DEBUG(op->node != NULL && (op->kind == DIFF_NODE || op->kind == DIFF_ELSE));
    if (has_statics(op)) {
        buf_put_u8(put->out, '{');
        open_level(put, op);
        return;
    }
    buf_put_text(put->out, "{\"s\":");
    buf_put_str(put->out, op->node->statics_json);
    if (op->has_list) {
        buf_put_text(put->out, ",\"d\":null,\"m\":null,\"else\":null");
    }
    open_level(put, op)->has_item = true;
}

/* The client may patch this root slot directly: wickc has proved it for the list itself. Besides,
 * nothing before it may make nodes come and go: the client matches nodes from left to right
 * and would take another element for the list's. */
static bool is_direct(const struct wire_put *put, const struct diff_op *op)
{
    WICK_ASSERT_DEBUG(op->slot < put->root->slot_count);
    for (uint32_t slot_no = 0; slot_no < op->slot; slot_no++) {
        const struct tmpl_slot *slot = &put->root->slot[slot_no];
        if (slot->place == TMPL_IN_CONTENT && (slot->flags & TMPL_LT_DIRECT) == 0) {
            return false;
        }
    }
    return (op->at->flags & TMPL_LT_DIRECT) != 0;
}

/* A range that is a root slot hides in a node from the direct way. */
static bool needs_wrap(const struct wire_put *put, const struct diff_op *op)
{
    WICK_ASSERT_DEBUG(op->kind == DIFF_LIST || op->kind == DIFF_EDIT);
    return put->depth == 0 && !is_direct(put, op);
}

static void open_list(struct wire_put *put, const struct diff_op *op)
{
    const struct tmpl_list *list = op->at->list;
    WICK_ASSERT_DEBUG(op->at->kind == TMPL_LIST && list != NULL);
    put_slot(put, op);
    const bool is_wrapped = needs_wrap(put, op);
    const bool is_fresh = op->was != DIFF_WAS_LIST;
    if (is_wrapped) {
        buf_put_text(put->out, is_fresh
                                   ? "{\"s\":[\"\",\"\"],\"d\":null,\"m\":null,\"else\":null,\"0\":"
                                   : "{\"0\":");
    }
    buf_put_u8(put->out, '{');
    if (is_fresh) {
        buf_put_text(put->out, "\"s\":");
        buf_put_str(put->out, list->row->statics_json);
        if (list->has_key) {
            buf_put_text(put->out, ",\"m\":{\"idKey\":\"");
            buf_put_u64(put->out, list->key_slot);
            buf_put_text(put->out, "\"},");
        } else {
            buf_put_text(put->out, ",\"m\":null,");
        }
    }
    buf_put_text(put->out, "\"d\":[");
    struct wire_level *level = open_level(put, op);
    bool hides_else = is_fresh || (list->otherwise != NULL && op->new_idx == 0);
    level->bits = (is_wrapped ? IS_WRAPPED : 0u) | (hides_else ? HIDES_ELSE : 0u);
}

static void open_else(struct wire_put *put, const struct diff_op *op)
{
    WICK_ASSERT_DEBUG(put->level[put->depth].kind == DIFF_LIST);
    put->level[put->depth].bits |= IS_CLOSED;
    buf_put_text(put->out, "],\"else\":");
    put_node(put, op);
}

static void open_edit(struct wire_put *put, const struct diff_op *op)
{
    WICK_ASSERT_DEBUG(op->was == DIFF_WAS_LIST);
    put_slot(put, op);
    const bool is_root = put->depth == 0;
    const bool is_wrapped = needs_wrap(put, op);
    buf_put_text(put->out, is_wrapped ? "{\"0\":[" : "[");
    struct wire_level *level = open_level(put, op);
    bool is_patched = is_root && !is_wrapped;
    level->bits = (is_wrapped ? IS_WRAPPED : 0u) | (is_patched ? IS_DIRECT : 0u);
}

/* The key of an operation on a row. */
static void put_key(struct wire_put *put, uint32_t off, uint32_t len)
{
    WICK_ASSERT_DEBUG(len > 0 && put->level[put->depth].kind == DIFF_EDIT);
    const struct str key = slice(put->diff, off, len);
    put_value(put->out, key);
    for (size_t idx = 0; idx < key.len; idx++) {
        const uint8_t byte = (uint8_t)key.ptr[idx];
        if (byte < ' ' || byte == '&' || byte == '{') {
            put->level[put->depth].bits |= IS_UNSAFE;
        }
    }
}

/* Rows that follow each other share one insertion. */
static void open_row(struct wire_put *put, const struct diff_op *op)
{
    struct wire_level *parent = &put->level[put->depth];
    WICK_ASSERT_DEBUG(parent->kind == DIFF_EDIT || parent->kind == DIFF_LIST);
    bool is_in_run = (parent->bits & IS_IN_RUN) != 0;
    if (is_in_run) {
        buf_put_u8(put->out, ',');
    } else {
        put_comma(put);
    }
    if (parent->kind == DIFF_EDIT && !is_in_run) {
        if (op->after_len > 0) {
            buf_put_text(put->out, "[\"i\",");
            put_key(put, op->after, op->after_len);
            buf_put_text(put->out, ",[");
        } else {
            buf_put_text(put->out, "[\"p\",[");
        }
    }
    buf_put_u8(put->out, '{');
    open_level(put, op)->row = op->new_idx;
}

static void open_keep(struct wire_put *put, const struct diff_op *op)
{
    WICK_ASSERT_DEBUG(op->node != NULL);
    put_comma(put);
    buf_put_text(put->out, "[\"u\",");
    put_key(put, op->key, op->key_len);
    buf_put_text(put->out, ",{");
    open_level(put, op);
}

static void put_drop(struct wire_put *put, const struct diff_op *op)
{
    put_comma(put);
    WICK_ASSERT_DEBUG(op->key_len > 0);
    buf_put_text(put->out, "[\"r\",");
    put_key(put, op->key, op->key_len);
    buf_put_u8(put->out, ']');
}

static void put_order(struct wire_put *put, const struct diff_op *op)
{
    const uint8_t *bytes = put->diff->bytes.ptr;
    put_comma(put);
    buf_put_text(put->out, "[\"o\",[");
    for (uint32_t at = op->text; at < op->text + op->text_len;) {
        const uint32_t len = bytes[at] | (uint32_t)bytes[at + 1] << 8;
        if (at > op->text) {
            buf_put_u8(put->out, ',');
        }
        WICK_ASSERT_DEBUG(at + 2 + len <= op->text + op->text_len);
        put_key(put, at + 2, len);
        at += 2 + len;
    }
    buf_put_text(put->out, "]]");
}

static void close_row(struct wire_put *put, const struct wire_level *level,
                      const struct diff_op *next)
{
    WICK_ASSERT_DEBUG(level->kind == DIFF_ROW);
    struct wire_level *parent = &put->level[put->depth];
    buf_put_u8(put->out, '}');
    if (parent->kind != DIFF_EDIT) {
        return;
    }
    if (next != NULL && next->kind == DIFF_ROW && next->new_idx == level->row + 1) {
        parent->bits |= IS_IN_RUN;
    } else {
        parent->bits &= ~(uint32_t)IS_IN_RUN;
        buf_put_text(put->out, "]]");
    }
}

static void close_list(struct wire_put *put, uint32_t bits)
{
    WICK_ASSERT_DEBUG((bits & ~(uint32_t)(IS_WRAPPED | IS_CLOSED | HIDES_ELSE)) == 0);
    if ((bits & IS_CLOSED) != 0) {
        buf_put_u8(put->out, '}');
    } else {
        buf_put_text(put->out, (bits & HIDES_ELSE) != 0 ? "],\"else\":null}" : "]}");
    }
    buf_put_text(put->out, (bits & IS_WRAPPED) != 0 ? "}" : "");
}

/* next: the operation after the END, or NULL. */
static void close_level(struct wire_put *put, const struct diff_op *next)
{
    WICK_ASSERT_DEBUG(put->depth > 0);
    const struct wire_level level = put->level[put->depth--];
    switch ((enum diff_op_kind)level.kind) {
    case DIFF_NODE:
    case DIFF_INTO:
    case DIFF_ELSE:
        buf_put_u8(put->out, '}');
        return;
    case DIFF_ROW:
        close_row(put, &level, next);
        return;
    case DIFF_KEEP:
        buf_put_text(put->out, "}]");
        return;
    case DIFF_LIST:
        close_list(put, level.bits);
        return;
    case DIFF_EDIT:
        buf_put_text(put->out, (level.bits & IS_DIRECT) != 0 && (level.bits & IS_UNSAFE) != 0
                                   ? ",[\"u\",\"\",{}]]"
                                   : "]");
        buf_put_text(put->out, (level.bits & IS_WRAPPED) != 0 ? "}" : "");
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

/* next: the operation after op, or NULL. */
static void put_op(struct wire_put *put, const struct diff_op *op, const struct diff_op *next)
{
    WICK_ASSERT_DEBUG(op->kind <= DIFF_END && (next == NULL || next == op + 1));
    switch ((enum diff_op_kind)op->kind) {
    case DIFF_TEXT:
        put_slot(put, op);
        put_value(put->out, slice(put->diff, op->text, op->text_len));
        return;
    case DIFF_EMPTY:
        put_slot(put, op);
        buf_put_text(put->out, "\"\"");
        return;
    case DIFF_NODE:
        put_slot(put, op);
        put_node(put, op);
        return;
    case DIFF_INTO:
        put_slot(put, op);
        buf_put_u8(put->out, '{');
        open_level(put, op);
        return;
    case DIFF_LIST:
        open_list(put, op);
        return;
    case DIFF_ELSE:
        open_else(put, op);
        return;
    case DIFF_EDIT:
        open_edit(put, op);
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
    case DIFF_MOVE: /* ORDER says it */
        return;
    case DIFF_ORDER:
        put_order(put, op);
        return;
    case DIFF_END:
        close_level(put, next);
        return;
    }
}

static void put_errors(struct buf *out, const struct tmpl_form *form)
{
    bool has_item = false;
    buf_put_text(out, "\"errors\":{");
    for (size_t idx = 0; form != NULL && idx < TMPL_FORM_ERRORS; idx++) {
        if (form->error[idx].message[0] == '\0') {
            continue;
        }
        buf_put_text(out, has_item ? "," : "");
        has_item = true;
        struct str field = str_of_field(form->error[idx].field, sizeof form->error[idx].field);
        buf_put_json_str(out, field.len > 0 ? field : STR("_general"));
        buf_put_u8(out, ':');
        buf_put_json_str(out,
                         str_of_field(form->error[idx].message, sizeof form->error[idx].message));
    }
    buf_put_u8(out, '}');
}

/* A frame with meta ends the form that waits for its answer: so only answers, and the first frame,
 * have one. */
static void put_meta(struct buf *out, const struct wire_meta *meta)
{
    bool can_change = meta->is_first && meta->can_change;
    WICK_ASSERT_DEBUG(meta->action.ptr != NULL || meta->action.len == 0);
    if (!meta->is_answer && !meta->is_first) {
        return;
    }
    buf_put_text(out, !meta->is_answer || meta->is_ok ? ",\"meta\":{\"success\":true,"
                                                      : ",\"meta\":{\"success\":false,");
    put_errors(out, meta->form);
    buf_put_text(out, ",\"action\":");
    buf_put_json_str(out, meta->action);
    buf_put_text(out, can_change ? ",\"capabilities\":[\"change\"]}" : "}");
}

static void begin(struct wire_put *put)
{
    WICK_ASSERT_DEBUG(put->depth == 0);
    buf_put_text(put->out, "{\"tree\":{");
    if (put->meta->is_snapshot) {
        buf_put_text(put->out, "\"s\":");
        buf_put_str(put->out, put->root->statics_json);
        put->level[0].has_item = true;
    }
}

static void operations(struct wire_put *put, const struct diff *diff)
{
    WICK_ASSERT_DEBUG(diff->err == WICK_OK);
    put->diff = diff;
    for (uint32_t idx = 0; idx < diff->op_len; idx++) {
        put_op(put, &diff->op[idx], idx + 1 < diff->op_len ? &diff->op[idx + 1] : NULL);
    }
}

static void end(struct wire_put *put)
{
    WICK_ASSERT(put->depth == 0);
    buf_put_u8(put->out, '}');
    put_meta(put->out, put->meta);
    buf_put_u8(put->out, '}');
}

/* --- other messages -----------------------------------------------------------------------------
 */

/* The client notices a lost socket only at its heartbeat. */
static void put_attributes(struct buf *out, struct str token, uint64_t fingerprint)
{
    (void)token;
    buf_put_text(out, " data-lvt-id=\"lvt-");
    buf_put_hex(out, fingerprint, 16);
    buf_put_text(out, "\" data-lvt-loading=\"true\" data-lvt-heartbeat-ms=\"5000\"");
}

static void put_heartbeat(struct buf *out)
{
    buf_put_text(out, "{\"pong\":true}");
}

/* --- reading ------------------------------------------------------------------------------------
 */

/* saveDraft, save_draft, save-draft and SaveDraft are one name; no name is "submit". */
static bool is_action(struct str said, struct str name)
{
    size_t at_said = 0;
    size_t at_name = 0;
    said = said.len > 0 ? said : STR("submit");
    for (;;) {
        while (at_said < said.len && (said.ptr[at_said] == '_' || said.ptr[at_said] == '-')) {
            at_said++;
        }
        while (at_name < name.len && (name.ptr[at_name] == '_' || name.ptr[at_name] == '-')) {
            at_name++;
        }
        if (at_said == said.len || at_name == name.len) {
            return at_said == said.len && at_name == name.len;
        }
        if (!str_eq_nocase((struct str){ &said.ptr[at_said++], 1 },
                           (struct str){ &name.ptr[at_name++], 1 })) {
            return false;
        }
    }
}

/* {"action":"name","data":{...}}; "__ping__" and "__navigate__" are the client's own. */
static void read_message(struct wire_request *request, struct wire_fields *fields,
                         struct str message)
{
    WICK_ASSERT_DEBUG(fields != NULL);
    *request = (struct wire_request){ .ask = WIRE_ASK_UNREADABLE, .fields = fields };
    const struct json *json = wire_json(message, JSON_OBJECT);
    if (json == NULL) {
        return;
    }
    int action = json_member(json, 0, STR("action"));
    if (action >= 0 && (json->tok[action].kind != JSON_STRING || !json->tok[action].is_plain)) {
        return;
    }
    if (json_is_text(json, action, STR("__ping__"))) {
        request->ask = WIRE_ASK_HEARTBEAT;
        return;
    }
    if (wire_fields_read(fields, json, json_member(json, 0, STR("data"))) != WICK_OK) {
        return;
    }
    if (action >= 0) {
        request->action =
            (struct str){ message.ptr + json->tok[action].off, json->tok[action].len };
    }
    request->ask =
        json_is_text(json, action, STR("__navigate__")) ? WIRE_ASK_NAVIGATE : WIRE_ASK_ACTION;
}

const struct wire wire_livetemplate = {
    .name = "livetemplate",
    .headers = STR_INIT("X-LiveTemplate-WebSocket: enabled\r\n"),
    .cookie = STR_INIT("livetemplate-id"),
    .cookie_with = STR_INIT("; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000"),
    .identity = WIRE_BY_SESSION,
    .reply = WIRE_REPLY_TREE,
    .has_tree_page = true,
    .action_field = { "lvt-action", "lvt-submitter" },
    .attr_action = "",
    .attr_event = "lvt-on:",
    .attr_button = "",
    .put_attributes = put_attributes,
    .read = read_message,
    .is_action = is_action,
    .begin = begin,
    .operations = operations,
    .end = end,
    .put_heartbeat = put_heartbeat,
};
