/* read.c - the kernel's small text files, for applications. */
#include "base/num.h"
#include "live/wick.h"
#include "os/os_file.h"

bool wick_read_fixed(const char *path, unsigned decimals, int64_t *value_out)
{
    WICK_ASSERT_DEBUG(decimals <= 9);
    char mem[64];
    struct str rest = os_read(path, mem, sizeof mem);
    struct str line = str_cut(&rest, '\n');
    struct str word = str_cut(&line, ' ');
    struct str fraction = word;
    struct str whole = str_cut(&fraction, '.');
    if (fraction.len > decimals) { /* cut, not rounded */
        word.len = whole.len + (decimals > 0 ? 1 + decimals : 0);
    }
    WICK_ASSERT_DEBUG(word.len <= sizeof mem && whole.len <= sizeof mem);
    int64_t value;
    if (num_fixed(word, decimals, &value) != WICK_OK) {
        return false;
    }
    *value_out = value;
    return true;
}
