/* emit.c - the C file and the header as a whole: template, page, actions. */
#include "wickc/emit/emit.h"

#include "tmpl/tmpl.h"

#include <string.h>

static const char *upper(struct wc *wc, const char *text)
{
    char *copy = wc_copy(wc, text, strlen(text));
    for (char *at = copy; *at != '\0'; at++) {
        bool is_lower = *at >= 'a' && *at <= 'z';
        bool is_other = (*at >= 'A' && *at <= 'Z') || (*at >= '0' && *at <= '9');
        if (is_lower) {
            *at = (char)(*at - 32);
        } else if (!is_other) {
            *at = '_';
        }
    }
    return copy;
}

void emit_assert(struct emitter *em, struct pos pos, const char *condition, const char *message)
{
    enum { COLUMN_MAX = 200 };

    if (pos.src == NULL) {
        return;
    }
    unsigned col = pos_col(pos) - 1;
    sb_putf(em->wc, &em->c, "#line %u ", pos_line(pos));
    sb_put_c(em->wc, &em->c, str_of(pos.src->path));
    sb_putf(em->wc, &em->c, "\n%*s_Static_assert(%s, ", (int)(col <= COLUMN_MAX ? col : 0), "",
            condition);
    sb_put_c(em->wc, &em->c, str_of(message));
    sb_puts(em->wc, &em->c, ");\n\1\n");
}

static const char *sizeof_part(const struct emitter *em, unsigned part)
{
    return em->part[part] == NULL ? "0" : wc_format(em->wc, "sizeof(%s)", em->part[part]);
}

static void emit_tmpl(struct emitter *em)
{
    struct wc *wc = em->wc;
    struct sb *c = &em->c;
    struct sb file = { 0 };
    emit_node(em, em->tree->root);
    if (em->tree->head != NULL) {
        emit_node(em, em->tree->head);
        emit_node(em, em->tree->tail);
    }
    sb_puts(wc, c, "static const struct tmpl_node *const nodes[] = {\n");
    for (unsigned id = 0; id < em->tree->node_count; id++) {
        sb_putf(wc, c, "    &%s,\n", emit_node_name(em, em->tree->node[id]));
    }
    uint64_t fingerprint = em->tree->root->fingerprint;
    sb_putf(wc, c, "};\n\nconst struct tmpl tmpl_%s = {\n    .name = ", em->name);
    sb_put_c(wc, c, str_of(wc->base));
    sb_putf(
        wc, c, ",\n    .root = &%s, .node = nodes, .node_count = %u, .fingerprint = 0x%016llxu,\n",
        emit_node_name(em, em->tree->root), em->tree->node_count, (unsigned long long)fingerprint);
    bool has_file = wc->dir.wire_count == 0;
    for (unsigned idx = 0; idx < wc->dir.wire_count; idx++) {
        has_file = has_file || wc->dir.wire[idx]->has_statics_file;
    }
    if (has_file) {
        json_statics_file(wc, em->tree, &file);
        sb_puts(wc, c, "    .statics_file = STR_INIT(");
        sb_put_c(wc, c, sb_str(&file));
        sb_puts(wc, c, "),\n");
    }
    sb_putf(wc, c, "    .device_size = %s, .view_size = %s,\n};\n", sizeof_part(em, TMPL_DEVICE),
            sizeof_part(em, TMPL_VIEW));
}

void emit(struct wc *wc, struct tree *tree, struct forms *forms, struct sb *c, struct sb *header)
{
    struct emitter em = { .wc = wc,
                          .tree = tree,
                          .forms = forms,
                          .name = wc->dir.name,
                          .part = {
                              [TMPL_VIEW] = wc->dir.view, [TMPL_FORM] = "struct tmpl_form" } };
    for (unsigned idx = 0; idx < wc->dir.state_count; idx++) {
        em.part[tmpl_state_part(idx)] = wc->dir.state[idx].type;
    }
    sb_putf(wc, &em.c, "/* %s.c - made by wickc from %s; changes here are lost. */\n", wc->base,
            wc->base);
    if (!wc->is_inferred) { /* else the header stands before this, in the same file */
        sb_putf(wc, &em.c, "#include \"%s.h\"\n\n", wc->base);
    }
    sb_puts(wc, &em.c, "#include \"tmpl/tmpl_fn.h\"\n\n");
    sb_puts(wc, &em.c,
            "#pragma GCC diagnostic ignored \"-Woverlength-strings\" /* statics as one literal "
            "each */\n"
            "/* what is always true, or the same in both branches, is so in the template "
            "*/\n#pragma GCC diagnostic ignored \"-Wtype-limits\"\n"
            "#ifndef __clang__\n#pragma GCC diagnostic ignored \"-Wduplicated-branches\"\n#pragma "
            "GCC diagnostic ignored \"-Wlogical-op\"\n#endif\n\n");
    emit_tmpl(&em);
    const char *guard = upper(wc, wc_format(wc, "WICKC_%s_H", wc->base));
    sb_putf(
        wc, header,
        "/* %s.h - made by wickc from %s; changes here are lost. */\n#ifndef %s\n#define %s\n\n",
        wc->base, wc->base, guard, guard);
    if (wc->dir.types != NULL) {
        sb_putf(wc, header, "#include \"%s\"\n", wc->dir.types);
    }
    sb_puts(wc, header,
            wc->dir.is_page ? "#include \"live/wick.h\"\n\n" : "#include \"tmpl/tmpl.h\"\n\n");
    sb_putf(wc, header, "extern const struct tmpl tmpl_%s;\n", em.name);
    if (tree->head != NULL) {
        sb_putf(wc, header, "extern const struct tmpl_node tmpl_%s_head, tmpl_%s_tail;\n", em.name,
                em.name);
    }
    if (wc->dir.is_page) {
        emit_page(&em, header);
    }
    sb_puts(wc, header, "\n#endif\n");
    *c = em.c;
}

void emit_lines(struct wc *wc, const struct sb *text, const char *path, struct sb *out)
{
    unsigned line = 1;
    struct str rest = sb_str(text);
    while (rest.len > 0) {
        struct str one = str_cut(&rest, '\n');
        if (one.len == 1 && one.ptr[0] == '\1') {
            sb_putf(wc, out, "#line %u ", line + 1);
            sb_put_c(wc, out, str_of(path));
        } else {
            sb_put(wc, out, one.ptr, one.len);
        }
        sb_puts(wc, out, "\n");
        line++;
    }
}
