/* many_test.c - as many viewers as there are connections: one comparison, one encoding, whatever
 * their number. */
#include "tests/live/rig.h"

#include <stdlib.h>
#include <sys/resource.h>

enum {
    VIEWERS = WICK_CONN_MAX - 8 > 1000 ? 1000 : WICK_CONN_MAX - 8
}; /* 1,000 with PROFILE=bench */

/* They take turns with the memory of one client. */
static struct kit_client client;
static int viewer[VIEWERS];

/* All that has come for this one is in the client. */
static void take_turn(unsigned idx)
{
    client.fd = viewer[idx];
    client.len = 0;
    kit_take(&client);
}

int main(void)
{
    char target[64];
    struct rlimit files = { 3 * VIEWERS + 64, 3 * VIEWERS + 64 };
    setrlimit(RLIMIT_NOFILE, &files);
    log_set_level(LOG_ERROR);
    rig_start();
    for (unsigned idx = 0; idx < VIEWERS; idx++) {
        snprintf(target, sizeof target, "/plain?v=%s",
                 attribute(http_get("/plain", ""), "data-wick"));
        T_EQ_INT(ws_open(&client, target, "wick.1", ""), 101);
        viewer[idx] = client.fd;
    }
    T_EQ_INT(kit_stat("wick_views_joined"), VIEWERS);
    T_EQ_INT(kit_stat("wick_views_evicted_total"), 0);
    for (unsigned idx = 0; idx < VIEWERS; idx++) {
        take_turn(idx);
    }
    uint64_t diffs = kit_stat("wick_diffs_shared_total"),
             private = kit_stat("wick_diffs_private_total"),
             frames = kit_stat("wick_frames_encoded_total"),
             snapshots = kit_stat("wick_snapshots_total");
    rig_device.temp = 99;
    rig_skip_ms(1000);
    kit_passes(4);
    T_EQ_INT(kit_stat("wick_diffs_shared_total"), diffs + 1);
    T_EQ_INT(kit_stat("wick_diffs_private_total"), private);
    T_EQ_INT(kit_stat("wick_frames_encoded_total"), frames + 1);
    T_EQ_INT(kit_stat("wick_snapshots_total"), snapshots);
    unsigned delivered = 0;
    for (unsigned idx = 0; idx < VIEWERS; idx++) {
        take_turn(idx);
        delivered += strstr(rig_text(&client), "{\"1\":\"99\"}") != NULL;
        kit_close(&client);
    }
    T_EQ_INT(delivered, VIEWERS);
    rig_skip_ms(5);
    for (unsigned turns = 0; turns < 200 && kit_stat("wick_views_joined") > 0; turns++) {
        kit_passes(1);
    }
    T_EQ_INT(kit_stat("wick_views_joined"), 0);
    rig_skip_ms(LIVE_WAIT_MS + 100);
    T_EQ_INT(kit_stat("wick_views"), 0);
    T_EQ_INT(hub_sub_count(4), 0);
    return t_done();
}
