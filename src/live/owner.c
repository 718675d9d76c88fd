/* owner.c - see owner.h. The socket's inode stands in /proc/net/tcp, its owner is the process with
 * a link to that inode. Folders are read with getdents64 itself: opendir() allocates.
 */
#include "live/owner.h"

#include "base/num.h"

#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { OWNER_LINE_MAX = 256, OWNER_CHUNK = 288 /* the longest entry has 280 */ };

struct dir_entry { /* struct linux_dirent64, getdents64(2) */
    uint64_t inode;
    int64_t next_off;
    uint16_t len;
    uint8_t type;
    char name[];
};

/* Column idx of a line, blanks between columns. */
static struct str column(struct str line, unsigned idx)
{
    WICK_ASSERT_DEBUG(line.len == 0 || line.ptr != NULL);
    struct str rest = line;
    struct str word = { NULL, 0 };
    while (rest.len > 0) {
        word = str_cut(&rest, ' ');
        if (word.len > 0 && idx-- == 0) {
            return word;
        }
    }
    return (struct str){ NULL, 0 };
}

static bool line_listens(struct str line, uint16_t port, uint64_t *inode_out)
{
    char mem[8];
    struct buf wanted;
    buf_init(&wanted, mem, sizeof mem);
    buf_put_u8(&wanted, ':');
    buf_put_hex(&wanted, port, 4);
    WICK_ASSERT_DEBUG(wanted.err == WICK_OK && wanted.len == 5);
    struct str local = column(line, 1);
    struct str state = column(line, 3);
    return local.len > wanted.len && str_eq(state, STR("0A")) &&
           str_eq_nocase((struct str){ local.ptr + local.len - wanted.len, wanted.len },
                         buf_str(&wanted)) &&
           num_u64(column(line, 9), UINT64_MAX, inode_out) == WICK_OK;
}

/* The inode of the socket that listens on port, from one table. */
static bool find_inode(const char *table, uint16_t port, uint64_t *inode_out)
{
    static char line[OWNER_LINE_MAX];
    static char chunk[OWNER_CHUNK];
    size_t len = 0;
    bool is_found = false;
    int fd = open(table, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    for (ssize_t got; !is_found && (got = read(fd, chunk, sizeof chunk)) > 0;) {
        WICK_ASSERT_DEBUG((size_t)got <= sizeof chunk);
        for (ssize_t at = 0; at < got && !is_found; at++) {
            if (chunk[at] != '\n') {
                WICK_ASSERT_DEBUG(len < sizeof line);
                len = len < sizeof line - 1 ? len + 1 : len;
                line[len - 1] = chunk[at];
            } else {
                is_found = line_listens((struct str){ line, len }, port, inode_out);
                len = 0;
            }
        }
    }
    (void)close(fd);
    return is_found;
}

/* Call visit for every entry of a folder until it says true. */
typedef bool (*visit_fn)(const char *folder, const char *name, void *arg);

static bool walk(const char *folder, visit_fn visit, void *arg)
{
    _Alignas(8) char chunk[OWNER_CHUNK]; /* not static: a walk runs inside of a walk */
    bool is_done = false;
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    for (long got; !is_done && (got = syscall(SYS_getdents64, fd, chunk, sizeof chunk)) > 0;) {
        for (long at = 0; at < got && !is_done;) {
            const struct dir_entry *entry = (const struct dir_entry *)(const void *)(chunk + at);
            WICK_ASSERT_DEBUG(entry->len > 0 && at + entry->len <= got);
            is_done = visit(folder, entry->name, arg);
            at += entry->len;
        }
    }
    (void)close(fd);
    return is_done;
}

struct search {
    char target[40]; /* "socket:[123]" */
    char process[24];
};

static bool visit_fd(const char *folder, const char *name, void *arg)
{
    const struct search *search = arg;
    char path_mem[64];
    char target[sizeof search->target];
    struct buf path;
    buf_init(&path, path_mem, sizeof path_mem);
    buf_put_text(&path, folder);
    buf_put_u8(&path, '/');
    buf_put_text(&path, name);
    WICK_ASSERT_DEBUG(path.err == WICK_OK);
    ssize_t len = readlink(buf_cstr(&path), target, sizeof target);
    return len > 0 && str_eq((struct str){ target, (size_t)len }, str_of(search->target));
}

static bool visit_process(const char *folder, const char *name, void *arg)
{
    struct search *search = arg;
    uint64_t number;
    char path_mem[48];
    struct buf path;
    (void)folder;
    WICK_ASSERT_DEBUG(strcmp(folder, "/proc") == 0);
    buf_init(&path, path_mem, sizeof path_mem);
    buf_put_text(&path, "/proc/");
    buf_put_text(&path, name);
    buf_put_text(&path, "/fd");
    if (num_u64(str_of(name), UINT32_MAX, &number) != WICK_OK ||
        !walk(buf_cstr(&path), visit_fd, search)) {
        return false;
    }
    return str_copy(search->process, sizeof search->process, str_of(name));
}

/* The process that holds the listening socket of port, as text. */
static bool find_process(struct search *search, uint16_t port)
{
    uint64_t inode = 0;
    struct buf text;
    if (!find_inode("/proc/net/tcp", port, &inode) && !find_inode("/proc/net/tcp6", port, &inode)) {
        return false;
    }
    buf_init(&text, search->target, sizeof search->target);
    buf_put_text(&text, "socket:[");
    buf_put_u64(&text, inode);
    buf_put_text(&text, "]");
    WICK_ASSERT_DEBUG(text.err == WICK_OK && text.len < sizeof search->target);
    return buf_cstr(&text)[0] != '\0' && walk("/proc", visit_process, search);
}

void owner_put(struct buf *out, uint16_t port)
{
    static struct search search;
    char path_mem[48];
    char name[32];
    struct buf path;
    if (!find_process(&search, port)) {
        buf_put_text(out, "another program");
        return;
    }
    WICK_ASSERT_DEBUG(search.process[0] != '\0');
    buf_init(&path, path_mem, sizeof path_mem);
    buf_put_text(&path, "/proc/");
    buf_put_text(&path, search.process);
    buf_put_text(&path, "/comm");
    WICK_ASSERT_DEBUG(path.err == WICK_OK);
    int fd = open(buf_cstr(&path), O_RDONLY | O_CLOEXEC);
    ssize_t len = fd >= 0 ? read(fd, name, sizeof name) : 0;
    if (fd >= 0) {
        (void)close(fd);
    }
    buf_put_str(out,
                len > 0 ? str_trim((struct str){ name, (size_t)len }, "\n") : STR("a program"));
    buf_put_text(out, " (process ");
    buf_put_text(out, search.process);
    buf_put_text(out, ")");
}
