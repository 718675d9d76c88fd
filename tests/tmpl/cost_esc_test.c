/* cost_esc_test.c - no text grows more in an escaper than wickc/cost says: all escapers, with texts
 * that are made of what they treat differently. And it says not much more. */
#include "t.h"
#include "tests/tmpl/cost/hard.h"
#include "tmpl/tmpl_esc.h"
#include "tmpl/tmpl_safe.h"
#include "wickc/cost/cost.h"

enum { TEXT = 160, OUT = 1 << 16, ROUNDS = 60 };

static uint32_t state = 12345;

static uint32_t below(uint32_t end)
{
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % end;
}

static const char *const parts[] = { COST_HARD,
                                     "%41",
                                     "\\3c ",
                                     "<b>",
                                     "</script>",
                                     "javascript:",
                                     "&amp;",
                                     "\xc0",
                                     "\xed\xa0\x80",
                                     ",",
                                     "2x",
                                     "&#",
                                     "\n",
                                     "<!--",
                                     "-->",
                                     "]]>",
                                     "http://a/",
                                     "#",
                                     "\xf0\x9f\x98\x80",
                                     "\\",
                                     "f",
                                     "\xef\xb7\x90",
                                     "$",
                                     "A" };

enum { PARTS = sizeof parts / sizeof parts[0] };

/* Each part alone first, then some of them together. */
static size_t make(char *text, unsigned round)
{
    const char *some[4] = { parts[round % PARTS] };
    const unsigned kinds = round < PARTS ? 1 : 1 + below(4);
    size_t len = 0, cap = round < PARTS ? TEXT : below(TEXT);
    for (unsigned idx = round < PARTS ? 1 : 0; idx < kinds; idx++) {
        some[idx] = parts[below(PARTS)];
    }
    for (;;) {
        const char *part = some[below(kinds)];
        if (len + strlen(part) > cap) {
            return len;
        }
        memcpy(text + len, part, strlen(part));
        len += strlen(part);
    }
}

static struct cost_len real(struct str text, unsigned how)
{
    static uint8_t mem[OUT], json_mem[8 * OUT];
    struct buf out, json;
    buf_init(&out, mem, sizeof mem);
    buf_init(&json, json_mem, sizeof json_mem);
    if ((how & TMPL_ESC_SAFE) != 0) {
        tmpl_escape_safe(&out, text, how);
    } else {
        tmpl_escape(&out, text, how);
    }
    buf_put_json_str(&json, buf_str(&out));
    T_CHECK(out.err == WICK_OK && json.err == WICK_OK);
    return (struct cost_len){ out.len, json.len - 2 };
}

static void check_how(unsigned how)
{
    char text[TEXT];
    double tight = 0;
    for (unsigned round = 0; round < ROUNDS * PARTS / 8; round++) {
        size_t len = make(text, round);
        struct cost_len is = real((struct str){ text, len }, how);
        struct cost_len said = cost_escaped((struct cost_raw){ .any = len }, how);
        if (is.doc > said.doc || is.json > said.json) {
            fprintf(stderr, "how %u: \"%.*s\" gives %llu and %llu bytes, not at most %llu, %llu\n",
                    how, (int)len, text, (unsigned long long)is.doc, (unsigned long long)is.json,
                    (unsigned long long)said.doc, (unsigned long long)said.json);
            t_failed++;
            return;
        }
        double part = said.json == 0 ? 1 : (double)is.json / (double)said.json;
        tight = len > TEXT / 2 && part > tight ? part : tight;
    }
    T_CHECK(tight > 0.75 || cost_escaped((struct cost_raw){ .any = TEXT }, how).json < TEXT);
}

int main(void)
{
    static const unsigned after[] = { 0, TMPL_ESC_ATTR, TMPL_ESC_NOSPACE, TMPL_ESC_BARE };
    for (unsigned main_step = 0; main_step <= TMPL_ESC_JS_TMPL; main_step++) {
        for (unsigned flags = 0; flags < 16; flags++) {
            check_how(main_step | ((flags & 1) != 0 ? TMPL_ESC_FILTER : 0u) |
                      ((flags & 2) != 0 ? TMPL_ESC_GUARD : 0u) | after[flags >> 2]);
        }
    }
    static const unsigned safe[] = { TMPL_ESC_RCDATA,
                                     TMPL_ESC_NONE | TMPL_ESC_ATTR,
                                     TMPL_ESC_NONE | TMPL_ESC_NOSPACE,
                                     TMPL_ESC_JS,
                                     TMPL_ESC_JS_STR,
                                     TMPL_ESC_SRCSET,
                                     TMPL_ESC_SRCSET | TMPL_ESC_ATTR };
    for (unsigned idx = 0; idx < sizeof safe / sizeof safe[0]; idx++) {
        check_how(safe[idx] | TMPL_ESC_SAFE);
    }
    struct cost_len huge = cost_escaped((struct cost_raw){ .any = UINT64_MAX / 2 }, TMPL_ESC_HTML);
    T_CHECK(huge.doc == UINT64_MAX && huge.json == UINT64_MAX);
    return t_done();
}
