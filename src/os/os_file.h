/* os_file.h - read files of the machine, below a root that is set at start.
 *
 * Layer:    os (includes base).
 * Paths:    absolute ("/proc/stat"); the root is put before them, so that a test can show the
 *           program the files of another machine. A relative path is used as it is. No other
 *           code opens /proc, /sys or /etc.
 * Absent:   a file or folder that is not there is no error: it reads as empty.
 * Memory:   the caller's. Slices point into it and live as long as it does.
 * Blocking: /proc and /sys answer at once; a file on a network file system may wait.
 * Re-entry: none inside one call; any number of open readers and folders.
 */
#ifndef OS_FILE_H
#define OS_FILE_H

#include "base/str.h"
#include "base/wick_limits.h"

/** Read everything below this folder from now on; "" is the machine itself.
 *  @return false: longer than OS_ROOT_LEN_MAX; the root stays as it was. */
bool os_root_set(const char *root);

/** folder/name into path[cap]. @return false: it does not fit; path is then empty. */
bool os_path(char *path, size_t cap, const char *folder, const char *name);

/** Read at most cap bytes from the start of a file, which may be longer. */
struct str os_read(const char *path, char *mem, size_t cap);
/** The first line of folder/name without blanks around it; cut to cap bytes. */
struct str os_line(const char *folder, const char *name, char *mem, size_t cap);
/** The decimal number in the first line of folder/name. @return false: absent or no number. */
bool os_number(const char *folder, const char *name, int64_t *value_out);
bool os_exists(const char *folder, const char *name);
bool os_is_folder(const char *path);

/* A text file of any length, line by line, through a small window. */
struct os_lines {
    int fd; /* -1: nothing to read */
    char *mem;
    size_t cap, len, off; /* of mem: bytes in use, start of the next line */
    bool is_skipping;     /* the rest of a line that did not fit comes next */
};

/** @return false: the file is not there; os_lines_next() then ends at once. */
bool os_lines_open(struct os_lines *lines, const char *path, char *mem, size_t cap);
/** The next line without its line feed. Of a line longer than the window the first cap bytes come,
 *  the rest is skipped. @return false: the end; the file is closed then. */
bool os_lines_next(struct os_lines *lines, struct str *line_out);
/** Stop before the end; also allowed after it. */
void os_lines_close(struct os_lines *lines);

/* The entries of a folder, in the kernel's order, without "." and "..". */
struct os_folder {
    int fd; /* -1: nothing to read */
    size_t len, off;
    _Alignas(8) char block[1024]; /* getdents64(2) wants room for one entry: 280 bytes */
};

/** @return false: the folder is not there; os_folder_next() then ends at once. */
bool os_folder_open(struct os_folder *folder, const char *path);
/** @return the name, valid until the next call; NULL at the end: the folder is closed then. */
const char *os_folder_next(struct os_folder *folder);

#endif
