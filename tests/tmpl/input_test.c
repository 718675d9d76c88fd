/* input_test.c - values of HTML controls: every day, month and week there and back, against the C
 * library; addresses. */
#include "t.h"
#include "tmpl/tmpl_input.h"

#include <time.h>

static const char *text_of(const struct tmpl_input *kind, int64_t number)
{
    static char mem[64];
    struct buf out;
    buf_init(&out, mem, sizeof mem - 1);
    kind->put(&out, number);
    mem[out.len] = '\0';
    return mem;
}

static int64_t number_of(const struct tmpl_input *kind, const char *text)
{
    int64_t number = -1;
    return kind->number(str_of(text), &number) ? number : INT64_MIN;
}

static int is_valid(const struct tmpl_input *kind, const char *text)
{
    int64_t unused;
    return kind->number != NULL ? kind->number(str_of(text), &unused)
                                : kind->is_valid(str_of(text));
}

static void days(void)
{
    char want[64];
    for (int64_t day = -719162; day <= 2932896; day++) { /* 0001-01-01 to 9999-12-31 */
        time_t seconds = (time_t)(day * 86400);
        struct tm tm;
        gmtime_r(&seconds, &tm);
        strftime(want, sizeof want, "%Y-%m-%d", &tm);
        if (tm.tm_year + 1900 < 1000) { /* strftime pads no years */
            snprintf(want, sizeof want, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1,
                     tm.tm_mday);
        }
        if (strcmp(text_of(&tmpl_input_date, day), want) != 0 ||
            number_of(&tmpl_input_date, want) != day) {
            t_failed++;
            fprintf(stderr, "day %lld is %s, not %s\n", (long long)day, want,
                    text_of(&tmpl_input_date, day));
            return;
        }
        if (tm.tm_wday == 1 && day > -718000) {
            snprintf(want, sizeof want, "%s", "");
            strftime(want, sizeof want, "%G-W%V", &tm);
            int64_t week = number_of(&tmpl_input_week, want);
            bool is_padded = tm.tm_year + 1900 > 1001;
            if (is_padded && (week != (day + 3) / 7 - ((day + 3) % 7 < 0) ||
                              strcmp(text_of(&tmpl_input_week, week), want) != 0)) {
                t_failed++;
                fprintf(stderr, "%s is week %lld, written %s\n", want, (long long)week,
                        text_of(&tmpl_input_week, week));
                return;
            }
        }
    }
}

static void moments(void)
{
    static const int64_t ms[] = { 0, 1, 999, 1000, 59999, 60000, 21600000, 43261001, 86399999 };
    for (size_t idx = 0; idx < sizeof ms / sizeof ms[0]; idx++) {
        T_CHECK(number_of(&tmpl_input_time, text_of(&tmpl_input_time, ms[idx])) == ms[idx]);
        for (int64_t day = -400000; day < 400000; day += 99991) {
            int64_t moment = day * 86400000 + ms[idx];
            T_CHECK(number_of(&tmpl_input_local, text_of(&tmpl_input_local, moment)) == moment);
        }
    }
    for (int64_t month = -23628; month <= 96359; month++) {
        T_CHECK(number_of(&tmpl_input_month, text_of(&tmpl_input_month, month)) == month);
    }
    T_CHECK(number_of(&tmpl_input_time, "06:00") == 21600000);
    T_CHECK(number_of(&tmpl_input_time, "06:00:00.5") == 21600500);
    T_CHECK(number_of(&tmpl_input_month, "1970-01") == 0);
    T_CHECK(number_of(&tmpl_input_week, "1970-W01") == 0);
}

static void refused(void)
{
    static const struct {
        const struct tmpl_input *kind;
        const char *text;
    } bad[] = {
        { &tmpl_input_time, "" },
        { &tmpl_input_time, "6:00" },
        { &tmpl_input_time, "24:00" },
        { &tmpl_input_time, "06:60" },
        { &tmpl_input_time, "06:00:60" },
        { &tmpl_input_time, "06:00:" },
        { &tmpl_input_time, "06:00:00." },
        { &tmpl_input_time, "06:00:00.1234" },
        { &tmpl_input_time, "06:00 " },
        { &tmpl_input_date, "2026-02-29" },
        { &tmpl_input_date, "1900-02-29" },
        { &tmpl_input_date, "2026-13-01" },
        { &tmpl_input_date, "2026-00-01" },
        { &tmpl_input_date, "2026-01-00" },
        { &tmpl_input_date, "0000-01-01" },
        { &tmpl_input_date, "26-01-01" },
        { &tmpl_input_date, "20260101" },
        { &tmpl_input_date, "2026-01-01T00:00" },
        { &tmpl_input_week, "2026-W54" },
        { &tmpl_input_week, "2025-W53" },
        { &tmpl_input_week, "2026-W00" },
        { &tmpl_input_week, "2026-w10" },
        { &tmpl_input_month, "2026-1" },
        { &tmpl_input_month, "2026-01-01" },
        { &tmpl_input_local, "2026-01-01" },
        { &tmpl_input_local, "2026-01-01T24:00" },
        { &tmpl_input_email, "a" },
        { &tmpl_input_email, "@b" },
        { &tmpl_input_email, "a@" },
        { &tmpl_input_email, "a@b." },
        { &tmpl_input_email, "a@-b" },
        { &tmpl_input_email, "a b@c" },
        { &tmpl_input_email, "a@b@c" },
        { &tmpl_input_email, "ä@b" },
        { &tmpl_input_url, "example.org" },
        { &tmpl_input_url, "/a" },
        { &tmpl_input_url, "https://" },
        { &tmpl_input_url, "http:" },
        { &tmpl_input_url, "1a:b" },
        { &tmpl_input_url, ":" },
        { &tmpl_input_color, "#12345" },
        { &tmpl_input_color, "#12345g" },
        { &tmpl_input_color, "red" },
    };

    static const struct {
        const struct tmpl_input *kind;
        const char *text;
    } good[] = {
        { &tmpl_input_date, "2024-02-29" }, { &tmpl_input_date, "2000-02-29" },
        { &tmpl_input_week, "2026-W53" },   { &tmpl_input_local, "2026-01-01T23:59:59.999" },
        { &tmpl_input_email, "a@b" },       { &tmpl_input_email, "a.b+c/d@x-y.example" },
        { &tmpl_input_url, "https://a" },   { &tmpl_input_url, "mailto:a@b" },
        { &tmpl_input_url, "HTTP:a" },      { &tmpl_input_url, "x+y.z-1:q" },
        { &tmpl_input_color, "#00ffAA" },
    };

    for (size_t idx = 0; idx < sizeof bad / sizeof bad[0]; idx++) {
        if (is_valid(bad[idx].kind, bad[idx].text)) {
            t_failed++;
            fprintf(stderr, "\"%s\" is taken\n", bad[idx].text);
        }
    }
    for (size_t idx = 0; idx < sizeof good / sizeof good[0]; idx++) {
        if (!is_valid(good[idx].kind, good[idx].text)) {
            t_failed++;
            fprintf(stderr, "\"%s\" is refused\n", good[idx].text);
        }
    }
}

int main(void)
{
    days();
    moments();
    refused();
    return t_done();
}
