/* What the holder of a pid file does with it: writing the pid, and removing it. No allocation, no stdio: also called in
 * signal handlers. */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/os.h"
#include "pidfile/pidfile.h"

enum { LINE_SIZE = 16 };

/* "%d\n" without stdio. Returns where the line begins in `line`. */
static size_t format_line(pid_t pid, char line[LINE_SIZE])
{
    size_t at = LINE_SIZE;
    line[--at] = '\n';
    do {
        line[--at] = (char)('0' + pid % 10);
        pid /= 10;
    } while (pid > 0);
    return at;
}

int pidfile_write(const struct pidfile *pidfile, bool *ret_attesting)
{
    *ret_attesting = true;
    if (os_lock_attest(pidfile->fd) != 0) {
        return -1;
    }
    *ret_attesting = false;
    char line[LINE_SIZE];
    size_t at = format_line(getpid(), line);
    size_t length = LINE_SIZE - at;
    ssize_t written = 0;
    do {
        written = pwrite(pidfile->fd, line + at, length, 0);
    } while (written < 0 && errno == EINTR);
    if (written >= 0 && (size_t)written != length) {
        errno = ENOSPC;
        return -1;
    }
    return written < 0 ? -1 : 0;
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
