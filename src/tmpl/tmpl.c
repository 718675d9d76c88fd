/* tmpl.c - see tmpl.h: do two states differ in what a slot reads? HTML: tmpl_walk.c. */
#include "tmpl/tmpl.h"

#include "base/mem.h"

#include <string.h>

enum tmpl_scope tmpl_scope_of(unsigned part)
{
#define TMPL_PART_SCOPE(name, scope, word) [TMPL_##name] = TMPL_SCOPE_##scope,
    static const uint8_t scopes[] = { TMPL_PARTS(TMPL_PART_SCOPE) };
#undef TMPL_PART_SCOPE
    WICK_ASSERT(part < TMPL_ROW);
    return (enum tmpl_scope)scopes[part];
}

bool tmpl_differs(const struct tmpl_deps *deps, const struct tmpl_ctx *was,
                  const struct tmpl_ctx *is)
{
    if (deps->has_index && memcmp(was->idx, is->idx, sizeof was->idx) != 0) {
        return true;
    }
    for (uint16_t idx = 0; idx < deps->count; idx++) {
        const struct tmpl_dep *dep = &deps->dep[idx];
        bool is_row = dep->part >= TMPL_ROW;
        const uint8_t *a = is_row ? was->row[dep->part - TMPL_ROW] : was->part[dep->part];
        const uint8_t *b = is_row ? is->row[dep->part - TMPL_ROW] : is->part[dep->part];
        if (a != b && (a == NULL || b == NULL || !mem_eq(a + dep->off, b + dep->off, dep->size))) {
            return true;
        }
    }
    return false;
}
