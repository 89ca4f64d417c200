/*
 * Opening and locking a pid file. Each check stands for an attack or an accident: links and FIFOs put there by somebody
 * else, a file that others may write, a directory in which others may exchange it, a file that was removed between
 * opening and locking it.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "descriptor.h"
#include "os/os.h"
#include "pidfile/pidfile.h"

enum { FILE_MODE = 0644, MODE_BITS = 07777, EXCHANGE_LIMIT = 100 };

/* The directory of the file, and its name in it. */
struct place {
    int directory;
    const char *name;
    struct pidfile_trust trust;
};

static daemonctx_status_t refuse(struct pidfile_refusal *refusal, daemonctx_status_t status, int error,
                                 const char *reason)
{
    refusal->status = status;
    refusal->error = error;
    refusal->reason = reason;
    refusal->holder = 0;
    return status;
}

static daemonctx_status_t unsafe(struct pidfile_refusal *refusal, const char *reason)
{
    return refuse(refusal, DAEMONCTX_ERR_UNSAFE_PATH, 0, reason);
}

static bool trusted(uid_t owner, const struct pidfile_trust *trust)
{
    return owner == 0 || owner == trust->launcher || owner == trust->target;
}

static daemonctx_status_t check_directory(const struct place *place, struct pidfile_refusal *refusal)
{
    struct stat status;
    if (fstat(place->directory, &status) != 0) {
        return refuse(refusal, DAEMONCTX_ERR_SYSTEM, errno, "cannot examine its directory");
    }
    if (!trusted(status.st_uid, &place->trust)) {
        return unsafe(refusal, "its directory belongs to another user; use one that belongs to root or to the daemon's "
                               "user, such as /run");
    }
    if ((status.st_mode & S_IWOTH) != 0 && (status.st_mode & S_ISVTX) == 0) {
        return unsafe(refusal, "its directory is writable by everyone; take that permission away (chmod o-w) or use "
                               "another directory, such as /run");
    }
    return DAEMONCTX_OK;
}

static daemonctx_status_t open_directory(struct place *place, const char *path, struct pidfile_refusal *refusal)
{
    char directory[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t length = (size_t)(slash - path);
    if (slash[1] == '\0') {
        return refuse(refusal, DAEMONCTX_ERR_ARGUMENT, 0, "the path does not name a file");
    }
    if (length >= sizeof(directory)) {
        return refuse(refusal, DAEMONCTX_ERR_SYSTEM, ENAMETOOLONG, "cannot open its directory");
    }
    memcpy(directory, path, length);
    directory[length] = '\0';
    place->name = slash + 1;
    place->directory = open(length == 0 ? "/" : directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (place->directory < 0) {
        return refuse(refusal, DAEMONCTX_ERR_SYSTEM, errno, "cannot open its directory");
    }
    return check_directory(place, refusal);
}

static daemonctx_status_t check_file(const struct stat *status, const struct pidfile_trust *trust,
                                     struct pidfile_refusal *refusal)
{
    if (S_ISLNK(status->st_mode)) {
        return unsafe(refusal, "it is a symbolic link; remove it");
    }
    if (S_ISDIR(status->st_mode)) {
        return unsafe(refusal, "it is a directory; name a file");
    }
    if (!S_ISREG(status->st_mode)) {
        return unsafe(refusal, "it is not a regular file; remove it");
    }
    if (status->st_nlink > 1) {
        return unsafe(refusal, "it has more than one name (hard link); remove it");
    }
    if ((status->st_mode & S_IWOTH) != 0) {
        return unsafe(refusal, "it is writable by everyone; remove it or take that permission away (chmod o-w)");
    }
    if (!trusted(status->st_uid, trust)) {
        return unsafe(refusal, "it belongs to another user; remove it");
    }
    return DAEMONCTX_OK;
}

/* Looks before opening, so that a device is not even opened. ENOENT is fine. */
static daemonctx_status_t check_name(const struct place *place, bool *ret_exists, struct pidfile_refusal *refusal)
{
    struct stat status;
    *ret_exists = fstatat(place->directory, place->name, &status, AT_SYMLINK_NOFOLLOW) == 0;
    if (*ret_exists) {
        return check_file(&status, &place->trust, refusal);
    }
    return errno == ENOENT ? DAEMONCTX_OK : refuse(refusal, DAEMONCTX_ERR_SYSTEM, errno, "cannot examine it");
}

static daemonctx_status_t held(int fd, struct pidfile_refusal *refusal)
{
    pid_t holder = PIDFILE_STARTING;
    (void)pidfile_holder(fd, &holder);
    refuse(refusal, DAEMONCTX_ERR_ALREADY_RUNNING, 0, "");
    refusal->holder = holder > 0 ? holder : 0;
    return DAEMONCTX_ERR_ALREADY_RUNNING;
}

/* True when the name still leads to the open file. */
static bool is_same(const struct place *place, const struct stat *opened)
{
    struct stat named;
    return fstatat(place->directory, place->name, &named, AT_SYMLINK_NOFOLLOW) == 0 && named.st_dev == opened->st_dev &&
           named.st_ino == opened->st_ino;
}

static daemonctx_status_t lock_opened(struct pidfile *pidfile, const struct place *place, bool *ret_exchanged,
                                      struct pidfile_refusal *refusal)
{
    struct stat status;
    if (fstat(pidfile->fd, &status) != 0) {
        return refuse(refusal, DAEMONCTX_ERR_SYSTEM, errno, "cannot examine it");
    }
    daemonctx_status_t result = check_file(&status, &place->trust, refusal);
    if (result != DAEMONCTX_OK) {
        return result;
    }
    if (os_lock_acquire(pidfile->fd) != 0) {
        return errno == EAGAIN || errno == EACCES ? held(pidfile->fd, refusal)
                                                  : refuse(refusal, DAEMONCTX_ERR_SYSTEM, errno, "cannot lock it");
    }
    *ret_exchanged = !is_same(place, &status);
    if (*ret_exchanged) {
        return DAEMONCTX_OK;
    }
    /* Emptied at once: a stale pid beside our lock would name an innocent process. */
    if (ftruncate(pidfile->fd, 0) != 0 ||
        ((status.st_mode & MODE_BITS) != FILE_MODE && fchmod(pidfile->fd, FILE_MODE) != 0)) {
        return refuse(refusal, DAEMONCTX_ERR_SYSTEM, errno, "cannot write it");
    }
    pidfile->device = status.st_dev;
    pidfile->inode = status.st_ino;
    return DAEMONCTX_OK;
}

static int open_above_streams(const struct place *place, bool create)
{
    int flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    return descriptor_above_streams(
        openat(place->directory, place->name, flags | (create ? O_CREAT | O_EXCL : 0), FILE_MODE));
}

/* One attempt: *ret_exchanged when somebody else made, removed or replaced the file meanwhile. */
static daemonctx_status_t try_to_lock(struct pidfile *pidfile, const struct place *place, bool *ret_exchanged,
                                      struct pidfile_refusal *refusal)
{
    bool exists = false;
    daemonctx_status_t status = check_name(place, &exists, refusal);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    pidfile->fd = open_above_streams(place, !exists);
    if (pidfile->fd < 0) {
        *ret_exchanged = errno == (exists ? ENOENT : EEXIST);
        return *ret_exchanged   ? DAEMONCTX_OK
               : errno == ELOOP ? unsafe(refusal, "it is a symbolic link; remove it")
                                : refuse(refusal, DAEMONCTX_ERR_SYSTEM, errno, "cannot open it");
    }
    status = lock_opened(pidfile, place, ret_exchanged, refusal);
    if (status == DAEMONCTX_OK && !*ret_exchanged) {
        return DAEMONCTX_OK;
    }
    if (!exists && status != DAEMONCTX_OK && status != DAEMONCTX_ERR_ALREADY_RUNNING) {
        (void)unlinkat(place->directory, place->name, 0); /* our own making, and of no use */
    }
    (void)close(pidfile->fd);
    pidfile->fd = -1;
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
    return refuse(refusal, DAEMONCTX_ERR_SYSTEM, EAGAIN, "it is exchanged again and again");
}

static daemonctx_status_t rehearse(const struct place *place, struct pidfile_refusal *refusal)
{
    bool exists = false;
    daemonctx_status_t status = check_name(place, &exists, refusal);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    if (!exists) {
        return faccessat(place->directory, ".", W_OK | X_OK, AT_EACCESS) == 0
                   ? DAEMONCTX_OK
                   : refuse(refusal, DAEMONCTX_ERR_SYSTEM, errno, "cannot create it");
    }
    struct stat named;
    if (fstatat(place->directory, place->name, &named, AT_SYMLINK_NOFOLLOW) == 0 && pidfile_is_own(&named)) {
        refuse(refusal, DAEMONCTX_ERR_ALREADY_RUNNING, 0, "");
        refusal->holder = getpid();
        return DAEMONCTX_ERR_ALREADY_RUNNING;
    }
    int fd = openat(place->directory, place->name, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        return refuse(refusal, DAEMONCTX_ERR_SYSTEM, errno, "cannot open it");
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
    daemonctx_status_t status = open_directory(&place, path, refusal);
    if (status == DAEMONCTX_OK) {
        status = dry ? rehearse(&place, refusal) : lock_file(pidfile, &place, refusal);
    }
    if (place.directory >= 0) {
        (void)close(place.directory);
    }
    return status;
}
