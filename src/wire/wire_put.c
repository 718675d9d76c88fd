/* wire_put.c - one message of any wire: begin, operations, end. */
#include "wire/wire.h"

void wire_put_init(struct wire_put *put, struct buf *out, const struct tmpl_node *root,
                   const struct wire_meta *meta)
{
    WICK_ASSERT(root != NULL);
    put->out = out;
    put->root = root;
    put->meta = meta;
    put->diff = NULL;
    put->depth = 0;
    put->level[0] = (struct wire_level){ .kind = DIFF_INTO };
}

void wire_put_message(const struct wire *wire, struct buf *out, const struct tmpl_node *root,
                      const struct diff *diff, const struct wire_meta *meta)
{
    struct wire_put put;
    WICK_ASSERT(diff == NULL || diff->err == WICK_OK);
    wire_put_init(&put, out, root, meta);
    WICK_ASSERT_DEBUG(wire != NULL && out != NULL && meta != NULL);
    wire->begin(&put);
    if (diff != NULL) {
        wire->operations(&put, diff);
    }
    wire->end(&put);
    WICK_ASSERT(put.depth == 0);
}
