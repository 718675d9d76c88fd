/* store.c - two slots on a disk that may lose power at any moment.
 *
 * put:   image[1 - now] = records without name + new record      (nothing has changed yet)
 *        unlink new, make new, write, fsync, rename new -> the older slot, fsync of the folder
 *        now = 1 - now                                            (the commit in memory)
 * Why it holds: the newer slot is never touched; the older one is replaced by a file whose bytes
 * are already on the disk, so it is the old or the new one whichever way the rename went. If a
 * commit fails after the rename, the disk may have either; then `is_unsure` makes the next put
 * write even an unchanged value, to the same slot, with the same sequence number.
 */
#include "store/store.h"

#include "base/hash.h"
#include "base/log.h"
#include "base/rd.h"
#include "base/seq.h"
#include "base/stat.h"
#include "store/store_io.h"

#include <errno.h>
#include <string.h>

enum { HEAD_LEN = 16, RECORD_HEAD_LEN = 3, MAGIC = 0x31534b57 /* "WKS1" */, READ_TRIES = 2 };

_Static_assert(HEAD_LEN + RECORD_HEAD_LEN + STORE_NAME_LEN_MAX + STORE_VALUE_LEN_MAX <= STORE_CAP,
               "the longest value fits");
_Static_assert(STORE_NAME_LEN_MAX <= UINT8_MAX && STORE_VALUE_LEN_MAX <= UINT16_MAX,
               "lengths fit into a record");

static const char *const slot_name[2] = { "settings.a", "settings.b" };
static const char new_name[] = "settings.new";

/* A slot in memory. len 0: empty, nothing was ever stored; else HEAD_LEN + payload, as in the file.
 */
struct image {
    uint8_t bytes[STORE_CAP];
    size_t len;
};

static struct {
    struct image image[2];
    unsigned now;   /* image[now] is the last committed state; the other one is scratch */
    unsigned slot;  /* the slot of the disk that holds it */
    uint32_t seq;   /* its number */
    bool is_unsure; /* the disk may hold something newer than image[now] */
    bool is_open;
    bool is_in_memory;    /* by store_use_memory() */
    int folder;           /* when is_open */
    const char *open_why; /* store_open() failed: why */
} store;

static struct stat_value stat_commits;
STAT_TOTAL(stat_commits, "wick_store_commits_total", "Settings written");
static struct stat_value stat_failed;
STAT_TOTAL(stat_failed, "wick_store_commits_failed_total", "Settings that could not be written");
static struct stat_value stat_bad;
STAT_TOTAL(stat_bad, "wick_store_slots_bad_total", "Slots found unreadable or damaged");
static struct stat_value stat_bytes;
STAT_GAUGE(stat_bytes, "wick_store_bytes", "Bytes of settings in use");

/* --- records ---------------------------------------------------------------------------------- */

struct record {
    struct str name, value;
};

/* The next record of a payload. @return false at the end, or when it is malformed: then rd->err is
 * set. */
static bool next_record(struct rd *rd, struct record *record_out)
{
    if (rd->err != WICK_OK || rd_left(rd) == 0) {
        return false;
    }
    uint8_t name_len = rd_u8(rd);
    uint16_t value_len = rd_u16le(rd);
    record_out->name = rd_bytes(rd, name_len);
    record_out->value = rd_bytes(rd, value_len);
    if (rd->err == WICK_OK &&
        (name_len == 0 || name_len > STORE_NAME_LEN_MAX || value_len > STORE_VALUE_LEN_MAX)) {
        rd->err = WICK_E_SYNTAX;
    }
    return rd->err == WICK_OK;
}

static void read_records(struct rd *rd, const struct image *image)
{
    rd_init(rd, image->bytes + HEAD_LEN, image->len > HEAD_LEN ? image->len - HEAD_LEN : 0);
}

static uint32_t image_crc(const struct image *image)
{
    uint32_t crc = hash_crc32(0, image->bytes + 4, 8);
    return hash_crc32(crc, image->bytes + HEAD_LEN, image->len - HEAD_LEN);
}

static bool is_good(const struct image *image, uint32_t *seq_out)
{
    struct rd rd;
    struct record record;
    rd_init(&rd, image->bytes, image->len);
    uint32_t magic = rd_u32le(&rd);
    uint32_t seq = rd_u32le(&rd);
    uint32_t len = rd_u32le(&rd);
    uint32_t crc = rd_u32le(&rd);
    if (rd.err != WICK_OK || magic != MAGIC || len != rd_left(&rd) || crc != image_crc(image)) {
        return false;
    }
    read_records(&rd, image);
    while (next_record(&rd, &record)) {
    }
    *seq_out = seq;
    return rd.err == WICK_OK;
}

static void put_u32(uint8_t *to, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++) {
        to[i] = (uint8_t)(value >> (8 * i) & 0xffu);
    }
}

static void put_bytes(struct image *image, struct str text)
{
    if (text.len > 0) {
        memcpy(image->bytes + image->len, text.ptr, text.len);
        image->len += text.len;
    }
}

static bool put_record(struct image *image, struct record record)
{
    if (STORE_CAP - image->len < RECORD_HEAD_LEN + record.name.len + record.value.len) {
        return false;
    }
    image->bytes[image->len++] = (uint8_t)record.name.len;
    image->bytes[image->len++] = (uint8_t)(record.value.len & 0xffu);
    image->bytes[image->len++] = (uint8_t)(record.value.len >> 8 & 0xffu);
    put_bytes(image, record.name);
    put_bytes(image, record.value);
    return true;
}

/* --- reading ---------------------------------------------------------------------------------- */

/* The first STORE_CAP bytes of a file: a good slot is not longer. @return how many, or -errno. */
static int read_file(const char *name, uint8_t bytes[static STORE_CAP])
{
    int file = store_io_open(store.folder, name, STORE_IO_READ);
    if (file < 0) {
        return file;
    }
    size_t len = 0;
    int got = 1;
    while (got > 0 && len < STORE_CAP) {
        got = store_io_read(file, bytes + len, STORE_CAP - len);
        len += got > 0 ? (size_t)got : 0;
    }
    store_io_close(file);
    return got < 0 ? got : (int)len;
}

struct slot {
    bool is_good, is_refused;
    uint32_t seq;
};

/* Read a slot into its image. A read is tried twice, so that a transient fault does not bring back
 * an older state. */
static struct slot read_slot(unsigned idx)
{
    struct slot slot = { false, false, 0 };
    struct image *image = &store.image[idx];
    int len = -EIO;
    for (int i = 0; i < READ_TRIES && len < 0 && len != -ENOENT; i++) {
        len = read_file(slot_name[idx], image->bytes);
    }
    image->len = len > 0 ? (size_t)len : 0;
    if (len == -ENOENT) {
        return slot;
    }
    slot.is_refused = len < 0;
    slot.is_good = len >= 0 && is_good(image, &slot.seq);
    if (!slot.is_good) {
        stat_bad.value++;
        log_event(LOG_ERROR, "store",
                  slot.is_refused ? "a slot cannot be read" : "a slot is damaged",
                  KV_S("file", str_of(slot_name[idx])), KV_I("errno", len < 0 ? -len : 0));
    }
    return slot;
}

/* @return false: the slot cannot be read, so nothing is known about it. */
static bool read_slots(void)
{
    struct slot slot[2] = { read_slot(0), read_slot(1) };
    bool is_refused = slot[0].is_refused || slot[1].is_refused;
    store.is_unsure = is_refused; /* a refused slot may be readable next time, and newer */
    store.now =
        slot[1].is_good && (!slot[0].is_good || seq_is_after(slot[1].seq, slot[0].seq)) ? 1 : 0;
    if (slot[store.now].is_good) {
        store.slot = store.now;
        store.seq = slot[store.now].seq;
        return true;
    }
    if (store.image[0].len > 0 || store.image[1].len > 0) {
        log_line(LOG_ERROR, "store", "no slot is good: the settings are empty");
    }
    store.image[0].len = 0;
    store.image[1].len = 0;
    return !is_refused;
}

static enum wick_err open_failed(const char *why, const char *dir, int err)
{
    store.open_why = why;
    log_event(LOG_ERROR, "store", why, KV_S("folder", str_of(dir)), KV_I("errno", -err));
    return err == -EWOULDBLOCK ? WICK_E_AGAIN : WICK_E_IO;
}

enum wick_err store_open(const char *dir, const char **why_out)
{
    if (store.is_open) {
        store_io_close(store.folder);
    }
    store.image[0].len = store.image[1].len = 0;
    store.now = store.slot = 0;
    store.seq = 0;
    store.is_unsure = true;
    store.is_open = store.is_in_memory = false;
    store.open_why = NULL;
    stat_bytes.value = 0;
    *why_out = NULL;
    int folder = store_io_folder(dir);
    if (folder < 0) {
        *why_out = folder == -EWOULDBLOCK ? "another process uses the folder of the settings"
                                          : "the folder of the settings cannot be made or opened";
        return open_failed(*why_out, dir, folder);
    }
    store.folder = folder;
    if (!read_slots()) {
        store_io_close(folder);
        *why_out = "the settings cannot be read";
        return open_failed(*why_out, dir, -EIO);
    }
    store.is_open = true;
    stat_bytes.value = store.image[store.now].len;
    /* after a crash of the program alone, what was read may not be on the disk yet: write it out
     * before anybody sees it */
    int synced = store_io_is_writable(store.folder);
    synced = synced < 0 ? synced : store_io_sync(store.folder);
    if (synced < 0) {
        store.is_unsure = true;
        *why_out = "the folder of the settings cannot be written";
        return open_failed(*why_out, dir, synced);
    }
    return WICK_OK;
}

void store_use_memory(void)
{
    store.is_in_memory = store.open_why != NULL;
}

const char *store_memory_why(void)
{
    return store.is_in_memory ? store.open_why : NULL;
}

struct str store_get(struct str name)
{
    struct rd rd;
    struct record record;
    read_records(&rd, &store.image[store.now]);
    while (next_record(&rd, &record)) {
        if (str_eq(record.name, name)) {
            return record.value;
        }
    }
    return (struct str){ NULL, 0 };
}

/* --- writing ---------------------------------------------------------------------------------- */

/* Always as a new file: a cut rename may leave the old name behind as a second name of a slot,
 * which must not be emptied. */
static int write_file(const char *name, const struct image *image)
{
    store_io_unlink(store.folder, name);
    int file = store_io_open(store.folder, name, STORE_IO_NEW);
    if (file < 0) {
        return file;
    }
    int put = 0;
    for (size_t off = 0; off < image->len && put >= 0; off += put > 0 ? (size_t)put : 0) {
        put = store_io_write(file, image->bytes + off, image->len - off);
        put = put == 0 ? -EIO : put; /* no progress */
    }
    int synced = put < 0 ? put : store_io_sync(file);
    store_io_close(file);
    return synced;
}

/* Bring store.image[1 - store.now] to the slot that does not hold the committed state. */
static int commit(unsigned slot)
{
    int done = write_file(new_name, &store.image[1 - store.now]);
    if (done >= 0) {
        store.is_unsure = true;
        done = store_io_rename(store.folder, new_name, slot_name[slot]);
        if (done >= 0) {
            done = store_io_sync(store.folder);
            if (done >= 0) {
                store.is_unsure = false;
                return 0;
            }
            /* otherwise a restart without a power cut would load a change that was reported as
             * failed */
            if (store_io_unlink(store.folder, slot_name[slot]) < 0) {
                log_line(LOG_ERROR, "store", "a refused change may come back after a restart");
            }
        }
    }
    store_io_unlink(store.folder, new_name); /* free its space */
    return done;
}

/* store.image[1 - store.now] = store.image[store.now] with name changed to value, or without it. */
static bool build(struct str name, struct str value, uint32_t seq)
{
    struct image *next = &store.image[1 - store.now];
    struct rd rd;
    struct record record;
    next->len = HEAD_LEN;
    read_records(&rd, &store.image[store.now]);
    while (next_record(&rd, &record)) {
        if (!str_eq(record.name, name) && !put_record(next, record)) {
            return false;
        }
    }
    if (value.ptr != NULL && !put_record(next, (struct record){ name, value })) {
        return false;
    }
    put_u32(next->bytes, MAGIC);
    put_u32(next->bytes + 4, seq);
    put_u32(next->bytes + 8, (uint32_t)(next->len - HEAD_LEN));
    put_u32(next->bytes + 12, image_crc(next));
    return true;
}

enum wick_err store_put(struct str name, struct str value)
{
    if (name.len == 0 || name.len > STORE_NAME_LEN_MAX || value.len > STORE_VALUE_LEN_MAX) {
        return WICK_E_RANGE;
    }
    if (!store.is_open && !store.is_in_memory) {
        return WICK_E_IO;
    }
    struct str old = store_get(name);
    if (!store.is_unsure && (old.ptr == NULL) == (value.ptr == NULL) && str_eq(old, value)) {
        return WICK_OK;
    }
    unsigned slot = 1 - store.slot;
    uint32_t seq = seq_add(store.seq, 1);
    if (!build(name, value, seq)) {
        return WICK_E_FULL;
    }
    int done = store.is_in_memory ? 0 : commit(slot);
    if (done < 0) {
        stat_failed.value++;
        log_event(LOG_ERROR, "store", "the settings cannot be written", KV_S("name", name),
                  KV_I("errno", -done));
        return WICK_E_IO;
    }
    store.now = 1 - store.now;
    store.slot = slot;
    store.seq = seq;
    stat_commits.value += store.is_in_memory ? 0 : 1;
    stat_bytes.value = store.image[store.now].len;
    return WICK_OK;
}
