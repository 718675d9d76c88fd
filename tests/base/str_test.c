/* str_test.c - base/str.h */
#include "base/str.h"
#include "t.h"

#include <stdlib.h>

static const struct str nothing = { NULL, 0 };

static void slices_of_text_and_fields(void)
{
    static const char full[4] = { 'a', 'b', 'c', 'd' };
    T_EQ_INT(str_of("abc").len, 3);
    T_EQ_INT(str_of(NULL).len, 0);
    T_CHECK(str_of(NULL).ptr != NULL);
    T_EQ_INT(str_of_field(full, sizeof full).len, 4); /* no zero: not read past the end */
    T_EQ_INT(str_of_field("ab\0d", 4).len, 2);
    T_EQ_INT(str_of_field("", 1).len, 0);
    T_EQ_INT(str_of_field(NULL, 0).len, 0);
}

static void comparing(void)
{
    T_CHECK(str_eq(STR("abc"), STR("abc")));
    T_CHECK(!str_eq(STR("abc"), STR("abd")) && !str_eq(STR("abc"), STR("ab")) &&
            !str_eq(STR("a\0b"), STR("a\0c")));
    T_CHECK(str_eq(nothing, STR("")) && str_eq(STR(""), nothing) && !str_eq(nothing, STR("a")));
    T_CHECK(str_eq_nocase(STR("Upgrade-AZ@[`{"), STR("uPGRADE-az@[`{")));
    T_CHECK(!str_eq_nocase(STR("@"), STR("`")) && !str_eq_nocase(STR("["), STR("{")) &&
            !str_eq_nocase(STR("a"), STR("ab")));
    T_CHECK(!str_eq_nocase(STR("\xc4"), STR("\xe4"))); /* ASCII only */
    T_CHECK(!str_eq_nocase(STR("k"), STR("\x0b")) && str_eq_nocase(nothing, STR("")));
    T_CHECK(str_starts(STR("abc"), STR("abc")) && str_starts(STR("abc"), STR("")) &&
            str_starts(nothing, nothing));
    T_CHECK(!str_starts(STR("ab"), STR("abc")) && !str_starts(STR("abd"), STR("abc")));
}

static void trimming(void)
{
    struct str text = str_trim(STR(" \ta b\t "), " \t");
    T_EQ_TEXT(text.ptr, text.len, "a b");
    T_EQ_INT(str_trim(STR(" \t "), " \t").len, 0);
    T_EQ_INT(str_trim(nothing, " ").len, 0);
    T_EQ_INT(str_trim(STR("\0a\0"), " ").len, 3); /* the zero that ends the set is not of the set */
    T_EQ_INT(str_trim(STR("a"), "").len, 1);
}

static void cutting_gives_every_part_once(void)
{
    static const char *const want[] = { "a", "", "bc", "" };
    struct str rest = STR("a,,bc,");
    for (size_t idx = 0; idx < 3; idx++) {
        struct str part = str_cut(&rest, ',');
        T_EQ_TEXT(part.ptr, part.len, want[idx]);
    }
    T_EQ_INT(rest.len, 0);
    rest = STR("abc");
    T_EQ_INT(str_cut(&rest, ',').len, 3);
    T_EQ_INT(rest.len, 0);
    T_EQ_INT(str_cut(&rest, ',').len, 0);
    rest = nothing;
    T_EQ_INT(str_cut(&rest, ',').len, 0);
    T_EQ_INT(rest.len, 0);
}

/* from goes into a block of exactly cap bytes full of noise and becomes want, then zeros */
static void check_copy(struct str from, size_t cap, const char *want, bool is_whole)
{
    char *to = malloc(cap);
    memset(to, '#', cap);
    T_CHECK(str_copy(to, cap, from) == is_whole);
    size_t len = strnlen(to, cap);
    T_EQ_TEXT(to, len, want);
    for (size_t idx = len; idx < cap; idx++) {
        T_EQ_INT(to[idx], 0);
    }
    T_CHECK(len < cap);
    free(to);
}

static void copying_cuts_at_whole_characters(void)
{
    check_copy(STR("abc"), 5, "abc", true);
    check_copy(STR("abc"), 4, "abc", true);
    check_copy(STR("abc"), 3, "ab", false);
    check_copy(STR("abc"), 1, "", false);
    check_copy(STR(""), 1, "", true);
    check_copy(nothing, 3, "", true);
    struct str text = STR("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80");
    static const size_t kept[] = { 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10 };
    for (size_t room = 0; room <= 10; room++) {
        char want[16] = { 0 };
        memcpy(want, text.ptr, kept[room]);
        check_copy(text, room + 1, want, room == 10);
    }
    check_copy(STR("\x80\x80\x80\x80\x80\x80"), 6, "\x80\x80",
               false); /* no UTF-8: cut, but not to nothing */
}

int main(void)
{
    slices_of_text_and_fields();
    comparing();
    trimming();
    cutting_gives_every_part_once();
    copying_cuts_at_whole_characters();
    return t_done();
}
