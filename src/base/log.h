/* log.h - one line per event on standard error: level, module, message, then key=value pairs.
 *
 * Layer: base. Values from outside are quoted and control bytes escaped, so that a line cannot be
 * forged. At most LOG_LINES_PER_S lines a second; what is left out is counted and said in the next
 * line.
 */
#ifndef WICK_LOG_H
#define WICK_LOG_H

#include "base/str.h"
#include "base/wick_limits.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

struct log_kv { /* one key=value; text is used when it is not NULL, else number */
    const char *key;
    struct str text;
    int64_t number;
};

#define KV_S(key, str_value)                                                                       \
    {                                                                                              \
        (key), (str_value), 0                                                                      \
    }
#define KV_I(key, int_value)                                                                       \
    {                                                                                              \
        (key), { NULL, 0 }, (int64_t)(int_value)                                                   \
    }

void log_set_level(enum log_level level);
bool log_is_on(enum log_level level);
/** log_event(LOG_INFO, "net", "listening", KV_S("addr", a), KV_I("port", p)); */
#define log_event(level, module, message, ...)                                                     \
    log_write((level), (module), (message), (const struct log_kv[]){ __VA_ARGS__ },                \
              sizeof((const struct log_kv[]){ __VA_ARGS__ }) / sizeof(struct log_kv))
#define log_line(level, module, message) log_write((level), (module), (message), NULL, 0)
void log_write(enum log_level level, const char *module, const char *message,
               const struct log_kv *kv, size_t kv_count);
/** Where the lines go, without their line end (NULL: file descriptor 2, one write per line, never
 * waited for); a test catches them here. */
void log_set_sink(void (*sink)(struct str line));
/** Exempt the next line from the rate limit: for the last line before the program ends. */
void log_forget_rate(void);

#endif
