/* check_pipe.c - names, words and pipelines -> values. */
#include "tmpl/tmpl.h"
#include "wickc/check/check.h"

#include <string.h>

const char check_nothing[] =
    "; what is only [] or null in the data is taken for one: give an example";

struct val *val_new(struct checker *checker, enum val_kind kind, struct pos pos,
                    const struct type *type)
{
    struct val *val = wc_take(checker->wc, sizeof *val);
    *val = (struct val){ .kind = kind, .pos = pos, .type = type, .size = 1 };
    return val;
}

/* Variables are replaced by what they stand for, so values that are used twice in each other double
 * with every step. */
static bool is_size_good(struct checker *checker, struct val *val)
{
    for (unsigned idx = 0; idx < val->arg_count; idx++) {
        val->size += val->arg[idx] == NULL ? 0 : val->arg[idx]->size;
    }
    if (val->size > VAL_SIZE_MAX) {
        wc_error(checker->wc, val->pos,
                 "this is put together from too many values (limit is %d, with those that its "
                 "variables stand for): compute it in C",
                 VAL_SIZE_MAX);
    }
    return val->size <= VAL_SIZE_MAX;
}

bool val_is_text(const struct val *val)
{
    enum type_kind kind = val->type->kind;
    return kind == TYPE_CHARS || kind == TYPE_CSTR || kind == TYPE_STR;
}

bool val_is_int(const struct val *val)
{
    return val->type->kind == TYPE_INT;
}

bool val_is_list(const struct val *val)
{
    return val->type->kind == TYPE_LIST || val->type->kind == TYPE_ARRAY;
}

bool val_is_place(const struct val *val)
{
    return val->kind == VAL_PART || val->kind == VAL_ROW || val->kind == VAL_MEMBER ||
           (val->kind == VAL_OP && val->op == OP_AT && val_is_list(val->arg[0])) ||
           (val->kind == VAL_VAR && val->var->is_place);
}

bool val_is_rows(const struct val *val)
{
    return val_is_list(val) && (val_is_place(val) || val->type->is_part);
}

bool val_is_choice(const struct val *val)
{
    bool is_it = val->is_truth && val->kind == VAL_OP && (val->op == OP_AND || val->op == OP_OR);
    for (unsigned idx = 0; idx < val->arg_count && is_it; idx++) {
        is_it = val_is_printable(val->arg[idx]) || val_is_composite(val->arg[idx]);
    }
    return is_it;
}

bool val_is_printable(const struct val *val)
{
    enum type_kind kind = val->type->kind;
    return val->kind != VAL_ROOT && !val->is_truth &&
           (val_is_text(val) || kind == TYPE_INT || kind == TYPE_BOOL || kind == TYPE_OPAQUE);
}

/* NOLINTNEXTLINE(misc-no-recursion): cdecl.c limits the depth of structs */
static bool is_known(const struct type *type)
{
    switch (type->kind) {
    case TYPE_BOOL:
    case TYPE_INT:
    case TYPE_CHARS:
    case TYPE_CSTR:
    case TYPE_STR:
        return true;
    case TYPE_LIST:
    case TYPE_ARRAY:
        return is_known(type->elem);
    case TYPE_STRUCT:
        for (const struct member *member = type->member; member != NULL; member = member->next) {
            if (member->name.len == 0 || !is_known(member->type)) {
                return false;
            }
        }
        return type->member != NULL;
    case TYPE_OPAQUE:
    case TYPE_VOID:
    case TYPE_BUF:
    case TYPE_POINTER:
        break;
    }
    return false;
}

const char *val_word(struct wc *wc, const struct val *val)
{
    if (val->kind == VAL_ROOT) {
        return "the whole state";
    }
    return val->is_truth ? "one of several values of different types" : type_name(wc, val->type);
}

bool val_is_composite(const struct val *val)
{
    enum type_kind kind = val->type->kind;
    return (val_is_rows(val) || (kind == TYPE_STRUCT && val_is_place(val))) && is_known(val->type);
}

/* --- members ---------------------------------------------------------------------------------- */

/* A state is bytes: what is somewhere else, or no whole bytes, cannot be compared. */
static bool check_is_plain(struct checker *checker, const struct val *val,
                           const struct member *member)
{
    const char *fault = type_fault(member->type);
    if (fault == NULL) {
        return true;
    }
    wc_error(checker->wc, val->pos, "\"%.*s\" %s", (int)val->text.len, val->text.ptr, fault);
    if (member->pos.src != NULL) {
        wc_note(checker->wc, member->pos, "it is declared here");
    }
    return false;
}

bool check_whole(struct checker *checker, const struct val *val)
{
    const struct member *member = type_faulty(val->type);
    if (member == NULL || val->kind == VAL_ROOT) {
        return true;
    }
    wc_error(checker->wc, val->pos, "%s has a member \"%.*s\", which %s",
             type_name(checker->wc, val->type), (int)member->name.len, member->name.ptr,
             type_fault(member->type));
    if (member->pos.src != NULL) {
        wc_note(checker->wc, member->pos, "it is declared here");
    }
    return false;
}

/* A member of "." at the top: of one of the device states or of the view. */
static struct val *root_member(struct checker *checker, struct val *val)
{
    const struct member *found = NULL;
    unsigned found_part = 0;
    for (unsigned part = 0; part < TMPL_ROW; part++) {
        const struct type *type = checker->part[part];
        const struct member *member = type == NULL ? NULL : type_member(type, val->text);
        if (member != NULL && found != NULL) {
            wc_error(
                checker->wc, val->pos, "\"%.*s\" is ambiguous: %s and %s both have it; rename one",
                (int)val->text.len, val->text.ptr,
                type_name(checker->wc, checker->part[found_part]), type_name(checker->wc, type));
            return NULL;
        }
        if (member != NULL) {
            found = member;
            found_part = part;
        }
    }
    if (found == NULL) {
        check_unknown_member(checker, NULL, val);
        return NULL;
    }
    val->arg[0] = val_new(checker, VAL_PART, val->pos, checker->part[found_part]);
    val->arg[0]->part = found_part;
    val->arg_count = 1;
    val->type = found->type;
    return check_is_plain(checker, val, found) ? val : NULL;
}

struct val *check_member(struct checker *checker, struct val *base, struct str name, struct pos pos)
{
    if (base == NULL) {
        return NULL;
    }
    struct val *val = val_new(checker, VAL_MEMBER, pos, type_of_kind(TYPE_OPAQUE));
    val->text = name;
    if (base->kind == VAL_ROOT && base->type->kind == TYPE_VOID) {
        wc_error(checker->wc, pos,
                 "this template is called without a value: write {{template \"...\" .}}");
        return NULL;
    }
    if (base->kind == VAL_ROOT) {
        return root_member(checker, val);
    }
    if (base->kind == VAL_ITEM) {
        return check_item_member(checker, base, name, pos);
    }
    val->arg[0] = base;
    val->arg_count = 1;
    if (!is_size_good(checker, val)) {
        return NULL;
    }
    if (base->type->kind == TYPE_OPAQUE) {
        return val;
    }
    if (base->type->kind == TYPE_LIST &&
        (str_eq(name, STR("dropped")) || str_eq(name, STR("len")))) {
        val->type = type_int(32, false);
        return val;
    }
    if (base->type->kind != TYPE_STRUCT) {
        if (base->type->kind == TYPE_LIST || base->type->kind == TYPE_ARRAY) {
            wc_error(checker->wc, pos,
                     "%s has no members: its elements have, in {{range}} or (index .list 0).%.*s",
                     type_name(checker->wc, base->type), (int)name.len, name.ptr);
            return NULL;
        }
        bool is_nothing =
            checker->wc->is_inferred && base->type->kind == TYPE_CHARS && base->type->count <= 1;
        wc_error(checker->wc, pos, "%s has no members%s", type_name(checker->wc, base->type),
                 is_nothing ? check_nothing : "");
        return NULL;
    }
    if (!val_is_place(base)) {
        wc_error(checker->wc, pos, "the result of a function has no members here");
        return NULL;
    }
    const struct member *member = type_member(base->type, name);
    if (member == NULL && base->type->member == NULL) {
        return val; /* a struct that was only declared: left to the C compiler */
    }
    if (member == NULL) {
        check_unknown_member(checker, base->type, val);
        return NULL;
    }
    val->type = member->type;
    return check_is_plain(checker, val, member) ? val : NULL;
}

static struct val *check_names(struct checker *checker, struct val *val, const struct name *names,
                               bool is_joined)
{
    for (const struct name *name = names; name != NULL && val != NULL; name = name->next) {
        val = check_member(checker, val, name->text, name->pos);
        if (val != NULL) {
            val->is_joined = is_joined || name != names;
        }
    }
    return val;
}

/* A value that is used at another place than where it was computed. */
static struct val *used_at(struct checker *checker, const struct val *val, struct pos pos)
{
    if (val == NULL) {
        return NULL;
    }
    struct val *copy = wc_take(checker->wc, sizeof *copy);
    *copy = *val;
    copy->pos = pos;
    return copy;
}

/* --- words ------------------------------------------------------------------------------------ */

static struct val *check_variable(struct checker *checker, const struct expr *expr)
{
    if (str_eq(expr->text, STR("$"))) {
        return check_names(checker, used_at(checker, checker->dollar, expr->pos), expr->names,
                           false);
    }
    struct near near = { .name = expr->text };
    for (const struct vars *vars = checker->vars; vars != NULL; vars = vars->next) {
        if (str_eq(vars->name, expr->text)) {
            return check_names(checker, used_at(checker, vars->val, expr->pos), expr->names, false);
        }
        near_try(&near, vars->name);
    }
    if (near.best.ptr != NULL) {
        wc_error(checker->wc, expr->pos, "there is no variable %.*s here; did you mean %.*s?",
                 (int)expr->text.len, expr->text.ptr, (int)near.best.len, near.best.ptr);
    } else {
        wc_error(checker->wc, expr->pos, "there is no variable %.*s here", (int)expr->text.len,
                 expr->text.ptr);
    }
    return NULL;
}

/* A name before its arguments: an operation or a function of C. */
static struct val *check_call(struct checker *checker, const struct expr *word, struct val *call)
{
    enum check_op op;
    call->func = types_func(checker->types, word->text);
    bool is_op = check_op_named(word->text, &op);
    bool is_replaced = is_op && (op == OP_JOIN || op == OP_SPARK) &&
                       call->func != NULL; /* by the application's own */
    if (is_op && !is_replaced) {
        return check_op_call(checker, op, call);
    }
    if (str_eq(word->text, STR("call"))) {
        wc_error(checker->wc, word->pos,
                 "there are no values that can be called: write the name of a C function");
        return NULL;
    }
    if (call->func != NULL) {
        return check_func_call(checker, call);
    }
    if (checker->wc->is_blind) {
        return NULL;
    }
    check_unknown_func(checker, word);
    return NULL;
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static struct val *check_word(struct checker *checker, const struct expr *expr)
{
    struct val *val;
    switch (expr->kind) {
    case EX_DOT:
        return used_at(checker, checker->dot, expr->pos);
    case EX_FIELD:
        return check_names(checker, checker->dot, expr->names, false);
    case EX_VARIABLE:
        return check_variable(checker, expr);
    case EX_CHAIN:
        return check_names(checker, check_pipe(checker, expr->pipe), expr->names, false);
    case EX_PIPE:
        return check_pipe(checker, expr->pipe);
    case EX_NUMBER:
        val = val_new(checker, VAL_INT, expr->pos, type_int(64, true));
        val->number = expr->number;
        val->is_float = expr->is_float;
        return val;
    case EX_STRING:
        val = val_new(checker, VAL_TEXT, expr->pos, type_of_kind(TYPE_STR));
        val->text = expr->text;
        return val;
    case EX_IDENT:
        if (str_eq(expr->text, STR("true")) || str_eq(expr->text, STR("false"))) {
            val = val_new(checker, VAL_BOOL, expr->pos, type_of_kind(TYPE_BOOL));
            val->number = expr->text.ptr[0] == 't';
            return val;
        }
        if (str_eq(expr->text, STR("nil"))) {
            wc_error(checker->wc, expr->pos,
                     "there is no nil in C structs: compare with 0 or \"\"");
            return NULL;
        }
        val = val_new(checker, VAL_CALL, expr->pos, type_of_kind(TYPE_OPAQUE));
        return check_call(checker, expr, val);
    }
    return NULL;
}

/* cmd, with the value of the command before it as last argument. */
/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static struct val *check_cmd(struct checker *checker, const struct cmd *cmd, struct val *piped,
                             bool is_first)
{
    const struct expr *word = cmd->word;
    bool is_call = word->kind == EX_IDENT && !str_eq(word->text, STR("true")) &&
                   !str_eq(word->text, STR("false")) && !str_eq(word->text, STR("nil"));
    if (!is_call) {
        if (word->next != NULL || !is_first) {
            enum check_op op;
            bool is_infix = word->next != NULL && word->next->kind == EX_IDENT &&
                            check_op_named(word->next->text, &op);
            if (is_infix) {
                wc_error(checker->wc, word->next->pos,
                         "a function stands before its arguments: write {{%.*s .a .b}}",
                         (int)word->next->text.len, word->next->text.ptr);
            } else {
                wc_error(checker->wc, word->pos,
                         word->next != NULL ? "this is not a function, so it takes no arguments"
                                            : "only a function can follow \"|\"");
            }
            return NULL;
        }
        return check_word(checker, word);
    }
    struct val *call = val_new(checker, VAL_CALL, word->pos, type_of_kind(TYPE_OPAQUE));
    bool is_bad = !is_first && piped == NULL;
    for (const struct expr *arg = word->next; arg != NULL; arg = arg->next) {
        if (check_is_bare_call(checker, arg)) {
            return NULL;
        }
        struct val *val = check_word(checker, arg);
        is_bad = is_bad || val == NULL;
        if (call->arg_count + (is_first ? 0 : 1) >= VAL_ARG_MAX) {
            wc_error(checker->wc, arg->pos, "too many arguments (limit is %d)", VAL_ARG_MAX);
            return NULL;
        }
        call->arg[call->arg_count++] = val;
    }
    if (!is_first) {
        call->arg[call->arg_count++] = piped;
    }
    enum check_op op;
    bool is_known =
        check_op_named(word->text, &op) || types_func(checker->types, word->text) != NULL;
    if (is_bad ? is_known
               : !is_size_good(checker,
                               call)) { /* an unknown name is wrong whatever its arguments are */
        return NULL;
    }
    return check_call(checker, word, call);
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
struct val *check_pipe(struct checker *checker, const struct pipe *pipe)
{
    struct val *val = NULL;
    for (const struct cmd *cmd = pipe->cmd; cmd != NULL; cmd = cmd->next) {
        val = check_cmd(checker, cmd, val, cmd == pipe->cmd);
    }
    return val;
}
