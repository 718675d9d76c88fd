/* ws_script.h - WebSocket cases as scripts: what the client sends, and what it must get.
 *
 * start(), then tx...() and rx...() in any order, then run(). A close that is expected comes last.
 * A script may have SCRIPT_CAP bytes in each direction.
 */
#ifndef WS_SCRIPT_H
#define WS_SCRIPT_H

#include "harness.h"

enum {
    TEXT = 0x81,
    BINARY = 0x82,
    CLOSE = 0x88,
    PING = 0x89,
    PONG = 0x8a,
    MORE = 0x01,
    CONT = 0x00,
    LAST = 0x80
};

#define RAW(text) raw(text, sizeof(text) - 1)

void start(const char *name);
/* first_byte: flags and opcode of the frame (RFC 6455 section 5.2) */
void tx_bytes(const void *payload, unsigned first_byte, size_t len);
void tx(unsigned first_byte, const char *payload);
void tx_close(unsigned code, const void *reason, size_t reason_len);
void raw(const char *bytes, size_t len); /* bytes that are not a frame of tx() */
void tx_drop(size_t len);                /* the last len bytes are not sent */
void rx_bytes(const void *payload, unsigned first_byte, size_t len);
void rx(unsigned first_byte, const char *payload);
void rx_close(unsigned code);
/* Play the script: whole, byte by byte, cut at every byte, and glued to the handshake. */
void run(void);
void run_few(void); /* only whole and byte by byte */

#endif
