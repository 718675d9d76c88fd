/* os_test.c - clocks, random numbers, the epoll with its groups and watches. */
#include "os/os.h"
#include "os/os_poll.h"
#include "t.h"

#include <signal.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static void clocks_of_the_system_run(void)
{
    uint64_t start_us = os_mono_us();
    struct timespec pause = { .tv_nsec = 2000000 };
    nanosleep(&pause, NULL);
    uint64_t passed_us = os_mono_us() - start_us;
    T_CHECK(passed_us >= 2000 && passed_us < 20000000);
    uint64_t wall_ms = os_wall_ms(), now_s = (uint64_t)time(NULL);
    T_CHECK(wall_ms / 1000 <= now_s + 1 && wall_ms / 1000 + 5 >= now_s);
}

/* 32 random bytes: never twice the same, each bit both ways, nothing written beside them. */
static void random_bytes_fill_exactly_what_was_asked(void)
{
    uint8_t first[34] = { 0 }, second[34] = { 0 }, ones[32] = { 0 }, zeros[32] = { 0 };
    os_random(first + 1, 32);
    T_CHECK(first[0] == 0 && first[33] == 0);
    for (unsigned round = 0; round < 64; round++) {
        os_random(second + 1, 32);
        T_CHECK(memcmp(first + 1, second + 1, 32) != 0);
        for (size_t idx = 0; idx < 32; idx++) {
            ones[idx] |= second[idx + 1];
            zeros[idx] |= (uint8_t)~second[idx + 1];
        }
    }
    for (size_t idx = 0; idx < 32; idx++) {
        T_CHECK(ones[idx] == 0xff && zeros[idx] == 0xff);
    }
    static uint8_t large[1000];
    os_random(large, sizeof large); /* more than one call may give at once */
    size_t zero_count = 0;
    for (size_t idx = sizeof large - 100; idx < sizeof large; idx++) {
        zero_count += large[idx] == 0;
    }
    T_CHECK(zero_count < 50);
    os_random(NULL, 0);
}

/* --- the epoll ---------------------------------------------------------------------------------
 */

static unsigned calls;
static int pipes[OS_WATCH_MAX + 1][2];
static os_watch_id ids[OS_WATCH_MAX + 1];

static void count(void *arg)
{
    T_CHECK(arg == &calls);
    calls++;
}

static unsigned pass(void)
{
    unsigned before = calls;
    (void)os_poll_wait(0);
    os_poll_dispatch();
    return calls - before;
}

static void remove_all(void *arg)
{
    (void)arg;
    calls++;
    for (unsigned idx = 0; idx < OS_WATCH_MAX; idx++) {
        os_unwatch(ids[idx]);
    }
}

static void watches_come_and_go(void)
{
    T_EQ_INT(os_poll_start(), WICK_OK);
    for (unsigned idx = 0; idx <= OS_WATCH_MAX; idx++) {
        T_EQ_INT(pipe(pipes[idx]), 0);
        T_EQ_INT(os_watch(pipes[idx][0], count, &calls, &ids[idx]),
                 idx < OS_WATCH_MAX ? WICK_OK : WICK_E_FULL);
    }
    T_EQ_INT(ids[OS_WATCH_MAX], 0);
    os_unwatch(0);
    T_EQ_INT(pass(), 0);
    T_EQ_INT(write(pipes[2][1], "x", 1), 1);
    T_EQ_INT(pass(), 1);
    T_EQ_INT(pass(), 1); /* while it is readable */
    os_watch_id old = ids[2];
    os_unwatch(old);
    T_EQ_INT(pass(), 0);
    T_EQ_INT(os_watch(pipes[OS_WATCH_MAX][0], count, &calls, &ids[2]), WICK_OK);
    T_CHECK(ids[2] != old);
    os_unwatch(old); /* of the former owner of the place */
    T_EQ_INT(write(pipes[OS_WATCH_MAX][1], "x", 1), 1);
    T_EQ_INT(pass(), 1);
    os_watch_id bad;
    os_unwatch(ids[2]);
    T_EQ_INT(os_watch(-1, count, &calls, &bad), WICK_E_IO);
    T_EQ_INT(bad, 0);
}

/* The first one to be called removes all, itself too: events already fetched are not delivered. */
static void a_removed_watch_is_not_called(void)
{
    for (unsigned idx = 0; idx < OS_WATCH_MAX; idx++) {
        os_unwatch(ids[idx]);
        T_EQ_INT(os_watch(pipes[idx][0], remove_all, NULL, &ids[idx]), WICK_OK);
        T_EQ_INT(write(pipes[idx][1], "x", 1), 1);
    }
    T_EQ_INT(pass(), 1);
    T_EQ_INT(pass(), 0);
}

static uint64_t last_key;
static unsigned last_events;

static void on_group(uint64_t key, unsigned events)
{
    calls++;
    last_key = key;
    last_events = events;
}

static void groups_get_their_keys(void)
{
    const uint64_t key = 0x00123456789abcdeu;
    unsigned first = os_group_new(on_group);
    unsigned second = os_group_new(on_group);
    T_CHECK(first != second);
    int ends[2];
    T_EQ_INT(pipe(ends), 0);
    T_CHECK(os_group_add(second, ends[0], OS_READABLE, key));
    T_EQ_INT(pass(), 0);
    T_EQ_INT(write(ends[1], "x", 1), 1);
    T_EQ_INT(pass(), 1);
    T_CHECK(last_key == key && last_events == OS_READABLE);
    T_CHECK(os_group_change(second, ends[0], 0, key + 1));
    T_EQ_INT(pass(), 0);
    close(ends[1]);
    T_EQ_INT(pass(), 1);
    T_CHECK(last_key == key + 1 && last_events == OS_BROKEN);
    close(ends[0]);
    T_EQ_INT(pass(), 0);
    T_CHECK(!os_group_add(first, ends[0], OS_READABLE, 1));
}

static void wake(int number)
{
    (void)number;
    os_poll_wake();
}

static void a_signal_ends_the_wait(void)
{
    struct sigaction action = { .sa_handler = wake, .sa_flags = SA_RESTART };
    struct itimerval soon = { .it_value.tv_usec = 20000 };
    T_EQ_INT(sigaction(SIGALRM, &action, NULL), 0);
    T_EQ_INT(setitimer(ITIMER_REAL, &soon, NULL), 0);
    uint64_t start_us = os_mono_us();
    while (os_poll_wait(10000) == 0) {
    }
    os_poll_dispatch();
    T_CHECK(os_mono_us() - start_us < 5000000);
    T_EQ_INT(os_poll_wait(0), 0); /* it wakes once */
    os_poll_wake();
    os_poll_wake();
    T_EQ_INT(os_poll_wait(0), 1);
    os_poll_dispatch();
}

static void it_starts_again(void)
{
    for (int round = 0; round < 3; round++) {
        os_poll_stop();
        os_poll_wake(); /* nothing is there: nothing happens */
        T_EQ_INT(os_poll_start(), WICK_OK);
        T_EQ_INT(os_watch(pipes[0][0], count, &calls, &ids[0]), WICK_OK);
        T_EQ_INT(pass(), 1);
        T_EQ_INT(os_group_new(on_group), 1);
    }
    os_poll_stop();
}

int main(void)
{
    clocks_of_the_system_run();
    random_bytes_fill_exactly_what_was_asked();
    watches_come_and_go();
    a_removed_watch_is_not_called();
    groups_get_their_keys();
    a_signal_ends_the_wait();
    it_starts_again();
    return t_done();
}
