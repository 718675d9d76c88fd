/* mem.c - the arena of one compilation, texts that grow in it, questions about texts. */
#include "wickc/wickc.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK_LEN = 1 << 18 };

struct wc_chunk {
    struct wc_chunk *next;
    size_t used, cap;
    max_align_t mem[];
};

void *wc_take(struct wc *wc, size_t size)
{
    size = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
    struct wc_chunk *chunk = wc->chunk;
    if (chunk == NULL || chunk->cap - chunk->used < size) {
        size_t cap = size > CHUNK_LEN ? size : CHUNK_LEN;
        chunk = calloc(1, sizeof *chunk + cap);
        if (chunk == NULL) {
            (void)fputs("wickc: no memory left\n", stderr);
            exit(71);
        }
        chunk->cap = cap;
        chunk->next = wc->chunk;
        wc->chunk = chunk;
    }
    void *taken = (char *)chunk->mem + chunk->used;
    chunk->used += size;
    return taken;
}

void wc_close(struct wc *wc)
{
    while (wc->chunk != NULL) {
        struct wc_chunk *next = wc->chunk->next;
        free(wc->chunk);
        wc->chunk = next;
    }
}

char *wc_copy(struct wc *wc, const char *text, size_t len)
{
    char *copy = wc_take(wc, len + 1);
    if (len > 0) {
        memcpy(copy, text, len);
    }
    return copy;
}

char *wc_format(struct wc *wc, const char *format, ...)
{
    char room[256]; /* most are short: formatted once, and kept without spare room */
    struct sb sb = { 0 };
    va_list args;
    va_start(args, format);
    int len = vsnprintf(room, sizeof room, format, args);
    va_end(args);
    if (len >= 0 && (size_t)len < sizeof room) {
        return wc_copy(wc, room, (size_t)len);
    }
    va_start(args, format);
    sb_vputf(wc, &sb, format, args);
    va_end(args);
    return sb.ptr == NULL ? wc_copy(wc, "", 0) : sb.ptr;
}

static void grow(struct wc *wc, struct sb *sb, size_t len)
{
    if (sb->cap - sb->len > len) {
        return;
    }
    size_t cap = sb->cap * 2 > sb->len + len + 32 ? sb->cap * 2 : sb->len + len + 32;
    char *mem = wc_take(wc, cap);
    if (sb->len > 0) {
        memcpy(mem, sb->ptr, sb->len);
    }
    sb->ptr = mem;
    sb->cap = cap;
}

void sb_put(struct wc *wc, struct sb *sb, const void *bytes, size_t len)
{
    grow(wc, sb, len);
    if (len > 0) {
        memcpy(sb->ptr + sb->len, bytes, len);
    }
    sb->len += len;
    sb->ptr[sb->len] = '\0';
}

void sb_puts(struct wc *wc, struct sb *sb, const char *text)
{
    sb_put(wc, sb, text, strlen(text));
}

void sb_put_u8(struct wc *wc, struct sb *sb, char byte)
{
    sb_put(wc, sb, &byte, 1);
}

void sb_vputf(struct wc *wc, struct sb *sb, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    grow(wc, sb, 64); /* most fit and are formatted once */
    int len = vsnprintf(sb->ptr + sb->len, sb->cap - sb->len, format, args);
    if (len > 0 && (size_t)len >= sb->cap - sb->len) {
        grow(wc, sb, (size_t)len);
        (void)vsnprintf(sb->ptr + sb->len, (size_t)len + 1, format,
                        again); /* grow() made room for what was counted */
    }
    sb->len += len > 0 ? (size_t)len : 0;
    sb->ptr[sb->len] = '\0';
    va_end(again);
}

void sb_putf(struct wc *wc, struct sb *sb, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    sb_vputf(wc, sb, format, args);
    va_end(args);
}

void sb_cut(struct sb *sb, size_t len)
{
    if (len < sb->len) {
        sb->len = len;
        sb->ptr[len] = '\0';
    }
}

bool wc_ends(struct str text, const char *end)
{
    size_t len = strlen(end);
    return text.len >= len && memcmp(text.ptr + text.len - len, end, len) == 0;
}

bool wc_is_among(struct str word, const char *list)
{
    while (word.len > 0 && *list != '\0') {
        size_t same = 0;
        list++; /* the blank */
        while (same < word.len && list[same] == word.ptr[same] && list[same] != '\0') {
            same++;
        }
        if (same == word.len && list[same] == ' ') {
            return true;
        }
        while (*list != '\0' && *list != ' ') {
            list++;
        }
    }
    return false;
}

struct str sb_str(const struct sb *sb)
{
    return (struct str){ sb->ptr == NULL ? "" : sb->ptr, sb->len };
}

const char *sb_text(const struct sb *sb)
{
    return sb->ptr == NULL ? "" : sb->ptr;
}

void sb_put_json(struct wc *wc, struct sb *sb, struct str text)
{
    sb_put_u8(wc, sb, '"');
    for (size_t at = 0; at < text.len; at++) {
        unsigned char byte = (unsigned char)text.ptr[at];
        if (byte == '"' || byte == '\\') {
            sb_putf(wc, sb, "\\%c", byte);
        } else if (byte == '\n') {
            sb_puts(wc, sb, "\\n");
        } else if (byte < 0x20 || byte == 0x7f) {
            sb_putf(wc, sb, "\\u%04x", byte);
        } else {
            sb_put_u8(wc, sb, (char)byte);
        }
    }
    sb_put_u8(wc, sb, '"');
}

static bool is_plain_in_c(unsigned char byte)
{
    return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\' && byte != '?';
}

void sb_put_c(struct wc *wc, struct sb *sb, struct str text)
{
    sb_put_u8(wc, sb, '"');
    for (size_t at = 0; at < text.len; at++) {
        size_t plain = at;
        while (plain < text.len && is_plain_in_c((unsigned char)text.ptr[plain])) {
            plain++;
        }
        if (plain > at) {
            sb_put(wc, sb, text.ptr + at, plain - at);
            at = plain - 1;
            continue;
        }
        unsigned char byte = (unsigned char)text.ptr[at];
        if (byte == '"' || byte == '\\') {
            sb_putf(wc, sb, "\\%c", byte);
        } else if (byte == '\n') {
            sb_puts(wc, sb, "\\n");
        } else { /* also '?': no trigraphs */
            sb_putf(wc, sb, "\\%03o", byte);
        }
    }
    sb_put_u8(wc, sb, '"');
}
