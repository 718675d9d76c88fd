/* state.c - see state.h. */
#include "live/state.h"

#include "base/mem.h"

static struct {
    const struct wick_state *state[LIVE_STATE_MAX];
    uint32_t gen[LIVE_STATE_MAX][WICK_PERIODS]; /* counts the changes of each shadow */
    unsigned count;
} m;

static unsigned number_of(const struct wick_state *state)
{
    WICK_ASSERT_DEBUG(m.count <= LIVE_STATE_MAX);
    for (unsigned number = 0; number < m.count; number++) {
        if (m.state[number] == state) {
            return number;
        }
    }
    return m.count;
}

static void add(const struct wick_state *state)
{
    WICK_ASSERT(state->size == 0 || state->now != NULL);
    for (unsigned idx = 0; idx < WICK_PERIODS; idx++) {
        WICK_ASSERT(state->size == 0 || state->shadow[idx] != NULL);
    }
    if (number_of(state) == m.count) {
        WICK_ASSERT(m.count < LIVE_STATE_MAX);
        m.state[m.count++] = state;
    }
    WICK_ASSERT_DEBUG(number_of(state) < m.count);
}

void state_init(const struct wick_app *app)
{
    memset(&m, 0, sizeof m);
    for (unsigned page_idx = 0; page_idx < app->page_count; page_idx++) {
        const struct wick_page *page = app->page[page_idx];
        WICK_ASSERT(page->state_count > 0 || page->tmpl->device_size == 0);
        WICK_ASSERT_DEBUG(page->state_count <= TMPL_STATES_MAX);
        for (unsigned idx = 0; idx < page->state_count; idx++) {
            add(page->state[idx]);
        }
    }
}

static bool differs(const struct wick_state *state, unsigned period_idx)
{
    WICK_ASSERT_DEBUG(state->size == 0 || state->shadow[period_idx] != state->now);
    return !mem_eq(state->shadow[period_idx], state->now, state->size);
}

bool state_differs(const struct wick_page *page, unsigned period_idx)
{
    WICK_ASSERT(period_idx < WICK_PERIODS);
    WICK_ASSERT_DEBUG(page->state_count <= TMPL_STATES_MAX);
    for (unsigned idx = 0; idx < page->state_count; idx++) {
        if (differs(page->state[idx], period_idx)) {
            return true;
        }
    }
    return false;
}

uint32_t state_gen(const struct wick_page *page, unsigned period_idx)
{
    uint32_t sum = 0; /* each part only grows: equal sums, equal parts */
    WICK_ASSERT(period_idx < WICK_PERIODS);
    for (unsigned idx = 0; idx < page->state_count; idx++) {
        WICK_ASSERT_DEBUG(number_of(page->state[idx]) < m.count);
        sum += m.gen[number_of(page->state[idx])][period_idx];
    }
    return sum;
}

uint32_t state_gen_next(const struct wick_page *page, unsigned period_idx)
{
    uint32_t sum = state_gen(page, period_idx);
    for (unsigned idx = 0; idx < page->state_count; idx++) {
        sum += differs(page->state[idx], period_idx);
    }
    WICK_ASSERT_DEBUG(sum - state_gen(page, period_idx) <= page->state_count);
    return sum;
}

void state_advance(const struct wick_page *page, unsigned idx, unsigned period_idx)
{
    WICK_ASSERT(idx < page->state_count && period_idx < WICK_PERIODS);
    const struct wick_state *state = page->state[idx];
    WICK_ASSERT_DEBUG(number_of(state) < m.count);
    if (differs(state, period_idx)) {
        mem_copy(state->shadow[period_idx], state->now, state->size);
        m.gen[number_of(state)][period_idx]++;
    }
    WICK_ASSERT_DEBUG(!differs(state, period_idx));
}

void state_put(struct tmpl_ctx *ctx, const struct wick_page *page, unsigned period_idx,
               bool is_shadow)
{
    WICK_ASSERT(page->state_count <= TMPL_STATES_MAX && period_idx < WICK_PERIODS);
    for (unsigned idx = 0; idx < page->state_count; idx++) {
        const struct wick_state *state = page->state[idx];
        WICK_ASSERT_DEBUG(state->size == 0 || state->now != NULL);
        ctx->part[tmpl_state_part(idx)] = is_shadow ? state->shadow[period_idx] : state->now;
    }
}
