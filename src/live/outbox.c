/* outbox.c - see outbox.h. */
#include "live/outbox.h"

#include "base/stat.h"

#include <string.h>

struct parcel {
    struct buf buf;
    size_t off; /* what net has taken */
    bool is_used;
    uint8_t mem[WICK_OUT_CAP];
};

static struct {
    struct parcel *open; /* between begin and send; NULL: none */
    struct parcel parcel[WICK_OUT_MAX];
} m;

static struct stat_counter stat_used = { .name = "wick_live_out_buffers",
                                         .help = "long answers on their way" };

void outbox_init(void)
{
    m.open = NULL;
    for (size_t idx = 0; idx < WICK_OUT_MAX; idx++) {
        m.parcel[idx].is_used = false;
    }
    stat_used.value = 0;
    stat_add(&stat_used);
}

struct buf *outbox_begin(void)
{
    WICK_ASSERT(m.open == NULL);
    for (size_t idx = 0; idx < WICK_OUT_MAX; idx++) {
        struct parcel *parcel = &m.parcel[idx];
        if (!parcel->is_used) {
            parcel->is_used = true;
            parcel->off = 0;
            buf_init(&parcel->buf, parcel->mem, sizeof parcel->mem);
            stat_used.value++;
            m.open = parcel;
            return &parcel->buf;
        }
    }
    return NULL;
}

static void done(void *arg)
{
    struct parcel *parcel = arg;
    WICK_ASSERT(parcel->is_used);
    parcel->is_used = false;
    stat_used.value--;
}

static size_t pull(void *arg, uint8_t *to, size_t cap, bool *is_end_out)
{
    struct parcel *parcel = arg;
    size_t left = parcel->buf.len - parcel->off;
    size_t len = left < cap ? left : cap;
    memcpy(to, parcel->mem + parcel->off, len);
    parcel->off += len;
    *is_end_out = len == left;
    return len;
}

static struct parcel *close_parcel(void)
{
    struct parcel *parcel = m.open;
    m.open = NULL;
    return parcel;
}

static bool send_short(net_stream_id stream, const struct buf *buf)
{
    struct buf *out = net_message_begin(stream);
    if (out != NULL) {
        buf_put_str(out, buf_str(buf));
    }
    return out != NULL && net_message_end(stream) == WICK_OK;
}

bool outbox_send(net_stream_id stream)
{
    struct parcel *parcel = close_parcel();
    WICK_ASSERT(parcel != NULL);
    bool is_sent = false;
    if (parcel->buf.err == WICK_OK && parcel->buf.len > WICK_SEND_CAP - NET_WRAP_ROOM) {
        return net_stream_source(stream, parcel->buf.len,
                                 &(struct net_source){ pull, done, parcel });
    }
    if (parcel->buf.err == WICK_OK) {
        is_sent = send_short(stream, &parcel->buf);
    }
    done(parcel);
    return is_sent;
}

void outbox_respond(net_conn_id conn, const struct http_res *res)
{
    struct parcel *parcel = close_parcel();
    if (parcel == NULL) {
        net_respond_error(conn, 503, STR("The server is busy. Please try again in a moment."));
        return;
    }
    if (parcel->buf.err != WICK_OK) {
        net_respond_error(conn, 500, STR("The page exceeds its output buffer."));
        done(parcel);
    } else if (parcel->buf.len > NET_BODY_MAX) {
        (void)net_respond_source(conn, res, parcel->buf.len,
                                 &(struct net_source){ pull, done, parcel });
    } else {
        struct http_res full = *res;
        full.body = buf_str(&parcel->buf);
        net_respond(conn, &full);
        done(parcel);
    }
}
