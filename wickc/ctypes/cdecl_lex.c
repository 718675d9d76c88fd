/* cdecl_lex.c - C headers as tokens: comments and preprocessor lines are skipped; numbers and their
 * names. */
#include "wickc/ctypes/cdecl.h"

#include <stdlib.h>
#include <string.h>

enum { INCLUDE_DEPTH_MAX = 8, GROUP_DEPTH_MAX = 16 };

/* --- tokens ----------------------------------------------------------------------------------- */

static bool is_word_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' ||
           (byte >= '0' && byte <= '9');
}

static void read_directive(struct cdecl *cdecl);

/* NOLINTNEXTLINE(misc-no-recursion): INCLUDE_DEPTH_MAX */
static void skip_blanks(struct cdecl *cdecl)
{
    const char *text = cdecl->src->text;
    for (;;) {
        char byte = text[cdecl->at];
        if (byte == '/' && text[cdecl->at + 1] == '*') {
            const char *end = strstr(text + cdecl->at + 2, "*/");
            cdecl->at = end == NULL ? cdecl->src->len : (size_t)(end - text) + 2;
        } else if (byte == '/' && text[cdecl->at + 1] == '/') {
            cdecl->at += strcspn(text + cdecl->at, "\n");
        } else if (byte != '\0' && strchr(" \t\r\n\f\v\\", byte) != NULL) {
            cdecl->at++;
        } else {
            return;
        }
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): INCLUDE_DEPTH_MAX */
void cdecl_next(struct cdecl *cdecl)
{
    const char *text = cdecl->src->text;
    skip_blanks(cdecl);
    while (text[cdecl->at] == '#') {
        read_directive(cdecl);
        skip_blanks(cdecl);
    }
    size_t start = cdecl->at;
    if (start >= cdecl->src->len) {
        cdecl->tok = (struct str){ text + start, 0 };
        return;
    }
    char byte = text[start];
    if (is_word_byte(byte)) {
        while (is_word_byte(text[cdecl->at])) {
            cdecl->at++;
        }
    } else if (byte == '"' || byte == '\'') {
        for (cdecl->at++; cdecl->at < cdecl->src->len && text[cdecl->at] != byte; cdecl->at++) {
            cdecl->at += text[cdecl->at] == '\\' && cdecl->at + 1 < cdecl->src->len;
        }
        cdecl->at += cdecl->at < cdecl->src->len;
    } else {
        cdecl->at++;
    }
    cdecl->tok = (struct str){ text + start, cdecl->at - start };
}

bool cdecl_is(const struct cdecl *cdecl, const char *tok)
{
    return str_eq(cdecl->tok, str_of(tok));
}

/* NOLINTNEXTLINE(misc-no-recursion): INCLUDE_DEPTH_MAX */
bool cdecl_eat(struct cdecl *cdecl, const char *tok)
{
    bool is_it = cdecl_is(cdecl, tok);
    if (is_it) {
        cdecl_next(cdecl);
    }
    return is_it;
}

char cdecl_peek(const struct cdecl *cdecl)
{
    const char *text = cdecl->src->text;
    size_t at = cdecl->at;
    while (text[at] != '\0' && strchr(" \t\r\n", text[at]) != NULL) {
        at++;
    }
    return text[at];
}

bool cdecl_is_name(const struct cdecl *cdecl)
{
    return cdecl->tok.len > 0 && is_word_byte(cdecl->tok.ptr[0]) &&
           (cdecl->tok.ptr[0] < '0' || cdecl->tok.ptr[0] > '9');
}

/* After the bracket that closes the one just eaten. */
/* NOLINTNEXTLINE(misc-no-recursion): INCLUDE_DEPTH_MAX */
void cdecl_skip_group(struct cdecl *cdecl)
{
    for (unsigned depth = 1; depth > 0 && cdecl->tok.len > 0; cdecl_next(cdecl)) {
        char byte = cdecl->tok.ptr[0];
        depth += byte == '(' || byte == '[' || byte == '{';
        depth -= byte == ')' || byte == ']' || byte == '}';
    }
}

/* After the next ";" of this level, or before a "}" that closes it. */
/* NOLINTNEXTLINE(misc-no-recursion): INCLUDE_DEPTH_MAX */
void cdecl_skip_declaration(struct cdecl *cdecl)
{
    while (cdecl->tok.len > 0 && !cdecl_is(cdecl, ";") && !cdecl_is(cdecl, "}")) {
        bool is_brace = cdecl_is(cdecl, "{"),
             opens = is_brace || cdecl_is(cdecl, "(") || cdecl_is(cdecl, "[");
        cdecl_next(cdecl);
        if (opens) {
            cdecl_skip_group(cdecl);
        }
        if (is_brace && !cdecl_is(cdecl, ";") && !cdecl_is(cdecl, ",") && !cdecl_is_name(cdecl)) {
            return; /* the body of a function */
        }
    }
    (void)cdecl_eat(cdecl, ";");
}

/* --- numbers ---------------------------------------------------------------------------------- */

void cdecl_add_number(struct cdecl *cdecl, struct str name, int64_t value)
{
    struct number *number = wc_take(cdecl->wc, sizeof *number);
    *number = (struct number){ name, value, cdecl->types->number };
    cdecl->types->number = number;
}

/* NOLINTNEXTLINE(misc-no-recursion): INCLUDE_DEPTH_MAX */
static bool read_factor(struct cdecl *cdecl, int64_t *value_out)
{
    bool is_negative = cdecl_eat(cdecl, "-");
    if (cdecl->tok.len == 0) {
        return false;
    }
    char *end = NULL;
    char *text = wc_copy(cdecl->wc, cdecl->tok.ptr, cdecl->tok.len);
    bool is_known;
    if (text[0] == '(') {
        cdecl_next(cdecl);
        is_known = cdecl->depth < GROUP_DEPTH_MAX;
        cdecl->depth++;
        is_known = is_known && cdecl_read_number(cdecl, value_out) && cdecl_is(cdecl, ")");
        cdecl->depth--;
        if (!is_known) {
            return false;
        }
    } else if (text[0] >= '0' && text[0] <= '9') {
        *value_out = (int64_t)strtoull(text, &end, 0);
        is_known = end[strspn(end, "uUlL")] == '\0';
    } else if (text[0] == '\'' && cdecl->tok.len == 3) {
        *value_out = (unsigned char)text[1];
        is_known = true;
    } else {
        is_known = types_number(cdecl->types, cdecl->tok, value_out);
    }
    cdecl_next(cdecl);
    is_known = is_known && (!is_negative || *value_out != INT64_MIN);
    *value_out = is_negative && is_known ? -*value_out : *value_out;
    return is_known;
}

static bool is_small(int64_t value)
{
    return value >= -(1 << 30) && value <= 1 << 30;
}

/* A sum, product or shift of known numbers, left to right. @return false: not understood; the
 * parser stands somewhere inside. */
/* NOLINTNEXTLINE(misc-no-recursion): INCLUDE_DEPTH_MAX */
bool cdecl_read_number(struct cdecl *cdecl, int64_t *value_out)
{
    if (!read_factor(cdecl, value_out)) {
        return false;
    }
    while (cdecl_is(cdecl, "+") || cdecl_is(cdecl, "-") || cdecl_is(cdecl, "*") ||
           cdecl_is(cdecl, "<")) {
        char op = cdecl->tok.ptr[0];
        int64_t right = 0;
        cdecl_next(cdecl);
        if (op == '<') {
            (void)cdecl_eat(cdecl, "<");
        }
        if (!read_factor(cdecl, &right) || !is_small(*value_out) || !is_small(right) ||
            (op == '<' && (*value_out < 0 || right < 0 || right > 32))) {
            return false;
        }
        if (op == '+') {
            *value_out += right;
        } else if (op == '-') {
            *value_out -= right;
        } else if (op == '*') {
            *value_out *= right;
        } else {
            *value_out <<= right;
        }
    }
    return true;
}

/* The line of a directive with those that continue it: after a backslash, and inside a comment. */
static size_t directive_len(const char *line)
{
    size_t len = 0;
    while (line[len] != '\0' && line[len] != '\n') {
        const char *end = strncmp(line + len, "/*", 2) == 0 ? strstr(line + len + 2, "*/") : NULL;
        if (end != NULL) {
            len = (size_t)(end - line) + 2;
        } else if (line[len] == '"') {
            size_t inside = strcspn(line + len + 1, "\"\n");
            len += 1 + inside + (line[len + 1 + inside] == '"');
        } else {
            len += line[len] == '\\' && line[len + 1] == '\n' ? 2 : 1;
        }
    }
    return len;
}

/* A #define whose value is a number: (2 * ROWS) */
/* NOLINTNEXTLINE(misc-no-recursion): INCLUDE_DEPTH_MAX */
static void add_define(struct cdecl *cdecl, struct str name, const char *value)
{
    struct source src = { .text = value, .len = strlen(value) };
    struct cdecl inner = {
        .types = cdecl->types, .wc = cdecl->wc, .src = &src, .include_depth = INCLUDE_DEPTH_MAX
    };
    int64_t number;
    if (name.len == 0 || (*value != ' ' && *value != '\t')) {
        return; /* it has parameters, or no value */
    }
    cdecl_next(&inner);
    if (inner.tok.len > 0 && cdecl_read_number(&inner, &number) && inner.tok.len == 0) {
        cdecl_add_number(cdecl, name, number);
    }
}

/* At "#": include of a file, define of a number; the rest of the line is skipped. */
/* NOLINTNEXTLINE(misc-no-recursion): INCLUDE_DEPTH_MAX */
static void read_directive(struct cdecl *cdecl)
{
    const char *text = cdecl->src->text;
    const char *line = text + cdecl->at;
    size_t len = directive_len(line);
    cdecl->at += len;
    char *copy = wc_copy(cdecl->wc, line, len);
    char *word = copy + 1 + strspn(copy + 1, " \t");
    if (strncmp(word, "include", 7) == 0) {
        char *name = strchr(word, '"');
        char *end = name == NULL ? NULL : strchr(name + 1, '"');
        const char *path = NULL;
        if (end != NULL && cdecl->include_depth < INCLUDE_DEPTH_MAX) {
            *end = '\0';
            path = wc_find(cdecl->wc, name + 1, cdecl->src->path);
        }
        bool is_read = false;
        for (const struct source *other = cdecl->wc->source; path != NULL && other != NULL;
             other = other->next) {
            is_read = is_read || strcmp(other->path, path) == 0;
        }
        struct source *src =
            path == NULL || is_read ? NULL : wc_read(cdecl->wc, path, (struct pos){ 0 });
        if (src != NULL) {
            types_read(cdecl->types, src, cdecl->include_depth + 1);
        }
    } else if (strncmp(word, "define", 6) == 0) {
        char *name = word + 6 + strspn(word + 6, " \t");
        char *end = name;
        while (is_word_byte(*end)) {
            end++;
        }
        add_define(cdecl, (struct str){ name, (size_t)(end - name) }, end);
    }
}
