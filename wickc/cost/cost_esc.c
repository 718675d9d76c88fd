/* cost_esc.c - how much an escaper can lengthen a text: the escapers themselves are asked, with
 * every character that they treat differently. */
#include "tmpl/tmpl_esc.h"
#include "tmpl/tmpl_safe.h"
#include "wickc/cost/cost.h"

enum { REPEAT = 12, OUT = 4096, HOW_MAX = 2048 };

/* Per byte of input, in 1/6 (a character has 1, 2 or 3 bytes that grow), and once. */
struct growth {
    bool is_known;
    unsigned doc_6, json_6, doc, json;
};

static size_t json_len(struct str text)
{
    char mem[6 * OUT];
    struct buf out;
    buf_init(&out, mem, sizeof mem);
    buf_put_json_str(&out, text);
    WICK_ASSERT(out.err == WICK_OK && out.len >= 2);
    return out.len - 2;
}

static struct cost_len escaped(struct str text, unsigned how)
{
    char mem[OUT];
    struct buf out;
    buf_init(&out, mem, sizeof mem);
    if ((how & TMPL_ESC_SAFE) != 0) {
        tmpl_escape_safe(&out, text, how);
    } else {
        tmpl_escape(&out, text, how);
    }
    WICK_ASSERT(out.err == WICK_OK);
    return (struct cost_len){ out.len, json_len(buf_str(&out)) };
}

/* The character repeated, twice in different number: what grows with each of them, and what does
 * not. */
static void measure(struct growth *growth, struct str character, unsigned how)
{
    char text[2 * REPEAT * 4];
    size_t len = 0;
    for (unsigned count = 0; count < 2 * REPEAT; count++) {
        for (size_t at = 0; at < character.len; at++) {
            text[len++] = character.ptr[at];
        }
    }
    struct cost_len one = escaped(character, how);
    struct cost_len half = escaped((struct str){ text, len / 2 }, how);
    struct cost_len full = escaped((struct str){ text, len }, how);
    size_t bytes = len / 2;
    unsigned doc_6 = (unsigned)((6 * (full.doc - half.doc) + bytes - 1) / bytes);
    unsigned json_6 = (unsigned)((6 * (full.json - half.json) + bytes - 1) / bytes);
    growth->doc_6 = doc_6 > growth->doc_6 ? doc_6 : growth->doc_6;
    growth->json_6 = json_6 > growth->json_6 ? json_6 : growth->json_6;
    growth->doc = one.doc > growth->doc ? (unsigned)one.doc : growth->doc;
    growth->json = one.json > growth->json ? (unsigned)one.json : growth->json;
}

static const struct growth *growth_of(unsigned how)
{
    static struct growth known[HOW_MAX]; /* pure: the same for all pages */
    static const char *const more[] = { "\xc2\xa0",     "\xe2\x80\xa8", "\xef\xb7\x90",
                                        "\xef\xbf\xbe", "\xef\xbf\xbd", "\xf0\x9f\x98\x80" };
    WICK_ASSERT(how < HOW_MAX);
    struct growth *growth = &known[how];
    if (growth->is_known) {
        return growth;
    }
    struct cost_len none = escaped(STR(""), how);
    growth->doc = (unsigned)none.doc;
    growth->json = (unsigned)none.json;
    for (unsigned byte = 0; byte <= 128; byte++) { /* 128: no UTF-8, as are all above */
        bool is_usual = (byte > 'a' && byte <= 'z') || (byte > 'A' && byte <= 'Z') ||
                        (byte > '0' && byte <= '9');
        char character = (char)byte;
        if (!is_usual) {
            measure(growth, (struct str){ &character, 1 }, how);
        }
    }
    for (size_t idx = 0; idx < WICK_COUNT_OF(more); idx++) {
        measure(growth, str_of(more[idx]), how);
    }
    growth->is_known = true;
    return growth;
}

static uint64_t grown(uint64_t bytes, unsigned by_6)
{
    return bytes > UINT64_MAX / 64 ? UINT64_MAX : (bytes * by_6 + 5) / 6;
}

struct cost_len cost_escaped(struct cost_raw raw, unsigned how)
{
    const struct growth *growth = growth_of(how);
    unsigned least = growth->doc_6 > 0 ? 6 : 0; /* comments: nothing is written */
    uint64_t plain = least > 0 ? raw.plain : 0;
    return (struct cost_len){
        cost_add(cost_add(plain, grown(raw.any, growth->doc_6)), growth->doc),
        cost_add(cost_add(plain, grown(raw.any, growth->json_6)), growth->json),
    };
}

struct cost_len cost_exact(struct str text, unsigned how)
{
    if (text.len > OUT / 16) {
        return cost_escaped((struct cost_raw){ .any = text.len }, how);
    }
    return escaped(text, how);
}
