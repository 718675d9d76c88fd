/* act.h - calling controllers: mount, connect, disconnect, actions. They change states and mark the
 * view; nothing is compared, sent or freed here, but a view whose life has ended.
 *
 * Layer:     live. Blocking: as long as the controller does.
 * Ownership: requests and fields belong to the caller and are read during the call only.
 */
#ifndef LIVE_ACT_H
#define LIVE_ACT_H

#include "live/turn.h"

/** A fresh view of that page, mounted with the request's query. When the pool is full the waiting
 * view that was used longest ago goes. */
struct view *act_mount(const struct http_req *req, unsigned page_idx, unsigned wire_idx,
                       const uint8_t *token);
/** Its stream has joined or ended; connect() and disconnect() are called where the state asks. */
void act_join(struct view *view, const struct http_req *req, net_stream_id stream);
void act_leave(struct view *view);
/** End of a view: disconnect() if it is owed. @pre it has no stream. */
void act_drop(struct view *view);
/** Drop what waited too long. @return the next deadline, UINT64_MAX for none. */
uint64_t act_expire(void);

/** Run what a message asks for, an unreadable one too. text is the whole message: a request that
 * has run already, known by its reference and text, is not run again.
 * @return true: done; false: refused, view_form() says why. */
bool act_request(struct view *view, const struct http_req *req, const struct wire_request *request,
                 struct str text);
/** Run an action of that page's own spelling with these fields. */
bool act_run(struct view *view, const struct http_req *req, struct str name,
             const struct wire_fields *fields);
/** The page's action that the client means, or NULL. */
const struct wick_action *act_find(const struct view *view, struct str said);

/** An action ran in this pass: what it changed in device states is published at once, whatever the
 * period. Reading forgets it. */
bool act_has_run(void);

#endif
