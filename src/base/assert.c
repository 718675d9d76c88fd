/* assert.c - the end after a fault of our own; see base.h. */
#include "base/log.h"

#include <stdlib.h>

void wick_assert_failed(const char *file, int line_number)
{
    static bool
        is_failing; /* the log has assertions, too: one that fails there must not come back */
    if (!is_failing) {
        is_failing = true;
        log_forget_rate(); /* it is the last line there will be */
        log_event(LOG_ERROR, "base", "assertion failed", KV_S("file", str_of(file)),
                  KV_I("line", line_number));
    }
    abort();
}
