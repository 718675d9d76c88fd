/* str.c - see str.h. */
#include "base/str.h"

#include <string.h>

struct str str_of(const char *text)
{
    return text == NULL ? (struct str){ "", 0 } : (struct str){ text, strlen(text) };
}

struct str str_of_field(const char *text, size_t cap)
{
    WICK_ASSERT(text != NULL || cap == 0);
    return (struct str){ text, cap == 0 ? 0 : strnlen(text, cap) };
}

bool str_eq(struct str a, struct str b)
{
    WICK_ASSERT_DEBUG((a.ptr != NULL || a.len == 0) && (b.ptr != NULL || b.len == 0));
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static unsigned lower(char byte)
{
    unsigned code = (unsigned char)byte;
    return code >= 'A' && code <= 'Z' ? code + ('a' - 'A') : code;
}

bool str_eq_nocase(struct str a, struct str b)
{
    WICK_ASSERT(a.ptr != NULL || a.len == 0);
    WICK_ASSERT_DEBUG(b.ptr != NULL || b.len == 0);
    if (a.len != b.len) {
        return false;
    }
    for (size_t idx = 0; idx < a.len; idx++) {
        if (lower(a.ptr[idx]) != lower(b.ptr[idx])) {
            return false;
        }
    }
    return true;
}

bool str_starts(struct str text, struct str prefix)
{
    WICK_ASSERT(prefix.ptr != NULL || prefix.len == 0);
    WICK_ASSERT_DEBUG(text.ptr != NULL || text.len == 0);
    return text.len >= prefix.len &&
           (prefix.len == 0 || memcmp(text.ptr, prefix.ptr, prefix.len) == 0);
}

bool str_has(struct str text, struct str part)
{
    WICK_ASSERT(text.ptr != NULL || text.len == 0);
    for (; text.len >= part.len; text.ptr++, text.len--) {
        if (str_starts(text, part)) {
            return true;
        }
        if (text.len == 0) {
            break;
        }
    }
    return false;
}

static bool is_in(char byte, const char *set)
{
    WICK_ASSERT(set != NULL);
    return byte != 0 && strchr(set, byte) != NULL;
}

struct str str_trim(struct str text, const char *set)
{
    WICK_ASSERT(set != NULL);
    WICK_ASSERT_DEBUG(text.ptr != NULL || text.len == 0);
    while (text.len > 0 && is_in(text.ptr[0], set)) {
        text.ptr++;
        text.len--;
    }
    while (text.len > 0 && is_in(text.ptr[text.len - 1], set)) {
        text.len--;
    }
    return text;
}

struct str str_cut(struct str *rest_inout, char sep)
{
    WICK_ASSERT(rest_inout->ptr != NULL || rest_inout->len == 0);
    struct str text = *rest_inout;
    if (text.len == 0) {
        return text;
    }
    const char *found = memchr(text.ptr, sep, text.len);
    if (found == NULL) {
        *rest_inout = (struct str){ text.ptr + text.len, 0 };
        return text;
    }
    size_t len = (size_t)(found - text.ptr);
    WICK_ASSERT(len < text.len);
    *rest_inout = (struct str){ found + 1, text.len - len - 1 };
    return (struct str){ text.ptr, len };
}

bool str_copy(char *to, size_t cap, struct str from)
{
    WICK_ASSERT(from.ptr != NULL || from.len == 0);
    WICK_ASSERT(cap > 0);
    size_t len = from.len;
    if (len >= cap) {
        len = cap - 1;
        /* a continuation byte must not be the first one left out; more than three of them are no
         * UTF-8 anyway */
        for (unsigned back = 0;
             back < 3 && len > 0 && ((unsigned char)from.ptr[len] & 0xc0u) == 0x80u; back++) {
            len--;
        }
    }
    WICK_ASSERT(len < cap);
    if (len > 0) {
        memcpy(to, from.ptr, len);
    }
    memset(to + len, 0, cap - len); /* all of it: states are compared as bytes */
    return len == from.len;
}
