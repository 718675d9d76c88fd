/* tree_tag.c - tags and attributes as they pass: attributes that are ours, open elements, the
 * borders of the live part.
 *
 * A tag is collected as tokens (tree_token.c) and printed at its ">". Until then its attributes can
 * be replaced and others added.
 */
#include "tmpl/tmpl.h"
#include "wickc/tree/tree_priv.h"

#include <string.h>

static char *lower_copy(struct wc *wc, const char *text, size_t len)
{
    char *copy = wc_copy(wc, text, len);
    for (size_t at = 0; at < len; at++) {
        copy[at] = (char)(copy[at] >= 'A' && copy[at] <= 'Z' ? copy[at] + 32 : copy[at]);
    }
    return copy;
}

/* The wires whose attributes the page carries: all that it serves; a template for any has the first
 * one's. */
static const struct wire *wire_of(const struct builder *builder, unsigned idx)
{
    const struct directive *dir = &builder->wc->dir;
    if (dir->wire_count == 0) {
        return idx == 0 ? wire_at(0) : NULL;
    }
    return idx < dir->wire_count ? dir->wire[idx] : NULL;
}

/* --- attributes that are ours ----------------------------------------------------------------- */

/* wick-live, wick-action, wick-on:..., allow: ours, not the browser's. */
static void take_attr(struct builder *builder, struct tag_attr *attr)
{
    static const char *const controls[] = { "form", "button", "input", "select", "textarea" };
    struct str name = attr->name;
    bool is_action = str_eq(name, STR("wick-action")), is_event = str_starts(name, STR("wick-on:"));
    bool is_allow = false;
    for (size_t idx = 0; idx < WICK_COUNT_OF(controls); idx++) {
        is_allow = is_allow || (str_eq(name, STR("allow")) &&
                                str_eq(builder->now.tag->name, str_of(controls[idx])));
    }
    if (!is_action && !is_event && !is_allow && !str_eq(name, STR("wick-live"))) {
        if (str_starts(name, STR("wick-"))) {
            wc_error(builder->wc, attr->pos,
                     "there is no attribute \"%.*s\"; there are wick-live, wick-action and "
                     "wick-on:change",
                     (int)name.len, name.ptr);
        }
        return;
    }
    if (attr->is_dynamic) {
        wc_error(builder->wc, attr->pos, "\"%.*s\" must be a plain text without actions",
                 (int)name.len, name.ptr);
        return;
    }
    struct str value = attr->value;
    struct sb *instead = wc_take(builder->wc, sizeof *instead);
    const struct wire *wire = wire_of(builder, 0);
    for (unsigned idx = 0; wire != NULL; wire = wire_of(builder, ++idx)) {
        if (is_action && wire->attr_action[0] != '\0') {
            sb_putf(builder->wc, instead, " %s=\"%.*s\"", wire->attr_action, (int)value.len,
                    value.ptr);
        } else if (is_event) {
            sb_putf(builder->wc, instead, " %s%.*s=\"%.*s\"", wire->attr_event, (int)name.len - 8,
                    name.ptr + 8, (int)value.len, value.ptr);
        }
    }
    attr->instead = instead;
}

static void add_attr(struct builder *builder, const char *name, struct str value)
{
    struct sb text = { 0 };
    sb_putf(builder->wc, &text, " %s=\"%.*s\"", name, (int)value.len, value.ptr);
    token_text(builder, sb_str(&text));
}

/* Forms post; a submit button names the action for those who have no script. */
static void complete_tag(struct builder *builder)
{
    const struct tag *tag = builder->now.tag;
    const struct tag_attr *action = tag_find(tag, "wick-action");
    const struct tag_attr *name = tag_find(tag, "name");
    const struct tag_attr *type = tag_find(tag, "type");
    if (action != NULL && str_eq(tag->name, STR("form")) && tag_find(tag, "method") == NULL) {
        add_attr(builder, "method", STR("post"));
    }
    bool is_input = str_eq(tag->name, STR("input"));
    bool is_submit = (str_eq(tag->name, STR("button")) &&
                      (type == NULL || str_eq_nocase(type->value, STR("submit")))) ||
                     (is_input && type != NULL && str_eq_nocase(type->value, STR("submit")));
    const struct elem *form = build_form(builder);
    if (is_submit && form != NULL && name == NULL) {
        add_attr(builder, "name", tag_find(form->tag, "wick-action")->value);
    }
    if (!str_eq(tag->name, STR("button")) || tag_find(tag, "allow") == NULL || name == NULL) {
        return;
    }
    const struct wire *wire = wire_of(builder, 0);
    for (unsigned idx = 0; wire != NULL; wire = wire_of(builder, ++idx)) {
        if (wire->attr_button[0] != '\0') {
            add_attr(builder, wire->attr_button, name->value);
        }
    }
}

/* --- attributes ------------------------------------------------------------------------------- */

static void begin_attr(struct builder *builder, const char *name, size_t len, struct pos pos)
{
    struct tag_attr *attr = wc_take(builder->wc, sizeof *attr);
    *attr = (struct tag_attr){ .name = { lower_copy(builder->wc, name, len), len },
                               .value = { "", 0 },
                               .pos = pos };
    if (tag_find(builder->now.tag, attr->name.ptr) != NULL && builder->wc->is_strict) {
        wc_error(builder->wc, pos,
                 "the attribute \"%s\" stands here twice: browsers ignore the second one",
                 attr->name.ptr);
    }
    if (++builder->now.attr_count > TAG_ATTRS_MAX) {
        wc_error(builder->wc, builder->now.tag->pos, "too many attributes (limit is %d)",
                 TAG_ATTRS_MAX);
    } else {
        *builder->now.attr_end = attr;
        builder->now.attr_end = &attr->next;
    }
    builder->now.attr = attr;
    token_name(builder, (struct str){ name, len });
}

void tag_finish_attr(struct builder *builder)
{
    struct open_tag *now = &builder->now;
    if (now->slot != NULL) {
        struct pos pos = now->tag == NULL ? builder->wc->dir.at : now->tag->pos;
        struct tslot *slot = build_new_slot(builder->wc, TMPL_TEXT, TMPL_IN_TAG, pos);
        slot->piece = now->slot->first;
        now->slot = NULL;
        now->attr = NULL;
        token_slot(builder, slot, NULL);
        return;
    }
    struct tag_attr *attr = now->attr;
    now->attr = NULL;
    if (attr != NULL && now->tag != NULL && builder->wc->is_strict) {
        take_attr(builder, attr);
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
void tag_maybe(struct builder *builder, const struct node *list)
{
    for (const struct node *node = list; node != NULL && builder->now.tag != NULL;
         node = node->next) {
        for (size_t idx = 0; idx < node->html.event_count; idx++) {
            const struct html_event *event = &node->html.event[idx];
            if (event->kind == HTML_EV_ATTR) {
                struct tag_attr *attr = wc_take(builder->wc, sizeof *attr);
                attr->name = (struct str){
                    lower_copy(builder->wc, node->html.out.ptr + event->off, event->len), event->len
                };
                attr->pos = pos_of(node->pos.src, event->src, event->len);
                attr->next = builder->now.tag->maybe;
                builder->now.tag->maybe = attr;
            }
        }
        tag_maybe(builder, node->body);
        tag_maybe(builder, node->otherwise);
    }
}

/* quote: that ends the value, len 0: none; end: the place after the value */
static void end_value(struct builder *builder, struct str quote, struct pos end)
{
    struct open_tag *now = &builder->now;
    struct tag_attr *attr = now->attr;
    if (attr != NULL && attr->value_pos.src == end.src && attr->value_pos.off < end.off) {
        size_t off = attr->value_pos.off;
        attr->source = (struct str){ end.src->text + off, end.off - off };
    }
    struct str last = sb_str(&now->text);
    if (now->slot == NULL && now->value != NULL) {
        struct attr_part *part = wc_take(builder->wc, sizeof *part);
        part->slot = -1;
        if (attr != NULL && last.len > 0) {
            attr->node = NULL;
        }
        (void)html_decode(builder->wc, last,
                          &part->text); /* unknown ones stay as they are, as in a browser */
        now->value->last->next = part;
    } else if (now->slot == NULL && attr != NULL) {
        struct sb value = { 0 };
        (void)html_decode(builder->wc, last, &value);
        attr->value = sb_str(&value);
        attr->has_value = true;
    }
    build_put(builder, quote.ptr, quote.len);
    now->value = NULL;
    now->in_value = false;
    tag_finish_attr(builder);
}

/* --- elements --------------------------------------------------------------------------------- */

static bool is_foreign(const struct builder *builder)
{
    for (; builder != NULL; builder = builder->up) {
        for (const struct elem *elem = builder->elem; elem != NULL; elem = elem->up) {
            if (str_eq(elem->name, STR("svg")) || str_eq(elem->name, STR("math"))) {
                return true;
            }
        }
    }
    return false;
}

static void push_elem(struct builder *builder, bool is_live)
{
    struct elem *elem = wc_take(builder->wc, sizeof *elem);
    *elem = (struct elem){ .name = builder->now.tag->name,
                           .pos = builder->now.tag->pos,
                           .tag = builder->now.tag,
                           .is_live = is_live,
                           .is_action = str_eq(builder->now.tag->name, STR("form")) &&
                                        tag_find(builder->now.tag, "wick-action") != NULL,
                           .up = builder->elem };
    const struct elem *around = build_around(builder);
    elem->depth = around == NULL ? 1 : around->depth + 1;
    place_elem(elem, around);
    if (elem->depth > ELEM_DEPTH_MAX) {
        if (!builder->tree->is_too_deep) {
            wc_error(builder->wc, elem->pos, "elements are nested too deeply (limit is %d)",
                     ELEM_DEPTH_MAX);
        }
        builder->tree->is_too_deep = true;
        return;
    }
    builder->elem = elem;
}

static void pop_elem(struct builder *builder)
{
    const struct elem *elem = builder->elem;
    if (elem->is_live) {
        builder->node = builder->tree->tail;
        builder->is_live = false;
    }
    if (elem->lists > 1 || elem->has_other) { /* the direct way of livetemplate wants the rows alone
                                                 in their element */
        for (struct tslot *slot = builder->node->slot; slot != NULL && elem->lists > 0;
             slot = slot->next) {
            slot->flags &= slot->parent == elem ? ~(unsigned)TMPL_LT_DIRECT : ~0u;
        }
    }
    builder->elem = elem->up;
}

/* The end tag that was found in a branch was meant for this one. */
static void excuse(const struct builder *builder, struct str name)
{
    for (; builder != NULL; builder = builder->up) {
        for (struct elem *elem = builder->elem; elem != NULL; elem = elem->up) {
            if (str_eq(elem->name, name) && !elem->is_excused) {
                elem->is_excused = true;
                return;
            }
        }
    }
}

static void close_elem(struct builder *builder, struct str name, struct pos pos)
{
    const struct elem *open = builder->elem;
    while (open != NULL && !str_eq(open->name, name)) {
        open = open->up;
    }
    if (open == NULL) {
        bool is_half = str_eq(builder->half, name);
        if (is_half) {
            builder->half = (struct str){ "", 0 };
            if (builder->wc->is_strict &&
                html_is_optional_end(name)) { /* of others that was said */
                wc_error(builder->wc, pos,
                         "</%.*s> closes nothing: its start tag is in a branch, and branches hold "
                         "whole elements; put the {{if}} inside the start tag",
                         (int)name.len, name.ptr);
            }
        } else if (builder->wc->is_strict && !builder->tree->is_too_deep && !html_is_void(name)) {
            wc_error(builder->wc, pos,
                     builder->up == NULL ? "</%.*s> closes nothing"
                                         : "</%.*s> closes nothing that was opened in this branch",
                     (int)name.len, name.ptr);
            excuse(builder, name);
        }
        return;
    }
    while (builder->elem != open) {
        if (builder->wc->is_strict && (!html_is_optional_end(builder->elem->name) ||
                                       !place_ends(name, builder->elem->name))) {
            wc_error(builder->wc, pos, "</%.*s> is here, but <%.*s> was not closed", (int)name.len,
                     name.ptr, (int)builder->elem->name.len, builder->elem->name.ptr);
            wc_note(builder->wc, builder->elem->pos, "it was opened here");
        }
        pop_elem(builder);
    }
    builder->elem->tag->is_closed = true;
    pop_elem(builder);
}

void tag_check_open(struct builder *builder)
{
    struct elem *open = builder->elem;
    bool is_left_out = true; /* else what is wrong is said below */
    while (open != NULL && open->up != NULL) {
        is_left_out = is_left_out && html_is_optional_end(open->name);
        open = open->up;
    }
    place_leave(builder, is_left_out ? open : NULL);
    while (builder->elem != NULL) {
        const struct elem *elem = builder->elem;
        bool is_said = elem->is_excused ||
                       (builder->up != NULL &&
                        str_eq(builder->up->half, elem->name)); /* in the branch before this one */
        if (builder->wc->is_strict && !html_is_optional_end(elem->name) && !is_said) {
            wc_error(
                builder->wc, elem->pos, "<%.*s> is not closed%s", (int)elem->name.len,
                elem->name.ptr,
                builder->up == NULL
                    ? ""
                    : " in this branch: close it here, or put the {{if}} inside its start tag");
        }
        if (builder->up != NULL && !elem->is_excused) {
            builder->up->half = elem->name;
        }
        pop_elem(builder);
    }
}

void tag_finish_raw(struct builder *builder, struct pos pos)
{
    struct raw_text *raw = &builder->raw;
    if (raw->slot != NULL) {
        struct tslot *slot = build_new_slot(builder->wc, TMPL_TEXT, TMPL_IN_ELEMENT, pos);
        slot->piece = raw->slot->first;
        build_add_slot(builder, slot);
    } else {
        sb_put(builder->wc, build_static(builder), raw->text.ptr, raw->text.len);
    }
    *raw = (struct raw_text){ 0 };
}

/* --- events ----------------------------------------------------------------------------------- */

static void begin_tag(struct builder *builder, const struct node *node,
                      const struct html_event *event)
{
    const char *text = node->html.out.ptr + event->off;
    bool is_end = text[1] == '/';
    size_t skip = is_end ? 2 : 1;
    struct str name = { lower_copy(builder->wc, text + skip, event->len - skip),
                        event->len - skip };
    struct tag *tag = wc_take(builder->wc, sizeof *tag);
    *tag = (struct tag){ .name = name,
                         .pos = pos_of(node->pos.src, event->src, event->len),
                         .is_end = is_end,
                         .is_conditional = builder->up != NULL,
                         .arm = builder->arm };
    if (builder->raw.name.len > 0) {
        if (!is_end || !str_eq(name, builder->raw.name)) {
            build_put(builder, text, event->len); /* text of a script */
            return;
        }
        tag_finish_raw(builder, tag->pos);
    }
    *builder->tag_end = tag;
    builder->tag_end = &tag->next;
    place_tag(builder, tag);
    if (is_end) {
        close_elem(builder, name, tag->pos);
    } else {
        const struct elem *around = build_around(builder);
        if (builder->wc->is_strict && str_eq(name, STR("tr")) && around != NULL &&
            str_eq(around->name, STR("table"))) {
            wc_error(builder->wc, tag->pos,
                     "write <tbody> around the rows: browsers add it, and the slots would not be "
                     "found again");
        }
        tag->around = around == NULL ? NULL : around->tag;
        builder->row.elements += builder->elem == NULL;
        builder->row.in_first = builder->elem == NULL && builder->row.elements == 1;
        if (builder->elem != NULL) {
            builder->elem->has_other = true;
        }
    }
    builder->now.tag = tag;
    builder->now.attr_end = &tag->attr;
    builder->now.attr_count = 0;
    builder->now.attr = NULL;
    builder->last = NULL;
    build_put(builder, text, event->len);
    builder->is_fresh = false;
}

/* Its content is text, not elements. */
static bool is_raw(struct str name)
{
    static const char *const raw[] = { "script", "style", "textarea", "title" };
    for (size_t idx = 0; idx < WICK_COUNT_OF(raw); idx++) {
        if (str_eq(name, str_of(raw[idx]))) {
            return true;
        }
    }
    return false;
}

/* The ">" of a start tag. @return false: it is not written, the live part begins after it */
static bool end_start_tag(struct builder *builder, bool is_self_closed)
{
    struct tag *tag = builder->now.tag;
    bool is_text = is_raw(tag->name);
    bool is_named =
        str_eq(tag->name, str_of(builder->tree->live_name)) && builder->tree->live_name[0] != '\0';
    bool is_live = builder->tree->head != NULL && builder->node == builder->tree->head &&
                   (is_named || tag_find(tag, "wick-live") != NULL);
    complete_tag(builder);
    token_print(builder);
    if (builder->up != NULL && tag_find(tag, "wick-live") != NULL) {
        wc_error(builder->wc, tag->pos, "the live element must not stand in a branch");
    }
    if (html_is_void(tag->name)) {
        return true;
    }
    if (is_self_closed) {
        if (is_text) { /* the escaper sees text up to the end tag, as Go does */
            builder->raw.name = tag->name;
        }
        if (is_foreign(builder) || str_eq(tag->name, STR("svg"))) {
            return true;
        }
        if (builder->wc->is_strict) {
            wc_error(builder->wc, tag->pos, "\"/>\" does not close <%.*s> in HTML: write </%.*s>",
                     (int)tag->name.len, tag->name.ptr, (int)tag->name.len, tag->name.ptr);
            return true; /* as it was meant */
        }
    }
    if (is_text && is_live) {
        wc_error(builder->wc, tag->pos,
                 "wick-live belongs to an element that holds elements: <%.*s> holds text",
                 (int)tag->name.len, tag->name.ptr);
        is_live = false;
    }
    push_elem(builder, is_live);
    builder->last = tag;
    if (is_live) {
        builder->node = builder->tree->root;
        builder->is_live = true;
        return false;
    }
    if (is_text) {
        builder->raw.name = tag->name;
    }
    return true;
}

static void end_tag(struct builder *builder, const struct node *node,
                    const struct html_event *event)
{
    bool is_self_closed = event->off > 0 && node->html.out.ptr[event->off - 1] == '/';
    bool is_start = !builder->now.tag->is_end;
    bool is_written = true;
    if (is_start) {
        is_written = end_start_tag(builder, is_self_closed);
    } else {
        token_print(builder);
    }
    if (is_written) {
        sb_put_u8(builder->wc, build_static(builder), '>');
    }
    bool is_void = html_is_void(builder->now.tag->name);
    builder->now.tag = NULL;
    builder->row.in_first = false;
    builder->is_fresh = is_start && is_written && !is_void && !is_self_closed;
}

void tag_text(struct builder *builder, const struct node *node)
{
    const char *text = sb_text(&node->html.out);
    size_t at = 0;
    for (size_t idx = 0; idx < node->html.event_count; idx++) {
        const struct html_event *event = &node->html.event[idx];
        struct pos pos = pos_of(node->pos.src, event->src, event->len);
        bool is_ours = builder->now.tag != NULL; /* a tag of a script's text is none */
        if (is_ours && (event->kind == HTML_EV_ATTR || event->kind == HTML_EV_CLOSE)) {
            tag_finish_attr(builder);
        }
        build_put(builder, text + at, event->off - at);
        at = event->off;
        if (event->kind == HTML_EV_TAG) {
            begin_tag(builder, node, event);
            at += event->len;
        } else if (!is_ours) {
            continue;
        } else if (event->kind == HTML_EV_ATTR) {
            begin_attr(builder, text + event->off, event->len, pos);
            at += event->len;
        } else if (event->kind == HTML_EV_VALUE) {
            token_begin_value(builder);
            if (builder->now.attr != NULL) {
                builder->now.attr->value_pos = pos;
            }
        } else if (event->kind == HTML_EV_VALUE_END) {
            end_value(builder, (struct str){ text + at, event->len }, pos);
            at += event->len;
        } else {
            end_tag(builder, node, event);
            at++;
        }
    }
    build_put(builder, text + at, node->html.out.len - at);
}
