/* tmpl_var.c - for generated code: variables that hold texts, ranges over numbers. */
#include "tmpl/tmpl_fn.h"

#include <string.h>

const char tmpl_no_row[1] = { 0 };

uint32_t tmpl_count_u64(uint64_t count)
{
    return count < TMPL_COUNT_MAX ? (uint32_t)count : TMPL_COUNT_MAX;
}

uint32_t tmpl_count_i64(int64_t count)
{
    return count < 0 ? 0 : tmpl_count_u64((uint64_t)count);
}

struct str tmpl_keep(struct tmpl_keep *keep, struct buf *out, struct str text, bool is_whole)
{
    static const struct str cut = STR_INIT("\xe2\x80\xa6");
    size_t len = text.len;
    keep->is_second = !keep->is_second;
    char *to = keep->text[keep->is_second];
    if (len > TMPL_KEEP_LEN_MAX) {
        for (len = TMPL_KEEP_LEN_MAX - cut.len; len > 0 && ((uint8_t)text.ptr[len] & 0xc0) == 0x80;
             len--) {
        }
        memcpy(to + len, cut.ptr, cut.len);
        if (is_whole) {
            buf_fail(out, WICK_E_FULL);
        }
    }
    if (len > 0) {
        memcpy(to, text.ptr, len);
    }
    len += text.len > TMPL_KEEP_LEN_MAX ? cut.len : 0;
    WICK_ASSERT(len <= TMPL_KEEP_LEN_MAX);
    to[len] = '\0';
    return (struct str){ to, len };
}
