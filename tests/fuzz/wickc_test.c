/* wickc_test.c - the kept inputs of the compiler's fuzzer once more, under gcc's sanitizers: what
 * was found once stays repaired. And inputs that grow when they are compiled: long, deep, or
 * doubled with each step; the time limit of the test is theirs.
 */
#include "base/base.h"
#include "t.h"

#include <dirent.h>
#include <stdlib.h>
#include <time.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* before, then count times unit, with its number in place of each % and the next one in place of @,
 * then after */
struct bomb {
    const char *before, *unit;
    int count;
    const char *after;
};

static void put_numbered(FILE *out, const char *unit, int number)
{
    for (const char *at = unit; *at != '\0'; at++) {
        if (*at == '%' || *at == '@') {
            fprintf(out, "%d", number + (*at == '@'));
        } else {
            fputc(*at, out);
        }
    }
}

static void bombs(void)
{
#define HEAD                                                                                       \
    "{{/* wick:page path=\"/\" types=\"types.h\" device=\"device\" device_var=\"d\" "              \
    "view=\"view\" */}}<body>"
    static const struct bomb table[] = {
        { HEAD "{{define \"t0\"}}<p>{{.name}}</p>{{end}}",
          "{{define \"t@\"}}{{template \"t%\" .}}{{template \"t%\" .}}{{end}}", 40,
          "{{template \"t40\" .}}</body>" },
        { HEAD "{{define \"t0\"}}{{end}}",
          "{{define \"t@\"}}{{template \"t%\" .}}{{template \"t%\" .}}{{end}}", 40,
          "{{template \"t40\" .}}</body>" },
        { HEAD "{{$x0 := .temp_mc}}", "{{$x@ := print $x% $x%}}", 40, "{{$x40}}</body>" },
        { HEAD "{{.name", " | print", 2500, "}}</body>" },
        { HEAD "{{", "(", 2500, ".name}}</body>" },
        { HEAD "{{.name", ".name", 2500, "}}</body>" },
        { HEAD "{{if .is_on}}", "{{else if .is_on}}", 2500, "{{end}}</body>" },
        { HEAD, "{{if .is_on}}", 2500, "</body>" },
        { HEAD, "<div>", 2500, "</body>" },
        { HEAD, "<b title=\"{{.name}}\">x</b>", 500, "</body>" },
        { HEAD, "{{- .name -}} ", 500, "</body>" },
        { HEAD "<p", " a%=\"{{.name}}\"", 1000, "></p></body>" },
        { HEAD "<script>", "{{.temp_mc}}/", 500, "1</script></body>" },
        { HEAD "<script>", "</scrip", 1000, "</script></body>" },
        { HEAD, "{{.nothing%}}\n", 1500, "</body>" },
        { HEAD, "{{", 1500, "</body>" },
        { HEAD, "{{if .is_on}}{{range .fan}}<b>{{.id}}</b>{{end}}{{end}}", 500, "</body>" },
        { HEAD "<form wick-action=\"a\"><input name=\"a\" pattern=\"(a|b)*a(a|b){1", "0", 1,
          "}\"></form></body>" },
        { HEAD "<form wick-action=\"a\"><input name=\"a\" pattern=\"", "(", 20,
          "a{200}){200}){200}){200}){200}){200})))))))))))))))\"></form></body>" },
        { HEAD "{{.name}}</body>\n====\n\n====\nstruct s0 { int x; };", "struct s@ { struct s%; };",
          500, "struct device { struct device; struct s500; };" },
    };
    for (size_t idx = 0; idx < WICK_COUNT_OF(table); idx++) {
        const struct bomb *bomb = &table[idx];
        char *text = NULL;
        size_t len = 0;
        FILE *out = open_memstream(&text, &len);
        fputs(bomb->before, out);
        for (int count = 0; count < bomb->count; count++) {
            put_numbered(out, bomb->unit, count);
        }
        fputs(bomb->after, out);
        fclose(out);
        clock_t start = clock();
        T_CHECK(LLVMFuzzerTestOneInput((const uint8_t *)text, len) == 0);
        fprintf(stderr, "%s %ld ms\n", bomb->unit, (clock() - start) * 1000 / CLOCKS_PER_SEC);
        free(text);
    }
}

static void kept_inputs(void)
{
    static uint8_t bytes[1 << 16];
    struct dirent **entry = NULL;
    int count = scandir("tests/fuzz/corpus/wickc", &entry, NULL, alphasort);
    T_CHECK(count > 100);
    for (int idx = 0; idx < count; idx++) {
        char path[400];
        snprintf(path, sizeof path, "tests/fuzz/corpus/wickc/%s", entry[idx]->d_name);
        FILE *file = entry[idx]->d_name[0] == '.' ? NULL : fopen(path, "rb");
        if (file != NULL) {
            size_t len = fread(bytes, 1, sizeof bytes, file);
            fclose(file);
            fprintf(
                stderr, "%s\n",
                path); /* the last one named is the one that failed: output is shown only then */
            T_CHECK(LLVMFuzzerTestOneInput(bytes, len) == 0);
        }
        free(entry[idx]);
    }
    free(entry);
}

int main(void)
{
    bombs();
    kept_inputs();
    return t_done();
}
