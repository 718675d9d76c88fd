/* hard.h - the texts that become longest in one or the other escaper: a list of string literals. */
#ifndef COST_HARD_H
#define COST_HARD_H

#define COST_HARD                                                                                  \
    "\"", "\x01", "<", "&", "'", "+", "\\", "=", " ", "\t", "\xff", "\xe2\x80\xa8",                \
        "\xef\xbf\xbe", "/", "`", "%", "a", "\xc3\xa9", "{", ":", "\x7f", ";", "\r", "?", "(",     \
        ">", "-", "0"

#endif
