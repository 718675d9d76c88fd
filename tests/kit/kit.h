/* kit.h - what tests of the server share: one clock, one client, one TCP, in the test's process.
 *
 * The clock stands still but for kit_skip_ms() and, with the simulation, kit_pass(). The TCP is a
 * row: kit_simulation is a port of net/port.h whose bytes travel in pieces of random length with
 * random delays, so that a run depends on nothing but its seed; kit_loopback goes through sockets
 * of the kernel and tests the kernel port.
 * Clients are the caller's memory. What a client receives is in mem, at most KIT_CLIENT_CAP bytes;
 * more ends the test. So does a fault of a test: with a message and status 2.
 */
#ifndef KIT_H
#define KIT_H

#include "net/net.h"
#include "net/port.h"

enum { KIT_CLIENT_CAP = 1 << 20 };

struct kit_client {
    size_t len;     /* bytes in mem */
    bool is_closed; /* the server has ended its direction (FIN), or all of it */
    bool is_reset;  /* ... without order: bytes may be missing. Simulation only */
    bool is_lazy;   /* simulation: takes nothing, the server is blocked after a window */
    bool is_narrow; /* its window is small: what the server sends waits until kit_take() */
    int fd;         /* loopback */
    void *line;     /* simulation */
    char mem[KIT_CLIENT_CAP];
};

extern const struct kit_tcp kit_simulation, kit_loopback;

struct kit_options {
    const struct kit_tcp *tcp; /* NULL: kit_simulation */
    const struct net_hooks *hooks;
    uint64_t seed;
    unsigned delay_ms; /* simulation: a piece is on its way for 0 .. delay_ms */
    unsigned piece;    /* simulation: its greatest length; 0: whole */
};

extern uint64_t kit_wall_ms; /* the time of day; 0: not known */

/** Server and clock from the beginning, listening on 127.0.0.1. @pre kit_end() or the first time.
 * @return the port. */
uint16_t kit_start(const struct kit_options *options);
/** End of a run: the server ends; all of its pools must be empty. */
void kit_end(void);
/** As SIGTERM does it: the loop runs to its end. */
void kit_stop(void);
/** One pass; none after the end. It waits at most for ms: the simulation lets that time pass, up to
 * what is next. */
void kit_pass(unsigned ms);
void kit_passes(unsigned count); /* without waiting */
void kit_skip_ms(uint64_t ms);   /* time passes, the loop does not */
uint64_t kit_now_us(void);
uint32_t kit_random(uint32_t below);

void kit_open(struct kit_client *client);
/** The two halves of kit_open(), for tests that come between. */
void kit_prepare(struct kit_client *client, bool is_narrow);
void kit_connect(struct kit_client *client);
/** Sends all of it; passes while there is no room, and takes what comes. */
void kit_send(struct kit_client *client, const void *bytes, size_t len);
void kit_text(struct kit_client *client, const char *text);
/** Sends what fits now. */
void kit_offer(struct kit_client *client, const void *bytes, size_t len);
void kit_take(struct kit_client *client); /* into mem what has arrived */
void kit_pump(struct kit_client *client); /* passes until nothing moves */
/** The same for one who reads slowly: at most step bytes in a pass, until enough are in mem.
 * Loopback only: the simulation gives all. */
void kit_pump_some(struct kit_client *client, size_t step, size_t enough);
void kit_shut(struct kit_client *client);  /* FIN, after what was sent */
void kit_close(struct kit_client *client); /* as close() does it: reset when bytes are unread */
void kit_abort(struct kit_client *client); /* reset */
/** Is anything on its way in either direction? Simulation only. */
bool kit_is_quiet(void);
/** Forget the first len bytes received. */
void kit_drop(struct kit_client *client, size_t len);
/** A masked frame. @return its length; out has room for len + 14. */
size_t kit_frame(uint8_t *out, unsigned first_byte, const void *payload, size_t len);
/** Sockets of the server, the listener too. */
uint64_t kit_socket_count(void);
uint64_t kit_stat(const char *name);

#endif
