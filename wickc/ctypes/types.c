/* types.c - looking up and naming types. The parser is in cdecl.c. */
#include "wickc/ctypes/types.h"

#include <string.h>

const struct type *type_int(unsigned bits, bool is_signed)
{
    static const struct type table[] = {
        { .kind = TYPE_INT, .bits = 8 },  { .kind = TYPE_INT, .bits = 8, .is_signed = true },
        { .kind = TYPE_INT, .bits = 16 }, { .kind = TYPE_INT, .bits = 16, .is_signed = true },
        { .kind = TYPE_INT, .bits = 32 }, { .kind = TYPE_INT, .bits = 32, .is_signed = true },
        { .kind = TYPE_INT, .bits = 64 }, { .kind = TYPE_INT, .bits = 64, .is_signed = true },
    };
    unsigned row = 0;
    while (row < 3 && bits != 8u << row) {
        row++;
    }
    return &table[row * 2 + is_signed];
}

const struct type *type_of_kind(enum type_kind kind)
{
    static const struct type table[] = {
        [TYPE_OPAQUE] = { .kind = TYPE_OPAQUE },
        [TYPE_VOID] = { .kind = TYPE_VOID },
        [TYPE_BOOL] = { .kind = TYPE_BOOL },
        [TYPE_INT] = { .kind = TYPE_INT, .bits = 32, .is_signed = true },
        [TYPE_CHARS] = { .kind = TYPE_CHARS },
        [TYPE_CSTR] = { .kind = TYPE_CSTR },
        [TYPE_STR] = { .kind = TYPE_STR },
        [TYPE_BUF] = { .kind = TYPE_BUF },
        [TYPE_STRUCT] = { .kind = TYPE_STRUCT },
        [TYPE_ARRAY] = { .kind = TYPE_ARRAY },
        [TYPE_LIST] = { .kind = TYPE_LIST },
        [TYPE_POINTER] = { .kind = TYPE_POINTER },
    };
    return &table[kind];
}

const char *type_fault(const struct type *type)
{
    while (type->kind == TYPE_ARRAY || type->kind == TYPE_LIST) {
        type = type->elem;
    }
    switch (type->kind) {
    case TYPE_OPAQUE:
        return type->refused;
    case TYPE_CSTR:
    case TYPE_STR:
        return "is a pointer to a text: a state is compared as bytes, so a change of that text "
               "would "
               "not be seen; write char x[N] and fill it with wick_set()";
    case TYPE_POINTER:
    case TYPE_BUF:
        return "is a pointer: a state is compared as bytes, so a change of what it points to would "
               "not be seen; put the struct itself into the state";
    case TYPE_VOID:
        return type->bits == 8 ? "is a single char, which is neither a text nor a number: write "
                                 "char x[2] for a text of one letter, int8_t or uint8_t for a "
                                 "number"
                               : NULL;
    case TYPE_BOOL:
    case TYPE_INT:
    case TYPE_CHARS:
    case TYPE_STRUCT:
    case TYPE_ARRAY:
    case TYPE_LIST:
        break;
    }
    return NULL;
}

/* NOLINTNEXTLINE(misc-no-recursion): cdecl.c limits the depth of structs */
const struct member *type_faulty(const struct type *type)
{
    while (type->kind == TYPE_ARRAY || type->kind == TYPE_LIST) {
        type = type->elem;
    }
    const struct member *member = type->kind == TYPE_STRUCT ? type->member : NULL;
    for (; member != NULL; member = member->next) {
        const struct member *inner = type_faulty(member->type);
        if (inner != NULL || type_fault(member->type) != NULL) {
            return inner != NULL ? inner : member;
        }
    }
    return NULL;
}

/* --- sizes ------------------------------------------------------------------------------------ */

struct layout {
    uint64_t size, align; /* size 0: not known */
};

static uint64_t round_up(uint64_t size, uint64_t align)
{
    return (size + align - 1) / align * align;
}

static struct layout layout_of(const struct type *type);

/* NOLINTNEXTLINE(misc-no-recursion): cdecl.c limits the depth of structs */
static struct layout layout_of_struct(const struct type *type)
{
    struct layout all = { 0, 1 };
    for (const struct member *member = type->member; member != NULL; member = member->next) {
        struct layout one = layout_of(member->type);
        if (one.size == 0) {
            return one;
        }
        uint64_t off = type->is_union ? 0 : round_up(all.size, one.align);
        all.size = off + one.size > all.size ? off + one.size : all.size;
        all.align = one.align > all.align ? one.align : all.align;
    }
    all.size = round_up(all.size, all.align);
    return all;
}

/* NOLINTNEXTLINE(misc-no-recursion): cdecl.c limits the depth of structs */
static struct layout layout_of(const struct type *type)
{
    enum { LIST_HEAD = 8 }; /* len, dropped */

    struct layout elem = { 0, 1 };
    switch (type->kind) {
    case TYPE_BOOL:
        return (struct layout){ 1, 1 };
    case TYPE_INT:
        return (struct layout){ type->bits / 8, type->bits / 8 };
    case TYPE_CHARS:
        return (struct layout){ type->count, 1 };
    case TYPE_STRUCT:
        return layout_of_struct(type);
    case TYPE_ARRAY:
        elem = layout_of(type->elem);
        elem.size *= type->count;
        return elem;
    case TYPE_LIST:
        elem = layout_of(type->elem);
        elem.size = elem.size * type->count == 0
                        ? 0
                        : round_up(LIST_HEAD, elem.align) + elem.size * type->count;
        elem.align = elem.align > sizeof(uint32_t) ? elem.align : sizeof(uint32_t);
        elem.size = round_up(elem.size, elem.align);
        return elem;
    case TYPE_VOID:
        return (struct layout){ type->bits / 8, 1 }; /* char */
    case TYPE_OPAQUE:
    case TYPE_CSTR:
    case TYPE_STR:
    case TYPE_BUF:
    case TYPE_POINTER:
        break;
    }
    return elem;
}

uint64_t type_size(const struct type *type)
{
    return layout_of(type).size;
}

static const struct {
    const char *word, *go;
} safe_row[] = { { "", "" },

#define SAFE_ROW(name, word, go) { word, go },
                 TYPE_SAFES(SAFE_ROW)
#undef SAFE_ROW
};

const struct type *type_of_safe(enum safe safe)
{
#define SAFE_TYPE(name, word, go) { .kind = TYPE_STR, .safe = SAFE_##name },
    static const struct type table[] = { { .kind = TYPE_STR }, TYPE_SAFES(SAFE_TYPE) };
#undef SAFE_TYPE
    return &table[safe];
}

enum safe safe_named(struct str word)
{
    for (unsigned safe = 1; safe < SAFE_COUNT; safe++) {
        if (str_eq(word, str_of(safe_row[safe].word))) {
            return (enum safe)safe;
        }
    }
    return SAFE_NONE;
}

const char *safe_word(enum safe safe)
{
    return safe_row[safe].word;
}

const char *safe_go_name(enum safe safe)
{
    return safe_row[safe].go;
}

const struct type *types_struct(const struct types *types, struct str tag)
{
    for (const struct struct_tag *at = types->tag; at != NULL; at = at->next) {
        if (str_eq(at->name, tag)) {
            return at->type;
        }
    }
    return NULL;
}

/* NOLINTNEXTLINE(misc-no-recursion): cdecl.c limits the depth of structs */
const struct member *type_member(const struct type *type, struct str name)
{
    for (const struct member *member = type->member; member != NULL; member = member->next) {
        if (str_eq(member->name, name)) {
            return member;
        }
        if (member->name.len == 0) {
            const struct member *inner = type_member(member->type, name);
            if (inner != NULL) {
                return inner;
            }
        }
    }
    return NULL;
}

const struct func *types_func(const struct types *types, struct str name)
{
    for (const struct func *func = types->func; func != NULL; func = func->next) {
        bool is_prefixed = func->name.len == name.len + 3 &&
                           memcmp(func->name.ptr, "fn_", 3) == 0 &&
                           memcmp(func->name.ptr + 3, name.ptr, name.len) == 0;
        if (is_prefixed || str_eq(func->name, name)) {
            return func;
        }
    }
    return NULL;
}

const struct type *types_variable(const struct types *types, struct str name)
{
    const struct alias *variable = types->variable;
    while (variable != NULL && !str_eq(variable->name, name)) {
        variable = variable->next;
    }
    return variable == NULL ? NULL : variable->type;
}

bool types_number(const struct types *types, struct str name, int64_t *value_out)
{
    for (const struct number *number = types->number; number != NULL; number = number->next) {
        if (str_eq(number->name, name)) {
            *value_out = number->value;
            return true;
        }
    }
    return false;
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the type */
const char *type_name(struct wc *wc, const struct type *type)
{
    if (type->safe != SAFE_NONE && type->kind != TYPE_VOID) {
        return wc_format(wc, "safe %s", safe_word(type->safe));
    }
    switch (type->kind) {
    case TYPE_OPAQUE:
        return "a type that wickc does not know";
    case TYPE_VOID:
        return "nothing";
    case TYPE_BOOL:
        return "bool";
    case TYPE_INT:
        return wc_format(wc, "%sint%u_t", type->is_signed ? "" : "u", type->bits);
    case TYPE_CHARS:
    case TYPE_CSTR:
    case TYPE_STR:
        return "a text";
    case TYPE_BUF:
        return "struct buf *";
    case TYPE_STRUCT:
        return type->tag.len == 0 ? "a struct"
                                  : wc_format(wc, "struct %.*s", (int)type->tag.len, type->tag.ptr);
    case TYPE_ARRAY:
        return wc_format(wc, "an array of %s", type_name(wc, type->elem));
    case TYPE_LIST:
        return wc_format(wc, "a list of %s", type_name(wc, type->elem));
    case TYPE_POINTER:
        return wc_format(wc, "a pointer to %s", type_name(wc, type->elem));
    }
    return "?";
}

static bool is_there(const struct wc *wc, const char *path)
{
    if (wc->file != NULL) {
        return wc_file_at(wc, path) != NULL;
    }
    FILE *file = fopen(path, "rb");
    if (file != NULL) {
        (void)fclose(file);
    }
    return file != NULL;
}

const char *wc_find(struct wc *wc, const char *name, const char *near)
{
    const char *slash = strrchr(near, '/');
    const char *path =
        slash == NULL ? name : wc_format(wc, "%.*s%s", (int)(slash + 1 - near), near, name);
    for (unsigned idx = 0; !is_there(wc, path) && idx < wc->include_count; idx++) {
        path = wc_format(wc, "%s/%s", wc->include[idx], name);
    }
    if (!is_there(wc, path)) {
        path = name; /* from the folder that we were started in, as generated C is compiled */
    }
    if (!is_there(wc, path) && wc->own_include != NULL) {
        path = wc_format(wc, "%s/%s", wc->own_include, name);
    }
    return is_there(wc, path) ? path : NULL;
}
