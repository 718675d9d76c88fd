/* frames.c - see frames.h. */
#include "frames.h"

#include <stdio.h>
#include <stdlib.h>

enum { OPS = 40000, BYTES = 1 << 20, MAP = 4096, OUT = 1 << 22 };

static struct diff_op ops[OPS];
static uint8_t bytes[BYTES], scratch[WICK_SLOT_LEN_MAX], out_mem[2][OUT];
static uint32_t map[MAP];

struct diff frames_diff(void)
{
    struct diff diff = { .op = ops, .op_cap = OPS, .map = map, .map_cap = MAP };
    buf_init(&diff.bytes, bytes, sizeof bytes);
    buf_init(&diff.scratch, scratch, sizeof scratch);
    return diff;
}

static void die(const char *why)
{
    fprintf(stderr, "%s\n", why);
    exit(2);
}

static void print(const struct buf *out)
{
    if (out->err != WICK_OK) {
        die("out is full");
    }
    fwrite(out->ptr, 1, out->len, stdout);
}

typedef void (*render_fn)(struct buf *out, const struct tmpl_node *node,
                          const struct tmpl_ctx *ctx);

static void print_html(const char *before, const struct tmpl *tmpl, const struct tmpl_ctx *ctx,
                       render_fn render)
{
    struct buf html, json;
    buf_init(&html, out_mem[0], OUT);
    buf_init(&json, out_mem[1], OUT);
    render(&html, tmpl->root, ctx);
    buf_put_json_str(&json, buf_str(&html));
    if (html.err != WICK_OK) {
        die("html is full");
    }
    fputs(before, stdout);
    print(&json);
}

/* The operations in both wires, appended to two arrays of frames. */
static void put_frames(struct buf frame[2], const struct tmpl *tmpl, const struct diff *diff,
                       bool is_snapshot)
{
    const struct wire_meta meta = { .is_snapshot = is_snapshot };
    if (diff->err != WICK_OK) {
        die("diff is full");
    }
    if (diff->op_len == 0 && !is_snapshot) {
        return;
    }
    for (int wire = 0; wire < 2; wire++) {
        buf_put_text(&frame[wire], frame[wire].len > 0 ? "," : "");
        wire_put_message(wire == 0 ? &wire_livetemplate : &wire_wick, &frame[wire], tmpl->root,
                         diff, &meta);
        if (frame[wire].err != WICK_OK) {
            die("frame is full");
        }
    }
}

void frames_print_template(const struct tmpl *tmpl, const struct tmpl_ctx *is)
{
    struct buf frame[2];
    struct diff diff = frames_diff();
    fputs("{\"tree\":", stdout);
    for (size_t at = 0; at < tmpl->statics_file.len; at++) {
        putchar(tmpl->statics_file.ptr[at] == '\n' ? ' '
                                                   : tmpl->statics_file.ptr[at]); /* on one line */
    }
    print_html(",\"html\":", tmpl, is, tmpl_render);
    print_html(",\"page\":", tmpl, is, tmpl_render_marked);
    buf_init(&frame[0], out_mem[0], OUT);
    buf_init(&frame[1], out_mem[1], OUT);
    (void)!diff_snapshot(&diff, tmpl->root, is);
    put_frames(frame, tmpl, &diff, true);
    fputs(",\"lt\":", stdout);
    print(&frame[0]);
    fputs(",\"wick\":", stdout);
    print(&frame[1]);
    fputs("}\n", stdout);
}

void frames_print_transition(const struct tmpl *tmpl, const struct tmpl_ctx *was,
                             const struct tmpl_ctx *is, enum frames_way way)
{
    struct buf frame[2];
    struct diff diff = frames_diff();
    print_html("{\"html\":", tmpl, is, tmpl_render);
    print_html(",\"page\":", tmpl, is, tmpl_render_marked);
    buf_init(&frame[0], out_mem[0], OUT);
    buf_init(&frame[1], out_mem[1], OUT);
    switch (way) {
    case FRAMES_SNAPSHOT:
        (void)!diff_snapshot(&diff, tmpl->root, is);
        put_frames(frame, tmpl, &diff, true);
        break;
    case FRAMES_PARTS:
        (void)!diff_update(&diff, tmpl->root, was, is, DIFF_SHARED);
        put_frames(frame, tmpl, &diff, false);
        diff_reset(&diff);
        (void)!diff_update(&diff, tmpl->root, was, is, DIFF_PRIVATE);
        put_frames(frame, tmpl, &diff, false);
        break;
    case FRAMES_WHOLE:
        (void)!diff_update(&diff, tmpl->root, was, is, DIFF_WHOLE);
        put_frames(frame, tmpl, &diff, false);
        break;
    }
    fputs(",\"lt\":[", stdout);
    print(&frame[0]);
    fputs("],\"wick\":[", stdout);
    print(&frame[1]);
    fputs(way == FRAMES_SNAPSHOT ? "],\"x\":true}\n" : "]}\n", stdout);
}
