/* format.c - see format.h. The rules are those of Go's fmt.Printf; what it would print as %!d(...)
 * is an error here. */
#include "wickc/check/format.h"

#include "tmpl/tmpl_fmt.h"

#include <string.h>

struct format {
    struct checker *checker;
    const struct val *call;
    struct str text;
    size_t at, start;    /* start: of the present directive */
    unsigned next_arg;   /* index in call->arg */
    bool is_after_index; /* a [3] stands directly in front */
    bool is_reordered;
    bool has_failed;
};

/* The place of the present directive; of the whole format, if the string has escapes. */
static struct pos place_of(const struct format *format)
{
    struct pos pos = format->call->arg[0]->pos;
    if (pos.len == format->text.len + 2) {
        pos.off += (uint32_t)format->start + 1;
        pos.len = (uint32_t)(format->at - format->start);
    }
    return pos;
}

static void fail(struct format *format, const char *why)
{
    if (!format->has_failed) {
        format->has_failed = true;
        wc_error(format->checker->wc, place_of(format), "%s", why);
    }
}

/* Digits. @return false: there are none */
static bool read_number(struct format *format, unsigned *value_out)
{
    size_t start = format->at;
    *value_out = 0;
    for (; str_at(format->text, format->at) >= '0' && str_at(format->text, format->at) <= '9';
         format->at++) {
        if (*value_out > TMPL_FMT_MAX) {
            fail(format, "this number is too large");
        } else {
            *value_out = *value_out * 10 + (unsigned)(str_at(format->text, format->at) - '0');
        }
    }
    return format->at > start;
}

/* [3]: the third value is next. */
static void read_index(struct format *format)
{
    format->is_after_index = false;
    if (str_at(format->text, format->at) != '[') {
        return;
    }
    unsigned index = 0;
    format->at++;
    format->is_reordered = true;
    bool is_good = read_number(format, &index) && str_at(format->text, format->at) == ']';
    format->at += str_at(format->text, format->at) == ']';
    if (!is_good) {
        fail(format, "the number of a value is written [1], [2] ...");
    } else if (index == 0 || index >= format->call->arg_count) {
        fail(format,
             index == 0 ? "values are counted from [1]" : "there is no value with this number");
    }
    format->next_arg = index;
    format->is_after_index = true;
}

/* "*": @return index of the value that gives the number, 0: failed */
static unsigned read_star(struct format *format)
{
    format->at++;
    format->is_after_index = false;
    if (format->next_arg >= format->call->arg_count) {
        fail(format, "there is no value for this \"*\"");
        return 0;
    }
    const struct val *arg = format->call->arg[format->next_arg];
    if ((arg->type->kind != TYPE_INT && arg->type->kind != TYPE_OPAQUE) || arg->is_float) {
        fail(format, "the value for this \"*\" must be an integer");
    }
    return format->next_arg++;
}

static void read_flags(struct format *format, struct directive_item *item)
{
    static const char letter[] = "+-# 0";
    static const unsigned flag[] = { TMPL_FMT_PLUS, TMPL_FMT_MINUS, TMPL_FMT_SHARP, TMPL_FMT_BLANK,
                                     TMPL_FMT_ZERO };
    for (;; format->at++) {
        char byte = str_at(format->text, format->at);
        const char *found = byte == '\0' ? NULL : strchr(letter, byte);
        if (found == NULL) {
            break;
        }
        item->flags |= flag[found - letter];
    }
    if ((item->flags & TMPL_FMT_MINUS) != 0) {
        item->flags &= ~(unsigned)TMPL_FMT_ZERO; /* zeros stand in front only */
    }
}

static void read_width(struct format *format, struct directive_item *item)
{
    if (str_at(format->text, format->at) == '*') {
        item->width_arg = read_star(format);
        return;
    }
    bool is_after_index = format->is_after_index;
    if (read_number(format, &item->width)) {
        item->flags |= TMPL_FMT_WIDTH;
        if (is_after_index) {
            fail(format, "the number of a value stands directly before the verb or of \"*\"");
        }
    }
}

static void read_precision(struct format *format, struct directive_item *item)
{
    if (str_at(format->text, format->at) != '.' || format->at + 1 >= format->text.len) {
        return;
    }
    format->at++;
    if (format->is_after_index) {
        fail(format, "the number of a value stands directly before the verb or of \"*\"");
    }
    read_index(format);
    if (str_at(format->text, format->at) == '*') {
        item->precision_arg = read_star(format);
        return;
    }
    (void)read_number(format, &item->precision);
    item->flags |= TMPL_FMT_PREC;
}

/* --- verbs and values ------------------------------------------------------------------------- */

/* What Go calls the type of a value. @return NULL: known at run time only */
/* NOLINTNEXTLINE(misc-no-recursion): as deep as the expression */
static const char *go_type(struct wc *wc, const struct val *val)
{
    if (val->kind == VAL_OP && (val->op == OP_AND || val->op == OP_OR)) {
        const char *type = go_type(wc, val->arg[0]);
        for (unsigned idx = 1; idx < val->arg_count && type != NULL; idx++) {
            const char *other = go_type(wc, val->arg[idx]);
            type = other != NULL && strcmp(type, other) == 0 ? type : NULL;
        }
        return type;
    }
    if (val->kind == VAL_INT) {
        return val->is_float ? "float64" : "int";
    }
    bool is_index =
        val->kind == VAL_INDEX && (!val->loop->is_count || val->loop->list->kind == VAL_INT);
    if (is_index || (val->kind == VAL_OP && val->op == OP_LEN)) {
        return "int";
    }
    if (val_is_text(val)) {
        return val->type->safe == SAFE_NONE
                   ? "string"
                   : wc_format(wc, "template.%s", safe_go_name(val->type->safe));
    }
    if (val->type->kind == TYPE_BOOL) {
        return "bool";
    }
    if (val->type->kind != TYPE_INT) {
        return NULL;
    }
    return wc_format(wc, "%sint%u", val->type->is_signed ? "" : "u", val->type->bits);
}

/* Which verbs a value may have; NULL: it cannot be printed. */
static const char *verbs_of(const struct val *val)
{
    if (val_is_composite(val)) {
        return "v";
    }
    if (!val_is_printable(val)) {
        return NULL;
    }
    if (val->type->kind == TYPE_OPAQUE) {
        return "vtdsqxXoObcU";
    }
    if (val_is_text(val)) {
        return "vsqxXT";
    }
    if (val->type->kind == TYPE_BOOL) {
        return "vtT";
    }
    return val->is_float ? "vT" : "vdqxXoObcUT";
}

/* The same for messages. */
static const char *verbs_word(const struct val *val)
{
    if (val->is_float) {
        return "%v, or write the number without point and exponent";
    }
    if (val_is_composite(val)) {
        return "%v";
    }
    if (val_is_text(val)) {
        return "%s, %q, %x or %v";
    }
    return val->type->kind == TYPE_BOOL ? "%t or %v" : "%d, %x, %o, %b, %c, %q, %U or %v";
}

static void check_value(struct format *format, struct directive_item *item)
{
    struct wc *wc = format->checker->wc;
    if (format->has_failed) {
        return;
    }
    if (format->next_arg >= format->call->arg_count) {
        fail(format, "there is no value for this verb");
        return;
    }
    item->arg = format->next_arg++;
    const struct val *arg = format->call->arg[item->arg];
    const char *verbs = verbs_of(arg);
    if (verbs == NULL) {
        format->has_failed = true;
        wc_error(wc, arg->pos, "expected a value, not %s", val_word(wc, arg));
    } else if (strchr(verbs, item->verb) == NULL) {
        format->has_failed = true;
        const char *what = arg->is_float ? "a floating-point constant" : type_name(wc, arg->type);
        wc_error(wc, arg->pos, "%%%c is not for %s: use %s", item->verb, what, verbs_word(arg));
    }
    if (arg->is_float &&
        ((item->flags & (TMPL_FMT_PREC | TMPL_FMT_SHARP)) != 0 || item->precision_arg > 0)) {
        fail(format, "a floating-point constant has neither precision nor \"#\" here: write the "
                     "number without point and exponent");
    }
    bool is_bare = item->flags == 0 && item->width_arg == 0 && item->precision_arg == 0;
    if (!format->has_failed && val_is_composite(arg) && !is_bare) {
        fail(format, "a list or struct is written without width, precision and flags");
    }
    if (item->verb == 'T') {
        item->type = go_type(wc, arg);
        if (item->type == NULL && verbs != NULL) {
            fail(format, "the type of this value is not known here");
        }
    }
}

static void read_verb(struct format *format, struct directive_item *item)
{
    char verb = str_at(format->text, format->at);
    if (format->at >= format->text.len) {
        fail(format, "no verb follows this \"%\"");
        return;
    }
    format->at++;
    item->verb = verb;
    if (verb == 'e' || verb == 'E' || verb == 'f' || verb == 'F' || verb == 'g' || verb == 'G') {
        fail(format, "there are no floating-point numbers here: use integers of a smaller unit "
                     "(1/1000) and {{milli}}");
    } else if (verb == 'p') {
        fail(format, "values have no addresses here");
    } else if (verb == '\0' || strchr("vtdsqxXoObcUT%", verb) == NULL) {
        fail(format, "unknown verb: there are %d %s %v %q %x %X %o %O %b %c %U %t %T and %%");
    } else if (verb != '%') {
        check_value(format, item);
    }
}

/* %v with flags: "#" writes texts in quotes and unsigned numbers as 0x1f, "+" means nothing. */
static void resolve_v(struct format *format, struct directive_item *item)
{
    const struct val *arg = format->call->arg[item->arg];
    bool is_go = (item->flags & TMPL_FMT_SHARP) != 0;
    item->flags &= ~(unsigned)(TMPL_FMT_SHARP | TMPL_FMT_PLUS);
    const char *type = is_go ? go_type(format->checker->wc, arg) : "";
    if (type == NULL) {
        fail(format, "the type of this value is not known here");
    } else if (strncmp(type, "uint", 4) == 0) {
        item->verb = 'x';
        item->flags |= TMPL_FMT_SHARP;
    } else if (is_go && val_is_text(arg)) {
        item->verb = 'q';
    }
}

struct directive_item *format_check(struct checker *checker, const struct val *call)
{
    struct format format = {
        .checker = checker, .call = call, .text = call->arg[0]->text, .next_arg = 1
    };
    struct directive_item *first = NULL;
    struct directive_item **end = &first;
    struct sb text = { 0 };
    while (!format.has_failed) {
        size_t start = format.at;
        while (format.at < format.text.len && format.text.ptr[format.at] != '%') {
            format.at++;
        }
        sb_put(checker->wc, &text, format.text.ptr + start, format.at - start);
        struct directive_item *item = wc_take(checker->wc, sizeof *item);
        item->text = sb_str(&text);
        if (format.at >= format.text.len) {
            *end = item;
            break;
        }
        format.start = format.at++;
        read_flags(&format, item);
        read_index(&format);
        read_width(&format, item);
        read_precision(&format, item);
        if (!format.is_after_index) {
            read_index(&format);
        }
        read_verb(&format, item);
        if (item->verb == '%') {
            sb_put_u8(checker->wc, &text, '%');
            continue;
        }
        if (item->verb == 'v' && !format.has_failed) {
            resolve_v(&format, item);
        }
        text = (struct sb){ 0 };
        *end = item;
        end = &item->next;
    }
    if (!format.has_failed && !format.is_reordered && format.next_arg < call->arg_count) {
        format.has_failed = true;
        wc_error(checker->wc, call->arg[format.next_arg]->pos,
                 "the format has no verb for this value");
    }
    return format.has_failed ? NULL : first;
}
