/* run.c - every template of a batch with every data set, as HTML: "<name> <set> <length>\n<html>\n"
 * for each; length -1: full. */
#include "run.h"

#include <stdio.h>

static uint8_t mem[1 << 22];

int main(void)
{
    for (const struct run_row *row = run_rows; row->name != NULL; row++) {
        for (unsigned set = 0; set < row->table->data_count; set++) {
            static const struct tmpl_form form;
            const struct tmpl_ctx ctx = { .part = { row->table->data[set], NULL, &form } };
            struct buf out;
            buf_init(&out, mem, sizeof mem);
            if (row->table->head != NULL) {
                tmpl_render(&out, row->table->head, &ctx);
                buf_put_u8(&out, '>');
            }
            tmpl_render(&out, row->table->tmpl->root, &ctx);
            if (row->table->tail != NULL) {
                tmpl_render(&out, row->table->tail, &ctx);
            }
            if (out.err != WICK_OK) { /* it does not fit: into this, or into a place of its own */
                (void)printf("%s %u -1\n\n", row->name, set);
                continue;
            }
            (void)printf("%s %u %zu\n", row->name, set, out.len);
            (void)fwrite(out.ptr, 1, out.len, stdout);
            (void)putchar('\n');
        }
    }
    return 0;
}
