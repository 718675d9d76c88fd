/* tree_place.c - places where a browser's parser would build something else than what stands there:
 * elements that it reads as text, and what follows an element whose end tag was left out.
 *
 * The rules are those of the HTML standard's tree construction (section 13.2.6).
 */
#include "wickc/tree/tree_priv.h"

#include <string.h>

/* --- elements without slots ------------------------------------------------------------------- */

static const struct closed {
    const char *names, *what, *instead;
} closed[] = {
    { " noscript ", "is text for a browser that runs scripts",
      "no value, branch or list can stand in it" },
    { " template ", "is no part of the page, and is not updated",
      "put what changes into an element with the attribute hidden" },
    { " iframe xmp noembed noframes ", "is text for browsers",
      "no value, branch or list can stand in it" },
};

static const struct closed *closed_of(struct str name)
{
    for (size_t idx = 0; idx < WICK_COUNT_OF(closed); idx++) {
        if (wc_is_among(name, closed[idx].names)) {
            return &closed[idx];
        }
    }
    return NULL;
}

void place_elem(struct elem *elem, const struct elem *around)
{
    elem->text = around == NULL ? NULL : around->text;
    if (closed_of(elem->name) != NULL) {
        elem->text = elem;
    }
}

void place_slot(struct builder *builder, struct pos pos)
{
    const struct elem *around = build_around(builder);
    struct elem *text = around == NULL ? NULL : around->text;
    if (text == NULL || text->is_told || !builder->wc->is_strict || !builder->is_live) {
        return;
    }
    const struct closed *why = closed_of(text->name);
    WICK_ASSERT(why != NULL);
    text->is_told = true;
    wc_error(builder->wc, pos, "what stands in <%.*s> %s: %s", (int)text->name.len, text->name.ptr,
             why->what, why->instead);
    wc_note(builder->wc, text->pos, "it was opened here");
}

/* --- end tags that were left out -------------------------------------------------------------- */

static const char p_ends[] =
    " address article aside blockquote center details dialog dir div dl fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr li main menu nav ol p pre search "
    "section table ul listing dt dd summary ";

/* Start tags that close an open element of this name. */
static const struct closing {
    const char *open, *tags;
} closings[] = {
    { " li ", " li " },
    { " dt dd ", " dt dd " },
    { " option ", " option optgroup hr " },
    { " optgroup ", " optgroup hr " },
    { " td th ", " td th tr tbody thead tfoot " },
    { " tr ", " tr tbody thead tfoot " },
    { " tbody thead tfoot ", " tbody thead tfoot " },
    { " caption ", " colgroup thead tbody tfoot caption " },
    { " colgroup ", " colgroup thead tbody tfoot caption " },
    { " rt rp ", " rt rp " },
    { " p ", p_ends },
};

/* End tags that close what is open in their element; others close nothing while one of these is. */
static const char ends_all[] =
    " address article aside blockquote button center details dialog dir div dl fieldset figcaption "
    "figure footer form header hgroup listing main menu nav ol pre search section summary ul li dd "
    "dt h1 h2 h3 h4 h5 h6 applet marquee object body html template table caption colgroup tbody "
    "thead tfoot tr td th select optgroup ";
static const char holds_ends[] = " p li dt dd ";

static bool closes(struct str open, const struct tag *tag)
{
    if (tag->is_end) { /* its own end tag: that it stands outside of the branch is said elsewhere */
        return str_eq(tag->name, open) || place_ends(tag->name, open);
    }
    for (size_t idx = 0; idx < WICK_COUNT_OF(closings); idx++) {
        if (wc_is_among(open, closings[idx].open) && wc_is_among(tag->name, closings[idx].tags)) {
            return true;
        }
    }
    return false;
}

bool place_ends(struct str end, struct str open)
{
    return !wc_is_among(open, holds_ends) || wc_is_among(end, ends_all);
}

/* Where the search for what a start tag closes ends: at these for a <p>, else at other blocks, too.
 */
static const char p_stops[] =
    " applet caption html table td th marquee object template button foreignobject desc title "
    "annotation-xml ";

static bool stops(struct str name, const struct tag *tag)
{
    bool is_item = wc_is_among(tag->name, " li dt dd ");
    if (wc_is_among(tag->name, p_ends) && !is_item) {
        return wc_is_among(name, p_stops);
    }
    return wc_is_among(name, p_stops) ||
           (wc_is_among(name, ends_all) && !wc_is_among(name, " address div "));
}

/* Start tags that close anything. */
static const char all_ends[] =
    " address article aside blockquote center details dialog dir div dl fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr li main menu nav ol p pre search section table "
    "ul listing dt dd summary option optgroup td th tr tbody thead tfoot caption colgroup rt rp ";

/* An element around the branch that ends where the tag begins; NULL: none. */
static const struct elem *ended_by(const struct builder *builder, const struct tag *tag)
{
    bool can_end = builder->up != NULL && wc_is_among(tag->name, all_ends);
    for (const struct builder *at = builder; can_end && at != NULL; at = at->up) {
        for (const struct elem *elem = at->elem; elem != NULL; elem = elem->up) {
            if (closes(elem->name, tag)) {
                return at == builder ? NULL : elem; /* in the same text nothing depends on it */
            }
            if (stops(elem->name, tag)) {
                return NULL;
            }
        }
    }
    return NULL;
}

static void check_ended(struct builder *builder, const struct tag *tag)
{
    const struct elem *elem = ended_by(builder, tag);
    if (elem == NULL || !builder->wc->is_strict) {
        return;
    }
    wc_error(builder->wc, tag->pos,
             "browsers end the <%.*s> around this branch at this <%.*s>: write </%.*s> before the "
             "branch",
             (int)elem->name.len, elem->name.ptr, (int)tag->name.len, tag->name.ptr,
             (int)elem->name.len, elem->name.ptr);
    wc_note(builder->wc, elem->pos, "it was opened here");
}

static void tell(struct builder *builder)
{
    struct elem *elem = builder->left;
    builder->left = NULL;
    if (elem->is_told || !builder->wc->is_strict) {
        return;
    }
    elem->is_told = true;
    wc_error(builder->wc, elem->pos,
             "<%.*s> is not closed in this branch, and browsers put what follows into it: write "
             "</%.*s>",
             (int)elem->name.len, elem->name.ptr, (int)elem->name.len, elem->name.ptr);
}

void place_text(struct builder *builder)
{
    builder->has_begun = true;
    if (builder->left != NULL) {
        tell(builder);
    }
}

void place_tag(struct builder *builder, const struct tag *tag)
{
    if (!builder->has_begun && !tag->is_end) {
        builder->first = tag;
    }
    builder->has_begun = true;
    if (builder->left != NULL && !closes(builder->left->name, tag)) {
        tell(builder);
    } else if (builder->left == NULL && !tag->is_end) {
        check_ended(builder, tag);
    }
    builder->left = NULL;
}

void place_leave(struct builder *builder, struct elem *open)
{
    struct builder *up = builder->up;
    if (open != NULL && up != NULL && html_is_optional_end(open->name)) {
        builder->left = open; /* of others it was said */
    }
    bool is_row = builder->arm != NULL && builder->arm->is_row;
    bool is_next = builder->first != NULL && builder->left != NULL &&
                   closes(builder->left->name, builder->first);
    if (builder->left != NULL && is_row && !is_next) {
        tell(builder); /* the next row would stand in it */
    }
    if (up != NULL && builder->left != NULL) {
        up->left_by = builder->left;
    }
}
