/* dash_ip.c - addresses as text: RFC 5952 for IPv6. */
#include "dash/source.h"

/* The longest run of zero groups, at least two: *first_out and its length (RFC 5952 section 4.2).
 */
static unsigned zero_run(const uint8_t *bytes, unsigned *first_out)
{
    unsigned best = 1;
    unsigned run = 0;
    for (size_t group = 0; group < 8; group++) {
        run = bytes[2 * group] == 0 && bytes[2 * group + 1] == 0 ? run + 1 : 0;
        if (run > best) {
            best = run;
            *first_out = (unsigned)group + 1 - run;
        }
    }
    return best > 1 ? best : 0;
}

static unsigned hex_digits(unsigned value)
{
    unsigned digits = 1;
    while (digits < 4 && value >> (4 * digits) != 0) {
        digits++;
    }
    return digits;
}

void dash_put_ip6(struct buf *out, const uint8_t *bytes)
{
    unsigned zero_first = 8;
    unsigned zero_count = zero_run(bytes, &zero_first);
    for (size_t group = 0; group < 8; group++) {
        if (zero_count > 0 && group == zero_first) {
            buf_put_text(out, "::");
            group += zero_count - 1;
            continue;
        }
        if (group > 0 && (zero_count == 0 || group != zero_first + zero_count)) {
            buf_put_u8(out, ':');
        }
        unsigned value = (unsigned)bytes[2 * group] << 8 | bytes[2 * group + 1];
        buf_put_hex(out, value, hex_digits(value));
    }
}

void dash_put_ip4(struct buf *out, const uint8_t *bytes)
{
    for (unsigned i = 0; i < 4; i++) {
        buf_put_text(out, i > 0 ? "." : "");
        buf_put_u64(out, bytes[i]);
    }
}

/* Where a line may be broken: after the fourth group of an IPv6 address. */
static size_t head_len(const char *address)
{
    unsigned colons = 0;
    size_t at = 0;
    for (; address[at] != '\0' && colons < 4; at++) {
        colons += address[at] == ':' ? 1 : 0;
    }
    return at;
}

void fn_ip_head(struct buf *out, const char *address)
{
    buf_put(out, address, head_len(address));
}

void fn_ip_tail(struct buf *out, const char *address)
{
    buf_put_text(out, address + head_len(address));
}
