/*
 * A process that may only read a pid file can keep it from being locked. Its lock is no daemon's, and the file is
 * replaced; but those who replace it cannot lock it against each other. They take turns by a file beside it, which only
 * their user can open.
 */
#include "pidfile/turn.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "descriptor.h"
#include "os/os.h"

enum { MODE_BITS = 07777 };

static bool is_ours_alone(int fd, struct stat *ret_status)
{
    return fstat(fd, ret_status) == 0 && S_ISREG(ret_status->st_mode) && ret_status->st_uid == geteuid() &&
           ret_status->st_nlink == 1 && (ret_status->st_mode & MODE_BITS) == PIDFILE_PRIVATE_MODE;
}

daemonctx_status_t turn_take(struct turn *turn, const struct place *place, struct pidfile_refusal *refusal)
{
    static const char ending[] = ".lock";
    const struct place beside = {.directory = place->directory, .name = turn->name, .trust = place->trust};
    struct stat status;
    size_t length = strnlen(place->name, NAME_MAX);
    memcpy(turn->name, place->name, length);
    memcpy(turn->name + length, ending, sizeof(ending));
    int fd = descriptor_above_streams(openat(place->directory, turn->name,
                                             O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
                                             PIDFILE_PRIVATE_MODE));
    if (fd < 0 || !is_ours_alone(fd, &status)) {
        descriptor_close(&fd);
        return place_unsafe(refusal, TURN_REFUSED);
    }
    if (os_lock_acquire(fd) != 0 || !place_leads_to(&beside, &status)) {
        descriptor_close(&fd);
        return place_refuse(refusal, DAEMONCTX_ERR_ALREADY_RUNNING, 0, "");
    }
    turn->fd = fd;
    return DAEMONCTX_OK;
}

void turn_end(struct turn *turn, const struct place *place)
{
    if (turn->fd >= 0) {
        (void)unlinkat(place->directory, turn->name, 0);
        descriptor_close(&turn->fd);
    }
}
