/* sample.h - state of the templates in tests/tmpl/pages: every kind of member that a template can
 * read. */
#ifndef TESTS_TMPL_SAMPLE_H
#define TESTS_TMPL_SAMPLE_H

#include "live/wick.h"

struct sample_port {
    uint8_t number;
    char name[16];
    bool is_up;
    uint32_t mbit;
};

struct sample_fan {
    char id[8];
    uint16_t rpm;
    WICK_LIST(struct sample_port, 4) port;
};

struct sample_device {
    char name[32];
    char note[64];
    uint64_t uptime_s;
    int32_t temp_mc;

    struct {
        uint8_t pct;
        uint32_t load_milli;
    } cpu;

    WICK_LIST(struct sample_fan, 8) fan;
    WICK_LIST(struct sample_port, 8) port;
    uint16_t history[4];
    bool is_on;
};
extern struct sample_device sample_device;
extern unsigned sample_calls; /* of the controller */

struct sample_view {
    bool paused;
    uint8_t period;
    char theme[8];
};

void fn_spark(struct buf *out, const uint16_t *values);

#endif
