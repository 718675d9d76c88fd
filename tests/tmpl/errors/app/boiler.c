/* boiler.c - see boiler.h */
#include "boiler.h"

#define UNREAD wick_error(turn, "unread", "x")

static const char *computed(void);

static void refuse(struct wick_turn *turn, bool is_name)
{
    wick_error(turn, is_name ? "name" : "limitt", "This is wrong.");
    wick_error(turn, computed(), "This is looked at when the program runs.");
    wick_error(turn,
               strcmp("nothing", "to see") == 0 ? "li"
                                                  "mit"
                                                : ("nam"),
               "x");
    wick_error(turn, NULL, "This is about the whole form.");
    wick_error(turn, "", "So is this.");
    /* wick_error(turn, "comment", "x"); */
    puts("wick_error(turn, \"string\", 1)");
}

bool boiler_rename(struct wick_turn *turn, const struct boiler_rename_fields *in)
{
    wick_error(turn, "nmae", "This is too long.");
    wick_error(turn, "title", "This is no field at all.");
    wick_error(turn, "limit", "This is a field of another form.");
    return wick_is_current(turn, "name", str_of(boiler.name));
}

bool boiler_stat(struct wick_turn *turn, const struct boiler_stat_fields *in)
{
    return true;
}

bool boiler_stop(struct wick_turn *turn, const struct boiler_stop_fields *in)
{
    return true;
}

bool settings_other(struct wick_turn *turn, const struct settings_other_fields *in)
{
    return wick_is_current_int(turn, "lmit", boiler.limit);
}
