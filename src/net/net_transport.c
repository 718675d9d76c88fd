/* net_transport.c - the ways to carry streams, as a table. A new one is a row here and a file. */
#include "net/net_priv.h"

static const struct transport *const transports[] = {
    [NET_WS] = &net_transport_ws,
    [NET_SSE] = &net_transport_sse,
    [NET_POLL] = &net_transport_poll,
};

const struct transport *transport_of(const struct net_conn *c)
{
    WICK_ASSERT(c->transport < WICK_COUNT_OF(transports));
    return transports[c->transport];
}

void transport_close(struct net_conn *c, uint16_t code, struct str reason)
{
    (void)code;
    (void)reason;
    conn_end(c);
}

void net_frame_wrap(enum net_transport transport, size_t payload_len, char head_mem[static 16],
                    struct str *head_out, struct str *tail_out)
{
    const struct transport *row = transports[transport];
    *head_out = (struct str){ head_mem, row->head(payload_len, head_mem) };
    *tail_out = row->tail;
}
