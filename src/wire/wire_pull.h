/* wire_pull.h - one message with everything that a page shows, in windows of any size.
 *
 * Layer:     wire (includes base, tmpl, diff).
 * Memory:    the caller's: a struct wire_pull for each message in progress, a window, and a struct
 *            diff that is used within a call only.
 * Ownership: the states that the context points to, meta's action and its form must stay as they
 *            are until the message has ended; the context and meta themselves are copied.
 * Blocking:  never. Re-entry: on different struct diff only.
 * Cost:      linear in the output, plus at most two extra encodings of one operation per window.
 * Limits:    no number of operations and no length. One operation must fit into diff->bytes, its
 *            text and its encoding together; else WICK_E_FULL.
 */
#ifndef WICK_WIRE_PULL_H
#define WICK_WIRE_PULL_H

#include "wire/wire.h"

struct wire_pull {
    const struct wire *wire;
    struct wire_meta meta;
    struct wire_put put;   /* of the message, before the present piece */
    struct diff_walk walk; /* at the present operation */
    size_t off;            /* bytes of the present piece that earlier windows have taken */
    uint8_t stand;         /* which piece is the present one: begin, an operation, end, none */
};

/** Prepare a message. meta.is_snapshot is set by this. */
void wire_pull_start(struct wire_pull *pull, const struct wire *wire, const struct tmpl_node *root,
                     const struct tmpl_ctx *is, const struct wire_meta *meta);

/** Append the next bytes of the message to out: its free bytes are filled up to the last one.
 *
 * @param diff  op_cap >= 1; op and bytes are overwritten.
 * @return true: the window is full and there is more, or out->err is WICK_E_FULL: an operation does
 *         not fit into diff; false: that was all.
 */
bool wire_pull_next(struct wire_pull *pull, struct buf *out, struct diff *diff);

#define WIRE_LENGTH_UNKNOWN UINT64_MAX

/** Bytes of the whole message that was prepared: a counting run. Moves pull to its end.
 * @return WIRE_LENGTH_UNKNOWN when an operation does not fit into diff. */
uint64_t wire_pull_length(struct wire_pull *pull, struct diff *diff);

#endif
