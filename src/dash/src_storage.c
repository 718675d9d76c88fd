/* src_storage.c - file systems on real storage: /proc/self/mountinfo (proc(5)) and statvfs(3). */
#include "dash/sources.h"
#include "dash/src_file.h"

#include <string.h>
#include <sys/statvfs.h>

enum { WARN_PCT = 90, FAULT_PCT = 97 };

/* What can fill up or fail. Network file systems are left out: asking one may hang the loop.
 * Always-full images (squashfs) too. */
static const struct str kind[] = {
    STR_INIT("ext2"),    STR_INIT("ext3"), STR_INIT("ext4"),  STR_INIT("xfs"),
    STR_INIT("btrfs"),   STR_INIT("f2fs"), STR_INIT("ubifs"), STR_INIT("jffs2"),
    STR_INIT("yaffs2"),  STR_INIT("vfat"), STR_INIT("exfat"), STR_INIT("ntfs3"),
    STR_INIT("overlay"), STR_INIT("zfs"),
};

static bool is_storage(struct str fs)
{
    for (size_t i = 0; i < WICK_COUNT_OF(kind); i++) {
        if (str_eq(fs, kind[i])) {
            return true;
        }
    }
    return false;
}

/* Octal escapes \040 \011 \012 \134 of mountinfo. @return false: too long. */
static bool unescape(char *to, size_t cap, struct str from)
{
    size_t len = 0;
    for (size_t i = 0; i < from.len; i++) {
        if (len + 1 >= cap) {
            return false;
        }
        if (from.ptr[i] == '\\' && i + 3 < from.len) {
            to[len++] = (char)((from.ptr[i + 1] - '0') << 6 | (from.ptr[i + 2] - '0') << 3 |
                               (from.ptr[i + 3] - '0'));
            i += 3;
        } else {
            to[len++] = from.ptr[i];
        }
    }
    memset(to + len, 0, cap - len);
    return true;
}

static bool has_word(struct str list, struct str word)
{
    while (list.len > 0) {
        if (str_eq(str_cut(&list, ','), word)) {
            return true;
        }
    }
    return false;
}

/* One line: id parent major:minor root mountpoint options [optional...] - fstype source
 * superoptions */
struct mount {
    struct str device, root, path, options, fs, source, super;
};

static bool parse_line(struct str line, struct mount *mount)
{
    (void)str_cut(&line, ' '); /* mount id, parent: not needed */
    (void)str_cut(&line, ' ');
    mount->device = str_cut(&line, ' ');
    mount->root = str_cut(&line, ' ');
    mount->path = str_cut(&line, ' ');
    mount->options = str_cut(&line, ' ');
    while (line.len > 0 && !str_eq(str_cut(&line, ' '), STR("-"))) {
    }
    mount->fs = str_cut(&line, ' ');
    mount->source = str_cut(&line, ' ');
    mount->super = line;
    return mount->fs.len > 0;
}

static uint8_t level_of(const struct dash_mount *mount)
{
    uint8_t pct = mount->pct > mount->inode_pct ? mount->pct : mount->inode_pct;
    return pct >= FAULT_PCT ? DASH_FAULT : pct >= WARN_PCT ? DASH_WARN : DASH_OK;
}

static bool measure(struct dash_mount *mount)
{
    struct statvfs vfs;
    if (statvfs(mount->path, &vfs) != 0 || vfs.f_blocks == 0) {
        return false;
    }
    uint64_t unit = vfs.f_frsize;
    mount->total = (uint64_t)vfs.f_blocks * unit;
    mount->available = (uint64_t)vfs.f_bavail * unit;
    mount->used = ((uint64_t)vfs.f_blocks - (uint64_t)vfs.f_bfree) * unit;
    uint64_t whole = mount->used + mount->available;
    mount->pct = whole > 0 ? (uint8_t)((mount->used * 100 + whole - 1) / whole)
                           : 0; /* rounded up, as df does */
    uint64_t inodes = vfs.f_files;
    mount->inode_pct =
        inodes > 0 ? (uint8_t)(((inodes - (uint64_t)vfs.f_ffree) * 100 + inodes - 1) / inodes) : 0;
    mount->level = level_of(mount);
    return true;
}

void src_storage_tick(struct dash_device *device)
{
    static char mem[16384];
    struct str seen[WICK_COUNT_OF(
        device->storage.v)]; /* devices already listed: bind mounts show a device again */
    size_t seen_count = 0;
    struct str text = src_read("/proc/self/mountinfo", mem, sizeof mem);
    device->storage.len = 0;
    device->storage.dropped = 0;
    while (text.len > 0) {
        struct mount mount;
        struct dash_mount row = { .path = { 0 } };
        bool is_new = parse_line(str_cut(&text, '\n'), &mount) && is_storage(mount.fs);
        for (size_t i = 0; is_new && i < seen_count; i++) {
            is_new = !str_eq(seen[i], mount.device);
        }
        if (!is_new || !unescape(row.path, sizeof row.path, mount.path) || !measure(&row)) {
            continue;
        }
        (void)wick_set(row.fs, sizeof row.fs, mount.fs); /* all names of our table fit */
        row.is_read_only = has_word(mount.options, STR("ro")) || has_word(mount.super, STR("ro"));
        struct dash_mount *to = wick_list_add(&device->storage);
        if (to != NULL) {
            *to = row;
            seen[seen_count++] = mount.device;
        }
    }
}
