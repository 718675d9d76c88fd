/* lwipopts.h - how lwIP is configured: no operating system under it, no heap, fixed pools.
 *
 * Layer: net; read by lwIP itself. Only the altcp seam and pbufs are linked until lwIP's own TCP
 * joins (lwip_files.mk).
 */
#ifndef WICK_LWIPOPTS_H
#define WICK_LWIPOPTS_H

#include "wick_profile.h"

#define NO_SYS               1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_SOCKET          0
#define LWIP_NETCONN         0
#define LWIP_STATS           0
#define LWIP_IPV4            1
#define LWIP_IPV6            1
#define LWIP_IPV6_MLD        0
#define LWIP_IPV6_REASS      0
#define LWIP_ND6_QUEUEING    0
#define LWIP_ARP             0
#define IP_REASSEMBLY        0
#define LWIP_UDP             0
#define LWIP_RAW             0
#define LWIP_TCP             1
#define LWIP_ALTCP           1
#define LWIP_ALTCP_TLS       0

#define MEM_LIBC_MALLOC            0
#define MEMP_MEM_MALLOC            0
#define MEM_ALIGNMENT              8
#define MEM_SIZE                   256
#define MEMP_NUM_PBUF              4 /* one read buffer is lent at a time; the rest is for chains in tests */
#define PBUF_POOL_SIZE             1
#define PBUF_POOL_BUFSIZE          64
#define MEMP_NUM_ALTCP_PCB         1 /* altcp_kernel.c keeps its pcbs in its own array */
#define MEMP_NUM_TCP_PCB           1
#define MEMP_NUM_TCP_PCB_LISTEN    1
#define MEMP_NUM_TCP_SEG           8
#define TCP_QUEUE_OOSEQ            0
#define LWIP_NUM_NETIF_CLIENT_DATA 0

#endif
