/* net_pull.c - answers and messages in pieces: a source writes into the window, the window goes to
 * the connection. Nothing longer than the window is ever in memory.
 *
 * A source that does not give what it has promised cannot be repaired, because the length has
 * already been sent: the connection is closed, so that the other side sees an answer that was cut
 * off.
 */
#include "base/log.h"
#include "base/num.h"
#include "net/net_priv.h"

#include <string.h>

enum {
    ROUNDS_MAX = 4, /* windows for one connection in one pass */
    CHUNK_HEAD = 8, /* room for the length of a chunk: 4 hexadecimal digits and CRLF */
    CHUNK_TAIL = 2,
    ROOM_MIN = 512, /* less room than this is not worth a piece */
};

_Static_assert(WICK_SEND_CAP <= 0xffff, "the length of a chunk has at most 4 digits");

struct net_pull net_pulls[NET_SLOT_MAX];

static struct net_pull *pull_of(const struct net_conn *c)
{
    WICK_ASSERT(c->is_pulling);
    return &net_pulls[conn_index(c)];
}

void pull_begin(struct net_conn *c, uint64_t len, const struct net_source *source)
{
    WICK_ASSERT(!c->is_pulling && source->pull != NULL && source->done != NULL);
    struct net_pull *pull = &net_pulls[conn_index(c)];
    memset(pull, 0, sizeof *pull);
    pull->source = *source;
    pull->left = len;
    c->is_pulling = true;
    set_add(&net.to_flush, conn_index(c));
}

void pull_cancel(struct net_conn *c)
{
    if (c->is_pulling) {
        struct net_pull *pull = pull_of(c);
        c->is_pulling = false;
        pull->source.done(pull->source.arg);
    }
}

static void break_off(struct net_conn *c, const char *why)
{
    log_event(LOG_ERROR, "net", "an answer was broken off", KV_S("why", str_of(why)));
    conn_kill(c);
}

/* Put the frame of a chunk around the len bytes that lie at start + CHUNK_HEAD. */
static struct str frame_chunk(uint8_t *start, size_t len)
{
    char digits[8];
    struct buf head;
    buf_init(&head, digits, sizeof digits);
    buf_put_hex(&head, len, 4);
    buf_put_str(&head, STR("\r\n"));
    uint8_t *at = start + CHUNK_HEAD - head.len;
    memcpy(at, head.ptr, head.len);
    memcpy(start + CHUNK_HEAD + len, "\r\n", CHUNK_TAIL);
    return (struct str){ (const char *)at, head.len + len + CHUNK_TAIL };
}

/* One window. @return false: broken off */
static bool pull_piece(struct net_conn *c, size_t room, bool *is_end_out)
{
    struct net_pull *pull = pull_of(c);
    size_t cap = room - CHUNK_HEAD - CHUNK_TAIL - NET_PULL_TAIL;
    if (cap > pull->left) {
        cap = (size_t)pull->left;
    }
    uint8_t *to = net_window + CHUNK_HEAD;
    bool is_end = pull->left == 0;
    size_t len = is_end ? 0 : pull->source.pull(pull->source.arg, to, cap, &is_end);
    WICK_ASSERT(len <= cap);
    if (pull->left != NET_LEN_UNKNOWN) {
        pull->left -= len;
        if (is_end && pull->left > 0) {
            break_off(c, "the source ended early");
            return false;
        }
        is_end = pull->left == 0;
    }
    if (len == 0 && !is_end) {
        break_off(c, "the source gave nothing");
        return false;
    }
    struct str piece = { (const char *)to, len };
    if (pull->is_chunked && len > 0) {
        piece = frame_chunk(net_window, len);
    }
    if (is_end && pull->tail_len > 0) {
        memcpy((uint8_t *)net_window + (piece.ptr - (const char *)net_window) + piece.len,
               pull->tail, pull->tail_len);
        piece.len += pull->tail_len;
    }
    if (piece.len > 0) {
        send_now(c, piece.ptr, piece.len);
    }
    *is_end_out = is_end;
    return true;
}

bool pull_more(struct net_conn *c)
{
    for (int round = 0; round < ROUNDS_MAX; round++) {
        size_t room = altcp_sndbuf(c->pcb);
        bool is_end;
        if (room < ROOM_MIN) {
            return false; /* sent() will tell */
        }
        if (!pull_piece(c, room, &is_end)) {
            return false;
        }
        if (is_end) {
            pull_cancel(c);
            return true;
        }
    }
    set_add(&net.to_flush, conn_index(c)); /* the others have their turn */
    return false;
}
