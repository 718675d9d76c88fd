/* golden_test.c - pages/escape.html, rendered for many values, and language, control and
 * printf.html are byte for byte what Go prints.
 *
 * The .golden files hold Go 1.19's output (made by golden.go): "s <value in hex>-
 * <length>\n<output>\n" for each value. A case begins with a line "=number=".
 */
#include "t.h"
#include "tests/tmpl/cases.h"
#include "tests/tmpl/pages/control.html.h"
#include "tests/tmpl/pages/escape.html.h"
#include "tests/tmpl/pages/language.html.h"
#include "tests/tmpl/pages/printf.html.h"
#include "tests/tmpl/pages/safe.html.h"

#include <stdlib.h>

static struct cases state_of(struct str s)
{
    struct cases state = {
        .t = "abc",
        .n = 7,
        .big = UINT64_MAX,
        .b = true,
        .l = { "l1", "<l2>", "l+3" },
        .o = { .x = "ox", .in = { 3 } },
        .rows = { .len = 3,
                  .v = { { "r1", 1, true, { .len = 2, .v = { 1, 2 } } },
                         { .name = "r2", .n = 2 },
                         { "r&3", -3, true, { .len = 1, .v = { 9 } } } } },
        .nums = { 5, 6, 7, 0 },
    };
    T_CHECK(s.len < sizeof state.s);
    memcpy(state.s, s.ptr, s.len);
    memcpy(state.html.html, s.ptr, s.len);
    memcpy(state.attr.attr, s.ptr, s.len);
    memcpy(state.url.url, s.ptr, s.len);
    memcpy(state.srcset.srcset, s.ptr, s.len);
    memcpy(state.js.js, s.ptr, s.len);
    memcpy(state.jsstr.jsstr, s.ptr, s.len);
    memcpy(state.css.css, s.ptr, s.len);
    state.parts.len = 2;
    memcpy(state.parts.v[0].html, s.ptr, s.len);
    return state;
}

static char *read_file(const char *path, size_t *len_out)
{
    FILE *file = fopen(path, "rb");
    static char text[1 << 21];
    *len_out = file == NULL ? 0 : fread(text, 1, sizeof text, file);
    T_CHECK(file != NULL && *len_out > 0 && *len_out < sizeof text);
    if (file != NULL) {
        fclose(file);
    }
    return text;
}

/* From the line "=number=" before at up to the next one. */
static void show_case(const char *what, const char *text, size_t len, size_t at)
{
    size_t start = at, end = at;
    while (start > 0 && !(text[start] == '=' && text[start - 1] == '\n')) {
        start--;
    }
    while (end < len && !(text[end] == '\n' && end + 1 < len && text[end + 1] == '=')) {
        end++;
    }
    fprintf(stderr, "  %s: %.*s\n", what, (int)(end - start), text + start);
}

static void compare(const char *name, struct str value, struct str got, struct str want)
{
    size_t at = 0;
    while (at < got.len && at < want.len && got.ptr[at] == want.ptr[at]) {
        at++;
    }
    if (at < got.len || at < want.len) {
        t_failed++;
        fprintf(stderr, "%s differs from Go for \"%.*s\"\n", name, (int)value.len, value.ptr);
        show_case("got ", got.ptr, got.len, at < got.len ? at : got.len - 1);
        show_case("want", want.ptr, want.len, at < want.len ? at : want.len - 1);
    }
}

static unsigned run(const char *name, const struct tmpl *tmpl)
{
    static uint8_t mem[1 << 16];
    char path[64];
    unsigned records = 0;
    size_t len;
    snprintf(path, sizeof path, "tests/tmpl/%s.golden", name);
    char *text = read_file(path, &len), *end = text + len;
    for (char *at = text; at + 2 < end && at[0] == 's'; records++) {
        char value[64];
        size_t value_len = 0;
        for (at += 2; *at != '-'; at += 2) {
            char digits[3] = { at[0], at[1], 0 };
            value[value_len++] = (char)strtoul(digits, NULL, 16);
        }
        size_t want_len = strtoul(at + 1, &at, 10);
        at++;
        struct cases state = state_of((struct str){ value, value_len });
        struct tmpl_ctx ctx = { .part = { &state, NULL, NULL } };
        struct buf out;
        buf_init(&out, mem, sizeof mem);
        tmpl_render(&out, tmpl->root, &ctx);
        T_EQ_INT(out.err, WICK_OK);
        compare(name, (struct str){ value, value_len }, buf_str(&out),
                (struct str){ at, want_len });
        at += want_len + 1;
    }
    return records;
}

int main(void)
{
    T_CHECK(run("escape", &tmpl_escape_page) >= 40);
    T_CHECK(run("language", &tmpl_language) == 1);
    T_CHECK(run("safe", &tmpl_safe) >= 40);
    T_CHECK(run("printf", &tmpl_printf) == 1);
    T_CHECK(run("control", &tmpl_control) == 1);
    return t_done();
}
