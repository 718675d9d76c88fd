/* mount.c - see mount.h. */
#include "dash/mount.h"

#include "base/hash.h"
#include "os/os_file.h"

#include <string.h>

/* What can fill up or fail. Network file systems are left out: asking one may hang the loop.
 * Images that are always full (squashfs, erofs, iso9660) too. */
static const struct str kind[] = {
    STR_INIT("ext2"),     STR_INIT("ext3"), STR_INIT("ext4"),     STR_INIT("xfs"),
    STR_INIT("btrfs"),    STR_INIT("f2fs"), STR_INIT("ubifs"),    STR_INIT("jffs2"),
    STR_INIT("yaffs2"),   STR_INIT("vfat"), STR_INIT("exfat"),    STR_INIT("ntfs3"),
    STR_INIT("ntfs"),     STR_INIT("zfs"),  STR_INIT("bcachefs"), STR_INIT("nilfs2"),
    STR_INIT("reiserfs"), STR_INIT("jfs"),  STR_INIT("hfsplus"),  STR_INIT("fuseblk"),
    STR_INIT("overlay"),
};

bool mount_parse(struct str line, struct mount *mount)
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
    return mount->fs.len > 0 && mount->path.len > 0;
}

static bool is_octal(char c)
{
    return c >= '0' && c <= '7';
}

/* Octal escapes \040 \011 \012 \134 of mountinfo. @return false: too long. */
bool mount_unescape(char *to, size_t cap, struct str from)
{
    size_t len = 0;
    for (size_t i = 0; i < from.len; i++) {
        if (len + 1 >= cap) {
            return false;
        }
        const char *at = from.ptr + i;
        if (*at == '\\' && i + 3 < from.len && is_octal(at[1]) && is_octal(at[2]) &&
            is_octal(at[3])) {
            to[len++] = (char)((at[1] - '0') << 6 | (at[2] - '0') << 3 | (at[3] - '0'));
            i += 3;
        } else {
            to[len++] = *at;
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

bool mount_is_read_only(const struct mount *mount)
{
    return has_word(mount->options, STR("ro")) || has_word(mount->super, STR("ro"));
}

uint64_t mount_hash(struct str text)
{
    return hash_fnv64(HASH_FNV64_START, text.ptr, text.len);
}

/* What a mount lies on. The parts of one btrfs and of one ZFS pool have device numbers of their
 * own. */
uint64_t mount_lies_on(const struct mount *mount)
{
    struct str what = mount->device;
    if (str_eq(mount->fs, STR("btrfs"))) {
        what = mount->source;
    } else if (str_eq(mount->fs, STR("zfs"))) {
        struct str rest = mount->source;
        what = str_cut(&rest, '/');
    }
    uint64_t on = mount_hash(what);
    return on != 0 ? on : 1;
}

/* Could a person call it a disk? An overlay is one as the root of a container or of a router; all
 * other overlays only show a file system again that is listed already. A single file is none. */
bool mount_is_disk(const struct mount *mount, char *path, size_t cap)
{
    bool is_kind = false;
    for (size_t i = 0; i < WICK_COUNT_OF(kind); i++) {
        is_kind = is_kind || str_eq(mount->fs, kind[i]);
    }
    if (!is_kind || (str_eq(mount->fs, STR("overlay")) && !str_eq(mount->path, STR("/")))) {
        return false;
    }
    return str_eq(mount->root, STR("/")) ||
           (mount_unescape(path, cap, mount->path) && os_is_folder(path));
}
