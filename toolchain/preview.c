/* preview.c - the program that `wickc preview` makes: one template, its data, the engine. Host
 * tool.
 *
 *   preview html     the first data set as HTML
 *   preview diff
 *   the first tree, and the update from each data set to the next, one line of wire livetemplate
 *   each
 */
#include "wickc/preview/preview_table.h"
#include "wire/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct preview_table preview_data; /* in the written C */

enum { OUT_MAX = 1 << 28, OPS_MAX = 1 << 22 };

static struct tmpl_ctx ctx_of(unsigned set)
{
    static const struct tmpl_form form;
    return (struct tmpl_ctx){ .part = { preview_data.data[set], NULL, &form } };
}

static void *take(size_t size)
{
    void *mem = calloc(1, size);
    if (mem == NULL) {
        (void)fputs("preview: no memory left\n", stderr);
        exit(71);
    }
    return mem;
}

static int print(const struct buf *out)
{
    bool is_good = fwrite(out->ptr, 1, out->len, stdout) == out->len && fflush(stdout) == 0;
    return is_good ? 0 : 74;
}

static int html(void)
{
    struct tmpl_ctx ctx = ctx_of(0);
    struct buf out;
    for (size_t cap = 1 << 16;; cap *= 4) {
        buf_init(&out, take(cap), cap);
        if (preview_data.head != NULL) {
            tmpl_render(&out, preview_data.head, &ctx);
            buf_put_u8(&out, '>'); /* a server puts its own attributes before it */
        }
        if (preview_data.has_marks) {
            tmpl_render_marked(&out, preview_data.tmpl->root, &ctx);
        } else {
            tmpl_render(&out, preview_data.tmpl->root, &ctx);
        }
        if (preview_data.tail != NULL) {
            tmpl_render(&out, preview_data.tail, &ctx);
        }
        if (out.err == WICK_OK) {
            int status = print(&out);
            free(out.ptr);
            return status;
        }
        free(out.ptr);
        if (cap >= OUT_MAX) {
            (void)fprintf(stderr, "preview: the page does not fit into %d bytes\n", OUT_MAX);
            return 70;
        }
    }
}

/* One message; set 0: the whole tree. @return false: it does not fit */
static bool message(struct buf *out, unsigned set, uint32_t ops)
{
    const struct tmpl_node *root = preview_data.tmpl->root;
    struct tmpl_ctx is = ctx_of(set);
    struct diff diff = { .op = take(ops * sizeof *diff.op),
                         .op_cap = ops,
                         .map = take(ops * sizeof *diff.map),
                         .map_cap = ops };
    buf_init(&diff.bytes, take((size_t)ops * 64), (size_t)ops * 64);
    buf_init(&diff.scratch, take(WICK_SLOT_LEN_MAX),
             WICK_SLOT_LEN_MAX); /* as large as in the program */
    diff_reset(&diff);
    enum wick_err err;
    if (set == 0) {
        err = diff_snapshot(&diff, root, &is);
    } else {
        struct tmpl_ctx was = ctx_of(set - 1);
        err = diff_update(&diff, root, &was, &is, DIFF_WHOLE);
    }
    if (err == WICK_OK) {
        struct wire_meta meta = { .is_snapshot = set == 0 };
        buf_cut(out, 0);
        wire_put_message(&wire_livetemplate, out, root, &diff, &meta);
        buf_put_u8(out, '\n');
        err = out->err;
    }
    free(diff.op);
    free(diff.map);
    free(diff.bytes.ptr);
    free(diff.scratch.ptr);
    return err == WICK_OK;
}

static int diff_lines(void)
{
    for (unsigned set = 0; set < preview_data.data_count; set++) {
        struct buf out;
        uint32_t ops = 1 << 12;
        buf_init(&out, take((size_t)ops * 64), (size_t)ops * 64);
        while (!message(&out, set, ops)) {
            free(out.ptr);
            ops *= 4;
            if (ops > OPS_MAX) {
                (void)fprintf(stderr, "preview: the update does not fit into %d operations\n",
                              OPS_MAX);
                return 70;
            }
            buf_init(&out, take((size_t)ops * 64), (size_t)ops * 64);
        }
        int status = print(&out);
        free(out.ptr);
        if (status != 0) {
            return status;
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    return argc > 1 && strcmp(argv[1], "diff") == 0 ? diff_lines() : html();
}
