/* wire_lt.c - operations -> one message of wire livetemplate, as npm @livetemplate/client 0.25
 * understands it.
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
#include "diff/diff_priv.h"

#include <string.h>

struct level {
    uint8_t kind;    /* of the operation that is open; DIFF_INTO for the root */
    bool has_item;   /* the next item needs a comma */
    bool is_wrapped; /* LIST, EDIT: one object more to close */
    bool is_closed;  /* LIST: "d" is closed, the else node was written */
    bool is_direct;  /* EDIT: the client may patch the DOM */
    bool is_unsafe;  /* EDIT: it would go wrong */
    bool
        hides_else; /* LIST: the client must not show an else node, perhaps one that it still has */
    bool is_in_run; /* EDIT: the next ROW goes on with the insertion that is open */
    uint32_t row;   /* ROW: its new index */
};

struct lt {
    struct buf *out;
    const struct diff *diff;
    const struct tmpl_node *root;
    uint32_t depth;
    struct level level[DIFF_DEPTH_MAX + 1];
};

static struct str slice(const struct diff *diff, uint32_t off, uint32_t len)
{
    return (struct str){ (const char *)diff->bytes.ptr + off, len };
}

static void put_value(struct buf *out, struct str text)
{
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

static void put_comma(struct lt *lt)
{
    struct level *level = &lt->level[lt->depth];
    if (level->has_item) {
        buf_put_u8(lt->out, ',');
    }
    level->has_item = true;
}

static void put_slot(struct lt *lt, const struct diff_op *op)
{
    put_comma(lt);
    buf_put_u8(lt->out, '"');
    buf_put_u64(lt->out, op->slot);
    buf_put_text(lt->out, "\":");
}

static struct level *open_level(struct lt *lt, const struct diff_op *op)
{
    WICK_ASSERT(lt->depth < DIFF_DEPTH_MAX);
    struct level *level = &lt->level[++lt->depth];
    *level = (struct level){ .kind = op->kind };
    return level;
}

/* The branch before this one had the same statics. */
static bool has_statics(const struct diff_op *op)
{
    return op->kind == DIFF_NODE && op->old_idx > 0 &&
           str_eq(op->at->branch[op->old_idx - 1]->statics_json, op->node->statics_json);
}

static void put_node(struct lt *lt, const struct diff_op *op)
{
    if (has_statics(op)) {
        buf_put_u8(lt->out, '{');
        open_level(lt, op);
        return;
    }
    buf_put_text(lt->out, "{\"s\":");
    buf_put_str(lt->out, op->node->statics_json);
    if (op->has_list) {
        buf_put_text(lt->out, ",\"d\":null,\"m\":null,\"else\":null");
    }
    open_level(lt, op)->has_item = true;
}

/* The client may patch this root slot directly: wickc has proved it for the list itself. Besides,
 * nothing in front of it may make nodes come and go: the client matches nodes from left to right
 * and would take another element for the list's. */
static bool is_direct(const struct lt *lt, const struct diff_op *op)
{
    for (uint32_t slot_no = 0; slot_no < op->slot; slot_no++) {
        const struct tmpl_slot *slot = &lt->root->slot[slot_no];
        if (slot->place == TMPL_IN_CONTENT && (slot->flags & TMPL_LT_DIRECT) == 0) {
            return false;
        }
    }
    return (op->at->flags & TMPL_LT_DIRECT) != 0;
}

/* A range that is a root slot hides in a node from the direct way. */
static bool needs_wrap(const struct lt *lt, const struct diff_op *op)
{
    return lt->depth == 0 && !is_direct(lt, op);
}

static void open_list(struct lt *lt, const struct diff_op *op)
{
    const struct tmpl_list *list = op->at->list;
    put_slot(lt, op);
    const bool is_wrapped = needs_wrap(lt, op);
    const bool is_fresh = op->was != DIFF_WAS_LIST;
    if (is_wrapped) {
        buf_put_text(lt->out, is_fresh
                                  ? "{\"s\":[\"\",\"\"],\"d\":null,\"m\":null,\"else\":null,\"0\":"
                                  : "{\"0\":");
    }
    buf_put_u8(lt->out, '{');
    if (is_fresh) {
        buf_put_text(lt->out, "\"s\":");
        buf_put_str(lt->out, list->row->statics_json);
        if (list->has_key) {
            buf_put_text(lt->out, ",\"m\":{\"idKey\":\"");
            buf_put_u64(lt->out, list->key_slot);
            buf_put_text(lt->out, "\"},");
        } else {
            buf_put_text(lt->out, ",\"m\":null,");
        }
    }
    buf_put_text(lt->out, "\"d\":[");
    struct level *level = open_level(lt, op);
    level->is_wrapped = is_wrapped;
    level->hides_else = is_fresh || (list->otherwise != NULL && op->new_idx == 0);
}

static void open_else(struct lt *lt, const struct diff_op *op)
{
    lt->level[lt->depth].is_closed = true;
    buf_put_text(lt->out, "],\"else\":");
    put_node(lt, op);
}

static void open_edit(struct lt *lt, const struct diff_op *op)
{
    put_slot(lt, op);
    const bool is_root = lt->depth == 0;
    const bool is_wrapped = needs_wrap(lt, op);
    buf_put_text(lt->out, is_wrapped ? "{\"0\":[" : "[");
    struct level *level = open_level(lt, op);
    level->is_wrapped = is_wrapped;
    level->is_direct = is_root && !is_wrapped;
}

/* The key of an operation on a row. */
static void put_key(struct lt *lt, uint32_t off, uint32_t len)
{
    const struct str key = slice(lt->diff, off, len);
    put_value(lt->out, key);
    for (size_t idx = 0; idx < key.len; idx++) {
        const uint8_t byte = (uint8_t)key.ptr[idx];
        if (byte < ' ' || byte == '&' || byte == '{') {
            lt->level[lt->depth].is_unsafe = true;
        }
    }
}

/* Rows that follow each other share one insertion. */
static void open_row(struct lt *lt, const struct diff_op *op)
{
    struct level *parent = &lt->level[lt->depth];
    if (parent->is_in_run) {
        buf_put_u8(lt->out, ',');
    } else {
        put_comma(lt);
    }
    if (parent->kind == DIFF_EDIT && !parent->is_in_run) {
        if (op->after_len > 0) {
            buf_put_text(lt->out, "[\"i\",");
            put_key(lt, op->after, op->after_len);
            buf_put_text(lt->out, ",[");
        } else {
            buf_put_text(lt->out, "[\"p\",[");
        }
    }
    buf_put_u8(lt->out, '{');
    open_level(lt, op)->row = op->new_idx;
}

static void open_keep(struct lt *lt, const struct diff_op *op)
{
    put_comma(lt);
    buf_put_text(lt->out, "[\"u\",");
    put_key(lt, op->key, op->key_len);
    buf_put_text(lt->out, ",{");
    open_level(lt, op);
}

static void put_drop(struct lt *lt, const struct diff_op *op)
{
    put_comma(lt);
    buf_put_text(lt->out, "[\"r\",");
    put_key(lt, op->key, op->key_len);
    buf_put_u8(lt->out, ']');
}

static void put_order(struct lt *lt, const struct diff_op *op)
{
    const uint8_t *bytes = lt->diff->bytes.ptr;
    put_comma(lt);
    buf_put_text(lt->out, "[\"o\",[");
    for (uint32_t at = op->text; at < op->text + op->text_len;) {
        const uint32_t len = bytes[at] | (uint32_t)bytes[at + 1] << 8;
        if (at > op->text) {
            buf_put_u8(lt->out, ',');
        }
        put_key(lt, at + 2, len);
        at += 2 + len;
    }
    buf_put_text(lt->out, "]]");
}

static void close_row(struct lt *lt, const struct level *level, const struct diff_op *next)
{
    struct level *parent = &lt->level[lt->depth];
    buf_put_u8(lt->out, '}');
    if (parent->kind == DIFF_EDIT) {
        parent->is_in_run =
            next != NULL && next->kind == DIFF_ROW && next->new_idx == level->row + 1;
        buf_put_text(lt->out, parent->is_in_run ? "" : "]]");
    }
}

/* next: the operation behind the END, or NULL. */
static void close_level(struct lt *lt, const struct diff_op *next)
{
    const struct level level = lt->level[lt->depth--];
    switch ((enum diff_op_kind)level.kind) {
    case DIFF_NODE:
    case DIFF_INTO:
    case DIFF_ELSE:
        buf_put_u8(lt->out, '}');
        return;
    case DIFF_ROW:
        close_row(lt, &level, next);
        return;
    case DIFF_KEEP:
        buf_put_text(lt->out, "}]");
        return;
    case DIFF_LIST:
        buf_put_text(lt->out, level.is_closed ? "}" : level.hides_else ? "],\"else\":null}" : "]}");
        buf_put_text(lt->out, level.is_wrapped ? "}" : "");
        return;
    case DIFF_EDIT:
        buf_put_text(lt->out, level.is_direct && level.is_unsafe ? ",[\"u\",\"\",{}]]" : "]");
        buf_put_text(lt->out, level.is_wrapped ? "}" : "");
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

/* next: the operation behind op, or NULL. */
static void put_op(struct lt *lt, const struct diff_op *op, const struct diff_op *next)
{
    switch ((enum diff_op_kind)op->kind) {
    case DIFF_TEXT:
        put_slot(lt, op);
        put_value(lt->out, slice(lt->diff, op->text, op->text_len));
        return;
    case DIFF_EMPTY:
        put_slot(lt, op);
        buf_put_text(lt->out, "\"\"");
        return;
    case DIFF_NODE:
        put_slot(lt, op);
        put_node(lt, op);
        return;
    case DIFF_INTO:
        put_slot(lt, op);
        buf_put_u8(lt->out, '{');
        open_level(lt, op);
        return;
    case DIFF_LIST:
        open_list(lt, op);
        return;
    case DIFF_ELSE:
        open_else(lt, op);
        return;
    case DIFF_EDIT:
        open_edit(lt, op);
        return;
    case DIFF_DROP:
        put_drop(lt, op);
        return;
    case DIFF_ROW:
        open_row(lt, op);
        return;
    case DIFF_KEEP:
        open_keep(lt, op);
        return;
    case DIFF_MOVE: /* ORDER says it */
        return;
    case DIFF_ORDER:
        put_order(lt, op);
        return;
    case DIFF_END:
        close_level(lt, next);
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
    if (!meta->is_answer && !meta->can_change) {
        return;
    }
    buf_put_text(out, !meta->is_answer || meta->is_ok ? ",\"meta\":{\"success\":true,"
                                                      : ",\"meta\":{\"success\":false,");
    put_errors(out, meta->form);
    if (meta->is_answer) {
        buf_put_text(out, ",\"action\":");
        buf_put_json_str(out, meta->action);
    }
    buf_put_text(out, meta->can_change ? ",\"capabilities\":[\"change\"]}" : "}");
}

void wire_lt_put(struct buf *out, const struct tmpl_node *root, const struct diff *diff,
                 const struct wire_meta *meta)
{
    struct lt lt = { .out = out, .diff = diff, .root = root, .level[0].kind = DIFF_INTO };
    buf_put_text(out, "{\"tree\":{");
    if (meta->is_snapshot) {
        buf_put_text(out, "\"s\":");
        buf_put_str(out, root->statics_json);
        lt.level[0].has_item = true;
    }
    for (uint32_t idx = 0; idx < diff->op_len; idx++) {
        put_op(&lt, &diff->op[idx], idx + 1 < diff->op_len ? &diff->op[idx + 1] : NULL);
    }
    buf_put_u8(out, '}');
    put_meta(out, meta);
    buf_put_u8(out, '}');
}
