/* kit.h - what tests of the server share: one clock, one TCP, one client, all of them in this
 * process and decided by a seed.
 *
 * The clock stands still but for kit_pass(). The TCP is a row of net/port.h: bytes of both
 * directions travel in pieces of random length with random delays, a client takes what it gets as
 * fast or slowly as it wants. So a run depends on nothing but its seed and can be repeated.
 * Limits: KIT_CLIENT_MAX clients, KIT_QUEUE_CAP bytes on their way to the server and KIT_GOT_CAP
 * received by each of them; more ends the test. A fault of a test ends the program with a message.
 */
#ifndef KIT_H
#define KIT_H

#include "net/net.h"
#include "net/port.h"

enum { KIT_CLIENT_MAX = 64, KIT_QUEUE_CAP = 1 << 16, KIT_GOT_CAP = 1 << 20 };

extern const struct net_port kit_port;

struct kit_options {
    uint64_t seed;
    unsigned delay_ms; /* a piece is on its way for 0 .. delay_ms */
    unsigned piece;    /* its greatest length; 0: whole */
};

struct kit_client {
    size_t got_len; /* bytes in got */
    bool is_closed; /* the server has ended its direction (FIN), or all of it */
    bool is_reset;  /* ... without order: bytes may be missing */
    bool is_lazy;   /* takes nothing: the server is blocked after a window */
    char got[KIT_GOT_CAP];
};

/** Server and clock from the beginning, listening. @pre net_end() or the first time. */
void kit_start(const struct kit_options *options);
/** End of a run: the server ends; all of its pools must be empty. */
void kit_end(void);
/** One pass; before it the clock moves to what happens next, at most by ms. */
void kit_pass(const struct net_hooks *hooks, unsigned ms);
uint64_t kit_now_us(void);
uint32_t kit_random(uint32_t below);

/** The idx-th client, connected anew. */
struct kit_client *kit_connect(unsigned idx);
void kit_send(struct kit_client *client, const void *bytes, size_t len);
void kit_text(struct kit_client *client, const char *text);
void kit_shut(struct kit_client *client);  /* FIN, after what was sent */
void kit_abort(struct kit_client *client); /* at once */
/** Is anything on its way in either direction? */
bool kit_is_quiet(void);
/** Forget the first len bytes received. */
void kit_drop(struct kit_client *client, size_t len);
/** A masked frame. @return its length; out has room for len + 14. */
size_t kit_frame(uint8_t *out, unsigned first_byte, const void *payload, size_t len);
uint64_t kit_stat(const char *name);

#endif
