/* escape.c - walks the tree with the context of html.h and decides the escaping of actions; the
 * rewriting of static text is in escape_text.c.
 *
 * The body of a range is walked twice, since it can follow itself; the second time only for the
 * context (dry). After an error the context is lost (HTML_ERROR), and with it all that follows, up
 * to a place where it is plain again: the end of a branch that began between tags, a line that
 * begins with a tag, the end tag of a script. No code is made then, only more is checked.
 */
#include "wickc/escape/escape.h"

#include "tmpl/tmpl_esc.h"
#include "wickc/escape/escape_priv.h"

static struct html_ctx walk(struct escaper *escaper, struct html_ctx ctx, struct node *list);

/* --- actions ---------------------------------------------------------------------------------- */

static unsigned how_in_url(enum html_url part)
{
    if (part == URL_QUERY) {
        return TMPL_ESC_QUERY;
    }
    return part == URL_PRE_QUERY ? TMPL_ESC_URL : TMPL_ESC_URL | TMPL_ESC_FILTER;
}

/* How a value is escaped in a context; reported if it cannot be. */
static unsigned how_of(struct escaper *escaper, struct html_ctx *ctx, struct pos pos)
{
    unsigned url = how_in_url(ctx->url);
    /* a value must not go on with a "<" of the script, and be harmless where it may stand in code
     */
    bool is_guarded = ctx->state == HTML_JS_REGEXP ? ctx->is_unsure : (ctx->glue & GLUE_LESS) != 0;
    unsigned guard = is_guarded ? TMPL_ESC_GUARD : 0;
    switch (ctx->state) {
    case HTML_URL:
    case HTML_CSS_DQ:
    case HTML_CSS_SQ:
    case HTML_CSS_DQ_URL:
    case HTML_CSS_SQ_URL:
    case HTML_CSS_URL:
        if (ctx->url == URL_UNKNOWN) {
            wc_error(escaper->wc, pos,
                     "this may stand before or after the \"?\" of a URL, depending on the "
                     "branch taken before: write the \"?\" outside the branches");
            ctx->url = URL_QUERY; /* once per URL */
        }
        if ((ctx->state == HTML_CSS_DQ || ctx->state == HTML_CSS_SQ) && ctx->url != URL_QUERY) {
            return TMPL_ESC_CSS_STR | (url & TMPL_ESC_FILTER);
        }
        return url;
    case HTML_META:
        return TMPL_ESC_NONE;
    case HTML_META_URL:
    case HTML_TARGET:
        return TMPL_ESC_NONE | TMPL_ESC_FILTER;
    case HTML_SRCDOC: /* a text for the document inside, and that for the attribute */
        return TMPL_ESC_HTML | TMPL_ESC_GUARD;
    case HTML_TEXT:
        return TMPL_ESC_HTML;
    case HTML_RCDATA:
        return TMPL_ESC_RCDATA;
    case HTML_ATTR:
        return TMPL_ESC_NONE;
    case HTML_TAG:
    case HTML_ATTR_NAME: /* directly after the name of the tag a value would go on with it */
        return TMPL_ESC_NAME | (ctx->is_name_open ? TMPL_ESC_GUARD : 0U);
    case HTML_SRCSET:
        return TMPL_ESC_SRCSET;
    case HTML_JS:
        return TMPL_ESC_JS;
    case HTML_JS_DQ:
    case HTML_JS_SQ:
        return TMPL_ESC_JS_STR | guard;
    case HTML_JS_TMPL:
        return TMPL_ESC_JS_TMPL | guard;
    case HTML_JS_REGEXP:
        return TMPL_ESC_JS_REGEXP | guard;
    case HTML_CSS:
        return TMPL_ESC_CSS;
    case HTML_COMMENT:
    case HTML_JS_BLOCK_COMMENT:
    case HTML_JS_LINE_COMMENT:
    case HTML_JS_OPEN_COMMENT:
    case HTML_JS_CLOSE_COMMENT:
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
    } else if ((how & TMPL_ESC_GUARD) != 0) { /* srcdoc: once is not enough */
        merged = how;
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
    const char *refused = html_refuses_value(&ctx);
    if (refused != NULL) {
        wc_error(escaper->wc, node->pos, "%s", refused);
        return html_after_value(ctx);
    }
    unsigned how = how_of(escaper, &ctx, node->pos);
    if (ctx.delim != DELIM_NONE) {
        how |= ctx.delim == DELIM_SPACE ? TMPL_ESC_NOSPACE : TMPL_ESC_ATTR;
    }
    if (last != NULL) {
        how = merge_escaper(escaper, last, node, how);
    }
    if (escaper->dry == 0) {
        node->html.how = how;
        node->html.before = ctx;
    }
    return html_after_value(ctx);
}

/* --- branches --------------------------------------------------------------------------------- */

static const struct node *last_of(const struct node *list)
{
    while (list != NULL && list->next != NULL) {
        list = list->next;
    }
    return list;
}

/* What the texts of a branch open and do not close; src NULL: nothing. */
struct unclosed {
    struct pos tag, attr, value; /* attr: the name of the attribute that was begun last */
};

/* NOLINTNEXTLINE(misc-no-recursion): the parser limits the depth */
static void find_unclosed(const struct node *list, struct unclosed *out)
{
    for (const struct node *node = list; node != NULL; node = node->next) {
        for (size_t idx = 0; idx < node->html.event_count; idx++) {
            const struct html_event *event = &node->html.event[idx];
            struct pos pos = pos_of(node->pos.src, event->src, event->len);
            switch (event->kind) {
            case HTML_EV_TAG:
                *out = (struct unclosed){ .tag = pos };
                break;
            case HTML_EV_ATTR:
                out->attr = pos;
                break;
            case HTML_EV_VALUE:
                out->value = out->attr;
                break;
            case HTML_EV_VALUE_END:
                out->value.src = NULL;
                break;
            case HTML_EV_CLOSE:
                *out = (struct unclosed){ 0 };
                break;
            }
        }
        find_unclosed(node->body, out);
        find_unclosed(node->otherwise, out);
    }
}

/* Where a branch ends: what it opened and left open, or its last character. */
static void note_end(struct wc *wc, const struct node *list, const char *which, struct html_ctx ctx)
{
    const struct node *last = last_of(list);
    struct unclosed unclosed = { 0 };
    if (last == NULL) {
        return;
    }
    find_unclosed(list, &unclosed);
    if (unclosed.value.src != NULL && ctx.delim != DELIM_NONE) {
        wc_note(wc, unclosed.value, "%s opens the value of this attribute and does not close it",
                which);
        return;
    }
    if (unclosed.tag.src != NULL && ctx.state != HTML_TEXT) {
        wc_note(wc, unclosed.tag, "%s opens this tag and does not close it with \">\"", which);
        return;
    }
    size_t off = last->kind == NODE_TEXT && last->text.len > 0
                     ? (size_t)(last->text.ptr - last->pos.src->text) + last->text.len - 1
                     : last->pos.off;
    wc_note(wc, pos_of(last->pos.src, off, 1), "%s ends here: %s", which,
            html_state_text(ctx.state));
}

/* A place for messages; when another one has the same name, with what tells them apart. */
static const char *place_text(struct wc *wc, struct html_ctx ctx, struct html_ctx other)
{
    static const char *const quotes[] = { [DELIM_NONE] = "no value",
                                          [DELIM_DQ] = "a value in double quotes",
                                          [DELIM_SQ] = "a value in single quotes",
                                          [DELIM_SPACE] = "a value without quotes" };
    static const char *const elements[] = {
        [ELEMENT_NONE] = "another element", [ELEMENT_SCRIPT] = "<script>",
        [ELEMENT_STYLE] = "<style>",        [ELEMENT_TEXTAREA] = "<textarea>",
        [ELEMENT_TITLE] = "<title>",        [ELEMENT_META] = "<meta>",
        [ELEMENT_ANIMATION] = "<animate>",
    };
    static const char *const kinds[] = {
        [ATTR_PLAIN] = "a plain text",  [ATTR_SCRIPT] = "a script",
        [ATTR_SCRIPT_TYPE] = "a type",  [ATTR_STYLE] = "a style",
        [ATTR_URL] = "a URL",           [ATTR_SRCSET] = "a srcset",
        [ATTR_SRCDOC] = "a document",   [ATTR_META] = "the content of a <meta>",
        [ATTR_TARGET] = "an animation",
    };
    const char *text = html_state_text(ctx.state);
    if (ctx.state != other.state) {
        return text;
    }
    if (ctx.element != other.element) {
        return wc_format(wc, "%s (of %s)", text, elements[ctx.element]);
    }
    if (ctx.delim != other.delim) {
        return wc_format(wc, "%s (%s)", text, quotes[ctx.delim]);
    }
    if (ctx.attr != other.attr) {
        return wc_format(wc, "%s (of an attribute that holds %s)", text, kinds[ctx.attr]);
    }
    unsigned open = ctx.literals;
    for (unsigned idx = 0; idx < ctx.literals; idx++) {
        open += ctx.brace[idx];
    }
    return wc_format(wc, "%s (with %u open back-quotes and braces)", text, open);
}

static struct html_ctx join(struct escaper *escaper, struct html_ctx a, struct html_ctx b,
                            const struct node *node)
{
    struct html_ctx again = node->html.before.state == HTML_TEXT
                                ? (struct html_ctx){ .state = HTML_TEXT }
                                : escape_lost(node->html.before.element);
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
                 node_word(node->kind), place_text(escaper->wc, b, a),
                 place_text(escaper->wc, a, b));
        note_end(escaper->wc, node->body, "the branch", a);
    } else {
        wc_error(escaper->wc, node->pos, "the branches of {{%s}} end in different places: %s, %s",
                 node_word(node->kind), place_text(escaper->wc, a, b),
                 place_text(escaper->wc, b, a));
        note_end(escaper->wc, node->body, "the first branch", a);
        note_end(escaper->wc, node->otherwise, "the other branch", b);
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
        node->html.before = ctx;
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
                     "one iteration of {{range}} ends %s, but the next must begin %s",
                     place_text(escaper->wc, a, ctx), place_text(escaper->wc, ctx, a));
            note_end(escaper->wc, node->body, "the iteration", a);
            a = escape_lost(ctx.element);
        } else {
            a = join_left(escaper, html_join(a, again), &range, node);
        }
    }
    escaper->range = range.outer;
    struct html_ctx b = walk(escaper, ctx, node->otherwise);
    struct html_ctx after = join(escaper, a, b, node);
    if (escaper->dry == 0) {
        node->html.after = after;
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
        escaper->range->left = escape_lost(ctx.element);
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
    node->html.before = ctx;
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
        if (ctx.element == ELEMENT_SCRIPT) {
            wc_note(wc, pos,
                    "is its \"</script>\" inside of a string or a comment? It ends none, and "
                    "a comment with \"//\" goes to the end of its line");
        }
    }
}
