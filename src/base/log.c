/* log.c - see log.h.
 *
 *   warn net refused reason="bad \"host\"" peer=192.0.2.7 port=4711 suppressed=12
 *
 * A value is bare when it consists of letters, digits and a few signs; else it is quoted, and
 * whatever a terminal, a log collector or a reader could take for something else is written as \xNN
 * per byte: control bytes, C1 controls, bytes that are not UTF-8, marks that turn the direction of
 * writing, invisible ones. A value that is too long ends in "...", so that it cannot push out the
 * ones after it; a line that is too long ends in " ...".
 */
#include "base/log.h"

#include "base/buf.h"
#include "base/clk.h"
#include "base/stat.h"
#include "base/utf8.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

enum {
    TAIL_LEN = 4 + 12 + 20 + 1, /* " ...", " suppressed=" and its number, line end: kept free */
    BODY_LEN = LOG_LINE_LEN_MAX - TAIL_LEN,
};

static const char *const level_names[] = {
    [LOG_ERROR] = "error", [LOG_WARN] = "warn", [LOG_INFO] = "info", [LOG_DEBUG] = "debug"
};
static enum log_level max_level = LOG_INFO;
static void (*line_sink)(struct str line);
static uint64_t second_start_ms; /* the lines of this second */
static unsigned second_lines;
static uint64_t suppressed; /* since the last line that said it */
static struct stat_value stat_suppressed;
STAT_TOTAL(stat_suppressed, "wick_log_suppressed_total", "Log lines left out");

void log_set_level(enum log_level level)
{
    WICK_ASSERT(level <= LOG_DEBUG);
    max_level = level;
}

bool log_is_on(enum log_level level)
{
    WICK_ASSERT(level <= LOG_DEBUG);
    return level <= max_level;
}

void log_set_sink(void (*sink)(struct str line))
{
    line_sink = sink;
}

void log_forget_rate(void)
{
    second_lines = 0;
}

static void count_suppressed(void)
{
    suppressed++;
    stat_suppressed.value++;
}

/** Is there room for one more line in this second? */
static bool take_line(void)
{
    WICK_ASSERT(second_lines <= LOG_LINES_PER_S);
    uint64_t now_ms = clk_ms();
    if (now_ms < second_start_ms || now_ms - second_start_ms >= 1000) {
        second_start_ms = now_ms;
        second_lines = 0;
    }
    if (second_lines >= LOG_LINES_PER_S) {
        return false;
    }
    second_lines++;
    return true;
}

static bool is_bare(struct str text)
{
    WICK_ASSERT(text.ptr != NULL);
    static const char signs[] = "_.:/@+,%-";
    for (size_t idx = 0; idx < text.len; idx++) {
        char byte = text.ptr[idx];
        bool is_alnum = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
                        (byte >= 'A' && byte <= 'Z');
        if (!is_alnum && memchr(signs, byte, sizeof signs - 1) == NULL) {
            return false;
        }
    }
    return text.len > 0;
}

/** May a reader be misled by this character? */
static bool is_hidden(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0xad ||
           (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2060 && code <= 0x206f) || code == 0xfeff || code == 0xfffd;
}

/** Text with everything doubtful escaped, cut before what does not fit. @return whether all of it
 * was written. */
static bool put_escaped(struct buf *line, struct str text)
{
    WICK_ASSERT(text.ptr != NULL || text.len == 0);
    while (text.len > 0 && line->err == WICK_OK) {
        uint8_t out[4 * 4];
        struct buf piece;
        uint32_t code;
        size_t used = utf8_decode(text, &code);
        WICK_ASSERT(used > 0 && used <= text.len);
        buf_init(&piece, out, sizeof out);
        if (code == '"' || code == '\\') {
            buf_put_u8(&piece, '\\');
            buf_put(&piece, text.ptr, 1);
        } else if (code == '\n') {
            buf_put_text(&piece, "\\n");
        } else if (is_hidden(code)) {
            for (size_t idx = 0; idx < used; idx++) {
                buf_put_text(&piece, "\\x");
                buf_put_hex(&piece, (uint8_t)text.ptr[idx], 2);
            }
        } else {
            buf_put(&piece, text.ptr, used);
        }
        buf_put_str(line, buf_str(&piece)); /* whole escapes, whole characters */
        text.ptr += used;
        text.len -= used;
    }
    return line->err == WICK_OK;
}

/** " key=value"; nothing, and the error, when it does not fit even shortened. */
static void put_pair(struct buf *line, const struct log_kv *kv)
{
    WICK_ASSERT(kv->key != NULL);
    uint8_t mem[LOG_VALUE_LEN_MAX];
    struct buf value;
    size_t start = line->len;
    buf_put_u8(line, ' ');
    (void)put_escaped(line, str_of(kv->key));
    buf_put_u8(line, '=');
    if (kv->text.ptr == NULL) {
        buf_put_i64(line, kv->number);
    } else {
        bool is_quoted = !is_bare(kv->text);
        buf_init(&value, mem, sizeof mem);
        bool is_whole = put_escaped(&value, kv->text);
        if (is_quoted) {
            buf_put_u8(line, '"');
        }
        buf_put_str(line, buf_str(&value));
        if (!is_whole) {
            buf_put_text(line, "...");
        }
        if (is_quoted) {
            buf_put_u8(line, '"');
        }
    }
    if (line->err != WICK_OK) {
        line->len = start;
    }
}

static void put_line(struct buf *line, const char *head[static 3], const struct log_kv *kv,
                     size_t kv_count)
{
    WICK_ASSERT(kv != NULL || kv_count == 0);
    for (size_t idx = 0; idx < 3; idx++) {
        if (idx > 0) {
            buf_put_u8(line, ' ');
        }
        (void)put_escaped(line, str_of(head[idx]));
    }
    for (size_t idx = 0; idx < kv_count; idx++) {
        put_pair(line, &kv[idx]);
    }
}

/** A pipe with room takes a whole line; a full one, or a stopped terminal, would stop us. */
static bool has_room(int fd)
{
    WICK_ASSERT(fd >= 0);
    struct pollfd room = { .fd = fd, .events = POLLOUT };
    return poll(&room, 1, 0) == 1 && (room.revents & POLLOUT) != 0;
}

/** Hand over a line; its end is added here. */
static void emit(struct buf *line)
{
    WICK_ASSERT(line->len < line->cap);
    if (line_sink != NULL) {
        line_sink(buf_str(line));
        return;
    }
    buf_put_u8(line, '\n');
    ssize_t done = has_room(STDERR_FILENO) ? write(STDERR_FILENO, line->ptr, line->len) : -1;
    if (done != (ssize_t)line->len) {
        count_suppressed(); /* nobody reads it fast enough: never wait for a log */
    }
}

void log_write(enum log_level level, const char *module, const char *message,
               const struct log_kv *kv, size_t kv_count)
{
    WICK_ASSERT(level <= LOG_DEBUG);
    WICK_ASSERT(module != NULL && message != NULL);
    uint8_t mem[LOG_LINE_LEN_MAX];
    struct buf line;
    if (!log_is_on(level)) {
        return;
    }
    if (!take_line()) {
        count_suppressed();
        return;
    }
    const char *head[3] = { level_names[level], module, message };
    buf_init(&line, mem, BODY_LEN);
    put_line(&line, head, kv, kv_count);
    WICK_ASSERT(line.len <= BODY_LEN);
    bool is_cut = line.err != WICK_OK;
    buf_cut(&line, line.len);
    line.cap = sizeof mem;
    if (is_cut) {
        buf_put_text(&line, " ...");
    }
    if (suppressed > 0) {
        buf_put_text(&line, " suppressed=");
        buf_put_u64(&line, suppressed);
        suppressed = 0;
    }
    emit(&line);
}
