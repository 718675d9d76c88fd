/* wire_pull.c - see wire_pull.h.
 *
 * The message is a sequence of pieces: its begin, one for each operation, its end. A piece is
 * encoded straight into the window. One that does not fit there is encoded into the free part of
 * diff->bytes and copied in part; the next window encodes it again and skips what was taken. For
 * that the encoder goes back to where it was before the piece: a piece changes the innermost open
 * level, opens one more or closes one, nothing else.
 */
#include "wire/wire_pull.h"

enum { AT_BEGIN, AT_OPERATION, AT_END, AT_NONE };

/* The encoder before a piece. */
struct saved {
    uint32_t depth;
    struct wire_level level, outer;
};

static struct saved save(const struct wire_put *put)
{
    WICK_ASSERT(put->depth <= DIFF_DEPTH_MAX);
    return (struct saved){ put->depth, put->level[put->depth],
                           put->level[put->depth > 0 ? put->depth - 1 : 0] };
}

static void restore(struct wire_put *put, const struct saved *saved)
{
    WICK_ASSERT(put->depth <= saved->depth + 1 && put->depth + 1 >= saved->depth);
    put->depth = saved->depth;
    if (saved->depth > 0) {
        put->level[saved->depth - 1] = saved->outer;
    }
    put->level[saved->depth] = saved->level;
}

void wire_pull_start(struct wire_pull *pull, const struct wire *wire, const struct tmpl_node *root,
                     const struct tmpl_ctx *is, const struct wire_meta *meta)
{
    WICK_ASSERT_DEBUG(wire != NULL && root != NULL && meta != NULL);
    pull->wire = wire;
    pull->meta = *meta;
    pull->meta.is_snapshot = true;
    pull->off = 0;
    pull->stand = AT_BEGIN;
    wire_put_init(&pull->put, NULL, root, NULL);
    diff_walk_start(&pull->walk, root, is);
}

/* Encode the present piece. */
static void put_piece(struct wire_pull *pull, struct buf *out, const struct diff *diff)
{
    WICK_ASSERT_DEBUG(pull->stand < AT_NONE);
    pull->put.out = out;
    pull->put.meta = &pull->meta; /* not kept: the caller may move pull between windows */
    switch (pull->stand) {
    case AT_BEGIN:
        pull->wire->begin(&pull->put);
        return;
    case AT_OPERATION:
        pull->wire->operations(&pull->put, diff);
        return;
    default:
        pull->wire->end(&pull->put);
    }
}

/* Past the present piece. */
static void advance(struct wire_pull *pull)
{
    WICK_ASSERT_DEBUG(pull->stand < AT_NONE);
    pull->off = 0;
    if (pull->stand == AT_OPERATION) {
        diff_walk_advance(&pull->walk);
    }
    if (pull->stand == AT_END) {
        pull->stand = AT_NONE;
    } else {
        pull->stand = diff_walk_is_done(&pull->walk) ? AT_END : AT_OPERATION;
    }
}

/* The present operation, if the piece is one. @return false: it does not fit. */
static bool load_operation(const struct wire_pull *pull, struct diff *diff)
{
    WICK_ASSERT_DEBUG(diff->op_cap > 0);
    diff_reset(diff);
    if (pull->stand == AT_OPERATION) {
        diff_walk_op(&pull->walk, diff);
        WICK_ASSERT_DEBUG(diff->op_len <= 1);
    }
    return diff->err == WICK_OK;
}

/* The piece, encoded after the text of its operation. */
static struct buf piece_after_text(struct wire_pull *pull, struct diff *diff)
{
    WICK_ASSERT_DEBUG(diff->err == WICK_OK && diff->bytes.len <= diff->bytes.cap);
    struct buf piece;
    buf_init(&piece, diff->bytes.ptr + diff->bytes.len, diff->bytes.cap - diff->bytes.len);
    put_piece(pull, &piece, diff);
    return piece;
}

/* The part of the present piece that fits. @return false: the window is full, or out->err is
 * set. */
static bool put_part(struct wire_pull *pull, struct buf *out, struct diff *diff)
{
    struct saved before = save(&pull->put);
    struct buf piece = piece_after_text(pull, diff);
    if (piece.err != WICK_OK) {
        restore(&pull->put, &before);
        buf_fail(out, WICK_E_FULL);
        return false;
    }
    WICK_ASSERT(pull->off <= piece.len); /* the state has not changed since */
    size_t rest = piece.len - pull->off;
    size_t room = out->cap - out->len;
    size_t len = rest < room ? rest : room;
    buf_put(out, piece.ptr + pull->off, len);
    pull->off += len;
    if (len < rest) {
        restore(&pull->put, &before);
        return false;
    }
    return true;
}

bool wire_pull_next(struct wire_pull *pull, struct buf *out, struct diff *diff)
{
    while (out->err == WICK_OK && pull->stand != AT_NONE) {
        if (!load_operation(pull, diff)) {
            buf_fail(out, WICK_E_FULL);
            break;
        }
        size_t len = out->len;
        if (pull->off == 0) {
            struct saved before = save(&pull->put);
            put_piece(pull, out, diff);
            if (out->err == WICK_OK) {
                advance(pull);
                continue;
            }
            buf_cut(out, len);
            restore(&pull->put, &before);
        }
        if (!put_part(pull, out, diff)) {
            return true;
        }
        advance(pull);
    }
    WICK_ASSERT_DEBUG(pull->stand != AT_NONE || pull->off == 0);
    return pull->stand != AT_NONE;
}

uint64_t wire_pull_length(struct wire_pull *pull, struct diff *diff)
{
    uint64_t len = 0;
    WICK_ASSERT(pull->off == 0 && pull->stand == AT_BEGIN);
    while (pull->stand != AT_NONE) {
        if (!load_operation(pull, diff)) {
            return WIRE_LENGTH_UNKNOWN;
        }
        struct buf piece = piece_after_text(pull, diff);
        if (piece.err != WICK_OK) {
            return WIRE_LENGTH_UNKNOWN;
        }
        len += piece.len;
        advance(pull);
    }
    return len;
}
