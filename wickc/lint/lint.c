/* lint.c - controls without a label, images without a text, ids that are not unique or not there.
 */
#include "wickc/lint/lint.h"

#include <string.h>

void lint_say(struct wc *wc, enum lint lint, struct pos pos, const char *format, ...)
{
#define LINT_ROW(name, code, is_error) { code, is_error },

    static const struct {
        const char *code;
        bool is_error;
    } table[] = { LINTS(LINT_ROW) };

#undef LINT_ROW
    struct sb text = { 0 };
    va_list args;
    bool is_error =
        table[lint].is_error && !wc->is_inferred; /* a preview shows the page all the same */
    va_start(args, format);
    sb_vputf(wc, &text, format, args);
    va_end(args);
    wc_say(wc, pos, is_error, table[lint].code, sb_text(&text));
}

static bool is_tag(const struct tag *tag, const char *name)
{
    return !tag->is_end && str_eq(tag->name, str_of(name));
}

static struct str type_of(const struct tag *tag)
{
    const struct tag_attr *type = tag_find(tag, "type");
    return type == NULL || type->is_dynamic ? (struct str){ "", 0 } : type->value;
}

/* --- labels ----------------------------------------------------------------------------------- */

static bool needs_label(const struct tag *tag)
{
    static const char *const none[] = { "hidden", "submit", "button", "reset", "image" };
    for (size_t idx = 0; idx < WICK_COUNT_OF(none); idx++) {
        if (is_tag(tag, "input") && str_eq_nocase(type_of(tag), str_of(none[idx]))) {
            return false;
        }
    }
    return is_tag(tag, "input") || is_tag(tag, "select") || is_tag(tag, "textarea");
}

/* Two values are equal as far as can be known: the same text, or the same actions. */
static bool is_same_value(const struct tag_attr *a, const struct tag_attr *b)
{
    if (a->is_dynamic || b->is_dynamic) {
        return a->is_dynamic && b->is_dynamic &&
               (a->source.len == 0 || b->source.len == 0 || str_eq(a->source, b->source));
    }
    return str_eq(a->value, b->value);
}

static bool has_label(const struct tree *tree, const struct tag *tag)
{
    if (tag_may_have(tag, "aria-label") || tag_may_have(tag, "aria-labelledby")) {
        return true;
    }
    for (const struct tag *around = tag->around; around != NULL; around = around->around) {
        if (is_tag(around, "label")) {
            return true;
        }
    }
    const struct tag_attr *id = tag_find(tag, "id");
    for (const struct tag *label = tree->tag; label != NULL && id != NULL; label = label->next) {
        const struct tag_attr *of = is_tag(label, "label") ? tag_find(label, "for") : NULL;
        if (of != NULL && is_same_value(of, id) && !arms_exclude(label->arm, tag->arm)) {
            return true;
        }
    }
    return false;
}

static void check_label(struct wc *wc, const struct tree *tree, const struct tag *tag)
{
    if (!needs_label(tag) || has_label(tree, tag)) {
        return;
    }
    const struct tag_attr *id = tag_find(tag, "id");
    if (id != NULL && !id->is_dynamic) {
        lint_say(wc, LINT_LABEL, tag->pos,
                 "this <%.*s> has no label: write <label for=\"%.*s\">...</label>, or "
                 "aria-label=\"...\"",
                 (int)tag->name.len, tag->name.ptr, (int)id->value.len, id->value.ptr);
    } else {
        lint_say(
            wc, LINT_LABEL, tag->pos,
            "this <%.*s> has no label: write <label>...</label> around it, or aria-label=\"...\"",
            (int)tag->name.len, tag->name.ptr);
    }
}

static void check_alt(struct wc *wc, const struct tag *tag)
{
    bool is_image = is_tag(tag, "img") || (is_tag(tag, "area") && tag_find(tag, "href") != NULL) ||
                    (is_tag(tag, "input") && str_eq_nocase(type_of(tag), STR("image")));
    if (is_image && !tag_may_have(tag, "alt")) {
        lint_say(wc, LINT_ALT, tag->pos,
                 "this <%.*s> has no alt=\"...\": say what it shows, or write alt=\"\" if it only "
                 "decorates",
                 (int)tag->name.len, tag->name.ptr);
    }
}

/* --- ids -------------------------------------------------------------------------------------- */

struct id {
    const struct tag *tag;
    const struct tag_attr *attr;
    struct id *next;
};

/* The list whose rows the place is in, and that is not a row in every case itself; NULL: none */
static const struct arm *row_of(const struct arm *arm)
{
    while (arm != NULL && !arm->is_row) {
        arm = arm->up;
    }
    return arm;
}

static struct id *collect_ids(struct wc *wc, const struct tree *tree, bool *has_dynamic_out)
{
    struct id *first = NULL;
    struct id **end = &first;
    *has_dynamic_out = false;
    for (const struct tag *tag = tree->tag; tag != NULL; tag = tag->next) {
        const struct tag_attr *attr = tag->is_end ? NULL : tag_find(tag, "id");
        *has_dynamic_out =
            *has_dynamic_out ||
            (attr == NULL ? !tag->is_end && tag_may_have(tag, "id") : attr->is_dynamic);
        if (attr != NULL && !attr->is_dynamic) {
            *end = wc_take(wc, sizeof **end);
            **end = (struct id){ tag, attr, NULL };
            end = &(*end)->next;
        }
    }
    return first;
}

static void check_ids(struct wc *wc, const struct id *ids)
{
    for (const struct id *id = ids; id != NULL; id = id->next) {
        struct str value = id->attr->value;
        if (row_of(id->tag->arm) != NULL) {
            lint_say(wc, LINT_ID, id->attr->pos,
                     "every row of the list would have the id \"%.*s\": put something of the row "
                     "into it, or use class",
                     (int)value.len, value.ptr);
            continue;
        }
        for (const struct id *other = ids; other != id; other = other->next) {
            if (str_eq(other->attr->value, value) && !arms_exclude(other->tag->arm, id->tag->arm)) {
                bool is_same = other->attr->pos.src == id->attr->pos.src &&
                               other->attr->pos.off == id->attr->pos.off;
                lint_say(
                    wc, LINT_ID, id->attr->pos,
                    is_same
                        ? "the id \"%.*s\" is in the page twice, since this template is used twice"
                        : "the id \"%.*s\" is in the page twice",
                    (int)value.len, value.ptr);
                if (!is_same) {
                    wc_note(wc, other->attr->pos, "it is here, too");
                }
                break;
            }
        }
    }
}

static bool has_id(const struct id *ids, struct str name)
{
    while (ids != NULL && !str_eq(ids->attr->value, name)) {
        ids = ids->next;
    }
    return ids != NULL;
}

/* for="x", aria-labelledby="x y": is there such an element? */
static void check_references(struct wc *wc, const struct tag *tag, const struct id *ids)
{
    static const char *const names[] = {
        "for", "aria-labelledby", "aria-describedby", "aria-controls", "list", "form"
    };
    for (size_t idx = 0; idx < WICK_COUNT_OF(names); idx++) {
        const struct tag_attr *attr = tag_find(tag, names[idx]);
        struct str rest = attr == NULL || attr->is_dynamic ? (struct str){ "", 0 } : attr->value;
        while (rest.len > 0) {
            struct str name = str_cut(&rest, ' ');
            if (name.len > 0 && !has_id(ids, name)) {
                lint_say(wc, LINT_REFERENCE, attr->pos,
                         "no element of this page has the id \"%.*s\"", (int)name.len, name.ptr);
            }
        }
    }
}

void lint_tags(struct wc *wc, const struct tree *tree)
{
    bool has_dynamic;
    const struct id *ids = collect_ids(wc, tree, &has_dynamic);
    for (const struct tag *tag = tree->tag; tag != NULL; tag = tag->next) {
        if (tag->is_end) {
            continue;
        }
        check_label(wc, tree, tag);
        check_alt(wc, tag);
        if (!has_dynamic && wc->dir.is_page) { /* a template alone is a part of something */
            check_references(wc, tag, ids);
        }
    }
    check_ids(wc, ids);
}
