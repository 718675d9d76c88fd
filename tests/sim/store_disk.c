/* store_disk.c - see store_disk.h. */
#include "sim/store_disk.h"

#include "store/store_io.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_CAP = 8192, FILES = 24, CHANGES = 128, QUEUE_CAP = 1 << 17, FOLDER = 1000, NONE = -1 };

enum { NAMES = 3 };

static const char *const names[NAMES] = { "settings.a", "settings.b", "settings.new" };

static struct file {
    uint8_t seen[FILE_CAP], kept[FILE_CAP]; /* as the program sees it; as it is on the disk */
    size_t seen_len, kept_len;
    bool is_used;
} files[FILES];

static int seen_name[NAMES], kept_name[NAMES]; /* file index or NONE */

static struct change {
    enum { CHANGE_BYTES, CHANGE_NAME } kind;

    int file; /* of BYTES; of NAME: the file it names from now on, or NONE */
    int name;
    size_t off, len;
    const uint8_t *bytes; /* in queue_bytes */
} changes[CHANGES];

static size_t change_count, queue_len;
static uint8_t queue_bytes[QUEUE_CAP];

static struct {
    int file;
    size_t off;
} handles[8];

static uint64_t random_state;
static uint32_t call_count, power_off_at;
static struct disk_fault fault;
static enum disk_bug bug;
static bool has_power, is_stalled;

uint32_t disk_random(uint32_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)((random_state >> 20) % below);
}

static bool one_in(uint32_t n)
{
    return disk_random(n) == 0;
}

/* --- what waits ------------------------------------------------------------------------------- */

static void apply(const struct change *change, size_t len)
{
    struct file *file = change->file == NONE ? NULL : &files[change->file];
    switch (change->kind) {
    case CHANGE_NAME:
        kept_name[change->name] = change->file;
        break;
    case CHANGE_BYTES:
        if (change->off > file->kept_len) { /* what was to lie before is lost: zeros */
            memset(file->kept + file->kept_len, 0, change->off - file->kept_len);
        }
        memcpy(file->kept + change->off, change->bytes, len);
        file->kept_len = file->kept_len > change->off + len ? file->kept_len : change->off + len;
        break;
    }
}

/* Is the change one that a sync of this handle must finish? */
static bool is_of(const struct change *change, int file)
{
    return file == FOLDER ? change->kind == CHANGE_NAME
                          : change->kind != CHANGE_NAME && change->file == file;
}

/* Take the changes of file (or the names) out of the queue; applied in order, or each one perhaps.
 */
static void flush(int file, bool is_perhaps)
{
    size_t left = 0;
    for (size_t i = 0; i < change_count; i++) {
        if (!is_of(&changes[i], file)) {
            changes[left++] = changes[i];
        } else if (!is_perhaps || one_in(2)) {
            apply(&changes[i], changes[i].len);
        }
    }
    change_count = left;
    if (left == 0) {
        queue_len = 0;
    }
}

static void wait_for_sync(struct change change, const void *bytes)
{
    if (change_count == CHANGES ||
        queue_len + change.len > QUEUE_CAP) { /* the kernel writes back when it likes */
        for (size_t i = 0; i < change_count; i++) {
            apply(&changes[i], changes[i].len);
        }
        change_count = queue_len = 0;
    }
    if (change.len > 0) {
        memcpy(queue_bytes + queue_len, bytes, change.len);
        change.bytes = queue_bytes + queue_len;
        queue_len += change.len;
    }
    changes[change_count++] = change;
}

static void set_name(int name, int file)
{
    seen_name[name] = file;
    wait_for_sync((struct change){ CHANGE_NAME, file, name, 0, 0, NULL }, NULL);
}

void disk_cut(void)
{
    for (size_t i = change_count; i > 1; i--) { /* any order */
        size_t other = disk_random((uint32_t)i);
        struct change change = changes[i - 1];
        changes[i - 1] = changes[other];
        changes[other] = change;
    }
    for (size_t i = 0; i < change_count; i++) {
        const struct change *change = &changes[i];
        uint32_t fate = disk_random(4);
        if (fate == 1 && change->kind == CHANGE_NAME) {
            kept_name[change->name] = one_in(4) ? NONE : change->file;
        } else if (fate == 1 && change->kind == CHANGE_BYTES) {
            apply(change, disk_random((uint32_t)change->len + 1)); /* torn */
        } else if (fate == 2 &&
                   change->kind == CHANGE_BYTES) { /* the length came through, the bytes did not */
            apply(change, 0);
            struct file *file = &files[change->file];
            memset(file->kept + change->off, one_in(2) ? 0 : 0xa5, change->len);
            file->kept_len = file->kept_len > change->off + change->len ? file->kept_len
                                                                        : change->off + change->len;
        } else if (fate == 3) {
            apply(change, change->len);
        }
    }
    change_count = queue_len = 0;
    memcpy(seen_name, kept_name, sizeof seen_name);
    for (int i = 0; i < FILES; i++) {
        if (files[i].is_used) {
            memcpy(files[i].seen, files[i].kept, files[i].kept_len);
            files[i].seen_len = files[i].kept_len;
        }
    }
    for (size_t i = 0; i < sizeof handles / sizeof handles[0]; i++) {
        handles[i].file = NONE;
    }
    has_power = true;
    power_off_at = 0;
    fault.at = 0;
}

/* --- control ---------------------------------------------------------------------------------- */

void disk_format(uint64_t seed)
{
    random_state = seed * 0x9e3779b97f4a7c15u + 1;
    for (int i = 0; i < FILES; i++) {
        files[i].is_used = false;
    }
    for (int i = 0; i < NAMES; i++) {
        seen_name[i] = kept_name[i] = NONE;
    }
    change_count = queue_len = 0;
    disk_cut();
    disk_plan(0, (struct disk_fault){ 0, 0, 0 });
}

void disk_plan(uint32_t off_at, struct disk_fault next_fault)
{
    call_count = 0;
    power_off_at = off_at;
    fault = next_fault;
}

void disk_set_bug(enum disk_bug next_bug)
{
    bug = next_bug;
}

void disk_stall(bool is_on)
{
    is_stalled = is_on;
}

uint32_t disk_calls(void)
{
    return call_count;
}

bool disk_has_power(void)
{
    return has_power;
}

uint8_t *disk_bytes(const char *name, size_t **len_out)
{
    for (int i = 0; i < NAMES; i++) {
        if (strcmp(name, names[i]) == 0 && seen_name[i] != NONE) {
            *len_out = &files[seen_name[i]].seen_len;
            return files[seen_name[i]].seen;
        }
    }
    *len_out = NULL;
    return NULL;
}

/* Every call starts here. @return 0, or the error; *dies_out: it is the call in which the power
 * goes, the caller does half of it. */
static int begin(bool *dies_out)
{
    *dies_out = false;
    if (!has_power) {
        return -EIO;
    }
    call_count++;
    if (power_off_at != 0 && call_count >= power_off_at) {
        has_power = false;
        *dies_out = true;
        return -EIO;
    }
    bool is_due = fault.at != 0 && call_count >= fault.at && call_count - fault.at < fault.count;
    return is_due ? fault.err : 0;
}

static int name_index(const char *name)
{
    for (int i = 0; i < NAMES; i++) {
        if (strcmp(name, names[i]) == 0) {
            return i == 1 && bug == DISK_HAS_ONE_SLOT ? 0 : i;
        }
    }
    fprintf(stderr, "%s:%d: the disk knows no file %s\n", __FILE__, __LINE__, name);
    abort();
}

/* --- store_io.h ------------------------------------------------------------------------------- */

int store_io_folder(const char *path)
{
    bool dies;
    (void)path;
    int err = begin(&dies);
    return err < 0 ? err : FOLDER;
}

int store_io_is_writable(int folder)
{
    bool dies;
    (void)folder;
    return begin(&dies);
}

static int new_file(void)
{
    for (int i = 0; i < FILES; i++) {
        bool is_named = false;
        for (int n = 0; n < NAMES; n++) {
            is_named |= seen_name[n] == i || kept_name[n] == i;
        }
        for (size_t c = 0; c < change_count; c++) {
            is_named |= changes[c].file == i;
        }
        if (!is_named) {
            files[i].is_used = true;
            files[i].seen_len = files[i].kept_len = 0;
            return i;
        }
    }
    for (size_t c = 0; c < change_count; c++) { /* many changes wait: write back */
        apply(&changes[c], changes[c].len);
    }
    change_count = queue_len = 0;
    return new_file();
}

int store_io_open(int folder, const char *path, enum store_io_mode mode)
{
    bool dies;
    (void)folder;
    int err = begin(&dies);
    int name = name_index(path);
    bool is_done = err == 0 || (dies && one_in(2));
    if (mode == STORE_IO_NEW && seen_name[name] != NONE) {
        return -EEXIST;
    }
    if (mode == STORE_IO_NEW && is_done) {
        set_name(name, new_file());
    }
    if (err < 0) {
        return err;
    }
    if (seen_name[name] == NONE) {
        return -ENOENT;
    }
    for (int i = 0; i < (int)(sizeof handles / sizeof handles[0]); i++) {
        if (handles[i].file == NONE) {
            handles[i].file = seen_name[name];
            handles[i].off = 0;
            return i;
        }
    }
    fprintf(stderr, "%s:%d: a handle was not closed\n", __FILE__, __LINE__);
    abort();
}

int store_io_read(int handle, void *bytes, size_t len)
{
    bool dies;
    int err = begin(&dies);
    if (err < 0) {
        return err;
    }
    struct file *file = &files[handles[handle].file];
    size_t left = file->seen_len - handles[handle].off;
    len = len < left ? len : left;
    len = len > 1 && one_in(4) ? 1 + disk_random((uint32_t)len) : len;
    memcpy(bytes, file->seen + handles[handle].off, len);
    handles[handle].off += len;
    return (int)len;
}

int store_io_write(int handle, const void *bytes, size_t len)
{
    bool dies;
    int err = begin(&dies);
    struct file *file = handle < 0 ? NULL : &files[handles[handle].file];
    if (err < 0 && !dies) {
        return err;
    }
    if (is_stalled) {
        return 0;
    }
    size_t off = handles[handle].off;
    if (dies) {
        len = disk_random((uint32_t)len + 1);
    } else if (one_in(4)) {
        len = 1 + disk_random((uint32_t)len);
    }
    if (len > 0) {
        memcpy(file->seen + off, bytes, len);
        file->seen_len = file->seen_len > off + len ? file->seen_len : off + len;
        wait_for_sync((struct change){ CHANGE_BYTES, handles[handle].file, 0, off, len, NULL },
                      bytes);
        handles[handle].off += len;
    }
    return dies ? err : (int)len;
}

int store_io_sync(int handle)
{
    bool dies;
    int err = begin(&dies);
    int file = handle == FOLDER ? FOLDER : handles[handle].file;
    if (file == FOLDER && bug == DISK_REFUSES_FOLDER_SYNC) {
        return -EIO;
    }
    if (err < 0) {
        /* a failed sync of a file: the kernel forgets that its pages are dirty, they are on the
         * disk or not, for ever */
        if (has_power && file != FOLDER) {
            flush(file, true);
        }
        return err;
    }
    if (bug != (file == FOLDER ? DISK_SKIPS_FOLDER_SYNC : DISK_SKIPS_FILE_SYNC)) {
        flush(file, false);
    }
    return 0;
}

int store_io_rename(int folder, const char *from, const char *to)
{
    bool dies;
    (void)folder;
    int err = begin(&dies);
    if (err < 0 && !(dies && one_in(2))) {
        return err;
    }
    int file = seen_name[name_index(from)];
    if (file == NONE) {
        return -ENOENT;
    }
    set_name(name_index(to), file);
    set_name(name_index(from), NONE);
    return err;
}

int store_io_unlink(int folder, const char *path)
{
    bool dies;
    (void)folder;
    int err = begin(&dies);
    int name = name_index(path);
    if (seen_name[name] == NONE) {
        return err < 0 ? err : -ENOENT;
    }
    if (err == 0 || (dies && one_in(2))) {
        set_name(name, NONE);
    }
    return err;
}

void store_io_close(int handle)
{
    if (handle != FOLDER) {
        handles[handle].file = NONE;
    }
}
