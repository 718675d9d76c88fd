/* err.c - see err.h. */
#include "base/err.h"

#include "base/base.h"

#define ERR_TEXT(name, text) [WICK_##name] = (text),
static const char *const err_texts[] = { WICK_ERRORS(ERR_TEXT) };

const char *wick_err_text(enum wick_err err)
{
    size_t idx = (size_t)err;
    return idx < WICK_COUNT_OF(err_texts) ? err_texts[idx] : "unknown error";
}
