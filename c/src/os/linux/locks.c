/*
 * Pid-file locks on Linux. An open-file-description lock on byte 0 lives as long as any copy of the descriptor, over
 * forks; the kernel does not say who holds it. A record lock on byte 1 is one process's alone, and the kernel names it;
 * while it starts it has one on byte 2 too. Read locks, which whoever may read the file can take, mean nothing.
 */
#include <fcntl.h>
#include <stddef.h>

#include "os/os.h"

static struct flock byte(off_t offset, short type)
{
    return (struct flock){.l_type = type, .l_whence = SEEK_SET, .l_start = offset, .l_len = 1};
}

enum { HOLD_BYTE, ATTEST_BYTE, STARTING_BYTE };

int os_lock_acquire(int fd)
{
    struct flock lock = byte(HOLD_BYTE, F_WRLCK);
    return fcntl(fd, F_OFD_SETLK, &lock);
}

int os_lock_share(int fd)
{
    struct flock lock = byte(HOLD_BYTE, F_RDLCK);
    return fcntl(fd, F_OFD_SETLK, &lock);
}

int os_lock_is_held(int fd)
{
    struct flock lock = byte(HOLD_BYTE, F_WRLCK);
    if (fcntl(fd, F_OFD_GETLK, &lock) != 0) {
        return -1;
    }
    return lock.l_type == F_WRLCK ? 1 : 0;
}

int os_lock_attest(int fd, enum os_attestation attestation)
{
    struct flock named = byte(ATTEST_BYTE, F_WRLCK);
    struct flock starting = byte(STARTING_BYTE, attestation == OS_ATTEST_STARTING ? F_WRLCK : F_UNLCK);
    return fcntl(fd, F_SETLK, &named) == 0 && fcntl(fd, F_SETLK, &starting) == 0 ? 0 : -1;
}

int os_lock_attested_pid(int fd, pid_t *ret_pid, bool *ret_starting)
{
    struct flock named = byte(ATTEST_BYTE, F_WRLCK);
    struct flock starting = byte(STARTING_BYTE, F_WRLCK);
    if (fcntl(fd, F_GETLK, &named) != 0 || fcntl(fd, F_GETLK, &starting) != 0) {
        return -1;
    }
    if (named.l_type != F_WRLCK) {
        return 0;
    }
    *ret_pid = named.l_pid < 0 ? 0 : named.l_pid;
    *ret_starting = starting.l_type == F_WRLCK;
    return 1;
}
