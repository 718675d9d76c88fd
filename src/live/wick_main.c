/* wick_main.c - the program around an application: options, store, sockets, signals, loop. */
#include "base/clk.h"
#include "base/license.h"
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
    const struct wick_app *app;
    const char *listen[NET_LISTENER_MAX];
    unsigned listen_count;
    const char *state;
    bool is_done; /* an option was a question; it has been answered */
};

/* --- words for people ------------------------------------------------------------------------- */

enum { SAY_MAX = 8 };

/* To a terminal or a pipe without a reader: what cannot be written is lost. */
static void put_all(struct str text)
{
    while (text.len > 0) {
        ssize_t written = write(STDOUT_FILENO, text.ptr, text.len);
        if (written <= 0) {
            return;
        }
        WICK_ASSERT_DEBUG((size_t)written <= text.len);
        text = (struct str){ text.ptr + written, text.len - (size_t)written };
    }
}

/* Write up to SAY_MAX texts and a line feed. */
static void say(int fd, const char *const text[static SAY_MAX])
{
    WICK_ASSERT_DEBUG(fd == STDOUT_FILENO || fd == STDERR_FILENO);
    WICK_ASSERT_DEBUG(text[0] != NULL);
    char mem[512];
    struct buf line;
    buf_init(&line, mem, sizeof mem);
    for (unsigned idx = 0; idx < SAY_MAX && text[idx] != NULL; idx++) {
        buf_put_text(&line, text[idx]);
    }
    buf_put_u8(&line, '\n');
    if (write(fd, line.ptr, line.len) < 0) {
        return;
    }
}

#define SAY(fd, ...) say((fd), (const char *const[SAY_MAX]){ __VA_ARGS__ })

/* --- options ---------------------------------------------------------------------------------- */

/* Each takes the value of its option. @return false: it is a bad one. */
static bool take_listen(struct options *options, const char *value)
{
    WICK_ASSERT_DEBUG(options->listen_count <= NET_LISTENER_MAX && value != NULL);
    if (options->listen_count == NET_LISTENER_MAX || value[0] == '\0') {
        return false;
    }
    options->listen[options->listen_count++] = value;
    return true;
}

static bool take_host(struct options *options, const char *value)
{
    WICK_ASSERT_DEBUG(value != NULL);
    (void)options;
    return value[0] != '\0' && net_allow_host(value) == WICK_OK;
}

static bool take_state(struct options *options, const char *value)
{
    WICK_ASSERT_DEBUG(value != NULL && !options->is_done);
    options->state = value;
    return value[0] != '\0';
}

static bool take_log_level(struct options *options, const char *value)
{
    static const char *const level[] = {
        [LOG_ERROR] = "error", [LOG_WARN] = "warn", [LOG_INFO] = "info", [LOG_DEBUG] = "debug"
    };
    (void)options;
    for (unsigned idx = 0; idx < WICK_COUNT_OF(level); idx++) {
        WICK_ASSERT_DEBUG(level[idx] != NULL);
        if (strcmp(value, level[idx]) == 0) {
            log_set_level((enum log_level)idx);
            return true;
        }
    }
    return false;
}

static bool answer_licenses(struct options *options, const char *value)
{
    WICK_ASSERT_DEBUG(value == NULL && !options->is_done);
    (void)value;
    options->is_done = true;
    if (wick_license_count() == 0) {
        SAY(STDOUT_FILENO, "This program was linked without its licences.");
    }
    for (size_t idx = 0; idx < wick_license_count(); idx++) {
        const struct wick_license *license = &wick_license[idx];
        WICK_ASSERT_DEBUG(license->name != NULL && license->version != NULL &&
                          license->terms != NULL);
        SAY(STDOUT_FILENO, "=== ", license->name, " ", license->version, ": ", license->terms,
            "\n");
        put_all(license->text);
    }
    return true;
}

static bool answer_version(struct options *options, const char *value)
{
    WICK_ASSERT_DEBUG(value == NULL && !options->is_done);
    (void)value;
    options->is_done = true;
    SAY(STDOUT_FILENO, options->app->name, " ", options->app->version);
    return true;
}

static bool answer_help(struct options *options, const char *value);

struct option {
    const char *name;
    const char *value; /* what the help calls it; NULL: the option has none */
    bool (*take)(struct options *options, const char *value);
    const char *help[3]; /* lines */
};

static const struct option option_table[] = {
    { "--listen",
      "ADDRESS",
      take_listen,
      { "where to serve: 127.0.0.1:8080, [::1]:8080, 8080 (loopback); up to four times",
        "(default 127.0.0.1:8080)" } },
    { "--host",
      "NAME",
      take_host,
      { "a further name under which browsers reach this device; may be repeated" } },
    { "--state",
      "DIR",
      take_state,
      { "folder of the settings (default $STATE_DIRECTORY, else ./wick-state);",
        "if it cannot be used, they are kept in memory only" } },
    { "--log-level", "LEVEL", take_log_level, { "error, warn, info or debug (default info)" } },
    { "--licenses", NULL, answer_licenses, { "print the licences of everything inside" } },
    { "--version", NULL, answer_version, { "print the version" } },
    { "--help", NULL, answer_help, { "print this" } },
};
_Static_assert(NET_LISTENER_MAX == 4, "--help says four");

static bool answer_help(struct options *options, const char *value)
{
    enum { COLUMN = 21 }; /* where the help begins */

    (void)value;
    options->is_done = true;
    SAY(STDOUT_FILENO, options->app->name, " ", options->app->version);
    SAY(STDOUT_FILENO, "usage: ", options->app->name, " [options]\noptions:");
    for (unsigned idx = 0; idx < WICK_COUNT_OF(option_table); idx++) {
        const struct option *option = &option_table[idx];
        for (unsigned line = 0; line < WICK_COUNT_OF(option->help) && option->help[line]; line++) {
            char mem[COLUMN + 1];
            struct buf left;
            buf_init(&left, mem, sizeof mem);
            if (line == 0) {
                buf_put_text(&left, "  ");
                buf_put_text(&left, option->name);
                if (option->value != NULL) {
                    buf_put_u8(&left, ' ');
                    buf_put_text(&left, option->value);
                }
            }
            while (left.len < COLUMN) {
                buf_put_u8(&left, ' ');
            }
            WICK_ASSERT_DEBUG(left.err == WICK_OK && left.len == COLUMN);
            SAY(STDOUT_FILENO, buf_cstr(&left), option->help[line]);
        }
    }
    return true;
}

/* The option that arg names, as "--name" or "--name=value". value_out: after '=', NULL without. */
static const struct option *find_option(const char *arg, const char **value_out)
{
    const char *equals = strchr(arg, '=');
    size_t len = equals != NULL ? (size_t)(equals - arg) : strlen(arg);
    *value_out = equals != NULL ? equals + 1 : NULL;
    for (unsigned idx = 0; idx < WICK_COUNT_OF(option_table); idx++) {
        const char *name = option_table[idx].name;
        WICK_ASSERT_DEBUG(name[0] == '-' && name[1] == '-');
        if (strlen(name) == len && memcmp(name, arg, len) == 0) {
            return &option_table[idx];
        }
    }
    return NULL;
}

/* @return -1: go on; else the exit code. */
static int read_options(struct options *options, int argc, char **argv)
{
    const char *program = options->app->name;
    for (int arg = 1; arg < argc; arg++) {
        const char *value;
        const struct option *option = find_option(argv[arg], &value);
        if (option == NULL) {
            SAY(STDERR_FILENO, program, ": unknown option ", argv[arg], "; see --help");
            return EXIT_OPTION;
        }
        if (option->value == NULL && value != NULL) {
            SAY(STDERR_FILENO, program, ": ", option->name, " has no value; see --help");
            return EXIT_OPTION;
        }
        if (option->value != NULL && value == NULL) {
            value = ++arg < argc ? argv[arg] : NULL;
            if (value == NULL) {
                SAY(STDERR_FILENO, program, ": ", option->name, " needs a value; see --help");
                return EXIT_OPTION;
            }
        }
        WICK_ASSERT_DEBUG((option->value == NULL) == (value == NULL));
        if (!option->take(options, value)) {
            SAY(STDERR_FILENO, program, ": bad value for ", option->name, "; see --help");
            return EXIT_VALUE;
        }
        if (options->is_done) {
            return 0;
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
    WICK_ASSERT_DEBUG(host_out->len == 0 || colon != NULL);
    return is_good;
}

static bool is_loopback(struct str host)
{
    WICK_ASSERT_DEBUG(host.len == 0 || host.ptr != NULL);
    return host.len == 0 || str_starts(host, STR("127.")) || str_eq(host, STR("[::1]")) ||
           str_eq(host, STR("localhost"));
}

static void say_address(struct str host, uint16_t port)
{
    WICK_ASSERT_DEBUG(port != 0);
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
        log_event(
            LOG_WARN, "live",
            "there is no log-in yet: anyone who can reach this address can change the settings",
            KV_S("address", host), KV_I("port", port));
    }
}

static void say_taken(const char *program, uint16_t port, uint16_t instead)
{
    WICK_ASSERT_DEBUG(port != instead);
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
    WICK_ASSERT_DEBUG(text.err == WICK_OK);
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
        WICK_ASSERT_DEBUG(wanted == 0 || (*port_out >= wanted && *port_out <= wanted + PORT_TRIES));
        say_address(host, *port_out);
        return 0;
    }
    if (err == WICK_E_FULL) {
        say_taken(program, wanted, 0);
    } else {
        const char *why = ": the system refused";
        if (err == WICK_E_SYNTAX) {
            why = ": that is no address";
        } else if (err == WICK_E_DENIED) {
            why = ": the port is reserved (below 1024: root)";
        }
        SAY(STDERR_FILENO, program, ": cannot listen on ", address, why);
    }
    return err == WICK_E_SYNTAX ? EXIT_VALUE : EXIT_LISTEN;
}

/* --- the program ------------------------------------------------------------------------------ */

static void on_signal(int number)
{
    WICK_ASSERT_DEBUG(number == SIGTERM || number == SIGINT || number == SIGHUP);
    (void)number;
    net_stop();
}

/* If the parent process closed one of them, the settings file or a connection would get its number,
 * and our messages with it. */
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

/* Four random bytes, made once per device, that keep the cookies of devices with one host name
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
 * so. Two programs with the same settings are a mistake, so the second one ends. @return
 * false: the program ends; the error was said. */
static bool open_settings(const char *program, const char *dir)
{
    WICK_ASSERT_DEBUG(program != NULL && dir[0] != '\0');
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
    WICK_ASSERT_DEBUG(err == WICK_OK || why[0] != '\0');
    return err != WICK_E_AGAIN;
}

int wick_main(int argc, char **argv, const struct wick_app *app)
{
    WICK_ASSERT_DEBUG(app->name != NULL && app->version != NULL && app->page_count > 0);
    hold_standard_files();
    struct options options = { .app = app, .state = getenv("STATE_DIRECTORY") };
    if (options.state == NULL || options.state[0] == '\0') {
        options.state = "./wick-state";
    }
    int code = read_options(&options, argc, argv);
    if (code >= 0) {
        return code;
    }
    if (options.listen_count == 0) {
        options.listen[options.listen_count++] = "127.0.0.1:8080";
    }
    WICK_ASSERT_DEBUG(options.listen_count > 0 && options.listen_count <= NET_LISTENER_MAX);
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
    WICK_ASSERT_DEBUG(first_port != 0);
    live_set_cookie(device_number(), first_port);
    net_run(&hooks);
    return 0;
}
