/* update.h - what one view is sent for itself: changes of its private slots, snapshots, answers,
 * heartbeats. All of it in the settle phase.
 *
 * Layer:     live. Memory: one static struct diff, shared with publish.c, and net's buffers.
 * Ownership: a message is written into net's buffer and handed over at once; what finds no room is
 *            owed as a snapshot (view->due), and so is the answer that it carried.
 * Limits:    LIVE_OP_MAX operations and WICK_OUT_CAP bytes in one update; more: a snapshot. A
 *            snapshot that does not fit closes the stream with 1011.
 */
#ifndef LIVE_UPDATE_H
#define LIVE_UPDATE_H

#include "live/ring.h"

enum {
    LIVE_OP_MAX = WICK_OUT_CAP / 32, /* patch operations of one update */
};

void update_init(void);
/** The one working memory for comparisons; empty. */
struct diff *update_diff(void);
/** What the view's client shows: the interval's shadows where the page is followed, else the
 * present states; with the view's own parts as they are now. */
struct tmpl_ctx update_context(const struct view *view);
/** The same with the view's own parts as last sent. */
struct tmpl_ctx update_context_sent(const struct view *view);
/** Compare the private slots and send what differs, and the answer that is due. After a failure a
 * snapshot is due. */
void update_private(struct view *view, const struct tmpl_ctx *was, const struct tmpl_ctx *is);
/** Append the whole page in the view's wire, for an answer of HTTP: what is due goes with it.
 * @return false: it does not fit. */
WICK_MUST_CHECK bool update_put_snapshot(struct buf *out, struct view *view,
                                         struct wire_meta *meta);
/** The answer that is due, as meta; the form's messages point into the view's form. */
struct wire_meta update_answer(const struct view *view);
/** Bring all marked views up to date. */
void update_settle(void);

#endif
