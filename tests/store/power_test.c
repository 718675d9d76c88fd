/* power_test.c - the power goes at every moment of a put; what comes back is the acknowledged state
 * or one being written.
 *
 * usage: power_test [CUTS [SEED]]      random cuts (default 100,000, from seed 1)
 *        power_test bug N
 *        the disk skips something (1: fsync of the file, 2: fsync of the folder, 3: the second
 *        slot):
 *                                      must fail. Without arguments all three are tried and must
 *                                      be caught.
 */
#include "base/hash.h"
#include "base/log.h"
#include "sim/store_disk.c" /* instead of store_io_linux.c */
#include "store/store.h"
#include "t.h"

enum { NAME_COUNT = 5, STATES_MAX = 64, TORN_MAX = 20 };

static const char *const setting_name[NAME_COUNT] = { "a", "name", "net.address", "log",
                                                      "a.name.of.thirtyone.characters." };

struct state {
    uint32_t version[NAME_COUNT];
}; /* of each value; 0: there is none */

static struct state
    allowed[STATES_MAX]; /* what may come back: [0] was acknowledged, the others were begun since */
static size_t allowed_count;
static uint32_t newest_version;
static uint64_t cuts, tries, acks;
static bool is_quiet; /* failures are counted, not printed */
static uint64_t bad;

static void forget_line(struct str line)
{
    (void)line;
}

/* A value follows from its name and version, so that one look tells whether it is whole. */
static struct str value_of(int name, uint32_t version)
{
    static char text[STORE_VALUE_LEN_MAX];
    if (version == 0) {
        return (struct str){ NULL, 0 };
    }
    uint32_t mix = (version * 5u + (uint32_t)name) * 2654435761u;
    size_t len = mix >> 26;
    if (mix >> 27 <= 1) {
        len = mix >> 27 == 0 ? 700 : 0;
    }
    for (size_t i = 0; i < len; i++) {
        text[i] = (char)(mix >> (i % 4 * 8)) ^ (char)i;
    }
    return (struct str){ text, len };
}

static bool is_value(int name, uint32_t version)
{
    struct str got = store_get(str_of(setting_name[name]));
    struct str want = value_of(name, version);
    return (got.ptr == NULL) == (want.ptr == NULL) && str_eq(got, want);
}

static bool is_state(const struct state *state)
{
    for (int name = 0; name < NAME_COUNT; name++) {
        if (!is_value(name, state->version[name])) {
            return false;
        }
    }
    return true;
}

/* Index of the state that the store is in, the newest first; it is bad when there is none. */
static int find_state(const char *where)
{
    for (size_t i = allowed_count; i-- > 0;) {
        if (is_state(&allowed[i])) {
            return (int)i;
        }
    }
    bad++;
    if (!is_quiet) {
        fprintf(stderr, "%s: neither the acknowledged state nor one begun since (cut %llu)\n",
                where, (unsigned long long)cuts);
        t_failed++;
    }
    return -1;
}

/* Open until it is there or the power is gone. What was read cannot vanish any more. @return false:
 * no power, or it is bad. */
static bool open_again(void)
{
    const char *why;
    for (int i = 0; i < 4 && disk_has_power(); i++) {
        enum wick_err err = store_open("settings", &why);
        if ((err == WICK_OK) != (why == NULL)) {
            T_CHECK(!"a reason for an error, and only then");
        }
        if (err == WICK_OK) {
            int found = find_state("open");
            if (found >= 0) {
                allowed[0] = allowed[found];
                allowed_count = 1;
            }
            return found >= 0;
        }
    }
    return false;
}

static bool put_one(struct state *current)
{
    int name = (int)disk_random(NAME_COUNT);
    struct state next = *current;
    if (disk_random(10) == 0) {
        next.version[name] = 0;
    } else if (disk_random(8) != 0) {
        next.version[name] = ++newest_version;
    }
    allowed[allowed_count++] = next;
    tries++;
    if (store_put(str_of(setting_name[name]), value_of(name, next.version[name])) == WICK_OK) {
        allowed[0] = next;
        allowed_count = 1;
        *current = next;
        acks++;
    }
    if (!is_state(current)) {
        find_state("put");
        return false;
    }
    return disk_has_power() && allowed_count < STATES_MAX;
}

static struct disk_fault some_fault(void)
{
    struct disk_fault one = { 0, 1, disk_random(2) == 0 ? -EIO : -ENOSPC };
    one.at = disk_random(4) == 0 ? 1 + disk_random(40) : 0;
    return one;
}

/* One life of a disk: a few cuts, each at some call of opening or putting. */
static void live(uint64_t seed)
{
    disk_format(seed);
    allowed[0] = (struct state){ { 0 } };
    allowed_count = 1;
    newest_version = 0;
    uint64_t bad_before = bad;
    for (uint32_t cut = 1 + disk_random(6); cut > 0 && bad == bad_before; cut--) {
        uint32_t at = 1 + disk_random(disk_random(3) == 0
                                          ? 8
                                          : 60); /* often inside the recovery from the last one */
        disk_plan(at, some_fault());
        if (open_again()) {
            struct state current = allowed[0];
            while (put_one(&current)) {
                if (disk_random(6) == 0) { /* the program alone crashes */
                    if (!open_again()) {
                        break;
                    }
                    current = allowed[0];
                }
            }
        }
        disk_cut();
        cuts++;
    }
    disk_plan(0, (struct disk_fault){ 0, 0, 0 });
    if (bad == bad_before && !open_again() && bad == bad_before) {
        T_CHECK(!"the store opens when nothing is wrong");
    }
}

static uint64_t random_cuts(uint64_t count, uint64_t seed)
{
    bad = cuts = tries = acks = 0;
    uint64_t first = 0;
    for (; cuts < count; seed++) {
        uint64_t before = bad;
        live(seed);
        if (bad > before && first == 0) {
            first = seed;
        }
        if (bad > before && !is_quiet) {
            fprintf(stderr, "%s:%d: seed %llu\n", __FILE__, __LINE__, (unsigned long long)seed);
            break;
        }
    }
    return first;
}

static void every_bug_of_the_disk_is_caught(void)
{
    is_quiet = true;
    for (enum disk_bug i = DISK_SKIPS_FILE_SYNC; i <= DISK_HAS_ONE_SLOT; i++) {
        disk_set_bug(i);
        random_cuts(2000, 1);
        T_CHECK(bad > 4);
    }
    disk_set_bug(DISK_GOOD);
    is_quiet = false;
}

/* Two commits on a fresh disk: settings.b has state 1, settings.a has state 2. */
static void two_commits(struct state state[static 3])
{
    const char *why;
    disk_format(7);
    memset(state, 0, 3 * sizeof *state);
    T_EQ_INT(store_open("settings", &why), WICK_OK);
    for (uint32_t i = 1; i <= 2; i++) {
        state[i] = state[i - 1];
        state[i].version[i] = i + 10;
        T_EQ_INT(store_put(str_of(setting_name[i]), value_of((int)i, i + 10)), WICK_OK);
    }
}

/* Cut at every single call of a put, and of the opening afterwards, each several times (what is
 * lost differs by seed). */
static void every_call_of_a_put_is_cut(void)
{
    for (uint32_t seed = 1; seed <= 40; seed++) {
        for (uint32_t at = 1; at < 12; at++) {
            for (uint32_t again = 1; again < 14; again++) {
                struct state state[3];
                two_commits(state);
                random_state += seed * 1000003u;
                allowed[0] = allowed[1] = state[2];
                allowed[1].version[3] = 99;
                allowed_count = 2;
                disk_plan(at, (struct disk_fault){ 0, 0, 0 });
                if (store_put(str_of(setting_name[3]), value_of(3, 99)) == WICK_OK) {
                    allowed[0] = allowed[1];
                    allowed_count = 1;
                }
                disk_cut();
                disk_plan(again, (struct disk_fault){ 0, 0, 0 });
                open_again();
                disk_cut();
                T_CHECK(open_again());
            }
        }
    }
}

/* The n-th call fails, once or from then on; then all is well again. */
static void every_call_fails_once_and_for_long(void)
{
    static const int errs[] = { -EIO, -ENOSPC };
    for (unsigned variant = 0; variant < 4; variant++) {
        for (uint32_t at = 1;; at++) {
            const char *why;
            struct state state[3];
            two_commits(state);
            disk_plan(
                0, (struct disk_fault){ at, variant >= 2 ? DISK_FOR_EVER : 1, errs[variant % 2] });
            struct state next = state[2];
            next.version[0] = 77;
            bool is_open = store_open("settings", &why) == WICK_OK;
            T_CHECK(!is_open || is_state(&state[2]) || (variant >= 2 && is_state(&state[1])));
            if (variant < 2) {
                T_CHECK(is_state(&state[2]) || disk_calls() == 1);
            }
            bool is_put = store_put(str_of(setting_name[0]), value_of(0, 77)) == WICK_OK;
            T_CHECK(is_put ? is_state(&next) : !is_value(0, 77));
            uint32_t calls = disk_calls();
            disk_plan(0, (struct disk_fault){ 0, 0, 0 });
            if (variant == 1 &&
                !is_put) { /* the program alone restarts: what was refused is not there */
                T_EQ_INT(store_open("settings", &why), WICK_OK);
                T_CHECK(is_state(&state[2]));
            } else if (is_open && !is_put && is_state(&state[2])) {
                T_EQ_INT(store_put(str_of(setting_name[0]), value_of(0, 77)),
                         WICK_OK); /* the next one works */
                is_put = true;
            }
            for (int i = 0; i < 2; i++) {
                T_EQ_INT(store_open("settings", &why), WICK_OK);
                T_CHECK(is_put ? is_value(0, 77)
                               : is_state(&state[2]) || (variant >= 2 && is_state(&next)));
                disk_cut();
            }
            if (calls < at) {
                T_CHECK(at > 15); /* the whole way was walked */
                break;
            }
            T_CHECK(at < 100);
        }
    }
}

/* A refused slot is not taken for an empty one, and an empty store is not written over it. */
static void what_cannot_be_read_is_not_replaced(void)
{
    const char *why;
    struct state state[3];
    two_commits(state);
    disk_plan(0, (struct disk_fault){ 2, DISK_FOR_EVER, -EIO });
    T_EQ_INT(store_open("settings", &why), WICK_E_IO);
    disk_plan(0, (struct disk_fault){ 0, 0, 0 });
    T_EQ_INT(store_put(STR("a"), STR("x")), WICK_E_IO);
    T_EQ_INT(store_open("settings", &why), WICK_OK);
    T_CHECK(is_state(&state[2]));
}

/* A slot is refused, the older one is used: to put what that one has is no reason not to write. */
static void a_refused_slot_may_come_back(void)
{
    const char *why;
    struct state state[3];
    two_commits(state);
    disk_plan(0, (struct disk_fault){ 2, 2, -EIO });
    T_EQ_INT(store_open("settings", &why), WICK_OK);
    T_CHECK(is_state(&state[1]));
    T_EQ_INT(store_put(str_of(setting_name[1]), value_of(1, 11)), WICK_OK);
    disk_cut();
    T_EQ_INT(store_open("settings", &why), WICK_OK);
    T_CHECK(is_state(&state[1]));
}

/* The program dies between rename and fsync of the folder; the next start sees the new state but
 * cannot sync it, and is told to put the very same: that must be written, for a power cut would
 * still undo it. */
static void what_is_seen_is_not_yet_kept(void)
{
    unsigned seen = 0;
    for (uint32_t seed = 1; seed < 50; seed++) {
        const char *why;
        struct state state[3];
        two_commits(state);
        random_state += seed * 1000003u;
        for (uint32_t at = 1; at < 12 && !is_value(0, 2);
             at++) { /* one of them is the fsync of the folder; nor can it be undone */
            disk_plan(0, (struct disk_fault){ at, DISK_FOR_EVER, -EIO });
            T_EQ_INT(store_put(str_of(setting_name[0]), value_of(0, 2)),
                     disk_calls() < at ? WICK_OK : WICK_E_IO);
            disk_plan(0, (struct disk_fault){ 0, 0, 0 });
            if (is_value(0, 2)) {
                break; /* it was stored */
            }
            disk_set_bug(DISK_REFUSES_FOLDER_SYNC);
            T_EQ_INT(store_open("settings", &why), WICK_E_IO);
            disk_set_bug(DISK_GOOD);
            if (is_value(0, 2)) {
                seen++;
                T_EQ_INT(store_put(str_of(setting_name[0]), value_of(0, 2)), WICK_OK);
                disk_cut();
                T_EQ_INT(store_open("settings", &why), WICK_OK);
                T_CHECK(is_value(0, 2));
                break;
            }
        }
    }
    T_CHECK(seen > 20);
}

static void a_disk_that_takes_nothing(void)
{
    struct state state[3];
    two_commits(state);
    disk_stall(true);
    T_EQ_INT(store_put(STR("a"), STR("x")), WICK_E_IO);
    disk_stall(false);
    T_CHECK(is_state(&state[2]));
    T_EQ_INT(store_put(STR("a"), STR("x")), WICK_OK);
}

static void flip(const char *name, size_t off, unsigned char mask)
{
    size_t *len;
    uint8_t *bytes = disk_bytes(name, &len);
    bytes[off] ^= mask;
}

static size_t length_of(const char *name)
{
    size_t *len = NULL;
    T_CHECK(disk_bytes(name, &len) != NULL);
    return len == NULL ? 0 : *len;
}

static void every_byte_is_damaged(void)
{
    const char *why;
    struct state state[3];
    two_commits(state);
    size_t len_a = length_of("settings.a"), len_b = length_of("settings.b");
    for (unsigned bit = 0; bit < 9; bit++) {
        unsigned char mask = bit == 8 ? 0xff : (unsigned char)(1u << bit);
        for (size_t off = 0; off < len_a; off++) {
            flip("settings.a", off, mask);
            T_EQ_INT(store_open("settings", &why), WICK_OK);
            T_CHECK(is_state(&state[1])); /* the one before */
            flip("settings.b", off % len_b, mask);
            T_EQ_INT(store_open("settings", &why), WICK_OK);
            T_CHECK(is_state(&state[0])); /* empty */
            flip("settings.a", off, mask);
            T_EQ_INT(store_open("settings", &why), WICK_OK);
            T_CHECK(is_state(&state[2]));
            flip("settings.b", off % len_b, mask);
        }
        for (size_t off = 0; off < len_b; off++) {
            flip("settings.b", off, mask);
            T_EQ_INT(store_open("settings", &why), WICK_OK);
            T_CHECK(is_state(&state[2]));
            flip("settings.b", off, mask);
        }
    }
    size_t *len;
    uint8_t *bytes = disk_bytes("settings.a", &len);
    for (size_t cut = 0; cut < 6000;
         cut += cut <= len_a + 2 ? 1 : 97) { /* too short, too long, longer than any slot */
        memset(bytes + len_a, 0, FILE_CAP - len_a);
        *len = cut;
        T_EQ_INT(store_open("settings", &why), WICK_OK);
        T_CHECK(is_state(&state[cut == len_a ? 2 : 1]));
    }
    /* a damaged slot is the next one to be written */
    *len = 3;
    T_EQ_INT(store_open("settings", &why), WICK_OK);
    T_EQ_INT(store_put(str_of(setting_name[0]), value_of(0, 5)), WICK_OK);
    T_EQ_INT(store_open("settings", &why), WICK_OK);
    state[1].version[0] = 5;
    T_CHECK(is_state(&state[1]));
}

static void u32_at(uint8_t *bytes, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(value >> (8 * i));
    }
}

/* A slot whose CRC is right and whose records are not. */
static void a_slot_with_a_good_crc_is_not_trusted(void)
{
    static const struct {
        struct str payload;
        bool is_good;
    } cases[] = {
        { STR_INIT(""), true },
        { STR_INIT("\x01\x01\x00nv"), true },
        { STR_INIT("\x01\x02\x00nv"), false }, /* value past the end */
        { STR_INIT("\x01\xff\xffnv"), false },
        { STR_INIT("\x02\x01\x00nv"), false },     /* name past the end */
        { STR_INIT("\x00\x01\x00v"), false },      /* no name */
        { STR_INIT("\x01\x01\x00nv\x01"), false }, /* half a record */
        { STR_INIT("\x01\x01\x00nv\x01\x00"), false },
        { STR_INIT("\x20\x00\x00"
                   "12345678901234567890123456789012"),
          false }, /* a name of 32 */
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (uint32_t lie = 0; lie < 3; lie++) { /* also about the length of the payload */
            const char *why;
            struct state state[3];
            size_t *len;
            two_commits(state);
            uint8_t *bytes = disk_bytes("settings.a", &len);
            uint32_t payload_len = (uint32_t)cases[i].payload.len;
            u32_at(bytes + 4, 1000);
            u32_at(bytes + 8, lie == 2 ? UINT32_MAX : payload_len + lie);
            memcpy(bytes + 16, cases[i].payload.ptr, payload_len);
            u32_at(bytes + 12, hash_crc32(hash_crc32(0, bytes + 4, 8), bytes + 16, payload_len));
            *len = 16 + payload_len;
            T_EQ_INT(store_open("settings", &why), WICK_OK);
            T_EQ_INT(is_state(&state[1]), !(cases[i].is_good && lie == 0));
        }
    }
}

static void the_sequence_may_wrap(void)
{
    const char *why;
    struct state state[3];
    two_commits(state);
    for (int i = 0; i < 2; i++) {
        size_t *len;
        uint8_t *bytes = disk_bytes(i == 0 ? "settings.b" : "settings.a", &len);
        u32_at(bytes + 4, UINT32_MAX - 2 + (uint32_t)i);
        u32_at(bytes + 12, hash_crc32(hash_crc32(0, bytes + 4, 8), bytes + 16, *len - 16));
    }
    for (uint32_t version = 20; version < 26; version++) {
        T_EQ_INT(store_open("settings", &why), WICK_OK);
        T_CHECK(is_state(&state[2]));
        T_EQ_INT(store_put(str_of(setting_name[2]), value_of(2, version)), WICK_OK);
        state[2].version[2] = version;
    }
}

/* What is stored already costs no write, but only if it is surely on the disk. */
static void nothing_is_written_twice(void)
{
    struct state state[3];
    two_commits(state);
    disk_plan(0, (struct disk_fault){ 0, 0, 0 });
    T_EQ_INT(store_put(str_of(setting_name[2]), value_of(2, 12)), WICK_OK);
    T_EQ_INT(store_put(str_of(setting_name[0]), (struct str){ NULL, 0 }), WICK_OK);
    T_EQ_INT(disk_calls(), 0);
    for (uint32_t at = 1; at < 12;
         at++) { /* refused somewhere, then the old value again: it must be the one that stays */
        two_commits(state);
        allowed[0] = state[2];
        allowed_count = 1;
        disk_plan(0, (struct disk_fault){ at, DISK_FOR_EVER, -EIO });
        bool is_put = store_put(str_of(setting_name[2]), value_of(2, 50)) == WICK_OK;
        T_CHECK(!is_put || at > 6);
        disk_plan(0, (struct disk_fault){ 0, 0, 0 });
        T_EQ_INT(store_put(str_of(setting_name[2]), value_of(2, 12)), WICK_OK);
        disk_cut();
        T_CHECK(open_again());
    }
}

int main(int argc, char **argv)
{
    log_set_sink(forget_line);
    if (argc == 3 && strcmp(argv[1], "bug") == 0) {
        disk_set_bug((enum disk_bug)strtoul(argv[2], NULL, 10));
        random_cuts(20000, 1);
        return t_done();
    }
    uint64_t count = argc > 1 ? strtoull(argv[1], NULL, 10) : 100000;
    random_cuts(count, argc > 2 ? strtoull(argv[2], NULL, 10) : 1);
    T_CHECK(acks > count / 2);
    if (argc > 1) {
        fprintf(stderr, "%llu cuts, %llu puts, %llu acknowledged\n", (unsigned long long)cuts,
                (unsigned long long)tries, (unsigned long long)acks);
        return t_done();
    }
    every_bug_of_the_disk_is_caught();
    every_call_of_a_put_is_cut();
    every_call_fails_once_and_for_long();
    what_cannot_be_read_is_not_replaced();
    a_refused_slot_may_come_back();
    what_is_seen_is_not_yet_kept();
    a_disk_that_takes_nothing();
    every_byte_is_damaged();
    a_slot_with_a_good_crc_is_not_trusted();
    the_sequence_may_wrap();
    nothing_is_written_twice();
    return t_done();
}
