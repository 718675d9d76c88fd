/* kit_priv.h - the kinds of TCP of kit.h, for kit*.c only. */
#ifndef KIT_PRIV_H
#define KIT_PRIV_H

#include "tests/kit/kit.h"

struct kit_tcp {
    const char *name;
    const struct net_port *port;
    const char *address; /* where the server listens */
    void (*prepare)(struct kit_client *client);
    void (*connect)(struct kit_client *client);
    size_t (*offer)(struct kit_client *client, const void *bytes, size_t len); /* how many went */
    bool (*take)(struct kit_client *client, size_t max); /* did bytes come? At most max */
    bool (*is_waited_for)(struct kit_client *client);    /* bytes for it will come by themselves */
    uint64_t (*socket_count)(void);
    void (*shut)(struct kit_client *client);
    void (*close)(struct kit_client *client, bool is_reset);
};

extern struct kit {
    struct kit_options options;
    uint64_t now_us, random;
    uint16_t port;
    bool is_running, is_stopping;
} kit;

void kit_must(bool ok, const char *what);

#endif
