/* directive.c - see directive.h. */
#include "wickc/read/directive.h"

#include <string.h>

#define DIRECTIVE_NAME(id, word) #word,

static const char *const words[] = { DIRECTIVE_WORDS(DIRECTIVE_NAME) };

#undef DIRECTIVE_NAME

static const char **directive_slot(struct directive *dir, enum directive_word word)
{
#define DIRECTIVE_SLOT(id, word)                                                                   \
    case DIR_##id:                                                                                 \
        return &dir->word;
    switch (word) {
        DIRECTIVE_WORDS(DIRECTIVE_SLOT)
    case DIR_COUNT:
        break;
    }
#undef DIRECTIVE_SLOT
    WICK_ASSERT(word != DIR_COUNT);
    return NULL;
}

/* @return DIR_COUNT: it is none, reported */
static enum directive_word word_of(struct wc *wc, struct str key, struct pos pos)
{
    struct near near = { .name = key };
    struct sb all = { 0 };
    for (unsigned word = 0; word < DIR_COUNT; word++) {
        if (str_eq(key, str_of(words[word]))) {
            return (enum directive_word)word;
        }
        near_try(&near, str_of(words[word]));
        sb_putf(wc, &all, "%s%s", word == 0 ? "" : ", ", words[word]);
    }
    if (near.best.ptr != NULL) {
        wc_error(wc, pos, "unknown word \"%.*s\" in the directive; did you mean \"%.*s\"?",
                 (int)key.len, key.ptr, (int)near.best.len, near.best.ptr);
    } else {
        wc_error(wc, pos, "unknown word \"%.*s\" in the directive; the words are %s", (int)key.len,
                 key.ptr, sb_text(&all));
    }
    return DIR_COUNT;
}

/* word="value" ... after wick:page */
static void read_pairs(struct wc *wc, struct str rest, const struct source *src,
                       struct directive *dir)
{
    for (;;) {
        rest = str_trim(rest, " \t\r\n");
        if (rest.len == 0) {
            return;
        }
        size_t len = strcspn(rest.ptr, "= \t\r\n\"*");
        len = len < rest.len ? len : rest.len;
        struct str key = { rest.ptr, len };
        struct pos pos = pos_of(src, (size_t)(key.ptr - src->text), len > 0 ? len : 1);
        const char *quote = memchr(rest.ptr, '"', rest.len);
        bool has_value = len > 0 && len + 2 < rest.len && quote == rest.ptr + len + 1 &&
                         memchr(quote + 1, '"', rest.len - len - 2) != NULL;
        enum directive_word word = word_of(wc, key, pos);
        if (word == DIR_COUNT) {
            return;
        }
        if (!has_value) {
            wc_error(wc, pos, "a value in double quotes must follow: %s=\"...\"", words[word]);
            return;
        }
        rest = (struct str){ quote + 1, rest.len - len - 2 };
        struct str value = str_cut(&rest, '"');
        if (dir->of[word].src != NULL) {
            wc_error(wc, pos, "the directive has %s= twice", words[word]);
        }
        dir->of[word] = pos_of(src, (size_t)(value.ptr - src->text), value.len);
        *directive_slot(dir, word) = wc_copy(wc, value.ptr, value.len);
    }
}

bool directive_is_page(const struct tokens *tokens)
{
    return str_starts(tokens->directive, STR("wick:page"));
}

void directive_read(struct wc *wc, const struct source *src, const struct tokens *tokens,
                    struct directive *dir)
{
    *dir = (struct directive){ .at = pos_of(src, 0, 1), .is_there = tokens->directive.len > 0 };
    if (!dir->is_there) {
        return;
    }
    struct str rest = tokens->directive;
    size_t len = strcspn(rest.ptr, " \t\r\n*");
    struct str word = { rest.ptr, len < rest.len ? len : rest.len };
    dir->at = tokens->directive_pos;
    dir->at.len = (uint32_t)word.len;
    dir->is_page = str_eq(word, STR("wick:page"));
    if (!dir->is_page && !str_eq(word, STR("wick:tmpl"))) {
        wc_error(wc, dir->at, "the directive is wick:page or wick:tmpl");
        wc->is_blind = true;
    }
    read_pairs(wc, (struct str){ rest.ptr + word.len, rest.len - word.len }, src, dir);
}

static const char *with_struct(struct wc *wc, const char *text)
{
    return text == NULL || strncmp(text, "struct ", 7) == 0 ? text
                                                            : wc_format(wc, "struct %s", text);
}

/* The place of a word, of the directive when it is absent. */
static struct pos where(const struct directive *dir, enum directive_word word)
{
    return dir->of[word].src != NULL ? dir->of[word] : dir->at;
}

/* client="x" names the wire of the page's path, wires="x y" all of them. */
static void read_wires(struct wc *wc, enum directive_word word)
{
    struct directive *dir = &wc->dir;
    struct str rest = str_of(*directive_slot(dir, word));
    while (rest.len > 0) {
        struct str name = str_cut(&rest, ' ');
        const struct wire *wire = name.len > 0 ? wire_find(name) : NULL;
        bool is_known = false;
        for (unsigned idx = 0; idx < dir->wire_count; idx++) {
            is_known = is_known || dir->wire[idx] == wire;
        }
        if (name.len > 0 && wire == NULL) {
            struct sb all = { 0 };
            for (unsigned idx = 0; wire_at(idx) != NULL; idx++) {
                sb_putf(wc, &all, idx == 0 ? "%s" : " and %s", wire_at(idx)->name);
            }
            wc_error(wc, where(dir, word), "%s=\"%.*s\" is unknown; the known ones are %s",
                     words[word], (int)name.len, name.ptr, sb_text(&all));
        } else if (wire != NULL && !is_known) {
            dir->wire[dir->wire_count++] = wire;
        }
    }
}

/* Words that have one of a few values. */
static void check_choices(struct wc *wc)
{
    static const struct {
        enum directive_word word;
        const char *value[3];
        const char *said;
    } table[] = {
        { DIR_MARKS, { "no" }, "the only value is \"no\": plain HTML without checks of structure" },
        { DIR_NAV, { "no" }, "the only value is \"no\": the page is left out of {{range pages}}" },
    };

    for (size_t idx = 0; idx < WICK_COUNT_OF(table); idx++) {
        const char *value = *directive_slot(&wc->dir, table[idx].word);
        bool is_good = value == NULL;
        for (unsigned at = 0; at < WICK_COUNT_OF(table[idx].value) && !is_good; at++) {
            is_good = table[idx].value[at] != NULL && strcmp(value, table[idx].value[at]) == 0;
        }
        if (!is_good) {
            wc_error(wc, where(&wc->dir, table[idx].word), "%s=\"%s\": %s", words[table[idx].word],
                     value, table[idx].said);
        }
    }
}

/* device="struct a struct b" device_var="a b": types and variables in the same order. */
static void read_states(struct wc *wc)
{
    struct directive *dir = &wc->dir;
    struct str types = str_of(dir->device);
    struct str vars = str_of(dir->device_var);
    while (types.len > 0) {
        struct str type = str_cut(&types, ' ');
        if (type.len == 0 || str_eq(type, STR("struct"))) {
            continue;
        }
        if (dir->state_count == TMPL_STATES_MAX) {
            wc_error(wc, where(dir, DIR_DEVICE), "too many device states (limit is %d)",
                     TMPL_STATES_MAX);
            return;
        }
        struct str var = { "", 0 };
        while (vars.len > 0 && var.len == 0) {
            var = str_cut(&vars, ' ');
        }
        if (dir->is_page && dir->device_var != NULL && var.len == 0) {
            wc_error(wc, where(dir, DIR_DEVICE_VAR),
                     "device_var= names no variable for struct %.*s", (int)type.len, type.ptr);
        }
        dir->state[dir->state_count].type = with_struct(wc, wc_copy(wc, type.ptr, type.len));
        dir->state[dir->state_count++].var = wc_copy(wc, var.ptr, var.len);
    }
    if (str_trim(vars, " ").len > 0 && dir->is_page) {
        wc_error(wc, where(dir, DIR_DEVICE_VAR),
                 "device_var= names more variables than device= types");
    }
}

static void check_page(struct wc *wc)
{
    struct directive *dir = &wc->dir;
    if (dir->path == NULL || dir->path[0] != '/') {
        wc_error(wc, where(dir, DIR_PATH),
                 "a page needs its path=\"/...\"; wick:tmpl makes a template without a page");
    }
    if ((dir->device == NULL) != (dir->device_var == NULL)) {
        wc_error(wc, where(dir, dir->device == NULL ? DIR_DEVICE_VAR : DIR_DEVICE),
                 "device= (its type) and device_var= (the variable) belong together");
    }
    if (dir->order != NULL &&
        (dir->order[0] == '\0' || strspn(dir->order, "0123456789") != strlen(dir->order))) {
        wc_error(wc, where(dir, DIR_ORDER),
                 "order=\"%s\" is not a whole number: pages are listed by it, the least first",
                 dir->order);
    }
}

void directive_check(struct wc *wc)
{
    struct directive *dir = &wc->dir;
    WICK_ASSERT(wc->base != NULL);
    if (dir->name == NULL) {
        dir->name = wc_format(wc, "%.*s", (int)strcspn(wc->base, "."), wc->base);
    }
    if (!wc_is_name(dir->name)) {
        wc_error(wc, where(dir, DIR_NAME), "name=\"%s\" is not a C identifier%s", dir->name,
                 dir->of[DIR_NAME].src == NULL
                     ? ": the name of the file is taken, write name=\"...\""
                     : "");
    }
    check_choices(wc);
    if (dir->is_page && dir->client == NULL && dir->wires == NULL) {
        dir->client = "wick";
    }
    read_wires(wc, DIR_CLIENT);
    read_wires(wc, DIR_WIRES);
    if (dir->is_page) {
        check_page(wc);
    }
    read_states(wc);
    dir->view = with_struct(wc, dir->view);
}
