/* machines_test.c - the dashboard on machines that are not here. A machine is a folder:
 *
 *   tests/machines/<name>/{proc,sys,etc,...}   its files
 *   tests/machines/<name>/machine              what it says by system calls (see read_machine())
 *   tests/machines/<name>/expected             what the page then says, one line for each card
 *
 * For each machine the whole program runs in a child process, with the folder as its root, and the
 * page is fetched over HTTP. To accept new texts: ACCEPT=1. To look at a machine in a browser:
 * machines_test serve <name or folder> [address] [pace]; with a pace its clock runs so many times
 * as fast. */
#include "base/num.h"
#include "dash/dash.h"
#include "os/os.h"
#include "os/os_file.h"
#include "os/os_machine.h"
#include "t.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char root[512];

/* --- the machine's system calls --------------------------------------------------------------- */

static FILE *machine_file(void)
{
    char path[600];
    (void)snprintf(path, sizeof path, "%s/machine", root);
    return fopen(path, "r");
}

/* Call each with the rest of every line that begins with this word. */
static void each_line(const char *word, void (*each)(char *rest, void *arg), void *arg)
{
    FILE *file = machine_file();
    char line[1024];
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        size_t len = strlen(word);
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, word, len) == 0 && line[len] == ' ') {
            each(line + len + 1, arg);
        }
    }
    if (file != NULL) {
        (void)fclose(file);
    }
}

struct space_question {
    const char *path;
    struct os_space *space;
    bool is_found;
};

/* space TOTAL FREE AVAILABLE FILES FILES_FREE PATH (\t and \n in it are written so) */
static void each_space(char *rest, void *arg)
{
    struct space_question *question = arg;
    unsigned long long value[5];
    int off = 0;
    char path[512];
    size_t len = 0;
    T_CHECK(sscanf(rest, "%llu %llu %llu %llu %llu %n", &value[0], &value[1], &value[2], &value[3],
                   &value[4], &off) == 5);
    for (const char *at = rest + off; *at != '\0' && len + 1 < sizeof path; at++) {
        if (*at == '\\' && (at[1] == 't' || at[1] == 'n')) {
            path[len++] = *++at == 't' ? '\t' : '\n';
        } else {
            path[len++] = *at;
        }
    }
    path[len] = '\0';
    if (strcmp(path, question->path) == 0) {
        *question->space = (struct os_space){ value[0], value[1], value[2], value[3], value[4] };
        question->is_found = true;
    }
}

static bool space(const char *path, struct os_space *space_out)
{
    struct space_question question = { path, space_out, false };
    each_line("space", each_space, &question);
    return question.is_found;
}

static void copy_word(char *rest, void *arg)
{
    (void)str_copy(arg, 65, str_of(rest));
}

static void names(struct os_names *names_out)
{
    memset(names_out, 0, sizeof *names_out);
    each_line("host", copy_word, names_out->host);
    each_line("kernel", copy_word, names_out->kernel);
    each_line("processor", copy_word, names_out->processor);
}

static enum os_clock clock_state(void)
{
    char word[65] = "";
    each_line("clock", copy_word, word);
    if (strcmp(word, "synced") == 0) {
        return OS_CLOCK_SYNCED;
    }
    return strcmp(word, "unsynced") == 0 ? OS_CLOCK_UNSYNCED : OS_CLOCK_UNKNOWN;
}

struct link_walk {
    void (*each)(const struct os_link *link, void *arg);
    void *arg;
};

/* link INDEX NAME up|down carrier|no-carrier loopback|link RX TX RX_ERRORS TX_ERRORS RX_DROPPED
 * TX_DROPPED MAC */
static void each_link(char *rest, void *arg)
{
    const struct link_walk *walk = arg;
    struct os_link link;
    char word[3][16];
    unsigned long long value[6];
    unsigned mac[6];
    memset(&link, 0, sizeof link);
    T_CHECK(sscanf(rest, "%d %15s %15s %15s %15s %llu %llu %llu %llu %llu %llu %x:%x:%x:%x:%x:%x",
                   &link.idx, link.name, word[0], word[1], word[2], &value[0], &value[1], &value[2],
                   &value[3], &value[4], &value[5], &mac[0], &mac[1], &mac[2], &mac[3], &mac[4],
                   &mac[5]) == 17);
    link.is_up = strcmp(word[0], "up") == 0;
    link.has_carrier = strcmp(word[1], "carrier") == 0;
    link.is_loopback = strcmp(word[2], "loopback") == 0;
    link.has_counters = true;
    link.rx_bytes = value[0];
    link.tx_bytes = value[1];
    link.rx_errors = value[2];
    link.tx_errors = value[3];
    link.rx_dropped = value[4];
    link.tx_dropped = value[5];
    link.mac_len = 6;
    for (unsigned i = 0; i < 6; i++) {
        link.mac[i] = (uint8_t)mac[i];
    }
    walk->each(&link, walk->arg);
}

static bool links(void (*each)(const struct os_link *link, void *arg), void *arg)
{
    struct link_walk walk = { each, arg };
    each_line("link", each_link, &walk);
    return true;
}

struct address_walk {
    void (*each)(const struct os_address *address, void *arg);
    void *arg;
};

/* address INDEX_OF_LINK SCOPE ADDRESS/PREFIX */
static void each_address(char *rest, void *arg)
{
    const struct address_walk *walk = arg;
    struct os_address address;
    char text[64];
    unsigned prefix = 0;
    int scope = 0;
    memset(&address, 0, sizeof address);
    T_CHECK(sscanf(rest, "%d %d %63[^/]/%u", &address.link_idx, &scope, text, &prefix) == 4);
    bool is_ip4 = strchr(text, ':') == NULL;
    address.len = is_ip4 ? 4 : 16;
    address.prefix_len = (uint8_t)prefix;
    address.is_global = strncmp(text, "fe80:", 5) != 0;
    T_CHECK(inet_pton(is_ip4 ? AF_INET : AF_INET6, text, address.bytes) == 1);
    walk->each(&address, walk->arg);
}

static bool addresses(void (*each)(const struct os_address *address, void *arg), void *arg)
{
    struct address_walk walk = { each, arg };
    each_line("address", each_address, &walk);
    return true;
}

/* The program's clocks, which run faster than ours for those who wait for minutes. */
static unsigned pace = 1;

static uint64_t paced(clockid_t id, uint64_t per_s)
{
    static struct timespec first[2];
    struct timespec *since = &first[id == CLOCK_REALTIME];
    struct timespec now;
    T_CHECK(clock_gettime(id, &now) == 0);
    if (since->tv_sec == 0) {
        *since = now;
    }
    uint64_t start = (uint64_t)since->tv_sec * per_s;
    int64_t ns = (now.tv_sec - since->tv_sec) * 1000000000LL + now.tv_nsec - since->tv_nsec;
    return start + (uint64_t)ns * pace / (1000000000U / per_s);
}

uint64_t os_mono_us(void)
{
    return paced(CLOCK_MONOTONIC, 1000000);
}

uint64_t os_wall_ms(void)
{
    return paced(CLOCK_REALTIME, 1000);
}

/* The loop sleeps by the true clock: something has to wake it when ours is faster. */
static int watch_open(void)
{
    struct timespec step = { .tv_nsec = 250000000 / (long)pace };
    struct itimerspec every = { .it_interval = step, .it_value = step };
    if (pace == 1) {
        return -1;
    }
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    T_CHECK(fd >= 0 && timerfd_settime(fd, 0, &every, NULL) == 0);
    return fd;
}

static void watch_drain(int fd)
{
    uint64_t count = 0;
    (void)!read(fd, &count, sizeof count);
}

static const struct os_machine machine = {
    .space = space,
    .names = names,
    .clock = clock_state,
    .links = links,
    .addresses = addresses,
    .watch_open = watch_open,
    .watch_drain = watch_drain,
};

/* --- the program ------------------------------------------------------------------------------ */

static int serve(const char *listen)
{
    char state[] = "/tmp/wick-machine-XXXXXX";
    if (mkdtemp(state) == NULL || !os_root_set(root)) {
        return 1;
    }
    os_machine_set(&machine);
    char *argv[] = { "wick", "--listen", (char *)(uintptr_t)listen, "--state", state, NULL };
    int code = wick_main(5, argv, &dash_app);
    char command[64];
    (void)snprintf(command, sizeof command, "rm -r %s", state);
    return system(command) == 0 ? code : 1;
}

/* Start it on any free port. @return its process; *port_out as it said. */
static pid_t start(unsigned *port_out)
{
    int out[2];
    T_CHECK(pipe(out) == 0);
    pid_t child = fork();
    if (child == 0) {
        int log = open("/dev/null", O_WRONLY | O_CLOEXEC);
        (void)dup2(out[1], STDOUT_FILENO);
        (void)dup2(log, STDERR_FILENO);
        (void)close(out[0]);
        (void)close(out[1]);
        _exit(serve("127.0.0.1:0"));
    }
    (void)close(out[1]);
    char line[128] = "";
    ssize_t got = read(out[0], line, sizeof line - 1);
    (void)close(out[0]);
    T_CHECK(got > 0 && sscanf(line, "http://localhost:%u/", port_out) == 1);
    return child;
}

static char body[256 * 1024];

/* One request, its body without chunk headers: the answer may come in pieces. */
static void fetch(unsigned port, const char *path)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    char request[256];
    size_t len = 0;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    T_CHECK(fd >= 0 && connect(fd, (const struct sockaddr *)&to, sizeof to) == 0);
    int size =
        snprintf(request, sizeof request,
                 "GET %s HTTP/1.1\r\nHost: localhost:%u\r\nConnection: close\r\n\r\n", path, port);
    T_CHECK(write(fd, request, (size_t)size) == size);
    ssize_t got = 0;
    while ((got = read(fd, body + len, sizeof body - 1 - len)) > 0) {
        len += (size_t)got;
    }
    (void)close(fd);
    body[len] = '\0';
    T_CHECK(strncmp(body, "HTTP/1.1 200 ", 13) == 0);
    char *end = strstr(body, "\r\n\r\n");
    T_CHECK(end != NULL);
    bool is_chunked = end != NULL && strstr(body, "Transfer-Encoding: chunked") != NULL &&
                      strstr(body, "Transfer-Encoding: chunked") < end;
    char *from = end != NULL ? end + 4 : body;
    char *to_text = body;
    if (!is_chunked) {
        memmove(body, from, strlen(from) + 1);
        return;
    }
    for (;;) {
        char *rest = NULL;
        unsigned long chunk = strtoul(from, &rest, 16);
        if (chunk == 0) {
            break;
        }
        memmove(to_text, rest + 2, chunk);
        to_text += chunk;
        from = rest + 2 + chunk + 2;
    }
    *to_text = '\0';
}

/* --- the page as text ------------------------------------------------------------------------- */

static const struct {
    const char *name, *text;
} entity[] = { { "&lt;", "<" },   { "&gt;", ">" },   { "&amp;", "&" },   { "&#39;", "'" },
               { "&#34;", "\"" }, { "&nbsp;", " " }, { "&quot;", "\"" }, { "&#43;", "+" } };

/* What a person reads in [from, end): no tags, one blank between words. Drawings are left out. */
static size_t put_text(char *to, size_t cap, const char *from, const char *end)
{
    size_t len = 0;
    bool is_blank = true;
    while (from < end && len + 8 < cap) {
        if (strncmp(from, "<svg", 4) == 0) {
            const char *close_tag = strstr(from, "</svg>");
            from = close_tag != NULL ? close_tag + 6 : end;
            continue;
        }
        if (strncmp(from, "<!--", 4) == 0) { /* a mark of the live page: no break between words */
            from = strstr(from, "-->") + 3;
            continue;
        }
        char letter = *from;
        size_t step = 1;
        if (letter == '<') {
            step = strcspn(from, ">") + 1;
            letter = ' ';
        }
        for (size_t i = 0; letter == '&' && i < WICK_COUNT_OF(entity); i++) {
            if (strncmp(from, entity[i].name, strlen(entity[i].name)) == 0) {
                step = strlen(entity[i].name);
                letter = entity[i].text[0];
                break;
            }
        }
        from += step;
        bool is_space = letter == ' ' || letter == '\n' || letter == '\t';
        if (!is_space || !is_blank) {
            to[len++] = is_space ? ' ' : letter;
        }
        is_blank = is_space;
    }
    return len > 0 && to[len - 1] == ' ' ? len - 1 : len;
}

static char text[64 * 1024];

/* One line for each card; of the device only what the machine says about itself. */
static void page_text(void)
{
    static const char *const card[] = { "status", "health",  "cpu",     "memory",  "temperature",
                                        "disk",   "network", "storage", "sensors", "device" };
    size_t len = 0;
    for (size_t i = 0; i < WICK_COUNT_OF(card); i++) {
        char mark[48];
        (void)snprintf(mark, sizeof mark, "id=\"%s\"", card[i]);
        const char *from = strstr(body, mark);
        const char *end = from != NULL ? strstr(from, "</section>") : NULL;
        for (size_t k = 0; end != NULL && k < WICK_COUNT_OF(card); k++) {
            char other[48]; /* several cards may stand in one section */
            (void)snprintf(other, sizeof other, "id=\"%s\"", card[k]);
            const char *next = k != i ? strstr(from, other) : NULL;
            if (next != NULL && next < end) {
                while (next > from && *next != '<') {
                    next--;
                }
                end = next;
            }
        }
        if (end == NULL) {
            continue;
        }
        from += strcspn(from, ">") + 1;
        if (i + 1 == WICK_COUNT_OF(card)) {
            const char *facts = strstr(from, "<dl");
            const char *last = facts != NULL ? strstr(facts, "<dt>Software") : NULL;
            from = facts != NULL ? facts : from;
            end = last != NULL ? last : end;
        }
        size_t start = len;
        len += put_text(text + len, sizeof text - len - 1, from, end);
        text[len] = '\0';
        char *since = strstr(text + start, " since 20"); /* the time of the start moves with ours */
        char *rest = since != NULL ? strstr(since, " UTC") : NULL;
        if (rest != NULL) {
            memmove(since, rest + 4, strlen(rest + 4) + 1);
            len -= (size_t)(rest + 4 - since);
        }
        text[len++] = '\n';
    }
    text[len] = '\0';
}

static void compare(const char *name)
{
    static char want[sizeof text];
    char path[600];
    (void)snprintf(path, sizeof path, "%s/expected", root);
    if (getenv("ACCEPT") != NULL) {
        FILE *file = fopen(path, "w");
        T_CHECK(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
        return;
    }
    FILE *file = fopen(path, "r");
    size_t len = file != NULL ? fread(want, 1, sizeof want - 1, file) : 0;
    want[len] = '\0';
    T_CHECK(file != NULL && fclose(file) == 0);
    if (strcmp(want, text) != 0) {
        (void)printf("%s: expected\n%s\nthe page says\n%s\n", name, want, text);
    }
    T_CHECK(strcmp(want, text) == 0);
}

/* Nothing that cannot be seen or that turns the text around is in the page as it is. */
static void no_hidden_characters(void)
{
    static const char *const bad[] = { "\xe2\x80\x8b", "\xe2\x80\xae", "\xe2\x81\xa6", "\xc2\xad",
                                       "\xff" };
    for (size_t i = 0; i < WICK_COUNT_OF(bad); i++) {
        T_CHECK(strstr(body, bad[i]) == NULL);
    }
}

static void run_machine(const char *folder, const char *name)
{
    unsigned port = 0;
    (void)snprintf(root, sizeof root, "%s/%s", folder, name);
    pid_t child = start(&port);
    fetch(port, "/");
    page_text();
    no_hidden_characters();
    compare(name);
    T_CHECK(kill(child, SIGTERM) == 0);
    int status = 0;
    T_CHECK(waitpid(child, &status, 0) == child);
    T_CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(int argc, char **argv)
{
    const char *folder = "tests/machines";
    if (argc > 2 && strcmp(argv[1], "serve") == 0) {
        bool is_name = strchr(argv[2], '/') == NULL;
        (void)snprintf(root, sizeof root, "%s%s%s", is_name ? folder : "", is_name ? "/" : "",
                       argv[2]);
        pace = argc > 4 ? (unsigned)atoi(argv[4]) : 1;
        T_CHECK(pace > 0);
        return serve(argc > 3 ? argv[3] : "127.0.0.1:8080");
    }
    DIR *dir = opendir(folder);
    unsigned count = 0;
    T_CHECK(dir != NULL);
    struct dirent *entry = NULL;
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        char path[600];
        (void)snprintf(path, sizeof path, "%s/%s/machine", folder, entry->d_name);
        if (entry->d_name[0] != '.' && access(path, R_OK) == 0 &&
            (argc < 2 || strcmp(argv[1], entry->d_name) == 0)) {
            run_machine(folder, entry->d_name);
            count++;
        }
    }
    T_CHECK(count >= (argc < 2 ? 11U : 1U));
    (void)closedir(dir);
    return t_done();
}
