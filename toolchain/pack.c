/* pack.c - host tool: files of www/ -> one C table of struct net_asset (src/net/net.h).
 *
 * usage: pack -o OUT.c [-b NAME=BYTES]... [-k igb] [-z ZDIR FILE...]...
 *   -z   the folder that holds, made by the Makefile, what is served for each file after it: NAME
 *        (without comments), NAME.gz and NAME.br, taken when smaller.
 *   -b   the compressed (gzip) size NAME must stay below; NAME may be *.css: the sum of all such
 *        files.
 *   -k   forms to keep: i as it is, g gzip, b brotli; all when not given. Without i a file stays
 *        as it is only if gzip does not make
 *        it smaller; without TLS browsers do not ask for brotli.
 * Refused: absolute URLs in text (a page must work without any other host), except the names of XML
 * namespaces.
 */
#include "base/hash.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_LEN_MAX = 1 << 20, FILE_MAX = 64, BUDGET_MAX = 16, PATH_LEN_MAX = 512 };

struct content {
    unsigned char bytes[FILE_LEN_MAX];
    size_t len;
};

struct file {
    const char *source; /* as given */
    const char *name;   /* without its folder */
    const char *zdir;   /* folder of what is served for it */
    size_t gzip_len;    /* 0: not kept */
    size_t brotli_len;
    char etag[17];
    bool has_identity;
};

struct budget {
    const char *name;
    size_t bytes;
};

static struct file files[FILE_MAX];
static size_t file_count;
static struct budget budgets[BUDGET_MAX];
static size_t budget_count;
static struct content identity, packed;
static const char *kept_forms = "igb";
static bool failed;

static const struct {
    const char *ending, *type;
    bool is_text;
} types[] = {
    { ".html", "text/html; charset=utf-8", true },
    { ".css", "text/css; charset=utf-8", true },
    { ".js", "text/javascript; charset=utf-8", true },
    { ".json", "application/json", true },
    { ".webmanifest", "application/manifest+json", true },
    { ".svg", "image/svg+xml", true },
    { ".txt", "text/plain; charset=utf-8", true },
    { ".png", "image/png", false },
    { ".ico", "image/x-icon", false },
    { ".woff2", "font/woff2", false },
};

static const char *const namespaces[] = {
    "http://www.w3.org/2000/svg",           "http://www.w3.org/1999/xlink",
    "http://www.w3.org/1999/xhtml",         "http://www.w3.org/1998/Math/MathML",
    "http://www.w3.org/XML/1998/namespace",
};

WICK_PRINTF(1, 2) static void complain(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)fputs("pack: ", stderr);
    (void)vfprintf(stderr, format, args);
    (void)fputc('\n', stderr);
    va_end(args);
    failed = true;
}

_Noreturn static void usage(void)
{
    (void)fputs("usage: pack -o OUT.c [-b NAME=BYTES]... [-k igb] [-z ZDIR FILE...]...\n", stderr);
    exit(64);
}

static bool ends_with(const char *text, const char *ending)
{
    size_t len = strlen(text);
    size_t end_len = strlen(ending);
    return len >= end_len && strcmp(text + len - end_len, ending) == 0;
}

static bool load(struct content *into, const char *path)
{
    FILE *in = fopen(path, "rb");
    if (in == NULL) {
        complain("%s: cannot be read", path);
        return false;
    }
    into->len = fread(into->bytes, 1, sizeof into->bytes, in);
    bool whole = into->len < sizeof into->bytes && ferror(in) == 0;
    (void)fclose(in);
    if (!whole) {
        complain("%s: longer than %d bytes, or unreadable", path, FILE_LEN_MAX);
    }
    return whole;
}

static bool load_made(struct content *into, const struct file *file, const char *ending)
{
    char path[PATH_LEN_MAX];
    int len = snprintf(path, sizeof path, "%s/%s%s", file->zdir, file->name, ending);
    if (len < 0 || (size_t)len >= sizeof path) {
        complain("%s: too long a name", file->name);
        return false;
    }
    return load(into, path);
}

/* --- absolute URLs ---------------------------------------------------------------------------- */

static bool at(const struct content *text, size_t pos, const char *word)
{
    size_t len = strlen(word);
    return text->len - pos >= len && memcmp(text->bytes + pos, word, len) == 0;
}

static bool is_namespace(const struct content *text, size_t pos)
{
    for (size_t i = 0; i < WICK_COUNT_OF(namespaces); i++) {
        size_t end = pos + strlen(namespaces[i]);
        if (at(text, pos, namespaces[i]) &&
            (end == text->len || strchr("\"' \n>);", text->bytes[end]) != NULL)) {
            return true;
        }
    }
    return false;
}

/* "//host" is a URL when a quote, a bracket or '=' stands before it; "// words" is a comment. */
static bool is_schemeless(const struct content *text, size_t pos)
{
    if (pos == 0 || !at(text, pos, "//") || text->len - pos < 3) {
        return false;
    }
    unsigned char host = text->bytes[pos + 2];
    bool is_host = (host >= 'a' && host <= 'z') || (host >= 'A' && host <= 'Z') ||
                   (host >= '0' && host <= '9') || host == '[';
    return is_host && strchr("\"'`(=", text->bytes[pos - 1]) != NULL;
}

static void refuse_absolute_urls(const struct file *file, const struct content *text)
{
    unsigned line = 1;
    size_t line_start = 0;
    for (size_t pos = 0; pos < text->len; pos++) {
        if (text->bytes[pos] == '\n') {
            line++;
            line_start = pos + 1;
        } else if (((at(text, pos, "http://") || at(text, pos, "https://")) &&
                    !is_namespace(text, pos)) ||
                   is_schemeless(text, pos)) {
            size_t len = 0;
            while (pos + len < text->len && len < 60 && text->bytes[pos + len] != '\n') {
                len++;
            }
            complain("%s:%u:%zu: absolute URL: %.*s", file->source, line, pos - line_start + 1,
                     (int)len, (const char *)text->bytes + pos);
        }
    }
}

/* --- the table -------------------------------------------------------------------------------- */

static void put_bytes(FILE *out, const char *prefix, size_t idx, const struct content *from)
{
    (void)fprintf(out, "static const uint8_t %s%zu[] = {", prefix, idx);
    for (size_t i = 0; i < from->len; i++) {
        (void)fprintf(out, i % 32 == 0 ? "\n%u," : "%u,", from->bytes[i]);
    }
    (void)fputs("\n};\n", out);
}

/* The compressed form of a file, when it is smaller. @return its length, 0 when it is not kept. */
static size_t put_packed(FILE *out, const char *ending, size_t idx)
{
    bool is_wanted = strchr(kept_forms, ending[1]) != NULL;
    if (!is_wanted || !load_made(&packed, &files[idx], ending) || packed.len >= identity.len) {
        return 0;
    }
    put_bytes(out, strcmp(ending, ".gz") == 0 ? "gzip" : "brotli", idx, &packed);
    return packed.len;
}

static size_t type_of(const struct file *file)
{
    size_t type = 0;
    while (type < WICK_COUNT_OF(types) && !ends_with(file->name, types[type].ending)) {
        type++;
    }
    return type;
}

/* A name like app.0123456789abcdef.css never changes its content. */
static bool has_fingerprint(const char *name)
{
    const char *dot = strchr(name, '.');
    return dot != NULL && strspn(dot + 1, "0123456789abcdef") == 16 && dot[17] == '.';
}

static void put_file(FILE *out, size_t idx)
{
    struct file *file = &files[idx];
    size_t type = type_of(file);
    if (type == WICK_COUNT_OF(types)) {
        complain("%s: no content type is known for this ending", file->source);
        return;
    }
    if (types[type].is_text &&
        load(&identity,
             file->source)) { /* of the source: there its lines are those of the message */
        refuse_absolute_urls(file, &identity);
    }
    if (!load_made(&identity, file, "")) {
        return;
    }
    if (identity.len == 0) { /* C has no empty arrays; an empty file in www/ is a mistake anyway */
        complain("%s: empty", file->source);
        return;
    }
    uint64_t etag = hash_fnv64(HASH_FNV64_START, identity.bytes, identity.len);
    (void)snprintf(file->etag, sizeof file->etag, "%016llx", (unsigned long long)etag);
    file->gzip_len = put_packed(out, ".gz", idx);
    file->brotli_len = put_packed(out, ".br", idx);
    file->has_identity = file->gzip_len == 0 || strchr(kept_forms, 'i') != NULL;
    if (file->has_identity) {
        put_bytes(out, "identity", idx, &identity);
    }
}

static void put_slice(FILE *out, const char *member, size_t idx, bool is_there)
{
    if (is_there) {
        (void)fprintf(out, "      .%s = { (const char *)%s%zu, sizeof %s%zu },\n", member, member,
                      idx, member, idx);
    }
}

static void put_table(FILE *out)
{
    (void)fputs("const struct net_asset wick_asset[] = {\n", out);
    for (size_t idx = 0; idx < file_count; idx++) {
        const struct file *file = &files[idx];
        size_t type = type_of(file);
        if (type == WICK_COUNT_OF(types)) {
            continue;
        }
        (void)fprintf(out,
                      "    { .path = STR_INIT(\"/%s\"), .type = STR_INIT(\"%s\"), .etag = "
                      "STR_INIT(\"\\\"%s\\\"\"),\n",
                      file->name, types[type].type, file->etag);
        put_slice(out, "identity", idx, file->has_identity);
        put_slice(out, "gzip", idx, file->gzip_len > 0);
        put_slice(out, "brotli", idx, file->brotli_len > 0);
        (void)fprintf(out, "      .is_immutable = %s },\n",
                      has_fingerprint(file->name) ? "true" : "false");
    }
    if (file_count == 0) { /* C has no empty arrays */
        (void)fputs("    { .is_immutable = false },\n", out);
    }
    (void)fprintf(out, "};\nconst size_t wick_asset_count = %zu;\n", file_count);
}

static void check_budgets(void)
{
    for (size_t b = 0; b < budget_count; b++) {
        size_t sum = 0;
        for (size_t i = 0; i < file_count; i++) {
            bool counts = budgets[b].name[0] == '*' ? ends_with(files[i].name, budgets[b].name + 1)
                                                    : strcmp(files[i].name, budgets[b].name) == 0;
            sum += counts ? files[i].gzip_len : 0;
        }
        if (sum >= budgets[b].bytes) {
            complain("%s is %zu bytes with gzip; it must stay below %zu", budgets[b].name, sum,
                     budgets[b].bytes);
        }
    }
}

static void add_budget(char *arg)
{
    char *equals = strchr(arg, '=');
    char *end = NULL;
    unsigned long bytes = equals == NULL ? 0 : strtoul(equals + 1, &end, 10);
    if (bytes == 0 || *end != '\0' || budget_count == BUDGET_MAX) {
        usage();
    }
    *equals = '\0';
    budgets[budget_count++] = (struct budget){ arg, bytes };
}

static void add_file(const char *path, const char *zdir)
{
    const char *slash = strrchr(path, '/');
    if (file_count == FILE_MAX) {
        complain("more than %d files", FILE_MAX);
        exit(1);
    }
    files[file_count++] =
        (struct file){ .source = path, .name = slash == NULL ? path : slash + 1, .zdir = zdir };
}

int main(int argc, char **argv)
{
    const char *out_path = NULL;
    const char *zdir = ".";
    for (int i = 1; i < argc; i++) {
        bool is_option = argv[i][0] == '-';
        if (is_option && (i + 1 == argc || strlen(argv[i]) != 2)) {
            usage();
        }
        switch (is_option ? argv[i][1] : 'f') {
        case 'o':
            out_path = argv[++i];
            break;
        case 'z':
            zdir = argv[++i];
            break;
        case 'b':
            add_budget(argv[++i]);
            break;
        case 'k':
            kept_forms = argv[++i];
            break;
        case 'f':
            add_file(argv[i], zdir);
            break;
        default:
            usage();
        }
    }
    FILE *out = out_path == NULL ? NULL : fopen(out_path, "wb");
    if (out == NULL) {
        usage();
    }
    (void)fputs("/* made by toolchain/pack.c */\n#include \"net/net.h\"\n", out);
    for (size_t idx = 0; idx < file_count; idx++) {
        put_file(out, idx);
    }
    put_table(out);
    check_budgets();
    if (fclose(out) != 0) {
        complain("%s: cannot be written", out_path);
    }
    if (failed) {
        (void)remove(out_path);
    }
    return failed ? 1 : 0;
}
