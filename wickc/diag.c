/* diag.c - sources, places in them, and what is said about them: file:line:col, the line, a caret.
 */
#include "wickc/wickc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct wc_note {
    struct pos pos;
    const char *text;
    struct wc_note *next;
};

struct wc_said {
    struct wc_said *next;
    struct pos pos;
    const char *text, *code;
    bool is_error;
    unsigned order; /* in which it was found, from 0 */
    struct wc_note *note;
};

/* Where the lines begin, so that a place is found in few steps: each #line of the generated C asks
 * for its line. */
static void find_lines(struct wc *wc, struct source *src)
{
    uint32_t count = 1;
    for (size_t at = 0; at < src->len; at++) {
        count += src->text[at] == '\n';
    }
    src->line = wc_take(wc, count * sizeof *src->line);
    for (size_t at = 0; at < src->len; at++) {
        if (src->text[at] == '\n') {
            src->line[++src->line_count] = (uint32_t)at + 1;
        }
    }
    src->line_count = count;
}

struct source *wc_source(struct wc *wc, const char *path, const char *text, size_t len)
{
    struct source *src = wc_take(wc, sizeof *src);
    src->path = wc_copy(wc, path, strlen(path));
    src->text = wc_copy(wc, text, len);
    src->len = len;
    src->order = wc->source == NULL ? 0 : wc->source->order + 1;
    src->next = wc->source;
    wc->source = src;
    find_lines(wc, src);
    return src;
}

const struct wc_file *wc_file_at(const struct wc *wc, const char *path)
{
    for (size_t idx = 0; idx < wc->file_count; idx++) {
        if (strcmp(wc->file[idx].path, path) == 0) {
            return &wc->file[idx];
        }
    }
    return NULL;
}

const char *wc_file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

bool wc_is_name(const char *text)
{
    size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
    return len > 0 && text[len] == '\0' && (text[0] < '0' || text[0] > '9');
}

bool wc_write(struct wc *wc, const char *path, const struct sb *text)
{
    if (wc->file != NULL) {
        return fwrite(sb_text(text), 1, text->len, wc->out) == text->len;
    }
    FILE *file = fopen(path, "wb");
    bool is_good = file != NULL && fwrite(sb_text(text), 1, text->len, file) == text->len;
    is_good = file != NULL && fclose(file) == 0 && is_good;
    if (!is_good) {
        (void)fprintf(wc->err, "wickc: cannot write %s\n", path);
    }
    return is_good;
}

struct source *wc_read(struct wc *wc, const char *path, struct pos at)
{
    const struct wc_file *given = wc_file_at(wc, path);
    FILE *file = wc->file != NULL ? NULL : fopen(path, "rb");
    if (given != NULL) {
        return wc_source(wc, path, given->text, given->len);
    }
    if (file == NULL) {
        const char *why = wc->file != NULL ? "" : wc_format(wc, ": %s", strerror(errno));
        wc_error(wc, at, "cannot read %s%s", path, why);
        return NULL;
    }
    struct sb text = { 0 };
    char part[4096];
    for (size_t got;
         (got = fread(part, 1, sizeof part, file)) > 0 && text.len <= WC_SOURCE_LEN_MAX;) {
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

unsigned pos_line(struct pos pos)
{
    uint32_t low = 0;
    uint32_t high = pos.src == NULL ? 1 : pos.src->line_count;
    while (high - low > 1) { /* line low begins at or before the place, line high after it */
        uint32_t middle = low + (high - low) / 2;
        if (pos.src->line[middle] <= pos.off) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low + 1;
}

static size_t line_start(struct pos pos)
{
    return pos.src->line[pos_line(pos) - 1];
}

unsigned pos_col(struct pos pos)
{
    return pos.src == NULL ? 1 : (unsigned)(pos.off - line_start(pos) + 1);
}

/* After the last byte of the line that holds the place. */
static size_t line_end(struct pos pos)
{
    size_t end = pos.off;
    while (end < pos.src->len && pos.src->text[end] != '\n' && pos.src->text[end] != '\r') {
        end++;
    }
    return end;
}

static bool is_inside(const struct source *src, size_t at)
{
    return at < src->len && ((unsigned char)src->text[at] & 0xc0) == 0x80;
}

/* Text from a source: a terminal takes no orders from it. */
static void put_shown(FILE *out, const char *text, size_t len)
{
    for (size_t at = 0; at < len; at++) {
        bool is_control = ((unsigned char)text[at] < 0x20 && text[at] != '\t') || text[at] == 0x7f;
        (void)fputc(is_control ? '?' : text[at], out);
    }
}

/* The source line and the caret below it; tabs are kept so that the caret stands right, bytes of a
 * character count once. Of a very long line the part around the place.
 */
static void put_line(FILE *out, struct pos pos)
{
    enum { SHOWN_MAX = 300, SHOWN_BEFORE = 200 };

    const char *text = pos.src->text;
    size_t start = line_start(pos);
    size_t end = line_end(pos);
    bool is_cut = end - start > SHOWN_MAX && pos.off - start > SHOWN_BEFORE;
    start = is_cut ? pos.off - SHOWN_BEFORE : start;
    end = end - start > SHOWN_MAX ? start + SHOWN_MAX : end;
    while (is_cut && start < pos.off && is_inside(pos.src, start)) {
        start++;
    }
    while (end > start && is_inside(pos.src, end)) {
        end--;
    }
    (void)fprintf(out, "%5u | %s", pos_line(pos), is_cut ? "..." : "");
    put_shown(out, text + start, end - start);
    (void)fprintf(out, "\n      | %s", is_cut ? "   " : "");
    for (size_t at = start; at < pos.off; at++) {
        if (!is_inside(pos.src, at)) {
            (void)fputc(text[at] == '\t' ? '\t' : ' ', out);
        }
    }
    (void)fputc('^', out);
    for (size_t at = pos.off + 1u; at < (size_t)pos.off + pos.len && at < end; at++) {
        if (!is_inside(pos.src, at)) {
            (void)fputc('~', out);
        }
    }
    (void)fputc('\n', out);
}

/* --- what is said ----------------------------------------------------------------------------- */

static bool is_said(const struct wc *wc, struct pos pos, const char *text)
{
    for (const struct wc_said *said = wc->said; said != NULL; said = said->next) {
        if (said->pos.src == pos.src && said->pos.off == pos.off && strcmp(said->text, text) == 0) {
            return true;
        }
    }
    return false;
}

/* A template that is used twice has its errors once. Of very many errors the first ones that were
 * found are kept. */
void wc_say(struct wc *wc, struct pos pos, bool is_error, const char *code, const char *text)
{
    unsigned *count = is_error ? &wc->errors : &wc->warnings;
    wc->noted = NULL;
    if (*count >= WC_KEPT_MAX) {
        *count += is_error;
        return;
    }
    if (is_said(wc, pos, text)) {
        return;
    }
    struct wc_said *said = wc_take(wc, sizeof *said);
    *said = (struct wc_said){ .next = wc->said,
                              .pos = pos,
                              .text = text,
                              .is_error = is_error,
                              .code = code,
                              .order = wc->said == NULL ? 0 : wc->said->order + 1 };
    wc->said = wc->noted = said;
    (*count)++;
}

void wc_error(struct wc *wc, struct pos pos, const char *format, ...)
{
    struct sb text = { 0 };
    va_list args;
    va_start(args, format);
    sb_vputf(wc, &text, format, args);
    va_end(args);
    wc_say(wc, pos, true, wc->pass, sb_text(&text));
}

void wc_warning(struct wc *wc, struct pos pos, const char *format, ...)
{
    struct sb text = { 0 };
    va_list args;
    va_start(args, format);
    sb_vputf(wc, &text, format, args);
    va_end(args);
    wc_say(wc, pos, false, wc->pass, sb_text(&text));
}

void wc_note(struct wc *wc, struct pos pos, const char *format, ...)
{
    struct sb text = { 0 };
    va_list args;
    va_start(args, format);
    sb_vputf(wc, &text, format, args);
    va_end(args);
    if (wc->noted == NULL) {
        return;
    }
    struct wc_note *note = wc_take(wc, sizeof *note);
    struct wc_note **end = &wc->noted->note;
    *note = (struct wc_note){ pos, sb_text(&text), NULL };
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = note;
}

/* --- printing --------------------------------------------------------------------------------- */

struct place {
    const struct wc_said *said;
};

static int compare(const void *left, const void *right)
{
    const struct wc_said *a = ((const struct place *)left)->said;
    const struct wc_said *b = ((const struct place *)right)->said;
    unsigned in_a = a->pos.src == NULL ? 0 : a->pos.src->order + 1;
    unsigned in_b = b->pos.src == NULL ? 0 : b->pos.src->order + 1;
    if (in_a != in_b) {
        return in_a < in_b ? -1 : 1;
    }
    if (a->pos.off != b->pos.off) {
        return a->pos.off < b->pos.off ? -1 : 1;
    }
    return a->order < b->order ? -1 : 1;
}

static void put_text(FILE *out, struct pos pos, const char *kind, const char *text)
{
    if (pos.src == NULL) {
        (void)fprintf(out, "wickc: %s: ", kind);
    } else {
        (void)fprintf(out, "%s:%u:%u: %s: ", pos.src->path, pos_line(pos), pos_col(pos), kind);
    }
    put_shown(out, text, strlen(text));
    (void)fputc('\n', out);
    if (pos.src != NULL) {
        put_line(out, pos);
    }
}

/* "file":...,"line":1,"column":1,"endColumn":2,"message":... */
static void put_json(struct wc *wc, struct sb *json, struct pos pos, const char *text)
{
    size_t end = pos.off + 1u;
    if (pos.src != NULL && pos.len > 1) {
        end = (size_t)pos.off + pos.len < line_end(pos) ? (size_t)pos.off + pos.len : line_end(pos);
    }
    sb_puts(wc, json, "\"file\":");
    sb_put_json(wc, json, str_of(pos.src == NULL ? "" : pos.src->path));
    sb_putf(wc, json, ",\"line\":%u,\"column\":%u,\"endColumn\":%zu,\"message\":", pos_line(pos),
            pos_col(pos), pos.src == NULL ? (size_t)1 : end - line_start(pos) + 1);
    sb_put_json(wc, json, str_of(text));
}

static void put_one(struct wc *wc, const struct wc_said *said, FILE *out)
{
    if (!wc->is_json) {
        put_text(wc->err, said->pos, said->is_error ? "error" : "warning", said->text);
        for (const struct wc_note *note = said->note; note != NULL; note = note->next) {
            put_text(wc->err, note->pos, "note", note->text);
        }
        return;
    }
    struct sb json = { 0 };
    sb_putf(wc, &json, "{\"severity\":\"%s\",\"code\":\"%s\",",
            said->is_error ? "error" : "warning", said->code == NULL ? "options" : said->code);
    put_json(wc, &json, said->pos, said->text);
    sb_puts(wc, &json, ",\"notes\":[");
    for (const struct wc_note *note = said->note; note != NULL; note = note->next) {
        sb_puts(wc, &json, note == said->note ? "{" : ",{");
        put_json(wc, &json, note->pos, note->text);
        sb_puts(wc, &json, "}");
    }
    (void)fprintf(out, "%s]}\n", sb_text(&json));
}

void wc_flush(struct wc *wc, FILE *out)
{
    size_t count = wc->said == NULL ? 0 : wc->said->order + 1u;
    struct place *all = wc_take(wc, (count + 1) * sizeof *all);
    for (const struct wc_said *said = wc->said; said != NULL; said = said->next) {
        all[said->order].said = said;
    }
    wc->said = wc->noted = NULL; /* each once */
    qsort(all, count, sizeof *all, compare);
    unsigned errors = 0;
    for (size_t idx = 0; idx < count; idx++) {
        errors += all[idx].said->is_error;
        if (errors > WC_ERRORS_MAX) {
            (void)fprintf(wc->err, "wickc: %u errors: the first %d are shown\n", wc->errors,
                          WC_ERRORS_MAX);
            return;
        }
        put_one(wc, all[idx].said, out);
    }
}

/* --- names that are near ---------------------------------------------------------------------- */

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
    bool is_near = distance <= 1 + near->name.len / 4 &&
                   distance < near->name.len; /* something of the name is in it */
    if (is_near && (near->best.ptr == NULL || distance < near->distance)) {
        near->best = candidate;
        near->distance = distance;
    }
}
