/* store_io_linux.c - store_io.h on system calls. */
#include "store/store_io.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Declared in stdio.h, which is kept out of the program. */
int renameat(int old_folder, const char *old_name, int new_folder, const char *new_name);

static int result(int ret)
{
    return ret < 0 ? -errno : ret;
}

/* A new folder survives a power cut only when the folder above it is synced. */
static int sync_parent(const char *path)
{
    char parent[PATH_MAX / 8];
    size_t len = strlen(path);
    while (len > 1 && path[len - 1] == '/') {
        len--;
    }
    while (len > 0 && path[len - 1] != '/') {
        len--;
    }
    if (len + 2 > sizeof parent) {
        return -ENAMETOOLONG;
    }
    memcpy(parent, len == 0 ? "./" : path, len == 0 ? 2 : len);
    parent[len == 0 ? 2 : len] = '\0';
    int folder = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) {
        return -errno;
    }
    int synced = result(fsync(folder));
    close(folder);
    return synced;
}

int store_io_folder(const char *path)
{
    if (mkdir(path, 0700) == 0) {
        int synced = sync_parent(path);
        if (synced < 0) {
            rmdir(path);
            return synced;
        }
    } else if (errno != EEXIST && errno != EROFS &&
               errno != EACCES) { /* it may be there all the same: open() will tell */
        return -errno;
    }
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) {
        return -errno;
    }
    if (flock(folder, LOCK_EX | LOCK_NB) < 0) {
        int err = -errno;
        close(folder);
        return err;
    }
    return folder;
}

int store_io_is_writable(int folder)
{
    return result((int)syscall(SYS_faccessat, folder, ".", W_OK | X_OK));
}

int store_io_open(int folder, const char *name, enum store_io_mode mode)
{
    /* O_NONBLOCK: a FIFO by that name must not stop us */
    int flags = mode == STORE_IO_READ ? O_RDONLY | O_NONBLOCK : O_WRONLY | O_CREAT | O_EXCL;
    return result(openat(folder, name, flags | O_NOFOLLOW | O_CLOEXEC, 0600));
}

int store_io_read(int file, void *bytes, size_t len)
{
    return result((int)read(file, bytes, len < INT_MAX ? len : INT_MAX));
}

int store_io_write(int file, const void *bytes, size_t len)
{
    return result((int)write(file, bytes, len < INT_MAX ? len : INT_MAX));
}

int store_io_sync(int handle)
{
    int synced = result(fsync(handle));
    return synced == -EINVAL ? 0 : synced; /* some file systems cannot sync a folder (9p, FUSE):
                                              nothing more can be done there */
}

int store_io_rename(int folder, const char *from, const char *to)
{
    return result(renameat(folder, from, folder, to));
}

int store_io_unlink(int folder, const char *name)
{
    return result(unlinkat(folder, name, 0));
}

void store_io_close(int handle)
{
    close(handle);
}
