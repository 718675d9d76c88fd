/* tmpl_input.c - see tmpl_input.h. */
#include "tmpl/tmpl_input.h"

#include <string.h>

enum { MS_PER_DAY = 86400000, DAYS_TO_1970 = 719468 };

/* --- digits ----------------------------------------------------------------------------------- */

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* Exactly count digits at the start of *text_inout, which is moved on. */
static bool take_digits(struct str *text_inout, unsigned count, unsigned *value_out)
{
    unsigned value = 0;
    for (unsigned at = 0; at < count; at++) {
        if (at >= text_inout->len || !is_digit(text_inout->ptr[at])) {
            return false;
        }
        value = 10 * value + (unsigned)(text_inout->ptr[at] - '0');
    }
    *text_inout = (struct str){ text_inout->ptr + count, text_inout->len - count };
    *value_out = value;
    return true;
}

static bool take_byte(struct str *text_inout, char byte)
{
    if (text_inout->len == 0 || text_inout->ptr[0] != byte) {
        return false;
    }
    *text_inout = (struct str){ text_inout->ptr + 1, text_inout->len - 1 };
    return true;
}

static void put_digits(struct buf *out, unsigned count, uint64_t value)
{
    uint64_t scale = 1;
    for (unsigned at = 1; at < count; at++) {
        scale *= 10;
    }
    for (; scale > 0; scale /= 10) {
        buf_put_u8(out, (uint8_t)('0' + value / scale % 10));
    }
}

/* --- days: eras of 400 years, each of 146097 days, the year from March on -----------------------
 */

static int64_t days_of(unsigned year, unsigned month, unsigned day)
{
    int64_t from_march = (int64_t)year - (month <= 2);
    int64_t era = (from_march >= 0 ? from_march : from_march - 399) / 400;
    int64_t in_era = from_march - 400 * era;
    int64_t in_year = (153 * (int64_t)(month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return 146097 * era + 365 * in_era + in_era / 4 - in_era / 100 + in_year - DAYS_TO_1970;
}

struct date {
    unsigned year, month, day;
};

/* days: from year 1 on */
static struct date date_of(int64_t days)
{
    int64_t from_march = days + DAYS_TO_1970;
    int64_t era = from_march / 146097;
    int64_t day = from_march % 146097;
    int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    int64_t in_year = day - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * in_year + 2) / 153;
    bool is_next = month >= 10;
    return (struct date){ (unsigned)(year + 400 * era + is_next),
                          (unsigned)(is_next ? month - 9 : month + 3),
                          (unsigned)(in_year - (153 * month + 2) / 5 + 1) };
}

static unsigned month_len(unsigned year, unsigned month)
{
    int64_t next = month == 12 ? days_of(year + 1, 1, 1) : days_of(year, month + 1, 1);
    return (unsigned)(next - days_of(year, month, 1));
}

/* Days before the Monday of week 1, counted from 1970: 4 January is in it. */
static int64_t week_start(unsigned year)
{
    int64_t day = days_of(year, 1, 4);
    int64_t weekday = (day + 3) % 7; /* 1970-01-01 was a Thursday; Monday is 0 */
    return day - (weekday < 0 ? weekday + 7 : weekday);
}

/* --- reading ---------------------------------------------------------------------------------- */

static bool take_month(struct str *text, struct date *out)
{
    return take_digits(text, 4, &out->year) && out->year > 0 && take_byte(text, '-') &&
           take_digits(text, 2, &out->month) && out->month >= 1 && out->month <= 12;
}

static bool take_date(struct str *text, int64_t *days_out)
{
    struct date date = { 0 };
    if (!take_month(text, &date) || !take_byte(text, '-') || !take_digits(text, 2, &date.day) ||
        date.day < 1 || date.day > month_len(date.year, date.month)) {
        return false;
    }
    *days_out = days_of(date.year, date.month, date.day);
    return true;
}

static bool take_week(struct str *text, int64_t *weeks_out)
{
    unsigned year;
    unsigned week;
    if (!take_digits(text, 4, &year) || year == 0 || !take_byte(text, '-') ||
        !take_byte(text, 'W') || !take_digits(text, 2, &week) || week < 1) {
        return false;
    }
    int64_t start = week_start(year);
    if ((int64_t)week > (week_start(year + 1) - start) / 7) {
        return false;
    }
    *weeks_out = (start + 3) / 7 + (int64_t)week - 1; /* 1970-W01 began on 1969-12-29 */
    return true;
}

/* HH:MM, HH:MM:SS, HH:MM:SS.s to .sss */
static bool take_time(struct str *text, int64_t *ms_out)
{
    unsigned hour;
    unsigned minute;
    unsigned second = 0;
    unsigned part = 0;
    if (!take_digits(text, 2, &hour) || hour > 23 || !take_byte(text, ':') ||
        !take_digits(text, 2, &minute) || minute > 59) {
        return false;
    }
    if (take_byte(text, ':') && (!take_digits(text, 2, &second) || second > 59)) {
        return false;
    }
    if (text->len > 0 && text->ptr[0] == '.') {
        unsigned digits = (unsigned)text->len - 1;
        static const unsigned scale[] = { 0, 100, 10, 1 };
        (void)take_byte(text, '.');
        if (digits < 1 || digits > 3 || !take_digits(text, digits, &part)) {
            return false;
        }
        part *= scale[digits];
    }
    *ms_out = ((int64_t)hour * 60 + minute) * 60000 + (int64_t)second * 1000 + part;
    return true;
}

/* Nothing may follow. */
static bool date_number(struct str text, int64_t *number_out)
{
    return take_date(&text, number_out) && text.len == 0;
}

static bool month_number(struct str text, int64_t *number_out)
{
    struct date date = { 0 };
    bool is_good = take_month(&text, &date) && text.len == 0;
    *number_out = ((int64_t)date.year - 1970) * 12 + (int64_t)date.month - 1;
    return is_good;
}

static bool week_number(struct str text, int64_t *number_out)
{
    return take_week(&text, number_out) && text.len == 0;
}

static bool time_number(struct str text, int64_t *number_out)
{
    return take_time(&text, number_out) && text.len == 0;
}

static bool local_number(struct str text, int64_t *number_out)
{
    int64_t days = 0;
    if (!take_date(&text, &days) || !(take_byte(&text, 'T') || take_byte(&text, ' ')) ||
        !take_time(&text, number_out) || text.len > 0) {
        return false;
    }
    *number_out += days * MS_PER_DAY;
    return true;
}

/* --- writing ---------------------------------------------------------------------------------- */

static void put_date(struct buf *out, int64_t days)
{
    struct date date = date_of(days);
    put_digits(out, 4, date.year);
    buf_put_u8(out, '-');
    put_digits(out, 2, date.month);
    buf_put_u8(out, '-');
    put_digits(out, 2, date.day);
}

static void put_time(struct buf *out, int64_t ms)
{
    put_digits(out, 2, (uint64_t)ms / 3600000);
    buf_put_u8(out, ':');
    put_digits(out, 2, (uint64_t)ms / 60000 % 60);
    if (ms % 60000 != 0) {
        buf_put_u8(out, ':');
        put_digits(out, 2, (uint64_t)ms / 1000 % 60);
    }
    if (ms % 1000 != 0) {
        buf_put_u8(out, '.');
        put_digits(out, 3, (uint64_t)ms % 1000);
    }
}

static void put_month(struct buf *out, int64_t number)
{
    int64_t years = (number >= 0 ? number : number - 11) / 12;
    put_digits(out, 4, (uint64_t)(1970 + years));
    buf_put_u8(out, '-');
    put_digits(out, 2, (uint64_t)(number - years * 12 + 1));
}

static void put_week(struct buf *out, int64_t number)
{
    unsigned year = date_of(number * 7).year; /* its Thursday decides */
    put_digits(out, 4, year);
    buf_put_text(out, "-W");
    put_digits(out, 2, (uint64_t)(number - (week_start(year) + 3) / 7 + 1));
}

static void put_local(struct buf *out, int64_t number)
{
    int64_t days = number / MS_PER_DAY - (number % MS_PER_DAY < 0);
    put_date(out, days);
    buf_put_u8(out, 'T');
    put_time(out, number - days * MS_PER_DAY);
}

/* --- texts ------------------------------------------------------------------------------------ */

static bool is_alnum(char byte)
{
    char lower = (char)(byte | 0x20);
    return is_digit(byte) || (lower >= 'a' && lower <= 'z');
}

/* A part of a host name: letters and digits, "-" inside, at most 63. */
static bool is_label(struct str text)
{
    bool is_good =
        text.len >= 1 && text.len <= 63 && text.ptr[0] != '-' && text.ptr[text.len - 1] != '-';
    for (size_t at = 0; at < text.len && is_good; at++) {
        is_good = is_alnum(text.ptr[at]) || text.ptr[at] == '-';
    }
    return is_good;
}

/* The production of the standard, section 4.10.5.1.5. */
static bool is_email(struct str text)
{
    static const char also[] = ".!#$%&'*+/=?^_`{|}~-";
    size_t at = 0;
    while (at < text.len && (is_alnum(text.ptr[at]) ||
                             (text.ptr[at] != '\0' && strchr(also, text.ptr[at]) != NULL))) {
        at++;
    }
    if (at == 0 || at == text.len || text.ptr[at] != '@') {
        return false;
    }
    struct str rest = { text.ptr + at + 1, text.len - at - 1 };
    bool has_more = true;
    while (has_more) {
        const char *dot = rest.len == 0 ? NULL : memchr(rest.ptr, '.', rest.len);
        struct str label = { rest.ptr, dot == NULL ? rest.len : (size_t)(dot - rest.ptr) };
        if (!is_label(label)) {
            return false;
        }
        has_more = dot != NULL;
        rest = (struct str){ rest.ptr + label.len + has_more, rest.len - label.len - has_more };
    }
    return true;
}

/* An absolute address: a scheme and something after it. Blanks inside were not typed by mistake
 * only: browsers encode them. */
static bool is_url(struct str text)
{
    size_t at = 0;
    text = str_trim(text, " \t\r\n\f");
    while (at < text.len &&
           (is_alnum(text.ptr[at]) ||
            (at > 0 && strchr("+-.", text.ptr[at]) != NULL && text.ptr[at] != '\0'))) {
        at++;
    }
    if (at == 0 || is_digit(text.ptr[0]) || at + 1 >= text.len || text.ptr[at] != ':') {
        return false;
    }
    struct str scheme = { text.ptr, at };
    struct str rest = { text.ptr + at + 1, text.len - at - 1 };
    bool has_host = str_eq_nocase(scheme, STR("http")) || str_eq_nocase(scheme, STR("https")) ||
                    str_eq_nocase(scheme, STR("ws")) || str_eq_nocase(scheme, STR("wss")) ||
                    str_eq_nocase(scheme, STR("ftp"));
    size_t slashes = 0;
    while (slashes < rest.len && (rest.ptr[slashes] == '/' || rest.ptr[slashes] == '\\')) {
        slashes++;
    }
    bool has_end = slashes < rest.len && strchr("?#:@", rest.ptr[slashes]) == NULL;
    return !has_host || has_end;
}

static bool is_color(struct str text)
{
    bool is_good = text.len == 7 && text.ptr[0] == '#';
    for (size_t at = 1; at < text.len && is_good; at++) {
        char lower = (char)(text.ptr[at] | 0x20);
        is_good = is_digit(text.ptr[at]) || (lower >= 'a' && lower <= 'f');
    }
    return is_good;
}

/* --- the kinds -------------------------------------------------------------------------------- */

const struct tmpl_input tmpl_input_email = { "email",  "Enter an e-mail address.",
                                             is_email, NULL,
                                             NULL,     false };
const struct tmpl_input tmpl_input_url = {
    "url", "Enter a whole address, with https:// or what else it begins with.", is_url, NULL, NULL,
    false
};
const struct tmpl_input tmpl_input_color = {
    "color", "Choose a color.", is_color, NULL, NULL, false
};
const struct tmpl_input tmpl_input_date = { "date",      "Enter a date.", NULL,
                                            date_number, put_date,        false };
const struct tmpl_input tmpl_input_month = { "month",      "Enter a month.", NULL,
                                             month_number, put_month,        false };
const struct tmpl_input tmpl_input_week = { "week",      "Enter a week.", NULL,
                                            week_number, put_week,        false };
const struct tmpl_input tmpl_input_time = { "time",      "Enter a time.", NULL,
                                            time_number, put_time,        true };
const struct tmpl_input tmpl_input_local = { "local",   "Enter a date and a time.",
                                             NULL,      local_number,
                                             put_local, true };
