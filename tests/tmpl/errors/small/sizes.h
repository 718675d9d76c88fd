/* sizes.h - states whose pages become long. */
struct line {
    char id[8];
    char text[100];
};

struct sizes {
    char name[16];
    int32_t number;
    WICK_LIST(struct line, 20) line;
    WICK_LIST(struct line, 4000000000) huge;
};

void fn_wide(struct buf *out, struct str text);
