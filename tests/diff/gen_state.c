/* gen_state.c - random states: numbers, texts, lists whose rows come, go, move and change. */
#include "gen.h"

#include <string.h>

static uint32_t gen_now, gen_row_count;

void gen_seed(uint32_t seed)
{
    gen_now = seed * 2654435761u + 1;
    gen_row_count = 0;
}

uint32_t gen_random(uint32_t below)
{
    gen_now = gen_now * 1664525u + 1013904223u;
    uint32_t mixed = gen_now ^ gen_now >> 16;
    mixed *= 0x7feb352du;
    mixed ^= mixed >> 15;
    return (uint32_t)(((uint64_t)mixed * below) >> 32);
}

struct tmpl_ctx gen_ctx(const struct gen_state *state)
{
    return (struct tmpl_ctx){ .part = { &state->part[0], &state->part[1], &state->form } };
}

static void put_number(char *text, const char *before, uint32_t number, const char *after)
{
    struct buf buf;
    buf_init(&buf, text, GEN_TEXT_CAP - 1);
    buf_put_text(&buf, before);
    buf_put_u64(&buf, number);
    buf_put_text(&buf, after);
    text[buf.len] = '\0';
}

static void random_text(char *text)
{
    static const char *const texts[] = { "",
                                         "on",
                                         "off",
                                         "<b>",
                                         "a&b",
                                         "\"q\"",
                                         "it's",
                                         "{{x}}",
                                         "{{{}}}",
                                         "\xc3\xa9t\xc3\xa9",
                                         "\xe2\x80\xa8",
                                         "a\tb\n",
                                         "\xff\xfe",
                                         "\\",
                                         "\xf0\x9f\x98\x80",
                                         "{{",
                                         "}}",
                                         "{{}}",
                                         "</script>",
                                         "<!-- -->" };
    memset(text, '#', GEN_TEXT_CAP); /* what is past the end does not count */
    if (gen_random(2) == 0) {
        const char *pick = texts[gen_random(WICK_COUNT_OF(texts))];
        memcpy(text, pick, strlen(pick) + 1);
    } else {
        put_number(text, "w", gen_random(50), "");
    }
}

static void random_key(char *key, enum gen_mode mode)
{
    static const char *const bad[] = { "", "x", "x", "y", "\xff", "\xfe", "\xef\xbf\xbd", "{{k}}" };
    const uint32_t number = ++gen_row_count;
    memset(key, '#', GEN_TEXT_CAP);
    if (mode == GEN_DIRTY && gen_random(80) == 0) {
        const char *pick = bad[gen_random(WICK_COUNT_OF(bad))];
        memcpy(key, pick, strlen(pick) + 1);
        return;
    }
    switch (gen_random(8)) {
    case 0:
        put_number(key, "a&<", number, "\"");
        break;
    case 1:
        put_number(key, "{{", number, "}}");
        break;
    case 2:
        put_number(key, "\xc3\xa9 ", number, "'");
        break;
    default:
        put_number(key, "", number, "");
        break;
    }
}

/* One list of any depth: where its rows are and how they go on. */
struct any_list {
    uint32_t *len;
    uint8_t *row;
    size_t row_size, sub_off;
    uint32_t cap, depth;
};

static struct any_list any_list(void *list, uint32_t depth)
{
    static const size_t row_size[] = { sizeof(struct gen_row0), sizeof(struct gen_row1),
                                       sizeof(struct gen_row2), sizeof(struct gen_row3) };
    static const uint32_t cap[] = { GEN_ROWS_0, GEN_ROWS_1, GEN_ROWS_2, GEN_ROWS_3 };
    return (struct any_list){ .len = list,
                              .row = (uint8_t *)list + 8,
                              .row_size = row_size[depth],
                              .sub_off = sizeof(struct gen_row),
                              .cap = cap[depth],
                              .depth = depth };
}

static uint8_t *row_at(const struct any_list *list, uint32_t idx)
{
    return list->row + idx * list->row_size;
}

static void random_cells(struct gen_row *row)
{
    for (size_t idx = 0; idx < WICK_COUNT_OF(row->num); idx++) {
        row->num[idx] = gen_random(100);
    }
    random_text(row->text);
}

static void random_row(const struct any_list *list, uint32_t idx, enum gen_mode mode);

static void random_list(const struct any_list *list, uint32_t max, enum gen_mode mode)
{
    *list->len = gen_random((max < list->cap ? max : list->cap) + 1);
    for (uint32_t idx = 0; idx < *list->len; idx++) {
        random_row(list, idx, mode);
    }
}

static void random_row(const struct any_list *list, uint32_t idx, enum gen_mode mode)
{
    uint8_t *row = row_at(list, idx);
    struct gen_row *head = (void *)row;
    random_cells(head);
    random_key(head->key, mode);
    if (list->depth < 3) {
        const struct any_list sub = any_list(row + list->sub_off, list->depth + 1);
        random_list(&sub, 2, mode);
    }
}

static void move_row(const struct any_list *list, uint32_t from, uint32_t to)
{
    static uint8_t hold[sizeof(struct gen_row0)];
    memcpy(hold, row_at(list, from), list->row_size);
    if (from < to) {
        memmove(row_at(list, from), row_at(list, from + 1), (to - from) * list->row_size);
    } else {
        memmove(row_at(list, to + 1), row_at(list, to), (from - to) * list->row_size);
    }
    memcpy(row_at(list, to), hold, list->row_size);
}

static void change_list(const struct any_list *list, enum gen_mode mode);

static void change_row(const struct any_list *list, enum gen_mode mode)
{
    uint8_t *row = row_at(list, gen_random(*list->len));
    struct gen_row *head = (void *)row;
    const uint32_t what = gen_random(8);
    if (what < 2) {
        head->num[gen_random(3)] = gen_random(100);
    } else if (what == 2) {
        random_text(head->text);
    } else if (what == 3) {
        random_key(head->key, mode);
    } else if (what == 4 && mode == GEN_DIRTY) {
        memcpy(head->key, row_at(list, gen_random(*list->len)) + offsetof(struct gen_row, key),
               GEN_TEXT_CAP);
    } else if (list->depth < 3) {
        const struct any_list sub = any_list(row + list->sub_off, list->depth + 1);
        change_list(&sub, mode);
    }
}

static void change_list(const struct any_list *list, enum gen_mode mode)
{
    const uint32_t len = *list->len, what = gen_random(14);
    if (len < list->cap && (what < 3 || len == 0)) {
        const uint32_t at = what == 0 ? len : gen_random(len + 1);
        random_row(list, len, mode);
        move_row(list, len, at);
        ++*list->len;
    } else if (len == 0) {
        return;
    } else if (what < 6) {
        move_row(list, gen_random(len), len - 1);
        --*list->len;
    } else if (what < 8) {
        move_row(list, gen_random(len), gen_random(len));
    } else if (what == 8) {
        for (uint32_t idx = 0; idx + 1 < len; idx++) {
            move_row(list, len - 1, idx); /* reverse */
        }
    } else if (what == 9 && gen_random(2) == 0) {
        for (uint32_t idx = 0; idx + 1 < len; idx++) {
            move_row(list, idx + gen_random(len - idx), idx);
        }
    } else if (what == 10 && gen_random(4) == 0) {
        *list->len = gen_random(2) == 0 ? 0 : gen_random(len);
    } else if (what == 11 && gen_random(6) == 0) {
        random_list(list, list->depth == 0 && gen_random(4) == 0 ? list->cap : 4, mode);
    } else {
        for (uint32_t count = gen_random(3) + 1; count > 0; count--) {
            change_row(list, mode);
        }
    }
}

void gen_fill(struct gen_state *state, enum gen_mode mode)
{
    for (size_t part = 0; part < WICK_COUNT_OF(state->part); part++) {
        struct gen_part *to = &state->part[part];
        for (size_t idx = 0; idx < GEN_NUMS; idx++) {
            to->num[idx] = gen_random(100);
        }
        for (size_t idx = 0; idx < GEN_TEXTS; idx++) {
            random_text(to->text[idx]);
        }
        for (size_t idx = 0; idx < GEN_LISTS; idx++) {
            const struct any_list list = any_list(&to->list[idx], 0);
            random_list(&list, gen_random(8) == 0 ? list.cap : 7, mode);
        }
    }
}

void gen_change(struct gen_state *state, enum gen_mode mode)
{
    if (gen_random(100) == 0) {
        gen_fill(state, mode);
    }
    for (uint32_t count = gen_random(9); count > 0; count--) {
        struct gen_part *part = &state->part[gen_random(3) == 0];
        const uint32_t what = gen_random(5);
        if (what == 0) {
            part->num[gen_random(GEN_NUMS)] = gen_random(100);
        } else if (what == 1) {
            random_text(part->text[gen_random(GEN_TEXTS)]);
        } else {
            const struct any_list list = any_list(&part->list[gen_random(GEN_LISTS)], 0);
            change_list(&list, mode);
        }
    }
}
