/* src_identity.c - who the device is: uname(2), device tree, DMI, os-release(5), and what the
 * machine remembers of its last end. */
#include "dash/source.h"
#include "os/os_file.h"
#include "os/os_machine.h"

#include <string.h>

/* --- model ------------------------------------------------------------------------------------ */

/* What vendors leave in DMI when they forget to fill it in. */
static const struct str placeholder[] = {
    STR_INIT("O.E.M."),
    STR_INIT("OEM"),
    STR_INIT("Default string"),
    STR_INIT("System Product Name"),
    STR_INIT("System manufacturer"),
    STR_INIT("System Version"),
    STR_INIT("Product Name"),
    STR_INIT("Not Specified"),
    STR_INIT("Not Applicable"),
    STR_INIT("Not Available"),
    STR_INIT("Unknown"),
    STR_INIT("Undefined"),
    STR_INIT("INVALID"),
    STR_INIT("None"),
    STR_INIT("N/A"),
    STR_INIT("Standard"),
    STR_INIT("x.x"),
};

/* A name has a letter in it and is not a known placeholder. */
static bool is_name(struct str text)
{
    bool has_letter = false;
    bool is_one_letter = true; /* "XXXXXXXX" */
    static const struct str unfilled = STR_INIT("To be filled");
    if (text.len >= unfilled.len &&
        str_eq_nocase((struct str){ text.ptr, unfilled.len }, unfilled)) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        unsigned letter = (c | 0x20U) - 'a';
        is_one_letter = is_one_letter && text.ptr[i] == text.ptr[0];
        has_letter = has_letter || letter < 26 || c >= 0x80;
    }
    for (size_t i = 0; i < WICK_COUNT_OF(placeholder); i++) {
        if (str_eq_nocase(text, placeholder[i])) {
            return false;
        }
    }
    return has_letter && (!is_one_letter || text.len == 1);
}

/* Without the zero bytes and line feeds around it. */
static struct str read_name(const char *folder, const char *name, char *mem, size_t cap)
{
    struct str line = os_line(folder, name, mem, cap);
    return str_trim(str_of_field(line.ptr, line.len), " \t\r\n");
}

/* "vendor product" of the system or of its board; just the product when it begins with the vendor.
 */
static bool put_dmi(struct dash_device *device, const char *vendor_file, const char *product_file)
{
    static const char folder[] = "/sys/class/dmi/id";
    char vendor_mem[64];
    char product_mem[64];
    char both_mem[sizeof vendor_mem + sizeof product_mem + 1];
    struct str vendor = read_name(folder, vendor_file, vendor_mem, sizeof vendor_mem);
    struct str product = read_name(folder, product_file, product_mem, sizeof product_mem);
    if (!is_name(product)) {
        return false;
    }
    struct buf both;
    buf_init(&both, both_mem, sizeof both_mem);
    bool says_vendor =
        vendor.len <= product.len && str_eq_nocase(vendor, (struct str){ product.ptr, vendor.len });
    if (is_name(vendor) && !says_vendor) {
        buf_put_str(&both, vendor);
        buf_put_u8(&both, ' ');
    }
    buf_put_str(&both, product);
    (void)dash_text(device->model, sizeof device->model, buf_str(&both));
    return true;
}

static void set_model(struct dash_device *device)
{
    static const char *const folder[] = { "/proc/device-tree", "/sys/firmware/devicetree/base",
                                          "/tmp/sysinfo" }; /* the last: OpenWrt's */
    char mem[128];
    for (size_t i = 0; i < WICK_COUNT_OF(folder); i++) {
        struct str model = read_name(folder[i], "model", mem, sizeof mem);
        if (is_name(model)) {
            (void)dash_text(device->model, sizeof device->model, model);
            return;
        }
    }
    (void)(put_dmi(device, "sys_vendor", "product_name") ||
           put_dmi(device, "board_vendor", "board_name"));
}

/* --- os-release(5) ---------------------------------------------------------------------------- */

/* The value of an assignment as a shell reads it: quotes go, and backslashes before what they
 * protect. What does not fit is left out: it is a caption. */
static struct str unquote(struct str value, char *mem, size_t cap)
{
    struct buf out;
    char quote = 0;
    buf_init(&out, mem, cap);
    value = str_trim(value, " \t\r");
    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];
        bool is_last = i + 1 == value.len;
        bool protects = c == '\\' && !is_last && quote != '\'' &&
                        (quote == 0 || memchr("\"\\$`", value.ptr[i + 1], 4) != NULL);
        if (protects) {
            buf_put_u8(&out, (uint8_t)value.ptr[++i]);
        } else if (quote == 0 && (c == '"' || c == '\'')) {
            quote = c;
        } else if (c == quote && quote != 0) {
            quote = 0;
        } else {
            buf_put_u8(&out, (uint8_t)c);
        }
    }
    return buf_str(&out);
}

/* PRETTY_NAME, else NAME and VERSION. @return false: the file has none of them. */
static bool read_os_release(struct dash_device *device, const char *path)
{
    char mem[256];
    char pretty[128] = { 0 };
    char name[64] = { 0 };
    char version[64] = { 0 };
    struct os_lines lines;
    struct str line;
    (void)os_lines_open(&lines, path, dash_window, sizeof dash_window);
    while (os_lines_next(&lines, &line)) {
        struct str value = line;
        struct str key = str_trim(str_cut(&value, '='), " \t");
        value = unquote(value, mem, sizeof mem);
        if (str_eq(key, STR("PRETTY_NAME"))) {
            (void)str_copy(pretty, sizeof pretty, value); /* a caption */
        } else if (str_eq(key, STR("NAME"))) {
            (void)str_copy(name, sizeof name, value);
        } else if (str_eq(key, STR("VERSION")) ||
                   (str_eq(key, STR("VERSION_ID")) && version[0] == '\0')) {
            (void)str_copy(version, sizeof version, value);
        }
    }
    struct buf text;
    buf_init(&text, mem, sizeof mem);
    if (pretty[0] != '\0') {
        buf_put_text(&text, pretty);
    } else if (name[0] != '\0') {
        buf_put_text(&text, name);
        buf_put_text(&text, version[0] != '\0' ? " " : "");
        buf_put_text(&text, version);
    }
    (void)dash_text(device->os, sizeof device->os, buf_str(&text));
    return text.len > 0;
}

/* --- last end --------------------------------------------------------------------------------- */

static bool has_entry(const char *path)
{
    static struct os_folder folder;
    (void)os_folder_open(&folder, path);
    bool any = false;
    while (os_folder_next(&folder) != NULL) {
        any = true;
    }
    return any;
}

/* Watchdog bits (linux/watchdog.h), a crash dump of the kernel. */
static const char *boot_cause(void)
{
    enum { OVERHEAT = 0x01, POWER_UNDER = 0x10, CARD_RESET = 0x20 };

    int64_t bits = 0;
    if (has_entry("/sys/fs/pstore")) {
        return "The kernel crashed before; its dump is kept";
    }
    if (!os_number("/sys/class/watchdog/watchdog0", "bootstatus", &bits) || bits < 0) {
        return "";
    }
    if ((bits & CARD_RESET) != 0) {
        return "Restarted by the watchdog";
    }
    if ((bits & OVERHEAT) != 0) {
        return "Restarted after overheating";
    }
    return (bits & POWER_UNDER) != 0 ? "Restarted after low supply voltage" : "";
}

static void start(struct dash_device *device)
{
    struct os_names names;
    os_machine()->names(&names);
    (void)dash_text(device->kernel, sizeof device->kernel, str_of(names.kernel));
    (void)dash_text(device->processor, sizeof device->processor, str_of(names.processor));
    set_model(device);
    if (!read_os_release(device, "/etc/os-release")) {
        (void)read_os_release(device, "/usr/lib/os-release");
    }
    (void)wick_set(device->boot_cause, sizeof device->boot_cause, str_of(boot_cause()));
}

static void tick(struct dash_device *device, bool is_point)
{
    (void)is_point;
    struct os_names names;
    os_machine()->names(&names);
    (void)dash_text(device->host, sizeof device->host, str_of(names.host));
}

static const struct dash_metric metric[] = {
    { "node_uname_info", METRIC_GAUGE, "Labeled system information as provided by uname." },
    { "node_os_info", METRIC_GAUGE, "Name of the operating system, from os-release." },
};

static unsigned metric_rows(const struct dash_device *device, unsigned metric_idx)
{
    return metric_idx == 0 || device->os[0] != '\0' ? 1 : 0;
}

static void metric_put(const struct dash_device *device, unsigned metric_idx, unsigned row,
                       struct buf *out)
{
    (void)row;
    if (metric_idx == 0) {
        metric_label(out, "sysname", STR("Linux"));
        metric_label(out, "release", str_of(device->kernel));
        metric_label(out, "machine", str_of(device->processor));
        metric_label(out, "nodename", str_of(device->host));
    } else {
        metric_label(out, "pretty_name", str_of(device->os));
    }
    metric_u64(out, 1);
}

const struct dash_source src_identity = {
    .name = "identity",
    .start = start,
    .tick = tick,
    .metric = metric,
    .metric_count = WICK_COUNT_OF(metric),
    .metric_rows = metric_rows,
    .metric_put = metric_put,
};
