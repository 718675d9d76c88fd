/* said_test.c - every text that wickc can say stands in some errors/x.txt, with its caret; what
 * cannot is listed here with the reason.
 *
 * The texts are taken from the sources: the strings in calls of the functions that report, also
 * those of a choice (a ? "x" : "y").
 */
#include "t.h"

#include <dirent.h>
#include <glob.h>
#include <stdbool.h>
#include <stdlib.h>

static const struct {
    const char *text, *why;
} unsaid[] = {
    { "%s is too long (limit is 16 MiB)", "a golden page of 16 MiB" },
};

static const char *const reports[] = { "wc_error",  "wc_warning", "wc_note", "lint_say",
                                       "html_fail", "bad",        "fail" };

static char *golden;
static unsigned found, used[sizeof unsaid / sizeof unsaid[0]];

static char *read_all(const char *path, char *text)
{
    FILE *file = fopen(path, "rb");
    size_t had = text == NULL ? 0 : strlen(text), len = 0;
    T_CHECK(file != NULL && fseek(file, 0, SEEK_END) == 0);
    long size = ftell(file);
    rewind(file);
    text = realloc(text, had + (size_t)size + 1);
    len = fread(text + had, 1, (size_t)size, file);
    text[had + len] = '\0';
    fclose(file);
    return text;
}

/* After a conversion of printf at format, or format: it is none. */
static const char *conversion(const char *format)
{
    size_t len = strspn(format + 1, "-.*0123456789zlh");
    return format[0] == '%' && format[1 + len] != '\0' && strchr("sducxi", format[1 + len]) != NULL
               ? format + 1 + len + 1
               : format;
}

/* Does text begin with what the format can make? A conversion stands for anything on the line. */
static int holds(const char *text, const char *format)
{
    while (*format != '\0') {
        const char *after = conversion(format);
        if (after != format) {
            for (; *text != '\0' && *text != '\n'; text++) {
                if (holds(text, after)) {
                    return 1;
                }
            }
            return *after == '\0';
        }
        format += format[0] == '%' && format[1] == '%';
        if (*text++ != *format++) {
            return 0;
        }
    }
    return 1;
}

static void check_text(const char *text, const char *path)
{
    const char *words = strchr(text, ' ');
    if (strlen(text) < 10 || words == NULL) {
        return; /* a word of a sentence */
    }
    found++;
    for (size_t idx = 0; idx < sizeof unsaid / sizeof unsaid[0]; idx++) {
        if (strcmp(unsaid[idx].text, text) == 0) {
            used[idx]++;
            return;
        }
    }
    const char *format = text;
    while (conversion(format) != format) { /* anything may stand in front */
        format = conversion(format);
    }
    for (const char *at = golden; *at != '\0'; at++) {
        if (*at == *format && holds(at, format)) {
            return;
        }
    }
    t_failed++;
    fprintf(stderr, "%s: no tests/tmpl/errors/x.txt has: %s\n", path, text);
}

/* A string of C at at, with those that follow it directly, decoded. @return after it */
static const char *read_string(const char *at, char *text, size_t cap)
{
    size_t len = 0;
    for (;;) {
        for (at++; *at != '"' && *at != '\0'; at++) {
            at += *at == '\\';
            if (len + 1 < cap) {
                text[len++] = *at;
            }
        }
        const char *next = at + 1 + strspn(at + 1, " \n");
        if (*at == '\0' || *next != '"') {
            text[len] = '\0';
            return *at == '\0' ? at : at + 1;
        }
        at = next;
    }
}

/* The strings up to the ) or ; that ends the call. */
static const char *read_call(const char *at, const char *path)
{
    int depth = 1;
    while (*at != '\0' && *at != ';' && depth > 0) {
        char text[600];
        if (*at == '"') {
            at = read_string(at, text, sizeof text);
            check_text(text, path);
            continue;
        }
        if (*at == '\'') {
            at += at[1] == '\\' ? 3 : 2;
        }
        depth += *at == '(' ? 1 : *at == ')' ? -1 : 0;
        at++;
    }
    return at;
}

static int is_word(char byte)
{
    return byte == '_' || (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9');
}

static void check_source(const char *path)
{
    char *source = read_all(path, NULL);
    if (strstr(path, "/number.c") != NULL) { /* its results are texts that lex.c reports */
        char text[600];
        for (const char *at = source; (at = strchr(at, '"')) != NULL;) {
            at = read_string(at, text, sizeof text);
            check_text(text, path);
        }
    }
    for (size_t idx = 0; idx < sizeof reports / sizeof reports[0]; idx++) {
        size_t len = strlen(reports[idx]);
        for (const char *at = source; (at = strstr(at, reports[idx])) != NULL;) {
            int is_call = at > source && !is_word(at[-1]) && at[len] == '(';
            at += len;
            at = is_call ? read_call(at + 1, path) : at;
        }
    }
    free(source);
}

static int is_golden(const struct dirent *entry)
{
    return strstr(entry->d_name, ".txt") != NULL;
}

/* The preview has tests of its own. */
static bool is_source(const char *path)
{
    return strstr(path, "/preview/") == NULL;
}

int main(void)
{
    struct dirent **entry = NULL;
    char path[300];
    int count = scandir("tests/tmpl/errors", &entry, is_golden, alphasort);
    for (int idx = 0; idx < count; free(entry[idx++])) {
        snprintf(path, sizeof path, "tests/tmpl/errors/%s", entry[idx]->d_name);
        golden = read_all(path, golden);
    }
    free(entry);
    glob_t found_files;
    T_CHECK(glob("wickc/*.c", 0, NULL, &found_files) == 0);
    T_CHECK(glob("wickc/*/*.c", GLOB_APPEND, NULL, &found_files) == 0);
    T_CHECK(found_files.gl_pathc > 30);
    for (size_t idx = 0; idx < found_files.gl_pathc; idx++) {
        if (is_source(found_files.gl_pathv[idx])) {
            check_source(found_files.gl_pathv[idx]);
        }
    }
    globfree(&found_files);
    free(golden);
    T_CHECK(found > 200); /* else the texts are not found any more */
    for (size_t idx = 0; idx < sizeof unsaid / sizeof unsaid[0]; idx++) {
        T_CHECK(used[idx] > 0); /* it is gone: take it from the list */
    }
    return t_done();
}
