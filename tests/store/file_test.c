/* file_test.c - the store on a real file system: modes, limits, a folder that is missing, taken or
 * read-only, a full disk. */
#include "base/log.h"
#include "store/store.h"
#include "t.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char root[256]; /* the test's own folder */
static char path_mem[512];
static unsigned log_lines;

static void count_line(struct str line)
{
    (void)line;
    log_lines++;
}

static const char *path(const char *name)
{
    snprintf(path_mem, sizeof path_mem, "%s/%s", root, name);
    return path_mem;
}

static int mode_of(const char *name)
{
    struct stat status;
    return stat(path(name), &status) == 0 ? (int)(status.st_mode & 0777) : -1;
}

static void open_store(const char *name)
{
    const char *why = "not set";
    T_EQ_INT(store_open(path(name), &why), WICK_OK);
    T_CHECK(why == NULL);
}

static void put(const char *name, const char *value)
{
    T_EQ_INT(store_put(str_of(name), str_of(value)), WICK_OK);
}

static void is_stored(const char *name, const char *value)
{
    struct str got = store_get(str_of(name));
    T_CHECK((got.ptr == NULL) == (value == NULL));
    T_EQ_TEXT(got.len == 0 ? "" : got.ptr, got.len, value == NULL ? "" : value);
}

static void values_are_there_after_opening_again(void)
{
    open_store("a");
    T_EQ_INT(mode_of("a"), 0700);
    is_stored("x", NULL);
    put("x", "1");
    put("y", "");
    put("x", "2");
    for (int i = 0; i < 2; i++) {
        is_stored("x", "2");
        is_stored("y", "");
        is_stored("z", NULL);
        is_stored("", NULL);
        open_store("a");
    }
    T_EQ_INT(mode_of("a/settings.a"), 0600);
    T_EQ_INT(mode_of("a/settings.b"), 0600);
    T_EQ_INT(mode_of("a/settings.new"), -1);
    T_EQ_INT(store_put(STR("y"), (struct str){ NULL, 0 }), WICK_OK); /* removed */
    T_EQ_INT(store_put(STR("x"), store_get(STR("x"))), WICK_OK);     /* a borrowed value */
    T_EQ_INT(store_put(STR("copy"), store_get(STR("x"))), WICK_OK);
    open_store("a/"); /* the same folder */
    is_stored("y", NULL);
    is_stored("x", "2");
    is_stored("copy", "2");
    T_EQ_INT(log_lines, 0);
}

static void limits(void)
{
    static char text[STORE_VALUE_LEN_MAX + 1];
    memset(text, 'v', sizeof text);
    open_store("limits");
    struct str name = { "12345678901234567890123456789012", STORE_NAME_LEN_MAX };
    T_EQ_INT(store_put((struct str){ name.ptr, STORE_NAME_LEN_MAX + 1 }, STR("x")), WICK_E_RANGE);
    T_EQ_INT(store_put((struct str){ name.ptr, 0 }, STR("x")), WICK_E_RANGE);
    T_EQ_INT(store_put(STR("n"), (struct str){ text, STORE_VALUE_LEN_MAX + 1 }), WICK_E_RANGE);
    T_CHECK(store_get(STR("n")).ptr == NULL);
    T_EQ_INT(store_put(name, (struct str){ text, STORE_VALUE_LEN_MAX }), WICK_OK);
    T_EQ_INT(store_get(name).len, STORE_VALUE_LEN_MAX);
    /* 16 of head, 3 for each record: fill up to the last byte */
    size_t used = 16 + 3 + STORE_NAME_LEN_MAX + STORE_VALUE_LEN_MAX;
    for (char letter = 'a'; letter < 'c'; letter++) {
        T_EQ_INT(store_put((struct str){ &letter, 1 }, (struct str){ text, STORE_VALUE_LEN_MAX }),
                 WICK_OK);
        used += 4 + STORE_VALUE_LEN_MAX;
    }
    size_t left = STORE_CAP - used - 4;
    T_CHECK(left + 1 <= STORE_VALUE_LEN_MAX);
    T_EQ_INT(store_put(STR("c"), (struct str){ text, left + 1 }), WICK_E_FULL);
    T_CHECK(store_get(STR("c")).ptr == NULL);
    T_EQ_INT(store_put(STR("c"), (struct str){ text, left }), WICK_OK);
    T_EQ_INT(store_put(STR("d"), STR("")), WICK_E_FULL);
    put("c", "short"); /* its own room counts as free */
    T_EQ_INT(store_put(STR("c"), (struct str){ text, left }), WICK_OK);
    struct stat status;
    T_CHECK(stat(path("limits/settings.a"), &status) == 0 ||
            stat(path("limits/settings.b"), &status) == 0);
    open_store("limits");
    T_EQ_INT(store_get(STR("c")).len, left);
    T_EQ_INT(store_get(name).len, STORE_VALUE_LEN_MAX);
    T_EQ_INT(store_put(STR("a"), (struct str){ NULL, 0 }), WICK_OK);
    put("d", "now there is room");
}

static void refused_with(const char *dir, enum wick_err err)
{
    const char *why = NULL;
    T_EQ_INT(store_open(dir, &why), err);
    T_CHECK(why != NULL);
}

static void refused(const char *dir)
{
    refused_with(dir, WICK_E_IO);
}

/* Nothing is on the disk of what is put now, and nothing on the disk is touched. */
static void memory_holds(const char *value)
{
    T_CHECK(store_memory_why() == NULL);
    store_use_memory();
    T_CHECK(store_memory_why() != NULL);
    is_stored("x", value);
    put("x", "memory 1");
    put("y", "memory 2");
    put("x", "memory 3");
    is_stored("x", "memory 3");
    is_stored("y", "memory 2");
    T_EQ_INT(store_put(STR("y"), (struct str){ NULL, 0 }), WICK_OK);
    is_stored("y", NULL);
    static char text[STORE_VALUE_LEN_MAX + 1];
    T_EQ_INT(store_put(STR("z"), (struct str){ text, sizeof text }),
             WICK_E_RANGE); /* the limits are the same */
}

static void settings_in_memory(void)
{
    refused(path("missing/below"));
    memory_holds(NULL);
    refused(path("file"));
    memory_holds(NULL); /* what was in memory is gone */
    open_store("a");
    store_use_memory(); /* there is no reason to */
    T_CHECK(store_memory_why() == NULL);
    is_stored("x", "2");
    T_EQ_INT(mode_of("missing"), -1);
}

static void a_folder_that_cannot_be_had(void)
{
    refused(path("missing/below"));
    T_EQ_INT(store_put(STR("x"), STR("1")), WICK_E_IO);
    T_CHECK(store_get(STR("x")).ptr == NULL);
    int file = open(path("file"), O_CREAT | O_WRONLY, 0600);
    T_CHECK(file >= 0);
    close(file);
    refused(path("file"));
    refused("");
    open_store("a");
    is_stored("x", "2");
}

/* Strange things by the names of our files. */
static void names_that_are_taken(void)
{
    open_store("taken");
    put("x", "1");                                       /* lies in settings.b */
    T_EQ_INT(mkfifo(path("taken/settings.a"), 0600), 0); /* must not stop us */
    open_store("taken");
    is_stored("x", "1");
    put("x", "2");
    T_EQ_INT(unlink(path("taken/settings.b")), 0);
    T_EQ_INT(symlink("settings.a", path("taken/settings.b")), 0);
    T_EQ_INT(symlink("../file", path("taken/settings.new")), 0);
    open_store("taken");
    is_stored("x", "2");
    put("x", "3"); /* replaces the links, does not follow them */
    open_store("taken");
    is_stored("x", "3");
    struct stat status;
    T_CHECK(stat(path("file"), &status) == 0 && status.st_size == 0);
    T_EQ_INT(mkdir(path("taken/settings.new"), 0700), 0);
    T_EQ_INT(store_put(STR("x"), STR("4")), WICK_E_IO);
    is_stored("x", "3");
    T_EQ_INT(rmdir(path("taken/settings.new")), 0);
    put("x", "4");
}

static int in_child(void (*run)(void))
{
    pid_t child = fork();
    if (child == 0) {
        t_failed = 0;
        run();
        _exit(t_done());
    }
    int status = -1;
    T_CHECK(child > 0 && waitpid(child, &status, 0) == child);
    return status;
}

static void open_what_the_parent_has(void)
{
    refused_with(path("a"), WICK_E_AGAIN);
}

static void one_process_at_a_time(void)
{
    open_store("a");
    T_EQ_INT(in_child(open_what_the_parent_has), 0);
    put("x", "2");
}

static void read_only(void)
{
    if (geteuid() == 0 && (setgid(65534) < 0 || setuid(65534) < 0)) {
        return;
    }
    refused(path("ro"));
    is_stored("x", "1"); /* can still be looked at */
    T_EQ_INT(store_put(STR("x"), STR("2")), WICK_E_IO);
    is_stored("x", "1");
    memory_holds("1");
    refused(path("ro"));
    is_stored("x", "1"); /* as it was */
}

static void a_read_only_folder_can_be_looked_at(void)
{
    open_store("ro");
    put("x", "1");
    open_store("a"); /* lets go of it */
    T_EQ_INT(chmod(root, 0755), 0);
    T_EQ_INT(chmod(path("ro"), 0555), 0);
    T_EQ_INT(chmod(path("ro/settings.b"), 0444), 0);
    T_EQ_INT(in_child(read_only), 0);
    T_EQ_INT(chmod(path("ro"), 0700), 0);
}

/* Fill what is left of the file system. */
static void fill(void)
{
    static const char block[4096];
    int file = open(path("full/ballast"), O_CREAT | O_WRONLY | O_APPEND, 0600);
    T_CHECK(file >= 0);
    while (write(file, block, sizeof block) > 0) {
    }
    T_EQ_INT(errno, ENOSPC);
    close(file);
}

/* On a tmpfs of 64 KiB, in a namespace of our own; only root can have that. */
static void disk_full(void)
{
    if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
        mkdir(path("full"), 0700) < 0 || mount("tmpfs", path("full"), "tmpfs", 0, "size=64k") < 0) {
        return;
    }
    open_store("full/store");
    put("x", "1");
    put("x", "2");
    fill();
    for (int i = 0; i < 5; i++) {
        T_EQ_INT(store_put(STR("x"), STR("3")), WICK_E_IO);
        is_stored("x", "2");
        T_EQ_INT(mode_of("full/store/settings.new"), -1);
    }
    open_store("full/store");
    is_stored("x", "2");
    T_EQ_INT(store_put(STR("x"), STR("3")), WICK_E_IO);
    T_EQ_INT(unlink(path("full/ballast")), 0);
    put("x", "3");
    open_store("full/store");
    is_stored("x", "3");
}

int main(void)
{
    const char *tmp = getenv("TMPDIR");
    snprintf(root, sizeof root, "%s/wick-store-XXXXXX", tmp != NULL ? tmp : "/tmp");
    if (mkdtemp(root) == NULL) {
        fprintf(stderr, "%s:%d: no temporary folder\n", __FILE__, __LINE__);
        return 1;
    }
    log_set_sink(count_line);
    values_are_there_after_opening_again();
    limits();
    a_folder_that_cannot_be_had();
    settings_in_memory();
    names_that_are_taken();
    one_process_at_a_time();
    a_read_only_folder_can_be_looked_at();
    T_EQ_INT(in_child(disk_full), 0);
    char command[300];
    snprintf(command, sizeof command, "rm -rf '%s'", root);
    T_EQ_INT(system(command), 0);
    return t_done();
}
