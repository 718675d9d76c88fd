/* emit_page.c - the page: its hooks, and struct wick_page with everything that belongs to it. */
#include "wickc/emit/emit.h"

#include <string.h>

static bool has_hook(const struct emitter *em, const char *name)
{
    const char *at = em->wc->dir.hooks == NULL ? NULL : strstr(em->wc->dir.hooks, name);
    return at != NULL && (at == em->wc->dir.hooks || at[-1] == ',' || at[-1] == ' ');
}

static bool has_mount(const struct emitter *em)
{
    return em->part[TMPL_VIEW] != NULL || has_hook(em, "mount");
}

static void put_hook(struct emitter *em, const char *hook, struct sb *header)
{
    sb_putf(em->wc, header, "void %s_%s(struct wick_turn *turn%s%s%s);\n", em->name, hook,
            em->part[TMPL_VIEW] == NULL ? "" : ", ",
            em->part[TMPL_VIEW] == NULL ? "" : em->part[TMPL_VIEW],
            em->part[TMPL_VIEW] == NULL ? "" : " *view");
    sb_putf(
        em->wc, &em->c,
        "static void hook_%s(struct wick_turn *turn, void *view)\n{\n%s    %s_%s(turn%s);\n}\n\n",
        hook, em->part[TMPL_VIEW] == NULL ? "    (void)view;\n" : "", em->name, hook,
        em->part[TMPL_VIEW] == NULL ? "" : ", view");
}

/* A state and its shadows belong to all pages that read it: each page's file defines them, and the
 * linker keeps one. */
static void put_state(struct emitter *em, const char *type, const char *name)
{
    struct wc *wc = em->wc;
    struct sb *c = &em->c;
    sb_putf(wc, c,
            "extern %s wick_shadow_%s[WICK_PERIODS];\nextern const struct wick_state "
            "wick_state_%s;\n",
            type, name, name);
    sb_putf(wc, c, "__attribute__((weak)) %s wick_shadow_%s[WICK_PERIODS];\n", type, name);
    sb_putf(
        wc, c,
        "__attribute__((weak)) const struct wick_state wick_state_%s = {\n    .now = &%s, .size "
        "= sizeof %s,\n    .shadow = { &wick_shadow_%s[0], &wick_shadow_%s[1], "
        "&wick_shadow_%s[2] },\n};\n",
        name, name, name, name, name, name);
}

static void put_states(struct emitter *em)
{
    const struct directive *dir = &em->wc->dir;
    if (dir->state_count == 0) {
        return;
    }
    for (unsigned idx = 0; idx < dir->state_count; idx++) {
        put_state(em, dir->state[idx].type, dir->state[idx].var);
    }
    sb_puts(em->wc, &em->c, "static const struct wick_state *const states[] = {");
    for (unsigned idx = 0; idx < dir->state_count; idx++) {
        sb_putf(em->wc, &em->c, " &wick_state_%s,", dir->state[idx].var);
    }
    sb_puts(em->wc, &em->c, " };\n");
}

/* " has 1040 bytes": what is known of a size. */
static const char *bytes_text(struct wc *wc, uint64_t size, const char *verb)
{
    return size == 0 ? wc_format(wc, " %s more bytes than", verb)
                     : wc_format(wc, " %s %llu bytes, more than", verb, (unsigned long long)size);
}

/* The limits of the profile, which only the C compiler knows. */
static void put_limits(struct emitter *em)
{
    struct wc *wc = em->wc;
    const struct directive *dir = &wc->dir;
    const char *view = em->part[TMPL_VIEW];
    if (view != NULL) {
        emit_assert(em, dir->of[DIR_VIEW], wc_format(wc, "sizeof(%s) <= WICK_VIEW_STATE_MAX", view),
                    wc_format(wc,
                              "%s%s WICK_VIEW_STATE_MAX, since it is kept for each open tab: put "
                              "what all tabs share into the device state",
                              view, bytes_text(wc, wc->view_size, "has")));
    }
    struct sb sum = { 0 };
    for (unsigned idx = 0; idx < dir->state_count; idx++) {
        sb_putf(wc, &sum, "%s(sizeof(%s) + 7) / 8 * 8", idx == 0 ? "" : " + ",
                dir->state[idx].type);
    }
    if (dir->state_count > 0) {
        emit_assert(em, dir->of[DIR_DEVICE], wc_format(wc, "%s <= WICK_FROZEN_CAP", sb_text(&sum)),
                    wc_format(wc,
                              "the device states of this page%s WICK_FROZEN_CAP of the profile: "
                              "shorten their lists, or read fewer states in one page",
                              bytes_text(wc, wc->states_size, "have")));
    }
}

static void put_page(struct emitter *em)
{
    struct wc *wc = em->wc;
    struct sb *c = &em->c;
    const struct directive *dir = &wc->dir;
    put_states(em);
    put_limits(em);
    sb_puts(wc, c, "static const struct wire *const wires[] = {");
    for (unsigned idx = 0; idx < dir->wire_count; idx++) {
        sb_putf(wc, c, " &wire_%s,", dir->wire[idx]->name);
    }
    sb_puts(wc, c, " };\n");
    sb_putf(wc, c, "\nconst struct wick_page page_%s = {\n    .path = ", em->name);
    sb_put_c(wc, c, str_of(dir->path));
    sb_puts(wc, c, ", .title = ");
    sb_put_c(wc, c, str_of(dir->title == NULL ? em->name : dir->title));
    sb_putf(wc, c,
            ",\n    .wire = wires, .wire_count = %u,\n    .tmpl = &tmpl_%s, .head = &tmpl_%s_head, "
            ".tail "
            "= &tmpl_%s_tail,\n",
            dir->wire_count, em->name, em->name, em->name);
    if (dir->state_count > 0) {
        sb_putf(wc, c, "    .state = states, .state_count = %u,\n", dir->state_count);
    }
    if (em->part[TMPL_VIEW] != NULL) {
        sb_putf(wc, c, "    .view_size = sizeof(%s),\n", em->part[TMPL_VIEW]);
    }
    if (em->forms->action != NULL) {
        sb_putf(wc, c, "    .action = actions, .action_count = %u,\n", em->forms->count);
    }
    static const char *const hooks[] = { "mount", "connect", "disconnect" };
    for (unsigned idx = 0; idx < WICK_COUNT_OF(hooks); idx++) {
        if (idx == 0 ? has_mount(em) : has_hook(em, hooks[idx])) {
            sb_putf(wc, c, "    .%s = hook_%s,\n", hooks[idx], hooks[idx]);
        }
    }
    sb_puts(wc, c, "};\n");
    if (dir->state_count > 0) {
        sb_puts(wc, c,
                "_Static_assert(WICK_PERIODS == 3, \"one shadow for each update period\");\n");
    }
}

void emit_page(struct emitter *em, struct sb *header)
{
    struct wc *wc = em->wc;
    sb_putf(wc, header, "extern const struct wick_page page_%s;\n\n", em->name);
    sb_puts(wc, &em->c, "\n");
    if (has_mount(em)) {
        put_hook(em, "mount", header);
    }
    if (has_hook(em, "connect")) {
        put_hook(em, "connect", header);
    }
    if (has_hook(em, "disconnect")) {
        put_hook(em, "disconnect", header);
    }
    emit_forms(em, header);
    put_page(em);
}
