/* errors_test.c - what wickc says about wrong templates: errors/x.html against errors/x.txt.
 *
 * After a change that is meant: WICK_ACCEPT=1 writes the .txt files anew; look at the difference
 * before you commit it.
 */
#include "t.h"
#include "wickc/wickc.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

/* The words of command, after "wickc". */
static char *run(const char *command, int *status_out)
{
    char *said = NULL;
    size_t len = 0;
    FILE *err = open_memstream(&said, &len);
    char *line = strdup(command), *rest = NULL;
    char *argv[40] = { (char[]){ "wickc" } };
    int argc = 1;
    for (char *word = strtok_r(line, " \n", &rest); word != NULL && argc < 39;
         word = strtok_r(NULL, " \n", &rest)) {
        argv[argc++] = word;
    }
    *status_out = wickc_run(argc, argv, err, err);
    fprintf(err, "exit %d\n", *status_out);
    fclose(err);
    free(line);
    return said;
}

static char *read_text(const char *path)
{
    static char text[1 << 16];
    FILE *file = fopen(path, "rb");
    size_t len = file == NULL ? 0 : fread(text, 1, sizeof text - 1, file);
    text[len] = '\0';
    if (file != NULL) {
        fclose(file);
    }
    return text;
}

static void check_said(const char *page, const char *expected, char *said)
{
    if (getenv("WICK_ACCEPT") != NULL) {
        FILE *file = fopen(expected, "wb");
        T_CHECK(file != NULL && fputs(said, file) >= 0 && fclose(file) == 0);
    } else if (strcmp(read_text(expected), said) != 0) {
        t_failed++;
        fprintf(stderr, "%s: wickc says now\n%s\n", page, said);
    }
    free(said);
}

/* x.html is compiled; x.args beside it gives other words: "pages", options, further files. */
static void check_one(const char *name, const char *out_dir)
{
    char page[300], expected[300], args[300], command[1000];
    int stem = (int)(strlen(name) - 5), status;
    snprintf(page, sizeof page, "tests/tmpl/errors/%s", name);
    snprintf(expected, sizeof expected, "tests/tmpl/errors/%.*s.txt", stem, name);
    snprintf(args, sizeof args, "tests/tmpl/errors/%.*s.args", stem, name);
    const char *words = read_text(args);
    if (strncmp(words, "app ", 4) == 0) { /* it writes nothing */
        snprintf(command, sizeof command, "%s", words);
    } else if (words[0] != '\0') {
        snprintf(command, sizeof command, "%s -o %s", words, out_dir);
    } else {
        snprintf(command, sizeof command, "-Isrc -o %s %s", out_dir, page);
    }
    check_said(page, expected, run(command, &status));
}

static int is_page(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);
    return len > 5 && strcmp(entry->d_name + len - 5, ".html") == 0;
}

int main(void)
{
    char out_dir[] = "/tmp/wickc-errors-XXXXXX";
    struct dirent **entry = NULL;
    T_CHECK(mkdtemp(out_dir) != NULL);
    int count = scandir("tests/tmpl/errors", &entry, is_page, alphasort);
    T_CHECK(count >= 20);
    for (int idx = 0; idx < count; idx++) {
        check_one(entry[idx]->d_name, out_dir);
        static const char *const made[] = { "c", "h", "d" };
        for (unsigned kind = 0; kind < 3; kind++) {
            char path[300];
            snprintf(path, sizeof path, "%s/%s.%s", out_dir, entry[idx]->d_name, made[kind]);
            (void)unlink(path); /* only the warnings make files */
        }
        free(entry[idx]);
    }
    check_one("missing.html", out_dir);
    int status;
    check_said("many.html --json", "tests/tmpl/errors/many.json",
               run("-Isrc --json --json tests/tmpl/errors/many.html", &status));
    free(entry);
    T_CHECK(rmdir(out_dir) == 0);
    return t_done();
}
