/* err.h - the results of our functions, one list.
 *
 * Layer: base.   WICK_OK is 0; everything else is a reason. wick_err_text() gives words for logs.
 */
#ifndef WICK_ERR_H
#define WICK_ERR_H

#define WICK_ERRORS(X)                                                                             \
    X(OK, "ok")                                                                                    \
    X(E_AGAIN, "more input or room is needed: call again")                                         \
    X(E_FULL, "a limit is reached")                                                                \
    X(E_PROTO, "the peer broke the protocol")                                                      \
    X(E_SYNTAX, "malformed text")                                                                  \
    X(E_RANGE, "a value is outside its range")                                                     \
    X(E_MISSING, "not found")                                                                      \
    X(E_STALE, "the position or handle is no longer valid")                                        \
    X(E_DENIED, "not allowed")                                                                     \
    X(E_IO, "the system refused")                                                                  \
    X(E_CLOSED, "the connection is closed")

#define WICK_ERR_ENUM(name, text) WICK_##name,

enum wick_err { WICK_ERRORS(WICK_ERR_ENUM) };

#undef WICK_ERR_ENUM

const char *wick_err_text(enum wick_err err);

#endif
