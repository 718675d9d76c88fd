/* tree_token.c - a tag as tokens: collected while it is read, printed at its end.
 *
 * In: names, texts and slots in the order of the template. Out: statics and slots of the node that
 * is being filled. Only here slots of a tag get their numbers, so that a token can be taken back.
 */
#include "base/base.h"
#include "tmpl/tmpl.h"
#include "wickc/tree/tree_priv.h"

#include <string.h>

static struct tag_token *add_token(struct builder *builder, struct tag_attr *attr)
{
    struct open_tag *now = &builder->now;
    if (now->count == now->cap) {
        unsigned cap = now->cap == 0 ? 16 : 2 * now->cap;
        struct tag_token *token = wc_take(builder->wc, cap * sizeof *token);
        if (now->token != NULL) {
            memcpy(token, now->token, now->count * sizeof *token);
        }
        now->token = token;
        now->cap = cap;
    }
    WICK_ASSERT(now->token != NULL);
    struct tag_token *token = &now->token[now->count++];
    *token = (struct tag_token){ .attr = attr };
    return token;
}

static struct tag_token *last_token(struct builder *builder)
{
    struct open_tag *now = &builder->now;
    return now->count == 0 ? NULL : &now->token[now->count - 1];
}

void token_name(struct builder *builder, struct str name)
{
    struct tag_token *token = add_token(builder, builder->now.attr);
    token->is_name = true;
    sb_put(builder->wc, &token->text, name.ptr, name.len);
}

void token_text(struct builder *builder, struct str text)
{
    struct open_tag *now = &builder->now;
    struct tag_attr *attr = now->in_value ? now->attr : NULL;
    struct tag_token *token = last_token(builder);
    if (token == NULL || token->slot != NULL || token->is_name || token->attr != attr) {
        token = add_token(builder, attr);
    }
    sb_put(builder->wc, &token->text, text.ptr, text.len);
    if (now->in_value) {
        sb_put(builder->wc, &now->text, text.ptr, text.len);
    }
}

void token_begin_value(struct builder *builder)
{
    struct tag_token *token = last_token(builder);
    if (token != NULL && token->slot == NULL && !token->is_name) {
        token->attr = builder->now.attr; /* "=" and the quote */
    }
    builder->now.in_value = true;
    sb_cut(&builder->now.text, 0);
}

void token_slot(struct builder *builder, struct tslot *slot, struct attr_part *part)
{
    struct tag_token *token = add_token(builder, part == NULL ? NULL : builder->now.attr);
    token->slot = slot;
    token->part = part;
    if (builder->now.tag == NULL) { /* not in a tag that was seen: nothing will end it */
        token_print(builder);
    }
}

struct str token_take_name(struct builder *builder)
{
    struct tag_token *token = last_token(builder);
    if (builder->now.attr == NULL || token == NULL || !token->is_name ||
        token->attr != builder->now.attr) {
        return (struct str){ "", 0 };
    }
    builder->now.count--;
    return sb_str(&token->text);
}

/* The slot in the key of a row: of its first element, the first one in data-key or id. */
static void note_key(struct builder *builder, const struct tag_token *token)
{
    struct row_facts *row = &builder->row;
    int slot = token->part->slot;
    if (!row->in_first || token->attr == NULL) {
        return;
    }
    if (row->key_data < 0 && str_eq_nocase(token->attr->name, STR("data-key"))) {
        row->key_data = slot;
    }
    if (row->key_id < 0 && str_eq_nocase(token->attr->name, STR("id"))) {
        row->key_id = slot;
    }
}

static void print_slot(struct builder *builder, const struct tag_token *token)
{
    if (token->part != NULL) {
        token->part->slot = (int)builder->node->slot_count;
        note_key(builder, token);
    }
    build_add_slot(builder, token->slot);
}

/* The length of a text without the blanks at its end. */
static size_t trimmed(struct str text)
{
    while (text.len > 0 && strchr(" \t\r\n\f", text.ptr[text.len - 1]) != NULL) {
        text.len--;
    }
    return text.len;
}

void token_print(struct builder *builder)
{
    struct open_tag *now = &builder->now;
    const struct tag_attr *before = NULL;
    for (unsigned idx = 0; idx < now->count; idx++) {
        const struct tag_token *token = &now->token[idx];
        const struct tag_attr *attr = token->attr;
        const struct tag_attr *next = idx + 1 < now->count ? now->token[idx + 1].attr : NULL;
        struct str text = sb_str(&token->text);
        if (attr != NULL && attr->instead != NULL) {
            text = attr != before ? sb_str(attr->instead) : (struct str){ "", 0 };
        } else if (attr == NULL && next != NULL && next->instead != NULL) {
            text.len = trimmed(text);
        }
        before = attr;
        sb_put(builder->wc, build_static(builder), text.ptr, text.len);
        if (token->slot != NULL) {
            print_slot(builder, token);
        }
    }
    now->count = 0;
}
