/* tmpl_safe.c - see tmpl_safe.h: typed content where it is neither written as it is nor a plain
 * text.
 *
 * That is: markup in attribute values, <title> and <textarea>; addresses in a srcset; contents of
 * strings in scripts.
 */
#include "tmpl/tmpl_safe.h"

#include "tmpl/tmpl_esc_priv.h"
#include "tmpl/tmpl_fn.h"

#include <string.h>

/* --- the text of markup
 * ---------------------------------------------------------------------------------------------------------
 *
 * A walk through the states of Go's html/template: only what stands between tags is kept, scripts,
 * styles and comments are not.
 */

enum strip_state {
    STRIP_TEXT,
    STRIP_RAW,
    STRIP_TAG,
    STRIP_NAME,
    STRIP_AFTER_NAME,
    STRIP_BEFORE_VALUE,
    STRIP_VALUE,
    STRIP_COMMENT,
    STRIP_ERROR
};

struct strip {
    const struct esc *esc;
    struct str text;
    size_t at;
    enum strip_state state;
    const char
        *element; /* "script", "style", "textarea", "title" whose tag or content this is, or NULL */
    char quote;   /* of VALUE; 0: none */
};

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\f' || byte == '\r';
}

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool is_alnum(char byte)
{
    return is_letter(byte) || (byte >= '0' && byte <= '9');
}

static char byte_at(const struct strip *strip, size_t at)
{
    return (char)(at < strip->text.len ? strip->text.ptr[at] : '\0');
}

static void keep(const struct strip *strip, size_t start, size_t end)
{
    WICK_ASSERT(start <= end && end <= strip->text.len);
    struct str piece = { strip->text.ptr + start, end - start };
    if ((strip->esc->how & TMPL_ESC_NOSPACE) != 0) {
        esc_nospace(strip->esc->out, piece, '&');
    } else {
        esc_html(strip->esc->out, piece, '&');
    }
}

/* Where a tag name that begins at start ends. */
static size_t name_end(const struct strip *strip, size_t start)
{
    if (!is_letter(byte_at(strip, start))) {
        return start;
    }
    size_t at = start + 1;
    for (;;) {
        char byte = byte_at(strip, at);
        if (is_alnum(byte)) {
            at++;
        } else if ((byte == ':' || byte == '-') && is_alnum(byte_at(strip, at + 1))) {
            at += 2;
        } else {
            return at;
        }
    }
}

static const char *element_of(struct str name)
{
    static const char *const element[] = { "script", "style", "textarea", "title" };
    for (size_t idx = 0; idx < WICK_COUNT_OF(element); idx++) {
        if (str_eq_nocase(name, str_of(element[idx]))) {
            return element[idx];
        }
    }
    return NULL;
}

/* A tag or comment begins at less; its name or "<!--" ends at end. As in Go, a text that ends there
 * is kept as it is when nothing was stripped from it. */
static void leave_text(struct strip *strip, size_t less, size_t end, enum strip_state state)
{
    bool is_all = strip->at == 0 && end == strip->text.len;
    WICK_ASSERT(strip->at <= less && less < end && end <= strip->text.len);
    keep(strip, strip->at, is_all ? end : less);
    strip->at = end;
    strip->state = state;
}

static void step_text(struct strip *strip)
{
    for (size_t at = strip->at; at < strip->text.len; at++) {
        if (strip->text.ptr[at] != '<' || at + 1 == strip->text.len) {
            continue;
        }
        if (strip->text.len - at >= 4 && memcmp(strip->text.ptr + at, "<!--", 4) == 0) {
            leave_text(strip, at, at + 4, STRIP_COMMENT);
            return;
        }
        bool is_end = strip->text.ptr[at + 1] == '/';
        size_t name = at + 1 + is_end;
        size_t end = name_end(strip, name);
        if (end > name) {
            leave_text(strip, at, end, STRIP_TAG);
            strip->element =
                is_end ? NULL : element_of((struct str){ strip->text.ptr + name, end - name });
            return;
        }
    }
    keep(strip, strip->at, strip->text.len);
    strip->at = strip->text.len;
}

/* Content of <script>, <style>: dropped; of <textarea>, <title>: kept, up to the last "<" if the
 * end tag is there, as in Go. */
static void step_raw(struct strip *strip)
{
    size_t len = strlen(strip->element);
    size_t end = strip->text.len;
    bool is_kept = strip->element[0] == 't';
    for (size_t at = strip->at; at + 2 + len < strip->text.len; at++) {
        char next = strip->text.ptr[at + 2 + len];
        bool is_end =
            memcmp(strip->text.ptr + at, "</", 2) == 0 &&
            str_eq_nocase((struct str){ strip->text.ptr + at + 2, len }, str_of(strip->element)) &&
            (is_blank(next) || next == '>' || next == '/') && next != '\r';
        if (is_end) {
            end = at;
            break;
        }
    }
    size_t kept_end = end;
    for (size_t at = end; at > strip->at && end < strip->text.len; at--) {
        if (strip->text.ptr[at - 1] == '<') {
            kept_end = at - 1;
            break;
        }
    }
    if (is_kept) {
        keep(strip, strip->at, kept_end);
    }
    if (end < strip->text.len) {
        strip->state = STRIP_TEXT;
        strip->element = NULL;
    }
    strip->at = end;
}

/* Inside a tag, or inside an attribute name: where the name ends. */
static void step_name(struct strip *strip)
{
    size_t start = strip->at;
    while (strip->at < strip->text.len && !is_blank(byte_at(strip, strip->at)) &&
           strchr("=>", byte_at(strip, strip->at)) == NULL) {
        if (strchr("'\"<", byte_at(strip, strip->at)) != NULL) {
            strip->state = STRIP_ERROR;
            return;
        }
        strip->at++;
    }
    bool is_empty = strip->state == STRIP_TAG && strip->at == start;
    if (is_empty) {
        strip->state = STRIP_ERROR;
    } else {
        strip->state = strip->at < strip->text.len ? STRIP_AFTER_NAME : STRIP_NAME;
    }
}

static void step_tag(struct strip *strip)
{
    while (is_blank(byte_at(strip, strip->at))) {
        strip->at++;
    }
    char byte = byte_at(strip, strip->at);
    if (strip->at == strip->text.len) {
        return;
    }
    if (strip->state == STRIP_AFTER_NAME) {
        strip->at += byte == '=';
        strip->state = byte == '=' ? STRIP_BEFORE_VALUE : STRIP_TAG;
    } else if (strip->state == STRIP_BEFORE_VALUE) {
        strip->quote = (char)(byte == '"' || byte == '\'' ? byte : '\0');
        strip->at += strip->quote != '\0';
        strip->state = STRIP_VALUE;
    } else if (byte == '>') {
        strip->at++;
        strip->state = strip->element != NULL ? STRIP_RAW : STRIP_TEXT;
    } else {
        step_name(strip);
    }
}

static void step_value(struct strip *strip)
{
    while (strip->at < strip->text.len) {
        char byte = strip->text.ptr[strip->at];
        if (strip->quote != '\0' ? byte == strip->quote : is_blank(byte) || byte == '>') {
            strip->at += strip->quote != '\0';
            strip->state = STRIP_TAG;
            return;
        }
        strip->at++;
    }
}

static void step_comment(struct strip *strip)
{
    for (; strip->at + 3 <= strip->text.len; strip->at++) {
        if (memcmp(strip->text.ptr + strip->at, "-->", 3) == 0) {
            strip->at += 3;
            strip->state = STRIP_TEXT;
            return;
        }
    }
    strip->at = strip->text.len;
}

static void put_stripped(const struct esc *esc, struct str text)
{
    struct strip strip = { .esc = esc, .text = text };
    while (strip.at < text.len &&
           strip.state != STRIP_ERROR) { /* every step goes on, but for AFTER_NAME and BEFORE_VALUE,
                                            which change the state */
        switch (strip.state) {
        case STRIP_TEXT:
            step_text(&strip);
            break;
        case STRIP_RAW:
            step_raw(&strip);
            break;
        case STRIP_NAME:
            step_name(&strip);
            break;
        case STRIP_TAG:
        case STRIP_AFTER_NAME:
        case STRIP_BEFORE_VALUE:
            step_tag(&strip);
            break;
        case STRIP_VALUE:
            step_value(&strip);
            break;
        case STRIP_COMMENT:
            step_comment(&strip);
            break;
        case STRIP_ERROR:
            break;
        }
    }
}

/* --- entry ------------------------------------------------------------------------------------ */

void tmpl_escape_safe(struct buf *out, struct str text, unsigned how)
{
    struct esc esc = { out, how };
    size_t start = out->len;
    unsigned main = how & TMPL_ESC_MAIN;
    text.ptr = text.ptr == NULL ? "" : text.ptr;
    if (main == TMPL_ESC_JS_STR) {
        esc_js_str(&esc, text);
    } else if (main == TMPL_ESC_JS) { /* in quotes */
        esc_put(&esc, "\"", 1);
        esc_put(&esc, text.ptr, text.len);
        esc_put(&esc, "\"", 1);
    } else if (main == TMPL_ESC_SRCSET) {
        esc_url(&esc, text, true);
    } else if (main == TMPL_ESC_RCDATA) {
        esc_html(out, text, '&');
    } else {
        put_stripped(&esc, text);
    }
    esc_fill(out, start, how);
}

void tmpl_escape_safe_since(struct buf *out, size_t start, unsigned how)
{
    if (out->err == WICK_OK) {
        struct str text = { (const char *)out->ptr + start, out->len - start };
        tmpl_escape_safe(out, text, how);
        tmpl_drop(out, start, start + text.len);
    }
}
