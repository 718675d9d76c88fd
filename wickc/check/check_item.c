/* check_item.c - what is known about the pages of {{range pages}} when they are compiled: their
 * members are texts, conditions on them are decided here, and so they cost nothing at run time. */
#include "tmpl/tmpl_esc.h"
#include "wickc/check/check.h"
#include "wickc/read/pages.h"

#include <string.h>

static const struct type page_type = { .kind = TYPE_STRUCT, .tag = STR_INIT("wick_page") };

struct val *check_item(struct checker *checker, const struct node *group)
{
    struct val *val = val_new(checker, VAL_ITEM, group->pos, &page_type);
    WICK_ASSERT(group->item != NULL); /* of one page */
    val->item = group->item;
    return val;
}

struct val *check_item_member(struct checker *checker, const struct val *base, struct str name,
                              struct pos pos)
{
    const struct page_item *item = base->item;

    const struct {
        struct str name, value;
    } text[] = {
        { STR("path"), item->path }, { STR("href"), item->href }, { STR("title"), item->title },
        { STR("icon"), item->icon }, { STR("name"), item->name },
    };

    if (str_eq(name, STR("current"))) {
        struct val *val = val_new(checker, VAL_BOOL, pos, type_of_kind(TYPE_BOOL));
        val->number = item->is_current;
        val->is_given = true;
        return val;
    }
    for (size_t idx = 0; idx < WICK_COUNT_OF(text); idx++) {
        if (str_eq(name, text[idx].name)) {
            struct val *val = val_new(checker, VAL_TEXT, pos, type_of_kind(TYPE_STR));
            val->text = text[idx].value;
            val->is_given = true;
            return val;
        }
    }
    wc_error(checker->wc, pos,
             "a page has no member \"%.*s\"; it has title, icon, href, path, name, current (and $ "
             "leads to the state)",
             (int)name.len, name.ptr);
    return NULL;
}

/* --- what follows from it --------------------------------------------------------------------- */

enum known { KNOWN_NOT, KNOWN_FALSE, KNOWN_TRUE };

static enum known known(bool is_true)
{
    return is_true ? KNOWN_TRUE : KNOWN_FALSE;
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
static bool is_given(const struct val *val)
{
    bool is_it = val->is_given || val->kind == VAL_ITEM;
    for (unsigned idx = 0; idx < val->arg_count && !is_it; idx++) {
        is_it = val->arg[idx] != NULL && is_given(val->arg[idx]);
    }
    return is_it;
}

static enum known truth_of(const struct val *val);

/* and, or: as soon as one decides */
/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
static enum known truth_of_any(const struct val *val, enum known decides)
{
    enum known all = decides == KNOWN_TRUE ? KNOWN_FALSE : KNOWN_TRUE;
    for (unsigned idx = 0; idx < val->arg_count; idx++) {
        enum known one = truth_of(val->arg[idx]);
        if (one == decides) {
            return all == KNOWN_NOT ? KNOWN_NOT : decides;
        }
        all = one == KNOWN_NOT ? KNOWN_NOT : all;
    }
    return all;
}

static enum known truth_of_equal(const struct val *val)
{
    const struct val *a = val->arg[0];
    const struct val *b = val->arg[1];
    if (val->arg_count != 2 || a->kind != b->kind) {
        return KNOWN_NOT;
    }
    if (a->kind == VAL_TEXT) {
        return known(str_eq(a->text, b->text));
    }
    return a->kind == VAL_BOOL ? known(a->number == b->number) : KNOWN_NOT;
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
static enum known truth_of_op(const struct val *val)
{
    enum known one;
    if (val->op == OP_NOT || val->op == OP_NE) {
        one = val->op == OP_NOT ? truth_of(val->arg[0]) : truth_of_equal(val);
        return one == KNOWN_NOT ? one : known(one == KNOWN_FALSE);
    }
    if (val->op == OP_EQ) {
        return truth_of_equal(val);
    }
    if (val->op == OP_AND || val->op == OP_OR) {
        return truth_of_any(val, val->op == OP_OR ? KNOWN_TRUE : KNOWN_FALSE);
    }
    return KNOWN_NOT;
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
static enum known truth_of(const struct val *val)
{
    if (val == NULL) {
        return KNOWN_NOT;
    }
    if (val->kind == VAL_TEXT) {
        return known(val->text.len > 0);
    }
    if (val->kind == VAL_BOOL || val->kind == VAL_INT) {
        return known(val->number != 0);
    }
    if (val->kind == VAL_ITEM) {
        return KNOWN_TRUE;
    }
    return val->kind == VAL_OP ? truth_of_op(val) : KNOWN_NOT;
}

/* {{break}} and {{continue}} of a range around it: the passes look for them in branches. */
/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static bool leaves(const struct node *list)
{
    for (const struct node *node = list; node != NULL; node = node->next) {
        if (node->kind == NODE_BREAK || node->kind == NODE_CONTINUE ||
            (node->kind != NODE_RANGE && leaves(node->body)) || leaves(node->otherwise)) {
            return true;
        }
    }
    return false;
}

void check_fold_branch(struct node *node)
{
    if (node->means.val == NULL || node->pipe->variable != NULL || !is_given(node->means.val) ||
        leaves(node->body) || leaves(node->otherwise)) {
        return;
    }
    enum known is = truth_of(node->means.val);
    if (is != KNOWN_NOT) {
        node->kind = NODE_GROUP;
        node->body = is == KNOWN_TRUE ? node->body : node->otherwise;
        node->otherwise = NULL;
        node->means.val = NULL;
        node->means.set[0] = NULL;
    }
}

void check_fold_action(struct checker *checker, struct node *node)
{
    struct val *val = node->means.val;
    bool begins_value = node->html.before.state == HTML_BEFORE_VALUE; /* without quotes */
    if (val == NULL || val->kind != VAL_TEXT || !val->is_given || begins_value) {
        return;
    }
    size_t cap = 16 * val->text.len + 64; /* the longest escape of a byte is 12 bytes */
    struct buf out;
    buf_init(&out, wc_take(checker->wc, cap), cap);
    tmpl_escape(&out, val->text, node->html.how);
    WICK_ASSERT(out.err == WICK_OK);
    node->kind = NODE_TEXT;
    node->text = (struct str){ "", 0 };
    node->means.val = NULL;
    sb_put(checker->wc, &node->html.out, buf_str(&out).ptr, buf_str(&out).len);
}
