/* diff_list.c - a range in two states -> LIST or EDIT operations. */
#include "base/mem.h"
#include "diff/diff_priv.h"

enum { ROWS_AT_ONCE = 16 }; /* compared at once while nothing differs */

/* Do the bytes of old row was_idx and new row is_idx prove that both show the same? */
static bool is_row_equal(const struct diff_list *list, uint32_t was_idx, uint32_t is_idx)
{
    WICK_ASSERT_DEBUG(was_idx < list->was.len && is_idx < list->is.len);
    return list->list->is_closed &&
           mem_eq(diff_row_ptr(list->list, list->was, was_idx),
                  diff_row_ptr(list->list, list->is, is_idx), list->list->row_size);
}

/* How many rows from was_idx and is_idx on are surely equal; at most max. */
static uint32_t equal_run(const struct diff_list *list, uint32_t was_idx, uint32_t is_idx,
                          uint32_t max)
{
    uint32_t count = 0;
    WICK_ASSERT(max <= list->was.len - was_idx && max <= list->is.len - is_idx);
    if (!list->list->is_closed) {
        return 0;
    }
    bool is_dense = list->list->flow == NULL; /* rows lie side by side */
    while (is_dense && max - count >= ROWS_AT_ONCE &&
           mem_eq(diff_row_ptr(list->list, list->was, was_idx + count),
                  diff_row_ptr(list->list, list->is, is_idx + count),
                  (size_t)ROWS_AT_ONCE * list->list->row_size)) {
        count += ROWS_AT_ONCE;
    }
    while (count < max && is_row_equal(list, was_idx + count, is_idx + count)) {
        count++;
    }
    WICK_ASSERT_DEBUG(count <= max);
    return count;
}

static struct diff_slice put_key(struct diff_run *run, const struct diff_list *list,
                                 struct tmpl_ctx *ctx)
{
    struct buf *bytes = &run->diff->bytes;
    size_t start = bytes->len;
    WICK_ASSERT(list->list->has_key && list->list->key_slot < list->list->row->slot_count);
    list->list->row->slot[list->list->key_slot].put(bytes, ctx);
    WICK_ASSERT_DEBUG(start <= bytes->len && bytes->len <= bytes->cap);
    if (bytes->err != WICK_OK || bytes->len > UINT32_MAX) {
        diff_fail(run->diff);
        return (struct diff_slice){ 0, 0 };
    }
    return (struct diff_slice){ (uint32_t)start, (uint32_t)(bytes->len - start) };
}

/* --- whole ------------------------------------------------------------------------------------ */

static void put_whole(struct diff_run *run, const struct diff_list *list)
{
    WICK_ASSERT(list->slot->kind == TMPL_LIST);
    WICK_ASSERT_DEBUG(list->slot->list == list->list);
    diff_put_slot(run->diff, list->slot, &run->is,
                  (struct diff_place){ list->slot_no, DIFF_WAS_LIST, 0 });
}

/* Both lists are empty. When the else node differs it is sent whole. */
/* NOLINTNEXTLINE(misc-no-recursion): bounded by DIFF_DEPTH_MAX, which stops the run */
static void diff_else(struct diff_run *run, const struct diff_list *list)
{
    WICK_ASSERT(list->was.len == 0 && list->is.len == 0);
    WICK_ASSERT_DEBUG(list->was.is_else && list->is.is_else);
    if (list->list->otherwise == NULL) {
        return;
    }
    struct diff_open open = diff_begin(run, DIFF_LIST, list->slot_no, list->slot);
    diff_node(run, list->list->otherwise);
    bool is_same = diff_is_bare(run, &open);
    diff_retract(run, &open);
    if (!is_same) {
        put_whole(run, list);
    }
}

/* A list without keys is sent whole when anything in it differs. */
/* NOLINTNEXTLINE(misc-no-recursion): bounded by DIFF_DEPTH_MAX, which stops the run */
static void diff_unkeyed(struct diff_run *run, const struct diff_list *list)
{
    bool is_same = list->was.len == list->is.len;
    WICK_ASSERT_DEBUG(!list->list->has_key && list->was.len > 0 && list->is.len > 0);
    if (is_same) {
        struct diff_open open = diff_begin(run, DIFF_LIST, list->slot_no, list->slot);
        for (uint32_t idx = 0; idx < list->is.len && diff_is_bare(run, &open); idx++) {
            idx += equal_run(list, idx, idx, list->is.len - idx);
            if (idx < list->is.len) {
                diff_row_set(&run->was, list->list, list->was, idx);
                diff_row_set(&run->is, list->list, list->is, idx);
                diff_node(run, list->list->row);
            }
        }
        is_same = diff_is_bare(run, &open);
        diff_retract(run, &open);
    }
    if (!is_same) {
        put_whole(run, list);
    }
}

/* --- by key ----------------------------------------------------------------------------------- */

/* A row that stays; both contexts stand at it. KEEP if something in it changed. */
/* NOLINTNEXTLINE(misc-no-recursion): bounded by DIFF_DEPTH_MAX, which stops the run */
static void keep_row(struct diff_run *run, const struct diff_list *list, uint32_t was_idx,
                     uint32_t is_idx)
{
    WICK_ASSERT(was_idx < list->was.len && is_idx < list->is.len);
    WICK_ASSERT_DEBUG(run->was.row[list->list->depth] ==
                      diff_row_ptr(list->list, list->was, was_idx));
    WICK_ASSERT_DEBUG(run->is.row[list->list->depth] == diff_row_ptr(list->list, list->is, is_idx));
    struct diff_open open = diff_begin(run, DIFF_KEEP, 0, NULL);
    struct diff_slice key = put_key(run, list, &run->is);
    open.op->node = list->list->row;
    open.op->old_idx = was_idx;
    open.op->new_idx = is_idx;
    open.op->key = key.off;
    open.op->key_len = key.len;
    diff_node(run, list->list->row);
    if (diff_is_bare(run, &open)) {
        diff_retract(run, &open);
    } else {
        diff_end(run);
    }
}

static struct diff_open begin_edit(struct diff_run *run, const struct diff_list *list)
{
    struct diff_open open = diff_begin(run, DIFF_EDIT, list->slot_no, list->slot);
    WICK_ASSERT_DEBUG(list->was.len > 0 && list->is.len > 0);
    open.op->was = DIFF_WAS_LIST;
    open.op->old_idx = list->was.len;
    open.op->new_idx = list->is.len;
    return open;
}

/* Equal numbers of rows: compare each row with the one in its place. @return false: a key differs;
 * nothing was appended. */
/* NOLINTNEXTLINE(misc-no-recursion): bounded by DIFF_DEPTH_MAX, which stops the run */
static bool diff_in_place(struct diff_run *run, const struct diff_list *list)
{
    WICK_ASSERT(list->was.len == list->is.len);
    WICK_ASSERT_DEBUG(list->list->has_key);
    struct diff_open open = begin_edit(run, list);
    for (uint32_t idx = 0; idx < list->is.len && run->diff->err == WICK_OK; idx++) {
        idx += equal_run(list, idx, idx, list->is.len - idx);
        if (idx == list->is.len) {
            break;
        }
        if (!diff_row_key_same(run, list, idx, idx)) {
            diff_retract(run, &open);
            return false;
        }
        keep_row(run, list, idx, idx);
    }
    if (run->diff->err != WICK_OK) {
        return true;
    }
    if (diff_is_bare(run, &open)) {
        diff_retract(run, &open);
    } else if (diff_keys_unique(run, list, &open)) {
        diff_end(run);
    } else {
        diff_retract(run, &open);
        put_whole(run, list);
    }
    return true;
}

static void put_drops(struct diff_run *run, const struct diff_list *list,
                      const struct diff_match *match)
{
    uint32_t count = list->was.len - match->head - match->tail;
    WICK_ASSERT(match->kept_count <= count);
    WICK_ASSERT_DEBUG(match->head + match->tail <= list->was.len);
    for (uint32_t idx = 0; idx < count; idx++) {
        if (!match->kept[idx]) {
            diff_row_set(&run->was, list->list, list->was, match->head + idx);
            struct diff_slice key = put_key(run, list, &run->was);
            struct diff_op *op = diff_put(run->diff, DIFF_DROP, 0, NULL);
            op->old_idx = match->head + idx;
            op->key = key.off;
            op->key_len = key.len;
        }
    }
}

static void put_order(struct diff_run *run, const struct diff_list *list)
{
    struct buf *bytes = &run->diff->bytes;
    WICK_ASSERT(list->is.len > 1); /* a row has moved */
    struct diff_op *op = diff_put(run->diff, DIFF_ORDER, 0, NULL);
    op->text = (uint32_t)bytes->len;
    op->new_idx = list->is.len;
    for (uint32_t idx = 0; idx < list->is.len && run->diff->err == WICK_OK; idx++) {
        size_t at = bytes->len;
        buf_put(bytes, "\0", 2);
        diff_row_set(&run->is, list->list, list->is, idx);
        struct diff_slice key = put_key(run, list, &run->is);
        WICK_ASSERT_DEBUG(run->diff->err != WICK_OK || bytes->len == at + 2 + key.len);
        if (key.len > UINT16_MAX) {
            diff_fail(run->diff);
        }
        if (run->diff->err == WICK_OK) {
            bytes->ptr[at] = (uint8_t)(key.len & 0xff);
            bytes->ptr[at + 1] = (uint8_t)(key.len >> 8);
        }
    }
    op->text_len = (uint32_t)(bytes->len - op->text);
}

/* Set key and anchor of a ROW or MOVE. The anchor is the key of the row before; *last has it if
 * that row was placed just now, so that it is not rendered again. */
static void place_row(struct diff_run *run, const struct diff_list *list, struct diff_op *op,
                      struct diff_slice *last)
{
    uint32_t idx = op->new_idx;
    WICK_ASSERT(op->kind == DIFF_ROW || op->kind == DIFF_MOVE);
    WICK_ASSERT_DEBUG(idx < list->is.len);
    struct diff_slice after = *last;
    if (idx > 0 && after.len == 0) {
        diff_row_set(&run->is, list->list, list->is, idx - 1);
        after = put_key(run, list, &run->is);
    }
    diff_row_set(&run->is, list->list, list->is, idx);
    struct diff_slice key = put_key(run, list, &run->is);
    op->key = key.off;
    op->key_len = key.len;
    if (idx > 0) {
        op->after = after.off;
        op->after_len = after.len;
    }
    WICK_ASSERT_DEBUG(run->diff->err != WICK_OK || (key.len > 0 && (idx == 0 || after.len > 0)));
    *last = key;
}

/* The old row that is row idx now, with DIFF_ROW_MOVED; DIFF_ROW_NEW: none. */
static uint32_t old_row(const struct diff_list *list, const struct diff_match *match, uint32_t idx)
{
    uint32_t tail_at = list->is.len - match->tail;
    WICK_ASSERT(idx < list->is.len && match->head <= tail_at);
    WICK_ASSERT_DEBUG(match->head + match->tail <= list->was.len);
    if (idx < match->head) {
        return idx;
    }
    return idx < tail_at ? match->from[idx - match->head] : idx - list->is.len + list->was.len;
}

/* Rows in their new order; each is placed after its neighbour, which is in place already. @return
 * true: a row has moved. */
/* NOLINTNEXTLINE(misc-no-recursion): bounded by DIFF_DEPTH_MAX, which stops the run */
static bool put_rows(struct diff_run *run, const struct diff_list *list,
                     const struct diff_match *match)
{
    struct diff_slice last = { 0, 0 }; /* key of the row before, if it was placed */
    bool has_moved = false;
    for (uint32_t idx = 0; idx < list->is.len && run->diff->err == WICK_OK; idx++) {
        uint32_t from = old_row(list, match, idx);
        if (from == DIFF_ROW_NEW) {
            struct diff_open open = diff_begin(run, DIFF_ROW, 0, NULL);
            open.op->new_idx = idx;
            open.op->node = list->list->row;
            place_row(run, list, open.op, &last);
            (void)(diff_snapshot(run->diff, list->list->row, &run->is) ==
                   WICK_OK); /* run->diff->err */
            diff_end(run);
            continue;
        }
        uint32_t was_idx = from & ~DIFF_ROW_MOVED;
        WICK_ASSERT_DEBUG(was_idx < list->was.len);
        if ((from & DIFF_ROW_MOVED) != 0) {
            struct diff_op *op = diff_put(run->diff, DIFF_MOVE, 0, NULL);
            op->old_idx = was_idx;
            op->new_idx = idx;
            place_row(run, list, op, &last);
            has_moved = true;
        } else {
            last.len = 0;
        }
        if (!is_row_equal(list, was_idx, idx)) {
            diff_row_set(&run->was, list->list, list->was, was_idx);
            diff_row_set(&run->is, list->list, list->is, idx);
            keep_row(run, list, was_idx, idx);
        }
    }
    return has_moved;
}

/* NOLINTNEXTLINE(misc-no-recursion): bounded by DIFF_DEPTH_MAX, which stops the run */
static void diff_keyed(struct diff_run *run, const struct diff_list *list)
{
    struct diff_match match = { .head = 0 };
    if (list->was.len == list->is.len && diff_in_place(run, list)) {
        return;
    }
    bool is_matched = diff_match_rows(run, list, &match);
    if (run->diff->err != WICK_OK) {
        return;
    }
    if (!is_matched || match.head + match.tail + match.kept_count == 0) {
        put_whole(run, list);
        return;
    }
    WICK_ASSERT_DEBUG(match.head + match.tail + match.kept_count <= list->was.len);
    WICK_ASSERT_DEBUG(match.head + match.tail + match.kept_count <= list->is.len);
    uint32_t map_used = run->map_used;
    (void)begin_edit(run, list);
    put_drops(run, list, &match);
    run->map_used += list->is.len - match.head -
                     match.tail; /* match.from; the rest is free for the lists in the rows */
    bool has_moved = put_rows(run, list, &match);
    WICK_ASSERT_DEBUG(run->map_used <= run->diff->map_cap);
    run->map_used = map_used;
    if (has_moved) {
        put_order(run, list);
    }
    diff_end(run);
}

/* NOLINTNEXTLINE(misc-no-recursion): bounded by DIFF_DEPTH_MAX, which stops the run */
static void diff_shown(struct diff_run *run, const struct diff_list *list)
{
    WICK_ASSERT_DEBUG(!list->was.is_else || list->was.len == 0);
    WICK_ASSERT_DEBUG(!list->is.is_else || list->is.len == 0);
    bool is_else_changed = list->was.is_else != list->is.is_else && list->list->otherwise != NULL;
    if (list->was.is_else && list->is.is_else) {
        diff_else(run, list);
    } else if (list->was.len == 0 && list->is.len == 0 && !is_else_changed) {
        return;
    } else if (list->was.len == 0 || list->is.len == 0) {
        put_whole(run, list);
    } else if (list->list->has_key) {
        diff_keyed(run, list);
    } else {
        diff_unkeyed(run, list);
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): bounded by DIFF_DEPTH_MAX, which stops the run */
void diff_list(struct diff_run *run, const struct tmpl_slot *slot, uint16_t slot_no)
{
    uint32_t map_used = run->map_used;
    struct diff_list list = { .slot = slot, .list = slot->list, .slot_no = slot_no };
    WICK_ASSERT_DEBUG(slot->kind == TMPL_LIST);
    list.was = diff_rows_of(run, slot->list, &run->was);
    list.is = diff_rows_of(run, slot->list, &run->is);
    if (run->diff->err == WICK_OK) {
        diff_shown(run, &list);
    }
    WICK_ASSERT_DEBUG(run->map_used >= map_used && run->map_used <= run->diff->map_cap);
    run->map_used = map_used;
}
