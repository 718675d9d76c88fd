/* wire_wick.c - operations -> one message of wire wick (docs/wire-wick.md).
 *
 * What is complete (a new node, a row, an else node) is an array of its slots in order; what
 * changed is an object.
 */
#include "diff/diff_priv.h"

struct level {
    uint8_t kind;   /* of the operation that is open; DIFF_INTO for the root */
    bool has_item;  /* the next item needs a comma */
    bool is_closed; /* LIST: "l" is closed, the else node was written */
    uint32_t
        row; /* EDIT: 1 + new index of the ROW written last: one more behind it joins it; 0: none */
    uint32_t drops; /* EDIT: a removal is open */
};

struct wick {
    struct buf *out;
    const struct diff *diff;
    uint32_t depth;
    struct level level[DIFF_DEPTH_MAX + 1];
};

static void put_slice(const struct wick *wick, uint32_t off, uint32_t len)
{
    buf_put_json_str(wick->out, (struct str){ (const char *)wick->diff->bytes.ptr + off, len });
}

static void put_comma(struct wick *wick)
{
    struct level *level = &wick->level[wick->depth];
    if (level->has_item) {
        buf_put_u8(wick->out, ',');
    }
    level->has_item = true;
}

/* Its number is said only where slots are left out. */
static void put_slot(struct wick *wick, const struct diff_op *op)
{
    const uint8_t kind = wick->level[wick->depth].kind;
    put_comma(wick);
    if (kind == DIFF_INTO || kind == DIFF_KEEP) {
        buf_put_u8(wick->out, '"');
        buf_put_u64(wick->out, op->slot);
        buf_put_text(wick->out, "\":");
    }
}

static void open_level(struct wick *wick, const struct diff_op *op)
{
    WICK_ASSERT(wick->depth < DIFF_DEPTH_MAX);
    wick->level[++wick->depth] = (struct level){ .kind = op->kind };
}

/* In an EDIT: end the removal or insertion that is open, unless op goes on with it. @return true
 * when it does. */
static bool joins(struct wick *wick, const struct diff_op *op)
{
    struct level *level = &wick->level[wick->depth];
    const bool is_joined =
        op->kind == DIFF_DROP ? level->drops > 0
                              : op->kind == DIFF_ROW && level->row > 0 && level->row == op->new_idx;
    if (!is_joined) {
        buf_put_text(wick->out, level->drops > 0 || level->row > 0 ? "]" : "");
        level->drops = 0;
        level->row = 0;
    }
    return is_joined;
}

static void put_after(struct wick *wick, const struct diff_op *op)
{
    if (op->after_len > 0) {
        put_slice(wick, op->after, op->after_len);
    } else {
        buf_put_text(wick->out, "null");
    }
}

static void open_row(struct wick *wick, const struct diff_op *op)
{
    struct level *level = &wick->level[wick->depth];
    if (level->kind != DIFF_EDIT) {
        put_comma(wick);
    } else if (joins(wick, op)) {
        buf_put_u8(wick->out, ',');
    } else {
        put_comma(wick);
        buf_put_text(wick->out, "[\"+\",");
        put_after(wick, op);
        buf_put_u8(wick->out, ',');
    }
    level->row = level->kind == DIFF_EDIT ? op->new_idx + 1 : 0;
    buf_put_u8(wick->out, '[');
    open_level(wick, op);
}

static void put_drop(struct wick *wick, const struct diff_op *op)
{
    if (joins(wick, op)) {
        buf_put_u8(wick->out, ',');
    } else {
        put_comma(wick);
        buf_put_text(wick->out, "[\"-\",");
    }
    put_slice(wick, op->key, op->key_len);
    wick->level[wick->depth].drops++;
}

static void open_keep(struct wick *wick, const struct diff_op *op)
{
    joins(wick, op);
    put_comma(wick);
    buf_put_text(wick->out, "[\"=\",");
    put_slice(wick, op->key, op->key_len);
    buf_put_text(wick->out, ",{");
    open_level(wick, op);
}

static void put_move(struct wick *wick, const struct diff_op *op)
{
    joins(wick, op);
    put_comma(wick);
    buf_put_text(wick->out, "[\">\",");
    put_slice(wick, op->key, op->key_len);
    buf_put_u8(wick->out, ',');
    put_after(wick, op);
    buf_put_u8(wick->out, ']');
}

static void open_node(struct wick *wick, const struct diff_op *op)
{
    buf_put_u8(wick->out, '[');
    buf_put_u64(wick->out, op->node->id);
    open_level(wick, op);
    wick->level[wick->depth].has_item = true;
}

static void close_level(struct wick *wick, const struct diff_op *op)
{
    const struct level level = wick->level[wick->depth];
    if (level.kind == DIFF_EDIT) {
        joins(wick, op);
    }
    wick->depth--;
    switch ((enum diff_op_kind)level.kind) {
    case DIFF_INTO:
        buf_put_u8(wick->out, '}');
        return;
    case DIFF_NODE:
    case DIFF_ELSE:
    case DIFF_ROW:
    case DIFF_EDIT:
        buf_put_u8(wick->out, ']');
        return;
    case DIFF_KEEP:
        buf_put_text(wick->out, "}]");
        return;
    case DIFF_LIST:
        buf_put_text(wick->out, level.is_closed ? "}" : "]}");
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

static void put_slot_op(struct wick *wick, const struct diff_op *op)
{
    put_slot(wick, op);
    if (op->kind == DIFF_TEXT) {
        put_slice(wick, op->text, op->text_len);
    } else if (op->kind == DIFF_EMPTY) {
        buf_put_text(wick->out, "null");
    } else if (op->kind == DIFF_NODE) {
        open_node(wick, op);
    } else {
        buf_put_text(wick->out, op->kind == DIFF_INTO   ? "{"
                                : op->kind == DIFF_LIST ? "{\"l\":["
                                                        : "[");
        open_level(wick, op);
    }
}

static void put_op(struct wick *wick, const struct diff_op *op)
{
    switch ((enum diff_op_kind)op->kind) {
    case DIFF_TEXT:
    case DIFF_EMPTY:
    case DIFF_NODE:
    case DIFF_INTO:
    case DIFF_LIST:
    case DIFF_EDIT:
        put_slot_op(wick, op);
        return;
    case DIFF_ELSE:
        wick->level[wick->depth].is_closed = true;
        buf_put_text(wick->out, "],\"e\":[");
        open_level(wick, op);
        return;
    case DIFF_DROP:
        put_drop(wick, op);
        return;
    case DIFF_ROW:
        open_row(wick, op);
        return;
    case DIFF_KEEP:
        open_keep(wick, op);
        return;
    case DIFF_MOVE:
        put_move(wick, op);
        return;
    case DIFF_ORDER: /* the moves said it */
        return;
    case DIFF_END:
        close_level(wick, op);
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

void wire_wick_put(struct buf *out, const struct tmpl_node *root, const struct diff *diff,
                   const struct wire_meta *meta)
{
    struct wick wick = { .out = out, .diff = diff, .level[0].kind = DIFF_INTO };
    (void)root;
    buf_put_u8(out, '{');
    if (meta->seq != 0 || meta->is_snapshot) {
        buf_put_text(out, "\"n\":");
        buf_put_u64(out, meta->seq);
        buf_put_u8(out, ',');
    }
    buf_put_text(out, "\"t\":{");
    for (uint32_t idx = 0; idx < diff->op_len; idx++) {
        put_op(&wick, &diff->op[idx]);
    }
    buf_put_u8(out, '}');
    if (meta->is_answer) {
        buf_put_text(out, ",\"a\":");
        buf_put_i64(out, meta->ref);
        buf_put_text(out, meta->is_ok ? ",\"ok\":true" : ",\"ok\":false");
        put_errors(out, meta->form);
    }
    buf_put_text(out, meta->is_snapshot ? ",\"x\":true}" : "}");
}
