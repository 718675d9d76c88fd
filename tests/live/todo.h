/* todo.h - state of the page that the unmodified @livetemplate/client drives: a counter, a keyed
 * list, a form, a server push. */
#ifndef TODO_H
#define TODO_H

#include "live/wick.h"

struct todo_item {
    uint32_t id;
    char title[24];
    bool is_done;
};

struct todo {
    WICK_LIST(struct todo_item, 40) items;
    uint64_t ticks; /* moves every second without anybody's doing */
};

struct todo_view {
    uint32_t count;
    char filter[16]; /* query parameter */
};
extern struct todo todo;

#endif
