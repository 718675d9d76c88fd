/* lint_nest.c - markup that a browser's parser repairs: it would build other elements than the page
 * says, and the slots would not be found in them again.
 *
 * The rules are those of the HTML standard's tree construction (section 13.2.6).
 */
#include "wickc/lint/lint.h"

#include <string.h>

/* Start tags that end an open <p>. */
static const char ends_p[] =
    " address article aside blockquote center details dialog dir div dl fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr main menu nav ol p plaintext pre search "
    "section "
    "table ul listing xmp summary li dd dt ";
/* Where the search for an open element stops. */
static const char scope[] = " applet caption html table td th marquee object template select ";
static const char headings[] = " h1 h2 h3 h4 h5 h6 ";

static void say(struct wc *wc, const struct tag *tag, const struct tag *open, const char *what,
                const char *instead)
{
    lint_say(wc, LINT_NESTING, tag->pos, "<%.*s> inside <%.*s>: %s; %s", (int)tag->name.len,
             tag->name.ptr, (int)open->name.len, open->name.ptr, what, instead);
    wc_note(wc, open->pos, "it was opened here");
}

/* What stands in it is SVG or MathML. */
static bool is_foreign(const struct tag *tag)
{
    const struct tag *inner = tag;
    for (; tag != NULL; tag = tag->around) {
        bool is_svg = wc_is_among(tag->name, " svg ");
        if (is_svg || wc_is_among(tag->name, " math ")) {
            return !wc_is_among(inner->name, is_svg ? " foreignobject desc title "
                                                    : " mi mo mn ms mtext annotation-xml ");
        }
        inner =
            wc_is_among(tag->name, " foreignobject desc title mi mo mn ms mtext annotation-xml ")
                ? tag
                : inner;
    }
    return false;
}

/* Tags of HTML that end the SVG or MathML around them. */
static const char breaks_out[] =
    " b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img "
    "li "
    "listing menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var ";

static void check_foreign(struct wc *wc, const struct tag *tag)
{
    if (wc_is_among(tag->name, breaks_out)) {
        say(wc, tag, tag->around, "browsers end the drawing or formula before it",
            "put it after that, or into <foreignObject> of an <svg>");
    }
}

/* The open element of this name around a place, in scope. */
static const struct tag *open_around(const struct tag *tag, const char *names, const char *more)
{
    for (const struct tag *around = tag->around; around != NULL; around = around->around) {
        if (wc_is_among(around->name, names)) {
            return around;
        }
        if (wc_is_among(around->name, scope) || wc_is_among(around->name, more)) {
            return NULL;
        }
    }
    return NULL;
}

/* Elements that cannot stand in one of their own kind, or in <p>. */
static void check_inside(struct wc *wc, const struct tag *tag)
{
    static const struct {
        const char *tags, *open, *stops, *what, *instead;
    } table[] = {
        { " a ", " a ", "", "browsers end the outer link here", "links cannot be nested" },
        { " button ", " button ", "", "browsers end the outer button here",
          "buttons cannot be nested" },
        { " form ", " form ", " form ", "browsers drop the inner form",
          "put it after the outer one, or give its button the attribute form=\"...\"" },
        { " nobr ", " nobr ", "", "browsers end the outer one here", "they cannot be nested" },
        { " option ", " option ", "", "browsers end the outer option here",
          "close it with </option> first" },
    };

    for (size_t idx = 0; idx < WICK_COUNT_OF(table); idx++) {
        bool is_form = table[idx].tags[1] == 'f';
        const struct tag *open = NULL;
        if (!wc_is_among(tag->name, table[idx].tags)) {
            continue;
        }
        if (is_form) { /* whatever stands between them */
            for (open = tag->around; open != NULL && !wc_is_among(open->name, " form ");) {
                open = open->around;
            }
        } else {
            open = open_around(tag, table[idx].open, table[idx].stops);
        }
        if (open != NULL && open->is_closed) {
            say(wc, tag, open, table[idx].what, table[idx].instead);
            return;
        }
    }
    const struct tag *p =
        wc_is_among(tag->name, ends_p) ? open_around(tag, " p ", " button ") : NULL;
    bool is_item = wc_is_among(tag->name, " li dd dt summary ");
    if (p != NULL && p->is_closed && !(is_item && tag->around != p)) {
        say(wc, tag, p, "browsers end the paragraph before it",
            "close the <p> first, or make it a <div>");
    }
    if (wc_is_among(tag->name, headings) && tag->around != NULL &&
        wc_is_among(tag->around->name, headings) && tag->around->is_closed) {
        say(wc, tag, tag->around, "browsers end the outer heading here",
            "use <span> or <small> inside a heading");
    }
}

/* --- tables, lists of options ----------------------------------------------------------------- */

static const struct parent {
    const char *tags, *open, *said;
} parents[] = {
    { " tr ", " tbody thead tfoot template table ", "<tbody>, <thead> or <tfoot>" },
    { " td th ", " tr template ", "<tr>" },
    { " tbody thead tfoot caption colgroup ", " table template ", "<table>" },
    { " col ", " colgroup template ", "<colgroup>" },
};

/* Rows and cells stand where they belong; elsewhere browsers drop their tags. */
static void check_parent(struct wc *wc, const struct tag *tag)
{
    bool is_part = tag->around == NULL && !wc->dir.is_page; /* a template for some table */
    for (size_t idx = 0; idx < WICK_COUNT_OF(parents); idx++) {
        if (is_part || !wc_is_among(tag->name, parents[idx].tags) ||
            (tag->around != NULL && wc_is_among(tag->around->name, parents[idx].open))) {
            continue;
        }
        lint_say(wc, LINT_NESTING, tag->pos,
                 "<%.*s> stands directly in %s only: elsewhere browsers drop the tag",
                 (int)tag->name.len, tag->name.ptr, parents[idx].said);
    }
}

static const struct holder {
    const char *open, *tags, *said, *what;
} holders[] = {
    { " table ", " caption colgroup thead tbody tfoot tr script style template ",
      "rows stand in <tbody>, texts in <caption> or in a cell", "moved out of the table" },
    { " tbody thead tfoot ", " tr script style template ", "there are only <tr>",
      "moved out of the table" },
    { " tr ", " td th script style template ", "there are only <td> and <th>",
      "moved out of the table" },
    { " colgroup ", " col template ", "there are only <col>", "moved out of the table" },
    { " select ", " option optgroup hr script template button ",
      "there are only <option> and <optgroup>", "dropped" },
    { " optgroup ", " option script template hr ", "there are only <option>", "dropped" },
    { " option ", " script template ", "there is only text in an <option>", "dropped" },
};

/* What stands in an element that holds certain others only. */
static void check_holder(struct wc *wc, const struct tag *tag)
{
    for (size_t idx = 0; idx < WICK_COUNT_OF(holders) && tag->around != NULL; idx++) {
        if (!wc_is_among(tag->around->name, holders[idx].open) ||
            wc_is_among(tag->name, holders[idx].tags) ||
            wc_is_among(tag->name, " tr td th tbody thead tfoot caption colgroup col option ")) {
            continue;
        }
        const struct tag_attr *type = tag_find(tag, "type");
        if (wc_is_among(tag->name, " input ") && type != NULL &&
            str_eq_nocase(type->value, STR("hidden")) && idx < 3) {
            continue; /* the only thing that may */
        }
        lint_say(wc, LINT_NESTING, tag->pos, "<%.*s> inside <%.*s> is %s by browsers: %s",
                 (int)tag->name.len, tag->name.ptr, (int)tag->around->name.len,
                 tag->around->name.ptr, holders[idx].what, holders[idx].said);
    }
}

/* Text between rows or options. */
static void check_text(struct wc *wc, const struct tag *tag)
{
    static const char no_text[] = " table tbody thead tfoot tr colgroup select optgroup ";
    if (!tag->has_text || !wc_is_among(tag->name, no_text)) {
        return;
    }
    bool is_list = wc_is_among(tag->name, " select optgroup ");
    lint_say(wc, LINT_NESTING, tag->pos,
             "text directly inside <%.*s> is %s by browsers: put it "
             "into %s",
             (int)tag->name.len, tag->name.ptr, is_list ? "dropped" : "moved out of the table",
             is_list ? "an <option>" : "a cell or the <caption>");
}

/* --- tags that are something else ------------------------------------------------------------- */

static void check_name(struct wc *wc, const struct tag *tag)
{
    static const char once[] = " html head body ";
    if (wc_is_among(tag->name, " image ")) {
        lint_say(wc, LINT_NESTING, tag->pos, "browsers read <image> as <img>: write <img>");
    }
    if (wc_is_among(tag->name, once) && open_around(tag, " body head ", "") != NULL) {
        lint_say(wc, LINT_NESTING, tag->pos,
                 "<%.*s> inside another element is dropped by browsers: a page has one",
                 (int)tag->name.len, tag->name.ptr);
    }
    if (wc_is_among(tag->name, " plaintext ")) {
        lint_say(wc, LINT_NESTING, tag->pos,
                 "browsers read everything after <plaintext> as text: write <pre>");
    }
    if (wc_is_among(tag->name, " noscript ") && tag->is_conditional) {
        lint_say(
            wc, LINT_NESTING, tag->pos,
            "<noscript> in a branch or list: browsers read what is in it as text when the page "
            "is loaded, and as elements later; put it outside of them");
    }
    if (wc_is_among(tag->name, " frameset frame ")) {
        lint_say(wc, LINT_NESTING, tag->pos, "browsers drop <%.*s> in a page with <body>",
                 (int)tag->name.len, tag->name.ptr);
    }
}

/* The same attribute in the tag and in a branch inside of it. */
static void check_twice(struct wc *wc, const struct tag *tag)
{
    for (const struct tag_attr *maybe = tag->maybe; maybe != NULL; maybe = maybe->next) {
        const struct tag_attr *always = tag_find(tag, maybe->name.ptr);
        if (always != NULL) {
            lint_say(wc, LINT_NESTING, maybe->pos,
                     "the attribute \"%.*s\" stands in this tag twice when the branch is shown: "
                     "browsers ignore the second one; put the {{if}} inside its value",
                     (int)maybe->name.len, maybe->name.ptr);
            wc_note(wc, always->pos, "it is here, too");
        }
    }
}

void lint_nesting(struct wc *wc, const struct tree *tree)
{
    for (const struct tag *tag = tree->tag; tag != NULL; tag = tag->next) {
        if (tag->is_end) {
            continue;
        }
        if (is_foreign(tag->around)) {
            check_foreign(wc, tag);
            continue;
        }
        check_twice(wc, tag);
        check_name(wc, tag);
        check_parent(wc, tag);
        check_holder(wc, tag);
        check_inside(wc, tag);
        check_text(wc, tag);
    }
}
