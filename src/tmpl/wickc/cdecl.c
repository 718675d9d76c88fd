/* cdecl.c - tolerant parser of C declarations: structs, enums, typedefs, prototypes. See types.h.
 *
 *   file   = { "struct" tag body ";" | "enum" ... ";" | "typedef" type declarator ";" | type name "(" params ")" ";" | anything }
 *   body   = "{" { type declarator { "," declarator } ";" } "}"
 * Comments are blanks. Whatever does not fit is skipped up to the next ";" or "}" of its level.
 */
#include "tmpl/wickc/types.h"

#include <stdlib.h>
#include <string.h>

enum { INCLUDE_DEPTH_MAX = 8, STRUCT_DEPTH_MAX = 16 };

struct cdecl {
    struct types *types;
    struct wc *wc;
    const struct source *src;
    size_t at;
    struct str tok; /* the present token; len 0: end */
    unsigned depth, include_depth;
};

/* --- tokens ------------------------------------------------------------------------------------------------------------------ */

static bool is_word_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' || (byte >= '0' && byte <= '9');
}

static void read_directive(struct cdecl *cdecl);

/* NOLINTNEXTLINE(misc-no-recursion): INCLUDE_DEPTH_MAX */
static void skip_blanks(struct cdecl *cdecl)
{
    const char *text = cdecl->src->text;
    for (;;) {
        char byte = text[cdecl->at];
        if (byte == '/' && text[cdecl->at + 1] == '*') {
            const char *end = strstr(text + cdecl->at + 2, "*/");
            cdecl->at = end == NULL ? cdecl->src->len : (size_t)(end - text) + 2;
        } else if (byte == '/' && text[cdecl->at + 1] == '/') {
            cdecl->at += strcspn(text + cdecl->at, "\n");
        } else if (byte != '\0' && strchr(" \t\r\n\f\v\\", byte) != NULL) {
            cdecl->at++;
        } else {
            return;
        }
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): INCLUDE_DEPTH_MAX */
static void next(struct cdecl *cdecl)
{
    const char *text = cdecl->src->text;
    skip_blanks(cdecl);
    while (text[cdecl->at] == '#') {
        read_directive(cdecl);
        skip_blanks(cdecl);
    }
    size_t start = cdecl->at;
    if (start >= cdecl->src->len) {
        cdecl->tok = (struct str){ text + start, 0 };
        return;
    }
    char byte = text[start];
    if (is_word_byte(byte)) {
        while (is_word_byte(text[cdecl->at])) {
            cdecl->at++;
        }
    } else if (byte == '"' || byte == '\'') {
        for (cdecl->at++; cdecl->at < cdecl->src->len && text[cdecl->at] != byte; cdecl->at++) {
            cdecl->at += text[cdecl->at] == '\\' && cdecl->at + 1 < cdecl->src->len;
        }
        cdecl->at += cdecl->at < cdecl->src->len;
    } else {
        cdecl->at++;
    }
    cdecl->tok = (struct str){ text + start, cdecl->at - start };
}

static bool is(const struct cdecl *cdecl, const char *tok) { return str_eq(cdecl->tok, str_of(tok)); }

/* NOLINTNEXTLINE(misc-no-recursion): INCLUDE_DEPTH_MAX */
static bool eat(struct cdecl *cdecl, const char *tok)
{
    bool is_it = is(cdecl, tok);
    if (is_it) {
        next(cdecl);
    }
    return is_it;
}

static bool is_name(const struct cdecl *cdecl) { return cdecl->tok.len > 0 && is_word_byte(cdecl->tok.ptr[0]) && (cdecl->tok.ptr[0] < '0' || cdecl->tok.ptr[0] > '9'); }

/* Behind the bracket that closes the one just eaten. */
/* NOLINTNEXTLINE(misc-no-recursion): INCLUDE_DEPTH_MAX */
static void skip_group(struct cdecl *cdecl)
{
    for (unsigned depth = 1; depth > 0 && cdecl->tok.len > 0; next(cdecl)) {
        char byte = cdecl->tok.ptr[0];
        depth += byte == '(' || byte == '[' || byte == '{';
        depth -= byte == ')' || byte == ']' || byte == '}';
    }
}

/* Behind the next ";" of this level, or in front of a "}" that closes it. */
/* NOLINTNEXTLINE(misc-no-recursion): INCLUDE_DEPTH_MAX */
static void skip_declaration(struct cdecl *cdecl)
{
    while (cdecl->tok.len > 0 && !is(cdecl, ";") && !is(cdecl, "}")) {
        bool is_brace = is(cdecl, "{"), opens = is_brace || is(cdecl, "(") || is(cdecl, "[");
        next(cdecl);
        if (opens) {
            skip_group(cdecl);
        }
        if (is_brace && !is(cdecl, ";") && !is(cdecl, ",") && !is_name(cdecl)) {
            return; /* the body of a function */
        }
    }
    (void)eat(cdecl, ";");
}

/* --- numbers ----------------------------------------------------------------------------------------------------------------- */

static void add_number(struct cdecl *cdecl, struct str name, int64_t value)
{
    struct number *number = wc_take(cdecl->wc, sizeof *number);
    *number = (struct number){ name, value, cdecl->types->number };
    cdecl->types->number = number;
}

/* NOLINTNEXTLINE(misc-no-recursion): INCLUDE_DEPTH_MAX */
static bool read_factor(struct cdecl *cdecl, int64_t *value_out)
{
    bool is_negative = eat(cdecl, "-");
    if (cdecl->tok.len == 0) {
        return false;
    }
    char *end = NULL;
    char *text = wc_copy(cdecl->wc, cdecl->tok.ptr, cdecl->tok.len);
    bool is_known;
    if (text[0] >= '0' && text[0] <= '9') {
        *value_out = (int64_t)strtoull(text, &end, 0);
        is_known = end[strspn(end, "uUlL")] == '\0';
    } else if (text[0] == '\'' && cdecl->tok.len == 3) {
        *value_out = (unsigned char)text[1];
        is_known = true;
    } else {
        is_known = types_number(cdecl->types, cdecl->tok, value_out);
    }
    next(cdecl);
    is_known = is_known && (!is_negative || *value_out != INT64_MIN);
    *value_out = is_negative && is_known ? -*value_out : *value_out;
    return is_known;
}

static bool is_small(int64_t value) { return value >= -(1 << 30) && value <= 1 << 30; }

/* A sum, product or shift of known numbers, left to right. @return false: not understood; the parser stands somewhere inside. */
/* NOLINTNEXTLINE(misc-no-recursion): INCLUDE_DEPTH_MAX */
static bool read_number(struct cdecl *cdecl, int64_t *value_out)
{
    if (!read_factor(cdecl, value_out)) {
        return false;
    }
    while (is(cdecl, "+") || is(cdecl, "-") || is(cdecl, "*") || is(cdecl, "<")) {
        char op = cdecl->tok.ptr[0];
        int64_t right = 0;
        next(cdecl);
        if (op == '<') {
            (void)eat(cdecl, "<");
        }
        if (!read_factor(cdecl, &right) || !is_small(*value_out) || !is_small(right) || (op == '<' && (*value_out < 0 || right < 0 || right > 32))) {
            return false;
        }
        *value_out = op == '+' ? *value_out + right : op == '-' ? *value_out - right : op == '*' ? *value_out * right : *value_out << right;
    }
    return true;
}

/* At "#": include of a file, define of a number; the rest of the line is skipped. */
/* NOLINTNEXTLINE(misc-no-recursion): INCLUDE_DEPTH_MAX */
static void read_directive(struct cdecl *cdecl)
{
    const char *text = cdecl->src->text;
    const char *line = text + cdecl->at;
    size_t len = strcspn(line, "\n");
    while (len > 0 && line[len - 1] == '\\' && line[len] == '\n') {
        len += 1 + strcspn(line + len + 1, "\n");
    }
    cdecl->at += len;
    char *copy = wc_copy(cdecl->wc, line, len);
    char *word = copy + 1 + strspn(copy + 1, " \t");
    if (strncmp(word, "include", 7) == 0) {
        char *name = strchr(word, '"');
        char *end = name == NULL ? NULL : strchr(name + 1, '"');
        const char *path = NULL;
        if (end != NULL && cdecl->include_depth < INCLUDE_DEPTH_MAX) {
            *end = '\0';
            path = wc_find(cdecl->wc, name + 1, cdecl->src->path);
        }
        bool is_read = false;
        for (const struct source *other = cdecl->wc->source; path != NULL && other != NULL; other = other->next) {
            is_read = is_read || strcmp(other->path, path) == 0;
        }
        struct source *src = path == NULL || is_read ? NULL : wc_read(cdecl->wc, path, (struct pos){ 0 });
        if (src != NULL) {
            types_read(cdecl->types, src, cdecl->include_depth + 1);
        }
    } else if (strncmp(word, "define", 6) == 0) {
        char *name = word + 6 + strspn(word + 6, " \t");
        char *end = name;
        while (is_word_byte(*end)) {
            end++;
        }
        char *rest = NULL;
        long long value = strtoll(end, &rest, 0);
        if (rest != end && (*end == ' ' || *end == '\t') && rest[strspn(rest, " \tuUlL\r")] == '\0') {
            add_number(cdecl, (struct str){ name, (size_t)(end - name) }, value);
        }
    }
}

/* --- types ------------------------------------------------------------------------------------------------------------------- */

static const struct type *read_type(struct cdecl *cdecl);

static struct type *new_type(struct cdecl *cdecl, enum type_kind kind)
{
    struct type *type = wc_take(cdecl->wc, sizeof *type);
    type->kind = kind;
    return type;
}

/* { "[" number "]" } behind the name of a declarator */
/* NOLINTNEXTLINE(misc-no-recursion): one level per dimension */
static const struct type *read_arrays(struct cdecl *cdecl, const struct type *type, unsigned depth)
{
    if (!is(cdecl, "[") || depth > STRUCT_DEPTH_MAX) {
        return type;
    }
    next(cdecl);
    int64_t count = 0;
    if (!read_number(cdecl, &count) || !is(cdecl, "]") || count < 0) {
        count = 0;
        skip_group(cdecl);
    } else {
        next(cdecl);
    }
    type = read_arrays(cdecl, type, depth + 1);
    bool is_text = type->kind == TYPE_VOID && type->bits == 8; /* plain char, see base_type() */
    struct type *array = new_type(cdecl, is_text ? TYPE_CHARS : TYPE_ARRAY);
    array->elem = type;
    array->count = (uint64_t)count;
    return array;
}

/* "*" {"const"} ... name arrays. @return NULL when there is no name */
/* NOLINTNEXTLINE(misc-no-recursion): INCLUDE_DEPTH_MAX */
static const struct type *read_declarator(struct cdecl *cdecl, const struct type *type, struct str *name_out)
{
    while (is(cdecl, "*") || is(cdecl, "const") || is(cdecl, "restrict")) {
        if (eat(cdecl, "*")) {
            bool is_text = type->kind == TYPE_VOID && type->bits == 8;
            bool is_buf = type->kind == TYPE_STRUCT && str_eq(type->tag, STR("buf"));
            struct type *pointer = new_type(cdecl, is_text ? TYPE_CSTR : is_buf ? TYPE_BUF : TYPE_POINTER);
            pointer->elem = type;
            type = pointer;
        } else {
            next(cdecl);
        }
    }
    *name_out = (struct str){ "", 0 };
    if (is_name(cdecl)) {
        *name_out = cdecl->tok;
        next(cdecl);
    }
    return read_arrays(cdecl, type, 0);
}

/* Behind "{" of a struct. */
/* NOLINTNEXTLINE(misc-no-recursion): STRUCT_DEPTH_MAX */
static struct member *read_members(struct cdecl *cdecl)
{
    struct member *first = NULL;
    struct member **end = &first;
    while (cdecl->tok.len > 0 && !is(cdecl, "}")) {
        const struct type *base = read_type(cdecl);
        for (;;) {
            struct str name;
            const struct type *type = read_declarator(cdecl, base, &name);
            if (is_name(cdecl) || is(cdecl, "(")) { /* more words than we know, a pointer to a function: C knows what it is */
                type = type_of_kind(TYPE_OPAQUE);
                (void)(eat(cdecl, "(") && eat(cdecl, "*"));
                while (is_name(cdecl)) {
                    name = cdecl->tok;
                    next(cdecl);
                }
            }
            if (eat(cdecl, ":")) { /* a bit-field has no address: C compilers take it by value only */
                int64_t bits;
                (void)read_number(cdecl, &bits);
                type = type_of_kind(TYPE_OPAQUE);
            }
            bool is_known = base->kind == TYPE_STRUCT && base->member != NULL && base->height < STRUCT_DEPTH_MAX; /* it cannot hold itself */
            if (name.len == 0 && !is_known) {
                break;
            }
            struct member *member = wc_take(cdecl->wc, sizeof *member);
            *member = (struct member){ .name = name, .type = type };
            *end = member;
            end = &member->next;
            if (!eat(cdecl, ",")) {
                break;
            }
        }
        if (!eat(cdecl, ";")) {
            skip_declaration(cdecl);
        }
    }
    next(cdecl);
    return first;
}

static unsigned height_of(const struct member *member)
{
    unsigned height = 0;
    for (; member != NULL; member = member->next) {
        height = member->name.len == 0 && member->type->height >= height ? member->type->height + 1 : height;
    }
    return height;
}

/* Behind "struct" or "union". */
/* NOLINTNEXTLINE(misc-no-recursion): STRUCT_DEPTH_MAX */
static const struct type *read_struct(struct cdecl *cdecl)
{
    struct str tag = { "", 0 };
    if (is_name(cdecl)) {
        tag = cdecl->tok;
        next(cdecl);
    }
    struct struct_tag *known = NULL;
    for (struct struct_tag *at = cdecl->types->tag; at != NULL && tag.len > 0; at = at->next) {
        known = str_eq(at->name, tag) ? at : known;
    }
    if (known == NULL) {
        known = wc_take(cdecl->wc, sizeof *known);
        enum safe safe = str_starts(tag, STR("safe_")) ? safe_named((struct str){ tag.ptr + 5, tag.len - 5 }) : SAFE_NONE;
        known->type = new_type(cdecl, safe != SAFE_NONE || str_eq(tag, STR("str")) ? TYPE_STR : TYPE_STRUCT);
        known->type->safe = safe;
        known->type->tag = known->name = tag;
        if (tag.len > 0) {
            known->next = cdecl->types->tag;
            cdecl->types->tag = known;
        }
    }
    if (eat(cdecl, "{")) {
        if (cdecl->depth >= STRUCT_DEPTH_MAX) {
            skip_group(cdecl);
            return known->type;
        }
        cdecl->depth++;
        struct member *member = read_members(cdecl);
        cdecl->depth--;
        if (known->type->member == NULL) {
            known->type->member = member;
            known->type->height = height_of(member);
        }
    }
    return known->type;
}

/* Behind "enum". */
/* NOLINTNEXTLINE(misc-no-recursion): INCLUDE_DEPTH_MAX */
static const struct type *read_enum(struct cdecl *cdecl)
{
    if (is_name(cdecl)) {
        next(cdecl);
    }
    if (!eat(cdecl, "{")) {
        return type_int(32, false);
    }
    int64_t value = 0;
    bool is_known = true;
    while (is_name(cdecl)) {
        struct str name = cdecl->tok;
        next(cdecl);
        if (eat(cdecl, "=")) {
            is_known = read_number(cdecl, &value);
        } else if (is(cdecl, "(")) { /* made by a macro */
            break;
        }
        if (is_known) {
            add_number(cdecl, name, value);
            is_known = value < INT64_MAX;
            value += is_known;
        }
        while (cdecl->tok.len > 0 && !is(cdecl, ",") && !is(cdecl, "}")) {
            next(cdecl);
        }
        (void)eat(cdecl, ",");
    }
    skip_group(cdecl);
    return type_int(32, false);
}

/* Behind "WICK_LIST". */
/* NOLINTNEXTLINE(misc-no-recursion): STRUCT_DEPTH_MAX */
static const struct type *read_list(struct cdecl *cdecl)
{
    struct type *list = new_type(cdecl, TYPE_LIST);
    struct str unused;
    (void)eat(cdecl, "(");
    list->elem = read_declarator(cdecl, read_type(cdecl), &unused);
    int64_t count = 0;
    if (eat(cdecl, ",") && read_number(cdecl, &count) && count > 0) {
        list->count = (uint64_t)count;
    }
    if (is(cdecl, ")")) {
        next(cdecl);
    } else {
        skip_group(cdecl);
    }
    return list;
}

/* Behind "WICK_SAFE" (with a size) or "WICK_WRITES". */
/* NOLINTNEXTLINE(misc-no-recursion): INCLUDE_DEPTH_MAX */
static const struct type *read_safe(struct cdecl *cdecl, bool has_size)
{
    struct type *type = new_type(cdecl, has_size ? TYPE_CHARS : TYPE_VOID);
    (void)eat(cdecl, "(");
    type->safe = safe_named(cdecl->tok);
    type->kind = type->safe == SAFE_NONE ? TYPE_OPAQUE : type->kind; /* C says what is wrong with it */
    next(cdecl);
    int64_t count = 0;
    if (eat(cdecl, ",") && read_number(cdecl, &count) && count > 0) {
        type->count = (uint64_t)count;
    }
    if (is(cdecl, ")")) {
        next(cdecl);
    } else {
        skip_group(cdecl);
    }
    return type;
}

static const struct { const char *name; unsigned bits; bool is_signed; } int_name[] = {
    { "uint8_t", 8, false },   { "uint16_t", 16, false },   { "uint32_t", 32, false },     { "uint64_t", 64, false },
    { "int8_t", 8, true },     { "int16_t", 16, true },     { "int32_t", 32, true },       { "int64_t", 64, true },
    { "size_t", 64, false },   { "ssize_t", 64, true },     { "uintptr_t", 64, false },    { "time_t", 64, true },
};

/* char, short, int, long, unsigned ... in any order. @return NULL: none of them; plain char: VOID with 8 bits */
/* NOLINTNEXTLINE(misc-no-recursion): INCLUDE_DEPTH_MAX */
static const struct type *read_words(struct cdecl *cdecl)
{
    bool has_any = false, is_unsigned = false, is_signed = false, is_char = false;
    unsigned bits = 32;
    for (;; next(cdecl)) {
        if (is(cdecl, "unsigned")) {
            is_unsigned = true;
        } else if (is(cdecl, "signed")) {
            is_signed = true;
        } else if (is(cdecl, "char")) {
            is_char = true;
        } else if (is(cdecl, "short")) {
            bits = 16;
        } else if (is(cdecl, "long")) {
            bits = 64;
        } else if (!is(cdecl, "int")) {
            break;
        }
        has_any = true;
    }
    if (!has_any) {
        return NULL;
    }
    if (is_char && !is_unsigned && !is_signed) {
        static const struct type plain_char = { .kind = TYPE_VOID, .bits = 8 };
        return &plain_char;
    }
    return type_int(is_char ? 8 : bits, !is_unsigned);
}

/* NOLINTNEXTLINE(misc-no-recursion): STRUCT_DEPTH_MAX */
static const struct type *read_type(struct cdecl *cdecl)
{
    while (is(cdecl, "const") || is(cdecl, "volatile") || is(cdecl, "static") || is(cdecl, "inline") || is(cdecl, "extern") || is(cdecl, "WICK_MUST_CHECK")) {
        next(cdecl);
    }
    const struct type *words = read_words(cdecl);
    if (words != NULL) {
        return words;
    }
    struct str name = cdecl->tok;
    if (!is_name(cdecl)) {
        return type_of_kind(TYPE_OPAQUE);
    }
    next(cdecl);
    if (str_eq(name, STR("struct")) || str_eq(name, STR("union"))) {
        return read_struct(cdecl);
    }
    if (str_eq(name, STR("enum"))) {
        return read_enum(cdecl);
    }
    if (str_eq(name, STR("WICK_LIST"))) {
        return read_list(cdecl);
    }
    if (str_eq(name, STR("WICK_SAFE")) || str_eq(name, STR("WICK_WRITES"))) {
        return read_safe(cdecl, name.len == 9);
    }
    if (str_eq(name, STR("bool")) || str_eq(name, STR("_Bool"))) {
        return type_of_kind(TYPE_BOOL);
    }
    if (str_eq(name, STR("void"))) {
        return type_of_kind(TYPE_VOID);
    }
    for (size_t idx = 0; idx < WICK_COUNT_OF(int_name); idx++) {
        if (str_eq(name, str_of(int_name[idx].name))) {
            return type_int(int_name[idx].bits, int_name[idx].is_signed);
        }
    }
    for (const struct alias *alias = cdecl->types->alias; alias != NULL; alias = alias->next) {
        if (str_eq(alias->name, name)) {
            return alias->type;
        }
    }
    return type_of_kind(TYPE_OPAQUE);
}

/* --- the file ------------------------------------------------------------------------------------------------------------------ */

/* Behind "(" of a prototype. */
/* NOLINTNEXTLINE(misc-no-recursion): INCLUDE_DEPTH_MAX */
static void read_function(struct cdecl *cdecl, const struct type *result, struct str name)
{
    struct func *func = wc_take(cdecl->wc, sizeof *func);
    *func = (struct func){ .name = name, .result = result };
    bool is_good = true;
    while (cdecl->tok.len > 0 && !is(cdecl, ")")) {
        struct str unused;
        const struct type *type = read_declarator(cdecl, read_type(cdecl), &unused);
        if (is(cdecl, ",")) {
            next(cdecl);
        } else if (!is(cdecl, ")")) {
            is_good = false;
            break;
        }
        if (type->kind == TYPE_VOID && type->bits == 0) {
            continue;
        }
        if (func->param_count == WICK_COUNT_OF(func->param)) {
            is_good = false;
            break;
        }
        func->param[func->param_count++] = type;
    }
    bool is_ours = cdecl->include_depth == 0 || str_starts(name, STR("fn_")); /* what an included header declares is not meant for templates */
    if (is_good && is_ours && is(cdecl, ")")) {
        func->next = cdecl->types->func;
        cdecl->types->func = func;
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): INCLUDE_DEPTH_MAX */
void types_read(struct types *types, const struct source *src, unsigned depth)
{
    struct cdecl cdecl = { .types = types, .wc = types->wc, .src = src, .include_depth = depth };
    for (next(&cdecl); cdecl.tok.len > 0;) {
        if (eat(&cdecl, "}") || eat(&cdecl, ";")) {
            continue;
        }
        bool is_alias = eat(&cdecl, "typedef");
        size_t start = cdecl.at;
        struct str name = { "", 0 };
        const struct type *type = read_declarator(&cdecl, read_type(&cdecl), &name);
        if (is_alias && name.len > 0 && is(&cdecl, ";")) {
            struct alias *alias = wc_take(types->wc, sizeof *alias);
            *alias = (struct alias){ name, type, types->alias };
            types->alias = alias;
        } else if (!is_alias && name.len > 0 && eat(&cdecl, "(")) {
            read_function(&cdecl, type, name);
        }
        if (cdecl.at == start && cdecl.tok.len > 0) {
            next(&cdecl);
        }
        skip_declaration(&cdecl);
    }
}
