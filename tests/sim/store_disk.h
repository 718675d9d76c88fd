/* store_disk.h - a disk in memory that stands in for store_io_linux.c: it forgets, tears and fails,
 * by seed.
 *
 * What was written and not synced waits in a queue. A power cut loses, tears or applies each
 * waiting change on its own and in any order, names too; a renamed file's old name and a replaced
 * file may be gone (a file system without a journal).
 */
#ifndef STORE_DISK_H
#define STORE_DISK_H

#include "base/base.h"

enum disk_bug {
    DISK_GOOD,
    DISK_SKIPS_FILE_SYNC,
    DISK_SKIPS_FOLDER_SYNC,
    DISK_HAS_ONE_SLOT,
    DISK_REFUSES_FOLDER_SYNC
};

#define DISK_FOR_EVER UINT32_MAX

struct disk_fault {
    uint32_t at;    /* call number from 1 on; 0: never */
    uint32_t count; /* calls from there on; DISK_FOR_EVER */
    int err;        /* -EIO, -ENOSPC */
};

void disk_format(uint64_t seed);
void disk_plan(uint32_t power_off_at,
               struct disk_fault fault); /* call numbers start anew; 0: never */
void disk_set_bug(enum disk_bug bug);
void disk_stall(bool is_on); /* writes take nothing, without an error */
uint32_t disk_calls(void);   /* since disk_plan() */
bool disk_has_power(void);
void disk_cut(void); /* the power goes, whatever was not synced is decided, the power comes back */
uint32_t disk_random(uint32_t below);
/* The bytes of a file as the program sees them; NULL when there is none. May be changed. */
uint8_t *disk_bytes(const char *name, size_t **len_out);

#endif
