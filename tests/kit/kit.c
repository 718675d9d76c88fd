/* kit.c - clock, chance, the run and the clients of kit.h. */
#include "base/log.h"
#include "base/stat.h"
#include "os/os.h"
#include "tests/kit/kit_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STOP_STEP_US = 200000 };

struct kit kit;
uint64_t kit_wall_ms = 1700000000000;

void kit_must(bool ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "kit: seed %llu: %s\n", (unsigned long long)kit.options.seed, what);
        exit(2);
    }
}

/* --- clock and chance: the machine's seam ----------------------------------------------------- */

/* While the server stops, time goes by: it waits for those who do not take their answers. */
uint64_t os_mono_us(void)
{
    kit.now_us += kit.is_stopping ? STOP_STEP_US : 0;
    return kit.now_us;
}

uint64_t os_wall_ms(void)
{
    return kit_wall_ms;
}

uint32_t kit_random(uint32_t below)
{
    kit.random ^= kit.random << 13;
    kit.random ^= kit.random >> 7;
    kit.random ^= kit.random << 17;
    return (uint32_t)((kit.random >> 20) % below);
}

void os_random(void *bytes, size_t len)
{
    for (size_t idx = 0; idx < len; idx++) {
        ((uint8_t *)bytes)[idx] = (uint8_t)kit_random(256);
    }
}

uint64_t kit_now_us(void)
{
    return kit.now_us;
}

void kit_skip_ms(uint64_t ms)
{
    kit.now_us += 1000 * ms;
}

/* --- the run ---------------------------------------------------------------------------------- */

static void no_log(struct str line)
{
    (void)line;
}

uint16_t kit_start(const struct kit_options *options)
{
    kit.options = *options;
    if (kit.options.tcp == NULL) {
        kit.options.tcp = &kit_simulation;
    }
    kit.random = options->seed * 0x9e3779b97f4a7c15u + 1;
    kit.now_us = 1000000;
    log_set_sink(no_log);
    hub_init();
    kit_must(net_start(kit.options.tcp->port) == WICK_OK, "net_start");
    kit.is_running = true;
    kit_must(net_listen(kit.options.tcp->address, &kit.port) == WICK_OK, "net_listen");
    return kit.port;
}

void kit_end(void)
{
    static const char *const empty[] = { "wick_net_connections", "wick_net_in_buffers",
                                         "wick_net_streams", "wick_hub_subscriptions",
                                         "wick_hub_rings" };
    kit.is_running = false;
    net_end();
    for (size_t idx = 0; idx < WICK_COUNT_OF(empty); idx++) {
        kit_must(kit_stat(empty[idx]) == 0, empty[idx]);
    }
}

void kit_stop(void)
{
    if (!kit.is_running) {
        return;
    }
    kit.is_running = false;
    kit.is_stopping = true;
    net_stop();
    net_run(kit.options.hooks);
    kit.is_stopping = false;
}

uint64_t kit_stat(const char *name)
{
    for (size_t idx = 0; stat_at(idx) != NULL; idx++) {
        if (strcmp(stat_at(idx)->name, name) == 0) {
            return stat_at(idx)->of->value;
        }
    }
    kit_must(false, name);
    return 0;
}

uint64_t kit_socket_count(void)
{
    return kit.options.tcp->socket_count();
}

void kit_pass(unsigned ms)
{
    if (kit.is_running) {
        net_pass(kit.options.hooks, ms);
    }
}

void kit_passes(unsigned count)
{
    for (unsigned idx = 0; idx < count; idx++) {
        kit_pass(0);
    }
}

/* --- clients ---------------------------------------------------------------------------------- */

void kit_prepare(struct kit_client *client, bool is_narrow)
{
    client->len = 0;
    client->is_closed = client->is_reset = client->is_lazy = false;
    client->is_narrow = is_narrow;
    client->fd = -1;
    client->line = NULL;
    kit.options.tcp->prepare(client);
}

void kit_connect(struct kit_client *client)
{
    kit.options.tcp->connect(client);
}

void kit_open(struct kit_client *client)
{
    kit_prepare(client, false);
    kit_connect(client);
}

void kit_offer(struct kit_client *client, const void *bytes, size_t len)
{
    (void)kit.options.tcp->offer(client, bytes, len);
}

void kit_send(struct kit_client *client, const void *bytes, size_t len)
{
    const char *from = bytes;
    for (unsigned tries = 0; len > 0 && !client->is_closed; tries++) {
        size_t sent = kit.options.tcp->offer(client, from, len);
        from += sent;
        len -= sent;
        if (len > 0) {
            kit_must(tries < 100000, "the server does not read");
            kit_pass(0);
            (void)kit.options.tcp->take(client, SIZE_MAX);
        }
    }
}

void kit_text(struct kit_client *client, const char *text)
{
    kit_send(client, text, strlen(text));
}

static void take_some(struct kit_client *client, size_t max)
{
    size_t end = client->len + max;
    while (client->len < end && kit.options.tcp->take(client, end - client->len)) {
    }
}

void kit_take(struct kit_client *client)
{
    take_some(client, SIZE_MAX - client->len);
}

/* A message that says nothing until its end takes several passes. */
void kit_pump_some(struct kit_client *client, size_t step, size_t enough)
{
    enum { QUIET_PASSES = 10, WAITS_MAX = 2000 };

    unsigned waits = 0;
    for (unsigned quiet = 0; quiet < QUIET_PASSES && client->len < enough; quiet++) {
        size_t before = client->len;
        size_t room = enough - before;
        kit_pass(0);
        take_some(client, step < room ? step : room);
        bool is_coming = waits < WAITS_MAX && kit.options.tcp->is_waited_for(client);
        waits += is_coming;
        if (client->len > before || is_coming) {
            quiet = 0;
        }
    }
}

void kit_pump(struct kit_client *client)
{
    kit_pump_some(client, SIZE_MAX, SIZE_MAX);
}

void kit_shut(struct kit_client *client)
{
    kit.options.tcp->shut(client);
}

void kit_close(struct kit_client *client)
{
    kit.options.tcp->close(client, false);
}

void kit_abort(struct kit_client *client)
{
    kit.options.tcp->close(client, true);
}

void kit_drop(struct kit_client *client, size_t len)
{
    kit_must(len <= client->len, "dropped more than received");
    memmove(client->mem, client->mem + len, client->len - len);
    client->len -= len;
}

size_t kit_frame(uint8_t *out, unsigned first_byte, const void *payload, size_t len)
{
    static const uint8_t mask[4] = { 0x37, 0xfa, 0x21, 0x3d };
    size_t off = 0;
    out[off++] = (uint8_t)first_byte;
    if (len < 126) {
        out[off++] = (uint8_t)(0x80 | len);
    } else if (len <= 0xffff) {
        out[off++] = 0x80 | 126;
        out[off++] = (uint8_t)(len >> 8);
        out[off++] = (uint8_t)len;
    } else {
        out[off++] = 0x80 | 127;
        for (int shift = 56; shift >= 0; shift -= 8) {
            out[off++] = (uint8_t)((uint64_t)len >> shift);
        }
    }
    memcpy(out + off, mask, 4);
    off += 4;
    for (size_t idx = 0; idx < len; idx++) {
        out[off + idx] = (uint8_t)(((const uint8_t *)payload)[idx] ^ mask[idx % 4]);
    }
    return off + len;
}
