/* buf.h - bounded writer into the caller's memory, with a sticky first error.
 *
 * Layer: base.   Memory: the caller's.
 * Append freely and look at .err once, at the end: after the first failure nothing more is written,
 * and what was written before stays (a put is all or nothing).
 */
#ifndef WICK_BUF_H
#define WICK_BUF_H

#include "base/err.h"
#include "base/str.h"

struct buf {
    uint8_t *ptr;      /* [cap] */
    size_t cap;        /* bytes available */
    size_t len;        /* bytes in use */
    enum wick_err err; /* WICK_OK or the first failure: WICK_E_FULL */
};

void buf_init(struct buf *buf, void *mem, size_t cap);
void buf_put(struct buf *buf, const void *bytes, size_t len);
void buf_put_str(struct buf *buf, struct str text);
void buf_put_text(struct buf *buf, const char *text); /* zero-terminated */
void buf_put_u8(struct buf *buf, uint8_t byte);
void buf_put_u64(struct buf *buf, uint64_t value); /* decimal */
void buf_put_i64(struct buf *buf, int64_t value);  /* decimal */
void buf_put_hex(struct buf *buf, uint64_t value,
                 unsigned digits); /* lowest digits, lower case, zero-padded; 1..16 */
/** value / 10^decimals as text, e.g. (-1234, 2) -> "-12.34". decimals <= 9. */
void buf_put_fixed(struct buf *buf, int64_t value, unsigned decimals);
/** Text as a JSON string with its quotes (RFC 8259 section 7); bytes that are not UTF-8 become
 * U+FFFD.
 *  '<', '>' and '&' stay as they are; U+2028/2029 are escaped. */
void buf_put_json_str(struct buf *buf, struct str text);
void buf_fail(struct buf *buf, enum wick_err err); /* remember err if there is none yet */
struct str buf_str(const struct buf *buf);         /* what was written so far */
/** Forget everything after len (<= buf->len) and the error: to drop a half-written record. */
void buf_cut(struct buf *buf, size_t len);
/** A closing zero after the text that does not count in len. @return buf->ptr, or "" on error. */
const char *buf_cstr(struct buf *buf);

#endif
