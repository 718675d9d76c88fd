/* wick_main.c - the program around an application: options, store, sockets, signals, loop. */
#include "base/clk.h"
#include "base/log.h"
#include "base/num.h"
#include "live/live.h"
#include "live/owner.h"
#include "os/os.h"
#include "store/store.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    EXIT_OPTION = 64,
    EXIT_LISTEN = 69,
    EXIT_VALUE = 78
}; /* sysexits.h: EX_USAGE, EX_UNAVAILABLE, EX_CONFIG */

enum { PORT_TRIES = 20 };

struct options {
    const char *listen[NET_LISTENER_MAX];
    unsigned listen_count;
    const char *state;
};

/* --- words for people ------------------------------------------------------------------------- */

/* Join up to four texts and a line feed; to a terminal or a log nobody reads, so a failed write
 * changes nothing. */
static void say(int fd, const char *const text[static 4])
{
    char mem[512];
    struct buf line;
    buf_init(&line, mem, sizeof mem);
    for (unsigned idx = 0; idx < 4 && text[idx] != NULL; idx++) {
        buf_put_text(&line, text[idx]);
    }
    buf_put_u8(&line, '\n');
    if (write(fd, line.ptr, line.len) < 0) {
        return;
    }
}

#define SAY(fd, ...) say((fd), (const char *const[4]){ __VA_ARGS__ })

static void put_help(const struct wick_app *app)
{
    static const char help[] =
        "options:\n"
        "  --listen ADDRESS   where to serve: 127.0.0.1:8080, [::1]:8080, 8080 (loopback); up to "
        "four times\n"
        "                     (default 127.0.0.1:8080)\n"
        "  --host NAME        a further name under which browsers reach this device; may be "
        "repeated\n"
        "  --state DIR        folder of the settings (default $STATE_DIRECTORY, else "
        "./wick-state);\n"
        "                     if it cannot be used, they are kept in memory only\n"
        "  --log-level LEVEL  error, warn, info or debug (default info)\n"
        "  --version          print the version\n"
        "  --help             print this\n";
    SAY(STDOUT_FILENO, app->name, " ", app->version);
    SAY(STDOUT_FILENO, "usage: ", app->name, " [options]");
    if (write(STDOUT_FILENO, help, sizeof help - 1) < 0) {
        return;
    }
}

/* --- options ---------------------------------------------------------------------------------- */

static bool set_log_level(const char *text)
{
    static const char *const level[] = {
        [LOG_ERROR] = "error", [LOG_WARN] = "warn", [LOG_INFO] = "info", [LOG_DEBUG] = "debug"
    };
    for (unsigned idx = 0; idx < WICK_COUNT_OF(level); idx++) {
        if (strcmp(text, level[idx]) == 0) {
            log_set_level((enum log_level)idx);
            return true;
        }
    }
    return false;
}

/* @return 0, or the exit code; the error was said. */
static int set_option(struct options *options, const char *program, const char *name,
                      const char *value)
{
    bool is_good;
    if (strcmp(name, "--listen") == 0) {
        is_good = options->listen_count < NET_LISTENER_MAX && value[0] != '\0';
        if (is_good) {
            options->listen[options->listen_count++] = value;
        }
    } else if (strcmp(name, "--host") == 0) {
        is_good = value[0] != '\0' && net_allow_host(value) == WICK_OK;
    } else if (strcmp(name, "--state") == 0) {
        options->state = value;
        is_good = value[0] != '\0';
    } else {
        is_good = set_log_level(value);
    }
    if (!is_good) {
        SAY(STDERR_FILENO, program, ": bad value for ", name, "; see --help");
    }
    return is_good ? 0 : EXIT_VALUE;
}

/* @return -1: go on; else the exit code. */
static int read_options(struct options *options, int argc, char **argv, const struct wick_app *app)
{
    static const char *const with_value[] = { "--listen", "--host", "--state", "--log-level" };
    for (int arg = 1; arg < argc; arg++) {
        if (strcmp(argv[arg], "--help") == 0) {
            put_help(app);
            return 0;
        }
        if (strcmp(argv[arg], "--version") == 0) {
            SAY(STDOUT_FILENO, app->name, " ", app->version);
            return 0;
        }
        const char *name = NULL;
        const char *value = NULL;
        for (unsigned idx = 0; idx < WICK_COUNT_OF(with_value); idx++) {
            size_t len = strlen(with_value[idx]);
            if (strncmp(argv[arg], with_value[idx], len) == 0 &&
                (argv[arg][len] == '\0' || argv[arg][len] == '=')) {
                name = with_value[idx];
                value = argv[arg][len] == '=' ? argv[arg] + len + 1 : NULL;
            }
        }
        if (name == NULL) {
            SAY(STDERR_FILENO, app->name, ": unknown option ", argv[arg], "; see --help");
            return EXIT_OPTION;
        }
        if (value == NULL && arg + 1 == argc) {
            SAY(STDERR_FILENO, app->name, ": ", name, " needs a value; see --help");
            return EXIT_OPTION;
        }
        int code = set_option(options, app->name, name, value != NULL ? value : argv[++arg]);
        if (code != 0) {
            return code;
        }
    }
    return -1;
}

/* --- addresses -------------------------------------------------------------------------------- */

/* Split "host:port" at the last colon outside of brackets; "8080" has an empty host. @return false:
 * no port number. */
static bool split_address(const char *address, struct str *host_out, uint16_t *port_out)
{
    const char *colon = strrchr(address, ':');
    const char *bracket = strrchr(address, ']');
    uint64_t port;
    *host_out = (struct str){ address, 0 };
    if (colon != NULL && (bracket == NULL || colon > bracket)) {
        host_out->len = (size_t)(colon - address);
        address = colon + 1;
    }
    bool is_good = num_u64(str_of(address), UINT16_MAX, &port) == WICK_OK;
    *port_out = is_good ? (uint16_t)port : 0;
    return is_good;
}

static bool is_loopback(struct str host)
{
    return host.len == 0 || str_starts(host, STR("127.")) || str_eq(host, STR("[::1]")) ||
           str_eq(host, STR("localhost"));
}

static void say_address(struct str host, uint16_t port)
{
    char mem[160];
    struct buf url;
    buf_init(&url, mem, sizeof mem);
    buf_put_text(&url, "http://");
    buf_put_str(&url, host.len == 0 || str_eq(host, STR("127.0.0.1"))
                          ? STR("localhost")
                          : host); /* 127.0.0.2 is not localhost */
    buf_put_u8(&url, ':');
    buf_put_u64(&url, port);
    buf_put_u8(&url, '/');
    SAY(STDOUT_FILENO, buf_cstr(&url));
    if (!is_loopback(host)) {
        log_event(LOG_WARN, "live",
                  "there is no log-in yet: whoever reaches this address can change the settings",
                  KV_S("address", host), KV_I("port", port));
    }
}

static void say_taken(const char *program, uint16_t port, uint16_t instead)
{
    char mem[160];
    struct buf text;
    buf_init(&text, mem, sizeof mem);
    buf_put_text(&text, ": port ");
    buf_put_u64(&text, port);
    buf_put_text(&text, " is taken by ");
    owner_put(&text, port);
    if (instead != 0) {
        buf_put_text(&text, "; using port ");
        buf_put_u64(&text, instead);
    }
    SAY(STDERR_FILENO, program, buf_cstr(&text));
}

/* Listen on address, or on the next free port. @return 0, or the exit code; the error was said. */
static int listen_on(const char *program, const char *address, uint16_t *port_out)
{
    struct str host;
    uint16_t wanted;
    if (!split_address(address, &host, &wanted)) {
        SAY(STDERR_FILENO, program, ": --listen wants an address like 127.0.0.1:8080, not ",
            address);
        return EXIT_VALUE;
    }
    enum wick_err err = net_listen(address, port_out);
    for (unsigned add = 1;
         err == WICK_E_FULL && add <= PORT_TRIES && wanted != 0 && wanted + add <= UINT16_MAX;
         add++) {
        char mem[96];
        struct buf next;
        buf_init(&next, mem, sizeof mem);
        buf_put_str(&next, host);
        buf_put_text(&next, host.len > 0 ? ":" : "");
        buf_put_u64(&next, wanted + add);
        err = net_listen(buf_cstr(&next), port_out);
        if (err == WICK_OK) {
            say_taken(program, wanted, *port_out);
        }
    }
    if (err == WICK_OK) {
        say_address(host, *port_out);
        return 0;
    }
    if (err == WICK_E_FULL) {
        say_taken(program, wanted, 0);
    } else {
        SAY(STDERR_FILENO, program, ": cannot listen on ", address,
            err == WICK_E_SYNTAX   ? ": that is no address"
            : err == WICK_E_DENIED ? ": the port is reserved (below 1024: root)"
                                   : ": the system refused");
    }
    return err == WICK_E_SYNTAX ? EXIT_VALUE : EXIT_LISTEN;
}

/* --- the program ------------------------------------------------------------------------------ */

static void on_signal(int number)
{
    (void)number;
    net_stop();
}

/* Closed by whoever started us: then the settings or a connection would get the number, and our own
 * words with it. */
static void hold_standard_files(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0) {
            (void)!open("/dev/null", O_RDWR); /* the lowest free number is this one */
        }
    }
}

static void set_signals(void)
{
    struct sigaction stop = { .sa_handler = on_signal };
    struct sigaction ignore = { .sa_handler = SIG_IGN };
    if (sigaction(SIGTERM, &stop, NULL) != 0 || sigaction(SIGINT, &stop, NULL) != 0 ||
        sigaction(SIGPIPE, &ignore, NULL) != 0 ||
        sigaction(SIGXFSZ, &ignore, NULL) !=
            0) { /* a file that may not grow is an error of that file */
        log_line(LOG_WARN, "live", "signals cannot be handled");
    }
    struct sigaction hang_up;
    if (sigaction(SIGHUP, NULL, &hang_up) == 0 &&
        hang_up.sa_handler != SIG_IGN) { /* nohup: it goes on */
        (void)sigaction(SIGHUP, &stop, NULL);
    }
}

/* Four random bytes, made once per device, that keep the cookies of devices behind one host name
 * apart. */
static uint32_t device_number(void)
{
    uint32_t number = 0;
    struct str stored = wick_setting("wick.device");
    if (stored.len == sizeof number) {
        memcpy(&number, stored.ptr, sizeof number);
        return number;
    }
    os_random(&number, sizeof number);
    if (wick_setting_put("wick.device", (struct str){ (const char *)&number, sizeof number }) !=
        WICK_OK) {
        log_line(LOG_WARN, "live", "the device's number cannot be stored");
    }
    return number;
}

/* A folder that cannot be used must not hide the device: it runs with settings in memory, and says
 * so. Two programs with the same settings are a mistake of whoever started the second. @return
 * false: the program ends; the error was said. */
static bool open_settings(const char *program, const char *dir)
{
    const char *why = "";
    enum wick_err err = store_open(dir, &why);
    if (err == WICK_E_AGAIN) {
        SAY(STDERR_FILENO, program, ": the state folder cannot be used: ", why);
    } else if (err != WICK_OK) {
        store_use_memory();
        log_event(LOG_ERROR, "live",
                  "settings are kept in memory only: they are lost when this program ends",
                  KV_S("folder", str_of(dir)));
        SAY(STDERR_FILENO, program,
            ": settings are kept in memory only, and lost at the end: ", why);
    }
    if (err != WICK_OK) {
        SAY(STDERR_FILENO, "  folder: ", dir, " (choose another with --state)");
    }
    return err != WICK_E_AGAIN;
}

int wick_main(int argc, char **argv, const struct wick_app *app)
{
    hold_standard_files();
    struct options options = { .state = getenv("STATE_DIRECTORY") };
    if (options.state == NULL || options.state[0] == '\0') {
        options.state = "./wick-state";
    }
    int code = read_options(&options, argc, argv, app);
    if (code >= 0) {
        return code;
    }
    if (options.listen_count == 0) {
        options.listen[options.listen_count++] = "127.0.0.1:8080";
    }
    set_signals();
    clk_set(os_mono_us(), os_wall_ms());
    if (!open_settings(app->name, options.state)) {
        return EXIT_VALUE;
    }
    if (app->start != NULL && !app->start()) {
        return EXIT_VALUE;
    }
    static struct net_hooks hooks;
    live_start(app, &hooks);
    uint16_t first_port = 0;
    for (unsigned idx = options.listen_count; idx-- > 0;) {
        code = listen_on(app->name, options.listen[idx], &first_port);
        if (code != 0) {
            return code;
        }
    }
    live_set_cookie(device_number(), first_port);
    net_run(&hooks);
    return 0;
}
