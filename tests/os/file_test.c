/* file_test.c - files below a root, line by line through any window, folders of any size. */
#include "base/buf.h"
#include "os/os_file.h"
#include "t.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[] = "/tmp/wick-os-XXXXXX";

static void put(const char *path, const char *text)
{
    char full[256];
    struct buf buf;
    buf_init(&buf, full, sizeof full);
    buf_put_text(&buf, root);
    buf_put_text(&buf, path);
    int fd = open(buf_cstr(&buf), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    T_CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    T_CHECK(close(fd) == 0);
}

static void folder(const char *path)
{
    char full[256];
    struct buf buf;
    buf_init(&buf, full, sizeof full);
    buf_put_text(&buf, root);
    buf_put_text(&buf, path);
    T_CHECK(mkdir(buf_cstr(&buf), 0700) == 0);
}

static void only_what_is_below_the_root_is_read(void)
{
    char mem[64];
    put("/a", "  first \nsecond\n");
    put("/n", "-42\n");
    struct str text = os_read("/a", mem, sizeof mem);
    T_EQ_TEXT(text.ptr, text.len, "  first \nsecond\n");
    text = os_read("/a", mem, 5);
    T_EQ_TEXT(text.ptr, text.len, "  fir");
    folder("/d");
    put("/d/name", " x y \r\n");
    text = os_line("/d", "name", mem, sizeof mem);
    T_EQ_TEXT(text.ptr, text.len, "x y");
    int64_t value = 0;
    T_CHECK(os_number("", "n", &value) && value == -42);
    T_CHECK(!os_number("/d", "name", &value));
    T_CHECK(os_exists("/d", "name") && !os_exists("/d", "other"));
    T_CHECK(os_is_folder("/d") && !os_is_folder("/a") && !os_is_folder("/proc"));
    T_EQ_INT(os_read("/proc/stat", mem, sizeof mem).len, 0);
    char small[8];
    T_CHECK(os_path(small, sizeof small, "/abc", "de"));
    T_CHECK(!os_path(small, sizeof small, "/abc", "def"));
    T_EQ_INT(small[0], 0);
}

/* Every window gives the same lines; one that is longer than the window gives its first bytes. */
static void lines_do_not_depend_on_the_window(void)
{
    static const char *const want[] = { "one", "", "a longer line of text", "", "end" };
    put("/lines", "one\n\na longer line of text\n\nend");
    for (size_t cap = 1; cap < 40; cap++) {
        char mem[40];
        struct os_lines lines;
        struct str line;
        T_CHECK(os_lines_open(&lines, "/lines", mem, cap));
        for (size_t i = 0; i < WICK_COUNT_OF(want); i++) {
            size_t len = strlen(want[i]);
            T_CHECK(os_lines_next(&lines, &line));
            T_EQ_INT(line.len, len < cap ? len : cap);
            T_CHECK(memcmp(line.ptr, want[i], line.len) == 0);
        }
        T_CHECK(!os_lines_next(&lines, &line));
        T_CHECK(!os_lines_next(&lines, &line));
        os_lines_close(&lines);
    }
    char mem[16];
    struct os_lines lines;
    struct str line;
    T_CHECK(!os_lines_open(&lines, "/none", mem, sizeof mem));
    T_CHECK(!os_lines_next(&lines, &line));
    put("/empty", "");
    T_CHECK(os_lines_open(&lines, "/empty", mem, sizeof mem));
    T_CHECK(!os_lines_next(&lines, &line));
    put("/feed", "\n");
    T_CHECK(os_lines_open(&lines, "/feed", mem, sizeof mem));
    T_CHECK(os_lines_next(&lines, &line) && line.len == 0);
    T_CHECK(!os_lines_next(&lines, &line));
}

static void a_folder_of_any_size_is_listed_whole(void)
{
    enum { FILE_COUNT = 200 };
    static struct os_folder outer;
    static struct os_folder inner;
    folder("/many");
    for (unsigned i = 0; i < FILE_COUNT; i++) {
        char name[64];
        struct buf buf;
        buf_init(&buf, name, sizeof name);
        buf_put_text(&buf, "/many/a-name-that-takes-some-room-");
        buf_put_u64(&buf, i);
        put(buf_cstr(&buf), "");
    }
    unsigned count = 0;
    unsigned nested = 0;
    T_CHECK(os_folder_open(&outer, "/many"));
    while (os_folder_next(&outer) != NULL) {
        count++;
        T_CHECK(os_folder_open(&inner, "/d"));
        while (os_folder_next(&inner) != NULL) {
            nested++;
        }
    }
    T_EQ_INT(count, FILE_COUNT);
    T_EQ_INT(nested, FILE_COUNT);
    T_CHECK(!os_folder_open(&outer, "/none") && os_folder_next(&outer) == NULL);
    T_CHECK(!os_folder_open(&outer, "/a") && os_folder_next(&outer) == NULL);
}

int main(void)
{
    T_CHECK(mkdtemp(root) != NULL && os_root_set(root));
    only_what_is_below_the_root_is_read();
    lines_do_not_depend_on_the_window();
    a_folder_of_any_size_is_listed_whole();
    static char too_long[OS_ROOT_LEN_MAX + 2];
    memset(too_long, 'r', sizeof too_long - 1);
    T_CHECK(!os_root_set(too_long));
    T_CHECK(os_root_set(""));
    char mem[64];
    T_CHECK(os_read("/proc/uptime", mem, sizeof mem).len > 0);
    char command[64];
    struct buf buf;
    buf_init(&buf, command, sizeof command);
    buf_put_text(&buf, "rm -r ");
    buf_put_text(&buf, root);
    T_CHECK(system(buf_cstr(&buf)) == 0);
    return t_done();
}
