/* run.c - pages with states that make them as long as they get: one line for each page with the
 * longest document, snapshot and update that was seen. The table of pages is linked to it. */
#include "gen.h"
#include "tests/diff/frames.h"
#include "tests/tmpl/cost/hard.h"
#include "wire/wire.h"

#include <stdio.h>
#include <stdlib.h>

struct cost_page {
    const char *name;
    const struct wick_page *page;
};
extern const struct cost_page cost_pages[];
extern const unsigned cost_page_count, cost_rounds;

enum { OUT = 1 << 23 };

struct gen gen;
static struct gen was;
static struct tmpl_form form[2];
static uint8_t mem[OUT];
static uint32_t map[1 << 18];
static uint64_t random_state = 88172645463325252u;

void fn_long(struct buf *out, struct str text)
{
    for (unsigned count = 0; text.len > 0 && count < fn_long_max; count++) {
        buf_put_u8(out, (uint8_t)text.ptr[count % text.len]);
    }
}

static uint32_t random_below(uint32_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 33) % below;
}

/* --- states ----------------------------------------------------------------------------------- */

static const char *const hard[] = { COST_HARD };

enum { HARD = sizeof hard / sizeof hard[0] };

/* hard >= 0: full of this one; else of some of them, and perhaps not full. */
static void fill_text(char *text, size_t size, int which)
{
    size_t len = which >= 0 ? size : random_below((uint32_t)size + 1);
    size_t at = 0;
    while (at < len) {
        const char *one = hard[which >= 0 ? (uint32_t)which : random_below(HARD)];
        for (; *one != '\0' && at < len; one++) {
            text[at++] = *one;
        }
    }
    if (at < size) {
        text[at] = '\0';
    }
}

/* No two rows share a key: it begins with a letter of the state and its number. */
static void fill_key(char *text, size_t size, int which, char letter, unsigned number)
{
    fill_text(text, size, which);
    text[0] = letter;
    text[1] = (char)('0' + number % 10);
    text[2] = (char)('0' + number / 10);
}

static int64_t number(int which, int64_t least)
{
    return which >= 0 ? least : (int64_t)random_below(5) - 2;
}

#define FILL_ROWS(list, which, letter, fill)                                                       \
    do {                                                                                           \
        uint32_t cap = (uint32_t)(sizeof(list).v / sizeof(list).v[0]);                             \
        (list).len = (which) >= 0 ? cap : random_below(cap + 1);                                   \
        for (uint32_t idx = 0; idx < cap; idx++) {                                                 \
            fill(&(list).v[idx], which, letter, idx);                                              \
        }                                                                                          \
    } while (0)

static void fill_sub(struct gen_sub *sub, int which, char letter, unsigned idx)
{
    fill_key(sub->key, sizeof sub->key, which, letter, idx);
    fill_text(sub->text, sizeof sub->text, which);
    sub->num = (int32_t)number(which, INT32_MIN);
    sub->flag = random_below(2) == 0;
}

static void fill_row(struct gen_row *row, int which, char letter, unsigned idx)
{
    fill_key(row->key, sizeof row->key, which, letter, idx);
    fill_text(row->text, sizeof row->text, which);
    row->num = (int32_t)number(which, INT32_MIN);
    row->flag = random_below(2) == 0;
    FILL_ROWS(row->subs, which, letter, fill_sub);
}

static void fill(struct gen *to, int which, char letter)
{
    fill_text(to->t0, sizeof to->t0, which);
    fill_text(to->t1, sizeof to->t1, which);
    fill_text(to->in.text, sizeof to->in.text, which);
    fill_text(to->safe_html.html, sizeof to->safe_html.html, which);
    fill_text(to->safe_url.url, sizeof to->safe_url.url, which);
    fill_text(to->safe_srcset.srcset, sizeof to->safe_srcset.srcset, which);
    to->n0 = (int32_t)number(which, random_below(2) == 0 ? INT32_MIN : INT32_MAX);
    to->n1 = number(which, random_below(2) == 0 ? INT64_MIN : INT64_MAX);
    to->big = UINT64_MAX - random_below(2);
    to->in.num = (int32_t)number(which, INT32_MIN);
    to->b0 = random_below(2) == 0;
    to->b1 = random_below(2) == 0;
    for (unsigned idx = 0; idx < 3; idx++) {
        to->nums[idx] = (int32_t)number(which, INT32_MIN + (int32_t)idx);
    }
    for (unsigned idx = 0; idx < 300; idx++) {
        to->trend[idx] = random_below(3) == 0 ? INT64_MIN : (int64_t)random_below(1000);
    }
    FILL_ROWS(to->list, which, letter, fill_row);
    FILL_ROWS(to->more, which, (char)(letter + 2), fill_row);
}

static void fill_form(struct tmpl_form *to, int which)
{
    static const char *const field[] = { "name", "note" };
    for (unsigned idx = 0; idx < 2; idx++) {
        strcpy(to->error[idx].field, field[idx]);
        strcpy(to->draft[idx].field, field[idx]);
        fill_text(to->error[idx].message, TMPL_MESSAGE_LEN_MAX, which);
        fill_text(to->draft[idx].text, TMPL_DRAFT_LEN_MAX, which);
        to->error[idx].message[TMPL_MESSAGE_LEN_MAX] = '\0';
        to->draft[idx].text[TMPL_DRAFT_LEN_MAX] = '\0';
    }
}

/* --- measuring -------------------------------------------------------------------------------- */

struct seen {
    size_t document, snapshot, update;
};

static void most(size_t *to, size_t len)
{
    *to = len > *to ? len : *to;
}

static size_t checked(const struct buf *out, const char *what)
{
    if (out->err != WICK_OK) {
        (void)fprintf(stderr, "%s does not fit\n", what);
        exit(2);
    }
    return out->len;
}

static size_t document_len(const struct wick_page *page, const struct wire *wire,
                           const struct tmpl_ctx *ctx)
{
    struct buf out;
    buf_init(&out, mem, sizeof mem);
    tmpl_render(&out, page->head, ctx);
    wire->put_attributes(&out, STR("0123456789abcdef0123456789abcdef"), UINT64_MAX);
    buf_put_u8(&out, '>');
    if (wire->has_marks) {
        tmpl_render_marked(&out, page->tmpl->root, ctx);
    } else {
        tmpl_render(&out, page->tmpl->root, ctx);
    }
    tmpl_render(&out, page->tail, ctx);
    return checked(&out, "document");
}

static size_t message_len(const struct wick_page *page, const struct wire *wire,
                          const struct diff *diff, bool is_snapshot)
{
    struct buf out;
    buf_init(&out, mem, sizeof mem);
    const struct wire_meta meta = { .seq = UINT32_MAX,
                                    .is_snapshot = is_snapshot,
                                    .is_answer = page->action_count > 0,
                                    .ref = INT64_MIN,
                                    .action = STR("save"),
                                    .form = &form[1] };
    wire_put_message(wire, &out, page->tmpl->root, diff, &meta);
    return checked(&out, "message");
}

static void measure(const struct wick_page *page, struct seen *seen)
{
    struct tmpl_ctx from = { .part = { [TMPL_DEVICE] = &was, [TMPL_FORM] = &form[0] } };
    struct tmpl_ctx is = { .part = { [TMPL_DEVICE] = &gen, [TMPL_FORM] = &form[1] } };
    for (unsigned idx = 0; idx < page->wire_count; idx++) {
        const struct wire *wire = page->wire[idx];
        struct diff diff = frames_diff();
        most(&seen->document, document_len(page, wire, &is));
        if (diff_snapshot(&diff, page->tmpl->root, &is) != WICK_OK) {
            exit(3);
        }
        most(&seen->snapshot, message_len(page, wire, &diff, true));
        diff = frames_diff();
        diff.map = map;
        diff.map_cap = sizeof map / sizeof map[0];
        if (diff_update(&diff, page->tmpl->root, &from, &is, DIFF_WHOLE) != WICK_OK) {
            exit(3);
        }
        most(&seen->update, message_len(page, wire, &diff, false));
    }
}

/* Rows of the state before stay, in another order, and change. */
static void keep_keys(void)
{
    for (uint32_t idx = 0; idx < 6; idx++) {
        memcpy(gen.list.v[idx].key, was.list.v[5 - idx].key, sizeof was.list.v[0].key);
        memcpy(gen.more.v[idx].key, was.more.v[5 - idx].key, sizeof was.more.v[0].key);
        for (uint32_t sub = 0; sub < 4; sub++) {
            memcpy(gen.list.v[idx].subs.v[sub].key, was.list.v[5 - idx].subs.v[3 - sub].key,
                   sizeof was.list.v[0].subs.v[0].key);
        }
    }
}

int main(void)
{
    for (unsigned idx = 0; idx < cost_page_count; idx++) {
        struct seen seen = { 0, 0, 0 };
        for (unsigned round = 0; round < cost_rounds; round++) {
            int which = round % 4 == 3 ? -1 : (int)((round / 2 + idx) % HARD);
            fill(&was, round % 8 == 4 ? -1 : (which + 1) % HARD, round % 2 == 0 ? 'a' : 'b');
            fill(&gen, which, round % 2 == 0 ? 'b' : 'a');
            fill_form(&form[0], -1);
            fill_form(&form[1], which);
            if (round % 5 == 0) {
                keep_keys();
            }
            measure(cost_pages[idx].page, &seen);
        }
        (void)printf("%s %zu %zu %zu\n", cost_pages[idx].name, seen.document, seen.snapshot,
                     seen.update);
    }
    return 0;
}
