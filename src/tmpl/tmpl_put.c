/* tmpl_put.c - see tmpl_fn.h: printing and comparing of values. */
#include "base/hash.h"
#include "base/num.h"
#include "tmpl/tmpl_fn.h"

#include <string.h>

/* The places where digits and a minus sign stand as they are. */
static bool is_plain(unsigned how)
{
    unsigned main = how & TMPL_ESC_MAIN;
    return main == TMPL_ESC_NONE || main == TMPL_ESC_HTML || main == TMPL_ESC_RCDATA ||
           main == TMPL_ESC_URL || main == TMPL_ESC_QUERY || main == TMPL_ESC_URLQUERY;
}

void tmpl_put_i64(struct buf *out, int64_t value, size_t size, unsigned how)
{
    (void)size;
    size_t start = out->len;
    buf_put_i64(out, value);
    if (!is_plain(how)) {
        tmpl_escape_since(out, start, how | TMPL_ESC_NUMBER);
    }
}

void tmpl_put_u64(struct buf *out, uint64_t value, size_t size, unsigned how)
{
    (void)size;
    size_t start = out->len;
    buf_put_u64(out, value);
    if (!is_plain(how)) {
        tmpl_escape_since(out, start, how | TMPL_ESC_NUMBER);
    }
}

void tmpl_put_bool(struct buf *out, bool value, size_t size, unsigned how)
{
    (void)size;
    tmpl_escape(out, value ? STR("true") : STR("false"), how | TMPL_ESC_NUMBER);
}

void tmpl_put_chars(struct buf *out, const char *text, size_t size, unsigned how)
{
    tmpl_escape(out, str_of_field(text, size), how);
}

void tmpl_put_str(struct buf *out, struct str text, size_t size, unsigned how)
{
    (void)size;
    tmpl_escape(out, text, how);
}

void tmpl_put_hex(struct buf *out, uint64_t value)
{
    unsigned digits = 1;
    while (digits < 16 && value >> (4 * digits) != 0) {
        digits++;
    }
    WICK_ASSERT(digits == 16 || value >> (4 * digits) == 0);
    buf_put_hex(out, value, digits);
}

bool tmpl_is_bool(bool value, size_t size)
{
    (void)size;
    return value;
}

bool tmpl_is_i64(int64_t value, size_t size)
{
    (void)size;
    return value != 0;
}

bool tmpl_is_u64(uint64_t value, size_t size)
{
    (void)size;
    return value != 0;
}

bool tmpl_is_chars(const char *text, size_t size)
{
    return size > 0 && text[0] != '\0';
}

bool tmpl_is_str(struct str text, size_t size)
{
    (void)size;
    return text.len > 0;
}

int tmpl_compare(int64_t a, uint64_t b)
{
    if (a < 0) {
        return -1;
    }
    return (uint64_t)a < b ? -1 : (uint64_t)a > b;
}

int tmpl_compare_text(struct str a, struct str b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int order = len == 0 ? 0 : memcmp(a.ptr, b.ptr, len);
    if (order != 0) {
        return order;
    }
    return a.len < b.len ? -1 : a.len > b.len;
}

/* index, at least 0, at most len */
static size_t clamp(int64_t index, size_t len)
{
    if (index <= 0) {
        return 0;
    }
    return (uint64_t)index < len ? (size_t)index : len;
}

struct str tmpl_slice(struct str text, int64_t from, int64_t to)
{
    size_t start = clamp(from, text.len);
    size_t end = clamp(to, text.len);
    WICK_ASSERT(start <= text.len && end <= text.len);
    return (struct str){ text.ptr + start, end > start ? end - start : 0 };
}

uint32_t tmpl_row_at(int64_t index, uint32_t len)
{
    return (uint32_t)clamp(index, len);
}

uint8_t tmpl_byte(struct str text, uint64_t index)
{
    return index < text.len ? (uint8_t)text.ptr[index] : 0;
}

struct str tmpl_taken(struct buf *out, size_t start)
{
    size_t end = out->len;
    WICK_ASSERT(start <= end);
    buf_put_u8(out, 0);
    if (out->err != WICK_OK) {
        return STR("..."); /* not empty, so a condition gets what the whole text would give; the
                              slot itself is not used, out has an error */
    }
    return (struct str){ (const char *)out->ptr + start, end - start };
}

void tmpl_drop(struct buf *out, size_t start, size_t end)
{
    if (out->err == WICK_OK && end > start) {
        WICK_ASSERT(end <= out->len);
        memmove(out->ptr + start, out->ptr + end, out->len - end);
        buf_cut(out, out->len - (end - start));
    }
}

uint32_t tmpl_form_record(uint32_t record, struct str value)
{
    uint64_t hash = hash_fnv64(HASH_FNV64_START ^ record, value.ptr, value.len);
    uint32_t sum = (uint32_t)(hash ^ hash >> 32);
    return sum != 0 ? sum : 1;
}

const struct tmpl_form *tmpl_form_of(const struct tmpl_form *form, const char *actions,
                                     uint32_t record)
{
    if (form == NULL || form->action[0] == '\0') {
        return form;
    }
    if (record != 0 && form->record != 0 && form->record != record) {
        return NULL;
    }
    struct str is = str_of_field(form->action, sizeof form->action);
    while (*actions != '\0') {
        struct str action = str_of(actions);
        if (str_eq(action, is)) {
            return form;
        }
        actions += action.len + 1;
    }
    return NULL;
}

struct str tmpl_form_error(const struct tmpl_form *form, const char *field)
{
    for (unsigned idx = 0; form != NULL && idx < TMPL_FORM_ERRORS; idx++) {
        if (form->error[idx].message[0] != '\0' &&
            str_eq(str_of_field(form->error[idx].field, sizeof form->error[idx].field),
                   str_of(field))) {
            return str_of_field(form->error[idx].message, sizeof form->error[idx].message);
        }
    }
    return STR("");
}

struct str tmpl_form_draft(const struct tmpl_form *form, const char *field, struct str value)
{
    for (unsigned idx = 0; form != NULL && idx < TMPL_FORM_DRAFTS; idx++) {
        if (form->draft[idx].field[0] != '\0' &&
            str_eq(str_of_field(form->draft[idx].field, sizeof form->draft[idx].field),
                   str_of(field))) {
            return str_of_field(form->draft[idx].text, sizeof form->draft[idx].text);
        }
    }
    return value;
}

bool tmpl_form_picked(const struct tmpl_form *form, const char *field, unsigned idx, uint64_t set)
{
    struct str draft = tmpl_form_draft(form, field, (struct str){ NULL, 0 });
    WICK_ASSERT(idx < 64);
    if (draft.ptr != NULL) {
        (void)(num_u64(draft, UINT64_MAX, &set) == WICK_OK); /* it was written as a number */
    }
    return (set >> idx & 1) != 0;
}
