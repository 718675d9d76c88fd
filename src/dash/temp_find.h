/* temp_find.h - the sensors that the machine has: thermal zones (Documentation/driver-api/thermal) and
 * hwmon chips (Documentation/hwmon/sysfs-interface).
 *
 * Layer: dash.   Memory: one static table, in the order of the ids; each search fills it anew.
 */
#ifndef DASH_TEMP_FIND_H
#define DASH_TEMP_FIND_H

#include "dash/source.h"

/* One sensor that was found. */
struct temp_found {
    char folder[48]; /* "/sys/class/hwmon/hwmon1" */
    char input[24];  /* "temp2_input" */
    char id[16];     /* "zone0", "hw1.2": row key, and their order */
    char name[48];
    int32_t limit_mc; /* a warning from here on; 0: none known */
    int32_t fault_mc; /* a fault from here on; 0: none known */
    bool is_broken;   /* the chip says so: not connected, or short-circuited */
    bool was_nonzero; /* unconnected inputs say 0 for ever */
};

struct temp_sensors {
    struct temp_found found[DASH_SENSOR_SEEN_MAX];
    unsigned count;
    unsigned dropped; /* sensors that found no place */
};

/** Look for all sensors. */
struct temp_sensors *temp_find(void);
/** Can it be one in earnest? */
bool temp_is_real(int64_t mc);

#endif
