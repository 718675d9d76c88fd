/* flow.c - {{break}} and {{continue}} in a live list, whose rows are nodes of their own.
 *
 * Which rows are shown at all is asked of a function (emit_flow.c): a row that is left before
 * anything of it was written is none. In the rows that are shown, what follows a branch that may
 * leave moves into the branch that does not:
 *   {{if a}}x{{continue}}{{end}} rest   ->   {{if a}}x{{else}} rest{{end}}
 * A row that is one {{if}} and nothing else is left where that shows nothing.
 */
#include "wickc/tree/tree_priv.h"

#include <string.h>

enum { COPIES_MAX = 20000 };

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
bool flow_leaves(const struct node *list)
{
    for (const struct node *node = list; node != NULL; node = node->next) {
        bool is_inner = node->kind == NODE_RANGE; /* its body leaves only itself */
        if (node->kind == NODE_BREAK || node->kind == NODE_CONTINUE ||
            (!is_inner && flow_leaves(node->body)) || flow_leaves(node->otherwise)) {
            return true;
        }
    }
    return false;
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
bool flow_check(struct wc *wc, const struct node *list, bool is_in_script)
{
    for (const struct node *node = list; node != NULL; node = node->next) {
        for (size_t idx = 0; idx < node->html.event_count; idx++) {
            const struct html_event *event = &node->html.event[idx];
            struct str tag = { node->html.out.ptr + event->off, event->len };
            bool is_tag = event->kind == HTML_EV_TAG;
            is_in_script = is_tag && is_in_script
                               ? !str_eq_nocase(tag, STR("</script"))
                               : is_in_script || (is_tag && str_eq_nocase(tag, STR("<script")));
        }
        if (is_in_script && (node->kind == NODE_BREAK || node->kind == NODE_CONTINUE)) {
            wc_error(wc, node->pos, "{{%s}} would leave <script> without its end tag: end it first",
                     node_word(node->kind));
        }
        if (node->kind == NODE_SCOPE || node->kind == NODE_GROUP) {
            is_in_script = flow_check(wc, node->body, is_in_script);
        } else if (node->kind != NODE_RANGE) {
            (void)flow_check(wc, node->body, is_in_script);
        }
        (void)flow_check(wc, node->otherwise, is_in_script);
    }
    return is_in_script;
}

bool flow_is_blank(const struct wc *wc, const struct node *node)
{
    if (node->kind == NODE_ACTION) {
        return node->pipe->variable != NULL;
    }
    if (node->kind != NODE_TEXT || !wc->is_strict) {
        return node->kind == NODE_TEXT && node->html.out.len == 0;
    }
    return strspn(sb_text(&node->html.out), " \t\r\n\f") == node->html.out.len;
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
bool flow_only_sets(const struct wc *wc, const struct node *list)
{
    for (const struct node *node = list; node != NULL; node = node->next) {
        bool has_body = node->kind != NODE_TEXT && node->kind != NODE_ACTION;
        if (has_body ? !flow_only_sets(wc, node->body) || !flow_only_sets(wc, node->otherwise)
                     : !flow_is_blank(wc, node)) {
            return false;
        }
    }
    return true;
}

bool flow_node_leaves(const struct node *node)
{
    bool is_branch = node->kind == NODE_IF || node->kind == NODE_WITH;
    return (is_branch && flow_leaves(node->body)) || flow_leaves(node->otherwise);
}

/* {{range}} whose {{else}} leaves the range around it, as {{if}} with the range in it. */
struct node *flow_as_branch(struct wc *wc, const struct node *node)
{
    struct node *branch = wc_take(wc, sizeof *branch);
    struct node *range = wc_take(wc, sizeof *range);
    *branch = *range = *node;
    range->next = range->otherwise = NULL;
    range->origin = branch->origin = node->origin != NULL ? node->origin : node;
    branch->kind = NODE_IF;
    branch->body = range;
    branch->means.set[0] = branch->means.set[1] = NULL;
    if (node->means.loop != NULL &&
        node->means.loop->is_count) { /* below zero there are no rows either */
        struct val *zero = wc_take(wc, sizeof *zero);
        struct val *is_above = wc_take(wc, sizeof *is_above);
        *zero = (struct val){ .kind = VAL_INT, .pos = node->pos, .type = type_int(64, true) };
        *is_above = (struct val){ .kind = VAL_OP,
                                  .op = OP_GT,
                                  .pos = node->pos,
                                  .type = type_of_kind(TYPE_BOOL),
                                  .arg = { node->means.val, zero },
                                  .arg_count = 2 };
        branch->means.val = is_above;
    }
    return branch;
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
bool flow_is_exit(const struct wc *wc, const struct node *list)
{
    for (const struct node *node = list; node != NULL; node = node->next) {
        if (node->kind == NODE_BREAK || node->kind == NODE_CONTINUE) {
            return true;
        }
        if (node->kind != NODE_RANGE && flow_node_leaves(node) && flow_is_exit(wc, node->body) &&
            flow_is_exit(wc, node->otherwise)) {
            return true;
        }
        if (!flow_is_blank(wc, node)) {
            return false;
        }
    }
    return false;
}

/* What comes after a list. */
struct rest {
    const struct node *list;
    const struct rest *up;
};

static bool is_blank_list(const struct wc *wc, const struct node *list)
{
    for (const struct node *node = list; node != NULL; node = node->next) {
        if (node->kind == NODE_BREAK || node->kind == NODE_CONTINUE) {
            return true;
        }
        if (!flow_is_blank(wc, node)) {
            return false;
        }
    }
    return true;
}

static bool is_blank_rest(const struct wc *wc, const struct rest *rest)
{
    while (rest != NULL && is_blank_list(wc, rest->list)) {
        rest = rest->up;
    }
    return rest == NULL;
}

/* The row ends with this branch: whether it is left in it shows nowhere. */
static bool is_end(const struct wc *wc, const struct node *node, const struct rest *rest)
{
    return wc->is_strict && node->kind != NODE_RANGE && is_blank_list(wc, node->body) &&
           is_blank_list(wc, node->otherwise) && is_blank_rest(wc, rest);
}

/* {{if .is_up}}<li>...</li>{{end}} as the whole row: what shows nothing is no row, as if it said
 * {{continue}}. */
static bool is_filter(const struct wc *wc, const struct node *node, const struct rest *rest)
{
    return flow_may_filter(wc, node) && is_blank_rest(wc, rest);
}

bool flow_may_filter(const struct wc *wc, const struct node *node)
{
    bool is_branch = node->kind == NODE_IF || node->kind == NODE_WITH;
    return wc->is_strict && is_branch && !flow_node_leaves(node) &&
           is_blank_list(wc, node->body) != is_blank_list(wc, node->otherwise);
}

bool flow_chooses(const struct wc *wc, const struct node *body)
{
    if (flow_leaves(body)) {
        return true;
    }
    while (body != NULL && flow_is_blank(wc, body)) {
        body = body->next;
    }
    const struct rest rest = { body == NULL ? NULL : body->next, NULL };
    return body != NULL && is_filter(wc, body, &rest);
}

struct unfold {
    struct wc *wc;
    struct node **end; /* of the list being written */
    bool has_output;   /* before it, in the row */
    unsigned copies;
};

static void unfold_list(struct unfold *unfold, const struct node *list, const struct rest *rest);

static struct node *copy_of(struct unfold *unfold, const struct node *node)
{
    struct node *copy = wc_take(unfold->wc, sizeof *copy);
    *copy = *node;
    copy->next = NULL;
    copy->origin = node->origin != NULL ? node->origin : node;
    if (++unfold->copies == COPIES_MAX) {
        wc_error(unfold->wc, node->pos,
                 "too many ways through this row: the rest of it is written once for each way past "
                 "{{break}} and {{continue}}");
    }
    return copy;
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static struct node *unfold_branch(struct unfold *unfold, const struct node *list,
                                  const struct rest *rest)
{
    struct node *first = NULL;
    struct node **end = unfold->end;
    bool has_output = unfold->has_output;
    unfold->end = &first;
    unfold_list(unfold, list, rest);
    unfold->end = end;
    unfold->has_output = has_output;
    return first;
}

/* The parser limits the depth; rests are those of the enclosing lists. */
/* NOLINTNEXTLINE(misc-no-recursion) */
static void unfold_list(struct unfold *unfold, const struct node *list, const struct rest *rest)
{
    for (const struct node *node = list; node != NULL; node = node->next) {
        if (node->kind == NODE_BREAK || node->kind == NODE_CONTINUE ||
            unfold->copies >= COPIES_MAX) {
            return;
        }
        const struct rest after = { node->next, rest };
        if (!unfold->has_output && is_filter(unfold->wc, node, &after)) {
            unfold_list(unfold,
                        is_blank_list(unfold->wc, node->body) ? node->otherwise : node->body,
                        &after);
            return;
        }
        if (flow_node_leaves(node)) {
            if (unfold->has_output && is_end(unfold->wc, node, &after)) {
                return;
            }
            node = node->kind == NODE_RANGE ? flow_as_branch(unfold->wc, node) : node;
            if (!unfold->has_output && flow_is_exit(unfold->wc, node->body)) {
                unfold_list(unfold, node->otherwise, &after); /* else the row is not shown */
                return;
            }
            if (!unfold->has_output && flow_is_exit(unfold->wc, node->otherwise)) {
                unfold_list(unfold, node->body, &after);
                return;
            }
            struct node *copy = copy_of(unfold, node);
            unfold->has_output = true;
            copy->body = unfold_branch(unfold, node->body, &after);
            copy->otherwise = unfold_branch(unfold, node->otherwise, &after);
            *unfold->end = copy;
            unfold->end = &copy->next;
            return;
        }
        struct node *copy = copy_of(unfold, node);
        *unfold->end = copy;
        unfold->end = &copy->next;
        unfold->has_output = unfold->has_output || !flow_is_blank(unfold->wc, node);
    }
    if (rest != NULL) {
        unfold_list(unfold, rest->list, rest->up);
    }
}

struct node *flow_unfold(struct wc *wc, const struct node *body)
{
    struct node *first = NULL;
    struct unfold unfold = { .wc = wc, .end = &first };
    unfold_list(&unfold, body, NULL);
    return first;
}
