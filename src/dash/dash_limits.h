/* dash_limits.h - every capacity of the dashboard, and what happens when it is reached.
 *
 * Layer: dash.
 */
#ifndef DASH_LIMITS_H
#define DASH_LIMITS_H

enum {
    DASH_CORE_MAX = 64,        /* processors shown; more: their number is shown */
    DASH_SENSOR_SEEN_MAX = 64, /* temperatures watched; more: their number is shown */
    DASH_SENSOR_MAX = 24, /* temperatures shown, the worst first; more: their number is shown */
    DASH_MOUNT_SEEN_MAX = 128, /* file systems watched; more: their number is shown */
    DASH_MOUNT_MAX = 12,      /* file systems shown, the worst first; more: their number is shown */
    DASH_DISK_SEEN_MAX = 32,  /* disks whose traffic is added up; more: noted on the card */
    DASH_LINK_SEEN_MAX = 320, /* network interfaces watched; more: their number is shown */
    DASH_IF_MAX = 12,       /* interfaces shown, with errors or address first; more: their number */
    DASH_HEALTH_MAX = 16,   /* sentences shown, the worst first; more: their number is shown */
    DASH_LICENSE_MAX = 12,  /* licences shown; more: their number is shown */
    DASH_LIMIT_MAX = 120,   /* limits shown; more: their number is shown */
    DASH_COUNTER_MAX = 72,  /* counters shown; more: their number is shown */
    DASH_WINDOW_CAP = 4096, /* bytes of a line of /proc that are looked at; the rest is skipped */
};

#endif
