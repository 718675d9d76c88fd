/* stat.c - see stat.h. */
#include "base/stat.h"

static struct stat_counter *first;
static struct stat_counter **last_link = &first;

void stat_add(struct stat_counter *counter)
{
    WICK_ASSERT(counter->name != NULL);
    WICK_ASSERT(*last_link == NULL);
    if (counter->is_listed) {
        return;
    }
    counter->is_listed = true;
    counter->next = NULL;
    *last_link = counter;
    last_link = &counter->next;
    WICK_ASSERT(first != NULL);
}

const struct stat_counter *stat_first(void)
{
    return first;
}
