/* os_machine.c - see os_machine.h. */
#include "os/os_machine.h"

#include "base/base.h"
#include "os/os_priv.h"

#include <string.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <sys/utsname.h>

static const struct os_machine *used = &os_linux;

const struct os_machine *os_machine(void)
{
    return used;
}

void os_machine_set(const struct os_machine *machine)
{
    WICK_ASSERT(machine->space != NULL && machine->names != NULL && machine->clock != NULL &&
                machine->links != NULL && machine->addresses != NULL &&
                machine->watch_open != NULL && machine->watch_drain != NULL);
    used = machine;
}

static bool space(const char *path, struct os_space *space_out)
{
    struct statvfs vfs;
    if (statvfs(path, &vfs) != 0 || vfs.f_blocks == 0) {
        return false;
    }
    uint64_t unit = vfs.f_frsize;
    *space_out = (struct os_space){
        .total = (uint64_t)vfs.f_blocks * unit,
        .free = (uint64_t)vfs.f_bfree * unit,
        .available = (uint64_t)vfs.f_bavail * unit,
        .files = (uint64_t)vfs.f_files,
        .files_free = (uint64_t)vfs.f_ffree,
    };
    return true;
}

static void names(struct os_names *names_out)
{
    struct utsname own;
    memset(names_out, 0, sizeof *names_out);
    if (uname(&own) == 0) { /* each of them has 65 bytes; none can be cut */
        (void)str_copy(names_out->host, sizeof names_out->host, str_of(own.nodename));
        (void)str_copy(names_out->kernel, sizeof names_out->kernel, str_of(own.release));
        (void)str_copy(names_out->processor, sizeof names_out->processor, str_of(own.machine));
    }
}

static enum os_clock clock_state(void)
{
    struct timex state;
    memset(&state, 0, sizeof state);
    if (adjtimex(&state) < 0) {
        return OS_CLOCK_UNKNOWN;
    }
    return (state.status & STA_UNSYNC) == 0 ? OS_CLOCK_SYNCED : OS_CLOCK_UNSYNCED;
}

const struct os_machine os_linux = {
    .space = space,
    .names = names,
    .clock = clock_state,
    .links = os_net_links,
    .addresses = os_net_addresses,
    .watch_open = os_net_watch_open,
    .watch_drain = os_net_watch_drain,
};
