/* overview.h - what the page Overview shows: the device state, the view state, and the functions
 * that its template calls.
 *
 * Layer: dash (includes live). Memory: plain data without pointers; struct dash_device is one
 * static variable.
 *
 * The sources (src/dash/src_*.c) write the device state, the template (pages/overview.html) reads
 * it, nothing else knows it. What a machine does not have stays zero (len 0, total 0): its card is
 * not shown. Texts are zero-terminated and zero-filled (wick_set), and hostile: they come from file
 * systems, drivers and people. Values that are shown rounded are stored rounded, so that an update
 * is sent only when a reader would see it.
 */
#ifndef DASH_OVERVIEW_H
#define DASH_OVERVIEW_H

#include "dash/dash_limits.h"
#include "live/wick.h"

enum { DASH_POINTS = 61, DASH_POINT_S = 5 }; /* five minutes, one point every five seconds */

enum dash_unit { DASH_PERCENT, DASH_MILLI_C, DASH_KBIT_S, DASH_KB_S };

/* The graph of one value. */
struct dash_series {
    uint8_t unit;      /* enum dash_unit: of v, low and high, for the texts */
    uint8_t len;       /* points in use; fewer than DASH_POINTS: the graph starts further right */
    int32_t low, high; /* the scale: values at the lower and upper edge, low < high. Series drawn in
                          one graph share it */
    int32_t limit;     /* a warning is raised from here on; 0: none */
    int32_t v[DASH_POINTS]; /* oldest first; DASH_GAP: nothing was measured then, and the line has a
                               gap there */
};

#define DASH_GAP INT32_MIN

enum dash_level { DASH_OK, DASH_WARN, DASH_FAULT };

/* One sentence about what is wrong. Row key: id. */
struct dash_health {
    char id[72];    /* "fs:/data": the same trouble keeps its id, and so its row */
    uint8_t level;  /* enum dash_level, WARN or FAULT */
    char text[160]; /* "Storage /data is 91 % full." */
    char hint[72];  /* what to do: "Delete what is no longer needed." May be empty */
    char href[24];  /* "#storage": where to look; may be empty */
};

struct dash_core {
    uint8_t id, pct;
};

struct dash_cpu {
    uint8_t pct;        /* busy share of all cores over the last period, 0..100 */
    uint8_t iowait_pct; /* waiting for storage */
    uint32_t load1_milli, load5_milli, load15_milli; /* 1/1000, rounded to 10 */
    WICK_LIST(struct dash_core, DASH_CORE_MAX) core; /* len 0: no CPU card */
    struct dash_series hist;                         /* DASH_PERCENT */
};

struct dash_mem {
    uint64_t total, used, available; /* bytes; total 0: no card. used = total - available */
    uint64_t swap_total, swap_used;  /* bytes */
    uint8_t pct;                     /* of used, 0..100 */
    uint8_t level;                   /* enum dash_level */
    struct dash_series hist;         /* DASH_PERCENT */
};

struct dash_sensor {
    char id[16];      /* row key: "zone0", "hw1.2" */
    char name[48];    /* "cpu-thermal" */
    int32_t mc;       /* 1/1000 degree C, rounded to 100 */
    int32_t limit_mc; /* above it is a warning or a fault, 0: none known */
    uint8_t level;    /* enum dash_level */
};

struct dash_temp {
    WICK_LIST(struct dash_sensor, DASH_SENSOR_MAX) sensor; /* the worst first; len 0: no card */
    int32_t mc; /* of the main sensor: the processor's, when there is one; DASH_GAP: unknown */
    char name[48];
    uint8_t level;           /* enum dash_level */
    struct dash_series hist; /* DASH_MILLI_C, of the main sensor */
};

struct dash_mount {
    char key[64];    /* row key: the path, or "/#" and its hash when it cannot be shown whole */
    char path[96];   /* "/data" */
    char fs[16];     /* "ext4" */
    char device[48]; /* "/dev/sda1" */
    uint64_t total, used, available; /* bytes */
    uint32_t errors;                 /* that the file system has noted */
    uint8_t pct;                     /* used / (used + available), as df */
    uint8_t files_pct;               /* of the inodes, where their number is fixed */
    uint8_t level;                   /* enum dash_level */
    bool is_read_only;
    bool is_lost; /* it could be written to before */
};

/* Traffic of all disks together. */
struct dash_disk {
    bool is_there;
    uint32_t dropped;               /* disks that are missing in the sums */
    uint64_t read_rate, write_rate; /* bytes/s over the last period, rounded to three digits */
    struct dash_series read, write; /* DASH_KB_S, on one scale */
};

enum dash_link {
    DASH_LINK_DOWN, /* switched off */
    DASH_LINK_NO_CABLE,
    DASH_LINK_UP,
    DASH_LINK_NO_RADIO, /* a wireless one that has joined no network */
    DASH_LINK_IDLE,     /* a bridge to which nothing is attached */
};

struct dash_if {
    char key[24];     /* row key: the name, or "#" and the index when it cannot be shown as it is */
    char name[48];    /* "eth0" */
    uint8_t link;     /* enum dash_link */
    char address[48]; /* first address with prefix length, global before link-local; empty: none */
    char mac[18];
    uint32_t mbps;               /* negotiated speed, 0: unknown */
    uint64_t rx_rate, tx_rate;   /* bytes/s over the last period, rounded to three digits */
    uint64_t rx_bytes, tx_bytes; /* since the interface came up, rounded to three digits */
    uint64_t errors;             /* receive and transmit errors */
    bool is_half_duplex;
    bool is_worse;             /* errors rose during the last minute */
    bool is_lost;              /* it had a link, and has none */
    bool is_physical;          /* it has a plug or an antenna */
    struct dash_series rx, tx; /* DASH_KBIT_S; all interfaces have one scale */
};

/* Traffic of all interfaces that lead out of the device together. */
struct dash_traffic {
    bool is_there;
    uint64_t rx_rate, tx_rate; /* bytes/s over the last period, rounded to three digits */
    struct dash_series rx, tx; /* DASH_KBIT_S, on one scale */
};

/* What the strip at the top says, drawn from the rest. */
struct dash_strip {
    uint32_t faults, warnings; /* of health, those not shown included */
    int32_t hot_mc, hot_limit_mc;
    char hot_name[48]; /* the sensor that is hottest, measured by its limit */
    uint32_t cores;
    uint32_t links_up, links;
    char speeds[48]; /* "1 Gbit/s and 100 Mbit/s"; empty: unknown */
    char disk_path[96];
    uint64_t disk_free; /* bytes */
    uint8_t disk_pct, disk_level, hot_level;
};

/* A row that is constant text: functions of the template say it, by its index. */
struct dash_row {
    uint16_t idx;
};

struct dash_counter {
    uint16_t idx;
    uint64_t value;
};

/* What the page About shows beside the device itself. */
struct dash_about {
    uint64_t program_bytes,
        static_bytes;    /* code and constants; memory that is fixed at link time */
    uint64_t used_bytes; /* of both, what is in memory now; 0: unknown */
    WICK_LIST(struct dash_row, DASH_LICENSE_MAX) license;
    WICK_LIST(struct dash_row, DASH_LIMIT_MAX) limit;
    WICK_LIST(struct dash_counter, DASH_COUNTER_MAX) counter;
};

/* The same for every viewer. */
struct dash_device {
    char name[94];      /* what people call it; setting "device.name"; 1..31 characters */
    char note[190];     /* where it is: "Hall 3, cabinet 12"; may be empty */
    bool is_forgetful;  /* settings are kept in memory only: wick_setting_trouble() */
    char host[72];      /* host name */
    char model[64];     /* "Raspberry Pi 4 Model B"; may be empty */
    char os[64];        /* "Debian GNU/Linux 12 (bookworm)" */
    char kernel[64];    /* "6.1.0-18-amd64" */
    char processor[32]; /* "armv7l" */
    char version[32];   /* of this program */
    uint64_t uptime_s;
    uint64_t clock_s;    /* Unix time, rounded down to a minute */
    uint64_t boot_s;     /* Unix time of the last boot */
    char boot_cause[72]; /* "Started by the watchdog"; empty: unknown */
    WICK_LIST(struct dash_health, DASH_HEALTH_MAX) health; /* worst first; empty: all is well */
    uint8_t worst;     /* enum dash_level: of health, DASH_OK when it is empty */
    char watched[192]; /* "settings, the clock, 2 file systems and memory" */
    uint64_t quiet_s;  /* so long nothing was wrong, rounded down to a minute */
    struct dash_cpu cpu;
    struct dash_mem mem;
    struct dash_temp temp;
    WICK_LIST(struct dash_mount, DASH_MOUNT_MAX) storage;
    struct dash_disk disk;
    WICK_LIST(struct dash_if, DASH_IF_MAX) net;
    struct dash_traffic traffic;
    struct dash_strip strip;
    uint64_t point_s; /* Unix time of the newest point of all series; 0: the clock is not set */
    struct dash_about about;
};
extern struct dash_device dash_device;

/* Texts of the rows of struct dash_about. */
void fn_license_name(struct buf *out, uint16_t idx);
void fn_license_version(struct buf *out, uint16_t idx);
void fn_license_terms(struct buf *out, uint16_t idx);
void fn_limit_name(struct buf *out, uint16_t idx);
void fn_limit_value(struct buf *out, uint16_t idx);
void fn_limit_text(struct buf *out, uint16_t idx);
void fn_counter_name(struct buf *out, uint16_t idx);
void fn_counter_help(struct buf *out, uint16_t idx);

/* One open tab. */
struct overview_view {
    bool paused;
    uint8_t period;  /* seconds between updates: 1, 5 or 30 */
    bool is_kiosk;   /* ?kiosk: for a wall display */
    bool is_compact; /* cookie "density": "compact" */
    char theme[8];   /* cookie "theme": "light", "dark", else empty (the system's) */
};

/* Functions of the template. Pure: the same arguments give the same text.
 *
 * A chart's picture has the values as coordinates: see chart.c. Figures come with their unit, or as
 * number and unit apart where the page sets them apart. Heights are shares of the picture from its
 * upper edge: "12.5%". */
void fn_chart_line(struct buf *out, const struct dash_series *series); /* "M12-31l1-3 1 4"; M again
                                                                          after a gap */
void fn_chart_area(struct buf *out, const struct dash_series *series); /* closed down to low */
void fn_chart_box(struct buf *out, const struct dash_series *series); /* viewBox: "0 -100 60 100" */
int64_t fn_chart_step(const struct dash_series *series);              /* units of one y */
const char *fn_chart_kind(const struct dash_series *series);          /* "%", "bit/s" */
/** "between 9 % and 45 %, now 23 %" or "no values yet": the template puts the name before it. */
void fn_chart_label(struct buf *out, const struct dash_series *series);
void fn_chart_low(struct buf *out, const struct dash_series *series);
void fn_chart_mean(struct buf *out, const struct dash_series *series);
void fn_chart_high(struct buf *out, const struct dash_series *series);
void fn_chart_tick(struct buf *out, unsigned tick, const struct dash_series *series); /* 0: top, 2:
                                                                                         bottom */
bool fn_chart_has_limit(const struct dash_series *series); /* there is one, within the picture */
bool fn_chart_is_over(const struct dash_series *series);   /* the newest point has reached it */
void fn_chart_limit(struct buf *out, const struct dash_series *series);
void fn_chart_limit_y(struct buf *out, const struct dash_series *series);
bool fn_chart_has_end(const struct dash_series *series); /* the newest point was measured */
void fn_chart_end_y(struct buf *out, const struct dash_series *series);
void fn_chart_void(struct buf *out, const struct dash_series *series); /* width before the first */
/** What stands there: "full in 4 min"; nothing when the line needs the room. */
void fn_chart_fill(struct buf *out, const struct dash_series *series);
/** The axis shows full minutes; it is shifted left by the seconds since the newest one. */
void fn_axis_shift(struct buf *out, uint64_t point_s);
void fn_axis_minute(struct buf *out, unsigned minutes_ago, uint64_t point_s); /* "16:04" */
void fn_bit_rate(struct buf *out, uint64_t bytes_s);                          /* "3.6" */
void fn_bit_unit(struct buf *out, uint64_t bytes_s);                          /* "Mbit/s" */
void fn_byte_rate(struct buf *out, uint64_t bytes_s);
void fn_byte_unit(struct buf *out, uint64_t bytes_s);
/** An address in two pieces: a line may be broken between them. IPv4 is one piece. */
void fn_ip_head(struct buf *out, const char *address);
void fn_ip_tail(struct buf *out, const char *address);
void fn_link_speed(struct buf *out, uint32_t mbps); /* "100 Mbit/s", "2.5 Gbit/s" */

#endif
