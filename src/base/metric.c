/* metric.c - see metric.h. */
#include "base/metric.h"

#include "base/utf8.h"

void metric_family(struct buf *out, const char *name, enum metric_type type, const char *help)
{
    WICK_ASSERT(name != NULL && help != NULL);
    WICK_ASSERT_DEBUG(type == METRIC_COUNTER || type == METRIC_GAUGE);
    buf_put_text(out, "# HELP ");
    buf_put_text(out, name);
    buf_put_u8(out, ' ');
    buf_put_text(out, help);
    buf_put_text(out, "\n# TYPE ");
    buf_put_text(out, name);
    buf_put_text(out, type == METRIC_COUNTER ? " counter\n" : " gauge\n");
}

void metric_begin(struct buf *out, const char *name)
{
    WICK_ASSERT(name != NULL);
    buf_put_text(out, name);
}

/* Is the line between its braces? The name of a metric never ends in a quote. */
static bool has_label(const struct buf *out)
{
    WICK_ASSERT(out->len <= out->cap);
    return out->len > 0 && out->ptr[out->len - 1] == '"';
}

void metric_label(struct buf *out, const char *name, struct str value)
{
    WICK_ASSERT(name != NULL);
    WICK_ASSERT(value.ptr != NULL || value.len == 0);
    buf_put_u8(out, has_label(out) ? ',' : '{');
    buf_put_text(out, name);
    buf_put_text(out, "=\"");
    while (value.len > 0) {
        uint32_t code = 0;
        size_t len = utf8_decode(value, &code);
        char mem[4];
        switch (code) {
        case '\n':
            buf_put_text(out, "\\n");
            break;
        case '"':
        case '\\':
            buf_put_u8(out, '\\');
            buf_put_u8(out, (uint8_t)code);
            break;
        default:
            buf_put(out, mem, utf8_put(code, mem));
            break;
        }
        WICK_ASSERT(len > 0 && len <= value.len);
        value.ptr += len;
        value.len -= len;
    }
    buf_put_u8(out, '"');
}

static void before_value(struct buf *out)
{
    WICK_ASSERT_DEBUG(out->len > 0 || out->err != WICK_OK); /* after metric_begin() */
    buf_put_text(out, has_label(out) ? "} " : " ");
}

void metric_u64(struct buf *out, uint64_t value)
{
    before_value(out);
    buf_put_u64(out, value);
    buf_put_u8(out, '\n');
}

void metric_fixed(struct buf *out, int64_t value, unsigned decimals)
{
    WICK_ASSERT(decimals <= 9);
    before_value(out);
    buf_put_fixed(out, value, decimals);
    buf_put_u8(out, '\n');
}
