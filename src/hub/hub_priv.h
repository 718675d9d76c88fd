/* hub_priv.h - what a ring consists of. For src/hub and its tests.
 *
 * Layer: hub.
 *
 *              frame seq - frame_count + 1                    frame seq
 *   overwritten |<-------- held, <= WICK_RING_CAP bytes -------->|
 *   ------------+-------------+------+-----------+---------------+ - - -
 *               tail          frames as appended                 head
 *
 * A ring holds the newest frames: at most WICK_RING_CAP bytes and at most HUB_FRAMES of them, whole
 * ones only. A cursor is good when it lies in tail .. head; the index has the start of every frame
 * held.
 */
#ifndef WICK_HUB_PRIV_H
#define WICK_HUB_PRIV_H

#include "hub/hub.h"

struct hub_ring {
    uint64_t head; /* position after the newest frame, 48 bits, wraps; the byte at pos lies at pos
                      % WICK_RING_CAP */
    uint32_t held; /* bytes of the frames held */
    uint16_t frame_count; /* frames held, <= HUB_FRAMES */
    uint16_t sub_first;   /* HUB_NONE: no subscription, the ring is free */
    uint64_t seq;         /* of the newest frame; its lower half is what the world sees */
    uint32_t channel;
    uint16_t sub_count;
    uint8_t format;
};

/** hub_init() with the positions and sequence numbers at which rings start; a test puts them before
 * their wrap. */
void hub_init_at(uint64_t pos, uint64_t seq);
struct hub_ring *hub_ring_at(uint16_t ring);

#endif
