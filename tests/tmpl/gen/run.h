/* run.h - the templates of a batch. */
#ifndef GEN_RUN_H
#define GEN_RUN_H

#include "wickc/preview/preview_table.h"

struct run_row {
    const char *name;
    const struct preview_table *table;
};
extern const struct run_row run_rows[]; /* up to name NULL */

#endif
