/* late_test.c - the program stood still: nobody whose request has arrived is closed for being late.
 */
#include "harness.h"
#include "os/os_poll.h"
#include "t.h"

enum { MANY = 2 * OS_EVENT_MAX + 10, STANDSTILL_MS = 11000 }; /* more than a head may take */

static struct kit_client client[MANY];

static void requests_that_arrived_during_a_standstill_are_answered(void)
{
    for (unsigned idx = 0; idx < MANY; idx++) {
        h_open(&client[idx]);
    }
    for (unsigned idx = 0; idx < MANY; idx++) {
        kit_text(&client[idx], "GET /echo HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
    kit_skip_ms(STANDSTILL_MS);
    kit_passes(1);
    kit_passes(4);
    for (unsigned idx = 0; idx < MANY; idx++) {
        kit_pump(&client[idx]);
        T_EQ_INT(h_status(&client[idx]), 200);
        h_shut(&client[idx]);
    }
    kit_passes(4);
}

static void those_that_said_nothing_are_closed_all_the_same(void)
{
    static struct kit_client silent;
    h_open(&silent);
    for (unsigned idx = 0; idx < MANY; idx++) {
        h_open(&client[idx]);
    }
    kit_skip_ms(STANDSTILL_MS);
    /* every pass is full: the others never stop asking */
    for (unsigned pass = 0; pass < 8 + (int)WICK_CONN_MAX / (int)OS_EVENT_MAX; pass++) {
        for (unsigned idx = 0; idx < MANY; idx++) {
            if (!client[idx].is_closed) {
                kit_text(&client[idx], "GET /echo HTTP/1.1\r\nHost: localhost\r\n\r\n");
            }
        }
        kit_passes(1);
    }
    kit_pump(&silent);
    T_CHECK(silent.is_closed);
    for (unsigned idx = 0; idx < MANY; idx++) {
        h_shut(&client[idx]);
    }
    h_shut(&silent);
    kit_passes(8);
}

/* They wait in the listener's backlog while the server is told to stop. */
static void callers_are_answered_before_the_server_stops(void)
{
    enum { CALLERS = WICK_CONN_MAX < 100 ? WICK_CONN_MAX : 100 }; /* fewer than the backlog */

    for (unsigned idx = 0; idx < CALLERS; idx++) {
        kit_open(&client[idx]);
        if (idx % 4 != 0) {
            kit_text(&client[idx], "GET /echo HTTP/1.1\r\nHost: localhost\r\n\r\n");
        }
    }
    kit_stop();
    for (unsigned idx = 0; idx < CALLERS; idx++) {
        kit_take(&client[idx]);
        T_EQ_INT(h_status(&client[idx]), idx % 4 != 0 ? 200 : 0);
        T_CHECK(client[idx].is_closed && !client[idx].is_reset);
        h_shut(&client[idx]);
    }
    H_EMPTY();
}

static void all(void)
{
    requests_that_arrived_during_a_standstill_are_answered();
    those_that_said_nothing_are_closed_all_the_same();
    callers_are_answered_before_the_server_stops();
}

int main(void)
{
    h_on_both(all);
    return t_done();
}
