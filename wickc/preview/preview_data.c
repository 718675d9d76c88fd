/* preview_data.c - JSON files -> the shape that holds all of them. */
#include "base/num.h"
#include "wickc/preview/preview.h"

#include <string.h>

static const char *const kind_name[] = {
    [SHAPE_UNKNOWN] = "null", [SHAPE_BOOL] = "true or false", [SHAPE_INT] = "a number",
    [SHAPE_TEXT] = "a text",  [SHAPE_LIST] = "an array",      [SHAPE_STRUCT] = "an object",
};

struct reader {
    struct preview *preview;
    const struct data_set *set;
};

static const struct json_tok *tok_at(const struct reader *reader, unsigned tok)
{
    return &reader->set->json.tok[tok];
}

static struct pos tok_pos(const struct reader *reader, unsigned tok)
{
    const struct json_tok *at = tok_at(reader, tok);
    size_t line = strcspn(reader->set->src->text + at->off, "\r\n");
    bool is_text = at->kind == JSON_STRING; /* with its quotes */
    size_t len = (size_t)at->len + (is_text ? 2 : 0);
    return pos_of(reader->set->src, at->off - is_text, len < line ? len : line);
}

static const char *path_text(const struct reader *reader)
{
    const struct sb *path = &reader->preview->path;
    return path->len == 0 ? "the data" : sb_text(path) + (sb_text(path)[0] == '.');
}

struct str preview_text(struct preview *preview, const struct data_set *set, unsigned tok)
{
    size_t cap = set->json.tok[tok].len;
    struct buf text;
    buf_init(&text, wc_take(preview->wc, cap + 1), cap);
    json_put_text(&set->json, (int)tok, &text); /* unescaped it is not longer */
    return buf_str(&text);
}

enum safe preview_safe(struct preview *preview, const struct data_set *set, unsigned tok)
{
    const struct json_tok *at = &set->json.tok[tok];
    if (at->kind != JSON_OBJECT || at->count != 1 || at[2].kind != JSON_STRING) {
        return SAFE_NONE;
    }
    struct str key = preview_text(preview, set, tok + 1);
    return key.len > 0 && key.ptr[0] == '$' ? safe_named((struct str){ key.ptr + 1, key.len - 1 })
                                            : SAFE_NONE;
}

/* --- names ------------------------------------------------------------------------------------ */

static bool is_c_word(struct str name)
{
    static const char *const words[] = {
        "auto",  "bool",     "break",  "case",     "char",   "const",    "continue", "default",
        "do",    "double",   "else",   "enum",     "extern", "false",    "float",    "for",
        "goto",  "if",       "inline", "int",      "long",   "register", "restrict", "return",
        "short", "signed",   "sizeof", "static",   "struct", "switch",   "true",     "typedef",
        "union", "unsigned", "void",   "volatile", "while",  "NULL",
    };
    for (size_t idx = 0; idx < WICK_COUNT_OF(words); idx++) {
        if (str_eq(name, str_of(words[idx]))) {
            return true;
        }
    }
    return false;
}

static bool is_c_name(struct str name)
{
    for (size_t at = 0; at < name.len; at++) {
        char byte = name.ptr[at];
        bool is_letter =
            (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
        if (!is_letter && (at == 0 || byte < '0' || byte > '9')) {
            return false;
        }
    }
    return name.len > 0;
}

/* The member of an object that the key at tok names. @return NULL: reported */
static struct shape_member *read_key(struct reader *reader, struct shape *shape, unsigned object,
                                     unsigned tok)
{
    struct preview *preview = reader->preview;
    struct wc *wc = preview->wc;
    struct str name = preview_text(preview, reader->set, tok);
    if (!is_c_name(name) || is_c_word(name)) {
        wc_error(wc, tok_pos(reader, tok),
                 "a key of %s is %s: it is a member in C, so it has letters, digits and _ only; "
                 "choose another name",
                 path_text(reader), is_c_word(name) ? "a word of C" : "not a name");
        return NULL;
    }
    if (json_member(&reader->set->json, (int)object, name) != (int)tok + 1) {
        wc_error(wc, tok_pos(reader, tok), "this key is in %s twice", path_text(reader));
        return NULL;
    }
    struct shape_member **end = &shape->member;
    while (*end != NULL) {
        if (str_eq((*end)->name, name)) {
            return *end;
        }
        end = &(*end)->next;
    }
    *end = wc_take(wc, sizeof **end);
    (*end)->name = name;
    return *end;
}

/* --- values ----------------------------------------------------------------------------------- */

static enum shape_kind kind_of(const struct json_tok *tok)
{
    switch ((enum json_kind)tok->kind) {
    case JSON_NULL:
        break;
    case JSON_FALSE:
    case JSON_TRUE:
        return SHAPE_BOOL;
    case JSON_NUMBER:
        return SHAPE_INT;
    case JSON_STRING:
        return SHAPE_TEXT;
    case JSON_ARRAY:
        return SHAPE_LIST;
    case JSON_OBJECT:
        return SHAPE_STRUCT;
    }
    return SHAPE_UNKNOWN;
}

static void read_int(struct reader *reader, struct shape *shape, unsigned tok)
{
    struct wc *wc = reader->preview->wc;
    const struct json_tok *at = tok_at(reader, tok);
    int64_t small = 0;
    uint64_t value = 0;
    bool is_small = json_i64(&reader->set->json, (int)tok, &small) == WICK_OK;
    bool is_int = is_small || num_u64((struct str){ reader->set->src->text + at->off, at->len },
                                      UINT64_MAX, &value) == WICK_OK;
    if (!is_int) {
        wc_error(wc, tok_pos(reader, tok),
                 "%s is not an integer of 64 bits: templates have whole numbers only; use 1/1000 "
                 "(function milli) or a text",
                 path_text(reader));
        return;
    }
    value = is_small && small >= 0 ? (uint64_t)small : value;
    shape->is_negative = shape->is_negative || small < 0;
    shape->most = value > shape->most ? value : shape->most;
    if (shape->is_negative && shape->most > INT64_MAX) {
        wc_error(wc, tok_pos(reader, tok),
                 "%s is below 0 here and above %lld elsewhere: no integer of 64 bits holds both",
                 path_text(reader), (long long)INT64_MAX);
    }
}

static void read_text(struct reader *reader, struct shape *shape, unsigned tok)
{
    struct str text = preview_text(reader->preview, reader->set, tok);
    if (memchr(text.ptr, '\0', text.len) != NULL) {
        wc_error(reader->preview->wc, tok_pos(reader, tok),
                 "%s holds a zero byte: a text in C ends there", path_text(reader));
    }
    shape->most = text.len > shape->most ? text.len : shape->most;
}

/* NOLINTNEXTLINE(misc-no-recursion): JSON_DEPTH_MAX */
static void read_value(struct reader *reader, struct shape *shape, unsigned tok)
{
    struct preview *preview = reader->preview;
    struct wc *wc = preview->wc;
    const struct json_tok *at = tok_at(reader, tok);
    enum safe safe = preview_safe(preview, reader->set, tok);
    enum shape_kind kind = safe != SAFE_NONE ? SHAPE_TEXT : kind_of(at);
    size_t path_len = preview->path.len;
    if (kind == SHAPE_UNKNOWN) {
        return;
    }
    if (shape->kind == SHAPE_UNKNOWN) {
        shape->kind = kind;
        shape->safe = safe;
        shape->first = tok_pos(reader, tok);
    }
    if (shape->kind != kind) {
        wc_error(wc, tok_pos(reader, tok), "%s is %s here, but %s elsewhere", path_text(reader),
                 kind_name[kind], kind_name[shape->kind]);
        wc_note(wc, shape->first, "here it is %s", kind_name[shape->kind]);
    } else if (shape->safe != safe) {
        wc_error(wc, tok_pos(reader, tok), "%s is a text of another type here than elsewhere",
                 path_text(reader));
        wc_note(wc, shape->first, "here it has that type");
    } else if (kind == SHAPE_INT) {
        read_int(reader, shape, tok);
    } else if (kind == SHAPE_TEXT) {
        read_text(reader, shape, safe != SAFE_NONE ? tok + 2 : tok);
    } else if (kind == SHAPE_LIST) {
        shape->most = at->count > shape->most ? at->count : shape->most;
        shape->elem = shape->elem == NULL ? wc_take(wc, sizeof *shape->elem) : shape->elem;
        for (unsigned idx = 0, elem = tok + 1; idx < at->count;
             idx++, elem = tok_at(reader, elem)->next) {
            sb_putf(wc, &preview->path, "[%u]", idx);
            read_value(reader, shape->elem, elem);
            sb_cut(&preview->path, path_len);
        }
    } else if (kind == SHAPE_STRUCT) {
        for (unsigned idx = 0, key = tok + 1; idx < at->count;
             idx++, key = tok_at(reader, key + 1)->next) {
            struct shape_member *member = read_key(reader, shape, tok, key);
            if (member != NULL) {
                sb_putf(wc, &preview->path, ".%.*s", (int)member->name.len, member->name.ptr);
                read_value(reader, &member->shape, key + 1);
                sb_cut(&preview->path, path_len);
            }
        }
    }
}

/* --- the file --------------------------------------------------------------------------------- */

static void report_syntax(struct wc *wc, const struct source *src, size_t off)
{
    char byte = src->text[off < src->len ? off : src->len];
    size_t before = off < src->len ? off : src->len;
    while (before > 0 && strchr(" \t\r\n", src->text[before - 1]) != NULL) {
        before--;
    }
    bool is_end = byte == '}' || byte == ']';
    const char *why = "this is not allowed here";
    if (byte == '\0') {
        why = "the document ends too early";
    } else if (byte == '\'') {
        why = "texts stand in double quotes";
    } else if (is_end && before > 0 && src->text[before - 1] == ',') {
        why = "no comma may stand before the end";
    }
    wc_error(wc, pos_of(src, off, 1), "malformed JSON: %s", why);
}

void preview_read(struct preview *preview, const char *path)
{
    struct wc *wc = preview->wc;
    const struct source *src = wc_read(wc, path, (struct pos){ 0 });
    if (src == NULL || preview->set_count == PREVIEW_SETS_MAX) {
        return;
    }
    struct data_set *set = &preview->set[preview->set_count++];
    struct reader reader = { preview, set };
    size_t cap = src->len / 2 + 2 < UINT16_MAX ? src->len / 2 + 2 : UINT16_MAX;
    size_t off = 0;
    set->src = src;
    enum wick_err err = json_read(&set->json, (struct str){ src->text, src->len },
                                  wc_take(wc, cap * sizeof(struct json_tok)), (uint16_t)cap, &off);
    if (err == WICK_E_FULL) {
        wc_error(wc, pos_of(src, off, 1),
                 "the data nest deeper than %d levels or have more than %d values", JSON_DEPTH_MAX,
                 UINT16_MAX);
    } else if (err != WICK_OK) {
        report_syntax(wc, src, off);
    } else if (set->json.tok[0].kind != JSON_OBJECT) {
        wc_error(wc, tok_pos(&reader, 0),
                 "the data are one JSON object: its members are what \".\" has in the template");
    } else {
        read_value(&reader, &preview->root, 0);
    }
}
