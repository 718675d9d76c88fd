/* sources.h - where the dashboard's numbers come from: one function per source, each fills its part
 * of the device state.
 *
 * Layer: dash. What a machine does not have stays empty. is_point: also add a point to the
 * five-minute graphs.
 */
#ifndef DASH_SOURCES_H
#define DASH_SOURCES_H

#include "dash/overview.h"

void src_identity_start(struct dash_device *device); /* what does not change while we run */
void src_identity_tick(struct dash_device *device);  /* uptime, clock, host name */
void src_cpu_tick(struct dash_device *device, bool is_point);
void src_mem_tick(struct dash_device *device, bool is_point);
void src_temp_start(void); /* finds the sensors once */
void src_temp_tick(struct dash_device *device, bool is_point);
void src_storage_tick(struct dash_device *device);
void src_disk_tick(struct dash_device *device, bool is_point);
void src_net_start(struct dash_device *device); /* also watches for cables and addresses */
void src_net_tick(struct dash_device *device, bool is_point);
void health_tick(struct dash_device *device); /* after all others: sentences about what is wrong */

#endif
