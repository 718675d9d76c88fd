#include "live/wick.h"

#include <stdbool.h>
#include <stdint.h>

struct port {
    char name[8];
    uint32_t mbit;
};

#define TINY uint8_t
struct odd;

struct dev {
    char name[16];
    uint64_t uptime;
    int32_t temp;
    WICK_LIST(struct port, 4) port;

    struct {
        uint8_t pct;
    } cpu;

    __typeof__(int) odd;
    __typeof__(void (*)(void)) hook;
    uint8_t level;
    int16_t offset;
    TINY tiny;
    char tag[2 * sizeof(int)];
    uint64_t count;
    uint8_t level2[2];
    bool both;
};
extern struct dev dev;
void fn_twice(struct buf *out, const int32_t *value);

struct view {
    bool paused, both;
    char name2[4];
    WICK_SAFE(html, 8) mark;
};

void fn_two(struct buf *out, uint32_t a, struct str b);
int fn_bad_text(struct buf *out, int a);
void fn_bad_void(int a);
struct port fn_first(int a);
int fn_nothing_much(void);
WICK_WRITES(html) fn_logo(struct buf *out, struct safe_html text);
