/* preview_emit.c - shapes -> C types, data sets -> constants of them. */
#include "wickc/emit/emit.h"
#include "wickc/preview/preview.h"

#include <string.h>

/* --- types ------------------------------------------------------------------------------------ */

/* A struct tag that is not in use yet. */
static const char *new_tag(struct preview *preview, const char *wanted)
{
    const char *tag = wanted;
    unsigned number = 2;
    for (const struct name_used *used = preview->used; used != NULL;) {
        bool is_same = strcmp(used->name, tag) == 0;
        used = is_same ? preview->used : used->next;
        tag = is_same ? wc_format(preview->wc, "%s_%u", wanted, number++) : tag;
    }
    struct name_used *mine = wc_take(preview->wc, sizeof *mine);
    *mine = (struct name_used){ tag, preview->used };
    preview->used = mine;
    return tag;
}

/* Sets shape->c; what it needs is declared in front. */
/* NOLINTNEXTLINE(misc-no-recursion): JSON_DEPTH_MAX */
static void declare(struct preview *preview, struct shape *shape, const char *name)
{
    struct wc *wc = preview->wc;
    struct sb body = { 0 };
    switch (shape->kind) {
    case SHAPE_BOOL:
        shape->c = "bool";
        return;
    case SHAPE_INT:
        shape->c = shape->most > INT64_MAX ? "uint64_t" : "int64_t";
        return;
    case SHAPE_UNKNOWN:
    case SHAPE_TEXT:
        shape->c = wc_format(wc, "%s_text_%u", preview->name, preview->texts++);
        if (shape->safe != SAFE_NONE) {
            sb_putf(wc, &preview->types, "typedef WICK_SAFE(%s, %llu) %s;\n",
                    safe_word(shape->safe), (unsigned long long)shape->most + 1, shape->c);
        } else {
            sb_putf(wc, &preview->types, "typedef char %s[%llu];\n", shape->c,
                    (unsigned long long)shape->most + 1);
        }
        return;
    case SHAPE_LIST:
        declare(preview, shape->elem, name);
        shape->c = wc_format(wc, "WICK_LIST(%s, %llu)", shape->elem->c,
                             (unsigned long long)(shape->most > 0 ? shape->most : 1));
        return;
    case SHAPE_STRUCT:
        break;
    }
    const char *tag = new_tag(preview, name);
    for (struct shape_member *member = shape->member; member != NULL; member = member->next) {
        declare(preview, &member->shape,
                wc_format(wc, "%s_%.*s", name, (int)member->name.len, member->name.ptr));
        sb_putf(wc, &body, "    %s %.*s;\n", member->shape.c, (int)member->name.len,
                member->name.ptr);
    }
    if (shape->member == NULL) { /* C has no empty struct */
        sb_puts(wc, &body, "    bool nothing_;\n");
    }
    shape->c = wc_format(wc, "struct %s", tag);
    sb_putf(wc, &preview->types, "%s {\n%s};\n", shape->c, sb_text(&body));
}

void preview_types(struct preview *preview)
{
    declare(preview, &preview->root, preview->name);
}

/* --- data ------------------------------------------------------------------------------------- */

static void put_int(struct wc *wc, struct sb *out, const struct data_set *set, unsigned tok)
{
    const struct json_tok *at = &set->json.tok[tok];
    int64_t value = 0;
    if (json_i64(&set->json, (int)tok, &value) != WICK_OK) {
        sb_putf(wc, out, "%.*su", (int)at->len, set->src->text + at->off);
    } else if (value == INT64_MIN) {
        sb_puts(wc, out, "INT64_MIN");
    } else {
        sb_putf(wc, out, "%lld", (long long)value);
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): JSON_DEPTH_MAX */
static void put_value(struct preview *preview, struct sb *out, const struct shape *shape,
                      const struct data_set *set, unsigned tok)
{
    struct wc *wc = preview->wc;
    const struct json_tok *at = &set->json.tok[tok];
    if (preview_safe(preview, set, tok) != SAFE_NONE) {
        sb_puts(wc, out, "{ ");
        sb_put_c(wc, out, preview_text(preview, set, tok + 2));
        sb_puts(wc, out, " }");
        return;
    }
    bool is_aggregate = shape->kind == SHAPE_LIST || shape->kind == SHAPE_STRUCT;
    if (at->kind == JSON_NULL || (is_aggregate && at->count == 0)) {
        bool is_number = shape->kind == SHAPE_INT || shape->kind == SHAPE_BOOL;
        const char *scalar = is_number ? "0" : "\"\"";
        sb_puts(wc, out, is_aggregate || shape->safe != SAFE_NONE ? "{ 0 }" : scalar);
    } else if (shape->kind == SHAPE_BOOL) {
        sb_puts(wc, out, at->kind == JSON_TRUE ? "true" : "false");
    } else if (shape->kind == SHAPE_INT) {
        put_int(wc, out, set, tok);
    } else if (shape->kind == SHAPE_LIST) {
        sb_putf(wc, out, "{ .len = %u, .v = {", at->count);
        for (unsigned idx = 0, elem = tok + 1; idx < at->count;
             idx++, elem = set->json.tok[elem].next) {
            sb_puts(wc, out, idx == 0 ? " " : ", ");
            put_value(preview, out, shape->elem, set, elem);
        }
        sb_puts(wc, out, " } }");
    } else if (shape->kind == SHAPE_STRUCT) {
        const char *before = "{ ";
        for (const struct shape_member *member = shape->member; member != NULL;
             member = member->next) {
            int value = json_member(&set->json, (int)tok, member->name);
            if (value >= 0) {
                sb_putf(wc, out, "%s.%.*s = ", before, (int)member->name.len, member->name.ptr);
                put_value(preview, out, &member->shape, set, (unsigned)value);
                before = ", ";
            }
        }
        sb_puts(wc, out, " }");
    } else {
        sb_put_c(wc, out, preview_text(preview, set, tok));
    }
}

/* --- the file --------------------------------------------------------------------------------- */

void preview_file(struct preview *preview, const struct job *job, const char *path, struct sb *out)
{
    struct wc *wc = preview->wc;
    const char *name = preview->name;
    struct sb text = { 0 };
    sb_puts(
        wc, &text,
        "#include \"wickc/preview/preview_table.h\"\n#include \"tmpl/tmpl_safe.h\"\n\n#ifndef "
        "WICK_LIST\n"
        "#define WICK_LIST(T, N) struct { uint32_t len; uint32_t dropped; T v[N]; }\n#endif\n\n");
    sb_put(wc, &text, preview->types.ptr, preview->types.len);
    sb_put(wc, &text, job->header.ptr, job->header.len);
    sb_put(wc, &text, job->c.ptr, job->c.len);
    for (unsigned idx = 0; idx < preview->set_count; idx++) {
        sb_putf(wc, &text, "\nstatic const %s %s_set_%u = ", preview->root.c, name, idx);
        put_value(preview, &text, &preview->root, &preview->set[idx], 0);
        sb_puts(wc, &text, ";");
    }
    sb_putf(wc, &text, "\nstatic const void *const %s_sets[] = {", name);
    for (unsigned idx = 0; idx < preview->set_count; idx++) {
        sb_putf(wc, &text, " &%s_set_%u,", name, idx);
    }
    const char *head = job->tree->head == NULL ? "NULL" : wc_format(wc, "&tmpl_%s_head", name);
    const char *tail = job->tree->head == NULL ? "NULL" : wc_format(wc, "&tmpl_%s_tail", name);
    sb_putf(wc, &text,
            " };\nextern const struct preview_table preview_%s;\nconst struct preview_table "
            "preview_%s = { &tmpl_%s, %s, %s, %s_sets, %u, %s };\n",
            name, name, name, head, tail, name, preview->set_count,
            wc->is_strict ? "true" : "false");
    emit_lines(wc, &text, path, out);
}
