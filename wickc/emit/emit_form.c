/* emit_form.c - the actions of a page: the struct of their fields, the rules as tables, the asserts
 * that compare them with the state, prototypes of the functions that the application writes. */
#include "wickc/emit/emit.h"

#include <string.h>

/* "first-name" -> "first_name"; words of C get a "_" at the end. */
static const char *c_name(struct wc *wc, struct str name)
{
    static const char keywords[] = " auto bool break case char const continue default do double "
                                   "else enum extern float for goto if inline int long "
                                   "register restrict return short signed sizeof static struct "
                                   "switch typedef union unsigned void volatile while ";
    char *copy = wc_copy(wc, name.ptr, name.len);
    for (char *at = copy; *at != '\0'; at++) {
        if (*at == '-') {
            *at = '_';
        }
    }
    return strstr(keywords, wc_format(wc, " %s ", copy)) != NULL ? wc_format(wc, "%s_", copy)
                                                                 : copy;
}

/* "struct x *view, " or nothing */
static const char *view_param(struct emitter *em)
{
    return em->part[TMPL_VIEW] == NULL ? "" : wc_format(em->wc, "%s *view, ", em->part[TMPL_VIEW]);
}

/* --- header ----------------------------------------------------------------------------------- */

static void put_fields_struct(struct emitter *em, const struct action *action, struct sb *header)
{
    struct wc *wc = em->wc;
    sb_putf(wc, header, "\nstruct %s_%s_fields {\n", em->name, c_name(wc, action->name));
    for (const struct field *field = action->field; field != NULL; field = field->next) {
        const char *name = c_name(wc, field->name);
        switch (field->type) {
        case WICK_FIELD_INT:
            sb_putf(wc, header, "    int64_t %s;%s\n", name,
                    field->is_required ? "" : " /* WICK_NO_INT: left empty */");
            break;
        case WICK_FIELD_BOOL:
            sb_putf(wc, header, "    bool %s;\n", name);
            break;
        case WICK_FIELD_SET:
            sb_putf(wc, header, "    uint32_t %s; /* a bit for each option, in their order */\n",
                    name);
            break;
        case WICK_FIELD_TEXT:
        case WICK_FIELD_CHOICE:
            sb_putf(wc, header, "    char %s[%u];\n", name, field->size);
            break;
        }
    }
    sb_puts(wc, header,
            action->field == NULL ? "    char none; /* C has no empty structs */\n};\n" : "};\n");
    sb_puts(wc, header, "/** @return false: refused; wick_error() said why. */\n");
    sb_putf(wc, header, "bool %s_%s(struct wick_turn *turn, %sconst struct %s_%s_fields *in);\n",
            em->name, c_name(wc, action->name), view_param(em), em->name, c_name(wc, action->name));
}

/* --- fields ----------------------------------------------------------------------------------- */

static void put_matcher(struct emitter *em, const struct matcher *matcher, const char *name)
{
    struct wc *wc = em->wc;
    struct sb *c = &em->c;
    sb_putf(wc, c,
            "static bool match_%s(struct str text)\n{\n    static const uint32_t bound[] = {",
            name);
    for (unsigned idx = 0; idx < matcher->classes; idx++) {
        sb_putf(wc, c, " %u,", matcher->bound[idx]);
    }
    sb_puts(wc, c, " };\n    static const uint8_t next[] = {");
    for (unsigned state = 0; state < matcher->states; state++) {
        sb_puts(wc, c, "\n       ");
        for (unsigned class = 0; class < matcher->classes; class ++) {
            sb_putf(wc, c, " %u,", matcher->next[state][class]);
        }
    }
    sb_puts(wc, c, "\n    };\n    static const uint8_t is_end[] = {");
    for (unsigned state = 0; state < matcher->states; state += 8) {
        unsigned bits = 0;
        for (unsigned bit = 0; bit < 8 && state + bit < matcher->states; bit++) {
            bits |= (unsigned)matcher->is_end[state + bit] << bit;
        }
        sb_putf(wc, c, " %u,", bits);
    }
    sb_putf(wc, c,
            " };\n    static const struct tmpl_matcher matcher = { bound, next, is_end, %u };\n    "
            "return tmpl_match(&matcher, text);\n}\n\n",
            matcher->classes);
}

static void put_choices(struct emitter *em, const struct field *field, const char *name)
{
    sb_putf(em->wc, &em->c, "static const struct str choice_%s[] = {", name);
    for (const struct choice *choice = field->choice; choice != NULL; choice = choice->next) {
        sb_puts(em->wc, &em->c, " STR_INIT(");
        sb_put_c(em->wc, &em->c, choice->value);
        sb_puts(em->wc, &em->c, "),");
    }
    sb_puts(em->wc, &em->c, " };\n\n");
}

static const char *int_text(struct wc *wc, int64_t value)
{
    if (value == INT64_MIN) {
        return "INT64_MIN";
    }
    if (value == INT64_MAX) {
        return "INT64_MAX";
    }
    return wc_format(wc, "INT64_C(%lld)", (long long)value);
}

static void put_field(struct emitter *em, const struct action *action, const struct field *field,
                      const char *name)
{
#define TYPE_NAME(name) "WICK_FIELD_" #name,
    static const char *const type[] = { WICK_FIELD_TYPES(TYPE_NAME) };
#undef TYPE_NAME
    struct wc *wc = em->wc;
    struct sb *c = &em->c;
    const char *fields = wc_format(wc, "struct %s_%s_fields", em->name, c_name(wc, action->name));
    const char *member = c_name(wc, field->name);
    sb_puts(wc, c, "    { .name = ");
    sb_put_c(wc, c, field->name);
    sb_puts(wc, c, ", .label = ");
    sb_put_c(wc, c, field->label);
    sb_putf(wc, c,
            ", .type = %s, .input = %s, .decimals = %u, .is_required = %s,\n      .len_min = %u, "
            ".len_max = %u, .min = %s, .max "
            "= %s, .step = %s,\n",
            type[field->type],
            field->input == NULL ? "NULL" : wc_format(wc, "&tmpl_input_%s", field->input->name),
            field->decimals, field->is_required ? "true" : "false", field->len_min, field->len_max,
            int_text(wc, field->min), int_text(wc, field->max), int_text(wc, field->step));
    if (field->type == WICK_FIELD_SET) {
        sb_puts(wc, c, "      .read_set = wick_read_set,\n");
    }
    if (field->is_record) {
        sb_puts(wc, c, "      .is_record = true,\n");
    }
    if (field->matcher != NULL) {
        sb_putf(wc, c, "      .matches = match_%s", name);
        if (field->pattern_message.len > 0) {
            sb_puts(wc, c, ", .pattern_message = ");
            sb_put_c(wc, c, field->pattern_message);
        }
        sb_puts(wc, c, ",\n");
    }
    if (field->choice != NULL) {
        sb_putf(wc, c, "      .choice = choice_%s, .choice_count = %u,\n", name,
                field->choice_count);
    }
    sb_putf(wc, c, "      .off = offsetof(%s, %s), .size = sizeof(((%s *)0)->%s) },\n", fields,
            member, fields, member);
}

/* What wickc did not understand of the type, the C compiler does: its message stands at the rule in
 * the template. */
static void put_assert(struct emitter *em, struct pos pos, const char *condition, const char *rule)
{
    if (!em->wc->is_inferred) {
        emit_assert(em, pos, condition,
                    wc_format(em->wc, "%s does not fit the member that the field shows", rule));
    }
}

static void put_int_assert(struct emitter *em, const struct field *field, struct pos pos,
                           const char *rule, int64_t value)
{
    const char *number = int_text(em->wc, value);
    const char *type = wc_format(em->wc, "__typeof__(%s)", type_expr(em, field->bound));
    put_assert(em, pos,
               wc_format(em->wc, "(%s)%s == %s%s", type, number, number,
                         value < 0 ? wc_format(em->wc, " && (%s)-1 < 0", type) : ""),
               rule);
}

static void put_asserts(struct emitter *em, const struct field *field)
{
    enum type_kind kind = field->bound == NULL ? TYPE_VOID : field->bound->type->kind;
    bool is_opaque = kind == TYPE_OPAQUE;
    if (field->type == WICK_FIELD_TEXT && (kind == TYPE_CHARS || is_opaque)) {
        const char *place = type_expr(em, field->bound);
        put_assert(em, field->len_max_pos,
                   wc_format(em->wc,
                             "_Generic(&%s, char (*)[sizeof(%s)]: sizeof(%s) > %u, default: 1)",
                             place, place, place, field->len_max),
                   "maxlength");
    } else if (field->type == WICK_FIELD_INT && (kind == TYPE_INT || is_opaque)) {
        put_int_assert(em, field, field->min_pos, "min", field->min);
        put_int_assert(em, field, field->max_pos, "max", field->max);
    }
}

static void put_action_parts(struct emitter *em, const struct action *action)
{
    struct wc *wc = em->wc;
    const char *name = c_name(wc, action->name);
    for (const struct field *field = action->field; field != NULL; field = field->next) {
        const char *whole = wc_format(wc, "%s_%s", name, c_name(wc, field->name));
        put_asserts(em, field);
        if (field->matcher != NULL) {
            put_matcher(em, field->matcher, whole);
        }
        if (field->choice != NULL) {
            put_choices(em, field, whole);
        }
    }
    if (action->field != NULL) {
        sb_putf(wc, &em->c, "static const struct wick_field field_%s[] = {\n", name);
        for (const struct field *field = action->field; field != NULL; field = field->next) {
            put_field(em, action, field, wc_format(wc, "%s_%s", name, c_name(wc, field->name)));
        }
        sb_puts(wc, &em->c, "};\n\n");
    }
    sb_putf(wc, &em->c,
            "static bool call_%s(struct wick_turn *turn, void *view, const void *fields)\n{\n%s    "
            "return %s_%s(turn, %sfields);\n}\n\n",
            name, em->part[TMPL_VIEW] == NULL ? "    (void)view;\n" : "", em->name, name,
            em->part[TMPL_VIEW] == NULL ? "" : "view, ");
}

static void put_actions(struct emitter *em)
{
    struct wc *wc = em->wc;
    if (em->forms->action == NULL) {
        return;
    }
    sb_puts(wc, &em->c, "static const struct wick_action actions[] = {\n");
    for (const struct action *action = em->forms->action; action != NULL; action = action->next) {
        const char *name = c_name(wc, action->name);
        sb_puts(wc, &em->c, "    { .name = ");
        sb_put_c(wc, &em->c, action->name);
        sb_putf(wc, &em->c, ", .role = %s, ", action->role);
        if (action->field != NULL) {
            sb_putf(wc, &em->c, ".field = field_%s, .field_count = %u, ", name,
                    action->field_count);
        }
        sb_putf(wc, &em->c, ".fields_size = sizeof(struct %s_%s_fields), .call = call_%s },\n",
                em->name, name, name);
    }
    sb_puts(wc, &em->c, "};\n");
    for (const struct action *action = em->forms->action; action != NULL; action = action->next) {
        sb_putf(wc, &em->c,
                "_Static_assert(sizeof(struct %s_%s_fields) <= WICK_FIELDS_LEN_MAX, \"too many "
                "bytes of fields\");\n",
                em->name, c_name(wc, action->name));
    }
    sb_puts(wc, &em->c, "\n");
}

void emit_forms(struct emitter *em, struct sb *header)
{
    for (const struct action *action = em->forms->action; action != NULL; action = action->next) {
        put_fields_struct(em, action, header);
        put_action_parts(em, action);
    }
    put_actions(em);
}
