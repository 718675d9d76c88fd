# What is compiled of lwIP, relative to its src folder: the altcp seam, pbufs and addresses. Configured by lwipopts.h, arch/cc.h.
LWIP_FILES = core/altcp.c core/def.c core/ipv4/ip4_addr.c core/ipv6/ip6_addr.c core/mem.c core/memp.c core/pbuf.c
