/* What the holder of a pid file does with it: writing the pid, and removing it. No allocation, no stdio: also called in
 * signal handlers. */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "decimal.h"
#include "os/os.h"
#include "pidfile/pidfile.h"

enum { LINE_SIZE = DECIMAL_SIZE + 1 };

int pidfile_attest(struct pidfile *pidfile)
{
    if (os_lock_attest(pidfile->fd, OS_ATTEST_STARTING) != 0 ||
        (pidfile->is_private && fchmod(pidfile->fd, PIDFILE_MODE) != 0)) {
        return -1;
    }
    pidfile->is_private = false;
    return 0;
}

static int write_line(const struct pidfile *pidfile)
{
    char line[LINE_SIZE];
    line[LINE_SIZE - 1] = '\n';
    const char *begin = decimal_before(line + LINE_SIZE - 1, (unsigned)getpid());
    size_t length = (size_t)(line + LINE_SIZE - begin);
    ssize_t written = 0;
    do {
        written = pwrite(pidfile->fd, begin, length, 0);
    } while (written < 0 && errno == EINTR);
    if (written >= 0 && (size_t)written != length) {
        errno = ENOSPC;
        return -1;
    }
    return written < 0 ? -1 : 0;
}

int pidfile_write(const struct pidfile *pidfile, bool *ret_attesting)
{
    *ret_attesting = false;
    if (write_line(pidfile) != 0) {
        return -1;
    }
    *ret_attesting = true;
    return os_lock_attest(pidfile->fd, OS_ATTEST_STARTED);
}

int pidfile_remove(const struct pidfile *pidfile)
{
    struct stat status;
    if (pidfile->fd < 0) {
        return 0;
    }
    /* In a chroot the path leads elsewhere, after a replacement to another's file: only our own is removed. */
    if (lstat(pidfile->path, &status) == 0 && status.st_dev == pidfile->device && status.st_ino == pidfile->inode &&
        unlink(pidfile->path) == 0) {
        return 0;
    }
    return ftruncate(pidfile->fd, 0);
}
