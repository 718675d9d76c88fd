/* base.h - words that every layer uses: attributes, assertions, counting.
 *
 * Layer: base.   Memory: none.
 */
#ifndef WICK_BASE_H
#define WICK_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WICK_MUST_CHECK        __attribute__((warn_unused_result))
#define WICK_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define WICK_COUNT_OF(array)   (sizeof(array) / sizeof((array)[0]))

/** A fault of our own, never of the input: log its place and abort. Kept in release builds; the
 * condition's text is not, it would cost more than the check. */
#define WICK_ASSERT(cond) ((cond) ? (void)0 : wick_assert_here(__LINE__))
_Noreturn void wick_assert_failed(const char *file, int line);

/* Not inlined where it would cost bytes: once in each object, and only if it is used. */
static inline _Noreturn __attribute__((cold)) void wick_assert_here(int line)
{
    wick_assert_failed(__BASE_FILE__, line);
}

/** The same for what costs more than it is worth in a device: checked in all builds of the tests,
 * gone in programs. */
#ifdef WICK_CHECKED
#define WICK_ASSERT_DEBUG(cond) WICK_ASSERT(cond)
#else
#define WICK_ASSERT_DEBUG(cond) ((void)(false && (cond)))
#endif

#endif
