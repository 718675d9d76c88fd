/* transitions_test.c - random templates, states and changes of them.
 *
 * Without arguments: checks of what the wires cannot show (limits never give a wrong diff; equal
 * states give no operation). transitions_test SEED COUNT [clean]: prints COUNT transitions
 * (frames.h) for the tests of the wires. `clean`: row keys are unique in the page and not empty, as
 * a DOM needs them.
 */
#include "t.h"

#include "frames.h"
#include "gen.h"

#include <stdlib.h>

enum { OUT = 1 << 22, PER_TEMPLATE = 25 };

static struct gen_state state_was, state_is;
static uint8_t out_mem[2][OUT], frame_mem[OUT];

/* --- printing --------------------------------------------------------------------------------- */

static void print_transitions(uint32_t count, enum gen_mode mode)
{
    const struct tmpl *tmpl = NULL;
    struct tmpl_ctx was, is;
    for (uint32_t done = 0; done < count; done++) {
        if (done % PER_TEMPLATE == 0) {
            tmpl = gen_template();
            gen_fill(&state_is, mode);
            is = gen_ctx(&state_is);
            frames_print_template(tmpl, &is);
        }
        state_was = state_is;
        gen_change(&state_is, mode);
        was = gen_ctx(&state_was);
        is = gen_ctx(&state_is);
        const uint32_t way = gen_random(12);
        frames_print_transition(tmpl, &was, &is,
                                way == 0  ? FRAMES_SNAPSHOT
                                : way < 4 ? FRAMES_PARTS
                                          : FRAMES_WHOLE);
    }
}

/* --- checks ----------------------------------------------------------------------------------- */

/* With any less memory the result is the same, or WICK_E_FULL. */
static void a_limit_never_gives_another_diff(const struct tmpl *tmpl, const struct tmpl_ctx *was,
                                             const struct tmpl_ctx *is, bool is_update)
{
    const struct wire_meta meta = { .seq = 1 };
    struct diff diff = frames_diff();
    struct buf full, less;
    enum wick_err err = is_update ? diff_update(&diff, tmpl->root, was, is, DIFF_WHOLE)
                                  : diff_snapshot(&diff, tmpl->root, is);
    buf_init(&full, out_mem[0], OUT);
    buf_init(&less, out_mem[1], OUT);
    T_CHECK(err == WICK_OK);
    wire_put_message(&wire_livetemplate, &full, tmpl->root, &diff, &meta);
    wire_put_message(&wire_wick, &full, tmpl->root, &diff, &meta);
    T_CHECK(full.err == WICK_OK);
    const uint32_t op_len = diff.op_len, bytes_len = (uint32_t)diff.bytes.len;
    for (int round = 0; round < 6; round++) {
        diff = frames_diff();
        diff.op_cap =
            round % 3 == 0 ? op_len + gen_random(3) - gen_random(op_len + 1) : diff.op_cap;
        diff.bytes.cap = round % 3 == 1 ? bytes_len + gen_random(64) - gen_random(bytes_len + 1)
                                        : diff.bytes.cap;
        diff.map_cap = round % 3 == 2 ? gen_random(120) : diff.map_cap;
        diff.scratch.cap = gen_random(2) == 0 ? gen_random(60) : WICK_SLOT_LEN_MAX;
        err = is_update ? diff_update(&diff, tmpl->root, was, is, DIFF_WHOLE)
                        : diff_snapshot(&diff, tmpl->root, is);
        T_CHECK(err == WICK_OK || err == WICK_E_FULL);
        T_CHECK(err == diff.err);
        if (err == WICK_OK && diff.scratch.cap == WICK_SLOT_LEN_MAX) {
            buf_cut(&less, 0);
            wire_put_message(&wire_livetemplate, &less, tmpl->root, &diff, &meta);
            wire_put_message(&wire_wick, &less, tmpl->root, &diff, &meta);
            T_CHECK(less.len == full.len && memcmp(less.ptr, full.ptr, full.len) == 0);
        }
    }
}

/* An encoder whose buffer is too small says so, and never writes past it. */
static void a_small_buffer_is_noticed(const struct tmpl *tmpl, const struct tmpl_ctx *is)
{
    const struct wire_meta meta = { .is_snapshot = true };
    struct diff diff = frames_diff();
    struct buf out;
    T_CHECK(diff_snapshot(&diff, tmpl->root, is) == WICK_OK);
    for (int wire = 0; wire < 2; wire++) {
        buf_init(&out, out_mem[0], OUT);
        wire_put_message(wire == 0 ? &wire_livetemplate : &wire_wick, &out, tmpl->root, &diff,
                         &meta);
        const size_t len = out.len;
        buf_init(&out, frame_mem, len);
        wire_put_message(wire == 0 ? &wire_livetemplate : &wire_wick, &out, tmpl->root, &diff,
                         &meta);
        T_CHECK(out.err == WICK_OK && out.len == len);
        buf_init(&out, frame_mem, gen_random((uint32_t)len));
        wire_put_message(wire == 0 ? &wire_livetemplate : &wire_wick, &out, tmpl->root, &diff,
                         &meta);
        T_CHECK(out.err == WICK_E_FULL);
    }
}

static void equal_states_give_nothing(const struct tmpl *tmpl, const struct tmpl_ctx *was)
{
    struct diff diff = frames_diff();
    static struct gen_state copy;
    copy = state_was;
    const struct tmpl_ctx is = gen_ctx(&copy);
    T_CHECK(diff_update(&diff, tmpl->root, was, &is, DIFF_WHOLE) == WICK_OK);
    T_EQ_INT(diff.op_len, 0);
}

static void check(uint32_t count)
{
    const struct tmpl *tmpl = NULL;
    for (uint32_t done = 0; done < count && t_failed == 0; done++) {
        if (done % PER_TEMPLATE == 0) {
            tmpl = gen_template();
            gen_fill(&state_is, GEN_DIRTY);
        }
        state_was = state_is;
        gen_change(&state_is, GEN_DIRTY);
        const struct tmpl_ctx was = gen_ctx(&state_was), is = gen_ctx(&state_is);
        a_limit_never_gives_another_diff(tmpl, &was, &is, done % 4 != 0);
        equal_states_give_nothing(tmpl, &was);
        if (done % PER_TEMPLATE == 0) {
            a_small_buffer_is_noticed(tmpl, &is);
        }
    }
}

int main(int argc, char **argv)
{
    gen_seed(argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 1);
    if (argc > 2) {
        print_transitions((uint32_t)strtoul(argv[2], NULL, 10),
                          argc > 3 && strcmp(argv[3], "clean") == 0 ? GEN_CLEAN : GEN_DIRTY);
        return 0;
    }
    check(2000);
    return t_done();
}
