/* escape.c - walks the tree with the context of html.h: rewrites static text as Go does, decides
 * the escaping of actions.
 *
 * The body of a range is walked twice, since it can follow itself; the second time only for the
 * context (dry). Behind an error the context is lost (HTML_ERROR), and with it all that follows, up
 * to a place where it is plain again: the end of a branch that began between tags, a line that
 * begins with a tag, the end tag of a script. No code is made then, only more is checked.
 */
#include "wickc/html/escape.h"

#include "tmpl/tmpl_esc.h"

#include <string.h>

struct range_ctx {
    struct range_ctx *outer;
    struct html_ctx left; /* join of the contexts at every break and continue */
    bool is_left;
};

struct escaper {
    struct wc *wc;
    unsigned dry;
    struct range_ctx *range;
    struct pos tag, value; /* where the last tag and the last attribute value began */
};

static struct html_ctx walk(struct escaper *escaper, struct html_ctx ctx, struct node *list);

static struct html_ctx lost(enum html_element element)
{
    return (struct html_ctx){ .state = HTML_ERROR, .element = element };
}

/* --- static text ------------------------------------------------------------------------------ */

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
    sb_put(walk->wc, &walk->node->out, walk->text.ptr + walk->written, end - walk->written);
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
    size_t off = walk->node->out.len + (at - walk->written);
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
            sb_puts(walk->wc, &walk->node->out, "&lt;");
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
    if (ctx->state == HTML_JS_BLOCK_COMMENT) {
        sb_put_u8(walk->wc, &walk->node->out, has_line ? '\n' : ' ');
    } else if (ctx->state == HTML_CSS_BLOCK_COMMENT) {
        sb_put_u8(walk->wc, &walk->node->out, ' ');
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
    } else if (was->state == HTML_TAG &&
               (is->state == HTML_ATTR_NAME || is->state == HTML_AFTER_NAME)) {
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

/* A quote that is missing shows at the next one: inside a tag, behind a value that ran over the end
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

static struct html_ctx escape_text(struct escaper *escaper, struct html_ctx ctx, struct node *node)
{
    struct text_walk *walk = wc_take(escaper->wc, sizeof *walk);
    walk->wc = escaper->wc;
    walk->node = node;
    walk->text = node->text;
    node->out = (struct sb){ 0 };
    struct str text = node->text;
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
            size_t off = (size_t)(text.ptr - node->pos.src->text) + at + is.error_at;
            wc_error(escaper->wc, pos_of(node->pos.src, off, 1), "%s", is.error);
            note_long_value(escaper, &ctx, node->pos.src, off);
            at += is.error_at + (ctx.state == HTML_TEXT);
            ctx = lost(ctx.delim == DELIM_NONE && ctx.state >= HTML_RCDATA ? ctx.element
                                                                           : ELEMENT_NONE);
            continue;
        }
        size_t end = at + used;
        if (ctx.state == HTML_TEXT || ctx.state == HTML_RCDATA) {
            keep_text(walk, at, is.state != ctx.state ? less_before(text, at, end) : end);
        } else if (html_is_comment(ctx.state) && ctx.delim == DELIM_NONE) {
            drop_comment(walk, &ctx, end);
        }
        if (ctx.state != is.state && html_is_comment(is.state) && is.delim == DELIM_NONE) {
            keep(walk, end - (is.state == HTML_COMMENT ? 4 : 2));
            walk->written = end;
        }
        note_event(walk, &ctx, &is, at, end);
        mark_begin(escaper, walk, &ctx, &is, end);
        ctx = is;
        at = end;
    }
    if (walk->written == 0 && node->out.len > 0) { /* Go does not write the blank of a comment that
                                                      </style> ends if nothing else changes */
        for (size_t idx = 0; idx < walk->all_count; idx++) {
            walk->all[idx].off -= node->out.len;
        }
        sb_cut(&node->out, 0);
    }
    if (!html_is_comment(ctx.state) || ctx.delim != DELIM_NONE) {
        keep(walk, text.len);
    }
    node->event = walk->all;
    node->event_count = walk->all_count;
    return ctx;
}

/* --- actions ---------------------------------------------------------------------------------- */

/* How a value is escaped in a context; reported if it cannot be. */
static unsigned how_of(struct escaper *escaper, struct html_ctx *ctx, struct pos pos)
{
    unsigned url = ctx->url == URL_QUERY       ? TMPL_ESC_QUERY
                   : ctx->url == URL_PRE_QUERY ? TMPL_ESC_URL
                                               : TMPL_ESC_URL | TMPL_ESC_FILTER;
    switch (ctx->state) {
    case HTML_URL:
    case HTML_CSS_DQ:
    case HTML_CSS_SQ:
    case HTML_CSS_DQ_URL:
    case HTML_CSS_SQ_URL:
    case HTML_CSS_URL:
        if (ctx->url == URL_UNKNOWN) {
            wc_error(escaper->wc, pos,
                     "this may stand in front of or behind the \"?\" of a URL, depending on the "
                     "branch taken before: write the \"?\" outside the branches");
            ctx->url = URL_QUERY; /* once per URL */
        }
        if ((ctx->state == HTML_CSS_DQ || ctx->state == HTML_CSS_SQ) && ctx->url != URL_QUERY) {
            return TMPL_ESC_CSS_STR | (url & TMPL_ESC_FILTER);
        }
        return url;
    case HTML_TEXT:
        return TMPL_ESC_HTML;
    case HTML_RCDATA:
        return TMPL_ESC_RCDATA;
    case HTML_ATTR:
        return TMPL_ESC_NONE;
    case HTML_TAG:
    case HTML_ATTR_NAME:
        return TMPL_ESC_NAME;
    case HTML_SRCSET:
        return TMPL_ESC_SRCSET;
    case HTML_JS:
        return TMPL_ESC_JS;
    case HTML_JS_DQ:
    case HTML_JS_SQ:
        return TMPL_ESC_JS_STR;
    case HTML_JS_REGEXP:
        return TMPL_ESC_JS_REGEXP;
    case HTML_CSS:
        return TMPL_ESC_CSS;
    case HTML_JS_BQ:
        wc_error(escaper->wc, pos,
                 "an action inside a JavaScript template literal (`...`) cannot be escaped safely: "
                 "put the value into a variable before it");
        return TMPL_ESC_NONE;
    case HTML_COMMENT:
    case HTML_JS_BLOCK_COMMENT:
    case HTML_JS_LINE_COMMENT:
    case HTML_CSS_BLOCK_COMMENT:
    case HTML_CSS_LINE_COMMENT:
    case HTML_AFTER_NAME:
    case HTML_BEFORE_VALUE:
    case HTML_ERROR:
    case HTML_DEAD:
        return TMPL_ESC_COMMENT;
    }
    return TMPL_ESC_COMMENT;
}

static bool is_escaper(const struct cmd *cmd)
{
    return cmd->word->kind == EX_IDENT &&
           (str_eq(cmd->word->text, STR("html")) || str_eq(cmd->word->text, STR("urlquery")));
}

/* "html" and "urlquery" may only be the last command, as in Go. @return that command, NULL: none */
static const struct cmd *last_escaper(struct escaper *escaper, const struct html_ctx *ctx,
                                      const struct pipe *pipe)
{
    const struct cmd *last = NULL;
    for (const struct cmd *cmd = pipe->cmd; cmd != NULL; cmd = cmd->next) {
        if (last != NULL) {
            wc_error(escaper->wc, last->word->pos,
                     "\"%.*s\" may only be the last command of a pipeline: values are escaped for "
                     "their place by themselves",
                     (int)last->word->text.len, last->word->text.ptr);
            return NULL;
        }
        last = is_escaper(cmd) ? cmd : NULL;
    }
    if (last != NULL && ctx->state == HTML_ATTR && ctx->delim == DELIM_SPACE &&
        str_eq(last->word->text, STR("html"))) {
        wc_error(escaper->wc, last->word->pos,
                 "\"html\" is not enough for an attribute value without quotes: leave it out, or "
                 "write the value in quotes");
    }
    return last;
}

/* A copy of the pipeline without its last command; what that had as arguments, if it stood alone,
 * is printed instead. */
static struct pipe *without_last(struct wc *wc, const struct pipe *pipe)
{
    struct pipe *copy = wc_take(wc, sizeof *copy);
    *copy = *pipe;
    if (pipe->cmd->next == NULL) {
        copy->cmd = wc_take(wc, sizeof *copy->cmd);
        *copy->cmd = *pipe->cmd;
        copy->cmd->word = wc_take(wc, sizeof *copy->cmd->word);
        *copy->cmd->word = *pipe->cmd->word;
        copy->cmd->word->text = STR("print");
        return copy;
    }
    struct cmd **end = &copy->cmd;
    for (const struct cmd *cmd = pipe->cmd; cmd->next != NULL; cmd = cmd->next) {
        *end = wc_take(wc, sizeof **end);
        **end = *cmd;
        end = &(*end)->next;
    }
    *end = NULL;
    return copy;
}

/* An escaper at the end of the pipeline that is equivalent to a step of how takes its place. */
static unsigned merge_escaper(struct escaper *escaper, const struct cmd *last, struct node *node,
                              unsigned how)
{
    unsigned main = how & TMPL_ESC_MAIN;
    unsigned merged = how;
    if (str_eq(last->word->text, STR("urlquery"))) {
        if (main == TMPL_ESC_URL || main == TMPL_ESC_QUERY) {
            merged = (how & ~(unsigned)TMPL_ESC_MAIN) | TMPL_ESC_URLQUERY;
        }
    } else if (main == TMPL_ESC_HTML || main == TMPL_ESC_RCDATA) {
        merged = TMPL_ESC_NONE | TMPL_ESC_BARE;
    } else if ((how & TMPL_ESC_ATTR) != 0) {
        merged = (how & ~(unsigned)TMPL_ESC_ATTR) | TMPL_ESC_BARE;
    }
    if (merged != how && escaper->dry == 0) {
        node->pipe = without_last(escaper->wc, node->pipe);
    }
    return merged;
}

static struct html_ctx escape_action(struct escaper *escaper, struct html_ctx ctx,
                                     struct node *node)
{
    if (node->pipe->variable != NULL) {
        return ctx;
    }
    ctx = html_nudge(ctx);
    const struct cmd *last = last_escaper(escaper, &ctx, node->pipe);
    unsigned how = how_of(escaper, &ctx, node->pos);
    if (ctx.delim != DELIM_NONE) {
        how |= ctx.delim == DELIM_SPACE ? TMPL_ESC_NOSPACE : TMPL_ESC_ATTR;
    }
    if (last != NULL) {
        how = merge_escaper(escaper, last, node, how);
    }
    if (escaper->dry == 0) {
        node->how = how;
        node->before = ctx;
    }
    if (ctx.state == HTML_JS) {
        ctx.js = JS_DIV_NEXT; /* a slash behind a value divides */
    }
    return ctx;
}

/* --- branches --------------------------------------------------------------------------------- */

static const struct node *last_of(const struct node *list)
{
    while (list != NULL && list->next != NULL) {
        list = list->next;
    }
    return list;
}

static void note_end(struct wc *wc, const struct node *list, const char *which, struct html_ctx ctx)
{
    const struct node *last = last_of(list);
    if (last == NULL) {
        return;
    }
    size_t off = last->kind == NODE_TEXT && last->text.len > 0
                     ? (size_t)(last->text.ptr - last->pos.src->text) + last->text.len - 1
                     : last->pos.off;
    wc_note(wc, pos_of(last->pos.src, off, 1), "%s ends here: %s", which,
            html_state_text(ctx.state));
}

static struct html_ctx join(struct escaper *escaper, struct html_ctx a, struct html_ctx b,
                            const struct node *node)
{
    struct html_ctx again = node->before.state == HTML_TEXT
                                ? (struct html_ctx){ .state = HTML_TEXT }
                                : lost(node->before.element);
    if (a.state == HTML_ERROR || b.state == HTML_ERROR) {
        return again;
    }
    struct html_ctx ctx = html_join(a, b);
    if (ctx.state != HTML_ERROR) {
        return ctx;
    }
    if (node->otherwise == NULL) {
        wc_error(escaper->wc, node->pos,
                 "{{%s}} must end in the place where it begins: it begins %s and ends %s",
                 node_word(node->kind), html_state_text(b.state), html_state_text(a.state));
        note_end(escaper->wc, node->body, "it", a);
    } else {
        wc_error(escaper->wc, node->pos, "the branches of {{%s}} end in different places: %s, %s",
                 node_word(node->kind), html_state_text(a.state), html_state_text(b.state));
        note_end(escaper->wc, node->body, "the first one", a);
        note_end(escaper->wc, node->otherwise, "the other one", b);
    }
    return again;
}

static struct html_ctx join_left(struct escaper *escaper, struct html_ctx ctx,
                                 const struct range_ctx *range, const struct node *node)
{
    return range->is_left ? join(escaper, ctx, range->left, node) : ctx;
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static struct html_ctx escape_branch(struct escaper *escaper, struct html_ctx ctx,
                                     struct node *node)
{
    struct range_ctx range = { .outer = escaper->range };
    if (escaper->dry == 0) {
        node->before = ctx;
    }
    if (node->kind == NODE_RANGE) {
        escaper->range = &range;
    }
    struct html_ctx a = walk(escaper, ctx, node->body);
    if (node->kind == NODE_RANGE && a.state != HTML_ERROR) {
        a = join_left(escaper, a, &range, node);
        range.is_left = false;
        escaper->dry++;
        struct html_ctx again = walk(escaper, a, node->body);
        escaper->dry--;
        if (again.state == HTML_ERROR) {
            a = again;
        } else if (html_join(a, again).state == HTML_ERROR) {
            wc_error(escaper->wc, node->pos,
                     "the body of {{range}} cannot follow itself: it begins %s and ends %s",
                     html_state_text(ctx.state), html_state_text(a.state));
            note_end(escaper->wc, node->body, "it", a);
            a = lost(ctx.element);
        } else {
            a = join_left(escaper, html_join(a, again), &range, node);
        }
    }
    escaper->range = range.outer;
    struct html_ctx b = walk(escaper, ctx, node->otherwise);
    struct html_ctx after = join(escaper, a, b, node);
    if (escaper->dry == 0) {
        node->after = after;
    }
    return after;
}

static struct html_ctx leave(struct escaper *escaper, struct html_ctx ctx, const struct node *node)
{
    if (escaper->range == NULL) {
        wc_error(escaper->wc, node->pos, "{{%s}} outside {{range}}", node_word(node->kind));
        return ctx;
    }
    unsigned before = escaper->wc->errors;
    escaper->range->left =
        escaper->range->is_left ? join(escaper, escaper->range->left, ctx, node) : ctx;
    if (escaper->wc->errors > before) {
        escaper->range->left = lost(ctx.element);
    }
    escaper->range->is_left = true;
    return (struct html_ctx){ .state = HTML_DEAD };
}

/* A template cannot leave a range around its call. */
/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static struct html_ctx escape_scope(struct escaper *escaper, struct html_ctx ctx, struct node *node)
{
    struct range_ctx *range = escaper->range;
    escaper->range = NULL;
    node->before = ctx;
    ctx = walk(escaper, ctx, node->body);
    escaper->range = range;
    return ctx;
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static struct html_ctx walk_node(struct escaper *escaper, struct html_ctx ctx, struct node *node)
{
    switch (node->kind) {
    case NODE_TEXT:
        if (escaper->dry > 0) {
            struct node scratch = *node;
            return escape_text(escaper, ctx, &scratch);
        }
        return escape_text(escaper, ctx, node);
    case NODE_ACTION:
        return escape_action(escaper, ctx, node);
    case NODE_IF:
    case NODE_WITH:
    case NODE_RANGE:
        return escape_branch(escaper, ctx, node);
    case NODE_SCOPE:
        return escape_scope(escaper, ctx, node);
    case NODE_GROUP:
        return walk(escaper, ctx, node->body);
    case NODE_TEMPLATE:
        return ctx; /* refused before */
    case NODE_BREAK:
    case NODE_CONTINUE:
        return leave(escaper, ctx, node);
    }
    return ctx;
}

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static struct html_ctx walk(struct escaper *escaper, struct html_ctx ctx, struct node *list)
{
    for (struct node *node = list; node != NULL && ctx.state != HTML_DEAD; node = node->next) {
        if (ctx.state != HTML_ERROR || node->kind == NODE_TEXT) {
            ctx = walk_node(escaper, ctx, node);
        }
    }
    return ctx;
}

void escape(struct wc *wc, struct node *root)
{
    struct escaper escaper = { .wc = wc };
    struct html_ctx ctx = walk(&escaper, (struct html_ctx){ .state = HTML_TEXT }, root);
    if (ctx.state != HTML_ERROR && ctx.state != HTML_TEXT) {
        const struct node *last = last_of(root);
        struct pos pos = last->pos;
        if (last->kind == NODE_TEXT && last->text.len > 0) {
            pos = pos_of(pos.src, (size_t)(last->text.ptr - pos.src->text) + last->text.len - 1, 1);
        }
        wc_error(wc, pos, "the template ends %s", html_state_text(ctx.state));
        struct pos begin = ctx.delim != DELIM_NONE ? escaper.value : escaper.tag;
        if (begin.src != NULL) {
            wc_note(wc, begin, "which begins here");
        }
    }
}
