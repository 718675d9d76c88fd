/* http_date.c - the Date header (RFC 9110 sections 5.6.7 and 6.6.1): written once per second, and
 * only where the time is known. */
#include "base/clk.h"
#include "net/net_priv.h"

#include <string.h>

enum { DATE_CAP = 40, DAY_S = 86400, YEARS_400_DAYS = 146097 };

struct date {
    unsigned year, month, day;
}; /* month 1..12, day 1..31 */

/* Days since 1 March of year 0 are counted in years that begin in March, so that the leap day is
 * the last one. */
static struct date date_of(uint64_t days_since_1970)
{
    uint64_t days = days_since_1970 + 719468;
    unsigned era = (unsigned)(days / YEARS_400_DAYS);
    unsigned day_of_era = (unsigned)(days % YEARS_400_DAYS);
    unsigned year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    unsigned month = (5 * day_of_year + 2) / 153; /* from March */
    return (struct date){ era * 400 + year_of_era + (month >= 10),
                          month < 10 ? month + 3 : month - 9,
                          day_of_year - (153 * month + 2) / 5 + 1 };
}

static void put_two(struct buf *out, unsigned value, char after)
{
    buf_put_u8(out, (uint8_t)('0' + value / 10));
    buf_put_u8(out, (uint8_t)('0' + value % 10));
    buf_put_u8(out, (uint8_t)after);
}

static void put_date(struct buf *out, uint64_t seconds)
{
    static const char days[] = "Thu, Fri, Sat, Sun, Mon, Tue, Wed, ";
    static const char months[] = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec ";
    struct date date = date_of(seconds / DAY_S);
    unsigned second = (unsigned)(seconds % DAY_S);
    buf_put_str(out, STR("Date: "));
    buf_put(out, days + seconds / DAY_S % 7 * 5, 5);
    put_two(out, date.day, ' ');
    buf_put(out, months + (size_t)(date.month - 1) * 4, 4);
    buf_put_u64(out, date.year);
    buf_put_u8(out, ' ');
    put_two(out, second / 3600, ':');
    put_two(out, second / 60 % 60, ':');
    put_two(out, second % 60, ' ');
    buf_put_str(out, STR("GMT\r\n"));
}

struct str http_date_line(void)
{
    static uint8_t mem[DATE_CAP];
    static struct buf line;
    static uint64_t line_s;
    uint64_t now_s = clk_wall_ms() / 1000;
    if (now_s == 0) {
        return STR("");
    }
    if (now_s != line_s) {
        line_s = now_s;
        buf_init(&line, mem, sizeof mem);
        put_date(&line, now_s);
    }
    return buf_str(&line);
}
