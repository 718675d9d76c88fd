/* src_file.h - reading /proc and /sys without a heap.
 *
 * Layer: dash. Memory: the caller's. A file or folder that is not there is no error: it reads as
 * empty.
 */
#ifndef DASH_SRC_FILE_H
#define DASH_SRC_FILE_H

#include "base/str.h"

/** Read at most cap bytes from the start of a file. The slice points into mem. */
struct str src_read(const char *path, char *mem, size_t cap);
/** The first line of folder/name, trimmed, in mem. */
struct str src_line(const char *folder, const char *name, char *mem, size_t cap);
/** The decimal number in folder/name. @return false: absent or no number. */
bool src_number(const char *folder, const char *name, int64_t *value_out);
bool src_exists(const char *folder, const char *name);
/** Call each(name, arg) for every entry of a folder but "." and "..", in the folder's order. */
void src_each(const char *folder, void (*each)(const char *name, void *arg), void *arg);
/** folder/name into path. @return false: too long. */
bool src_path(char *path, size_t cap, const char *folder, const char *name);

/** Rounded to three digits: a value that moves all the time is sent when a reader sees the
 * difference. */
uint64_t src_three_digits(uint64_t value);

enum { SRC_PATH_LEN_MAX = 191 };

#endif
