/* read_test.c - numbers in small files. */
#include "live/wick.h"
#include "t.h"

#include <stdlib.h>
#include <unistd.h>

static int64_t value;

static bool reads(const char *text, unsigned decimals)
{
    char path[] = "/tmp/wick_read_XXXXXX";
    int fd = mkstemp(path);
    T_CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    value = -777;
    bool is_good = wick_read_fixed(path, decimals, &value);
    close(fd);
    unlink(path);
    return is_good;
}

int main(void)
{
    T_CHECK(reads("48312\n", 0) && value == 48312);
    T_CHECK(reads("-5\n", 0) && value == -5);
    T_CHECK(reads("0.53 0.61 0.70 1/2 3\n", 2) && value == 53);
    T_CHECK(reads("123.45 900.1\n", 0) && value == 123);
    T_CHECK(reads("123.45", 1) && value == 1234);
    T_CHECK(reads("7", 3) && value == 7000);
    T_CHECK(!reads("", 0) && value == -777);
    T_CHECK(!reads("none\n", 0) && value == -777);
    T_CHECK(!reads("99999999999999999999999999999999999999999999999999999999999999999999999\n", 0));
    T_CHECK(!wick_read_fixed("/nowhere/at/all", 0, &value));
    T_CHECK(wick_read_fixed("/proc/uptime", 0, &value) && value >= 0);
    return t_done();
}
