/* os_priv.h - rtnetlink behind os_machine.h.
 *
 * Layer: os, private.
 */
#ifndef OS_PRIV_H
#define OS_PRIV_H

#include "os/os_machine.h"

bool os_net_links(void (*each)(const struct os_link *link, void *arg), void *arg);
bool os_net_addresses(void (*each)(const struct os_address *address, void *arg), void *arg);
int os_net_watch_open(void);
void os_net_watch_drain(int fd);

#endif
