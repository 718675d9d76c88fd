/* os_file.c - open, read, getdents64: opendir(3) would need a heap. */
#include "os/os_file.h"

#include "base/base.h"
#include "base/buf.h"
#include "base/num.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct {
    char root[OS_ROOT_LEN_MAX + 1];
    char full[OS_ROOT_LEN_MAX + PATH_MAX + 1]; /* root + path, used within one call */
} os;

bool os_root_set(const char *root)
{
    size_t len = strlen(root);
    if (len > OS_ROOT_LEN_MAX) {
        return false;
    }
    memcpy(os.root, root, len + 1);
    return true;
}

/* NULL: longer than any path may be. */
static const char *below_root(const char *path)
{
    if (path[0] != '/') {
        return path;
    }
    struct buf full;
    buf_init(&full, os.full, sizeof os.full);
    buf_put_text(&full, os.root);
    buf_put_text(&full, path);
    buf_put_u8(&full, 0);
    return full.err == WICK_OK ? os.full : NULL;
}

static int open_below(const char *path, int flags)
{
    const char *full = below_root(path);
    return full != NULL ? open(full, O_RDONLY | O_CLOEXEC | flags) : -1;
}

bool os_path(char *path, size_t cap, const char *folder, const char *name)
{
    WICK_ASSERT(cap > 0);
    struct buf buf;
    buf_init(&buf, path, cap);
    buf_put_text(&buf, folder);
    buf_put_u8(&buf, '/');
    buf_put_text(&buf, name);
    buf_put_u8(&buf, 0);
    if (buf.err != WICK_OK) {
        path[0] = '\0';
    }
    return buf.err == WICK_OK;
}

static size_t read_all(int fd, char *mem, size_t cap)
{
    size_t len = 0;
    while (len < cap) {
        ssize_t got = read(fd, mem + len, cap - len);
        if (got <= 0) {
            break;
        }
        len += (size_t)got;
    }
    return len;
}

struct str os_read(const char *path, char *mem, size_t cap)
{
    struct str text = { mem, 0 };
    int fd = open_below(path, O_NONBLOCK);
    if (fd >= 0) {
        text.len = read_all(fd, mem, cap);
        (void)close(fd); /* read only: nothing can be lost */
    }
    return text;
}

struct str os_line(const char *folder, const char *name, char *mem, size_t cap)
{
    char path[OS_PATH_LEN_MAX + 1];
    if (!os_path(path, sizeof path, folder, name)) {
        return (struct str){ mem, 0 };
    }
    struct str text = os_read(path, mem, cap);
    return str_trim(str_cut(&text, '\n'), " \t\r\n");
}

bool os_number(const char *folder, const char *name, int64_t *value_out)
{
    char mem[32];
    struct str line = os_line(folder, name, mem, sizeof mem);
    return num_i64(line, INT64_MIN + 1, INT64_MAX, value_out) == WICK_OK;
}

bool os_exists(const char *folder, const char *name)
{
    char path[OS_PATH_LEN_MAX + 1];
    const char *full = os_path(path, sizeof path, folder, name) ? below_root(path) : NULL;
    return full != NULL && access(full, F_OK) == 0;
}

bool os_is_folder(const char *path)
{
    struct stat info;
    const char *full = below_root(path);
    return full != NULL && stat(full, &info) == 0 && S_ISDIR(info.st_mode);
}

/* --- lines ------------------------------------------------------------------------------------ */

bool os_lines_open(struct os_lines *lines, const char *path, char *mem, size_t cap)
{
    WICK_ASSERT(cap > 0);
    *lines = (struct os_lines){ .fd = open_below(path, O_NONBLOCK), .mem = mem, .cap = cap };
    return lines->fd >= 0;
}

void os_lines_close(struct os_lines *lines)
{
    if (lines->fd >= 0) {
        (void)close(lines->fd);
    }
    lines->fd = -1;
    lines->len = 0;
    lines->off = 0;
}

/* Move what is left to the front and read after it. @return false: nothing more came. */
static bool refill(struct os_lines *lines)
{
    lines->len -= lines->off;
    memmove(lines->mem, lines->mem + lines->off, lines->len);
    lines->off = 0;
    if (lines->fd < 0 || lines->len == lines->cap) {
        return false;
    }
    ssize_t got = read(lines->fd, lines->mem + lines->len, lines->cap - lines->len);
    lines->len += got > 0 ? (size_t)got : 0;
    return got > 0;
}

bool os_lines_next(struct os_lines *lines, struct str *line_out)
{
    for (;;) {
        WICK_ASSERT(lines->off <= lines->len && lines->len <= lines->cap);
        char *start = lines->mem + lines->off;
        size_t left = lines->len - lines->off;
        const char *end = left > 0 ? memchr(start, '\n', left) : NULL;
        bool was_skipping = lines->is_skipping;
        if (end != NULL) {
            *line_out = (struct str){ start, (size_t)(end - start) };
            lines->off += line_out->len + 1;
            lines->is_skipping = false;
            if (!was_skipping) {
                return true;
            }
        } else if (left == lines->cap) { /* longer than the window */
            *line_out = (struct str){ start, left };
            lines->off = lines->len;
            lines->is_skipping = true;
            if (!was_skipping) {
                return true;
            }
        } else if (!refill(lines)) { /* the last line may lack its line feed */
            *line_out = (struct str){ lines->mem, lines->len };
            bool is_line = lines->len > 0 && !was_skipping;
            os_lines_close(lines);
            return is_line;
        }
    }
}

/* --- folders ---------------------------------------------------------------------------------- */

/* struct linux_dirent64 (getdents64(2)): d_ino u64, d_off s64, d_reclen u16, d_type u8, d_name
 * zero-terminated. */
enum { DIRENT_RECLEN_OFF = 16, DIRENT_NAME_OFF = 19 };

bool os_folder_open(struct os_folder *folder, const char *path)
{
    folder->fd = open_below(path, O_DIRECTORY);
    folder->len = 0;
    folder->off = 0;
    return folder->fd >= 0;
}

const char *os_folder_next(struct os_folder *folder)
{
    while (folder->fd >= 0) {
        if (folder->off == folder->len) {
            long got = syscall(SYS_getdents64, folder->fd, folder->block, sizeof folder->block);
            if (got <= 0) {
                (void)close(folder->fd);
                folder->fd = -1;
                break;
            }
            folder->len = (size_t)got;
            folder->off = 0;
        }
        const char *entry = folder->block + folder->off;
        uint16_t entry_len = 0; /* in the machine's byte order */
        memcpy(&entry_len, entry + DIRENT_RECLEN_OFF, sizeof entry_len);
        WICK_ASSERT(entry_len > DIRENT_NAME_OFF && entry_len <= folder->len - folder->off);
        folder->off += entry_len;
        const char *name = entry + DIRENT_NAME_OFF;
        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0) {
            return name;
        }
    }
    return NULL;
}
