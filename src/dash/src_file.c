/* src_file.c - open, read, getdents64: opendir(3) would want a heap. */
#include "dash/src_file.h"

#include "base/buf.h"
#include "base/num.h"

#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

struct str src_read(const char *path, char *mem, size_t cap)
{
    struct str text = { mem, 0 };
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return text;
    }
    while (text.len < cap) {
        ssize_t got = read(fd, mem + text.len, cap - text.len);
        if (got <= 0) {
            break;
        }
        text.len += (size_t)got;
    }
    (void)close(fd); /* read only: nothing can be lost */
    return text;
}

bool src_path(char *path, size_t cap, const char *folder, const char *name)
{
    struct buf buf;
    buf_init(&buf, path, cap);
    buf_put_text(&buf, folder);
    buf_put_u8(&buf, '/');
    buf_put_text(&buf, name);
    buf_put_u8(&buf, 0);
    return buf.err == WICK_OK;
}

struct str src_line(const char *folder, const char *name, char *mem, size_t cap)
{
    char path[SRC_PATH_LEN_MAX + 1];
    if (!src_path(path, sizeof path, folder, name)) {
        return (struct str){ mem, 0 };
    }
    struct str text = src_read(path, mem, cap);
    return str_trim(str_cut(&text, '\n'), " \t\r\n");
}

bool src_number(const char *folder, const char *name, int64_t *value_out)
{
    char mem[32];
    struct str line = src_line(folder, name, mem, sizeof mem);
    return num_i64(line, INT64_MIN + 1, INT64_MAX, value_out) == WICK_OK;
}

bool src_exists(const char *folder, const char *name)
{
    char path[SRC_PATH_LEN_MAX + 1];
    return src_path(path, sizeof path, folder, name) && access(path, F_OK) == 0;
}

/* struct linux_dirent64 (getdents64(2)): d_ino u64, d_off s64, d_reclen u16, d_type u8, d_name
 * zero-terminated. */
enum { DIRENT_RECLEN_OFF = 16, DIRENT_NAME_OFF = 19 };

void src_each(const char *folder, void (*each)(const char *name, void *arg), void *arg)
{
    _Alignas(8) static char block[4096];
    static bool is_busy;
    WICK_ASSERT(!is_busy); /* one walk at a time: the block is shared */
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return;
    }
    is_busy = true;
    long got = 0;
    while ((got = syscall(SYS_getdents64, fd, block, sizeof block)) > 0) {
        for (long off = 0; off < got;) {
            const char *entry = block + off;
            uint16_t entry_len = 0; /* in the machine's byte order */
            memcpy(&entry_len, entry + DIRENT_RECLEN_OFF, sizeof entry_len);
            const char *name = entry + DIRENT_NAME_OFF;
            if (!str_eq(str_of(name), STR(".")) && !str_eq(str_of(name), STR(".."))) {
                each(name, arg);
            }
            off += entry_len;
        }
    }
    is_busy = false;
    (void)close(fd);
}

uint64_t src_three_digits(uint64_t value)
{
    uint64_t unit = 1;
    while (value / unit >= 1000) {
        unit *= 10;
    }
    return (value + unit / 2) / unit * unit;
}
