/* todo.c - the controller of pages/todo.html. */
#include "tests/live/pages/todo.html.h"

#include <string.h>

struct todo todo;
static uint32_t last_id;

void todo_mount(struct wick_turn *turn, struct todo_view *view)
{
    char mem[64];
    struct buf scratch;
    buf_init(&scratch, mem, sizeof mem);
    (void)wick_set(view->filter, sizeof view->filter, wick_query(turn, "filter", &scratch));
}

bool todo_increment(struct wick_turn *turn, struct todo_view *view,
                    const struct todo_increment_fields *in)
{
    (void)turn, (void)in;
    view->count++;
    return true;
}

bool todo_add(struct wick_turn *turn, struct todo_view *view, const struct todo_add_fields *in)
{
    (void)view;
    for (uint32_t idx = 0; idx < todo.items.len; idx++) {
        if (strcmp(todo.items.v[idx].title, in->title) == 0) {
            wick_error(turn, "title", "That is on the list already.");
            return false;
        }
    }
    struct todo_item *item = wick_list_add(&todo.items);
    if (item == NULL) {
        wick_error(turn, NULL, "The list is full.");
        return false;
    }
    item->id = ++last_id;
    return wick_set(item->title, sizeof item->title, str_of(in->title));
}

bool todo_toggle_first(struct wick_turn *turn, struct todo_view *view,
                       const struct todo_toggle_first_fields *in)
{
    (void)turn, (void)view, (void)in;
    todo.items.v[0].is_done = todo.items.len > 0 && !todo.items.v[0].is_done;
    return true;
}

bool todo_remove_first(struct wick_turn *turn, struct todo_view *view,
                       const struct todo_remove_first_fields *in)
{
    (void)turn, (void)view, (void)in;
    if (todo.items.len > 0) {
        todo.items.len--;
        memmove(&todo.items.v[0], &todo.items.v[1], todo.items.len * sizeof todo.items.v[0]);
        memset(&todo.items.v[todo.items.len], 0, sizeof todo.items.v[0]);
    }
    return true;
}

bool todo_rotate(struct wick_turn *turn, struct todo_view *view,
                 const struct todo_rotate_fields *in)
{
    (void)turn, (void)view, (void)in;
    if (todo.items.len > 1) {
        struct todo_item last = todo.items.v[todo.items.len - 1];
        memmove(&todo.items.v[1], &todo.items.v[0], (todo.items.len - 1) * sizeof last);
        todo.items.v[0] = last;
    }
    return true;
}
