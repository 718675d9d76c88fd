/* cdecl.c - tolerant parser of C declarations: structs, enums, typedefs, prototypes. See types.h.
 *
 *   file   = { "struct" tag body ";" | "enum" ... ";" | "typedef" type declarator ";" | type name
 *          "(" params ")" ";" | anything }
 *   body   = "{" { type declarator { "," declarator } ";" } "}"
 * Comments are blanks. Whatever does not fit is skipped up to the next ";" or "}" of its level.
 */
#include "wickc/ctypes/cdecl.h"

#include <stdlib.h>
#include <string.h>

enum { STRUCT_DEPTH_MAX = 16 };

/* --- types ------------------------------------------------------------------------------------ */

static const struct type *read_type(struct cdecl *cdecl);

static struct type *new_type(struct cdecl *cdecl, enum type_kind kind)
{
    struct type *type = wc_take(cdecl->wc, sizeof *type);
    type->kind = kind;
    return type;
}

/* { "[" number "]" } after the name of a declarator */
/* NOLINTNEXTLINE(misc-no-recursion): one level per dimension */
static const struct type *read_arrays(struct cdecl *cdecl, const struct type *type, unsigned depth)
{
    if (!cdecl_is(cdecl, "[") || depth > STRUCT_DEPTH_MAX) {
        return type;
    }
    cdecl_next(cdecl);
    int64_t count = 0;
    if (cdecl_eat(cdecl, "]")) {
        static const struct type open = {
            .kind = TYPE_OPAQUE,
            .refused = "has no size, so it is no part of the struct: write char x[N], T x[N] or "
                       "WICK_LIST(T, N) x"
        };
        return &open;
    }
    if (!cdecl_read_number(cdecl, &count) || !cdecl_is(cdecl, "]") || count < 0) {
        count = 0;
        cdecl_skip_group(cdecl);
    } else {
        cdecl_next(cdecl);
    }
    type = read_arrays(cdecl, type, depth + 1);
    bool is_text = type->kind == TYPE_VOID && type->bits == 8; /* plain char, see base_type() */
    struct type *array = new_type(cdecl, is_text ? TYPE_CHARS : TYPE_ARRAY);
    array->elem = type;
    array->count = (uint64_t)count;
    return array;
}

static const struct type *pointer_to(struct cdecl *cdecl, const struct type *type)
{
    enum type_kind kind = TYPE_POINTER;
    if (type->kind == TYPE_VOID && type->bits == 8) {
        kind = TYPE_CSTR;
    } else if (type->kind == TYPE_STRUCT && str_eq(type->tag, STR("buf"))) {
        kind = TYPE_BUF;
    }
    struct type *pointer = new_type(cdecl, kind);
    pointer->elem = type;
    return pointer;
}

/* "(" "*" name arrays ")" and what follows: a pointer to a function or an array, or several. */
/* NOLINTNEXTLINE(misc-no-recursion): INCLUDE_DEPTH_MAX */
static const struct type *read_inner(struct cdecl *cdecl, struct str *name_out)
{
    const struct type *type = type_of_kind(TYPE_OPAQUE);
    for (cdecl_next(cdecl); cdecl_is(cdecl, "*") || cdecl_is(cdecl, "const"); cdecl_next(cdecl)) {
        type = cdecl_is(cdecl, "*") ? pointer_to(cdecl, type_of_kind(TYPE_OPAQUE)) : type;
    }
    if (cdecl_is_name(cdecl)) {
        *name_out = cdecl->tok;
        cdecl_next(cdecl);
    }
    cdecl_skip_group(cdecl);
    while (cdecl_is(cdecl, "(") || cdecl_is(cdecl, "[")) { /* parameters, sizes */
        cdecl_next(cdecl);
        cdecl_skip_group(cdecl);
    }
    return type;
}

/* "*" {"const"} ... name arrays. @return NULL when there is no name */
/* NOLINTNEXTLINE(misc-no-recursion): INCLUDE_DEPTH_MAX */
static const struct type *read_declarator(struct cdecl *cdecl, const struct type *type,
                                          struct str *name_out)
{
    while (cdecl_is(cdecl, "*") || cdecl_is(cdecl, "const") || cdecl_is(cdecl, "restrict")) {
        if (cdecl_eat(cdecl, "*")) {
            type = pointer_to(cdecl, type);
        } else {
            cdecl_next(cdecl);
        }
    }
    *name_out = (struct str){ "", 0 };
    if (cdecl_is(cdecl, "(") && cdecl_peek(cdecl) == '*') {
        return read_inner(cdecl, name_out);
    }
    if (cdecl_is_name(cdecl)) {
        *name_out = cdecl->tok;
        cdecl_next(cdecl);
    }
    return read_arrays(cdecl, type, 0);
}

/* After "{" of a struct. */
/* NOLINTNEXTLINE(misc-no-recursion): STRUCT_DEPTH_MAX */
static struct member *read_members(struct cdecl *cdecl)
{
    struct member *first = NULL;
    struct member **end = &first;
    while (cdecl->tok.len > 0 && !cdecl_is(cdecl, "}")) {
        const struct type *base = read_type(cdecl);
        for (;;) {
            struct str name;
            const struct type *type = read_declarator(cdecl, base, &name);
            if (cdecl_is_name(cdecl)) { /* more words than we know: C knows what it is */
                type = type_of_kind(TYPE_OPAQUE);
                while (cdecl_is_name(cdecl)) {
                    name = cdecl->tok;
                    cdecl_next(cdecl);
                }
            }
            if (cdecl_eat(
                    cdecl,
                    ":")) { /* a bit-field has no address: C compilers take it by value only */
                static const struct type bit_field = {
                    .kind = TYPE_OPAQUE,
                    .refused = "is a bit-field, which has no address: write bool or uint8_t"
                };
                int64_t bits;
                (void)cdecl_read_number(cdecl, &bits);
                type = &bit_field;
            }
            bool is_known = base->kind == TYPE_STRUCT && base->member != NULL &&
                            base->height < STRUCT_DEPTH_MAX; /* it cannot hold itself */
            if (name.len == 0 && !is_known) {
                break;
            }
            struct member *member = wc_take(cdecl->wc, sizeof *member);
            *member = (struct member){ .name = name, .type = type };
            if (name.len > 0) {
                member->pos = pos_of(cdecl->src, (size_t)(name.ptr - cdecl->src->text), name.len);
            }
            *end = member;
            end = &member->next;
            if (!cdecl_eat(cdecl, ",")) {
                break;
            }
        }
        if (!cdecl_eat(cdecl, ";")) {
            cdecl_skip_declaration(cdecl);
        }
    }
    cdecl_next(cdecl);
    return first;
}

static unsigned height_of(const struct member *member)
{
    unsigned height = 0;
    for (; member != NULL; member = member->next) {
        height = member->name.len == 0 && member->type->height >= height ? member->type->height + 1
                                                                         : height;
    }
    return height;
}

/* After "struct" or "union". */
/* NOLINTNEXTLINE(misc-no-recursion): STRUCT_DEPTH_MAX */
static const struct type *read_struct(struct cdecl *cdecl, bool is_union)
{
    struct str tag = { "", 0 };
    if (cdecl_is_name(cdecl)) {
        tag = cdecl->tok;
        cdecl_next(cdecl);
    }
    struct struct_tag *known = NULL;
    for (struct struct_tag *at = cdecl->types->tag; at != NULL && tag.len > 0; at = at->next) {
        known = str_eq(at->name, tag) ? at : known;
    }
    if (known == NULL) {
        known = wc_take(cdecl->wc, sizeof *known);
        enum safe safe = str_starts(tag, STR("safe_"))
                             ? safe_named((struct str){ tag.ptr + 5, tag.len - 5 })
                             : SAFE_NONE;
        known->type =
            new_type(cdecl, safe != SAFE_NONE || str_eq(tag, STR("str")) ? TYPE_STR : TYPE_STRUCT);
        known->type->safe = safe;
        known->type->is_union = is_union;
        known->type->tag = known->name = tag;
        if (tag.len > 0) {
            known->next = cdecl->types->tag;
            cdecl->types->tag = known;
        }
    }
    if (cdecl_eat(cdecl, "{")) {
        if (cdecl->depth >= STRUCT_DEPTH_MAX) {
            cdecl_skip_group(cdecl);
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

static const struct alias *find_alias(const struct alias *list, struct str name)
{
    while (list != NULL && !str_eq(list->name, name)) {
        list = list->next;
    }
    return list;
}

static void add_alias(struct cdecl *cdecl, struct alias **list, struct str name,
                      const struct type *type)
{
    struct alias *alias = wc_take(cdecl->wc, sizeof *alias);
    *alias = (struct alias){ name, type, *list };
    *list = alias;
}

/* After "enum". */
/* NOLINTNEXTLINE(misc-no-recursion): INCLUDE_DEPTH_MAX */
static const struct type *read_enum(struct cdecl *cdecl)
{
    struct str tag = { "", 0 };
    if (cdecl_is_name(cdecl)) {
        tag = cdecl->tok;
        cdecl_next(cdecl);
    }
    if (!cdecl_eat(cdecl, "{")) {
        const struct alias *known = find_alias(cdecl->types->enums, tag);
        return known != NULL ? known->type : type_int(32, false);
    }
    int64_t value = 0;
    int64_t least = 0;
    int64_t most = 0;
    bool is_known = true;
    while (cdecl_is_name(cdecl)) {
        struct str name = cdecl->tok;
        cdecl_next(cdecl);
        if (cdecl_eat(cdecl, "=")) {
            is_known = cdecl_read_number(cdecl, &value);
        } else if (cdecl_is(cdecl, "(")) { /* made by a macro */
            break;
        }
        if (is_known) {
            cdecl_add_number(cdecl, name, value);
            least = value < least ? value : least;
            most = value > most ? value : most;
            is_known = value < INT64_MAX;
            value += is_known;
        }
        while (cdecl->tok.len > 0 && !cdecl_is(cdecl, ",") && !cdecl_is(cdecl, "}")) {
            cdecl_next(cdecl);
        }
        (void)cdecl_eat(cdecl, ",");
    }
    cdecl_skip_group(cdecl);
    bool is_long = least < INT32_MIN || most > (least < 0 ? INT32_MAX : (int64_t)UINT32_MAX);
    const struct type *type = type_int(is_long ? 64 : 32, least < 0); /* as compilers choose it */
    add_alias(cdecl, &cdecl->types->enums, tag, type);
    return type;
}

/* After "WICK_LIST". */
/* NOLINTNEXTLINE(misc-no-recursion): STRUCT_DEPTH_MAX */
static const struct type *read_list(struct cdecl *cdecl)
{
    struct type *list = new_type(cdecl, TYPE_LIST);
    struct str unused;
    (void)cdecl_eat(cdecl, "(");
    list->elem = read_declarator(cdecl, read_type(cdecl), &unused);
    int64_t count = 0;
    if (cdecl_eat(cdecl, ",") && cdecl_read_number(cdecl, &count) && count > 0) {
        list->count = (uint64_t)count;
    }
    if (cdecl_is(cdecl, ")")) {
        cdecl_next(cdecl);
    } else {
        cdecl_skip_group(cdecl);
    }
    return list;
}

/* After "WICK_SAFE" (with a size) or "WICK_WRITES". */
/* NOLINTNEXTLINE(misc-no-recursion): INCLUDE_DEPTH_MAX */
static const struct type *read_safe(struct cdecl *cdecl, bool has_size)
{
    struct type *type = new_type(cdecl, has_size ? TYPE_CHARS : TYPE_VOID);
    (void)cdecl_eat(cdecl, "(");
    type->safe = safe_named(cdecl->tok);
    type->kind =
        type->safe == SAFE_NONE ? TYPE_OPAQUE : type->kind; /* C says what is wrong with it */
    cdecl_next(cdecl);
    int64_t count = 0;
    if (cdecl_eat(cdecl, ",") && cdecl_read_number(cdecl, &count) && count > 0) {
        type->count = (uint64_t)count;
    }
    if (cdecl_is(cdecl, ")")) {
        cdecl_next(cdecl);
    } else {
        cdecl_skip_group(cdecl);
    }
    return type;
}

static const struct {
    const char *name;
    unsigned bits;
    bool is_signed;
} int_name[] = {
    { "uint8_t", 8, false },   { "uint16_t", 16, false },  { "uint32_t", 32, false },
    { "uint64_t", 64, false }, { "int8_t", 8, true },      { "int16_t", 16, true },
    { "int32_t", 32, true },   { "int64_t", 64, true },    { "size_t", 64, false },
    { "ssize_t", 64, true },   { "uintptr_t", 64, false }, { "time_t", 64, true },
};

static const struct type floating = {
    .kind = TYPE_OPAQUE,
    .refused = "is a floating-point number: wick has whole numbers only; write int32_t with "
               "thousandths and show it with {{milli 1 .x}}"
};

static bool is_among(struct str word, const char *const *words)
{
    while (*words != NULL && !str_eq(word, str_of(*words))) {
        words++;
    }
    return *words != NULL;
}

static bool is_floating(struct str word)
{
    static const char *const words[] = { "float",      "double",    "_Float16",   "_Float32",
                                         "_Float64",   "_Float128", "__float128", "_Decimal32",
                                         "_Decimal64", "_Complex",  NULL };
    return is_among(word, words);
}

static bool is_wide(struct str word)
{
    static const char *const words[] = { "__int128", "__int128_t", "__uint128_t", NULL };
    return is_among(word, words);
}

static const struct type wide = { .kind = TYPE_OPAQUE,
                                  .refused = "has 128 bits: wick has integers of up to 64; write "
                                             "int64_t or uint64_t" };

/* char, short, int, long, unsigned ... in any order. @return NULL: none of them; plain char: VOID
 * with 8 bits */
/* NOLINTNEXTLINE(misc-no-recursion): INCLUDE_DEPTH_MAX */
static const struct type *read_words(struct cdecl *cdecl)
{
    bool has_any = false, is_unsigned = false, is_signed = false, is_char = false;
    unsigned bits = 32;
    for (;; cdecl_next(cdecl)) {
        if (is_floating(cdecl->tok) || is_wide(cdecl->tok)) {
            const struct type *refused = is_wide(cdecl->tok) ? &wide : &floating;
            while (is_floating(cdecl->tok) || is_wide(cdecl->tok)) { /* double _Complex */
                cdecl_next(cdecl);
            }
            return refused;
        }
        if (cdecl_is(cdecl, "unsigned")) {
            is_unsigned = true;
        } else if (cdecl_is(cdecl, "signed")) {
            is_signed = true;
        } else if (cdecl_is(cdecl, "char")) {
            is_char = true;
        } else if (cdecl_is(cdecl, "short")) {
            bits = 16;
        } else if (cdecl_is(cdecl, "long")) {
            bits = 64;
        } else if (!cdecl_is(cdecl, "int")) {
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
    static const char *const qualifiers[] = { "const",    "volatile",      "static",
                                              "inline",   "extern",        "_Atomic",
                                              "register", "__extension__", "WICK_MUST_CHECK",
                                              NULL };
    while (is_among(cdecl->tok, qualifiers)) {
        cdecl_next(cdecl);
    }
    const struct type *words = read_words(cdecl);
    if (words != NULL) {
        return words;
    }
    struct str name = cdecl->tok;
    if (!cdecl_is_name(cdecl)) {
        return type_of_kind(TYPE_OPAQUE);
    }
    cdecl_next(cdecl);
    if (str_eq(name, STR("struct")) || str_eq(name, STR("union"))) {
        return read_struct(cdecl, name.len == 5);
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
    if (cdecl_is(cdecl, "(") && cdecl_peek(cdecl) != '*') { /* _Alignas(8) int x, macros */
        cdecl_next(cdecl);
        cdecl_skip_group(cdecl);
        bool is_declarator = strchr(";[,):=", cdecl_peek(cdecl)) != NULL;
        return cdecl_is_name(cdecl) && !is_declarator ? read_type(cdecl)
                                                      : type_of_kind(TYPE_OPAQUE);
    }
    const struct alias *alias = find_alias(cdecl->types->alias, name);
    return alias != NULL ? alias->type : type_of_kind(TYPE_OPAQUE);
}

/* --- the file --------------------------------------------------------------------------------- */

/* After "(" of a prototype. */
/* NOLINTNEXTLINE(misc-no-recursion): INCLUDE_DEPTH_MAX */
static void read_function(struct cdecl *cdecl, const struct type *result, struct str name)
{
    struct func *func = wc_take(cdecl->wc, sizeof *func);
    *func = (struct func){
        .name = name,
        .result = result,
        .pos = pos_of(cdecl->src, (size_t)(name.ptr - cdecl->src->text), name.len),
    };
    bool is_good = true;
    while (cdecl->tok.len > 0 && !cdecl_is(cdecl, ")")) {
        struct str unused;
        const struct type *type = read_declarator(cdecl, read_type(cdecl), &unused);
        if (cdecl_is(cdecl, ",")) {
            cdecl_next(cdecl);
        } else if (!cdecl_is(cdecl, ")")) {
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
    bool is_ours =
        cdecl->include_depth == 0 ||
        str_starts(name,
                   STR("fn_")); /* what an included header declares is not meant for templates */
    if (is_good && is_ours && cdecl_is(cdecl, ")")) {
        func->next = cdecl->types->func;
        cdecl->types->func = func;
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): INCLUDE_DEPTH_MAX */
void types_read(struct types *types, const struct source *src, unsigned depth)
{
    struct cdecl cdecl = { .types = types, .wc = types->wc, .src = src, .include_depth = depth };
    for (cdecl_next(&cdecl); cdecl.tok.len > 0;) {
        if (cdecl_eat(&cdecl, "}") || cdecl_eat(&cdecl, ";")) {
            continue;
        }
        bool is_alias = cdecl_eat(&cdecl, "typedef");
        size_t start = cdecl.at;
        struct str name = { "", 0 };
        const struct type *base = read_type(&cdecl);
        const struct type *type = read_declarator(&cdecl, base, &name);
        while (!is_alias && name.len > 0 && strchr(";,=", str_at(cdecl.tok, 0)) != NULL) {
            add_alias(&cdecl, &types->variable, name, type);
            name.len = 0;
            if (cdecl_eat(&cdecl, ",")) {
                type = read_declarator(&cdecl, base, &name);
            }
        }
        if (is_alias && name.len > 0 && cdecl_is(&cdecl, ";")) {
            add_alias(&cdecl, &types->alias, name, type);
        } else if (!is_alias && name.len > 0 && cdecl_eat(&cdecl, "(")) {
            read_function(&cdecl, type, name);
        }
        if (cdecl.at == start && cdecl.tok.len > 0) {
            cdecl_next(&cdecl);
        }
        cdecl_skip_declaration(&cdecl);
    }
}
