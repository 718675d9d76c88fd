/* sse_test.c - streams over server-sent events and long poll. */
#include "harness.h"
#include "t.h"

static struct kit_client a;

static void events_are_streamed(void)
{
    unsigned closed = h_closed_count;
    h_open(&a);
    kit_text(&a, "GET /sse HTTP/1.1\r\nHost: localhost\r\n\r\n");
    kit_pump(&a);
    T_CHECK(h_status(&a) == 200 && h_has(&a, "Content-Type: text/event-stream\r\n") &&
            !h_has(&a, "Content-Length"));
    T_EQ_INT(net_stream_transport(h_stream), NET_SSE);
    h_forget(&a);
    h_publish("one");
    struct buf *buf = net_message_begin(h_stream);
    T_CHECK(buf != NULL);
    buf_put_text(buf, "private");
    T_EQ_INT(net_message_end(h_stream), WICK_OK);
    h_publish("two");
    kit_pump(&a);
    T_CHECK(h_is(&a, "data: one\n\ndata: private\n\ndata: two\n\n"));
    h_forget(&a);
    kit_text(&a, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"); /* what follows is not a request */
    kit_pump(&a);
    T_EQ_INT(a.len, 0);
    h_advance(26000);
    kit_pump(&a);
    T_CHECK(h_is(&a, ": \n\n"));
    net_stream_close(h_stream, 1001, STR(""));
    kit_pump(&a);
    T_CHECK(a.is_closed);
    T_EQ_INT(h_closed_count, closed + 1);
    h_shut(&a);
    H_EMPTY();
}

static void a_long_poll_ends_after_its_events(void)
{
    unsigned closed = h_closed_count;
    h_open(&a);
    kit_text(&a, "GET /poll HTTP/1.1\r\nHost: localhost\r\n\r\n");
    kit_pump(&a);
    T_CHECK(h_status(&a) == 200 && !a.is_closed);
    h_forget(&a);
    h_publish("one");
    h_publish("two");
    kit_pump(&a);
    T_CHECK(h_is(&a, "data: one\n\ndata: two\n\n") && a.is_closed);
    T_EQ_INT(h_closed_count, closed + 1);
    h_shut(&a);

    h_open(&a); /* with a private frame, and with nothing at all */
    kit_text(&a, "GET /poll HTTP/1.1\r\nHost: localhost\r\n\r\n");
    kit_pump(&a);
    h_forget(&a);
    struct buf *buf = net_message_begin(h_stream);
    T_CHECK(buf != NULL);
    buf_put_text(buf, "private");
    T_EQ_INT(net_message_end(h_stream), WICK_OK);
    kit_pump(&a);
    T_CHECK(h_is(&a, "data: private\n\n") && a.is_closed);
    h_shut(&a);
    h_open(&a);
    kit_text(&a, "GET /poll HTTP/1.1\r\nHost: localhost\r\n\r\n");
    kit_pump(&a);
    h_advance(26000);
    kit_pump(&a);
    T_CHECK(a.is_closed);
    h_shut(&a);
    T_EQ_INT(h_closed_count, closed + 3);
    H_EMPTY();
}

static void all(void)
{
    events_are_streamed();
    a_long_poll_ends_after_its_events();
}

int main(void)
{
    for (int round = 0; round < 3; round++) { /* the server starts again in the same process */
        h_on_both(all);
    }
    return t_done();
}
