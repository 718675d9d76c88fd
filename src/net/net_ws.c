/* net_ws.c - WebSocket messages in (RFC 6455 section 5), control frames in and out, the closing
 * handshake.
 *
 * wslay's frame layer reads the bytes. Its context has a 4 KiB buffer, so there is one for all
 * connections: what a connection must remember inside a frame is 40 bytes (struct ws_rx), kept in
 * its input buffer, which it has only inside a message. Answers for which there is no room are
 * dropped.
 *
 * When the application has had enough for this pass, the bytes not read yet wait at the start of
 * the input buffer (raw_len). A message is joined at the same place while they are read: what has
 * been read of a message is always longer than its payload, so it never overtakes the reader.
 */
#include "net/net_priv.h"

#include <string.h>
#include <wslay_frame.h>

struct stat_value net_stat_messages;
STAT_TOTAL(net_stat_messages, "wick_net_messages_total", "WebSocket messages received");

static struct {
    const uint8_t *ptr;
    size_t len;
} source; /* what wslay may still read */
static struct wslay_frame_context reader;
static struct ws_rx idle_rx; /* of a connection that is between two frames */

static ssize_t on_more(uint8_t *to, size_t cap, int flags, void *arg)
{
    (void)flags;
    (void)arg;
    size_t len = source.len < cap ? source.len : cap;
    if (len > 0) {
        memcpy(to, source.ptr, len);
    }
    source.ptr += len;
    source.len -= len;
    return (ssize_t)len;
}

static void load(const struct ws_rx *rx)
{
    reader.callbacks.recv_callback = on_more;
    memcpy(reader.ibuf, rx->rest, rx->rest_len);
    reader.ibufmark = reader.ibuf;
    reader.ibuflimit = reader.ibuf + rx->rest_len;
    reader.istate = rx->ireqread == 0 ? RECV_HEADER1 : (enum wslay_frame_state)rx->istate;
    reader.ireqread = rx->ireqread == 0 ? 2 : rx->ireqread;
    reader.iom = (struct wslay_frame_opcode_memo){ rx->fin, rx->opcode, rx->rsv };
    reader.ipayloadlen = rx->payload_len;
    reader.ipayloadoff = rx->payload_off;
    reader.imask = rx->is_masked;
    memcpy(reader.imaskkey, rx->mask, 4);
}

static void save(struct ws_rx *rx)
{
    size_t rest_len = (size_t)(reader.ibuflimit - reader.ibufmark);
    WICK_ASSERT(rest_len <= sizeof rx->rest);
    memcpy(rx->rest, reader.ibufmark, rest_len);
    rx->rest_len = (uint8_t)rest_len;
    rx->istate = (uint8_t)reader.istate;
    rx->ireqread = (uint8_t)reader.ireqread;
    rx->fin = reader.iom.fin;
    rx->opcode = reader.iom.opcode;
    rx->rsv = reader.iom.rsv;
    rx->payload_len = reader.ipayloadlen;
    rx->payload_off = reader.ipayloadoff;
    rx->is_masked = reader.imask;
    memcpy(rx->mask, reader.imaskkey, 4);
}

/* --- out -------------------------------------------------------------------------------------- */

static size_t ws_head(size_t payload_len, char mem[static NET_FRAME_HEAD])
{
    size_t len = 0;
    mem[len++] = (char)(0x80 | WSLAY_TEXT_FRAME); /* RFC 6455 section 5.2: FIN, text; not masked */
    if (payload_len < 126) {
        mem[len++] = (char)payload_len;
    } else if (payload_len <= UINT16_MAX) {
        mem[len++] = 126;
        mem[len++] = (char)(payload_len >> 8);
        mem[len++] = (char)payload_len;
    } else {
        mem[len++] = 127;
        for (int shift = 56; shift >= 0; shift -= 8) {
            mem[len++] = (char)((uint64_t)payload_len >> shift);
        }
    }
    return len;
}

static void send_control(struct net_conn *c, uint8_t opcode, const void *payload, size_t len)
{
    static uint8_t mem[2 + NET_CONTROL_LEN_MAX];
    WICK_ASSERT(len <= NET_CONTROL_LEN_MAX);
    if (conn_is_blocked(c)) {
        return; /* a peer that does not read gets no pong (RFC 6455 section 5.5.3 asks for the last
                   one only) */
    }
    mem[0] = (uint8_t)(0x80 | opcode);
    mem[1] = (uint8_t)len;
    if (len > 0) {
        memcpy(mem + 2, payload, len);
    }
    send_now(c, mem, 2 + len);
}

static void send_close(struct net_conn *c, uint16_t code, struct str reason)
{
    uint8_t payload[NET_CONTROL_LEN_MAX];
    size_t len = 0;
    if (code != 0) {
        payload[0] = (uint8_t)(code >> 8);
        payload[1] = (uint8_t)code;
        char text[NET_CONTROL_LEN_MAX - 1]; /* the reason and its closing zero; a longer one is cut
                                               at a whole character */
        (void)str_copy(text, sizeof text, reason);
        len = strlen(text);
        memcpy(payload + 2, text, len);
        len += 2;
    }
    send_control(c, WSLAY_CONNECTION_CLOSE, payload, len);
}

/* We close: the peer has NET_CLOSE_MS to answer. */
static void ws_close(struct net_conn *c, uint16_t code, struct str reason)
{
    if (c->state == CONN_OPEN) {
        send_close(c, code, reason);
        conn_enter(c, CONN_CLOSING);
    }
}

/* Fail the connection (RFC 6455 section 7.1.7). */
static void give_up(struct net_conn *c, uint16_t code)
{
    if (c->state == CONN_OPEN) {
        send_close(c, code, STR(""));
    }
    conn_end(c);
}

/* --- in --------------------------------------------------------------------------------------- */

static bool is_close_code(unsigned code) /* RFC 6455 section 7.4 and the registry */
{
    return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) ||
           (code >= 3000 && code <= 4999);
}

static void on_close(struct net_conn *c, const struct ws_rx *rx)
{
    unsigned code = rx->control_len >= 2 ? (unsigned)rx->control[0] << 8 | rx->control[1] : 0;
    struct str reason = { (const char *)rx->control + 2,
                          rx->control_len >= 2 ? rx->control_len - 2u : 0 };
    if (rx->control_len == 1 || (code != 0 && !is_close_code(code)) ||
        (rx->control_len >= 2 && code == 0)) {
        give_up(c, 1002);
    } else if (!utf8_is_valid(reason)) {
        give_up(c, 1007);
    } else {
        give_up(c, (uint16_t)code);
    }
}

static void on_control(struct net_conn *c, const struct ws_rx *rx)
{
    if (reader.iom.opcode == WSLAY_PING && c->state == CONN_OPEN) {
        send_control(c, WSLAY_PONG, rx->control, rx->control_len);
    } else if (reader.iom.opcode == WSLAY_CONNECTION_CLOSE) {
        on_close(c, rx);
    }
}

static bool is_control(uint8_t opcode)
{
    return (opcode & 8) != 0;
}

/* The header of the present frame, as soon as it is known. @return 0, or the code to fail with */
static uint16_t check_header(const struct ws_rx *rx, size_t message_len)
{
    uint8_t opcode = reader.iom.opcode;
    if (!reader.imask || reader.iom.rsv != 0) {
        return 1002;
    }
    if (is_control(opcode)) {
        return opcode <= WSLAY_PONG ? 0 : 1002;
    }
    if (opcode > WSLAY_BINARY_FRAME || (opcode == WSLAY_CONTINUATION_FRAME) != rx->in_message) {
        return 1002;
    }
    if (opcode == WSLAY_BINARY_FRAME) {
        return 1003;
    }
    return reader.ipayloadlen > WICK_BODY_LEN_MAX - message_len ? 1009 : 0;
}

static struct net_in *keep(struct net_conn *c, struct ws_rx **rx)
{
    struct net_in *in = in_of(c);
    if (in == NULL) {
        in = in_take(c);
        in->is_ws = true;
        in->ws = **rx;
        *rx = &in->ws;
    }
    return in;
}

static void deliver(struct net_conn *c, struct str text)
{
    net_stat_messages.value++;
    if (c->state == CONN_OPEN && !net.hooks->message(conn_id(c), text)) {
        c->is_full = true;
        set_add(&net.to_read, conn_index(c));
    }
}

static uint16_t on_data(struct net_conn *c, struct ws_rx **rx, const struct wslay_frame_iocb *piece)
{
    bool is_last = reader.ipayloadoff == reader.ipayloadlen;
    bool is_whole = piece->fin && !(*rx)->in_message && piece->data_length == piece->payload_length;
    if (!utf8_feed(&(*rx)->utf8, piece->data, piece->data_length)) {
        return 1007;
    }
    if (is_last && piece->fin && (*rx)->utf8.need != 0) {
        return 1007;
    }
    if (is_whole) {
        (*rx)->utf8 = (struct utf8){ 0 };
        deliver(c, (struct str){ (const char *)piece->data, piece->data_length });
        return 0;
    }
    struct net_in *in = keep(c, rx);
    memcpy(in->mem + in->len, piece->data, piece->data_length);
    in->len = (uint16_t)(in->len + piece->data_length);
    if (is_last) {
        (*rx)->in_message = !piece->fin;
    }
    if (is_last && piece->fin) {
        struct str text = { (const char *)in->mem, in->len };
        in->len = 0;
        (*rx)->utf8 = (struct utf8){ 0 };
        deliver(c, text);
    }
    return 0;
}

static uint16_t on_piece(struct net_conn *c, struct ws_rx **rx,
                         const struct wslay_frame_iocb *piece)
{
    bool is_last = reader.ipayloadoff == reader.ipayloadlen;
    if (!is_control(piece->opcode)) {
        return on_data(c, rx, piece);
    }
    if (piece->data_length > 0) { /* NULL is not for memcpy() */
        memcpy((*rx)->control + (*rx)->control_len, piece->data, piece->data_length);
    }
    (*rx)->control_len = (uint8_t)((*rx)->control_len + piece->data_length);
    if (is_last) {
        on_control(c, *rx);
        (*rx)->control_len = 0;
    }
    return 0;
}

static bool is_inside(const struct ws_rx *rx) /* a frame or message has begun */
{
    return rx->in_message || reader.istate != RECV_HEADER1 || reader.ibuflimit != reader.ibufmark;
}

static bool is_live(const struct net_conn *c)
{
    return c->state == CONN_OPEN || c->state == CONN_CLOSING;
}

/* Read one piece. @return WSLAY_ERR_WANT_READ when the bytes are used up, 0 to go on, or a close
 * code */
static int step(struct net_conn *c, struct ws_rx **rx)
{
    struct wslay_frame_iocb piece;
    ssize_t len = wslay_frame_recv(&reader, &piece);
    if (len == WSLAY_ERR_PROTO) {
        return 1002;
    }
    bool has_header = reader.istate == RECV_MASKKEY || reader.istate == RECV_PAYLOAD || len >= 0;
    if (has_header && !(*rx)->is_checked) {
        const struct net_in *in = in_of(c);
        uint16_t code = check_header(*rx, in != NULL ? in->len : 0);
        if (code != 0) {
            return code;
        }
        (*rx)->is_checked = true;
    }
    if (len < 0) {
        return WSLAY_ERR_WANT_READ;
    }
    uint16_t code = on_piece(c, rx, &piece);
    if (reader.istate == RECV_HEADER1) {
        (*rx)->is_checked = false;
    }
    return code;
}

/* The application wants no more in this pass: keep what was not read. wslay has read ahead into its
 * own buffer; the bytes are still there where it had them from. */
static void keep_rest(struct net_conn *c, struct ws_rx *rx)
{
    size_t ahead = (size_t)(reader.ibuflimit - reader.ibufmark);
    const uint8_t *rest = source.ptr - ahead;
    size_t len = source.len + ahead;
    reader.ibuflimit = reader.ibufmark;
    if (len == 0) {
        in_give(c);
        return;
    }
    struct net_in *in = keep(c, &rx);
    WICK_ASSERT(in->len == 0 && len <= NET_IN_CAP && !is_inside(rx));
    save(rx);
    memmove(in->mem, rest, len);
    in->raw_len = (uint16_t)len;
}

static void read_frames(struct net_conn *c, const uint8_t *bytes, size_t len)
{
    struct net_in *in = in_of(c);
    struct ws_rx *rx = &idle_rx;
    if (in != NULL) {
        WICK_ASSERT(in->is_ws);
        rx = &in->ws;
    } else {
        idle_rx = (struct ws_rx){ 0 };
    }
    source.ptr = bytes;
    source.len = len;
    load(rx);
    int result = 0;
    while (result == 0 && is_live(c) && !c->is_full) {
        result = step(c, &rx);
    }
    if (!is_live(c)) {
        return; /* its buffers are given back */
    }
    if (result > 0) {
        give_up(c, (uint16_t)result);
    } else if (c->is_full) {
        keep_rest(c, rx);
    } else if (is_inside(rx)) {
        (void)keep(c, &rx);
        save(rx);
    } else {
        in_give(c);
    }
}

void ws_keep(struct net_conn *c, const uint8_t *bytes, size_t len)
{
    struct net_in *in = in_of(c);
    if (in == NULL) {
        in = in_take(c);
    }
    if (!in->is_ws) {
        in->is_ws = true;
        in->ws = (struct ws_rx){ 0 };
        in->len = in->raw_len = 0;
    }
    WICK_ASSERT(in->len == 0 && in->raw_len + len <= NET_IN_CAP); /* the window is not larger */
    memmove(in->mem + in->raw_len, bytes, len);
    in->raw_len = (uint16_t)(in->raw_len + len);
    set_add(&net.to_read, conn_index(c));
}

static void ws_read(struct net_conn *c, uint8_t *bytes, size_t len)
{
    const struct net_in *in = in_of(c);
    if (c->is_full || (in != NULL && in->raw_len > 0)) {
        ws_keep(c, bytes, len);
    } else {
        read_frames(c, bytes, len);
    }
}

static void ws_resume(struct net_conn *c)
{
    struct net_in *in = in_of(c);
    if (in != NULL && in->raw_len > 0) {
        size_t len = in->raw_len;
        in->raw_len = 0;
        read_frames(c, in->mem, len);
    }
}

const struct transport net_transport_ws = {
    .name = "ws",
    .has_pong = true,
    .heartbeat = STR_INIT("\x89\x00"), /* a ping without payload */
    .head = ws_head,
    .open = ws_accept,
    .read = ws_read,
    .resume = ws_resume,
    .close = ws_close,
};
