/* escape_text.c - rewrites static text as Go does: comments and stray "<" go, what could end a
 * script inside of its strings is escaped; notes where tags and attributes begin.
 */
#include "wickc/escape/escape_priv.h"

#include <string.h>

struct html_ctx escape_lost(enum html_element element)
{
    return (struct html_ctx){ .state = HTML_ERROR, .element = element };
}

struct text_walk {
    struct wc *wc;
    struct node *node;
    struct str text; /* the source */
    size_t written;  /* of text, copied to node->out */
    struct html_event *all;
    size_t all_count, all_cap;
};

static void keep(struct text_walk *walk, size_t end)
{
    sb_put(walk->wc, &walk->node->html.out, walk->text.ptr + walk->written, end - walk->written);
    walk->written = end;
}

static void add_event(struct text_walk *walk, enum html_event_kind kind, size_t at, size_t len)
{
    if (walk->all_count == walk->all_cap) {
        size_t cap = walk->all_cap * 2 + 32;
        struct html_event *all = wc_take(walk->wc, cap * sizeof *all);
        if (walk->all_count > 0) {
            memcpy(all, walk->all, walk->all_count * sizeof *all);
        }
        walk->all = all;
        walk->all_cap = cap;
    }
    size_t src = (size_t)(walk->text.ptr - walk->node->pos.src->text) + at;
    size_t off = walk->node->html.out.len + (at - walk->written);
    walk->all[walk->all_count++] = (struct html_event){ kind, off, len, src };
}

static size_t less_before(struct str text, size_t start, size_t end)
{
    for (size_t at = end; at-- > start;) {
        if (text.ptr[at] == '<') {
            return at;
        }
    }
    return end;
}

/* "<" that begins no tag is written as an entity, doctypes aside. */
static void keep_text(struct text_walk *walk, size_t start, size_t end)
{
    for (size_t at = start; at < end; at++) {
        struct str rest = { walk->text.ptr + at,
                            walk->text.len - at < 9 ? walk->text.len - at : 9 };
        if (walk->text.ptr[at] == '<' && !str_eq_nocase(rest, STR("<!DOCTYPE"))) {
            keep(walk, at);
            sb_puts(walk->wc, &walk->node->html.out, "&lt;");
            walk->written = at + 1;
        }
    }
}

static void drop_comment(struct text_walk *walk, const struct html_ctx *ctx, size_t end)
{
    struct str dropped = { walk->text.ptr + walk->written, end - walk->written };
    bool has_line = memchr(dropped.ptr, '\n', dropped.len) != NULL ||
                    memchr(dropped.ptr, '\r', dropped.len) != NULL;
    for (size_t at = 0; at + 3 <= dropped.len && !has_line; at++) {
        has_line = memcmp(dropped.ptr + at, "\xe2\x80\xa8", 3) == 0 ||
                   memcmp(dropped.ptr + at, "\xe2\x80\xa9", 3) == 0;
    }
    if (ctx->state == HTML_JS_BLOCK_COMMENT) { /* it counts as white space or as a line end */
        sb_put_u8(walk->wc, &walk->node->html.out, has_line ? '\n' : ' ');
    } else if (ctx->state == HTML_CSS_BLOCK_COMMENT) {
        sb_put_u8(walk->wc, &walk->node->html.out, ' ');
    }
    walk->written = end;
}

/* The step from was to is ate [start, end): does a tag or attribute begin or end there? */
static void note_event(struct text_walk *walk, const struct html_ctx *was,
                       const struct html_ctx *is, size_t start, size_t end)
{
    struct str text = walk->text;
    if (was->delim != DELIM_NONE) {
        if (is->state == HTML_TAG && is->delim == DELIM_NONE) {
            bool has_quote = was->delim != DELIM_SPACE;
            add_event(walk, HTML_EV_VALUE_END, end - has_quote, has_quote);
        }
    } else if (was->state == HTML_BEFORE_VALUE && is->delim != DELIM_NONE) {
        add_event(walk, HTML_EV_VALUE, end, 0);
    } else if ((was->state == HTML_TAG || (was->state == HTML_ATTR_NAME && was->is_hollow)) &&
               (is->state == HTML_ATTR_NAME || is->state == HTML_AFTER_NAME) && end > start) {
        while (start < end && strchr(" \t\n\f\r", text.ptr[start]) != NULL) {
            start++;
        }
        add_event(walk, HTML_EV_ATTR, start, end - start);
    } else if (was->state == HTML_TAG && is->state != HTML_TAG && is->state != HTML_ERROR) {
        add_event(walk, HTML_EV_CLOSE, end - 1, 1);
    } else if (was->state == HTML_TEXT && is->state == HTML_TAG) {
        size_t less = less_before(text, start, end);
        add_event(walk, HTML_EV_TAG, less, end - less);
    }
}

/* Where the context is plain again, from a place on. @return len: not in this text */
static size_t find_plain(struct str text, size_t at, const struct source *src,
                         enum html_element element)
{
    static const char *const end_tag[] = { "", "</script", "</style", "</textarea", "</title" };
    struct str end = str_of(end_tag[element]);
    for (; at < text.len; at++) {
        const char *before = text.ptr + at;
        if (*before != '<') {
            continue;
        }
        if (end.len > 0) {
            if (text.len - at >= end.len &&
                str_eq_nocase((struct str){ text.ptr + at, end.len }, end)) {
                return at;
            }
            continue;
        }
        while (before > src->text && (before[-1] == ' ' || before[-1] == '\t')) {
            before--;
        }
        if (before == src->text || before[-1] == '\n') {
            return at;
        }
    }
    return text.len;
}

/* The step from was to is ended at end: remember where the tag or the value began, for the message
 * about its end. */
static void mark_begin(struct escaper *escaper, const struct text_walk *walk,
                       const struct html_ctx *was, const struct html_ctx *is, size_t end)
{
    const struct source *src = walk->node->pos.src;
    size_t base = (size_t)(walk->text.ptr - src->text);
    if (was->state == HTML_TEXT && (is->state == HTML_TAG || is->state == HTML_COMMENT)) {
        escaper->tag = pos_of(src, base + less_before(walk->text, 0, end), 1);
        escaper->value = (struct pos){ 0 };
    } else if (was->delim == DELIM_NONE && is->delim != DELIM_NONE) {
        escaper->value = pos_of(src, base + end - (is->delim != DELIM_SPACE), 1);
    }
}

/* A quote that is missing shows at the next one: inside a tag, after a value that ran over the end
 * of its own tag. */
static void note_long_value(struct escaper *escaper, const struct html_ctx *ctx,
                            const struct source *src, size_t off)
{
    struct pos value = escaper->value;
    bool is_in_tag =
        ctx->delim == DELIM_NONE &&
        (ctx->state == HTML_TAG || ctx->state == HTML_ATTR_NAME || ctx->state == HTML_AFTER_NAME);
    if (is_in_tag && value.src == src && value.off < off &&
        memchr(src->text + value.off, '>', off - value.off) != NULL) {
        wc_note(escaper->wc, value,
                "the attribute value that begins here goes over a \">\": is its closing quote "
                "missing?");
    }
}

static size_t comment_start_len(enum html_state state)
{
    if (state == HTML_COMMENT || state == HTML_JS_OPEN_COMMENT) {
        return 4;
    }
    return state == HTML_JS_CLOSE_COMMENT ? 3 : 2;
}

/* In a string, template literal or regular expression, "<" of what could end the script or hide its
 * end is written as \x3C. */
static void keep_literal(struct text_walk *walk, size_t start, size_t end)
{
    static const char *const tag[] = { "<script", "</script", "<!--" };
    for (size_t at = start; at < end; at++) {
        for (size_t idx = 0; idx < WICK_COUNT_OF(tag); idx++) {
            size_t len = strlen(tag[idx]);
            if (end - at >= len && str_eq_nocase((struct str){ walk->text.ptr + at, len },
                                                 (struct str){ tag[idx], len })) {
                keep(walk, at);
                sb_puts(walk->wc, &walk->node->html.out, "\\x3C");
                walk->written = at + 1;
            }
        }
    }
}

/* The bytes [at, end) were read in context was and lead to is: what is written of them. */
static void keep_step(struct text_walk *walk, const struct html_ctx *was, const struct html_ctx *is,
                      size_t at, size_t end)
{
    bool is_free = was->delim == DELIM_NONE;
    if (was->state == HTML_TEXT || was->state == HTML_RCDATA) {
        keep_text(walk, at, is->state != was->state ? less_before(walk->text, at, end) : end);
    } else if (html_is_comment(was->state) && is_free) {
        drop_comment(walk, was, end);
    }
    if (was->state != is->state && html_is_comment(is->state) && is->delim == DELIM_NONE) {
        keep(walk, end - comment_start_len(is->state));
        walk->written = end;
    }
    if (html_is_literal(was->state)) {
        keep_literal(walk, at, end);
    }
}

static void report(struct escaper *escaper, const struct html_ctx *was, const struct html_ctx *is,
                   const struct source *src, size_t off)
{
    wc_error(escaper->wc, pos_of(src, off, 1), "%s", is->error);
    note_long_value(escaper, was, src, off);
}

/* A blank of a comment that </style> ends is not written if nothing else of the text changes. */
static void forget_blank(struct text_walk *walk)
{
    for (size_t idx = 0; idx < walk->all_count; idx++) {
        walk->all[idx].off -= walk->node->html.out.len;
    }
    sb_cut(&walk->node->html.out, 0);
}

static struct html_ctx lost_after(const struct html_ctx *was)
{
    return escape_lost(was->delim == DELIM_NONE && was->state >= HTML_RCDATA ? was->element
                                                                             : ELEMENT_NONE);
}

struct html_ctx escape_text(struct escaper *escaper, struct html_ctx ctx, struct node *node)
{
    struct text_walk *walk = wc_take(escaper->wc, sizeof *walk);
    walk->wc = escaper->wc;
    walk->node = node;
    walk->text = node->text;
    node->html.out = (struct sb){ 0 };
    struct str text = node->text;
    size_t base = (size_t)(text.ptr - node->pos.src->text);
    if (ctx.state != HTML_ERROR) {
        struct html_ctx is = html_begin(ctx, text);
        if (is.state == HTML_ERROR) {
            report(escaper, &ctx, &is, node->pos.src, base);
            is = lost_after(&ctx);
        }
        ctx = is;
    }
    for (size_t at = 0; at < text.len;) {
        size_t used = 0;
        if (ctx.state == HTML_ERROR) {
            at = find_plain(text, at, node->pos.src, ctx.element);
            ctx = at == text.len ? ctx : (struct html_ctx){ .state = HTML_TEXT };
            continue;
        }
        struct html_ctx is =
            html_step(escaper->wc, ctx, (struct str){ text.ptr + at, text.len - at }, &used);
        if (is.state == HTML_ERROR) {
            report(escaper, &ctx, &is, node->pos.src, base + at + is.error_at);
            at += is.error_at + (ctx.state == HTML_TEXT);
            ctx = lost_after(&ctx);
            continue;
        }
        size_t end = at + used;
        keep_step(walk, &ctx, &is, at, end);
        note_event(walk, &ctx, &is, at, end);
        mark_begin(escaper, walk, &ctx, &is, end);
        ctx = is;
        at = end;
    }
    if (walk->written == 0 && node->html.out.len > 0) {
        forget_blank(walk);
    }
    if (!html_is_comment(ctx.state) || ctx.delim != DELIM_NONE) {
        keep(walk, text.len);
    }
    node->html.event = walk->all;
    node->html.event_count = walk->all_count;
    return ctx.state == HTML_ERROR ? ctx : html_end(ctx, text);
}
