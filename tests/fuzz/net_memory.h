/* net_memory.h - a connection of the real server over a transport in memory, for fuzzers: the same
 * input, cut into pieces in two ways, must give the same bytes back.
 */
#ifndef NET_MEMORY_H
#define NET_MEMORY_H

#include "base/clk.h"
#include "base/log.h"
#include "hub/hub.h"
#include "lwip/memp.h"
#include "lwip/priv/altcp_priv.h"
#include "net/net_priv.h"

#include <stdlib.h>
#include <string.h>

enum { MEMORY_OUT_CAP = 1 << 22 };

struct memory_tcp {
    struct altcp_pcb pcb;
    ip_addr_t ip;
    size_t out_len;
    size_t window;
    bool is_shut;
    uint8_t out[MEMORY_OUT_CAP];
};

static void memory_recved(struct altcp_pcb *pcb, u16_t len)
{
    struct memory_tcp *tcp = (struct memory_tcp *)(void *)pcb;
    tcp->window += len;
    WICK_ASSERT(tcp->window <= NET_IN_CAP);
}

static err_t memory_write(struct altcp_pcb *pcb, const void *bytes, u16_t len, u8_t flags)
{
    struct memory_tcp *tcp = (struct memory_tcp *)(void *)pcb;
    (void)flags;
    WICK_ASSERT(!tcp->is_shut);
    if (len > 0 && tcp->out_len + len <= MEMORY_OUT_CAP) {
        memcpy(tcp->out + tcp->out_len, bytes, len);
        tcp->out_len += len;
    }
    return ERR_OK;
}

static err_t memory_shutdown(struct altcp_pcb *pcb, int shut_rx, int shut_tx)
{
    (void)shut_rx;
    (void)shut_tx;
    ((struct memory_tcp *)(void *)pcb)->is_shut = true;
    return ERR_OK;
}

static void memory_abort(struct altcp_pcb *pcb)
{
    pcb->recv = NULL;
}

static err_t memory_close(struct altcp_pcb *pcb)
{
    pcb->recv = NULL;
    return ERR_OK;
}

static err_t memory_output(struct altcp_pcb *pcb)
{
    (void)pcb;
    return ERR_OK;
}

static u16_t memory_sndbuf(struct altcp_pcb *pcb)
{
    (void)pcb;
    return WICK_SEND_CAP;
}

static ip_addr_t *memory_ip(struct altcp_pcb *pcb, int local)
{
    (void)local;
    return &((struct memory_tcp *)(void *)pcb)->ip;
}

static const struct altcp_functions memory_functions = {
    .recved = memory_recved,
    .write = memory_write,
    .output = memory_output,
    .sndbuf = memory_sndbuf,
    .shutdown = memory_shutdown,
    .close = memory_close,
    .abort = memory_abort,
    .getip = memory_ip,
};

static void memory_request(net_conn_id conn, const struct http_req *req)
{
    if (req->is_upgrade) {
        WICK_ASSERT(net_stream_open(conn, req, NET_WS, STR("")) != 0);
        return;
    }
    WICK_ASSERT(req->path.len > 0 && req->path.ptr[0] == '/' && req->body.len <= WICK_BODY_LEN_MAX);
    net_respond(conn, &(struct http_res){ .status = 200,
                                          .type = STR("text/plain"),
                                          .body = req->body.len > 0 ? req->body : req->path });
}

static bool memory_message(net_conn_id conn, struct str text)
{
    net_stream_id stream = net_stream_first(conn);
    struct buf *buf = net_message_begin(stream);
    WICK_ASSERT(buf != NULL && utf8_is_valid(text) && text.len <= WICK_BODY_LEN_MAX);
    buf_put_str(buf, text);
    WICK_ASSERT(net_message_end(stream) == WICK_OK);
    return text.len % 2 == 0; /* some of them are the last one in their pass */
}

static void memory_nothing(net_stream_id stream)
{
    (void)stream;
}

static uint64_t memory_settle(void)
{
    return UINT64_MAX;
}

static void memory_log(struct str line)
{
    (void)line;
}

static const struct net_hooks memory_hooks = {
    .request = memory_request,
    .message = memory_message,
    .closed = memory_nothing,
    .lagged = memory_nothing,
    .settle = memory_settle,
};

static void memory_start(void)
{
    static bool is_started;
    if (is_started) {
        return;
    }
    is_started = true;
    memp_init();
    hub_init();
    conn_start(&net_port_kernel);
    log_set_sink(memory_log);
    net.hooks = &memory_hooks;
}

/* What a pass of the loop does besides the port's part. */
static void memory_pass(void)
{
    conn_resume();
    send_lagged();
    http_answers();
    send_rings();
    room_make();
    conn_reap();
}

static void memory_feed(struct memory_tcp *tcp, const uint8_t *bytes, size_t len)
{
    while (len > 0 && tcp->pcb.recv != NULL) {
        size_t piece = len < tcp->window ? len : tcp->window;
        while (piece == 0 && net.to_read.is_used) { /* the window opens as messages are read */
            memory_pass();
            piece = len < tcp->window ? len : tcp->window;
        }
        WICK_ASSERT(piece > 0);        /* nothing is ever blocked here */
        uint8_t *copy = malloc(piece); /* of its own: reading one byte too far is seen */
        memcpy(copy, bytes, piece);
        struct pbuf *p = pbuf_alloc(PBUF_RAW, (u16_t)piece, PBUF_REF);
        p->payload = copy;
        tcp->window -= piece;
        (void)tcp->pcb.recv(tcp->pcb.arg, &tcp->pcb, p, ERR_OK);
        free(copy);
        bytes += piece;
        len -= piece;
        memory_pass();
    }
    while (net.to_read.is_used) {
        memory_pass();
    }
}

/* step 0: whole; else pieces of pseudo-random length up to step. Head is sent first, whole. */
static void memory_run(struct memory_tcp *tcp, const char *head, const uint8_t *bytes, size_t len,
                       unsigned step)
{
    unsigned random = step * 2654435761u + 1;
    memset(&tcp->pcb, 0, sizeof tcp->pcb);
    tcp->pcb.fns = &memory_functions;
    tcp->out_len = 0;
    tcp->is_shut = false;
    tcp->window = NET_IN_CAP;
    WICK_ASSERT(conn_accept(NULL, &tcp->pcb, ERR_OK) == ERR_OK);
    memory_feed(tcp, (const uint8_t *)head, strlen(head));
    for (size_t at = 0; at < len;) {
        random = random * 1103515245u + 12345;
        size_t piece = step == 0 ? len : 1 + (random >> 16) % step;
        piece = piece < len - at ? piece : len - at;
        memory_feed(tcp, bytes + at, piece);
        at += piece;
    }
    if (tcp->pcb.recv != NULL) {
        (void)tcp->pcb.recv(tcp->pcb.arg, &tcp->pcb, NULL, ERR_OK);
    }
    conn_reap();
    WICK_ASSERT(conn_count() == 0 && tcp->pcb.recv == NULL);
}

/* Forget what says that the body may come: it depends on the pieces. */
static void memory_cut_continue(struct memory_tcp *tcp)
{
    static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";
    uint8_t *at;
    while ((at = memmem(tcp->out, tcp->out_len, text, sizeof text - 1)) != NULL) {
        size_t after = (size_t)(tcp->out + tcp->out_len - at) - (sizeof text - 1);
        memmove(at, at + sizeof text - 1, after);
        tcp->out_len -= sizeof text - 1;
    }
}

static void memory_compare(const char *head, const uint8_t *bytes, size_t len)
{
    static struct memory_tcp whole;
    static struct memory_tcp cut;
    if (len == 0) {
        return;
    }
    memory_start();
    memory_run(&whole, head, bytes + 1, len - 1, 0);
    memory_run(&cut, head, bytes + 1, len - 1, 1u + bytes[0]);
    memory_cut_continue(&whole);
    memory_cut_continue(&cut);
    WICK_ASSERT(whole.out_len == cut.out_len && memcmp(whole.out, cut.out, cut.out_len) == 0 &&
                whole.is_shut == cut.is_shut);
}

#endif
