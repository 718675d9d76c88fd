/* work.c - see work.h. */
#include "live/work.h"

enum { MAP_CAP = WICK_ROWS_MAX * DIFF_MAP_PER_ROW };

static struct {
    struct diff_op op[LIVE_OP_MAX];
    uint8_t bytes[WICK_UPDATE_CAP], scratch[WICK_SLOT_LEN_MAX];
    uint32_t map[MAP_CAP];
    struct diff diff;
} m;

void work_init(void)
{
    m.diff = (struct diff){ .op = m.op, .op_cap = LIVE_OP_MAX, .map = m.map, .map_cap = MAP_CAP };
    buf_init(&m.diff.bytes, m.bytes, sizeof m.bytes);
    buf_init(&m.diff.scratch, m.scratch, sizeof m.scratch);
    WICK_ASSERT_DEBUG(m.diff.op_len == 0 && m.diff.bytes.cap == WICK_UPDATE_CAP);
}

struct diff *work_diff(void)
{
    WICK_ASSERT(m.diff.op == m.op);
    diff_reset(&m.diff);
    WICK_ASSERT_DEBUG(m.diff.op_len == 0 && m.diff.bytes.len == 0 && m.diff.err == WICK_OK);
    return &m.diff;
}
