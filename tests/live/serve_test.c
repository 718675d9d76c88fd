/* serve_test.c - wick_main() in this process: options and their exit codes. With --serve first it
 * is the program that livetemplate_test.mjs drives: the page todo.html; $LT_CLIENT is the client's
 * bundle.
 */
#include "live/live.h"
#include "t.h"
#include "tests/live/pages/todo.html.h"

#include <stdlib.h>
#include <unistd.h>

static struct net_asset client = { .path = STR_INIT("/livetemplate-client.js"),
                                   .type = STR_INIT("text/javascript; charset=utf-8"),
                                   .etag = STR_INIT("\"1\"") };
static size_t asset_count;

static void tick(void)
{
    todo.ticks++;
}

static bool load_client(void)
{
    static char bundle[400000];
    const char *path = getenv("LT_CLIENT");
    FILE *file = path != NULL ? fopen(path, "rb") : NULL;
    if (file != NULL) {
        client.identity = (struct str){ bundle, fread(bundle, 1, sizeof bundle, file) };
        fclose(file);
        asset_count = 1;
    }
    return true;
}

static const struct wick_page *const page[] = { &page_todo };
static const struct wick_timer timer[] = { { .every_ms = 1000, .tick = tick } };
static const struct wick_app app = { .name = "serve",
                                     .version = "9.8",
                                     .page = page,
                                     .page_count = 1,
                                     .timer = timer,
                                     .timer_count = 1,
                                     .asset = &client,
                                     .asset_count = &asset_count,
                                     .start = load_client };

static int run(const char *first, const char *second)
{
    char name[] = "serve", one[64], two[64];
    snprintf(one, sizeof one, "%s", first);
    snprintf(two, sizeof two, "%s", second != NULL ? second : "");
    char *argv[] = { name, one, second != NULL ? two : NULL, NULL };
    return wick_main(second != NULL ? 3 : 2, argv, &app);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--serve") == 0) {
        argv[1] = argv[0];
        return wick_main(argc - 1, argv + 1, &app);
    }
    /* what it says goes to a file: this test is silent */
    char said[] = "/tmp/wick_serve_XXXXXX";
    int file = mkstemp(said);
    FILE *out = freopen(said, "w", stdout), *err = stderr;
    int saved = dup(2);
    T_CHECK(file >= 0 && out != NULL && err != NULL && saved >= 0);
    dup2(file, 2);
    int code[] = { run("--help", NULL),           run("--version", NULL),
                   run("--unknown", NULL),        run("plain", NULL),
                   run("--state", NULL),          run("--log-level", "loud"),
                   run("--log-level=loud", NULL), run("--listenx", "1"),
                   run("--state=", NULL) };
    dup2(saved, 2);
    static const int want[] = { 0, 0, 64, 64, 64, 78, 78, 64, 78 };
    for (size_t idx = 0; idx < WICK_COUNT_OF(want); idx++) {
        T_EQ_INT(code[idx], want[idx]);
    }
    unlink(said);
    return t_done();
}
