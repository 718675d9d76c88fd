/* Capacities of profile host. */
#ifndef WICK_PROFILE_H
#define WICK_PROFILE_H

enum {
    WICK_CONN_MAX =
        256, /* connections; one more: the oldest one without a live view goes, else 503 */
    WICK_RING_CAP =
        65536, /* bytes of one channel ring; a subscriber further behind is resynchronised */
    WICK_RING_MAX = 24, /* rings: channels x wires in use; none left: the page is served, updates
                           are refused with 503 */
    WICK_UPDATE_CAP = 131072, /* bytes of texts in one update; more: it becomes a snapshot */
    WICK_FROZEN_MAX = 16, /* documents and snapshots on their way that are longer than one write;
                            none left: the slowest reader gives way, others wait */
    WICK_FROZEN_CAP = 524288, /* bytes of device states that one page reads; more: the program does
                             not start */
    WICK_PAGE_BUDGET = 1048576, /* bytes that the document or snapshot of a page may come to; more:
                                   `make` warns, with the slot that costs most */
    WICK_SEND_CAP = 16384, /* bytes one write may hand to a connection: the largest frame on a ring;
                              longer: a snapshot */
    WICK_ROWS_MAX = 10240, /* rows of one live list that are matched by key; a longer list whose
                              length or order changes makes the update a snapshot */
};

#endif
