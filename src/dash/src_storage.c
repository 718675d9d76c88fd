/* src_storage.c - file systems that a person would call a disk: /proc/self/mountinfo (proc(5)) and
 * statvfs(3). The file may have any length; it is read twice: first to find out which mounts are
 * disks, one for each file system, then to measure these. */
#include "base/base.h"
#include "base/num.h"
#include "dash/mount.h"
#include "os/os_file.h"
#include "os/os_machine.h"

#include <string.h>

enum { WARN_PCT = 90, FAULT_PCT = 97 };

/* A mount that may be the one to show for its file system. */
struct candidate {
    uint64_t on, path; /* hashes: of what it lies on, of where it is mounted */
    uint32_t line;     /* of mountinfo */
    uint16_t path_len;
    bool is_part;    /* a folder of the file system, not its top */
    bool is_covered; /* something else is mounted over it */
};

/* A file system that was there at the last tick. */
struct known {
    uint64_t on;       /* 0: free */
    bool was_writable; /* when it was first seen */
    bool is_here;
};

static struct {
    struct candidate candidate[DASH_MOUNT_SEEN_MAX];
    unsigned count, dropped;
    struct dash_unseen unseen;
    struct known known[DASH_MOUNT_SEEN_MAX];
    char upper[256];           /* where the overlay on "/" keeps what was changed; empty: unknown */
    char path[MOUNT_PATH_CAP]; /* of the mount in hand */
    struct dash_mount row;     /* of the mount in hand */
} storage;

/* --- first reading: which mounts to show ------------------------------------------------------ */

static void note_upper(const struct mount *mount)
{
    static const struct str name = STR_INIT("upperdir=");
    struct str rest = mount->super;
    while (rest.len > 0) {
        struct str option = str_cut(&rest, ',');
        if (str_starts(option, name)) {
            option = (struct str){ option.ptr + name.len, option.len - name.len };
            if (!str_copy(storage.upper, sizeof storage.upper, option)) {
                storage.upper[0] = '\0';
            }
        }
    }
}

static bool is_better(const struct candidate *new, const struct candidate *old)
{
    if (new->is_part != old->is_part) {
        return !new->is_part;
    }
    return new->path_len < old->path_len;
}

static void consider(const struct mount *mount, uint32_t line)
{
    struct candidate new = {
        .on = mount_lies_on(mount),
        .path = mount_hash(mount->path),
        .line = line,
        .path_len = (uint16_t)(mount->path.len < UINT16_MAX ? mount->path.len : UINT16_MAX),
        .is_part = !str_eq(mount->root, STR("/")),
    };
    for (unsigned i = 0; i < storage.count; i++) {
        struct candidate *old = &storage.candidate[i];
        if (old->on == new.on && !old->is_covered) {
            *old = is_better(&new, old) ? new : *old;
            return;
        }
    }
    if (storage.count == DASH_MOUNT_SEEN_MAX) {
        storage.dropped++;
        return;
    }
    storage.candidate[storage.count++] = new;
}

/* What is mounted later at the same place hides what was there. */
static void cover(const struct mount *mount)
{
    uint64_t path = mount_hash(mount->path);
    for (unsigned i = 0; i < storage.count; i++) {
        struct candidate *old = &storage.candidate[i];
        old->is_covered = old->is_covered || old->path == path;
    }
}

static void find_disks(void)
{
    struct os_lines lines;
    struct str text;
    storage.count = 0;
    storage.dropped = 0;
    storage.upper[0] = '\0';
    (void)os_lines_open(&lines, "/proc/self/mountinfo", dash_window, sizeof dash_window);
    for (uint32_t line = 0; os_lines_next(&lines, &text); line++) {
        struct mount mount;
        if (!mount_parse(text, &mount)) {
            continue;
        }
        cover(&mount);
        if (mount_is_disk(&mount, storage.path, sizeof storage.path)) {
            consider(&mount, line);
            if (str_eq(mount.fs, STR("overlay"))) {
                note_upper(&mount);
            }
        }
    }
}

/* --- second reading: how full they are -------------------------------------------------------- */

/* What remains of the overlay's changes lies here: "/" shows the same figures. */
static bool is_below_root(const char *path)
{
    size_t len = strlen(path);
    return len > 1 && strncmp(storage.upper, path, len) == 0 && storage.upper[len] == '/';
}

static bool measure(struct dash_mount *row)
{
    struct os_space space;
    if (!os_machine()->space(storage.path, &space) || space.free > space.total) {
        return false;
    }
    row->total = space.total;
    row->used = space.total - space.free;
    row->available = space.available < space.free ? space.available : space.free;
    row->pct = dash_percent(row->used, row->used + row->available, true);
    row->files_pct = space.files_free <= space.files
                         ? dash_percent(space.files - space.files_free, space.files, true)
                         : 0;
    uint8_t pct = row->pct > row->files_pct ? row->pct : row->files_pct;
    /* what cannot be written to is allowed to be full */
    row->level = row->is_read_only ? DASH_OK : dash_level_of(pct, WARN_PCT, FAULT_PCT);
    return true;
}

/* Errors that ext4 has noted on the disk: /sys/fs/ext4/<disk>/errors_count. */
static uint32_t noted_errors(const struct mount *mount)
{
    char folder[OS_PATH_LEN_MAX + 1];
    char device[32];
    char mem[128];
    char disk[32] = { 0 };
    int64_t errors = 0;
    if (!str_eq(mount->fs, STR("ext4")) || !str_copy(device, sizeof device, mount->device) ||
        !os_path(folder, sizeof folder, "/sys/dev/block", device)) {
        return 0;
    }
    char path[OS_PATH_LEN_MAX + 1];
    struct str rest = { mem, 0 };
    if (os_path(path, sizeof path, folder, "uevent")) {
        rest = os_read(path, mem, sizeof mem);
    }
    while (rest.len > 0) {
        struct str value = str_cut(&rest, '\n');
        if (str_eq(str_cut(&value, '='), STR("DEVNAME"))) {
            (void)str_copy(disk, sizeof disk, value); /* cut: then it has no folder */
        }
    }
    bool is_known = disk[0] != '\0' && os_path(folder, sizeof folder, "/sys/fs/ext4", disk) &&
                    os_number(folder, "errors_count", &errors);
    return is_known && errors > 0 && errors <= UINT32_MAX ? (uint32_t)errors : 0;
}

/* It could be written when it was first seen, and cannot any more: the kernel does that after an
 * error. A system that makes itself writable for an update and goes back is no such thing. */
static bool was_lost(uint64_t on, bool is_read_only_now)
{
    struct known *unused = NULL;
    for (unsigned i = 0; i < DASH_MOUNT_SEEN_MAX; i++) {
        struct known *known = &storage.known[i];
        if (known->on == on) {
            known->is_here = true;
            return known->was_writable && is_read_only_now;
        }
        bool is_gone = known->on == 0 || !known->is_here;
        unused = is_gone && (unused == NULL || known->on == 0) ? known : unused;
    }
    WICK_ASSERT(unused != NULL); /* there are no more than candidates */
    *unused = (struct known){ .on = on, .was_writable = !is_read_only_now, .is_here = true };
    return false;
}

static void set_names(struct dash_mount *row, const struct mount *mount)
{
    struct str path = str_of(storage.path);
    struct buf key;
    buf_init(&key, row->key, sizeof row->key - 1);
    if (dash_text(row->path, sizeof row->path, path) && path.len < sizeof row->key) {
        buf_put_str(&key, path);
    } else { /* what is shown may be the same for two paths */
        buf_put_text(&key, "/#");
        buf_put_hex(&key, mount_hash(path), 16);
    }
    WICK_ASSERT(key.err == WICK_OK);
    (void)dash_text(row->fs, sizeof row->fs, mount->fs);
    (void)dash_text(row->device, sizeof row->device, mount->source);
}

/* How many sentences a row is worth in the health list, by level. */
static void count_unseen(const struct dash_mount *row)
{
    uint8_t pct = row->pct > row->files_pct ? row->pct : row->files_pct;
    storage.unseen.count[row->is_read_only ? DASH_OK : dash_level_of(pct, WARN_PCT, FAULT_PCT)]++;
    storage.unseen.count[DASH_FAULT] += row->is_lost ? 1 : 0;
    storage.unseen.count[DASH_WARN] += row->errors > 0 ? 1 : 0;
}

/* The worst first, else in the order of mountinfo. What does not fit is the least. */
static void insert(struct dash_device *device, const struct dash_mount *row)
{
    enum { CAP = WICK_COUNT_OF(device->storage.v) };

    uint32_t at =
        dash_worst_first(&device->storage.v[0].level, sizeof *row, device->storage.len, row->level);
    if (device->storage.len == CAP) {
        device->storage.dropped++;
        count_unseen(at == CAP ? row : &device->storage.v[CAP - 1]);
    }
    if (at < CAP) {
        struct dash_mount *to =
            dash_make_room(device->storage.v, &device->storage.len, CAP, sizeof *row, at);
        *to = *row;
    }
}

static void read_disk(struct dash_device *device, const struct mount *mount,
                      const struct candidate *candidate)
{
    struct dash_mount *row = wick_clear(&storage.row, sizeof storage.row);
    if (!mount_unescape(storage.path, sizeof storage.path, mount->path)) {
        device->storage.dropped++;
        return;
    }
    if (is_below_root(storage.path)) {
        return;
    }
    set_names(row, mount);
    row->is_read_only = mount_is_read_only(mount);
    row->is_lost = was_lost(candidate->on, row->is_read_only);
    if (!measure(row)) { /* asleep, gone, or not ours to ask */
        device->storage.dropped++;
        return;
    }
    row->errors = noted_errors(mount);
    row->level = row->is_lost ? DASH_FAULT : row->level;
    row->level = row->errors > 0 && row->level == DASH_OK ? DASH_WARN : row->level;
    insert(device, row);
}

static const struct candidate *chosen(uint32_t line, struct str path)
{
    for (unsigned i = 0; i < storage.count; i++) {
        const struct candidate *candidate = &storage.candidate[i];
        if (candidate->line == line && !candidate->is_covered) {
            return candidate->path == mount_hash(path) ? candidate
                                                       : NULL; /* the file has changed */
        }
    }
    return NULL;
}

static void tick(struct dash_device *device, bool is_point)
{
    struct os_lines lines;
    struct str text;
    if (!is_point) {
        return;
    }
    find_disks();
    for (unsigned i = 0; i < DASH_MOUNT_SEEN_MAX; i++) {
        storage.known[i].is_here = false;
    }
    memset(&device->storage, 0, sizeof device->storage);
    memset(&storage.unseen, 0, sizeof storage.unseen);
    device->storage.dropped = storage.dropped;
    (void)os_lines_open(&lines, "/proc/self/mountinfo", dash_window, sizeof dash_window);
    for (uint32_t line = 0; os_lines_next(&lines, &text); line++) {
        struct mount mount;
        const struct candidate *candidate =
            mount_parse(text, &mount) ? chosen(line, mount.path) : NULL;
        if (candidate != NULL) {
            read_disk(device, &mount, candidate);
        }
    }
    for (unsigned i = 0; i < DASH_MOUNT_SEEN_MAX; i++) {
        storage.known[i].on = storage.known[i].is_here ? storage.known[i].on : 0;
    }
}

/* --- health ----------------------------------------------------------------------------------- */

static void say_full(struct dash_device *device, const struct dash_mount *row)
{
    uint8_t pct = row->pct > row->files_pct ? row->pct : row->files_pct;
    uint8_t level = dash_level_of(pct, WARN_PCT, FAULT_PCT);
    struct buf text;
    if (row->is_read_only || level == DASH_OK ||
        !health_add(device,
                    &(struct dash_fault){ .level = (enum dash_level)level,
                                          .kind = "fs:",
                                          .name = str_of(row->key),
                                          .hint = "Delete what is no longer needed.",
                                          .href = "#storage" },
                    &text)) {
        return;
    }
    bool is_files = row->files_pct > row->pct;
    buf_put_text(&text, "Storage ");
    buf_put_text(&text, row->path);
    buf_put_text(&text, is_files ? " has used " : " is ");
    buf_put_u64(&text, pct);
    buf_put_text(&text, is_files ? "\xc2\xa0% of its files." : "\xc2\xa0% full.");
}

static void say_lost(struct dash_device *device, const struct dash_mount *row)
{
    struct buf text;
    if (row->is_lost &&
        health_add(device,
                   &(struct dash_fault){ .level = DASH_FAULT,
                                         .kind = "ro:",
                                         .name = str_of(row->key),
                                         .hint = "The kernel does this after a storage error: "
                                                 "check the log.",
                                         .href = "#storage" },
                   &text)) {
        buf_put_text(&text, "Storage ");
        buf_put_text(&text, row->path);
        buf_put_text(&text, " has become read-only.");
    }
}

static void say_errors(struct dash_device *device, const struct dash_mount *row)
{
    struct buf text;
    if (row->errors > 0 &&
        health_add(device,
                   &(struct dash_fault){ .level = DASH_WARN,
                                         .kind = "err:",
                                         .name = str_of(row->key),
                                         .hint = "Check the file system at the next start.",
                                         .href = "#storage" },
                   &text)) {
        buf_put_text(&text, "Storage ");
        buf_put_text(&text, row->path);
        buf_put_text(&text, " reports ");
        dash_count(&text, row->errors, "error.", "errors.");
    }
}

static void health(struct dash_device *device)
{
    for (uint32_t i = 0; i < device->storage.len; i++) {
        const struct dash_mount *row = &device->storage.v[i];
        say_full(device, row);
        say_lost(device, row);
        say_errors(device, row);
    }
    health_add_unseen(device, &storage.unseen);
}

static void watched(const struct dash_device *device, struct buf *text)
{
    if (device->storage.len > 0) {
        dash_count(text, device->storage.len + (uint64_t)device->storage.dropped, "file system",
                   "file systems");
    }
}

enum { METRIC_SIZE, METRIC_AVAILABLE, METRIC_READ_ONLY };

static const struct dash_metric metric[] = {
    [METRIC_SIZE] = { "node_filesystem_size_bytes", METRIC_GAUGE, "Filesystem size in bytes." },
    [METRIC_AVAILABLE] = { "node_filesystem_avail_bytes", METRIC_GAUGE,
                           "Filesystem space available to non-root users in bytes." },
    [METRIC_READ_ONLY] = { "node_filesystem_readonly", METRIC_GAUGE,
                           "Filesystem read-only status." },
};

static unsigned metric_rows(const struct dash_device *device, unsigned metric_idx)
{
    (void)metric_idx;
    return device->storage.len;
}

static void metric_put(const struct dash_device *device, unsigned metric_idx, unsigned row,
                       struct buf *out)
{
    const struct dash_mount *mount = &device->storage.v[row];
    const uint64_t value[] = {
        [METRIC_SIZE] = mount->total,
        [METRIC_AVAILABLE] = mount->available,
        [METRIC_READ_ONLY] = mount->is_read_only ? 1 : 0,
    };
    metric_label(out, "device", str_of(mount->device));
    metric_label(out, "fstype", str_of(mount->fs));
    metric_label(out, "mountpoint", str_of(mount->path));
    metric_u64(out, value[metric_idx]);
}

const struct dash_source src_storage = {
    .name = "storage",
    .tick = tick,
    .health = health,
    .watched = watched,
    .metric = metric,
    .metric_count = WICK_COUNT_OF(metric),
    .metric_rows = metric_rows,
    .metric_put = metric_put,
};
