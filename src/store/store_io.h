/* store_io.h - the seam to the file system: what the store needs of it, one call per thing that a
 * power cut can fall between.
 *
 * Layer: store. store_io_linux.c is the real one; tests/sim/store_disk.c is a disk that forgets,
 * tears and fails. Results: >= 0 is success, < 0 is -errno. Handles are small integers.
 */
#ifndef WICK_STORE_IO_H
#define WICK_STORE_IO_H

#include "base/base.h"

enum store_io_mode {
    STORE_IO_READ,
    STORE_IO_NEW /* for writing; made with mode 0600, must not be there */
};

/** Open folder path, locked against other processes (-EWOULDBLOCK: one has it).
 *  When it is missing it is made with mode 0700, so that it is there after a power cut. */
WICK_MUST_CHECK int store_io_folder(const char *path);
WICK_MUST_CHECK int store_io_is_writable(int folder);
WICK_MUST_CHECK int store_io_open(int folder, const char *name,
                                  enum store_io_mode mode); /* -ENOENT, -EEXIST */
WICK_MUST_CHECK int store_io_read(int file, void *bytes,
                                  size_t len); /* bytes read, fewer at will; 0 at the end */
WICK_MUST_CHECK int store_io_write(int file, const void *bytes,
                                   size_t len); /* bytes written, fewer at will */
WICK_MUST_CHECK int store_io_sync(
    int handle); /* of a file: its bytes; of a folder: its names. Then they survive a power cut */
WICK_MUST_CHECK int store_io_rename(int folder, const char *from, const char *to); /* replaces to */
int store_io_unlink(int folder, const char *name);
void store_io_close(int handle); /* whatever mattered was synced before: there is nothing to learn
                                    from its result */

#endif
