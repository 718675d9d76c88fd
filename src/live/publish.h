/* publish.h - what all viewers of a page share: one comparison, one frame for each format in use,
 * whatever their number.
 *
 * Layer:  live. Memory: one static frame.
 * Limits: a shared update over WICK_SEND_CAP bytes or LIVE_OP_MAX operations becomes a snapshot of
 *         each follower.
 */
#ifndef LIVE_PUBLISH_H
#define LIVE_PUBLISH_H

#include "live/update.h"

/** Publish the states that changed: at the periods that are due, or at all (at_once). All states
 * of a period go together: every page that is followed is compared once, the private slots that
 * read a state too, then all shadows advance.
 *  @return the time of the next publication, UINT64_MAX for none. */
uint64_t publish_settle(bool at_once);

#endif
