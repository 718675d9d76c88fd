/* update.h - what one view is sent for itself: changes of its private slots, snapshots, answers,
 * heartbeats. All of it in the settle phase.
 *
 * Layer:     live. Memory: the working memory of work.h, net's short messages, frozen copies.
 * Ownership: a message is handed to net at once; what finds no room is owed as a snapshot
 *            (view->due), and so is the answer that it carried.
 * Limits:    an update over work.h's limits or one write of net becomes a snapshot, which may be of
 *            any length (frozen.h).
 */
#ifndef LIVE_UPDATE_H
#define LIVE_UPDATE_H

#include "live/ring.h"
#include "live/work.h"

void update_init(void);
/** What the view's client shows: the period's shadows where the page is followed, else the
 * present states; with the view's own parts as they are now. */
struct tmpl_ctx update_context(const struct view *view);
/** The same with the view's own parts as last sent. */
struct tmpl_ctx update_context_sent(const struct view *view);
/** Compare the private slots and send what differs, and the answer that is due. After a failure a
 * snapshot is due. */
void update_private(struct view *view, const struct tmpl_ctx *was, const struct tmpl_ctx *is);
/** Begin a snapshot: complete meta (sequence number, part) and say what is to be shown. */
struct tmpl_ctx update_begin_snapshot(struct view *view, struct wire_meta *meta);
/** Its client has been handed everything: nothing is due any more. */
void update_is_sent(struct view *view);
/** The answer that is due, as meta; the form's messages point into the view's form. */
struct wire_meta update_answer(const struct view *view);
/** Bring all marked views up to date, and those that were refused a frozen copy. */
void update_settle(void);
/** Somebody waits for a frozen copy: settle again soon. */
bool update_is_waiting(void);

#endif
