/* wire.c - what both wires need: reading a message, joining a stream. */
#include "base/log.h"
#include "live/live_priv.h"

static struct json_tok tok_mem[LIVE_TOKENS_MAX];
static struct json json;
static struct form_input input;

const struct json *wire_read_json(struct str text)
{
    size_t error_off;
    json = (struct json){ .tok = tok_mem, .cap = LIVE_TOKENS_MAX };
    enum wick_err err = json_read(&json, text, tok_mem, LIVE_TOKENS_MAX, &error_off);
    return err == WICK_OK && json.len > 0 && json.tok[0].kind == JSON_OBJECT ? &json : NULL;
}

struct form_input *wire_input(void)
{
    return &input;
}

struct str wire_query(struct str query, struct str name)
{
    while (query.len > 0) {
        struct str value = str_cut(&query, '&');
        struct str key = str_cut(&value, '=');
        if (str_eq(key, name)) {
            return value.ptr != NULL ? value : STR("");
        }
    }
    return (struct str){ NULL, 0 };
}

void wire_join(struct view *view, net_conn_id conn, enum live_wire wire, bool is_poll)
{
    if (view->conn != 0) { /* a duplicated tab, or a connection that died unnoticed */
        net_conn_id old = view->conn;
        bool was_poll = view->is_poll;
        struct buf *out = was_poll || channel_wire_is_lt(view) ? NULL : net_frame_begin(old);
        view_leave(view);
        if (out != NULL) {
            buf_put_text(out, "{\"go\":");
            buf_put_json_str(out, str_of(live_page(view)->path));
            buf_put_text(out, "}");
            if (net_frame_end(old) != WICK_OK) {
                log_line(LOG_DEBUG, "live", "the older stream of a view was closed without a word");
            }
        }
        net_close(old, 1000, STR("opened elsewhere"));
    }
    view->is_poll = is_poll;
    view_join(view, conn, wire);
}
