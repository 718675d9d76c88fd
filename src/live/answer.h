/* answer.h - answers of HTTP: what a request is owed after the pass has settled.
 *
 * Layer:  live. Memory: one static struct answer per connection at most.
 * Order:  a request is read and acted upon in the input phase (request.c) and says here what it is
 *         owed; answer_settle() writes it when rings and views are up to date.
 */
#ifndef LIVE_ANSWER_H
#define LIVE_ANSWER_H

#include "live/identity.h"
#include "live/update.h"

enum answer_kind {
    ANSWER_PAGE,     /* the document */
    ANSWER_REDIRECT, /* 303 to the page's own address: a form without script was taken */
    ANSWER_TREE,     /* a snapshot in the view's wire */
    ANSWER_DONE,     /* the completion alone; the change goes over the view's stream */
};

struct answer {
    enum answer_kind kind;
    net_conn_id conn;
    uint32_t view; /* its handle; a view that is gone meanwhile: 503 */
    bool is_first; /* TREE: the first message of a page, no answer to an action */
    bool is_ok;
    bool has_new_session; /* the browser is told its session */
    bool is_passing;      /* the view was made for this request alone */
    bool is_waiting;      /* for a frozen copy; it was refused one */
    uint64_t since_ms;    /* set by answer_add() */
    int64_t ref;
    char action[TMPL_NAME_LEN_MAX + 1];
};

void answer_init(void);
void answer_add(const struct answer *answer);
/** Requests are owed an answer. */
bool answer_is_waiting(void);
/** Write the answer that this request is owed. */
void answer_settle(net_conn_id conn, const struct http_req *req);

#endif
