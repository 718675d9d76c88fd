/* hash.h - FNV-1a for keys and fingerprints, CRC-32 (IEEE 802.3) for records, SHA-1 for the
 * WebSocket handshake.
 *
 * Layer: base.   None of them is for secrets.
 */
#ifndef WICK_HASH_H
#define WICK_HASH_H

#include "base/str.h"

#define HASH_FNV64_START 0xcbf29ce484222325u
uint64_t hash_fnv64(uint64_t hash, const void *bytes, size_t len); /* start with HASH_FNV64_START */
uint32_t hash_crc32(uint32_t crc, const void *bytes, size_t len);  /* start with 0 */
void hash_sha1(const void *bytes, size_t len, uint8_t digest[static 20]);
/** Base64 with padding (RFC 4648 section 4) appended as text; out has room for 4 * ((len + 2) / 3)
 * + 1. */
size_t hash_base64(const void *bytes, size_t len, char *out);

#endif
