/* frozen.c - see frozen.h. */
#include "live/frozen.h"

#include "base/clk.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/stat.h"
#include "live/work.h"
#include "tmpl/tmpl_walk.h"
#include "wire/wire_pull.h"

enum {
    ATTRIBUTES_MAX = 256,      /* of the live element, with its '>' */
    GIVES_WAY_AFTER_MS = 2000, /* before that a reader's pace says nothing */
};

/* A document is four texts, one after the other. */
enum section { SECTION_HEAD, SECTION_ATTRIBUTES, SECTION_ROOT, SECTION_TAIL, SECTION_END };

/* A document that is being written. */
struct document {
    const struct wick_page *page;
    const struct wire *wire;
    struct tmpl_ctx ctx;
    enum section section;
    size_t off;            /* ATTRIBUTES: bytes that are written */
    struct tmpl_walk walk; /* the other sections */
    uint8_t token[LIVE_TOKEN_LEN];
};

/* A text that is no page. */
struct text {
    frozen_text_put *put;
    uint64_t at;
    bool has_more;   /* than what is written */
    struct buf part; /* in states */
    size_t off;      /* what was taken of it */
};

enum frozen_kind { FROZEN_DOCUMENT, FROZEN_MESSAGE, FROZEN_TEXT };

struct frozen {
    bool is_used;
    uint8_t kind;    /* enum frozen_kind */
    bool is_closing; /* it gives way: its connection is being closed */
    net_conn_id conn;
    uint64_t since_ms;
    uint64_t taken; /* bytes */

    union {
        struct document document;
        struct wire_pull message;
        struct text text;
    } as;

    char action[TMPL_NAME_LEN_MAX + 1];
    struct tmpl_form form;
    uint64_t data[(WICK_VIEW_STATE_MAX + 7) / 8];
    uint64_t states[WICK_FROZEN_CAP / 8];
};

static struct {
    struct frozen frozen[WICK_FROZEN_MAX];
    uint8_t window[WICK_SEND_CAP];
} m;

static struct stat_value stat_used;
STAT_GAUGE(stat_used, "wick_frozen", "long documents and snapshots on their way");
static struct stat_value stat_total;
STAT_TOTAL(stat_total, "wick_frozen_total", "documents and snapshots made in pieces");
static struct stat_value stat_evicted;
STAT_TOTAL(stat_evicted, "wick_frozen_evicted_total", "slow readers that gave way to others");

void frozen_init(void)
{
    for (size_t idx = 0; idx < WICK_FROZEN_MAX; idx++) {
        m.frozen[idx].is_used = false;
    }
    stat_used.value = 0;
}

bool frozen_is_full(void)
{
    WICK_ASSERT_DEBUG(stat_used.value <= WICK_FROZEN_MAX);
    return stat_used.value == WICK_FROZEN_MAX;
}

/* --- documents ----------------------------------------------------------------------------------
 */

static enum tmpl_marks marks_of(const struct wire *wire)
{
    return wire->has_marks ? TMPL_MARKED : TMPL_UNMARKED;
}

static void enter(struct document *doc, enum section section)
{
    WICK_ASSERT(section <= SECTION_END);
    WICK_ASSERT_DEBUG(section == SECTION_HEAD || (unsigned)section == (unsigned)doc->section + 1);
    doc->section = section;
    doc->off = 0;
    if (section == SECTION_HEAD) {
        tmpl_walk_start(&doc->walk, doc->page->head, &doc->ctx, TMPL_UNMARKED);
    } else if (section == SECTION_ROOT) {
        tmpl_walk_start(&doc->walk, doc->page->tmpl->root, &doc->ctx, marks_of(doc->wire));
    } else if (section == SECTION_TAIL) {
        tmpl_walk_start(&doc->walk, doc->page->tail, &doc->ctx, TMPL_UNMARKED);
    }
}

static void start(struct document *doc, const struct view *view, const struct tmpl_ctx *ctx)
{
    doc->page = view_page(view);
    doc->wire = view_wire(view);
    doc->ctx = *ctx;
    memcpy(doc->token, view->token, sizeof doc->token);
    enter(doc, SECTION_HEAD);
    WICK_ASSERT_DEBUG(doc->section == SECTION_HEAD && doc->off == 0);
    WICK_ASSERT_DEBUG(doc->ctx.part[TMPL_VIEW] != NULL && doc->ctx.part[TMPL_FORM] != NULL);
}

static void put_attributes(const struct document *doc, struct buf *out)
{
    char mem[2 * LIVE_TOKEN_LEN];
    struct buf token;
    buf_init(&token, mem, sizeof mem);
    view_put_token(&token, doc->token);
    WICK_ASSERT_DEBUG(token.err == WICK_OK && token.len == sizeof mem);
    doc->wire->put_attributes(out, buf_str(&token), doc->page->tmpl->fingerprint);
    buf_put_u8(out, '>');
    WICK_ASSERT(out->err == WICK_OK);
}

/* @return true: there is more of it. */
static bool pull_attributes(struct document *doc, struct buf *out)
{
    WICK_ASSERT_DEBUG(doc->section == SECTION_ATTRIBUTES);
    char mem[ATTRIBUTES_MAX];
    struct buf text;
    buf_init(&text, mem, sizeof mem);
    put_attributes(doc, &text);
    WICK_ASSERT_DEBUG(doc->off <= text.len && out->len <= out->cap);
    size_t left = text.len - doc->off;
    size_t room = out->cap - out->len;
    size_t len = left < room ? left : room;
    buf_put(out, text.ptr + doc->off, len);
    doc->off += len;
    return len < left;
}

/* Fill the window. @return true: there is more, or a slot is too long (out->err). */
static bool pull_document(struct document *doc, struct buf *out)
{
    WICK_ASSERT_DEBUG(doc->section <= SECTION_END);
    struct buf *scratch = &work_diff()->bytes;
    while (doc->section != SECTION_END) {
        bool has_more = doc->section == SECTION_ATTRIBUTES
                            ? pull_attributes(doc, out)
                            : tmpl_walk_next(&doc->walk, out, scratch);
        if (has_more) {
            WICK_ASSERT_DEBUG(out->len == out->cap || out->err != WICK_OK);
            return true;
        }
        enter(doc, (enum section)(doc->section + 1));
    }
    return false;
}

/* @return TMPL_LENGTH_UNKNOWN: a slot is too long. */
static uint64_t length_of_document(const struct document *doc)
{
    WICK_ASSERT_DEBUG(doc->section == SECTION_HEAD && doc->off == 0);
    struct buf *scratch = &work_diff()->bytes;
    char mem[ATTRIBUTES_MAX];
    struct buf text;
    buf_init(&text, mem, sizeof mem);
    put_attributes(doc, &text);
    uint64_t head = tmpl_length(doc->page->head, &doc->ctx, TMPL_UNMARKED, scratch);
    uint64_t root = tmpl_length(doc->page->tmpl->root, &doc->ctx, marks_of(doc->wire), scratch);
    uint64_t tail = tmpl_length(doc->page->tail, &doc->ctx, TMPL_UNMARKED, scratch);
    bool is_known =
        head != TMPL_LENGTH_UNKNOWN && root != TMPL_LENGTH_UNKNOWN && tail != TMPL_LENGTH_UNKNOWN;
    return is_known ? head + text.len + root + tail : TMPL_LENGTH_UNKNOWN;
}

/* --- copies -------------------------------------------------------------------------------------
 */

/* The least valuable reader: a document before the snapshot of a viewer; then the slowest one. */
static void give_way(void)
{
    WICK_ASSERT_DEBUG(frozen_is_full());
    struct frozen *least = NULL;
    uint64_t least_pace = 0;
    for (size_t idx = 0; idx < WICK_FROZEN_MAX; idx++) {
        struct frozen *one = &m.frozen[idx];
        WICK_ASSERT_DEBUG(one->is_used && one->since_ms <= clk_ms());
        uint64_t age_ms = clk_ms() - one->since_ms;
        uint64_t pace = age_ms > 0 ? one->taken * 1000 / age_ms : UINT64_MAX;
        if (one->is_closing) {
            return; /* one is on its way already */
        }
        bool is_viewer = one->kind == FROZEN_MESSAGE;
        bool is_less = least == NULL || (least->kind == FROZEN_MESSAGE && !is_viewer) ||
                       ((least->kind == FROZEN_MESSAGE) == is_viewer && pace < least_pace);
        if (age_ms >= GIVES_WAY_AFTER_MS && is_less) {
            least = one;
            least_pace = pace;
        }
    }
    if (least != NULL) {
        WICK_ASSERT_DEBUG(least->conn != 0 && !least->is_closing);
        least->is_closing = true;
        stat_evicted.value++;
        net_abort(least->conn); /* it does not take what it has: an orderly end would wait */
    }
}

static struct frozen *take(void)
{
    for (size_t idx = 0; idx < WICK_FROZEN_MAX; idx++) {
        struct frozen *one = &m.frozen[idx];
        if (!one->is_used) {
            one->is_used = true;
            one->is_closing = false;
            one->taken = 0;
            one->since_ms = clk_ms();
            stat_used.value++;
            stat_total.value++;
            WICK_ASSERT_DEBUG(stat_used.value <= WICK_FROZEN_MAX);
            return one;
        }
    }
    give_way();
    return NULL;
}

static void done(void *arg)
{
    struct frozen *frozen = arg;
    WICK_ASSERT(frozen->is_used);
    WICK_ASSERT_DEBUG(frozen >= m.frozen && frozen < m.frozen + WICK_FROZEN_MAX);
    WICK_ASSERT_DEBUG(stat_used.value > 0);
    frozen->is_used = false;
    stat_used.value--;
}

/* Write the next part of it. @return false: a line does not fit, so it cannot be completed */
static bool write_text(struct frozen *frozen)
{
    struct text *text = &frozen->as.text;
    WICK_ASSERT(text->has_more);
    buf_init(&text->part, frozen->states, sizeof frozen->states);
    text->off = 0;
    text->has_more = text->put(&text->part, &text->at);
    if (text->part.err == WICK_OK && (text->part.len > 0 || !text->has_more)) {
        return true;
    }
    log_event(LOG_ERROR, "live", "a line of a text is too long", KV_I("cap", WICK_FROZEN_CAP));
    text->has_more = true;
    text->part.len = 0;
    return false;
}

/* When a line does not fit nothing is written although more is to come: net breaks the answer off. */
static bool pull_text(struct frozen *frozen, struct buf *out)
{
    struct text *text = &frozen->as.text;
    if (text->off == text->part.len && text->has_more && !write_text(frozen)) {
        return true;
    }
    size_t left = text->part.len - text->off;
    size_t len = left < out->cap ? left : out->cap;
    buf_put(out, text->part.ptr + text->off, len);
    text->off += len;
    return len < left || text->has_more;
}

static bool pull_any(struct frozen *frozen, struct buf *out)
{
    WICK_ASSERT_DEBUG(frozen->kind <= FROZEN_TEXT && out->len == 0);
    switch ((enum frozen_kind)frozen->kind) {
    case FROZEN_DOCUMENT:
        return pull_document(&frozen->as.document, out);
    case FROZEN_MESSAGE:
        return wire_pull_next(&frozen->as.message, out, work_diff());
    case FROZEN_TEXT:
        return pull_text(frozen, out);
    }
    return false;
}

static size_t pull(void *arg, uint8_t *to, size_t cap, bool *is_end_out)
{
    struct frozen *frozen = arg;
    struct buf out;
    WICK_ASSERT(frozen->is_used && cap > 0);
    buf_init(&out, to, cap);
    *is_end_out = !pull_any(frozen, &out);
    WICK_ASSERT(out.err == WICK_OK); /* the counting run has seen every slot */
    WICK_ASSERT_DEBUG(out.len > 0 || *is_end_out || frozen->kind == FROZEN_TEXT);
    frozen->taken += out.len;
    return out.len;
}

/* Copy what the job shows. @return its context, with pointers into the copy. */
static struct tmpl_ctx freeze(struct frozen *frozen, const struct frozen_job *job)
{
    WICK_ASSERT_DEBUG(frozen->is_used && job->view->state != VIEW_FREE);
    WICK_ASSERT_DEBUG(job->ctx->part[TMPL_VIEW] != NULL && job->ctx->part[TMPL_FORM] != NULL);
    const struct wick_page *page = view_page(job->view);
    WICK_ASSERT_DEBUG(page->state_count <= TMPL_STATES_MAX);
    struct tmpl_ctx ctx = *job->ctx;
    size_t used = 0;
    for (unsigned idx = 0; idx < page->state_count; idx++) {
        unsigned part = tmpl_state_part(idx);
        WICK_ASSERT(used * 8 + page->state[idx]->size <= sizeof frozen->states);
        mem_copy(&frozen->states[used], ctx.part[part], page->state[idx]->size);
        ctx.part[part] = &frozen->states[used];
        used += (page->state[idx]->size + 7) / 8;
    }
    memcpy(frozen->data, ctx.part[TMPL_VIEW], sizeof frozen->data);
    memcpy(&frozen->form, ctx.part[TMPL_FORM], sizeof frozen->form);
    ctx.part[TMPL_VIEW] = frozen->data;
    ctx.part[TMPL_FORM] = &frozen->form;
    return ctx;
}

/* @return its length, UINT64_MAX when a slot is too long. */
static uint64_t prepare(struct frozen *frozen, const struct frozen_job *job)
{
    WICK_ASSERT_DEBUG(frozen->taken == 0 && frozen->conn != 0);
    WICK_ASSERT_DEBUG(job->meta == NULL || job->meta->is_snapshot);
    struct tmpl_ctx ctx = freeze(frozen, job);
    frozen->kind = job->meta != NULL ? FROZEN_MESSAGE : FROZEN_DOCUMENT;
    if (job->meta == NULL) {
        start(&frozen->as.document, job->view, &ctx);
        return length_of_document(&frozen->as.document);
    }
    struct wire_meta meta = *job->meta;
    const struct tmpl_node *root = view_page(job->view)->tmpl->root;
    (void)wick_set(frozen->action, sizeof frozen->action, meta.action);
    meta.action = str_of(frozen->action);
    meta.form = meta.form != NULL ? &frozen->form : NULL;
    wire_pull_start(&frozen->as.message, view_wire(job->view), root, &ctx, &meta);
    uint64_t len = wire_pull_length(&frozen->as.message, work_diff());
    wire_pull_start(&frozen->as.message, view_wire(job->view), root, &ctx, &meta);
    return len;
}

/* --- short or long ------------------------------------------------------------------------------
 */

/* Write it at once, if it fits. */
static bool put_short(const struct frozen_job *job, struct buf *out)
{
    static union {
        struct document document;
        struct wire_pull message;
    } as; /* large, and needed during this call only */

    WICK_ASSERT_DEBUG(out->err == WICK_OK);
    bool has_more;
    if (job->meta == NULL) {
        start(&as.document, job->view, job->ctx);
        has_more = pull_document(&as.document, out);
    } else {
        wire_pull_start(&as.message, view_wire(job->view), view_page(job->view)->tmpl->root,
                        job->ctx, job->meta);
        has_more = wire_pull_next(&as.message, out, work_diff());
    }
    WICK_ASSERT_DEBUG(has_more || out->err == WICK_OK);
    return !has_more;
}

static enum frozen_result fault(const struct frozen_job *job)
{
    log_event(LOG_ERROR, "live", "a slot of the page is too long",
              KV_S("page", str_of(view_page(job->view)->path)), KV_I("cap", WICK_UPDATE_CAP));
    return FROZEN_FAULT;
}

enum frozen_result frozen_respond(net_conn_id conn, const struct frozen_job *job,
                                  const struct http_res *res)
{
    WICK_ASSERT_DEBUG(res->body.len == 0 && !res->is_static);
    struct buf out;
    buf_init(&out, m.window, NET_BODY_MAX);
    if (put_short(job, &out)) {
        struct http_res full = *res;
        full.body = buf_str(&out);
        net_respond(conn, &full);
        return FROZEN_SENT;
    }
    struct frozen *frozen = take();
    if (frozen == NULL) {
        return FROZEN_FULL;
    }
    frozen->conn = conn;
    uint64_t len = prepare(frozen, job);
    if (len == TMPL_LENGTH_UNKNOWN) {
        done(frozen);
        net_respond_error(conn, 500, STR("A text of this page is too long."));
        return fault(job);
    }
    WICK_ASSERT_DEBUG(len > NET_BODY_MAX);
    (void)net_respond_source(conn, res, len, &(struct net_source){ pull, done, frozen });
    return FROZEN_SENT;
}

enum frozen_result frozen_send(const struct frozen_job *job)
{
    net_stream_id stream = job->view->stream;
    WICK_ASSERT(job->meta != NULL && job->view->state == VIEW_LIVE);
    WICK_ASSERT_DEBUG(job->meta->is_snapshot && job->meta->part == job->view->part);
    struct buf *out = net_message_begin(stream);
    if (out == NULL) {
        return FROZEN_NO_ROOM;
    }
    if (put_short(job, out)) {
        return net_message_end(stream) == WICK_OK ? FROZEN_SENT : FROZEN_NO_ROOM;
    }
    buf_fail(out, WICK_E_FULL); /* of the message that was begun nothing is sent */
    (void)!net_message_end(stream);
    struct frozen *frozen = take();
    if (frozen == NULL) {
        return FROZEN_FULL;
    }
    frozen->conn = net_stream_conn(stream);
    uint64_t len = prepare(frozen, job);
    if (len == WIRE_LENGTH_UNKNOWN) {
        done(frozen);
        net_stream_close(stream, 1011, STR("a text of the page is too long"));
        return fault(job);
    }
    WICK_ASSERT_DEBUG(len > 0);
    return net_stream_source(stream, len, &(struct net_source){ pull, done, frozen })
               ? FROZEN_SENT
               : FROZEN_NO_ROOM;
}

/* --- other texts --------------------------------------------------------------------------------
 */

void frozen_respond_text(net_conn_id conn, const struct http_res *res, frozen_text_put *put)
{
    WICK_ASSERT_DEBUG(res->body.len == 0 && !res->is_static);
    struct frozen *frozen = take();
    if (frozen == NULL) {
        net_respond_error(conn, 503, STR("The server is busy. Please try again in a moment."));
        return;
    }
    frozen->kind = FROZEN_TEXT;
    frozen->conn = conn;
    struct text *text = &frozen->as.text;
    *text = (struct text){ .put = put, .has_more = true };
    if (!write_text(frozen)) {
        net_respond_error(conn, 500, STR("This text is longer than its buffer."));
        done(frozen);
        return;
    }
    WICK_ASSERT_DEBUG(text->part.len <= WICK_FROZEN_CAP);
    if (!text->has_more && text->part.len <= NET_BODY_MAX) {
        struct http_res full = *res;
        full.body = buf_str(&text->part);
        net_respond(conn, &full);
        done(frozen);
        return;
    }
    (void)net_respond_source(conn, res, text->has_more ? NET_LEN_UNKNOWN : text->part.len,
                             &(struct net_source){ pull, done, frozen });
}
