/* mount.h - a line of /proc/self/mountinfo (proc(5)), and what it is to a person.
 *
 * Layer: dash.   Memory: a struct mount points into the line.
 */
#ifndef DASH_MOUNT_H
#define DASH_MOUNT_H

#include "dash/source.h"

#include <limits.h>

enum { MOUNT_PATH_CAP = PATH_MAX + 1 };

/* id parent major:minor root mountpoint options [optional...] - fstype source superoptions */
struct mount {
    struct str device, root, path, options, fs, source, super;
};

/** @return false: it is no such line. */
bool mount_parse(struct str line, struct mount *mount);
/** Octal escapes \040 \011 \012 \134. @return false: too long. */
bool mount_unescape(char *to, size_t cap, struct str from);
bool mount_is_read_only(const struct mount *mount);
/** Could a person call it a disk? path[cap]: memory for its path. */
bool mount_is_disk(const struct mount *mount, char *path, size_t cap);
/** What it lies on, never 0: mounts of one file system have the same. */
uint64_t mount_lies_on(const struct mount *mount);
uint64_t mount_hash(struct str text);

#endif
