/* Pages through the whole compiler, in memory. An input is a page, or parts between lines "====":
 * page, second file, types.h, data.json.
 *
 * Each input is compiled twice, once as a build does it and once with a --dump that its bytes
 * choose. It must not be silent: either there is C, or something was said about what is wrong; and
 * both runs must say the same. With data it is previewed, too.
 */
#include "base/base.h"
#include "wickc/wickc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { PARTS_MAX = 4, OUT_MAX = 64 << 20 };

struct result {
    char *out, *err;
    size_t out_len, err_len;
    int status;
};

static const char types_h[] =
    "struct port { uint8_t number; char name[16]; bool is_up; uint32_t mbit; };\n"
    "struct fan { char id[8]; uint16_t rpm; WICK_LIST(struct port, 4) port; };\n"
    "struct device { char name[32]; const char *text; struct str str; uint64_t uptime_s; int32_t "
    "temp_mc; struct { uint8_t pct; int8_t low; } cpu;\n"
    "    WICK_LIST(struct fan, 8) fan; WICK_LIST(struct port, 8) port; uint16_t history[4]; bool "
    "is_on; struct other *other; };\n"
    "struct view { bool paused; uint8_t period; char theme[8]; };\n"
    "void fn_spark(struct buf *out, const uint16_t *values);\nint64_t fn_twice(int64_t value);\n";

/* The functions that every page has. */
static const struct wc_file *own_header(void)
{
    static char text[1 << 16];
    static struct wc_file header;
    if (header.text == NULL) {
        FILE *file = fopen("src/tmpl/tmpl_fn.h", "rb");
        WICK_ASSERT(file != NULL);
        size_t len = fread(text, 1, sizeof text, file);
        (void)fclose(file);
        header = (struct wc_file){ "tmpl/tmpl_fn.h", text, len };
    }
    return &header;
}

/* The command line in one text, words between blanks. */
static struct result compile(const struct wc_memory *memory, const char *command)
{
    struct result result = { 0 };
    char line[200];
    char *argv[12];
    char *rest = NULL;
    int argc = 0;
    (void)snprintf(line, sizeof line, "%s", command);
    for (char *word = strtok_r(line, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        argv[argc++] = word;
    }
    FILE *out = open_memstream(&result.out, &result.out_len);
    FILE *err = open_memstream(&result.err, &result.err_len);
    WICK_ASSERT(out != NULL && err != NULL);
    result.status = wickc_run_in(memory, argc, argv, out, err);
    (void)fclose(out);
    (void)fclose(err);
    return result;
}

static void check_result(const struct result *result, bool is_dump, size_t len)
{
    WICK_ASSERT(result->status == 0 || result->status == 1);
    WICK_ASSERT(result->status == 0 || strstr(result->err, ": error: ") != NULL);
    WICK_ASSERT(is_dump || (result->status == 0) == (result->out_len > 0));
    WICK_ASSERT(result->out_len <= OUT_MAX && result->err_len <= (1 << 16) + 100 * len);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const char *const dumps[] = { "lex", "ast", "check", "tree", "c", "c", NULL };
    static const char *const part_name[] = { "page.html", "more.html", "types.h", "data.json" };
    static const char mark[] = "\n====\n";
    struct wc_file file[PARTS_MAX + 1] = { *own_header(),
                                           { "types.h", types_h, sizeof types_h - 1 } };
    struct wc_memory memory = { file, 2 };
    const char *rest = (const char *)bytes;
    size_t rest_len = len;
    uint32_t hash = 0x811c9dc5;
    for (size_t at = 0; at < len; at++) {
        hash = (hash ^ bytes[at]) * 0x01000193;
    }
    for (unsigned part = 0; part < PARTS_MAX; part++) {
        const char *end =
            part == PARTS_MAX - 1 ? NULL : memmem(rest, rest_len, mark, sizeof mark - 1);
        size_t part_len = end == NULL ? rest_len : (size_t)(end - rest);
        struct wc_file *place = part == 2 ? &file[1] : &file[memory.count++];
        *place = (struct wc_file){ part_name[part], rest, part_len };
        if (end == NULL) {
            break;
        }
        rest = end + sizeof mark - 1;
        rest_len -= part_len + sizeof mark - 1;
    }
    const char *dump = dumps[hash / 5 % WICK_COUNT_OF(dumps)];
    const char *pages = memory.count == 3 ? "page.html" : "page.html more.html";
    char command[100];
    int len_of_build =
        snprintf(command, sizeof command, "wickc %s%s", pages, hash % 5 == 0 ? " --no-marks" : "");
    struct result build = compile(&memory, command);
    if (dump != NULL) {
        (void)snprintf(command + len_of_build, sizeof command - (size_t)len_of_build, " --dump=%s",
                       dump);
    }
    struct result again = compile(&memory, command);
    check_result(&build, false, len);
    check_result(&again, dump != NULL, len);
    WICK_ASSERT(build.status == again.status && strcmp(build.err, again.err) == 0);
    WICK_ASSERT(dump != NULL || (build.out_len == again.out_len &&
                                 memcmp(build.out, again.out, build.out_len) == 0));
    if (memory.count == PARTS_MAX + 1) {
        (void)snprintf(command, sizeof command, "wickc preview --c x.c --name x %s data.json",
                       pages);
        free(build.out);
        free(build.err);
        build = compile(&memory, command);
        check_result(&build, false, len);
    }
    free(build.out);
    free(build.err);
    free(again.out);
    free(again.err);
    return 0;
}
