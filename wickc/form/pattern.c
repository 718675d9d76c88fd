/* pattern.c - regular expression -> NFA (Thompson) -> table (subset construction).
 *
 *   pattern = alt { "|" alt }      alt = { piece }
 *                                  piece = atom [ "?" | "*" | "+" | "{" m [ "," [ n ] ] "}" ] [ "?"
 *                                  ]
 *   atom    = char | "." | "[" set "]" | "\" escape | "(" ["?:"] pattern ")"
 * A browser compiles pattern with the flag v and ignores one that it cannot read, so what is no
 * expression under v is an error. {m,n} reads its atom again for each repetition. The whole text
 * has to match, so ^ and $ at the ends mean nothing.
 */
#include "base/utf8.h"
#include "wickc/form/pattern_priv.h"

#include <stdlib.h>
#include <string.h>

enum { RANGES_MAX = 4096, GROUP_DEPTH_MAX = 20, REPEAT_MAX = 255, CODE_MAX = 0x10ffff };

struct pattern {
    struct wc *wc;
    struct str text;
    struct pos pos;
    bool is_exact; /* text stands in the source as it is */
    size_t at;
    unsigned depth;
    bool has_failed;
    struct nfa nfa[NFA_MAX];
    int nfa_count;
    struct range range[RANGES_MAX];
    unsigned range_count;
};

static struct frag fail(struct pattern *pattern, size_t at, const char *why)
{
    if (!pattern->has_failed) {
        struct pos pos = pattern->pos;
        if (pattern->is_exact) {
            pos.off += (uint32_t)at;
            pos.len = 1;
        }
        wc_error(pattern->wc, pos, "pattern: %s", why);
    }
    pattern->has_failed = true;
    return (struct frag){ 0, 0 };
}

static int add_nfa(struct pattern *pattern, struct nfa nfa)
{
    if (pattern->nfa_count == NFA_MAX) {
        (void)fail(pattern, 0, "it is too large (limit is 1024 steps)");
        return 0;
    }
    pattern->nfa[pattern->nfa_count] = nfa;
    return pattern->nfa_count++;
}

static int joint(struct pattern *pattern)
{
    return add_nfa(pattern, (struct nfa){ NFA_SPLIT, -1, -1, 0, 0 });
}

static char peek(const struct pattern *pattern)
{
    return str_at(pattern->text, pattern->at);
}

/* --- sets of code points ---------------------------------------------------------------------- */

static void add_range(struct pattern *pattern, uint32_t low, uint32_t high)
{
    if (pattern->range_count == RANGES_MAX) {
        (void)fail(pattern, pattern->at, "it has too many character ranges");
        return;
    }
    pattern->range[pattern->range_count++] = (struct range){ low, high };
}

static int order(const void *a, const void *b)
{
    uint32_t left = ((const struct range *)a)->low;
    uint32_t right = ((const struct range *)b)->low;
    return left < right ? -1 : left > right;
}

/* The ranges from first on become those of all other code points. */
static void negate(struct pattern *pattern, unsigned first)
{
    unsigned count = pattern->range_count - first;
    struct range *copy = wc_take(pattern->wc, (count + 1) * sizeof *copy);
    memcpy(copy, &pattern->range[first], count * sizeof *copy);
    qsort(copy, count, sizeof *copy, order);
    pattern->range_count = first;
    uint32_t next = 0;
    for (unsigned idx = 0; idx < count; idx++) {
        if (copy[idx].low > next) {
            add_range(pattern, next, copy[idx].low - 1);
        }
        next = copy[idx].high + 1 > next ? copy[idx].high + 1 : next;
    }
    if (next <= CODE_MAX) {
        add_range(pattern, next, CODE_MAX);
    }
}

/* \d \w \s and their opposites. @return false: another letter */
static bool add_named(struct pattern *pattern, char letter)
{
    unsigned first = pattern->range_count;
    switch (letter | 0x20) {
    case 'd':
        add_range(pattern, '0', '9');
        break;
    case 'w':
        add_range(pattern, '0', '9');
        add_range(pattern, 'A', 'Z');
        add_range(pattern, '_', '_');
        add_range(pattern, 'a', 'z');
        break;
    case 's': {
        static const struct range blank[] = { { 9, 13 },          { 32, 32 },
                                              { 0xa0, 0xa0 },     { 0x1680, 0x1680 },
                                              { 0x2000, 0x200a }, { 0x2028, 0x2029 },
                                              { 0x202f, 0x202f }, { 0x205f, 0x205f },
                                              { 0x3000, 0x3000 }, { 0xfeff, 0xfeff } };
        for (size_t idx = 0; idx < WICK_COUNT_OF(blank); idx++) {
            add_range(pattern, blank[idx].low, blank[idx].high);
        }
        break;
    }
    default:
        return false;
    }
    if (letter >= 'A' && letter <= 'Z') {
        negate(pattern, first);
    }
    return true;
}

static bool read_hex(struct pattern *pattern, unsigned digits, uint32_t *code_out)
{
    *code_out = 0;
    for (unsigned count = 0; count < digits; count++) {
        char byte = peek(pattern);
        char lower = (char)(byte | 0x20);
        bool is_digit = byte >= '0' && byte <= '9';
        if (!is_digit && (lower < 'a' || lower > 'f')) {
            return false;
        }
        *code_out = *code_out * 16 + (uint32_t)(is_digit ? byte - '0' : lower - 'a' + 10);
        pattern->at++;
    }
    return true;
}

/* Why a backslash and this byte are none of the escapes. */
static const char *bad_escape(char byte)
{
    if (byte == '\0') {
        return "a backslash at the end";
    }
    if (byte == '-') {
        return "\"\\-\" is valid only inside [ ]";
    }
    if ((byte >= '1' && byte <= '9') || byte == 'k') {
        return "there are no references to groups here";
    }
    if (byte == 'b' || byte == 'B' || byte == 'p' || byte == 'P') {
        return "\\b, \\B, \\p and \\P are not supported";
    }
    return "this escape is not valid in a browser";
}

/* One character after a backslash. */
static uint32_t read_escape(struct pattern *pattern, bool is_in_set)
{
    static const char letter[] = "tnrfv0";
    static const char value[] = "\t\n\r\f\v";
    size_t start = pattern->at - 1;
    char byte = peek(pattern);
    pattern->at += byte != '\0';
    const char *known = byte == '\0' ? NULL : strchr(letter, byte);
    uint32_t code = 0;
    if (known != NULL) {
        return (uint8_t)value[known - letter];
    }
    if (byte == 'x' && read_hex(pattern, 2, &code)) {
        return code;
    }
    if (byte == 'u' && peek(pattern) == '{') {
        pattern->at++;
        unsigned digits = 0;
        while (peek(pattern) != '}' && digits < 6) {
            uint32_t digit;
            if (!read_hex(pattern, 1, &digit)) {
                break;
            }
            code = code * 16 + digit;
            digits++;
        }
        if (peek(pattern) == '}' && digits > 0 && code <= CODE_MAX) {
            pattern->at++;
            return code;
        }
    } else if (byte == 'u' && read_hex(pattern, 4, &code)) {
        return code;
    } else if (byte != '\0' && (strchr("^$\\.*+?()[]{}|/", byte) != NULL ||
                                (is_in_set && strchr("-&!#%,:;<=>@`~", byte) != NULL))) {
        return (uint8_t)byte;
    }
    (void)fail(pattern, start, bad_escape(byte));
    return 0;
}

static uint32_t read_code(struct pattern *pattern)
{
    uint32_t code = 0;
    pattern->at += utf8_decode(
        (struct str){ pattern->text.ptr + pattern->at, pattern->text.len - pattern->at }, &code);
    return code;
}

/* One member of a set. @return true: a character, in *code_out; false: a named set, added already,
 * or an error */
static bool read_member(struct pattern *pattern, uint32_t *code_out)
{
    char byte = peek(pattern);
    char next = str_at(pattern->text, pattern->at + 1);
    if (byte == '\\') {
        pattern->at++;
        if (add_named(pattern, next)) {
            pattern->at++;
            return false;
        }
        *code_out = read_escape(pattern, true);
        return !pattern->has_failed;
    }
    if (strchr("()[{}/-|", byte) != NULL) {
        (void)fail(pattern, pattern->at,
                   byte == '-' ? "\"-\" inside [ ] must be written \"\\-\": browsers ignore the "
                                 "whole pattern otherwise"
                               : "( ) [ { } / | inside [ ] need a backslash: browsers ignore the "
                                 "whole pattern otherwise");
        return false;
    }
    if (byte == next && strchr("&!#$%*+,.:;<=>?@^`~", byte) != NULL) {
        (void)fail(pattern, pattern->at,
                   "a doubled sign inside [ ] is reserved: write a backslash before it");
        return false;
    }
    *code_out = read_code(pattern);
    return true;
}

static struct frag read_set(struct pattern *pattern)
{
    size_t open = pattern->at++;
    bool is_negated = peek(pattern) == '^';
    pattern->at += is_negated;
    unsigned first = pattern->range_count;
    while (peek(pattern) != ']' && !pattern->has_failed) {
        uint32_t low = 0;
        uint32_t high;
        if (pattern->at >= pattern->text.len) {
            return fail(pattern, open, "this \"[\" is not closed");
        }
        size_t start = pattern->at;
        if (!read_member(pattern, &low)) {
            continue;
        }
        high = low;
        if (peek(pattern) == '-') {
            pattern->at++;
            if (peek(pattern) == ']' || !read_member(pattern, &high)) {
                return fail(pattern, pattern->at - 1,
                            "\"-\" inside [ ] must be written \"\\-\": browsers ignore the whole "
                            "pattern otherwise");
            }
        }
        if (high < low) {
            return fail(pattern, start, "this range runs backwards");
        }
        add_range(pattern, low, high);
    }
    pattern->at++;
    if (is_negated) {
        negate(pattern, first);
    }
    int end = joint(pattern);
    return (struct frag){
        add_nfa(pattern, (struct nfa){ NFA_SET, end, -1, first, pattern->range_count - first }), end
    };
}

/* --- atoms and pieces ------------------------------------------------------------------------- */

static struct frag read_alternatives(struct pattern *pattern);

static struct frag set_of(struct pattern *pattern, unsigned first)
{
    int end = joint(pattern);
    return (struct frag){
        add_nfa(pattern, (struct nfa){ NFA_SET, end, -1, first, pattern->range_count - first }), end
    };
}

/* NOLINTNEXTLINE(misc-no-recursion): GROUP_DEPTH_MAX */
static struct frag read_group(struct pattern *pattern)
{
    size_t open = pattern->at++;
    if (peek(pattern) == '?') {
        if (pattern->at + 1 >= pattern->text.len || pattern->text.ptr[pattern->at + 1] != ':') {
            return fail(pattern, open,
                        "groups are ( ) and (?: ): looking ahead or back, names and flags are not "
                        "supported");
        }
        pattern->at += 2;
    }
    if (++pattern->depth > GROUP_DEPTH_MAX) {
        return fail(pattern, open, "groups are nested too deeply (limit is 20)");
    }
    struct frag frag = read_alternatives(pattern);
    pattern->depth--;
    if (peek(pattern) != ')' && !pattern->has_failed) {
        return fail(pattern, open, "this \"(\" is not closed");
    }
    pattern->at++;
    return frag;
}

/* NOLINTNEXTLINE(misc-no-recursion): GROUP_DEPTH_MAX */
static struct frag read_atom(struct pattern *pattern)
{
    char byte = peek(pattern);
    unsigned first = pattern->range_count;
    if (byte == '(') {
        return read_group(pattern);
    }
    if (byte == '[') {
        return read_set(pattern);
    }
    if (byte == '.') {
        pattern->at++;
        add_range(pattern, '\n', '\n');
        add_range(pattern, '\r', '\r');
        add_range(pattern, 0x2028, 0x2029);
        negate(pattern, first);
        return set_of(pattern, first);
    }
    if (byte == '\\') {
        pattern->at++;
        if (add_named(pattern, peek(pattern))) {
            pattern->at++;
            return set_of(pattern, first);
        }
        uint32_t code = read_escape(pattern, false);
        add_range(pattern, code, code);
        return set_of(pattern, first);
    }
    if (strchr("*+?{", byte) != NULL) {
        return fail(pattern, pattern->at,
                    byte == '{' ? "\"{\" needs a backslash" : "nothing to repeat");
    }
    if (strchr("]}^$", byte) != NULL) {
        return fail(pattern, pattern->at,
                    byte == '^' || byte == '$'
                        ? "^ and $ belong to the ends: the whole text has to match anyway"
                        : "\"]\" and \"}\" need a backslash");
    }
    uint32_t code = read_code(pattern);
    add_range(pattern, code, code);
    return set_of(pattern, first);
}

/* {m}, {m,}, {m,n} after an atom. max -1: without end */
static bool read_counts(struct pattern *pattern, int *min_out, int *max_out)
{
    size_t open = pattern->at++;
    int value[2] = { -1, -1 };
    int which = 0;
    for (; peek(pattern) != '}'; pattern->at++) {
        char byte = peek(pattern);
        if (byte == ',' && which == 0 && value[0] >= 0) {
            which = 1;
        } else if (byte >= '0' && byte <= '9' && value[which] < REPEAT_MAX) {
            value[which] = (value[which] < 0 ? 0 : value[which]) * 10 + (byte - '0');
        } else {
            (void)fail(pattern, open, "expected {m}, {m,} or {m,n} with numbers up to 255");
            return false;
        }
    }
    pattern->at++;
    *min_out = value[0];
    *max_out = which == 0 ? value[0] : value[1];
    if (value[0] < 0 || value[0] > REPEAT_MAX || *max_out > REPEAT_MAX ||
        (*max_out >= 0 && *max_out < value[0])) {
        (void)fail(pattern, open, "expected {m}, {m,} or {m,n} with m <= n up to 255");
        return false;
    }
    return true;
}

/* frag [min..max] times; the atom stands at start in the text and is read again for every
 * repetition. */
/* NOLINTNEXTLINE(misc-no-recursion): GROUP_DEPTH_MAX */
static struct frag repeat(struct pattern *pattern, size_t start, int min, int max)
{
    size_t end = pattern->at;
    int first = joint(pattern);
    int last = first;
    int copies = max < 0 ? min + 1 : max;
    for (int copy = 0; copy < copies && !pattern->has_failed; copy++) {
        pattern->at = start;
        struct frag frag = read_atom(pattern);
        if (pattern->has_failed) {
            break;
        }
        bool is_loop = max < 0 && copy == copies - 1;
        int after = joint(pattern);
        pattern->nfa[last].out = frag.start;
        if (copy >= min) {
            pattern->nfa[last].out2 = after;
        }
        pattern->nfa[frag.end].out = is_loop ? last : after;
        last = after;
    }
    pattern->at = end;
    return (struct frag){ first, last };
}

/* NOLINTNEXTLINE(misc-no-recursion): GROUP_DEPTH_MAX */
static struct frag read_piece(struct pattern *pattern)
{
    size_t start = pattern->at;
    int count = pattern->nfa_count;
    unsigned ranges = pattern->range_count;
    struct frag frag = read_atom(pattern);
    char byte = peek(pattern);
    int min = byte == '+';
    int max = byte == '?' ? 1 : -1;
    if (pattern->has_failed || byte == '\0' || strchr("?*+{", byte) == NULL) {
        return frag;
    }
    if (byte != '{') {
        pattern->at++;
    } else if (!read_counts(pattern, &min, &max)) {
        return frag;
    }
    if (peek(pattern) == '?') { /* lazy: the same texts match */
        pattern->at++;
    }
    pattern->nfa_count = count; /* what was read once is read again */
    pattern->range_count = ranges;
    return repeat(pattern, start, min, max);
}

/* NOLINTNEXTLINE(misc-no-recursion): GROUP_DEPTH_MAX */
static struct frag read_alternatives(struct pattern *pattern)
{
    int first = joint(pattern);
    int end = joint(pattern);
    int branch = first;
    for (;;) {
        bool is_top = pattern->depth == 0;
        if (is_top && peek(pattern) == '^') {
            pattern->at++;
        }
        int start = joint(pattern);
        pattern->nfa[branch].out = start;
        int last = start;
        while (pattern->at < pattern->text.len && peek(pattern) != '|' && peek(pattern) != ')' &&
               !pattern->has_failed) {
            char next = str_at(pattern->text, pattern->at + 1);
            if (is_top && peek(pattern) == '$' && (next == '\0' || next == '|')) {
                pattern->at++;
                continue;
            }
            struct frag frag = read_piece(pattern);
            pattern->nfa[last].out = frag.start;
            last = frag.end;
        }
        pattern->nfa[last].out = end;
        if (peek(pattern) != '|' || pattern->has_failed) {
            return (struct frag){ first, end };
        }
        pattern->at++;
        int next = joint(pattern);
        pattern->nfa[branch].out2 = next;
        branch = next;
    }
}

struct matcher *pattern_compile(struct wc *wc, struct str text, struct pos raw)
{
    struct pattern *pattern = wc_take(wc, sizeof *pattern);
    *pattern = (struct pattern){ .wc = wc, .text = text, .pos = raw };
    pattern->is_exact = raw.src != NULL && raw.off + text.len <= raw.src->len &&
                        memcmp(raw.src->text + raw.off, text.ptr, text.len) == 0;
    struct frag frag = read_alternatives(pattern);
    if (!pattern->has_failed && pattern->at < text.len) {
        (void)fail(pattern, pattern->at, "this \")\" closes nothing");
    }
    if (pattern->has_failed) {
        return NULL;
    }
    struct matcher *matcher =
        pattern_table(wc, pattern->nfa, pattern->nfa_count, pattern->range, frag);
    if (matcher == NULL) {
        (void)fail(pattern, 0,
                   "it is too complex (limits are 255 states and 64 classes of characters)");
    }
    return matcher;
}
