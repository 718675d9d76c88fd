/* owner.h - which program listens on a TCP port of this machine, for a helpful message.
 *
 * Layer: live (includes base).   Reads /proc as far as this user may; finding nothing is normal.
 */
#ifndef LIVE_OWNER_H
#define LIVE_OWNER_H

#include "base/buf.h"

/** Append "name (process N)", or "another program" when it cannot be seen. */
void owner_put(struct buf *out, uint16_t port);

#endif
