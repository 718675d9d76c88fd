/* store.h - settings that survive power cuts: a small map of names to bytes in two alternating
 * slots.
 *
 * Layer: store (includes base). Memory: one static image of STORE_CAP bytes and one for the next
 * write. Format of a slot, STORE_CAP bytes at most (little endian): magic "WKS1", sequence u32,
 * length of the payload u32, CRC-32 of sequence, length and payload, payload. Payload: records of
 * name length u8, value length u16, name, value. A commit writes the older slot as a new file,
 * fsync, rename, fsync of the folder: at every moment one slot holds the last committed state, or
 * the one before it is intact. The newest slot with a good CRC counts; both bad is an empty store,
 * said in the log.
 */
#ifndef WICK_STORE_H
#define WICK_STORE_H

#include "base/err.h"
#include "base/str.h"
#include "base/wick_limits.h"

/** Open the store in folder dir (made with mode 0700 when it is missing) and read it. One process
 * at a time.
 *  A slot that the disk refuses to read counts as a bad one if the other is good (said in the log).
 *  @return WICK_E_AGAIN: another process has it. WICK_E_IO: the folder cannot be made, read or
 *  written. *why_out says what failed
 *  (a static text). What could be read is there all the same, so that a device with a broken disk
 *  can still be looked at. If nothing could
 *  be read, store_put() says WICK_E_IO from then on: what is on the disk may be good after the next
 * start and shall not be replaced by an empty store. */
WICK_MUST_CHECK enum wick_err store_open(const char *dir, const char **why_out);
/** After store_open() failed: store_put() changes the memory alone from now on, and what is on the
 * disk stays as it is. */
void store_use_memory(void);
/** Why changes are kept in memory only (a static text); NULL: they go to the disk. */
const char *store_memory_why(void);
/** The value of name, borrowed until the next store_put(); a slice with ptr NULL when there is
 * none. */
struct str store_get(struct str name);
/** Change one value and commit. After WICK_OK it is on the disk (but see store_use_memory()). A
 * value with ptr NULL removes the
 *  name; a value that is stored already is not written again.
 *  @return WICK_E_FULL, WICK_E_RANGE (name or value too long, name empty), WICK_E_IO (disk
 *  full...): then nothing has changed.
 *  After WICK_E_IO a power cut before the next WICK_OK may still bring out the refused value,
 * whole. */
WICK_MUST_CHECK enum wick_err store_put(struct str name, struct str value);

#endif
