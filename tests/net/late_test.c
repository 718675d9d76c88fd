/* late_test.c - the program stood still: nobody whose request has arrived is closed for being late.
 */
#include "harness.h"
#include "os/os_poll.h"
#include "t.h"

enum { MANY = 2 * OS_EVENT_MAX + 10, STANDSTILL_MS = 11000 }; /* more than a head may take */

static struct client client[MANY];

static void requests_that_arrived_during_a_standstill_are_answered(void)
{
    for (unsigned idx = 0; idx < MANY; idx++) {
        h_open(&client[idx]);
    }
    for (unsigned idx = 0; idx < MANY; idx++) {
        h_text(&client[idx], "GET /echo HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
    h_pass(STANDSTILL_MS);
    h_turn(1);
    h_turn(4);
    for (unsigned idx = 0; idx < MANY; idx++) {
        h_pump(&client[idx]);
        T_EQ_INT(h_status(&client[idx]), 200);
        h_shut(&client[idx]);
    }
    h_turn(4);
}

static void those_that_said_nothing_are_closed_all_the_same(void)
{
    static struct client silent;
    h_open(&silent);
    for (unsigned idx = 0; idx < MANY; idx++) {
        h_open(&client[idx]);
    }
    h_pass(STANDSTILL_MS);
    /* every pass is full: the others never stop asking */
    for (unsigned pass = 0; pass < 8 + (int)WICK_CONN_MAX / (int)OS_EVENT_MAX; pass++) {
        for (unsigned idx = 0; idx < MANY; idx++) {
            if (!client[idx].is_closed) {
                h_text(&client[idx], "GET /echo HTTP/1.1\r\nHost: localhost\r\n\r\n");
            }
        }
        h_turn(1);
    }
    h_pump(&silent);
    T_CHECK(silent.is_closed);
    for (unsigned idx = 0; idx < MANY; idx++) {
        h_shut(&client[idx]);
    }
    h_shut(&silent);
    h_turn(8);
}

int main(void)
{
    h_start();
    requests_that_arrived_during_a_standstill_are_answered();
    those_that_said_nothing_are_closed_all_the_same();
    return t_done();
}
