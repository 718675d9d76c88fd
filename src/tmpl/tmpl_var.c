/* tmpl_var.c - for generated code: variables that hold texts, ranges over numbers. */
#include "tmpl/tmpl_fn.h"

#include <string.h>

const char tmpl_no_row[1] = { 0 };

uint32_t tmpl_count_u64(uint64_t count) { return count < TMPL_COUNT_MAX ? (uint32_t)count : TMPL_COUNT_MAX; }

uint32_t tmpl_count_i64(int64_t count) { return count < 0 ? 0 : tmpl_count_u64((uint64_t)count); }

struct str tmpl_keep(struct tmpl_keep *keep, struct buf *out, struct str text)
{
    if (text.len > TMPL_KEEP_LEN_MAX) {
        buf_fail(out, WICK_E_FULL);
        return STR("..."); /* true, as the whole text would be */
    }
    keep->is_second = !keep->is_second;
    char *to = keep->text[keep->is_second];
    if (text.len > 0) {
        memcpy(to, text.ptr, text.len);
    }
    to[text.len] = '\0';
    return (struct str){ to, text.len };
}
