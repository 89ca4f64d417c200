/*
 * Pid-file locks on Linux. An open-file-description lock on byte 0 lives as long as any copy of the descriptor, over
 * forks; the kernel does not say who holds it. A record lock on byte 1 is one process's alone, and the kernel names it.
 */
#include <fcntl.h>
#include <stddef.h>

#include "os/os.h"

static struct flock byte(off_t offset, short type)
{
    return (struct flock){.l_type = type, .l_whence = SEEK_SET, .l_start = offset, .l_len = 1};
}

enum { HOLD_BYTE = 0, ATTEST_BYTE = 1 };

int os_lock_acquire(int fd)
{
    struct flock lock = byte(HOLD_BYTE, F_WRLCK);
    return fcntl(fd, F_OFD_SETLK, &lock);
}

int os_lock_is_held(int fd)
{
    struct flock lock = byte(HOLD_BYTE, F_WRLCK);
    if (fcntl(fd, F_OFD_GETLK, &lock) != 0) {
        return -1;
    }
    return lock.l_type == F_UNLCK ? 0 : 1;
}

int os_lock_attest(int fd)
{
    struct flock lock = byte(ATTEST_BYTE, F_WRLCK);
    return fcntl(fd, F_SETLK, &lock);
}

int os_lock_attested_pid(int fd, pid_t *ret_pid)
{
    struct flock lock = byte(ATTEST_BYTE, F_WRLCK);
    if (fcntl(fd, F_GETLK, &lock) != 0) {
        return -1;
    }
    if (lock.l_type == F_UNLCK) {
        return 0;
    }
    *ret_pid = lock.l_pid < 0 ? 0 : lock.l_pid;
    return 1;
}
