/* preview_run.c - the written C, compiled with the host's compiler, linked with the engine, run:
 * the code that the product runs. */
#include "wickc/preview/preview.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

const char *preview_library(struct wc *wc)
{
    static const char *const near[] = {
        "preview", "../host/preview"
    }; /* the second one: wickc of the tests */
    char self[4096];
    ssize_t len = readlink("/proc/self/exe", self, sizeof self);
    while (len > 0 && self[len - 1] != '/') {
        len--;
    }
    for (size_t idx = 0; idx < WICK_COUNT_OF(near) && len > 0; idx++) {
        const char *path = wc_format(wc, "%.*s%s", (int)len, self, near[idx]);
        if (access(wc_format(wc, "%s/libwick_tmpl.a", path), R_OK) == 0) {
            return path;
        }
    }
    return NULL;
}

/* Run a program; what it writes (also to stderr if is_all) is collected. @return its status, -1: it
 * could not be started */
static int run(struct wc *wc, char *const argv[], bool is_all, struct sb *said)
{
    int end[2];
    pid_t pid = -1;
    posix_spawn_file_actions_t actions;
    if (pipe(end) != 0) {
        return -1;
    }
    if (posix_spawn_file_actions_init(&actions) != 0) {
        (void)close(end[0]);
        (void)close(end[1]);
        return -1;
    }
    bool is_set = posix_spawn_file_actions_adddup2(&actions, end[1], 1) == 0 &&
                  (!is_all || posix_spawn_file_actions_adddup2(&actions, end[1], 2) == 0) &&
                  posix_spawn_file_actions_addclose(&actions, end[0]) == 0 &&
                  posix_spawn_file_actions_addclose(&actions, end[1]) == 0;
    int status = -1;
    bool is_started = is_set && posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ) == 0;
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)close(end[1]);
    char part[4096];
    for (ssize_t got = 0; is_started && ((got = read(end[0], part, sizeof part)) > 0 ||
                                         (got < 0 && errno == EINTR));) {
        sb_put(wc, said, part, got > 0 ? (size_t)got : 0);
    }
    (void)close(end[0]);
    while (is_started && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (!is_started) {
        return -1;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

static const char *setting(const char *name, const char *otherwise)
{
    const char *value = getenv(name);
    return value == NULL || value[0] == '\0' ? otherwise : value;
}

static char *word(struct wc *wc, const char *text)
{
    return wc_copy(wc, text, strlen(text));
}

/* In the folder dir, which is empty. */
static int compile_and_run(struct wc *wc, const char *dir, const struct sb *c, const char *mode,
                           FILE *out)
{
    const char *library = preview_library(wc);
    const char *compiler = setting("CC", "cc");
    char *source = wc_format(wc, "%s/preview.c", dir);
    char *program = wc_format(wc, "%s/preview", dir);
    struct sb said = { 0 };
    if (library == NULL) {
        (void)fputs(
            "wickc: preview/libwick_tmpl.a is not beside wickc; the Makefile puts it there\n",
            wc->err);
        return 69;
    }
    if (!wc_write(wc, source, c)) {
        return 74;
    }
    char *const compile[] = { word(wc, compiler),
                              word(wc, "-std=gnu11"),
                              word(wc, "-w"),
                              wc_format(wc, "-I%s/include", library),
                              word(wc, "-o"),
                              program,
                              source,
                              wc_format(wc, "%s/libwick_tmpl.a", library),
                              NULL };
    int status = run(wc, compile, true, &said);
    if (status != 0) {
        bool is_missing = status == -1 || status == 127;
        (void)fprintf(
            wc->err,
            is_missing
                ? "wickc: preview needs a C compiler: there is no \"%s\" (CC= names another one)\n"
                : "wickc: %s does not compile this page:\n",
            compiler);
        (void)fputs(sb_text(&said), wc->err);
        return is_missing ? 69 : 1;
    }
    struct sb text = { 0 };
    char *const start[] = { program, word(wc, mode), NULL };
    status = run(wc, start, false, &text);
    bool is_written = fwrite(sb_text(&text), 1, text.len, out) == text.len && fflush(out) == 0;
    if (status == -1) {
        (void)fprintf(wc->err, "wickc: cannot run %s\n", program);
    }
    if (status != 0) {
        return 70;
    }
    return is_written ? 0 : 74;
}

int preview_run(struct wc *wc, const struct sb *c, const char *mode, FILE *out)
{
    const char *parent = setting("TMPDIR", "/tmp");
    char *dir = wc_format(wc, "%s/wickc-XXXXXX", parent);
    if (mkdtemp(dir) == NULL) {
        (void)fprintf(wc->err, "wickc: cannot make a folder in %s\n", parent);
        return 74;
    }
    int status = compile_and_run(wc, dir, c, mode, out);
    (void)unlink(wc_format(wc, "%s/preview.c", dir)); /* what is not there need not go */
    (void)unlink(wc_format(wc, "%s/preview", dir));
    (void)rmdir(dir);
    return status;
}
