/* diag.c - sources, places in them, and what is said about them: file:line:col, the line, a caret. */
#include "tmpl/wickc/wickc.h"

#include <stdlib.h>
#include <string.h>

struct wc_seen {
    struct wc_seen *next;
    struct pos pos;
    const char *text;
};

struct source *wc_source(struct wc *wc, const char *path, const char *text, size_t len)
{
    struct source *src = wc_take(wc, sizeof *src);
    src->path = wc_copy(wc, path, strlen(path));
    src->text = wc_copy(wc, text, len);
    src->len = len;
    src->next = wc->source;
    wc->source = src;
    return src;
}

struct source *wc_read(struct wc *wc, const char *path, struct pos at)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        wc_error(wc, at, "cannot read %s", path);
        return NULL;
    }
    struct sb text = { 0 };
    char part[4096];
    for (size_t got; (got = fread(part, 1, sizeof part, file)) > 0 && text.len <= WC_SOURCE_LEN_MAX;) {
        sb_put(wc, &text, part, got);
    }
    bool is_bad = ferror(file) != 0;
    (void)fclose(file);
    if (is_bad || text.len > WC_SOURCE_LEN_MAX) {
        wc_error(wc, at, is_bad ? "cannot read %s" : "%s is too long (limit is 16 MiB)", path);
        return NULL;
    }
    return wc_source(wc, path, sb_text(&text), text.len);
}

struct pos pos_of(const struct source *src, size_t off, size_t len)
{
    return (struct pos){ src, (uint32_t)off, (uint32_t)len };
}

static size_t line_start(struct pos pos)
{
    size_t at = pos.off;
    while (at > 0 && pos.src->text[at - 1] != '\n') {
        at--;
    }
    return at;
}

unsigned pos_line(struct pos pos)
{
    unsigned line = 1;
    for (size_t at = 0; pos.src != NULL && at < pos.off && at < pos.src->len; at++) {
        line += pos.src->text[at] == '\n';
    }
    return line;
}

unsigned pos_col(struct pos pos)
{
    return pos.src == NULL ? 1 : (unsigned)(pos.off - line_start(pos) + 1);
}

/* The source line and the caret below it; tabs are kept so that the caret stands right, bytes of a character count once. */
static void put_line(FILE *out, struct pos pos)
{
    size_t start = line_start(pos);
    size_t end = start;
    while (end < pos.src->len && pos.src->text[end] != '\n' && pos.src->text[end] != '\r') {
        end++;
    }
    (void)fprintf(out, "%5u | %.*s\n      | ", pos_line(pos), (int)(end - start), pos.src->text + start);
    for (size_t at = start; at < pos.off; at++) {
        unsigned char byte = (unsigned char)pos.src->text[at];
        if ((byte & 0xc0) != 0x80) {
            (void)fputc(byte == '\t' ? '\t' : ' ', out);
        }
    }
    (void)fputc('^', out);
    for (size_t at = pos.off + 1u; at < (size_t)pos.off + pos.len && at < end; at++) {
        if (((unsigned char)pos.src->text[at] & 0xc0) != 0x80) {
            (void)fputc('~', out);
        }
    }
    (void)fputc('\n', out);
}

static bool is_seen(const struct wc *wc, struct pos pos, const char *text)
{
    for (const struct wc_seen *seen = wc->seen; seen != NULL; seen = seen->next) {
        if (seen->pos.src == pos.src && seen->pos.off == pos.off && strcmp(seen->text, text) == 0) {
            return true;
        }
    }
    return false;
}

/* A template that is used twice has its errors once. @return false: said before */
static bool say(struct wc *wc, struct pos pos, const char *kind, const char *text)
{
    if (is_seen(wc, pos, text)) {
        return false;
    }
    struct wc_seen *seen = wc_take(wc, sizeof *seen);
    *seen = (struct wc_seen){ wc->seen, pos, text };
    wc->seen = seen;
    if (wc->errors >= WC_ERRORS_MAX) {
        return true;
    }
    if (pos.src == NULL) {
        (void)fprintf(wc->err, "wickc: %s: %s\n", kind, text);
    } else {
        (void)fprintf(wc->err, "%s:%u:%u: %s: %s\n", pos.src->path, pos_line(pos), pos_col(pos), kind, text);
        put_line(wc->err, pos);
    }
    return true;
}

void wc_error(struct wc *wc, struct pos pos, const char *format, ...)
{
    struct sb text = { 0 };
    va_list args;
    va_start(args, format);
    sb_vputf(wc, &text, format, args);
    va_end(args);
    if (say(wc, pos, "error", sb_text(&text)) && ++wc->errors == WC_ERRORS_MAX) {
        (void)fprintf(wc->err, "wickc: %d errors: the rest is not shown\n", WC_ERRORS_MAX);
    }
}

void wc_warning(struct wc *wc, struct pos pos, const char *format, ...)
{
    struct sb text = { 0 };
    va_list args;
    va_start(args, format);
    sb_vputf(wc, &text, format, args);
    va_end(args);
    wc->warnings += say(wc, pos, "warning", sb_text(&text));
}

void wc_note(struct wc *wc, struct pos pos, const char *format, ...)
{
    struct sb text = { 0 };
    va_list args;
    va_start(args, format);
    sb_vputf(wc, &text, format, args);
    va_end(args);
    (void)say(wc, pos, "note", sb_text(&text)); /* twice is once */
}

/* Number of single-character edits between two short names, at most 99. */
static unsigned edit_distance(struct str a, struct str b)
{
    enum { NAME_MAX_LEN = 40 };
    unsigned row[NAME_MAX_LEN + 1];
    if (a.len > NAME_MAX_LEN || b.len > NAME_MAX_LEN) {
        return 99;
    }
    for (unsigned col = 0; col <= b.len; col++) {
        row[col] = col;
    }
    for (unsigned line = 1; line <= a.len; line++) {
        unsigned diagonal = row[0];
        row[0] = line;
        for (unsigned col = 1; col <= b.len; col++) {
            unsigned best = diagonal + (a.ptr[line - 1] != b.ptr[col - 1]);
            diagonal = row[col];
            best = best < row[col] + 1 ? best : row[col] + 1;
            row[col] = best < row[col - 1] + 1 ? best : row[col - 1] + 1;
        }
    }
    return row[b.len];
}

void near_try(struct near *near, struct str candidate)
{
    unsigned distance = edit_distance(near->name, candidate);
    bool is_near = distance <= 1 + near->name.len / 4;
    if (is_near && (near->best.ptr == NULL || distance < near->distance)) {
        near->best = candidate;
        near->distance = distance;
    }
}
