/* metric_test.c - lines of the text format. */
#include "base/metric.h"
#include "t.h"

static char mem[512];
static struct buf out;

#define T_WROTE(want)                                                                              \
    do {                                                                                           \
        T_EQ_INT(out.err, WICK_OK);                                                                \
        T_EQ_TEXT((const char *)out.ptr, out.len, want);                                           \
        buf_init(&out, mem, sizeof mem);                                                           \
    } while (0)

static void label(const char *value, size_t len)
{
    metric_begin(&out, "m");
    metric_label(&out, "l", (struct str){ value, len });
    metric_u64(&out, 1);
}

int main(void)
{
    buf_init(&out, mem, sizeof mem);
    metric_family(&out, "node_load1", METRIC_GAUGE, "Load.");
    T_WROTE("# HELP node_load1 Load.\n# TYPE node_load1 gauge\n");
    metric_family(&out, "a_total", METRIC_COUNTER, "A.");
    T_WROTE("# HELP a_total A.\n# TYPE a_total counter\n");
    metric_begin(&out, "a");
    metric_u64(&out, UINT64_MAX);
    T_WROTE("a 18446744073709551615\n");
    metric_begin(&out, "a");
    metric_fixed(&out, -1234, 3);
    T_WROTE("a -1.234\n");
    metric_begin(&out, "a");
    metric_label(&out, "x", STR(""));
    metric_label(&out, "y", STR("1"));
    metric_u64(&out, 0);
    T_WROTE("a{x=\"\",y=\"1\"} 0\n");
    label("a\"b\\c\nd{e},f", 12);
    T_WROTE("m{l=\"a\\\"b\\\\c\\nd{e},f\"} 1\n");
    label("\xff\xc3", 2);
    T_WROTE("m{l=\"\xef\xbf\xbd\xef\xbf\xbd\"} 1\n");
    label("\xe2\x82\xac", 3);
    T_WROTE("m{l=\"\xe2\x82\xac\"} 1\n");
    struct buf small;
    buf_init(&small, mem, 4);
    metric_begin(&small, "name");
    metric_u64(&small, 1);
    T_EQ_INT(small.err, WICK_E_FULL);
    return t_done();
}
