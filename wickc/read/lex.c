/* lex.c - see lex.h. What cannot be read inside an action becomes a BAD token, reported once;
 * lexing goes on after it. */
#include "wickc/read/lex.h"

#include "base/utf8.h"
#include "wickc/read/number.h"

#include <string.h>

struct lexer {
    struct wc *wc;
    const struct source *src;
    struct tokens *out;
    size_t at;
    bool trims_next; /* the action before ended with -}} */
    bool has_bad; /* the present action was reported: what else is odd in it may come from that */
};

#define LEX_NAME(name, text) text,
static const char *const token_name[] = { LEX_TOKENS(LEX_NAME) };
#undef LEX_NAME

const char *lex_name(enum lex_kind kind)
{
    return token_name[kind];
}

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_name(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' ||
           is_digit(byte) || (unsigned char)byte >= 0x80;
}

static bool looks_at(const struct lexer *lexer, size_t at, const char *text)
{
    size_t len = strlen(text);
    return lexer->src->len - at >= len && memcmp(lexer->src->text + at, text, len) == 0;
}

/* The byte at a place; past the end: zero. */
static char byte_at(const struct lexer *lexer, size_t at)
{
    return str_at((struct str){ lexer->src->text, lexer->src->len }, at);
}

static struct token *add(struct lexer *lexer, enum lex_kind kind, size_t off, size_t len)
{
    struct tokens *out = lexer->out;
    if (out->count == out->cap) {
        size_t cap = out->cap * 2 + 64;
        struct token *tok = wc_take(lexer->wc, cap * sizeof *tok);
        if (out->count > 0) {
            memcpy(tok, out->tok, out->count * sizeof *tok);
        }
        out->tok = tok;
        out->cap = cap;
    }
    struct token *token = &out->tok[out->count++];
    *token = (struct token){ .kind = kind,
                             .pos = pos_of(lexer->src, off, len),
                             .text = { lexer->src->text + off, len } };
    token->has_space = off > 0 && is_space(lexer->src->text[off - 1]);
    return token;
}

static void bad(struct lexer *lexer, size_t off, size_t len, const char *why)
{
    struct token *token = add(lexer, LEX_BAD, off, len);
    if (!lexer->has_bad) {
        wc_error(lexer->wc, token->pos, "%s", why);
    }
    lexer->has_bad = true;
}

/* The first of some texts after a place, up to an end. @return end: none */
static size_t find(const struct lexer *lexer, size_t at, size_t end, const char *text)
{
    while (at < end && !looks_at(lexer, at, text)) {
        at++;
    }
    return at;
}

static size_t line_end(const struct lexer *lexer, size_t at)
{
    return find(lexer, at, lexer->src->len, "\n");
}

/* --- literals --------------------------------------------------------------------------------- */

static int digit_value(char byte)
{
    if (is_digit(byte)) {
        return byte - '0';
    }
    char lower = (char)(byte | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 99;
}

/* A sign, letters, digits, points; a sign after the "e" or "p" of an exponent. */
static void lex_number(struct lexer *lexer)
{
    size_t start = lexer->at;
    size_t first = start + (byte_at(lexer, start) == '-' || byte_at(lexer, start) == '+');
    bool is_hex = byte_at(lexer, first) == '0' && (byte_at(lexer, first + 1) | 0x20) == 'x';
    size_t end = first;
    for (char last = '\0'; is_name(byte_at(lexer, end)) || byte_at(lexer, end) == '.';
         last = (char)(byte_at(lexer, end++) | 0x20)) {
        char next = byte_at(lexer, end + 1);
        bool is_mark = (byte_at(lexer, end) | 0x20) == (is_hex ? 'p' : 'e');
        end += is_mark && last != '\0' && (next == '-' || next == '+');
    }
    lexer->at = end;
    struct literal literal = { 0 };
    const char *why = number_read((struct str){ lexer->src->text + start, end - start }, &literal);
    if (why != NULL) {
        bad(lexer, start, end - start, why);
        return;
    }
    struct token *token = add(lexer, LEX_NUMBER, start, end - start);
    token->number = literal.value;
    token->is_float = literal.is_float;
}

/* The digits of an escape that gives a number, after this byte (octal: with it); 0: it is none. */
static unsigned escape_digits(char byte)
{
    switch (byte) {
    case 'x':
        return 2;
    case 'u':
        return 4;
    case 'U':
        return 8;
    default:
        return byte >= '0' && byte <= '7' ? 3 : 0;
    }
}

/* One escape sequence after a backslash at lexer->at. @return false: not one of Go's */
static bool put_escape(struct lexer *lexer, struct sb *text, char quote)
{
    static const char letter[] = "abfnrtv\\";
    static const char value[] = "\a\b\f\n\r\t\v\\";
    char byte = byte_at(lexer, lexer->at++);
    const char *simple = byte == '\0' ? NULL : strchr(letter, byte);
    if (simple != NULL || byte == quote) {
        sb_put(lexer->wc, text, simple != NULL ? &value[simple - letter] : &quote, 1);
        return true;
    }
    unsigned digits = escape_digits(byte);
    int base = digits == 3 ? 8 : 16;
    uint32_t code = 0;
    lexer->at -= digits == 3;
    for (unsigned count = 0; count < digits; count++) {
        int digit = digit_value(byte_at(lexer, lexer->at));
        if (digit >= base) {
            return false;
        }
        code = code * (uint32_t)base + (uint32_t)digit;
        lexer->at++;
    }
    if (digits == 0 || code > 0x10ffff || (digits == 3 && code > 255) ||
        (code >= 0xd800 && code < 0xe000)) {
        return false;
    }
    char utf8[4];
    utf8[0] = (char)code;
    size_t len = byte == 'u' || byte == 'U' ? utf8_put(code, utf8) : 1;
    sb_put(lexer->wc, text, utf8, len);
    return true;
}

/* "..." or '...' at lexer->at. */
static void lex_quoted(struct lexer *lexer, char quote)
{
    size_t start = lexer->at++;
    struct sb text = { 0 };
    bool is_byte = false, is_good = true; /* is_byte: '\xff' is the number 255 */
    for (;;) {
        char byte = byte_at(lexer, lexer->at);
        if (byte == '\n' || lexer->at >= lexer->src->len) {
            lexer->at = find(lexer, start, lexer->at,
                             "}}"); /* the action goes on as if the quote were there */
            bad(lexer, start, lexer->at - start,
                quote == '"' ? "this string has no closing \"" : "this character has no closing '");
            return;
        }
        lexer->at++;
        if (byte == quote) {
            break;
        }
        size_t escape = lexer->at - 1;
        if (byte != '\\') {
            sb_put_u8(lexer->wc, &text, byte);
            continue;
        }
        char kind = byte_at(lexer, lexer->at);
        is_byte = kind == 'x' || (kind >= '0' && kind <= '7');
        if (!put_escape(lexer, &text, quote)) {
            bad(lexer, escape, 2, "unknown escape sequence");
            is_good = false;
        }
    }
    if (quote == '"') {
        add(lexer, LEX_STRING, start, lexer->at - start)->text = sb_str(&text);
        return;
    }
    uint32_t code = 0;
    if (text.len == 1 && is_byte) {
        code = (uint8_t)sb_text(&text)[0];
    } else if (is_good && (text.len == 0 || utf8_decode(sb_str(&text), &code) != text.len)) {
        bad(lexer, start, lexer->at - start, "exactly one character must stand between '");
        return;
    }
    add(lexer, LEX_CHAR, start, lexer->at - start)->number = code;
}

static void lex_raw(struct lexer *lexer)
{
    size_t start = lexer->at++;
    while (lexer->at < lexer->src->len && byte_at(lexer, lexer->at) != '`') {
        lexer->at++;
    }
    if (lexer->at >= lexer->src->len) {
        lexer->at = find(lexer, start, line_end(lexer, start), "}}");
        bad(lexer, start, 1, "this string has no closing `");
        return;
    }
    lexer->at++;
    struct token *token = add(lexer, LEX_STRING, start, lexer->at - start);
    struct sb text = { 0 }; /* without carriage returns */
    for (size_t at = start + 1; at + 1 < lexer->at; at++) {
        if (byte_at(lexer, at) != '\r') {
            sb_put_u8(lexer->wc, &text, byte_at(lexer, at));
        }
    }
    token->text = (struct str){ sb_text(&text), text.len };
}

/* --- actions ---------------------------------------------------------------------------------- */

static void lex_word(struct lexer *lexer)
{
    size_t start = lexer->at;
    char first = byte_at(lexer, start);
    size_t end = start + (first == '.' || first == '$');
    while (is_name(byte_at(lexer, end))) {
        end++;
    }
    lexer->at = end;
    if (first == '.') {
        struct token *token =
            add(lexer, end == start + 1 ? LEX_DOT : LEX_FIELD, start, end - start);
        token->text = (struct str){ token->text.ptr + 1, token->text.len - 1 };
    } else {
        add(lexer, first == '$' ? LEX_VARIABLE : LEX_IDENT, start, end - start);
    }
}

/* Operators of other languages. @return bytes of the one at lexer->at; 1 for what is none */
static size_t operator_len(const struct lexer *lexer, const char **why_out)
{
    static const struct {
        const char *word, *why;
    } table[] = {
        { "==", "there are no operators: write {{if eq .a .b}}" },
        { "!=", "there are no operators: write {{if ne .a .b}}" },
        { "<=", "there are no operators: write {{if le .a .b}}" },
        { ">=", "there are no operators: write {{if ge .a .b}}" },
        { "&&", "there are no operators: write {{if and .a .b}}" },
        { "||", "there are no operators: write {{if or .a .b}}" },
        { "/*", "a comment is an action of its own: {{/* ... */}}" },
        { "<", "there are no operators: write {{if lt .a .b}}" },
        { ">", "there are no operators: write {{if gt .a .b}}" },
        { "!", "there are no operators: write {{if not .a}}" },
        { "+", "templates have no arithmetic: write a function in C" },
        { "-", "templates have no arithmetic: write a function in C" },
        { "*", "templates have no arithmetic: write a function in C" },
        { "/", "templates have no arithmetic: write a function in C" },
        { "%", "templates have no arithmetic: write a function in C" },
        { "[", "an element is {{index .list 0}}, its member {{(index .list 0).name}}" },
    };

    *why_out = "this character means nothing inside an action";
    if (looks_at(lexer, lexer->at, "-}}") ||
        (looks_at(lexer, lexer->at, "-") && looks_at(lexer, lexer->at - 2, "{{"))) {
        *why_out = looks_at(lexer, lexer->at, "-}}") ? "a space is missing before -}}"
                                                     : "a space is missing after {{-";
        return 1;
    }
    for (size_t idx = 0; idx < WICK_COUNT_OF(table); idx++) {
        if (looks_at(lexer, lexer->at, table[idx].word)) {
            *why_out = table[idx].why;
            return strlen(table[idx].word);
        }
    }
    return 1;
}

static void lex_one(struct lexer *lexer)
{
    static const struct {
        char byte;
        enum lex_kind kind;
    } single[] = {
        { '|', LEX_PIPE }, { ',', LEX_COMMA }, { '=', LEX_ASSIGN },
        { '(', LEX_LEFT }, { ')', LEX_RIGHT },
    };

    char byte = byte_at(lexer, lexer->at);
    char next = byte_at(lexer, lexer->at + 1);
    bool is_double = (byte == '=' || byte == '|') && next == byte; /* an operator of C */
    for (size_t idx = 0; idx < WICK_COUNT_OF(single) && !is_double; idx++) {
        if (byte == single[idx].byte) {
            add(lexer, single[idx].kind, lexer->at++, 1);
            return;
        }
    }
    if (byte == ':' && next == '=') {
        add(lexer, LEX_DECLARE, lexer->at, 2);
        lexer->at += 2;
    } else if (is_digit(byte) || ((byte == '-' || byte == '+' || byte == '.') && is_digit(next))) {
        lex_number(lexer);
    } else if (byte == '"' || byte == '\'') {
        lex_quoted(lexer, byte);
    } else if (byte == '`') {
        lex_raw(lexer);
    } else if (is_name(byte) || byte == '.' || byte == '$') {
        lex_word(lexer);
    } else {
        const char *why;
        size_t start = lexer->at;
        size_t len = operator_len(lexer, &why);
        bad(lexer, start, len, why);
        lexer->at += len;
    }
}

/* }} or -}} at lexer->at. @return its length, 0: none */
static size_t close_len(const struct lexer *lexer)
{
    if (looks_at(lexer, lexer->at, "}}")) {
        return 2;
    }
    return looks_at(lexer, lexer->at, "-}}") && is_space(lexer->src->text[lexer->at - 1]) ? 3 : 0;
}

/* Where the comment begins that is the action whose {{ ends at a place. @return 0: it is none */
static size_t comment_after(const struct lexer *lexer, size_t at)
{
    if (byte_at(lexer, at) == '-' && is_space(byte_at(lexer, at + 1))) {
        at += 2;
    }
    while (is_space(byte_at(lexer, at))) {
        at++;
    }
    return looks_at(lexer, at, "/*") ? at : 0;
}

/* The comment at lexer->at opens the file; end: its closing mark. */
static void note_directive(struct lexer *lexer, const char *end)
{
    const char *start = lexer->src->text + lexer->at + 2;
    struct str body = str_trim((struct str){ start, (size_t)(end - start) }, " \t\r\n");
    if (str_starts(body, STR("wick:"))) {
        lexer->out->directive = body;
        lexer->out->directive_pos =
            pos_of(lexer->src, (size_t)(body.ptr - lexer->src->text), body.len);
    }
}

/* A comment at lexer->at, after {{ or {{- ; open: where the action began. */
static void lex_comment(struct lexer *lexer, size_t open)
{
    size_t start = lexer->at + 2;
    const char *end = strstr(lexer->src->text + start, "*/");
    if (end == NULL) {
        bad(lexer, open, 4, "this comment has no closing */}}");
        lexer->out->is_cut = true;
        lexer->at = find(lexer, start, lexer->src->len, "}}");
        lexer->at += lexer->at < lexer->src->len ? 2 : 0;
        return;
    }
    if (open == 0) {
        note_directive(lexer, end);
    }
    lexer->at = (size_t)(end - lexer->src->text) + 2;
    while (is_space(byte_at(lexer, lexer->at))) {
        lexer->at++;
    }
    size_t len = close_len(lexer);
    if (len == 0) {
        size_t line = line_end(lexer, lexer->at);
        size_t close = find(lexer, lexer->at, line, "}}");
        bad(lexer, lexer->at, 1, "only }} may follow a comment");
        lexer->at = close < line ? close + 2 : lexer->at;
        return;
    }
    lexer->trims_next = len == 3;
    lexer->at += len;
}

/* After a string that is closed, or after its quote. */
static size_t skip_string(const struct lexer *lexer, size_t start)
{
    char quote = byte_at(lexer, start);
    size_t end = quote == '`' ? lexer->src->len : line_end(lexer, start);
    for (size_t at = start + 1; at < end; at++) {
        if (byte_at(lexer, at) == quote) {
            return at + 1;
        }
        at += quote != '`' && byte_at(lexer, at) == '\\';
    }
    return start + 1;
}

/* Is the action closed before the next one? */
static bool is_closed(const struct lexer *lexer, size_t at)
{
    while (at < lexer->src->len && !looks_at(lexer, at, "{{")) {
        if (looks_at(lexer, at, "}}")) {
            return true;
        }
        char byte = byte_at(lexer, at);
        at = byte == '"' || byte == '\'' || byte == '`' ? skip_string(lexer, at) : at + 1;
    }
    return false;
}

static void lex_action(struct lexer *lexer)
{
    size_t open = lexer->at;
    size_t limit =
        lexer->src->len; /* of an action that is not closed: where the text seems to go on */
    lexer->at += 2;
    lexer->has_bad = false;
    if (byte_at(lexer, lexer->at) == '-' && is_space(byte_at(lexer, lexer->at + 1))) {
        lexer->at += 2;
    }
    size_t comment = comment_after(lexer, open + 2);
    if (comment > 0) {
        lexer->at = comment;
        lex_comment(lexer, open);
        return;
    }
    add(lexer, LEX_OPEN, open, 2);
    if (!is_closed(lexer, lexer->at)) {
        wc_error(lexer->wc, pos_of(lexer->src, open, 2), "this action has no closing }}");
        lexer->has_bad = lexer->out->is_cut = true;
        for (limit = lexer->at; limit < lexer->src->len &&
                                strchr("<\n", lexer->src->text[limit]) == NULL &&
                                !looks_at(lexer, limit, "{{");) {
            limit++;
        }
    }
    for (;;) {
        while (is_space(byte_at(lexer, lexer->at))) {
            lexer->at++;
        }
        size_t len = close_len(lexer);
        if (len > 0) {
            add(lexer, LEX_CLOSE, lexer->at, len);
            lexer->trims_next = len == 3;
            lexer->at += len;
            return;
        }
        if (lexer->at >= limit) {
            lexer->at = limit;
            add(lexer, LEX_BAD, open, 2);
            add(lexer, LEX_CLOSE, lexer->at, 0);
            return;
        }
        lex_one(lexer);
    }
}

static void lex_text(struct lexer *lexer, size_t end)
{
    size_t start = lexer->at;
    lexer->at = end;
    if (lexer->trims_next) {
        while (start < end && is_space(lexer->src->text[start])) {
            start++;
        }
    }
    if (end < lexer->src->len && byte_at(lexer, end + 2) == '-' &&
        is_space(byte_at(lexer, end + 3))) {
        while (end > start && is_space(lexer->src->text[end - 1])) {
            end--;
        }
    }
    lexer->trims_next = false;
    if (end > start) {
        add(lexer, LEX_TEXT, start, end - start);
    }
}

void lex(struct wc *wc, const struct source *src, struct tokens *out)
{
    struct lexer lexer = { .wc = wc, .src = src, .out = out };
    if (memchr(src->text, '\0', src->len) != NULL) {
        wc_error(wc, pos_of(src, strlen(src->text), 1), "a template cannot contain a zero byte");
    } else {
        while (lexer.at < src->len) {
            const char *open = strstr(src->text + lexer.at, "{{");
            size_t end = open == NULL ? src->len : (size_t)(open - src->text);
            lex_text(&lexer, end);
            if (end < src->len) {
                lex_action(&lexer);
            }
        }
    }
    add(&lexer, LEX_EOF, src->len, 0);
}

void lex_directive(struct wc *wc, const struct source *src, struct tokens *out)
{
    struct lexer lexer = { .wc = wc, .src = src, .out = out };
    if (!looks_at(&lexer, 0, "{{")) {
        return;
    }
    lexer.at = comment_after(&lexer, 2);
    const char *end = lexer.at == 0 ? NULL : strstr(src->text + lexer.at + 2, "*/");
    if (end != NULL) {
        note_directive(&lexer, end);
    }
}
