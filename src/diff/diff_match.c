/* diff_match.c - which old row is which new row: by the bytes of the rendered key.
 *
 * A key is usable on a wire only if it is not empty, unique in its list, and UTF-8 without U+FFFD
 * (malformed bytes become U+FFFD in transit, so two keys could become equal). Otherwise
 * the list is sent whole.
 */
#include "base/mem.h"
#include "base/utf8.h"
#include "diff/diff_priv.h"

#include <string.h>

/* Table of keys, open addressing: 0 is free, else tag << INDEX_BITS | index + 1. Index: an old row,
 * or was.len + a new row. */
enum { INDEX_BITS = 21 };

#define INDEX_MASK ((1u << INDEX_BITS) - 1)

struct table {
    uint32_t *slot; /* [cap] */
    uint32_t cap;
};

_Static_assert(2 * DIFF_ROWS_MAX < 1 << INDEX_BITS,
               "old and new rows of one list have an index each");

static const struct tmpl_slot *key_slot(const struct diff_list *list)
{
    WICK_ASSERT_DEBUG(list->list->has_key && list->list->key_slot < list->list->row->slot_count);
    WICK_ASSERT_DEBUG(list->list->row->slot[list->list->key_slot].kind == TMPL_TEXT);
    return &list->list->row->slot[list->list->key_slot];
}

/* Append the key of the row that ctx stands at to what is in scratch. Empty: there is none, or it
 * does not fit. */
static struct str put_scratch(struct diff_run *run, const struct diff_list *list,
                              const struct tmpl_ctx *ctx)
{
    struct buf *scratch = &run->diff->scratch;
    size_t start = scratch->len;
    key_slot(list)->put(scratch, ctx);
    WICK_ASSERT_DEBUG(start <= scratch->len && scratch->len <= scratch->cap);
    if (scratch->err != WICK_OK) {
        diff_fail(run->diff);
        return (struct str){ "", 0 };
    }
    return (struct str){ (const char *)scratch->ptr + start, scratch->len - start };
}

static bool is_usable(struct str key)
{
    WICK_ASSERT_DEBUG(key.ptr != NULL || key.len == 0);
    bool is_ascii = true;
    for (size_t idx = 0; idx < key.len; idx++) {
        is_ascii = is_ascii && (uint8_t)key.ptr[idx] < 0x80;
    }
    return key.len > 0 && (is_ascii || (utf8_is_valid(key) && !str_has(key, STR("\xef\xbf\xbd"))));
}

bool diff_row_key_same(struct diff_run *run, const struct diff_list *list, uint32_t was_idx,
                       uint32_t is_idx)
{
    diff_row_set(&run->was, list->list, list->was, was_idx);
    diff_row_set(&run->is, list->list, list->is, is_idx);
    if (!tmpl_differs(&key_slot(list)->all, &run->was, &run->is)) {
        return true;
    }
    buf_cut(&run->diff->scratch, 0);
    struct str was = put_scratch(run, list, &run->was);
    struct str is = put_scratch(run, list, &run->is);
    return run->diff->err == WICK_OK && str_eq(was, is);
}

static uint32_t hash_of(struct str key)
{
    WICK_ASSERT_DEBUG(key.len > 0); /* it is usable */
    uint32_t hash = 0x811c9dc5u;
    for (size_t idx = 0; idx < key.len; idx++) {
        hash = (hash ^ (uint8_t)key.ptr[idx]) * 0x01000193u;
    }
    return hash ^ hash >> 15;
}

static uint32_t entry_of(uint32_t hash, uint32_t index)
{
    WICK_ASSERT_DEBUG(index <= INDEX_MASK);
    return hash << INDEX_BITS | (index + 1);
}

static uint32_t table_start(const struct table *table, uint32_t hash)
{
    WICK_ASSERT_DEBUG(table->slot != NULL && table->cap > 0);
    return (uint32_t)(((uint64_t)(hash * 0x9e3779b1u) * table->cap) >> 32);
}

/* The key of an index of the table, appended to the scratch buffer, after the key that is looked
 * up. */
static struct str key_of(struct diff_run *run, const struct diff_list *list, uint32_t index)
{
    WICK_ASSERT_DEBUG(index - list->was.len < list->is.len || index < list->was.len);
    struct tmpl_ctx *ctx = index < list->was.len ? &run->was : &run->is;
    if (index < list->was.len) {
        diff_row_set(ctx, list->list, list->was, index);
    } else {
        diff_row_set(ctx, list->list, list->is, index - list->was.len);
    }
    return put_scratch(run, list, ctx);
}

/* Find the key in scratch or enter it as index. @return the index that has it: another one if it
 * was there. */
static uint32_t find_or_add(struct diff_run *run, const struct diff_list *list,
                            const struct table *table, uint32_t index)
{
    struct buf *scratch = &run->diff->scratch;
    struct str key = { (const char *)scratch->ptr, scratch->len };
    uint32_t entry = entry_of(hash_of(key), index);
    uint32_t at = table_start(table, hash_of(key));
    WICK_ASSERT_DEBUG(at < table->cap);
    while (table->slot[at] != 0) {
        if (((table->slot[at] ^ entry) & ~INDEX_MASK) == 0) {
            uint32_t found = (table->slot[at] & INDEX_MASK) - 1;
            WICK_ASSERT_DEBUG(found < index); /* rows are entered in their order */
            bool is_found = str_eq(key, key_of(run, list, found));
            buf_cut(scratch, key.len);
            if (is_found || run->diff->err != WICK_OK) {
                return found;
            }
        }
        at = at + 1 == table->cap ? 0 : at + 1;
    }
    table->slot[at] = entry;
    return index;
}

/* Render the key of an index into scratch, alone. @return false: it is not usable. */
static bool load_key(struct diff_run *run, const struct diff_list *list, uint32_t index)
{
    buf_cut(&run->diff->scratch, 0);
    return is_usable(key_of(run, list, index));
}

static bool add_old_rows(struct diff_run *run, const struct diff_list *list,
                         const struct table *table)
{
    WICK_ASSERT(list->was.len < table->cap); /* a free place ends each search */
    for (uint32_t idx = 0; idx < list->was.len; idx++) {
        if (!load_key(run, list, idx) || find_or_add(run, list, table, idx) != idx ||
            run->diff->err != WICK_OK) {
            return false;
        }
    }
    return true;
}

/* The new rows between both ends: match->from, match->kept. */
static bool find_new_rows(struct diff_run *run, const struct diff_list *list,
                          const struct table *table, struct diff_match *match)
{
    uint32_t old_end = list->was.len - match->tail;
    uint32_t new_end = list->is.len - match->tail;
    WICK_ASSERT(match->head <= old_end && match->head <= new_end);
    for (uint32_t idx = match->head; idx < new_end; idx++) {
        uint32_t index = list->was.len + idx;
        if (!load_key(run, list, index)) {
            return false;
        }
        uint32_t found = find_or_add(run, list, table, index);
        if (run->diff->err != WICK_OK) {
            return false;
        }
        match->from[idx - match->head] = DIFF_ROW_NEW;
        if (found == index) {
            continue;
        }
        if (found < match->head || found >= old_end || match->kept[found - match->head]) {
            return false; /* twice in the new list */
        }
        match->kept[found - match->head] = 1;
        match->kept_count++;
        match->from[idx - match->head] = found;
    }
    WICK_ASSERT_DEBUG(match->kept_count <= old_end - match->head);
    WICK_ASSERT_DEBUG(match->kept_count <= new_end - match->head);
    return true;
}

/* Mark the rows outside of a longest increasing subsequence of from as moved. best[k]: the new row
 * with the smallest old index that ends a sequence of k + 1; before[row]: its predecessor. */
static void mark_moved(uint32_t *from, uint32_t count, uint32_t *best, uint32_t *before)
{
    uint32_t len = 0;
    for (uint32_t row = 0; row < count; row++) {
        if (from[row] == DIFF_ROW_NEW) {
            continue;
        }
        uint32_t low = len > 0 && from[best[len - 1]] < from[row] ? len : 0;
        uint32_t high = len;
        while (low < high) {
            uint32_t mid = low + (high - low) / 2;
            if (from[best[mid]] < from[row]) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        WICK_ASSERT(low <= len && len <= row);
        before[row] = low > 0 ? best[low - 1] : DIFF_ROW_NEW;
        best[low] = row;
        len = low == len ? len + 1 : len;
    }
    uint32_t stays = len > 0 ? best[len - 1] : DIFF_ROW_NEW;
    for (uint32_t row = count; row-- > 0;) {
        if (row == stays) {
            stays = before[row];
            WICK_ASSERT_DEBUG(stays == DIFF_ROW_NEW || stays < row);
        } else if (from[row] != DIFF_ROW_NEW) {
            from[row] |= DIFF_ROW_MOVED;
        }
    }
    WICK_ASSERT_DEBUG(stays == DIFF_ROW_NEW);
}

static void find_ends(struct diff_run *run, const struct diff_list *list, struct diff_match *match)
{
    uint32_t was_len = list->was.len;
    uint32_t is_len = list->is.len;
    uint32_t min = was_len < is_len ? was_len : is_len;
    while (match->head < min && diff_row_key_same(run, list, match->head, match->head)) {
        match->head++;
    }
    while (match->tail < min - match->head &&
           diff_row_key_same(run, list, was_len - 1 - match->tail, is_len - 1 - match->tail)) {
        match->tail++;
    }
    WICK_ASSERT(match->head + match->tail <= min);
}

bool diff_match_rows(struct diff_run *run, const struct diff_list *list, struct diff_match *match)
{
    WICK_ASSERT(list->list->has_key && list->list->key_slot < list->list->row->slot_count);
    if (list->was.len > DIFF_ROWS_MAX || list->is.len > DIFF_ROWS_MAX) {
        diff_fail(run->diff);
        return false;
    }
    find_ends(run, list, match);
    uint32_t new_count = list->is.len - match->head - match->tail;
    uint32_t old_count = list->was.len - match->head - match->tail;
    uint32_t keys = list->was.len + new_count;
    struct table table = { .cap = keys + keys / 2 + 1 };
    uint32_t used = run->map_used; /* from is first because it lives longest */
    match->from = diff_take_map(run, &used, new_count);
    match->kept = diff_take_map(run, &used, old_count);
    uint32_t table_at = used;
    table.slot = diff_take_map(run, &used, table.cap > 2 * new_count ? table.cap : 2 * new_count);
    if (run->diff->err != WICK_OK) {
        return false;
    }
    WICK_ASSERT_DEBUG(used <= run->diff->map_cap && keys < table.cap);
    memset(match->kept, 0, (size_t)old_count * sizeof *match->kept);
    memset(table.slot, 0, (size_t)table.cap * sizeof *table.slot);
    if (!add_old_rows(run, list, &table) || !find_new_rows(run, list, &table, match)) {
        return false;
    }
    mark_moved(match->from, new_count, run->diff->map + table_at,
               run->diff->map + table_at + new_count);
    return true;
}

/* --- rows in their places --------------------------------------------------------------------- */

/* The KEEP operations of one EDIT: table of their keys; a filter that saves most lookups. */
struct keeps {
    struct table table; /* index: place of the KEEP after first */
    const struct diff_op *first;
    uint64_t filter;
};

static uint64_t filter_bit(struct str key)
{
    WICK_ASSERT(key.len > 0);
    return (uint64_t)1 << ((key.len * 7 + (uint8_t)key.ptr[0] * (size_t)3 +
                            (uint8_t)key.ptr[key.len - 1]) &
                           63);
}

/* Is the key one of those of the KEEPs? If not and op is not NULL, enter it as op's. */
static bool has_key(const struct diff_run *run, struct keeps *keeps, struct str key,
                    const struct diff_op *op)
{
    uint32_t hash = hash_of(key);
    uint32_t entry = entry_of(hash, op == NULL ? 0 : (uint32_t)(op - keeps->first));
    uint32_t at = table_start(&keeps->table, hash);
    WICK_ASSERT(at < keeps->table.cap);
    WICK_ASSERT_DEBUG(op == NULL || (op >= keeps->first && op->kind == DIFF_KEEP));
    while (keeps->table.slot[at] != 0) {
        uint32_t found = keeps->table.slot[at];
        if (((found ^ entry) & ~INDEX_MASK) == 0) {
            const struct diff_op *other = &keeps->first[(found & INDEX_MASK) - 1];
            WICK_ASSERT_DEBUG(other->kind == DIFF_KEEP);
            if (str_eq(key, (struct str){ (const char *)run->diff->bytes.ptr + other->key,
                                          other->key_len })) {
                return true;
            }
        }
        at = at + 1 == keeps->table.cap ? 0 : at + 1;
    }
    if (op != NULL) {
        keeps->table.slot[at] = entry;
        keeps->filter |= filter_bit(key);
    }
    return false;
}

/* The operation after a KEEP and everything inside of it. */
static const struct diff_op *after_keep(const struct diff_op *op)
{
    uint32_t depth = 0;
    WICK_ASSERT(op->kind == DIFF_KEEP);
    do {
        if (diff_opens(op->kind)) {
            depth++;
        } else if (op->kind == DIFF_END) {
            depth--;
        }
        op++;
    } while (depth > 0);
    WICK_ASSERT_DEBUG(op[-1].kind == DIFF_END);
    return op;
}

static bool enter_keeps(const struct diff_run *run, struct keeps *keeps, const struct diff_op *end)
{
    WICK_ASSERT_DEBUG(keeps->first <= end && keeps->filter == 0);
    for (const struct diff_op *op = keeps->first; op < end; op = after_keep(op)) {
        struct str key = { (const char *)run->diff->bytes.ptr + op->key, op->key_len };
        if (!is_usable(key) || has_key(run, keeps, key, op)) {
            return false;
        }
    }
    return true;
}

/* Keys that are plain integers are compared as bytes of the elements, up to this many of them. */
enum { EXACT_KEEPS_MAX = 8 };

static bool are_exact_keys_unique(const struct diff_list *list, const struct keeps *keeps,
                                  const struct diff_op *end)
{
    const struct tmpl_dep *dep = key_slot(list)->all.dep;
    WICK_ASSERT(key_slot(list)->all.count == 1 && dep->part == TMPL_ROW + list->list->depth);
    for (const struct diff_op *op = keeps->first; op < end; op = after_keep(op)) {
        WICK_ASSERT_DEBUG(op->kind == DIFF_KEEP && op->new_idx < list->is.len);
        const uint8_t *key = diff_row_ptr(list->list, list->is, op->new_idx) + dep->off;
        for (uint32_t idx = 0; idx < list->is.len; idx++) {
            if (mem_eq(key, diff_row_ptr(list->list, list->is, idx) + dep->off, dep->size) &&
                idx != op->new_idx) {
                return false;
            }
        }
    }
    return true;
}

bool diff_keys_unique(struct diff_run *run, const struct diff_list *list,
                      const struct diff_open *open)
{
    struct buf *scratch = &run->diff->scratch;
    struct keeps keeps = { .first = open->op + 1 };
    const struct diff_op *end = run->diff->op + run->diff->op_len;
    const struct diff_op *keep = keeps.first;
    uint32_t used = run->map_used;
    uint32_t count = 0;
    WICK_ASSERT(list->list->has_key && keep <= end);
    for (const struct diff_op *op = keeps.first; op < end; op = after_keep(op)) {
        count++;
    }
    WICK_ASSERT_DEBUG(count > 0 && count <= list->is.len);
    if (list->list->is_key_exact && count <= EXACT_KEEPS_MAX) {
        return are_exact_keys_unique(list, &keeps, end);
    }
    keeps.table.cap = 2 * count + 1;
    keeps.table.slot = diff_take_map(run, &used, keeps.table.cap);
    if (keeps.table.slot == NULL || run->diff->op_len >= INDEX_MASK) {
        diff_fail(run->diff);
        return false;
    }
    memset(keeps.table.slot, 0, (size_t)keeps.table.cap * sizeof *keeps.table.slot);
    if (!enter_keeps(run, &keeps, end)) {
        return false;
    }
    for (uint32_t idx = 0; idx < list->is.len; idx++) {
        if (keep < end && keep->new_idx == idx) {
            keep = after_keep(keep);
            continue;
        }
        buf_cut(scratch, 0);
        diff_row_set(&run->is, list->list, list->is, idx);
        struct str key = put_scratch(run, list, &run->is);
        if (key.len > 0 && (keeps.filter & filter_bit(key)) != 0 &&
            has_key(run, &keeps, key, NULL)) {
            return false;
        }
    }
    WICK_ASSERT_DEBUG(keep == end); /* each KEEP was met at its row */
    return run->diff->err == WICK_OK;
}
