/* tmpl_match.c - does a text match a pattern=""? wickc has made a table of it. */
#include "base/utf8.h"
#include "tmpl/tmpl_fn.h"

bool tmpl_match(const struct tmpl_matcher *matcher, struct str text)
{
    uint32_t state = 0;
    WICK_ASSERT(matcher->classes > 0 && matcher->bound[0] == 0);
    for (size_t at = 0; at < text.len;) {
        uint32_t code = 0;
        at += utf8_decode((struct str){ text.ptr + at, text.len - at }, &code);
        uint32_t low = 0;
        uint32_t high = matcher->classes; /* bound[low] <= code < bound[high] */
        while (high - low > 1) {
            uint32_t middle = (low + high) / 2;
            if (matcher->bound[middle] <= code) {
                low = middle;
            } else {
                high = middle;
            }
        }
        WICK_ASSERT(matcher->bound[low] <= code);
        state = matcher->next[state * matcher->classes + low];
        if (state == 255) {
            return false;
        }
    }
    return (matcher->is_end[state / 8] >> (state % 8) & 1) != 0;
}
