/* source.h - what the dashboard shows comes from sources: one file and one row of the table each.
 *
 * Layer:  dash (includes live).
 * Order:  start() once; then, in the order of the table, tick() of all, then health() of all.
 * Absent: what a machine does not have stays empty in the device state, and nothing is said.
 * Text:   what comes from outside goes through dash_text() before it is shown.
 * Window: sources read files through dash_window, one file at a time.
 * To add a source: write src_<name>.c, declare its row here, list it in dash_sources.c.
 */
#ifndef DASH_SOURCE_H
#define DASH_SOURCE_H

#include "base/metric.h"
#include "dash/overview.h"

/* One family of metrics. */
struct dash_metric {
    const char *name; /* node_exporter's, where it has it */
    enum metric_type type;
    const char *help;
};

struct dash_source {
    const char *name;
    /** Before the first tick; NULL: nothing to prepare. */
    void (*start)(struct dash_device *device);
    /** Read the machine. is_point: five seconds have passed: add a point to the graphs, and read
     *  what changes slowly. */
    void (*tick)(struct dash_device *device, bool is_point);
    /** Say what is wrong: health_add(). NULL: nothing can be. */
    void (*health)(struct dash_device *device);
    /** What health() watches, as a person would say it: "3 disks". Nothing written: nothing
     *  watched. NULL when health is. */
    void (*watched)(const struct dash_device *device, struct buf *text);
    const struct dash_metric *metric; /* [metric_count] */
    unsigned metric_count;
    /** Lines of a family at this moment. */
    unsigned (*metric_rows)(const struct dash_device *device, unsigned metric_idx);
    /** Labels and value of one line, after its name. Nothing written: the line is left out. */
    void (*metric_put)(const struct dash_device *device, unsigned metric_idx, unsigned row,
                       struct buf *out);
};

extern const struct dash_source src_settings, src_identity, src_clock, src_cpu, src_mem, src_temp,
    src_storage, src_disk, src_net, src_about;

/* --- dash_sources.c: the table ---------------------------------------------------------------- */

void dash_sources_start(struct dash_device *device);
void dash_sources_tick(struct dash_device *device, bool is_point);
/** Ask all sources again what is wrong; after something was read between two ticks. */
void dash_sources_health(struct dash_device *device);
/** wick_app.metrics of the dashboard. */
bool dash_sources_metrics(struct buf *out, uint64_t *at_inout);

/* --- dash_strip.c: drawn from several sources, after all of them ------------------------------ */

void dash_strip_tick(struct dash_device *device, bool is_point);

/* --- health.c --------------------------------------------------------------------------------- */

/* A sentence to come: what it is about and what to do. */
struct dash_fault {
    enum dash_level level; /* WARN or FAULT */
    const char *kind;      /* row key of the health list: kind + name */
    struct str name;       /* may be empty */
    const char *hint;      /* what to do; may be "" */
    const char *href;      /* where to look: "#storage"; may be "" */
};

/** Put a sentence into the list, the worst first. *text_out is where the caller writes it, at once.
 *  @return false: the list is full of worse ones; it is counted there. */
bool health_add(struct dash_device *device, const struct dash_fault *fault, struct buf *text_out);
/** Before and after all sources have said what is wrong: the list is empty; what was counted is in
 *  worst and in strip. */
void health_start(struct dash_device *device);
void health_end(struct dash_device *device);

/* Rows of a card that found no place in it, by level. */
struct dash_unseen {
    uint32_t count[DASH_FAULT + 1];
};

/** Count the sentences of rows that the card does not show: as many are missing in the list. */
void health_add_unseen(struct dash_device *device, const struct dash_unseen *unseen);
/** The worst level since the last call, also of sentences that found no place. */
enum dash_level health_take_worst(void);

/* --- dash_text.c ------------------------------------------------------------------------------ */

/** Text from outside into char[cap], to be shown: what is no UTF-8 becomes U+FFFD, characters that
 *  cannot be seen or that change the direction become <U+202E>, and what is too long ends with an
 *  ellipsis. @return false: the text differs from what came. */
bool dash_text(char *to, size_t cap, struct str from);
/** Rounded to three digits: a value that moves all the time is sent when a reader sees the
 *  difference. */
uint64_t dash_three_digits(uint64_t value);
/** enum dash_level: OK below warn_pct, a fault from fault_pct on. */
uint8_t dash_level_of(unsigned pct, unsigned warn_pct, unsigned fault_pct);
/** Percent of whole, 0..100, rounded up or to the nearest; part may be greater, whole may be 0. */
uint8_t dash_percent(uint64_t part, uint64_t whole, bool is_rounded_up);
/** Bytes per second, rounded to three digits. @return false: the counter ran backwards or jumped
 *  farther than any wire can carry; *rate_out stays. */
bool dash_rate(uint64_t was, uint64_t is, uint64_t ms, uint64_t *rate_out);
/** Where a row of this level belongs among len rows, the worst first: after all that are as bad.
 *  levels: the member level of the first row, size: of a row. */
uint32_t dash_worst_first(const void *levels, size_t size, uint32_t len, uint8_t level);
/** Room for a row at index at of rows[cap]: those after it move down, and the last one falls off
 *  when the table is full. at < cap. */
void *dash_make_room(void *rows, uint32_t *len, uint32_t cap, size_t size, uint32_t at);
/** "1 disk", "3 disks". */
void dash_count(struct buf *text, uint64_t count, const char *one, const char *many);

/* --- dash_ip.c: addresses as text
 * ----------------------------------------------------------------- */

void dash_put_ip4(struct buf *out, const uint8_t *bytes); /* [4] "10.0.0.1" */
void dash_put_ip6(struct buf *out, const uint8_t *bytes); /* [16] "fe80::1" */

extern char dash_window[DASH_WINDOW_CAP];

#endif
