/* read.c - the kernel's small text files, for applications. */
#include "base/num.h"
#include "live/wick.h"

#include <fcntl.h>
#include <unistd.h>

bool wick_read_fixed(const char *path, unsigned decimals, int64_t *value_out)
{
    char mem[64];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    ssize_t got = read(fd, mem, sizeof mem);
    (void)close(fd);
    if (got <= 0) {
        return false;
    }
    struct str rest = { mem, (size_t)got };
    struct str line = str_cut(&rest, '\n');
    struct str word = str_cut(&line, ' ');
    struct str fraction = word;
    struct str whole = str_cut(&fraction, '.');
    if (fraction.len > decimals) { /* cut, not rounded */
        word.len = whole.len + (decimals > 0 ? 1 + decimals : 0);
    }
    int64_t value;
    if (num_fixed(word, decimals, &value) != WICK_OK) {
        return false;
    }
    *value_out = value;
    return true;
}
