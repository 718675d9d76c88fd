/* options.c - see options.h. */
#include "wickc/options.h"

#include <string.h>

/* What follows the word of an option in the same argument. @return NULL: this is another option */
static const char *rest_of(const char *arg, const char *word)
{
    size_t len = strlen(word);
    if (strncmp(arg, word, len) != 0) {
        return NULL;
    }
    bool is_long = word[1] == '-';
    if (arg[len] != '\0' && is_long) {
        return arg[len] == '=' ? arg + len : NULL;
    }
    return arg + len;
}

static bool is_among(const struct option *option, const char *value)
{
    for (size_t idx = 0; idx < option->among_count; idx++) {
        if (strcmp(value, option->among[idx]) == 0) {
            return true;
        }
    }
    return option->among == NULL;
}

/* @return false: the value is not one of those that there are, or one too many */
static bool take_value(const struct option *option, const char *value)
{
    if (option->list != NULL) {
        if (*option->list_count == option->list_max) {
            return false;
        }
        option->list[(*option->list_count)++] = value;
        return true;
    }
    *option->text = value;
    return is_among(option, value);
}

/* The option at argv[*at_inout], with its value. @return false: it is none of the table */
static bool take_option(const struct option *table, size_t count, char **argv, unsigned *at_inout)
{
    for (size_t idx = 0; idx < count; idx++) {
        const struct option *option = &table[idx];
        const char *rest = rest_of(argv[*at_inout], option->word);
        if (rest == NULL) {
            continue;
        }
        if (option->flag != NULL) {
            *option->flag = option->flag_value;
            return *rest == '\0';
        }
        if (*rest != '\0') {
            return take_value(option, *rest == '=' ? rest + 1 : rest);
        }
        return argv[*at_inout + 1] != NULL && take_value(option, argv[++*at_inout]);
    }
    return false;
}

bool options_read(struct wc *wc, const struct option *table, size_t count,
                  struct option_files files, char **argv)
{
    for (unsigned at = 1; argv[at] != NULL; at++) {
        const char *arg = argv[at];
        if (arg[0] != '-' && *files.count == files.max) {
            (void)fprintf(wc->err, "wickc: too many files (limit is %u): %s\n", files.max, arg);
            return false;
        }
        if (arg[0] != '-') {
            files.path[(*files.count)++] = arg;
        } else if (!take_option(table, count, argv, &at)) {
            (void)fprintf(wc->err,
                          "wickc: there is no option %s, or its value is missing or wrong\n", arg);
            return false;
        }
    }
    return true;
}
