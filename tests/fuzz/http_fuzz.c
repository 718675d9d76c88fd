/* Requests, whole and in pieces: same answers. The first byte chooses the pieces. */
#include "tests/fuzz/net_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    fuzz_compare("", bytes, len);
    return 0;
}
