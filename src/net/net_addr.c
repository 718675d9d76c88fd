/* net_addr.c - IP addresses and text. (lwIP's own pair for both families pulls in its whole IP
 * layer.) */
#include "net/net_priv.h"

#include <string.h>

bool addr_read(struct str text, ip_addr_t *ip_out)
{
    char mem[NET_ADDR_CAP];
    memset(ip_out, 0, sizeof *ip_out);
    if (text.len > 2 && text.ptr[0] == '[' && text.ptr[text.len - 1] == ']') {
        text = (struct str){ text.ptr + 1, text.len - 2 };
    }
    if (!str_copy(mem, sizeof mem, text)) {
        return false;
    }
    if (strchr(mem, ':') != NULL) {
        IP_SET_TYPE(ip_out, IPADDR_TYPE_V6);
        return ip6addr_aton(mem, ip_2_ip6(ip_out)) != 0;
    }
    IP_SET_TYPE(ip_out, IPADDR_TYPE_V4);
    return ip4addr_aton(mem, ip_2_ip4(ip_out)) != 0;
}

const char *addr_text(const ip_addr_t *ip, char mem[static NET_ADDR_CAP])
{
    if (IP_IS_V6(ip)) {
        return ip6addr_ntoa_r(ip_2_ip6(ip), mem, NET_ADDR_CAP);
    }
    return ip4addr_ntoa_r(ip_2_ip4(ip), mem, NET_ADDR_CAP);
}
