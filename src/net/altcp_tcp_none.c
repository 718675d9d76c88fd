/* altcp_tcp_none.c - lwIP's own TCP is not linked: altcp_new(NULL), which would use it, gives
 * nothing.
 *
 * lwIP's altcp_tcp.c takes this file's place where it is.
 */
#include "lwip/altcp_tcp.h"

struct altcp_pcb *altcp_tcp_new_ip_type(u8_t ip_type)
{
    (void)ip_type;
    return NULL;
}
