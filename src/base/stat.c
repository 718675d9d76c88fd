/* stat.c - see stat.h. */
#include "base/stat.h"

static struct stat_counter *first;
static struct stat_counter **last_link = &first;

void stat_add(struct stat_counter *counter)
{
    if (counter->is_listed) {
        return;
    }
    counter->is_listed = true;
    counter->next = NULL;
    *last_link = counter;
    last_link = &counter->next;
}

const struct stat_counter *stat_first(void)
{
    return first;
}
