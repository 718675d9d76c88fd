/* metric.h - lines of Prometheus' text format 0.0.4.
 *
 * Layer:  base.
 * Memory: the caller's buffer; an error in it is sticky as everywhere (buf.h).
 * Order:  metric_family() once, then for each line metric_begin(), metric_label() as often as
 *         wanted, and one value, which ends the line. All lines of a family stand together.
 * Text:   label values may be any bytes: they are escaped, and what is no UTF-8 becomes U+FFFD.
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/
 */
#ifndef WICK_METRIC_H
#define WICK_METRIC_H

#include "base/buf.h"

enum metric_type { METRIC_COUNTER, METRIC_GAUGE };

void metric_family(struct buf *out, const char *name, enum metric_type type, const char *help);
void metric_begin(struct buf *out, const char *name);
void metric_label(struct buf *out, const char *name, struct str value);
void metric_u64(struct buf *out, uint64_t value);
/** value / 10^decimals; decimals <= 9. */
void metric_fixed(struct buf *out, int64_t value, unsigned decimals);

#endif
