/*
 * Where a pid file is, and whether that is safe. Each check stands for an attack or an accident: links and FIFOs put
 * there by somebody else, a file that others may write, a directory in which others may exchange it.
 */
#include "pidfile/place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>

#include "pidfile/walk.h"

daemonctx_status_t place_refuse(struct pidfile_refusal *refusal, daemonctx_status_t status, int error,
                                const char *reason)
{
    refusal->status = status;
    refusal->error = error;
    refusal->reason = reason;
    refusal->holder = 0;
    return status;
}

daemonctx_status_t place_unsafe(struct pidfile_refusal *refusal, const char *reason)
{
    return place_refuse(refusal, DAEMONCTX_ERR_UNSAFE_PATH, 0, reason);
}

static bool trusted(uid_t owner, const struct pidfile_trust *trust)
{
    return owner == 0 || owner == trust->launcher || owner == trust->target;
}

static daemonctx_status_t check_directory(const struct place *place, struct pidfile_refusal *refusal)
{
    struct stat status;
    if (fstat(place->directory, &status) != 0) {
        return place_refuse(refusal, DAEMONCTX_ERR_SYSTEM, errno, "cannot examine its directory");
    }
    if (!trusted(status.st_uid, &place->trust)) {
        return place_unsafe(refusal,
                            "its directory belongs to another user; use one that belongs to root or to the daemon's "
                            "user, such as /run");
    }
    if ((status.st_mode & S_IWOTH) != 0 && (status.st_mode & S_ISVTX) == 0) {
        return place_unsafe(refusal,
                            "its directory is writable by everyone; take that permission away (chmod o-w) or use "
                            "another directory, such as /run");
    }
    return DAEMONCTX_OK;
}

daemonctx_status_t place_open(struct place *place, const char *path, struct pidfile_refusal *refusal)
{
    char directory[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t length = (size_t)(slash - path);
    if (slash[1] == '\0') {
        return place_refuse(refusal, DAEMONCTX_ERR_ARGUMENT, 0, "the path does not name a file");
    }
    if (length >= sizeof(directory)) {
        return place_refuse(refusal, DAEMONCTX_ERR_SYSTEM, ENAMETOOLONG, "cannot open its directory");
    }
    memcpy(directory, path, length);
    directory[length] = '\0';
    place->name = slash + 1;
    place->directory = walk_to(length == 0 ? "/" : directory, place->trust.launcher);
    if (place->directory == WALK_UNSAFE) {
        return place_unsafe(refusal,
                            "a symbolic link on the way to it belongs to another user; name the directory itself");
    }
    if (place->directory < 0) {
        return place_refuse(refusal, DAEMONCTX_ERR_SYSTEM, errno, "cannot open its directory");
    }
    return check_directory(place, refusal);
}

daemonctx_status_t place_check_file(const struct stat *status, const struct pidfile_trust *trust,
                                    struct pidfile_refusal *refusal)
{
    if (S_ISLNK(status->st_mode)) {
        return place_unsafe(refusal, "it is a symbolic link; remove it");
    }
    if (S_ISDIR(status->st_mode)) {
        return place_unsafe(refusal, "it is a directory; name a file");
    }
    if (!S_ISREG(status->st_mode)) {
        return place_unsafe(refusal, "it is not a regular file; remove it");
    }
    if (status->st_nlink > 1) {
        return place_unsafe(refusal, "it has more than one name (hard link); remove it");
    }
    if ((status->st_mode & S_IWOTH) != 0) {
        return place_unsafe(refusal, "it is writable by everyone; remove it or take that permission away (chmod o-w)");
    }
    if (!trusted(status->st_uid, trust)) {
        return place_unsafe(refusal, "it belongs to another user; remove it");
    }
    return DAEMONCTX_OK;
}

/* Looks before opening, so that a device is not even opened. ENOENT is fine. */
daemonctx_status_t place_check_name(const struct place *place, bool *ret_exists, struct pidfile_refusal *refusal)
{
    struct stat status;
    *ret_exists = fstatat(place->directory, place->name, &status, AT_SYMLINK_NOFOLLOW) == 0;
    if (*ret_exists) {
        return place_check_file(&status, &place->trust, refusal);
    }
    return errno == ENOENT ? DAEMONCTX_OK : place_refuse(refusal, DAEMONCTX_ERR_SYSTEM, errno, "cannot examine it");
}

bool place_leads_to(const struct place *place, const struct stat *opened)
{
    struct stat named;
    return fstatat(place->directory, place->name, &named, AT_SYMLINK_NOFOLLOW) == 0 && named.st_dev == opened->st_dev &&
           named.st_ino == opened->st_ino;
}
