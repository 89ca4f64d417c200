/*
 * Opening and locking a pid file. Whoever may read a file can lock it too (with a read lock, and also the byte by which
 * the kernel is to name the daemon), and so keep every daemon from starting. Therefore a daemon has a file of its own
 * making, which nobody else can open before it is locked, and one that is there already gives way to it.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "descriptor.h"
#include "os/os.h"
#include "pidfile/pidfile.h"
#include "pidfile/place.h"
#include "pidfile/turn.h"

enum { MODE_BITS = 07777, EXCHANGE_LIMIT = 100, OPEN_FLAGS = O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY };

/* A file that was there before. */
struct stale {
    int fd;
    struct stat status;
    struct turn turn; /* taken when it cannot be locked, though no daemon holds it */
};

static daemonctx_status_t held(int fd, struct pidfile_refusal *refusal)
{
    pid_t holder = PIDFILE_STARTING;
    (void)pidfile_holder(fd, &holder);
    place_refuse(refusal, DAEMONCTX_ERR_ALREADY_RUNNING, 0, "");
    refusal->holder = holder > 0 ? holder : 0;
    return DAEMONCTX_ERR_ALREADY_RUNNING;
}

static daemonctx_status_t lock_created(struct pidfile *pidfile, const struct place *place, bool *ret_exchanged,
                                       struct pidfile_refusal *refusal)
{
    struct stat status;
    if (fstat(pidfile->fd, &status) != 0) {
        return place_refuse(refusal, DAEMONCTX_ERR_SYSTEM, errno, "cannot examine it");
    }
    if (os_lock_acquire(pidfile->fd) != 0) {
        return errno == EAGAIN ? held(pidfile->fd, refusal) /* another start has found it, and was faster */
                               : place_refuse(refusal, DAEMONCTX_ERR_SYSTEM, errno, "cannot lock it");
    }
    *ret_exchanged = !place_leads_to(place, &status);
    pidfile->device = status.st_dev;
    pidfile->inode = status.st_ino;
    pidfile->is_private = true;
    return DAEMONCTX_OK;
}

/* A new file, for this user alone as yet. */
static daemonctx_status_t create(struct pidfile *pidfile, const struct place *place, bool *ret_exchanged,
                                 struct pidfile_refusal *refusal)
{
    pidfile->fd = descriptor_above_streams(
        openat(place->directory, place->name, OPEN_FLAGS | O_CREAT | O_EXCL, PIDFILE_PRIVATE_MODE));
    if (pidfile->fd < 0) {
        *ret_exchanged = errno == EEXIST;
        return *ret_exchanged ? DAEMONCTX_OK : place_refuse(refusal, DAEMONCTX_ERR_SYSTEM, errno, "cannot create it");
    }
    daemonctx_status_t status = lock_created(pidfile, place, ret_exchanged, refusal);
    if (status != DAEMONCTX_OK && status != DAEMONCTX_ERR_ALREADY_RUNNING) {
        (void)unlinkat(place->directory, place->name, 0); /* our own making, and of no use */
    }
    return status;
}

static daemonctx_status_t open_stale(struct stale *stale, const struct place *place, bool *ret_exchanged,
                                     struct pidfile_refusal *refusal)
{
    stale->fd = descriptor_above_streams(openat(place->directory, place->name, OPEN_FLAGS));
    if (stale->fd < 0) {
        *ret_exchanged = errno == ENOENT;
        return *ret_exchanged   ? DAEMONCTX_OK
               : errno == ELOOP ? place_unsafe(refusal, "it is a symbolic link; remove it")
                                : place_refuse(refusal, DAEMONCTX_ERR_SYSTEM, errno, "cannot open it");
    }
    if (fstat(stale->fd, &stale->status) != 0) {
        return place_refuse(refusal, DAEMONCTX_ERR_SYSTEM, errno, "cannot examine it");
    }
    return place_check_file(&stale->status, &place->trust, refusal);
}

/* No daemon can lock it any more when this is OK. */
static daemonctx_status_t lock_stale(struct stale *stale, const struct place *place, bool *ret_exchanged,
                                     struct pidfile_refusal *refusal)
{
    daemonctx_status_t status = DAEMONCTX_OK;
    if (os_lock_acquire(stale->fd) != 0) {
        if (errno != EAGAIN) {
            return place_refuse(refusal, DAEMONCTX_ERR_SYSTEM, errno, "cannot lock it");
        }
        if (os_lock_is_held(stale->fd) != 0) {
            return held(stale->fd, refusal);
        }
        status = turn_take(&stale->turn, place, refusal);
        if (status == DAEMONCTX_OK && os_lock_share(stale->fd) != 0) {
            return held(stale->fd, refusal);
        }
    }
    *ret_exchanged = status == DAEMONCTX_OK && !place_leads_to(place, &stale->status);
    /* Emptied at once: to another start, a stale pid beside our lock would name an innocent process. */
    if (status == DAEMONCTX_OK && !*ret_exchanged && ftruncate(stale->fd, 0) != 0) {
        return place_refuse(refusal, DAEMONCTX_ERR_SYSTEM, errno, "cannot write it");
    }
    return status;
}

/* Made beforehand, for a user who may not write the directory. */
static daemonctx_status_t reuse(struct pidfile *pidfile, struct stale *stale, struct pidfile_refusal *refusal)
{
    if (stale->turn.fd >= 0) {
        return place_unsafe(refusal, TURN_REFUSED);
    }
    if ((stale->status.st_mode & MODE_BITS) != PIDFILE_MODE && fchmod(stale->fd, PIDFILE_MODE) != 0) {
        return place_refuse(refusal, DAEMONCTX_ERR_SYSTEM, errno, "cannot write it");
    }
    pidfile->fd = stale->fd;
    pidfile->device = stale->status.st_dev;
    pidfile->inode = stale->status.st_ino;
    stale->fd = -1;
    return DAEMONCTX_OK;
}

static daemonctx_status_t supersede(struct pidfile *pidfile, const struct place *place, bool *ret_exchanged,
                                    struct pidfile_refusal *refusal)
{
    struct stale stale = {.fd = -1, .turn = {.fd = -1}};
    daemonctx_status_t status = open_stale(&stale, place, ret_exchanged, refusal);
    if (status == DAEMONCTX_OK && !*ret_exchanged) {
        status = lock_stale(&stale, place, ret_exchanged, refusal);
    }
    if (status == DAEMONCTX_OK && !*ret_exchanged) {
        status = unlinkat(place->directory, place->name, 0) == 0 ? create(pidfile, place, ret_exchanged, refusal)
                                                                 : reuse(pidfile, &stale, refusal);
    }
    turn_end(&stale.turn, place);
    descriptor_close(&stale.fd);
    return status;
}

/* One attempt: *ret_exchanged when somebody else made, removed or replaced the file meanwhile. */
static daemonctx_status_t try_to_lock(struct pidfile *pidfile, const struct place *place, bool *ret_exchanged,
                                      struct pidfile_refusal *refusal)
{
    bool exists = false;
    daemonctx_status_t status = place_check_name(place, &exists, refusal);
    if (status == DAEMONCTX_OK) {
        status =
            exists ? supersede(pidfile, place, ret_exchanged, refusal) : create(pidfile, place, ret_exchanged, refusal);
    }
    if (status != DAEMONCTX_OK || *ret_exchanged) {
        descriptor_close(&pidfile->fd);
    }
    return status;
}

static daemonctx_status_t lock_file(struct pidfile *pidfile, const struct place *place, struct pidfile_refusal *refusal)
{
    for (int attempt = 0; attempt < EXCHANGE_LIMIT; attempt++) {
        bool exchanged = false;
        daemonctx_status_t status = try_to_lock(pidfile, place, &exchanged, refusal);
        if (status != DAEMONCTX_OK || !exchanged) {
            return status;
        }
    }
    return place_refuse(refusal, DAEMONCTX_ERR_SYSTEM, EAGAIN, "it is exchanged again and again");
}

static daemonctx_status_t rehearse(const struct place *place, struct pidfile_refusal *refusal)
{
    bool exists = false;
    daemonctx_status_t status = place_check_name(place, &exists, refusal);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    if (!exists) {
        return faccessat(place->directory, ".", W_OK | X_OK, AT_EACCESS) == 0
                   ? DAEMONCTX_OK
                   : place_refuse(refusal, DAEMONCTX_ERR_SYSTEM, errno, "cannot create it");
    }
    struct stat named;
    if (fstatat(place->directory, place->name, &named, AT_SYMLINK_NOFOLLOW) == 0 && pidfile_is_own(&named)) {
        place_refuse(refusal, DAEMONCTX_ERR_ALREADY_RUNNING, 0, "");
        refusal->holder = getpid();
        return DAEMONCTX_ERR_ALREADY_RUNNING;
    }
    int fd = openat(place->directory, place->name, OPEN_FLAGS);
    if (fd < 0) {
        return place_refuse(refusal, DAEMONCTX_ERR_SYSTEM, errno, "cannot open it");
    }
    if (os_lock_is_held(fd) == 1) {
        status = held(fd, refusal);
    }
    (void)close(fd);
    return status;
}

daemonctx_status_t pidfile_acquire(struct pidfile *pidfile, const char *path, struct pidfile_trust trust, bool dry,
                                   struct pidfile_refusal *refusal)
{
    struct place place = {.directory = -1, .trust = trust};
    pidfile->fd = -1;
    daemonctx_status_t status = place_open(&place, path, refusal);
    if (status == DAEMONCTX_OK) {
        status = dry ? rehearse(&place, refusal) : lock_file(pidfile, &place, refusal);
    }
    if (place.directory >= 0) {
        (void)close(place.directory);
    }
    return status;
}
