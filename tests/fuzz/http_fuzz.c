/* Requests, whole and in pieces: same answers. The first byte chooses the pieces. */
#include "tests/fuzz/net_memory.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    memory_compare("", bytes, len);
    return 0;
}
