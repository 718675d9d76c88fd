/* types_more.h - members that no template can use, each in another disguise. */
#include "live/wick.h"
typedef void (*more_callback)(int);

typedef struct {
    int32_t x;
} *more_handle;

typedef double more_real;

enum more_mode { MORE_OFF = -1, MORE_ON };

struct more_inner {
    int32_t fine;

    struct {
        char *deep;
    } in;
};

struct more_item {
    char id[8];
    const char *label;
};

struct more {
    more_callback callback;
    void (*direct)(int);
    int (*table[2])(void);
    int (*row)[3];
    more_handle handle;
    more_real real;
    double _Complex complex;
    unsigned __int128 wide;
    char letter;
    struct more_inner inner;
    WICK_LIST(struct more_item, 4) item;
    enum more_mode mode;
    int32_t open[];
};
extern struct more more;
void fn_one(struct buf *out, const struct more_inner *inner);
void fn_sum(struct buf *out, const struct more_item *list);
char fn_letter(int32_t x);
int32_t fn_mode(int32_t mode);
uint32_t fn_unsigned(uint32_t mode);
