/* t.h - the whole test harness: T_CHECK prints where it failed and goes on; t_done() is main's
 * result. */
#ifndef T_H
#define T_H

#include <stdio.h>
#include <string.h>

static int t_failed;

#define T_CHECK(cond)                                                                              \
    do {                                                                                           \
        if (!(cond)) {                                                                             \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #cond);                   \
            t_failed++;                                                                            \
        }                                                                                          \
    } while (0)

#define T_EQ_INT(got, want)                                                                        \
    do {                                                                                           \
        long long t_got = (long long)(got), t_want = (long long)(want);                            \
        if (t_got != t_want) {                                                                     \
            fprintf(stderr, "%s:%d: %s is %lld, not %lld\n", __FILE__, __LINE__, #got, t_got,      \
                    t_want);                                                                       \
            t_failed++;                                                                            \
        }                                                                                          \
    } while (0)

/* got: pointer and length; want: a zero-terminated text */
#define T_EQ_TEXT(got, got_len, want)                                                              \
    do {                                                                                           \
        const char *t_want = (want);                                                               \
        size_t t_len = (size_t)(got_len);                                                          \
        if (t_len != strlen(t_want) || memcmp((got), t_want, t_len) != 0) {                        \
            fprintf(stderr, "%s:%d: %s is\n  %.*s\nnot\n  %s\n", __FILE__, __LINE__, #got,         \
                    (int)t_len, (const char *)(got), t_want);                                      \
            t_failed++;                                                                            \
        }                                                                                          \
    } while (0)

static inline int t_done(void)
{
    return t_failed != 0;
}

#endif
