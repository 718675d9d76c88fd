/* check_name.c - what is said about members and functions that are not there: the nearest one, or
 * how it is written here. */
#include "wickc/check/check.h"

#include <string.h>

static struct str func_word(const struct func *func)
{
    return str_starts(func->name, STR("fn_"))
               ? (struct str){ func->name.ptr + 3, func->name.len - 3 }
               : func->name;
}

/* --- members ---------------------------------------------------------------------------------- */

/* NOLINTNEXTLINE(misc-no-recursion): cdecl.c limits the depth of structs */
static void try_members(struct near *near, const struct type *type)
{
    for (const struct member *member = type == NULL ? NULL : type->member; member != NULL;
         member = member->next) {
        if (member->name.len > 0) {
            near_try(near, member->name);
        } else {
            try_members(near, member->type);
        }
    }
}

static bool has_member(const struct type *type, struct str name)
{
    return type != NULL && type->kind == TYPE_STRUCT && type_member(type, name) != NULL;
}

static bool is_in_state(const struct checker *checker, struct str name)
{
    bool is_found = false;
    for (unsigned part = 0; part < TMPL_ROW; part++) {
        is_found = is_found || has_member(checker->part[part], name);
    }
    return is_found;
}

/* "neither struct a nor struct b has a member", for one type or (NULL) all of the page's. */
static const char *who_has_not(struct checker *checker, const struct type *type, struct near *near)
{
    const char *all = NULL;
    unsigned count = 0;
    try_members(near, type);
    for (unsigned part = 0; type == NULL && part < TMPL_ROW; part++) {
        const struct type *one = checker->part[part];
        try_members(near, one);
        if (one != NULL) {
            const char *name = type_name(checker->wc, one);
            all = count == 0 ? name : wc_format(checker->wc, "%s nor %s", all, name);
            count++;
        }
    }
    if (type == NULL && count == 0 && !checker->wc->dir.is_there) {
        return "the file does not begin with a directive, {{/* wick:page path=\"/\" types=\"x.h\" "
               "device=\"struct x\" device_var=\"x\" */ -}}, so it has no state and no field";
    }
    if (type == NULL && count == 0) {
        return "this template has no state (types= and device= are missing), so there is no field";
    }
    if (count > 1) {
        return wc_format(checker->wc, "neither %s has a member", all);
    }
    return wc_format(checker->wc, "%s has no member",
                     type != NULL ? type_name(checker->wc, type) : all);
}

void check_unknown_member(struct checker *checker, const struct type *type, const struct val *name)
{
    struct near near = { .name = name->text };
    const char *in = who_has_not(checker, type, &near);
    bool is_known = type != NULL;
    for (unsigned part = 0; part < TMPL_ROW; part++) {
        is_known = is_known || checker->part[part] != NULL;
    }
    if (!is_known && checker->is_stateless) {
        return;
    }
    checker->is_stateless = !is_known;
    bool is_outside = name->arg_count > 0 && checker->dollar != NULL &&
                      checker->dollar->kind == VAL_ROOT && is_in_state(checker, name->text);
    if (is_outside) { /* inside {{range}} and {{with}} */
        wc_error(checker->wc, name->pos, "%s \"%.*s\", but the page has: write $.%.*s", in,
                 (int)name->text.len, name->text.ptr, (int)name->text.len, name->text.ptr);
    } else if (near.best.ptr != NULL) {
        wc_error(checker->wc, name->pos, "%s \"%.*s\"; did you mean \"%.*s\"?", in,
                 (int)name->text.len, name->text.ptr, (int)near.best.len, near.best.ptr);
    } else {
        wc_error(checker->wc, name->pos, "%s \"%.*s\"", in, (int)name->text.len, name->text.ptr);
    }
}

/* --- functions -------------------------------------------------------------------------------- */

/* Words of other template languages. @return NULL: none of them */
static const char *hint_of(struct str word)
{
    static const struct {
        const char *word, *hint;
    } table[] = {
        { "elseif", "write {{else if ...}}" },
        { "elsif", "write {{else if ...}}" },
        { "elif", "write {{else if ...}}" },
        { "add", "templates have no arithmetic: declare fn_add in the header that types= names" },
        { "sub", "templates have no arithmetic: declare fn_sub in the header that types= names" },
        { "mul", "templates have no arithmetic: declare fn_mul in the header that types= names" },
        { "div", "templates have no arithmetic: declare fn_div in the header that types= names" },
        { "mod", "templates have no arithmetic: declare fn_mod in the header that types= names" },
        { "for", "write {{range ...}}" },
        { "foreach", "write {{range ...}}" },
        { "endif", "write {{end}}" },
        { "endfor", "write {{end}}" },
        { "pages", "the list of pages can only be ranged over, {{range pages}}" },
        { "include", "write {{template \"name\" .}}" },
        { "safeHTML", "content that is safe has a type, WICK_SAFE(html, 200) name" },
        { "safeURL", "content that is safe has a type, WICK_SAFE(url, 200) name" },
        { "safeJS", "content that is safe has a type, WICK_SAFE(js, 200) name" },
        { "safeCSS", "content that is safe has a type, WICK_SAFE(css, 200) name" },
    };

    for (size_t idx = 0; idx < WICK_COUNT_OF(table); idx++) {
        if (str_eq(word, str_of(table[idx].word))) {
            return table[idx].hint;
        }
    }
    return NULL;
}

static bool is_variable(const struct checker *checker, struct str word)
{
    for (const struct vars *vars = checker->vars; vars != NULL; vars = vars->next) {
        if (vars->name.len == word.len + 1 && memcmp(vars->name.ptr + 1, word.ptr, word.len) == 0) {
            return true;
        }
    }
    return false;
}

/* The member or variable of this name, as it is written. @return NULL: there is none */
static const char *data_of(const struct checker *checker, struct str word)
{
    const struct val *dot = checker->dot;
    bool is_member = false;
    if (dot != NULL && dot->kind == VAL_ROOT) {
        is_member = dot->type->kind != TYPE_VOID && is_in_state(checker, word);
    } else if (dot != NULL) {
        is_member = has_member(dot->type, word);
    }
    if (is_member) {
        return wc_format(checker->wc, ".%.*s", (int)word.len, word.ptr);
    }
    if (is_variable(checker, word)) {
        return wc_format(checker->wc, "$%.*s", (int)word.len, word.ptr);
    }
    return NULL;
}

void check_unknown_func(struct checker *checker, const struct expr *word)
{
    struct near near = { .name = word->text };
    check_near_op(&near);
    for (const struct func *func = checker->types->func; func != NULL; func = func->next) {
        near_try(&near, func_word(func));
    }
    const char *data = data_of(checker, word->text);
    const char *hint = hint_of(word->text);
    int len = (int)word->text.len;
    if (hint != NULL) {
        wc_error(checker->wc, word->pos, "there is no function \"%.*s\": %s", len, word->text.ptr,
                 hint);
    } else if (data != NULL || near.best.ptr != NULL) {
        const char *best =
            data != NULL ? data
                         : wc_format(checker->wc, "\"%.*s\"", (int)near.best.len, near.best.ptr);
        wc_error(checker->wc, word->pos, "there is no function \"%.*s\"; did you mean %s?", len,
                 word->text.ptr, best);
    } else {
        wc_error(checker->wc, word->pos,
                 "there is no function \"%.*s\": declare fn_%.*s in the header that types= names",
                 len, word->text.ptr, len, word->text.ptr);
    }
}

bool check_is_bare_call(struct checker *checker, const struct expr *arg)
{
    enum check_op op;
    const struct func *func = arg->kind == EX_IDENT ? types_func(checker->types, arg->text) : NULL;
    bool is_op = arg->kind == EX_IDENT && check_op_named(arg->text, &op) &&
                 !str_starts(arg->text, STR("print"));
    bool is_bare =
        is_op || (func != NULL && func->param_count > (func->param[0]->kind == TYPE_BUF));
    if (is_bare) {
        wc_error(checker->wc, arg->pos,
                 "\"%.*s\" has no arguments here: as an argument itself it stands in parentheses, "
                 "(%.*s ...)",
                 (int)arg->text.len, arg->text.ptr, (int)arg->text.len, arg->text.ptr);
    }
    return is_bare;
}
