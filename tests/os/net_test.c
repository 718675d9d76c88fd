/* net_test.c - what rtnetlink says about this machine is what /proc/net/dev says. */
#include "base/num.h"
#include "os/os_file.h"
#include "os/os_machine.h"
#include "t.h"

static unsigned link_count;
static unsigned loopback_idx;

static void each_link(const struct os_link *link, void *arg)
{
    (void)arg;
    link_count++;
    T_CHECK(link->idx > 0 && link->name[0] != '\0');
    if (link->is_loopback) {
        loopback_idx = (unsigned)link->idx;
        T_CHECK(strcmp(link->name, "lo") == 0);
        T_CHECK(link->has_counters);
    }
}

static unsigned address_count;

static void each_address(const struct os_address *address, void *arg)
{
    (void)arg;
    address_count++;
    T_CHECK(address->link_idx > 0);
    T_CHECK(address->len == 4 || address->len == 16);
    T_CHECK(address->prefix_len <= 8 * address->len);
}

int main(void)
{
    T_CHECK(os_machine() == &os_linux);
    T_CHECK(os_machine()->links(each_link, NULL));
    unsigned want = 0;
    char mem[256];
    struct os_lines lines;
    struct str line;
    (void)os_lines_open(&lines, "/proc/net/dev", mem, sizeof mem);
    while (os_lines_next(&lines, &line)) {
        want += line.len > 0 && memchr(line.ptr, ':', line.len) != NULL ? 1 : 0;
    }
    T_EQ_INT(link_count, want);
    T_CHECK(loopback_idx > 0);
    (void)os_machine()->addresses(each_address, NULL); /* there may be none */
    int fd = os_machine()->watch_open();
    T_CHECK(fd >= 0);
    os_machine()->watch_drain(fd);
    struct os_names names;
    os_machine()->names(&names);
    T_CHECK(names.host[0] != '\0' && names.kernel[0] != '\0' && names.processor[0] != '\0');
    struct os_space space;
    T_CHECK(os_machine()->space("/", &space) && space.total >= space.free &&
            space.free >= space.available);
    T_CHECK(!os_machine()->space("/no/such/folder", &space));
    return t_done();
}
