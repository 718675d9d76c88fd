/* wire.h - languages of clients: patch operations -> bytes, messages -> one common request.
 *
 * Layer:     wire (includes base, tmpl, diff). It never sees a socket, a request of HTTP or a view.
 * Rows:      a wire is one constant struct wire in a file of its own: data, and pure functions. A
 *            page points to the rows that it serves, so a program links only those. The list of
 *            all rows is in wire.c, to find one by its name (wickc).
 * Ownership: every slice in a request points into the message or into the caller's struct
 *            wire_fields; it is valid as long as these are. Rows own nothing.
 * NULL:      a function pointer of a row may be NULL where its comment says so.
 * Limits:    WIRE_PAIR_MAX fields, WICK_BODY_LEN_MAX bytes of them, WIRE_TOKENS_MAX JSON tokens in
 *            a message; beyond them a message is WIRE_ASK_UNREADABLE.
 * Errors:    writers have the sticky error of struct buf. Nothing here blocks.
 */
#ifndef WICK_WIRE_H
#define WICK_WIRE_H

#include "base/json.h"
#include "diff/diff.h"

enum {
    WIRE_ACTION_FIELDS = 2,
};

/* --- what clients ask for --------------------------------------------------------------------- */

/* A submission: names and values, decoded. */
struct wire_pair {
    struct str name, value;
};

struct wire_fields {
    struct wire_pair pair[WIRE_PAIR_MAX];
    uint16_t count;
    struct buf text; /* decoded names and values, in mem */
    uint8_t mem[WICK_BODY_LEN_MAX];
};

enum wire_ask {
    WIRE_ASK_UNREADABLE, /* no message of this wire; it is answered all the same */
    WIRE_ASK_ACTION,     /* action, fields */
    WIRE_ASK_NAVIGATE,   /* fields: the query of the page's new mount */
    WIRE_ASK_HEARTBEAT,
    WIRE_ASK_JOIN,  /* a further view on this connection: name, token */
    WIRE_ASK_LEAVE, /* name */
};

struct wire_request {
    enum wire_ask ask;
    struct str name;            /* of the view on this connection; empty where there is only one */
    struct str token;           /* JOIN: the view's resume token */
    struct str action;          /* as the client spells it */
    int64_t ref;                /* the client's number of this request; 0: none */
    struct wire_fields *fields; /* the caller's; complete unless the message is unreadable */
};

/** Forget what is in it. */
void wire_fields_reset(struct wire_fields *fields);
/** @return WICK_E_FULL: more than WIRE_PAIR_MAX. */
WICK_MUST_CHECK enum wick_err wire_fields_add(struct wire_fields *fields, struct str name,
                                              struct str value);
/** The last value of that name, or a slice with ptr NULL. */
struct str wire_fields_value(const struct wire_fields *fields, struct str name);
/** Members of the JSON object at token obj (-1 or null: no fields). A value may be a string, a
 *  number, true, false, null or an array of these (a value each, as of several boxes of one name);
 * an object is empty.
 *  @return WICK_E_SYNTAX: obj is no object; WICK_E_FULL. */
WICK_MUST_CHECK enum wick_err wire_fields_read(struct wire_fields *fields, const struct json *json,
                                               int obj);
/** Tokens of a message that is one JSON value of that kind (object or array). They are static:
 * valid until the next call. NULL: it is none. */
const struct json *wire_json(struct str text, enum json_kind kind);

/* --- what clients get ------------------------------------------------------------------------- */

/* What a wire adds around the operations of one message. All zero: a push, no answer to anybody. */
struct wire_meta {
    bool is_answer; /* answers a request of this client */
    bool is_ok;
    bool is_snapshot;  /* the operations come from diff_snapshot(root) */
    bool is_first;     /* the first message of a stream or of a page */
    bool can_change;   /* is_first: the page has an action "change" */
    struct str action; /* of the request that is answered, as the client spelled it */
    int64_t ref;
    uint32_t seq;  /* of the channel's frame that this message leads to; 0: private message */
    uint32_t part; /* number of this private message; 0: it has none (a channel's frame) */
    const struct tmpl_form *form; /* messages beside the fields, or NULL */
};

/* Where a stream begins. */
struct wire_place {
    uint32_t epoch, seq;
    uint64_t fingerprint; /* of the page's statics */
    uint64_t wall_ms;     /* the device's clock; 0: not known */
};

/* An operation that is open; rows use the fields as they like. */
struct wire_level {
    uint8_t kind;  /* enum diff_op_kind; DIFF_INTO for the root */
    bool has_item; /* the next item needs a comma */
    uint32_t bits, row, count;
};

/* One message that is being written. It may be written in portions: begin, any number of
 * operations in order, end. Each portion may go to another buffer. */
struct wire_put {
    struct buf *out;
    const struct tmpl_node *root;
    const struct wire_meta *meta;
    const struct diff *diff; /* of the present portion */
    uint32_t depth;
    struct wire_level level[DIFF_DEPTH_MAX + 1];
};

/* How several messages travel together as one message of the transport. All empty: they do not. */
struct wire_batch {
    struct str begin, separator, end;
};

/* How a request without a stream, or a new stream, says which view it means. */
enum wire_identity {
    WIRE_BY_TOKEN,   /* parameter v of the query: the page's resume token */
    WIRE_BY_SESSION, /* a cookie of the browser: the view that it used last */
};

/* What answers an action that came by POST. */
enum wire_reply {
    WIRE_REPLY_DONE, /* while the view has a stream: the completion alone; else a snapshot */
    WIRE_REPLY_TREE, /* always a snapshot; the stream gets one, too */
};

struct wire {
    const char *name;       /* in directives and in paths */
    struct str protocol;    /* WebSocket subprotocol; empty: none is asked for and none named */
    struct str headers;     /* header lines of the page, each with its CRLF */
    struct str cookie;      /* BY_SESSION: its name */
    struct str cookie_with; /* and its attributes: "; Path=/..." */
    enum wire_identity identity;
    enum wire_reply reply;
    bool has_marks;        /* the page's document carries the marks of its slots */
    bool has_statics_file; /* the client loads the statics once, by fingerprint */
    bool has_events;       /* its streams may be server-sent events and long polls */
    bool has_tree_page;    /* GET that accepts JSON first gives a snapshot */
    bool has_many;         /* JOIN and LEAVE: one connection carries several views */
    /* names of fields that say which action a form without script means; NULL: none */
    const char *action_field[WIRE_ACTION_FIELDS];
    const char *attr_action; /* attribute of a <form>: wick-action="x" becomes it; "": none */
    const char *attr_event;  /* attribute prefix: wick-on:EVENT="x" becomes it with EVENT */
    const char *attr_button; /* attribute of a button that calls an action; "": its name does */
    struct wire_batch batch;
    struct str beat; /* sent when nothing else was for a while; empty: the client needs nothing */

    /** Attributes of the live element, each after a space. token: text of the resume token. */
    void (*put_attributes)(struct buf *out, struct str token, uint64_t fingerprint);
    /** Read one message. request is complete: an unreadable one has its ref and action if they
     * could be read. */
    void (*read)(struct wire_request *request, struct wire_fields *fields, struct str message);
    /** What the client said and a name of the page mean the same action. */
    bool (*is_action)(struct str said, struct str name);
    void (*begin)(struct wire_put *put);
    void (*operations)(struct wire_put *put, const struct diff *diff);
    void (*end)(struct wire_put *put);
    /** First message of a stream; NULL: the wire has none, and cannot resume. */
    void (*put_hello)(struct buf *out, const struct wire_place *place);
    void (*put_heartbeat)(struct buf *out); /* answers one */
    /** Send the browser to another address; NULL: the wire cannot, the stream is closed. */
    void (*put_go)(struct buf *out, struct str url);
    /** What stands before every message of this view on its connection; its other end is
     * prefix_end. NULL: nothing. */
    void (*put_prefix)(struct buf *out, const struct wire_request *join);
    struct str prefix_end;
};

extern const struct wire wire_wick, wire_livetemplate;

/** Row of that name, or NULL. */
const struct wire *wire_find(struct str name);
/** The idx-th row, or NULL: for lists in messages. */
const struct wire *wire_at(unsigned idx);

/** Prepare a message. @pre root, meta and out outlive put. */
void wire_put_init(struct wire_put *put, struct buf *out, const struct tmpl_node *root,
                   const struct wire_meta *meta);
/** A whole message. diff NULL: no operations. */
void wire_put_message(const struct wire *wire, struct buf *out, const struct tmpl_node *root,
                      const struct diff *diff, const struct wire_meta *meta);

#endif
