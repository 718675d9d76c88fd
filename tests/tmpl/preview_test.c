/* preview_test.c - what wickc says about data that no C type holds: preview/errors/x.json against
 * preview/errors/x.txt.
 *
 * After a change that is meant: WICK_ACCEPT=1 writes the .txt files anew; look at the difference
 * before you commit it.
 */
#include "t.h"
#include "wickc/wickc.h"

#include <dirent.h>
#include <stdlib.h>

#define FOLDER "tests/tmpl/preview/errors"

static int run(char **arg, int count, char **said_out)
{
    char *argv[16] = { (char[]){ "wickc" }, (char[]){ "preview" }, (char[]){ "-Isrc" } };
    size_t len = 0;
    FILE *err = open_memstream(said_out, &len);
    memcpy(argv + 3, arg, (size_t)count * sizeof *arg);
    int status = wickc_run(3 + count, argv, err, err);
    fprintf(err, "exit %d\n", status);
    fclose(err);
    return status;
}

static void check_one(const char *name)
{
    static char text[1 << 16];
    char data[300], expected[300], *said = NULL;
    snprintf(data, sizeof data, FOLDER "/%s", name);
    snprintf(expected, sizeof expected, FOLDER "/%.*s.txt", (int)(strlen(name) - 5), name);
    run((char *[]){ (char[]){ "tests/tmpl/preview/page.html" }, data }, 2, &said);
    if (getenv("WICK_ACCEPT") != NULL) {
        FILE *file = fopen(expected, "wb");
        T_CHECK(file != NULL && fputs(said, file) >= 0 && fclose(file) == 0);
    } else {
        FILE *file = fopen(expected, "rb");
        text[file == NULL ? 0 : fread(text, 1, sizeof text - 1, file)] = '\0';
        if (file != NULL) {
            fclose(file);
        }
        if (strcmp(text, said) != 0) {
            t_failed++;
            fprintf(stderr, "%s: wickc says now\n%s\n", data, said);
        }
    }
    free(said);
}

static int is_data(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);
    return len > 5 && strcmp(entry->d_name + len - 5, ".json") == 0;
}

static void options_are_refused(void)
{
    static char page[] = "tests/tmpl/preview/page.html", data[] = "tests/tmpl/preview/1.json",
                diff[] = "--diff", c[] = "--c", name[] = "--name", wrong_name[] = "1x",
                file[] = "/dev/null", marks[] = "--marks";
    char *const cases[][6] = {
        { page },
        { data },
        { page, data, data },
        { page, data, diff },
        { page, data, c, file },
        { page, data, name, page },
        { page, data, c, file, name, wrong_name },
        { page, data, marks },
        { 0 },
    };
    for (size_t idx = 0; idx < sizeof cases / sizeof cases[0]; idx++) {
        char *arg[6], *said = NULL;
        int count = 0;
        for (; count < 6 && cases[idx][count] != NULL; count++) {
            arg[count] = cases[idx][count];
        }
        T_EQ_INT(run(arg, count, &said), 64);
        T_CHECK(strstr(said, "usage:") != NULL);
        free(said);
    }
}

int main(void)
{
    struct dirent **entry = NULL;
    int count = scandir(FOLDER, &entry, is_data, alphasort);
    T_CHECK(count >= 10);
    for (int idx = 0; idx < count; idx++) {
        check_one(entry[idx]->d_name);
        free(entry[idx]);
    }
    free(entry);
    options_are_refused();
    return t_done();
}
