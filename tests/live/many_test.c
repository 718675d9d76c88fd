/* many_test.c - as many viewers as there are connections: one comparison, one encoding, whatever
 * their number. */
#include "tests/live/rig.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    VIEWERS = WICK_CONN_MAX - 8 > 1000 ? 1000 : WICK_CONN_MAX - 8
}; /* 1,000 with PROFILE=bench */

static struct {
    int fd;
    char last[512];
} viewer[VIEWERS];

int main(void)
{
    static struct client client;
    char target[64];
    struct rlimit files = { 3 * VIEWERS + 64, 3 * VIEWERS + 64 };
    setrlimit(RLIMIT_NOFILE, &files);
    log_set_level(LOG_ERROR);
    rig_start();
    for (unsigned idx = 0; idx < VIEWERS; idx++) {
        snprintf(target, sizeof target, "/plain?v=%s",
                 attribute(http_get("/plain", ""), "data-wick"));
        T_EQ_INT(ws_open(&client, target, "wick.1", ""), 101);
        viewer[idx].fd = client.fd;
    }
    T_EQ_INT(rig_stat("wick_views_joined"), VIEWERS);
    T_EQ_INT(rig_stat("wick_views_evicted_total"), 0);
    for (unsigned idx = 0; idx < VIEWERS; idx++) {
        char bytes[4096];
        while (recv(viewer[idx].fd, bytes, sizeof bytes, 0) > 0) {
        }
    }
    uint64_t diffs = rig_stat("wick_diffs_shared_total"),
             private = rig_stat("wick_diffs_private_total"),
             frames = rig_stat("wick_frames_encoded_total"),
             snapshots = rig_stat("wick_snapshots_total");
    rig_device.temp = 99;
    rig_skip_ms(1000);
    rig_turns(4);
    T_EQ_INT(rig_stat("wick_diffs_shared_total"), diffs + 1);
    T_EQ_INT(rig_stat("wick_diffs_private_total"), private);
    T_EQ_INT(rig_stat("wick_frames_encoded_total"), frames + 1);
    T_EQ_INT(rig_stat("wick_snapshots_total"), snapshots);
    unsigned delivered = 0;
    for (unsigned idx = 0; idx < VIEWERS; idx++) {
        ssize_t got = recv(viewer[idx].fd, viewer[idx].last, sizeof viewer[idx].last - 1, 0);
        delivered += got > 0 && strstr(viewer[idx].last + 2, "{\"1\":\"99\"}") != NULL;
        close(viewer[idx].fd);
    }
    T_EQ_INT(delivered, VIEWERS);
    rig_skip_ms(5);
    for (unsigned turns = 0; turns < 200 && rig_stat("wick_views_joined") > 0; turns++) {
        rig_turns(1);
    }
    T_EQ_INT(rig_stat("wick_views_joined"), 0);
    rig_skip_ms(LIVE_WAIT_MS + 100);
    T_EQ_INT(rig_stat("wick_views"), 0);
    T_EQ_INT(hub_sub_count(4), 0);
    return t_done();
}
